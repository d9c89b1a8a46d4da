///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Tests what notebooks ask of a run and of plans, and how they show it
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../kit/SchemaTest.java
//SOURCES ../../lib/notebook/Html.java
//SOURCES ../../lib/notebook/KernelExtension.java
//SOURCES ../../lib/notebook/NotebookClasspath.java
//SOURCES ../../lib/notebook/PlanRuns.java
//SOURCES ../../lib/notebook/Run.java
//SOURCES ../../lib/notebook/Sound.java
//SOURCES ../../lib/notebook/Source.java
//SOURCES ../../lib/notebook/TableCharts.java
//SOURCES ../../lib/notebook/TableFormat.java
//SOURCES ../../lib/figures/Chart.java
//SOURCES ../../lib/figures/Charts.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.notebook.Html;
import genrelab.notebook.KernelExtension;
import genrelab.notebook.PlanRuns;
import genrelab.notebook.Run;
import genrelab.notebook.Sound;
import genrelab.notebook.Source;
import genrelab.notebook.TableCharts;
import genrelab.notebook.TableFormat;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A run's and plans' answers as tables, charts and sounds, most of them of GTZAN's committed run.
 */
class RunTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  private static final Path GTZAN = HOME.resolve("data/results/gtzan");

  @TempDir static Path folder;

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void aMissingResultIsOneLineWithItsCommand() {
    Run empty = Run.open("data/runs/no-such-run");
    assertEquals(
        "<p>tsne.json is missing here; this makes it: environment/jbang tsne --features "
            + "data/runs/no-such-run/mfcc-kmeans.json --out data/runs/no-such-run/tsne.json "
            + "--seed 1</p>",
        Html.of(empty.tsne()));
    for (Object value :
        List.of(
            empty.accuracy(),
            empty.metrics(),
            empty.report("cnn"),
            empty.history("cnn"),
            empty.lastAndBest("cnn"),
            empty.predictions("cnn"),
            empty.mistakes("cnn"),
            empty.confusions("cnn", "lstm"),
            empty.architecture("cnn"),
            empty.compare("cnn", "lstm"),
            empty.curves("cnn"),
            empty.confusion("cnn"),
            empty.besidePaper().classReport("cnn"),
            empty.besidePaper().recalls("cnn"))) {
      String html = Html.of(value);
      assertTrue(html.matches("<p>.*environment/jbang cnn --features [^<]*</p>"), html);
    }
    for (Object value :
        List.of(
            empty.clusters(),
            empty.clusterPurity(),
            empty.clusterGenres(),
            empty.clusterScores(),
            empty.clusterSweep())) {
      assertTrue(Html.of(value).contains("environment/jbang kmeans"), Html.of(value));
    }
    for (Object value : List.of(empty.segments(), empty.genres(), empty.segment("rock", 1))) {
      assertTrue(Html.of(value).contains("environment/jbang segment"), Html.of(value));
    }
    assertTrue(Html.of(empty).contains("environment/jbang study"), Html.of(empty));
    assertEquals("<p>a &lt;b&gt; is missing</p>", Html.of(new Stage.Failure("a <b> is missing")));
  }

  @Test
  void tablesAreHtmlInAnyLocale() {
    Table table =
        Table.create(
            "A & B",
            StringColumn.create("genre <b>", "R&B", "", "<script>alert(1)</script>"),
            DoubleColumn.create("share", -0.1234, Double.NaN, 0),
            DoubleColumn.create("plain", 1234.5678, 2, 3),
            DoubleColumn.create("whole", 1234, 2, 3));
    String html = Html.of(TableFormat.percent(table, "share", "no such column"));
    assertTrue(html.contains("A &amp; B") && html.contains("genre &lt;b&gt;"), html);
    assertTrue(html.contains(">R&amp;B</td>") && html.contains(">\u221212.34 %</td>"), html);
    assertTrue(html.contains(">&lt;script&gt;alert(1)&lt;/script&gt;</td>"), html);
    assertFalse(html.contains("<script"), html);
    assertTrue(html.contains(">1234.6</td>") && html.contains(">1234</td>"), html);
    assertEquals(2, count(html, ">–</td>"), html);
  }

  @Test
  void ofALongTableTheFirstRowsAreShown() {
    Run run = Run.open("" + GTZAN);
    Table all = run.predictions("cnn");
    String html = Html.of(all);
    assertEquals(Html.ROWS, count(html, "<tr><td"));
    assertTrue(html.endsWith("<p>The first 20 of 2,497 rows.</p>"), html);
    assertEquals(2497, all.rowCount());
    Table mistakes = run.mistakes("cnn");
    assertEquals(
        2497 - Math.round(2497 * testAccuracy("cnn")), mistakes.rowCount(), "the wrong ones");
    assertTrue(
        mistakes.doubleColumn("confidence").get(0) >= mistakes.doubleColumn("confidence").get(9));
    assertEquals(
        mistakes.rowCount(), (long) run.confusions("cnn").longColumn("count").sum(), "by pair");
  }

  @Test
  void comparisonsAreThoseOfTheStage() {
    Table table = Run.open("" + GTZAN).compare("cnn", "svm");
    assertEquals(
        List.of("level", "metric", "cnn", "svm", "difference", "low", "high", "p"),
        table.columnNames());
    assertEquals("segment", table.getString(0, "level"));
    assertEquals(-0.094, table.doubleColumn("difference").get(0), 0.001, "as README.md has it");
    assertEquals(-0.115, table.doubleColumn("low").get(0), 0.001);
    assertEquals(-0.072, table.doubleColumn("high").get(0), 0.001);
  }

  @Test
  void theKernelFindsTheExtensionAndShowsValues() {
    assertTrue(
        ServiceLoader.load(Extension.class).stream()
            .anyMatch(found -> found.type() == KernelExtension.class));
    var renderer = new Renderer();
    KernelExtension.register(renderer);
    Run run = Run.open("" + GTZAN);
    for (Object value :
        List.of(
            run,
            run.accuracy(),
            new Sound("a", "", new float[22_050], 22_050),
            new Stage.Failure("no such file"),
            run.curves("none"))) {
      assertEquals(Html.of(value), renderer.render(value).getData(MIMEType.TEXT_HTML));
    }
    for (Object value :
        List.of(
            run.curves("cnn"),
            run.tsne(),
            TableCharts.bars(run.report("cnn").first(10), "class", "f1"))) {
      assertTrue(("" + renderer.render(value).getData(MIMEType.IMAGE_PNG)).startsWith("iVBOR"));
    }
    var code = renderer.render(Source.method("scripts/Cnn.java", "network"));
    String shown = "" + code.getData(MIMEType.TEXT_HTML);
    assertTrue(shown.contains(">/** The network"), shown);
    assertTrue(shown.contains(">&quot;norm2&quot;</span>, 64, 2, 2)") && shown.endsWith("}</pre>"));
  }

  @Test
  void aPlayerHoldsAShortWav() {
    float[] minute = new float[60 * 44_100];
    minute[0] = 2; // clipped
    String html = Html.of(new Sound("a \"<b>\"", "", minute, 44_100));
    assertTrue(html.contains("The first 10 of 60 s."), html.substring(html.length() - 200));
    assertTrue(html.contains("alt=\"a &quot;&lt;b&gt;&quot;\""));
    String data =
        html.replaceFirst("(?s).*data:audio/wav;base64,", "").replaceFirst("(?s)\".*", "");
    byte[] wav = Base64.getDecoder().decode(data);
    assertEquals(44 + 2 * 10 * 22_050, wav.length);
    assertEquals("RIFF", new String(wav, 0, 4, StandardCharsets.US_ASCII));
  }

  @Test
  void scoresOfAGenreWithoutTestSegmentsAreUnknown() throws IOException {
    Path run = Files.createDirectories(folder.resolve("no segments of polka/cnn"));
    Store.writeRows(
        run.resolve("report.json"),
        List.of(
            new Rows.ClassReport("cnn", 1, 0, "polka", 0, 0, 0, 0),
            new Rows.ClassReport("cnn", 1, 0, "waltz", 0.5, 0.5, 0.5, 4)));
    Table report = Run.open("" + run.getParent()).report("cnn");
    assertTrue(report.doubleColumn("f1").isMissing(0));
    String html = Html.of(report);
    assertEquals(3, count(html, ">–</td>"), html);
    assertTrue(html.contains(">0.5000</td>"), html);
  }

  @Test
  void textsOfPlansAreEscapedWhereTheyBecomeHtml() throws IOException {
    assertEquals("a &lt;b&gt; &amp; c &quot;", Html.escape("a <b> & c \""));
    PlanRuns plans = PlanRuns.open();
    assertTrue(plans.names().contains("leakage"), "" + plans.names());
    Table list = plans.list();
    list.stringColumn("question").set(0, "<script>alert(1)</script>");
    assertFalse(Html.of(list).contains("<script"), Html.of(list));
    Table accuracies = plans.accuracies("leakage");
    assertTrue(accuracies.name().startsWith("Plan leakage: "), accuracies.name());
    accuracies.setName("<script>");
    assertTrue(Html.of(accuracies).startsWith("<div>&lt;script&gt;</div>"));
    assertTrue(
        plans.accuracies("no-such").name().endsWith("environment/jbang study --plan no-such"));
  }

  @Test
  void onOtherGenresTitlesHaveNoNumbersOfThePaper() throws IOException {
    Path folder = Files.createDirectories(RunTest.folder.resolve("few rows/cnn")).getParent();
    Store.writeRows(
        folder.resolve("clusters.json"), List.of(new Rows.Cluster(0, "samba", 4, 1.0, 1.0)));
    Store.writeRows(
        folder.resolve("tsne.json"),
        IntStream.range(0, 9)
            .mapToObj(i -> new Rows.Point(i, i % 2, "samba", 0, "samba.00000", i))
            .toList());
    Store.writeRows(
        folder.resolve("cnn/history.json"),
        IntStream.range(1, 4)
            .mapToObj(i -> new Rows.Epoch("cnn", 1, 0, i, 1.0 / i, 0.5, 1.0, 0.5, 1))
            .toList());
    Store.writeRows(
        folder.resolve("cnn/predictions.json"),
        List.of(
            new Rows.Prediction(
                "cnn", 1, 0, "samba.00000", 0, "samba", "samba", new float[] {1, 0})));
    Run run = Run.open("" + folder);
    assertFalse(run.withPaper());
    Files.createDirectories(folder.resolve("embedding"));
    Files.copy(folder.resolve("tsne.json"), folder.resolve("embedding/tsne.json"));
    assertEquals("t-SNE of a network's embeddings, by genre", run.learnt().by("genre").getTitle());
    assertEquals("CNN: accuracy, split by unknown", run.curves("cnn").getTitle());
    assertEquals("CNN: loss, split by unknown", run.curves("cnn", "loss").getTitle());
    assertEquals("CNN: confusion matrix, split by unknown", run.confusion("cnn").getTitle());
    assertEquals("t-SNE of the segments, by genre", run.tsne().by("genre").getTitle());

    Run gtzan = Run.open("" + GTZAN);
    assertEquals("Figure 4. CNN: accuracy, split by segment", gtzan.curves("cnn").getTitle());
    assertEquals(
        "Figure 7. LSTM on GTZAN: confusion matrix, split by segment",
        gtzan.named("GTZAN").confusion("lstm").getTitle());
    assertEquals("Figure 1. t-SNE of the segments, by genre", gtzan.tsne().by("genre").getTitle());
  }

  @Test
  void realResultsAreNotMarkedAsSynthetic() {
    Run real = Run.open("" + GTZAN);
    assertFalse(real.isSynthetic());
    assertFalse(Html.of(real).contains("SYNTHETIC"));
    assertEquals(List.of("svm", "cnn", "lstm", "cnn-kmeans", "lstm-kmeans"), real.networks());
    Chart curves = real.curves("cnn");
    assertEquals(
        "split by segment, seed 1, n = 5,994 training and 1,499 validation segments",
        curves.subtitle());
    assertTrue(Charts.image(curves).getWidth() > 800);
  }

  @Test
  void resultsOfRealMusicAreAsTheirSchemasSay() throws IOException {
    var kinds = new TreeMap<String, String>();
    for (String kind : List.of("split", "clusters", "clustering", "tsne")) {
      kinds.put(kind, kind);
    }
    kinds.put("split-kmeans", "split");
    for (String network : List.of("cnn", "lstm", "cnn-kmeans", "lstm-kmeans")) {
      for (String kind :
          List.of("history", "predictions", "metrics", "report", "confusion", "run")) {
        kinds.put(network + "/" + kind, kind);
      }
    }
    for (var file : kinds.entrySet()) {
      assertEquals(List.of(), SchemaTest.violations(gtzan(file.getKey()), file.getValue()));
    }
    for (String network : List.of("cnn", "lstm")) {
      List<Rows.Prediction> rows =
          Store.readRows(gtzan(network + "/predictions"), Rows.Prediction.class);
      double right =
          rows.stream().filter(row -> row.truth().equals(row.predicted())).count()
              / (double) rows.size();
      assertEquals(right, testAccuracy(network), 1e-9, network);
    }
    try (Stream<Path> files = Files.walk(GTZAN)) {
      assertTrue(
          files.noneMatch(file -> file.toString().matches(".*(mfcc|logmel|\\.wav|\\.au|model).*")),
          "neither audio nor features nor models");
    }
  }

  private static double testAccuracy(String network) {
    Table accuracy = Run.open("" + GTZAN).accuracy();
    return accuracy
        .where(
            accuracy
                .stringColumn("network")
                .isEqualTo(network)
                .and(accuracy.stringColumn("level").isEqualTo("segment")))
        .doubleColumn("accuracy")
        .get(0);
  }

  private static Path gtzan(String name) {
    Path plain = GTZAN.resolve(name + ".json");
    return Files.exists(plain) ? plain : GTZAN.resolve(name + ".json.gz");
  }
}
