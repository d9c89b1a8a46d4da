//SOURCES ../evaluation/TestResults.java
//SOURCES ../evaluation/TestedNetwork.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES PooledFolds.java

package genrelab.study;

import genrelab.evaluation.TestResults;
import genrelab.evaluation.TestedNetwork;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The ensemble of several runs that were tested on the same segments: late fusion, by the mean of
 * their probabilities.
 *
 * <p>scikit-learn's {@code VotingClassifier} with {@code voting="soft"} averages in the same way.
 *
 * @param runs the folders of the runs, e.g. of a network and of a baseline on whole tracks
 */
record AveragedRuns(List<Path> runs) {
  /**
   * Writes the files of a test ({@link TestResults}) of the ensemble into a folder.
   *
   * <p>Accuracies of training and validation are means over the runs, parameters are their sum.
   *
   * @param name of the ensemble in the results
   * @throws genrelab.kit.Stage.Failure if a run was tested on other segments than the first, or has
   *     other classes
   */
  void write(Path folder, String name) {
    TestedNetwork members = TestedNetwork.read(runs);
    TestedNetwork.requireSameTest(members, members);
    List<Rows.Prediction> rows = members.ensemble().predictions().get(0);
    List<List<Rows.Metric>> metrics =
        runs.stream()
            .map(run -> Store.readRows(run.resolve("metrics.json"), Rows.Metric.class))
            .toList();
    TestResults test = PooledFolds.test(name, metrics.get(0).get(0), runs.get(0), rows);
    List<Rows.Metric> averaged = test.estimates();
    averaged.addAll(PooledFolds.accuracies(test, metrics));
    averaged.add(test.exact("segment", "test_segments", rows.size()));
    averaged.add(
        test.exact(
            "track",
            "tracks_on_both_sides",
            PooledFolds.values(metrics, "tracks_on_both_sides").max().orElse(0)));
    averaged.add(
        test.exact("network", "epochs", PooledFolds.values(metrics, "epochs").max().orElse(0)));
    averaged.add(
        test.exact(
            "network",
            "trainable_parameters",
            PooledFolds.values(metrics, "trainable_parameters").sum()));
    test.write(folder, averaged, Optional.empty());
  }
}
