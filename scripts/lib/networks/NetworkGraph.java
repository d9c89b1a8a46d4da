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
//SOURCES dl4j/Layers.java

package genrelab.networks;

import genrelab.kit.Stage;
import genrelab.networks.dl4j.Layers;
import genrelab.networks.dl4j.Threads;
import java.util.Arrays;
import java.util.List;
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
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * What all networks' definitions share: Keras's Adam at the start, the paper's dense layers at the
 * end.
 *
 * <p>A network that the kit trains is a computation graph with an input {@code features} (and
 * {@code clusters}, for {@code --clusters one-hot}) and a softmax layer {@code output} that takes a
 * layer {@code dropout}. {@link #withHead} adds these layers; a network without them is refused.
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
   * Ends a network as both of the paper's do: a dense layer of 64 (ReLU), dropout, softmax. With
   * {@code --clusters one-hot}, the cluster is concatenated to the dense layer's input.
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

  /**
   * Checks that a network ends as training and its files need it.
   *
   * @param classes genres that its output must have
   * @throws Stage.Failure if there is no softmax layer {@code output} of that size, or it does not
   *     take a layer {@code dropout}
   */
  static void requireHead(ComputationGraph network, String name, int classes) {
    var graph = network.getConfiguration();
    boolean ends =
        graph.getNetworkOutputs().equals(List.of("output"))
            && graph.getVertices().containsKey("dropout")
            && List.of("dropout").equals(graph.getVertexInputs().get("output"))
            && network.getLayer("output").conf().getLayer() instanceof OutputLayer output
            && output.getActivationFn() instanceof ActivationSoftmax
            && output.getNOut() == classes;
    if (!ends) {
      throw new Stage.Failure(
          "%s: the network must end in a softmax layer 'output' of %d genres that takes a layer"
              + " 'dropout'; end it with NetworkGraph.withHead",
          name, classes);
    }
  }

  /**
   * Weights the loss by class: that of an item is multiplied by its class's weight and divided, as
   * without, by the batch's size, as by Keras's {@code class_weight}.
   *
   * @param weights one a class
   */
  public static void weightClasses(ComputationGraph network, double[] weights) {
    var output = (OutputLayer) network.getLayer("output").conf().getLayer();
    output.setLossFn(new LossMCXENT(Nd4j.createFromArray(weights).reshape(1, weights.length)));
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
    boolean sequence = layout == InputPreparation.Layout.sequence;
    boolean oneDnn = Layers.byOneDnn();
    // with oneDNN, ND4J's products are small ones between layers
    Threads.use(threads, sequence || oneDnn ? 1 : threads, oneDnn ? 1 : threads);
  }
}
