//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

package genrelab.evaluation;

import java.util.Arrays;
import java.util.stream.StreamSupport;

/**
 * Out-of-distribution detection: whether a segment's features lie within those of the training
 * part.
 *
 * <p>A segment is summarised by each coefficient's mean and log standard deviation over its frames
 * (the logarithm, since steady noise varies less than any music; of more than 32 values a frame,
 * neighbours are summed into 32 first). Its distance is the Mahalanobis distance of this summary
 * from the mean of the training segments' (after Lee et al., <i>A simple unified framework for
 * detecting out-of-distribution samples and adversarial attacks</i>, 2018, who use a network's
 * activations), with their correlation matrix shrunk by 0.1 towards the identity, so that it is
 * well conditioned for few segments too. Beyond the 99th percentile of the validation segments'
 * distances a segment is out of distribution.
 *
 * <p>It detects silence, tones, clicks and some other music and recording chains; white noise had a
 * distance of 7.8 where the threshold of real clips was 8.8, so that hiss may pass. It can't detect
 * a genre that was not in training but has the same timbre, and says nothing about whether the
 * prediction is right.
 *
 * @param values a frame's
 * @param mean of the training segments' summaries: means, then log standard deviations
 * @param deviation their standard deviations, above 0
 * @param inverse of the shrunk correlation matrix
 * @param threshold the largest distance that counts as in distribution
 * @param segments of the validation part that the threshold was taken from
 */
public record OutOfDistribution(
    int values,
    double[] mean,
    double[] deviation,
    double[][] inverse,
    double threshold,
    int segments) {
  private static final int MAX_COLUMNS = 32;
  private static final double SHRINKAGE = 0.1;

  /** Lower bound of a standard deviation, so that silence has a logarithm. */
  private static final double MIN_DEVIATION = 1e-3;

  private static final double PERCENTILE = 0.99;

  /**
   * Estimates the training segments' distribution, and the threshold on validation segments.
   *
   * @param training one array of frames · values each; read once
   * @param validation the same, at least one; read once
   */
  public static OutOfDistribution fit(
      Iterable<float[]> training, Iterable<float[]> validation, int values) {
    double[][] summaries =
        StreamSupport.stream(training.spliterator(), false)
            .map(segment -> summary(segment, values))
            .toArray(double[][]::new);
    int size = summaries[0].length;
    double[] mean = new double[size];
    double[] deviation = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      double squares = 0;
      for (double[] segment : summaries) {
        sum += segment[i];
      }
      mean[i] = sum / summaries.length;
      for (double[] segment : summaries) {
        squares += (segment[i] - mean[i]) * (segment[i] - mean[i]);
      }
      deviation[i] = Math.max(1e-6, Math.sqrt(squares / summaries.length));
    }
    double[][] correlation = new double[size][size];
    for (double[] segment : summaries) {
      for (int i = 0; i < size; i++) {
        double a = (segment[i] - mean[i]) / deviation[i];
        for (int j = 0; j < size; j++) {
          correlation[i][j] += a * (segment[j] - mean[j]) / deviation[j] / summaries.length;
        }
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        correlation[i][j] = (1 - SHRINKAGE) * correlation[i][j] + (i == j ? SHRINKAGE : 0);
      }
    }
    var unbounded = new OutOfDistribution(values, mean, deviation, inverse(correlation), 0, 0);
    double[] distances =
        StreamSupport.stream(validation.spliterator(), false)
            .mapToDouble(unbounded::distance)
            .sorted()
            .toArray();
    double threshold = distances[(int) Math.ceil(PERCENTILE * distances.length) - 1];
    return new OutOfDistribution(
        values, mean, deviation, unbounded.inverse, threshold, distances.length);
  }

  /** Whether a distance is beyond the threshold. */
  public boolean isOutside(double distance) {
    return distance > threshold;
  }

  /** A segment's Mahalanobis distance from the training segments' mean, at least 0. */
  public double distance(float[] segment) {
    double[] z = summary(segment, values);
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
   * Checks numbers that were read from a file.
   *
   * @throws IllegalArgumentException unless they are finite and their sizes fit together
   */
  public void check() {
    int size = 2 * Math.min(Math.max(1, values), MAX_COLUMNS);
    boolean valid =
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
            && Arrays.stream(inverse).allMatch(OutOfDistribution::finite)
            && Double.isFinite(threshold);
    if (!valid) {
      throw new IllegalArgumentException("familiarity");
    }
  }

  private static boolean finite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /** Means, then log standard deviations, of the columns over the frames. */
  private static double[] summary(float[] segment, int values) {
    int columns = Math.min(values, MAX_COLUMNS);
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
    double[] summary = new double[2 * columns];
    for (int c = 0; c < columns; c++) {
      double mean = sum[c] / frames;
      summary[c] = mean;
      double variance = Math.max(0, squares[c] / frames - mean * mean);
      summary[columns + c] = Math.log(Math.max(MIN_DEVIATION, Math.sqrt(variance)));
    }
    return summary;
  }

  /** Of a symmetric, positive definite matrix, by Gauss-Jordan elimination without pivoting. */
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
