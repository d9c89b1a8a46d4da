///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests PCA and trustworthiness against scikit-learn.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/embedding/RandomizedPca.java
//SOURCES ../../lib/embedding/Trustworthiness.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import genrelab.embedding.RandomizedPca;
import genrelab.embedding.Trustworthiness;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PCA and trustworthiness are scikit-learn's. */
class EmbeddingTest {
  /** The Python that made the golden figures draws the same numbers. */
  private static final class Congruential {
    private long state = 1;

    double next() {
      state = (state * 1103515245 + 12345) % (1L << 31);
      return state / (double) (1L << 31);
    }
  }

  private static float[][] goldenInput(Congruential random) {
    var input = new float[40][6];
    for (int i = 0; i < input.length; i++) {
      for (int c = 0; c < 6; c++) {
        input[i][c] = (float) (random.next() + (c == i % 4 ? 3 : 0));
      }
    }
    return input;
  }

  private static double[][] doubles(float[][] rows, int columns) {
    return Arrays.stream(rows)
        .map(row -> IntStream.range(0, columns).mapToDouble(c -> row[c]).toArray())
        .toArray(double[][]::new);
  }

  /** Golden: sklearn.manifold.trustworthiness(X, Y, n_neighbors=5) of scikit-learn 1.9.1. */
  @Test
  void trustworthinessIsScikitLearns() {
    var random = new Congruential();
    float[][] input = goldenInput(random);
    double[][] x = doubles(input, 6);
    var unrelated = new double[40][2];
    for (double[] row : unrelated) {
      row[0] = random.next();
      row[1] = random.next();
    }
    assertEquals(0.8128125, Trustworthiness.score(x, doubles(input, 2), 5), 1e-12);
    assertEquals(0.98734375, Trustworthiness.score(x, doubles(input, 4), 5), 1e-12);
    assertEquals(0.47171875, Trustworthiness.score(x, unrelated, 5), 1e-12);
    assertEquals(1, Trustworthiness.score(x, x, 5), 1e-12);
  }

  /** Golden: sklearn.decomposition.PCA(3, svd_solver="full"), largest score positive. */
  @Test
  void principalComponentsAreScikitLearns() {
    double[][] scores = RandomizedPca.fitTransform(goldenInput(new Congruential()), 3, 1);
    assertArrayEquals(new double[] {0.04513596, 2.56877674, 1.07069008}, scores[0], 1e-7);
    assertArrayEquals(new double[] {2.16613577, -0.30977724, -1.06568718}, scores[1], 1e-7);
    assertArrayEquals(new double[] {-0.97362255, -1.75988145, 1.87195141}, scores[39], 1e-7);
  }

  /** More values than the range finder's columns: the first components must still be right. */
  @Test
  void randomisedComponentsKeepDistances() {
    var random = new Random(7);
    var values = new float[300][200];
    for (float[] row : values) {
      double[] hidden = random.doubles(5, -10, 10).toArray();
      for (int c = 0; c < row.length; c++) {
        row[c] = (float) (hidden[c % 5] * (1 + c % 7) + hidden[(c + 1) % 5] + 100);
      }
    }
    double[][] scores = RandomizedPca.fitTransform(values, 8, 1);
    for (int i = 1; i < 20; i++) {
      assertEquals(distance(values[0], values[i]), distance(scores[0], scores[i]), 1e-3);
    }
    double[][] others = RandomizedPca.fitTransform(values, 8, 2);
    for (int i = 0; i < values.length; i++) {
      assertArrayEquals(
          Arrays.copyOf(scores[i], 5),
          Arrays.copyOf(others[i], 5),
          1e-3,
          "the seed must not show in the leading components");
    }
  }

  private static double distance(float[] a, float[] b) {
    return Math.sqrt(
        IntStream.range(0, a.length)
            .mapToDouble(c -> ((double) a[c] - b[c]) * ((double) a[c] - b[c]))
            .sum());
  }

  private static double distance(double[] a, double[] b) {
    return Math.sqrt(
        IntStream.range(0, a.length).mapToDouble(c -> (a[c] - b[c]) * (a[c] - b[c])).sum());
  }
}
