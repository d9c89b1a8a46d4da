///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Clusters segments by K-means or HDBSCAN*; writes the features JSON of the kind with clusters
//DEPS info.picocli:picocli:4.7.7
// Tribuo's provenance as JSON.
//DEPS com.oracle.labs.olcut:olcut-config-json:5.3.1
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/clustering/AgreementScores.java
//SOURCES lib/clustering/ClusterSource.java
//SOURCES lib/clustering/ClusterTables.java
//SOURCES lib/clustering/Clustering.java
//SOURCES lib/clustering/Hdbscan.java
//SOURCES lib/clustering/KMeans.java
//SOURCES lib/clustering/Silhouette.java
//SOURCES lib/features/Features.java
//SOURCES lib/figures/Charts.java
//SOURCES lib/kit/Parallel.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.config.json.JsonProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import genrelab.clustering.AgreementScores;
import genrelab.clustering.ClusterSource;
import genrelab.clustering.ClusterTables;
import genrelab.clustering.Clustering;
import genrelab.clustering.Hdbscan;
import genrelab.clustering.KMeans;
import genrelab.clustering.Silhouette;
import genrelab.features.Features;
import genrelab.figures.Charts;
import genrelab.kit.Output;
import genrelab.kit.Parallel;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Clusters segments by K-means (Tribuo, k-means++) on their flattened features, as the paper does,
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
  enum FitOn {
    all,
    train
  }

  enum Method {
    kmeans("K-means"),
    hdbscan("HDBSCAN*");

    private final String title;

    Method(String title) {
      this.title = title;
    }
  }

  @Option(
      names = "--features",
      defaultValue = "mfcc.json",
      description = "The features JSON (default ${DEFAULT-VALUE}).")
  Path features;

  @Option(
      names = "--out",
      defaultValue = "mfcc-kmeans.json",
      description =
          "The features JSON with clusters to write (default ${DEFAULT-VALUE}); beside it go"
              + " clusters.json, clustering.json (scores) and clustering-provenance.json.")
  @Output({"mapping", "labels"})
  Path out;

  @Option(
      names = "--table",
      description =
          "The table of clusters and genres to write (default: clusters.json beside --out).")
  @Output({"cluster", "genre", "count"})
  Path table;

  @Option(
      names = "--method",
      defaultValue = "kmeans",
      description =
          "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). HDBSCAN* finds the number of"
              + " clusters itself and leaves what is in none as cluster -1.")
  Method method;

  @Option(
      names = "--input",
      description =
          "${COMPLETION-CANDIDATES}: all values of a segment in a row, or mean and deviation of"
              + " each coefficient (default: flat for kmeans, stats for hdbscan).")
  ClusterSource.Input input;

  @Option(
      names = "--standardise",
      description = "Scale each value to mean 0, deviation 1 over the fitted segments.")
  boolean standardise;

  @Option(
      names = "--clusters",
      defaultValue = "10",
      description = "K-means: number of clusters, at least 2 (default ${DEFAULT-VALUE}).")
  int clusters;

  @Option(
      names = "--restarts",
      defaultValue = "3",
      description =
          "K-means: starts, of which the best inertia is kept (default ${DEFAULT-VALUE}).")
  int restarts;

  @Option(
      names = "--iterations",
      defaultValue = "300",
      description = "K-means: iterations a start at the most (default ${DEFAULT-VALUE}).")
  int iterations;

  @Option(
      names = "--sweep",
      paramLabel = "FROM:TO",
      description =
          "K-means: compare numbers of clusters, e.g. 2:20, and write sweep.json, sweep.png and"
              + " sweep.svg beside --out instead of all else.")
  String sweep;

  @Option(
      names = "--min-cluster-size",
      defaultValue = "25",
      description =
          "HDBSCAN*: fewest segments of a cluster, at least 2 (default ${DEFAULT-VALUE}).")
  int minClusterSize;

  @Option(
      names = "--min-samples",
      defaultValue = "5",
      description =
          "HDBSCAN*: the neighbour, counting from the segment itself, whose distance is the core"
              + " distance; more means more noise (default ${DEFAULT-VALUE}).")
  int minSamples;

  @Option(
      names = "--silhouette-sample",
      defaultValue = "2000",
      description = "Segments drawn for the silhouette, at least 10 (default ${DEFAULT-VALUE}).")
  int silhouetteSample;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--threads",
      description =
          "Number of threads (default: all processors). The result is the same with any number.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--split", description = "A split, for --fit-on train.")
  Path split;

  @Option(
      names = "--fit-on",
      defaultValue = "all",
      description =
          "${COMPLETION-CANDIDATES}: the segments that clusters are fitted to (default all, which"
              + " is transductive: test segments count too).")
  FitOn fitOn;

  @Spec CommandSpec spec;

  public static void main(String... args) {
    System.exit(Stage.run(new Kmeans(), args));
  }

  private double readSeconds;
  private double datasetSeconds;

  @Override
  public Integer call() {
    checkOptions();
    nameOutputs();
    long begin = System.nanoTime();
    Features data = Features.read(features);
    var source = new ClusterSource(data, features, input, standardise, split);
    readSeconds = (System.nanoTime() - begin) / 1e9;
    checkCount(source);
    MutableDataset<ClusterID> dataset = dataset(source);
    int[] sample = Silhouette.sample(data.size(), silhouetteSample, seed);
    Silhouette silhouette = Parallel.on(threads, () -> new Silhouette(source.rows(), sample));
    if (sweep != null) {
      sweep(data, source, dataset, silhouette);
      return 0;
    }
    Clustering clustering =
        method == Method.kmeans
            ? kmeans().fit(source, dataset, clusters)
            : new Hdbscan(minClusterSize, minSamples, threads).fit(source, dataset, seed);
    datasetSeconds += clustering.conversionSeconds();
    Rows.ClusteringScores scores = scores(data, clustering, silhouette);
    List<Rows.Cluster> shares = ClusterTables.contingency(data, clustering);
    write(data, clustering, scores, shares);
    print(data, clustering, scores, shares);
    return 0;
  }

  // --- options -----------------------------------------------------------------------------------

  private void checkOptions() {
    Stage.requireOption(clusters >= 2, "--clusters must be at least 2, not %s", clusters);
    Stage.requireOption(restarts >= 1, "--restarts must be at least 1, not %s", restarts);
    Stage.requireOption(iterations >= 1, "--iterations must be at least 1, not %s", iterations);
    Stage.requireOption(
        minClusterSize >= 2, "--min-cluster-size must be at least 2, not %s", minClusterSize);
    Stage.requireOption(minSamples >= 1, "--min-samples must be at least 1, not %s", minSamples);
    Stage.requireOption(
        silhouetteSample >= 10 && silhouetteSample <= 20_000,
        "--silhouette-sample must be from 10 to 20000, not %s",
        silhouetteSample);
    Stage.requireOption(threads >= 1, "--threads must be at least 1, not %s", threads);
    Stage.requireOption(
        (fitOn == FitOn.train) == (split != null), "--fit-on train and --split go together");
    List<String> foreign =
        method == Method.kmeans
            ? List.of("--min-cluster-size", "--min-samples")
            : List.of("--clusters", "--restarts", "--iterations", "--sweep");
    for (String option : foreign) {
      Stage.requireOption(
          !spec.commandLine().getParseResult().hasMatchedOption(option),
          "%s is not for --method %s",
          option,
          method);
    }
    Stage.requireOption(
        sweep == null || spec.commandLine().getParseResult().matchedOption("--clusters") == null,
        "--sweep and --clusters exclude each other");
    if (sweep != null) {
      Stage.requireOption(
          sweep.matches("\\d{1,9}:\\d{1,9}") && sweepFrom() >= 2 && sweepFrom() < sweepTo(),
          "--sweep must be FROM:TO with FROM at least 2 and TO larger, e.g. 2:20, not %s",
          sweep);
    }
    if (input == null) {
      input = method == Method.kmeans ? ClusterSource.Input.flat : ClusterSource.Input.stats;
    }
    Store.createFolder(out.toAbsolutePath().getParent());
  }

  /** Those that no option names. */
  private void nameOutputs() {
    if (sweep != null) {
      Stage.alsoWrites(beside("sweep.json"), "method", "clusters");
      return;
    }
    if (table == null) {
      Stage.alsoWrites(tableFile(), "cluster", "genre", "count");
    }
    Stage.alsoWrites(beside("clustering.json"), "method", "clusters");
    Stage.alsoWrites(beside("clustering-provenance.json"), "marshalled-class");
  }

  private int sweepFrom() {
    return Integer.parseInt(sweep.split(":")[0]);
  }

  private int sweepTo() {
    return Integer.parseInt(sweep.split(":")[1]);
  }

  private void checkCount(ClusterSource source) {
    int most = sweep != null ? sweepTo() : clusters;
    int count = source.fittedCount();
    Path file = fitOn == FitOn.all ? features : split;
    if (count == 0) {
      throw new Stage.Failure(
          "%s: no segment of %s is in train; split these features again", split, features);
    }
    if (method == Method.kmeans && count < most) {
      throw new Stage.Failure(
          "%s: %d segments can't make %d clusters; give fewer %s",
          file, count, most, sweep != null ? "in --sweep" : "--clusters");
    }
    if (method == Method.hdbscan && count <= Math.max(minClusterSize, minSamples)) {
      throw new Stage.Failure(
          "%s: %d segments can't make clusters of %d; give a smaller --min-cluster-size and"
              + " --min-samples",
          file, count, minClusterSize);
    }
  }

  // --- clustering --------------------------------------------------------------------------------

  /** Kept, since a logger that nobody holds forgets its level. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  private MutableDataset<ClusterID> dataset(ClusterSource source) {
    TRIBUO.setLevel(Level.WARNING);
    long begin = System.nanoTime();
    var dataset = new MutableDataset<>(source);
    datasetSeconds = (System.nanoTime() - begin) / 1e9;
    return dataset;
  }

  private KMeans kmeans() {
    return new KMeans(restarts, iterations, threads, seed);
  }

  private Rows.ClusteringScores scores(
      Features data, Clustering clustering, Silhouette silhouette) {
    AgreementScores agreement = AgreementScores.of(data.labels(), clustering.labels());
    double score = Parallel.on(threads, () -> silhouette.score(clustering.labels()));
    return new Rows.ClusteringScores(
        method.name(),
        clustering.clusters(),
        clustering.noise(),
        clustering.iterations(),
        finite(clustering.inertia()),
        finite(score),
        Math.min(silhouetteSample, data.size()),
        agreement.purity(),
        agreement.nmi(),
        agreement.ami(),
        agreement.ari());
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private void sweep(
      Features data,
      ClusterSource source,
      MutableDataset<ClusterID> dataset,
      Silhouette silhouette) {
    var rows = new ArrayList<Rows.ClusteringScores>();
    double seconds = 0;
    for (int count = sweepFrom(); count <= sweepTo(); count++) {
      Clustering clustering = kmeans().fit(source, dataset, count);
      seconds += clustering.seconds();
      datasetSeconds += clustering.conversionSeconds();
      rows.add(scores(data, clustering, silhouette));
    }
    boolean synthetic = data.provenance().path("synthetic").asBoolean();
    String subtitle =
        String.format(
            "%s%,d segments, %s, best of %d %s, seed %d, fitted to %s",
            synthetic ? "synthetic audio, no music: " : "",
            data.size(),
            inputName(),
            restarts,
            restarts == 1 ? "start" : "starts",
            seed,
            fittedName());
    var chart = Charts.sweep(rows, "K-means over the number of clusters", subtitle);
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(beside("sweep.json"), Store.rows(rows));
    files.put(beside("sweep.png"), out -> out.write(Charts.png(chart)));
    files.put(beside("sweep.svg"), out -> out.write(Charts.svgFile(chart)));
    Store.writeTogether(files);
    System.out.println(ClusterTables.scores(rows).print());
    System.out.printf(
        "read %.1f s, data set %.1f s, K-means %.1f s: %s%n",
        readSeconds, datasetSeconds, seconds, beside("sweep.json"));
  }

  private String inputName() {
    return (input == ClusterSource.Input.flat ? "all values" : "means and deviations")
        + (standardise ? ", standardised" : "");
  }

  private String fittedName() {
    return fitOn == FitOn.all ? "all segments" : "training segments";
  }

  // --- results -----------------------------------------------------------------------------------

  /** Clusters and their table are of one run or not there. */
  private void write(
      Features data,
      Clustering clustering,
      Rows.ClusteringScores scores,
      List<Rows.Cluster> shares) {
    Features clustered = data.withClusters(clustering.labels(), provenance(data, clustering));
    String provenance =
        new JsonProvenanceSerialization(true)
            .serializeToString(ProvenanceUtil.marshalProvenance(clustering.provenance()));
    byte[] tribuos = (provenance.strip() + "\n").getBytes(StandardCharsets.UTF_8);
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(out, clustered.content());
    files.put(tableFile(), Store.rows(shares));
    files.put(beside("clustering.json"), Store.rows(List.of(scores)));
    files.put(beside("clustering-provenance.json"), to -> to.write(tribuos));
    Store.writeTogether(files);
  }

  private Path beside(String name) {
    return out.resolveSibling(name);
  }

  private Path tableFile() {
    return table != null ? table : beside("clusters.json");
  }

  private ObjectNode provenance(Features data, Clustering clustering) {
    ObjectNode provenance = data.provenance().deepCopy();
    ObjectNode how = provenance.putObject(method.name());
    how.put("method", method.name()).put("tribuo", clustering.provenance().getTribuoVersion());
    how.put("input", input.name()).put("standardise", standardise);
    how.put("clusters", clustering.clusters()).put("seed", seed);
    if (method == Method.kmeans) {
      how.put("initialisation", "k-means++").put("restarts", restarts);
      how.put("iterations", iterations).put("bestSeed", clustering.seed());
      how.put("bestIterations", clustering.iterations()).put("inertia", clustering.inertia());
    } else {
      how.put("minClusterSize", minClusterSize).put("minSamples", minSamples);
    }
    how.put("fitOn", fitOn.name()).put("transductive", fitOn == FitOn.all);
    ObjectNode inputs = how.putObject("inputs");
    inputs.put(features.getFileName().toString(), Store.sha256(features));
    if (split != null) {
      inputs.put(split.getFileName().toString(), Store.sha256(split));
    }
    return provenance;
  }

  private void print(
      Features data,
      Clustering clustering,
      Rows.ClusteringScores scores,
      List<Rows.Cluster> shares) {
    System.out.println(ClusterTables.largestGenres(shares, data.mapping().size()).print());
    System.out.printf(
        "%s, %s: %d clusters%s, fit on %s%s%n",
        method.title,
        inputName(),
        clustering.clusters(),
        scores.noise() > 0
            ? ", noise %d of %d segments".formatted(scores.noise(), data.size())
            : "",
        fittedName(),
        fitOn == FitOn.all ? " (transductive)" : "");
    if (method == Method.kmeans) {
      System.out.printf(
          "inertia %.4e (seed %d, best of %d starts, %d iterations%s)%n",
          clustering.inertia(),
          clustering.seed(),
          restarts,
          clustering.iterations(),
          clustering.iterations() == iterations ? ": stopped there, give more --iterations" : "");
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
    System.out.printf(
        "read %.1f s, data set %.1f s, %s %.1f s%s%n",
        readSeconds,
        datasetSeconds,
        method.title,
        clustering.seconds(),
        method == Method.kmeans
            ? " (%d iterations, %.1f ms each)"
                .formatted(
                    clustering.allIterations(),
                    1000 * clustering.seconds() / clustering.allIterations())
            : "");
    System.out.printf("%s, %s, %s%n", out, tableFile(), beside("clustering.json"));
  }
}
