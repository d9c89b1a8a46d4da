//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Run.java
//SOURCES RecordTable.java
//SOURCES TableFormat.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/NetworkComparison.java
//SOURCES ../evaluation/TestedNetwork.java
//SOURCES ../report/NetworkResults.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java

package genrelab.notebook;

import genrelab.evaluation.Metrics;
import genrelab.evaluation.NetworkComparison;
import genrelab.evaluation.TestedNetwork;
import genrelab.report.NetworkResults;
import genrelab.results.Paper;
import genrelab.results.Rows;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tables of the test of a run's networks and baselines. */
final class TestTables {
  private static final int DRAWS = 10_000;

  private final Run run;

  TestTables(Run run) {
    this.run = run;
  }

  Table metrics() {
    if (run.networks().isEmpty()) {
      return Table.create(run.missing("cnn/metrics.json"));
    }
    return RecordTable.of(
        run.marked("Metrics"),
        run.networks().stream().flatMap(name -> run.network(name).metrics().stream()).toList(),
        Rows.Metric.class);
  }

  Table accuracy() {
    if (run.networks().isEmpty()) {
      return Table.create(run.missing("cnn/metrics.json"));
    }
    Table table =
        Table.create(
            run.marked("Test accuracy"),
            StringColumn.create("network"),
            StringColumn.create("split"),
            StringColumn.create("level"),
            DoubleColumn.create("accuracy"),
            DoubleColumn.create("low"),
            DoubleColumn.create("high"),
            DoubleColumn.create("paper"),
            LongColumn.create("shared_tracks"));
    for (String level : List.of("segment", "track")) {
      for (String name : run.networks()) {
        NetworkResults network = run.network(name);
        NetworkResults.MetricEstimate accuracy = network.metric("test_accuracy", level);
        table.stringColumn("network").append(name);
        table.stringColumn("split").append(network.split());
        table.stringColumn("level").append(level);
        table.doubleColumn("accuracy").append(accuracy.value());
        table.doubleColumn("low").append(accuracy.low());
        table.doubleColumn("high").append(accuracy.high());
        table
            .doubleColumn("paper")
            .append(
                level.equals("segment")
                    ? run.paper(name).map(Paper.Network::testAccuracy).orElse(Double.NaN)
                    : Double.NaN);
        table.longColumn("shared_tracks").append(network.sharedTracks());
      }
    }
    if (!run.withPaper() || table.doubleColumn("paper").countMissing() == table.rowCount()) {
      table.removeColumns("paper");
    }
    return TableFormat.percent(table, "accuracy", "low", "high", "paper");
  }

  Table compare(String a, Run other, String b) {
    String lacking =
        !run.has(a + "/predictions.json")
            ? run.missing(a + "/predictions.json")
            : !other.has(b + "/predictions.json") ? other.missing(b + "/predictions.json") : "";
    if (!lacking.isEmpty()) {
      return Table.create(lacking);
    }
    TestedNetwork first = TestedNetwork.read(List.of(run.folder().resolve(a)));
    TestedNetwork second = TestedNetwork.read(List.of(other.folder().resolve(b)));
    TestedNetwork.requireSameTest(first, second);
    List<Rows.Comparison> rows =
        Stream.of(Metrics.Level.segment, Metrics.Level.track)
            .flatMap(
                level ->
                    NetworkComparison.of(first, second, level, track -> track, DRAWS, 1)
                        .rows()
                        .stream())
            .toList();
    Table table =
        RecordTable.of(
                run.marked("%s − %s on the same test".formatted(a, b)), rows, Rows.Comparison.class)
            .selectColumns(
                "level", "metric", "valueA", "valueB", "difference", "low", "high", "pExact");
    table.column("valueA").setName(a);
    table.column("valueB").setName(b.equals(a) ? b + " (other)" : b);
    table.column("pExact").setName("p");
    TableFormat.numbers(table, "0.0000", "p");
    return TableFormat.percent(table, a, b, b + " (other)", "difference", "low", "high");
  }

  Table confusions(String... names) {
    Map<List<String>, long[]> pairs = new TreeMap<>(Comparator.comparing(List::toString));
    for (int n = 0; n < names.length; n++) {
      if (!run.has(names[n] + "/predictions.json")) {
        return Table.create(run.missing(names[n] + "/predictions.json"));
      }
      for (Rows.Prediction row : run.network(names[n]).predictions()) {
        if (!row.truth().equals(row.predicted())) {
          pairs
              .computeIfAbsent(
                  List.of(row.truth(), row.predicted()), pair -> new long[names.length + 1])[n]++;
        }
      }
    }
    pairs.values().forEach(counts -> counts[names.length] = LongStream.of(counts).sum());
    Table table =
        Table.create(
            run.marked(
                String.join(", ", names)
                    + run.onCorpus(" on ")
                    + ": most frequent confusions, test segments"),
            StringColumn.create("true", pairs.keySet().stream().map(pair -> pair.get(0))),
            StringColumn.create("predicted", pairs.keySet().stream().map(pair -> pair.get(1))));
    String last = names.length == 1 ? "count" : "sum";
    for (int n = names.length == 1 ? 1 : 0; n <= names.length; n++) {
      int column = n;
      table.addColumns(
          LongColumn.create(
              n == names.length ? last : names[n],
              pairs.values().stream().mapToLong(counts -> counts[column])));
    }
    return table.sortOn("-" + last, "true", "predicted");
  }
}
