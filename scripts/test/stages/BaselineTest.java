///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that baselines agree with scikit-learn, repeat, and give a network's folder.
// Before the stages', of which some bring older ones.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Baseline.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/baselines/BaselineModel.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/BaselineMethod.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.baselines.BaselineModel;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.BaselineMethod;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Baselines agree with scikit-learn, repeat, and give a network's folder. */
class BaselineTest {
  private static final int VALIDATION = 8;
  private static final List<String> GENRES = List.of("blues", "jazz", "metal", "rock");

  @TempDir Path folder;
  private JsonNode golden;
  private int train;
  private Path features;
  private Path split;
  private String stdout;
  private String stderr;

  @BeforeEach
  void writeGoldenSegments() throws IOException {
    golden =
        Store.JSON.readTree(
            Path.of(System.getenv("GENRELAB_HOME"), "data/golden/baselines-sklearn.json").toFile());
    train = golden.path("train").asInt();
    features = folder.resolve("mfcc.json");
    split = folder.resolve("split.json");
    int size = golden.path("labels").size();
    var labels = IntStream.of(Store.JSON.treeToValue(golden.path("labels"), int[].class));
    float[][] values = matrix("segments");
    // scikit-learn trains on all training segments: those of validation are copies of the first
    new Features(
            "mfcc",
            GENRES,
            IntStream.concat(labels, IntStream.range(0, VALIDATION).map(i -> i % GENRES.size()))
                .toArray(),
            IntStream.range(0, size + VALIDATION)
                .mapToObj(i -> "t.%03d".formatted(i))
                .toArray(String[]::new),
            new int[size + VALIDATION],
            null,
            golden.path("frames").asInt(),
            golden.path("coefficients").asInt(),
            Stream.concat(Arrays.stream(values), Arrays.stream(values, 0, VALIDATION))
                .toArray(float[][]::new),
            Store.JSON.createObjectNode().put("flavour", "librosa"),
            Store.JSON.createObjectNode().put("source", "synthetic"))
        .write(features);
    writeSplit(i -> i < train ? Part.train : Part.test);
  }

  /** The part of each segment of the golden file; the copies are for validation. */
  private void writeSplit(IntFunction<Part> part) {
    int size = golden.path("labels").size();
    Store.writeRows(
        split,
        IntStream.range(0, size + VALIDATION)
            .mapToObj(
                i ->
                    new Rows.SplitRow(
                        "t.%03d".formatted(i), 0, i < size ? part.apply(i) : Part.validation, null))
            .toList());
  }

  private float[][] matrix(String key) throws IOException {
    return Store.JSON.treeToValue(golden.path(key), float[][].class);
  }

  private int baseline(Path out, String... more) {
    var args =
        new ArrayList<>(
            List.of("--features", "" + features, "--split", "" + split, "--out", "" + out));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Baseline(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  private List<Rows.Prediction> predictions(Path out) {
    return Store.readRows(out.resolve("predictions.json"), Rows.Prediction.class);
  }

  private Path trained(String method, String... more) {
    Path out = folder.resolve(method + String.join("", more).replaceAll("\\W", ""));
    var args = new ArrayList<>(List.of("--method", method));
    args.addAll(List.of(more));
    assertEquals(0, baseline(out, args.toArray(String[]::new)), () -> stderr);
    return out;
  }

  // ---- unbalanced genres

  /** Three of four training segments of jazz, metal and rock are left out. */
  @ParameterizedTest
  @ValueSource(strings = {"svm", "logistic", "forest"})
  void balancedWeightsHelpTheRareGenres(String method) throws IOException {
    int[] labels = Store.JSON.treeToValue(golden.path("labels"), int[].class);
    writeSplit(
        i -> i >= train ? Part.test : labels[i] == 0 || i % 16 < 4 ? Part.train : Part.excluded);
    Path plain = trained(method);
    Path balanced = trained(method, "--class-weights=balanced");
    // of an SVM, Platt's method calibrates the shift away; the leaves of a forest are pure anyway
    if (method.equals("logistic")) {
      assertTrue(meanOfBlues(balanced) < meanOfBlues(plain) - 0.01);
    }
    assertNotEquals(meanOfBlues(balanced), meanOfBlues(plain));
    JsonNode record = BaselineModel.read(balanced.resolve("model.zip")).description();
    int trained = record.at("/split/train").asInt();
    int blues = (int) IntStream.range(0, train).filter(i -> labels[i] == 0).count();
    assertEquals(
        trained / (4.0 * blues), record.at("/classWeights/blues").asDouble(), 1e-12, "" + record);
    assertTrue(Files.readString(balanced.resolve("card.md")).contains("Loss weighted by genre"));
    assertTrue(
        BaselineModel.read(plain.resolve("model.zip"))
            .description()
            .at("/classWeights")
            .isMissingNode());
  }

  private double meanOfBlues(Path out) {
    return predictions(out).stream()
        .mapToDouble(row -> row.probabilities()[0])
        .average()
        .orElseThrow();
  }

  @Test
  void methodsWithoutWeightsRefuseThem() {
    assertEquals(2, baseline(folder.resolve("out"), "--method=knn", "--class-weights=balanced"));
    assertTrue(
        stderr.contains("--class-weights balanced goes with svm, logistic and forest"), stderr);
  }

  // ---- scikit-learn

  @Test
  void aLogisticRegressionIsScikitLearns() throws IOException {
    float[][] expected = matrix("logistic");
    List<Rows.Prediction> rows = predictions(trained("logistic"));
    assertEquals(expected.length, rows.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], rows.get(i).probabilities(), 2e-3f, "segment " + i);
    }
  }

  @Test
  void nearestNeighboursAreScikitLearns() throws IOException {
    float[][] expected = matrix("knn");
    List<Rows.Prediction> rows = predictions(trained("knn"));
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], rows.get(i).probabilities(), 1e-6f, "segment " + i);
    }
  }

  /** scikit-learn predicts by votes, here Platt's probabilities decide; they seldom differ. */
  @Test
  void aSupportVectorMachineMostlyAgreesWithScikitLearns() throws IOException {
    int[] expected = Store.JSON.treeToValue(golden.path("svm"), int[].class);
    List<Rows.Prediction> rows = predictions(trained("svm"));
    long same =
        IntStream.range(0, expected.length)
            .filter(i -> rows.get(i).predicted().equals(GENRES.get(expected[i])))
            .count();
    assertTrue(same >= 0.9 * expected.length, same + " of " + expected.length);
  }

  @Test
  void theMajorityIsTheMostFrequentGenreOfTraining() throws IOException {
    writeSplit(i -> i >= train ? Part.test : i % 4 == 2 || i % 3 == 0 ? Part.train : Part.excluded);
    Set<String> predicted =
        predictions(trained("majority")).stream()
            .map(Rows.Prediction::predicted)
            .collect(Collectors.toSet());
    assertEquals(Set.of("metal"), predicted);
  }

  @Test
  void theStatisticsStandInTheModelAsScikitLearnScalesThem() throws IOException {
    BaselineModel model = BaselineModel.read(trained("logistic").resolve("model.zip"));
    float[][] statistics = matrix("statistics");
    for (int v = 0; v < statistics[0].length; v++) {
      int value = v;
      double mean =
          IntStream.range(0, train).mapToDouble(i -> statistics[i][value]).average().orElseThrow();
      assertEquals(mean, model.classifier().standardization().mean()[v], 1e-5, "statistic " + v);
    }
  }

  // ---- held-out segments of training tracks

  @Test
  void heldOutSegmentsAreTestedBesideTheTest() throws IOException {
    writeSplit(i -> i >= train ? Part.test : i % 5 == 0 ? Part.known : Part.train);
    Path out = trained("svm");
    List<Rows.Prediction> known =
        Store.readRows(out.resolve("predictions-known.json"), Rows.Prediction.class);
    assertEquals((train + 4) / 5, known.size());
    double right =
        known.stream().filter(row -> row.truth().equals(row.predicted())).count()
            / (double) known.size();
    Rows.Metric accuracy = metric(out, "known_accuracy");
    assertEquals(right, accuracy.value(), 1e-12);
    assertTrue(accuracy.low() < right && right <= accuracy.high());
    assertEquals(known.size(), metric(out, "known_segments").value());
    List<Rows.Prediction> test = predictions(out);
    writeSplit(i -> i >= train ? Part.test : i % 5 == 0 ? Part.excluded : Part.train);
    assertEquals(out, trained("svm"));
    assertFalse(Files.exists(out.resolve("predictions-known.json")), "of the training before");
    for (int row = 0; row < test.size(); row++) {
      assertArrayEquals(
          test.get(row).probabilities(), predictions(out).get(row).probabilities(), "untrained on");
    }
  }

  private static Rows.Metric metric(Path out, String name) {
    return Store.readRows(out.resolve("metrics.json"), Rows.Metric.class).stream()
        .filter(row -> row.metric().equals(name))
        .findFirst()
        .orElseThrow();
  }

  // ---- tracks

  /** Two training tracks, the golden spectrogram each, and two to validate and to test. */
  private void writeTracks(Part lastOfTraining) throws IOException {
    float[] levels = flat(matrix("logmel"));
    int segments = 3;
    int bands = matrix("logmel")[0].length;
    int values = levels.length / segments;
    float[][] rows = new float[6 * segments][];
    for (int i = 0; i < rows.length; i++) {
      int from = i % segments * values;
      rows[i] = Arrays.copyOfRange(levels, from, from + values);
      rows[i][0] += i < 2 * segments ? 0 : i; // others differ
    }
    new Features(
            "logmel",
            List.of("blues", "jazz"),
            IntStream.range(0, rows.length).map(i -> i / segments % 2).toArray(),
            IntStream.range(0, rows.length)
                .mapToObj(i -> "t" + i / segments)
                .toArray(String[]::new),
            IntStream.range(0, rows.length).map(i -> i % segments).toArray(),
            null,
            values / bands,
            bands,
            rows,
            Store.JSON.createObjectNode().put("sampleRate", 6).put("hop", 1),
            Store.JSON.createObjectNode().put("source", "synthetic"))
        .write(features);
    List<Part> parts = List.of(Part.train, Part.train, Part.validation, Part.validation);
    Store.writeRows(
        split,
        IntStream.range(0, rows.length)
            .mapToObj(
                i -> {
                  int track = i / segments;
                  Part part = track < parts.size() ? parts.get(track) : Part.test;
                  return new Rows.SplitRow(
                      "t" + track,
                      i % segments,
                      i == 2 * segments - 1 ? lastOfTraining : part,
                      null);
                })
            .toList());
  }

  private static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(rows[r], 0, all, r * rows[0].length, rows[0].length);
    }
    return all;
  }

  @Test
  void statisticsOfWholeTracksAreScipys() throws IOException {
    writeTracks(Part.train);
    Path out = trained("logistic", "--level", "track", "--summary", "full");
    float[] expected = Store.JSON.treeToValue(golden.path("full"), float[].class);
    BaselineModel model = BaselineModel.read(out.resolve("model.zip"));
    // both training tracks are the golden one
    assertArrayEquals(expected, model.classifier().standardization().mean(), 2e-3f);
  }

  @Test
  void aTracksSegmentsShareItsProbabilities() throws IOException {
    writeTracks(Part.train);
    Path out = trained("svm", "--level", "track");
    List<Rows.Prediction> rows = predictions(out);
    assertEquals(6, rows.size());
    for (Rows.Prediction row : rows) {
      Rows.Prediction first =
          rows.stream().filter(each -> each.track().equals(row.track())).findFirst().orElseThrow();
      assertArrayEquals(first.probabilities(), row.probabilities());
    }
    Features all = Features.read(features);
    float[][] test = Arrays.copyOfRange(all.values(), 12, 15);
    float[][] again = BaselineModel.read(out.resolve("model.zip")).predict(test);
    assertArrayEquals(rows.get(0).probabilities(), again[2], 1e-6f, "as classify predicts them");
  }

  @Test
  void aDividedTrackIsRefusedAtTheLevelOfTracks() throws IOException {
    writeTracks(Part.test);
    assertEquals(1, baseline(folder.resolve("out"), "--method", "majority", "--level", "track"));
    assertTrue(
        stderr.contains("track t1 is in train and in test; --level track needs whole tracks"),
        stderr);
  }

  @Test
  void theFullSummaryNeedsLogMels() {
    assertEquals(1, baseline(folder.resolve("out"), "--method", "majority", "--summary", "full"));
    assertTrue(stderr.contains("mfcc with 3 values a frame; --summary full needs"), stderr);
  }

  // ---- a network's folder

  @ParameterizedTest
  @EnumSource(BaselineMethod.class)
  void everyMethodWritesANetworksFolder(BaselineMethod method) throws IOException {
    Path out = trained(method.name());
    try (Stream<Path> files = Files.list(out)) {
      assertEquals(
          new TreeSet<>(
              Set.of(
                  "card.md",
                  "classes.json",
                  "confusion.json",
                  "metrics.json",
                  "model.zip",
                  "predictions.json",
                  "report-tracks.json",
                  "report.json",
                  "run.json")),
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    for (Rows.Prediction row : predictions(out)) {
      double sum = 0;
      for (float probability : row.probabilities()) {
        sum += probability;
      }
      assertEquals(1, sum, 1e-5, row.track());
    }
    assertTrue(stdout.contains(method + ": test accuracy "), stdout);
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "svm", "forest", "knn", "majority"})
  void aModelThatIsReadPredictsTheSame(String method) throws IOException {
    Path out = trained(method);
    BaselineModel model = BaselineModel.read(out.resolve("model.zip"));
    float[][] segments = matrix("segments");
    List<Rows.Prediction> rows = predictions(out);
    for (int i = 0; i < rows.size(); i++) {
      assertArrayEquals(
          rows.get(i).probabilities(), model.predict(new float[][] {segments[train + i]})[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "svm", "forest"})
  void theSameSeedGivesTheSameFilesOnAnyNumberOfThreads(String method) throws IOException {
    Path one = trained(method, "--threads", "1");
    Path other = trained(method, "--threads", "3");
    for (String file : List.of("predictions.json", "metrics.json", "model.zip", "card.md")) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(file)), Files.readAllBytes(other.resolve(file)), file);
    }
  }

  @Test
  void aForestDoesNotLogItsTrees() {
    trained("forest");
    assertFalse(Logger.getLogger("org.tribuo.ensemble.BaggingTrainer").isLoggable(Level.INFO));
  }

  @Test
  void anotherSeedGrowsAnotherForest() throws IOException {
    assertFalse(
        Arrays.equals(
            Files.readAllBytes(trained("forest").resolve("model.zip")),
            Files.readAllBytes(trained("forest", "--seed", "2").resolve("model.zip"))));
  }

  @Test
  void aSmallerCostRegularisesMore() {
    double weak = predictions(trained("logistic")).get(0).probabilities()[0];
    double strong = predictions(trained("logistic", "--cost", "0.001")).get(0).probabilities()[0];
    assertTrue(Math.abs(strong - 0.25) < Math.abs(weak - 0.25), strong + " " + weak);
  }

  @Test
  void tracksOnBothSidesAreCounted() throws IOException {
    Path out = trained("logistic");
    Rows.Metric both = metric(out, "tracks_on_both_sides");
    assertEquals(0, both.value());
    assertEquals("track", both.split());
    assertEquals(48, metric(out, "test_segments").value());
  }

  /** A network's curves would stay beside the baseline's accuracy. */
  @Test
  void anotherFolderThanANetworksIsAskedFor() throws IOException {
    for (String name : List.of("history.json", "model-best.zip")) {
      Path out = Files.createDirectories(folder.resolve("of " + name));
      Files.writeString(out.resolve(name), "a network's");
      assertEquals(1, baseline(out, "--method", "majority"));
      assertTrue(stderr.contains(name + ": a network's results are in this folder"), stderr);
      assertArrayEquals(new String[] {name}, out.toFile().list());
    }
  }

  // ---- failures

  @ParameterizedTest
  @CsvSource({
    "--method|bayes, Invalid value for option '--method'",
    "--method|knn|--cost|2, --cost goes with svm and logistic",
    "--method|svm|--cost|0, --cost must be above 0",
    "--method|svm|--threads|0, --threads must be at least 1",
    "--method|svm|--fold|-1, --fold must be 0 or more"
  })
  void wrongOptionsAreRefused(String options, String message) {
    assertEquals(2, baseline(folder.resolve("out"), options.split("\\|")));
    assertTrue(stderr.contains(message), stderr);
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void aDamagedModelIsRefused() throws IOException {
    Path model = trained("logistic").resolve("model.zip");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    try {
      BaselineModel.read(model);
    } catch (Stage.Failure failure) {
      assertTrue(failure.getMessage().startsWith(model.toString()), failure.getMessage());
      return;
    }
    throw new AssertionError("a damaged model was read");
  }
}
