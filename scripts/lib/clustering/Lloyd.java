//SOURCES EuclideanDistance.java
//SOURCES NearestCentroid.java

package genrelab.clustering;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lloyd's algorithm (Lloyd 1982) from given centroids: an iteration assigns each row to its nearest
 * centroid and puts each centroid at the mean of its rows.
 *
 * <p>An empty cluster takes the row farthest from its centroid, as scikit-learn's does. Means are
 * summed in the order of the rows, in double precision: results are the same to the last bit on any
 * number of threads.
 */
public final class Lloyd {
  private final NearestCentroid nearest;
  private final float[][] rows;
  private final double[][] centroids;

  /** The cluster nearest to each row, as of the last iteration. */
  private int[] labels = {};

  /** The cluster whose mean each row counts in: its label, or a cluster that was empty. */
  private int[] members = {};

  /**
   * A fit that has yet to run.
   *
   * @param nearest assigns the rows to cluster
   * @param start centroids × columns; changed by the iterations
   */
  public Lloyd(NearestCentroid nearest, double[][] start) {
    this.nearest = nearest;
    this.rows = nearest.rows();
    this.centroids = start;
  }

  /**
   * One iteration, in parallel.
   *
   * @return whether a row's nearest centroid is another than an iteration before; if none is, the
   *     fit has converged
   */
  public boolean iterate() {
    int[] labelsBefore = labels;
    int[] membersBefore = members;
    labels = nearest.labels(centroids);
    members = labels.clone();
    fillEmptyClusters();
    updateCentroids(membersBefore);
    return !Arrays.equals(labelsBefore, labels);
  }

  /** Clusters × columns, after the last iteration. */
  public double[][] centroids() {
    return centroids;
  }

  /** The number of rows of each cluster's mean. */
  public int[] sizes() {
    var sizes = new int[centroids.length];
    for (int cluster : members) {
      sizes[cluster]++;
    }
    return sizes;
  }

  private void fillEmptyClusters() {
    int[] sizes = sizes();
    int[] empty = IntStream.range(0, sizes.length).filter(c -> sizes[c] == 0).toArray();
    if (empty.length == 0) {
      return;
    }
    double[] distances =
        IntStream.range(0, rows.length)
            .parallel()
            .mapToDouble(i -> EuclideanDistance.between(rows[i], centroids[labels[i]]))
            .toArray();
    for (int cluster : empty) {
      int farthest = farthest(distances, sizes);
      if (farthest < 0) {
        return; // its centroid stays: fewer different rows than clusters
      }
      sizes[members[farthest]]--;
      sizes[cluster]++;
      members[farthest] = cluster;
    }
  }

  /**
   * The row farthest from its centroid, of those not alone in their cluster; of equally far ones
   * the first of the first cluster; −1 where each is at its centroid.
   */
  private int farthest(double[] distances, int[] sizes) {
    double largest = 0;
    int farthest = -1;
    for (int i = 0; i < distances.length; i++) {
      boolean farther =
          distances[i] > largest
              || farthest >= 0 && distances[i] == largest && members[i] < members[farthest];
      if (farther && sizes[members[i]] > 1) {
        largest = distances[i];
        farthest = i;
      }
    }
    return farthest;
  }

  /** The means of clusters whose rows are still the same would be the same. */
  private void updateCentroids(int[] membersBefore) {
    var changed = new boolean[centroids.length];
    for (int i = 0; i < members.length; i++) {
      int before = membersBefore.length == 0 ? -1 : membersBefore[i];
      if (members[i] != before) {
        changed[members[i]] = true;
        if (before >= 0) {
          changed[before] = true;
        }
      }
    }
    float[][][] byCluster = new float[centroids.length][][];
    int[] sizes = sizes();
    Arrays.setAll(byCluster, c -> new float[sizes[c]][]);
    var filled = new int[centroids.length];
    for (int i = 0; i < rows.length; i++) {
      byCluster[members[i]][filled[members[i]]++] = rows[i];
    }
    IntStream.range(0, centroids.length)
        .parallel()
        .filter(c -> changed[c] && sizes[c] > 0)
        .forEach(c -> centroids[c] = mean(byCluster[c]));
  }

  private static double[] mean(float[][] rows) {
    double[] sums = new double[rows[0].length];
    int i = 0;
    for (; i < rows.length - 3; i += 4) {
      add(sums, rows[i], rows[i + 1], rows[i + 2], rows[i + 3]);
    }
    for (; i < rows.length; i++) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += rows[i][j];
      }
    }
    double weight = 1.0 / rows.length;
    for (int j = 0; j < sums.length; j++) {
      sums[j] *= weight; // as Tribuo: a division would round another way
    }
    return sums;
  }

  /** Four rows at once, in their order: the sums are read and written a quarter as often. */
  private static void add(double[] sums, float[] a, float[] b, float[] c, float[] d) {
    for (int j = 0; j < sums.length; j++) {
      sums[j] = sums[j] + a[j] + b[j] + c[j] + d[j];
    }
  }
}
