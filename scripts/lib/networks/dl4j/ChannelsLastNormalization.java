//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Floats.java
//SOURCES NormalizationLayer.java
//SOURCES Threads.java

package genrelab.networks.dl4j;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Normalization} of values whose channels lie side by side, [segment, row, column, channel]
 * in memory, as {@link OneDnnConvolution} gives them.
 *
 * <p>oneDNN's own batch normalisation takes mean and variance of the samples that it is given; here
 * the chunks that threads share must have those of the whole batch.
 */
final class ChannelsLastNormalization extends NormalizationLayer {
  private static final long serialVersionUID = 1L;

  /** Values of a chunk, about: what stays in a core's cache. */
  private static final int CHUNK = 1 << 16;

  /** Values of a tile, about. */
  private static final int TILE = 1 << 10;

  /** Arrays of a chunk's length that are not in use. */
  private final Deque<float[]> scratch = new ConcurrentLinkedDeque<>();

  ChannelsLastNormalization(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  /**
   * How a batch is gone through: in chunks of whole samples, each in tiles of whole places. A
   * channel has the same positions in any tile, so that loops over one are long and have no branch.
   */
  private record Layout(int samples, int sampleValues, int channels) {
    static Layout of(INDArray input) {
      int places = (int) (input.size(2) * input.size(3));
      int channels = (int) input.size(1);
      return new Layout((int) input.size(0), channels * places, channels);
    }

    int tile() {
      return channels * Math.max(1, TILE / channels);
    }

    private int chunkSamples() {
      return Math.max(1, CHUNK / sampleValues);
    }

    int chunks() {
      return (samples + chunkSamples() - 1) / chunkSamples();
    }

    int from(int chunk) {
      return chunk * chunkSamples() * sampleValues;
    }

    /** Values of a chunk. */
    int length(int chunk) {
      return Math.min(chunkSamples() * sampleValues, samples * sampleValues - from(chunk));
    }

    /** Values of the longest chunk. */
    int longest() {
      return length(0);
    }

    /** Values of each channel in the batch. */
    long count() {
      return (long) samples * sampleValues / channels;
    }

    /** A value of each channel, at its positions in a tile. */
    float[] tile(float[] perChannel) {
      float[] tile = new float[tile()];
      for (int i = 0; i < tile.length; i++) {
        tile[i] = perChannel[i % channels];
      }
      return tile;
    }

    /** The sum over a tile's positions of each channel. */
    double[] fold(float[] tile) {
      double[] sums = new double[channels];
      for (int i = 0; i < tile.length; i++) {
        sums[i % channels] += tile[i];
      }
      return sums;
    }
  }

  private static INDArray channelsLast(INDArray array) {
    return array.permute(0, 2, 3, 1);
  }

  private INDArray create(ArrayType use, LayerWorkspaceMgr workspaces) {
    return workspaces.createUninitialized(use, dataType, channelsLast(input).shape(), 'c');
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    requirePlanes();
    Layout layout = Layout.of(input);
    INDArray output = create(ArrayType.ACTIVATIONS, workspaces);
    Floats inputs = Floats.read(channelsLast(input));
    Floats outputs = Floats.fill(output);
    if (training) {
      measure(inputs, layout);
    } else {
      means = values(MEAN);
      variances = values(VARIANCE);
    }
    float[] gammas = values(GAMMA);
    float[] betas = values(BETA);
    float[] factor = new float[gammas.length];
    float[] offset = new float[gammas.length];
    for (int channel = 0; channel < gammas.length; channel++) {
      factor[channel] = gammas[channel] * perDeviation(channel);
      offset[channel] = betas[channel] - factor[channel] * means[channel];
    }
    float[] factors = layout.tile(factor);
    float[] offsets = layout.tile(offset);
    Threads.share(
        layout.chunks(),
        chunk -> {
          float[] x = read(inputs, chunk, layout);
          int length = layout.length(chunk);
          for (int at = 0; at < length; at += factors.length) {
            scale(x, at, Math.min(factors.length, length - at), factors, offsets);
          }
          outputs.put(layout.from(chunk), x, 0, length);
          scratch.push(x);
        });
    return output.permute(0, 3, 1, 2);
  }

  /** Mean and variance of the batch from those of its chunks (Chan, Golub, LeVeque 1979). */
  private void measure(Floats inputs, Layout layout) {
    double[][] sums = new double[layout.chunks()][];
    double[][] squares = new double[layout.chunks()][];
    Threads.share(
        layout.chunks(),
        chunk -> {
          float[] x = read(inputs, chunk, layout);
          int length = layout.length(chunk);
          sums[chunk] = layout.fold(sums(x, length, layout.tile()));
          int count = length / layout.channels();
          float[] centres = new float[layout.channels()];
          for (int channel = 0; channel < centres.length; channel++) {
            centres[channel] = (float) (sums[chunk][channel] / count);
          }
          squares[chunk] = layout.fold(squares(x, length, layout.tile(centres)));
          scratch.push(x);
        });
    means = new float[layout.channels()];
    variances = new float[layout.channels()];
    for (int channel = 0; channel < means.length; channel++) {
      double mean = 0;
      for (double[] sum : sums) {
        mean += sum[channel] / layout.count();
      }
      double square = 0;
      for (int chunk = 0; chunk < sums.length; chunk++) {
        int count = layout.length(chunk) / layout.channels();
        double distance = (float) (sums[chunk][channel] / count) - mean;
        square += squares[chunk][channel] + count * distance * distance;
      }
      means[channel] = (float) mean;
      variances[channel] = (float) (square / layout.count());
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    Layout layout = Layout.of(input);
    INDArray output = create(ArrayType.ACTIVATION_GRAD, workspaces);
    Floats inputs = Floats.read(channelsLast(input));
    Floats errors = Floats.read(channelsLast(epsilon));
    Floats outputs = Floats.fill(output);
    int channels = layout.channels();
    // the input normalised, x · factor + offset
    float[] factor = new float[channels];
    float[] offset = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      factor[channel] = perDeviation(channel);
      offset[channel] = -means[channel] * factor[channel];
    }
    double[][] sums = new double[layout.chunks()][];
    double[][] products = new double[layout.chunks()][];
    float[] factors = layout.tile(factor);
    float[] offsets = layout.tile(offset);
    Threads.share(
        layout.chunks(),
        chunk -> {
          float[] error = read(errors, chunk, layout);
          float[] x = read(inputs, chunk, layout);
          float[] errorSums = new float[factors.length];
          float[] productSums = new float[factors.length];
          int length = layout.length(chunk);
          for (int at = 0; at < length; at += factors.length) {
            int tile = Math.min(factors.length, length - at);
            addGradients(error, x, at, tile, factors, offsets, errorSums, productSums);
          }
          sums[chunk] = layout.fold(errorSums);
          products[chunk] = layout.fold(productSums);
          scratch.push(error);
          scratch.push(x);
        });
    float[] betaGradients = total(sums);
    float[] gammaGradients = total(products);
    // what the batch's mean and variance take back is left out of the input's error
    float[] gammas = values(GAMMA);
    float[] ofError = new float[channels];
    float[] ofInput = new float[channels];
    float[] constant = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      float gamma = gammaGradients[channel] / layout.count();
      float beta = betaGradients[channel] / layout.count();
      ofError[channel] = gammas[channel] * factor[channel];
      ofInput[channel] = -ofError[channel] * gamma * factor[channel];
      constant[channel] = -ofError[channel] * (beta + gamma * offset[channel]);
    }
    float[] ofErrors = layout.tile(ofError);
    float[] ofInputs = layout.tile(ofInput);
    float[] constants = layout.tile(constant);
    Threads.share(
        layout.chunks(),
        chunk -> {
          float[] error = read(errors, chunk, layout);
          float[] x = read(inputs, chunk, layout);
          int length = layout.length(chunk);
          for (int at = 0; at < length; at += constants.length) {
            int tile = Math.min(constants.length, length - at);
            combine(error, x, at, tile, ofErrors, ofInputs, constants);
          }
          outputs.put(layout.from(chunk), error, 0, length);
          scratch.push(error);
          scratch.push(x);
        });
    return new Pair<>(gradient(gammaGradients, betaGradients), output.permute(0, 3, 1, 2));
  }

  private float[] read(Floats values, int chunk, Layout layout) {
    float[] array = scratch.poll();
    if (array == null || array.length < layout.longest()) {
      array = new float[layout.longest()];
    }
    values.get(layout.from(chunk), array, 0, layout.length(chunk));
    return array;
  }

  private static float[] total(double[][] chunks) {
    float[] totals = new float[chunks[0].length];
    for (int channel = 0; channel < totals.length; channel++) {
      double total = 0;
      for (double[] chunk : chunks) {
        total += chunk[channel];
      }
      totals[channel] = (float) total;
    }
    return totals;
  }

  // ---- loops over a chunk's tiles, which the JIT makes vector instructions of

  private static float[] sums(float[] x, int length, int tile) {
    float[] sums = new float[tile];
    for (int at = 0; at < length; at += tile) {
      int end = Math.min(tile, length - at);
      for (int i = 0; i < end; i++) {
        sums[i] += x[at + i];
      }
    }
    return sums;
  }

  private static float[] squares(float[] x, int length, float[] centres) {
    float[] sums = new float[centres.length];
    for (int at = 0; at < length; at += sums.length) {
      int end = Math.min(sums.length, length - at);
      for (int i = 0; i < end; i++) {
        sums[i] += (x[at + i] - centres[i]) * (x[at + i] - centres[i]);
      }
    }
    return sums;
  }

  private static void addGradients(
      float[] error,
      float[] x,
      int at,
      int length,
      float[] factors,
      float[] offsets,
      float[] errorSums,
      float[] productSums) {
    for (int i = 0; i < length; i++) {
      errorSums[i] += error[at + i];
      productSums[i] += error[at + i] * (x[at + i] * factors[i] + offsets[i]);
    }
  }

  private static void scale(float[] x, int at, int length, float[] factors, float[] offsets) {
    for (int i = 0; i < length; i++) {
      x[at + i] = x[at + i] * factors[i] + offsets[i];
    }
  }

  private static void combine(
      float[] error,
      float[] x,
      int at,
      int length,
      float[] ofErrors,
      float[] ofInputs,
      float[] constants) {
    for (int i = 0; i < length; i++) {
      error[at + i] = error[at + i] * ofErrors[i] + x[at + i] * ofInputs[i] + constants[i];
    }
  }
}
