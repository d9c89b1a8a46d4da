//SOURCES ../evaluation/TestResults.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.study;

import genrelab.evaluation.TestResults;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * The tests of a cross-validation's folds as one test: each segment is predicted by the training
 * whose test fold it is in.
 *
 * <p>So a repetition tests every track once, and its intervals are those of one test of all tracks.
 * scikit-learn's {@code cross_val_predict} pools in the same way.
 *
 * @param folds the folders of the trainings
 */
record PooledFolds(List<Path> folds) {
  /**
   * Writes the files of a test ({@link TestResults}) of all folds into a folder.
   *
   * <p>Accuracies of training and validation are means over folds, counts are sums.
   *
   * @throws Stage.Failure if two folds test the same segment
   */
  void write(Path folder) {
    List<Rows.Prediction> rows =
        folds.stream()
            .flatMap(
                fold ->
                    Store.readRows(fold.resolve("predictions.json"), Rows.Prediction.class)
                        .stream())
            .toList();
    var tested = new HashSet<SegmentId>();
    for (Rows.Prediction row : rows) {
      if (!tested.add(row.id())) {
        throw new Stage.Failure(
            "%s: segment %d of track %s is tested in two folds; delete the plan's splits and run"
                + " it again",
            folder, row.segment(), row.track());
      }
    }
    List<List<Rows.Metric>> metrics =
        folds.stream()
            .map(fold -> Store.readRows(fold.resolve("metrics.json"), Rows.Metric.class))
            .toList();
    Rows.Metric first = metrics.get(0).get(0);
    TestResults test = test(first.network(), first, folds.get(0), rows);
    List<Rows.Metric> pooled = test.estimates();
    pooled.addAll(accuracies(test, metrics));
    pooled.add(test.exact("segment", "test_segments", rows.size()));
    pooled.add(
        test.exact("track", "tracks_on_both_sides", values(metrics, "tracks_on_both_sides").sum()));
    for (String same : List.of("epochs", "trainable_parameters")) {
      values(metrics, same)
          .findFirst()
          .ifPresent(value -> pooled.add(test.exact("network", same, value)));
    }
    test.write(folder, pooled, Optional.empty());
  }

  /**
   * One test of predictions of several runs.
   *
   * @param first a metric of one of them, with its seed and split
   * @param folder of one of them, with its classes
   */
  static TestResults test(String name, Rows.Metric first, Path folder, List<Rows.Prediction> rows) {
    List<String> mapping =
        Store.readRows(folder.resolve("classes.json"), Rows.ClassName.class).stream()
            .map(Rows.ClassName::name)
            .toList();
    return new TestResults(
        name,
        first.seed(),
        0,
        first.split(),
        mapping,
        rows.stream().map(Rows.Prediction::id).toList(),
        rows.stream().map(Rows.Prediction::truth).toList(),
        rows.stream().map(Rows.Prediction::probabilities).toArray(float[][]::new));
  }

  /** Accuracies of training and validation, as means over runs. */
  static List<Rows.Metric> accuracies(TestResults test, List<List<Rows.Metric>> metrics) {
    var means = new ArrayList<Rows.Metric>();
    for (String mean : List.of("train_accuracy", "validation_accuracy")) {
      values(metrics, mean)
          .average()
          .ifPresent(value -> means.add(test.exact("segment", mean, value)));
    }
    return means;
  }

  /** A metric's values in the order of the runs; none where they have none. */
  static DoubleStream values(List<List<Rows.Metric>> metrics, String metric) {
    return metrics.stream()
        .flatMap(List::stream)
        .filter(row -> row.metric().equals(metric))
        .mapToDouble(Rows.Metric::value);
  }
}
