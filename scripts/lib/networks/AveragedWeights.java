//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ModelFile.java

package genrelab.networks;

import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of a network's weights, and of batch normalisation's running
 * means, over the steps of its training.
 *
 * <p>Polyak and Juditsky, <i>Acceleration of stochastic approximation by averaging</i> (1992). The
 * momentum grows with the step t, min(momentum, (1 + t) / (10 + t)), as in TensorFlow's
 * ExponentialMovingAverage, so that the first weights are soon forgotten.
 */
final class AveragedWeights {
  private final ComputationGraph network;
  private final double momentum;
  private final INDArray average;

  /**
   * Begins with the network's weights of now.
   *
   * @param momentum what the average keeps each step, above 0 and below 1; 0 for no average: the
   *     network's own weights
   */
  AveragedWeights(ComputationGraph network, double momentum) {
    this.network = network;
    this.momentum = momentum;
    average = momentum == 0 ? network.params() : network.params().dup();
  }

  /** Takes a step's weights in. */
  void update() {
    if (momentum > 0) {
      double step = network.getIterationCount();
      double kept = Math.min(momentum, (1 + step) / (10 + step));
      average.muli(kept).addi(network.params().mul(1 - kept));
    }
  }

  /** Runs something with the averaged weights in the network, then puts its own back. */
  <T> T during(Supplier<T> work) {
    if (momentum == 0) {
      return work.get();
    }
    INDArray own = network.params().dup();
    use();
    try {
      return work.get();
    } finally {
      network.params().assign(own);
    }
  }

  /** Leaves the averaged weights in the network. */
  void use() {
    if (momentum > 0) {
      network.params().assign(average);
    }
  }

  float[] values() {
    return ModelFile.floats(average);
  }

  /** Goes on from the average of a checkpoint. */
  void restore(float[] values) {
    if (momentum > 0) {
      average.assign(Nd4j.createFromArray(values));
    }
  }
}
