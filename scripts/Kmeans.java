///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Clusters segments by K-means or HDBSCAN*; writes the features JSON of the kind with clusters
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/clustering/ClusterCountRange.java
//SOURCES lib/clustering/ClusterSource.java
//SOURCES lib/clustering/ClusterTables.java
//SOURCES lib/clustering/Clustering.java
//SOURCES lib/clustering/ClusteringEvaluation.java
//SOURCES lib/clustering/ClusteringMethod.java
//SOURCES lib/clustering/ClusteringOptions.java
//SOURCES lib/clustering/ClusteringProvenance.java
//SOURCES lib/features/FeatureFolder.java
//SOURCES lib/features/Features.java
//SOURCES lib/figures/Charts.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true

import genrelab.clustering.ClusterCountRange;
import genrelab.clustering.ClusterSource;
import genrelab.clustering.ClusterTables;
import genrelab.clustering.Clustering;
import genrelab.clustering.ClusteringEvaluation;
import genrelab.clustering.ClusteringMethod;
import genrelab.clustering.ClusteringOptions;
import genrelab.clustering.ClusteringProvenance;
import genrelab.features.FeatureFolder;
import genrelab.features.Features;
import genrelab.figures.Charts;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Clusters segments by K-means (k-means++, Lloyd) on their flattened features, as the paper does,
 * or by HDBSCAN* (Campello et al. 2013, Tribuo).
 *
 * <p>Writes the features JSON again with each segment's cluster, a table of clusters and genres,
 * scores of the clustering, and Tribuo's provenance, from which the clustering can be made again.
 * By default all segments are clustered, test segments too, before any split: the paper's way,
 * which is transductive. {@code --fit-on train} learns the clusters from training segments alone
 * and assigns the others to them. {@code --sweep} compares numbers of clusters instead.
 */
@Command(
    name = "kmeans",
    description =
        "Clusters segments by K-means or HDBSCAN*; writes the features JSON of the kind with"
            + " clusters, and scores of the clustering.")
public final class Kmeans implements Callable<Integer> {
  /** Kept, since a logger that nobody holds forgets its level. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  @Option(
      names = "--features",
      defaultValue = "mfcc.json",
      description = "Features: JSON or folder (default ${DEFAULT-VALUE}).")
  Path features;

  @Option(
      names = "--out",
      defaultValue = "mfcc-kmeans.json",
      description =
          "The features with clusters to write: .json, .json.gz, or a folder, which any other name"
              + " is (default ${DEFAULT-VALUE}); beside it go clusters.json, clustering.json"
              + " (scores) and clustering-provenance.json.")
  @Output({"mapping", "labels"})
  Path out;

  @Option(
      names = "--table",
      description =
          "The table of clusters and genres to write (default: clusters.json beside --out).")
  @Output({"cluster", "genre", "count"})
  Path table;

  @Mixin ClusteringOptions options = new ClusteringOptions();

  @Option(
      names = "--silhouette-sample",
      defaultValue = "2000",
      description = "Segments drawn for the silhouette, at least 10 (default ${DEFAULT-VALUE}).")
  int silhouetteSample;

  public static void main(String... args) {
    System.exit(Stage.run(new Kmeans(), args));
  }

  @Override
  public Integer call() {
    options.checkOptions();
    Stage.requireOption(
        silhouetteSample >= 10 && silhouetteSample <= 20_000,
        "--silhouette-sample must be from 10 to 20000, not %s",
        silhouetteSample);
    Store.createFolder(out.toAbsolutePath().getParent());
    nameOutputs();
    TRIBUO.setLevel(Level.WARNING);
    Segments segments = read();
    var evaluation =
        new ClusteringEvaluation(
            segments.data, segments.source.rows(), silhouetteSample, options.threads, options.seed);
    if (options.sweptCounts().isPresent()) {
      sweep(segments, options.sweptCounts().get(), evaluation);
    } else {
      cluster(segments, evaluation);
    }
    return 0;
  }

  /** The files beside {@code --out}, which picocli does not know. */
  private void nameOutputs() {
    if (options.sweptCounts().isPresent()) {
      Stage.alsoWrites(beside("sweep.json"), "method", "clusters");
      return;
    }
    FeatureFolder.nameOutputs(out);
    if (table == null) {
      Stage.alsoWrites(tableFile(), "cluster", "genre", "count");
    }
    Stage.alsoWrites(beside("clustering.json"), "method", "clusters");
    Stage.alsoWrites(beside("clustering-provenance.json"), "marshalled-class");
  }

  private Path beside(String name) {
    return out.resolveSibling(name);
  }

  private Path tableFile() {
    return table != null ? table : beside("clusters.json");
  }

  // ---- segments

  /**
   * The segments to cluster.
   *
   * @param data the features JSON
   * @param source what stands for each of them
   */
  private record Segments(Features data, ClusterSource source, double readSeconds) {}

  private Segments read() {
    long begin = System.nanoTime();
    Features data = Features.read(features);
    ClusterSource source = options.source(data, features);
    return new Segments(data, source, (System.nanoTime() - begin) / 1e9);
  }

  // ---- one clustering

  private void cluster(Segments segments, ClusteringEvaluation evaluation) {
    Clustering clustering = options.fit(segments.source);
    Rows.ClusteringScores scores = evaluation.scores(options.method, clustering);
    List<Rows.Cluster> contingency = ClusterTables.contingency(segments.data, clustering);
    write(segments.data, clustering, scores, contingency);
    int genres = segments.data.mapping().size();
    System.out.println(ClusterTables.largestGenres(contingency, genres).print());
    print(clustering, scores, segments.data.size());
    printSeconds(segments, clustering);
    System.out.printf("%s, %s, %s%n", out, tableFile(), beside("clustering.json"));
  }

  /** Clusters and their table are of one run or not there. */
  private void write(
      Features data,
      Clustering clustering,
      Rows.ClusteringScores scores,
      List<Rows.Cluster> contingency) {
    var provenance =
        ClusteringProvenance.withClustering(data.provenance(), features, options, clustering);
    var files = new LinkedHashMap<Path, Store.Content>();
    files.putAll(data.withClusters(clustering.labels(), provenance).contents(out));
    files.put(tableFile(), Store.rows(contingency));
    files.put(beside("clustering.json"), Store.rows(List.of(scores)));
    files.put(beside("clustering-provenance.json"), ClusteringProvenance.ofTribuo(clustering));
    Store.writeTogether(files);
    FeatureFolder.deleteOtherParts(out);
  }

  private void print(Clustering clustering, Rows.ClusteringScores scores, int segments) {
    System.out.printf(
        "%s, %s: %d clusters%s, fit on %s%s%n",
        options.method.title(),
        options.describeInput(),
        clustering.clusters(),
        scores.noise() > 0 ? ", noise %d of %d segments".formatted(scores.noise(), segments) : "",
        options.describeFitted(),
        options.isTransductive() ? " (transductive)" : "");
    if (options.method == ClusteringMethod.kmeans) {
      boolean stopped = clustering.iterations() == options.iterations;
      System.out.printf(
          "inertia %.4e (seed %d, best of %d starts, %d iterations%s)%n",
          clustering.inertia(),
          clustering.seed(),
          options.restarts,
          clustering.iterations(),
          stopped ? ": stopped there, give more --iterations" : "");
    }
    System.out.printf(
        "purity %.3f, NMI %.3f, AMI %.3f, ARI %.3f, silhouette %s of %d segments%n",
        scores.purity(),
        scores.nmi(),
        scores.ami(),
        scores.ari(),
        scores.silhouette() == null ? "undefined" : "%.3f".formatted(scores.silhouette()),
        scores.silhouetteSample());
    if (clustering.clusters() == 0) {
      Stage.warn("no clusters; try a smaller --min-cluster-size or --min-samples");
    }
    if (clustering.empty() > 0) {
      Stage.warn(
          "%d clusters are empty: fewer different segments than clusters", clustering.empty());
    }
  }

  private void printSeconds(Segments segments, Clustering clustering) {
    System.out.printf(
        "read %.1f s, %s %.1f s%s%n",
        segments.readSeconds,
        options.method.title(),
        clustering.seconds(),
        options.method == ClusteringMethod.kmeans
            ? " (%d iterations, %.1f ms each)"
                .formatted(
                    clustering.allIterations(),
                    1000 * clustering.seconds() / clustering.allIterations())
            : "");
  }

  // ---- a sweep

  private void sweep(Segments segments, ClusterCountRange range, ClusteringEvaluation evaluation) {
    var scores = new ArrayList<Rows.ClusteringScores>();
    double seconds = 0;
    for (int clusters : range.counts().toArray()) {
      Clustering clustering = options.kmeans().fit(segments.source, clusters);
      scores.add(evaluation.scores(options.method, clustering));
      seconds += clustering.seconds();
    }
    var chart =
        Charts.sweep(scores, "K-means over the number of clusters", subtitle(segments.data));
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(beside("sweep.json"), Store.rows(scores));
    files.put(beside("sweep.png"), out -> out.write(Charts.png(chart)));
    files.put(beside("sweep.svg"), out -> out.write(Charts.svgFile(chart)));
    Store.writeTogether(files);
    System.out.println(ClusterTables.scores(scores).print());
    System.out.printf(
        "read %.1f s, K-means %.1f s: %s%n", segments.readSeconds, seconds, beside("sweep.json"));
  }

  private String subtitle(Features data) {
    boolean synthetic = data.provenance().path("synthetic").asBoolean();
    return String.format(
        "%s%,d segments, %s, best of %d %s, seed %d, fitted to %s",
        synthetic ? "synthetic audio, no music: " : "",
        data.size(),
        options.describeInput(),
        options.restarts,
        options.restarts == 1 ? "start" : "starts",
        options.seed,
        options.describeFitted());
  }
}
