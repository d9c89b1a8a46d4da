package genrelab.clustering;

import java.util.stream.IntStream;

/**
 * Euclidean distances between the rows of a matrix.
 *
 * <p>Blocks of rows are stored column by column: loops over the rows of a block are what the JIT
 * compiles to vector instructions. Each distance is summed in double precision, in the order of the
 * columns.
 */
final class PairwiseDistances {
  /** Rows of a block: some thousand columns of it fit the second-level cache. */
  private static final int BLOCK = 256;

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
    IntStream.range(0, (rows.length + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> fillColumns(rows, block * BLOCK, distances));
    return distances;
  }

  /** The distances of all later rows to those of a block. */
  private static void fillColumns(float[][] rows, int first, float[][] distances) {
    double[][] byColumn = transposed(rows, first, Math.min(first + BLOCK, rows.length));
    int size = byColumn[0].length;
    for (int from = first; from < rows.length; from += ROWS) {
      int to = Math.min(from + ROWS, rows.length);
      double[][] sums = squaredDistances(byColumn, rows, from, to);
      for (int i = from; i < to; i++) {
        for (int j = first; j < Math.min(first + size, i); j++) {
          distances[i][j] = (float) Math.sqrt(sums[i - from][j - first]);
        }
      }
    }
  }

  /** Column (an odd number of them is followed by one of zeros) × row of the block. */
  private static double[][] transposed(float[][] rows, int from, int to) {
    int columns = rows[0].length;
    double[][] byColumn = new double[columns + columns % 2][to - from];
    for (int i = from; i < to; i++) {
      for (int j = 0; j < columns; j++) {
        byColumn[j][i - from] = rows[i][j];
      }
    }
    return byColumn;
  }

  /** Row from {@code from} to {@code to} × row of the block. */
  private static double[][] squaredDistances(
      double[][] byColumn, float[][] rows, int from, int to) {
    var sums = new double[to - from][byColumn[0].length];
    int columns = rows[0].length;
    for (int j = 0; j < columns; j += 2) {
      for (int i = from; i < to; i++) {
        double second = j + 1 < columns ? rows[i][j + 1] : 0;
        addSquares(sums[i - from], byColumn[j], byColumn[j + 1], rows[i][j], second);
      }
    }
    return sums;
  }

  private static void addSquares(
      double[] sums, double[] first, double[] second, double ofFirst, double ofSecond) {
    for (int i = 0; i < sums.length; i++) {
      double a = first[i] - ofFirst;
      double b = second[i] - ofSecond;
      sums[i] = sums[i] + a * a + b * b;
    }
  }
}
