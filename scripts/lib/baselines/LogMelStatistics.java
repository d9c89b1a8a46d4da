//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES ../features/Mel.java

package genrelab.baselines;

import be.tarsos.dsp.util.fft.FFT;
import genrelab.features.Mel;

/**
 * Statistics of a log-mel spectrogram over time: levels of the bands, shape of the spectrum,
 * rhythm.
 *
 * <p>The modulation spectrum is the power spectrum of a band's level over time; genres differ in
 * its beats (Lee et al., <i>Automatic music genre classification based on modulation spectral
 * analysis of spectral and cepstral features</i>, 2009).
 */
final class LogMelStatistics {
  /** Coefficients of the DCT over the bands of a frame. */
  private static final int DCT = 24;

  /** Groups of neighbouring bands, each with a modulation spectrum. */
  private static final int GROUPS = 32;

  /** Of a modulation spectrum, logarithmically spaced. */
  private static final int BINS = 16;

  private static final double WINDOW_SECONDS = 12;

  /** Least power of a bin, dB²: that of a level which does not change. */
  private static final double FLOOR = 1e-6;

  private LogMelStatistics() {}

  /** Number of values for a number of bands: 1,116 for 128. */
  static int length(int bands) {
    return 2 * bands + 2 * DCT + DCT * (DCT + 1) / 2 + GROUPS * BINS;
  }

  /** The least number of bands: one for each group. */
  static int minBands() {
    return GROUPS;
  }

  /**
   * Mean and standard deviation of each band; mean, standard deviation and covariance of 24
   * coefficients of each frame's DCT; and the modulation spectrum of 32 groups of bands.
   *
   * @param frames frames · bands levels, dB
   * @param bands at least 32
   * @param frameRate frames a second
   * @return {@link #length} values
   */
  static float[] of(float[] frames, int bands, double frameRate) {
    int count = frames.length / bands;
    double[][] levels = new double[bands][count];
    double[][] shape = new double[DCT][count];
    double[][] groups = new double[GROUPS][count];
    float[][] basis = Mel.dctBasis(bands, DCT);
    int[] sizes = new int[GROUPS];
    for (int band = 0; band < bands; band++) {
      int group = band * GROUPS / bands;
      sizes[group]++;
      for (int frame = 0; frame < count; frame++) {
        double level = frames[frame * bands + band];
        levels[band][frame] = level;
        groups[group][frame] += level;
        for (int c = 0; c < DCT; c++) {
          shape[c][frame] += basis[c][band] * level;
        }
      }
    }
    for (int group = 0; group < GROUPS; group++) {
      for (int frame = 0; frame < count; frame++) {
        groups[group][frame] /= sizes[group];
      }
    }
    float[] statistics = new float[length(bands)];
    int next = addMoments(levels, statistics, 0);
    next = addMoments(shape, statistics, next);
    next = addCovariance(shape, statistics, next);
    addModulation(groups, frameRate, statistics, next);
    return statistics;
  }

  /** Means, then standard deviations (population). */
  private static int addMoments(double[][] series, float[] to, int at) {
    for (int i = 0; i < series.length; i++) {
      to[at + i] = (float) mean(series[i]);
      to[at + series.length + i] = (float) Math.sqrt(covariance(series[i], series[i]));
    }
    return at + 2 * series.length;
  }

  /** The upper triangle, row by row. */
  private static int addCovariance(double[][] series, float[] to, int at) {
    int next = at;
    for (int i = 0; i < series.length; i++) {
      for (int j = i; j < series.length; j++) {
        to[next++] = (float) covariance(series[i], series[j]);
      }
    }
    return next;
  }

  private static double mean(double[] series) {
    double sum = 0;
    for (double value : series) {
      sum += value;
    }
    return sum / series.length;
  }

  private static double covariance(double[] a, double[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - meanA) * (b[i] - meanB);
    }
    return sum / a.length;
  }

  /**
   * Logarithms of the mean power in each bin, from one period a window to half the frame rate, over
   * Hann windows of 12 s (or of all frames, if fewer) that overlap by half.
   */
  private static void addModulation(double[][] groups, double frameRate, float[] to, int at) {
    int count = groups[0].length;
    int window = Math.max(2, Math.min(count, (int) Math.round(WINDOW_SECONDS * frameRate)) / 2 * 2);
    int frequencies = window / 2 + 1;
    int[] bin = bins(window, frequencies);
    var fft = new FFT(window);
    for (int group = 0; group < groups.length; group++) {
      double[] power = new double[frequencies];
      int windows = 0;
      for (int start = 0; start + window <= count; start += window / 2) {
        addPower(groups[group], start, window, fft, power);
        windows++;
      }
      for (int b = 0; b < BINS; b++) {
        double sum = 0;
        int inBin = 0;
        for (int f = 1; f < frequencies; f++) {
          if (bin[f] == b) {
            sum += power[f];
            inBin++;
          }
        }
        double mean = inBin > 0 ? sum / inBin : power[nearest(b, window, frequencies)];
        to[at + group * BINS + b] = (float) Math.log(mean / Math.max(1, windows) + FLOOR);
      }
    }
  }

  private static void addPower(double[] series, int start, int window, FFT fft, double[] power) {
    double mean = 0;
    for (int i = 0; i < window; i++) {
      mean += series[start + i] / window;
    }
    float[] part = new float[window];
    for (int i = 0; i < window; i++) {
      double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / window);
      part[i] = (float) (hann * (series[start + i] - mean));
    }
    fft.forwardTransform(part); // re(0), re(window / 2), re(1), im(1), re(2), …
    for (int f = 1; f < power.length - 1; f++) {
      power[f] += (double) part[2 * f] * part[2 * f] + (double) part[2 * f + 1] * part[2 * f + 1];
    }
    power[power.length - 1] += (double) part[1] * part[1];
  }

  /** The bin of each frequency; frequency f has f periods a window. */
  private static int[] bins(int window, int frequencies) {
    int[] bin = new int[frequencies];
    for (int f = 1; f < frequencies; f++) {
      double octaves = Math.log(f) / Math.log(Math.max(2, window / 2));
      bin[f] = Math.min(BINS - 1, (int) (octaves * BINS));
    }
    return bin;
  }

  /** The frequency nearest to the centre of a bin, for bins too narrow to hold one. */
  private static int nearest(int bin, int window, int frequencies) {
    double centre = Math.pow(Math.max(2, window / 2), (bin + 0.5) / BINS);
    return Math.max(1, Math.min(frequencies - 1, (int) Math.round(centre)));
  }
}
