//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../evaluation/ModelCard.java
//SOURCES ../evaluation/ModelZip.java
//SOURCES ../evaluation/SegmentPredictor.java
//SOURCES ../features/Standardization.java
//SOURCES ../kit/Store.java
//SOURCES BaselineClassifier.java
//SOURCES Summary.java
//SOURCES UndatedModel.java
//SOURCES ../kit/Stage.java

package genrelab.baselines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.evaluation.ModelCard;
import genrelab.evaluation.ModelZip;
import genrelab.evaluation.SegmentPredictor;
import genrelab.features.Standardization;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.tribuo.Model;
import org.tribuo.classification.Label;

/**
 * A trained baseline, usable without the files it came from.
 *
 * <p>Its {@code model.zip} holds {@code model.json}, {@code model.pb} (Tribuo's protobuf, which
 * holds no Java objects) and {@code card.md}.
 *
 * @param description method, options, class names, features, split, metrics
 */
public record BaselineModel(ObjectNode description, BaselineClassifier classifier)
    implements SegmentPredictor {
  /** What {@code model.json} names as its format. */
  public static final String FORMAT = "genrelab baseline 1";

  private static final String PARAMETERS = "model.pb";

  /** Of a track's model the same for all: those of the segments together. */
  @Override
  public float[][] predict(float[][] segments) {
    Summary summary = Summary.read(description.path("input"));
    if (summary.level() == Summary.Level.segment) {
      return classifier.probabilities(
          Arrays.stream(segments).map(summary::of).toArray(float[][]::new));
    }
    float[][] ofAll = classifier.probabilities(new float[][] {summary.of(joined(segments))});
    return Arrays.stream(segments).map(segment -> ofAll[0]).toArray(float[][]::new);
  }

  /** Segments one after another, as one. */
  static float[] joined(float[][] segments) {
    FloatBuffer frames =
        FloatBuffer.allocate(Arrays.stream(segments).mapToInt(each -> each.length).sum());
    for (float[] segment : segments) {
      frames.put(segment);
    }
    return frames.array();
  }

  /** The model's card: see {@link ModelCard}. */
  public String card() {
    return ModelCard.of(
        description,
        Map.of(
            "classifier",
            "| method | %s, by Tribuo |".formatted(description.path("network").asText()),
            "input",
            "%s of one %s, each standardised by training"
                .formatted(
                    description.at("/input/statistics").asText(),
                    description.at("/input/level").asText()),
            "weights",
            "after one training",
            "library",
            "Tribuo " + description.path("tribuo").asText()));
  }

  /** Writes the zip; the same training gives the same bytes. */
  public void write(Path file) {
    ObjectNode record = description.deepCopy().put("format", FORMAT);
    record.set("preparation", Store.JSON.valueToTree(classifier.standardization()));
    ModelZip.write(
        file,
        record,
        PARAMETERS,
        UndatedModel.of(classifier.model().serialize()).toByteArray(),
        card());
  }

  /**
   * Reads a baseline, which may come from others.
   *
   * @throws Stage.Failure if the file is missing, no zip, or no sound baseline
   */
  public static BaselineModel read(Path file) {
    return ModelZip.read(
        file,
        FORMAT,
        PARAMETERS,
        (record, bytes) -> {
          List<String> mapping =
              StreamSupport.stream(record.path("mapping").spliterator(), false)
                  .map(JsonNode::asText)
                  .toList();
          Standardization standardization =
              Store.JSON.treeToValue(record.path("preparation"), Standardization.class);
          requireSound(file, record, standardization);
          return new BaselineModel(
              record, new BaselineClassifier(mapping, standardization, model(file, bytes)));
        });
  }

  private static void requireSound(Path file, ObjectNode record, Standardization standardization) {
    int coefficients = record.at("/input/coefficients").asInt();
    boolean sound =
        standardization != null
            && standardization.mean() != null
            && standardization.deviation() != null
            && coefficients >= 1
            && standardization.mean().length == standardization.deviation().length
            && Summary.isSound(record.path("input"))
            && standardization.mean().length == Summary.read(record.path("input")).length();
    for (int v = 0; sound && v < standardization.mean().length; v++) {
      sound =
          Float.isFinite(standardization.mean()[v])
              && standardization.deviation()[v] > 0
              && Float.isFinite(standardization.deviation()[v]);
    }
    if (!sound) {
      throw ModelZip.broken(file, "its scaling makes no sense");
    }
  }

  private static Model<Label> model(Path file, byte[] bytes) throws IOException {
    try {
      Model<?> model = Model.deserializeFromStream(new ByteArrayInputStream(bytes));
      if (model.validate(Label.class)) {
        return model.castModel(Label.class);
      }
    } catch (RuntimeException error) { // what Tribuo throws of bytes that are no model
      throw ModelZip.broken(file, PARAMETERS + " is damaged");
    }
    throw ModelZip.broken(file, PARAMETERS + " is no classifier");
  }
}
