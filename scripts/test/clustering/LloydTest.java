///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests Lloyd's iterations and what Tribuo's trainer makes of them.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../../lib/clustering/KMeansLloyd.java
//SOURCES ../../lib/clustering/Lloyd.java
//SOURCES ../../lib/clustering/NearestCentroid.java
//SOURCES ../../lib/kit/Parallel.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.clustering.KMeansLloyd;
import genrelab.clustering.Lloyd;
import genrelab.clustering.NearestCentroid;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.la.DenseVector;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Lloyd's iterations: means of the nearest rows, and no cluster left empty. */
class LloydTest {
  private static final int WIDTH = 7;

  /** Rows of one value. */
  private static float[][] rows(double... values) {
    return Arrays.stream(values).mapToObj(v -> new float[] {(float) v}).toArray(float[][]::new);
  }

  private static Lloyd lloyd(float[][] rows, double... start) {
    return new Lloyd(
        new NearestCentroid(rows),
        Arrays.stream(start).mapToObj(v -> new double[] {v}).toArray(double[][]::new));
  }

  private static void assertCentroids(Lloyd lloyd, double... expected) {
    assertArrayEquals(
        expected, Arrays.stream(lloyd.centroids()).mapToDouble(row -> row[0]).toArray());
  }

  @Test
  void iterationsEndWhereNoRowChangesItsCluster() {
    Lloyd lloyd = lloyd(rows(0, 1, 2, 10, 11, 12), 0, 1);
    assertTrue(lloyd.iterate());
    assertCentroids(lloyd, 0, 36 * (1.0 / 5));
    assertTrue(lloyd.iterate());
    assertCentroids(lloyd, 1, 11);
    assertFalse(lloyd.iterate());
    assertCentroids(lloyd, 1, 11);
    assertArrayEquals(new int[] {3, 3}, lloyd.sizes());
  }

  @Test
  void anEmptyClusterTakesTheFarthestRow() {
    Lloyd lloyd = lloyd(rows(9, 0, 1, 20, 21), 0, 20, 500);
    lloyd.iterate();
    assertCentroids(lloyd, 0.5, 20.5, 9);
    assertArrayEquals(new int[] {2, 2, 1}, lloyd.sizes());
  }

  /** Of rows equally far, the first of the first cluster; a cluster's only row stays. */
  @Test
  void eachEmptyClusterTakesAnotherRow() {
    Lloyd lloyd = lloyd(rows(103, 97, 3, 0, 900), 100, 0, 950, 5000, 6000);
    lloyd.iterate();
    assertCentroids(lloyd, 97, 0, 900, 103, 3);
    assertArrayEquals(new int[] {1, 1, 1, 1, 1}, lloyd.sizes());
  }

  /**
   * When 1e20 and −1e20 leave the first cluster, subtracting them leaves a sum of 0: 7 looks nearer
   * to 12 than to the others' mean.
   */
  @Test
  void whatSubtractingRoundsAwayDoesNotDecideTheEnd() {
    float[][] rows = new float[91][];
    for (int i = 0; i < rows.length; i++) {
      double value = i < 64 ? 3 + i % 2 : i < 69 ? 7 : i < 89 ? 12 : i < 90 ? 1.6e20 : -1.6e20;
      rows[i] = new float[] {(float) (i == 0 ? 1e20 : i == 1 ? -1e20 : value)};
    }
    Lloyd lloyd = lloyd(rows, 5, 12, 3e20, -3e20);
    lloyd.iterate();
    assertArrayEquals(new int[] {69, 20, 1, 1}, lloyd.sizes());
    int iterations = 1;
    while (lloyd.iterate()) {
      assertTrue(++iterations < 20);
    }
    assertArrayEquals(new int[] {67, 20, 2, 2}, lloyd.sizes());
    assertEquals((31 * 7 + 5 * 7) * (1.0 / 67), lloyd.centroids()[0][0]);
    assertEquals(12, lloyd.centroids()[1][0], 1e-12);
  }

  @Test
  void aClusterStaysWhereItIsIfEachRowIsAtItsCentroid() {
    Lloyd lloyd = lloyd(rows(4, 4, 8, 8), 4, 8, 40);
    assertTrue(lloyd.iterate());
    assertFalse(lloyd.iterate());
    assertCentroids(lloyd, 4, 8, 40);
    assertArrayEquals(new int[] {2, 2, 0}, lloyd.sizes());
  }

  // ---- the trainer

  /** A cloud; with rows of other magnitudes, or rows that are there several times. */
  private static float[][] cloud(String what) {
    var random = new Random(4);
    var values = new float[300][WIDTH];
    for (int i = 0; i < values.length; i++) {
      double scale = what.equals("huge") && i % 40 == 0 ? Math.pow(10, i / 10.0) : 1;
      for (int j = 0; j < WIDTH; j++) {
        values[i][j] = (float) (scale * random.nextGaussian());
      }
      if (what.equals("repeated") && i >= 100) {
        values[i] = values[i % 100];
      }
    }
    return values;
  }

  private static MutableDataset<ClusterID> dataset(float[][] rows) {
    var factory = new ClusteringFactory();
    var dataset = new MutableDataset<>(new SimpleDataSourceProvenance("rows", factory), factory);
    for (float[] row : rows) {
      dataset.add(example(IntStream.range(0, row.length).mapToDouble(j -> row[j]).toArray()));
    }
    return dataset;
  }

  private static Example<ClusterID> example(double... values) {
    String[] names = IntStream.range(0, values.length).mapToObj(j -> "" + j).toArray(String[]::new);
    return new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values);
  }

  /** Where no cluster gets empty: the same start, means and number of iterations. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "huge", "repeated"})
  void centroidsAreThoseOfTribuosTrainer(String what) {
    MutableDataset<ClusterID> dataset = dataset(cloud(what));
    for (int iterations : new int[] {1, 3, 100}) {
      var tribuos =
          new KMeansTrainer(
              9, iterations, new L2Distance(), KMeansTrainer.Initialisation.PLUSPLUS, 1, 5);
      var ours = new KMeansLloyd(9, iterations, 2, 5, () -> {});
      for (int training = 0; training < 3; training++) {
        KMeansModel expected = tribuos.train(dataset);
        KMeansModel model = ours.train(dataset);
        for (int c = 0; c < 9; c++) {
          assertArrayEquals(
              expected.getCentroidVectors()[c].toArray(),
              model.getCentroidVectors()[c].toArray(),
              what + ", training " + training + ", cluster " + c);
        }
        assertEquals(
            expected.getOutputIDInfo().toReadableString(),
            model.getOutputIDInfo().toReadableString());
      }
      assertEquals(3, ours.getInvocationCount());
    }
  }

  /** As sums of threads that finish in any order would not be, now and then. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "huge", "repeated"})
  void centroidsAreTheSameToTheLastBitOnAnyNumberOfThreads(String what) {
    MutableDataset<ClusterID> dataset = dataset(cloud(what));
    for (int seed = 1; seed <= 10; seed++) {
      var one = new KMeansLloyd(6, 100, 1, seed, () -> {}).train(dataset).getCentroidVectors();
      var four = new KMeansLloyd(6, 100, 4, seed, () -> {}).train(dataset).getCentroidVectors();
      for (int c = 0; c < 6; c++) {
        assertArrayEquals(one[c].toArray(), four[c].toArray(), 0);
      }
    }
  }

  @Test
  void theModelPredictsTheNearestCentroid() {
    float[][] rows = cloud("plain");
    MutableDataset<ClusterID> dataset = dataset(rows);
    KMeansModel model = new KMeansLloyd(6, 100, 2, 1, () -> {}).train(dataset);
    double[][] centroids =
        Arrays.stream(model.getCentroidVectors())
            .map(DenseVector::toArray)
            .toArray(double[][]::new);
    assertArrayEquals(
        new NearestCentroid(rows).labels(centroids),
        model.predict(dataset).stream().mapToInt(p -> p.getOutput().getID()).toArray());
  }

  @Test
  void whatTheTrainerWouldGetWrongIsRefused() {
    var trainer = new KMeansLloyd(2, 10, 1, 1, () -> {});
    MutableDataset<ClusterID> weighted = dataset(cloud("plain"));
    weighted.getExample(3).setWeight(2);
    assertThrows(IllegalArgumentException.class, () -> trainer.train(weighted));
    MutableDataset<ClusterID> precise = dataset(cloud("plain"));
    precise.add(example(0.1, 0, 0, 0, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> trainer.train(precise));
    var many = new KMeansLloyd(301, 10, 1, 1, () -> {});
    MutableDataset<ClusterID> few = dataset(cloud("plain"));
    assertThrows(IllegalArgumentException.class, () -> many.train(few));
  }
}
