//SOURCES ../evaluation/SegmentPredictor.java
//SOURCES TrainedModel.java
//SOURCES Training.java
//SOURCES NetworkDefinition.java
//SOURCES NetworkGraph.java
//SOURCES dl4j/Floats.java
//SOURCES dl4j/Threads.java
//SOURCES ../kit/Stage.java

package genrelab.networks;

import genrelab.evaluation.SegmentPredictor;
import genrelab.kit.Stage;
import genrelab.networks.dl4j.Floats;
import genrelab.networks.dl4j.Threads;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trained network that predicts.
 *
 * <p>It is built in the background, since loading native code and building take half of a short
 * run's time; meanwhile features can be computed.
 */
public final class Predictor implements SegmentPredictor {
  private final TrainedModel model;
  private final CompletableFuture<ComputationGraph> network;

  /** Begins to build the model's network, to run on all processors. */
  public Predictor(TrainedModel model, NetworkDefinition architecture) {
    this.model = model;
    this.network =
        CompletableFuture.supplyAsync(
            () -> {
              ComputationGraph built = model.network(architecture);
              NetworkGraph.useThreads(model.preparation().layout(), Threads.available());
              return built;
            });
  }

  @Override
  public boolean isReady() {
    return network.isDone();
  }

  /**
   * The network's probabilities, without calibration.
   *
   * @param segments one array of frames · coefficients each, without clusters
   * @return segment × class; each row sums to 1
   * @throws Stage.Failure if the network can't be built here, or a probability is not finite
   */
  @Override
  public float[][] predict(float[][] segments) {
    float[][] probabilities =
        Floats.rows(
            network().outputSingle(model.preparation().inputs(segments, new int[segments.length])));
    for (float[] segment : probabilities) {
      for (float probability : segment) {
        if (!Float.isFinite(probability)) {
          throw new Stage.Failure("the network gives no finite probabilities; train it again");
        }
      }
    }
    return probabilities;
  }

  /**
   * What the network's output layer takes: the activations of the layer before it, as in
   * prediction.
   *
   * @param segments one array of frames · coefficients each
   * @param clusters of the segments; ignored where the network takes none
   * @return segment × units
   * @throws Stage.Failure if the network can't be built here, a segment has another size, or a
   *     value is not finite
   */
  public float[][] embeddings(float[][] segments, int[] clusters) {
    ComputationGraph built = network();
    String layer = layerBeforeOutput();
    INDArray[] activations =
        built.output(List.of(layer), false, model.preparation().inputs(segments, clusters), null);
    float[][] embeddings = Floats.rows(activations[0]);
    for (float[] segment : embeddings) {
      for (float value : segment) {
        if (!Float.isFinite(value)) {
          throw new Stage.Failure("the network gives no finite activations; train it again");
        }
      }
    }
    return embeddings;
  }

  /** The name of the layer that {@link #embeddings} gives: the last but dropout. */
  public String layerBeforeOutput() {
    ComputationGraphConfiguration graph = network().getConfiguration();
    String layer = graph.getVertexInputs().get(graph.getNetworkOutputs().get(0)).get(0);
    return network().getLayer(layer) instanceof DropoutLayer
        ? graph.getVertexInputs().get(layer).get(0) // does nothing in prediction
        : layer;
  }

  private ComputationGraph network() {
    try {
      return network.join();
    } catch (CompletionException error) {
      if (error.getCause() instanceof LinkageError) {
        throw new Stage.Failure(
            "no native code of ND4J for this machine (%s %s): name its build, e.g."
                + " GENRELAB_NATIVE=linux-x86_64 environment/jbang classify …",
            System.getProperty("os.name"), System.getProperty("os.arch"));
      }
      if (error.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (error.getCause() instanceof Error cause) { // out of memory, most likely
        throw cause;
      }
      throw error;
    }
  }
}
