//SOURCES EuclideanDistance.java
//SOURCES ../features/FeatureMatrix.java

package genrelab.clustering;

import genrelab.features.FeatureMatrix;
import java.util.stream.IntStream;

/**
 * Assigns rows to the nearest of some centroids, by Euclidean distance; to the first of equally
 * near ones.
 *
 * <p>The labels are those of {@link EuclideanDistance} in double precision. Squared distances are
 * first summed in single precision, over blocks of rows stored column by column: loops over the
 * rows of a block are what the JIT compiles to vector instructions. Only rows whose nearest
 * centroids lie within the rounding error of each other are decided in double precision.
 */
public final class NearestCentroid {
  /** Rows of a block: enough for the loops over them, few enough for all threads to have some. */
  private static final int BLOCK = 1024;

  /** Relative rounding error of one single-precision operation. */
  private static final double ROUNDING = Math.pow(2, -24);

  private final FeatureMatrix rows;
  private final int columns;

  /**
   * Block, column (an odd number of them is followed by one of zeros), row of the block. A block of
   * rows that are not in memory is null: it is read again for each assignment.
   */
  private final float[][][] blocks;

  /**
   * Stores the rows by column, in parallel.
   *
   * @param rows rows × columns, at least one of each, finite
   */
  public NearestCentroid(float[][] rows) {
    this(FeatureMatrix.of(rows));
  }

  /** As {@link #NearestCentroid(float[][])}; rows that are not in memory are not stored. */
  public NearestCentroid(FeatureMatrix rows) {
    this.rows = rows;
    this.columns = rows.row(0).length;
    this.blocks = new float[(rows.rows() + BLOCK - 1) / BLOCK][][];
    if (rows.inMemory()) {
      IntStream.range(0, blocks.length).parallel().forEach(b -> blocks[b] = transposed(b));
    }
  }

  private float[][] transposed(int block) {
    int first = block * BLOCK;
    int size = Math.min(BLOCK, rows.rows() - first);
    float[][] byColumn = new float[columns + columns % 2][size];
    int tile = 16; // floats of a cache line, which is then read once
    var tileRows = new float[tile][];
    for (int from = 0; from < size; from += tile) {
      int to = Math.min(from + tile, size);
      for (int i = from; i < to; i++) {
        tileRows[i - from] = rows.row(first + i);
      }
      for (int j = 0; j < columns; j++) {
        float[] column = byColumn[j];
        for (int i = from; i < to; i++) {
          column[i] = tileRows[i - from][j];
        }
      }
    }
    return byColumn;
  }

  /** The rows, as they were given. */
  public FeatureMatrix rows() {
    return rows;
  }

  /**
   * The index of each row's nearest centroid. Runs in parallel; the labels are the same on any
   * number of threads.
   *
   * @param centroids centroids × columns, finite
   */
  public int[] labels(double[][] centroids) {
    var rounded = new float[centroids.length][columns + columns % 2];
    double longest = 0;
    for (int c = 0; c < centroids.length; c++) {
      double squares = 0;
      for (int j = 0; j < columns; j++) {
        rounded[c][j] = (float) centroids[c][j];
        squares += centroids[c][j] * centroids[c][j];
      }
      longest = Math.max(longest, Math.sqrt(squares));
    }
    // centroids move by up to this when rounded; the second term is for squares that underflow
    double shift = ROUNDING * longest + Math.sqrt(columns) * Math.pow(2, -74);
    var labels = new int[rows.rows()];
    IntStream.range(0, blocks.length)
        .parallel()
        .forEach(b -> label(b, centroids, rounded, shift, labels));
    return labels;
  }

  private void label(
      int block, double[][] centroids, float[][] rounded, double shift, int[] labels) {
    float[][] byColumn = blocks[block] == null ? transposed(block) : blocks[block];
    float[][] sums = squaredDistances(byColumn, rounded);
    int first = block * BLOCK;
    for (int i = 0; i < sums[0].length; i++) {
      int nearest = 0;
      for (int c = 1; c < sums.length; c++) {
        if (sums[c][i] < sums[nearest][i]) {
          nearest = c;
        }
      }
      float limit = limit(sums[nearest][i], shift);
      int candidates = 0;
      for (float[] sum : sums) {
        candidates += sum[i] <= limit ? 1 : 0;
      }
      labels[first + i] =
          candidates > 1 ? nearest(rows.row(first + i), centroids, sums, i, limit) : nearest;
    }
  }

  /** Centroid × row of the block. */
  private static float[][] squaredDistances(float[][] byColumn, float[][] centroids) {
    var sums = new float[centroids.length][byColumn[0].length];
    for (int j = 0; j < byColumn.length; j += 2) {
      for (int c = 0; c < centroids.length; c++) {
        addSquares(sums[c], byColumn[j], byColumn[j + 1], centroids[c][j], centroids[c][j + 1]);
      }
    }
    return sums;
  }

  /** Two columns: C2 of Java 17 no longer vectorises a loop over four. */
  private static void addSquares(
      float[] sums, float[] first, float[] second, float ofFirst, float ofSecond) {
    for (int i = 0; i < sums.length; i++) {
      float a = first[i] - ofFirst;
      float b = second[i] - ofSecond;
      sums[i] += a * a + b * b;
    }
  }

  /**
   * The largest sum whose centroid may in truth be as near as that of the smallest. A sum's term is
   * rounded in its difference (twice, being squared), its square, its pair and one addition per
   * pair of columns; the doubled bound, taken for the root, leaves room for this computation.
   */
  private float limit(float smallest, double shift) {
    double relative = (columns / 2.0 + 16) * ROUNDING;
    double root = (Math.sqrt(smallest) * (1 + relative) + 2 * shift) / (1 - relative);
    return (float) (root * root); // infinite where sums may have overflowed
  }

  private static int nearest(
      float[] row, double[][] centroids, float[][] sums, int i, float limit) {
    int nearest = -1;
    double smallest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centroids.length; c++) {
      if (sums[c][i] <= limit) {
        double distance = EuclideanDistance.between(row, centroids[c]);
        if (distance < smallest) {
          smallest = distance;
          nearest = c;
        }
      }
    }
    return nearest;
  }
}
