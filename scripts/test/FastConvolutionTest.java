///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that the fast convolution agrees with DL4J's own
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Cnn.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.FastConvolution;
import genrelab.KerasWeights;
import java.util.Random;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FastConvolutionTest {

  /** Two convolutions with pooling: DL4J's layers with ReLU first, or ours with ReLU last. */
  private static ComputationGraph network(
      boolean fast, ConvolutionMode mode, int rows, int columns, int kernel) {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(1))
            .convolutionMode(mode)
            .graphBuilder()
            .addInputs("in");
    String from = "in";
    for (int number = 1; number <= 2; number++) {
      ConvolutionLayer layer;
      if (fast) {
        var builder = new FastConvolution.Builder(kernel, kernel);
        if (number == 1) {
          builder.first();
        }
        layer = builder.nOut(5).build();
      } else {
        layer =
            new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(5)
                .activation(Activation.RELU)
                .build();
      }
      graph
          .addLayer("convolution" + number, layer, from)
          .addLayer(
              "pooling" + number,
              new SubsamplingLayer.Builder(PoolingType.MAX)
                  .kernelSize(3, 3)
                  .stride(2, 2)
                  .convolutionMode(ConvolutionMode.Same)
                  .build(),
              "convolution" + number)
          .addLayer("relu" + number, new ActivationLayer(Activation.RELU), "pooling" + number);
      from = "relu" + number;
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
  void outputsAndGradientsAreThoseOfDl4jsLayer(ConvolutionMode mode) {
    var random = new Random(5);
    for (int trial = 0; trial < 8; trial++) {
      int kernel = 2 + random.nextInt(2);
      int rows = 14 + random.nextInt(20);
      int columns = 12 + random.nextInt(6);
      int segments = 1 + random.nextInt(9);
      ComputationGraph fast = network(true, mode, rows, columns, kernel);
      ComputationGraph stock = network(false, mode, rows, columns, kernel);
      assertEquals(stock.params(), fast.params());
      INDArray[] input = {Nd4j.rand(segments, 1, rows, columns).subi(0.5)};
      INDArray[] labels = {Nd4j.zeros(segments, 3)};
      for (int s = 0; s < segments; s++) {
        labels[0].putScalar(s, s % 3, 1);
      }
      assertClose(stock.outputSingle(input), fast.outputSingle(input), "output");
      INDArray before = stock.params().dup();
      stock.fit(input, labels);
      fast.fit(input, labels);
      assertTrue(before.distance2(stock.params()) > 1e-3, "nothing was learned");
      assertClose(stock.params(), fast.params(), "a step's parameters");
      assertEquals(stock.score(), fast.score(), 1e-5);
    }
  }

  private static void assertClose(INDArray expected, INDArray actual, String what) {
    double worst = expected.sub(actual).amaxNumber().doubleValue();
    assertTrue(worst < 1e-5, what + " differ by " + worst);
  }
}
