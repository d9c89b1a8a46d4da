///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times the networks' training and inference at the word of bench; no stage
//DEPS info.picocli:picocli:4.7.7
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Worker.java
//SOURCES ../../Cnn.java
//SOURCES ../../Lstm.java
//SOURCES ../networks/KerasWeights.java
//SOURCES ../networks/Training.java
//SOURCES ../networks/TrainedModel.java
//SOURCES ../networks/dl4j/Floats.java
//SOURCES ../networks/dl4j/PooledConvolution.java
//SOURCES ../networks/dl4j/Threads.java
//SOURCES ../networks/InputPreparation.java
//SOURCES ../networks/NetworkGraph.java
//SOURCES ../networks/NetworkInput.java
// those of Cnn.java and Lstm.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=8g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.bench.Worker;
import genrelab.networks.InputPreparation;
import genrelab.networks.KerasWeights;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.dl4j.Floats;
import genrelab.networks.dl4j.PooledConvolution;
import genrelab.networks.dl4j.Threads;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Our side of {@code cnn} and {@code lstm}: steps on frames (130 × 13), batch 32, random normal
 * input.
 *
 * <p>{@code prepare cnn} builds that network in the place of the last and answers its trainable
 * {@code parameters} and the {@code flops} of a step forward; {@code run cnn train 20} the {@code
 * ms} of a step, over 20; {@code rate} the {@code flops} a second of a large matrix product on all
 * processors: that of ND4J's OpenBLAS with the kernels that the launcher chooses.
 */
public class NetworksBench {
  private static final int BATCH = 32;
  private static final int FRAMES = 130;
  private static final int COEFFICIENTS = 13;
  private static final int CLASSES = 10;

  /** Whose steps are timed. */
  enum Network {
    cnn,
    lstm
  }

  private final long seed;
  private ComputationGraph network;
  private float[][] data = {};

  private NetworksBench(long seed) {
    this.seed = seed;
  }

  public static void main(String... args) {
    var bench = new NetworksBench(Long.parseLong(args[0]));
    Worker.serve(
        words ->
            switch (words[0]) {
              case "prepare" -> bench.prepare(Network.valueOf(words[1]));
              case "run" ->
                  bench.run(Network.valueOf(words[1]), words[2], Integer.parseInt(words[3]));
              case "rate" -> Worker.object().put("flops", matrixProductRate());
              default -> Worker.object();
            });
  }

  private ObjectNode prepare(Network which) {
    NetworkGraph.useThreads(layout(which), Threads.available());
    network = network(which);
    return Worker.object()
        .put("parameters", NetworkGraph.trainableParameters(network))
        .put("flops", BATCH * flops(network, inputType(which)));
  }

  private ObjectNode run(Network which, String measure, int steps) {
    if (data.length != steps) {
      data = data(steps);
    }
    double ms =
        measure.equals("train")
            ? train(network, which, data, steps)
            : infer(network, which, data, steps);
    return Worker.object().put("ms", ms);
  }

  private ComputationGraph network(Network which) {
    var input =
        new NetworkInput(
            NetworkInput.Shape.frames,
            FRAMES,
            COEFFICIENTS,
            0,
            CLASSES,
            /* learningRate= */ 1e-4,
            seed);
    ComputationGraph network = which == Network.cnn ? Cnn.network(input) : Lstm.network(input);
    KerasWeights.set(network, seed);
    return network;
  }

  private static InputPreparation.Layout layout(Network which) {
    return which == Network.cnn ? InputPreparation.Layout.image : InputPreparation.Layout.sequence;
  }

  static InputType inputType(Network which) {
    return which == Network.cnn
        ? InputType.convolutional(FRAMES, COEFFICIENTS, 1)
        : InputType.recurrent(COEFFICIENTS, FRAMES);
  }

  /** One array a step, as the stages hold their segments: on the heap. */
  private float[][] data(int steps) {
    var random = new Random(seed);
    float[][] data = new float[steps][BATCH * FRAMES * COEFFICIENTS];
    for (float[] batch : data) {
      for (int i = 0; i < batch.length; i++) {
        batch[i] = (float) random.nextGaussian();
      }
    }
    return data;
  }

  private static INDArray features(Network which, float[] batch) {
    long[] shape =
        which == Network.cnn
            ? new long[] {BATCH, 1, FRAMES, COEFFICIENTS}
            : new long[] {BATCH, COEFFICIENTS, FRAMES};
    return Floats.array(batch, shape);
  }

  private static INDArray labels() {
    float[] ones = new float[BATCH * CLASSES];
    for (int i = 0; i < BATCH; i++) {
      ones[i * CLASSES + i % CLASSES] = 1;
    }
    return Floats.array(ones, BATCH, CLASSES);
  }

  /** As the stages train: input from the heap, one call of fit. */
  private static double train(ComputationGraph network, Network which, float[][] data, int steps) {
    long begin = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      network.fit(new INDArray[] {features(which, data[step])}, new INDArray[] {labels()});
    }
    return (System.nanoTime() - begin) / 1e6 / steps;
  }

  /** As the stages test: input from the heap, probabilities back to it. */
  private static double infer(ComputationGraph network, Network which, float[][] data, int steps) {
    long begin = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      Floats.rows(network.outputSingle(features(which, data[step])));
    }
    return (System.nanoTime() - begin) / 1e6 / steps;
  }

  // ---- the limit

  /**
   * Arithmetic of one segment's way forward through a network, from its configuration.
   *
   * <p>Counts the products of convolutions, LSTMs and dense layers, a multiplication and its
   * addition as 2, not what is small beside them (pooling, normalisation, gates, updates). The way
   * back is two products for each, so a training step is taken as three times this; that the first
   * layer needs no gradient to its input is left out of account.
   *
   * @param features the type of the network's one input
   */
  static long flops(ComputationGraph network, InputType features) {
    var configuration = network.getConfiguration();
    Map<String, InputType> types = configuration.getLayerActivationTypes(features);
    long sum = 0;
    for (var vertex : configuration.getVertices().entrySet()) {
      if (vertex.getValue() instanceof LayerVertex layer) {
        String from = configuration.getVertexInputs().get(vertex.getKey()).get(0);
        sum += flops(layer.getLayerConf().getLayer(), types.get(from));
      }
    }
    return sum;
  }

  private static long flops(Layer layer, InputType from) {
    if (layer instanceof LastTimeStep last) {
      return flops(last.getUnderlying(), from);
    }
    if (layer instanceof LSTM lstm) {
      long steps = ((InputTypeRecurrent) from).getTimeSeriesLength();
      return steps * 2 * 4 * lstm.getNOut() * (lstm.getNIn() + lstm.getNOut());
    }
    if (layer instanceof PooledConvolution convolution) {
      InputTypeConvolutional image = convolution.convolved(from);
      long field = Arrays.stream(convolution.getKernelSize()).reduce(1, (a, b) -> a * b);
      long products = field * convolution.getNIn() * convolution.getNOut();
      return 2 * products * image.getHeight() * image.getWidth();
    }
    if (layer instanceof DenseLayer dense) {
      return 2 * dense.getNIn() * dense.getNOut();
    }
    if (layer instanceof BaseOutputLayer output) {
      return 2 * output.getNIn() * output.getNOut();
    }
    return 0;
  }

  /** FLOP/s of OpenBLAS's single-precision matrix product on all processors: the best of ten. */
  private static double matrixProductRate() {
    int size = 1536;
    // known only once ND4J has loaded OpenBLAS: after a network was built
    int threads = openblas.blas_get_num_threads();
    openblas.blas_set_num_threads(Runtime.getRuntime().availableProcessors());
    float[] values = new float[size * size];
    Arrays.fill(values, 0.5f);
    double best = Double.POSITIVE_INFINITY;
    try (var a = new FloatPointer(values);
        var b = new FloatPointer(values);
        var c = new FloatPointer((long) size * size)) {
      for (int run = 0; run < 10; run++) {
        long begin = System.nanoTime();
        openblas.cblas_sgemm(
            openblas.CblasColMajor,
            openblas.CblasNoTrans,
            openblas.CblasNoTrans,
            size,
            size,
            size,
            1,
            a,
            size,
            b,
            size,
            0,
            c,
            size);
        best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      }
    } finally {
      openblas.blas_set_num_threads(threads);
    }
    return 2.0 * size * size * size / best;
  }
}
