///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that Spark writes the parts that one process writes, whatever is lost on the way.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Validates draft 2020-12; this line of it works with Jackson 2, as Store does.
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../../Baseline.java
//SOURCES ../../Cnn.java
//SOURCES ../../Kmeans.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Segment.java
//SOURCES ../../Spark.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/features/FolderHeader.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../kit/StageRun.java
//SOURCES StandaloneCluster.java
//SOURCES ../../lib/classification/RowWriter.java
//SOURCES ../../lib/classification/SongClassifier.java
//SOURCES ../../lib/classification/SongModel.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import genrelab.audio.Audio;
import genrelab.classification.RowWriter;
import genrelab.classification.SongClassifier;
import genrelab.classification.SongModel;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of {@code spark features} are those of {@code mfcc}, whatever is lost on the way. */
@Timeout(900)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SparkTest {
  @TempDir Path folder;
  private StandaloneCluster cluster;
  private String stderr;
  private String stdout;

  @AfterEach
  void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  // ---- a corpus

  /** Ten tracks of three genres and one or two segments. */
  private Path manifest() throws IOException {
    var csv = new StringBuilder("track,file,genre,artist\n");
    for (int t = 0; t < 10; t++) {
      track("%d.wav".formatted(t), 66150 * (1 + t % 2));
      csv.append("t%d,audio/%d.wav,%s,\"A, %d\"\n".formatted(t, t, "jkr".charAt(t % 3), t / 2));
    }
    return Files.writeString(folder.resolve("tracks.csv"), csv);
  }

  private Path track(String name, int samples) {
    var random = new Random(name.hashCode());
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (float) random.nextGaussian() / 10;
    }
    Path file = folder.resolve("audio").resolve(name);
    new Audio(noise, 22050).writeWav(file);
    return file;
  }

  private int spark(Path manifest, String... more) {
    var args = new ArrayList<>(List.of("features", "--manifest=" + manifest));
    args.addAll(List.of(more));
    if (args.stream().noneMatch(each -> each.startsWith("--out"))) {
      args.add("--out=" + folder.resolve("out"));
    }
    if (args.stream().noneMatch(each -> each.startsWith("--master"))) {
      args.add("--master=local[2]");
    }
    StageRun run = StageRun.of(new Spark(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  /** The same by segment and mfcc, in one process. */
  private Path single(Path manifest, String partTracks) {
    Path segments = folder.resolve("segments.json");
    StageRun cut =
        StageRun.of(new Segment(), "--manifest=" + manifest, "--out=" + segments, "--quiet");
    assertEquals(0, cut.exit(), cut.stderr());
    Path out = folder.resolve("single");
    StageRun run =
        StageRun.of(
            new Mfcc(), "--segments=" + segments, "--out=" + out, "--part-tracks=" + partTracks);
    assertEquals(0, run.exit(), run.stderr());
    return out;
  }

  private static List<String> parts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("part-"))
          .sorted()
          .toList();
    }
  }

  private void assertSameParts(Path single) throws IOException {
    Path out = folder.resolve("out");
    assertEquals(parts(single), parts(out));
    for (String part : parts(single)) {
      assertArrayEquals(
          Files.readAllBytes(single.resolve(part)), Files.readAllBytes(out.resolve(part)), part);
    }
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("out/errors.csv"));
  }

  private void assertFails(int exit, int got, String words) {
    assertEquals(exit, got, stdout + stderr);
    List<String> lines = stderr.lines().filter(line -> !line.contains("%")).toList();
    assertEquals(1, lines.size(), stderr);
    assertTrue(lines.get(0).contains(words), stderr);
  }

  // ---- one machine

  @Test
  void twoThreadsWriteWhatOneProcessWrites() throws IOException {
    Path manifest = manifest();
    assertEquals(0, spark(manifest, "--part-tracks=3"), stderr);
    assertTrue(
        stdout.contains("15 segments × 130 frames × 13 values of 10 tracks in 4 parts, 0 of"),
        stdout);
    assertSameParts(single(manifest, "3"));
    assertEquals("track,file,problem,detail\n", errors());
    Features read = Features.read(folder.resolve("out"));
    assertEquals(15, read.size());
    assertEquals(List.of("j", "k", "r"), read.mapping());

    assertEquals(0, spark(manifest, "--part-tracks=3"), stderr);
    assertTrue(stdout.contains("in 4 parts, 4 of them there already"), stdout);
  }

  /** A file system that is no path for Java: folder trees below one of this machine's. */
  public static final class Elsewhere extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("elsewhere:///");
    }

    @Override
    public String getScheme() {
      return "elsewhere";
    }

    @Override
    protected void checkPath(org.apache.hadoop.fs.Path path) {
      // the one that Hadoop gave us
    }

    @Override
    public File pathToFile(org.apache.hadoop.fs.Path path) {
      return new File(path.toUri().getPath());
    }
  }

  @Test
  void aFileSystemOfHadoopGetsTheSameParts() throws IOException {
    Path manifest = manifest();
    String out = "--out=elsewhere://" + folder.resolve("out");
    String known = "--conf=spark.hadoop.fs.elsewhere.impl=" + Elsewhere.class.getName();
    assertEquals(0, spark(manifest, out, known, "--part-tracks=3"), stderr);
    assertTrue(stdout.contains("there already: elsewhere:" + "/"), stdout);
    assertSameParts(single(manifest, "3"));
    assertEquals("track,file,problem,detail\n", errors());
    assertEquals(15, Features.read(folder.resolve("out")).size());
    assertEquals(
        List.of(
            "job.json",
            "part-00000.json",
            "part-00001.json",
            "part-00002.json",
            "part-00003.json",
            "tracks.json"),
        names(folder.resolve("out/job")));

    Path altered = folder.resolve("out/part-00001.npy");
    Files.write(altered, new byte[] {1});
    assertEquals(0, spark(manifest, out, known, "--part-tracks=3"), stderr);
    assertTrue(stdout.contains("in 4 parts, 3 of them there already"), stdout);
    assertTrue(stderr.contains("1 parts were not what had been written"), stderr);
    assertSameParts(folder.resolve("single"));

    assertFails(1, spark(manifest, out, known, "--part-tracks=4"), "it holds parts of another run");
    assertFails(1, spark(manifest, "--out=nowhere://x/y"), "nowhere://x/y: Hadoop can't open this");
    String[] kmeans = {"kmeans", "--features=" + folder.resolve("single"), out};
    StageRun refused = StageRun.of(new Spark(), kmeans);
    assertEquals(2, refused.exit(), refused.stderr());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** What a rerun goes on from is what data/schemas says. */
  @Test
  void filesOfAJobAreValid() throws IOException {
    Path manifest = manifest();
    List<String> lines = new ArrayList<>(Files.readAllLines(manifest));
    lines.add("gone,audio/gone.wav,j,");
    Files.write(manifest, lines);
    assertEquals(0, spark(manifest), stderr);
    Path job = folder.resolve("out/job");
    assertEquals("", violations(job.resolve("job.json"), "spark-job"));
    assertEquals("", violations(job.resolve("tracks.json"), "spark-tracks"));
    assertEquals("", violations(job.resolve("part-00000.json"), "spark-part"));
    assertEquals("", violations(folder.resolve("out/features.json"), "feature-folder"));
    assertFalse(violations(job.resolve("tracks.json"), "spark-part").isEmpty());
  }

  private static String violations(Path file, String schema) throws IOException {
    Path schemas = Path.of(System.getenv("GENRELAB_HOME"), "data/schemas");
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(schemas.resolve(schema + ".schema.json")))
        .validate(Store.JSON.readTree(file.toFile()))
        .stream()
        .map(ValidationMessage::getMessage)
        .collect(Collectors.joining("; "));
  }

  /** Cut off, altered, gone: those parts alone are made again. */
  @Test
  void partsThatAreNotWholeAreMadeAgain() throws IOException {
    Path manifest = manifest();
    assertEquals(0, spark(manifest, "--part-tracks=3"), stderr);
    Path out = folder.resolve("out");
    byte[] cut = Files.readAllBytes(out.resolve("part-00000.npy"));
    Files.write(out.resolve("part-00000.npy"), Arrays.copyOf(cut, cut.length - 100));
    byte[] altered = Files.readAllBytes(out.resolve("part-00001.npy"));
    altered[altered.length - 1] ^= 1;
    Files.write(out.resolve("part-00001.npy"), altered);
    Files.delete(out.resolve("part-00002.csv"));
    Files.createDirectories(out.resolve("job/attempt-part-00000-7")); // of a killed run
    assertEquals(0, spark(manifest, "--part-tracks=3"), stderr);
    assertTrue(stdout.contains("in 4 parts, 1 of them there already"), stdout);
    assertTrue(stderr.contains("warning: " + out + ": 3 parts were not what had been written"));
    assertSameParts(single(manifest, "3"));
    assertFalse(Files.exists(out.resolve("job/attempt-part-00000-7")));
  }

  @Test
  void aFolderOfOtherPartsIsLeftAlone() throws IOException {
    Path manifest = manifest();
    assertEquals(0, spark(manifest), stderr);
    List<String> before = parts(folder.resolve("out"));
    assertFails(1, spark(manifest, "--coefficients=20"), "coefficients 13, not 20");
    assertFails(1, spark(manifest, "--part-tracks=2"), "partTracks 256, not 2");
    assertFails(1, spark(manifest, "--seconds=1"), "seconds 3.0, not 1.0");
    assertFails(1, spark(manifest, "--key=logmel"), "(key \"mfcc\", not \"logmel\")");
    Files.writeString(manifest, Files.readString(manifest) + "t10,audio/10.wav,j,\n");
    assertFails(1, spark(manifest), "it holds parts of another run (tracks ");
    assertEquals(before, parts(folder.resolve("out")));

    Path single = single(manifest(), "256");
    assertFails(1, spark(manifest, "--out=" + single), "is there, and not of spark");
  }

  /**
   * Missing, empty, short, and broken off after its header: the rest is as if they were not there.
   */
  @Test
  void tracksThatCanNotBeReadAreRowsOfErrors() throws IOException {
    Path manifest = manifest();
    Path single = single(manifest, "4");
    Files.createFile(folder.resolve("audio/empty.mp3"));
    track("short.wav", 1000);
    Path whole = track("whole.wav", 3 * 66150);
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(folder.resolve("audio/broken.wav"), Arrays.copyOf(bytes, bytes.length - 66150));
    List<String> lines = new ArrayList<>(Files.readAllLines(manifest));
    lines.add(2, "gone,audio/gone.wav,j,");
    lines.add(3, "empty,audio/empty.mp3,zydeco,");
    lines.add(5, "short,audio/short.wav,j,");
    lines.add(8, "broken,audio/broken.wav,j,");
    Files.write(manifest, lines);
    assertEquals(0, spark(manifest, "--part-tracks=4"), stderr);
    assertSameParts(single);
    List<String> rows = errors().lines().skip(1).toList();
    assertEquals(4, rows.size(), errors());
    List<String> problems = List.of("missing", "unreadable", "short", "truncated");
    List<String> tracks = List.of("gone", "empty", "short", "broken");
    for (int e = 0; e < 4; e++) {
      assertTrue(rows.get(e).startsWith(tracks.get(e) + ","), rows.get(e));
      assertTrue(rows.get(e).contains("," + problems.get(e) + ","), rows.get(e));
    }
    assertTrue(stderr.contains("4 tracks were left out: "), stderr);
    assertTrue(stdout.contains("of 10 tracks in 3 parts"), stdout);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "track,file,genre\na,x.wav,j\na,y.wav,j\n|track a is listed twice",
        "track,genre\na,j\n|its first line has no columns track, file and genre",
        "track,file,genre\na,x.wav,j\n|no track holds a whole segment",
      })
  void aWrongManifestIsOneLine(String csvAndWords) throws IOException {
    String[] parts = csvAndWords.split("\\|");
    Path manifest = Files.writeString(folder.resolve("tracks.csv"), parts[0]);
    assertFails(1, spark(manifest), parts[1]);
    assertFalse(Files.exists(folder.resolve("out/features.json")));
  }

  @Test
  void aMasterThatIsNotThereIsOneLine() throws IOException {
    Path manifest = manifest();
    assertFails(
        1,
        spark(manifest, "--master=spark://127.0.0.1:" + StandaloneCluster.freePort()),
        "no master can be reached there");
    assertFails(2, spark(manifest, "--master=127.0.0.1:7077"), "--master must be local[*]");
  }

  /**
   * A port that takes connections and never answers: told within half a minute. The last test,
   * since Spark gives up after a minute and then stops whatever runs in the JVM.
   */
  @Test
  @Order(Integer.MAX_VALUE)
  void aPortThatIsNoMasterIsOneLine() throws IOException {
    try (var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      long begin = System.nanoTime();
      assertFails(
          1,
          spark(
              manifest(),
              "--master=spark://127.0.0.1:" + socket.getLocalPort(),
              "--conf=spark.driver.host=127.0.0.1"),
          "no Spark could be started (it has not answered in 25 s)");
      assertTrue(System.nanoTime() - begin > 20_000_000_000L);
    }
  }

  /** Finished parts stay, and with space again the same command goes on. */
  @Test
  void aFullDiskIsOneLine() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", "" + disk) == 0,
        "a small file system can be mounted by root alone");
    try {
      Path manifest = manifest();
      Path out = disk.resolve("out");
      assertFails(
          1,
          spark(manifest, "--out=" + out, "--part-tracks=3", "--master=local[1]"),
          "can't be written (No space left on device)");
      assertFalse(Files.exists(out.resolve("features.json")));
      assertEquals(0, run("mount", "-o", "remount,size=4m", "" + disk));
      assertEquals(0, spark(manifest, "--out=" + out, "--part-tracks=3"), stderr);
      Path single = single(manifest, "3");
      assertEquals(parts(single), parts(out));
    } finally {
      run("umount", "-l", "" + disk);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noSuchCommand) {
      return -1;
    }
  }

  // ---- genres

  /** A logistic regression of the corpus, or a network. */
  private Path model(String kind, Path manifest) {
    Path segments = folder.resolve("segments.json");
    Path features = folder.resolve("mfcc.json");
    StageRun cut = StageRun.of(new Segment(), "--manifest=" + manifest, "--out=" + segments);
    assertEquals(0, cut.exit(), cut.stderr());
    StageRun mfcc = StageRun.of(new Mfcc(), "--segments=" + segments, "--out=" + features);
    assertEquals(0, mfcc.exit(), mfcc.stderr());
    Features read = Features.read(features);
    var rows = new ArrayList<Rows.SplitRow>();
    for (int row = 0; row < read.size(); row++) {
      int track = Integer.parseInt(read.tracks()[row].substring(1));
      Part part = track < 6 ? Part.train : track < 8 ? Part.validation : Part.test;
      rows.add(new Rows.SplitRow(read.tracks()[row], read.segments()[row], part));
    }
    Path split = folder.resolve("split.json");
    Store.writeRows(split, rows);
    StageRun run =
        StageRun.of(
            kind.equals("cnn") ? new Cnn() : new Baseline(),
            "--features=" + features,
            "--split=" + split,
            kind.equals("cnn") ? "--epochs=1" : "--method=" + kind,
            "--out=" + folder.resolve(kind));
    assertEquals(0, run.exit(), run.stderr());
    return folder.resolve(kind).resolve("model.zip");
  }

  private int classify(Path manifest, Path model, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "classify",
                "--manifest=" + manifest,
                "--model=" + model,
                "--out=" + folder.resolve("genres"),
                "--master=local[2]",
                "--part-tracks=4"));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Spark(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  /** The rows of classify --csv for whole songs, in parts; twice the same. */
  @ParameterizedTest
  @ValueSource(strings = {"logistic", "cnn"})
  void everyTrackIsClassifiedAsByTheModelAlone(String kind) throws Exception {
    Path manifest = manifest();
    Path model = model(kind, manifest);
    Files.writeString(manifest, Files.readString(manifest) + "gone,audio/gone.wav,j,\n");
    assertEquals(0, classify(manifest, model), stderr);
    assertTrue(stdout.contains("genres of 10 tracks in 3 parts, 0 of them there"), stdout);
    Path out = folder.resolve("genres");
    assertEquals(List.of("part-00000.csv", "part-00001.csv", "part-00002.csv"), parts(out));
    String gone = folder.resolve("audio/gone.wav").toAbsolutePath().normalize().toString();
    assertEquals(
        "track,file,problem,detail\ngone," + gone + ",missing,no such file\n",
        Files.readString(out.resolve("errors.csv")));

    var classifier = new SongClassifier(model, SongModel.read(model));
    for (int part = 0; part < 3; part++) {
      Path alone = folder.resolve("alone.csv");
      int first = 4 * part;
      RowWriter.csv(
          alone,
          false,
          writer -> {
            for (int t = first; t < Math.min(10, first + 4); t++) {
              String name = "audio/%d.wav".formatted(t);
              try (Audio.Reader audio = Audio.open(folder.resolve(name))) {
                writer.write(classifier.songRows(classifier.predict(name, audio, 0, 24)));
              } catch (IOException | Audio.Unreadable error) {
                throw new AssertionError(error);
              }
            }
          });
      assertEquals(
          Files.readString(alone), Files.readString(out.resolve("part-0000" + part + ".csv")));
    }
    assertEquals(0, classify(manifest, model), stderr);
    assertTrue(stdout.contains("in 3 parts, 3 of them there already"), stdout);
    assertFails(1, classify(manifest, manifest), "tracks.csv");
    assertFails(2, spark(manifest, "--model=" + model), "classify takes a --model");
  }

  // ---- clusters

  /** Three groups far apart are found whatever the start: kmeans finds the same. */
  @Test
  void clustersHaveTheTablesOfKmeans() throws IOException {
    float[][] values = new float[60][4 * 3];
    int[] labels = new int[60];
    String[] tracks = new String[60];
    var random = new Random(5);
    for (int i = 0; i < 60; i++) {
      labels[i] = i % 4 == 3 ? (i + 1) % 3 : i % 3; // the genre of a quarter is another
      tracks[i] = "t" + i;
      for (int v = 0; v < 12; v++) {
        values[i][v] = (float) (100 * (i % 3) + random.nextGaussian());
      }
    }
    var empty = Store.JSON.createObjectNode();
    List<String> genres = List.of("j", "k", "r");
    Path features = folder.resolve("in/features");
    new Features("mfcc", genres, labels, tracks, new int[60], null, 4, 3, values, empty, empty)
        .write(features);
    Path ours = folder.resolve("ours/clustered");
    String[] options = {"--features=" + features, "--clusters=3", "--input=stats"};
    StageRun run =
        StageRun.of(
            new Spark(),
            "kmeans",
            options[0],
            options[1],
            options[2],
            "--out=" + ours,
            "--master=local[2]");
    assertEquals(0, run.exit(), run.stderr());
    int[] found = Features.read(ours).clusters();
    for (int i = 0; i < 60; i++) {
      assertEquals(found[i % 3], found[i]);
    }
    assertEquals(3, Arrays.stream(found).distinct().count());
    Path json = folder.resolve("mfcc.json"); // kmeans, from the other form
    Features.read(features).write(json);
    Path single = folder.resolve("single/clustered.json");
    StageRun alone =
        StageRun.of(new Kmeans(), "--features=" + json, options[1], options[2], "--out=" + single);
    assertEquals(0, alone.exit(), alone.stderr());
    Rows.ClusteringScores a = scores(ours);
    Rows.ClusteringScores b = scores(single);
    assertEquals(b.inertia(), a.inertia(), 1e-3 * b.inertia());
    assertEquals(b.silhouette(), a.silhouette(), 1e-6);
    assertEquals(b.nmi(), a.nmi(), 1e-9);
    assertEquals(b.purity(), a.purity(), 1e-9);
    assertEquals(counts(single), counts(ours));

    StageRun wrong = StageRun.of(new Spark(), "kmeans", "--corpus=x", "--out=y");
    assertEquals(2, wrong.exit());
    assertTrue(wrong.stderr().contains("kmeans takes --features"), wrong.stderr());
  }

  private static Rows.ClusteringScores scores(Path clustered) {
    Path file = clustered.resolveSibling("clustering.json");
    return Store.readRows(file, Rows.ClusteringScores.class).get(0);
  }

  /** The numbers of segments of a cluster and a genre, whatever the clusters are called. */
  private static List<String> counts(Path clustered) {
    Path file = clustered.resolveSibling("clusters.json");
    return Store.readRows(file, Rows.Cluster.class).stream()
        .map(row -> row.genre() + " " + row.count())
        .sorted()
        .toList();
  }

  // ---- a cluster

  /** A worker and its executor are killed while parts are written: every track is there once. */
  @Test
  void aClusterThatLosesAWorkerWritesTheSameParts() throws Exception {
    cluster = new StandaloneCluster(folder);
    cluster.startMaster();
    Path audio = track("0.wav", 20 * 66150);
    var csv = new StringBuilder("track,file,genre\nt0,audio/0.wav,a\n");
    for (int t = 1; t < 80; t++) {
      Files.createLink(audio.resolveSibling(t + ".wav"), audio);
      csv.append("t%d,audio/%d.wav,%s\n".formatted(t, t, t % 2 == 0 ? "a" : "b"));
    }
    Path manifest = Files.writeString(folder.resolve("tracks.csv"), csv);
    Process first = cluster.startWorker("worker1.log");
    cluster.startWorker("worker2.log");
    cluster.awaitWorkers(2);

    var exit =
        CompletableFuture.supplyAsync(
            () ->
                spark(
                    manifest,
                    "--master=" + cluster.master(),
                    "--part-tracks=2",
                    "--conf=spark.driver.host=127.0.0.1",
                    "--conf=spark.driver.bindAddress=127.0.0.1",
                    "--conf=spark.executor.memory=512m"));
    Path job = folder.resolve("out/job");
    while (records(job) < 3 && !exit.isDone()) {
      Thread.sleep(10);
    }
    StandaloneCluster.kill(first);
    int before = records(job);
    assertEquals(0, exit.get(), () -> stdout + stderr);
    assertTrue(before < 40, before + " parts were there when the worker was killed");
    assertTrue(stdout.contains("of 80 tracks in 40 parts"), stdout);
    var tracks = new TreeSet<String>();
    int rows = 0;
    for (String part : parts(folder.resolve("out"))) {
      if (part.endsWith(".csv")) {
        for (String row : Files.readAllLines(folder.resolve("out").resolve(part))) {
          if (!row.startsWith("track,")) {
            assertTrue(tracks.add(row.split(",")[0] + " " + row.split(",")[1]), row);
            rows++;
          }
        }
      }
    }
    assertEquals(80 * 20, rows);
    assertSameParts(single(manifest, "2"));
  }

  private static int records(Path job) {
    if (!Files.isDirectory(job)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(job)) {
      return (int)
          files.filter(file -> file.getFileName().toString().matches("part-\\d+\\.json")).count();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
