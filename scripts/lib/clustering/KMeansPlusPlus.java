// Tribuo's sampling.
//DEPS org.tribuo:tribuo-clustering-kmeans:4.3.2
//SOURCES EuclideanDistance.java
//SOURCES ../features/FeatureMatrix.java

package genrelab.clustering;

import genrelab.features.FeatureMatrix;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.tribuo.util.Util;

/**
 * The start of K-means by k-means++ (Arthur and Vassilvitskii 2007): each further centroid is a row
 * drawn with a probability proportional to its squared distance to the nearest centroid so far.
 *
 * <p>Draws the rows that Tribuo's {@code KMeansTrainer} does, with distances computed in parallel.
 */
final class KMeansPlusPlus {
  private KMeansPlusPlus() {}

  /**
   * Draws rows.
   *
   * @param clusters from 1 to the number of rows
   * @return clusters × columns
   */
  static double[][] centroids(FeatureMatrix rows, int clusters, SplittableRandom random) {
    var centroids = new double[clusters][];
    centroids[0] = toDouble(rows.row(random.nextInt(rows.rows())));
    double[] distances = new double[rows.rows()];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    for (int c = 1; c < clusters; c++) {
      double[] last = centroids[c - 1];
      IntStream.range(0, rows.rows())
          .parallel()
          .forEach(
              i ->
                  distances[i] =
                      Math.min(distances[i], EuclideanDistance.between(rows.row(i), last)));
      centroids[c] = toDouble(rows.row(draw(distances, random)));
    }
    return centroids;
  }

  private static int draw(double[] distances, SplittableRandom random) {
    double[] squares = DoubleStream.of(distances).map(distance -> distance * distance).toArray();
    double total = 0;
    for (double square : squares) {
      total += square; // in order, where a stream's sum would compensate
    }
    double[] probabilities = new double[squares.length];
    for (int i = 0; i < squares.length; i++) {
      probabilities[i] = squares[i] / total;
    }
    return Util.sampleFromCDF(Util.generateCDF(probabilities), random);
  }

  private static double[] toDouble(float[] row) {
    return IntStream.range(0, row.length).mapToDouble(j -> row[j]).toArray();
  }
}
