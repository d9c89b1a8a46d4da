// Quantiles of the beta distribution; Apache's successor of commons-math's.
//DEPS org.apache.commons:commons-statistics-distribution:1.2

package genrelab.evaluation;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BetaDistribution;

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

  /**
   * The exact interval of a proportion (Clopper and Pearson, 1934), as statsmodels's {@code
   * proportion_confint(method="beta")}; from 0 to 1 where there are no trials.
   */
  public static ConfidenceInterval clopperPearson(int successes, int trials) {
    double low =
        successes == 0
            ? 0
            : BetaDistribution.of(successes, trials - successes + 1)
                .inverseCumulativeProbability(TAIL);
    double high =
        successes == trials
            ? 1
            : BetaDistribution.of(successes + 1, trials - successes)
                .inverseSurvivalProbability(TAIL);
    return new ConfidenceInterval(low, high);
  }

  /**
   * The interval of a score from 0 to 1 by a bootstrap of independent units, such as tracks.
   *
   * <p>Where all units are alike, all right or all wrong, every draw is the same, as if the score
   * were known exactly; then the interval is {@link #clopperPearson}'s of all or none of the units.
   *
   * @param drawn the score of each draw, in any order
   * @param value the score
   * @param units how many the score is computed from
   */
  public static ConfidenceInterval ofScore(double[] drawn, double value, int units) {
    boolean alike =
        (value == 0 || value == 1) && Arrays.stream(drawn).allMatch(draw -> draw == value);
    return alike ? clopperPearson(value == 1 ? units : 0, units) : percentile(drawn, value);
  }
}
