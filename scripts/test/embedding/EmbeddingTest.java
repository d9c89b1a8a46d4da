///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests PCA, t-SNE and trustworthiness against scikit-learn.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/embedding/BarnesHutTsne.java
//SOURCES ../../lib/embedding/RandomizedPca.java
//SOURCES ../../lib/embedding/Trustworthiness.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.embedding.BarnesHutTsne;
import genrelab.embedding.RandomizedPca;
import genrelab.embedding.Trustworthiness;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PCA and trustworthiness are scikit-learn's, and t-SNE's maps as good. */
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

  /**
   * Golden: sklearn.manifold.TSNE(perplexity=30, init="random") of these 1,200 samples, whose maps
   * for three seeds have a Kullback-Leibler divergence of 1.122, 1.127 and 1.123, summed over all
   * pairs as here; ours of five seeds have 1.133 to 1.140.
   */
  @Test
  void mapsAreAsGoodAsScikitLearns() {
    var random = new Congruential();
    var input = new double[1200][10];
    for (int i = 0; i < input.length; i++) {
      for (int c = 0; c < 10; c++) {
        input[i][c] = random.next() + random.next() + random.next() + (c == i % 8 ? 2 : 0);
      }
    }
    double[][] map = new BarnesHutTsne(30, 1000, 0.5, 1).fitTransform(input);
    double divergence = divergence(input, map, 30);
    assertTrue(divergence > 1.12 && divergence < 1.15, "" + divergence);
  }

  /** Kullback-Leibler divergence of a map (van der Maaten and Hinton 2008), over all pairs. */
  private static double divergence(double[][] input, double[][] map, double perplexity) {
    int size = input.length;
    var p = new double[size][size];
    var q = new double[size][size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double[] affinities = affinities(input, i, perplexity);
      for (int j = 0; j < size; j++) {
        p[i][j] += affinities[j] / (2 * size);
        p[j][i] += affinities[j] / (2 * size);
        q[i][j] = i == j ? 0 : 1 / (1 + Math.pow(distance(map[i], map[j]), 2));
        sum += q[i][j];
      }
    }
    double divergence = 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        divergence += p[i][j] > 1e-300 ? p[i][j] * Math.log(p[i][j] * sum / q[i][j]) : 0;
      }
    }
    return divergence;
  }

  /** Gaussian affinities of a sample to the others, whose entropy is the perplexity's logarithm. */
  private static double[] affinities(double[][] input, int of, double perplexity) {
    double low = 0;
    double high = 100;
    for (int step = 0; ; step++) {
      double precision = (low + high) / 2;
      double[] p =
          Arrays.stream(input)
              .mapToDouble(other -> Math.exp(-precision * Math.pow(distance(input[of], other), 2)))
              .toArray();
      p[of] = 0;
      double sum = Arrays.stream(p).sum();
      double entropy = 0;
      for (int j = 0; j < p.length; j++) {
        p[j] /= sum;
        entropy -= p[j] > 0 ? p[j] * Math.log(p[j]) : 0;
      }
      if (step == 40) {
        return p;
      }
      if (entropy > Math.log(perplexity)) {
        low = precision;
      } else {
        high = precision;
      }
    }
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
