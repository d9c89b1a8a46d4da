//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

package genrelab.evaluation;

import java.util.Arrays;

/**
 * Whether a segment sounds like the training part at all, told by its features alone.
 *
 * <p>A segment is described by each coefficient's mean and logarithm of deviation over its frames
 * (steady noise varies less than any music, which a deviation itself would hardly show; of more
 * than 32 values a frame, neighbours are summed into 32 first); these are standardised by the
 * training segments, and its distance is Mahalanobis's from their mean, by their correlations
 * shrunk a tenth towards none, so that few segments serve too. Beyond the 99th percentile of the
 * validation segments' distances it counts as unlike.
 *
 * <p>It tells silence, tones, clicks and some other music and recording chains; white noise came
 * out 7.8 away from real clips whose threshold was 8.8, so that hiss may pass. It can't tell a
 * genre that was not in training but has the same timbre, and says nothing about whether the answer
 * is right.
 *
 * @param values a frame's
 * @param mean of each describing number
 * @param deviation of each, above 0
 * @param inverse of the shrunk correlations
 * @param threshold the largest distance that still is like training
 * @param segments of the validation part that it was taken from
 */
public record Familiarity(
    int values,
    double[] mean,
    double[] deviation,
    double[][] inverse,
    double threshold,
    int segments) {
  private static final int MOST_COLUMNS = 32;
  private static final double SHRINKAGE = 0.1;

  /** Deviations below count as this, those of silence too. */
  private static final double STEADY = 1e-3;

  private static final double PERCENTILE = 0.99;

  /**
   * Learns what training sounds like.
   *
   * @param training one array of frames · values each
   * @param validation the same, at least one
   */
  public static Familiarity fit(float[][] training, float[][] validation, int values) {
    double[][] described = new double[training.length][];
    for (int s = 0; s < training.length; s++) {
      described[s] = describe(training[s], values);
    }
    int size = described[0].length;
    double[] mean = new double[size];
    double[] deviation = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      double squares = 0;
      for (double[] segment : described) {
        sum += segment[i];
      }
      mean[i] = sum / described.length;
      for (double[] segment : described) {
        squares += (segment[i] - mean[i]) * (segment[i] - mean[i]);
      }
      deviation[i] = Math.max(1e-6, Math.sqrt(squares / described.length));
    }
    double[][] correlation = new double[size][size];
    for (double[] segment : described) {
      for (int i = 0; i < size; i++) {
        double a = (segment[i] - mean[i]) / deviation[i];
        for (int j = 0; j < size; j++) {
          correlation[i][j] += a * (segment[j] - mean[j]) / deviation[j] / described.length;
        }
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        correlation[i][j] = (1 - SHRINKAGE) * correlation[i][j] + (i == j ? SHRINKAGE : 0);
      }
    }
    var open = new Familiarity(values, mean, deviation, inverse(correlation), 0, validation.length);
    double[] distances = Arrays.stream(validation).mapToDouble(open::distance).sorted().toArray();
    double threshold = distances[(int) Math.ceil(PERCENTILE * distances.length) - 1];
    return new Familiarity(values, mean, deviation, open.inverse, threshold, validation.length);
  }

  /** A segment's distance from the training segments, at least 0. */
  public double distance(float[] segment) {
    double[] z = describe(segment, values);
    for (int i = 0; i < z.length; i++) {
      z[i] = (z[i] - mean[i]) / deviation[i];
    }
    double square = 0;
    for (int i = 0; i < z.length; i++) {
      for (int j = 0; j < z.length; j++) {
        square += z[i] * inverse[i][j] * z[j];
      }
    }
    return Math.sqrt(Math.max(0, square));
  }

  /**
   * Throws an IllegalArgumentException unless the numbers fit together, as in a file of others they
   * may not.
   */
  public void check() {
    int size = 2 * Math.min(Math.max(1, values), MOST_COLUMNS);
    boolean sound =
        values >= 1
            && mean != null
            && deviation != null
            && inverse != null
            && mean.length == size
            && deviation.length == size
            && inverse.length == size
            && Arrays.stream(inverse).allMatch(row -> row != null && row.length == size)
            && finite(mean)
            && finite(deviation)
            && Arrays.stream(deviation).allMatch(value -> value > 0)
            && Arrays.stream(inverse).allMatch(Familiarity::finite)
            && Double.isFinite(threshold);
    if (!sound) {
      throw new IllegalArgumentException("familiarity");
    }
  }

  private static boolean finite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /** Means, then logarithms of deviations, of the columns over the frames. */
  private static double[] describe(float[] segment, int values) {
    int columns = Math.min(values, MOST_COLUMNS);
    int frames = segment.length / values;
    double[] sum = new double[columns];
    double[] squares = new double[columns];
    double[] column = new double[columns];
    for (int frame = 0; frame < frames; frame++) {
      Arrays.fill(column, 0);
      for (int v = 0; v < values; v++) {
        column[(int) ((long) v * columns / values)] += segment[frame * values + v];
      }
      for (int c = 0; c < columns; c++) {
        sum[c] += column[c];
        squares[c] += column[c] * column[c];
      }
    }
    double[] described = new double[2 * columns];
    for (int c = 0; c < columns; c++) {
      double mean = sum[c] / frames;
      described[c] = mean;
      double variance = Math.max(0, squares[c] / frames - mean * mean);
      described[columns + c] = Math.log(Math.max(STEADY, Math.sqrt(variance)));
    }
    return described;
  }

  /** Of a symmetric, positive definite matrix, by Gauss and Jordan, which needs no pivots there. */
  private static double[][] inverse(double[][] matrix) {
    int size = matrix.length;
    double[][] inverse = new double[size][size];
    for (int i = 0; i < size; i++) {
      inverse[i][i] = 1;
    }
    for (int p = 0; p < size; p++) {
      double pivot = matrix[p][p];
      for (int j = 0; j < size; j++) {
        matrix[p][j] /= pivot;
        inverse[p][j] /= pivot;
      }
      for (int i = 0; i < size; i++) {
        double factor = matrix[i][p];
        if (i != p && factor != 0) {
          for (int j = 0; j < size; j++) {
            matrix[i][j] -= factor * matrix[p][j];
            inverse[i][j] -= factor * inverse[p][j];
          }
        }
      }
    }
    return inverse;
  }
}
