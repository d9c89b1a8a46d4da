// ELKI's t-SNE is in its main artifact, which brings the other modules with it (6 MB in all).
//DEPS io.github.elki-project:elki:0.8.0
//SOURCES SquaredDistances.java

package genrelab.embedding;

import elki.data.DoubleVector;
import elki.database.ids.DBIDArrayIter;
import elki.database.ids.DBIDRange;
import elki.database.ids.DBIDUtil;
import elki.database.ids.KNNHeap;
import elki.database.ids.KNNList;
import elki.database.relation.Relation;
import elki.distance.minkowski.EuclideanDistance;
import elki.projection.AffinityMatrix;
import elki.projection.NearestNeighborAffinityMatrixBuilder;
import elki.projection.SparseAffinityMatrix;
import java.util.stream.IntStream;

/**
 * ELKI's affinities of nearest neighbours, with the neighbours found by comparing all samples, on
 * all threads. ELKI's trees compare all of them, too, where there are dozens of dimensions, and
 * take ten times as long. Where distances tie at the last neighbour, all of these count, as in
 * ELKI.
 */
final class NeighbourAffinities extends NearestNeighborAffinityMatrixBuilder<DoubleVector> {
  /** Samples whose distances are computed at once. */
  private static final int CHUNK = 32;

  private final SquaredDistances squaredDistances;

  /**
   * Takes over the samples.
   *
   * @param samples sample × feature
   * @param perplexity a third of the number of neighbours
   */
  NeighbourAffinities(double[][] samples, double perplexity) {
    super(EuclideanDistance.STATIC, perplexity);
    squaredDistances = new SquaredDistances(samples);
  }

  @Override
  public <T extends DoubleVector> AffinityMatrix computeAffinityMatrix(
      Relation<T> relation, double scale) {
    var ids = (DBIDRange) relation.getDBIDs();
    var nearest = nearest(ids, numberOfNeighbours + 1); // itself is one of them
    var affinities = new double[ids.size()][];
    var indices = new int[ids.size()][];
    computePij(
        ids,
        (id, count) -> nearest[ids.getOffset(id)],
        true, // Gaussians are of squares, and the distances are none
        numberOfNeighbours,
        affinities,
        indices,
        scale);
    return new SparseAffinityMatrix(affinities, indices, ids);
  }

  private KNNList[] nearest(DBIDRange ids, int count) {
    int size = ids.size();
    var nearest = new KNNList[size];
    IntStream.range(0, (size + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int begin = chunk * CHUNK;
              int end = Math.min(size, begin + CHUNK);
              double[][] distances = squaredDistances.of(begin, end);
              for (int i = begin; i < end; i++) {
                nearest[i] = nearest(ids, distances[i - begin], count);
              }
            });
    return nearest;
  }

  private static KNNList nearest(DBIDRange ids, double[] squares, int count) {
    KNNHeap heap = DBIDUtil.newHeap(count);
    double farthest = Double.POSITIVE_INFINITY;
    for (DBIDArrayIter id = ids.iter(); id.valid(); id.advance()) {
      double square = squares[id.getOffset()];
      // the root is of those alone that can be among the nearest, a little more for its rounding
      if (square <= farthest * farthest * (1 + 1e-12)) {
        farthest = heap.insert(Math.sqrt(square), id);
      }
    }
    return heap.toKNNList();
  }
}
