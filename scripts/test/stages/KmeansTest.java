///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that K-means finds clusters that are there, assigns to the nearest, and repeats.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Kmeans.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/clustering/AgreementScores.java
//SOURCES ../../lib/clustering/ClusterSource.java
//SOURCES ../../lib/clustering/KMeansLloyd.java
//SOURCES ../../lib/clustering/Silhouette.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.json.JsonProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import genrelab.clustering.AgreementScores;
import genrelab.clustering.ClusterSource;
import genrelab.clustering.KMeansLloyd;
import genrelab.clustering.Silhouette;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.MutableDataset;
import org.tribuo.math.la.DenseVector;
import org.tribuo.provenance.ModelProvenance;

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
    StageRun run = StageRun.of(new Kmeans(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
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

  /** Genres go by thirds of the tracks, 40 segments of each; ten segments a track. */
  private void write(float[][] values) {
    int n = values.length;
    ObjectNode params = Store.JSON.createObjectNode().put("flavour", "librosa").put("hop", 512);
    ObjectNode provenance = Store.JSON.createObjectNode().put("source", "synthetic");
    new Features(
            "mfcc",
            List.of("blues", "jazz", "rock"),
            IntStream.range(0, n).map(i -> i / 10 * 10 * 3 / n).toArray(),
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
    var rows = new ArrayList<Rows.SplitRow>();
    for (int i = 0; i < SIZE; i++) {
      rows.add(
          new Rows.SplitRow(
              "t." + i / 10, i % 10, i < 80 ? Part.train : i < 100 ? Part.test : Part.excluded));
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
  void anyNumberOfThreadsGivesTheSameBytes() throws Exception {
    write(cloud());
    assertEquals(0, kmeans("--clusters", "6", "--threads", "1"), stderr);
    byte[] json = Files.readAllBytes(out);
    byte[] rows = Files.readAllBytes(folder.resolve("clustering.json"));
    assertEquals(0, kmeans("--clusters", "6", "--threads", "5"), stderr);
    assertArrayEquals(json, Files.readAllBytes(out));
    assertArrayEquals(rows, Files.readAllBytes(folder.resolve("clustering.json")));
  }

  @Test
  void measuresAreThoseOfTheClusters() {
    write(cloud());
    assertEquals(0, kmeans("--clusters", "4", "--silhouette-sample", "50"), stderr);
    Features clustered = Features.read(out);
    List<Rows.ClusteringScores> rows =
        Store.readRows(folder.resolve("clustering.json"), Rows.ClusteringScores.class);
    assertEquals(1, rows.size());
    Rows.ClusteringScores row = rows.get(0);
    AgreementScores agreement = AgreementScores.of(clustered.labels(), clustered.clusters());
    assertEquals(agreement, new AgreementScores(row.purity(), row.nmi(), row.ami(), row.ari()));
    var sample = new Silhouette(clustered.values(), Silhouette.sample(SIZE, 50, 1));
    assertEquals(sample.score(clustered.clusters()), row.silhouette(), 1e-12);
    assertEquals(50, row.silhouetteSample());
    assertEquals("kmeans", row.method());
    assertTrue(stdout.contains("AMI %.3f".formatted(row.ami())), stdout);
    assertTrue(stdout.contains("transductive"), stdout);
  }

  /** The files and the provenance's own text are all that this needs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--clusters 5 --seed 7",
        "--clusters 5 --input stats --standardise",
        "--clusters 4 --fit-on train --split split.json"
      })
  void theClusteringCanBeMadeAgainFromItsProvenance(String options) throws Exception {
    write(cloud());
    split();
    assertEquals(
        0,
        kmeans(options.replace("split.json", folder.resolve("split.json").toString()).split(" ")),
        stderr);
    Path provenance = folder.resolve("clustering-provenance.json");
    var read = new JsonProvenanceSerialization(false).deserializeFromFile(provenance);
    var model = (ModelProvenance) ProvenanceUtil.unmarshalProvenance(read);
    var configuration = new ConfigurationManager();
    configuration.addConfiguration(ProvenanceUtil.extractConfiguration(model));
    var trainer = configuration.lookupAll(KMeansLloyd.class).get(0);
    var source = configuration.lookupAll(ClusterSource.class).get(0);
    DenseVector[] centroids = trainer.train(new MutableDataset<>(source)).getCentroidVectors();

    int[] clusters = clusters();
    for (int i = 0; i < SIZE; i++) {
      float[] row = source.rows().row(i);
      double[] distances =
          Arrays.stream(centroids)
              .mapToDouble(
                  centroid ->
                      IntStream.range(0, row.length)
                          .mapToDouble(v -> Math.pow(row[v] - centroid.get(v), 2))
                          .sum())
              .toArray();
      double nearest = Arrays.stream(distances).min().orElseThrow();
      assertEquals(nearest, distances[clusters[i]], "segment " + i);
    }

    write(blobs());
    var other = new ConfigurationManager();
    other.addConfiguration(ProvenanceUtil.extractConfiguration(model));
    RuntimeException error =
        assertThrows(RuntimeException.class, () -> other.lookupAll(ClusterSource.class));
    var said = new StringWriter();
    error.printStackTrace(new PrintWriter(said));
    assertTrue(said.toString().contains("mfcc.json: not the file that was clustered"), "" + said);
  }

  /** Frame order can't matter to mean and deviation, nor a value's scale once standardised. */
  @Test
  void inputsAreWhatTheirNamesSay() {
    float[][] values = cloud();
    write(values);
    String[] stats = {"--clusters", "4", "--input", "stats"};
    assertEquals(0, kmeans(stats), stderr);
    int[] before = clusters();
    var mixed = new float[SIZE][WIDTH];
    for (int i = 0; i < SIZE; i++) {
      for (int v = 0; v < WIDTH; v++) {
        int turned = (v / COEFFICIENTS + i) % FRAMES * COEFFICIENTS + v % COEFFICIENTS;
        mixed[i][turned] = values[i][v];
      }
    }
    write(mixed);
    assertEquals(0, kmeans(stats), stderr);
    assertArrayEquals(before, clusters());

    write(values);
    String[] standardise = {"--clusters", "4", "--standardise"};
    assertEquals(0, kmeans(standardise), stderr);
    int[] standardised = clusters();
    for (float[] row : values) {
      row[3] = 1024 * row[3] + 64;
    }
    write(values);
    assertEquals(0, kmeans(standardise), stderr);
    assertArrayEquals(standardised, clusters());
    assertEquals(0, kmeans("--clusters", "4"), stderr);
    assertFalse(Arrays.equals(standardised, clusters()), "unscaled, that value rules");
  }

  @Test
  void sweepComparesNumbersOfClusters() throws Exception {
    write(blobs());
    assertEquals(0, kmeans("--sweep", "2:6"), stderr);
    List<Rows.ClusteringScores> rows =
        Store.readRows(folder.resolve("sweep.json"), Rows.ClusteringScores.class);
    assertArrayEquals(
        new int[] {2, 3, 4, 5, 6},
        rows.stream().mapToInt(Rows.ClusteringScores::clusters).toArray());
    for (int i = 1; i < 5; i++) {
      assertTrue(rows.get(i).inertia() < rows.get(i - 1).inertia());
    }
    int best =
        rows.stream()
            .max(Comparator.comparing(Rows.ClusteringScores::silhouette))
            .orElseThrow()
            .clusters();
    assertEquals(4, best, "there are four blobs");
    assertTrue(Files.readString(folder.resolve("sweep.svg")).contains("<svg"));
    assertEquals(0x89, Files.readAllBytes(folder.resolve("sweep.png"))[0] & 0xFF);
    assertFalse(Files.exists(out));

    assertEquals(0, kmeans("--clusters", "4"), stderr);
    Rows.ClusteringScores alone =
        Store.readRows(folder.resolve("clustering.json"), Rows.ClusteringScores.class).get(0);
    assertEquals(alone, rows.get(2), "one of a sweep is the one alone");
  }

  @Test
  void hdbscanFindsBlobsAndLeavesNoiseOut() {
    float[][] values = blobs();
    for (int lone = 0; lone < 5; lone++) {
      Arrays.fill(values[20 * lone], 100 * (lone + 1));
    }
    write(values);
    String[] args = {"--method", "hdbscan", "--input", "flat", "--min-cluster-size", "10"};
    assertEquals(0, kmeans(args), stderr);
    int[] clusters = clusters();
    for (int i = 0; i < SIZE; i++) {
      assertEquals(i % 20 == 0 && i < 100, clusters[i] == -1, "segment " + i);
      for (int j = 0; j < i; j++) {
        if (clusters[i] >= 0 && clusters[j] >= 0) {
          assertEquals(blob(i) == blob(j), clusters[i] == clusters[j], i + " and " + j);
        }
      }
    }
    Rows.ClusteringScores row =
        Store.readRows(folder.resolve("clustering.json"), Rows.ClusteringScores.class).get(0);
    assertEquals(4, row.clusters());
    assertEquals(5, row.noise());
    assertNull(row.inertia());
    List<Rows.Cluster> rows = Store.readRows(folder.resolve("clusters.json"), Rows.Cluster.class);
    assertEquals(-1, rows.get(0).cluster());
    assertEquals(15, rows.size());
    assertEquals(SIZE, rows.stream().mapToLong(Rows.Cluster::count).sum());
    assertTrue(stdout.contains("% of noise") && stdout.contains("noise 5 of 120"), stdout);
  }

  @Test
  void hdbscanAssignsWhatItWasNotFittedTo() {
    write(blobs());
    assertEquals(
        0,
        kmeans(
            "--method",
            "hdbscan",
            "--input",
            "flat",
            "--min-cluster-size",
            "10",
            "--fit-on",
            "train",
            "--split",
            split().toString()),
        stderr);
    int[] clusters = clusters();
    int right = 0;
    for (int i = 80; i < SIZE; i++) {
      int segment = i;
      int like =
          IntStream.range(0, 80).filter(j -> blob(j) == blob(segment)).findFirst().getAsInt();
      right += clusters[i] == clusters[like] ? 1 : 0;
      assertTrue(clusters[i] == clusters[like] || clusters[i] == -1, "segment " + i);
    }
    assertTrue(right >= 30, right + " of 40");
  }

  @ParameterizedTest
  @CsvSource({
    "hdbscan, --clusters, 4",
    "hdbscan, --sweep, 2:4",
    "kmeans, --min-samples, 3",
    "hdbscan, --min-cluster-size, 1",
    "kmeans, --sweep, 4:2",
    "kmeans, --sweep, 2-4",
    "kmeans, --threads, 0",
    "kmeans, --silhouette-sample, 3",
    "kmeans, --input, mean"
  })
  void optionsThatDoNotBelongAreAUsageError(String method, String option, String value) {
    write(cloud());
    assertFails(2, kmeans("--method", method, option, value), option, "--help");
  }

  @Test
  void nothingIsWrittenWhereSomethingCannotBe() throws Exception {
    write(cloud());
    String table = features.resolve("clusters.json").toString(); // a file, no folder
    assertFails(1, kmeans("--clusters", "3", "--table", table), "mfcc.json", "folder");
    try (var files = Files.list(folder)) {
      assertEquals(List.of(features), files.toList());
    }
  }

  /** Else the table would be written over the features, or one table over the other. */
  @ParameterizedTest
  @CsvSource({
    "clusters.json, ",
    "clustering.json, ",
    "clustering-provenance.json, ",
    "mfcc-kmeans.json, mfcc-kmeans.json",
    "mfcc-kmeans.json, clustering.json",
    "mfcc.json, ",
    "mfcc-kmeans.json, mfcc.json"
  })
  void noOutputIsAnotherOutputOrTheInput(String name, String table) throws Exception {
    write(cloud());
    byte[] before = Files.readAllBytes(features);
    out = folder.resolve(name);
    String[] more =
        table == null ? new String[0] : new String[] {"--table", "" + folder.resolve(table)};
    assertEquals(2, kmeans(more), stderr);
    assertTrue(stderr.contains(name) || stderr.contains(table), stderr);
    assertArrayEquals(before, Files.readAllBytes(features));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(features), files.toList());
    }
  }

  @Test
  void sweepsNameTheSegmentsAsTheirLimit() {
    write(cloud());
    assertFails(
        1, kmeans("--sweep", "2:99999"), "mfcc.json", "120 segments can't make 99999 clusters");
  }

  @Test
  void provenanceStandsUnderTheMethodsName() throws Exception {
    write(blobs());
    assertEquals(0, kmeans("--method", "hdbscan", "--min-cluster-size", "10"), stderr);
    JsonNode provenance = Store.JSON.readTree(out.toFile()).get("provenance");
    assertEquals("hdbscan", provenance.at("/hdbscan/method").asText());
    assertEquals(10, provenance.at("/hdbscan/minClusterSize").asInt());
    assertFalse(provenance.has("kmeans"), provenance::toString);
    assertEquals(0, kmeans("--clusters", "4"), stderr);
    provenance = Store.JSON.readTree(out.toFile()).get("provenance");
    assertEquals(4, provenance.at("/kmeans/clusters").asInt());
    assertFalse(provenance.has("hdbscan"), provenance::toString);
  }

  /** Elsewhere than in a pool of its own, a parallel stream takes all processors. */
  @Test
  void threadsAreTheStagesOwn() {
    float[][] values = new float[2000][];
    for (int i = 0; i < values.length; i++) {
      values[i] = cloud()[i % SIZE];
    }
    write(values);
    long before = ForkJoinPool.commonPool().getStealCount();
    for (int run = 0; run < 3; run++) {
      assertEquals(0, kmeans("--clusters", "4", "--threads", "1"), stderr);
    }
    assertEquals(before, ForkJoinPool.commonPool().getStealCount(), "tasks of the common pool");
  }

  /** Writes one of two files that belong together, and waits. */
  static final class WritesOneOfTwo {
    public static void main(String... args) {
      var files = new LinkedHashMap<Path, Store.Content>();
      files.put(Path.of(args[0], "first.json"), out -> out.write('1'));
      files.put(
          Path.of(args[0], "second.json"),
          out -> {
            System.out.println("between");
            try {
              Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException error) {
              throw new InterruptedIOException();
            }
          });
      Store.writeTogether(files);
    }
  }

  @Test
  void endedBetweenTwoFilesNoneIsThere() throws Exception {
    Process process = StageRun.process(WritesOneOfTwo.class.getName(), folder.toString()).start();
    try (var said = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("between", said.readLine());
    }
    process.destroy(); // SIGTERM, where there are signals
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it goes on");
    if (!System.getProperty("os.name").startsWith("Windows")) {
      try (var files = Files.list(folder)) {
        assertEquals(List.of(), files.toList());
      }
    }
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
