//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Floats.java
//SOURCES Threads.java

package genrelab.networks.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's batch normalisation of convolved planes (channels first), computed faster.
 *
 * <p>Ioffe and Szegedy (2015), with Keras's defaults: momentum of the running statistics 0.99,
 * epsilon 0.001. A channel at a time, in the processor's cache, where DL4J goes through the whole
 * batch once for each arithmetic operation. Parameters and results are those of {@link
 * BatchNormalization} but for the last digits.
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
    var layer = new Computed(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }

  /** The layer at work. */
  private static final class Computed
      extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
    private static final long serialVersionUID = 1L;

    private static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
    private static final String BETA = BatchNormalizationParamInitializer.BETA;
    private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
    private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;

    // of the present batch, a value a channel
    private float[] means;
    private float[] variances;

    Computed(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      if (input.rank() != 4) {
        throw new IllegalArgumentException(
            "expected input of [segments, channels, rows, columns], not rank "
                + input.rank()
                + " "
                + layerId());
      }
      int channels = (int) input.size(1);
      float[] gammas = values(GAMMA);
      float[] betas = values(BETA);
      means = training ? new float[channels] : values(MEAN);
      variances = training ? new float[channels] : values(VARIANCE);
      INDArray output =
          workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, input.shape(), 'c');
      Floats inputs = Floats.read(input);
      Floats outputs = Floats.fill(output);
      Threads.share(
          channels,
          channel -> {
            float[] x = read(inputs, channel);
            if (training) {
              means[channel] = mean(x);
              variances[channel] = meanSquare(x, means[channel]);
            }
            float scale = gammas[channel] * perDeviation(channel);
            scale(x, scale, betas[channel] - scale * means[channel]);
            write(x, outputs, channel);
          });
      return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      assertInputSet(true);
      int channels = (int) input.size(1);
      float[] gammas = values(GAMMA);
      float[] gammaGradients = new float[channels];
      float[] betaGradients = new float[channels];
      INDArray output =
          workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
      Floats inputs = Floats.read(input);
      Floats errors = Floats.read(epsilon);
      Floats outputs = Floats.fill(output);
      Threads.share(
          channels,
          channel -> {
            float[] normalised = read(inputs, channel);
            float[] error = read(errors, channel);
            float perDeviation = perDeviation(channel);
            scale(normalised, perDeviation, -means[channel] * perDeviation);
            float beta = mean(error);
            float gamma = meanProduct(error, normalised);
            inputError(error, normalised, gammas[channel] * perDeviation, beta, gamma);
            write(error, outputs, channel);
            gammaGradients[channel] = gamma * error.length;
            betaGradients[channel] = beta * error.length;
          });
      var gradient = new DefaultGradient();
      set(gradient, GAMMA, gammaGradients);
      set(gradient, BETA, betaGradients);
      // DL4J subtracts "gradients" from the running statistics too, as they are
      set(gradient, MEAN, step(values(MEAN), means));
      set(gradient, VARIANCE, step(values(VARIANCE), variances));
      return new Pair<>(gradient, output);
    }

    private float perDeviation(int channel) {
      return (float) (1 / Math.sqrt(variances[channel] + layerConf().getEps()));
    }

    private float[] step(float[] running, float[] ofBatch) {
      float share = (float) (1 - layerConf().getDecay());
      for (int i = 0; i < running.length; i++) {
        running[i] = share * (running[i] - ofBatch[i]);
      }
      return running;
    }

    // ---- a channel's values, one segment's after the other's

    private float[] read(Floats values, int channel) {
      int places = places();
      float[] x = new float[(int) input.size(0) * places];
      for (int from = 0, at = channel * places; from < x.length; from += places) {
        values.get(at, x, from, places);
        at += (int) input.size(1) * places;
      }
      return x;
    }

    private void write(float[] x, Floats values, int channel) {
      int places = places();
      for (int from = 0, at = channel * places; from < x.length; from += places) {
        values.put(at, x, from, places);
        at += (int) input.size(1) * places;
      }
    }

    private int places() {
      return (int) (input.size(2) * input.size(3));
    }

    // a sum a place until the end: exact enough in floats, and the JIT can vectorise the loop

    private float mean(float[] x) {
      float[] sums = new float[places()];
      for (int from = 0; from < x.length; from += sums.length) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += x[from + i];
        }
      }
      return total(sums) / x.length;
    }

    private float meanSquare(float[] x, float centre) {
      float[] sums = new float[places()];
      for (int from = 0; from < x.length; from += sums.length) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += (x[from + i] - centre) * (x[from + i] - centre);
        }
      }
      return total(sums) / x.length;
    }

    private float meanProduct(float[] x, float[] y) {
      float[] sums = new float[places()];
      for (int from = 0; from < x.length; from += sums.length) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += x[from + i] * y[from + i];
        }
      }
      return total(sums) / x.length;
    }

    private static float total(float[] sums) {
      double total = 0;
      for (float sum : sums) {
        total += sum;
      }
      return (float) total;
    }

    private static void scale(float[] x, float factor, float offset) {
      for (int i = 0; i < x.length; i++) {
        x[i] = x[i] * factor + offset;
      }
    }

    /** Error of the input: what the batch's mean and variance take back is left out. */
    private static void inputError(
        float[] error, float[] normalised, float factor, float beta, float gamma) {
      for (int i = 0; i < error.length; i++) {
        error[i] = factor * (error[i] - beta - normalised[i] * gamma);
      }
    }

    // ---- parameters

    private float[] values(String parameter) {
      return getParam(parameter).dup().data().asFloat();
    }

    private void set(Gradient gradient, String parameter, float[] values) {
      INDArray view = gradientViews.get(parameter);
      view.assign(Nd4j.create(values, view.shape(), 'c'));
      gradient.setGradientFor(parameter, view);
    }
  }
}
