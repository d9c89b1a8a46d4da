//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../features/Features.java
//SOURCES LogMelStatistics.java
//SOURCES SegmentStatistics.java
//SOURCES ../features/FrameStatistics.java

package genrelab.baselines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.Features;
import genrelab.features.FrameStatistics;
import java.util.Arrays;

/**
 * What a baseline's vectors describe.
 *
 * @param level segment: a vector for each segment; track: one for all segments of a track
 * @param values that a vector holds
 * @param coefficients values a frame
 * @param frameRate frames a second
 */
public record Summary(Level level, Values values, int coefficients, double frameRate) {
  /** What a vector is of. */
  public enum Level {
    segment,
    track
  }

  /**
   * What a vector holds: see {@link SegmentStatistics} and {@link LogMelStatistics}; mean: of each
   * coefficient the mean alone.
   */
  public enum Values {
    statistics("mean, standard deviation and mean absolute difference"),
    mean("mean"),
    full("statistics of bands and of their DCT, and modulation spectra,");

    private final String description;

    Values(String description) {
      this.description = description;
    }
  }

  /** The kit's, for features from elsewhere that do not say how long their frames are. */
  private static final double SEGMENT_SECONDS = 3;

  private static final double MAX_FRAME_RATE = 1e5;

  /** Of the features' frames and coefficients. */
  static Summary of(Level level, Values values, Features features) {
    double rate = features.params().path("sampleRate").asDouble();
    double hop = features.params().path("hop").asDouble();
    double frameRate = rate > 0 && hop > 0 ? rate / hop : features.frames() / SEGMENT_SECONDS;
    return new Summary(level, values, features.coefficients(), frameRate);
  }

  /** Of a model's sound {@code input}. */
  static Summary read(JsonNode input) {
    return new Summary(
        Level.valueOf(input.path("level").asText()),
        Values.valueOf(input.path("summary").asText()),
        input.path("coefficients").asInt(),
        input.path("frameRate").asDouble());
  }

  /** Whether a model's {@code input}, which may come from others, can be read. */
  static boolean isSound(JsonNode input) {
    return Arrays.stream(Level.values()).anyMatch(each -> each.name().equals(text(input, "level")))
        && Arrays.stream(Values.values())
            .anyMatch(each -> each.name().equals(text(input, "summary")))
        && input.path("coefficients").asInt() >= 1
        && input.path("frameRate").asDouble() > 0
        && input.path("frameRate").asDouble() <= MAX_FRAME_RATE;
  }

  private static String text(JsonNode input, String key) {
    return input.path(key).asText();
  }

  /** Records it in a model's {@code input}. */
  void describe(ObjectNode input) {
    input
        .put("level", level.name())
        .put("summary", values.name())
        .put("statistics", values.description)
        .put("coefficients", coefficients)
        .put("frameRate", frameRate);
  }

  /** Length of a vector. */
  int length() {
    return switch (values) {
      case statistics -> SegmentStatistics.PER_COEFFICIENT * coefficients;
      case mean -> coefficients;
      case full -> LogMelStatistics.length(coefficients);
    };
  }

  /**
   * The vector of frames · coefficients values: of a segment, or of a track's one after another.
   */
  float[] of(float[] frames) {
    return switch (values) {
      case statistics -> SegmentStatistics.of(frames, coefficients);
      case mean ->
          Arrays.copyOf(FrameStatistics.meansAndDeviations(frames, coefficients), coefficients);
      case full -> LogMelStatistics.of(frames, coefficients, frameRate);
    };
  }
}
