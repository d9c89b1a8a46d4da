///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that the CNN's fast layers agree with DL4J's own
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../../Cnn.java
//SOURCES ../../../lib/networks/KerasWeights.java
//SOURCES ../../../lib/networks/dl4j/Normalization.java
//SOURCES ../../../lib/networks/dl4j/PooledConvolution.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.KerasWeights;
import genrelab.networks.dl4j.Normalization;
import genrelab.networks.dl4j.PooledConvolution;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
      boolean ours, ConvolutionMode mode, int rows, int columns, int kernel, int pool) {
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

  @ParameterizedTest
  @EnumSource(
      value = ConvolutionMode.class,
      names = {"Same", "Truncate"})
  void outputsAndGradientsAreThoseOfDl4jsLayers(ConvolutionMode mode) {
    var random = new Random(5);
    for (int trial = 0; trial < 8; trial++) {
      int rows = 16 + random.nextInt(20);
      int columns = 14 + random.nextInt(6);
      int kernel = 2 + random.nextInt(2);
      assertStepsAlike(mode, rows, columns, kernel, 2 + random.nextInt(2), 2 + random.nextInt(8));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aFlattenedSegmentsIdleColumnsChangeNothing(int kernel) {
    assertStepsAlike(ConvolutionMode.Same, 61, 1, kernel, 3, 5);
    assertStepsAlike(ConvolutionMode.Same, 40, 1, kernel, 2, 4);
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

  private static void assertStepsAlike(
      ConvolutionMode mode, int rows, int columns, int kernel, int pool, int segments) {
    ComputationGraph ours = network(true, mode, rows, columns, kernel, pool);
    ComputationGraph stock = network(false, mode, rows, columns, kernel, pool);
    assertEquals(stock.params(), ours.params());
    INDArray[] input = {Nd4j.rand(segments, 1, rows, columns).subi(0.5)};
    INDArray[] labels = {Nd4j.zeros(segments, 3)};
    for (int s = 0; s < segments; s++) {
      labels[0].putScalar(s, s % 3, 1);
    }
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
