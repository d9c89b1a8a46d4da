///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION A 2-D map of the segments: PCA, then Barnes-Hut t-SNE.
// ELKI's t-SNE is in its main artifact, which brings the other modules with it (6 MB in all).
//DEPS io.github.elki-project:elki:0.8.0
// EJML: dense linear algebra for the PCA.
//DEPS org.ejml:ejml-ddense:0.44.0
//SOURCES lib/features/Features.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
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
import elki.projection.AffinityMatrix;
import elki.projection.BarnesHutTSNE;
import elki.projection.NearestNeighborAffinityMatrixBuilder;
import elki.utilities.random.RandomFactory;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
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
 * principal components, which go through Barnes-Hut t-SNE (van der Maaten 2014, ELKI's with a
 * gradient on all processors). The values are neither scaled nor standardised: the paper does not
 * say that its Figure 1 did, and its networks and clusters saw them unscaled. Distances between far
 * groups in a t-SNE map mean little; the trustworthiness printed (Venna &amp; Kaski 2001, 5
 * neighbours) tells how far its neighbourhoods can be believed: 1 where every neighbour in the map
 * is one in the components too.
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

  @Option(
      names = "--threads",
      description = "Default: all processors. The map is the same with any number.")
  int threads = Runtime.getRuntime().availableProcessors();

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
    long begin = System.nanoTime();
    double[][] components = principalComponents(features.values(), dimensions, seed);
    long reduced = System.nanoTime();
    double[][] map = embed(components);
    long embedded = System.nanoTime();
    Store.writeRows(
        out, IntStream.range(0, map.length).mapToObj(i -> point(features, i, map[i])).toList());
    System.out.printf(
        "%s: %d segments; PCA %.1f s, t-SNE %.1f s%n",
        out, map.length, (reduced - begin) / 1e9, (embedded - reduced) / 1e9);
    System.out.printf(
        "trustworthiness (%d neighbours, against %d principal components): %.4f%n",
        NEIGHBOURS, components[0].length, trustworthiness(components, map, NEIGHBOURS));
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(
        perplexity >= 1 && perplexity < 1e6, "--perplexity must be at least 1, not %s", perplexity);
    Stage.requireOption(iterations >= 1, "--iterations must be at least 1, not %s", iterations);
    Stage.requireOption(theta >= 0 && theta <= 2, "--theta must be between 0 and 2, not %s", theta);
    Stage.requireOption(threads >= 1, "--threads must be at least 1, not %s", threads);
    Stage.requireOption(dimensions >= 2, "--dimensions must be at least 2, not %s", dimensions);
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
    Stage.warn("perplexity %.0f instead of %.0f: only %d segments", most, perplexity, size);
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

  /** Barnes-Hut t-SNE in two dimensions, with ELKI's momentum and early exaggeration. */
  double[][] embed(double[][] components) {
    Database database = new StaticArrayDatabase(new ArrayAdapterDatabaseConnection(components));
    var progress = new ElkiProgress();
    var pool = new ForkJoinPool(threads);
    try {
      database.initialize();
      Relation<DoubleVector> relation = database.getRelation(TypeUtil.DOUBLE_VECTOR_FIELD);
      var affinities =
          new NearestNeighborAffinityMatrixBuilder<DoubleVector>(
              EuclideanDistance.STATIC, perplexity);
      // scikit-learn's "auto"
      double learningRate = Math.max(50, components.length / 48.0);
      var tsne =
          new ThreadedTsne(
              affinities, learningRate, iterations, new RandomFactory(seed), theta, pool);
      Relation<DoubleVector> map = tsne.run(database, relation);
      var places = new double[components.length][];
      int i = 0;
      for (DBIDIter id = relation.iterDBIDs(); id.valid(); id.advance()) {
        places[i++] = map.get(id).toArray();
      }
      return places;
    } finally {
      pool.shutdown();
      progress.close();
    }
  }

  /**
   * ELKI's Barnes-Hut t-SNE with another gradient: on several threads, over a quadtree in flat
   * arrays. Its cells are as coarse as scikit-learn's for a theta (width over distance). Each
   * point's forces are summed by one thread, in one order: the map is the same on any number.
   */
  private static final class ThreadedTsne extends BarnesHutTSNE<DoubleVector> {
    private static final int CHUNK = 256;

    private final ForkJoinPool pool;
    private int[] starts;
    private int[] neighbours;
    private double[] affinities;

    ThreadedTsne(
        NearestNeighborAffinityMatrixBuilder<DoubleVector> affinity,
        double learningRate,
        int iterations,
        RandomFactory random,
        double theta,
        ForkJoinPool pool) {
      super(affinity, 2, FINAL_MOMENTUM, learningRate, iterations, random, true, theta);
      this.pool = pool;
    }

    @Override
    protected void optimizetSNE(AffinityMatrix pij, double[][] map) {
      flatten(pij);
      // ELKI's layout: gradient, momentum and gain of x and y, a point after the other
      double[] meta = new double[6 * map.length];
      for (int i = 0; i < meta.length; i += 6) {
        meta[i + 4] = 1;
        meta[i + 5] = 1;
      }
      var tree = new Cells(map.length);
      double[] normalisers = new double[map.length];
      try (ProgressBar bar = Stage.progress("t-SNE", iterations)) {
        for (int iteration = 0; iteration < iterations; iteration++) {
          tree.build(map);
          forEach(map.length, place -> repel(tree, place, meta, normalisers));
          double normaliser = Arrays.stream(normalisers).sum();
          double exaggeration =
              iteration <= EARLY_EXAGGERATION_ITERATIONS ? 1 : 1 / EARLY_EXAGGERATION;
          forEach(map.length, place -> attract(tree, place, meta, normaliser, exaggeration));
          updateSolution(map, meta, iteration);
          bar.step();
        }
      }
      centre(map);
    }

    private static void centre(double[][] map) {
      for (int axis = 0; axis < 2; axis++) {
        int a = axis;
        double mean = Arrays.stream(map).mapToDouble(place -> place[a]).average().orElseThrow();
        for (double[] place : map) {
          place[a] -= mean;
        }
      }
    }

    /**
     * Takes the affinities over, to both sides: ELKI keeps those to a point's own neighbours alone,
     * without the pull of points that have it as theirs, and its map drifts and loses points.
     */
    private void flatten(AffinityMatrix pij) {
      int size = pij.size();
      List<Map<Integer, Double>> rows = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        rows.add(new TreeMap<>());
      }
      for (int i = 0; i < size; i++) {
        for (int at = pij.iter(i); pij.iterValid(i, at); at = pij.iterAdvance(i, at)) {
          rows.get(i).put(pij.iterDim(i, at), pij.iterValue(i, at));
          rows.get(pij.iterDim(i, at)).putIfAbsent(i, pij.iterValue(i, at));
        }
      }
      starts = new int[size + 1];
      for (int i = 0; i < size; i++) {
        starts[i + 1] = starts[i] + rows.get(i).size();
      }
      neighbours = new int[starts[size]];
      affinities = new double[neighbours.length];
      int to = 0;
      for (Map<Integer, Double> row : rows) {
        for (var entry : row.entrySet()) {
          neighbours[to] = entry.getKey();
          affinities[to++] = entry.getValue();
        }
      }
    }

    private void forEach(int size, IntConsumer task) {
      int chunks = (size + CHUNK - 1) / CHUNK;
      pool.submit(
              () ->
                  IntStream.range(0, chunks)
                      .parallel()
                      .forEach(
                          chunk -> {
                            int end = Math.min(size, (chunk + 1) * CHUNK);
                            for (int place = chunk * CHUNK; place < end; place++) {
                              task.accept(place);
                            }
                          }))
          .join();
    }

    /** Puts a point's repulsion, not yet normalised, where its gradient will be. */
    private void repel(Cells tree, int place, double[] meta, double[] normalisers) {
      int i = tree.order[place];
      double x = tree.xs[i];
      double y = tree.ys[i];
      double forceX = 0;
      double forceY = 0;
      double normaliser = -1; // the point itself, which the walk will count
      double[] nodes = tree.nodes;
      for (int node = 0; node < tree.size; ) {
        int at = Cells.FIELDS * node;
        double dx = x - nodes[at];
        double dy = y - nodes[at + 1];
        double square = dx * dx + dy * dy;
        if (nodes[at + 3] < sqtheta * square || tree.after[node] == node + 1) {
          double u = 1 / (1 + square);
          double z = nodes[at + 2] * u;
          normaliser += z;
          forceX += z * u * dx;
          forceY += z * u * dy;
          node = tree.after[node];
        } else {
          node++;
        }
      }
      meta[6 * i] = forceX;
      meta[6 * i + 1] = forceY;
      normalisers[i] = normaliser;
    }

    private void attract(
        Cells tree, int place, double[] meta, double normaliser, double exaggeration) {
      int i = tree.order[place];
      double x = tree.xs[i];
      double y = tree.ys[i];
      double forceX = 0;
      double forceY = 0;
      for (int at = starts[i]; at < starts[i + 1]; at++) {
        double dx = x - tree.xs[neighbours[at]];
        double dy = y - tree.ys[neighbours[at]];
        double a = affinities[at] / (1 + dx * dx + dy * dy);
        forceX += a * dx;
        forceY += a * dy;
      }
      meta[6 * i] = exaggeration * forceX - meta[6 * i] / normaliser;
      meta[6 * i + 1] = exaggeration * forceY - meta[6 * i + 1] / normaliser;
    }
  }

  /** Cells of the map, a cell before those in it: a walk needs no stack. */
  private static final class Cells {
    /** A node's centre of mass (x, y), its number of points, its width squared. */
    static final int FIELDS = 4;

    private static final double SMALLEST = 1e-20;

    double[] nodes = new double[FIELDS * 1024];

    /** The node that follows a node and all below it: the next one, for a leaf. */
    int[] after = new int[1024];

    int size;

    /** The points, those of a cell side by side. */
    final int[] order;

    final double[] xs;
    final double[] ys;
    private final int[] sorted;

    Cells(int points) {
      order = IntStream.range(0, points).toArray();
      xs = new double[points];
      ys = new double[points];
      sorted = new int[points];
    }

    void build(double[][] map) {
      for (int i = 0; i < map.length; i++) {
        xs[i] = map[i][0];
        ys[i] = map[i][1];
      }
      size = 0;
      build(0, order.length);
    }

    private void build(int begin, int end) {
      double left = Double.POSITIVE_INFINITY;
      double right = Double.NEGATIVE_INFINITY;
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      double sumX = 0;
      double sumY = 0;
      for (int at = begin; at < end; at++) {
        double x = xs[order[at]];
        double y = ys[order[at]];
        left = Math.min(left, x);
        right = Math.max(right, x);
        low = Math.min(low, y);
        high = Math.max(high, y);
        sumX += x;
        sumY += y;
      }
      int node = add(sumX / (end - begin), sumY / (end - begin), end - begin);
      double width = Math.max(right - left, high - low);
      nodes[FIELDS * node + 3] = width * width;
      if (width * width > SMALLEST) {
        double midX = (left + right) / 2;
        double midY = (low + high) / 2;
        int[] ends = new int[4];
        int to = begin;
        for (int quarter = 0; quarter < 4; quarter++) {
          for (int at = begin; at < end; at++) {
            int i = order[at];
            if ((xs[i] > midX ? 1 : 0) + (ys[i] > midY ? 2 : 0) == quarter) {
              sorted[to++] = i;
            }
          }
          ends[quarter] = to;
        }
        System.arraycopy(sorted, begin, order, begin, end - begin);
        int from = begin;
        for (int quarterEnd : ends) {
          // all in one quarter: nothing but rounding between them
          if (quarterEnd > from && quarterEnd - from < end - begin) {
            build(from, quarterEnd);
          }
          from = quarterEnd;
        }
      }
      after[node] = size;
    }

    private int add(double x, double y, int weight) {
      if (size == after.length) {
        after = Arrays.copyOf(after, 2 * size);
        nodes = Arrays.copyOf(nodes, 2 * nodes.length);
      }
      nodes[FIELDS * size] = x;
      nodes[FIELDS * size + 1] = y;
      nodes[FIELDS * size + 2] = weight;
      return size++;
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
      if (now.isComplete()) {
        flush();
      }
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
