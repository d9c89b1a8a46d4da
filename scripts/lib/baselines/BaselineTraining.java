//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/SongCalibration.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../evaluation/TestResults.java
//SOURCES ../evaluation/TrainingRecord.java
//SOURCES ../features/Features.java
//SOURCES ../features/SplitFeatures.java
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
import genrelab.evaluation.Calibration;
import genrelab.evaluation.OutOfDistribution;
import genrelab.evaluation.SongCalibration;
import genrelab.evaluation.TestResults;
import genrelab.evaluation.TrainingRecord;
import genrelab.features.Features;
import genrelab.features.SplitFeatures;
import genrelab.kit.Parallel;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.BaselineMethod;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
    var data = new SplitFeatures(features, split, splitBy);
    requireGenres(data.features());
    float[][] training = statistics(data, Part.train);
    int[] trainingLabels = data.labelsOf(data.rows(Part.train));
    int[] tested = data.rows(Part.test);
    int[] validation = data.rows(Part.validation);
    System.out.printf(
        "%s: %d statistics of a segment; %d training, %d validation, %d test segments%n",
        name, training[0].length, training.length, validation.length, tested.length);
    List<String> mapping = data.features().mapping();
    BaselineClassifier classifier =
        BaselineClassifier.train(method, training, trainingLabels, mapping, cost, threads, seed);

    float[][] validated = probabilities(classifier, statistics(data, Part.validation));
    int[] validationLabels = data.labelsOf(validation);
    SongCalibration calibration =
        SongCalibration.fit(
            data.tracksOf(validation),
            validated,
            validationLabels,
            Set.copyOf(data.tracksOf(data.rows(Part.train))));
    float[][] probabilities = probabilities(classifier, statistics(data, Part.test));
    var test =
        new TestResults(
            name,
            seed,
            fold,
            data.splitBy(),
            mapping,
            data.idsOf(tested),
            data.genresOf(tested),
            probabilities);
    List<Rows.Metric> metrics = test.estimates();
    double trained = accuracy(probabilities(classifier, training), trainingLabels);
    metrics.add(test.exact("segment", "train_accuracy", trained));
    metrics.add(
        test.exact("segment", "validation_accuracy", accuracy(validated, validationLabels)));
    metrics.add(test.exact("segment", "test_segments", tested.length));
    metrics.add(test.exact("track", "tracks_on_both_sides", data.tracksOnBothSides()));
    metrics.addAll(
        calibration.metrics(test, data.tracksOf(tested), probabilities, data.labelsOf(tested)));

    test.write(out, metrics);
    var model = new BaselineModel(description(data, metrics, calibration), classifier);
    model.write(out.resolve("model.zip"));
    byte[] card = model.card().getBytes(StandardCharsets.UTF_8);
    Store.write(out.resolve("card.md"), file -> file.write(card));
    new TrainingRecord(
            "baseline", options(data), seed, List.of(features, split), "tribuo", TRIBUO, started)
        .write(out);
    test.print(metrics);
    System.out.println(out);
  }

  private void requireGenres(Features data) {
    if (data.mapping().size() < 2) {
      throw new Stage.Failure(
          "%s: it has one genre, %s; a classifier needs two or more",
          features, data.mapping().get(0));
    }
  }

  private float[][] statistics(SplitFeatures data, Part part) {
    int coefficients = data.features().coefficients();
    return Parallel.on(
        threads,
        () ->
            Arrays.stream(data.values(part))
                .parallel()
                .map(segment -> SegmentStatistics.of(segment, coefficients))
                .toArray(float[][]::new));
  }

  private float[][] probabilities(BaselineClassifier classifier, float[][] statistics) {
    return Parallel.on(threads, () -> classifier.probabilities(statistics));
  }

  private static double accuracy(float[][] probabilities, int[] labels) {
    return IntStream.range(0, labels.length)
            .filter(s -> Calibration.likeliest(probabilities[s]) == labels[s])
            .count()
        / (double) labels.length;
  }

  /** The options that decide the results, for the record. */
  private List<String> options(SplitFeatures data) {
    return List.of(
        "--method=" + method,
        "--cost=" + cost,
        "--seed=" + seed,
        "--fold=" + fold,
        "--split-by=" + data.splitBy());
  }

  private ObjectNode description(
      SplitFeatures data, List<Rows.Metric> metrics, SongCalibration calibration) {
    ObjectNode model = Store.JSON.createObjectNode();
    model.put("genrelab", Stage.VERSION).put("tribuo", TRIBUO);
    model.put("network", name).put("architecture", method.name());
    model
        .putObject("input")
        .put("level", "segment")
        .put("statistics", "mean, standard deviation and mean absolute difference")
        .put("frames", data.features().frames())
        .put("coefficients", data.features().coefficients());
    model.set("options", Store.JSON.valueToTree(options(data)));
    data.describe(model);
    calibration.record(model);
    model.set(
        "familiarity",
        Store.JSON.valueToTree(
            OutOfDistribution.fit(
                data.values(Part.train),
                data.values(Part.validation),
                data.features().coefficients())));
    model.set("metrics", Store.JSON.valueToTree(metrics));
    return model;
  }
}
