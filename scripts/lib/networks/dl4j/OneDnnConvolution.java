//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ConvolutionPrimitives.java
//SOURCES ConvolutionSizes.java
//SOURCES Floats.java
//SOURCES OneDnn.java
//SOURCES PooledConvolution.java

package genrelab.networks.dl4j;

import java.lang.ref.Reference;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link PooledConvolution} by oneDNN.
 *
 * <p>Chunks of a fixed number of samples are shared out over threads, each with primitives of its
 * own, and their gradients are summed in the chunks' order: the number of threads changes no bit.
 * Arrays given on are [sample, channel, row, column] as DL4J expects it, but the channels of a
 * place lie side by side.
 */
final class OneDnnConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  /** Samples of a chunk. */
  private static final int CHUNK = 4;

  /** In the first layer so many samples' convolved planes stay in a core's cache. */
  private static final int FIRST_CHUNK = 2;

  /** Primitives at rest, by the number of their samples. */
  private final Map<Integer, Deque<ConvolutionPrimitives>> primitives = new ConcurrentHashMap<>();

  private ConvolutionSizes sizes;

  /** The output on the way forward, and each chunk's notes from where its values come. */
  private INDArray output;

  private BytePointer[] places = {};

  OneDnnConvolution(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  private PooledConvolution layer() {
    return (PooledConvolution) layerConf();
  }

  private int chunk() {
    return layer().isFirst() ? FIRST_CHUNK : CHUNK;
  }

  private int chunks() {
    return ((int) input.size(0) + chunk() - 1) / chunk();
  }

  /** Takes each chunk's first sample and primitives of its size. */
  private interface Work {
    void on(int chunk, int firstSample, ConvolutionPrimitives primitives);
  }

  private void shareChunks(Work work) {
    int samples = (int) input.size(0);
    OneDnn.share(
        chunks(),
        chunk -> {
          int from = chunk * chunk();
          int count = Math.min(chunk(), samples - from);
          Deque<ConvolutionPrimitives> atRest =
              primitives.computeIfAbsent(count, c -> new ConcurrentLinkedDeque<>());
          ConvolutionPrimitives ours = atRest.poll();
          if (ours == null) {
            ours = new ConvolutionPrimitives(sizes, count, layer().isFirst());
          }
          work.on(chunk, from, ours);
          atRest.push(ours);
        });
  }

  private void prepare() {
    validateInputRank();
    validateInputDepth(layerConf().getNIn());
    var found =
        ConvolutionSizes.of(layer(), (int) input.size(1), (int) input.size(2), (int) input.size(3));
    if (!found.equals(sizes)) {
      sizes = found;
      primitives.clear();
      places = new BytePointer[0];
    }
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    prepare();
    INDArray from = channelsLast(input);
    INDArray to =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, sizes.outputShape(input.size(0)), 'c');
    INDArray weights = getParam(ConvolutionParamInitializer.WEIGHT_KEY);
    INDArray biases = getParam(ConvolutionParamInitializer.BIAS_KEY);
    if (training && places.length < chunks()) {
      places = new BytePointer[chunks()];
    }
    shareChunks(
        (chunk, sample, ours) -> {
          FloatPointer source = OneDnn.at(from, (long) sample * sizes.inputs());
          FloatPointer target = OneDnn.at(to, (long) sample * sizes.outputs());
          if (training) {
            if (places[chunk] == null || places[chunk].capacity() < ours.bytesOfPlaces()) {
              places[chunk] = new BytePointer(ours.bytesOfPlaces());
            }
            ours.train(source, OneDnn.at(weights, 0), OneDnn.at(biases, 0), target, places[chunk]);
          } else {
            ours.infer(source, OneDnn.at(weights, 0), OneDnn.at(biases, 0), target);
          }
        });
    Reference.reachabilityFence(from);
    output = training ? to : null;
    return to.permute(0, 3, 1, 2);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray from = channelsLast(input);
    INDArray errors = channelsLast(epsilon);
    INDArray weights = getParam(ConvolutionParamInitializer.WEIGHT_KEY);
    boolean first = layer().isFirst();
    INDArray to =
        first
            ? null
            : workspaces.createUninitialized(
                ArrayType.ACTIVATION_GRAD, dataType, sizes.inputShape(input.size(0)), 'c');
    float[][] weightGradients = new float[chunks()][sizes.weights()];
    float[][] biasGradients = new float[chunks()][sizes.filters()];
    shareChunks(
        (chunk, sample, ours) -> {
          long before = (long) sample * sizes.inputs();
          long behind = (long) sample * sizes.outputs();
          ours.back(
              OneDnn.at(from, before),
              OneDnn.at(weights, 0),
              OneDnn.at(output, behind),
              places[chunk],
              OneDnn.at(errors, behind),
              first ? null : OneDnn.at(to, before));
          ours.gradients(weightGradients[chunk], biasGradients[chunk]);
        });
    Reference.reachabilityFence(from);
    Reference.reachabilityFence(errors);
    var gradient = new DefaultGradient();
    setGradient(gradient, ConvolutionParamInitializer.BIAS_KEY, Floats.sum(biasGradients));
    setGradient(
        gradient,
        ConvolutionParamInitializer.WEIGHT_KEY,
        sizes.stored(Floats.sum(weightGradients)));
    return new Pair<>(gradient, first ? null : to.permute(0, 3, 1, 2));
  }

  /**
   * The array if the channels of a place lie side by side in it, else such a copy: [N, H, W, C].
   */
  private static INDArray channelsLast(INDArray array) {
    INDArray last = array.permute(0, 2, 3, 1);
    return Floats.plain(last) ? last : last.dup('c');
  }

  private void setGradient(Gradient gradient, String parameter, float[] values) {
    INDArray view = gradientViews.get(parameter);
    Floats.fill(view).put(0, values, 0, values.length);
    gradient.setGradientFor(parameter, view, 'c');
  }
}
