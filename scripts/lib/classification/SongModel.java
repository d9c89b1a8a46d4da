//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../baselines/BaselineModel.java
//SOURCES ../evaluation/SegmentPredictor.java
//SOURCES ../networks/NetworkDefinition.java
//SOURCES ../networks/Predictor.java
//SOURCES ../networks/TrainedModel.java

package genrelab.classification;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.baselines.BaselineModel;
import genrelab.evaluation.SegmentPredictor;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.Predictor;
import genrelab.networks.TrainedModel;
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

  /** A network. */
  public static SongModel of(TrainedModel model, NetworkDefinition architecture) {
    return new SongModel(
        model.description(),
        model.preparation().frames(),
        model.preparation().coefficients(),
        model.input().classes(),
        model.input().clusters() > 0,
        () -> new Predictor(model, architecture));
  }

  /** A baseline. */
  public static SongModel of(BaselineModel model) {
    return new SongModel(
        model.description(),
        model.description().at("/input/frames").asInt(),
        model.description().at("/input/coefficients").asInt(),
        model.classifier().mapping().size(),
        false,
        () -> model);
  }
}
