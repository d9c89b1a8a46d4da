//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES Contract.java

package genrelab.pretrained;

import be.tarsos.dsp.util.fft.FFT;
import java.util.Arrays;

/**
 * The log-mel spectrum that a contract asks for.
 *
 * <p>With HTK's scale, magnitudes and triangles over mel it is that of TensorFlow's AudioSet models
 * (Hershey et al., <i>CNN architectures for large-scale audio classification</i>, 2017; {@code
 * tf.signal.linear_to_mel_weight_matrix}); with Slaney's scale and norm, power and triangles over
 * hertz librosa's, which MusiCNN takes (Pons and Serra, <i>musicnn</i>, 2019).
 *
 * <p>One object serves one thread: it keeps its working arrays.
 */
final class MelFrontEnd {
  private final Contract.Mel mel;
  private final float[] window;
  private final FFT fft;
  private final float[] spectrum;
  private final double[] levels;
  private final double[][] filters;
  private final int[] firstBin;

  /**
   * Prepares window, FFT and filters.
   *
   * @param rate Hz
   * @param mel checked parameters
   */
  MelFrontEnd(int rate, Contract.Mel mel) {
    this.mel = mel;
    this.window = new float[mel.window()];
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / window.length));
    }
    this.fft = new FFT(mel.nFft());
    this.spectrum = new float[mel.nFft()];
    this.levels = new double[mel.nFft() / 2 + 1];
    this.filters = new double[mel.bands()][];
    this.firstBin = new int[mel.bands()];
    makeFilters(rate);
  }

  /** Frames of a segment; 0 for one that is shorter than a window and not centred. */
  int frames(int samples) {
    int padded = mel.centre() ? samples + mel.nFft() : samples;
    int frame = mel.centre() ? mel.nFft() : mel.window();
    return padded < frame ? 0 : 1 + (padded - frame) / mel.hop();
  }

  /** The spectrum of a segment: frames × bands, row by row. */
  float[] of(float[] samples) {
    int frames = frames(samples.length);
    float[] values = new float[frames * mel.bands()];
    for (int frame = 0; frame < frames; frame++) {
      spectrumAt(samples, frame * mel.hop() - (mel.centre() ? mel.nFft() / 2 : 0));
      for (int band = 0; band < mel.bands(); band++) {
        double sum = 0;
        for (int k = 0; k < filters[band].length; k++) {
          sum += filters[band][k] * levels[firstBin[band] + k];
        }
        values[frame * mel.bands() + band] = (float) log(sum);
      }
    }
    return values;
  }

  private double log(double level) {
    Contract.Log log = mel.log();
    return switch (log.base()) {
      case e -> Math.log(log.gain() * level + log.offset());
      case ten -> Math.log10(log.gain() * level + log.offset());
      case decibel -> 10 * Math.log10(Math.max(log.offset(), log.gain() * level));
    };
  }

  private void spectrumAt(float[] samples, int start) {
    Arrays.fill(spectrum, 0);
    int offset = mel.centre() ? (mel.nFft() - window.length) / 2 : 0;
    for (int i = 0; i < window.length; i++) {
      spectrum[offset + i] = window[i] * sample(samples, start + offset + i);
    }
    fft.forwardTransform(spectrum);
    // packed: [0] and [1] are the real values at 0 Hz and at half the rate
    levels[0] = level(spectrum[0], 0);
    levels[mel.nFft() / 2] = level(spectrum[1], 0);
    for (int k = 1; k < mel.nFft() / 2; k++) {
      levels[k] = level(spectrum[2 * k], spectrum[2 * k + 1]);
    }
  }

  private double level(double re, double im) {
    double power = re * re + im * im;
    return mel.spectrum() == Contract.Spectrum.power ? power : Math.sqrt(power);
  }

  /** Zeros outside, or the signal mirrored at its first and last sample. */
  private float sample(float[] samples, int place) {
    if (place >= 0 && place < samples.length) {
      return samples[place];
    }
    if (mel.padding() != Contract.Padding.reflect || samples.length < 2) {
      return 0;
    }
    int period = 2 * (samples.length - 1);
    int within = Math.floorMod(place, period);
    return samples[within < samples.length ? within : period - within];
  }

  private void makeFilters(int rate) {
    double low = mel.scale().fromHertz(mel.lowestHz());
    double high = mel.scale().fromHertz(mel.highestHz());
    boolean overMel = mel.triangles() == Contract.Triangles.mel;
    double[] edges = new double[mel.bands() + 2];
    for (int i = 0; i < edges.length; i++) {
      double edge = low + (high - low) * i / (mel.bands() + 1);
      edges[i] = overMel ? edge : mel.scale().toHertz(edge);
    }
    for (int band = 0; band < mel.bands(); band++) {
      double[] weights = new double[levels.length];
      int first = levels.length;
      int last = -1;
      for (int k = 0; k < weights.length; k++) {
        double hertz = (double) rate * k / mel.nFft();
        double at = overMel ? mel.scale().fromHertz(hertz) : hertz;
        double rising = (at - edges[band]) / (edges[band + 1] - edges[band]);
        double falling = (edges[band + 2] - at) / (edges[band + 2] - edges[band + 1]);
        weights[k] = Math.max(0, Math.min(rising, falling));
        if (overMel && k == 0) {
          weights[k] = 0; // HTK leaves out the constant
        }
        if (weights[k] > 0) {
          first = Math.min(first, k);
          last = k;
        }
      }
      firstBin[band] = Math.min(first, levels.length - 1);
      filters[band] = last < 0 ? new double[0] : Arrays.copyOfRange(weights, first, last + 1);
      if (mel.norm() == Contract.Norm.slaney) {
        double area = 2 / (hertzOf(edges[band + 2]) - hertzOf(edges[band]));
        for (int k = 0; k < filters[band].length; k++) {
          filters[band][k] *= area;
        }
      }
    }
  }

  private double hertzOf(double edge) {
    return mel.triangles() == Contract.Triangles.mel ? mel.scale().toHertz(edge) : edge;
  }
}
