// Distributions of McNemar's test; Apache's successor of commons-math's.
//DEPS org.apache.commons:commons-statistics-distribution:1.2
//SOURCES Metrics.java

package genrelab.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** Whether one network is better than another on the same test part, or was lucky. */
public final class Significance {
  /**
   * McNemar's test.
   *
   * @param onlyA how many A alone has right
   * @param onlyB how many B alone has right
   * @param chi2 (|onlyA − onlyB| − 1)² / (onlyA + onlyB): Edwards's continuity correction
   * @param pChi2 two-sided, by the χ² distribution with one degree of freedom
   * @param pExact two-sided, by the binomial distribution
   */
  public record McNemar(long onlyA, long onlyB, double chi2, double pChi2, double pExact) {}

  /** A figure of A and of B, and their difference, each with its 95 % interval. */
  public record Difference(
      double valueA,
      double lowA,
      double highA,
      double valueB,
      double lowB,
      double highB,
      double difference,
      double low,
      double high) {}

  private Significance() {}

  /**
   * McNemar's test (1947) of two networks' right and wrong answers, as statsmodels's {@code
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
   * The difference of a figure, by a bootstrap of tracks that draws the same tracks for both: how
   * hard a track is then cancels out (Efron and Tibshirani, 1993, ch. 16).
   *
   * @param a A's runs (other seeds), whose figures are averaged; all of the same tracks in the same
   *     order, as are B's
   * @param figure of a confusion matrix, e.g. {@code Metrics::accuracy}
   */
  public static Difference difference(
      List<Metrics> a,
      List<Metrics> b,
      Metrics.Level level,
      ToDoubleFunction<long[][]> figure,
      int draws,
      long seed) {
    List<int[]> ones =
        IntStream.range(0, a.get(0).judged().size()).mapToObj(track -> new int[] {track}).toList();
    return difference(a, b, level, figure, ones, draws, seed);
  }

  /**
   * The same by a bootstrap of groups, such as all tracks of an artist: where tracks of a group are
   * alike, drawing tracks one by one makes the interval too narrow for new groups.
   *
   * @param groups of places in {@link Metrics#judged}, each place in one
   */
  public static Difference difference(
      List<Metrics> a,
      List<Metrics> b,
      Metrics.Level level,
      ToDoubleFunction<long[][]> figure,
      List<int[]> groups,
      int draws,
      long seed) {
    int[] all = groups.stream().flatMapToInt(Arrays::stream).toArray();
    double valueA = mean(a, level, figure, all);
    double valueB = mean(b, level, figure, all);
    var random = new SplittableRandom(seed);
    double[] drawnA = new double[draws];
    double[] drawnB = new double[draws];
    double[] apart = new double[draws];
    for (int d = 0; d < draws; d++) {
      int[] sample =
          IntStream.range(0, groups.size())
              .flatMap(g -> Arrays.stream(groups.get(random.nextInt(groups.size()))))
              .toArray();
      drawnA[d] = mean(a, level, figure, sample);
      drawnB[d] = mean(b, level, figure, sample);
      apart[d] = drawnA[d] - drawnB[d];
    }
    double[] ofA = Metrics.interval(drawnA, valueA);
    double[] ofB = Metrics.interval(drawnB, valueB);
    double[] of = Metrics.interval(apart, valueA - valueB);
    return new Difference(
        valueA, ofA[0], ofA[1], valueB, ofB[0], ofB[1], valueA - valueB, of[0], of[1]);
  }

  private static double mean(
      List<Metrics> runs, Metrics.Level level, ToDoubleFunction<long[][]> figure, int[] sample) {
    return runs.stream()
        .mapToDouble(run -> figure.applyAsDouble(run.confusion(level, sample)))
        .average()
        .orElseThrow();
  }
}
