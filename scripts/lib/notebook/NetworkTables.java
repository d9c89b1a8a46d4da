//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Run.java
//SOURCES MissingChart.java
//SOURCES RecordTable.java
//SOURCES TableFormat.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../report/NetworkResults.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.notebook;

import genrelab.evaluation.Calibration;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.report.NetworkResults;
import genrelab.results.Paper;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tables and charts of one network of a run: its training and its test. */
final class NetworkTables {
  private final Run run;
  private final String network;

  NetworkTables(Run run, String network) {
    this.run = run;
    this.network = network;
  }

  private NetworkResults results() {
    return run.network(network);
  }

  Table parameters() {
    Table table =
        Table.create(
            "Trainable parameters",
            StringColumn.create("source", "sum of the layers", "trained network"),
            DoubleColumn.create(
                "parameters",
                run.architecture(network).parameters(),
                results().metric("trainable_parameters", "network").value()));
    run.paper(network)
        .ifPresent(
            paper -> {
              table.stringColumn("source").append("paper");
              table.doubleColumn("parameters").append(paper.trainableParameters());
            });
    return TableFormat.numbers(table, "#,##0", "parameters");
  }

  Table history() {
    Table table =
        run.table(
            network + "/history.json", Rows.Epoch.class, network + ": epochs of the training");
    return TableFormat.numbers(
        table, "0.000", "loss", "accuracy", "val_loss", "val_accuracy", "seconds");
  }

  Table lastAndBest() {
    Table history = history();
    if (Run.isMissing(history)) {
      return history;
    }
    Table last = history.sortDescendingOn("epoch").first(1);
    Table best = history.sortOn("val_loss").first(1);
    Table both =
        last.append(best).selectColumns("epoch", "loss", "val_loss", "accuracy", "val_accuracy");
    both.insertColumn(0, StringColumn.create("which", "last", "lowest val_loss"));
    return both.setName(run.marked("The last epoch, and the one with the lowest validation loss"));
  }

  Chart curves(String measure) {
    List<Rows.Epoch> history = results().history();
    if (history.isEmpty()) {
      return new MissingChart(run.missing(network + "/history.json"));
    }
    return Charts.curves(
        history,
        Charts.Curve.valueOf(measure.toUpperCase(Locale.ROOT)),
        run.title(
            run.paper(network).map(Paper.Network::curves).orElse(0),
            network,
            "%s, split by %s".formatted(measure, results().split())),
        run.subtitle(network, sizes()));
  }

  private String sizes() {
    String file = network.endsWith("-kmeans") ? "split-kmeans.json" : "split.json";
    if (!run.has(file)) {
      return "n not recorded";
    }
    Map<Part, Long> parts =
        run.rows(file, Rows.SplitRow.class).stream()
            .collect(Collectors.groupingBy(Rows.SplitRow::part, Collectors.counting()));
    return String.format(
        Locale.ROOT,
        "n = %,d training and %,d validation segments",
        parts.getOrDefault(Part.train, 0L),
        parts.getOrDefault(Part.validation, 0L));
  }

  Chart confusion() {
    List<Rows.Prediction> predictions = results().predictions();
    if (predictions.isEmpty()) {
      return new MissingChart(run.missing(network + "/predictions.json"));
    }
    return Charts.confusion(
        predictions,
        null,
        run.title(
            run.paper(network).map(Paper.Network::confusion).orElse(0),
            network,
            "confusion matrix, split by " + results().split()),
        run.subtitle(
            network, String.format(Locale.ROOT, "n = %,d test segments", predictions.size())));
  }

  Table report() {
    Table table =
        run.table(
            network + "/report.json", Rows.ClassReport.class, network + ": classification report");
    if (Run.isMissing(table)) {
      return table;
    }
    for (String score : List.of("precision", "recall", "f1")) { // undefined without test segments
      DoubleColumn column = table.doubleColumn(score);
      column.set(table.longColumn("support").isEqualTo(0), Double.NaN);
    }
    return TableFormat.numbers(table, "0.0000", "precision", "recall", "f1");
  }

  Table predictions() {
    if (!run.has(network + "/predictions.json")) {
      return Table.create(run.missing(network + "/predictions.json"));
    }
    List<Rows.Prediction> rows = results().predictions();
    Table table =
        RecordTable.of(
                run.marked(network + ": predictions for the test"), rows, Rows.Prediction.class)
            .selectColumns("track", "segment", "true", "predicted");
    table.addColumns(
        DoubleColumn.create("confidence", rows.stream().mapToDouble(NetworkTables::confidence)),
        IntColumn.create(
            "correct", rows.stream().mapToInt(row -> row.truth().equals(row.predicted()) ? 1 : 0)));
    return TableFormat.percent(table, "confidence");
  }

  Table mistakes() {
    Table all = predictions();
    if (Run.isMissing(all)) {
      return all;
    }
    return all.where(all.intColumn("correct").isEqualTo(0))
        .sortOn("-confidence", "track", "segment")
        .removeColumns("correct")
        .setName(run.marked(network + ": misclassified test segments"));
  }

  private static double confidence(Rows.Prediction row) {
    return row.probabilities()[Calibration.likeliest(row.probabilities())];
  }
}
