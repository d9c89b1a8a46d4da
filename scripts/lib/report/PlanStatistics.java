//SOURCES PlanResults.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/Significance.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java
//SOURCES ../evaluation/ConfusionMatrix.java
//SOURCES ../evaluation/SampleStatistics.java
//SOURCES ../evaluation/StandardError.java
//SOURCES ../evaluation/ConfidenceInterval.java

package genrelab.report;

import genrelab.evaluation.ConfidenceInterval;
import genrelab.evaluation.ConfusionMatrix;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.SampleStatistics;
import genrelab.evaluation.Significance;
import genrelab.evaluation.StandardError;
import genrelab.report.PlanResults.RunMetrics;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
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
  /** Standard errors to the ends of a bootstrap's 95 % interval, by the normal approximation. */
  private static final double NORMAL = 1.959964;

  private static final int DRAWS = 10_000;

  private final PlanResults results;

  /** By level: tables and charts show the same, and each takes thousands of draws a pair. */
  private final Map<String, List<RunDifference>> differences = new HashMap<>();

  public PlanStatistics(PlanResults results) {
    this.results = results;
  }

  PlanResults results() {
    return results;
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
   * @param paired whether both were tested on the same tracks, one by one; else by the two runs'
   *     standard errors
   * @param p two-sided p-value of no difference, by Student's t
   * @param pHolm the same, corrected for the number of differences that stand together ({@link
   *     Significance#holm})
   */
  public record RunDifference(
      String a,
      String b,
      String effect,
      boolean paired,
      SeedEstimate estimate,
      double p,
      double pHolm) {}

  /** A mean over seeds with its standard error. */
  private record Measured(SeedEstimate estimate, StandardError error) {
    double p() {
      return error.pValue(estimate.mean());
    }
  }

  /**
   * A run's accuracy on the test.
   *
   * <p>Its variance is that of the tracks, as wide as in a single training since seeds test the
   * same corpus again, and that of the seeds, divided by their number. The latter is the mean over
   * the plan's runs of the same split, since another seed draws another split, which matters far
   * more where artists are kept whole than where segments are scattered; runs that share a split
   * meet the same draws of it, so that they leave the degrees of freedom of one run: the number of
   * seeds less one. The interval is Student's, with the degrees of freedom of {@link
   * StandardError}, cut at 0 and 1. With one seed it is the training's own bootstrap over test
   * tracks.
   *
   * @param level segment or track
   */
  public SeedEstimate accuracy(RunMetrics run, String level) {
    List<Rows.Experiment> rows = run.rows(level, "test_accuracy");
    if (rows.size() == 1) {
      Rows.Experiment one = rows.get(0);
      return new SeedEstimate(one.value(), Double.NaN, one.low(), one.high(), List.of(one.value()));
    }
    SeedEstimate estimate = estimate(run.values(level, "test_accuracy"), error(run, level));
    return new SeedEstimate(
        estimate.mean(),
        estimate.deviation(),
        Math.max(0, estimate.low()),
        Math.min(1, estimate.high()),
        estimate.values());
  }

  private StandardError error(RunMetrics run, String level) {
    List<double[]> alike =
        results.runs().stream()
            .filter(each -> each.split().equals(run.split()))
            .map(each -> each.values(level, "test_accuracy"))
            .toList();
    return error(
        run.rows(level, "test_accuracy").stream()
            .mapToDouble(row -> standardError(row.low(), row.high()))
            .toArray(),
        alike);
  }

  /**
   * The standard error of a mean over seeds.
   *
   * @param tracks the standard error over tracks of each seed
   * @param alike values of each seed, of all that share a split
   */
  private static StandardError error(double[] tracks, List<double[]> alike) {
    double overTracks = Arrays.stream(tracks).map(each -> each * each).average().orElse(0);
    StandardError error = StandardError.NONE.plus(overTracks, Double.POSITIVE_INFINITY);
    double squares = 0;
    int all = 0;
    int degrees = 0;
    for (double[] values : alike) {
      if (values.length > 1) {
        squares += (values.length - 1) * SampleStatistics.of(values).variance();
        all += values.length - 1;
        degrees = Math.max(degrees, values.length - 1);
      }
    }
    return degrees == 0 ? error : error.plus(squares / all / tracks.length, degrees);
  }

  private static SeedEstimate estimate(double[] values, StandardError error) {
    var statistics = SampleStatistics.of(values);
    ConfidenceInterval interval = error.around(statistics.mean());
    return new SeedEstimate(
        statistics.mean(),
        statistics.deviation(),
        interval.low(),
        interval.high(),
        Arrays.stream(values).boxed().toList());
  }

  /** The standard error that a 95 % interval stands for. */
  private static double standardError(double low, double high) {
    return (high - low) / (2 * NORMAL);
  }

  // --- differences -------------------------------------------------------------------------------

  private record Pair(RunMetrics a, RunMetrics b, String effect) {
    List<String> splits() {
      return List.of(a.split(), b.split());
    }
  }

  /**
   * The comparisons that the plan declares. Where it declares none: each network's later runs
   * against its earlier ones or, where each network has one run, networks against each other.
   *
   * @param level segment or track
   */
  public List<RunDifference> differences(String level) {
    return differences.computeIfAbsent(level, this::computeDifferences);
  }

  private List<RunDifference> computeDifferences(String level) {
    List<Pair> pairs = pairs();
    var paired = new LinkedHashMap<Pair, List<Significance.Difference>>();
    for (Pair pair : pairs) {
      List<Significance.Difference> bySeed = paired(pair, level);
      if (!bySeed.isEmpty()) {
        paired.put(pair, bySeed);
      }
    }
    List<Measured> measured =
        pairs.stream()
            .map(pair -> paired.containsKey(pair) ? paired(pair, paired) : unpaired(pair, level))
            .toList();
    double[] corrected = Significance.holm(measured.stream().mapToDouble(Measured::p).toArray());
    return IntStream.range(0, pairs.size())
        .mapToObj(
            i ->
                new RunDifference(
                    pairs.get(i).a().name(),
                    pairs.get(i).b().name(),
                    pairs.get(i).effect(),
                    paired.containsKey(pairs.get(i)),
                    measured.get(i).estimate(),
                    measured.get(i).p(),
                    corrected[i]))
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
   * The difference of two runs that were tested on other tracks, or whose predictions are missing:
   * as if the two were independent.
   */
  private Measured unpaired(Pair pair, String level) {
    double[] a = pair.a().values(level, "test_accuracy");
    double[] b = pair.b().values(level, "test_accuracy");
    StandardError error = error(pair.a(), level).plus(error(pair.b(), level));
    double mean = SampleStatistics.of(a).mean() - SampleStatistics.of(b).mean();
    ConfidenceInterval interval = error.around(mean);
    List<Double> bySeed =
        pair.a().seeds().equals(pair.b().seeds())
            ? IntStream.range(0, a.length).mapToObj(s -> a[s] - b[s]).toList()
            : List.of();
    double deviation =
        SampleStatistics.of(bySeed.stream().mapToDouble(value -> value).toArray()).deviation();
    return new Measured(
        new SeedEstimate(mean, deviation, interval.low(), interval.high(), bySeed), error);
  }

  private static double[] differencesOf(List<Significance.Difference> bySeed) {
    return bySeed.stream().mapToDouble(Significance.Difference::difference).toArray();
  }

  /** The mean of a pair's differences, seed by seed. */
  private static Measured paired(Pair pair, Map<Pair, List<Significance.Difference>> all) {
    List<Significance.Difference> bySeed = all.get(pair);
    List<double[]> alike =
        all.entrySet().stream()
            .filter(each -> each.getKey().splits().equals(pair.splits()))
            .map(each -> differencesOf(each.getValue()))
            .toList();
    StandardError error =
        error(
            bySeed.stream().mapToDouble(one -> standardError(one.low(), one.high())).toArray(),
            alike);
    if (bySeed.size() > 1) {
      return new Measured(estimate(differencesOf(bySeed), error), error);
    }
    Significance.Difference one = bySeed.get(0);
    double value = one.difference();
    return new Measured(
        new SeedEstimate(value, Double.NaN, one.low(), one.high(), List.of(value)), error);
  }

  /** A paired bootstrap over the tracks of each seed; none where a seed's tracks differ. */
  private List<Significance.Difference> paired(Pair pair, String level) {
    if (!pair.a().seeds().equals(pair.b().seeds())) {
      return List.of();
    }
    var bySeed = new ArrayList<Significance.Difference>();
    for (long seed : pair.a().seeds()) {
      List<Rows.Prediction> a = predictions(pair.a(), seed);
      List<Rows.Prediction> b = predictions(pair.b(), seed);
      if (a.isEmpty() || !ofTheSameTracks(a, b)) {
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

  /**
   * Whether two tests are of the same segments, or of the same whole tracks where these were cut
   * into segments of other lengths.
   */
  private static boolean ofTheSameTracks(List<Rows.Prediction> a, List<Rows.Prediction> b) {
    Map<String, List<Integer>> ofA = segmentsOfTracks(a);
    Map<String, List<Integer>> ofB = segmentsOfTracks(b);
    return ofA.equals(ofB) || ofA.keySet().equals(ofB.keySet()) && whole(ofA) && whole(ofB);
  }

  private static boolean whole(Map<String, List<Integer>> segmentsOfTracks) {
    return segmentsOfTracks.values().stream()
        .allMatch(
            segments -> segments.equals(IntStream.range(0, segments.size()).boxed().toList()));
  }

  private static Map<String, List<Integer>> segmentsOfTracks(List<Rows.Prediction> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                Rows.Prediction::track,
                Collectors.mapping(Rows.Prediction::segment, Collectors.toList())));
  }

  /** How the intervals were computed, and how many differences are tested, in a line. */
  public String intervalNote() {
    String intervals =
        results.runs().stream().anyMatch(run -> run.seeds().size() > 1)
            ? "Mean over seeds, ± standard deviation over seeds; 95 % intervals of the mean count"
                + " other tracks and other seeds, by Student's t."
            : "One seed: 95 % intervals are bootstraps over test tracks and say nothing of other"
                + " seeds.";
    int compared = pairs().size();
    String differences =
        compared < 2
            ? ""
            : " %d differences are tested: p by Holm is corrected for their number."
                .formatted(compared);
    return intervals + " No training chooses anything by the test." + differences;
  }
}
