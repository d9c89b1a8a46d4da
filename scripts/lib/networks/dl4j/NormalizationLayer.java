//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Floats.java

package genrelab.networks.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What batch normalisation is apart from how a batch's values lie: its parameters, a batch's. */
abstract class NormalizationLayer extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
  static final String BETA = BatchNormalizationParamInitializer.BETA;
  static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
  static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;

  // of the present batch, or the running ones, a value a channel
  float[] means;
  float[] variances;

  NormalizationLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  final void requirePlanes() {
    if (input.rank() != 4) {
      throw new IllegalArgumentException(
          "expected input of [segments, channels, rows, columns], not rank "
              + input.rank()
              + " "
              + layerId());
    }
  }

  final float perDeviation(int channel) {
    return (float) (1 / Math.sqrt(variances[channel] + layerConf().getEps()));
  }

  final Gradient gradient(float[] gammas, float[] betas) {
    var gradient = new DefaultGradient();
    set(gradient, GAMMA, gammas);
    set(gradient, BETA, betas);
    // DL4J subtracts "gradients" from the running statistics too, as they are
    set(gradient, MEAN, step(values(MEAN), means));
    set(gradient, VARIANCE, step(values(VARIANCE), variances));
    return gradient;
  }

  private float[] step(float[] running, float[] ofBatch) {
    float share = (float) (1 - layerConf().getDecay());
    for (int i = 0; i < running.length; i++) {
      running[i] = share * (running[i] - ofBatch[i]);
    }
    return running;
  }

  final float[] values(String parameter) {
    INDArray array = getParam(parameter);
    float[] values = new float[(int) array.length()];
    Floats.read(array).get(0, values, 0, values.length);
    return values;
  }

  private void set(Gradient gradient, String parameter, float[] values) {
    INDArray view = gradientViews.get(parameter);
    Floats.fill(view).put(0, values, 0, values.length);
    gradient.setGradientFor(parameter, view);
  }
}
