//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES MissingChart.java
//SOURCES RecordTable.java
//SOURCES Run.java
//SOURCES TableFormat.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Rows.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.results.Rows;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tables and charts of a run's clusters. */
final class ClusterResults {
  private static final String FILE = "clusters.json";

  private final Run run;
  private final Map<Integer, List<Rows.Cluster>> clusters;

  ClusterResults(Run run) {
    this.run = run;
    this.clusters =
        run.rows(FILE, Rows.Cluster.class).stream()
            .collect(
                Collectors.groupingBy(Rows.Cluster::cluster, TreeMap::new, Collectors.toList()));
  }

  Table purity() {
    if (clusters.isEmpty()) {
      return Table.create(run.missing(FILE));
    }
    List<Rows.Cluster> largest =
        clusters.values().stream()
            .map(
                rows ->
                    rows.stream().max(Comparator.comparingLong(Rows.Cluster::count)).orElseThrow())
            .toList();
    Table table =
        Table.create(
            run.marked("Clusters and their largest genres"),
            IntColumn.create("cluster", clusters.keySet().stream().mapToInt(cluster -> cluster)),
            LongColumn.create(
                "segments",
                clusters.values().stream()
                    .mapToLong(rows -> rows.stream().mapToLong(Rows.Cluster::count).sum())),
            StringColumn.create("genre", largest.stream().map(Rows.Cluster::genre)),
            DoubleColumn.create(
                "purity", largest.stream().mapToDouble(Rows.Cluster::shareOfCluster)),
            DoubleColumn.create(
                "share_of_genre", largest.stream().mapToDouble(Rows.Cluster::shareOfGenre)));
    return TableFormat.numbers(table, "0.0 %", "purity", "share_of_genre");
  }

  Table genres() {
    if (clusters.isEmpty()) {
      return Table.create(run.missing(FILE));
    }
    var names = new TreeSet<String>();
    clusters.values().forEach(rows -> rows.forEach(row -> names.add(row.genre())));
    Table table =
        Table.create(
            run.marked("Share of each genre in each cluster"),
            IntColumn.create("cluster", clusters.keySet().stream().mapToInt(cluster -> cluster)));
    for (String genre : names) {
      table.addColumns(
          DoubleColumn.create(
              genre,
              clusters.values().stream()
                  .mapToDouble(
                      rows ->
                          rows.stream()
                              .filter(row -> row.genre().equals(genre))
                              .mapToDouble(Rows.Cluster::shareOfCluster)
                              .sum())));
    }
    return TableFormat.numbers(table, "0 %", names.toArray(String[]::new));
  }

  Table scores() {
    Table table =
        run.table(
            "clustering.json", Rows.ClusteringScores.class, "Agreement of clusters and genres");
    return table.columnCount() == 0
        ? table
        : TableFormat.numbers(
            table.selectColumns("clusters", "purity", "nmi", "ami", "ari", "silhouette"),
            "0.000",
            "purity",
            "nmi",
            "ami",
            "ari",
            "silhouette");
  }

  Chart sweep() {
    List<Rows.ClusteringScores> rows = run.rows("sweep.json", Rows.ClusteringScores.class);
    return rows.isEmpty()
        ? new MissingChart(run.missing("sweep.json"))
        : Charts.sweep(
            rows,
            "K-means: inertia, silhouette and agreement with the genres",
            run.marked("2 to 20 clusters, all segments"));
  }
}
