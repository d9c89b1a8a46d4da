///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Trains, validates and tests a compact network of 3 × 3 convolutions for log-mel spectra
//DEPS info.picocli:picocli:4.7.7
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES lib/networks/TrainedModel.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/networks/Training.java
//SOURCES lib/networks/InputPreparation.java
//SOURCES lib/networks/NetworkGraph.java
//SOURCES lib/networks/NetworkInput.java
//SOURCES lib/networks/TrainingOptions.java
//SOURCES lib/networks/dl4j/Layers.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=10g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import genrelab.kit.Stage;
import genrelab.networks.InputPreparation;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.Training;
import genrelab.networks.TrainingOptions;
import genrelab.networks.dl4j.Layers;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A compact network for log-mel spectra, which the paper doesn't have.
 *
 * <p>Four blocks of convolution (3 × 3, padded, 32, 64, 64 and 128 filters), max pooling by 2, ReLU
 * and batch normalisation; the mean of each filter over time and frequency, so that the size of the
 * input doesn't matter to the weights; a dense layer of 64, dropout 0.5, softmax: 139,082 trainable
 * parameters for ten genres. After the short-chunk network of Won et al., <i>Evaluation of
 * CNN-based automatic music tagging models</i> (2020), which has seven blocks of 128 filters and
 * more. Its sizes were chosen by validation; see data/results.
 */
@Command(
    name = "compact",
    description =
        "Trains, validates and tests a compact network of 3 × 3 convolutions for log-mel spectra.")
public class Compact implements Callable<Integer> {
  private static final int[] FILTERS = {32, 64, 64, 128};

  @Mixin TrainingOptions options;

  public static void main(String... args) {
    System.exit(Stage.run(new Compact(), args));
  }

  @Override
  public Integer call() {
    return new Training("compact", options, InputPreparation.Layout.image, Compact::network).run();
  }

  /** The network, with batch normalisation and Adam as in the paper's two. */
  static ComputationGraph network(NetworkInput input) {
    GraphBuilder graph =
        NetworkGraph.configuration(input)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("features");
    String last = "features";
    for (int block = 1; block <= FILTERS.length; block++) {
      Layers.convolutionBlock(graph, block, last, FILTERS[block - 1], 3, 2);
      last = "norm" + block;
    }
    graph.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), last);
    InputType features = InputType.convolutional(input.frames(), input.coefficients(), 1);
    return NetworkGraph.withHead(graph, "mean", 0.5, input, features);
  }
}
