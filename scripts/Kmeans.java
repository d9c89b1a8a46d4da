///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Clusters segments by K-means; writes the features JSON of the kind with clusters
//DEPS info.picocli:picocli:4.7.7
//DEPS org.tribuo:tribuo-clustering-kmeans:4.3.2
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/Features.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.Features;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.la.DenseVector;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * Clusters segments by K-means (Tribuo, k-means++) on their flattened features, as the paper does.
 *
 * <p>Writes the features JSON again with each segment's cluster, and a table of how genres and
 * clusters meet. By default all segments are clustered, test segments too, before any split: the
 * paper's way, which is transductive. {@code --fit-on train} learns the centroids from training
 * segments alone and assigns the others to them.
 */
@Command(
    name = "kmeans",
    description =
        "Clusters segments by K-means; writes the features JSON of the kind with clusters.")
public class Kmeans implements Callable<Integer> {
  enum FitOn {
    all,
    train
  }

  @Option(
      names = "--features",
      defaultValue = "mfcc.json",
      description = "The features JSON (default ${DEFAULT-VALUE}).")
  Path features;

  @Option(
      names = "--out",
      defaultValue = "mfcc-kmeans.json",
      description = "The features JSON with clusters to write (default ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--table",
      description = "Where to write the table of clusters (default: clusters.json beside --out).")
  Path table;

  @Option(
      names = "--clusters",
      defaultValue = "10",
      description = "How many, at least 2 (default ${DEFAULT-VALUE}).")
  int clusters;

  @Option(
      names = "--restarts",
      defaultValue = "3",
      description = "Starts, of which the best inertia is kept (default ${DEFAULT-VALUE}).")
  int restarts;

  @Option(
      names = "--iterations",
      defaultValue = "100",
      description = "Iterations a start at the most (default ${DEFAULT-VALUE}).")
  int iterations;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(names = "--split", description = "A split, for --fit-on train.")
  Path split;

  @Option(
      names = "--fit-on",
      defaultValue = "all",
      description = "${COMPLETION-CANDIDATES}: whose segments make centroids (default all).")
  FitOn fitOn;

  public static void main(String... args) {
    System.exit(Stage.run(new Kmeans(), args));
  }

  /** Each segment's nearest centroid, and the sum of squared distances over the fitted segments. */
  private record Clustering(int[] assigned, double inertia, long seed) {}

  @Override
  public Integer call() {
    checkOptions();
    Features data = Features.read(features);
    boolean[] fitted = fitted(data);
    Clustering best = cluster(data, fitted);
    data.withClusters(best.assigned(), provenance(data, best)).write(out);
    Path rows = table != null ? table : out.resolveSibling("clusters.json");
    List<Rows.Cluster> shares = sharesByGenre(data, best.assigned());
    Store.writeRows(rows, shares);
    tell(shares, best, data.size(), rows);
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(clusters >= 2, "--clusters must be at least 2, not %s", clusters);
    Stage.requireOption(restarts >= 1, "--restarts must be at least 1, not %s", restarts);
    Stage.requireOption(iterations >= 1, "--iterations must be at least 1, not %s", iterations);
    Stage.requireOption(
        (fitOn == FitOn.train) == (split != null), "--fit-on train and --split go together");
    Store.createFolder(out.toAbsolutePath().getParent());
  }

  private boolean[] fitted(Features data) {
    boolean[] fitted = new boolean[data.size()];
    Set<String> training = new HashSet<>();
    if (fitOn == FitOn.train) {
      Store.readRows(split, Rows.Part.class).stream()
          .filter(row -> row.part().equals("train"))
          .forEach(row -> training.add(row.track() + "/" + row.segment()));
    }
    int count = 0;
    for (int i = 0; i < fitted.length; i++) {
      String name = data.tracks()[i] + "/" + data.segments()[i];
      fitted[i] = fitOn == FitOn.all || training.contains(name);
      count += fitted[i] ? 1 : 0;
    }
    if (count < clusters) {
      throw new Stage.Failure(
          "%s: %d segments can't make %d clusters; give fewer --clusters",
          fitOn == FitOn.all ? features : split, count, clusters);
    }
    return fitted;
  }

  private Clustering cluster(Features data, boolean[] fitted) {
    Logger.getLogger("org.tribuo").setLevel(Level.WARNING);
    MutableDataset<ClusterID> dataset = dataset(data, fitted);
    Clustering best = null;
    try (ProgressBar progress = Stage.progress("kmeans", restarts)) {
      for (int start = 0; start < restarts; start++) {
        // one thread: with more, Tribuo's sums depend on which finishes first
        long startSeed = seed + start;
        var trainer =
            new KMeansTrainer(
                clusters,
                iterations,
                new L2Distance(),
                KMeansTrainer.Initialisation.PLUSPLUS,
                1,
                startSeed);
        Clustering found =
            assign(data, fitted, trainer.train(dataset).getCentroidVectors(), startSeed);
        if (best == null || found.inertia() < best.inertia()) {
          best = found;
        }
        progress.step();
      }
    }
    return best;
  }

  private static MutableDataset<ClusterID> dataset(Features data, boolean[] fitted) {
    // Tribuo orders features by name: padded numbers keep the flattened order
    int width = data.values()[0].length;
    String[] names = IntStream.range(0, width).mapToObj("%06d"::formatted).toArray(String[]::new);
    var dataset =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("genrelab features", new ClusteringFactory()),
            new ClusteringFactory());
    for (int i = 0; i < data.size(); i++) {
      if (fitted[i]) {
        double[] values = new double[width];
        for (int v = 0; v < width; v++) {
          values[v] = data.values()[i][v];
        }
        dataset.add(new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values));
      }
    }
    return dataset;
  }

  private static Clustering assign(
      Features data, boolean[] fitted, DenseVector[] centroids, long seed) {
    double[][] centres =
        Arrays.stream(centroids).map(DenseVector::toArray).toArray(double[][]::new);
    int[] assigned = new int[data.size()];
    double inertia = 0;
    for (int i = 0; i < assigned.length; i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centres.length; c++) {
        double distance = squaredDistance(data.values()[i], centres[c]);
        if (distance < nearest) {
          nearest = distance;
          assigned[i] = c;
        }
      }
      inertia += fitted[i] ? nearest : 0;
    }
    return new Clustering(assigned, inertia, seed);
  }

  private static double squaredDistance(float[] values, double[] centre) {
    double sum = 0;
    for (int v = 0; v < values.length; v++) {
      double difference = values[v] - centre[v];
      sum += difference * difference;
    }
    return sum;
  }

  private ObjectNode provenance(Features data, Clustering best) {
    ObjectNode provenance = data.provenance().deepCopy();
    ObjectNode kmeans = provenance.putObject("kmeans");
    kmeans.put("tribuo", "4.3.2").put("initialisation", "k-means++").put("clusters", clusters);
    kmeans.put("restarts", restarts).put("iterations", iterations).put("seed", seed);
    kmeans.put("bestSeed", best.seed()).put("inertia", best.inertia()).put("fitOn", fitOn.name());
    kmeans.put("transductive", fitOn == FitOn.all);
    kmeans.putObject("inputs").put(features.getFileName().toString(), Store.sha256(features));
    return provenance;
  }

  private List<Rows.Cluster> sharesByGenre(Features data, int[] assigned) {
    var rows = new ArrayList<Rows.Cluster>();
    long[][] counts = new long[clusters][data.mapping().size()];
    long[] ofCluster = new long[clusters];
    long[] ofGenre = new long[data.mapping().size()];
    for (int i = 0; i < assigned.length; i++) {
      counts[assigned[i]][data.labels()[i]]++;
      ofCluster[assigned[i]]++;
      ofGenre[data.labels()[i]]++;
    }
    for (int c = 0; c < clusters; c++) {
      for (int g = 0; g < ofGenre.length; g++) {
        rows.add(
            new Rows.Cluster(
                c,
                data.mapping().get(g),
                counts[c][g],
                (double) counts[c][g] / Math.max(1, ofCluster[c]),
                (double) counts[c][g] / Math.max(1, ofGenre[g])));
      }
    }
    return rows;
  }

  private void tell(List<Rows.Cluster> shares, Clustering best, int size, Path rows) {
    Table largest = largestGenres(shares);
    System.out.println(largest.print());
    double purity = largest.longColumn("segments").sum() / size;
    System.out.printf(
        "purity %.3f, inertia %.4e (seed %d, best of %d starts), fit on %s: %s, %s%n",
        purity,
        best.inertia(),
        seed,
        restarts,
        fitOn == FitOn.all ? "all segments (transductive)" : "training segments",
        out,
        rows);
  }

  private Table largestGenres(List<Rows.Cluster> shares) {
    Table sorted =
        Table.create(
                "largest genre of each cluster",
                IntColumn.create("cluster", shares.stream().mapToInt(Rows.Cluster::cluster)),
                StringColumn.create("genre", shares.stream().map(Rows.Cluster::genre)),
                LongColumn.create("segments", shares.stream().mapToLong(Rows.Cluster::count)),
                DoubleColumn.create(
                    "share of cluster", shares.stream().mapToDouble(Rows.Cluster::shareOfCluster)),
                DoubleColumn.create(
                    "share of genre", shares.stream().mapToDouble(Rows.Cluster::shareOfGenre)))
            .sortOn("cluster", "-segments", "genre");
    int genres = shares.size() / clusters;
    Table largest =
        sorted.rows(IntStream.range(0, clusters).map(cluster -> cluster * genres).toArray());
    for (String share : List.of("share of cluster", "share of genre")) {
      largest.doubleColumn(share).setPrintFormatter(NumberColumnFormatter.percent(1));
    }
    return largest;
  }
}
