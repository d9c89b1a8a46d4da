//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1

package genrelab;

import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * DL4J's convolution (channels first, stride 1, no activation) without its idle work in training.
 *
 * <p>DL4J convolves once more in the backward pass, for an activation's derivative; here the
 * activation comes later, after pooling. And it computes the gradient to a first layer's input, the
 * dearest part of a step of these networks, though nobody reads it: {@link Builder#first()} leaves
 * that out and sums the gradient of the weights itself.
 */
public final class FastConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private final boolean first;

  private FastConvolution(Builder builder) {
    super(builder);
    this.first = builder.first;
  }

  /** As {@link ConvolutionLayer.Builder}. */
  @SuppressWarnings("unchecked") // DL4J declares build() generic
  public static final class Builder extends ConvolutionLayer.Builder {
    private boolean first;

    public Builder(int... kernel) {
      super(kernel);
      activation(Activation.IDENTITY);
    }

    /** Says that the layer's input is the network's, one channel, which needs no gradient. */
    public Builder first() {
      first = true;
      return this;
    }

    @Override
    public FastConvolution build() {
      return new FastConvolution(this);
    }
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    var layer = new InTraining(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialise);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }

  private static final class InTraining
      extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer {
    private static final long serialVersionUID = 1L;

    private INDArray output;

    InTraining(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray activated = super.activate(training, workspaces);
      output = training ? activated : null;
      return activated;
    }

    @Override
    protected Pair<INDArray, INDArray> preOutput(
        boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
      return forBackprop && output != null
          ? new Pair<>(output, null)
          : super.preOutput(training, forBackprop, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      boolean first = ((FastConvolution) layerConf()).first && dataType == DataType.FLOAT;
      return first
          ? new Pair<>(weightGradient(epsilon), null)
          : super.backpropGradient(epsilon, workspaces);
    }

    /**
     * Of each filter and tap: the sum over segments and places of the output's error times the
     * input under the tap. Products are kept a place each until the end, in loops that the JIT
     * vectorises.
     */
    private Gradient weightGradient(INDArray epsilon) {
      int segments = (int) epsilon.size(0);
      int filters = (int) epsilon.size(1);
      int rows = (int) epsilon.size(2);
      int columns = (int) epsilon.size(3);
      int places = rows * columns;
      float[][][] patches = patches(segments, rows, columns);
      int taps = patches[0].length;
      FloatBuffer errors = floats(epsilon);
      float[] weights = new float[filters * taps];
      float[] biases = new float[filters];
      IntStream.range(0, filters)
          .parallel()
          .forEach(
              filter -> {
                float[] error = new float[places];
                float[] total = new float[places];
                float[][] products = new float[taps][places];
                for (int s = 0; s < segments; s++) {
                  errors.get((s * filters + filter) * places, error);
                  add(total, error);
                  for (int tap = 0; tap < taps; tap++) {
                    addProduct(products[tap], error, patches[s][tap]);
                  }
                }
                biases[filter] = sum(total);
                for (int tap = 0; tap < taps; tap++) {
                  weights[filter * taps + tap] = sum(products[tap]);
                }
              });
      return gradient(weights, biases);
    }

    private static void add(float[] sum, float[] a) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += a[i];
      }
    }

    private static void addProduct(float[] sum, float[] a, float[] b) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += a[i] * b[i];
      }
    }

    private static float sum(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return (float) sum;
    }

    /** The input under each place of the kernel: segment, tap, place. */
    private float[][][] patches(int segments, int rows, int columns) {
      int height = (int) input.size(2);
      int width = (int) input.size(3);
      int[] kernel = layerConf().getKernelSize();
      int[] padding = padding(rows, columns);
      float[][][] patches = new float[segments][kernel[0] * kernel[1]][rows * columns];
      FloatBuffer values = floats(input);
      float[] segment = new float[height * width];
      for (int s = 0; s < segments; s++) {
        values.get(s * segment.length, segment);
        for (int tap = 0; tap < patches[s].length; tap++) {
          int down = tap / kernel[1] - padding[0];
          int right = tap % kernel[1] - padding[1];
          int from = Math.max(0, -right);
          int to = Math.min(columns, width - right);
          for (int row = Math.max(0, -down); row < Math.min(rows, height - down); row++) {
            System.arraycopy(
                segment,
                (row + down) * width + from + right,
                patches[s][tap],
                row * columns + from,
                Math.max(0, to - from));
          }
        }
      }
      return patches;
    }

    private static FloatBuffer floats(INDArray array) {
      boolean plain = array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
      return (plain ? array : array.dup('c')).data().asNioFloat().slice();
    }

    private int[] padding(int rows, int columns) {
      return layerConf().getConvolutionMode() == ConvolutionMode.Same
          ? ConvolutionUtils.getSameModeTopLeftPadding(
              new int[] {rows, columns},
              new int[] {(int) input.size(2), (int) input.size(3)},
              layerConf().getKernelSize(),
              layerConf().getStride(),
              layerConf().getDilation())
          : layerConf().getPadding();
    }

    private Gradient gradient(float[] weights, float[] biases) {
      INDArray weightView = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
      INDArray biasView = gradientViews.get(ConvolutionParamInitializer.BIAS_KEY);
      for (int i = 0; i < weights.length; i++) {
        weightView.data().put(i, weights[i]);
      }
      for (int i = 0; i < biases.length; i++) {
        biasView.data().put(i, biases[i]);
      }
      var gradient = new DefaultGradient();
      gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasView);
      gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightView, 'c');
      return gradient;
    }
  }
}
