// Distributions of McNemar's test; Apache's successor of commons-math's.
//DEPS org.apache.commons:commons-statistics-distribution:1.2
//SOURCES ConfidenceInterval.java
//SOURCES ConfusionMatrix.java
//SOURCES Metrics.java

package genrelab.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** Tests and intervals of the difference of two networks on the same test part. */
public final class Significance {
  /**
   * McNemar's test.
   *
   * @param onlyA items that A alone predicts right
   * @param onlyB items that B alone predicts right
   * @param chi2 (|onlyA − onlyB| − 1)² / (onlyA + onlyB): Edwards's continuity correction
   * @param pChi2 two-sided, by the χ² distribution with one degree of freedom
   * @param pExact two-sided, by the binomial distribution
   */
  public record McNemar(long onlyA, long onlyB, double chi2, double pChi2, double pExact) {}

  /** A metric of A and of B, and their difference, each with its 95 % confidence interval. */
  public record Difference(
      double valueA,
      ConfidenceInterval intervalA,
      double valueB,
      ConfidenceInterval intervalB,
      double difference,
      ConfidenceInterval interval) {
    /** Lower end of the difference's interval. */
    public double low() {
      return interval.low();
    }

    /** Upper end of the difference's interval. */
    public double high() {
      return interval.high();
    }
  }

  private Significance() {}

  /**
   * McNemar's test (1947) of two networks' right and wrong predictions, as statsmodels's {@code
   * mcnemar}. Where they never differ both p-values are 1.
   */
  public static McNemar mcNemar(long onlyA, long onlyB) {
    int all = Math.toIntExact(onlyA + onlyB);
    if (all == 0) {
      return new McNemar(0, 0, 0, 1, 1);
    }
    double apart = Math.abs(onlyA - onlyB) - 1.0;
    double chi2 = apart * apart / all;
    double half =
        BinomialDistribution.of(all, 0.5).cumulativeProbability((int) Math.min(onlyA, onlyB));
    return new McNemar(
        onlyA,
        onlyB,
        chi2,
        ChiSquaredDistribution.of(1).survivalProbability(chi2),
        Math.min(1, 2 * half));
  }

  /**
   * The difference of a metric, by a paired bootstrap: it draws the same tracks for both, so that
   * how hard a track is cancels out (Efron and Tibshirani, 1993, ch. 16).
   *
   * @param a A's runs (other seeds), whose metrics are averaged; all of the same tracks in the same
   *     order, as are B's
   * @param metric of a confusion matrix, e.g. {@code ConfusionMatrix::accuracy}
   */
  public static Difference difference(
      List<Metrics> a,
      List<Metrics> b,
      Metrics.Level level,
      ToDoubleFunction<ConfusionMatrix> metric,
      int draws,
      long seed) {
    List<int[]> single =
        IntStream.range(0, a.get(0).tracks().size()).mapToObj(track -> new int[] {track}).toList();
    return difference(a, b, level, metric, single, draws, seed);
  }

  /**
   * The same by a bootstrap of groups, such as all tracks of an artist: where tracks of a group are
   * alike, drawing tracks one by one makes the interval too narrow for new groups.
   *
   * <p>A network that is right, or wrong, about all gets an exact interval ({@link
   * ConfidenceInterval#ofScore}); the difference keeps the bootstrap's.
   *
   * @param groups of places in {@link Metrics#tracks}, each place in one
   */
  public static Difference difference(
      List<Metrics> a,
      List<Metrics> b,
      Metrics.Level level,
      ToDoubleFunction<ConfusionMatrix> metric,
      List<int[]> groups,
      int draws,
      long seed) {
    int[] all = groups.stream().flatMapToInt(Arrays::stream).toArray();
    double valueA = mean(a, level, metric, all);
    double valueB = mean(b, level, metric, all);
    var random = new SplittableRandom(seed);
    double[] drawnA = new double[draws];
    double[] drawnB = new double[draws];
    double[] differences = new double[draws];
    for (int d = 0; d < draws; d++) {
      int[] sample =
          IntStream.range(0, groups.size())
              .flatMap(g -> Arrays.stream(groups.get(random.nextInt(groups.size()))))
              .toArray();
      drawnA[d] = mean(a, level, metric, sample);
      drawnB[d] = mean(b, level, metric, sample);
      differences[d] = drawnA[d] - drawnB[d];
    }
    return new Difference(
        valueA,
        ConfidenceInterval.ofScore(drawnA, valueA, groups.size()),
        valueB,
        ConfidenceInterval.ofScore(drawnB, valueB, groups.size()),
        valueA - valueB,
        ConfidenceInterval.percentile(differences, valueA - valueB));
  }

  private static double mean(
      List<Metrics> runs,
      Metrics.Level level,
      ToDoubleFunction<ConfusionMatrix> metric,
      int[] sample) {
    return runs.stream()
        .mapToDouble(run -> metric.applyAsDouble(run.confusion(level, sample)))
        .average()
        .orElseThrow();
  }
}
