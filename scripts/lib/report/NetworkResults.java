//SOURCES ../networks/Architecture.java
//SOURCES ../results/RunFolder.java
//SOURCES ../results/BaselineMethod.java
//SOURCES ../results/Rows.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/SampleStatistics.java
//SOURCES ../kit/Stage.java
//SOURCES ../networks/NetworkCatalog.java

package genrelab.report;

import genrelab.evaluation.Calibration;
import genrelab.evaluation.SampleStatistics;
import genrelab.kit.Stage;
import genrelab.networks.Architecture;
import genrelab.networks.NetworkCatalog;
import genrelab.results.BaselineMethod;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result files of one network's folder: one training, or several of other seeds and folds.
 *
 * @param name of the folder
 * @param report per class, on the test segments
 * @param stages records of how it was trained
 * @param architecture of its model; empty where the model does not tell
 */
public record NetworkResults(
    String name,
    List<Rows.Epoch> history,
    List<Rows.Prediction> predictions,
    List<Rows.Metric> metrics,
    List<Rows.ClassReport> report,
    List<Rows.StageRecord> stages,
    Optional<Architecture> architecture) {

  /**
   * A metric and its 95 % interval; NaN where unknown.
   *
   * @param value mean over seeds and folds
   */
  public record MetricEstimate(double value, double low, double high) {
    static final MetricEstimate UNKNOWN = new MetricEstimate(Double.NaN, Double.NaN, Double.NaN);
  }

  /** How far a calibration error may lie from what it was when it was written. */
  private static final double ROUNDING = 1e-6;

  /**
   * Reads a network's files; lists are empty where a file is missing.
   *
   * @throws Stage.Failure if they are of two trainings, as where one was trained into the other's
   *     folder
   */
  public static NetworkResults read(RunFolder run, String name) {
    NetworkResults results = readFiles(run, name);
    results.requireOneNetwork(run);
    for (Rows.Metric metric : results.metrics) {
      results.requireSameTraining(run, metric);
    }
    return results;
  }

  private static NetworkResults readFiles(RunFolder run, String name) {
    return new NetworkResults(
        name,
        run.rows(name + "/history.json", Rows.Epoch.class),
        run.rows(name + "/predictions.json", Rows.Prediction.class),
        run.rows(name + "/metrics.json", Rows.Metric.class),
        run.rows(name + "/report.json", Rows.ClassReport.class),
        run.rows(name + "/run.json", Rows.StageRecord.class),
        run.find(name + "/model.zip").flatMap(Architecture::read));
  }

  private void requireOneNetwork(RunFolder run) {
    Map<String, String> fileOf = new TreeMap<>();
    history.forEach(row -> fileOf.putIfAbsent(row.network(), "history.json"));
    predictions.forEach(row -> fileOf.putIfAbsent(row.network(), "predictions.json"));
    metrics.forEach(row -> fileOf.putIfAbsent(row.network(), "metrics.json"));
    report.forEach(row -> fileOf.putIfAbsent(row.network(), "report.json"));
    if (fileOf.size() > 1) {
      throw mixed(
          run,
          fileOf.entrySet().stream()
              .map(file -> "%s is of %s".formatted(file.getValue(), file.getKey()))
              .collect(Collectors.joining(", ")));
    }
  }

  /** The number of epochs and the calibration error tell which history and predictions they had. */
  private void requireSameTraining(RunFolder run, Rows.Metric metric) {
    if (metric.level().equals("network") && metric.metric().equals("epochs")) {
      history.stream()
          .filter(row -> row.seed() == metric.seed() && row.fold() == metric.fold())
          .mapToInt(Rows.Epoch::epoch)
          .max()
          .ifPresent(
              last -> {
                if (last != Math.round(metric.value())) {
                  throw mixed(
                      run,
                      "history.json has %d epochs, metrics.json is of %.0f"
                          .formatted(last, metric.value()));
                }
              });
    }
    if (metric.level().equals("segment") && metric.metric().equals("test_ece")) {
      var reliability = new Calibration.Reliability();
      List<Rows.Prediction> tested =
          predictions.stream()
              .filter(row -> row.seed() == metric.seed() && row.fold() == metric.fold())
              .toList();
      for (Rows.Prediction row : tested) {
        float[] probabilities = row.probabilities();
        reliability.add(
            probabilities[Calibration.likeliest(probabilities)],
            row.predicted().equals(row.truth()));
      }
      if (!tested.isEmpty() && Math.abs(reliability.error() - metric.value()) > ROUNDING) {
        throw mixed(run, "metrics.json is of other predictions than predictions.json");
      }
    }
  }

  private Stage.Failure mixed(RunFolder run, String why) {
    return new Stage.Failure(
        "%s: it holds files of two trainings (%s); train again, each into a folder of its own",
        run.path().resolve(name), why);
  }

  /** The network's title, e.g. "CNN (K-means)"; its folder's name for networks of one's own. */
  public String title() {
    return NetworkCatalog.title(name);
  }

  /** Whether it is a classical method: it has no epochs and no layers. */
  public boolean isBaseline() {
    return BaselineMethod.isNameOf(name);
  }

  public boolean isEmpty() {
    return history.isEmpty() && predictions.isEmpty() && metrics.isEmpty() && report.isEmpty();
  }

  /** Seed and fold of every training that any file has rows of. */
  public Set<List<Long>> trainings() {
    return Stream.of(
            metrics.stream().map(row -> List.of(row.seed(), (long) row.fold())),
            history.stream().map(row -> List.of(row.seed(), (long) row.fold())),
            predictions.stream().map(row -> List.of(row.seed(), (long) row.fold())),
            report.stream().map(row -> List.of(row.seed(), (long) row.fold())))
        .flatMap(rows -> rows)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Its seeds, e.g. "seed 1" or "seeds 1, 2". */
  public String seeds() {
    List<Long> seeds = trainings().stream().map(run -> run.get(0)).distinct().sorted().toList();
    return (seeds.size() == 1 ? "seed " : "seeds ")
        + seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** How the segments were split, e.g. "segment"; "unknown" without metrics. */
  public String split() {
    Set<String> found =
        metrics.stream().map(Rows.Metric::split).collect(Collectors.toCollection(TreeSet::new));
    return found.isEmpty() ? "unknown" : String.join(", ", found);
  }

  /**
   * A metric; the interval is that of a single training, unknown for several.
   *
   * @param levels segment, track or network; the first that has the metric counts
   */
  public MetricEstimate metric(String metric, String... levels) {
    for (String level : levels) {
      List<Rows.Metric> rows =
          metrics.stream()
              .filter(row -> row.metric().equals(metric) && row.level().equals(level))
              .toList();
      if (rows.size() == 1) {
        Rows.Metric one = rows.get(0);
        return new MetricEstimate(one.value(), one.low(), one.high());
      }
      if (!rows.isEmpty()) {
        double[] values = rows.stream().mapToDouble(Rows.Metric::value).toArray();
        return new MetricEstimate(SampleStatistics.of(values).mean(), Double.NaN, Double.NaN);
      }
    }
    return MetricEstimate.UNKNOWN;
  }

  /** The number of epochs of the longest training; NaN if unknown. */
  public double epochs() {
    return history.isEmpty()
        ? metric("epochs", "network").value()
        : history.stream().mapToInt(Rows.Epoch::epoch).max().getAsInt();
  }

  /** Milliseconds of a training step: the median epoch's time over its steps; NaN if unknown. */
  public double msPerStep() {
    double recorded = metric("ms_per_step", "network").value();
    double steps = metric("steps_per_epoch", "network").value();
    if (!Double.isNaN(recorded) || Double.isNaN(steps) || history.isEmpty()) {
      return recorded;
    }
    return 1000
        * SampleStatistics.median(history.stream().mapToDouble(Rows.Epoch::seconds).toArray())
        / steps;
  }

  /** Test tracks that have other segments in training; 0 where unknown. */
  public long sharedTracks() {
    double count = metric("tracks_on_both_sides", "track", "segment").value();
    return Double.isNaN(count) ? 0 : Math.round(count);
  }
}
