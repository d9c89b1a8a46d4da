//SOURCES NetworkResults.java
//SOURCES ReportFiles.java
//SOURCES Tables.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java

package genrelab.report;

import static genrelab.report.Tables.count;
import static genrelab.report.Tables.number;
import static genrelab.report.Tables.percent;

import genrelab.results.Paper;
import genrelab.results.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.joining.JoinType;

/** The tables of one network, numbered as the paper's where it has the same. */
public final class NetworkTables {
  private final NetworkResults network;
  private final Optional<Paper.Network> paper;
  private final ReportFiles files;

  /**
   * @param paper its published figures; empty where they are left out
   * @param files takes the tables' files
   */
  public NetworkTables(NetworkResults network, Optional<Paper.Network> paper, ReportFiles files) {
    this.network = network;
    this.paper = paper;
    this.files = files;
  }

  /** Accuracies, time and size beside the paper's, joined by the metric's name. */
  public Tables.Sheet performance() {
    Table published = Tables.texts("Metric", "Paper");
    paper.ifPresent(
        row -> {
          Tables.append(published, "Validation accuracy", percent(row.validationAccuracy()));
          Tables.append(published, "Test accuracy", percent(row.testAccuracy()));
          Tables.append(published, "Training time", count(row.msPerStep()));
          Tables.append(published, "Trainable parameters", count(row.trainableParameters()));
        });
    Table ours = ours();
    ours.addColumns(IntColumn.indexColumn("order", ours.rowCount(), 0));
    Table shown =
        ours.joinOn("Metric")
            .with(published)
            .type(JoinType.LEFT_OUTER)
            .join()
            .sortOn("order")
            .selectColumns("Metric", "Unit", "Paper", "Ours", "95 % from", "95 % to")
            .dropWhere(
                t ->
                    t.stringColumn("Paper")
                        .isEqualTo("")
                        .and(t.stringColumn("Ours").isEqualTo("")));
    if (paper.isEmpty()) {
      shown.removeColumns("Paper");
      shown.column("Ours").setName("Value");
    }
    return table(
        paper.map(Paper.Network::performanceTable).orElse(0), "performance", "performance", shown);
  }

  private Table ours() {
    Table ours = Tables.texts("Metric", "Unit", "Ours", "95 % from", "95 % to");
    appendShare(ours, "Training accuracy", network.metric("train_accuracy", "segment"), false);
    appendShare(
        ours, "Validation accuracy", network.metric("validation_accuracy", "segment"), false);
    appendShare(ours, "Test accuracy", network.metric("test_accuracy", "segment"), true);
    appendShare(ours, "Test accuracy of tracks", network.metric("test_accuracy", "track"), true);
    appendShare(
        ours, "Balanced accuracy", network.metric("test_balanced_accuracy", "segment"), true);
    appendShare(ours, "Macro F1", network.metric("test_macro_f1", "segment"), true);
    appendNumber(ours, "Training time", "ms per step", count(network.msPerStep()));
    double inference = network.metric("inference_ms_per_segment", "network").value();
    appendNumber(ours, "Inference", "ms per segment", number(inference, "%.2f"));
    double parameters = network.metric("trainable_parameters", "network").value();
    appendNumber(ours, "Trainable parameters", "", count(parameters));
    appendNumber(ours, "Epochs", "", count(network.epochs()));
    double tested = network.metric("test_segments", "segment").value();
    appendNumber(ours, "Test segments", "", count(tested));
    double both = network.metric("tracks_on_both_sides", "track", "segment").value();
    appendNumber(ours, "Test tracks also in training", "", count(both));
    return ours;
  }

  private static void appendNumber(Table table, String metric, String unit, String number) {
    Tables.append(table, metric, unit, number, "", "");
  }

  private static void appendShare(
      Table table, String metric, NetworkResults.MetricEstimate estimate, boolean interval) {
    Tables.append(
        table,
        metric,
        "%",
        percent(estimate.value()),
        interval ? percent(estimate.low()) : "",
        interval ? percent(estimate.high()) : "");
  }

  /** Tables 1 and 2: the paper's classes beside ours; means where there are several trainings. */
  public Tables.Sheet classReport() {
    List<Paper.ClassScore> published = paper.map(Paper.Network::report).orElse(List.of());
    boolean beside = !published.isEmpty();
    Table shown =
        beside
            ? Tables.texts(
                "Class",
                "Samples, paper",
                "Samples, ours",
                "Precision, paper",
                "Precision, ours",
                "Recall, paper",
                "Recall, ours",
                "F1, ours")
            : Tables.texts("Class", "Samples", "Precision", "Recall", "F1");
    for (String name : classes(published)) {
      List<Rows.ClassReport> trainings =
          network.report().stream().filter(row -> row.genre().equals(name)).toList();
      double support = mean(trainings, Rows.ClassReport::support);
      String samples = count(support);
      String precision = score(support, mean(trainings, Rows.ClassReport::precision));
      String recall = score(support, mean(trainings, Rows.ClassReport::recall));
      String f1 = score(support, mean(trainings, Rows.ClassReport::f1));
      if (beside) {
        Optional<Paper.ClassScore> theirs =
            published.stream().filter(row -> row.genre().equals(name)).findFirst();
        Tables.append(
            shown,
            name,
            count(theirs.map(row -> (double) row.samples()).orElse(Double.NaN)),
            samples,
            number(theirs.map(Paper.ClassScore::precision).orElse(Double.NaN), "%.4f"),
            precision,
            number(theirs.map(Paper.ClassScore::recall).orElse(Double.NaN), "%.4f"),
            recall,
            f1);
      } else {
        Tables.append(shown, name, samples, precision, recall, f1);
      }
    }
    return table(
        paper.map(Paper.Network::reportTable).orElse(0),
        "report",
        "classification report of the test segments",
        beside ? ". The paper prints no F1" : "",
        shown);
  }

  /**
   * What precision and recall tell of a confusion matrix: its diagonal, and the test segments off
   * it by row and by column. The paper's follow from its Tables 1 and 2, means where there are
   * several trainings.
   */
  public Tables.Sheet confusionCounts() {
    List<Paper.ClassScore> published = paper.map(Paper.Network::report).orElse(List.of());
    Table shown =
        Tables.texts(
            "Class",
            "Correct, paper",
            "Correct, ours",
            "False negatives, paper",
            "False negatives, ours",
            "False positives, paper",
            "False positives, ours");
    double[] sums = new double[6];
    for (String name : classes(published)) {
      if (Rows.ClassReport.AVERAGES.contains(name)) {
        continue;
      }
      double[] theirs =
          published.stream()
              .filter(row -> row.genre().equals(name))
              .map(row -> counts(row.samples(), row.precision(), row.recall()))
              .findFirst()
              .orElse(UNKNOWN);
      double[] ours =
          network.report().stream()
              .filter(row -> row.genre().equals(name))
              .map(row -> counts(row.support(), row.precision(), row.recall()))
              .reduce(NetworkTables::sum)
              .orElse(UNKNOWN);
      double[] counts = new double[6];
      for (int i = 0; i < 3; i++) {
        counts[2 * i] = theirs[i];
        counts[2 * i + 1] = ours[i] / Math.max(1, network.trainings().size());
      }
      appendCounts(shown, name, counts);
      Arrays.setAll(sums, i -> sums[i] + counts[i]);
    }
    appendCounts(shown, "all", sums);
    if (published.isEmpty()) {
      shown.removeColumns("Correct, paper", "False negatives, paper", "False positives, paper");
    }
    return table(
        0,
        "confusion-counts",
        "diagonal of the confusion matrix, and test segments off it",
        published.isEmpty() ? "" : ". The paper's follow from its precisions and recalls",
        shown);
  }

  private static final double[] UNKNOWN = {Double.NaN, Double.NaN, Double.NaN};

  /** Correct segments, false negatives, false positives; the last unknown if none is correct. */
  private static double[] counts(long samples, double precision, double recall) {
    long correct = Math.round(samples * recall);
    double predicted = correct > 0 ? Math.round(correct / precision) : Double.NaN;
    return new double[] {correct, samples - correct, predicted - correct};
  }

  private static double[] sum(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
  }

  private static void appendCounts(Table table, String name, double[] counts) {
    String[] cells =
        Stream.concat(Stream.of(name), Arrays.stream(counts).mapToObj(Tables::count))
            .toArray(String[]::new);
    Tables.append(table, cells);
  }

  /** A class's score; unknown where it has no test segments. */
  private static String score(double support, double score) {
    return support > 0 ? number(score, "%.4f") : "";
  }

  /** Over trainings; NaN where the class is the paper's alone. */
  private static double mean(
      List<Rows.ClassReport> rows, ToDoubleFunction<Rows.ClassReport> value) {
    return rows.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  /**
   * Classes by name, then the averages. Not by a join of Tablesaw's, to which a genre "NA" is a
   * missing one.
   */
  private List<String> classes(List<Paper.ClassScore> published) {
    var names = new TreeSet<String>();
    network.report().forEach(row -> names.add(row.genre()));
    published.forEach(row -> names.add(row.genre()));
    return Stream.concat(
            names.stream().filter(name -> !Rows.ClassReport.AVERAGES.contains(name)),
            names.stream().filter(Rows.ClassReport.AVERAGES::contains))
        .toList();
  }

  private Tables.Sheet table(int number, String kind, String what, Table shown) {
    return table(number, kind, what, "", shown);
  }

  private Tables.Sheet table(int number, String kind, String what, String note, Table shown) {
    String name = network.name() + "-" + kind;
    return files.table(
        number == 0 ? name : "table-%d-%s".formatted(number, name),
        "%s%s: %s, split by %s, %s%s"
            .formatted(
                number == 0 ? "" : "Table %d. ".formatted(number),
                network.title(),
                what,
                network.split(),
                network.seeds(),
                note),
        shown);
  }
}
