package genrelab.features;

import java.util.Arrays;

/**
 * Brings each coefficient to mean 0 and standard deviation 1, as scikit-learn's {@code
 * StandardScaler} does.
 *
 * @param mean of each coefficient
 * @param deviation of each coefficient; 1 where it is constant, so that nothing is divided by 0
 */
public record Standardization(float[] mean, float[] deviation) {
  /** A variance up to this is what rounding leaves of a constant. */
  private static final double CONSTANT = 1e-12;

  /**
   * Learns means and deviations.
   *
   * @param rows at least one; of each, value i belongs to coefficient i mod {@code coefficients}
   */
  public static Standardization fit(float[][] rows, int coefficients) {
    return fit(Arrays.asList(rows), coefficients);
  }

  /** As {@link #fit(float[][], int)}, of rows that are read one after another. */
  public static Standardization fit(Iterable<float[]> rows, int coefficients) {
    double[] sum = new double[coefficients];
    double[] squares = new double[coefficients];
    long count = 0;
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        sum[i % coefficients] += row[i];
        squares[i % coefficients] += (double) row[i] * row[i];
      }
      count += row.length / coefficients;
    }
    float[] mean = new float[coefficients];
    float[] deviation = new float[coefficients];
    for (int c = 0; c < coefficients; c++) {
      mean[c] = (float) (sum[c] / count);
      double variance = squares[c] / count - (sum[c] / count) * (sum[c] / count);
      deviation[c] = variance > CONSTANT ? (float) Math.sqrt(variance) : 1;
    }
    return new Standardization(mean, deviation);
  }

  /** A row's values, standardised. */
  public float[] apply(float[] row) {
    float[] scaled = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      int c = i % mean.length;
      scaled[i] = (row[i] - mean[c]) / deviation[c];
    }
    return scaled;
  }
}
