///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that rows are assigned as plain double-precision computation assigns them.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/clustering/NearestCentroid.java
//SOURCES ../../lib/kit/Parallel.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.clustering.NearestCentroid;
import genrelab.kit.Parallel;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row gets the centroid that is nearest in double precision, the first of equally near. */
class NearestCentroidTest {
  private static float[][] gaussian(int rows, int columns, double mean, double deviation) {
    var random = new Random(31L * rows + columns);
    var values = new float[rows][columns];
    for (float[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (mean + deviation * random.nextGaussian());
      }
    }
    return values;
  }

  /**
   * Centroids among the rows, each third one a little beside the one before: differences that
   * single precision loses.
   */
  private static double[][] centroids(float[][] rows, int count) {
    var random = new Random(7);
    var centroids = new double[count][rows[0].length];
    for (int c = 0; c < count; c++) {
      float[] row = rows[random.nextInt(rows.length)];
      for (int j = 0; j < row.length; j++) {
        centroids[c][j] =
            c % 3 == 1
                ? centroids[c - 1][j] * (1 + 1e-9 * random.nextGaussian())
                : row[j] * (1 + 0.1 * random.nextGaussian());
      }
    }
    return centroids;
  }

  private static int[] plainly(float[][] rows, double[][] centroids) {
    return Arrays.stream(rows).mapToInt(row -> plainly(row, centroids)).toArray();
  }

  private static int plainly(float[] row, double[][] centroids) {
    int nearest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centroids.length; c++) {
      double sum = 0;
      for (int j = 0; j < row.length; j++) {
        double difference = row[j] - centroids[c][j];
        sum += difference * difference;
      }
      if (sum < smallest) {
        smallest = sum;
        nearest = c;
      }
    }
    return nearest;
  }

  private static void assertPlain(float[][] rows, double[][] centroids, String what) {
    assertArrayEquals(
        plainly(rows, centroids), new NearestCentroid(rows).labels(centroids), () -> what);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 13, 1021})
  void labelsAreThoseOfDoublePrecision(int columns) {
    for (int size : new int[] {1, 3, 17, 1023, 1024, 1025, 2050}) {
      float[][] rows = gaussian(size, columns, 0, 1);
      for (int clusters : new int[] {1, 2, 10, 23}) {
        assertPlain(rows, centroids(rows, clusters), size + " rows, " + clusters + " clusters");
      }
    }
  }

  /** Values far from zero lose the most when a centroid is rounded to single precision. */
  @ParameterizedTest
  @ValueSource(doubles = {1e3, -1e6, 1e20})
  void anOffsetOfAllValuesDoesNotMatter(double offset) {
    float[][] rows = gaussian(600, 13, offset, Math.abs(offset) * 1e-6);
    double[][] centroids = new double[8][];
    for (int c = 0; c < 8; c++) {
      int first = c;
      centroids[c] =
          IntStream.range(0, 13)
              .mapToDouble(
                  j -> IntStream.range(0, 50).mapToDouble(i -> rows[12 * i + first][j]).sum() / 50)
              .toArray();
    }
    assertTrue(Arrays.stream(plainly(rows, centroids)).distinct().count() > 4);
    assertPlain(rows, centroids, "offset " + offset);
  }

  /** Squares of these overflow or underflow in single precision. */
  @ParameterizedTest
  @ValueSource(doubles = {3e37, 1e19, 1e-21, 1e-23, 1e-37})
  void hugeAndTinyValuesAreAssignedToo(double scale) {
    float[][] rows = gaussian(600, 13, 0, scale);
    double[][] centroids = centroids(rows, 9);
    assertTrue(Arrays.stream(plainly(rows, centroids)).distinct().count() > 4);
    assertPlain(rows, centroids, "scale " + scale);
  }

  @Test
  void theFirstOfEquallyNearCentroidsIsTaken() {
    float[][] rows = {{0, 0, 0}, {2, 0, 0}, {-2, 0, 0}, {0, 5, 0}};
    double[][] centroids = {{9, 9, 9}, {1, 0, 0}, {-1, 0, 0}, {1, 0, 0}, {-1, 0, 0}};
    assertArrayEquals(new int[] {1, 1, 2, 1}, new NearestCentroid(rows).labels(centroids));
  }

  @Test
  void labelsAreTheSameOnAnyNumberOfThreads() {
    float[][] rows = gaussian(2000, 13, 0, 1);
    double[][] centroids = centroids(rows, 10);
    int[] one = Parallel.on(1, () -> new NearestCentroid(rows).labels(centroids));
    int[] five = Parallel.on(5, () -> new NearestCentroid(rows).labels(centroids));
    assertArrayEquals(one, five);
  }
}
