//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../figures/Charts.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java

package genrelab.report;

import static genrelab.report.Tables.count;
import static genrelab.report.Tables.number;

import genrelab.figures.Charts;
import genrelab.kit.Store;
import genrelab.results.Paper;
import genrelab.results.Rows;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The t-SNE of the segments, by genre and by cluster, and what the clusters hold. */
public final class ClusterSection {
  /** A t-SNE of more points is shown as PNG. */
  private static final int SVG_POINTS = 2_000;

  private final RunResults run;
  private final ReportFiles files;

  private final Path out;

  private ClusterSection(RunResults run, ReportFiles files, Path out) {
    this.run = run;
    this.files = files;
    this.out = out;
  }

  /**
   * The section.
   *
   * @param out the report's folder, from which it links to the map in the browser
   */
  public static Section of(RunResults run, ReportFiles files, Path out) {
    return new ClusterSection(run, files, out).section();
  }

  private Section section() {
    Section section =
        Section.of(
            "clusters",
            run.withPaper() ? "Figure 1 and the clusters' purity" : "t-SNE and clusters");
    if (!run.points().isEmpty()) {
      section.figures(embedding(Charts.ColourBy.GENRE));
      if (run.learnt() != null) {
        section.figures(learnt());
      }
      if (run.points().stream().anyMatch(point -> point.cluster() >= 0)) {
        section.figures(embedding(Charts.ColourBy.CLUSTER));
      }
      section.notes().add(map());
    }
    if (!run.clusteringScores().isEmpty()) {
      section.tables().add(scores());
    }
    if (run.learnt() != null && !run.learnt().scores().isEmpty()) {
      section.tables().add(learntScores());
    }
    if (!run.clusters().isEmpty()) {
      section.tables().add(shares());
      if (run.withPaper()) {
        section.tables().add(purities());
      }
    }
    return section;
  }

  /** How to open the map of {@code explore}; a link where it was exported into the run. */
  private Section.Note map() {
    Path page = run.folder().path().resolve("explore").resolve("index.html");
    boolean exported =
        Files.isRegularFile(page) && Files.isRegularFile(page.resolveSibling("run.js"));
    return new Section.Note(
        exported
            ? "The map of these segments in the browser"
            : "A map of these segments in the browser, to look closer and listen:",
        exported ? "" : "environment/jbang explore --results " + run.folder().argument(),
        exported ? address(page.toAbsolutePath().normalize()) : "");
  }

  private String address(Path page) {
    Path from = out.toAbsolutePath().normalize();
    if (!Objects.equals(from.getRoot(), page.getRoot())) { // another drive
      return page.toUri().toString();
    }
    try {
      return new URI(null, null, Store.slashed(from.relativize(page)), null).getRawPath();
    } catch (URISyntaxException error) {
      throw new IllegalStateException(error);
    }
  }

  private Section.Figure embedding(Charts.ColourBy by) {
    Long seed = run.seedOf("tsne");
    String subtitle =
        run.marked(
            "%s, no split, %sn = %,d segments"
                .formatted(
                    embeddedSegments(),
                    seed == null ? "" : "seed " + seed + ", ",
                    run.points().size()));
    String what = by == Charts.ColourBy.GENRE ? "genre" : "cluster";
    return files.figure(
        (run.withPaper() ? "figure-1-tsne-" : "tsne-") + what,
        Charts.tsne(
            run.points(),
            by,
            (run.withPaper() ? "Figure 1. " : "") + "t-SNE of the segments, by " + what,
            subtitle),
        subtitle,
        "t-SNE keeps neighbourhoods, not distances. Seen by %s.".formatted(what),
        run.points().size() > SVG_POINTS);
  }

  /** The network's last hidden layer, on segments that it was not trained on. */
  private Section.Figure learnt() {
    RunResults.Learnt learnt = run.learnt();
    String subtitle =
        run.marked("test segments, n = %,d segments".formatted(learnt.points().size()));
    return files.figure(
        "tsne-embedding",
        Charts.tsne(
            learnt.points(),
            Charts.ColourBy.GENRE,
            "t-SNE of %s's embeddings, by genre".formatted(learnt.network()),
            subtitle),
        subtitle,
        ("Activations of the layer before %s's output, of segments that it was not trained on:"
                + " beside the features above, genres that it tells apart lie apart.")
            .formatted(learnt.network()),
        learnt.points().size() > SVG_POINTS);
  }

  private Tables.Sheet learntScores() {
    Table table = scoresTable(run.learnt().scores());
    return files.table(
        "clustering-embedding",
        "The same of the clusters of %s's embeddings, test segments only"
            .formatted(run.learnt().network()),
        table);
  }

  private String embeddedSegments() {
    int all = run.segmentCount();
    return run.points().size() < all
        ? "a sample of %,d, stratified by genre".formatted(all)
        : "all segments";
  }

  private static Table scoresTable(List<Rows.ClusteringScores> rows) {
    Table table =
        Tables.texts(
            "Method", "Clusters", "Noise", "Inertia", "Silhouette", "Purity", "NMI", "AMI", "ARI");
    for (Rows.ClusteringScores row : rows) {
      Tables.append(
          table,
          row.method(),
          count(row.clusters()),
          count(row.noise()),
          row.inertia() == null ? "" : count(row.inertia()),
          row.silhouette() == null ? "" : number(row.silhouette(), "%.4f"),
          number(row.purity(), "%.4f"),
          number(row.nmi(), "%.4f"),
          number(row.ami(), "%.4f"),
          number(row.ari(), "%.4f"));
    }
    return table;
  }

  private Tables.Sheet scores() {
    return files.table(
        "clustering",
        "How good the clusters are: by themselves (silhouette), and beside the genres (purity, "
            + "normalised and adjusted mutual information, adjusted Rand index)",
        scoresTable(run.clusteringScores()));
  }

  /** Clusters in rows, since the paper speaks of a genre's share of a cluster. */
  private Tables.Sheet shares() {
    List<String> genres =
        run.clusters().stream().map(Rows.Cluster::genre).distinct().sorted().toList();
    var byCluster =
        run.clusters().stream()
            .collect(
                Collectors.groupingBy(Rows.Cluster::cluster, TreeMap::new, Collectors.toList()));
    Table table =
        Tables.texts(
            Stream.of(
                    Stream.of("Cluster", "Segments", "Largest genre", "Purity (%)"),
                    genres.stream().map(genre -> genre + " (%)"))
                .flatMap(Function.identity())
                .toArray(String[]::new));
    long all = 0;
    long largest = 0;
    for (var entry : byCluster.entrySet()) {
      List<Rows.Cluster> rows = entry.getValue();
      Rows.Cluster first =
          rows.stream()
              .max(
                  Comparator.comparingLong(Rows.Cluster::count)
                      .thenComparing(Rows.Cluster::genre, Comparator.reverseOrder()))
              .orElseThrow();
      long size = rows.stream().mapToLong(Rows.Cluster::count).sum();
      all += size;
      largest += first.count();
      var shares =
          rows.stream()
              .collect(Collectors.toMap(Rows.Cluster::genre, Rows.Cluster::shareOfCluster));
      Tables.append(
          table,
          Stream.concat(
                  Stream.of(
                      String.valueOf(entry.getKey()),
                      count(size),
                      first.genre(),
                      number(100 * first.shareOfCluster(), "%.1f")),
                  genres.stream()
                      .map(genre -> number(100 * shares.getOrDefault(genre, 0.0), "%.1f")))
              .toArray(String[]::new));
    }
    return files.table(
        "clusters",
        "Genre shares of each cluster. Purity over all clusters: %.1f %% of %,d segments"
            .formatted(100.0 * largest / Math.max(1, all), all),
        table,
        4,
        "Share of the cluster (%)");
  }

  /** The purities that the paper states beside the same genre's largest shares here. */
  private Tables.Sheet purities() {
    Table ours =
        Table.create(
                StringColumn.create("Genre", run.clusters().stream().map(Rows.Cluster::genre)),
                IntColumn.create(
                    "cluster", run.clusters().stream().mapToInt(Rows.Cluster::cluster)),
                DoubleColumn.create(
                    "share", run.clusters().stream().mapToDouble(Rows.Cluster::shareOfCluster)))
            .sortOn("Genre", "-share", "cluster");
    Table table =
        Tables.texts(
            "Genre", "Cluster, paper", "Share (%), paper", "Cluster, ours", "Share (%), ours");
    var paper =
        Paper.PURITIES.stream()
            .collect(
                Collectors.groupingBy(
                    Paper.Purity::genre, LinkedHashMap::new, Collectors.toList()));
    paper.forEach(
        (genre, statements) -> {
          Table shares = ours.where(ours.stringColumn("Genre").isEqualTo(genre));
          for (int i = 0; i < statements.size(); i++) {
            boolean known = i < shares.rowCount();
            Tables.append(
                table,
                genre,
                String.valueOf(statements.get(i).cluster()),
                number(100 * statements.get(i).share(), "%.0f"),
                known ? String.valueOf(shares.intColumn("cluster").get(i)) : "",
                known ? number(100 * shares.doubleColumn("share").get(i), "%.1f") : "");
          }
        });
    return files.table(
        "cluster-purity",
        "The purities the paper states (section 2.2.3), and the same genres' largest shares of a "
            + "cluster here. The numbers of clusters are arbitrary",
        table);
  }
}
