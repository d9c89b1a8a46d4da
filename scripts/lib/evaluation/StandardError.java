// Student's t distribution; Apache's successor of commons-math's.
//DEPS org.apache.commons:commons-statistics-distribution:1.2
//SOURCES ConfidenceInterval.java

package genrelab.evaluation;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The standard error of an estimate, put together from independent sources of variance of which
 * some are known from few observations.
 *
 * <p>Degrees of freedom are those of Welch (1947) and Satterthwaite (1946): (Σ v)² / Σ (v² / d)
 * over the sources' variances v and degrees of freedom d.
 *
 * @param variance of the estimate, the square of its standard error
 * @param uncertainty Σ (v² / d): 0 where every source is known exactly
 */
public record StandardError(double variance, double uncertainty) {
  private static final double UPPER = 0.975;

  /** The standard error of what is known exactly. */
  public static final StandardError NONE = new StandardError(0, 0);

  /**
   * With one more source of variance.
   *
   * @param more the source's variance, at least 0
   * @param degrees of freedom of its estimate; infinite where it is known exactly
   */
  public StandardError plus(double more, double degrees) {
    return new StandardError(variance + more, uncertainty + more * more / degrees);
  }

  /** With another estimate's sources, as for a difference of the two. */
  public StandardError plus(StandardError other) {
    return new StandardError(variance + other.variance, uncertainty + other.uncertainty);
  }

  /** Degrees of freedom of the whole; infinite where every source is known exactly. */
  public double degreesOfFreedom() {
    return uncertainty == 0 ? Double.POSITIVE_INFINITY : variance * variance / uncertainty;
  }

  /** The 95 % interval of an estimate with this standard error, by Student's t. */
  public ConfidenceInterval around(double estimate) {
    double half = quantile() * Math.sqrt(variance);
    return new ConfidenceInterval(estimate - half, estimate + half);
  }

  private double quantile() {
    return TDistribution.of(degreesOfFreedom()).inverseCumulativeProbability(UPPER);
  }

  /**
   * The two-sided p-value of the hypothesis that the estimated value is 0, by Student's t.
   *
   * @return 1 for an estimate of 0, whatever its standard error
   */
  public double pValue(double estimate) {
    if (estimate == 0) {
      return 1;
    }
    double t = Math.abs(estimate) / Math.sqrt(variance);
    return Double.isInfinite(t)
        ? 0
        : 2 * TDistribution.of(degreesOfFreedom()).survivalProbability(t);
  }
}
