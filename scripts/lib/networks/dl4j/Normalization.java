//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ChannelsFirstNormalization.java
//SOURCES ChannelsLastNormalization.java
//SOURCES Layers.java
//SOURCES NormalizationLayer.java

package genrelab.networks.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's batch normalisation of convolved planes , computed faster.
 *
 * <p>Ioffe and Szegedy (2015), with Keras's defaults: momentum of the running statistics 0.99,
 * epsilon 0.001. DL4J goes through the whole batch once for each arithmetic operation; this stays
 * in the processor's cache. Parameters and results are those of {@link BatchNormalization} but for
 * the last digits.
 *
 * <p>Limits: single precision, input [segments, channels, rows, columns].
 */
public final class Normalization extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  public Normalization() {
    setDecay(0.99);
    setEps(1e-3);
    setUseLogStd(false); // DL4J's other way to keep the running variance
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    if (type != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "layer \"" + getLayerName() + "\": Normalization computes in float only");
    }
    NormalizationLayer layer =
        Layers.byOneDnn()
            ? new ChannelsLastNormalization(conf, type)
            : new ChannelsFirstNormalization(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }
}
