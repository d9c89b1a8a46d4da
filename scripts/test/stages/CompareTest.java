///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests comparisons of networks: McNemar's test, paired bootstrap, means over runs.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Compare.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/evaluation/ConfusionMatrix.java
//SOURCES ../../lib/evaluation/Metrics.java
//SOURCES ../../lib/evaluation/Significance.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.evaluation.ConfusionMatrix;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.Significance;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons of networks: against statsmodels, and against cases worked out by hand. */
class CompareTest {
  private static final List<String> MAPPING = List.of("blues", "jazz", "rock");

  @TempDir Path folder;
  private String stdout;
  private String stderr;

  private int compare(String... args) {
    StageRun run = StageRun.of(new Compare(), args);
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  private void assertFails(int exit, int got, String... said) {
    assertEquals(exit, got, stderr);
    assertEquals(1, stderr.lines().count(), stderr);
    for (String words : said) {
      assertTrue(stderr.contains(words), stderr);
    }
    assertFalse(Files.exists(out()));
  }

  private Path out() {
    return folder.resolve("out.json");
  }

  /** 90 tracks of 2 segments, of which a network has right what it is told to. */
  private String network(String name, long seed, IntPredicate right) {
    var rows = new ArrayList<Rows.Prediction>();
    for (int t = 0; t < 90; t++) {
      int truth = t % 3;
      int predicted = right.test(t) ? truth : (truth + 1) % 3;
      for (int s = 0; s < 2; s++) {
        float[] shares = {0.1f, 0.1f, 0.1f};
        shares[predicted] = 0.8f;
        rows.add(
            new Rows.Prediction(
                name,
                seed,
                0,
                "t.%03d".formatted(t),
                s,
                MAPPING.get(truth),
                MAPPING.get(predicted),
                shares));
      }
    }
    Collections.shuffle(rows, new Random(seed)); // rows have no order to rely on
    Path network = folder.resolve(name + "-" + seed);
    Store.writeRows(network.resolve("predictions.json"), rows);
    return network.toString();
  }

  private List<Rows.Comparison> rows() {
    return Store.readRows(out(), Rows.Comparison.class);
  }

  /** Each run is wrong about another third of the tracks, so that the mean is right about all. */
  @Test
  void anEnsembleIsTheMeanOfItsRuns() {
    String runs =
        String.join(
            ",",
            network("many", 1, t -> t / 30 != 0),
            network("many", 2, t -> t / 30 != 1),
            network("many", 3, t -> t / 30 != 2));
    String one = network("one", 1, t -> t >= 30);
    String[] line = {"--a", runs, "--b", one, "--out", out().toString(), "--ensemble"};
    assertEquals(0, compare(line), stderr);
    Rows.Comparison together = rows().get(0);
    assertEquals(1, together.valueA(), 1e-12);
    assertEquals(60 / 90.0, together.valueB(), 1e-12);
    assertEquals(30, together.onlyA());
    assertEquals(0, together.onlyB());
    assertEquals(0, compare(Arrays.copyOf(line, 6)), stderr);
    assertEquals(60 / 90.0, rows().get(0).valueA(), 1e-12);
  }

  /** As of runs on features with other genres: the mean of their probabilities would mix genres. */
  @Test
  void runsWithClassesInAnotherOrderAreNoEnsemble() {
    String one = network("one", 1, t -> t >= 30);
    String other = network("one", 2, t -> t >= 30);
    Path file = Path.of(other, "predictions.json");
    List<String> backwards = List.of("rock", "jazz", "blues");
    Store.writeRows(
        file,
        Store.readRows(file, Rows.Prediction.class).stream()
            .map(
                row ->
                    new Rows.Prediction(
                        row.network(),
                        row.seed(),
                        row.fold(),
                        row.track(),
                        row.segment(),
                        row.truth(),
                        row.predicted(),
                        new float[] {
                          row.probabilities()[2], row.probabilities()[1], row.probabilities()[0]
                        }))
            .toList());
    String[] line = {"--a", one + "," + other, "--b", one, "--out", "" + out(), "--ensemble"};
    assertFails(1, compare(line), "predictions.json", "is predicted", "is the likeliest");
    writeClasses(Path.of(other), backwards);
    assertFails(1, compare(line), "one-2: it has other classes than", "another order");
    assertEquals(0, compare(Arrays.copyOf(line, 6)), stderr);
    assertEquals(60 / 90.0, rows().get(0).valueA(), 1e-12);
  }

  private static void writeClasses(Path network, List<String> classes) {
    Store.writeRows(
        network.resolve("classes.json"),
        IntStream.range(0, classes.size())
            .mapToObj(c -> new Rows.ClassName(c, classes.get(c)))
            .toList());
  }

  @Test
  void mcNemarsTestIsStatsmodels() throws IOException {
    String home = System.getenv("GENRELAB_HOME");
    Path file = Path.of(home == null ? "" : home).resolve("data/golden/metrics-sklearn.json");
    JsonNode pairs = Store.JSON.readTree(file.toFile()).get("mcnemar");
    assertTrue(pairs.size() >= 5);
    for (JsonNode pair : pairs) {
      long onlyA = pair.get("onlyA").asLong();
      long onlyB = pair.get("onlyB").asLong();
      for (boolean swapped : new boolean[] {false, true}) {
        Significance.McNemar test =
            swapped ? Significance.mcNemar(onlyB, onlyA) : Significance.mcNemar(onlyA, onlyB);
        assertEquals(pair.get("chi2").asDouble(), test.chi2(), 1e-9, "" + pair);
        assertEquals(pair.get("pChi2").asDouble(), test.pChi2(), 1e-9, "" + pair);
        assertEquals(pair.get("pExact").asDouble(), test.pExact(), 1e-9, "" + pair);
      }
    }
    assertEquals(new Significance.McNemar(0, 0, 0, 1, 1), Significance.mcNemar(0, 0));
  }

  /** A has 60 of 90 right; B misses 12 of these and has 3 others. */
  @Test
  void countsWhatOneAloneHasRight() {
    String a = network("cnn", 1, t -> t < 60);
    String b = network("lstm", 1, t -> t >= 12 && t < 63);
    assertEquals(0, compare("--a", a, "--b", b, "--out", "" + out()), stderr);
    Rows.Comparison accuracy = rows().get(0);
    assertEquals("cnn", accuracy.a());
    assertEquals("lstm", accuracy.b());
    assertEquals("track", accuracy.level());
    assertEquals("accuracy", accuracy.metric());
    assertEquals(90, accuracy.items());
    assertEquals(60 / 90.0, accuracy.valueA(), 1e-12);
    assertEquals(51 / 90.0, accuracy.valueB(), 1e-12);
    assertEquals(9 / 90.0, accuracy.difference(), 1e-12);
    assertEquals(12, accuracy.onlyA());
    assertEquals(3, accuracy.onlyB());
    assertEquals(Significance.mcNemar(12, 3).pExact(), accuracy.pExact(), 0);
    // paired: a track adds +1 12 times of 90, −1 3 times; so 1.96 √((15 − 81/90) / 90²) each side
    double half = 1.96 * Math.sqrt(15 - 81 / 90.0) / 90;
    assertEquals(0.1 - half, accuracy.low(), 0.025);
    assertEquals(0.1 + half, accuracy.high(), 0.025);

    assertEquals("balanced_accuracy", rows().get(1).metric());
    Rows.Comparison f1 = rows().get(2);
    assertEquals("macro_f1", f1.metric());
    assertNull(f1.pExact());
    assertTrue(f1.low() < f1.difference() && f1.difference() < f1.high());
    assertTrue(stdout.contains("only A right 12, only B right 3"), stdout);
    assertFalse(stdout.contains("too small"), stdout);

    assertEquals(0, compare("--a", a, "--b", b, "--level", "segment", "--out", "" + out()), stderr);
    assertEquals(180, rows().get(0).items());
    assertEquals(24, rows().get(0).onlyA());
    // tracks are drawn, so twice the segments make no narrower interval
    assertEquals(accuracy.high(), rows().get(0).high(), 1e-12);
    assertTrue(stdout.contains("too small"), stdout);
  }

  /** A has all 90 tracks right: at least 0.025^(1/90), by Clopper and Pearson. */
  @Test
  void aNetworkThatIsAlwaysRightHasAnExactInterval() {
    String a = network("cnn", 1, t -> true);
    String b = network("lstm", 1, t -> false);
    assertEquals(0, compare("--a", a, "--b", b, "--out", "" + out()), stderr);
    assertTrue(stdout.contains(" 100.00  95.98 to 100.00 "), stdout);
    assertTrue(stdout.contains(" 0.00   0.00 to  4.02 "), stdout);
  }

  @Test
  void theFileIsWrittenBesideItsInputs() throws IOException {
    String a = network("cnn", 1, t -> t < 60);
    String b = network("lstm", 1, t -> t < 50);
    Path working = Path.of("compare.json");
    boolean before = Files.exists(working);
    assertEquals(0, compare("--a", a, "--b", b), stderr);
    assertTrue(Files.exists(folder.resolve("compare.json")), stdout);
    assertEquals(before, Files.exists(working));

    metrics("cnn", 1, 0.5);
    String runs = "" + folder.resolve("runs");
    assertEquals(0, compare("--runs", runs + "/cnn1"), stderr);
    assertTrue(Files.exists(folder.resolve("runs/summary.json")), stdout);
    assertEquals(0, compare("--runs", runs + "/cnn1/../cnn1"), stderr);
    String far = "" + folder.getRoot().resolve("nowhere-1");
    assertEquals(2, compare("--a", a, "--b", far), stderr);
    assertTrue(stderr.contains("--out"), stderr);
  }

  @Test
  void aNetworkEqualsItself() {
    String a = network("cnn", 1, t -> t % 4 > 0);
    String b = network("cnn", 2, t -> t % 4 > 0);
    assertEquals(0, compare("--a", a, "--b", b, "--out", "" + out()), stderr);
    Rows.Comparison row = rows().get(0);
    assertEquals(List.of(0.0, 0.0, 0.0), List.of(row.difference(), row.low(), row.high()));
    assertEquals(1, row.pExact());
    assertEquals(a.replace('\\', '/'), row.a(), "told apart by folder where the name is the same");
  }

  @Test
  void compressedPredictionsAreRead() throws IOException {
    String a = network("cnn", 1, t -> t < 60);
    String b = network("lstm", 1, t -> t < 30);
    Path plain = Path.of(b, "predictions.json");
    Store.writeRows(
        Path.of(b, "predictions.json.gz"), Store.readRows(plain, Rows.Prediction.class));
    Files.delete(plain);
    assertEquals(0, compare("--a", a, "--b", b, "--out", "" + out()), stderr);
    assertEquals(30 / 90.0, rows().get(0).difference(), 1e-12);
  }

  @Test
  void severalRunsAreAveraged() {
    String a1 = network("cnn", 1, t -> t < 60);
    String a2 = network("cnn", 2, t -> t < 72);
    String b = network("lstm", 1, t -> t < 45);
    assertEquals(0, compare("--a", a1 + "," + a2, "--b", b, "--out", "" + out()), stderr);
    Rows.Comparison row = rows().get(0);
    assertEquals(66 / 90.0, row.valueA(), 1e-12);
    assertEquals(21 / 90.0, row.difference(), 1e-12);
    assertNull(row.onlyA());
    assertNull(row.pChi2());
    assertTrue(stdout.contains("left out"), stdout);
  }

  @Test
  void aSeedGivesTheSameBytes() throws IOException {
    String a = network("cnn", 1, t -> t < 60);
    String b = network("lstm", 1, t -> t % 2 == 0);
    compare("--a", a, "--b", b, "--out", "" + out());
    byte[] first = Files.readAllBytes(out());
    compare("--a", a, "--b", b, "--out", "" + out());
    assertArrayEquals(first, Files.readAllBytes(out()));
    Rows.Comparison one = rows().get(0);
    compare("--a", a, "--b", b, "--seed", "2", "--out", "" + out());
    assertFalse(one.equals(rows().get(0)));
  }

  /** Of 100 pairs of equal networks, about 95 give an interval that holds 0. */
  @Test
  void pairedIntervalsCoverAsOftenAsTheySay() {
    var random = new Random(1);
    int covered = 0;
    for (int trial = 0; trial < 100; trial++) {
      var sides = new ArrayList<List<Metrics>>();
      boolean[] hard = new boolean[60];
      for (int t = 0; t < hard.length; t++) {
        hard[t] = random.nextBoolean();
      }
      for (int side = 0; side < 2; side++) {
        var rows = new ArrayList<Rows.Prediction>();
        for (int t = 0; t < hard.length; t++) {
          String predicted = random.nextDouble() < (hard[t] ? 0.3 : 0.9) ? "blues" : "jazz";
          float[] shares =
              predicted.equals("blues") ? new float[] {1, 0, 0} : new float[] {0, 1, 0};
          rows.add(new Rows.Prediction("cnn", 1, 0, "t." + t, 0, "blues", predicted, shares));
        }
        sides.add(List.of(new Metrics(MAPPING, rows)));
      }
      Significance.Difference found =
          Significance.difference(
              sides.get(0),
              sides.get(1),
              Metrics.Level.track,
              ConfusionMatrix::accuracy,
              200,
              trial);
      covered += found.low() <= 0 && 0 <= found.high() ? 1 : 0;
    }
    assertTrue(covered >= 87 && covered <= 99, covered + " of 100");
  }

  /** Ten tracks an artist, of which a network has all right or none: nine draws, not ninety. */
  @Test
  void wholeArtistsAreDrawn() throws IOException {
    String a = network("cnn", 1, t -> t / 10 % 3 != 0);
    String b = network("lstm", 1, t -> t / 10 % 3 == 0);
    var csv = new StringBuilder("track,artist\n");
    for (int t = 0; t < 90; t++) {
      csv.append("t.%03d,%s%n".formatted(t, (t % 2 == 0 ? "Artist " : " artist ") + t / 10));
    }
    Path artists = Files.writeString(folder.resolve("artists.csv"), csv);
    String[] line = {"--a", a, "--b", b, "--out", "" + out(), "--artists", "" + artists};
    assertEquals(0, compare(Arrays.copyOf(line, 6)), stderr);
    Rows.Comparison tracks = rows().get(0);
    assertEquals(0, compare(line), stderr);
    Rows.Comparison whole = rows().get(0);
    assertEquals(tracks.difference(), whole.difference());
    // a mean of n draws deviates by 1 / √n of one: √10 times as wide, in steps of a ninth
    double wider = (whole.high() - whole.low()) / (tracks.high() - tracks.low());
    assertTrue(wider > 2.4 && wider < 4, "wider " + wider);
    assertTrue(stdout.contains("draws of 9 artists"), stdout);

    Files.delete(out());
    Files.writeString(artists, "track,artist\nt.001,One\nt.002,Two\n");
    assertFails(1, compare(line), "artists.csv", "no artist has two of the tracks");
  }

  @Test
  void otherTestsAreNotComparable() {
    String a = network("cnn", 1, t -> t < 60);
    String b = network("lstm", 1, t -> t < 50);
    Path file = Path.of(b, "predictions.json");
    List<Rows.Prediction> rows = Store.readRows(file, Rows.Prediction.class);
    Store.writeRows(file, rows.subList(1, rows.size()));
    assertFails(
        1,
        compare("--a", a, "--b", b, "--out", "" + out()),
        "lstm-1",
        "other segments",
        "same split");
    var twice = new ArrayList<>(rows);
    twice.add(rows.get(5));
    Store.writeRows(file, twice);
    assertFails(
        1,
        compare("--a", a, "--b", b, "--out", "" + out()),
        "it holds %s twice".formatted(rows.get(5).id()));
    Store.writeRows(file, List.of());
    assertFails(1, compare("--a", a, "--b", b, "--out", "" + out()), "no predictions");
    assertFails(
        1,
        compare("--a", a, "--b", "" + folder, "--out", "" + out()),
        "predictions.json",
        "no such");
  }

  /** The report says what the probabilities are of; a class may occur in no prediction. */
  @Test
  void classesComeFromTheReport() {
    String a = network("cnn", 1, t -> true);
    Path file = Path.of(a, "predictions.json");
    var rows = new ArrayList<>(Store.readRows(file, Rows.Prediction.class));
    rows.removeIf(row -> row.truth().equals("jazz"));
    Store.writeRows(file, rows);
    assertFails(1, compare("--a", a, "--b", a, "--out", "" + out()), "report.json");
    var report = new ArrayList<Rows.ClassReport>();
    for (String genre : List.of("blues", "jazz", "rock", "macro average", "weighted average")) {
      report.add(new Rows.ClassReport("cnn", 1, 0, genre, 1, 1, 1, 1));
    }
    Store.writeRows(Path.of(a, "report.json"), report);
    assertEquals(0, compare("--a", a, "--b", a, "--out", "" + out()), stderr);
    assertEquals(1, rows().get(0).valueA());
  }

  private String metrics(String name, long seed, double accuracy) {
    Path network = folder.resolve("runs").resolve(name + seed);
    Store.writeRows(
        network.resolve("metrics.json"),
        List.of(
            new Rows.Metric(
                name, seed, 0, "track", "track", "test_accuracy", accuracy, accuracy, accuracy)));
    return network.toString();
  }

  @Test
  void runsAreSummedUp() {
    String one = metrics("cnn", 1, 0.5);
    String two = metrics("cnn", 2, 0.6);
    metrics("lstm", 1, 0.4);
    assertEquals(0, compare("--runs", one + "," + two, "--out", "" + out()), stderr);
    List<Rows.Summary> rows = Store.readRows(out(), Rows.Summary.class);
    assertEquals(1, rows.size());
    assertEquals(0.55, rows.get(0).mean(), 1e-12);
    assertEquals(Math.sqrt(0.005), rows.get(0).deviation(), 1e-12);
    assertTrue(stdout.contains("55.00") && stdout.contains("7.07"), stdout);

    assertEquals(0, compare("--runs", "" + folder.resolve("runs"), "--out", "" + out()), stderr);
    rows = Store.readRows(out(), Rows.Summary.class);
    assertEquals(List.of("cnn", "lstm"), rows.stream().map(Rows.Summary::network).toList());
    assertNotNull(rows.get(0).deviation());
    assertNull(rows.get(1).deviation());
  }

  @Test
  void theSameRunTwiceIsNoSecondRun() throws IOException {
    String one = metrics("cnn", 1, 0.5);
    Path copy = Files.createDirectories(folder.resolve("copy"));
    Files.copy(Path.of(one, "metrics.json"), copy.resolve("metrics.json"));
    assertFails(
        1, compare("--runs", one + "," + copy, "--out", "" + out()), "same network", "seed");
    assertFails(1, compare("--runs", "" + folder.resolve("none"), "--out", "" + out()), "none");
  }

  @Test
  void wrongUsageIsToldInALine() {
    for (String[] args :
        List.of(
            new String[] {},
            new String[] {"--a", "x"},
            new String[] {"--a", "x", "--b", "y", "--runs", "z"},
            new String[] {"--a", "x", "--b", "y", "--draws", "1"},
            new String[] {"--a", "x", "--b", "y", "--level", "frame"})) {
      assertFails(2, compare(args), "compare:");
      assertFalse(Arrays.asList(args).contains("--out"));
    }
  }
}
