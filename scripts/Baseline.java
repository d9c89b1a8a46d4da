///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Trains, validates and tests a classical classifier on summary statistics
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/baselines/BaselineModel.java
//SOURCES lib/baselines/BaselineTraining.java
//SOURCES lib/baselines/Summary.java
//SOURCES lib/corpus/SplitBy.java
//SOURCES lib/evaluation/ClassWeights.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/results/BaselineMethod.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.baselines.BaselineTraining;
import genrelab.baselines.Summary;
import genrelab.corpus.SplitBy;
import genrelab.evaluation.ClassWeights;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.results.BaselineMethod;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A classical classifier on summary statistics of each segment or track: what a network must
 * surpass.
 *
 * <p>The statistics are standardised by the training set; then one of Tribuo's classifiers learns
 * them, with scikit-learn's settings where it has them.
 */
@Command(
    name = "baseline",
    description = "Trains, validates and tests a classical classifier on summary statistics.",
    footer = {
      "",
      "majority  the most frequent genre of the training segments (DummyClassifier)",
      "knn       5 nearest neighbours, Euclidean distance, equal weights (KNeighborsClassifier)",
      "logistic  L2-regularised logistic regression, one-vs-rest",
      "          (OneVsRestClassifier(LogisticRegression(solver=\"liblinear\")))",
      "forest    100 CART trees, bootstrap samples, sqrt(values) of the statistics a split, Gini"
          + " impurity; takes minutes at 10,000 segments",
      "svm       RBF kernel, gamma 1 / number of values; probabilities by Platt's method (SVC with"
          + " probability=True), the most probable genre is the prediction",
      "",
      "statistics  of each coefficient the mean, the standard deviation and the mean absolute",
      "            difference of successive frames (13 MFCCs: 39 values)",
      "mean        of each coefficient the mean alone; what statistics takes of one frame a"
          + " segment, e.g. of embeddings",
      "full        of log-mels: means and standard deviations of bands; means, standard"
          + " deviations and covariances of 24 coefficients of their DCT; modulation spectra of 32"
          + " groups of bands (128 bands: 1,116 values)"
    })
public class Baseline implements Callable<Integer> {
  @Option(names = "--features", required = true, description = "Features: JSON or folder.")
  Path features;

  @Option(names = "--split", required = true, description = "Split JSON of the same segments.")
  Path split;

  @Output
  @Option(names = "--out", required = true, description = "Folder for the results.")
  Path out;

  @Option(
      names = "--method",
      required = true,
      description = "One of ${COMPLETION-CANDIDATES}; described below.")
  BaselineMethod method;

  @Option(
      names = "--level",
      defaultValue = "segment",
      description =
          "One vector of statistics for each segment or for each track (default ${DEFAULT-VALUE})."
              + " With track, each segment gets its track's probabilities; the split must keep"
              + " tracks whole.")
  Summary.Level level;

  @Option(
      names = "--summary",
      defaultValue = "statistics",
      description =
          "The statistics in a vector: ${COMPLETION-CANDIDATES}, described below (default"
              + " ${DEFAULT-VALUE}).")
  Summary.Values summary;

  @Option(
      names = "--cost",
      description =
          "C of svm and logistic: the smaller, the stronger the regularisation (default: 10 for"
              + " svm; 1 for logistic, 0.01 with --summary full).")
  Double cost;

  @Option(
      names = "--class-weights",
      defaultValue = "none",
      description =
          "Of svm, logistic and forest, ${COMPLETION-CANDIDATES}: balanced multiplies the C of each"
              + " genre (of forest, what its segments count) by n / (k n_c), with n training"
              + " segments (or tracks), k genres, and n_c of the genre (class_weight=\"balanced\";"
              + " default ${DEFAULT-VALUE}).")
  ClassWeights classWeights;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description =
          "Seed of bootstrap samples, of Platt's cross-validation and of the intervals (default"
              + " ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--fold",
      defaultValue = "0",
      description = "Number of the fold, recorded in the results (default ${DEFAULT-VALUE}: none).")
  int fold;

  @Option(names = "--name", description = "Name in the results (default: the method).")
  String name;

  @Option(
      names = "--split-by",
      completionCandidates = SplitBy.Names.class,
      description =
          "What the split was drawn by, recorded in the results (default: segment if test tracks"
              + " are also in training, otherwise track).")
  String splitBy;

  @Option(
      names = "--threads",
      description = "Number of threads (default: all); the results do not depend on it.")
  Integer threads;

  public static void main(String... args) {
    System.exit(Stage.run(new Baseline(), args));
  }

  @Override
  public Integer call() {
    boolean regularised = method == BaselineMethod.svm || method == BaselineMethod.logistic;
    Stage.requireOption(cost == null || regularised, "--cost goes with svm and logistic");
    Stage.requireOption(
        classWeights == ClassWeights.none || regularised || method == BaselineMethod.forest,
        "--class-weights balanced goes with svm, logistic and forest");
    Stage.requireOption(cost == null || cost > 0, "--cost must be above 0, not %s", cost);
    Stage.requireOption(fold >= 0, "--fold must be 0 or more, not %s", fold);
    Stage.requireOption(
        threads == null || threads >= 1, "--threads must be at least 1, not %s", threads);
    new BaselineTraining(
            features,
            split,
            out,
            method,
            level,
            summary,
            cost != null ? cost : defaultCost(),
            classWeights,
            name != null ? name : method.name(),
            splitBy,
            seed,
            fold,
            threads != null ? threads : Runtime.getRuntime().availableProcessors())
        .run();
    return 0;
  }

  /** With a thousand values and few tracks a weak regularisation fits them all. */
  private double defaultCost() {
    return method == BaselineMethod.svm ? 10 : summary == Summary.Values.full ? 0.01 : 1;
  }
}
