//COMPILE_OPTIONS -encoding UTF-8
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES MissingChart.java
//SOURCES Run.java
//SOURCES TableFormat.java
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A run beside the paper: the paper's tables and figures, numbered as there, as the report has
 * them.
 *
 * <p>Cells are texts, ready for print; {@link Run} has the numbers. On other genres than the
 * paper's, its figures are left out.
 */
public final class PaperComparison {
  private final Run run;

  PaperComparison(Run run) {
    this.run = run;
  }

  // --- tables ------------------------------------------------------------------------------------

  /** Accuracies, time and size of a network beside the paper's: its Tables 3 and 4, and others. */
  public Table performance(String network) {
    return run.network(network).metrics().isEmpty()
        ? Table.create(run.missing(network + "/metrics.json"))
        : table(network, NetworkTables::performance);
  }

  /** Precision and recall of each genre beside the paper's: its Tables 1 and 2. */
  public Table classReport(String network) {
    return run.network(network).report().isEmpty()
        ? Table.create(run.missing(network + "/report.json"))
        : table(network, NetworkTables::classReport);
  }

  /** Correct, missed and wrongly assigned test segments of each genre beside the paper's. */
  public Table confusionCounts(String network) {
    return run.network(network).report().isEmpty()
        ? Table.create(run.missing(network + "/report.json"))
        : table(network, NetworkTables::confusionCounts);
  }

  private Table table(String network, Function<NetworkTables, Tables.Sheet> kind) {
    var files = new ReportFiles(run::marked);
    var tables = new NetworkTables(run.network(network), run.paper(network), files);
    Tables.Sheet sheet = kind.apply(tables);
    Table table = Table.create(sheet.caption());
    for (int i = 0; i < sheet.columns().size(); i++) {
      int column = i;
      table.addColumns(
          StringColumn.create(
              sheet.columns().get(i).name(), sheet.rows().stream().map(row -> row.get(column))));
    }
    return table;
  }

  /** The paper's cluster purities (section 2.2.3), and the same genres' largest shares here. */
  public Table purities() {
    if (!run.withPaper()) {
      return Table.create("");
    }
    if (!run.has("clusters.json")) {
      return Table.create(run.missing("clusters.json"));
    }
    Table table =
        Table.create(
            run.marked("Purities that the paper states, and the same genres' largest shares here"),
            StringColumn.create("genre", Paper.PURITIES.stream().map(Paper.Purity::genre)),
            IntColumn.create(
                "cluster, paper", Paper.PURITIES.stream().mapToInt(Paper.Purity::cluster)),
            DoubleColumn.create(
                "share, paper", Paper.PURITIES.stream().mapToDouble(Paper.Purity::share)),
            IntColumn.create("cluster, here"),
            DoubleColumn.create("share, here"));
    var used = new HashMap<String, Integer>();
    for (Paper.Purity stated : Paper.PURITIES) {
      int place = used.merge(stated.genre(), 1, Integer::sum) - 1;
      Optional<Rows.Cluster> ours =
          run.rows("clusters.json", Rows.Cluster.class).stream()
              .filter(row -> row.genre().equals(stated.genre()))
              .sorted((a, b) -> Double.compare(b.shareOfCluster(), a.shareOfCluster()))
              .skip(place)
              .findFirst();
      if (ours.isPresent()) {
        table.intColumn("cluster, here").append(ours.get().cluster());
      } else {
        table.intColumn("cluster, here").appendMissing();
      }
      table
          .doubleColumn("share, here")
          .append(ours.map(Rows.Cluster::shareOfCluster).orElse(Double.NaN));
    }
    return TableFormat.numbers(table, "0 %", "share, paper", "share, here");
  }

  // --- several runs ------------------------------------------------------------------------------

  /** The baseline and the paper's networks, in the order of rows and bars. */
  private static List<String> compared() {
    return Stream.concat(
            Stream.of(BaselineMethod.svm.name()),
            Paper.NETWORKS.stream().map(Paper.Network::network))
        .toList();
  }

  private static List<PaperComparison> comparable(PaperComparison... runs) {
    return Stream.of(runs).filter(each -> each.run.withPaper()).toList();
  }

  /**
   * Test accuracies of several runs beside the paper's, with 95 % intervals and epochs. Runs of
   * other genres are left out.
   */
  public static Table accuracies(PaperComparison... runs) {
    Table table = Tables.texts("Network", "Input", "Paper (%)");
    List<PaperComparison> shown = comparable(runs);
    for (PaperComparison each : shown) {
      String name = each.run.corpus();
      Tables.texts(name + " (%)", name + ", tracks (%)", name + ", epochs")
          .columns()
          .forEach(table::addColumns);
    }
    for (String network : compared()) {
      var cells = new ArrayList<String>(List.of(network, input(network)));
      cells.add(
          percent(100 * Paper.of(network).map(Paper.Network::testAccuracy).orElse(Double.NaN)));
      for (PaperComparison each : shown) {
        cells.add(interval(each.bar(network, "test_accuracy", "segment")));
        cells.add(percent(each.bar(network, "test_accuracy", "track").value()));
        double epochs = each.run.network(network).epochs();
        cells.add(Double.isNaN(epochs) ? "" : "%.0f".formatted(epochs));
      }
      Tables.append(table, cells.toArray(String[]::new));
    }
    return table.setName("Test accuracy, with 95 % intervals");
  }

  /** The same of segments as bars. */
  public static Chart accuracyBars(PaperComparison... runs) {
    List<String> names = compared();
    var bars = new LinkedHashMap<String, List<Charts.Bar>>();
    bars.put(
        "paper",
        names.stream()
            .map(name -> Paper.of(name).map(Paper.Network::testAccuracy).orElse(Double.NaN))
            .map(share -> Charts.Bar.of(100 * share))
            .toList());
    for (PaperComparison each : comparable(runs)) {
      bars.put(
          each.run.corpus(),
          names.stream().map(name -> each.bar(name, "test_accuracy", "segment")).toList());
    }
    return Charts.bars(
        names,
        bars,
        "test accuracy (%)",
        100,
        "Test accuracy of the baseline and the four networks",
        "shares of test segments; 95 % intervals of ours");
  }

  /** Trainable parameters, and milliseconds a training step, of the paper's networks. */
  public static Table costs(PaperComparison... runs) {
    List<Paper.Network> all = Paper.NETWORKS;
    Table table =
        Table.create(
            "Trainable parameters and time",
            StringColumn.create("network", all.stream().map(Paper.Network::network)),
            DoubleColumn.create(
                "parameters", all.stream().mapToDouble(Paper.Network::trainableParameters)),
            DoubleColumn.create(
                "paper (ms/step)", all.stream().mapToDouble(Paper.Network::msPerStep)));
    for (PaperComparison each : comparable(runs)) {
      table.addColumns(
          DoubleColumn.create(
              each.run.corpus() + " (ms/step)",
              all.stream().mapToDouble(row -> each.run.network(row.network()).msPerStep())));
    }
    return TableFormat.numbers(table, "#,##0");
  }

  /** The paper's networks that the run lacks, and the commands that train them. */
  public Table missing() {
    List<String> lacking =
        Paper.NETWORKS.stream()
            .map(Paper.Network::network)
            .filter(name -> !run.networks().contains(name))
            .toList();
    return lacking.isEmpty()
        ? Table.create("The run has all of the paper's networks.")
        : Table.create(
            "Networks that the run lacks",
            StringColumn.create("network", lacking),
            StringColumn.create(
                "command", lacking.stream().map(name -> run.missing(name + "/metrics.json"))));
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

  /** A metric with its interval, in percent; NaN where unknown. */
  private Charts.Bar bar(String network, String metric, String level) {
    NetworkResults.MetricEstimate found = run.network(network).metric(metric, level);
    return Double.isNaN(found.low())
        ? Charts.Bar.of(100 * found.value())
        : new Charts.Bar(100 * found.value(), 100 * found.low(), 100 * found.high());
  }

  // --- charts ------------------------------------------------------------------------------------

  /** Accuracy over the epochs, with lines at the paper's: its Figures 4 and 5. */
  public Chart curves(String network) {
    Chart chart = run.curves(network);
    var published = new LinkedHashMap<String, Double>();
    run.paper(network)
        .ifPresent(
            paper -> {
              double validation = 100 * paper.validationAccuracy();
              double test = 100 * paper.testAccuracy();
              published.put("paper, validation: " + percent(validation), validation);
              published.put("paper, test: " + percent(test), test);
            });
    return chart instanceof MissingChart ? chart : ReferenceLines.add(chart, published);
  }

  /** Recall of each genre with its 95 % interval, and the paper's: the diagonal as shares. */
  public Chart recalls(String network) {
    List<Rows.ClassReport> report = run.network(network).report();
    if (report.isEmpty()) {
      return new MissingChart(run.missing(network + "/report.json"));
    }
    Map<String, Double> published =
        run.paper(network).map(Paper.Network::report).orElse(List.of()).stream()
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
    return Charts.intervals(
        lines,
        List.of(run.corpus()),
        "paper",
        "recall (%)",
        false,
        run.network(network).title() + run.onCorpus(" on ") + ": recall of each genre",
        run.subtitle(network, "95 % intervals over the test's tracks"));
  }

  private Charts.Interval recall(String network, String genre) {
    Charts.Bar bar = bar(network, "test_recall:" + genre, "segment");
    return new Charts.Interval(bar.value(), bar.low(), bar.high());
  }
}
