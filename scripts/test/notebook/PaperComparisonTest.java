///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Tests a run's tables and figures beside the paper's, as notebook 6 shows them
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/figures/Chart.java
//SOURCES ../../lib/figures/Charts.java
//SOURCES ../../lib/notebook/Html.java
//SOURCES ../../lib/notebook/PaperComparison.java
//SOURCES ../../lib/notebook/Run.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.kit.Store;
import genrelab.notebook.Html;
import genrelab.notebook.PaperComparison;
import genrelab.notebook.Run;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperComparisonTest {
  private static final Path RESULTS = Path.of(System.getenv("GENRELAB_HOME"), "data/results");

  @TempDir Path folder;

  private static PaperComparison gtzan() {
    return open("GTZAN", RESULTS.resolve("gtzan"));
  }

  private static PaperComparison open(String name, Path run) {
    return Run.open("" + run).named(name).besidePaper();
  }

  /** The cells of a table's row, without those of its first column. */
  private static List<String> row(String html, String first) {
    String start = "<tr><td style=\"text-align:left;white-space:nowrap\">" + first + "</td>";
    assertTrue(html.contains(start), first + " in " + html);
    String row = html.substring(html.indexOf(start) + start.length());
    return Pattern.compile("<td[^>]*>([^<]*)</td>")
        .matcher(row.substring(0, row.indexOf("</tr>")))
        .results()
        .map(cell -> cell.group(1))
        .toList();
  }

  @Test
  void classReportsStandBesideThePapers() {
    String cnn = Html.of(gtzan().classReport("cnn"));
    assertTrue(cnn.startsWith("<div>Table 1. CNN: classification report"), cnn);
    assertEquals(
        List.of("234", "243", "0.8077", "0.8619", "0.8077", "0.7449", "0.7991"), row(cnn, "blues"));
    String lstm = Html.of(gtzan().classReport("lstm"));
    assertTrue(lstm.startsWith("<div>Table 2. LSTM"), lstm);
    assertEquals(List.of("0.6488", "0.7929"), row(lstm, "reggae").subList(2, 4));
  }

  /** The paper's counts follow from its precisions and recalls; ours are counted in predictions. */
  @Test
  void countsAreThoseOfTheConfusionMatrix() {
    for (String network : List.of("cnn", "lstm")) {
      String html = Html.of(gtzan().confusionCounts(network));
      List<String> all = row(html, "all");
      assertEquals(network.equals("cnn") ? "1,925" : "1,736", all.get(0), "accuracy × 2,497");
      assertEquals(all.get(2), all.get(4), "paper: each error is one row's and one column's");
      List<Rows.Prediction> predictions =
          Store.readRows(
              RESULTS.resolve("gtzan").resolve(network).resolve("predictions.json.gz"),
              Rows.Prediction.class);
      for (String genre : List.of("classical", "jazz", "rock")) {
        long correct =
            predictions.stream()
                .filter(row -> row.truth().equals(genre) && row.predicted().equals(genre))
                .count();
        long predicted = predictions.stream().filter(p -> p.predicted().equals(genre)).count();
        long samples = predictions.stream().filter(p -> p.truth().equals(genre)).count();
        List<String> cells = row(html, genre);
        assertEquals(
            List.of("" + correct, "" + (samples - correct), "" + (predicted - correct)),
            List.of(cells.get(1), cells.get(3), cells.get(5)),
            network + ", " + genre);
      }
    }
  }

  private static Rows.Metric accuracy(String network, double value) {
    return new Rows.Metric(
        network, 1, 0, "cluster", "segment", "test_accuracy", value, value - 0.1, value + 0.1);
  }

  @Test
  void performanceStandsBesideThePapers() {
    String cnn = Html.of(gtzan().performance("cnn-kmeans"));
    assertTrue(cnn.startsWith("<div>Table 3. CNN (K-means): performance, split by cluster"), cnn);
    assertEquals(List.of("%", "65.19", "63.16", "60.52", "65.79"), row(cnn, "Test accuracy"));
    assertEquals("30", row(cnn, "Epochs").get(2));
    assertEquals(List.of("961,098", "961,098"), row(cnn, "Trainable parameters").subList(1, 3));
    String lstm = Html.of(gtzan().performance("lstm-kmeans"));
    assertTrue(lstm.startsWith("<div>Table 4. "), lstm);
    assertEquals(List.of("%", "42.09", "41.13", "38.37", "43.91"), row(lstm, "Test accuracy"));
    assertEquals("30", row(lstm, "Epochs").get(2));
  }

  @Test
  void accuraciesOfWhatARunHasStandBesideThePapers() throws Exception {
    String accuracies = Html.of(PaperComparison.accuracies(gtzan()));
    assertEquals(
        List.of("1690 × 1", "42.09", "41.13 (38.4 to 43.9)", "41.36", "30"),
        row(accuracies, "lstm-kmeans"));
    Path cnn = Files.createDirectories(folder.resolve("cnn-kmeans"));
    Store.writeRows(cnn.resolve("metrics.json"), List.of(accuracy("cnn-kmeans", 0.5)));
    String few = Html.of(PaperComparison.accuracies(open("GTZAN", folder)));
    assertEquals(
        List.of("1690 × 1", "65.19", "50.00 (40.0 to 60.0)", "–", "–"), row(few, "cnn-kmeans"));
    assertEquals(List.of("1690 × 1", "42.09", "–", "–", "–"), row(few, "lstm-kmeans"));
    assertEquals(List.of("statistics", "–", "–", "–", "–"), row(few, "svm"));
  }

  @Test
  void figuresAreCharts() {
    for (String network : List.of("cnn", "lstm")) {
      int figure = network.equals("cnn") ? 4 : 5;
      Chart curves = gtzan().curves(network);
      String title = "Figure %d. %s on GTZAN: accuracy";
      assertTrue(
          curves.getTitle().startsWith(title.formatted(figure, network.toUpperCase(Locale.ROOT))),
          curves.getTitle());
      assertTrue(
          Charts.svg(curves, "x").length() > Charts.svg(run().curves(network), "x").length(),
          "lines");
      assertTrue(gtzan().recalls(network).getTitle().contains(" on GTZAN: recall"));
    }
    assertTrue(Charts.image(PaperComparison.accuracyBars(gtzan())).getWidth() > 800);
    assertEquals(
        List.of("network", "parameters", "paper (ms/step)", "GTZAN (ms/step)"),
        PaperComparison.costs(gtzan()).columnNames());
  }

  private static Run run() {
    return Run.open("" + RESULTS.resolve("gtzan")).named("GTZAN");
  }

  @Test
  void whatIsMissingIsToldWithItsCommand() {
    var nowhere = open("x", folder.resolve("nowhere"));
    String cnn = "environment/jbang cnn --features";
    assertTrue(nowhere.performance("cnn").name().contains(cnn));
    assertTrue(nowhere.classReport("cnn").name().contains("report.json is missing here"));
    assertTrue(nowhere.confusionCounts("cnn").name().contains(cnn));
    for (Chart chart : List.of(nowhere.curves("cnn"), nowhere.recalls("cnn"))) {
      assertTrue(chart.getTitle().contains(cnn), chart.getTitle());
    }
    assertTrue(nowhere.purities().name().contains("environment/jbang kmeans"));
    assertEquals(4, nowhere.missing().rowCount());
    assertTrue(nowhere.missing().getString(0, "command").contains(cnn));
  }

  @Test
  void onOtherGenresThePaperIsLeftOut() throws Exception {
    Path cnn = Files.createDirectories(folder.resolve("cnn"));
    Store.writeRows(
        folder.resolve("clusters.json"), List.of(new Rows.Cluster(0, "samba", 4, 1.0, 1.0)));
    Store.writeRows(cnn.resolve("metrics.json"), List.of(accuracy("cnn", 0.5)));
    Store.writeRows(
        cnn.resolve("report.json"),
        List.of(
            new Rows.ClassReport("cnn", 1, 0, "polka", 0.0, 0.0, 0.0, 2),
            new Rows.ClassReport("cnn", 1, 0, "samba", 0.5, 0.75, 0.6, 4)));
    var comparison = open("dances", folder);
    String report = Html.of(comparison.classReport("cnn"));
    assertTrue(report.startsWith("<div>CNN: classification report"), report);
    assertEquals(List.of("4", "0.5000", "0.7500", "0.6000"), row(report, "samba"));
    String counts = Html.of(comparison.confusionCounts("cnn"));
    assertEquals(List.of("3", "1", "3"), row(counts, "samba"));
    assertEquals(List.of("0", "2", "–"), row(counts, "polka"), "its false positives are unknown");
    assertEquals(
        List.of("%", "50.00", "40.00"),
        row(Html.of(comparison.performance("cnn")), "Test accuracy").subList(0, 3));
    for (String html : List.of(report, counts, Html.of(comparison.performance("cnn")))) {
      assertFalse(html.contains("paper") || html.contains("Paper"), html);
      assertFalse(html.contains("blues"), html);
    }
  }
}
