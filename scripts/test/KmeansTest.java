///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that K-means finds clusters that are there, assigns to the nearest, and repeats.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Kmeans.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.Features;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** K-means finds clusters that are there, assigns to the nearest centroid, and repeats. */
class KmeansTest {
  private static final int FRAMES = 3;
  private static final int COEFFICIENTS = 4;
  private static final int WIDTH = FRAMES * COEFFICIENTS;
  private static final int SIZE = 120;

  @TempDir Path folder;
  private Path features;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void namePaths() {
    features = folder.resolve("mfcc.json");
    out = folder.resolve("mfcc-kmeans.json");
  }

  private int kmeans(String... more) {
    List<String> args = new ArrayList<>(List.of("--features", features.toString()));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var capturedOut = new ByteArrayOutputStream();
    var capturedErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
    try {
      return Stage.run(new Kmeans(), args.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      stdout = capturedOut.toString(StandardCharsets.UTF_8);
      stderr = capturedErr.toString(StandardCharsets.UTF_8);
    }
  }

  private static int blob(int row) {
    return row * 7 % 4;
  }

  /** Four blobs of 30 segments, each of deviation 1, their centres 20 and more apart. */
  private static float[][] blobs() {
    var random = new Random(3);
    float[][] values = new float[SIZE][WIDTH];
    for (int i = 0; i < SIZE; i++) {
      for (int v = 0; v < WIDTH; v++) {
        values[i][v] = (float) (random.nextGaussian() + (v % 4 == blob(i) ? 10 : 0));
      }
    }
    return values;
  }

  /** One cloud without clusters, where the starts matter. */
  private static float[][] cloud() {
    var random = new Random(4);
    float[][] values = new float[SIZE][WIDTH];
    for (float[] row : values) {
      for (int v = 0; v < WIDTH; v++) {
        row[v] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  /** Genres go by thirds: 40 of each, ten segments a track. */
  private void write(float[][] values) {
    int n = values.length;
    ObjectNode params = Store.JSON.createObjectNode().put("flavour", "librosa").put("hop", 512);
    ObjectNode provenance = Store.JSON.createObjectNode().put("source", "synthetic");
    new Features(
            "mfcc",
            List.of("blues", "jazz", "rock"),
            IntStream.range(0, n).map(i -> i * 3 / n).toArray(),
            IntStream.range(0, n).mapToObj(i -> "t." + i / 10).toArray(String[]::new),
            IntStream.range(0, n).map(i -> i % 10).toArray(),
            null,
            FRAMES,
            COEFFICIENTS,
            values,
            params,
            provenance)
        .write(features);
  }

  private int[] clusters() {
    return Features.read(out).clusters();
  }

  private void assertFails(int exit, int got, String... said) {
    assertEquals(exit, got, stderr);
    assertEquals(1, stderr.lines().filter(l -> !l.startsWith("kmeans ")).count(), stderr);
    for (String words : said) {
      assertTrue(stderr.contains(words), stderr);
    }
    assertFalse(Files.exists(out));
    assertFalse(Files.exists(folder.resolve("clusters.json")));
  }

  @Test
  void blobsAreFound() {
    write(blobs());
    assertEquals(0, kmeans("--clusters", "4"), stderr);
    int[] clusters = clusters();
    assertEquals(4, new HashSet<>(Arrays.stream(clusters).boxed().toList()).size());
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < i; j++) {
        assertEquals(blob(i) == blob(j), clusters[i] == clusters[j], i + " and " + j);
      }
    }
  }

  /** At a minimum of K-means the centroids are the means of what is assigned to them. */
  @Test
  void eachSegmentIsWithItsNearestCentroid() throws Exception {
    float[][] values = cloud();
    write(values);
    assertEquals(0, kmeans("--clusters", "5"), stderr);
    int[] clusters = clusters();
    double[][] means = means(values, clusters, 5);
    double inertia = 0;
    for (int i = 0; i < SIZE; i++) {
      double[] distances = distances(values[i], means);
      double nearest = Arrays.stream(distances).min().orElseThrow();
      assertEquals(nearest, distances[clusters[i]], 1e-9, "segment " + i);
      inertia += nearest;
    }
    JsonNode how = Store.JSON.readTree(out.toFile()).at("/provenance/kmeans");
    assertEquals(inertia, how.get("inertia").asDouble(), 1e-6 * inertia);
    assertTrue(stdout.contains("inertia %.4e".formatted(inertia)), stdout);
  }

  private static double[][] means(float[][] values, int[] clusters, int count) {
    double[][] means = new double[count][WIDTH];
    for (int c = 0; c < count; c++) {
      int cluster = c;
      int[] rows = IntStream.range(0, values.length).filter(i -> clusters[i] == cluster).toArray();
      assertTrue(rows.length > 0, "cluster " + c + " is empty");
      for (int row : rows) {
        for (int v = 0; v < WIDTH; v++) {
          means[c][v] += values[row][v] / (double) rows.length;
        }
      }
    }
    return means;
  }

  private static double[] distances(float[] row, double[][] means) {
    return Arrays.stream(means)
        .mapToDouble(
            mean -> IntStream.range(0, WIDTH).mapToDouble(v -> Math.pow(row[v] - mean[v], 2)).sum())
        .toArray();
  }

  @Test
  void clusterTableCountsEverySegmentOnce() {
    write(cloud());
    assertEquals(0, kmeans("--clusters", "4"), stderr);
    int[] clusters = clusters();
    int[] labels = Features.readWithoutValues(out).labels();
    List<Rows.Cluster> rows = Store.readRows(folder.resolve("clusters.json"), Rows.Cluster.class);

    assertEquals(12, rows.size());
    assertEquals(SIZE, rows.stream().mapToLong(Rows.Cluster::count).sum());
    long pure = 0;
    for (int c = 0; c < 4; c++) {
      int cluster = c;
      double size = IntStream.of(clusters).filter(assigned -> assigned == cluster).count();
      long largest = 0;
      for (int g = 0; g < 3; g++) {
        int genre = g;
        Rows.Cluster row = rows.get(3 * c + g);
        assertEquals(c, row.cluster());
        assertEquals(List.of("blues", "jazz", "rock").get(g), row.genre());
        long count =
            IntStream.range(0, SIZE)
                .filter(s -> clusters[s] == cluster && labels[s] == genre)
                .count();
        assertEquals(count, row.count());
        assertEquals(count / size, row.shareOfCluster(), 1e-12);
        assertEquals(count / 40.0, row.shareOfGenre(), 1e-12);
        largest = Math.max(largest, count);
      }
      pure += largest;
    }
    assertTrue(stdout.contains("purity %.3f,".formatted(pure / 120.0)), stdout);
  }

  @Test
  void bothKindsOfJsonAreTheSameButForTheClusters() throws Exception {
    write(cloud());
    Path table = folder.resolve("other.json");
    assertEquals(0, kmeans("--clusters", "3", "--table", table.toString()), stderr);
    assertTrue(Files.exists(table));
    assertFalse(Files.exists(folder.resolve("clusters.json")));

    ObjectNode without = (ObjectNode) Store.JSON.readTree(features.toFile());
    ObjectNode with = (ObjectNode) Store.JSON.readTree(out.toFile());
    assertEquals(SIZE, with.remove("clusters").size());
    ObjectNode how = (ObjectNode) ((ObjectNode) with.get("provenance")).remove("kmeans");
    assertEquals(without, with);
    assertEquals(3, how.get("clusters").asInt());
    assertTrue(how.get("transductive").asBoolean());
    assertEquals(Store.sha256(features), how.at("/inputs/mfcc.json").asText());
  }

  /** Tracks 0 to 7 train; the others would pull the centroids far away if they counted. */
  private Path split() {
    var rows = new ArrayList<Rows.Part>();
    for (int i = 0; i < SIZE; i++) {
      rows.add(
          new Rows.Part("t." + i / 10, i % 10, i < 80 ? "train" : i < 100 ? "test" : "excluded"));
    }
    Path split = folder.resolve("split.json");
    Store.writeRows(split, rows);
    return split;
  }

  @Test
  void trainingSegmentsAloneMakeTheCentroids() throws Exception {
    String[] args = {"--clusters", "4", "--fit-on", "train", "--split", split().toString()};
    float[][] values = cloud();
    write(values);
    assertEquals(0, kmeans(args), stderr);
    int[] before = clusters();
    JsonNode how = Store.JSON.readTree(out.toFile()).at("/provenance/kmeans");
    assertFalse(how.get("transductive").asBoolean());
    double[][] means = means(Arrays.copyOf(values, 80), Arrays.copyOf(before, 80), 4);
    for (int i = 80; i < SIZE; i++) {
      double[] distances = distances(values[i], means);
      assertEquals(Arrays.stream(distances).min().getAsDouble(), distances[before[i]], 1e-6);
    }

    for (int i = 80; i < SIZE; i++) {
      Arrays.fill(values[i], 50 + i);
    }
    write(values);
    assertEquals(0, kmeans(args), stderr);
    int[] after = clusters();
    assertArrayEquals(Arrays.copyOf(before, 80), Arrays.copyOf(after, 80));
    assertEquals(
        how.get("inertia"),
        Store.JSON.readTree(out.toFile()).at("/provenance/kmeans/inertia"),
        "the inertia is that of the training segments");

    assertEquals(0, kmeans("--clusters", "4"), stderr);
    assertFalse(Arrays.equals(before, 0, 80, clusters(), 0, 80), "fit on all, they do count");
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws Exception {
    write(cloud());
    Path table = folder.resolve("clusters.json");
    assertEquals(0, kmeans("--clusters", "6", "--seed", "3"), stderr);
    byte[] json = Files.readAllBytes(out);
    byte[] rows = Files.readAllBytes(table);
    assertEquals(0, kmeans("--clusters", "6", "--seed", "3"), stderr);
    assertArrayEquals(json, Files.readAllBytes(out));
    assertArrayEquals(rows, Files.readAllBytes(table));
    assertEquals(0, kmeans("--clusters", "6", "--seed", "13"), stderr);
    assertNotEquals(Store.sha256(new String(json, StandardCharsets.UTF_8)), Store.sha256(out));
  }

  @Test
  void theBestOfTheStartsIsKept() throws Exception {
    write(cloud());
    double best = Double.POSITIVE_INFINITY;
    double worst = 0;
    for (int seed = 1; seed <= 4; seed++) {
      assertEquals(0, kmeans("--clusters", "6", "--restarts", "1", "--seed", "" + seed), stderr);
      double inertia = inertia();
      best = Math.min(best, inertia);
      worst = Math.max(worst, inertia);
    }
    assertTrue(worst > 1.001 * best, "the starts must differ for this to mean anything");
    assertEquals(0, kmeans("--clusters", "6", "--restarts", "4", "--seed", "1"), stderr);
    assertEquals(best, inertia(), 1e-9 * best);
  }

  private double inertia() throws Exception {
    return Store.JSON.readTree(out.toFile()).at("/provenance/kmeans/inertia").asDouble();
  }

  /** Silence, or a track that is there twice: fewer different segments than clusters. */
  @Test
  void segmentsThatAreAllAlikeEndToo() {
    float[][] values = new float[20][WIDTH];
    Arrays.fill(values[3], 1);
    write(values);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertEquals(0, kmeans("--clusters", "5"), stderr));
    int[] clusters = clusters();
    for (int i = 0; i < 20; i++) {
      assertEquals(i == 3, clusters[i] != clusters[0], "segment " + i);
    }
  }

  @Test
  void moreClustersThanSegmentsFail() {
    write(Arrays.copyOf(cloud(), 9));
    assertFails(1, kmeans("--clusters", "10"), "mfcc.json", "9 segments can't make 10 clusters");
    write(cloud());
    assertFails(
        1,
        kmeans("--clusters", "81", "--fit-on", "train", "--split", split().toString()),
        "split.json",
        "80 segments can't make 81 clusters");
  }

  @ParameterizedTest
  @CsvSource({
    "--clusters, 1",
    "--clusters, many",
    "--restarts, 0",
    "--iterations, 0",
    "--fit-on, train",
    "--fit-on, test",
    "--split, split.json"
  })
  void optionsOutOfRangeAreAUsageError(String option, String value) {
    write(cloud());
    assertFails(2, kmeans(option, value), option, "--help");
  }

  @Test
  void brokenFeaturesFail() throws Exception {
    write(cloud());
    String whole = Files.readString(features);
    Files.writeString(features, whole.substring(0, whole.length() / 2));
    assertFails(1, kmeans(), "mfcc.json", "not a whole features JSON");
    Files.delete(features);
    assertFails(1, kmeans(), "mfcc.json", "no such file");
  }
}
