//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../evaluation/ModelZip.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES InputPreparation.java
//SOURCES NetworkInput.java
//SOURCES TrainedModel.java

package genrelab.networks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.evaluation.ModelZip;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads and writes {@code model.zip}: {@code model.json}, {@code parameters.f32} (single precision,
 * little-endian, in DL4J's order) and {@code card.md}.
 *
 * <p>It holds no Java objects, so a file from others is safe to read.
 */
public final class ModelFile {
  private static final String FORMAT = "genrelab model 1";
  private static final String PARAMETERS = "parameters.f32";
  private static final int MOST_VALUES = 1 << 17;

  private ModelFile() {}

  /** Writes the zip; the same model gives the same bytes. */
  public static void write(TrainedModel model, Path file) {
    ObjectNode json = model.description().deepCopy().put("format", FORMAT);
    json.set("preparation", Store.JSON.valueToTree(model.preparation()));
    json.set("input", Store.JSON.valueToTree(model.input()));
    ModelZip.write(file, json, PARAMETERS, bytes(model.parameters()), model.card());
  }

  /**
   * Reads a model, which may come from others: sizes are bounded before anything is built of them,
   * and no Java objects are read.
   *
   * @throws Stage.Failure if the file is missing, no zip, or no sound model of this format
   */
  public static TrainedModel read(Path file) {
    return ModelZip.read(
        file,
        FORMAT,
        PARAMETERS,
        (record, parameters) -> {
          if (parameters.length % 4 != 0) {
            throw ModelZip.broken(file, "parameters.f32 ends within a number");
          }
          var model =
              new TrainedModel(
                  record,
                  Store.JSON.treeToValue(record.path("preparation"), InputPreparation.class),
                  Store.JSON.treeToValue(record.path("input"), NetworkInput.class),
                  floats(parameters));
          requireSound(model, file);
          return model;
        });
  }

  private static void requireSound(TrainedModel model, Path file) {
    InputPreparation preparation = model.preparation();
    NetworkInput input = model.input();
    float[] parameters = model.parameters();
    if (preparation == null || input == null) {
      throw ModelZip.broken(file, "preparation or input is missing");
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
      throw ModelZip.broken(file, "the sizes of its input make no sense");
    }
    for (int c = 0; c < preparation.coefficients(); c++) {
      if (!Float.isFinite(preparation.mean()[c]) || !(preparation.deviation()[c] > 0)) {
        throw ModelZip.broken(file, "its scaling of coefficient " + c + " makes no sense");
      }
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!Float.isFinite(parameters[i])) {
        throw ModelZip.broken(file, "parameter %d is %s".formatted(i, parameters[i]));
      }
    }
  }

  private static boolean within(long value, long least, long most) {
    return value >= least && value <= most;
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
