///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Trains, validates and tests the paper's convolutional network
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
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=8g
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
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The paper's convolutional network.
 *
 * <p>Three blocks of convolution (ReLU), max pooling and batch normalisation, a dense layer of 64,
 * dropout 0.2, softmax. On frames ({@code --shape frames}, 130 × 13) convolutions are unpadded:
 * 154,186 trainable parameters. {@code --shape flat} is the network that the paper lists with
 * K-means: the same on the flattened segment (1690 × 1), convolutions padded: 961,098.
 */
@Command(
    name = "cnn",
    description = "Trains, validates and tests the paper's convolutional network.")
public class Cnn implements Callable<Integer> {
  @Mixin TrainingOptions options;

  public static void main(String... args) {
    System.exit(Stage.run(new Cnn(), args));
  }

  @Override
  public Integer call() {
    return new Training("cnn", options, InputPreparation.Layout.image, Cnn::network).run();
  }

  /** The network, with Keras's batch normalisation (momentum 0.99, epsilon 0.001) and Adam. */
  static ComputationGraph network(NetworkInput input) {
    // published: "valid" on frames; on the flattened segment only "same" gives 961,098 parameters
    boolean padded = input.shape() == NetworkInput.Shape.flat;
    GraphBuilder graph =
        NetworkGraph.configuration(input)
            .convolutionMode(padded ? ConvolutionMode.Same : ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs("features");
    Layers.convolutionBlock(graph, 1, "features", 128, 3, 3);
    Layers.convolutionBlock(graph, 2, "norm1", 64, 3, 3);
    Layers.convolutionBlock(graph, 3, "norm2", 64, 2, 2);
    int rows = input.frames();
    int columns = input.coefficients();
    for (int kernel : new int[] {3, 3, 2}) {
      rows = halved(padded ? rows : rows - kernel + 1);
      columns = halved(padded ? columns : columns - kernel + 1);
    }
    if (rows < 1 || columns < 1) {
      throw new Stage.Failure(
          "a segment of %d frames × %d values is too small for three unpadded blocks, which need 11"
              + " of each; use --shape flat, or the lstm or compact network",
          input.frames(), input.coefficients());
    }
    graph.addVertex(
        "flatten",
        new PreprocessorVertex(new CnnToFeedForwardPreProcessor(rows, columns, 64)),
        "norm3");
    InputType features = InputType.convolutional(input.frames(), input.coefficients(), 1);
    return NetworkGraph.withHead(graph, "flatten", 0.2, input, features);
  }

  private static int halved(int length) {
    return (length + 1) / 2;
  }
}
