//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../evaluation/Calibration.java

package genrelab.networks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.SplitAssignment;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.OutOfDistribution;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.dl4j.Threads;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Option;

/**
 * Loss and accuracy over an epoch's batches as they are trained on, dropout and all, as Keras.
 */
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
    float[][] scores = logits.toFloatMatrix();
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
