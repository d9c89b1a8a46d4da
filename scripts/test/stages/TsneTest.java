///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the stage that maps segments.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Tsne.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/embedding/Trustworthiness.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.embedding.Trustworthiness;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The map of segments, as the stage makes it. */
class TsneTest {
  @TempDir Path folder;

  private static double[][] doubles(float[][] rows, int columns) {
    return Arrays.stream(rows)
        .map(row -> IntStream.range(0, columns).mapToDouble(c -> row[c]).toArray())
        .toArray(double[][]::new);
  }

  @Test
  void separatesGroupsAndPrintsTrustworthiness() {
    Path features = write(60, true);
    Path out = folder.resolve("tsne.json");
    Run run = run(features, out, "--iterations", "300", "--perplexity", "10");
    assertEquals(0, run.code, run.err);
    List<Rows.Point> points = Store.readRows(out, Rows.Point.class);
    assertEquals(60, points.size());
    Rows.Point last = points.get(59);
    assertEquals("rock", last.genre());
    assertEquals(2, last.cluster());
    assertEquals("rock.00005", last.track());
    assertEquals(9, last.segment());
    for (Rows.Point point : points) {
      assertEquals(point.genre(), nearest(points, point).genre(), "a neighbour of another group");
    }
    var printed =
        Pattern.compile(
                "trustworthiness \\(5 neighbours, against 6 principal components\\): (\\S+)")
            .matcher(run.out);
    assertTrue(printed.find(), run.out);
    assertTrue(Double.parseDouble(printed.group(1)) > 0.85, run.out);
    assertTrue(!(run.out + run.err).toLowerCase().contains("elki"), run.out + run.err);
  }

  private static Rows.Point nearest(List<Rows.Point> points, Rows.Point to) {
    return points.stream()
        .filter(point -> point != to)
        .min(
            (a, b) ->
                Double.compare(
                    Math.hypot(a.x() - to.x(), a.y() - to.y()),
                    Math.hypot(b.x() - to.x(), b.y() - to.y())))
        .orElseThrow();
  }

  @Test
  void sameSeedSameBytes() throws IOException {
    Path features = write(30, false);
    Path one = folder.resolve("1.json");
    Path two = folder.resolve("2.json");
    Path three = folder.resolve("3.json");
    run(features, one, "--iterations", "60", "--perplexity", "5");
    run(features, two, "--iterations", "60", "--perplexity", "5");
    run(features, three, "--iterations", "60", "--perplexity", "5", "--seed", "2");
    assertEquals(Files.readString(one), Files.readString(two));
    assertTrue(!Files.readString(one).equals(Files.readString(three)));
    assertEquals(-1, Store.readRows(one, Rows.Point.class).get(0).cluster());
  }

  /** In processes of their own: within one, ELKI's own seed is the same in any case. */
  @Test
  void sameSeedSameBytesWhereDistancesTie() throws IOException, InterruptedException {
    Features some = thrice(150, 42);
    Path file = folder.resolve("features.json");
    some.write(file);
    var maps = new ArrayList<String>();
    for (String name : List.of("1.json", "2.json")) {
      Path out = folder.resolve(name);
      var process =
          StageRun.process(
                  "Tsne",
                  "--features=" + file,
                  "--out=" + out,
                  "--iterations=100",
                  "--perplexity=5")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log.txt").toFile())
              .start();
      assertEquals(0, process.waitFor(), Files.readString(folder.resolve("log.txt")));
      maps.add(Files.readString(out));
    }
    assertEquals(maps.get(0), maps.get(1));
  }

  /** More points than one thread takes at a time. */
  @Test
  void anyNumberOfThreadsGivesTheSameBytes() throws IOException {
    Path features = write(600, false);
    Path one = folder.resolve("1.json");
    Path four = folder.resolve("4.json");
    assertEquals(0, run(features, one, "--iterations", "80", "--threads", "1").code);
    assertEquals(0, run(features, four, "--iterations", "80", "--threads", "4").code);
    assertEquals(Files.readString(one), Files.readString(four));
    assertEquals(2, run(features, one, "--threads", "0").code);
  }

  /** Elsewhere than in a pool of its own, a parallel stream takes all processors. */
  @Test
  void threadsAreTheStagesOwn() {
    Path features = write(900, false);
    long before = ForkJoinPool.commonPool().getStealCount();
    for (int run = 0; run < 3; run++) {
      Path out = folder.resolve("tsne.json");
      assertEquals(0, run(features, out, "--iterations", "20", "--threads", "1").code);
    }
    assertEquals(before, ForkJoinPool.commonPool().getStealCount(), "tasks of the common pool");
  }

  /** A coarse tree must lead where exact forces lead, and the map lie around its origin. */
  @Test
  void coarseForcesGiveAsGoodAMapAsExactOnes() {
    Path features = write(300, false);
    float[][] values = Features.read(features).values();
    double[][] input = doubles(values, 6);
    var trust = new ArrayList<Double>();
    for (String theta : List.of("0", "0.5")) {
      Path out = folder.resolve("tsne.json");
      assertEquals(0, run(features, out, "--theta", theta, "--iterations", "400").code);
      List<Rows.Point> points = Store.readRows(out, Rows.Point.class);
      double[][] map =
          points.stream()
              .map(point -> new double[] {point.x(), point.y()})
              .toArray(double[][]::new);
      assertEquals(0, points.stream().mapToDouble(Rows.Point::x).average().orElseThrow(), 1e-6);
      assertEquals(0, points.stream().mapToDouble(Rows.Point::y).average().orElseThrow(), 1e-6);
      trust.add(Trustworthiness.score(input, map, 5));
    }
    assertTrue(trust.get(0) > 0.9, trust::toString);
    assertEquals(trust.get(0), trust.get(1), 0.02, trust::toString);
  }

  @Test
  void reducesTheDefaultPerplexityOnly() {
    Path features = write(12, false);
    Path out = folder.resolve("tsne.json");
    Run run = run(features, out);
    assertEquals(0, run.code, run.err);
    for (Rows.Point point : Store.readRows(out, Rows.Point.class)) {
      assertTrue(Double.isFinite(point.x()) && Double.isFinite(point.y()), point::toString);
    }
    assertTrue(run.err.contains("perplexity 3 instead of 30: only 12 segments"), run.err);
    Run asked = run(features, out, "--perplexity", "4");
    assertEquals(2, asked.code);
    assertTrue(asked.err.contains("--perplexity must be under a third of the 12"), asked.err);
  }

  @Test
  void namesWhatIsWrong() {
    Path out = folder.resolve("tsne.json");
    Run few = run(write(9, false), out);
    assertEquals(1, few.code);
    assertTrue(few.err.contains("features.json: 9 segments are too few"), few.err);
    Run none = run(folder.resolve("none.json"), out);
    assertEquals(1, none.code);
    assertTrue(none.err.contains("none.json: no such file"), none.err);
    assertEquals(2, run(write(12, false), out, "--theta", "-1").code);
    assertEquals(2, run(write(12, false), out, "--dimensions", "1").code);
    assertTrue(Files.notExists(out));
  }

  @Test
  void copesWithRepeatsAndRefusesConstants() {
    Path out = folder.resolve("tsne.json");
    Features some = features(24, false);
    for (int i = 0; i < 12; i++) {
      some.values()[2 * i] = some.values()[2 * i + 1];
    }
    Path file = folder.resolve("features.json");
    some.write(file);
    Run repeats = run(file, out, "--iterations", "60");
    assertEquals(0, repeats.code, repeats.err);
    for (Rows.Point point : Store.readRows(out, Rows.Point.class)) {
      assertTrue(Double.isFinite(point.x()) && Double.isFinite(point.y()), point::toString);
    }
    Arrays.fill(some.values(), some.values()[0]);
    some.write(file);
    Run constant = run(file, out);
    assertEquals(1, constant.code);
    assertTrue(constant.err.contains("all segments are the same"), constant.err);
  }

  private Path write(int size, boolean clusters) {
    Path file = folder.resolve("features.json");
    features(size, clusters).write(file);
    return file;
  }

  /** Three groups far apart, of segments of 3 frames × 2 coefficients. */
  private static Features features(int size, boolean clusters) {
    var random = new Random(3);
    String[] genres = {"blues", "jazz", "rock"};
    int[] labels = IntStream.range(0, size).map(i -> i * 3 / size).toArray();
    var values = new float[size][6];
    for (int i = 0; i < size; i++) {
      for (int c = 0; c < 6; c++) {
        values[i][c] = (float) (random.nextGaussian() + (c == labels[i] ? 30 : 0));
      }
    }
    return new Features(
        "mfcc",
        List.of(genres),
        labels,
        IntStream.range(0, size)
            .mapToObj(i -> "%s.%05d".formatted(genres[labels[i]], i / 10))
            .toArray(String[]::new),
        IntStream.range(0, size).map(i -> i % 10).toArray(),
        clusters ? labels : null,
        3,
        2,
        values,
        Store.JSON.createObjectNode(),
        Store.JSON.createObjectNode());
  }

  /** Each segment three times; more values than ELKI searches without drawing. */
  private static Features thrice(int distinct, int coefficients) {
    var random = new Random(3);
    var rows = new float[distinct][coefficients];
    for (float[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        row[c] = random.nextFloat();
      }
    }
    int size = 3 * distinct;
    return new Features(
        "mfcc",
        List.of("blues"),
        new int[size],
        IntStream.range(0, size).mapToObj(i -> "blues." + i).toArray(String[]::new),
        new int[size],
        null,
        1,
        coefficients,
        IntStream.range(0, size).mapToObj(i -> rows[i % distinct]).toArray(float[][]::new),
        Store.JSON.createObjectNode(),
        Store.JSON.createObjectNode());
  }

  private record Run(int code, String out, String err) {}

  private static Run run(Path features, Path out, String... more) {
    var args = new ArrayList<>(List.of("--features", features.toString()));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int code = Stage.run(new Tsne(), args.toArray(String[]::new));
      return new Run(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }
}
