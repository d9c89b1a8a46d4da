//SOURCES PlanResults.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/Significance.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java
//SOURCES ../results/SegmentId.java
//SOURCES ../evaluation/ConfusionMatrix.java
//SOURCES ../evaluation/SampleStatistics.java

package genrelab.report;

import genrelab.evaluation.ConfusionMatrix;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.SampleStatistics;
import genrelab.evaluation.Significance;
import genrelab.report.PlanResults.RunMetrics;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import genrelab.results.SegmentId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Accuracies of a plan's runs and differences between them, with 95 % intervals that account for
 * other test tracks and for other seeds.
 *
 * <p>Differences are paired where the runs' predictions lie beside the results, in {@code
 * RUN-seedN/predictions.json}. Shares are in 0..1.
 */
public final class PlanStatistics {
  /** Standard errors to the ends of a 95 % interval, by the normal approximation. */
  private static final double NORMAL = 1.959964;

  private static final int DRAWS = 2000;

  private final PlanResults results;

  public PlanStatistics(PlanResults results) {
    this.results = results;
  }

  /**
   * A mean over seeds with its 95 % interval.
   *
   * @param deviation over seeds, of a sample; NaN for one seed
   * @param low lower end of the 95 % interval of the mean
   * @param values of the single seeds
   */
  public record SeedEstimate(
      double mean, double deviation, double low, double high, List<Double> values) {}

  /**
   * The accuracy of run {@code a} minus that of run {@code b}.
   *
   * @param effect what the difference measures, as the plan declares it; may be empty
   * @param paired whether both were tested on the same tracks, one by one; else by normal
   *     approximation from the two runs' intervals
   */
  public record RunDifference(
      String a, String b, String effect, boolean paired, SeedEstimate estimate) {}

  /**
   * A run's accuracy on the test.
   *
   * <p>Its variance is that of the tracks, as wide as in a single training since seeds test the
   * same corpus again, and that of the seeds, divided by their number. The latter is pooled over
   * the plan's runs of the same split: another seed draws another split, which matters far more
   * where artists are kept whole than where segments are scattered. With one seed the interval is
   * the training's own bootstrap over test tracks.
   *
   * @param level segment or track
   */
  public SeedEstimate accuracy(RunMetrics run, String level) {
    List<Rows.Experiment> rows = run.rows(level, "test_accuracy");
    if (rows.size() == 1) {
      Rows.Experiment one = rows.get(0);
      return new SeedEstimate(one.value(), Double.NaN, one.low(), one.high(), List.of(one.value()));
    }
    double[] values = run.values(level, "test_accuracy");
    return estimate(values, variance(run, level));
  }

  private double variance(RunMetrics run, String level) {
    List<Rows.Experiment> rows = run.rows(level, "test_accuracy");
    double tracks =
        rows.stream()
            .mapToDouble(row -> square(standardError(row.low(), row.high())))
            .average()
            .orElse(0);
    List<double[]> alike =
        results.runs().stream()
            .filter(each -> each.split().equals(run.split()))
            .map(each -> each.values(level, "test_accuracy"))
            .toList();
    return tracks + seedVariance(alike) / rows.size();
  }

  private static SeedEstimate estimate(double[] values, double variance) {
    var statistics = SampleStatistics.of(values);
    double half = NORMAL * Math.sqrt(variance);
    return new SeedEstimate(
        statistics.mean(),
        statistics.deviation(),
        statistics.mean() - half,
        statistics.mean() + half,
        Arrays.stream(values).boxed().toList());
  }

  /** The variance from seed to seed, pooled over groups; 0 where each has one. */
  private static double seedVariance(List<double[]> groups) {
    double squares = 0;
    int degrees = 0;
    for (double[] values : groups) {
      if (values.length > 1) {
        squares += (values.length - 1) * SampleStatistics.of(values).variance();
        degrees += values.length - 1;
      }
    }
    return degrees == 0 ? 0 : squares / degrees;
  }

  /** The standard error that a 95 % interval stands for. */
  private static double standardError(double low, double high) {
    return (high - low) / (2 * NORMAL);
  }

  private static double square(double value) {
    return value * value;
  }

  // --- differences -------------------------------------------------------------------------------

  private record Pair(RunMetrics a, RunMetrics b, String effect) {}

  /**
   * The comparisons that the plan declares. Where it declares none: each network's later runs
   * against its earlier ones or, where each network has one run, networks against each other.
   *
   * @param level segment or track
   */
  public List<RunDifference> differences(String level) {
    List<Pair> pairs = pairs();
    var paired = new LinkedHashMap<Pair, List<Significance.Difference>>();
    for (Pair pair : pairs) {
      List<Significance.Difference> bySeed = paired(pair, level);
      if (!bySeed.isEmpty()) {
        paired.put(pair, bySeed);
      }
    }
    double seeds =
        seedVariance(paired.values().stream().map(PlanStatistics::differencesOf).toList());
    return pairs.stream()
        .map(
            pair -> {
              List<Significance.Difference> bySeed = paired.get(pair);
              return new RunDifference(
                  pair.a().name(),
                  pair.b().name(),
                  pair.effect(),
                  bySeed != null,
                  bySeed == null ? unpaired(pair, level) : paired(bySeed, seeds));
            })
        .toList();
  }

  private List<Pair> pairs() {
    if (!results.comparisons().isEmpty()) {
      return declared();
    }
    var byNetwork =
        results.runs().stream()
            .collect(
                Collectors.groupingBy(
                    RunMetrics::network, LinkedHashMap::new, Collectors.toList()));
    boolean one = byNetwork.values().stream().allMatch(group -> group.size() == 1);
    var pairs = new ArrayList<Pair>();
    for (List<RunMetrics> group : one ? List.of(results.runs()) : byNetwork.values()) {
      for (int b = 0; b < group.size(); b++) {
        for (int a = b + 1; a < group.size(); a++) {
          // of many runs, each against the first alone
          if (b == 0 || group.size() <= 4) {
            pairs.add(new Pair(group.get(a), group.get(b), ""));
          }
        }
      }
    }
    return pairs;
  }

  /** The comparisons that the plan declares, as far as both runs have results. */
  private List<Pair> declared() {
    Map<String, RunMetrics> runs =
        results.runs().stream().collect(Collectors.toMap(RunMetrics::name, run -> run));
    return results.comparisons().stream()
        .filter(pair -> runs.containsKey(pair.a()) && runs.containsKey(pair.b()))
        .map(pair -> new Pair(runs.get(pair.a()), runs.get(pair.b()), pair.effect()))
        .toList();
  }

  /**
   * The difference of two runs that were tested on other tracks, or whose predictions are missing.
   */
  private SeedEstimate unpaired(Pair pair, String level) {
    double[] a = pair.a().values(level, "test_accuracy");
    double[] b = pair.b().values(level, "test_accuracy");
    double variance = variance(pair.a(), level) + variance(pair.b(), level);
    double mean = SampleStatistics.of(a).mean() - SampleStatistics.of(b).mean();
    double half = NORMAL * Math.sqrt(variance);
    List<Double> bySeed =
        pair.a().seeds().equals(pair.b().seeds())
            ? IntStream.range(0, a.length).mapToObj(s -> a[s] - b[s]).toList()
            : List.of();
    double deviation =
        SampleStatistics.of(bySeed.stream().mapToDouble(value -> value).toArray()).deviation();
    return new SeedEstimate(mean, deviation, mean - half, mean + half, bySeed);
  }

  private static double[] differencesOf(List<Significance.Difference> bySeed) {
    return bySeed.stream().mapToDouble(Significance.Difference::difference).toArray();
  }

  private static SeedEstimate paired(List<Significance.Difference> bySeed, double seeds) {
    if (bySeed.size() == 1) {
      Significance.Difference one = bySeed.get(0);
      return new SeedEstimate(
          one.difference(), Double.NaN, one.low(), one.high(), List.of(one.difference()));
    }
    double tracks =
        bySeed.stream()
            .mapToDouble(one -> square(standardError(one.low(), one.high())))
            .average()
            .orElse(0);
    return estimate(differencesOf(bySeed), tracks + seeds / bySeed.size());
  }

  /** A paired bootstrap over the tracks of each seed; none where a seed's tests differ. */
  private List<Significance.Difference> paired(Pair pair, String level) {
    if (!pair.a().seeds().equals(pair.b().seeds())) {
      return List.of();
    }
    var bySeed = new ArrayList<Significance.Difference>();
    for (long seed : pair.a().seeds()) {
      List<Rows.Prediction> a = predictions(pair.a(), seed);
      List<Rows.Prediction> b = predictions(pair.b(), seed);
      if (a.isEmpty() || !tested(a).equals(tested(b))) {
        return List.of();
      }
      List<String> mapping =
          List.copyOf(
              Stream.concat(a.stream(), b.stream())
                  .flatMap(row -> Stream.of(row.truth(), row.predicted()))
                  .collect(Collectors.toCollection(TreeSet::new)));
      if (mapping.size() != a.get(0).probabilities().length) {
        return List.of(); // which probability is whose can't be told
      }
      bySeed.add(
          Significance.difference(
              List.of(new Metrics(mapping, a)),
              List.of(new Metrics(mapping, b)),
              Metrics.Level.valueOf(level),
              ConfusionMatrix::accuracy,
              DRAWS,
              seed));
    }
    return bySeed;
  }

  private List<Rows.Prediction> predictions(RunMetrics run, long seed) {
    return new RunFolder(results.folder())
        .rows(run.name() + "-seed" + seed + "/predictions.json", Rows.Prediction.class).stream()
            .sorted(
                Comparator.comparing(Rows.Prediction::track)
                    .thenComparing(Rows.Prediction::segment))
            .toList();
  }

  private static List<SegmentId> tested(List<Rows.Prediction> rows) {
    return rows.stream().map(Rows.Prediction::id).toList();
  }

  /** How the intervals were computed, in a line. */
  public String intervalNote() {
    return results.runs().stream().anyMatch(run -> run.seeds().size() > 1)
        ? "Mean over seeds, ± standard deviation over seeds; 95 % intervals of the mean count other"
            + " tracks and other seeds. No training chooses anything by the test."
        : "One seed: 95 % intervals are bootstraps over test tracks and say nothing of other seeds."
            + " No training chooses anything by the test.";
  }
}
