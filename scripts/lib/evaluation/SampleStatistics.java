package genrelab.evaluation;

import java.util.Arrays;

/**
 * Mean and spread of a sample.
 *
 * <p>Sums are the compensated ones of Java's streams: published result files hold these last
 * digits.
 *
 * @param count number of values
 * @param mean arithmetic mean; NaN of no values
 * @param variance over n − 1; NaN of fewer than two values
 */
public record SampleStatistics(int count, double mean, double variance) {
  /** The statistics of some values. */
  public static SampleStatistics of(double... values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new SampleStatistics(
        values.length, mean, values.length < 2 ? Double.NaN : squares / (values.length - 1));
  }

  /** Standard deviation over n − 1; NaN of fewer than two values. */
  public double deviation() {
    return Math.sqrt(variance);
  }

  /** The middle value, of an even number the mean of the middle two; NaN of no values. */
  public static double median(double... values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
