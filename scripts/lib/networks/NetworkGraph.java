//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES InputPreparation.java
//SOURCES NetworkInput.java
//SOURCES dl4j/Threads.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.networks;

import genrelab.networks.dl4j.Threads;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What every network's definition shares: Keras's optimiser at the start, the paper's dense layers
 * at the end.
 *
 * <p>A network that the kit trains is a computation graph with an input {@code features} (and
 * {@code clusters}, where the cluster goes in) and a softmax layer {@code output} that takes a
 * layer {@code dropout}. {@link #withHead} gives a network this end.
 */
public final class NetworkGraph {
  private NetworkGraph() {}

  /** Begins a network: its seed, and Adam as Keras has it. */
  public static NeuralNetConfiguration.Builder configuration(NetworkInput input) {
    return new NeuralNetConfiguration.Builder()
        .seed(input.seed())
        .updater(Adam.builder().learningRate(input.learningRate()).epsilon(1e-7).build());
  }

  /**
   * Ends a network as both of the paper's do: the cluster beside what came so far, where it goes
   * in, a dense layer of 64 (ReLU), dropout, softmax.
   *
   * @param graph the network up to its features
   * @param last the name of the layer or vertex that gives them, as rows of values
   * @param dropout the share that is dropped
   * @param features the form of the network's first input
   */
  public static ComputationGraph withHead(
      GraphBuilder graph, String last, double dropout, NetworkInput input, InputType features) {
    String from = last;
    if (input.clusters() > 0) {
      graph.addInputs("clusters").addVertex("beside", new MergeVertex(), last, "clusters");
      graph.setInputTypes(features, InputType.feedForward(input.clusters()));
      from = "beside";
    } else {
      graph.setInputTypes(features);
    }
    graph
        .addLayer(
            "dense", new DenseLayer.Builder().nOut(64).activation(Activation.RELU).build(), from)
        .addLayer("dropout", new DropoutLayer(1 - dropout), "dense") // DL4J takes what is kept
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(input.classes())
                .activation(Activation.SOFTMAX)
                .build(),
            "dropout")
        .setOutputs("output");
    var network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  /** Parameters that training changes: all but batch normalisation's running statistics. */
  public static long trainableParameters(ComputationGraph network) {
    long running =
        Arrays.stream(network.getLayers())
            .filter(layer -> layer.conf().getLayer() instanceof BatchNormalization)
            .mapToLong(layer -> 2 * layer.getParam("mean").length())
            .sum();
    return network.numParams() - running;
  }

  static boolean normalises(ComputationGraph network) {
    return Arrays.stream(network.getLayers())
        .anyMatch(layer -> layer.conf().getLayer() instanceof BatchNormalization);
  }

  /** Sets the threads of a network's layers, and of ND4J's operations as suits the network. */
  public static void useThreads(InputPreparation.Layout layout, int threads) {
    Threads.use(threads, layout == InputPreparation.Layout.sequence ? 1 : threads);
  }
}
