///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the whole study, end to end, on a tiny synthetic corpus
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../kit/SchemaTest.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Part.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One run of the study, then what a second, a changed and a broken one do to it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StudyTest {
  /** The space is meant: paths with one must work. */
  @TempDir static Path folder;

  private static Path corpus;
  private static Path out;
  private static Result first;

  private record Result(int exit, String text) {}

  @BeforeAll
  static void runOnce() throws Exception {
    corpus = folder.resolve("a corpus");
    out = folder.resolve("a run");
    Result demo = jbang("demo", "--out", "" + corpus, "--tracks", "5", "--seconds", "9");
    assertEquals(0, demo.exit(), demo.text());
    Path whole = corpus.resolve("blues/blues.00000.wav");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(corpus.resolve("blues/blues.00005.wav"), Arrays.copyOf(bytes, bytes.length / 2));
    first = study("--networks", "cnn,lstm,cnn-kmeans");
  }

  private static Result study(String... more) throws Exception {
    var args =
        new ArrayList<>(List.of("study", "--quick", "--corpus", "" + corpus, "--out", "" + out));
    if (!List.of(more).contains("--epochs")) {
      args.addAll(List.of("--epochs", "2"));
    }
    args.addAll(List.of(more));
    return jbang(args.toArray(String[]::new));
  }

  private static Result jbang(String... args) throws Exception {
    var command = new ArrayList<>(List.of(System.getenv("GENRELAB_JBANG")));
    command.addAll(List.of(args));
    Process run =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    run.getOutputStream().close();
    String text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(run.waitFor(), text);
  }

  @Test
  @Order(1)
  void writesEveryFileAsItsSchemaSays() {
    assertEquals(0, first.exit(), first.text());
    var files = new TreeMap<String, String>();
    files.put("segments.json", "segments");
    files.put("verify.json", "verify");
    files.put("mfcc.json", "features");
    files.put("mfcc-kmeans.json", "features");
    files.put("clusters.json", "clusters");
    files.put("split.json", "split");
    files.put("split-kmeans.json", "split");
    files.put("tsne.json", "tsne");
    files.put("embedding/embedding.json", "features");
    files.put("embedding/clustering.json", "clustering");
    files.put("embedding/tsne.json", "tsne");
    files.put("run.json", "run");
    for (String network : List.of("cnn", "lstm", "cnn-kmeans")) {
      for (String kind : List.of("history", "predictions", "metrics", "report", "run")) {
        files.put(network + "/" + kind + ".json", kind);
      }
      assertTrue(Files.exists(out.resolve(network).resolve("model.zip")));
    }
    files.forEach(
        (file, schema) ->
            assertEquals(List.of(), SchemaTest.violations(out.resolve(file), schema)));
  }

  @Test
  @Order(1)
  void endsWithTheAccuracyTableAndTheReportsPath() {
    assertTrue(first.text().contains("77.09 %"), first.text());
    assertFalse(first.text().contains("left out"), "--networks says what is trained");
    assertTrue(
        first.text().stripTrailing().endsWith(out.resolve("report/index.html").toString()),
        first.text());
  }

  @Test
  @Order(1)
  void theTruncatedTrackIsSkippedAndListed() throws IOException {
    List<Rows.Segment> segments = Store.readRows(out.resolve("segments.json"), Rows.Segment.class);
    assertEquals(10 * 5 * 3, segments.size());
    assertTrue(segments.stream().noneMatch(row -> row.track().equals("blues.00005")));
    assertTrue(first.text().contains("1 skipped"), first.text());
    assertTrue(html().contains("blues.00005"), "the report does not list the skipped track");
  }

  @Test
  @Order(1)
  void syntheticIsSaidInTheReportAndOnEachFigure() throws IOException {
    assertTrue(html().toLowerCase().contains("synthetic"));
    try (Stream<Path> figures = Files.list(out.resolve("report/figures"))) {
      List<Path> drawings =
          figures.filter(file -> file.toString().endsWith(".svg")).sorted().toList();
      assertFalse(drawings.isEmpty());
      for (Path drawing : drawings) {
        assertTrue(Files.readString(drawing).contains("SYNTHETIC"), drawing.toString());
      }
    }
  }

  @Test
  @Order(1)
  void whatTheCnnHasLearntStandsBesideTheMfccs() throws IOException {
    assertTrue(Files.exists(out.resolve("report/figures/tsne-embedding-170mm.svg")));
    assertTrue(html().contains("t-SNE of cnn's embeddings"), "the report lacks its figure");
    List<Rows.Point> points = Store.readRows(out.resolve("embedding/tsne.json"), Rows.Point.class);
    long tested =
        Store.readRows(out.resolve("split.json"), Rows.SplitRow.class).stream()
            .filter(row -> row.part() == Part.test)
            .count();
    assertEquals(tested, points.size());
  }

  @Test
  @Order(2)
  void aSecondRunFindsEverythingUpToDate() throws Exception {
    Map<String, String> before = contents();
    Result second = study("--networks", "cnn,lstm,cnn-kmeans");
    assertEquals(0, second.exit(), second.text());
    List<String> stages = second.text().lines().filter(line -> line.startsWith("== ")).toList();
    assertEquals(14, stages.size(), second.text());
    assertTrue(stages.stream().allMatch(line -> line.endsWith(": up to date")), second.text());
    assertEquals(before, contents());
  }

  @Test
  @Order(3)
  void onlyWhatAChangeReachesRunsAgain() throws Exception {
    Files.delete(out.resolve("tsne.json"));
    Result again = study("--networks", "cnn");
    assertEquals(0, again.exit(), again.text());
    List<String> ran =
        again
            .text()
            .lines()
            .filter(line -> line.startsWith("== ") && !line.endsWith(": up to date"))
            .map(line -> line.split(" ")[1])
            .toList();
    assertEquals(List.of("tsne", "report"), ran, again.text());
  }

  private static List<String> optionsOf(String stage) {
    return Store.readRows(out.resolve("run.json"), Rows.StageRecord.class).stream()
        .filter(row -> row.stage().equals(stage))
        .findFirst()
        .orElseThrow()
        .options();
  }

  private static void assertOption(String stage, String option, String value) {
    List<String> options = optionsOf(stage);
    int at = options.indexOf(option);
    assertTrue(at >= 0 && options.get(at + 1).equals(value), stage + ": " + options);
  }

  @Test
  @Order(4)
  void networksTakeOptionsAndTracksAreStratifiedByGenre() throws Exception {
    assertFalse(optionsOf("split").contains("--stratify"), "segments are split as in the paper");
    assertOption("cnn", "--learning-rate", "0.001"); // of --quick
    Result run =
        study("--networks", "cnn", "--split-by", "track", "--", "--decay", "0.5", "--batch=16");
    assertEquals(0, run.exit(), run.text());
    assertOption("split", "--stratify", "genre");
    assertOption("cnn", "--decay", "0.5");
    assertOption("cnn", "--batch", "16");
    assertOption("cnn", "--scale", "standardise");
    Result unknown = study("--", "--units", "9");
    assertEquals(2, unknown.exit(), unknown.text());
    assertTrue(
        unknown.text().contains("there are --batch, --class-weights, --decay,"), unknown.text());
    assertEquals(2, study("--", "--decay", "often").exit());
    assertEquals(2, jbang("study", "--plan", "paper", "--", "--decay", "0.5").exit());
  }

  @Test
  @Order(4)
  void oneGenreIsRefusedAfterVerify() throws Exception {
    Path one = folder.resolve("one genre");
    Files.createDirectories(one.resolve("rock"));
    Files.copy(corpus.resolve("rock/rock.00000.wav"), one.resolve("rock/rock.00000.wav"));
    Result run = jbang("study", "--corpus", "" + one, "--out", folder.resolve("one run") + "");
    assertEquals(1, run.exit(), run.text());
    assertTrue(run.text().contains("all tracks are of one genre (rock)"), run.text());
    assertTrue(Files.exists(folder.resolve("one run/verify.json")));
    assertFalse(Files.exists(folder.resolve("one run/segments.json")));
  }

  @Test
  @Order(1)
  void noJvmWarns() {
    assertFalse(first.text().contains("WARNING: "), first.text());
  }

  @Test
  @Order(5)
  void aFailingStageStopsItAndKeepsWhatIsDone() throws Exception {
    Path twin = corpus.resolve("rock/blues.00000.wav");
    Files.copy(corpus.resolve("rock/rock.00000.wav"), twin);
    Map<String, String> before = contents();
    Result broken = study("--networks", "cnn");
    assertEquals(1, broken.exit(), broken.text());
    assertTrue(broken.text().contains("track id blues.00000 occurs twice"), broken.text());
    assertTrue(broken.text().contains("stage segment failed"), broken.text());
    Map<String, String> after = contents();
    for (String name : List.of("verify.json", "run.json")) {
      before.remove(name);
      after.remove(name);
    }
    assertEquals(before, after);
    Files.delete(twin);
  }

  @Test
  @Order(6)
  void badOptionsAreRefusedBeforeAnythingRuns() throws Exception {
    Result unknown = study("--networks", "cnn,gru");
    assertEquals(2, unknown.exit(), unknown.text());
    assertTrue(unknown.text().contains("'gru'"), unknown.text());
    Result inPlans = study("--networks", "cnn,compact");
    assertEquals(2, inPlans.exit(), inPlans.text());
    assertTrue(inPlans.text().contains("compact is trained by itself or in a plan"));
    assertEquals(2, study("--epochs", "0").exit());
    Path features = Files.writeString(folder.resolve("some.json"), "{}");
    String[] byArtist = {"study", "--features", "" + features, "--split-by", "artist"};
    Result artists = jbang(byArtist);
    assertEquals(2, artists.exit(), artists.text());
    assertTrue(artists.text().contains("needs --artists FILE"), artists.text());
    assertEquals(2, jbang("study", "--artists", "" + features).exit());
    Path corpusRun = Files.createDirectories(folder.resolve("of-a-corpus"));
    Files.writeString(corpusRun.resolve("segments.json"), "[]");
    Result mixed = jbang("study", "--features", "" + features, "--out", "" + corpusRun);
    assertEquals(1, mixed.exit(), mixed.text());
    assertTrue(mixed.text().contains("it is of an earlier study, of a corpus"), mixed.text());
    Result missing = jbang("study", "--corpus", folder + "/nowhere", "--out", folder + "/never");
    assertEquals(1, missing.exit(), missing.text());
    assertTrue(missing.text().contains("no such corpus folder"), missing.text());
  }

  private static String html() throws IOException {
    return Files.readString(out.resolve("report/index.html"));
  }

  private static Map<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(out.relativize(file).toString(), Store.sha256(file));
      }
    }
    return contents;
  }
}
