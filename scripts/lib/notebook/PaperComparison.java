//COMPILE_OPTIONS -encoding UTF-8
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Notebook.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../figures/ReferenceLines.java
//SOURCES ../report/NetworkResults.java
//SOURCES ../report/NetworkTables.java
//SOURCES ../report/ReportFiles.java
//SOURCES ../report/Tables.java
//SOURCES ../results/BaselineMethod.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.figures.ReferenceLines;
import genrelab.report.NetworkResults;
import genrelab.report.NetworkTables;
import genrelab.report.ReportFiles;
import genrelab.report.Tables;
import genrelab.results.BaselineMethod;
import genrelab.results.Paper;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * A run beside the paper: its tables and figures, numbered as the paper's, as HTML and images.
 *
 * <p>Where a result is missing, a line says which command makes it. On other genres than the
 * paper's, its figures are left out.
 */
public final class PaperComparison {
  /** Pixels a chart unit where thousands of points would make a large file. */
  private static final double SMALL = 1.4;

  private final String name;
  private final Notebook notebook;
  private final RunFolder run;
  private final List<Rows.Experiment> planned;
  private final Map<String, NetworkResults> networks = new HashMap<>();

  /**
   * Opens a run.
   *
   * @param name of its corpus, for titles
   * @param run its folder
   * @param plan folder of a plan's results, whose networks on the flattened segment stand in for
   *     those that the run lacks; it need not exist
   */
  public PaperComparison(String name, Path run, Path plan) {
    this.name = name;
    this.notebook = new Notebook(run);
    this.run = new RunFolder(run);
    this.planned = new RunFolder(plan).rows("experiments.json", Rows.Experiment.class);
  }

  private NetworkResults network(String network) {
    return networks.computeIfAbsent(network, this::read);
  }

  private NetworkResults read(String network) {
    NetworkResults own = NetworkResults.read(run, network);
    return own.isEmpty()
        ? NetworkResults.ofPlan(
            network, planned.stream().filter(row -> folder(row).equals(network)).toList())
        : own;
  }

  /** The folder's name of what a plan trained as the paper's networks with K-means; else empty. */
  private static String folder(Rows.Experiment row) {
    boolean published = row.options().equals("shape=flat") && row.clusters().equals("stratum");
    return published ? row.network() + "-kmeans" : "";
  }

  private Optional<Paper.Network> paper(String network) {
    return notebook.withPaper() ? Paper.of(network) : Optional.empty();
  }

  // --- tables ------------------------------------------------------------------------------------

  /** Accuracies, time and size of a network beside the paper's: its Tables 3 and 4, and others. */
  public String performance(String network) {
    return network(network).metrics().isEmpty()
        ? missing(network + "/metrics.json")
        : table(network, NetworkTables::performance);
  }

  /** Precision and recall of each genre beside the paper's: its Tables 1 and 2. */
  public String classReport(String network) {
    return network(network).report().isEmpty()
        ? missing(network + "/report.json")
        : table(network, NetworkTables::classReport);
  }

  /** Correct, missed and wrongly assigned test segments of each genre beside the paper's. */
  public String confusionCounts(String network) {
    return network(network).report().isEmpty()
        ? missing(network + "/report.json")
        : table(network, NetworkTables::confusionCounts);
  }

  private String missing(String file) {
    return "<p>" + Notebook.escape(notebook.missing(file)) + "</p>";
  }

  private String table(String network, Function<NetworkTables, Tables.Sheet> kind) {
    var files = new ReportFiles(notebook::marked);
    return html(kind.apply(new NetworkTables(network(network), paper(network), files)));
  }

  private static String html(Tables.Sheet sheet) {
    var html = new StringBuilder("<div>").append(Notebook.escape(sheet.caption()));
    html.append("</div>\n<table>\n<thead>");
    row(html, "th", sheet, sheet.columns().stream().map(Tables.Column::name).toList());
    html.append("</thead>\n<tbody>\n");
    sheet.rows().forEach(cells -> row(html, "td", sheet, cells));
    return html.append("</tbody>\n</table>").toString();
  }

  private static void row(StringBuilder html, String tag, Tables.Sheet sheet, List<String> cells) {
    html.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      String align = sheet.columns().get(i).numeric() ? "right" : "left";
      String cell = cells.get(i).isEmpty() ? "–" : Notebook.escape(cells.get(i));
      html.append("<%s style=\"text-align:%s\">%s</%s>".formatted(tag, align, cell, tag));
    }
    html.append("</tr>\n");
  }

  /**
   * Test accuracies of several runs beside the paper's, with 95 % intervals and epochs.
   *
   * @param networks folders' names, in the order of the rows
   * @param runs columns are named after theirs
   */
  public static String accuracies(List<String> networks, List<PaperComparison> runs) {
    Table table = Tables.texts("Network", "Input", "Paper (%)");
    for (PaperComparison run : runs) {
      Table columns =
          Tables.texts(run.name + " (%)", run.name + ", tracks (%)", run.name + ", epochs");
      columns.columns().forEach(table::addColumns);
    }
    for (String network : networks) {
      var cells = new ArrayList<String>();
      cells.add(network);
      cells.add(input(network));
      cells.add(
          percent(100 * Paper.of(network).map(Paper.Network::testAccuracy).orElse(Double.NaN)));
      for (PaperComparison run : runs) {
        cells.add(interval(run.test(network, "segment")));
        cells.add(percent(run.test(network, "track").value()));
        double epochs = run.network(network).epochs();
        cells.add(Double.isNaN(epochs) ? "" : "%.0f".formatted(epochs));
      }
      Tables.append(table, cells.toArray(String[]::new));
    }
    return html(Tables.sheet("accuracies", "Test accuracy, with 95 % intervals", table));
  }

  private static String input(String network) {
    if (BaselineMethod.isNameOf(network)) {
      return "statistics";
    }
    return network.endsWith("-kmeans") ? "1690 × 1" : "130 × 13";
  }

  private static String percent(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String interval(Charts.Bar bar) {
    return bar.low() < bar.high()
        ? String.format(Locale.ROOT, "%.2f (%.1f to %.1f)", bar.value(), bar.low(), bar.high())
        : percent(bar.value());
  }

  // --- figures -----------------------------------------------------------------------------------

  /**
   * A network's test accuracy with its interval, in percent; NaN where unknown.
   *
   * @param level segment or track
   */
  public Charts.Bar test(String network, String level) {
    return bar(network, "test_accuracy", level);
  }

  private Charts.Bar bar(String network, String metric, String level) {
    NetworkResults.MetricEstimate found = network(network).metric(metric, level);
    return Double.isNaN(found.low())
        ? Charts.Bar.of(100 * found.value())
        : new Charts.Bar(100 * found.value(), 100 * found.low(), 100 * found.high());
  }

  /** The paper's test accuracies, in percent; NaN for classifiers that it has not. */
  public static List<Charts.Bar> published(List<String> networks) {
    return networks.stream()
        .map(network -> Paper.of(network).map(Paper.Network::testAccuracy).orElse(Double.NaN))
        .map(share -> Charts.Bar.of(100 * share))
        .toList();
  }

  /** Accuracy over the epochs, with lines at the paper's: its Figures 4 and 5. */
  public Object curves(String network) {
    if (network(network).history().isEmpty()) {
      return notebook.missing(network + "/history.json");
    }
    int number = paper(network).map(Paper.Network::curves).orElse(0);
    Chart chart =
        Charts.curves(
            network(network).history(),
            Charts.Curve.ACCURACY,
            title(number, network, "accuracy"),
            notebook.subtitle(network));
    var published = new LinkedHashMap<String, Double>();
    paper(network)
        .ifPresent(
            paper -> {
              double validation = 100 * paper.validationAccuracy();
              double test = 100 * paper.testAccuracy();
              published.put("paper, validation: " + percent(validation), validation);
              published.put("paper, test: " + percent(test), test);
            });
    return Charts.image(ReferenceLines.add(chart, published));
  }

  /** The confusion matrix of the test segments: the paper's Figures 6 and 7. */
  public Object confusion(String network) {
    List<Rows.Prediction> predictions = network(network).predictions();
    if (predictions.isEmpty()) {
      return notebook.missing(network + "/predictions.json");
    }
    int number = paper(network).map(Paper.Network::confusion).orElse(0);
    String subtitle = String.format(Locale.ROOT, "n = %,d test segments", predictions.size());
    return Charts.image(
        Charts.confusion(
            predictions,
            null,
            title(number, network, "confusion matrix"),
            notebook.subtitle(network, subtitle)));
  }

  /** Recall of each genre with its 95 % interval, and the paper's: the diagonal as shares. */
  public Object recalls(String network) {
    List<Rows.ClassReport> report = network(network).report();
    if (report.isEmpty()) {
      return notebook.missing(network + "/report.json");
    }
    Map<String, Double> published =
        paper(network).map(Paper.Network::report).orElse(List.of()).stream()
            .collect(Collectors.toMap(Paper.ClassScore::genre, Paper.ClassScore::recall));
    List<Charts.Line> lines =
        report.stream()
            .filter(row -> !row.isAverage())
            .map(Rows.ClassReport::genre)
            .distinct()
            .map(
                genre ->
                    new Charts.Line(
                        genre,
                        List.of(recall(network, genre)),
                        100 * published.getOrDefault(genre, Double.NaN)))
            .toList();
    return Charts.image(
        Charts.intervals(
            lines,
            List.of(name),
            "paper",
            "recall (%)",
            false,
            title(0, network, "recall of each genre"),
            notebook.subtitle(network, "95 % intervals over the test's tracks")));
  }

  private Charts.Interval recall(String network, String genre) {
    Charts.Bar bar = bar(network, "test_recall:" + genre, "segment");
    return new Charts.Interval(bar.value(), bar.low(), bar.high());
  }

  private String title(int number, String network, String what) {
    return "%s%s on %s: %s"
        .formatted(
            number == 0 ? "" : "Figure %d. ".formatted(number),
            network(network).title(),
            name,
            what);
  }

  /** The segments' t-SNE by genre: the paper's Figure 1. */
  public Object tsne() {
    if (!notebook.has("tsne.json")) {
      return notebook.missing("tsne.json");
    }
    List<Rows.Point> points = notebook.rows("tsne.json", Rows.Point.class);
    String subtitle = String.format(Locale.ROOT, "no split, n = %,d segments", points.size());
    return Charts.image(
        Charts.tsne(
            points,
            Charts.ColourBy.GENRE,
            notebook.title("Figure 1. t-SNE of the segments of " + name + ", by genre"),
            notebook.marked(subtitle)),
        SMALL);
  }
}
