///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Clusters segments by K-means or HDBSCAN*; writes the features JSON of the kind with clusters
//DEPS info.picocli:picocli:4.7.7
//DEPS org.tribuo:tribuo-clustering-hdbscan:4.3.2
// Tribuo's provenance as JSON.
//DEPS com.oracle.labs.olcut:olcut-config-json:5.3.1
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/figures/Charts.java
//SOURCES lib/clustering/ClusterSource.java
//SOURCES lib/clustering/Clustering.java
//SOURCES lib/features/Features.java
//SOURCES lib/clustering/KMeansLloyd.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.config.json.JsonProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import genrelab.clustering.ClusterSource;
import genrelab.clustering.Clustering;
import genrelab.clustering.KMeansLloyd;
import genrelab.features.Features;
import genrelab.figures.Charts;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.knowm.xchart.XYChart;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.hdbscan.HdbscanModel;
import org.tribuo.clustering.hdbscan.HdbscanTrainer;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.neighbour.bruteforce.NeighboursBruteForceFactory;
import org.tribuo.provenance.ModelProvenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * Clusters segments by K-means (Tribuo, k-means++) on their flattened features, as the paper does,
 * or by HDBSCAN* (Campello et al. 2013, Tribuo).
 *
 * <p>Writes the features JSON again with each segment's cluster, a table of how genres and clusters
 * meet, measures of the clustering, and Tribuo's provenance, from which the clustering can be made
 * again. By default all segments are clustered, test segments too, before any split: the paper's
 * way, which is transductive. {@code --fit-on train} learns the clusters from training segments
 * alone and assigns the others to them. {@code --sweep} compares numbers of clusters instead.
 */
@Command(
    name = "kmeans",
    description =
        "Clusters segments by K-means or HDBSCAN*; writes the features JSON of the kind with"
            + " clusters, and measures of the clustering.")
public class Kmeans implements Callable<Integer> {
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
              + " clusters.json, clustering.json (measures) and clustering-provenance.json.")
  @Output({"mapping", "labels"})
  Path out;

  @Option(
      names = "--table",
      description = "Where to write the table of clusters (default: clusters.json beside --out).")
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
      description = "K-means: how many, at least 2 (default ${DEFAULT-VALUE}).")
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
          "HDBSCAN*: the neighbour, counting from the segment itself, whose distance tells the"
              + " density; more means more noise (default ${DEFAULT-VALUE}).")
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
      description = "Default: all processors. The result is the same with any number.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--split", description = "A split, for --fit-on train.")
  Path split;

  @Option(
      names = "--fit-on",
      defaultValue = "all",
      description =
          "${COMPLETION-CANDIDATES}: whose segments make the clusters (default all, which is"
              + " transductive: test segments count too).")
  FitOn fitOn;

  @Spec CommandSpec spec;

  public static void main(String... args) {
    System.exit(Stage.run(new Kmeans(), args));
  }

  /**
   * A clustering of all segments.
   *
   * @param assigned a cluster a segment, −1 for noise
   * @param inertia sum of squared distances of the fitted segments to their centroid; NaN for
   *     HDBSCAN*
   * @param iterations of this start, or 0
   * @param allIterations of all starts
   * @param seed of this start
   */
  private record Found(
      int[] assigned,
      int clusters,
      double inertia,
      int iterations,
      int allIterations,
      long seed,
      ModelProvenance provenance,
      double seconds) {}

  private double readSeconds;
  private double datasetSeconds;

  @Override
  public Integer call() {
    checkOptions();
    if (table == null) {
      Stage.alsoWrites(tableFile(), "cluster", "genre", "count");
    }
    Stage.alsoWrites(beside("clustering.json"), "method", "clusters");
    Stage.alsoWrites(beside("clustering-provenance.json"), "marshalled-class");
    long begin = System.nanoTime();
    Features data = Features.read(features);
    var source = new ClusterSource(data, features, input, standardise, split);
    readSeconds = (System.nanoTime() - begin) / 1e9;
    checkCount(source);
    MutableDataset<ClusterID> dataset = dataset(source);
    var sample = new Clustering.Sample(source.rows(), drawn(data));
    if (sweep != null) {
      sweep(data, source, dataset, sample);
      return 0;
    }
    Found found =
        method == Method.kmeans ? kmeans(source, dataset, clusters) : hdbscan(source, dataset);
    Rows.ClusteringScores quality = quality(data, found, sample);
    write(data, found, quality);
    tell(data, found, quality);
    return 0;
  }

  // --- what is asked for -------------------------------------------------------------------------

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
          sweep.matches("\\d{1,4}:\\d{1,4}") && sweepFrom() >= 2 && sweepFrom() < sweepTo(),
          "--sweep must be FROM:TO with FROM at least 2 and TO larger, e.g. 2:20, not %s",
          sweep);
    }
    if (input == null) {
      input = method == Method.kmeans ? ClusterSource.Input.flat : ClusterSource.Input.stats;
    }
    Store.createFolder(out.toAbsolutePath().getParent());
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

  private int[] drawn(Features data) {
    return Clustering.Sample.draw(data.size(), silhouetteSample, seed);
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

  private Found kmeans(ClusterSource source, MutableDataset<ClusterID> dataset, int count) {
    Found best = null;
    int done = 0;
    double seconds = 0;
    try (ProgressBar progress = Progress.of(count + " clusters", (long) restarts * iterations)) {
      for (int start = 0; start < restarts; start++) {
        var trainer =
            new KMeansLloyd(count, iterations, threads, seed + start, () -> progress.step());
        var model = trainer.train(dataset);
        done += trainer.iterationsDone();
        seconds += trainer.clusteringSeconds();
        datasetSeconds += trainer.conversionSeconds();
        DenseVector[] centroids = model.getCentroidVectors();
        Found found =
            assign(source, centroids, trainer.iterationsDone(), seed + start, provenance(model));
        if (best == null || found.inertia() < best.inertia()) {
          best = found;
        }
        progress.stepTo((start + 1L) * iterations); // it mostly ends before the last iteration
      }
    }
    return new Found(
        best.assigned(),
        count,
        best.inertia(),
        best.iterations(),
        done,
        best.seed(),
        best.provenance(),
        seconds);
  }

  private static Found assign(
      ClusterSource source,
      DenseVector[] centroids,
      int iterations,
      long seed,
      ModelProvenance provenance) {
    double[][] centres =
        Arrays.stream(centroids).map(DenseVector::toArray).toArray(double[][]::new);
    float[][] rows = source.rows();
    int[] assigned = new int[rows.length];
    double[] squares = new double[rows.length];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(
            i -> {
              squares[i] = Double.POSITIVE_INFINITY;
              for (int c = 0; c < centres.length; c++) {
                double square = squaredDistance(rows[i], centres[c]);
                if (square < squares[i]) {
                  squares[i] = square;
                  assigned[i] = c;
                }
              }
            });
    double inertia = 0;
    for (int i = 0; i < rows.length; i++) {
      inertia += source.fitted()[i] ? squares[i] : 0;
    }
    return new Found(assigned, centres.length, inertia, iterations, 0, seed, provenance, 0);
  }

  private static double squaredDistance(float[] values, double[] centre) {
    double sum = 0;
    for (int v = 0; v < values.length; v++) {
      double difference = values[v] - centre[v];
      sum += difference * difference;
    }
    return sum;
  }

  private Found hdbscan(ClusterSource source, MutableDataset<ClusterID> dataset) {
    long begin = System.nanoTime();
    var trainer =
        new HdbscanTrainer(
            minClusterSize, minSamples, new NeighboursBruteForceFactory(new L2Distance(), threads));
    HdbscanModel model = trainer.train(dataset);
    int[] labels = new int[source.rows().length];
    int fitted = 0;
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          source.fitted()[i]
              ? model.getClusterLabels().get(fitted++)
              : model.predict(source.example(i)).getOutput().getID();
    }
    // Tribuo calls noise 0, and numbers the clusters as its hierarchy of them grew
    var names = new ArrayList<>(new TreeSet<>(model.getClusterLabels()));
    names.remove(Integer.valueOf(0));
    return new Found(
        IntStream.of(labels).map(names::indexOf).toArray(),
        names.size(),
        Double.NaN,
        0,
        0,
        seed,
        provenance(model),
        (System.nanoTime() - begin) / 1e9);
  }

  /** Tribuo's own, but for the time, which would make each run's file another. */
  private static ModelProvenance provenance(Model<ClusterID> model) {
    ModelProvenance told = model.getProvenance();
    return new ModelProvenance(
        told.getClassName(),
        OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
        told.getDatasetProvenance(),
        told.getTrainerProvenance());
  }

  private Rows.ClusteringScores quality(Features data, Found found, Clustering.Sample sample) {
    Clustering agreement = Clustering.of(data.labels(), found.assigned());
    double silhouette = sample.silhouette(found.assigned());
    return new Rows.ClusteringScores(
        method.name(),
        found.clusters(),
        IntStream.of(found.assigned()).filter(cluster -> cluster < 0).count(),
        found.iterations(),
        finite(found.inertia()),
        finite(silhouette),
        Math.min(silhouetteSample, data.size()),
        agreement.purity(),
        agreement.nmi(),
        agreement.ami(),
        agreement.ari());
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  // --- sweep -------------------------------------------------------------------------------------

  private void sweep(
      Features data,
      ClusterSource source,
      MutableDataset<ClusterID> dataset,
      Clustering.Sample sample) {
    var rows = new ArrayList<Rows.ClusteringScores>();
    double seconds = 0;
    for (int count = sweepFrom(); count <= sweepTo(); count++) {
      Found found = kmeans(source, dataset, count);
      seconds += found.seconds();
      rows.add(quality(data, found, sample));
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
            fitOn == FitOn.all ? "all segments" : "training segments");
    XYChart chart = Charts.sweep(rows, "K-means over the number of clusters", subtitle);
    var files = new LinkedHashMap<Path, Consumer<Path>>();
    files.put(beside("sweep.json"), file -> Store.writeRows(file, rows));
    files.put(beside("sweep.png"), file -> Charts.writePng(chart, file));
    files.put(beside("sweep.svg"), file -> Charts.writeSvg(chart, file));
    writeTogether(files);
    System.out.println(measures(rows).print());
    System.out.printf(
        "read %.1f s, data set %.1f s, K-means %.1f s: %s%n",
        readSeconds, datasetSeconds, seconds, beside("sweep.json"));
  }

  private String inputName() {
    return (input == ClusterSource.Input.flat ? "all values" : "means and deviations")
        + (standardise ? ", standardised" : "");
  }

  private static Table measures(List<Rows.ClusteringScores> rows) {
    Table measures =
        Table.create(
            "measures",
            IntColumn.create("clusters", rows.stream().mapToInt(Rows.ClusteringScores::clusters)),
            DoubleColumn.create(
                "inertia", rows.stream().map(Rows.ClusteringScores::inertia).toList()),
            DoubleColumn.create(
                "silhouette", rows.stream().map(Rows.ClusteringScores::silhouette).toList()),
            DoubleColumn.create("purity", rows.stream().mapToDouble(Rows.ClusteringScores::purity)),
            DoubleColumn.create("NMI", rows.stream().mapToDouble(Rows.ClusteringScores::nmi)),
            DoubleColumn.create("AMI", rows.stream().mapToDouble(Rows.ClusteringScores::ami)),
            DoubleColumn.create("ARI", rows.stream().mapToDouble(Rows.ClusteringScores::ari)));
    measures
        .numericColumns()
        .forEach(
            column -> {
              if (column instanceof DoubleColumn figures && !column.name().equals("inertia")) {
                figures.setPrintFormatter(
                    new NumberColumnFormatter(new java.text.DecimalFormat("0.000")));
              }
            });
    measures
        .doubleColumn("inertia")
        .setPrintFormatter(new NumberColumnFormatter(new java.text.DecimalFormat("0.0000E0")));
    return measures;
  }

  // --- what is written ---------------------------------------------------------------------------

  private void write(Features data, Found found, Rows.ClusteringScores quality) {
    List<Rows.Cluster> shares = sharesByGenre(data, found);
    Features clustered = data.withClusters(found.assigned(), provenance(data, found));
    String provenance =
        new JsonProvenanceSerialization(true)
            .serializeToString(ProvenanceUtil.marshalProvenance(found.provenance()));
    var files = new LinkedHashMap<Path, Consumer<Path>>();
    files.put(out, clustered::write);
    files.put(tableFile(), file -> Store.writeRows(file, shares));
    files.put(beside("clustering.json"), file -> Store.writeRows(file, List.of(quality)));
    files.put(
        beside("clustering-provenance.json"),
        file ->
            Store.write(
                file,
                to -> to.write((provenance.strip() + "\n").getBytes(StandardCharsets.UTF_8))));
    writeTogether(files);
  }

  private Path beside(String name) {
    return out.resolveSibling(name);
  }

  private Path tableFile() {
    return table != null ? table : beside("clusters.json");
  }

  /** All files under other names first: clusters and their table are of one run or not there. */
  private static void writeTogether(Map<Path, Consumer<Path>> files) {
    for (Path file : files.keySet()) {
      if (Files.isDirectory(file)) {
        throw new Stage.Failure("%s: this is a folder; name a file", file);
      }
    }
    var written = new LinkedHashMap<Path, Path>();
    try {
      files.forEach(
          (file, content) -> {
            Path made = file.resolveSibling("new-" + file.getFileName());
            written.put(made, file);
            content.accept(made);
          });
      for (var entry : written.entrySet()) {
        Files.move(
            entry.getKey(),
            entry.getValue(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } finally {
      for (Path made : written.keySet()) {
        try {
          Files.deleteIfExists(made);
        } catch (IOException ignored) {
          // the first error is the one to tell
        }
      }
    }
  }

  private ObjectNode provenance(Features data, Found found) {
    ObjectNode provenance = data.provenance().deepCopy();
    ObjectNode how = provenance.putObject("kmeans");
    how.put("method", method.name()).put("tribuo", found.provenance().getTribuoVersion());
    how.put("input", input.name()).put("standardise", standardise);
    how.put("clusters", found.clusters()).put("seed", seed);
    if (method == Method.kmeans) {
      how.put("initialisation", "k-means++").put("restarts", restarts);
      how.put("iterations", iterations).put("bestSeed", found.seed());
      how.put("bestIterations", found.iterations()).put("inertia", found.inertia());
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

  private static List<Rows.Cluster> sharesByGenre(Features data, Found found) {
    var rows = new ArrayList<Rows.Cluster>();
    boolean noise = IntStream.of(found.assigned()).anyMatch(cluster -> cluster < 0);
    int first = noise ? -1 : 0;
    long[][] counts = new long[found.clusters() - first][data.mapping().size()];
    long[] ofGenre = new long[data.mapping().size()];
    for (int i = 0; i < data.size(); i++) {
      counts[found.assigned()[i] - first][data.labels()[i]]++;
      ofGenre[data.labels()[i]]++;
    }
    for (int c = first; c < found.clusters(); c++) {
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

  // --- what is told ------------------------------------------------------------------------------

  private void tell(Features data, Found found, Rows.ClusteringScores quality) {
    System.out.println(purityStatements(sharesByGenre(data, found), data.mapping().size()).print());
    System.out.printf(
        "%s, %s: %d clusters%s, fit on %s%n",
        method.title,
        inputName(),
        found.clusters(),
        quality.noise() > 0
            ? ", noise %d of %d segments".formatted(quality.noise(), data.size())
            : "",
        fitOn == FitOn.all ? "all segments (transductive)" : "training segments");
    if (method == Method.kmeans) {
      System.out.printf(
          "inertia %.4e (seed %d, best of %d starts, %d iterations%s)%n",
          found.inertia(),
          found.seed(),
          restarts,
          found.iterations(),
          found.iterations() == iterations ? ": stopped there, give more --iterations" : "");
    }
    System.out.printf(
        "purity %.3f, NMI %.3f, AMI %.3f, ARI %.3f, silhouette %s of %d segments%n",
        quality.purity(),
        quality.nmi(),
        quality.ami(),
        quality.ari(),
        quality.silhouette() == null ? "undefined" : "%.3f".formatted(quality.silhouette()),
        quality.silhouetteSample());
    if (found.clusters() == 0) {
      Stage.warn("no clusters; try a smaller --min-cluster-size or --min-samples");
    }
    long empty =
        IntStream.range(0, found.clusters())
            .filter(c -> IntStream.of(found.assigned()).noneMatch(a -> a == c))
            .count();
    if (empty > 0) {
      Stage.warn("%d clusters are empty: fewer different segments than clusters", empty);
    }
    System.out.printf(
        "read %.1f s, data set %.1f s, %s %.1f s%s%n",
        readSeconds,
        datasetSeconds,
        method.title,
        found.seconds(),
        method == Method.kmeans
            ? " (%d iterations, %.1f ms each)"
                .formatted(found.allIterations(), 1000 * found.seconds() / found.allIterations())
            : "");
    System.out.printf("%s, %s, %s%n", out, tableFile(), beside("clustering.json"));
  }

  /** One row a cluster, in the paper's words: "classical: 92 % of cluster 6". */
  private static Table purityStatements(List<Rows.Cluster> shares, int genres) {
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
}
