//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../kit/Store.java

package genrelab.networks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A network's layers as its figure and table tell them, worked out from a model's configuration
 * without the library that trains it.
 *
 * <p>The sizes follow {@code Cnn}, {@code Lstm}, {@code Hybrid} and {@code Compact}; a model whose
 * number of parameters is another one is not drawn.
 *
 * @param network the alias that trains it: cnn, lstm, hybrid or compact
 */
public record Architecture(String network, List<Layer> layers) {
  /** What a layer does, which decides its colour. */
  public enum Kind {
    INPUT,
    CONVOLUTION,
    POOLING,
    NORMALISATION,
    RECURRENT,
    SHAPE,
    DENSE,
    DROPOUT,
    OUTPUT
  }

  /**
   * One layer.
   *
   * @param detail e.g. "3 × 3, ReLU"; may be empty
   * @param output the size of what it gives for one segment, e.g. "64 × 6 × 128"
   * @param parameters those that are trained
   * @param statistics batch normalisation's running means and variances, which are not trained
   */
  public record Layer(
      Kind kind, String name, String detail, String output, long parameters, long statistics) {}

  /** Trainable parameters of all layers. */
  public long parameters() {
    return layers.stream().mapToLong(Layer::parameters).sum();
  }

  /** Numbers of all layers that are kept and not trained. */
  public long statistics() {
    return layers.stream().mapToLong(Layer::statistics).sum();
  }

  /**
   * What a network is built from.
   *
   * @param flat whether it sees the flattened segment, frames × coefficients values one by one
   * @param clusters length of the one-hot cluster beside the first dense layer, 0 for none
   */
  public record Input(boolean flat, int frames, int coefficients, int clusters, int classes) {
    private int rows() {
      return flat ? frames * coefficients : frames;
    }

    private int columns() {
      return flat ? 1 : coefficients;
    }
  }

  /**
   * The layers of a {@code model.zip}; empty where they can't be told, since the file is no model
   * of this version or holds another number of parameters than its layers would have.
   */
  public static Optional<Architecture> read(Path file) {
    try (var zip = new ZipFile(file.toFile())) {
      ZipEntry json = zip.getEntry("model.json");
      ZipEntry parameters = zip.getEntry("parameters.f32");
      if (json == null || parameters == null) {
        return Optional.empty();
      }
      JsonNode model = Store.JSON.readTree(zip.getInputStream(json));
      JsonNode input = model.path("input");
      if (!input.path("shape").isTextual() || !input.path("classes").isInt()) {
        return Optional.empty();
      }
      return of(
              model.path("architecture").asText(),
              new Input(
                  input.path("shape").asText().equals("flat"),
                  input.path("frames").asInt(),
                  input.path("coefficients").asInt(),
                  input.path("clusters").asInt(),
                  input.path("classes").asInt()))
          .filter(found -> 4 * (found.parameters() + found.statistics()) == parameters.getSize());
    } catch (ZipException | JsonProcessingException damaged) {
      return Optional.empty();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The layers of one of the kit's networks; empty for another name. */
  public static Optional<Architecture> of(String network, Input input) {
    return switch (network) {
      case "cnn" -> Optional.of(new Builder(input).cnn());
      case "lstm" -> Optional.of(new Builder(input).lstm());
      case "hybrid" -> Optional.of(new Builder(input).hybrid());
      case "compact" -> Optional.of(new Builder(input).compact());
      default -> Optional.empty();
    };
  }

  /** Puts layer below layer and keeps the size of what the last one gives. */
  private static final class Builder {
    private final Input input;
    private final List<Layer> layers = new ArrayList<>();
    private int rows;
    private int columns;
    private int channels = 1;

    Builder(Input input) {
      this.input = input;
      rows = input.rows();
      columns = input.columns();
      String seen =
          input.flat()
              ? "%d × %d, flattened".formatted(input.frames(), input.coefficients())
              : "frames × coefficients";
      add(Kind.INPUT, "Segment", seen, rows + " × " + columns, 0, 0);
    }

    Architecture cnn() {
      block(128, 3, 3, input.flat());
      block(64, 3, 3, input.flat());
      block(64, 2, 2, input.flat());
      int width = rows * columns * channels;
      add(Kind.SHAPE, "Flatten", "", Integer.toString(width), 0, 0);
      return head("cnn", width, "0.2");
    }

    Architecture lstm() {
      recurrent(columns, 128, false);
      recurrent(128, 64, false);
      recurrent(64, 64, true);
      if (input.flat()) {
        add(Kind.NORMALISATION, "Batch normalisation", "", "64", 128, 128);
      }
      return head("lstm", 64, "0.3");
    }

    Architecture hybrid() {
      block(64, 3, 2, true);
      block(64, 3, 2, true);
      int width = columns * channels;
      add(Kind.SHAPE, "Rows as steps", "", rows + " × " + width, 0, 0);
      recurrent(width, 64, true);
      return head("hybrid", 64, "0.3");
    }

    Architecture compact() {
      for (int filters : new int[] {32, 64, 64, 128}) {
        block(filters, 3, 2, true);
      }
      add(Kind.POOLING, "Global average", "", Integer.toString(channels), 0, 0);
      return head("compact", channels, "0.5");
    }

    private void block(int filters, int kernel, int pool, boolean padded) {
      rows = padded ? rows : rows - kernel + 1;
      columns = padded ? columns : columns - kernel + 1;
      add(
          Kind.CONVOLUTION,
          "Convolution",
          "%d × %d, %sReLU".formatted(kernel, kernel, padded ? "padded, " : ""),
          size(filters),
          (long) filters * (channels * kernel * kernel + 1),
          0);
      channels = filters;
      rows = (rows + 1) / 2;
      columns = (columns + 1) / 2;
      add(Kind.POOLING, "Max pooling", pool + " × " + pool + ", stride 2", size(channels), 0, 0);
      add(
          Kind.NORMALISATION,
          "Batch normalisation",
          "",
          size(channels),
          2L * channels,
          2L * channels);
    }

    private String size(int depth) {
      return "%d × %d × %d".formatted(rows, columns, depth);
    }

    private void recurrent(int width, int units, boolean last) {
      long parameters = 4L * units * (width + units + 1); // gates: inputs, own outputs, bias
      add(
          Kind.RECURRENT,
          "LSTM",
          last ? "last step" : "all steps",
          last ? Integer.toString(units) : rows + " × " + units,
          parameters,
          0);
    }

    private Architecture head(String network, int width, String dropout) {
      int wide = width + input.clusters();
      if (input.clusters() > 0) {
        String beside = "one-hot, " + input.clusters();
        add(Kind.INPUT, "Cluster beside it", beside, Integer.toString(wide), 0, 0);
      }
      add(Kind.DENSE, "Dense", "ReLU", "64", 64L * (wide + 1), 0);
      add(Kind.DROPOUT, "Dropout", dropout, "64", 0, 0);
      String classes = Integer.toString(input.classes());
      add(Kind.OUTPUT, "Output", "softmax", classes, 65L * input.classes(), 0);
      return new Architecture(network, List.copyOf(layers));
    }

    private void add(
        Kind kind, String name, String detail, String output, long parameters, long statistics) {
      layers.add(new Layer(kind, name, detail, output, parameters, statistics));
    }
  }
}
