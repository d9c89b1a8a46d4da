///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that our layers and DL4J's give the same results in every network
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../../Cnn.java
//SOURCES ../../../Compact.java
//SOURCES ../../../Hybrid.java
//SOURCES ../../../Lstm.java
//SOURCES ../../../lib/networks/KerasWeights.java
//SOURCES ../../../lib/networks/NetworkDefinition.java
//SOURCES ../../../lib/networks/NetworkInput.java
//SOURCES ../../../lib/networks/dl4j/Floats.java
//SOURCES ../../../lib/networks/dl4j/Layers.java
//SOURCES ../../../lib/networks/dl4j/PooledConvolution.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.KerasWeights;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.NetworkInput;
import genrelab.networks.NetworkInput.Shape;
import genrelab.networks.dl4j.Floats;
import genrelab.networks.dl4j.Layers;
import genrelab.networks.dl4j.PooledConvolution;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class LayersTest {
  @AfterEach
  void ourLayersAgain() {
    System.clearProperty(Layers.PROPERTY);
  }

  private static NetworkDefinition definition(String network) {
    return switch (network) {
      case "cnn" -> Cnn::network;
      case "lstm" -> Lstm::network;
      case "hybrid" -> Hybrid::network;
      default -> Compact::network;
    };
  }

  private static ComputationGraph network(String name, NetworkInput input, String layers) {
    System.setProperty(Layers.PROPERTY, layers);
    ComputationGraph network = definition(name).build(input);
    KerasWeights.set(network, 7);
    return network;
  }

  /** Prime and odd sizes, single segments: where loops over blocks have a rest. */
  @ParameterizedTest
  @CsvSource({
    "onednn, cnn, 1, 31, 13, 0",
    "onednn, cnn, 7, 37, 17, 3",
    "onednn, hybrid, 3, 29, 11, 0",
    "onednn, compact, 3, 41, 19, 0",
    "onednn, lstm, 1, 31, 13, 0",
    "onednn, lstm, 17, 23, 7, 3",
    "java, cnn, 1, 31, 13, 0",
    "java, cnn, 7, 37, 17, 3",
    "java, hybrid, 3, 29, 11, 0",
    "java, compact, 3, 41, 19, 0",
    "java, lstm, 1, 31, 13, 0",
    "java, lstm, 5, 23, 7, 3",
  })
  void bothGiveTheSameOutputsAndGradients(
      String layers, String name, int segments, int frames, int coefficients, int clusters) {
    var input = new NetworkInput(Shape.frames, frames, coefficients, clusters, 4, 1e-3, 1);
    ComputationGraph ours = network(name, input, layers);
    ComputationGraph stock = network(name, input, "dl4j");
    assertEquals(stock.params(), ours.params(), "the same parameters in the same order");

    Nd4j.getRandom().setSeed(3);
    long[] shape =
        name.equals("lstm")
            ? new long[] {segments, coefficients, frames}
            : new long[] {segments, 1, frames, coefficients};
    INDArray features = Nd4j.randn(shape);
    INDArray[] inputs =
        clusters == 0
            ? new INDArray[] {features}
            : new INDArray[] {features, Nd4j.zeros(segments, clusters)};
    INDArray labels = Nd4j.zeros(segments, 4);
    for (int s = 0; s < segments; s++) {
      labels.putScalar(s, s % 4, 1);
    }
    close(stock.outputSingle(inputs), ours.outputSingle(inputs), 1e-5);
    close(gradient(stock, inputs, labels), gradient(ours, inputs, labels), 1e-3);
    assertEquals(stock.score(), ours.score(), 1e-5);
  }

  @Test
  void rowsAreThoseOfTheMatrixInEachOrder() {
    INDArray matrix = Nd4j.randn('f', 3, 5);
    assertArrayEquals(matrix.toFloatMatrix(), Floats.rows(matrix));
    assertArrayEquals(matrix.toFloatMatrix(), Floats.rows(matrix.dup('c')));
    INDArray inside = Nd4j.randn('c', 4, 5).get(NDArrayIndex.interval(1, 3));
    assertArrayEquals(inside.toFloatMatrix(), Floats.rows(inside));
    INDArray columns = Nd4j.randn('c', 4, 5).get(NDArrayIndex.all(), NDArrayIndex.interval(1, 4));
    assertArrayEquals(columns.toFloatMatrix(), Floats.rows(columns));
  }

  private static INDArray gradient(ComputationGraph network, INDArray[] inputs, INDArray labels) {
    Nd4j.getRandom().setSeed(5); // the same units drop out
    network.setInputs(inputs);
    network.setLabels(labels);
    network.computeGradientAndScore();
    return network.getFlattenedGradients().dup();
  }

  /** Within so much of the largest value. */
  private static void close(INDArray expected, INDArray actual, double tolerance) {
    float[] wanted = expected.dup('c').data().asFloat();
    float[] found = actual.dup('c').data().asFloat();
    float largest = 0;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertTrue(largest > 0, "nothing to compare");
    assertArrayEquals(wanted, found, (float) (tolerance * largest));
  }

  @Test
  void ourLayersAreTheDefault() {
    var input = new NetworkInput(Shape.frames, 31, 13, 0, 4, 1e-3, 1);
    assertTrue(ofOurs(Cnn.network(input)));
    System.setProperty(Layers.PROPERTY, "dl4j");
    assertTrue(!ofOurs(Cnn.network(input)));
  }

  private static boolean ofOurs(ComputationGraph network) {
    return Arrays.stream(network.getLayers())
        .anyMatch(layer -> layer.conf().getLayer() instanceof PooledConvolution);
  }
}
