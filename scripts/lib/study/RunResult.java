//SOURCES ../evaluation/SampleStatistics.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ExperimentSteps.java
//SOURCES Plan.java
//SOURCES PlannedRun.java

package genrelab.study;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.evaluation.SampleStatistics;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.study.ExperimentSteps.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What the trainings of one run of a plan reached, read from their folders.
 *
 * @param seeds of the trainings that are done
 * @param figures of each seed
 */
public record RunResult(PlannedRun run, List<Long> seeds, List<List<Rows.Experiment>> figures) {
  /**
   * The results of all runs of which a training is done, in the plan's order.
   *
   * @param out the plan's folder of results
   * @param finished names of the trainings that are done
   */
  static List<RunResult> read(Plan plan, Path out, Set<String> finished) {
    var results = new ArrayList<RunResult>();
    for (PlannedRun run : plan.runs()) {
      var seeds = new ArrayList<Long>();
      var figures = new ArrayList<List<Rows.Experiment>>();
      for (long seed : plan.seeds()) {
        var training = new Training(run, seed);
        if (finished.contains(training.name())) {
          seeds.add(seed);
          figures.add(figures(plan, out, training));
        }
      }
      if (!seeds.isEmpty()) {
        results.add(new RunResult(run, seeds, figures));
      }
    }
    return results;
  }

  boolean isSynthetic() {
    return figures.get(0).get(0).synthetic();
  }

  /** Accuracy on segments held out of the training tracks, of each seed; empty without any. */
  double[] knownAccuracies() {
    return figures.stream()
        .flatMap(List::stream)
        .filter(row -> row.metric().equals("known_accuracy"))
        .mapToDouble(Rows.Experiment::value)
        .toArray();
  }

  double[] all(String level, String metric, ToDoubleFunction<Rows.Experiment> value) {
    return figures.stream().map(rows -> find(rows, level, metric)).mapToDouble(value).toArray();
  }

  double[] values(String level, String metric) {
    return all(level, metric, Rows.Experiment::value);
  }

  /** A metric's mean over seeds; null where a training, of an earlier version, lacks it. */
  Double meanOfKnown(String level, String metric) {
    double[] values =
        figures.stream()
            .flatMap(List::stream)
            .filter(row -> row.level().equals(level) && row.metric().equals(metric))
            .mapToDouble(Rows.Experiment::value)
            .toArray();
    return values.length < figures.size() ? null : SampleStatistics.of(values).mean();
  }

  Rows.Experiment first(String level, String metric) {
    return find(figures.get(0), level, metric);
  }

  private static Rows.Experiment find(List<Rows.Experiment> rows, String level, String metric) {
    return rows.stream()
        .filter(row -> row.level().equals(level) && row.metric().equals(metric))
        .findFirst()
        .orElseThrow(() -> new Stage.Failure("%s: no %s of %ss", rows.get(0).run(), metric, level));
  }

  private static List<Rows.Experiment> figures(Plan plan, Path out, Training training) {
    Path folder = out.resolve(training.name());
    List<Rows.Metric> metrics = Store.readRows(folder.resolve("metrics.json"), Rows.Metric.class);
    int folds = plan.splits().get(training.run().split()).folds();
    PlannedRun run = training.run();
    String trained = run.isEnsemble() ? run.members().get(0) : run.name();
    boolean synthetic = isSynthetic(out.resolve(training.name(trained, folds > 0 ? 1 : 0)));
    long epochs = 0;
    long parameters = 0;
    for (Rows.Metric row : metrics) {
      epochs = row.metric().equals("epochs") ? (long) row.value() : epochs;
      parameters = row.metric().equals("trainable_parameters") ? (long) row.value() : parameters;
    }
    var rows = new ArrayList<Rows.Experiment>();
    for (Rows.Metric row : metrics) {
      if (!Set.of("epochs", "trainable_parameters").contains(row.metric())) {
        rows.add(experiment(plan, training, epochs, parameters, synthetic, row));
      }
    }
    long tracks =
        Store.readRows(folder.resolve("predictions.json"), Rows.Prediction.class).stream()
            .map(Rows.Prediction::track)
            .distinct()
            .count();
    if (metrics.stream().noneMatch(row -> row.metric().equals("test_tracks"))) {
      var counted =
          new Rows.Metric(
              "", training.seed(), 0, "", "track", "test_tracks", tracks, tracks, tracks);
      rows.add(experiment(plan, training, epochs, parameters, synthetic, counted));
    }
    return rows;
  }

  private static Rows.Experiment experiment(
      Plan plan,
      Training training,
      long epochs,
      long parameters,
      boolean synthetic,
      Rows.Metric row) {
    PlannedRun run = training.run();
    return new Rows.Experiment(
        plan.name(),
        run.name(),
        run.network(),
        run.features(),
        plan.clustersOf(run),
        run.split(),
        run.augmentation(),
        otherOptions(run),
        training.seed(),
        (int) epochs,
        parameters,
        row.level(),
        row.metric(),
        row.value(),
        row.low(),
        row.high(),
        synthetic);
  }

  private static String otherOptions(PlannedRun run) {
    return String.join(
        " ",
        run.options().entrySet().stream()
            .filter(option -> !Set.of("clusters", "epochs").contains(option.getKey()))
            .map(option -> option.getKey() + "=" + option.getValue())
            .toList());
  }

  /** Whether a training's model says that its features are of synthetic audio. */
  private static boolean isSynthetic(Path folder) {
    try (ZipFile zip = new ZipFile(folder.resolve("model.zip").toFile())) {
      ZipEntry entry = zip.getEntry("model.json");
      JsonNode description = Store.JSON.readTree(zip.getInputStream(entry));
      return description.at("/features/provenance/synthetic").asBoolean();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
