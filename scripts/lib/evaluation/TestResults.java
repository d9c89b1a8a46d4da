//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java
//SOURCES Calibration.java
//SOURCES Metrics.java

package genrelab.evaluation;

import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the test of a classifier gave: predictions and metrics, as each classifier's folder holds.
 */
public final class TestResults {
  private static final int BOOTSTRAPS = 10_000;

  private final String name;
  private final long seed;
  private final int fold;
  private final String splitBy;
  private final List<String> mapping;
  private final List<Rows.Prediction> predictions;
  private final Metrics metrics;

  /**
   * The results of a test.
   *
   * @param name of the classifier
   * @param splitBy what the split was drawn by
   * @param mapping class names in label order
   * @param segments of the test
   * @param genres their true genres
   * @param probabilities segment × class; finite
   */
  public TestResults(
      String name,
      long seed,
      int fold,
      String splitBy,
      List<String> mapping,
      List<SegmentId> segments,
      List<String> genres,
      float[][] probabilities) {
    this.name = name;
    this.seed = seed;
    this.fold = fold;
    this.splitBy = splitBy;
    this.mapping = mapping;
    predictions =
        IntStream.range(0, probabilities.length)
            .mapToObj(
                r ->
                    new Rows.Prediction(
                        name,
                        seed,
                        fold,
                        segments.get(r).track(),
                        segments.get(r).segment(),
                        genres.get(r),
                        mapping.get(Calibration.likeliest(probabilities[r])),
                        probabilities[r]))
            .toList();
    metrics = new Metrics(mapping, predictions);
  }

  /** Every metric of {@link Metrics#estimates}. */
  public List<Rows.Metric> estimates() {
    var rows = new ArrayList<Rows.Metric>();
    for (Metrics.IntervalEstimate estimate : metrics.estimates(BOOTSTRAPS, seed)) {
      rows.add(
          metric(
              estimate.level(),
              estimate.metric(),
              estimate.value(),
              estimate.low(),
              estimate.high()));
    }
    return rows;
  }

  /**
   * The rows by which a test on held-out segments of the training tracks stands beside that on the
   * test part: {@code known_accuracy} and {@code known_segments}.
   */
  public List<Rows.Metric> knownMetrics() {
    return Stream.concat(
            estimates().stream()
                .filter(
                    row -> row.level().equals("segment") && row.metric().equals("test_accuracy"))
                .map(
                    row -> metric("segment", "known_accuracy", row.value(), row.low(), row.high())),
            Stream.of(exact("segment", "known_segments", predictions.size())))
        .toList();
  }

  /** A metric that is counted or measured, not estimated. */
  public Rows.Metric exact(String level, String metric, double value) {
    return metric(level, metric, value, value, value);
  }

  private Rows.Metric metric(String level, String metric, double value, double low, double high) {
    return new Rows.Metric(name, seed, fold, splitBy, level, metric, value, low, high);
  }

  /**
   * Writes {@code predictions.json}, {@code classes.json}, {@code metrics.json}, {@code
   * report.json}, {@code report-tracks.json} and {@code confusion.json}: together, since a run that
   * is killed between two of them would leave one's figures beside another's.
   *
   * <p>And {@code predictions-known.json}, where the split holds segments of the training tracks
   * out; else one of an earlier training goes.
   *
   * @param rows the metrics, with what the classifier adds to {@link #estimates}
   * @param known the test on the held-out segments; none where there are none
   */
  public void write(Path folder, List<Rows.Metric> rows, Optional<TestResults> known) {
    List<Rows.ClassName> classes =
        IntStream.range(0, mapping.size())
            .mapToObj(c -> new Rows.ClassName(c, mapping.get(c)))
            .toList();
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(folder.resolve("predictions.json"), Store.rows(predictions));
    files.put(folder.resolve("classes.json"), Store.rows(classes));
    files.put(folder.resolve("metrics.json"), Store.rows(rows));
    files.put(folder.resolve("report.json"), Store.rows(metrics.classReport(name, seed, fold)));
    files.put(
        folder.resolve("report-tracks.json"),
        Store.rows(metrics.classReport(name, seed, fold, Metrics.Level.track)));
    files.put(
        folder.resolve("confusion.json"), Store.rows(metrics.confusionRows(name, seed, fold)));
    Path ofKnown = folder.resolve("predictions-known.json");
    known.ifPresent(test -> files.put(ofKnown, Store.rows(test.predictions)));
    Store.writeTogether(files);
    if (known.isEmpty()) {
      Store.delete(ofKnown);
    }
  }

  /** Prints the accuracy of segments and of tracks, with their intervals. */
  public void print(List<Rows.Metric> rows) {
    for (Rows.Metric row : rows) {
      String test =
          switch (row.metric()) {
            case "test_accuracy" -> "test accuracy";
            case "known_accuracy" -> "accuracy on held-out segments of the training tracks";
            default -> "";
          };
      if (!test.isEmpty()) {
        System.out.printf(
            "%s: %s %.2f %% of %ss (95 %% interval %.1f to %.1f), split by %s, seed %d%n",
            name,
            test,
            100 * row.value(),
            row.level(),
            100 * row.low(),
            100 * row.high(),
            splitBy,
            seed);
      }
    }
  }
}
