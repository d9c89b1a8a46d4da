// ONNX's protobuf messages, to look into a file before it is loaded.
//DEPS org.tribuo:tribuo-util-onnx:4.3.2
// Runs ONNX models. 1.29.0 crashes where the command line is long, as a class path makes it.
//DEPS com.microsoft.onnxruntime:onnxruntime:1.28.0
//SOURCES ../kit/Stage.java
//SOURCES OnnxFile.java

package genrelab.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import genrelab.kit.Stage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An ONNX model, run by ONNX Runtime on the processor.
 *
 * <p>The file may come from others: {@link OnnxFile} looks into it before it is loaded.
 */
public final class OnnxModel implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "genrelab");

  private final Path file;
  private final OrtSession session;

  private OnnxModel(Path file, OrtSession session) {
    this.file = file;
    this.session = session;
  }

  /**
   * An array of 32-bit floats.
   *
   * @param values in C order
   * @param sizes of its dimensions; the first is the number of rows
   */
  public record Tensor(float[] values, long... sizes) {
    /** The values of each row. */
    public float[][] rows() {
      int count = (int) sizes[0];
      int length = count == 0 ? 0 : values.length / count;
      float[][] rows = new float[count][length];
      for (int r = 0; r < count; r++) {
        System.arraycopy(values, r * length, rows[r], 0, length);
      }
      return rows;
    }
  }

  /**
   * Loads a model.
   *
   * @param threads of one operation; the results may differ in their last digits with another
   *     number
   * @throws Stage.Failure if the file is missing, no sound ONNX model, or needs what ONNX Runtime
   *     does not have
   */
  public static OnnxModel open(Path file, int threads) {
    OnnxFile.check(file);
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setDeterministicCompute(true);
      return new OnnxModel(file, ENVIRONMENT.createSession(file.toString(), options));
    } catch (OrtException error) {
      throw new Stage.Failure("%s: ONNX Runtime can't load it: %s", file, reason(error));
    }
  }

  private static String reason(OrtException error) {
    return Stage.oneLine(error.getMessage());
  }

  /** Names and values that the model's writer added. */
  public Map<String, String> metadata() {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException error) {
      throw new Stage.Failure("%s: its metadata can't be read: %s", file, reason(error));
    }
  }

  /** The inputs' names, in the graph's order. */
  public Set<String> inputs() {
    return session.getInputNames();
  }

  /** The outputs' names, in the graph's order. */
  public Set<String> outputs() {
    return session.getOutputNames();
  }

  /**
   * The sizes of an input's dimensions, −1 for one that may be any.
   *
   * @return empty where there is no such input, or it is no tensor of 32-bit floats
   */
  public Optional<long[]> inputSizes(String name) {
    try {
      return sizes(session.getInputInfo().get(name));
    } catch (OrtException error) {
      throw new Stage.Failure("%s: its inputs can't be read: %s", file, reason(error));
    }
  }

  private static Optional<long[]> sizes(NodeInfo node) {
    return node != null
            && node.getInfo() instanceof TensorInfo tensor
            && tensor.type == OnnxJavaType.FLOAT
        ? Optional.of(tensor.getShape())
        : Optional.empty();
  }

  /**
   * Runs the model.
   *
   * @param inputs by name
   * @param output the name of the one that is wanted
   * @throws Stage.Failure if the inputs do not fit, or the output is no tensor of 32-bit floats
   */
  public Tensor run(Map<String, Tensor> inputs, String output) {
    var tensors = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        FloatBuffer values = FloatBuffer.wrap(input.getValue().values());
        tensors.put(
            input.getKey(), OnnxTensor.createTensor(ENVIRONMENT, values, input.getValue().sizes()));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
        OnnxValue value = result.get(output).orElseThrow();
        if (!(value instanceof OnnxTensor tensor) || tensor.getInfo().type != OnnxJavaType.FLOAT) {
          throw new Stage.Failure("%s: output '%s' is no array of 32-bit floats", file, output);
        }
        float[] values = new float[tensor.getFloatBuffer().remaining()];
        tensor.getFloatBuffer().get(values);
        return new Tensor(values, tensor.getInfo().getShape());
      }
    } catch (OrtException error) {
      throw new Stage.Failure("%s: ONNX Runtime can't run it: %s", file, reason(error));
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException error) {
      throw new IllegalStateException(error);
    }
  }
}
