//SOURCES ../features/FrameStatistics.java

package genrelab.baselines;

import genrelab.features.FrameStatistics;
import java.util.Arrays;

/**
 * Summary statistics of a segment's features over its frames, the classical input of genre
 * classifiers (Tzanetakis and Cook, <i>Musical genre classification of audio signals</i>, 2002, use
 * means and variances).
 */
final class SegmentStatistics {
  /** Statistics of each coefficient. */
  static final int PER_COEFFICIENT = 3;

  private SegmentStatistics() {}

  /**
   * Of each coefficient the mean, the standard deviation (population), and the mean absolute
   * difference of successive frames.
   *
   * @param segment frames · coefficients values
   * @return 3 · coefficients values: all means, all deviations, all differences; the differences of
   *     a single frame are 0
   */
  static float[] of(float[] segment, int coefficients) {
    int frames = segment.length / coefficients;
    float[] statistics =
        Arrays.copyOf(
            FrameStatistics.meansAndDeviations(segment, coefficients),
            PER_COEFFICIENT * coefficients);
    for (int c = 0; c < coefficients; c++) {
      double differences = 0;
      for (int i = coefficients + c; i < segment.length; i += coefficients) {
        differences += Math.abs((double) segment[i] - segment[i - coefficients]);
      }
      statistics[2 * coefficients + c] = (float) (differences / Math.max(1, frames - 1));
    }
    return statistics;
  }
}
