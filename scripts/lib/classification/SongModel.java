//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../baselines/BaselineModel.java
//SOURCES ../evaluation/ModelZip.java
//SOURCES ../evaluation/SegmentPredictor.java
//SOURCES ../kit/Stage.java
//SOURCES ../networks/ModelFile.java
//SOURCES ../networks/NetworkDefinition.java
//SOURCES ../networks/Predictor.java
//SOURCES ../networks/TrainedModel.java

package genrelab.classification;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.baselines.BaselineModel;
import genrelab.evaluation.ModelZip;
import genrelab.evaluation.SegmentPredictor;
import genrelab.kit.Stage;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.Predictor;
import genrelab.networks.TrainedModel;
import java.nio.file.Path;
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
 */
public record SongModel(
    JsonNode description,
    int frames,
    int coefficients,
    int classes,
    boolean takesClusters,
    Supplier<SegmentPredictor> predictor) {

  /**
   * Reads a model's zip.
   *
   * @throws Stage.Failure if it is missing, damaged, or of a network whose script is not included
   */
  public static SongModel read(Path file) {
    if (ModelZip.format(file).equals(BaselineModel.FORMAT)) {
      return of(BaselineModel.read(file));
    }
    TrainedModel trained = ModelFile.read(file);
    String name = trained.description().path("architecture").asText();
    NetworkDefinition architecture =
        NetworkDefinition.ofScript(name)
            .orElseThrow(
                () ->
                    new Stage.Failure(
                        "%s: classify does not include the script of its network '%s'; name the"
                            + " script by -s, as in environment/jbang run -s Mine.java"
                            + " scripts/Classify.java, or in a //SOURCES line of Classify.java",
                        file, Stage.oneLine(name)));
    return of(trained, architecture);
  }

  /** A network. */
  private static SongModel of(TrainedModel model, NetworkDefinition architecture) {
    return new SongModel(
        model.description(),
        model.preparation().frames(),
        model.preparation().coefficients(),
        model.input().classes(),
        model.input().clusters() > 0,
        () -> new Predictor(model, architecture));
  }

  /** A baseline. */
  private static SongModel of(BaselineModel model) {
    return new SongModel(
        model.description(),
        model.description().at("/input/frames").asInt(),
        model.description().at("/input/coefficients").asInt(),
        model.classifier().mapping().size(),
        false,
        () -> model);
  }
}
