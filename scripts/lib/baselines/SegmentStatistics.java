package genrelab.baselines;

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
    float[] statistics = new float[PER_COEFFICIENT * coefficients];
    for (int c = 0; c < coefficients; c++) {
      double sum = 0;
      double differences = 0;
      for (int frame = 0; frame < frames; frame++) {
        double value = segment[frame * coefficients + c];
        sum += value;
        differences += frame == 0 ? 0 : Math.abs(value - segment[(frame - 1) * coefficients + c]);
      }
      double mean = sum / frames;
      double squares = 0;
      for (int frame = 0; frame < frames; frame++) {
        double deviation = segment[frame * coefficients + c] - mean;
        squares += deviation * deviation;
      }
      statistics[c] = (float) mean;
      statistics[coefficients + c] = (float) Math.sqrt(squares / frames);
      statistics[2 * coefficients + c] = (float) (differences / Math.max(1, frames - 1));
    }
    return statistics;
  }
}
