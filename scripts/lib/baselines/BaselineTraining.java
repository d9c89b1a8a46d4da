//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/ClassWeights.java
//SOURCES ../evaluation/ModelCard.java
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
//SOURCES LogMelStatistics.java
//SOURCES Summary.java

package genrelab.baselines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.ClassWeights;
import genrelab.evaluation.ModelCard;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Trains a baseline on the training part, calibrates it on the validation part, tests it, and
 * writes a folder as a network's.
 *
 * @param features features JSON
 * @param split of the same segments
 * @param out folder
 * @param level what a vector is of
 * @param values what a vector holds
 * @param cost see {@link BaselineClassifier#train}
 * @param classWeights of the SVM, the logistic regression and the forest, by the training vectors
 * @param name in the results
 * @param splitBy what the split was drawn by; null for as far as it shows
 * @param threads change the time, not the result
 */
public record BaselineTraining(
    Path features,
    Path split,
    Path out,
    BaselineMethod method,
    Summary.Level level,
    Summary.Values values,
    double cost,
    ClassWeights classWeights,
    String name,
    String splitBy,
    long seed,
    int fold,
    int threads) {
  private static final String TRIBUO = "4.3.2";

  /** Trains, tests and writes everything. */
  public void run() {
    Instant started = Instant.now();
    requireNoNetwork();
    Store.createFolder(out);
    var data = new SplitFeatures(features, split, splitBy);
    requireGenres(data.features());
    Summary summary = summary(data);
    List<int[]> trainingUnits = units(data, Part.train);
    float[][] training = vectors(summary, data, trainingUnits);
    int[] trainingLabels = labels(data, trainingUnits);
    int[] tested = data.rows(Part.test);
    int[] validation = data.rows(Part.validation);
    System.out.printf(
        "%s: %d statistics of a %s; %d training, %d validation, %d test segments%n",
        name,
        summary.length(),
        level,
        data.rows(Part.train).length,
        validation.length,
        tested.length);
    List<String> mapping = data.features().mapping();
    double[] weights = classWeights.of(trainingLabels, mapping.size());
    BaselineClassifier classifier =
        BaselineClassifier.train(
            method, training, trainingLabels, mapping, cost, weights, threads, seed);

    float[][] validated = probabilities(classifier, summary, data, Part.validation);
    int[] validationLabels = data.labelsOf(validation);
    SongCalibration calibration =
        SongCalibration.fit(
            data.tracksOf(validation),
            validated,
            validationLabels,
            Set.copyOf(data.tracksOf(data.rows(Part.train))));
    float[][] probabilities = probabilities(classifier, summary, data, Part.test);
    TestResults test = test(data, Part.test, probabilities);
    Optional<TestResults> known =
        level == Summary.Level.track || data.rows(Part.known).length == 0
            ? Optional.empty()
            : Optional.of(
                test(data, Part.known, probabilities(classifier, summary, data, Part.known)));
    List<Rows.Metric> metrics = test.estimates();
    double trained =
        accuracy(Parallel.on(threads, () -> classifier.probabilities(training)), trainingLabels);
    metrics.add(test.exact("segment", "train_accuracy", trained));
    metrics.add(
        test.exact("segment", "validation_accuracy", accuracy(validated, validationLabels)));
    metrics.add(test.exact("segment", "test_segments", tested.length));
    metrics.add(test.exact("track", "tracks_on_both_sides", data.tracksOnBothSides()));
    metrics.addAll(
        calibration.metrics(test, data.tracksOf(tested), probabilities, data.labelsOf(tested)));

    known.ifPresent(held -> metrics.addAll(held.knownMetrics()));
    test.write(out, metrics, known);
    ObjectNode description = description(summary, data, metrics, calibration);
    ModelCard.recordClassWeights(description, classWeights, mapping, weights);
    var model = new BaselineModel(description, classifier);
    model.write(out.resolve("model.zip"));
    byte[] card = model.card().getBytes(StandardCharsets.UTF_8);
    Store.write(out.resolve("card.md"), file -> file.write(card));
    new TrainingRecord(
            "baseline",
            options(summary, data),
            seed,
            List.of(Features.identity(features), split),
            "tribuo",
            TRIBUO,
            started)
        .write(out);
    test.print(metrics);
    System.out.println(out);
  }

  private TestResults test(SplitFeatures data, Part part, float[][] probabilities) {
    int[] rows = data.rows(part);
    return new TestResults(
        name,
        seed,
        fold,
        data.splitBy(),
        data.features().mapping(),
        data.idsOf(rows),
        data.genresOf(rows),
        probabilities);
  }

  /** A network's curves and its best model would stay, beside a baseline's figures. */
  private void requireNoNetwork() {
    for (String name : List.of("history.json", "model-best.zip")) {
      if (Files.exists(out.resolve(name))) {
        throw new Stage.Failure(
            "%s: a network's results are in this folder; give the baseline another --out",
            out.resolve(name));
      }
    }
  }

  private void requireGenres(Features data) {
    if (data.mapping().size() < 2) {
      throw new Stage.Failure(
          "%s: it has one genre, %s; a classifier needs two or more",
          features, data.mapping().get(0));
    }
  }

  private Summary summary(SplitFeatures data) {
    Features all = data.features();
    if (values == Summary.Values.full
        && (!all.key().equals("logmel") || all.coefficients() < LogMelStatistics.minBands())) {
      throw new Stage.Failure(
          "%s: %s with %d values a frame; --summary full needs log-mels of %d bands or more",
          features, all.key(), all.coefficients(), LogMelStatistics.minBands());
    }
    if (level == Summary.Level.track) {
      requireWholeTracks(data);
    }
    if (values == Summary.Values.statistics
        && level == Summary.Level.segment
        && all.frames() == 1) {
      System.out.println(
          "one frame a segment: the summary is the frame itself, without standard deviations and"
              + " differences, which would all be 0");
      return Summary.of(level, Summary.Values.mean, all);
    }
    return Summary.of(level, values, all);
  }

  private void requireWholeTracks(SplitFeatures data) {
    var partOf = new HashMap<String, Part>();
    for (Part part : Part.USED) {
      for (String track : data.tracksOf(data.rows(part))) {
        Part other = partOf.putIfAbsent(track, part);
        if (other != null && other != part) {
          throw new Stage.Failure(
              "%s: track %s is in %s and in %s; --level track needs whole tracks, as split --by"
                  + " track, artist or file draws them",
              split, track, other, part);
        }
      }
    }
  }

  /** The rows that each vector is of: a segment, or a track's segments in their order. */
  private List<int[]> units(SplitFeatures data, Part part) {
    int[] rows = data.rows(part);
    if (level == Summary.Level.segment) {
      return Arrays.stream(rows).mapToObj(row -> new int[] {row}).toList();
    }
    Features all = data.features();
    return Arrays.stream(rows)
        .boxed()
        .collect(
            Collectors.groupingBy(
                row -> all.tracks()[row], LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(
            track ->
                track.stream()
                    .sorted(Comparator.comparingInt(row -> all.segments()[row]))
                    .mapToInt(row -> row)
                    .toArray())
        .toList();
  }

  private float[][] vectors(Summary summary, SplitFeatures data, List<int[]> units) {
    return Parallel.on(
        threads,
        () ->
            units.parallelStream()
                .map(
                    unit ->
                        Arrays.stream(unit)
                            .mapToObj(data.features()::values)
                            .toArray(float[][]::new))
                .map(unit -> summary.of(unit.length == 1 ? unit[0] : BaselineModel.joined(unit)))
                .toArray(float[][]::new));
  }

  private static int[] labels(SplitFeatures data, List<int[]> units) {
    return units.stream().mapToInt(unit -> data.features().labels()[unit[0]]).toArray();
  }

  /** Of each of a part's segments: its own, or its track's. */
  private float[][] probabilities(
      BaselineClassifier classifier, Summary summary, SplitFeatures data, Part part) {
    List<int[]> units = units(data, part);
    float[][] vectors = vectors(summary, data, units);
    float[][] ofUnits = Parallel.on(threads, () -> classifier.probabilities(vectors));
    var ofRow = new HashMap<Integer, float[]>();
    for (int u = 0; u < ofUnits.length; u++) {
      for (int row : units.get(u)) {
        ofRow.put(row, ofUnits[u]);
      }
    }
    return Arrays.stream(data.rows(part)).mapToObj(ofRow::get).toArray(float[][]::new);
  }

  private static double accuracy(float[][] probabilities, int[] labels) {
    return IntStream.range(0, labels.length)
            .filter(s -> Calibration.likeliest(probabilities[s]) == labels[s])
            .count()
        / (double) labels.length;
  }

  /** The options that decide the results, for the record. */
  private List<String> options(Summary summary, SplitFeatures data) {
    return List.of(
        "--method=" + method,
        "--level=" + level,
        "--summary=" + summary.values(),
        "--cost=" + cost,
        "--class-weights=" + classWeights,
        "--seed=" + seed,
        "--fold=" + fold,
        "--split-by=" + data.splitBy());
  }

  private ObjectNode description(
      Summary summary, SplitFeatures data, List<Rows.Metric> metrics, SongCalibration calibration) {
    ObjectNode model = Store.JSON.createObjectNode();
    model.put("genrelab", Stage.VERSION).put("tribuo", TRIBUO);
    model.put("network", name).put("architecture", method.name());
    summary.describe(model.putObject("input").put("frames", data.features().frames()));
    model.set("options", Store.JSON.valueToTree(options(summary, data)));
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
