///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Trains, validates and tests a convolutional recurrent network (CRNN)
//DEPS info.picocli:picocli:4.7.7
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES lib/networks/dl4j/RowsAsSteps.java
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
import genrelab.networks.dl4j.RowsAsSteps;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The network that the paper calls for in its outlook: convolutions over time and frequency, then a
 * recurrent layer over time, which sees what they found in its order.
 *
 * <p>Two blocks of convolution (64 filters of 3 × 3, padded), max pooling by 2, ReLU and batch
 * normalisation; each of the remaining rows, a quarter of the frames, is a step of an LSTM of 64
 * units; its last step, a dense layer of 64, dropout 0.3, softmax. After Choi et al.,
 * <i>Convolutional recurrent neural networks for music classification</i> (2017), with the paper's
 * sizes. 130 × 13 MFCCs give it 124,810 trainable parameters.
 */
@Command(
    name = "hybrid",
    description = "Trains, validates and tests a convolutional recurrent network (CRNN).")
public class Hybrid implements Callable<Integer> {
  private static final int FILTERS = 64;
  private static final int UNITS = 64;

  @Mixin TrainingOptions options;

  public static void main(String... args) {
    System.exit(Stage.run(new Hybrid(), args));
  }

  @Override
  public Integer call() {
    return new Training("hybrid", options, InputPreparation.Layout.image, Hybrid::network).run();
  }

  /** The network, with batch normalisation, LSTM and Adam as in the paper's two. */
  static ComputationGraph network(NetworkInput input) {
    GraphBuilder graph =
        NetworkGraph.configuration(input)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("features");
    Layers.convolutionBlock(graph, 1, "features", FILTERS, 3, 2);
    Layers.convolutionBlock(graph, 2, "norm1", FILTERS, 3, 2);
    int columns = (input.coefficients() + 3) / 4; // halved twice, rounded up
    graph
        .addVertex("steps", new PreprocessorVertex(new RowsAsSteps(FILTERS, columns)), "norm2")
        .addLayer("lstm", new LastTimeStep(Layers.lstm(UNITS)), "steps");
    InputType features = InputType.convolutional(input.frames(), input.coefficients(), 1);
    return NetworkGraph.withHead(graph, "lstm", 0.3, input, features);
  }
}
