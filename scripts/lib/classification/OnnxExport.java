//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../baselines/BaselineModel.java
//SOURCES ../baselines/BaselineOnnx.java
//SOURCES ../evaluation/ModelZip.java
//SOURCES ../kit/Store.java
//SOURCES ../networks/ModelFile.java
//SOURCES ../networks/NetworkOnnx.java
//SOURCES ../networks/TrainedModel.java
//SOURCES ../onnx/OnnxGraph.java
//SOURCES SongModel.java
//SOURCES ../kit/Stage.java

package genrelab.classification;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.baselines.BaselineModel;
import genrelab.baselines.BaselineOnnx;
import genrelab.evaluation.ModelZip;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkOnnx;
import genrelab.networks.TrainedModel;
import genrelab.onnx.OnnxGraph;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A trained model as one ONNX graph, from features to probabilities.
 *
 * <p>Input {@code features} [N, frames, values] as the features file has them (scaling is inside),
 * and one-hot {@code clusters} [N, K] where the network takes them. Outputs {@code probabilities}
 * [N, classes] as in {@code predictions.json}, and {@code calibrated} [N, classes], with the
 * temperature of segments; of a network also {@code embedding} [N, size], what its output layer
 * takes. Metadata: class names, feature parameters, temperatures, split, licence and model card.
 */
public final class OnnxExport {
  /** The outputs' names. */
  public static final String PROBABILITIES = "probabilities";

  public static final String CALIBRATED = "calibrated";

  public static final String EMBEDDING = "embedding";

  /** The metadata's key of {@code model.json}, by which {@code classify} takes the ONNX model. */
  static final String DESCRIPTION = "genrelab";

  private OnnxExport() {}

  /**
   * The ONNX model of a {@code model.zip}; the same file gives the same bytes.
   *
   * @throws Stage.Failure if it is no sound model, its network's script is not included, or it has
   *     a layer that ONNX export does not know
   */
  public static ModelProto of(Path file) {
    var onnx = new OnnxGraph();
    if (ModelZip.format(file).equals(BaselineModel.FORMAT)) {
      BaselineModel baseline = BaselineModel.read(file);
      String probabilities = named(file, () -> BaselineOnnx.write(onnx, baseline));
      return model(onnx, probabilities, 0, baseline.description(), baseline.card(), file);
    }
    TrainedModel model = ModelFile.read(file);
    NetworkOnnx.Outputs outputs =
        named(
            file,
            () ->
                NetworkOnnx.write(onnx, model, model.network(SongModel.architecture(model, file))));
    onnx.node("Identity", EMBEDDING, outputs.embedding());
    return model(
        onnx, outputs.probabilities(), outputs.size(), model.description(), model.card(), file);
  }

  private static <T> T named(Path file, Supplier<T> writing) {
    try {
      return writing.get();
    } catch (Stage.Failure failure) {
      String line = failure.getMessage();
      throw line.startsWith(file.toString()) ? failure : new Stage.Failure("%s: %s", file, line);
    }
  }

  /**
   * The model.
   *
   * @param embeddingSize 0 for a model without
   */
  private static ModelProto model(
      OnnxGraph onnx,
      String probabilities,
      long embeddingSize,
      JsonNode description,
      String card,
      Path file) {
    int classes = description.path("mapping").size();
    double temperature = description.at("/calibration/temperature").asDouble(1);
    onnx.node("Identity", PROBABILITIES, probabilities);
    onnx.output(PROBABILITIES, classes);
    calibrate(onnx, temperature);
    onnx.output(CALIBRATED, classes);
    if (embeddingSize > 0) {
      onnx.output(EMBEDDING, embeddingSize);
    }
    boolean synthetic = description.at("/features/provenance/synthetic").asBoolean();
    var metadata = new TreeMap<String, String>();
    metadata.put("classes", description.path("mapping").toString());
    metadata.put("feature", description.at("/features/key").asText());
    metadata.put("featureParameters", description.at("/features/params").toString());
    metadata.put("temperature", Double.toString(temperature));
    metadata.put(
        "trackTemperature",
        Double.toString(description.at("/trackCalibration/temperature").asDouble(1)));
    metadata.put("split", description.path("split").toString());
    metadata.put("synthetic", Boolean.toString(synthetic));
    metadata.put(
        "licence",
        synthetic
            ? "trained on synthetic audio: no recording's licence binds the weights"
            : "the licence of the training audio may bind the weights");
    metadata.put("card", card);
    metadata.put(DESCRIPTION, description.toString());
    metadata.put("source", "model.zip, SHA-256 " + Store.sha256(file));
    return onnx.model(
        description.path("network").asText("network"),
        "genrelab",
        description.path("genrelab").asText(),
        "Music genres of one segment's "
            + description.at("/features/key").asText()
            + (synthetic ? "; trained on SYNTHETIC audio" : ""),
        metadata);
  }

  /** Temperature scaling: see {@link genrelab.evaluation.Calibration}. */
  private static void calibrate(OnnxGraph onnx, double temperature) {
    Map<String, ?> byRow = Map.of("axes", new long[] {1}, "keepdims", 1);
    String relative =
        onnx.node(
            "Div",
            "calibration/relative",
            PROBABILITIES,
            onnx.node("ReduceMax", "calibration/most", byRow, PROBABILITIES));
    String exponent =
        onnx.constant("calibration/exponent", new float[] {(float) (1 / temperature)});
    String powers = onnx.node("Pow", "calibration/powers", relative, exponent);
    onnx.shares(CALIBRATED, powers);
  }
}
