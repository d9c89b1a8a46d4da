package genrelab.evaluation;

import java.util.Arrays;

/** A 95 % confidence interval. */
public record ConfidenceInterval(double low, double high) {
  /** Half of what lies outside. */
  private static final double TAIL = 0.025;

  /** The interval of a value that is known exactly, or of which nothing was drawn. */
  public static ConfidenceInterval exactly(double value) {
    return new ConfidenceInterval(value, value);
  }

  /**
   * The percentile interval of a bootstrap (Efron and Tibshirani, 1993, ch. 13).
   *
   * @param drawn the figure of each draw, in any order
   * @param value the figure itself: both ends where nothing was drawn
   */
  public static ConfidenceInterval percentile(double[] drawn, double value) {
    if (drawn.length == 0) {
      return exactly(value);
    }
    double[] sorted = drawn.clone();
    Arrays.sort(sorted);
    return new ConfidenceInterval(
        sorted[(int) Math.floor(TAIL * (sorted.length - 1))],
        sorted[(int) Math.ceil((1 - TAIL) * (sorted.length - 1))]);
  }
}
