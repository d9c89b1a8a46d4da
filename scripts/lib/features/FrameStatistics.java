package genrelab.features;

/** Statistics of a segment's coefficients over its frames. */
public final class FrameStatistics {
  private FrameStatistics() {}

  /**
   * The mean and the standard deviation (population) of each coefficient, computed in double
   * precision.
   *
   * @param segment frames · coefficients values, at least one frame
   * @return 2 · coefficients values: all means, then all deviations
   */
  public static float[] meansAndDeviations(float[] segment, int coefficients) {
    int frames = segment.length / coefficients;
    float[] statistics = new float[2 * coefficients];
    for (int c = 0; c < coefficients; c++) {
      double sum = 0;
      for (int frame = 0; frame < frames; frame++) {
        sum += segment[frame * coefficients + c];
      }
      double mean = sum / frames;
      double squares = 0;
      for (int frame = 0; frame < frames; frame++) {
        double deviation = segment[frame * coefficients + c] - mean;
        squares += deviation * deviation;
      }
      statistics[c] = (float) mean;
      statistics[coefficients + c] = (float) Math.sqrt(squares / frames);
    }
    return statistics;
  }
}
