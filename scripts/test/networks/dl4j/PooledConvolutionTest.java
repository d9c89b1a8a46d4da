///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that the CNN's fast layers agree with DL4J's own
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../../Cnn.java
//SOURCES ../../../lib/networks/KerasWeights.java
//SOURCES ../../../lib/networks/dl4j/Layers.java
//SOURCES ../../../lib/networks/dl4j/Normalization.java
//SOURCES ../../../lib/networks/dl4j/PooledConvolution.java
//SOURCES ../../../lib/networks/dl4j/Threads.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.KerasWeights;
import genrelab.networks.dl4j.Layers;
import genrelab.networks.dl4j.Normalization;
import genrelab.networks.dl4j.PooledConvolution;
import genrelab.networks.dl4j.Threads;
import java.util.Random;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class PooledConvolutionTest {

  /** Two blocks of convolution, ReLU, pooling and normalisation: of DL4J's layers, or of ours. */
  private static ComputationGraph network(
      String layers, ConvolutionMode mode, int rows, int columns, int kernel, int pool) {
    boolean ours = !layers.equals("dl4j");
    System.setProperty(Layers.PROPERTY, layers);
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(1))
            .convolutionMode(mode)
            .graphBuilder()
            .addInputs("in");
    String from = "in";
    for (int number = 1; number <= 2; number++) {
      String convolution = "convolution" + number;
      if (ours) {
        var builder = new PooledConvolution.Builder(kernel, pool);
        if (number == 1) {
          builder.first();
        }
        graph.addLayer(convolution, builder.nOut(5).build(), from);
        graph.addLayer("norm" + number, new Normalization(), convolution);
      } else {
        var layer = new ConvolutionLayer.Builder(kernel, kernel).nOut(5);
        graph.addLayer(convolution, layer.activation(Activation.RELU).build(), from);
        graph.addLayer(
            "pooling" + number,
            new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(pool, pool)
                .stride(2, 2)
                .convolutionMode(ConvolutionMode.Same)
                .build(),
            convolution);
        var norm = new BatchNormalization.Builder().decay(0.99).eps(1e-3).useLogStd(false).build();
        graph.addLayer("norm" + number, norm, "pooling" + number);
      }
      from = "norm" + number;
    }
    graph
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            from)
        .setOutputs("out")
        .setInputTypes(InputType.convolutional(rows, columns, 1));
    var network = new ComputationGraph(graph.build());
    network.init();
    KerasWeights.set(network, 3);
    return network;
  }

  @AfterEach
  void allLayersAgain() {
    System.clearProperty(Layers.PROPERTY);
  }

  /** Each of our two ways, with and without padding. */
  @ParameterizedTest
  @CsvSource({"onednn, Same", "onednn, Truncate", "java, Same", "java, Truncate"})
  void outputsAndGradientsAreThoseOfDl4jsLayers(String layers, ConvolutionMode mode) {
    var random = new Random(5);
    for (int trial = 0; trial < 8; trial++) {
      int rows = 16 + random.nextInt(20);
      int columns = 14 + random.nextInt(6);
      int kernel = 2 + random.nextInt(2);
      int pool = 2 + random.nextInt(2);
      assertStepsAlike(layers, mode, rows, columns, kernel, pool, 2 + random.nextInt(8));
    }
  }

  @ParameterizedTest
  @CsvSource({"onednn, 2", "onednn, 3", "java, 2", "java, 3"})
  void aFlattenedSegmentsIdleColumnsChangeNothing(String layers, int kernel) {
    assertStepsAlike(layers, ConvolutionMode.Same, 61, 1, kernel, 3, 5);
    assertStepsAlike(layers, ConvolutionMode.Same, 40, 1, kernel, 2, 4);
  }

  /** Where a layer ends in one column, which a pooling window of two or three goes beyond. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "java"})
  void oneColumnIsPooledToo(String layers) {
    assertStepsAlike(layers, ConvolutionMode.Truncate, 23, 8, 3, 3, 3);
    assertStepsAlike(layers, ConvolutionMode.Truncate, 24, 8, 3, 2, 3);
  }

  /** Chunks of samples, the last of them short, after a larger and after a smaller batch. */
  @Test
  void batchesOfAllSizesInTurn() {
    ComputationGraph ours = network("onednn", ConvolutionMode.Same, 19, 13, 3, 3);
    ComputationGraph stock = network("dl4j", ConvolutionMode.Same, 19, 13, 3, 3);
    INDArray start = stock.params().dup();
    Nd4j.getRandom().setSeed(9);
    for (int segments : new int[] {7, 1, 33, 2, 5, 33}) {
      INDArray[] input = {Nd4j.rand(segments, 1, 19, 13).subi(0.5)};
      INDArray[] labels = {labels(segments)};
      assertClose(stock.outputSingle(input), ours.outputSingle(input), "output of " + segments);
      stock.fit(input, labels);
      ours.fit(input, labels);
      assertClose(stock.params(), ours.params(), "parameters after " + segments);
      stock.setParams(start);
      ours.setParams(start);
    }
  }

  @ParameterizedTest
  @CsvSource({"Same, 130, 13", "Truncate, 130, 13", "Same, 211, 1"})
  void theNumberOfThreadsChangesNoBit(ConvolutionMode mode, int rows, int columns) {
    Nd4j.getRandom().setSeed(4);
    INDArray[] input = {Nd4j.rand(21, 1, rows, columns).subi(0.5)};
    INDArray[] labels = {labels(21)};
    float[][] parameters = new float[3][];
    float[][] outputs = new float[3][];
    int[] threads = {1, 2, 5};
    try {
      for (int t = 0; t < threads.length; t++) {
        Threads.use(threads[t], 1, 1);
        ComputationGraph network = network("onednn", mode, rows, columns, 3, 3);
        for (int step = 0; step < 3; step++) {
          network.fit(input, labels);
        }
        parameters[t] = network.params().dup().data().asFloat();
        outputs[t] = network.outputSingle(input).dup('c').data().asFloat();
      }
    } finally {
      Threads.use(Threads.available(), Threads.available(), Threads.available());
    }
    assertArrayEquals(parameters[0], parameters[1]);
    assertArrayEquals(parameters[0], parameters[2]);
    assertArrayEquals(outputs[0], outputs[1]);
    assertArrayEquals(outputs[0], outputs[2]);
  }

  /** It would fall back to the slower layers without a word. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void oneDnnIsThere() {
    assertTrue(Layers.byOneDnn());
    System.setProperty(Layers.PROPERTY, "java");
    assertFalse(Layers.byOneDnn());
  }

  @Test
  void otherTypesAreRefused() {
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new PooledConvolution.Builder(3, 3)
                    .nIn(1)
                    .nOut(2)
                    .build()
                    .instantiate(null, null, 0, null, false, DataType.DOUBLE));
    assertTrue(error.getMessage().contains("float"), error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new PooledConvolution.Builder(3, 4));
  }

  private static INDArray labels(int segments) {
    INDArray labels = Nd4j.zeros(segments, 3);
    for (int s = 0; s < segments; s++) {
      labels.putScalar(s, s % 3, 1);
    }
    return labels;
  }

  private static void assertStepsAlike(
      String layers,
      ConvolutionMode mode,
      int rows,
      int columns,
      int kernel,
      int pool,
      int segments) {
    ComputationGraph ours = network(layers, mode, rows, columns, kernel, pool);
    ComputationGraph stock = network("dl4j", mode, rows, columns, kernel, pool);
    assertEquals(stock.params(), ours.params());
    INDArray[] input = {Nd4j.rand(segments, 1, rows, columns).subi(0.5)};
    INDArray[] labels = {labels(segments)};
    for (int step = 0; step < 2; step++) {
      INDArray before = stock.params().dup();
      stock.fit(input, labels);
      ours.fit(input, labels);
      assertTrue(before.distance2(stock.params()) > 1e-3, "nothing was learned");
      assertClose(stock.params(), ours.params(), "parameters after step " + step);
      assertEquals(stock.score(), ours.score(), 1e-4);
      ours.setParams(stock.params()); // what is a last digit here would not be after another step
    }
    // by the running mean and variance now
    assertClose(stock.outputSingle(input), ours.outputSingle(input), "output");
  }

  private static void assertClose(INDArray expected, INDArray actual, String what) {
    double worst = expected.sub(actual).amaxNumber().doubleValue();
    assertTrue(worst < 1e-4, what + " differ by " + worst);
  }
}
