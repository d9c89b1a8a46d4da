///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the report's page: whole, self-contained, the same bytes again, without the paper.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../explore/Browser.java
//SOURCES ReportRun.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.*;

import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ReportPageTest extends ReportRun {
  @Test
  void pageIsWellFormedWholeAndSelfContained() throws Exception {
    byte[] page = Files.readAllBytes(synthetic().resolve("index.html"));
    Document html = xml(page);
    assertEquals(20, html.getElementsByTagName("figure").getLength());
    String text = new String(page, StandardCharsets.UTF_8);
    assertTrue(page.length <= 5_000_000, page.length + " bytes");
    assertFalse(text.contains("${"), "a template's gap");
    assertFalse(text.matches("(?s).*(src|href)=\"https?:.*"), "something from elsewhere");
    assertTrue(text.contains("no &lt;RIFF&gt; &amp; no data"), "the skipped track, escaped");
    for (String expected :
        List.of(
            "77.09",
            "42.09",
            "20 test tracks also have segments in training",
            "jazz.00054",
            "b".repeat(64),
            "2025-01-02T03:04:05Z",
            "1690 × 1",
            "14 standard errors")) {
      assertTrue(text.contains(expected), expected);
    }
    var ids = new ArrayList<String>();
    var elements = html.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      var id = elements.item(i).getAttributes().getNamedItem("id");
      if (id != null) {
        ids.add(id.getNodeValue());
      }
    }
    assertEquals(ids.stream().distinct().toList(), ids, "an id twice: figures would share clips");
    assertFalse(text.contains("What is missing"), "nothing is");
  }

  /** What a page says of itself once it is loaded, as an attribute that --dump-dom shows. */
  private static final String CHECK =
      """
      <script>
      addEventListener('load', () => {
        const images = [...document.images];
        const drawings = [...document.querySelectorAll('figure svg')];
        const told = {
          images: images.length,
          broken: images.filter(i => !i.complete || i.naturalWidth === 0).length,
          drawings: drawings.length,
          empty: drawings.filter(d => d.getBBox().width === 0).length,
          fetched: performance.getEntriesByType('resource')
              .filter(r => !r.name.startsWith('data:')).length,
          wide: document.documentElement.scrollWidth > innerWidth ? 1 : 0
        };
        document.documentElement.setAttribute('data-told', Object.entries(told)
            .map(([name, value]) => name + '=' + value).join(' '));
      });
      </script>
      """;

  @Test
  void chromiumShowsThePageWithoutErrors() throws Exception {
    String chromium = Browser.find().orElse(null);
    Assumptions.assumeTrue(
        chromium != null, "chromium is not installed (Debian's package chromium): not looked at");
    // the control: this check does see what is broken
    String broken =
        "<html><body><figure><img src='none.png'></figure><script>console.error('ouch')</script>"
            + CHECK
            + "</body></html>";
    String seen = open(chromium, broken, "broken");
    assertTrue(seen.contains("broken=1") && seen.contains("ouch"), seen);

    // many points, so that the page has an image beside its drawings
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    var random = new Random(2);
    var points = new ArrayList<Rows.Point>();
    for (int i = 0; i < 2_100; i++) {
      points.add(
          new Rows.Point(
              random.nextGaussian(),
              random.nextGaussian(),
              GENRES.get(i % 10),
              i % 7,
              track(i % 10, 0),
              i));
    }
    Store.writeRows(run.resolve("tsne.json"), points);
    assertEquals(0, report("--results", run.toString(), "--networks", "cnn").exit());
    String page = Files.readString(run.resolve("report/index.html"));
    String told = open(chromium, page.replace("</body>", CHECK + "</body>"), "page");
    assertEquals("images=2 broken=0 drawings=5 empty=0 fetched=0 wide=0", told.strip());
  }

  /** What the page says, and each line of its console. */
  private String open(String chromium, String html, String name) throws Exception {
    Path page = Files.writeString(temp.resolve(name + ".html"), html);
    Path out = temp.resolve(name + ".out");
    Path err = temp.resolve(name + ".err");
    Process process =
        new ProcessBuilder(
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-extensions",
                "--no-first-run",
                "--user-data-dir=" + temp.resolve("profile"),
                "--enable-logging=stderr",
                "--virtual-time-budget=5000",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      fail("chromium did not end within 90 s");
    }
    var told = Pattern.compile("data-told=\"([^\"]*)\"").matcher(Files.readString(out));
    assertTrue(told.find(), () -> "the page did not load: " + readQuietly(err));
    String console =
        Files.readAllLines(err).stream()
            .filter(line -> line.contains("CONSOLE"))
            .collect(Collectors.joining("\n"));
    return told.group(1) + "\n" + console;
  }

  private static String readQuietly(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException error) {
      return error.toString();
    }
  }

  @Test
  void leakIsToldOnlyWhereThereIsOne() throws Exception {
    String text = Files.readString(real().resolve("index.html"));
    assertFalse(text.contains("also have segments in training"));
    assertTrue(text.contains("split by track"));
  }

  @Test
  void sameInputSameBytes() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    for (String out : List.of("one", "two")) {
      String[] args = {
        "--results", run.toString(), "--out", temp.resolve(out).toString(), "--networks", "lstm"
      };
      assertEquals(0, report(args).exit());
    }
    Map<String, byte[]> one = contents(temp.resolve("one"));
    Map<String, byte[]> two = contents(temp.resolve("two"));
    assertEquals(one.keySet(), two.keySet());
    one.forEach((name, bytes) -> assertArrayEquals(bytes, two.get(name), name));
  }

  @Test
  void onlyTheNetworksAskedForAreReported() throws Exception {
    Path run = synthetic().getParent();
    Path out = temp.resolve("out");
    StageRun outcome =
        report("--results", run.toString(), "--out", out.toString(), "--networks", "lstm");
    assertEquals(0, outcome.exit(), outcome.stderr());
    String page = Files.readString(out.resolve("index.html"));
    assertTrue(page.contains("69.52") && page.contains("71.25"));
    assertFalse(Files.exists(out.resolve("tables/cnn-performance.csv")));
    assertTrue(Files.exists(out.resolve("tables/lstm-performance.csv")));
    String told = outcome.stdout();
    assertTrue(told.stripTrailing().endsWith(out.resolve("index.html").toString()), told);
  }

  @Test
  void whatAnEarlierReportMadeAndThisOneDoesNotIsRemoved() throws Exception {
    Path run = synthetic().getParent();
    Path out = temp.resolve("out");
    String[] first = {
      "--results", run.toString(), "--out", out.toString(), "--networks", "cnn,lstm"
    };
    assertEquals(0, report(first).exit());
    Path own = Files.writeString(out.resolve("figures/my-own.png"), "mine");
    assertTrue(Files.exists(out.resolve("figures/figure-4-cnn-loss-85mm.pdf")));
    assertTrue(Files.exists(out.resolve("tables/table-1-cnn-report.csv")));
    String[] again = {"--results", run.toString(), "--out", out.toString(), "--networks", "lstm"};
    assertEquals(0, report(again).exit());
    var left = contents(out).keySet();
    assertTrue(left.stream().noneMatch(name -> name.contains("cnn")), left.toString());
    assertTrue(left.contains("figures/figure-5-lstm-loss-85mm.pdf"));
    assertTrue(Files.exists(own), "somebody else's file");
  }

  /** Its links are no report's: what they name is somebody's work. */
  @Test
  void aPageThatIsNoReportIsLeftAloneWithAllItsFigures() throws Exception {
    Path run = synthetic().getParent();
    Path out = temp.resolve("site");
    Files.createDirectories(out.resolve("figures"));
    Path photo = Files.writeString(out.resolve("figures/photo.png"), "a photo");
    String page = "<h1>My thesis</h1><a href=\"figures/photo.png\">Figure 1</a>";
    Path index = Files.writeString(out.resolve("index.html"), page);
    StageRun outcome = report("--results", run.toString(), "--out", out.toString());
    assertEquals(1, outcome.exit());
    assertTrue(outcome.stderr().contains("index.html: there is a page already"), outcome.stderr());
    assertEquals("a photo", Files.readString(photo));
    assertEquals(page, Files.readString(index));
    assertEquals(2, contents(out).size(), "nothing is written");
  }

  /** One training's curves beside another's accuracy would look like one network. */
  @Test
  void filesOfTwoTrainingsInOneFolderAreRefused() throws Exception {
    for (String file : List.of("history.json", "predictions.json", "report.json")) {
      Path run = temp.resolve("of lstm in cnn " + file);
      writeRun(run, true, "segment");
      Files.copy(
          run.resolve("lstm").resolve(file),
          run.resolve("cnn").resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
      assertMixed(run, file + " is of lstm");
    }
    Path shorter = temp.resolve("shorter");
    writeRun(shorter, true, "segment");
    Path history = shorter.resolve("cnn/history.json");
    List<Rows.Epoch> epochs = Store.readRows(history, Rows.Epoch.class);
    Store.writeRows(history, epochs.subList(0, 5));
    assertMixed(shorter, "history.json has 5 epochs, metrics.json is of 8");
    Path other = temp.resolve("other");
    writeRun(other, true, "segment");
    Path metrics = other.resolve("cnn/metrics.json");
    var rows = new ArrayList<>(Store.readRows(metrics, Rows.Metric.class));
    exact(rows, "cnn", "segment", "segment", "test_ece", 0.0123);
    Store.writeRows(metrics, rows);
    assertMixed(other, "metrics.json is of other predictions than predictions.json");
  }

  private static void assertMixed(Path run, String why) {
    StageRun outcome = report("--results", run.toString());
    assertEquals(1, outcome.exit(), why);
    assertTrue(outcome.stderr().contains(why), outcome.stderr());
    assertFalse(Files.exists(run.resolve("report")), "nothing is written");
  }

  @Test
  void syntheticStandsInEveryFigureAndOnThePageAndOnlyThere() throws Exception {
    for (var file : contents(synthetic()).entrySet()) {
      if (!file.getKey().matches(".*\\.(png|pdf|csv)")) {
        String text = new String(file.getValue(), StandardCharsets.UTF_8);
        assertTrue(text.contains("SYNTHETIC demo corpus"), file.getKey());
      }
    }
    for (var file : contents(real()).entrySet()) {
      String text = new String(file.getValue(), StandardCharsets.ISO_8859_1);
      assertFalse(text.contains("SYNTHETIC"), file.getKey());
    }
    assertNotEquals(
        Store.sha256(synthetic().resolve("figures/figure-1-tsne-genre-85mm.png")),
        Store.sha256(real().resolve("figures/figure-1-tsne-genre-85mm.png")),
        "the mark is drawn, too");
  }

  @Test
  void theMapInTheBrowserIsNamedAndLinkedWhereItWasExported() throws Exception {
    Path run = temp.resolve("a run");
    writeRun(run, true, "segment");
    Path out = temp.resolve("elsewhere/report");
    String[] options = {
      "--results", run.toString(), "--out", out.toString(), "--networks", "cnn", "--no-paper"
    };
    assertEquals(0, report(options).exit());
    String page = Files.readString(out.resolve("index.html"));
    assertTrue(page.contains("environment/jbang explore --results "), page);
    assertFalse(page.contains("explore/index.html"), "no link to nothing");
    Files.createDirectories(run.resolve("explore"));
    Files.writeString(run.resolve("explore/index.html"), "the map");
    Files.writeString(run.resolve("explore/run.js"), "its run");
    assertEquals(0, report(options).exit());
    page = Files.readString(out.resolve("index.html"));
    assertTrue(page.contains("href=\"../../a%20run/explore/index.html\""), page);
  }

  @Test
  void thePaperIsLeftOutOnRequest() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    assertWithoutPaper(run, "--no-paper");
  }

  /** The paper's figures are GTZAN's: beside other genres they say nothing. */
  @Test
  void thePaperIsLeftOutBesideOtherGenres() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    List<Path> files;
    try (Stream<Path> all = Files.walk(run)) {
      files = all.filter(file -> file.toString().endsWith(".json")).toList();
    }
    for (Path file : files) {
      String text = Files.readString(file);
      for (int g = 0; g < GENRES.size(); g++) { // in the order of their names
        text = text.replace('"' + GENRES.get(g) + '"', "\"genre " + (char) ('a' + g) + '"');
      }
      Files.writeString(file, text);
    }
    assertWithoutPaper(run);
  }

  private void assertWithoutPaper(Path run, String... options) throws Exception {
    var arguments = new ArrayList<>(List.of("--results", run.toString()));
    arguments.addAll(List.of(options));
    StageRun outcome = report(arguments.toArray(String[]::new));
    assertEquals(0, outcome.exit(), outcome.stderr());
    String page = Files.readString(run.resolve("report/index.html"));
    for (String words :
        List.of("Mirsepassi", "Figure 1.", "Figure 4.", "Table 1.", "paper's and ours")) {
      assertFalse(page.contains(words), words);
    }
    assertEquals(
        List.of(),
        contents(run.resolve("report")).keySet().stream()
            .filter(name -> name.contains("figure-") || name.contains("table-"))
            .toList());
  }
}
