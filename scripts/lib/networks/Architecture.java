//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../kit/Store.java

package genrelab.networks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A network's layers as its figure and table show them: those that its training took from the built
 * network and stored in the model file.
 *
 * @param network the alias that trains it, e.g. cnn
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
   * The layers of a {@code model.zip}; empty where the file is no model of this version, or holds
   * another number of parameters than its layers have.
   */
  public static Optional<Architecture> read(Path file) {
    try (var zip = new ZipFile(file.toFile())) {
      ZipEntry json = zip.getEntry("model.json");
      ZipEntry parameters = zip.getEntry("parameters.f32");
      if (json == null || parameters == null) {
        return Optional.empty();
      }
      JsonNode model = Store.JSON.readTree(zip.getInputStream(json));
      List<Layer> layers = Store.JSON.readerForListOf(Layer.class).readValue(model.path("layers"));
      var found = new Architecture(model.path("architecture").asText(), layers);
      boolean whole = 4 * (found.parameters() + found.statistics()) == parameters.getSize();
      return layers.isEmpty() || !whole ? Optional.empty() : Optional.of(found);
    } catch (ZipException | JsonProcessingException damaged) {
      return Optional.empty();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
