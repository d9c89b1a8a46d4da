//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Floats.java
//SOURCES MaxPooling.java
//SOURCES Plane.java
//SOURCES PooledConvolution.java
//SOURCES Threads.java

package genrelab.networks.dl4j;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link PooledConvolution} where oneDNN has no build: by loops of ours that the JIT makes vector
 * instructions of, and by ND4J's convolution behind the first layer.
 *
 * <ul>
 *   <li>Pooling remembers where each window's largest value was, so that the way back is one look
 *       at each pooled value. ReLU comes after it, on a quarter of the values: the larger of two
 *       values is the same on either side of ReLU.
 *   <li>In the first layer the convolved planes, the largest arrays of all, never leave the
 *       processor's cache, and the weights' gradient is summed over the remembered places alone.
 * </ul>
 */
final class JavaConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  /** Convolves one segment with one filter, into the inner part of a plane. */
  private interface Convolution {
    void convolve(int filter, float[] plane);
  }

  /** The convolution's output as DL4J made it, for the way back. */
  private INDArray convolved;

  /** Of each segment's pooled values: where in its plane it was; −1 where ReLU cut it off. */
  private int[][] origins = {};

  /** The network's input, a padded image a segment. */
  private float[][] images = {};

  JavaConvolution(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  // ---- forward

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    validateInputRank();
    validateInputDepth(layerConf().getNIn());
    Plane shape = shape();
    int segments = (int) input.size(0);
    int filters = (int) layerConf().getNOut();
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            dataType,
            new long[] {segments, filters, shape.pooledRows(), shape.pooledColumns()},
            'c');
    Floats outputs = Floats.fill(output);
    int values = filters * shape.pooled();
    if (training && (origins.length < segments || origins[0].length != values)) {
      origins = new int[segments][values];
    }
    IntFunction<Convolution> convolutions = first() ? ofInput(shape) : dl4js(training, workspaces);
    Threads.share(
        segments,
        segment -> {
          var pooling = new MaxPooling(shape, pool());
          float[] plane = shape.blank();
          float[] largest = new float[values];
          Convolution convolution = convolutions.apply(segment);
          for (int filter = 0; filter < filters; filter++) {
            convolution.convolve(filter, plane);
            pooling.apply(
                plane, largest, training ? origins[segment] : null, filter * shape.pooled());
          }
          outputs.put(segment * values, largest, 0, values);
        });
    return output;
  }

  private boolean first() {
    return ((PooledConvolution) layerConf()).isFirst();
  }

  private int pool() {
    return ((PooledConvolution) layerConf()).pool();
  }

  private Plane shape() {
    InputTypeConvolutional convolved =
        ((PooledConvolution) layerConf())
            .convolved(InputType.convolutional(input.size(2), input.size(3), input.size(1)));
    int rows = (int) convolved.getHeight();
    int columns = (int) convolved.getWidth();
    int height = windowed(rows, pool());
    int width = columns == 1 ? 1 : windowed(columns, pool());
    int[] padding = {0, 0};
    if (layerConf().getConvolutionMode() == ConvolutionMode.Same) {
      padding =
          ConvolutionUtils.getSameModeTopLeftPadding(
              new int[] {rows, columns},
              new int[] {(int) input.size(2), (int) input.size(3)},
              layerConf().getKernelSize(),
              layerConf().getStride(),
              layerConf().getDilation());
    }
    // room for the padded input too, see ofInput
    int stride = columns == 1 ? 1 : Math.max(width, columns + layerConf().getKernelSize()[1] - 1);
    return new Plane(
        rows, columns, (height - rows) / 2, (width - columns) / 2, height, stride, padding);
  }

  /** How far the windows over so many values reach. */
  private static int windowed(int length, int pool) {
    return 2 * ((length + 1) / 2 - 1) + pool;
  }

  private IntFunction<Convolution> dl4js(boolean training, LayerWorkspaceMgr workspaces) {
    Plane shape = shape();
    convolved = narrow() ? narrowed(workspaces) : preOutput(training, false, workspaces).getFirst();
    Floats values = Floats.read(convolved);
    int filters = (int) convolved.size(1);
    return segment ->
        (filter, plane) -> {
          int from = (segment * filters + filter) * shape.rows() * shape.columns();
          for (int row = 0; row < shape.rows(); row++) {
            values.get(from + row * shape.columns(), plane, shape.at(row), shape.columns());
          }
        };
  }

  /**
   * Our own, of the network's one channel. The input lies in an image with a plane's stride, so
   * that a tap of the kernel sees it a fixed number of values further on; a copy for each tap has
   * the same index for all, without which the JIT would not vectorise.
   */
  private IntFunction<Convolution> ofInput(Plane shape) {
    images = images(shape);
    int[] taps = taps(shape);
    int[] offsets = offsets(shape, taps);
    float[] kernels = getParam(ConvolutionParamInitializer.WEIGHT_KEY).dup('c').data().asFloat();
    float[] biases = getParam(ConvolutionParamInitializer.BIAS_KEY).dup().data().asFloat();
    float[] blank = shape.blank();
    int size = kernels.length / biases.length;
    return segment -> {
      float[][] seen = new float[taps.length][];
      for (int t = 0; t < taps.length; t++) {
        seen[t] = Arrays.copyOfRange(images[segment], offsets[t], offsets[t] + blank.length);
      }
      return (filter, plane) -> {
        set(plane, blank, biases[filter]);
        for (int t = 0; t < taps.length; t++) {
          addScaled(plane, kernels[filter * size + taps[t]], seen[t]);
        }
      };
    };
  }

  private static void set(float[] plane, float[] blank, float bias) {
    for (int i = 0; i < plane.length; i++) {
      plane[i] = blank[i] + bias;
    }
  }

  private static void addScaled(float[] sum, float weight, float[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * values[i];
    }
  }

  private float[][] images(Plane shape) {
    int height = (int) input.size(2);
    int width = (int) input.size(3);
    int first = shape.at(shape.padding()[0]) + (shape.stride() == 1 ? 0 : shape.padding()[1]);
    Floats values = Floats.read(input);
    // what the last tap of the last place sees ends a kernel later
    int rows = shape.height() + layerConf().getKernelSize()[0];
    float[][] images = new float[(int) input.size(0)][rows * shape.stride()];
    for (int segment = 0; segment < images.length; segment++) {
      for (int row = 0; row < height; row++) {
        int from = (segment * height + row) * width;
        values.get(from, images[segment], first + row * shape.stride(), width);
      }
    }
    return images;
  }

  /** The kernel's taps that can see the input. */
  private int[] taps(Plane shape) {
    int[] kernel = layerConf().getKernelSize();
    return IntStream.range(0, kernel[0] * kernel[1])
        .filter(tap -> shape.stride() > 1 || tap % kernel[1] == shape.padding()[1])
        .toArray();
  }

  private int[] offsets(Plane shape, int[] taps) {
    int columns = layerConf().getKernelSize()[1];
    return Arrays.stream(taps)
        .map(tap -> tap / columns * shape.stride() + (shape.stride() > 1 ? tap % columns : 0))
        .toArray();
  }

  // ---- back

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Floats errors = Floats.read(epsilon);
    if (first()) {
      return new Pair<>(firstGradient(errors), null);
    }
    INDArray delta = unpool(errors, workspaces);
    return narrow() ? narrowBack(delta, workspaces) : super.backpropGradient(delta, workspaces);
  }

  /** DL4J's way back asks for the way forward's output once more. */
  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean back, LayerWorkspaceMgr workspaces) {
    return back && convolved != null && helper != null
        ? new Pair<>(convolved, null)
        : super.preOutput(training, back, workspaces);
  }

  /** The pooled values' errors, each at the place in its plane from where the value came. */
  private INDArray unpool(Floats errors, LayerWorkspaceMgr workspaces) {
    Plane shape = shape();
    int filters = (int) layerConf().getNOut();
    INDArray delta =
        workspaces.createUninitialized(ArrayType.BP_WORKING_MEM, dataType, convolved.shape(), 'c');
    Floats deltas = Floats.fill(delta);
    Threads.share(
        (int) input.size(0),
        segment -> {
          float[] error = new float[filters * shape.pooled()];
          errors.get(segment * error.length, error, 0, error.length);
          float[] plane = new float[shape.values()];
          for (int filter = 0, i = 0; filter < filters; filter++) {
            Arrays.fill(plane, 0);
            for (int end = i + shape.pooled(); i < end; i++) {
              int origin = origins[segment][i];
              if (origin >= 0) {
                plane[origin] += error[i];
              }
            }
            int to = (segment * filters + filter) * shape.rows() * shape.columns();
            for (int row = 0; row < shape.rows(); row++) {
              deltas.put(to + row * shape.columns(), plane, shape.at(row), shape.columns());
            }
          }
        });
    return delta;
  }

  /** Of each filter and tap: the sum of the errors times what the tap saw there. */
  private Gradient firstGradient(Floats errors) {
    Plane shape = shape();
    int[] taps = taps(shape);
    int[] offsets = offsets(shape, taps);
    int segments = (int) input.size(0);
    int filters = (int) layerConf().getNOut();
    float[] weights =
        new float[filters * layerConf().getKernelSize()[0] * layerConf().getKernelSize()[1]];
    float[] biases = new float[filters];
    Threads.share(
        filters,
        filter -> {
          float[] error = new float[shape.pooled()];
          int at = filter * error.length;
          double[] sums = new double[taps.length + 1];
          for (int segment = 0; segment < segments; segment++) {
            errors.get(segment * filters * error.length + at, error, 0, error.length);
            addGradients(sums, error, origins[segment], at, images[segment], offsets);
          }
          for (int t = 0; t < taps.length; t++) {
            weights[filter * weights.length / filters + taps[t]] = (float) sums[t];
          }
          biases[filter] = (float) sums[taps.length];
        });
    return gradient(weights, biases);
  }

  /** One segment's and filter's: a sum for each tap, and one for the bias. */
  private static void addGradients(
      double[] sums, float[] error, int[] origins, int at, float[] image, int[] offsets) {
    int[] places = new int[error.length];
    int passed = 0;
    // without a branch, which would be as good as random
    for (int i = 0; i < error.length; i++) {
      int origin = origins[at + i];
      places[passed] = origin;
      error[passed] = error[i];
      passed += 1 + (origin >> 31); // −1 did not pass
    }
    float bias = 0;
    for (int i = 0; i < passed; i++) {
      bias += error[i];
    }
    for (int t = 0; t < offsets.length; t++) {
      sums[t] += product(error, places, passed, image, offsets[t]);
    }
    sums[offsets.length] += bias;
  }

  private static float product(float[] error, int[] places, int count, float[] image, int offset) {
    float even = 0;
    float odd = 0;
    for (int i = 1; i < count; i += 2) {
      even += error[i - 1] * image[places[i - 1] + offset];
      odd += error[i] * image[places[i] + offset];
    }
    int last = count - 1;
    return even + odd + (count % 2 == 1 ? error[last] * image[places[last] + offset] : 0);
  }

  private Gradient gradient(float[] weights, float[] biases) {
    INDArray weightView = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
    INDArray biasView = gradientViews.get(ConvolutionParamInitializer.BIAS_KEY);
    weightView.assign(Nd4j.create(weights, weightView.shape(), 'c'));
    biasView.assign(Nd4j.create(biases, biasView.shape(), 'c'));
    var gradient = new DefaultGradient();
    gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasView);
    gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightView, 'c');
    return gradient;
  }

  // ---- one column

  /** Whether all of the kernel but one column sees nothing, and oneDNN is there to leave it out. */
  private boolean narrow() {
    return helper != null
        && input.size(3) == 1
        && layerConf().getConvolutionMode() == ConvolutionMode.Same;
  }

  private INDArray column(INDArray kernels) {
    int at = shape().padding()[1];
    return kernels.get(all(), all(), all(), interval(at, at + 1));
  }

  private INDArray narrowed(LayerWorkspaceMgr workspaces) {
    return helper.preOutput(
        input,
        column(getParam(ConvolutionParamInitializer.WEIGHT_KEY)).dup('c'),
        getParam(ConvolutionParamInitializer.BIAS_KEY),
        new int[] {layerConf().getKernelSize()[0], 1},
        layerConf().getStride(),
        null,
        null,
        null,
        ConvolutionMode.Same,
        layerConf().getDilation(),
        layerConf().getCnn2dDataFormat(),
        workspaces);
  }

  private Pair<Gradient, INDArray> narrowBack(INDArray delta, LayerWorkspaceMgr workspaces) {
    INDArray kernels = column(getParam(ConvolutionParamInitializer.WEIGHT_KEY)).dup('c');
    INDArray weightView = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
    INDArray weights = Nd4j.create(DataType.FLOAT, kernels.shape());
    Pair<Gradient, INDArray> back =
        helper.backpropGradient(
            input,
            kernels,
            getParam(ConvolutionParamInitializer.BIAS_KEY),
            delta,
            new int[] {layerConf().getKernelSize()[0], 1},
            layerConf().getStride(),
            null,
            gradientViews.get(ConvolutionParamInitializer.BIAS_KEY),
            weights,
            layerConf().getActivationFn(),
            null,
            null,
            null,
            ConvolutionMode.Same,
            layerConf().getDilation(),
            layerConf().getCnn2dDataFormat(),
            workspaces);
    weightView.assign(0);
    column(weightView).assign(weights);
    back.getFirst().setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightView, 'c');
    return back;
  }
}
