///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Trains, validates and tests a network with musically motivated first filters for log-mel spectra
//DEPS info.picocli:picocli:4.7.7
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../lib/kit/Stage.java
//SOURCES ../lib/networks/Training.java
//SOURCES ../lib/networks/InputPreparation.java
//SOURCES ../lib/networks/NetworkGraph.java
//SOURCES ../lib/networks/NetworkInput.java
//SOURCES ../lib/networks/TrainingOptions.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=10g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import genrelab.kit.Stage;
import genrelab.networks.InputPreparation;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.Training;
import genrelab.networks.TrainingOptions;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A network for log-mel spectra with musically motivated first filters: tall ones see the timbre of
 * a moment, wide ones the rhythm of the whole spectrum's energy.
 *
 * <p>Side by side: 48 filters each of 3 frames × 0.9 and 0.4 of the mel bands, of which the maximum
 * over frequency is taken; 16 filters each of 33, 17 and 9 frames on the mean of the mel bands.
 * Then three blocks over time (7 frames; 64, 64 and 128 filters), ReLU, batch normalisation and max
 * pooling by 2; the mean of each filter over time; a dense layer of 64, dropout 0.5, softmax. After
 * Pons and Serra, <i>musicnn: pre-trained convolutional neural networks for music audio tagging</i>
 * (2019), with filters of some 0.14 s, and of 0.4 to 1.5 s, where a frame is 46 ms.
 */
@Command(
    name = "musical",
    description =
        "Trains, validates and tests a network with musically motivated first filters for log-mel"
            + " spectra.")
public class Musical implements Callable<Integer> {
  private static final int FRAMES_OF_TALL = 3;
  private static final double[] HEIGHTS = {0.9, 0.4};
  private static final int TALL_FILTERS = 48;
  private static final int[] WIDTHS = {33, 17, 9};
  private static final int WIDE_FILTERS = 16;
  private static final int[] FILTERS = {64, 64, 128};

  @Mixin TrainingOptions options;

  public static void main(String... args) {
    System.exit(Stage.run(new Musical(), args));
  }

  @Override
  public Integer call() {
    return new Training("musical", options, InputPreparation.Layout.image, Musical::network).run();
  }

  /** The network, with batch normalisation and Adam as in the kit's others. */
  static ComputationGraph network(NetworkInput input) {
    GraphBuilder graph =
        NetworkGraph.configuration(input)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs("features");
    int bands = input.coefficients();
    String[] branches = new String[HEIGHTS.length + WIDTHS.length];
    int branch = 0;
    for (double height : HEIGHTS) {
      int rows = Math.max(1, (int) Math.round(height * bands));
      String name = "tall" + (branch + 1);
      convolution(graph, name, "features", TALL_FILTERS, FRAMES_OF_TALL, rows);
      pooling(graph, name + "-max", name + "-norm", PoolingType.MAX, 1, bands - rows + 1);
      branches[branch++] = name + "-max";
    }
    pooling(graph, "energy", "features", PoolingType.AVG, 1, bands);
    for (int width : WIDTHS) {
      String name = "wide" + (branch + 1);
      convolution(graph, name, "energy", WIDE_FILTERS, width, 1);
      branches[branch++] = name + "-norm";
    }
    graph.addVertex("first", new MergeVertex(), branches);
    String last = "first";
    for (int block = 1; block <= FILTERS.length; block++) {
      String name = "convolution" + block;
      convolution(graph, name, last, FILTERS[block - 1], 7, 1);
      pooling(graph, name + "-max", name + "-norm", PoolingType.MAX, 2, 1);
      last = name + "-max";
    }
    graph.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), last);
    InputType features = InputType.convolutional(input.frames(), bands, 1);
    return NetworkGraph.withHead(graph, "mean", 0.5, input, features);
  }

  /** A convolution, padded in time alone, with ReLU and batch normalisation. */
  private static void convolution(
      GraphBuilder graph, String name, String from, int filters, int frames, int bands) {
    graph
        .addLayer(
            name,
            new ConvolutionLayer.Builder(frames, bands)
                .padding(frames / 2, 0)
                .nOut(filters)
                .activation(Activation.RELU)
                .build(),
            from)
        .addLayer(
            name + "-norm",
            new BatchNormalization.Builder().decay(0.99).eps(1e-3).useLogStd(false).build(),
            name);
  }

  private static void pooling(
      GraphBuilder graph, String name, String from, PoolingType type, int frames, int bands) {
    graph.addLayer(
        name,
        new SubsamplingLayer.Builder(type).kernelSize(frames, bands).stride(frames, bands).build(),
        from);
  }
}
