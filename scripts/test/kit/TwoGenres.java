//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/KerasWeights.java

import genrelab.networks.InputPreparation;
import genrelab.networks.KerasWeights;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Trains a network to tell two genres of synthetic segments apart. */
final class TwoGenres {
  /** Of the segments that {@link #learnt} tests. */
  private static final int TESTED = 64;

  private TwoGenres() {}

  /** Synthetic segments of two genres. */
  interface Segments {
    /**
     * As many segments as there are labels.
     *
     * @param labels to fill with 0 or 1
     * @return as the network takes them
     */
    INDArray draw(int[] labels, Random random);
  }

  /** How many of 64 test segments a network tells with more than 0.5, after 250 steps of 16. */
  static int learnt(ComputationGraph network, Segments training, Segments test) {
    KerasWeights.set(network, 1);
    Nd4j.getRandom().setSeed(1);
    var random = new Random(1);
    // as many steps as the running means of batch normalisation take to arrive
    for (int step = 0; step < 250; step++) {
      int[] labels = new int[16];
      network.fit(
          new INDArray[] {training.draw(labels, random)},
          new INDArray[] {InputPreparation.oneHot(labels, 2)});
    }
    int[] labels = new int[TESTED];
    float[][] predicted = network.outputSingle(test.draw(labels, random)).toFloatMatrix();
    int right = 0;
    for (int segment = 0; segment < labels.length; segment++) {
      right += predicted[segment][labels[segment]] > 0.5 ? 1 : 0;
    }
    return right;
  }
}
