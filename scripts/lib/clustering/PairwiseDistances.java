//SOURCES ../features/SampleBlock.java

package genrelab.clustering;

import genrelab.features.SampleBlock;
import java.util.stream.IntStream;

/** Euclidean distances between the rows of a matrix, computed in double precision. */
final class PairwiseDistances {
  /** Rows compared with a block at once: their sums fit the first-level cache. */
  private static final int ROWS = 8;

  private PairwiseDistances() {}

  /**
   * The distances of each row to the rows before it, computed in parallel.
   *
   * @param rows rows × columns
   * @return a lower triangle: row i has i distances; n rows take 2·n² bytes
   */
  static float[][] lowerTriangle(float[][] rows) {
    float[][] distances = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      distances[i] = new float[i];
    }
    IntStream.range(0, (rows.length + SampleBlock.SIZE - 1) / SampleBlock.SIZE)
        .parallel()
        .forEach(block -> fillColumns(rows, block * SampleBlock.SIZE, distances));
    return distances;
  }

  /** The distances of all later rows to those of a block. */
  private static void fillColumns(float[][] rows, int first, float[][] distances) {
    SampleBlock.Values values = (row, column) -> rows[row][column];
    int end = Math.min(first + SampleBlock.SIZE, rows.length);
    var block = new SampleBlock(values, rows[0].length, first, end);
    for (int from = first; from < rows.length; from += ROWS) {
      int to = Math.min(from + ROWS, rows.length);
      double[][] sums = block.squaredDistances(values, from, to);
      for (int i = from; i < to; i++) {
        for (int j = first; j < Math.min(end, i); j++) {
          distances[i][j] = (float) Math.sqrt(sums[i - from][j - first]);
        }
      }
    }
  }
}
