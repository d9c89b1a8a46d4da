//SOURCES EuclideanDistance.java
//SOURCES ../features/FeatureMatrix.java
//SOURCES NearestCentroid.java

package genrelab.clustering;

import genrelab.features.FeatureMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lloyd's algorithm (Lloyd 1982) from given centroids: an iteration assigns each row to its nearest
 * centroid and puts each centroid at the mean of its rows.
 *
 * <p>An empty cluster takes the row farthest from its centroid, as scikit-learn's does. Where few
 * rows change their cluster, these alone are added to and subtracted from the sums. Whether it has
 * converged, and the centroids that are returned, are computed from sums of all rows in their
 * order, in double precision. Results are the same to the last bit on any number of threads.
 */
public final class Lloyd {
  private final NearestCentroid nearest;
  private final FeatureMatrix rows;
  private final double[][] centroids;

  /** Of the rows of each cluster; clusters × columns. */
  private final double[][] sums;

  /** Whether a cluster's sum is one of all its rows in their order. */
  private final boolean[] inRowOrder;

  /** The cluster nearest to each row, as of the last iteration; −1 before the first. */
  private int[] labels;

  /** The cluster whose mean each row counts in: its label, or a cluster that was empty. */
  private int[] members;

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
    this.sums = new double[start.length][];
    this.inRowOrder = new boolean[start.length];
    this.labels = new int[rows.rows()];
    Arrays.fill(labels, -1);
    this.members = labels.clone();
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
    if (Arrays.equals(labelsBefore, labels) && sumInRowOrder()) {
      labels = nearest.labels(centroids);
    }
    members = labels.clone();
    fillEmptyClusters();
    int[] sizes = sizes();
    IntStream.range(0, sizes.length).parallel().forEach(c -> update(c, sizes[c], membersBefore));
    return !Arrays.equals(labelsBefore, labels);
  }

  /** Clusters × columns: the means after the last iteration. */
  public double[][] centroids() {
    sumInRowOrder();
    return centroids;
  }

  /** The number of rows of each cluster's mean. */
  public int[] sizes() {
    var sizes = new int[centroids.length];
    for (int cluster : members) {
      if (cluster >= 0) {
        sizes[cluster]++;
      }
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
        IntStream.range(0, rows.rows())
            .parallel()
            .mapToDouble(i -> EuclideanDistance.between(rows.row(i), centroids[labels[i]]))
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

  /** Moves a centroid to the mean of its cluster's rows. */
  private void update(int cluster, int size, int[] membersBefore) {
    int moved = 0;
    for (int i = 0; i < members.length; i++) {
      moved += (members[i] == cluster) != (membersBefore[i] == cluster) ? 1 : 0;
    }
    if (moved == 0 || size == 0) {
      return; // the mean of the same rows is the same; that of none stays
    }
    inRowOrder[cluster] = 4 * moved > size;
    if (inRowOrder[cluster]) {
      sums[cluster] = sum(cluster);
    } else {
      addMoved(cluster, membersBefore);
    }
    centroids[cluster] = mean(sums[cluster], size);
  }

  private void addMoved(int cluster, int[] membersBefore) {
    double[] sum = sums[cluster];
    for (int i = 0; i < members.length; i++) {
      if (members[i] == cluster && membersBefore[i] != cluster) {
        float[] row = rows.row(i);
        for (int j = 0; j < sum.length; j++) {
          sum[j] += row[j];
        }
      } else if (members[i] != cluster && membersBefore[i] == cluster) {
        float[] row = rows.row(i);
        for (int j = 0; j < sum.length; j++) {
          sum[j] -= row[j];
        }
      }
    }
  }

  /**
   * Sums clusters anew whose rows have been added and subtracted.
   *
   * @return whether there was one
   */
  private boolean sumInRowOrder() {
    int[] sizes = sizes();
    int[] stale =
        IntStream.range(0, sizes.length).filter(c -> sizes[c] > 0 && !inRowOrder[c]).toArray();
    IntStream.of(stale)
        .parallel()
        .forEach(
            c -> {
              sums[c] = sum(c);
              centroids[c] = mean(sums[c], sizes[c]);
              inRowOrder[c] = true;
            });
    return stale.length > 0;
  }

  private double[] sum(int cluster) {
    FeatureMatrix own =
        rows.subset(IntStream.range(0, rows.rows()).filter(i -> members[i] == cluster).toArray());
    double[] sum = new double[rows.row(0).length];
    int i = 0;
    for (; i < own.rows() - 3; i += 4) {
      add(sum, own.row(i), own.row(i + 1), own.row(i + 2), own.row(i + 3));
    }
    for (; i < own.rows(); i++) {
      float[] row = own.row(i);
      for (int j = 0; j < sum.length; j++) {
        sum[j] += row[j];
      }
    }
    return sum;
  }

  /** Four rows at once, in their order: the sums are read and written a quarter as often. */
  private static void add(double[] sum, float[] a, float[] b, float[] c, float[] d) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] = sum[j] + a[j] + b[j] + c[j] + d[j];
    }
  }

  private static double[] mean(double[] sum, int size) {
    double weight = 1.0 / size; // as Tribuo: a division would round another way
    return Arrays.stream(sum).map(value -> value * weight).toArray();
  }
}
