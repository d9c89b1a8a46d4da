//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../baselines/BaselineModel.java
//SOURCES ../evaluation/ModelZip.java
//SOURCES ../evaluation/SegmentPredictor.java
//SOURCES ../kit/Stage.java
//SOURCES ../networks/ModelFile.java
//SOURCES ../networks/NetworkDefinition.java
//SOURCES ../networks/Predictor.java
//SOURCES ../networks/TrainedModel.java
//SOURCES ../kit/Store.java
//SOURCES ../onnx/OnnxModel.java
//SOURCES OnnxExport.java
//SOURCES ../pretrained/PretrainedModel.java

package genrelab.classification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.baselines.BaselineModel;
import genrelab.evaluation.ModelZip;
import genrelab.evaluation.SegmentPredictor;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.Predictor;
import genrelab.networks.TrainedModel;
import genrelab.onnx.OnnxModel;
import genrelab.pretrained.PretrainedModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A trained model as {@link SongClassifier} uses it: a network or a baseline.
 *
 * @param description {@code model.json}
 * @param frames of a segment
 * @param coefficients values a frame
 * @param classes number of genres that it tells apart
 * @param takesClusters whether it takes each segment's cluster, which new songs have none of
 * @param predictor begins to load the model
 * @param pretrained a model of others, which takes audio; null for one of ours
 */
public record SongModel(
    JsonNode description,
    int frames,
    int coefficients,
    int classes,
    boolean takesClusters,
    Supplier<SegmentPredictor> predictor,
    PretrainedModel pretrained) {

  /**
   * Reads a {@code model.zip}, the ONNX model that {@code export} made of one, or an ONNX model of
   * others with its contract beside it.
   *
   * @throws Stage.Failure if it is missing, damaged, or of a network whose script is not included;
   *     of an ONNX model of others, if it has no contract, or one without classes
   */
  public static SongModel read(Path file) {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return ofOnnx(file);
    }
    if (ModelZip.format(file).equals(BaselineModel.FORMAT)) {
      return of(BaselineModel.read(file));
    }
    TrainedModel trained = ModelFile.read(file);
    return of(trained, architecture(trained, file));
  }

  /**
   * The definition of a trained network.
   *
   * @param file the model's, for messages
   * @throws Stage.Failure if the network's script is not included
   */
  static NetworkDefinition architecture(TrainedModel trained, Path file) {
    String name = trained.description().path("architecture").asText();
    return NetworkDefinition.ofScript(name)
        .orElseThrow(
            () ->
                new Stage.Failure(
                    "%s: the script of its network '%s' is not included; name it by -s, as in"
                        + " environment/jbang run -s Mine.java scripts/Classify.java, or in a"
                        + " //SOURCES line of this stage's script",
                    file, Stage.oneLine(name)));
  }

  /** What {@code export} recorded in an ONNX model; a missing node in models of others. */
  static JsonNode description(OnnxModel onnx) {
    try {
      return Store.JSON.readTree(onnx.metadata().getOrDefault(OnnxExport.DESCRIPTION, ""));
    } catch (JsonProcessingException error) {
      return MissingNode.getInstance();
    }
  }

  private static SongModel ofOnnx(Path file) {
    OnnxModel onnx = OnnxModel.open(file, Runtime.getRuntime().availableProcessors());
    long[] sizes = onnx.inputSizes("features").orElse(new long[0]);
    JsonNode description = description(onnx);
    if (!description.isObject()) {
      return of(PretrainedModel.read(file, onnx, null), file);
    }
    int classes = description.path("mapping").size();
    if (classes == 0
        || sizes.length != 3
        || sizes[1] < 1
        || sizes[2] < 1
        || !onnx.outputs().contains(OnnxExport.PROBABILITIES)) {
      throw new Stage.Failure(
          "%s: not an ONNX model that export wrote, so its features and genres are unknown; give"
              + " the model.zip, or its export",
          file);
    }
    return new SongModel(
        description,
        (int) sizes[1],
        (int) sizes[2],
        classes,
        onnx.inputs().contains("clusters"),
        () -> segments -> onnx.run(features(segments, sizes), OnnxExport.PROBABILITIES).rows(),
        null);
  }

  /** A model of others. */
  private static SongModel of(PretrainedModel model, Path file) {
    if (model.contract().classes() == null) {
      throw new Stage.Failure(
          "%s: its contract names no classes, so it can only embed; add classes: and"
              + " probabilities: to it",
          file);
    }
    ObjectNode description = Store.JSON.createObjectNode();
    description.set("mapping", Store.JSON.valueToTree(model.contract().classes()));
    return new SongModel(
        description,
        1,
        1,
        model.contract().classes().size(),
        false,
        () -> model::probabilities,
        model);
  }

  /** Segments as the input of an exported model. */
  static Map<String, OnnxModel.Tensor> features(float[][] segments, long[] sizes) {
    FloatBuffer values = FloatBuffer.allocate((int) (segments.length * sizes[1] * sizes[2]));
    for (float[] segment : segments) {
      values.put(segment);
    }
    return Map.of(
        "features", new OnnxModel.Tensor(values.array(), segments.length, sizes[1], sizes[2]));
  }

  /** A network. */
  private static SongModel of(TrainedModel model, NetworkDefinition architecture) {
    return new SongModel(
        model.description(),
        model.preparation().frames(),
        model.preparation().coefficients(),
        model.input().classes(),
        model.input().clusters() > 0,
        () -> new Predictor(model, architecture),
        null);
  }

  /** A baseline. */
  private static SongModel of(BaselineModel model) {
    return new SongModel(
        model.description(),
        model.description().at("/input/frames").asInt(),
        model.description().at("/input/coefficients").asInt(),
        model.classifier().mapping().size(),
        false,
        () -> model,
        null);
  }
}
