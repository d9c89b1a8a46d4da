///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Trains, validates and tests the paper's recurrent network
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

import genrelab.kit.Stage;
import genrelab.networks.InputPreparation;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.Training;
import genrelab.networks.TrainingOptions;
import genrelab.networks.dl4j.Layers;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The paper's recurrent network.
 *
 * <p>LSTMs of 128, 64 and 64 units, the last step, a dense layer of 64, dropout 0.3, softmax. On
 * frames ({@code --shape frames}, 130 steps of 13) it has 159,946 trainable parameters. {@code
 * --shape flat} is the network that the paper lists with K-means: 1690 steps of one value, and one
 * batch normalisation more: 153,930. The count can't tell where that stood; here it follows the
 * last LSTM.
 */
@Command(name = "lstm", description = "Trains, validates and tests the paper's recurrent network.")
public class Lstm implements Callable<Integer> {
  @Mixin TrainingOptions options;

  public static void main(String... args) {
    System.exit(Stage.run(new Lstm(), args));
  }

  @Override
  public Integer call() {
    return new Training("lstm", options, InputPreparation.Layout.sequence, Lstm::network).run();
  }

  /** The network, with Keras's LSTM (tanh, sigmoid gates, forget bias 1) and Adam. */
  static ComputationGraph network(NetworkInput input) {
    GraphBuilder graph =
        NetworkGraph.configuration(input)
            .graphBuilder()
            .addInputs("features")
            .addLayer("lstm1", Layers.lstm(128), "features")
            .addLayer("lstm2", Layers.lstm(64), "lstm1")
            .addLayer("lstm3", new LastTimeStep(Layers.lstm(64)), "lstm2");
    String last = "lstm3";
    if (input.shape() == NetworkInput.Shape.flat) {
      graph.addLayer("norm", new BatchNormalization.Builder().decay(0.99).eps(1e-3).build(), last);
      last = "norm";
    }
    InputType features = InputType.recurrent(input.coefficients(), input.frames());
    return NetworkGraph.withHead(graph, last, 0.3, input, features);
  }
}
