///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the report's tables: the paper's figures beside the run's, CSV, Markdown, LaTeX.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ReportRun.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/report/Tables.java
//SOURCES ../../lib/results/Paper.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.*;

import genrelab.kit.Store;
import genrelab.report.Tables;
import genrelab.results.Paper;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportTablesTest extends ReportRun {
  @Test
  void papersFiguresStandBesideOurs() throws Exception {
    Path tables = synthetic().resolve("tables");
    Path cnn = tables.resolve("cnn-performance.csv");
    assertEquals(
        List.of("Test accuracy", "%", "77.09", "71.25", "60.31", "80.17"),
        row(cnn, "Test accuracy"));
    assertEquals("92.74", row(cnn, "Validation accuracy").get(2));
    assertEquals("67.89", row(cnn, "Validation accuracy").get(3));
    assertEquals(
        List.of("Training time", "ms per step", "43", "250"),
        row(cnn, "Training time").subList(0, 4),
        "one second an epoch of four steps");
    Path lstm = tables.resolve("table-4-lstm-kmeans-performance.csv");
    assertEquals("42.09", row(lstm, "Test accuracy").get(2));
    assertEquals(List.of("153,930", "154,186"), row(lstm, "Trainable parameters").subList(2, 4));
    assertEquals(
        "65.19", row(tables.resolve("table-3-cnn-kmeans-performance.csv"), "Test accuracy").get(2));
    assertEquals("69.52", row(tables.resolve("lstm-performance.csv"), "Test accuracy").get(2));
  }

  @Test
  void classReportsHoldThePapersClassesAndOurs() throws Exception {
    Path tables = synthetic().resolve("tables");
    for (String name : List.of("cnn", "lstm")) {
      Paper.Network paper = Paper.of(name).orElseThrow();
      Path csv = tables.resolve("table-%d-%s-report.csv".formatted(paper.reportTable(), name));
      var classes = new ArrayList<>(GENRES);
      classes.addAll(AVERAGES);
      assertEquals(classes, column(csv, "Class"), "genres first, then averages");
      for (int g = 0; g < GENRES.size(); g++) {
        Paper.ClassScore score = paper.report().get(g);
        assertEquals(
            List.of(
                score.genre(),
                String.valueOf(score.samples()),
                "4",
                fixed(score.precision()),
                fixed(0.5 + g / 100.0),
                fixed(score.recall()),
                fixed(0.6 + g / 100.0),
                "0.5500"),
            row(csv, GENRES.get(g)));
      }
    }
    assertTrue(Files.exists(tables.resolve("cnn-kmeans-report.csv")));
  }

  /** Tables take some names for missing values, and some genres are called an average. */
  @Test
  void genresWithOddNamesKeepThemAndTheirPlaces() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    List<String> odd = List.of("NA", "below average", "null", "true");
    try (Stream<Path> all = Files.walk(run)) {
      for (Path file : all.filter(file -> file.toString().endsWith(".json")).toList()) {
        String text = Files.readString(file);
        for (int g = 0; g < GENRES.size(); g++) { // in the order of their names
          String name = g < odd.size() ? odd.get(g) : "z" + g;
          text = text.replace('"' + GENRES.get(g) + '"', '"' + name + '"');
        }
        Files.writeString(file, text);
      }
    }
    StageRun outcome = report("--results", run.toString());
    assertEquals(0, outcome.exit(), outcome.stderr());
    var classes = new ArrayList<>(odd);
    IntStream.range(odd.size(), GENRES.size()).forEach(g -> classes.add("z" + g));
    classes.addAll(AVERAGES);
    Path tables = run.resolve("report/tables");
    assertEquals(classes, column(tables.resolve("cnn-report.csv"), "Class"));
    assertEquals("0.5100", row(tables.resolve("cnn-report.csv"), "below average").get(2));
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Test
  void papersTablesAddUp() {
    for (String name : List.of("cnn", "lstm")) {
      Paper.Network paper = Paper.of(name).orElseThrow();
      int samples = paper.report().stream().mapToInt(Paper.ClassScore::samples).sum();
      assertEquals(Paper.TEST_SEGMENTS, samples, name);
      double right = paper.report().stream().mapToDouble(c -> c.samples() * c.recall()).sum();
      assertEquals(paper.testAccuracy(), right / samples, 5e-5, name + ": its recalls' mean");
    }
  }

  @Test
  void purityStandsBesideThePapers() throws Exception {
    Path tables = synthetic().resolve("tables");
    assertEquals(
        List.of("classical", "6", "92", "1", "100.0"),
        row(tables.resolve("cluster-purity.csv"), "classical"));
    assertEquals(
        List.of("1", "12", "classical", "100.0"),
        row(tables.resolve("clusters.csv"), "1").subList(0, 4));
    String caption = Files.readString(tables.resolve("clusters.md"));
    assertTrue(caption.contains("77.5 % of 120 segments"), caption);
    assertEquals(
        List.of("kmeans", "10", "0", "4,322", "0.1234", "0.7750"),
        row(tables.resolve("clustering.csv"), "kmeans").subList(0, 6));
  }

  @Test
  void latexAndMarkdownHoldTheSameCells() throws Exception {
    Path tables = synthetic().resolve("tables");
    String tex = Files.readString(tables.resolve("table-1-cnn-report.tex"));
    assertTrue(tex.contains("\\toprule") && tex.contains("\\bottomrule"), tex);
    assertTrue(
        tex.contains("blues & 234 & 4 & 0.8077 & 0.5000 & 0.8077 & 0.6000 & 0.5500 \\\\"), tex);
    String md = Files.readString(tables.resolve("table-1-cnn-report.md"));
    assertTrue(md.contains("| blues | 234 | 4 | 0.8077 | 0.5000 | 0.8077 | 0.6000 | 0.5500 |"), md);
    String accuracy = Files.readString(tables.resolve("accuracy.tex"));
    assertFalse(accuracy.replace("\\%", "").replace("% \\use", "").contains("%"), accuracy);
  }

  @Test
  void experimentsOfAPlanAreOneTable() throws Exception {
    Path run = Files.createDirectory(temp.resolve("plan"));
    var rows = new ArrayList<Rows.Experiment>();
    for (long seed = 1; seed <= 2; seed++) {
      for (String metric : List.of("validation_accuracy", "test_accuracy")) {
        double value = 0.7 + 0.02 * (seed - 1);
        rows.add(
            new Rows.Experiment(
                "inputs",
                "cnn-one_hot",
                "cnn",
                "mfcc",
                "one-hot",
                "track",
                "none",
                "",
                seed,
                3,
                154_826,
                "segment",
                metric,
                value,
                value - 0.1,
                value + 0.1,
                false));
      }
      writeRows(run, "cnn-one_hot-seed" + seed);
    }
    Store.writeRows(run.resolve("experiments.json"), rows);
    StageRun outcome = report("--results", run.toString());
    assertEquals(0, outcome.exit(), outcome.stderr());
    Path tables = run.resolve("report/tables");
    assertEquals(
        List.of("cnn-one_hot", "CNN", "one-hot", "track", "154,826", "3", "2"),
        row(tables.resolve("experiments-inputs.csv"), "cnn-one_hot").subList(0, 7));
    String tex = Files.readString(tables.resolve("experiments-inputs.tex"));
    assertTrue(tex.contains("cnn-one\\_hot") && tex.contains("71.00 $\\pm$ 1.41"), tex);
    String page = Files.readString(run.resolve("report/index.html"));
    assertTrue(page.contains("71.00 ± 1.41"));
    assertTrue(
        Files.exists(run.resolve("report/figures/experiments-inputs-accuracy-85mm.pdf")),
        "the runs' intervals");
    assertTrue(page.contains("count other tracks and other seeds"), "how sure it is");
    assertFalse(page.contains("id=\"cnn-one_hot-seed1\""), "its trainings are no chapters");
    assertFalse(page.contains("The network lstm-kmeans"), "a plan's folder lacks none");
  }

  private static void writeRows(Path run, String network) {
    Store.writeRows(
        run.resolve(network).resolve("history.json"),
        List.of(new Rows.Epoch("cnn", 1, 0, 1, 2, 0.3, 2, 0.3, 1)));
  }

  @Test
  void latexShowsEveryCharacter() {
    assertEquals(
        "50\\% \\& \\$1 \\#2 a\\_b \\{c\\} \\textasciitilde{} \\textasciicircum{}"
            + " \\textbackslash{} \\textless{}d\\textgreater{}",
        caption("50% & $1 #2 a_b {c} ~ ^ \\ <d>"));
    assertEquals(
        "130 $\\times$ 13 $\\pm$ 2, \\mbox{-{}-}seed=1", caption("130 × 13 ± 2, --seed=1"));
    assertEquals(
        "Musik \\unicodetext{日本}{U+65E5 U+672C} \\unicodetext{🎸}{U+1F3B8} é",
        caption("Musik 日本 🎸\uFE0F e\u0301"));
    var table = Tables.texts("a|b", "n");
    Tables.append(table, "[x]", "1.5");
    Tables.append(table, "x|y", "");
    var sheet = Tables.sheet("t", "50 %", table);
    assertTrue(Tables.latex(sheet).contains("{}[x] & 1.5"), "no distance after the row before");
    assertTrue(Tables.latex(sheet).contains("\\begin{tabular}{@{}lr@{}}"));
    assertTrue(Tables.markdown(sheet).contains("| x\\|y | – |"), Tables.markdown(sheet));
  }

  /** A caption as LaTeX has it, the plain text between two braces. */
  private static String caption(String text) {
    String tex = Tables.latex(Tables.sheet("t", text, Tables.texts("a")));
    return tex.substring(tex.indexOf("\\caption{") + 9, tex.indexOf("}\\label{"));
  }

  @Test
  void severalSeedsAreAveragedAndHaveNoInterval() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    Path file = run.resolve("lstm/metrics.json");
    var metrics = new ArrayList<>(Store.readRows(file, Rows.Metric.class));
    metrics.add(
        new Rows.Metric("lstm", 2, 0, "segment", "segment", "test_accuracy", 0.8125, 0.7, 0.9));
    Store.writeRows(file, metrics);
    assertEquals(0, report("--results", run.toString(), "--networks", "lstm").exit());
    assertEquals(
        List.of("69.52", "76.25", "", ""),
        row(run.resolve("report/tables/lstm-performance.csv"), "Test accuracy").subList(2, 6));
    String page = Files.readString(run.resolve("report/index.html"));
    assertTrue(page.contains("LSTM: means over 2 trainings (seeds 1, 2)"));
  }
}
