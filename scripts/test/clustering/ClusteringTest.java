///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the scores of clusterings against scikit-learn's.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../../lib/clustering/AgreementScores.java
//SOURCES ../../lib/clustering/Silhouette.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.clustering.AgreementScores;
import genrelab.clustering.Silhouette;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of clusterings are scikit-learn's (environment/golden-clustering.py). */
class ClusteringTest {
  private static final double TOLERANCE = 1e-6;

  private static JsonNode golden() throws IOException {
    String home = System.getenv("GENRELAB_HOME");
    Path file = Path.of(home == null ? "" : home).resolve("data/golden/clustering-sklearn.json");
    return Store.JSON.readTree(file.toFile());
  }

  private static JsonNode golden(String name) throws IOException {
    return StreamSupport.stream(golden().get("clusterings").spliterator(), false)
        .filter(row -> row.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static float[][] values() throws IOException {
    JsonNode rows = golden().get("values");
    var values = new float[rows.size()][rows.get(0).size()];
    for (int i = 0; i < values.length; i++) {
      for (int v = 0; v < values[i].length; v++) {
        values[i][v] = (float) rows.get(i).get(v).asDouble();
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "related",
        "unrelated",
        "coarser",
        "finer",
        "same",
        "one",
        "each its own",
        "with noise",
        "with lone ones"
      })
  void scoresAreScikitLearns(String name) throws IOException {
    JsonNode row = golden(name);
    int[] clusters = ints(row.get("clusters"));
    AgreementScores found = AgreementScores.of(ints(golden().get("truth")), clusters);
    assertEquals(row.get("purity").asDouble(), found.purity(), TOLERANCE, "purity");
    assertEquals(row.get("nmi").asDouble(), found.nmi(), TOLERANCE, "NMI");
    assertEquals(row.get("ami").asDouble(), found.ami(), TOLERANCE, "AMI");
    assertEquals(row.get("ari").asDouble(), found.ari(), TOLERANCE, "ARI");

    float[][] values = values();
    int[] every = IntStream.range(0, clusters.length).toArray();
    assertSilhouette(row.get("silhouette"), new Silhouette(values, every), clusters);
    int[] sample = ints(golden().get("sample"));
    assertTrue(sample.length < every.length / 2);
    assertSilhouette(row.get("silhouetteOfSample"), new Silhouette(values, sample), clusters);
  }

  private static void assertSilhouette(JsonNode golden, Silhouette sample, int[] clusters) {
    assertEquals(
        golden.isNull() ? Double.NaN : golden.asDouble(), sample.score(clusters), TOLERANCE);
  }

  @Test
  void everyClusteringOfTheGoldenFileIsLookedAt() throws IOException {
    assertEquals(9, golden().get("clusterings").size());
  }

  @Test
  void numbersOfClustersMeanNothing() {
    int[] classes = {0, 0, 1, 1, 2, 2, 2};
    int[] clusters = {5, 5, -1, -1, 900, 900, 5};
    int[] renamed = {0, 0, 1, 1, 2, 2, 0};
    assertEquals(AgreementScores.of(classes, clusters), AgreementScores.of(classes, renamed));
    assertEquals(
        new AgreementScores(1, 1, 1, 1), AgreementScores.of(new int[] {3, 3}, new int[] {0, 0}));
    assertThrows(
        IllegalArgumentException.class, () -> AgreementScores.of(new int[] {1}, new int[] {1, 2}));
  }

  /** Rows and columns that fill no block, rows that are there twice, values far from zero. */
  @ParameterizedTest
  @CsvSource({"3, 1", "60, 2", "255, 5", "256, 13", "300, 1", "521, 33"})
  void silhouetteIsThatOfPlainDistances(int size, int columns) {
    var random = new Random(size);
    float[][] values = new float[size + 7][columns];
    int[] clusters = new int[size + 7];
    for (int i = 0; i < values.length; i++) {
      clusters[i] = i % 3;
      for (int j = 0; j < columns; j++) {
        values[i][j] = (float) (1000 + clusters[i] + random.nextGaussian());
      }
      values[i] = i % 10 == 9 ? values[i - 3] : values[i];
    }
    int[] sample = Silhouette.sample(values.length, size, 1);
    double sum = 0;
    for (int i : sample) {
      sum += silhouette(i, sample, values, clusters);
    }
    assertEquals(sum / size, new Silhouette(values, sample).score(clusters), 1e-9);
  }

  private static double silhouette(int i, int[] sample, float[][] values, int[] clusters) {
    double[] sums = new double[3];
    double[] sizes = new double[3];
    for (int other : sample) {
      double squares = 0;
      for (int j = 0; j < values[i].length; j++) {
        squares += Math.pow((double) values[i][j] - values[other][j], 2);
      }
      sums[clusters[other]] += (float) Math.sqrt(squares);
      sizes[clusters[other]]++;
    }
    int own = clusters[i];
    if (sizes[own] == 1) {
      return 0;
    }
    double within = sums[own] / (sizes[own] - 1);
    double nearest =
        IntStream.range(0, 3)
            .filter(c -> c != own && sizes[c] > 0)
            .mapToDouble(c -> sums[c] / sizes[c])
            .min()
            .orElseThrow();
    return (nearest - within) / Math.max(nearest, within);
  }

  @Test
  void samplesAreDrawnBySeedWithoutRepeats() {
    int[] one = Silhouette.sample(1000, 100, 1);
    assertEquals(100, Arrays.stream(one).distinct().count());
    assertTrue(one[0] >= 0 && one[99] < 1000);
    assertTrue(IntStream.range(1, 100).allMatch(i -> one[i - 1] < one[i]), "ascending");
    assertArrayEquals(one, Silhouette.sample(1000, 100, 1));
    assertFalse(Arrays.equals(one, Silhouette.sample(1000, 100, 2)));
    assertArrayEquals(new int[] {0, 1, 2}, Silhouette.sample(3, 100, 1));
  }
}
