///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION A 2-D map of the segments: PCA, then Barnes-Hut t-SNE.
// ELKI's t-SNE is in its main artifact, which brings the other modules with it (6 MB in all).
//DEPS io.github.elki-project:elki:0.8.0
// EJML: dense linear algebra for the PCA.
//DEPS org.ejml:ejml-ddense:0.44.0
//SOURCES lib/Features.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import elki.data.DoubleVector;
import elki.data.type.TypeUtil;
import elki.database.Database;
import elki.database.StaticArrayDatabase;
import elki.database.ids.DBIDIter;
import elki.database.relation.Relation;
import elki.datasource.ArrayAdapterDatabaseConnection;
import elki.distance.minkowski.EuclideanDistance;
import elki.logging.LoggingConfiguration;
import elki.logging.progress.FiniteProgress;
import elki.logging.progress.ProgressLogRecord;
import elki.projection.BarnesHutTSNE;
import elki.projection.NearestNeighborAffinityMatrixBuilder;
import elki.utilities.random.RandomFactory;
import genrelab.Features;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntToLongFunction;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Lays the segments out in the plane, so that a look tells which genres and clusters mix.
 *
 * <p>The flattened segments (frames · coefficients values each) are reduced to their first
 * principal components, which go through Barnes-Hut t-SNE (van der Maaten 2014, ELKI's). The values
 * are neither scaled nor standardised: the paper does not say that its Figure 1 did, and its
 * networks and clusters saw them unscaled. Distances between far groups in a t-SNE map mean little;
 * the trustworthiness printed (Venna &amp; Kaski 2001, 5 neighbours) tells how far its
 * neighbourhoods can be believed: 1 where every neighbour in the map is one in the components too.
 */
@Command(
    name = "tsne",
    description = "A 2-D map of the segments: PCA, then Barnes-Hut t-SNE, from features JSON.")
public final class Tsne implements Callable<Integer> {
  private static final int FEWEST = 10;
  private static final int NEIGHBOURS = 5;
  private static final int OVERSAMPLING = 10;
  private static final int POWER_ITERATIONS = 4;
  private static final double FINAL_MOMENTUM = 0.8;
  private static final double LEARNING_RATE = 200;

  static {
    // ELKI seeds the tree in which it looks for neighbours from the clock: where distances tie (a
    // track that is twice in the corpus), their order, and so the whole map, would differ each run
    System.setProperty("elki.seed", "1");
  }

  @Option(
      names = "--features",
      required = true,
      paramLabel = "FILE",
      description = "Features JSON, with clusters or without.")
  Path featuresFile;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "tsne.json",
      description = "Rows (x, y, genre, cluster, track, segment) (default: ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--perplexity",
      defaultValue = "30",
      description =
          "Neighbours each segment minds, roughly; under a third of the segments"
              + " (default: ${DEFAULT-VALUE}).")
  double perplexity;

  @Option(names = "--iterations", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
  int iterations;

  @Option(
      names = "--theta",
      defaultValue = "0.5",
      description = "Coarseness of Barnes-Hut; 0 is exact (default: ${DEFAULT-VALUE}).")
  double theta;

  @Option(
      names = "--dimensions",
      defaultValue = "50",
      description = "Principal components to keep (default: ${DEFAULT-VALUE}).")
  int dimensions;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  long seed;

  @Spec CommandSpec spec;

  public static void main(String... args) {
    System.exit(Stage.run(new Tsne(), args));
  }

  @Override
  public Integer call() {
    checkOptions();
    Features features = Features.read(featuresFile);
    fitPerplexity(features.size());
    checkSpread(features.values());
    double[][] components = principalComponents(features.values(), dimensions, seed);
    double[][] map = embed(components);
    Store.writeRows(
        out, IntStream.range(0, map.length).mapToObj(i -> point(features, i, map[i])).toList());
    System.out.printf("%s: %d segments%n", out, map.length);
    System.out.printf(
        "trustworthiness (%d neighbours, against %d principal components): %.4f%n",
        NEIGHBOURS, components[0].length, trustworthiness(components, map, NEIGHBOURS));
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(
        perplexity >= 1 && perplexity < 1e6, "--perplexity must be 1 or more, not %s", perplexity);
    Stage.requireOption(iterations >= 1, "--iterations must be 1 or more, not %s", iterations);
    Stage.requireOption(theta >= 0 && theta <= 2, "--theta must be between 0 and 2, not %s", theta);
    Stage.requireOption(dimensions >= 2, "--dimensions must be 2 or more, not %s", dimensions);
  }

  /** Each segment needs 3 · perplexity others as neighbours. */
  private void fitPerplexity(int size) {
    if (size < FEWEST) {
      throw new Stage.Failure(
          "%s: %d segments are too few for a map; give features with %d or more",
          featuresFile, size, FEWEST);
    }
    if (3 * perplexity < size) {
      return;
    }
    double most = Math.floor((size - 1) / 3.0);
    Stage.requireOption(
        !spec.commandLine().getParseResult().hasMatchedOption("--perplexity"),
        "--perplexity must be under a third of the %d segments, %.0f at most, not %s",
        size,
        most,
        perplexity);
    System.out.printf(
        "perplexity %.0f instead of %.0f: only %d segments%n", most, perplexity, size);
    perplexity = most;
  }

  private void checkSpread(float[][] values) {
    if (Arrays.stream(values).allMatch(row -> Arrays.equals(row, values[0]))) {
      throw new Stage.Failure(
          "%s: all segments are the same; check how these features were made", featuresFile);
    }
  }

  private static Rows.Point point(Features features, int i, double[] place) {
    return new Rows.Point(
        place[0],
        place[1],
        features.genre(i),
        features.clusters() == null ? -1 : features.clusters()[i],
        features.tracks()[i],
        features.segments()[i]);
  }

  /**
   * Principal component scores by a randomised range finder with power iterations (Halko,
   * Martinsson and Tropp 2011, algorithm 4.4), whose result is that of a full decomposition to far
   * more digits than t-SNE minds.
   *
   * @param values one row a segment, any number of values
   * @param count components to keep; fewer where rows or values are fewer
   * @param seed of the random test matrix
   * @return segment × component, centred, by falling variance; each component's sign is such that
   *     its largest score is positive
   */
  static double[][] principalComponents(float[][] values, int count, long seed) {
    int oversampled = Math.min(count + OVERSAMPLING, Math.min(values.length, values[0].length));
    var matrix = new Centred(values);
    try (ProgressBar bar = Stage.progress("PCA", (2L * POWER_ITERATIONS + 2) * matrix.blocks())) {
      DMatrixRMaj range = gaussian(values[0].length, oversampled, new Random(seed));
      for (int i = 0; i < POWER_ITERATIONS; i++) {
        DMatrixRMaj left = orthonormal(matrix.times(range, bar));
        range = orthonormal(matrix.transposedTimes(left, bar));
      }
      DMatrixRMaj left = orthonormal(matrix.times(range, bar));
      return scores(left, matrix.transposedTimes(left, bar), Math.min(count, oversampled));
    }
  }

  private static DMatrixRMaj gaussian(int rows, int columns, Random random) {
    var matrix = new DMatrixRMaj(rows, columns);
    Arrays.setAll(matrix.data, i -> random.nextGaussian());
    return matrix;
  }

  private static DMatrixRMaj orthonormal(DMatrixRMaj matrix) {
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(matrix.numRows, matrix.numCols);
    qr.decompose(matrix);
    return qr.getQ(null, true);
  }

  /** With A ≈ Q·B and B·Bᵀ = U·Λ·Uᵀ, the scores are Q·U·√Λ: no decomposition of B itself. */
  private static double[][] scores(DMatrixRMaj q, DMatrixRMaj bTransposed, int count) {
    var gram = new DMatrixRMaj(q.numCols, q.numCols);
    CommonOps_DDRM.multTransA(bTransposed, bTransposed, gram);
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(q.numCols, true, true);
    eigen.decompose(gram);
    int[] byVariance =
        IntStream.range(0, q.numCols)
            .boxed()
            .sorted((a, b) -> Double.compare(variance(eigen, b), variance(eigen, a)))
            .mapToInt(Integer::intValue)
            .toArray();
    var scores = new double[q.numRows][count];
    var column = new DMatrixRMaj(q.numRows, 1);
    for (int c = 0; c < count; c++) {
      CommonOps_DDRM.mult(q, eigen.getEigenVector(byVariance[c]), column);
      double length = Math.sqrt(Math.max(0, variance(eigen, byVariance[c])));
      double largest = 0;
      for (double score : column.data) {
        largest = Math.abs(score) > Math.abs(largest) ? score : largest;
      }
      for (int i = 0; i < scores.length; i++) {
        scores[i][c] = column.data[i] * Math.copySign(length, largest);
      }
    }
    return scores;
  }

  private static double variance(EigenDecomposition_F64<DMatrixRMaj> eigen, int i) {
    return eigen.getEigenvalue(i).getReal();
  }

  /** The values with each column's mean taken off, multiplied a block of rows at a time. */
  private static final class Centred {
    private static final int BLOCK = 256;

    private final float[][] values;
    private final double[] mean;

    Centred(float[][] values) {
      this.values = values;
      this.mean = new double[values[0].length];
      for (float[] row : values) {
        for (int c = 0; c < mean.length; c++) {
          mean[c] += row[c] / values.length;
        }
      }
    }

    int blocks() {
      return (values.length + BLOCK - 1) / BLOCK;
    }

    private DMatrixRMaj block(int b) {
      int first = b * BLOCK;
      var block = new DMatrixRMaj(Math.min(BLOCK, values.length - first), mean.length);
      for (int i = 0; i < block.numRows; i++) {
        for (int c = 0; c < mean.length; c++) {
          block.data[i * mean.length + c] = values[first + i][c] - mean[c];
        }
      }
      return block;
    }

    DMatrixRMaj times(DMatrixRMaj right, ProgressBar bar) {
      var product = new DMatrixRMaj(values.length, right.numCols);
      for (int b = 0; b < blocks(); b++) {
        DMatrixRMaj block = block(b);
        var part = new DMatrixRMaj(block.numRows, right.numCols);
        CommonOps_DDRM.mult(block, right, part);
        CommonOps_DDRM.insert(part, product, b * BLOCK, 0);
        bar.step();
      }
      return product;
    }

    DMatrixRMaj transposedTimes(DMatrixRMaj left, ProgressBar bar) {
      var product = new DMatrixRMaj(mean.length, left.numCols);
      for (int b = 0; b < blocks(); b++) {
        DMatrixRMaj block = block(b);
        int first = b * BLOCK;
        DMatrixRMaj rows =
            CommonOps_DDRM.extract(left, first, first + block.numRows, 0, left.numCols);
        CommonOps_DDRM.multAddTransA(block, rows, product);
        bar.step();
      }
      return product;
    }
  }

  /** Barnes-Hut t-SNE in two dimensions, on one thread; ELKI's own learning rate and momentum. */
  private double[][] embed(double[][] components) {
    Database database = new StaticArrayDatabase(new ArrayAdapterDatabaseConnection(components));
    var progress = new ElkiProgress();
    try {
      database.initialize();
      Relation<DoubleVector> relation = database.getRelation(TypeUtil.DOUBLE_VECTOR_FIELD);
      var affinities =
          new NearestNeighborAffinityMatrixBuilder<DoubleVector>(
              EuclideanDistance.STATIC, perplexity);
      var tsne =
          new BarnesHutTSNE<DoubleVector>(
              affinities,
              2,
              FINAL_MOMENTUM,
              LEARNING_RATE,
              iterations,
              new RandomFactory(seed),
              true,
              theta);
      Relation<DoubleVector> map = tsne.run(database, relation);
      var places = new double[components.length][];
      int i = 0;
      for (DBIDIter id = relation.iterDBIDs(); id.valid(); id.advance()) {
        places[i++] = map.get(id).toArray();
      }
      return places;
    } finally {
      progress.close();
    }
  }

  /** Turns what ELKI logs of its progress into progress bars, and keeps all else to itself. */
  private static final class ElkiProgress extends Handler {
    private static final Logger ELKI = Logger.getLogger(LoggingConfiguration.TOPLEVEL_PACKAGE);

    private FiniteProgress task;
    private ProgressBar bar;

    ElkiProgress() {
      LoggingConfiguration.assertConfigured(); // it would undo what follows when it is first used
      ELKI.setUseParentHandlers(false);
      ELKI.setLevel(Level.INFO);
      ELKI.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      if (!(record instanceof ProgressLogRecord progress
          && progress.getProgress() instanceof FiniteProgress now)) {
        return;
      }
      if (now != task) {
        flush();
        task = now;
        String name = now.getTask().startsWith("Finding") ? "neighbours" : "t-SNE";
        bar = Stage.progress(name, now.getTotal());
      }
      bar.stepTo(now.getProcessed());
    }

    @Override
    public void flush() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    @Override
    public void close() {
      flush();
      ELKI.removeHandler(this);
    }
  }

  /**
   * How many of each segment's neighbours in the map are neighbours in the input too (Venna and
   * Kaski 2001), as scikit-learn defines it.
   *
   * @param input one row a segment
   * @param map one row a segment
   * @param k neighbours to look at, under half the segments
   * @return 1 where all of them are, about 0.5 for a random map
   */
  static double trustworthiness(double[][] input, double[][] map, int k) {
    int size = input.length;
    try (ProgressBar bar = Stage.progress("trustworthiness", size)) {
      IntToLongFunction excessRanks =
          i -> {
            double[] inMap = squaredDistances(map, i);
            double[] inInput = squaredDistances(input, i);
            long excess = 0;
            for (int j : nearest(inMap, k)) {
              excess += Math.max(0, rank(inInput, j) - k);
            }
            bar.step();
            return excess;
          };
      // sums of whole numbers: threads can't change the result
      double sum = IntStream.range(0, size).parallel().mapToLong(excessRanks).sum();
      return 1 - sum * 2 / ((double) size * k * (2.0 * size - 3.0 * k - 1));
    }
  }

  private static double[] squaredDistances(double[][] rows, int from) {
    var distances = new double[rows.length];
    for (int j = 0; j < rows.length; j++) {
      double sum = 0;
      for (int c = 0; c < rows[j].length; c++) {
        double difference = rows[j][c] - rows[from][c];
        sum += difference * difference;
      }
      distances[j] = sum;
    }
    distances[from] = Double.POSITIVE_INFINITY; // itself is no neighbour
    return distances;
  }

  private static int[] nearest(double[] distances, int k) {
    var nearest = new int[k];
    int found = 0;
    for (int j = 0; j < distances.length; j++) {
      if (found == k && distances[j] >= distances[nearest[k - 1]]) {
        continue;
      }
      int at = found < k ? found++ : k - 1;
      for (; at > 0 && distances[nearest[at - 1]] > distances[j]; at--) {
        nearest[at] = nearest[at - 1];
      }
      nearest[at] = j;
    }
    return nearest;
  }

  /** The place of an entry in sorted order, from 1; of equal entries the first comes first. */
  private static int rank(double[] distances, int of) {
    int rank = 1;
    for (int j = 0; j < distances.length; j++) {
      if (distances[j] < distances[of] || distances[j] == distances[of] && j < of) {
        rank++;
      }
    }
    return rank;
  }
}
