//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES JavaLstm.java
//SOURCES Layers.java
//SOURCES LstmLayer.java
//SOURCES OneDnnLstm.java

package genrelab.networks.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's LSTM, computed faster.
 *
 * <p>DL4J 1.0.0-M2.1 makes each step of an LSTM of many small array operations, whose overhead
 * takes most of the time. This layer goes to oneDNN ({@link OneDnnLstm}); in double precision, or
 * where oneDNN has no build, to loops in Java ({@link JavaLstm}). Parameters, their shapes, order
 * and start, and results but for the last digits are those of {@link LSTM}, in whose place it goes.
 *
 * <p>Limits: tanh and sigmoid only, no masks, no truncated back-propagation, no rnnTimeStep; types
 * float and, for gradient checks, double.
 */
public final class FastLstm extends LSTM {
  private static final long serialVersionUID = 1;

  /** For Jackson; use {@link Builder}. */
  public FastLstm() {}

  private FastLstm(LSTM like) {
    setLayerName(like.getLayerName());
    setIDropout(like.getIDropout());
    setConstraints(like.getConstraints());
    setActivationFn(like.getActivationFn());
    setWeightInitFn(like.getWeightInitFn());
    setBiasInit(like.getBiasInit());
    setGainInit(like.getGainInit());
    setRegularization(like.getRegularization());
    setRegularizationBias(like.getRegularizationBias());
    setIUpdater(like.getIUpdater());
    setBiasUpdater(like.getBiasUpdater());
    setWeightNoise(like.getWeightNoise());
    setGradientNormalization(like.getGradientNormalization());
    setGradientNormalizationThreshold(like.getGradientNormalizationThreshold());
    setNIn(like.getNIn());
    setNOut(like.getNOut());
    setTimeDistributedFormat(like.getTimeDistributedFormat());
    setWeightInitFnRecurrent(like.getWeightInitFnRecurrent());
    setRnnDataFormat(like.getRnnDataFormat());
    setForgetGateBiasInit(like.getForgetGateBiasInit());
    setGateActivationFn(like.getGateActivationFn());
    setHelperAllowFallback(like.isHelperAllowFallback());
  }

  /** Builds a {@link FastLstm} with {@link LSTM}'s options. */
  @SuppressWarnings("unchecked") // DL4J declares build() generic
  public static class Builder extends LSTM.Builder {
    @Override
    public FastLstm build() {
      return new FastLstm(super.build());
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
    LayerValidation.assertNInNOutSet("FastLstm", getLayerName(), index, getNIn(), getNOut());
    refuseUnless(
        getActivationFn() instanceof ActivationTanH
            && getGateActivationFn() instanceof ActivationSigmoid,
        "needs activation tanh and gate activation sigmoid");
    refuseUnless(
        type == DataType.FLOAT || type == DataType.DOUBLE, "computes in float or double only");
    LstmLayer layer =
        type == DataType.FLOAT && Layers.byOneDnn()
            ? new OneDnnLstm(conf, type)
            : new JavaLstm(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    return layer;
  }

  void refuseUnless(boolean good, String what) {
    if (!good) {
      throw new IllegalArgumentException(
          "layer \"" + getLayerName() + "\": FastLstm " + what + "; use DL4J's LSTM");
    }
  }
}
