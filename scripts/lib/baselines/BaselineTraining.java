//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/SongCalibration.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../evaluation/TestResults.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Parallel.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/BaselineMethod.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES BaselineClassifier.java
//SOURCES BaselineModel.java
//SOURCES SegmentStatistics.java

package genrelab.baselines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.SplitAssignment;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.OutOfDistribution;
import genrelab.evaluation.SongCalibration;
import genrelab.evaluation.TestResults;
import genrelab.features.Features;
import genrelab.kit.Parallel;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.BaselineMethod;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Trains a baseline on the training part, calibrates it on the validation part, tests it, and
 * writes a folder as a network's.
 *
 * @param features features JSON
 * @param split of the same segments
 * @param out folder
 * @param cost see {@link BaselineClassifier#train}
 * @param name in the results
 * @param splitBy what the split was drawn by; null for as far as it shows
 * @param threads change the time, not the result
 */
public record BaselineTraining(
    Path features,
    Path split,
    Path out,
    BaselineMethod method,
    double cost,
    String name,
    String splitBy,
    long seed,
    int fold,
    int threads) {
  private static final String TRIBUO = "4.3.2";

  /** Trains, tests and writes everything. */
  public void run() {
    Instant started = Instant.now();
    Store.createFolder(out);
    Features data = Features.read(features);
    if (data.mapping().size() < 2) {
      throw new Stage.Failure(
          "%s: it has one genre, %s; a classifier needs two or more",
          features, data.mapping().get(0));
    }
    Map<Part, int[]> rows = SplitAssignment.read(split).join(data.ids(), data.genres(), features);
    var vectors =
        Parallel.on(
            threads,
            () ->
                Arrays.stream(data.values())
                    .parallel()
                    .map(segment -> SegmentStatistics.of(segment, data.coefficients()))
                    .toArray(float[][]::new));
    System.out.printf(
        "%s: %d statistics of a segment; %d training, %d validation, %d test segments%n",
        name,
        vectors[0].length,
        rows.get(Part.train).length,
        rows.get(Part.validation).length,
        rows.get(Part.test).length);

    int[] train = rows.get(Part.train);
    BaselineClassifier classifier =
        BaselineClassifier.train(
            method, of(vectors, train), labels(data, train), data.mapping(), cost, threads, seed);
    long both = tracksOnBothSides(data, rows);
    String drawnBy = splitBy != null ? splitBy : both > 0 ? "segment" : "track";
    new Writer(started, data, rows, vectors, classifier, both, drawnBy).write();
  }

  private static float[][] of(float[][] vectors, int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> vectors[row]).toArray(float[][]::new);
  }

  private static int[] labels(Features data, int[] rows) {
    return Arrays.stream(rows).map(row -> data.labels()[row]).toArray();
  }

  private static long tracksOnBothSides(Features data, Map<Part, int[]> rows) {
    return SplitAssignment.overlap(
            tracks(data, rows.get(Part.train)), tracks(data, rows.get(Part.test)))
        .size();
  }

  private static List<String> tracks(Features data, int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> data.tracks()[row]).toList();
  }

  /** The options that decide the results, for the record. */
  private List<String> options(String drawnBy) {
    return List.of(
        "--method=" + method,
        "--cost=" + cost,
        "--seed=" + seed,
        "--fold=" + fold,
        "--split-by=" + drawnBy);
  }

  /** Tests the classifier and writes its folder. */
  private final class Writer {
    private final Instant started;
    private final Features data;
    private final Map<Part, int[]> rows;
    private final float[][] vectors;
    private final BaselineClassifier classifier;
    private final long both;
    private final String drawnBy;

    Writer(
        Instant started,
        Features data,
        Map<Part, int[]> rows,
        float[][] vectors,
        BaselineClassifier classifier,
        long both,
        String drawnBy) {
      this.started = started;
      this.data = data;
      this.rows = rows;
      this.vectors = vectors;
      this.classifier = classifier;
      this.both = both;
      this.drawnBy = drawnBy;
    }

    void write() {
      int[] tested = rows.get(Part.test);
      float[][] probabilities = probabilities(Part.test);
      var test =
          new TestResults(
              name,
              seed,
              fold,
              drawnBy,
              data.mapping(),
              Arrays.stream(tested).mapToObj(data::id).toList(),
              Arrays.stream(tested).mapToObj(data::genre).toList(),
              probabilities);
      float[][] validated = probabilities(Part.validation);
      int[] validationLabels = labels(data, rows.get(Part.validation));
      SongCalibration calibration =
          SongCalibration.fit(
              tracks(data, rows.get(Part.validation)),
              validated,
              validationLabels,
              Set.copyOf(tracks(data, rows.get(Part.train))));
      List<Rows.Metric> metrics = test.estimates();
      metrics.add(test.exact("segment", "train_accuracy", accuracy(Part.train)));
      metrics.add(
          test.exact("segment", "validation_accuracy", accuracy(validated, validationLabels)));
      metrics.add(test.exact("segment", "test_segments", tested.length));
      metrics.add(test.exact("track", "tracks_on_both_sides", both));
      metrics.addAll(
          calibration.metrics(test, tracks(data, tested), probabilities, labels(data, tested)));
      test.write(out, metrics);
      var model = new BaselineModel(description(metrics, calibration), classifier);
      model.write(out.resolve("model.zip"));
      byte[] card = model.card().getBytes(StandardCharsets.UTF_8);
      Store.write(out.resolve("card.md"), file -> file.write(card));
      writeRun();
      test.print(metrics);
      System.out.println(out);
    }

    private float[][] probabilities(Part part) {
      return Parallel.on(threads, () -> classifier.probabilities(of(vectors, rows.get(part))));
    }

    private double accuracy(Part part) {
      return accuracy(probabilities(part), labels(data, rows.get(part)));
    }

    private double accuracy(float[][] probabilities, int[] labels) {
      return IntStream.range(0, labels.length)
              .filter(s -> Calibration.likeliest(probabilities[s]) == labels[s])
              .count()
          / (double) labels.length;
    }

    private ObjectNode description(List<Rows.Metric> metrics, SongCalibration calibration) {
      ObjectNode model = Store.JSON.createObjectNode();
      model.put("genrelab", Stage.VERSION).put("tribuo", TRIBUO);
      model.put("network", name).put("architecture", method.name());
      model
          .putObject("input")
          .put("level", "segment")
          .put("statistics", "mean, standard deviation and mean absolute difference")
          .put("frames", data.frames())
          .put("coefficients", data.coefficients());
      model.set("options", Store.JSON.valueToTree(options(drawnBy)));
      model.set("mapping", Store.JSON.valueToTree(data.mapping()));
      model.putObject("features").put("key", data.key());
      model.withObject("/features").set("params", data.params());
      model.withObject("/features").set("provenance", data.provenance());
      ObjectNode parts = model.putObject("split");
      parts.put("by", drawnBy).put("sha256", Store.sha256(split));
      Part.USED.forEach(part -> parts.put(part.name(), rows.get(part).length));
      parts.put("testTracksInTraining", both);
      calibration.record(model);
      model.set(
          "familiarity",
          Store.JSON.valueToTree(
              OutOfDistribution.fit(
                  of(data.values(), rows.get(Part.train)),
                  of(data.values(), rows.get(Part.validation)),
                  data.coefficients())));
      model.set("metrics", Store.JSON.valueToTree(metrics));
      return model;
    }

    private void writeRun() {
      Map<String, String> inputs = new TreeMap<>();
      inputs.put(features.getFileName().toString(), Store.sha256(features));
      inputs.put(split.getFileName().toString(), Store.sha256(split));
      Map<String, String> versions = new TreeMap<>();
      versions.put("genrelab", Stage.VERSION);
      versions.put("tribuo", TRIBUO);
      versions.put("java", System.getProperty("java.version"));
      versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
      double seconds = ChronoUnit.MILLIS.between(started, Instant.now()) / 1000.0;
      Store.writeRows(
          out.resolve("run.json"),
          List.of(
              new Rows.StageRecord(
                  "baseline",
                  options(drawnBy),
                  seed,
                  inputs,
                  Map.of(),
                  "",
                  versions,
                  started.truncatedTo(ChronoUnit.SECONDS).toString(),
                  seconds)));
    }
  }
}
