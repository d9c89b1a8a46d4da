//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Floats.java
//SOURCES NormalizationLayer.java
//SOURCES Threads.java

package genrelab.networks.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Normalization} a channel at a time, of [segment, channel, row, column] as it lies. */
final class ChannelsFirstNormalization extends NormalizationLayer {
  private static final long serialVersionUID = 1L;

  ChannelsFirstNormalization(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    requirePlanes();
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
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
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
    return new Pair<>(gradient(gammaGradients, betaGradients), output);
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
}
