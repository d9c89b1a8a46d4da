///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the steps of a run: what is recorded of them, what starts them, when they run again.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/study/KitLocation.java
//SOURCES ../../lib/study/StageArguments.java
//SOURCES ../../lib/study/StageSteps.java
//SOURCES ../../lib/study/Step.java
//SOURCES ../../lib/study/StepRunner.java
//SOURCES ../../lib/networks/NetworkCatalog.java
//SOURCES ../../lib/results/Paper.java
//SOURCES ../../lib/study/AccuracyTable.java
//RUNTIME_OPTIONS -Xmx256m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.NetworkCatalog;
import genrelab.results.Paper;
import genrelab.results.Rows;
import genrelab.study.AccuracyTable;
import genrelab.study.KitLocation;
import genrelab.study.StageArguments;
import genrelab.study.StageSteps;
import genrelab.study.Step;
import genrelab.study.StepRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepsTest {
  private static final String HOME = System.getenv("GENRELAB_HOME");

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  // ---- what is recorded

  @Test
  void onlyFilesAreMadePortable() throws IOException {
    Path lists = file("a/train.txt", "");
    Path more = file("a/test.txt", "");
    var options = new LinkedHashMap<String, String>();
    options.put("ratios", "/60:15:25");
    options.put("pitch", "-2:2");
    options.put("lists", lists + "," + more);
    List<String> recorded =
        StageArguments.NONE
            .with("--features", folder.resolve("mfcc.json"))
            .with(options)
            .with("--name", "/no/file")
            .portable(path -> Path.of(path).getFileName().toString());
    assertEquals(
        List.of(
            "--features",
            "mfcc.json",
            "--ratios",
            "/60:15:25",
            "--pitch=-2:2",
            "--lists",
            "train.txt,test.txt",
            "--name",
            "/no/file"),
        recorded);
  }

  private Step copy(Path... inputs) {
    return new Step(
        Step.COPY,
        Step.COPY,
        null,
        StageArguments.NONE,
        List.of(inputs),
        List.of(folder.resolve("run/list.txt")),
        1);
  }

  @Test
  void filesOfOneNameAreTakenApart() throws IOException {
    Path a = file("a/list.txt", "one");
    Path b = file("b/list.txt", "two");
    Path inside = file("run/b/list.txt", "three"); // of the name that b would have
    Map<Path, String> labels = StepRunner.labels(copy(a, b, inside), folder.resolve("run"));
    assertEquals("a/list.txt", labels.get(a)); // the output is list.txt
    assertEquals(folder.getFileName() + "/b/list.txt", labels.get(b));
    assertEquals("b/list.txt", labels.get(inside));
  }

  private String run(Step step) {
    var text = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
    try {
      new StepRunner(KitLocation.at(HOME), folder.resolve("run")).run(step);
    } finally {
      System.setOut(console);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** The report, the last step, shows the record: the demo corpus of an earlier run, for one. */
  @Test
  void stepsOfEarlierRunsCanBeForgottenBeforeTheLast() throws IOException {
    Path list = file("a/list.txt", "one");
    Step step = copy(list);
    Path run = folder.resolve("run");
    Step earlier =
        new Step("demo", Step.COPY, null, step.arguments(), step.inputs(), step.outputs(), 1);
    run(earlier);
    var runner = new StepRunner(KitLocation.at(HOME), run);
    runner.forgetOthers();
    runner.run(step);
    List<Rows.StageRecord> record = Store.readRows(run.resolve("run.json"), Rows.StageRecord.class);
    assertEquals(List.of("features"), record.stream().map(Rows.StageRecord::stage).toList());
  }

  @Test
  void aChangeOfEitherOfTwoFilesOfOneNameIsSeen() throws IOException {
    Path a = file("a/list.txt", "one");
    Path b = file("b/list.txt", "two");
    run(copy(a, b));
    assertEquals("== features: up to date\n", run(copy(a, b)));
    file("a/list.txt", "three");
    assertEquals("== features \n", run(copy(a, b)));
    file("b/list.txt", "four");
    assertEquals("== features \n", run(copy(a, b)));
    assertEquals("== features: up to date\n", run(copy(a, b)));
    Rows.StageRecord record =
        Store.readRows(folder.resolve("run/run.json"), Rows.StageRecord.class).get(0);
    assertEquals(2, record.inputs().size());
  }

  // ---- what starts a stage

  private Path kit() throws IOException {
    file(
        "a kit/jbang-catalog.json",
        """
        {"aliases": {"tsne": {"script-ref": "code/Plane.java"}}}
        """);
    file("a kit/code/Plane.java", "//SOURCES lib/Part.java\n//FILES words=data/words.txt\n");
    file("a kit/code/lib/Part.java", "//SOURCES ../Plane.java\n");
    file("a kit/code/data/words.txt", "words");
    return folder.resolve("a kit");
  }

  private final Step tsne =
      new StageSteps(7).tsne(Path.of("/in/mfcc.json"), Path.of("/out/tsne.json"));

  @Test
  void aKitElsewhereRunsItsOwnScripts() throws IOException {
    Path kit = kit();
    String script = kit.resolve("code/Plane.java").toString();
    List<String> options =
        List.of("--features", "/in/mfcc.json", "--out", "/out/tsne.json", "--seed", "7");
    var expected = new ArrayList<>(List.of("/other/environment/jbang", "run", script));
    expected.addAll(options);
    assertEquals(
        expected,
        KitLocation.at(kit.toString()).command(tsne, "/other/environment/jbang", List.of()));
    expected.set(0, "jbang");
    expected.add(1, "--quiet");
    expected.add("--quiet");
    assertEquals(expected, KitLocation.at(kit.toString()).command(tsne, null, List.of("--quiet")));
  }

  @Test
  void aKitOnTheWebRunsItsAliases() {
    String url = "https://example.org/kit/jbang-catalog.json";
    assertEquals(
        List.of("jbang", "run", "tsne@" + url),
        KitLocation.at(url).command(tsne, null, List.of()).subList(0, 3));
  }

  /** A plan that comes with the kit may name a network's script of it. */
  @Test
  void aScriptWithoutARootIsTheKits() throws IOException {
    Step step =
        new StageSteps(1)
            .network(
                "plane",
                "plane",
                Path.of("code/Plane.java"),
                Path.of("/in/mfcc.json"),
                Path.of("/in/split.json"),
                Path.of("/out"),
                Map.of());
    Path kit = kit();
    assertEquals(
        kit.resolve("code/Plane.java").toString(),
        KitLocation.at(kit.toString()).command(step, null, List.of()).get(2));
    assertEquals(64, KitLocation.at(kit.toString()).checksum(step).length());
    assertEquals(
        "https://example.org/kit/code/Plane.java",
        KitLocation.at("https://example.org/kit/jbang-catalog.json")
            .command(step, null, List.of())
            .get(2));
  }

  @Test
  void noKitIsToldWithWhatToGive() {
    var failure = assertThrows(Stage.Failure.class, () -> KitLocation.at(folder.toString()));
    assertTrue(failure.getMessage().contains("as for study@URL"), failure.getMessage());
  }

  // ---- when its script has changed

  @Test
  void aChangeOfAnIncludedFileIsSeen() throws IOException {
    KitLocation kit = KitLocation.at(kit().toString());
    String before = kit.checksum(tsne);
    assertEquals(before, kit.checksum(tsne));
    file("a kit/code/data/words.txt", "other words");
    assertNotEquals(before, kit.checksum(tsne));
  }

  @Test
  void aChangeOfAKitOnTheWebIsSeen() throws IOException {
    Path kit = kit();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = kit.resolve(exchange.getRequestURI().getPath().substring(1));
          boolean there = Files.isRegularFile(file);
          exchange.sendResponseHeaders(there ? 200 : 404, there ? Files.size(file) : -1);
          if (there) {
            Files.copy(file, exchange.getResponseBody());
          }
          exchange.close();
        });
    server.start();
    try {
      String url =
          "http://%s:%d/jbang-catalog.json"
              .formatted(
                  server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
      String before = KitLocation.at(url).checksum(tsne);
      assertEquals(before, KitLocation.at(url).checksum(tsne));
      file("a kit/code/lib/Part.java", "//SOURCES ../Plane.java\n// changed\n");
      assertNotEquals(before, KitLocation.at(url).checksum(tsne));
      Files.delete(kit.resolve("code/lib/Part.java"));
      String unknown = KitLocation.at(url).checksum(tsne);
      assertTrue(unknown.startsWith("unknown at "), unknown);
      assertNotEquals(
          unknown, KitLocation.at(url).checksum(tsne), "it can't be told, so it runs again");
    } finally {
      server.stop(0);
    }
  }

  // ---- what is printed at the end

  private List<String> columns(List<String> genres) {
    return columns(genres, false);
  }

  private List<String> columns(List<String> genres, boolean withoutPaper) {
    Path run = folder.resolve("printed");
    var metrics = new ArrayList<Rows.Metric>();
    for (String level : List.of("segment", "track")) {
      metrics.add(new Rows.Metric("cnn", 1, 0, "track", level, "test_accuracy", 0.5, 0.4, 0.6));
    }
    metrics.add(new Rows.Metric("cnn", 1, 0, "track", "network", "epochs", 3, 3, 3));
    Store.writeRows(run.resolve("cnn/metrics.json"), metrics);
    var classes = new ArrayList<>(genres);
    classes.addAll(List.of("macro average", "weighted average"));
    Store.writeRows(
        run.resolve("cnn/report.json"),
        classes.stream()
            .map(name -> new Rows.ClassReport("cnn", 1, 0, name, 0.5, 0.5, 0.5, 9))
            .toList());
    List<NetworkCatalog.Entry> cnn = List.of(NetworkCatalog.of("cnn").orElseThrow());
    return AccuracyTable.of(run, cnn, false, withoutPaper).columnNames();
  }

  @Test
  void thePapersAccuracyIsLeftOutOnRequest() {
    assertEquals(
        List.of("network", "epochs", "segments", "tracks", "split by"),
        columns(List.copyOf(Paper.GENRES), true));
  }

  @Test
  void thePapersAccuracyStandsBesideGtzansGenresAlone() {
    assertEquals(
        List.of(
            "network", "epochs", "paper, segments", "ours, segments", "ours, tracks", "split by"),
        columns(List.copyOf(Paper.GENRES)));
    assertEquals(
        List.of("network", "epochs", "segments", "tracks", "split by"),
        columns(List.of("blues", "Gqom", "jazz", "rock")));
  }
}
