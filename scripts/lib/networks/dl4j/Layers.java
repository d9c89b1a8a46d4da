//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES FastLstm.java
//SOURCES Normalization.java
//SOURCES OneDnn.java
//SOURCES PooledConvolution.java

package genrelab.networks.dl4j;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * The layers that the kit's networks are built of: this package's, or DL4J's own.
 *
 * <p>Convolutions and LSTMs go to oneDNN where it has a build, else to loops in Java and ND4J.
 * {@code -Dgenrelab.layers=java} takes the latter everywhere; {@code -Dgenrelab.layers=dl4j} takes
 * DL4J's own layers, several times slower. Parameters have the same shapes and order either way, so
 * a model that was trained with one works with the other; results differ in their last digits.
 */
public final class Layers {
  /** System property that chooses the layers. */
  public static final String PROPERTY = "genrelab.layers";

  private Layers() {}

  private static boolean stock() {
    return "dl4j".equals(System.getProperty(PROPERTY));
  }

  /**
   * Whether convolutions and LSTMs go to oneDNN: it has a build for this machine, and may be used.
   */
  public static boolean byOneDnn() {
    String chosen = System.getProperty(PROPERTY);
    return !"java".equals(chosen) && !"dl4j".equals(chosen) && OneDnn.isAvailable();
  }

  /**
   * Adds convolution with ReLU, max pooling (stride 2, padded) and batch normalisation (momentum
   * 0.99, epsilon 0.001): layers {@code convolutionN} and {@code normN}.
   *
   * @param graph whose convolution mode says whether the convolution is padded
   * @param number N, from 1; the first block's input is the network's
   * @param from the layer or input before
   * @param kernel rows and columns of the convolution's kernel
   * @param pool rows and columns of the pooling window: 2 or 3
   */
  public static void convolutionBlock(
      GraphBuilder graph, int number, String from, int filters, int kernel, int pool) {
    String convolution = "convolution" + number;
    String norm = "norm" + number;
    if (stock()) {
      String pooling = "pooling" + number;
      graph
          .addLayer(
              convolution,
              new ConvolutionLayer.Builder(kernel, kernel)
                  .nOut(filters)
                  .activation(Activation.RELU)
                  .build(),
              from)
          .addLayer(
              pooling,
              new SubsamplingLayer.Builder(PoolingType.MAX)
                  .kernelSize(pool, pool)
                  .stride(2, 2)
                  .convolutionMode(ConvolutionMode.Same)
                  .build(),
              convolution)
          .addLayer(
              norm,
              new BatchNormalization.Builder().decay(0.99).eps(1e-3).useLogStd(false).build(),
              pooling);
      return;
    }
    var pooled = new PooledConvolution.Builder(kernel, pool);
    if (number == 1) {
      pooled.first();
    }
    graph
        .addLayer(convolution, pooled.nOut(filters).build(), from)
        .addLayer(norm, new Normalization(), convolution);
  }

  /** Keras's LSTM: tanh, sigmoid gates, forget bias 1. */
  public static LSTM lstm(int units) {
    LSTM.Builder lstm = stock() ? new LSTM.Builder() : new FastLstm.Builder();
    return lstm.nOut(units)
        .activation(Activation.TANH)
        .gateActivationFunction(Activation.SIGMOID)
        .forgetGateBiasInit(1)
        .build();
  }
}
