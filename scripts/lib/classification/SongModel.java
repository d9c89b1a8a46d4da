//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../baselines/BaselineModel.java
//SOURCES ../networks/NetworkDefinition.java
//SOURCES ../networks/Predictor.java
//SOURCES ../networks/TrainedModel.java

package genrelab.classification;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.baselines.BaselineModel;
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

  /** What gives segments their probabilities. */
  public interface SegmentPredictor {
    /** Whether {@link #predict} would begin at once. */
    boolean isReady();

    /**
     * Probabilities without calibration.
     *
     * @param segments one array of frames · coefficients each
     * @return segment × class; each row sums to 1
     */
    float[][] predict(float[][] segments);
  }

  /** A network. */
  public static SongModel of(TrainedModel model, NetworkDefinition architecture) {
    return new SongModel(
        model.description(),
        model.preparation().frames(),
        model.preparation().coefficients(),
        model.input().classes(),
        model.input().clusters() > 0,
        () -> {
          var network = new Predictor(model, architecture);
          return new SegmentPredictor() {
            @Override
            public boolean isReady() {
              return network.isReady();
            }

            @Override
            public float[][] predict(float[][] segments) {
              return network.predict(segments);
            }
          };
        });
  }

  /** A baseline. */
  public static SongModel of(BaselineModel model) {
    return new SongModel(
        model.description(),
        model.description().at("/input/frames").asInt(),
        model.description().at("/input/coefficients").asInt(),
        model.classifier().mapping().size(),
        false,
        () ->
            new SegmentPredictor() {
              @Override
              public boolean isReady() {
                return true;
              }

              @Override
              public float[][] predict(float[][] segments) {
                return model.predict(segments);
              }
            });
  }
}
