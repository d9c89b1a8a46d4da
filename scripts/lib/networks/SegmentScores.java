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
import java.util.List;
import java.util.function.IntFunction;
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
    return of(network, data, rows, batch, List.of(data.features()::values));
  }

  /**
   * The same of the mean prediction of several variants of each segment.
   *
   * @param variants one or more, each a function from a row to its values
   */
  static SegmentScores of(
      ComputationGraph network,
      TrainingData data,
      int[] rows,
      int batch,
      List<IntFunction<float[]>> variants) {
    double[][] sums = new double[rows.length][data.input().classes()];
    for (IntFunction<float[]> variant : variants) {
      add(network, data, rows, batch, variant, sums);
    }
    float[][] probabilities = mean(sums, variants.size());
    int[] labels = data.labelsOf(rows);
    double loss = 0;
    int right = 0;
    for (int r = 0; r < rows.length; r++) {
      loss -= Math.log(Math.max(1e-7, probabilities[r][labels[r]]));
      right += Calibration.likeliest(probabilities[r]) == labels[r] ? 1 : 0;
    }
    return new SegmentScores(loss / rows.length, (double) right / rows.length, probabilities);
  }

  /** Adds the probabilities of one variant of each segment. */
  private static void add(
      ComputationGraph network,
      TrainingData data,
      int[] rows,
      int batch,
      IntFunction<float[]> variant,
      double[][] sums) {
    for (int start = 0; start < rows.length; start += batch) {
      int[] some = Arrays.copyOfRange(rows, start, Math.min(rows.length, start + batch));
      float[][] output = Floats.rows(network.outputSingle(data.inputs(some, variant)));
      for (int r = 0; r < some.length; r++) {
        for (int c = 0; c < output[r].length; c++) {
          sums[start + r][c] += output[r][c];
        }
      }
    }
  }

  private static float[][] mean(double[][] sums, int count) {
    float[][] mean = new float[sums.length][];
    for (int row = 0; row < mean.length; row++) {
      mean[row] = new float[sums[row].length];
      for (int c = 0; c < mean[row].length; c++) {
        mean[row][c] = (float) (sums[row][c] / count);
      }
    }
    return mean;
  }
}
