//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../evaluation/Calibration.java
//SOURCES TrainingData.java

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
import genrelab.kit.Progress;
import java.util.Optional;
import java.net.URISyntaxException;
import java.util.stream.Stream;

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
      float[][] output = network.outputSingle(data.inputs(some)).toFloatMatrix();
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
