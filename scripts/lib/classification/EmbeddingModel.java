//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../baselines/BaselineModel.java
//SOURCES ../evaluation/ModelZip.java
//SOURCES ../features/Features.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../networks/ModelFile.java
//SOURCES ../networks/Predictor.java
//SOURCES ../networks/TrainedModel.java
//SOURCES ../onnx/OnnxModel.java
//SOURCES OnnxExport.java
//SOURCES SongModel.java
//SOURCES ../pretrained/AudioInput.java
//SOURCES ../pretrained/Contract.java
//SOURCES ../pretrained/PretrainedModel.java

package genrelab.classification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.baselines.BaselineModel;
import genrelab.evaluation.ModelZip;
import genrelab.features.Features;
import genrelab.features.SegmentFeatures;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.ModelFile;
import genrelab.networks.Predictor;
import genrelab.networks.TrainedModel;
import genrelab.onnx.OnnxModel;
import genrelab.pretrained.AudioInput;
import genrelab.pretrained.Contract;
import genrelab.pretrained.PretrainedModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A trained network as an extractor of features: of one of ours, a segment's embedding is what its
 * output layer takes, the activations of the layer before; of one of others, the output that its
 * contract names.
 *
 * @param file of the model, for messages
 * @param description {@code model.json}
 * @param frames of a segment
 * @param coefficients values a frame
 * @param clusters length of the one-hot cluster that it takes beside the features; 0 for none
 * @param layer the name of the one that is read; waits for the network
 * @param function from segments and their clusters to embeddings
 * @param pretrained a model of others, which takes audio; null for one of ours, of features
 */
public record EmbeddingModel(
    Path file,
    JsonNode description,
    int frames,
    int coefficients,
    int clusters,
    Supplier<String> layer,
    Function function,
    PretrainedModel pretrained) {

  /** From segments to embeddings. */
  @FunctionalInterface
  public interface Function {
    /**
     * Embeds segments.
     *
     * @param segments one array of values each
     * @param clusters of the segments, −1 for none; ignored by a model that takes none
     * @return segment × value
     */
    float[][] embed(float[][] segments, int[] clusters);
  }

  /**
   * Reads a network's {@code model.zip}, the ONNX model that {@code export} made of one, or an ONNX
   * model of others with its contract.
   *
   * @param contract of an ONNX model; null for the one beside it
   * @throws Stage.Failure if it is missing or damaged, of a baseline, of a network whose script is
   *     not included, or an ONNX model without embeddings or contract
   */
  public static EmbeddingModel read(Path file, Path contract) {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return ofOnnx(file, contract);
    }
    Stage.requireOption(contract == null, "--contract goes with an ONNX model");
    if (ModelZip.format(file).equals(BaselineModel.FORMAT)) {
      throw new Stage.Failure(
          "%s: a baseline, which has no layers to take embeddings of; give the model.zip of a"
              + " network",
          file);
    }
    TrainedModel model = ModelFile.read(file);
    var predictor = new Predictor(model, SongModel.architecture(model, file));
    return new EmbeddingModel(
        file,
        model.description(),
        model.preparation().frames(),
        model.preparation().coefficients(),
        model.preparation().clusters(),
        predictor::layerBeforeOutput,
        predictor::embeddings,
        null);
  }

  private static EmbeddingModel ofOnnx(Path file, Path contract) {
    OnnxModel onnx = OnnxModel.open(file, Runtime.getRuntime().availableProcessors());
    JsonNode description = SongModel.description(onnx);
    if (contract != null || !description.isObject()) {
      PretrainedModel model = PretrainedModel.read(file, onnx, contract);
      return new EmbeddingModel(
          file,
          description,
          0,
          0,
          0,
          () -> model.contract().embedding().name(),
          (segments, clusterOf) -> model.embeddings(segments),
          model);
    }
    long[] sizes = onnx.inputSizes("features").orElse(new long[0]);
    boolean sound = sizes.length == 3 && sizes[1] > 0 && sizes[2] > 0;
    if (!sound || !onnx.outputs().contains(OnnxExport.EMBEDDING)) {
      throw new Stage.Failure(
          "%s: it has no output 'embedding'; export the network again, or give its model.zip",
          file);
    }
    int clusters = onnx.inputSizes("clusters").map(size -> (int) size[size.length - 1]).orElse(0);
    return new EmbeddingModel(
        file,
        description,
        (int) sizes[1],
        (int) sizes[2],
        clusters,
        () -> OnnxExport.EMBEDDING,
        (segments, clusterOf) -> {
          var inputs = new HashMap<>(SongModel.features(segments, sizes));
          if (clusters > 0) {
            inputs.put("clusters", oneHot(clusterOf, clusters));
          }
          return onnx.run(inputs, OnnxExport.EMBEDDING).rows();
        },
        null);
  }

  private static OnnxModel.Tensor oneHot(int[] clusterOf, int clusters) {
    float[] ones = new float[clusterOf.length * clusters];
    for (int r = 0; r < clusterOf.length; r++) {
      if (clusterOf[r] >= 0) {
        ones[r * clusters + clusterOf[r]] = 1;
      }
    }
    return new OnnxModel.Tensor(ones, clusterOf.length, clusters);
  }

  /** What the embeddings' file records of the model. */
  public ObjectNode record() {
    ObjectNode record = Store.JSON.createObjectNode();
    if (pretrained != null) {
      Contract contract = pretrained.contract();
      record.put("model", contract.name()).put("output", contract.embedding().name());
      record.put("licence", contract.licence()).put("source", contract.source());
      record.put("checked", contract.checked()).put("pooling", "mean over patches");
      record.put("sampleRate", contract.sampleRate());
      record.set("mel", Store.JSON.valueToTree(contract.mel()));
      record.set("patch", Store.JSON.valueToTree(contract.patch()));
      return record;
    }
    record.put("model", description.path("network").asText("network"));
    record.put("layer", layer.get());
    record.set("of", description.path("features").deepCopy());
    return record;
  }

  /** Whether the model was trained on synthetic audio. */
  public boolean isSynthetic() {
    return description.at("/features/provenance/synthetic").asBoolean();
  }

  // ---- its input

  /**
   * Checks that the model can take features, as far as they tell.
   *
   * @param from where they were read, for messages
   * @throws Stage.Failure if they are of another kind, size or other parameters than those that it
   *     was trained on, or lack the clusters that it takes
   */
  public void requireFits(Features features, Path from) {
    if (pretrained != null) {
      throw new Stage.Failure("%s: it takes audio, not features; give --segments", file);
    }
    String key = description.at("/features/key").asText(features.key());
    if (!key.equals(features.key())
        || features.frames() != frames
        || features.coefficients() != coefficients) {
      throw new Stage.Failure(
          "%s: %s of %d × %d values do not fit %s, which takes %s of %d × %d (frames ×"
              + " coefficients); compute the features as the model's were",
          from,
          features.key(),
          features.frames(),
          features.coefficients(),
          file,
          key,
          frames,
          coefficients);
    }
    otherParameter(features.params())
        .ifPresent(
            name -> {
              throw new Stage.Failure(
                  "%s: computed with another %s (%s) than the features of %s (%s); compute them as"
                      + " the model's were",
                  from,
                  name,
                  features.params().path(name),
                  file,
                  description.at("/features/params").path(name));
            });
    if (clusters > 0) {
      int most = features.clusters() == null ? -1 : max(features.clusters());
      if (features.clusters() == null || most >= clusters) {
        throw new Stage.Failure(
            "%s: %s takes each segment's cluster, of %d; give the features with clusters that it"
                + " was trained on",
            from, file, clusters);
      }
    }
  }

  private static int max(int[] values) {
    int max = -1;
    for (int value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** A parameter that both records have, with different values. */
  private Optional<String> otherParameter(JsonNode params) {
    JsonNode own = description.at("/features/params");
    for (Map.Entry<String, JsonNode> each : own.properties()) {
      JsonNode other = params.path(each.getKey());
      if (!other.isMissingNode()
          && !other.equals(each.getValue())
          && !(other.isNumber() && other.asDouble() == each.getValue().asDouble(Double.NaN))) {
        return Optional.of(each.getKey());
      }
    }
    return Optional.empty();
  }

  /** What computes its features; of a model of others, samples are all that it takes. */
  public String key() {
    return pretrained != null ? "audio" : description.at("/features/key").asText();
  }

  /**
   * How its input is computed from audio.
   *
   * @throws Stage.Failure if the record does not say it, or the model takes clusters
   */
  public AudioInput fromAudio() {
    if (pretrained != null) {
      return pretrained.audio();
    }
    if (clusters > 0) {
      throw new Stage.Failure(
          "%s: this network takes each segment's cluster; give --features with clusters", file);
    }
    JsonNode record = description.path("features");
    try {
      SegmentFeatures of = SegmentFeatures.of(record.path("key").asText(), record.path("params"));
      return new AudioInput(
          of.rate(), of.nFft(), of.hop(), of.centre(), of.least(), of.width(), of::extractor);
    } catch (IllegalArgumentException missing) {
      throw new Stage.Failure(
          "%s: its features can't be computed from audio (%s); give --features as it was trained"
              + " on",
          file, missing.getMessage());
    }
  }
}
