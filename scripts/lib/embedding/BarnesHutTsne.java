// ELKI's t-SNE is in its main artifact, which brings the other modules with it (6 MB in all).
//DEPS io.github.elki-project:elki:0.8.0
//SOURCES ElkiProgress.java
//SOURCES BarnesHutTree.java
//SOURCES NeighbourAffinities.java
//SOURCES SparseRows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Progress.java

package genrelab.embedding;

import elki.data.DoubleVector;
import elki.data.type.TypeUtil;
import elki.database.Database;
import elki.database.StaticArrayDatabase;
import elki.database.ids.DBIDIter;
import elki.database.relation.Relation;
import elki.datasource.ArrayAdapterDatabaseConnection;
import elki.projection.AffinityMatrix;
import elki.projection.BarnesHutTSNE;
import elki.utilities.random.RandomFactory;
import genrelab.kit.Progress;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;

/**
 * Barnes-Hut t-SNE in two dimensions (van der Maaten 2014), with ELKI's affinities, momentum and
 * early exaggeration.
 *
 * <p>The gradient is computed in parallel, on the threads of the pool that calls, or on all
 * processors; the map is the same to the last bit on any number of threads.
 *
 * @param perplexity effective number of neighbours of each sample, at least 1; three times that
 *     must be less than the number of samples
 * @param iterations of gradient descent, at least 1
 * @param theta Barnes-Hut's angle, 0 to 2: larger is coarser and faster, 0 is exact
 * @param seed of the initial map
 */
public record BarnesHutTsne(double perplexity, int iterations, double theta, long seed) {
  private static final double FINAL_MOMENTUM = 0.8;

  /**
   * Embeds samples in the plane.
   *
   * @param samples sample × feature
   * @return sample × 2, centred on the origin
   */
  public double[][] fitTransform(double[][] samples) {
    Database database = new StaticArrayDatabase(new ArrayAdapterDatabaseConnection(samples));
    var progress = new ElkiProgress();
    try {
      database.initialize();
      Relation<DoubleVector> relation = database.getRelation(TypeUtil.DOUBLE_VECTOR_FIELD);
      var affinities = new NeighbourAffinities(samples, perplexity);
      // scikit-learn's "auto"
      double learningRate = Math.max(50, samples.length / 48.0);
      var descent =
          new Descent(affinities, learningRate, iterations, new RandomFactory(seed), theta);
      Relation<DoubleVector> map = descent.run(database, relation);
      var places = new double[samples.length][];
      int i = 0;
      for (DBIDIter id = relation.iterDBIDs(); id.valid(); id.advance()) {
        places[i++] = map.get(id).toArray();
      }
      return places;
    } finally {
      progress.close();
    }
  }

  /**
   * ELKI's Barnes-Hut t-SNE with another gradient: on several threads, over a quadtree in flat
   * arrays. Its cells are as coarse as scikit-learn's for a theta (width over distance). Each
   * point's forces are summed by one thread, in one order: the map is the same on any number.
   */
  private static final class Descent extends BarnesHutTSNE<DoubleVector> {
    private static final int CHUNK = 256;

    private SparseRows affinities;

    Descent(
        NeighbourAffinities affinity,
        double learningRate,
        int iterations,
        RandomFactory random,
        double theta) {
      super(affinity, 2, FINAL_MOMENTUM, learningRate, iterations, random, true, theta);
    }

    @Override
    protected void optimizetSNE(AffinityMatrix pij, double[][] map) {
      affinities = bothSides(pij);
      // ELKI's layout: gradient, momentum and gain of x and y, a point after the other
      double[] meta = new double[6 * map.length];
      for (int i = 0; i < meta.length; i += 6) {
        meta[i + 4] = 1;
        meta[i + 5] = 1;
      }
      var tree = new BarnesHutTree(map.length);
      double[] normalisers = new double[map.length];
      try (ProgressBar bar = Progress.of("t-SNE", iterations)) {
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
     * Affinities to both sides: ELKI keeps those to a point's own neighbours alone, without the
     * pull of points that have it as theirs, and its map drifts and loses points.
     */
    private static SparseRows bothSides(AffinityMatrix pij) {
      SparseRows others = SparseRows.of(pij).transposed();
      return others.transposed().or(others);
    }

    private static void forEach(int size, IntConsumer task) {
      IntStream.range(0, (size + CHUNK - 1) / CHUNK)
          .parallel()
          .forEach(
              chunk -> {
                int end = Math.min(size, (chunk + 1) * CHUNK);
                for (int place = chunk * CHUNK; place < end; place++) {
                  task.accept(place);
                }
              });
    }

    /** Puts a point's repulsion, not yet normalised, where its gradient will be. */
    private void repel(BarnesHutTree tree, int place, double[] meta, double[] normalisers) {
      int i = tree.order[place];
      double x = tree.places[2 * i];
      double y = tree.places[2 * i + 1];
      double forceX = 0;
      double forceY = 0;
      double normaliser = -1; // the point itself, which the traversal will count
      double[] nodes = tree.nodes.fields;
      int[] after = tree.nodes.after;
      int size = tree.nodes.size;
      for (int node = 0; node < size; ) {
        int at = BarnesHutTree.FIELDS * node;
        double dx = x - nodes[at];
        double dy = y - nodes[at + 1];
        double square = dx * dx + dy * dy;
        if (nodes[at + 3] < sqtheta * square || after[node] == node + 1) {
          double u = 1 / (1 + square);
          double z = nodes[at + 2] * u;
          normaliser += z;
          forceX += z * u * dx;
          forceY += z * u * dy;
          node = after[node];
        } else {
          node++;
        }
      }
      meta[6 * i] = forceX;
      meta[6 * i + 1] = forceY;
      normalisers[i] = normaliser;
    }

    private void attract(
        BarnesHutTree tree, int place, double[] meta, double normaliser, double exaggeration) {
      double[] places = tree.places;
      int i = tree.order[place];
      double x = places[2 * i];
      double y = places[2 * i + 1];
      double forceX = 0;
      double forceY = 0;
      int[] neighbours = affinities.columns();
      double[] values = affinities.values();
      int end = affinities.starts()[i + 1];
      for (int at = affinities.starts()[i]; at < end; at++) {
        int other = 2 * neighbours[at];
        double dx = x - places[other];
        double dy = y - places[other + 1];
        double a = values[at] / (1 + dx * dx + dy * dy);
        forceX += a * dx;
        forceY += a * dy;
      }
      meta[6 * i] = exaggeration * forceX - meta[6 * i] / normaliser;
      meta[6 * i + 1] = exaggeration * forceY - meta[6 * i + 1] / normaliser;
    }
  }
}
