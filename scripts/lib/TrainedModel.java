//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Stage.java
//SOURCES Store.java

package genrelab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained network as one zip file, usable without the files it came from.
 *
 * <p>Our own JSON and raw parameters: {@code model.json}, {@code parameters.f32} (little endian, in
 * DL4J's order), {@code card.md}. No Java objects, so safe to take from others.
 *
 * @param description network, options, class names, features, split, metrics
 * @param preparation how segments become the network's inputs
 * @param input what its architecture is built from
 * @param parameters all of them, batch normalisation's running statistics too
 */
public record TrainedModel(
    ObjectNode description, Preparation preparation, Input input, float[] parameters) {
  private static final String FORMAT = "genrelab model 1";
  private static final int MOST_JSON = 16 << 20;
  private static final int MOST_PARAMETERS = 256 << 20;
  private static final int MOST_VALUES = 1 << 20;
  private static final int MOST_CLASSES = 1000;

  /** Whether the network sees frames, as published without K-means, or the flattened segment. */
  public enum Shape {
    frames,
    flat
  }

  /** Whether the network is told the segment's cluster. */
  public enum Clusters {
    none,
    oneHot
  }

  /**
   * Whether each coefficient is brought to mean 0 and deviation 1, learned from training segments.
   */
  public enum Scale {
    none,
    standardise
  }

  /**
   * What a network must know to be built.
   *
   * @param frames steps or rows of the input
   * @param coefficients values a step, or columns of the input
   * @param clusters length of the one-hot cluster, 0 for none
   * @param classes genres
   */
  public record Input(
      Shape shape,
      int frames,
      int coefficients,
      int clusters,
      int classes,
      double learningRate,
      long seed) {}

  /** Builds a network's graph; weights are set afterwards, as Keras starts them. */
  public interface Architecture {
    ComputationGraph build(Input input);
  }

  /** How a network wants its segments. */
  public enum Layout {
    /**
     * One channel of rows (frames) and columns (coefficients): [segment, 1, frame, coefficient].
     */
    image,
    /** A sequence: [segment, coefficient, frame], as DL4J's recurrent layers want it. */
    sequence
  }

  /**
   * How segments become a network's inputs.
   *
   * @param mean of each coefficient, subtracted first
   * @param deviation of each coefficient, divided by then
   * @param clusters length of the one-hot cluster, 0 for none
   */
  public record Preparation(
      Layout layout,
      Shape shape,
      int frames,
      int coefficients,
      float[] mean,
      float[] deviation,
      int clusters) {

    /**
     * The inputs of a batch: features in the network's layout, then clusters where it takes them.
     *
     * @param segments one array of frames · coefficients each
     * @param clusterOf one a segment; ignored where the network takes none
     * @throws Stage.Failure if a segment has another size; both are named
     */
    public INDArray[] inputs(float[][] segments, int[] clusterOf) {
      int width = frames * coefficients;
      boolean transposed = layout == Layout.sequence && shape == Shape.frames;
      float[] values = new float[segments.length * width];
      for (int s = 0; s < segments.length; s++) {
        if (segments[s].length != width) {
          throw new Stage.Failure(
              "a segment of %d values does not fit this network, which takes %d × %d (frames ×"
                  + " coefficients); compute the features as the model's were",
              segments[s].length, frames, coefficients);
        }
        for (int i = 0; i < width; i++) {
          int c = i % coefficients;
          int place = transposed ? c * frames + i / coefficients : i;
          values[s * width + place] = (segments[s][i] - mean[c]) / deviation[c];
        }
      }
      int rows = shape == Shape.flat ? width : frames;
      int columns = shape == Shape.flat ? 1 : coefficients;
      long[] form =
          layout == Layout.image
              ? new long[] {segments.length, 1, rows, columns}
              : new long[] {segments.length, columns, rows};
      INDArray features = Nd4j.create(values, form, 'c');
      return clusters == 0
          ? new INDArray[] {features}
          : new INDArray[] {features, oneHot(clusterOf, clusters)};
    }
  }

  /** Rows of zeros with a one at each given place; none at −1, the cluster of noise. */
  public static INDArray oneHot(int[] places, int length) {
    float[] ones = new float[places.length * length];
    for (int r = 0; r < places.length; r++) {
      if (places[r] >= 0) {
        ones[r * length + places[r]] = 1;
      }
    }
    return Nd4j.create(ones, new long[] {places.length, length}, 'c');
  }

  /** The network with its trained parameters. */
  public ComputationGraph network(Architecture architecture) {
    ComputationGraph network = architecture.build(input);
    if (network.numParams() != parameters.length) {
      throw new Stage.Failure(
          "the model has %d parameters, its network takes %d; it was written by another version",
          parameters.length, network.numParams());
    }
    network.params().assign(Nd4j.createFromArray(parameters));
    return network;
  }

  /** Writes the zip; the same model gives the same bytes. */
  public void write(Path file) {
    ObjectNode json = description.deepCopy().put("format", FORMAT);
    json.set("preparation", Store.JSON.valueToTree(preparation));
    json.set("input", Store.JSON.valueToTree(input));
    Store.write(
        file,
        out -> {
          try (var zip = new ZipOutputStream(out)) {
            entry(zip, "model.json", Store.JSON.writeValueAsBytes(json));
            entry(zip, "parameters.f32", bytes(parameters));
            entry(zip, "card.md", card().getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /**
   * Reads a model, which may come from others: sizes are bounded before anything is built of them,
   * and no Java objects are read.
   *
   * @throws Stage.Failure if the file is missing, no zip, or no sound model of this format
   */
  public static TrainedModel read(Path file) {
    try (var zip = new ZipFile(file.toFile())) {
      JsonNode model = Store.JSON.readTree(bytes(zip, "model.json", MOST_JSON, file));
      if (!model.path("format").asText().equals(FORMAT)) {
        throw broken(file, "its format is '" + model.path("format").asText() + "'");
      }
      byte[] parameters = bytes(zip, "parameters.f32", MOST_PARAMETERS, file);
      if (parameters.length % 4 != 0) {
        throw broken(file, "parameters.f32 ends within a number");
      }
      var read =
          new TrainedModel(
              (ObjectNode) model,
              Store.JSON.treeToValue(model.path("preparation"), Preparation.class),
              Store.JSON.treeToValue(model.path("input"), Input.class),
              floats(parameters));
      read.requireSound(file);
      return read;
    } catch (NoSuchFileException missing) {
      throw new Stage.Failure("%s: no such file; train a network first", file);
    } catch (AccessDeniedException denied) {
      throw new UncheckedIOException(denied);
    } catch (IOException | IllegalArgumentException error) { // of the zip, or of JSON
      throw broken(file, "it is damaged");
    }
  }

  private static byte[] bytes(ZipFile zip, String name, int most, Path file) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw broken(file, name + " is missing");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(most + 1); // the zip's own word on the size may be wrong
      if (bytes.length > most) {
        throw broken(file, "%s is over %d MB".formatted(name, most >> 20));
      }
      return bytes;
    }
  }

  private void requireSound(Path file) {
    if (preparation == null || input == null) {
      throw broken(file, "preparation or input is missing");
    }
    boolean sound =
        preparation.layout != null
            && preparation.shape != null
            && input.shape == preparation.shape
            && within(preparation.frames, 1, MOST_VALUES)
            && within(preparation.coefficients, 1, MOST_VALUES)
            && within((long) preparation.frames * preparation.coefficients, 1, MOST_VALUES)
            && (long) input.frames * input.coefficients
                == (long) preparation.frames * preparation.coefficients
            && input.coefficients == (input.shape == Shape.flat ? 1 : preparation.coefficients)
            && within(input.classes, 1, MOST_CLASSES)
            && within(input.clusters, 0, MOST_CLASSES)
            && input.clusters == preparation.clusters
            && preparation.mean != null
            && preparation.deviation != null
            && preparation.mean.length == preparation.coefficients
            && preparation.deviation.length == preparation.coefficients;
    if (!sound) {
      throw broken(file, "the sizes of its input make no sense");
    }
    for (int c = 0; c < preparation.coefficients; c++) {
      if (!Float.isFinite(preparation.mean[c]) || !(preparation.deviation[c] > 0)) {
        throw broken(file, "its scaling of coefficient " + c + " makes no sense");
      }
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!Float.isFinite(parameters[i])) {
        throw broken(file, "parameter %d is %s".formatted(i, parameters[i]));
      }
    }
  }

  private static boolean within(long value, long least, long most) {
    return value >= least && value <= most;
  }

  private static Stage.Failure broken(Path file, String why) {
    return new Stage.Failure("%s: not a model of this kit (%s); train again", file, why);
  }

  /** What a stranger must know before using it, from the model's own record. */
  private String card() {
    JsonNode split = description.path("split");
    JsonNode features = description.path("features");
    boolean synthetic = features.at("/provenance/synthetic").asBoolean();
    var card = new StringBuilder();
    card.append("# Model card: ").append(description.path("network").asText()).append("\n\n");
    card.append("- Use: tells the genre of 3 s segments for research; no product.\n");
    card.append("- Genres: ").append(description.path("mapping")).append('\n');
    card.append("- Trained on: ")
        .append(synthetic ? "a SYNTHETIC demo corpus, no music. " : "")
        .append(split.path("train").asLong())
        .append(" segments; features ")
        .append(features.path("params"))
        .append('\n');
    card.append("- Split by ")
        .append(split.path("by").asText())
        .append("; test tracks that also")
        .append(" have segments in training: ")
        .append(split.path("testTracksInTraining").asLong())
        .append('\n');
    for (JsonNode row : description.path("metrics")) {
      if (row.path("metric").asText().equals("test_accuracy")) {
        card.append("- Test accuracy of ").append(row.path("level").asText()).append("s: ");
        card.append(row.path("value").asDouble()).append(" (95 % interval ");
        card.append(row.path("low").asDouble()).append(" to ");
        card.append(row.path("high").asDouble()).append(")\n");
      }
    }
    card.append("- Limits: knows these genres alone and one corpus's recordings; other sources,");
    card.append(" rates and loudness may mislead it.\n");
    card.append("- Made by genrelab ").append(description.path("genrelab").asText());
    card.append(", options ").append(description.path("options")).append(".\n");
    card.append("- Licence: the kit's is GPL-3.0-or-later; rights in the training audio may bind");
    card.append(" the weights.\n");
    return card.toString();
  }

  /** Little-endian bytes of single-precision values. */
  static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  static float[] floats(INDArray array) {
    return array.dup().data().asFloat();
  }
}
