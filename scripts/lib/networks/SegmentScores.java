//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../evaluation/Calibration.java
//SOURCES TrainingData.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES dl4j/Floats.java
//SOURCES dl4j/Threads.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.networks;

import genrelab.evaluation.Calibration;
import genrelab.networks.dl4j.Floats;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a network gives for some segments.
 *
 * @param loss mean cross-entropy
 * @param accuracy share of segments whose likeliest genre is the true one, in 0..1
 * @param probabilities segment × class
 */
record SegmentScores(double loss, double accuracy, float[][] probabilities) {
  /** Runs the network on a part's segments, in batches. */
  static SegmentScores of(ComputationGraph network, TrainingData data, int[] rows, int batch) {
    float[][] probabilities = new float[rows.length][];
    double loss = 0;
    int right = 0;
    for (int start = 0; start < rows.length; start += batch) {
      int[] some = Arrays.copyOfRange(rows, start, Math.min(rows.length, start + batch));
      float[][] output = Floats.rows(network.outputSingle(data.inputs(some)));
      int[] labels = data.labelsOf(some);
      for (int r = 0; r < some.length; r++) {
        probabilities[start + r] = output[r];
        loss -= Math.log(Math.max(1e-7, output[r][labels[r]]));
        right += Calibration.likeliest(output[r]) == labels[r] ? 1 : 0;
      }
    }
    return new SegmentScores(loss / rows.length, (double) right / rows.length, probabilities);
  }
}
