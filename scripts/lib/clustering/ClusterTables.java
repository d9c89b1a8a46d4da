//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Clustering.java
//SOURCES ../features/Features.java
//SOURCES ../results/Rows.java

package genrelab.clustering;

import genrelab.features.Features;
import genrelab.results.Rows;
import java.text.DecimalFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Tables of clusterings: how clusters and genres meet, and scores. */
public final class ClusterTables {
  private ClusterTables() {}

  /**
   * The contingency table of clusters and genres, a row a pair, by cluster and then by genre;
   * noise, if any, is cluster −1.
   */
  public static List<Rows.Cluster> contingency(Features data, Clustering clustering) {
    var rows = new ArrayList<Rows.Cluster>();
    boolean noise = IntStream.of(clustering.labels()).anyMatch(cluster -> cluster < 0);
    int first = noise ? -1 : 0;
    long[][] counts = new long[clustering.clusters() - first][data.mapping().size()];
    long[] ofGenre = new long[data.mapping().size()];
    for (int i = 0; i < data.size(); i++) {
      counts[clustering.labels()[i] - first][data.labels()[i]]++;
      ofGenre[data.labels()[i]]++;
    }
    for (int c = first; c < clustering.clusters(); c++) {
      long[] ofCluster = counts[c - first];
      long size = Arrays.stream(ofCluster).sum();
      for (int g = 0; g < ofGenre.length; g++) {
        rows.add(
            new Rows.Cluster(
                c,
                data.mapping().get(g),
                ofCluster[g],
                (double) ofCluster[g] / Math.max(1, size),
                (double) ofCluster[g] / Math.max(1, ofGenre[g])));
      }
    }
    return rows;
  }

  /**
   * The largest genre of each cluster, in the paper's words: "classical: 92 % of cluster 6".
   *
   * @param shares the {@link #contingency} table
   * @param genres number of genres
   */
  public static Table largestGenres(List<Rows.Cluster> shares, int genres) {
    Table sorted =
        Table.create(
                "largest genre of each cluster",
                StringColumn.create(
                    "statement",
                    shares.stream()
                        .map(
                            row ->
                                "%s: %.0f %% of %s"
                                    .formatted(
                                        row.genre(),
                                        100 * row.shareOfCluster(),
                                        row.cluster() < 0 ? "noise" : "cluster " + row.cluster()))),
                IntColumn.create("cluster", shares.stream().mapToInt(Rows.Cluster::cluster)),
                StringColumn.create("genre", shares.stream().map(Rows.Cluster::genre)),
                LongColumn.create("segments", shares.stream().mapToLong(Rows.Cluster::count)),
                DoubleColumn.create(
                    "share of cluster", shares.stream().mapToDouble(Rows.Cluster::shareOfCluster)),
                DoubleColumn.create(
                    "share of genre", shares.stream().mapToDouble(Rows.Cluster::shareOfGenre)))
            .sortOn("cluster", "-segments", "genre");
    Table largest =
        sorted.rows(IntStream.range(0, shares.size() / genres).map(c -> c * genres).toArray());
    for (String share : List.of("share of cluster", "share of genre")) {
      largest.doubleColumn(share).setPrintFormatter(NumberColumnFormatter.percent(1));
    }
    return largest;
  }

  /** Scores as they are printed, a row a clustering. */
  public static Table scores(List<Rows.ClusteringScores> rows) {
    Table table =
        Table.create(
            "scores",
            IntColumn.create("clusters", rows.stream().mapToInt(Rows.ClusteringScores::clusters)),
            DoubleColumn.create(
                "inertia", rows.stream().map(Rows.ClusteringScores::inertia).toList()),
            DoubleColumn.create(
                "silhouette", rows.stream().map(Rows.ClusteringScores::silhouette).toList()),
            DoubleColumn.create("purity", rows.stream().mapToDouble(Rows.ClusteringScores::purity)),
            DoubleColumn.create("NMI", rows.stream().mapToDouble(Rows.ClusteringScores::nmi)),
            DoubleColumn.create("AMI", rows.stream().mapToDouble(Rows.ClusteringScores::ami)),
            DoubleColumn.create("ARI", rows.stream().mapToDouble(Rows.ClusteringScores::ari)));
    table
        .numericColumns()
        .forEach(
            column -> {
              if (column instanceof DoubleColumn scores && !column.name().equals("inertia")) {
                scores.setPrintFormatter(new NumberColumnFormatter(new DecimalFormat("0.000")));
              }
            });
    table
        .doubleColumn("inertia")
        .setPrintFormatter(new NumberColumnFormatter(new DecimalFormat("0.0000E0")));
    return table;
  }
}
