//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../evaluation/Calibration.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES dl4j/Floats.java
//SOURCES dl4j/Threads.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.networks;

import genrelab.evaluation.Calibration;
import genrelab.networks.dl4j.Floats;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Loss and accuracy over an epoch's batches as they are trained on, dropout and all, as Keras. */
final class EpochMetrics extends BaseTrainingListener {
  private final ComputationGraph network;
  private int[] rows;
  private int[] labels;
  private double loss;
  private int right;
  private int seen;

  EpochMetrics(ComputationGraph network) {
    this.network = network;
  }

  void reset() {
    loss = 0;
    right = 0;
    seen = 0;
  }

  void expect(int[] rows, int[] labels) {
    this.rows = rows;
    this.labels = labels;
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    INDArray logits =
        activations
            .get("dropout")
            .mmul(network.getLayer("output").getParam("W"))
            .addiRowVector(network.getLayer("output").getParam("b"));
    float[][] scores = Floats.rows(logits);
    for (int r = 0; r < rows.length; r++) {
      right += Calibration.likeliest(scores[r]) == labels[rows[r]] ? 1 : 0;
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    loss += model.score() * rows.length;
    seen += rows.length;
  }

  double loss() {
    return loss / seen;
  }

  double accuracy() {
    return (double) right / seen;
  }
}
