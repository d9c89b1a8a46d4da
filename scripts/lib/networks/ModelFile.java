//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES InputPreparation.java
//SOURCES NetworkInput.java
//SOURCES TrainedModel.java

package genrelab.networks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
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
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads and writes {@code model.zip}: {@code model.json}, {@code parameters.f32} (single precision,
 * little-endian, in DL4J's order) and {@code card.md}.
 *
 * <p>It holds no Java objects, so a file from others is safe to read.
 */
public final class ModelFile {
  private static final String FORMAT = "genrelab model 1";
  private static final int MOST_JSON = 16 << 20;
  private static final int MOST_PARAMETERS = 256 << 20;
  private static final int MOST_VALUES = 1 << 17;

  private ModelFile() {}

  /** Writes the zip; the same model gives the same bytes. */
  public static void write(TrainedModel model, Path file) {
    ObjectNode json = model.description().deepCopy().put("format", FORMAT);
    json.set("preparation", Store.JSON.valueToTree(model.preparation()));
    json.set("input", Store.JSON.valueToTree(model.input()));
    Store.write(
        file,
        out -> {
          try (var zip = new ZipOutputStream(out)) {
            entry(zip, "model.json", Store.JSON.writeValueAsBytes(json));
            entry(zip, "parameters.f32", bytes(model.parameters()));
            entry(zip, "card.md", model.card().getBytes(StandardCharsets.UTF_8));
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
              Store.JSON.treeToValue(model.path("preparation"), InputPreparation.class),
              Store.JSON.treeToValue(model.path("input"), NetworkInput.class),
              floats(parameters));
      requireSound(read, file);
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
      var checksum = new CRC32(); // which ZipFile does not look at
      checksum.update(bytes);
      if (checksum.getValue() != entry.getCrc()) {
        throw broken(file, name + " is damaged");
      }
      return bytes;
    }
  }

  private static void requireSound(TrainedModel model, Path file) {
    InputPreparation preparation = model.preparation();
    NetworkInput input = model.input();
    float[] parameters = model.parameters();
    if (preparation == null || input == null) {
      throw broken(file, "preparation or input is missing");
    }
    boolean sound =
        preparation.layout() != null
            && preparation.shape() != null
            && input.shape() == preparation.shape()
            && within(preparation.frames(), 1, MOST_VALUES)
            && within(preparation.coefficients(), 1, MOST_VALUES)
            && within((long) preparation.frames() * preparation.coefficients(), 1, MOST_VALUES)
            && (long) input.frames() * input.coefficients()
                == (long) preparation.frames() * preparation.coefficients()
            && input.coefficients()
                == (input.shape() == NetworkInput.Shape.flat ? 1 : preparation.coefficients())
            && within(input.classes(), 1, NetworkInput.MOST_CLASSES)
            && within(input.clusters(), 0, NetworkInput.MOST_CLASSES)
            && input.clusters() == preparation.clusters()
            && preparation.mean() != null
            && preparation.deviation() != null
            && preparation.mean().length == preparation.coefficients()
            && preparation.deviation().length == preparation.coefficients();
    if (!sound) {
      throw broken(file, "the sizes of its input make no sense");
    }
    for (int c = 0; c < preparation.coefficients(); c++) {
      if (!Float.isFinite(preparation.mean()[c]) || !(preparation.deviation()[c] > 0)) {
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
