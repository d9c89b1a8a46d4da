//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES JavaConvolution.java
//SOURCES Layers.java
//SOURCES OneDnnConvolution.java

package genrelab.networks.dl4j;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's convolution (channels first, stride 1), a max pooling (stride 2, padded) and ReLU in one.
 *
 * <p>The same numbers as DL4J's three layers but for the last digits, several times faster: by
 * {@link OneDnnConvolution}, or {@link JavaConvolution} where oneDNN has no build.
 *
 * <ul>
 *   <li>The network's input, {@link Builder#first()}, needs no gradient.
 *   <li>Where the input is one column wide, as a flattened segment is, a kernel's other columns see
 *       nothing but padding and are left out.
 * </ul>
 *
 * <p>Limits: single precision; no dropout on its input, no other activation, no dilation.
 */
public final class PooledConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private final int pool;
  private final boolean first;

  private PooledConvolution(Builder builder) {
    super(builder);
    pool = builder.pool;
    first = builder.first;
  }

  /** As {@link ConvolutionLayer.Builder}. */
  @SuppressWarnings("unchecked") // DL4J declares build() generic
  public static final class Builder extends ConvolutionLayer.Builder {
    private final int pool;
    private boolean first;

    /**
     * @param kernel rows and columns of the convolution's kernel
     * @param pool rows and columns of the pooling window: 2 or 3
     */
    public Builder(int kernel, int pool) {
      super(kernel, kernel);
      if (pool != 2 && pool != 3) {
        throw new IllegalArgumentException("pooling windows are of 2 or 3, not " + pool);
      }
      this.pool = pool;
      activation(Activation.IDENTITY); // to DL4J, whose convolution this is; ReLU comes later
    }

    /** Says that the layer's input is the network's, one channel, which needs no gradient. */
    public Builder first() {
      first = true;
      return this;
    }

    @Override
    public PooledConvolution build() {
      return new PooledConvolution(this);
    }
  }

  /** Whether the input is the network's, which needs no gradient. */
  boolean isFirst() {
    return first;
  }

  /** Rows and columns of the pooling window. */
  public int pool() {
    return pool;
  }

  /** What the convolution alone makes of an input, before pooling. */
  public InputTypeConvolutional convolved(InputType input) {
    return (InputTypeConvolutional) super.getOutputType(-1, input);
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    InputTypeConvolutional planes = convolved(input);
    return InputType.convolutional(
        halved(planes.getHeight()), halved(planes.getWidth()), planes.getChannels());
  }

  private static long halved(long length) {
    return (length + 1) / 2;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    if (type != DataType.FLOAT || getIDropout() != null) {
      throw new IllegalArgumentException(
          "layer \"" + getLayerName() + "\": PooledConvolution computes in float, without dropout");
    }
    org.deeplearning4j.nn.layers.convolution.ConvolutionLayer layer =
        Layers.byOneDnn() ? new OneDnnConvolution(conf, type) : new JavaConvolution(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialise);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }
}
