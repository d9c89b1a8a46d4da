//DEPS com.github.axet:TarsosDSP:2.4-1

package genrelab;

import be.tarsos.dsp.util.fft.FFT;
import be.tarsos.dsp.util.fft.HammingWindow;
import be.tarsos.dsp.util.fft.HannWindow;
import java.util.Arrays;

/**
 * Log-mel spectra and MFCCs as librosa computes them, on TarsosDSP's FFT and windows.
 *
 * <p>Agrees with {@code librosa.feature.melspectrogram}, {@code power_to_db} and {@code mfcc} of
 * librosa 0.11 at their defaults: centred frames padded with zeros, power spectrum, Slaney's mel
 * scale with area-normalised triangles, 10·log10 with floor 1e-10, 80 dB below the segment's own
 * maximum cut off, orthonormal DCT-II. One object serves one thread.
 */
public final class Mel {
  /** Window of a frame; periodic, as scipy makes it for spectra. */
  public enum Window {
    hann,
    hamming
  }

  private static final float FLOOR = 1e-10f;
  private static final float TOP_DB = 80;

  private final int nFft;
  private final int hop;
  private final boolean centre;
  private final float[] window;
  private final FFT fft;
  private final float[] spectrum;
  private final float[] power;
  private final float[][] filters;
  private final int[] firstBin;

  /**
   * Prepares window, FFT and filters.
   *
   * @param rate samples a second of the audio to come, Hz
   * @param nFft samples a frame, even, default 2048
   * @param hop samples from frame to frame, default 512
   * @param mels mel bands from 0 Hz to rate / 2, default 128
   * @param centre whether frame t is centred at sample t · hop (librosa's default) or begins there
   */
  public Mel(int rate, int nFft, int hop, int mels, Window window, boolean centre) {
    this.nFft = nFft;
    this.hop = hop;
    this.centre = centre;
    // TarsosDSP's windows are symmetric; one sample more, the last dropped, makes them periodic
    var shape = window == Window.hann ? new HannWindow() : new HammingWindow();
    this.window = Arrays.copyOf(shape.generateCurve(nFft + 1), nFft);
    this.fft = new FFT(nFft);
    this.spectrum = new float[nFft];
    this.power = new float[nFft / 2 + 1];
    this.filters = new float[mels][];
    this.firstBin = new int[mels];
    makeFilters(rate);
  }

  /** How many frames a segment of so many samples has: 130 for 66,150 at the defaults. */
  public static int frames(int samples, int nFft, int hop, boolean centre) {
    int padded = centre ? samples + 2 * (nFft / 2) : samples;
    return padded < nFft ? 0 : 1 + (padded - nFft) / hop;
  }

  /**
   * Log-mel spectrum of a segment, dB.
   *
   * @param samples in [−1, 1]
   * @return frames × mels, row by row; the lowest value is 80 dB below the highest
   */
  public float[] logMel(float[] samples) {
    int frames = frames(samples.length, nFft, hop, centre);
    int mels = filters.length;
    float[] decibels = new float[frames * mels];
    float loudest = Float.NEGATIVE_INFINITY;
    for (int frame = 0; frame < frames; frame++) {
      powerSpectrum(samples, frame * hop - (centre ? nFft / 2 : 0));
      for (int m = 0; m < mels; m++) {
        float[] filter = filters[m];
        int first = firstBin[m];
        float sum = 0;
        for (int k = 0; k < filter.length; k++) {
          sum += filter[k] * power[first + k];
        }
        float level = (float) (10 * Math.log10(Math.max(FLOOR, sum)));
        decibels[frame * mels + m] = level;
        loudest = Math.max(loudest, level);
      }
    }
    for (int i = 0; i < decibels.length; i++) {
      decibels[i] = Math.max(decibels[i], loudest - TOP_DB);
    }
    return decibels;
  }

  /**
   * MFCCs of a segment: the orthonormal DCT-II of each frame's log-mel spectrum.
   *
   * @param coefficients how many of them, from the 0th on
   * @return frames × coefficients, row by row
   */
  public float[] mfcc(float[] samples, int coefficients) {
    return dct(logMel(samples), filters.length, coefficients);
  }

  private void powerSpectrum(float[] samples, int start) {
    int from = Math.max(0, -start);
    int to = Math.min(nFft, samples.length - start);
    Arrays.fill(spectrum, 0);
    for (int i = from; i < to; i++) {
      spectrum[i] = samples[start + i] * window[i];
    }
    fft.forwardTransform(spectrum);
    // packed: [0] and [1] are the real values at 0 Hz and at half the rate
    power[0] = spectrum[0] * spectrum[0];
    power[nFft / 2] = spectrum[1] * spectrum[1];
    for (int k = 1; k < nFft / 2; k++) {
      float re = spectrum[2 * k];
      float im = spectrum[2 * k + 1];
      power[k] = re * re + im * im;
    }
  }

  private void makeFilters(int rate) {
    int mels = filters.length;
    double top = hzToMel(rate / 2.0);
    double[] edges = new double[mels + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = melToHz(top * i / (mels + 1));
    }
    double binWidth = (double) rate / nFft;
    for (int m = 0; m < mels; m++) {
      double area = 2 / (edges[m + 2] - edges[m]);
      int first = (int) Math.ceil(edges[m] / binWidth);
      int last = Math.min(nFft / 2, (int) Math.floor(edges[m + 2] / binWidth));
      firstBin[m] = Math.min(first, nFft / 2);
      filters[m] = new float[Math.max(0, last - first + 1)];
      for (int k = first; k <= last; k++) {
        double rising = (k * binWidth - edges[m]) / (edges[m + 1] - edges[m]);
        double falling = (edges[m + 2] - k * binWidth) / (edges[m + 2] - edges[m + 1]);
        filters[m][k - first] = (float) (area * Math.max(0, Math.min(rising, falling)));
      }
    }
  }

  /** Slaney's mel scale (Auditory Toolbox, 1998): linear to 1 kHz, logarithmic above. */
  private static double hzToMel(double hz) {
    return hz < 1000 ? hz * 3 / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
  }

  private static double melToHz(double mel) {
    return mel < 15 ? mel * 200 / 3 : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27));
  }

  private static float[] dct(float[] logMel, int mels, int coefficients) {
    float[][] basis = new float[coefficients][mels];
    for (int c = 0; c < coefficients; c++) {
      double scale = Math.sqrt((c == 0 ? 1.0 : 2.0) / mels);
      for (int m = 0; m < mels; m++) {
        basis[c][m] = (float) (scale * Math.cos(Math.PI * c * (2 * m + 1) / (2.0 * mels)));
      }
    }
    int frames = logMel.length / mels;
    float[] mfcc = new float[frames * coefficients];
    for (int frame = 0; frame < frames; frame++) {
      for (int c = 0; c < coefficients; c++) {
        float sum = 0;
        for (int m = 0; m < mels; m++) {
          sum += basis[c][m] * logMel[frame * mels + m];
        }
        mfcc[frame * coefficients + c] = sum;
      }
    }
    return mfcc;
  }
}
