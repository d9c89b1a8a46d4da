///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests scores and their intervals: by hand, and against scikit-learn.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/evaluation/ConfusionMatrix.java
//SOURCES ../../lib/evaluation/Metrics.java
//SOURCES ../../lib/evaluation/RunSummary.java
//SOURCES ../../lib/evaluation/SampleStatistics.java
//SOURCES ../../lib/evaluation/Significance.java
//SOURCES ../../lib/evaluation/StandardError.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/evaluation/ConfidenceInterval.java
//SOURCES ../../lib/evaluation/Calibration.java
//SOURCES ../../lib/evaluation/SongCalibration.java
//SOURCES ../../lib/evaluation/TestResults.java
//SOURCES ../../lib/results/SegmentId.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.ConfidenceInterval;
import genrelab.evaluation.ConfusionMatrix;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.Metrics.IntervalEstimate;
import genrelab.evaluation.Metrics.Level;
import genrelab.evaluation.RunSummary;
import genrelab.evaluation.SampleStatistics;
import genrelab.evaluation.Significance;
import genrelab.evaluation.SongCalibration;
import genrelab.evaluation.StandardError;
import genrelab.evaluation.TestResults;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores against cases worked out by hand, and scikit-learn's (environment/golden-metrics.py). */
class MetricsTest {
  private static final double EXACT = 1e-12;
  private static final List<String> MAPPING = List.of("blues", "jazz", "rock");

  /** blues: 3 of 4 right, one taken for jazz; jazz: 1 of 2, one for blues; rock never occurs. */
  private static final ConfusionMatrix CONFUSION =
      new ConfusionMatrix(new long[][] {{3, 1, 0}, {1, 1, 0}, {0, 0, 0}});

  private static Rows.Prediction row(String track, int segment, String truth, double... shares) {
    float[] probabilities = new float[shares.length];
    int best = 0;
    for (int c = 0; c < shares.length; c++) {
      probabilities[c] = (float) shares[c];
      best = shares[c] > shares[best] ? c : best;
    }
    return new Rows.Prediction(
        "cnn", 1, 0, track, segment, truth, MAPPING.get(best), probabilities);
  }

  private static Rows.Prediction sure(String track, int segment, String truth, String predicted) {
    double[] shares = new double[3];
    shares[MAPPING.indexOf(predicted)] = 1;
    return row(track, segment, truth, shares);
  }

  /** Six segments with the confusion above. */
  private static Metrics six() {
    return new Metrics(
        MAPPING,
        List.of(
            sure("b.1", 0, "blues", "blues"),
            sure("b.1", 1, "blues", "blues"),
            sure("b.2", 0, "blues", "blues"),
            sure("b.2", 1, "blues", "jazz"),
            sure("j.1", 0, "jazz", "jazz"),
            sure("j.1", 1, "jazz", "blues")));
  }

  @Test
  void countsTrueByPredicted() {
    Metrics metrics =
        new Metrics(
            MAPPING,
            List.of(
                sure("b.1", 0, "blues", "rock"),
                sure("b.1", 1, "blues", "rock"),
                sure("j.1", 0, "jazz", "blues"),
                sure("r.1", 0, "rock", "rock")));
    assertArrayEquals(
        new long[][] {{0, 0, 2}, {1, 0, 0}, {0, 0, 1}}, metrics.confusion(Level.segment).counts());
    assertArrayEquals(CONFUSION.counts(), six().confusion(Level.segment).counts());
  }

  @Test
  void scoresOfAClass() {
    assertEquals(4 / 6.0, CONFUSION.accuracy(), EXACT);
    assertEquals(3 / 4.0, CONFUSION.precision(0), EXACT);
    assertEquals(3 / 4.0, CONFUSION.recall(0), EXACT);
    assertEquals(3 / 4.0, CONFUSION.f1(0), EXACT);

    var uneven = new ConfusionMatrix(new long[][] {{2, 2, 0}, {1, 4, 0}, {3, 0, 8}});
    assertEquals(14 / 20.0, uneven.accuracy(), EXACT);
    assertEquals(2 / 6.0, uneven.precision(0), EXACT);
    assertEquals(2 / 4.0, uneven.recall(0), EXACT);
    assertEquals(2 * (1 / 3.0) * 0.5 / (1 / 3.0 + 0.5), uneven.f1(0), EXACT);
    assertEquals(1, uneven.precision(2), EXACT);
    assertEquals(8 / 11.0, uneven.recall(2), EXACT);
  }

  @Test
  void aClassThatNeverOccursScoresZeroAndCountsInNoMean() {
    assertEquals(0, CONFUSION.precision(2));
    assertEquals(0, CONFUSION.recall(2));
    assertEquals(0, CONFUSION.f1(2));
    assertEquals((0.75 + 0.5) / 2, CONFUSION.macroF1(), EXACT);

    var onlyPredicted = new ConfusionMatrix(new long[][] {{3, 0, 1}, {0, 2, 0}, {0, 0, 0}});
    assertEquals((6 / 7.0 + 1 + 0) / 3, onlyPredicted.macroF1(), EXACT);
    var empty = new ConfusionMatrix(new long[3][3]);
    assertEquals(0, empty.accuracy());
    assertEquals(0, empty.macroF1());
  }

  /** The example of scikit-learn's page on balanced_accuracy_score: 0.625. */
  @Test
  void balancedAccuracyIsTheMeanRecallOfTheClassesThatHaveItems() {
    var example = new ConfusionMatrix(new long[][] {{3, 1}, {1, 1}});
    assertEquals(0.625, example.balancedAccuracy(), EXACT);
    var onlyPredicted = new ConfusionMatrix(new long[][] {{3, 0, 1}, {0, 2, 0}, {0, 0, 0}});
    assertEquals((0.75 + 1) / 2, onlyPredicted.balancedAccuracy(), EXACT);
    assertEquals((0.75 + 1 + 0) / 3, onlyPredicted.macro()[1], EXACT, "counts the third");
    assertEquals(0, new ConfusionMatrix(new long[3][3]).balancedAccuracy());
    IntervalEstimate estimate = named(six().estimates(40, 1), "segment", "test_balanced_accuracy");
    assertEquals(0.625, estimate.value(), EXACT);
    assertTrue(estimate.low() <= 0.625 && 0.625 <= estimate.high(), "" + estimate);
  }

  @Test
  void classReportHasAveragesAsScikitLearns() {
    List<Rows.ClassReport> rows = six().classReport("cnn", 7, 2);

    assertEquals(
        List.of("blues", "jazz", "rock", "macro average", "weighted average"),
        rows.stream().map(Rows.ClassReport::genre).toList());
    assertEquals(List.of(4L, 2L, 0L, 6L, 6L), rows.stream().map(r -> r.support()).toList());
    assertScores(0.75, 0.75, 0.75, rows.get(0));
    assertScores(0.5, 0.5, 0.5, rows.get(1));
    assertScores(0, 0, 0, rows.get(2));
    assertScores(0.625, 0.625, 0.625, rows.get(3));
    double weighted = (4 * 0.75 + 2 * 0.5) / 6;
    assertScores(weighted, weighted, weighted, rows.get(4));
    assertEquals(CONFUSION.macroF1(), rows.get(3).f1(), EXACT, "the same in both files");
    for (Rows.ClassReport row : rows) {
      assertEquals("cnn", row.network());
      assertEquals(7, row.seed());
      assertEquals(2, row.fold());
    }
  }

  private static void assertScores(double p, double r, double f1, Rows.ClassReport row) {
    assertEquals(p, row.precision(), EXACT, row.genre() + "'s precision");
    assertEquals(r, row.recall(), EXACT, row.genre() + "'s recall");
    assertEquals(f1, row.f1(), EXACT, row.genre() + "'s F1");
  }

  /** Two segments lean to jazz a little, one is sure of blues: the mean says blues. */
  @Test
  void aTrackIsJudgedByItsMeanProbabilitiesNotByVotes() {
    Metrics metrics =
        new Metrics(
            MAPPING,
            List.of(
                row("b.1", 0, "blues", 0.45, 0.55, 0),
                row("r.1", 0, "rock", 0.4, 0.3, 0.3),
                row("b.1", 1, "blues", 0.45, 0.55, 0),
                row("b.1", 2, "blues", 0.9, 0.1, 0),
                row("r.1", 1, "rock", 0.4, 0.3, 0.3)));
    assertArrayEquals(
        new long[][] {{1, 2, 0}, {0, 0, 0}, {2, 0, 0}}, metrics.confusion(Level.segment).counts());
    assertArrayEquals(
        new long[][] {{1, 0, 0}, {0, 0, 0}, {1, 0, 0}}, metrics.confusion(Level.track).counts());

    List<IntervalEstimate> estimates = metrics.estimates(10, 1);
    assertEquals(1 / 5.0, named(estimates, "segment", "test_accuracy").value(), EXACT);
    assertEquals(1 / 2.0, named(estimates, "track", "test_accuracy").value(), EXACT);
    assertEquals((1 / 3.0) / 3, named(estimates, "segment", "test_macro_f1").value(), EXACT);
    assertEquals((2 / 3.0) / 2, named(estimates, "track", "test_macro_f1").value(), EXACT);
  }

  /** Two for jazz, two for rock, one for blues: of jazz and rock, rock's mean is higher. */
  @Test
  void aTiedVoteGoesToTheHigherMean() {
    Metrics metrics =
        new Metrics(
            MAPPING,
            List.of(
                row("r.1", 0, "rock", 0.4, 0.5, 0.1),
                row("r.1", 1, "rock", 0.4, 0.6, 0),
                row("r.1", 2, "rock", 0.3, 0, 0.7),
                row("r.1", 3, "rock", 0.4, 0, 0.6),
                row("r.1", 4, "rock", 1, 0, 0)));
    assertEquals(List.of(new Metrics.TrackPrediction("r.1", 2, 0, 2)), metrics.tracks());
    assertEquals(1, metrics.confusion(Level.vote).counts()[2][2]);
    assertEquals(1, metrics.confusion(Level.track).counts()[2][0]);
    List<IntervalEstimate> estimates = metrics.estimates(10, 1);
    assertEquals(0, named(estimates, "track", "test_accuracy").value());
    assertEquals(1, named(estimates, "track", "test_vote_accuracy").value());
  }

  /** Bins of a fifteenth: 0.9 right, 0.9 wrong, 0.5 right, so (|1 − 1.8| + |1 − 0.5|) / 3. */
  @Test
  void calibrationErrorIsTheBinsGaps() {
    Metrics metrics =
        new Metrics(
            MAPPING,
            List.of(
                row("b.1", 0, "blues", 0.9, 0.1, 0),
                row("b.1", 1, "blues", 0, 0.9, 0.1),
                row("b.2", 0, "blues", 0.5, 0.3, 0.2)));
    assertEquals((0.8 + 0.5) / 3, metrics.calibrationError(Level.segment), 1e-7);
    // tracks: (0.45, 0.5, 0.05), taken for jazz, and 0.5 right: the same bin
    assertEquals(Math.abs(1 - 1.0) / 2, metrics.calibrationError(Level.track), 1e-7);
    IntervalEstimate row = named(metrics.estimates(10, 1), "segment", "test_ece");
    assertEquals(row.value(), row.low());
    assertEquals(row.value(), row.high());
  }

  private static JsonNode golden() throws IOException {
    String home = System.getenv("GENRELAB_HOME");
    Path file = Path.of(home == null ? "" : home).resolve("data/golden/metrics-sklearn.json");
    return Store.JSON.readTree(file.toFile());
  }

  static List<String> goldenCases() throws IOException {
    return golden().get("cases").findValuesAsText("name");
  }

  @ParameterizedTest
  @MethodSource("goldenCases")
  void scoresAreScikitLearns(String name) throws IOException {
    JsonNode golden =
        StreamSupport.stream(golden().get("cases").spliterator(), false)
            .filter(row -> row.get("name").asText().equals(name))
            .findFirst()
            .orElseThrow();
    int classes = golden.get("classes").asInt();
    List<String> mapping = IntStream.range(0, classes).mapToObj(c -> "genre " + c).toList();
    var rows = new ArrayList<Rows.Prediction>();
    for (JsonNode row : golden.get("rows")) {
      float[] shares = new float[classes];
      int best = 0;
      for (int c = 0; c < classes; c++) {
        shares[c] = row.get(3).get(c).floatValue();
        best = shares[c] > shares[best] ? c : best;
      }
      String track = "track " + row.get(0).asInt();
      String truth = mapping.get(row.get(2).asInt());
      rows.add(
          new Rows.Prediction(
              "cnn", 1, 0, track, row.get(1).asInt(), truth, mapping.get(best), shares));
    }
    Metrics metrics = new Metrics(mapping, rows);
    List<IntervalEstimate> estimates = metrics.estimates(20, 1);
    for (Level level : Level.values()) {
      assertScikitLearns(golden.get("" + level), level, mapping, metrics, estimates);
    }
  }

  private static void assertScikitLearns(
      JsonNode golden,
      Level level,
      List<String> mapping,
      Metrics metrics,
      List<IntervalEstimate> estimates) {
    String unit = level == Level.segment ? "segment" : "track";
    String prefix = level == Level.vote ? "test_vote_" : "test_";
    JsonNode confusion = Store.JSON.valueToTree(metrics.confusion(level).counts());
    assertEquals("" + golden.get("confusion"), "" + confusion);
    for (var score : golden.properties()) {
      if (score.getValue().isNumber()) {
        double value = named(estimates, unit, prefix + score.getKey()).value();
        assertEquals(score.getValue().asDouble(), value, 1e-9, level + " " + score.getKey());
      }
    }
    List<Rows.ClassReport> report = metrics.classReport("cnn", 1, 0, level);
    assertEquals(mapping.size() + 2, report.size());
    for (int c = 0; c < mapping.size(); c++) {
      JsonNode row = golden.get("classes").get(c);
      assertEquals(row.get("precision").asDouble(), report.get(c).precision(), 1e-9);
      assertEquals(row.get("recall").asDouble(), report.get(c).recall(), 1e-9);
      assertEquals(row.get("f1").asDouble(), report.get(c).f1(), 1e-9);
      assertEquals(row.get("support").asLong(), report.get(c).support());
      String name = prefix + "f1:" + mapping.get(c);
      boolean there = estimates.stream().anyMatch(e -> e.metric().equals(name));
      assertEquals(report.get(c).support() > 0, there, name);
    }
    assertEquals(golden.get("macro_f1").asDouble(), report.get(mapping.size()).f1(), 1e-9);
    assertEquals(golden.get("weighted_f1").asDouble(), report.get(mapping.size() + 1).f1(), 1e-9);
  }

  @Test
  void confusionRowsAreTheCounts() {
    List<Rows.Confusion> rows = six().confusionRows("cnn", 7, 2);
    assertEquals(3 * 9, rows.size());
    assertEquals(new Rows.Confusion("cnn", 7, 2, "segment", "blues", "jazz", 1), rows.get(1));
    for (Level level : Level.values()) {
      long all =
          rows.stream()
              .filter(row -> row.level().equals("" + level))
              .mapToLong(Rows.Confusion::count)
              .sum();
      assertEquals(level == Level.segment ? 6 : 3, all);
    }
  }

  @Test
  void runsGiveMeanAndDeviation() {
    var rows = new ArrayList<Rows.Metric>();
    double[] values = {0.5, 0.6, 0.76};
    for (int seed = 1; seed <= 3; seed++) {
      double value = values[seed - 1];
      rows.add(new Rows.Metric("cnn", seed, 0, "track", "track", "f1", value, value, value));
    }
    rows.add(new Rows.Metric("cnn", 1, 0, "segment", "track", "f1", 0.9, 0.9, 0.9));
    List<Rows.Summary> summary = RunSummary.of(rows);
    assertEquals(
        new Rows.Summary("cnn", "segment", "track", "f1", 1, 0.9, null, 0.9, 0.9), summary.get(0));
    Rows.Summary three = summary.get(1);
    assertEquals(2, summary.size());
    assertEquals(3, three.runs());
    assertEquals(0.62, three.mean(), EXACT);
    // deviations −0.12, −0.02, 0.14: squares sum up to 0.0344
    assertEquals(Math.sqrt(0.0344 / 2), three.deviation(), EXACT);
    assertEquals(0.5, three.lowest());
    assertEquals(0.76, three.highest());
  }

  private static IntervalEstimate named(
      List<IntervalEstimate> estimates, String level, String metric) {
    return estimates.stream()
        .filter(row -> row.level().equals(level) && row.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  /** 60 tracks of 10 segments; a track's segments are all right or all wrong, 45 of them right. */
  private static List<Rows.Prediction> clustered() {
    var rows = new ArrayList<Rows.Prediction>();
    for (int t = 0; t < 60; t++) {
      String truth = MAPPING.get(t % 3);
      String predicted = t % 4 == 0 ? MAPPING.get((t + 1) % 3) : truth;
      for (int s = 0; s < 10; s++) {
        rows.add(sure("t." + t, s, truth, predicted));
      }
    }
    return rows;
  }

  @Test
  void intervalsHoldTheValueAndDependOnTheSeedAlone() {
    Metrics metrics = new Metrics(MAPPING, clustered());
    List<IntervalEstimate> estimates = metrics.estimates(500, 1);

    // three levels of 8 figures and 3 of each class, and two calibration errors
    assertEquals(3 * (8 + 3 * 3) + 2, estimates.size());
    for (IntervalEstimate row : estimates) {
      if (row.metric().equals("test_ece")) {
        continue;
      }
      assertTrue(row.low() < row.value() && row.value() < row.high(), row.toString());
    }
    assertEquals(0.75, named(estimates, "segment", "test_accuracy").value(), EXACT);
    assertEquals(estimates, metrics.estimates(500, 1));
    assertNotEquals(
        named(metrics.estimates(40, 1), "track", "test_macro_f1"),
        named(metrics.estimates(40, 2), "track", "test_macro_f1"));
  }

  /**
   * Tracks are what was drawn, so with all of a track alike the interval is that of 60 draws, √10
   * times wider than that of 600.
   */
  @Test
  void intervalsCountTracksNotSegments() {
    List<Rows.Prediction> rows = clustered();
    IntervalEstimate honest =
        named(new Metrics(MAPPING, rows).estimates(2000, 1), "segment", "test_accuracy");
    var apart = new ArrayList<Rows.Prediction>();
    for (Rows.Prediction row : rows) {
      apart.add(sure(row.track() + "/" + row.segment(), 0, row.truth(), row.predicted()));
    }
    IntervalEstimate naive =
        named(new Metrics(MAPPING, apart).estimates(2000, 1), "segment", "test_accuracy");

    assertEquals(honest.value(), naive.value(), EXACT);
    double ratio = (honest.high() - honest.low()) / (naive.high() - naive.low());
    assertEquals(Math.sqrt(10), ratio, 0.5);
    // a proportion's standard error: 1.96 √(p (1 − p) / n) to each side
    double expected = 2 * 1.96 * Math.sqrt(0.75 * 0.25 / 60);
    assertEquals(expected, honest.high() - honest.low(), 0.15 * expected);
  }

  @ParameterizedTest
  @MethodSource("goldenIntervals")
  void clopperPearsonIsStatsmodels(JsonNode golden) {
    int successes = golden.get("successes").asInt();
    ConfidenceInterval interval =
        ConfidenceInterval.clopperPearson(successes, golden.get("trials").asInt());
    assertEquals(golden.get("low").asDouble(), interval.low(), 1e-9);
    assertEquals(golden.get("high").asDouble(), interval.high(), 1e-9);
  }

  static List<JsonNode> goldenIntervals() throws IOException {
    var intervals = new ArrayList<JsonNode>();
    golden().get("intervals").forEach(intervals::add);
    assertTrue(intervals.size() >= 9);
    return intervals;
  }

  /** Two means, each of whose variances is known from its own few values. */
  @Test
  void standardErrorsHaveWelchsDegreesOfFreedom() throws IOException {
    JsonNode all = golden().get("welch");
    assertTrue(all.size() >= 4);
    for (JsonNode golden : all) {
      double difference = 0;
      StandardError error = StandardError.NONE;
      for (String side : List.of("a", "b")) {
        double[] values = Store.JSON.convertValue(golden.get(side), double[].class);
        var statistics = SampleStatistics.of(values);
        difference += side.equals("a") ? statistics.mean() : -statistics.mean();
        error = error.plus(statistics.variance() / values.length, values.length - 1);
      }
      assertEquals(golden.get("degrees").asDouble(), error.degreesOfFreedom(), 1e-9);
      assertEquals(golden.get("low").asDouble(), error.around(difference).low(), 1e-9);
      assertEquals(golden.get("high").asDouble(), error.around(difference).high(), 1e-9);
      assertEquals(golden.get("p").asDouble(), error.pValue(difference), 1e-9);
    }
  }

  /** A variance that is known exactly leaves the normal distribution's quantile. */
  @Test
  void standardErrorsOfWhatIsKnownExactlyAreNormal() {
    StandardError known = StandardError.NONE.plus(4, Double.POSITIVE_INFINITY);
    assertEquals(10 - 2 * 1.959963985, known.around(10).low(), 1e-8);
    assertEquals(0.05, known.pValue(2 * 1.959963985), 1e-9);
    StandardError both = known.plus(StandardError.NONE.plus(1, 2));
    assertEquals(5, both.variance(), EXACT);
    assertEquals(25 / 0.5, both.degreesOfFreedom(), EXACT);
    assertEquals(1, StandardError.NONE.pValue(0));
    assertEquals(0, StandardError.NONE.pValue(0.1));
  }

  @Test
  void holmsCorrectionIsStatsmodels() throws IOException {
    JsonNode all = golden().get("holm");
    assertTrue(all.size() >= 5);
    for (JsonNode golden : all) {
      assertArrayEquals(
          Store.JSON.convertValue(golden.get("corrected"), double[].class),
          Significance.holm(Store.JSON.convertValue(golden.get("p"), double[].class)),
          EXACT);
    }
  }

  /** SciPy's optimiser finds the same temperatures, of segments and of tracks by their means. */
  @Test
  void temperaturesAreSciPys() throws IOException {
    JsonNode all = golden().get("temperatures");
    assertTrue(all.size() >= 2);
    for (JsonNode golden : all) {
      var ids = new ArrayList<SegmentId>();
      int size = golden.get("rows").size();
      float[][] shares = new float[size][];
      int[] labels = new int[size];
      for (int s = 0; s < size; s++) {
        JsonNode row = golden.get("rows").get(s);
        ids.add(new SegmentId("track " + row.get(0).asInt(), s));
        labels[s] = row.get(1).asInt();
        shares[s] = Store.JSON.convertValue(row.get(2), float[].class);
      }
      List<String> tracks = ids.stream().map(SegmentId::track).toList();
      SongCalibration fitted =
          SongCalibration.fit(tracks, shares, labels, Set.of("track 0", "track 7", "no track"));
      assertFitted(golden.get("segments"), fitted.segments());
      assertFitted(golden.get("tracks"), fitted.songs());
      assertEquals(size, fitted.segments().segments());
      assertEquals(tracks.stream().distinct().count(), fitted.songs().segments());
      assertEquals(2, fitted.knownSongs());
      assertTrue(
          fitted.songs().temperature() < 0.9 * fitted.segments().temperature(), fitted.toString());

      int classes = shares[0].length;
      List<String> mapping = IntStream.range(0, classes).mapToObj(c -> "genre " + c).toList();
      List<String> genres = IntStream.of(labels).mapToObj(mapping::get).toList();
      var test = new TestResults("cnn", 1, 0, "track", mapping, ids, genres, shares);
      List<Rows.Metric> rows = fitted.metrics(test, tracks, shares, labels);
      assertEquals(fitted.songs().temperature(), metric(rows, "network", "track_temperature"));
      for (String level : List.of("segment", "track")) {
        double error = golden.get(level + "s").get("ece").asDouble();
        assertEquals(error, metric(rows, level, "test_ece_calibrated"), 1e-5, level);
      }
    }
  }

  private static void assertFitted(JsonNode golden, Calibration fitted) {
    double temperature = golden.get("temperature").asDouble();
    assertEquals(temperature, fitted.temperature(), 1e-5 * temperature);
    assertEquals(golden.get("before").asDouble(), fitted.before(), 1e-6);
    assertEquals(golden.get("after").asDouble(), fitted.after(), 1e-6);
  }

  private static double metric(List<Rows.Metric> rows, String level, String name) {
    return rows.stream()
        .filter(row -> row.level().equals(level) && row.metric().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  /** Networks of the same accuracy: with draws in common all would have one interval. */
  @Test
  void otherPredictionsDrawOtherTracks() {
    List<Rows.Prediction> one = clustered();
    List<Rows.Prediction> renamed = new ArrayList<>(one);
    renamed.replaceAll(row -> sure(row.track() + "'", row.segment(), row.truth(), row.predicted()));
    assertNotEquals(
        named(new Metrics(MAPPING, one).estimates(40, 1), "track", "test_macro_f1"),
        named(new Metrics(MAPPING, renamed).estimates(40, 1), "track", "test_macro_f1"));
  }

  /** Nine tracks of two segments: of all figures the exact interval counts tracks. */
  @Test
  void whereAllIsRightOrWrongTheIntervalIsExact() {
    for (boolean right : new boolean[] {true, false}) {
      var rows = new ArrayList<Rows.Prediction>();
      for (int t = 0; t < 9; t++) {
        String truth = MAPPING.get(t % 3);
        String predicted = right ? truth : MAPPING.get((t + 1) % 3);
        rows.add(sure("t." + t, 0, truth, predicted));
        rows.add(sure("t." + t, 1, truth, predicted));
      }
      List<IntervalEstimate> estimates = new Metrics(MAPPING, rows).estimates(200, 1);
      assertEquals(3 * (8 + 3 * 3) + 2, estimates.size());
      for (IntervalEstimate row : estimates) {
        if (row.metric().equals("test_ece")) {
          assertEquals(row.value(), row.low(), row.toString());
          continue;
        }
        // wrong: three tracks are of a class and three others are taken for it
        int tracks =
            !row.metric().contains(":") ? 9 : right || !row.metric().contains("f1") ? 3 : 6;
        double edge =
            1 - Math.pow(0.025, 1.0 / tracks); // what Clopper-Pearson comes to at the edge
        assertEquals(right ? 1 : 0, row.value(), EXACT, row.toString());
        assertEquals(right ? 1 - edge : 0, row.low(), 1e-9, row.toString());
        assertEquals(right ? 1 : edge, row.high(), 1e-9, row.toString());
      }
    }
  }

  /** Rock has no test segments: nothing to estimate from, though one was taken for rock. */
  @Test
  void aClassWithoutTestSegmentsHasNoEstimates() {
    List<IntervalEstimate> estimates =
        new Metrics(
                MAPPING,
                List.of(
                    sure("b.1", 0, "blues", "blues"),
                    sure("b.2", 0, "blues", "rock"),
                    sure("j.1", 0, "jazz", "blues")))
            .estimates(100, 1);
    assertEquals(0, estimates.stream().filter(e -> e.metric().endsWith(":rock")).count());
    assertEquals(0.5, named(estimates, "track", "test_recall:blues").value(), EXACT);
    // never predicted: its precision is 0 of 0, of which nothing is known
    IntervalEstimate precision = named(estimates, "track", "test_precision:jazz");
    assertEquals(
        List.of(0.0, 0.0, 1.0), List.of(precision.value(), precision.low(), precision.high()));
  }

  /** Of 200 samples of a coin of 0.7, about 95 % give an interval that holds 0.7. */
  @Test
  void intervalsCoverTheTruthAsOftenAsTheySay() {
    var random = new Random(1);
    int covered = 0;
    for (int trial = 0; trial < 200; trial++) {
      var rows = new ArrayList<Rows.Prediction>();
      for (int t = 0; t < 50; t++) {
        rows.add(sure("t." + t, 0, "blues", random.nextDouble() < 0.7 ? "blues" : "jazz"));
      }
      IntervalEstimate row =
          named(new Metrics(MAPPING, rows).estimates(200, trial), "track", "test_accuracy");
      covered += row.low() <= 0.7 && 0.7 <= row.high() ? 1 : 0;
    }
    assertTrue(covered >= 178 && covered <= 199, covered + " of 200");
  }
}
