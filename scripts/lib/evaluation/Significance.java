// Distributions of McNemar's test; Apache's successor of commons-math's.
//DEPS org.apache.commons:commons-statistics-distribution:1.2
//SOURCES ConfidenceInterval.java
//SOURCES ConfusionMatrix.java
//SOURCES Metrics.java

package genrelab.evaluation;

import java.util.Arrays;
import java.util.Comparator;
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
   * Holm's correction (1979) of the p-values of several tests, as statsmodels's {@code
   * multipletests(method="holm")}: the chance that any of them is below its level by chance alone
   * stays below that level.
   *
   * @return the corrected p-values, in the order of the given ones
   */
  public static double[] holm(double... p) {
    int[] ascending =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] corrected = new double[p.length];
    double highest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      highest = Math.max(highest, Math.min(1, (p.length - rank) * p[ascending[rank]]));
      corrected[ascending[rank]] = highest;
    }
    return corrected;
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
    var random = new SplittableRandom(stream(a, b, seed));
    double[] drawnA = new double[draws];
    double[] drawnB = new double[draws];
    double[] differences = new double[draws];
    for (int d = 0; d < draws; d++) {
      int[] sample = sample(groups, random);
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

  /** As many groups as there are, drawn with replacement: the places of each. */
  private static int[] sample(List<int[]> groups, SplittableRandom random) {
    int[][] drawn = new int[groups.size()][];
    int places = 0;
    for (int g = 0; g < drawn.length; g++) {
      drawn[g] = groups.get(random.nextInt(drawn.length));
      places += drawn[g].length;
    }
    int[] sample = new int[places];
    int next = 0;
    for (int[] group : drawn) {
      System.arraycopy(group, 0, sample, next, group.length);
      next += group.length;
    }
    return sample;
  }

  /** Another one for other predictions; see {@link Metrics#stream}. */
  private static long stream(List<Metrics> a, List<Metrics> b, long seed) {
    long stream = seed;
    for (List<Metrics> runs : List.of(a, b)) {
      for (Metrics run : runs) {
        stream = run.stream(stream);
      }
    }
    return stream;
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
