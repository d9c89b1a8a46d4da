//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES MelScale.java

package genrelab.features;

import be.tarsos.dsp.util.fft.FFT;
import be.tarsos.dsp.util.fft.HammingWindow;
import be.tarsos.dsp.util.fft.HannWindow;
import java.util.Arrays;

/**
 * Log-mel spectra, MFCCs and their deltas as librosa computes them, on TarsosDSP's FFT and windows.
 *
 * <p>Agrees with {@code librosa.feature.melspectrogram}, {@code power_to_db}, {@code mfcc} and
 * {@code delta} of librosa 0.11 at their defaults: centred frames padded with zeros, power
 * spectrum, Slaney's mel scale with area-normalised triangles, 10·log10 with floor 1e-10, 80 dB
 * below the segment's own maximum cut off, orthonormal DCT-II.
 *
 * <p>One object serves one thread: it keeps its working arrays.
 */
public final class Mel {
  /** Window of a frame; periodic, as scipy makes it for spectra. */
  public enum Window {
    hann,
    hamming
  }

  /** Least power, as {@code power_to_db}'s amin. */
  public static final float FLOOR = 1e-10f;

  /** Range of a segment's levels, dB, as {@code power_to_db}'s top_db. */
  public static final float TOP_DB = 80;

  /** Frames from which a delta is taken, as {@code librosa.feature.delta}'s width. */
  public static final int DELTA_WIDTH = 9;

  private final int nFft;
  private final int hop;
  private final boolean centre;
  private final float[] window;
  private final FFT fft;
  private final float[] spectrum;
  private final float[] power;
  private final float[][] filters;
  private final int[] firstBin;
  private float[][] dctBasis = {};

  /**
   * Prepares window, FFT and filters.
   *
   * @param rate samples a second of the audio to come, Hz; librosa's default 22050
   * @param nFft samples a frame, even, at least 2; librosa's default 2048, fastest with powers of
   *     two
   * @param hop samples from frame to frame, at least 1; librosa's default 512
   * @param mels mel bands from 0 Hz to rate / 2, at least 1; librosa's default 128. A band narrower
   *     than a bin of the spectrum may hold none: it is empty, as librosa's, and has the floor's
   *     level throughout
   * @param window librosa's default hann
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

  /**
   * How many frames a segment has, as {@code librosa.stft}: 1 + samples / hop where centred, 1 +
   * (samples − nFft) / hop otherwise.
   *
   * @param samples samples of the segment; 66,150 make 130 frames at the defaults
   * @return frames; 0 for an uncentred segment shorter than a frame
   */
  public static int frames(int samples, int nFft, int hop, boolean centre) {
    int padded = centre ? samples + 2 * (nFft / 2) : samples;
    return padded < nFft ? 0 : 1 + (padded - nFft) / hop;
  }

  /**
   * Log-mel spectrum of a segment: {@code power_to_db(melspectrogram(y))}.
   *
   * @param samples at the rate of the constructor, nominally in [−1, 1], finite; where centred any
   *     number of them from 1 on, shorter than a frame too
   * @return frames × mels, row by row, in dB relative to a power of 1 ({@code ref=1.0}); from −100
   *     upwards, the lowest at most {@link #TOP_DB} below the highest
   */
  public float[] logMel(float[] samples) {
    int frames = frames(samples.length, nFft, hop, centre);
    int mels = filters.length;
    float[] decibels = new float[frames * mels];
    for (int frame = 0; frame < frames; frame++) {
      powerSpectrum(samples, frame * hop - (centre ? nFft / 2 : 0));
      for (int m = 0; m < mels; m++) {
        decibels[frame * mels + m] = dot(filters[m], power, firstBin[m]);
      }
    }
    float loudest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < decibels.length; i++) {
      decibels[i] = (float) (10 * Math.log10(Math.max(FLOOR, decibels[i])));
      loudest = Math.max(loudest, decibels[i]);
    }
    float lowest = loudest - TOP_DB;
    for (int i = 0; i < decibels.length; i++) {
      decibels[i] = Math.max(decibels[i], lowest);
    }
    return decibels;
  }

  /**
   * MFCCs of a segment, {@code librosa.feature.mfcc(y, n_mfcc)}: the orthonormal DCT-II of each
   * frame's log-mel spectrum, c<sub>k</sub> = s<sub>k</sub> Σ<sub>m</sub> L<sub>m</sub> cos(π k (2m
   * + 1) / 2M), s<sub>0</sub> = √(1/M), else √(2/M).
   *
   * @param samples as for {@link #logMel}
   * @param coefficients how many, from the 0th on, at most the mel bands; librosa's default is 20,
   *     the paper's 13
   * @return frames × coefficients, row by row; without unit
   */
  public float[] mfcc(float[] samples, int coefficients) {
    float[] logMel = logMel(samples);
    int mels = filters.length;
    if (dctBasis.length != coefficients) {
      dctBasis = dctBasis(mels, coefficients);
    }
    int frames = logMel.length / mels;
    float[] mfcc = new float[frames * coefficients];
    for (int frame = 0; frame < frames; frame++) {
      for (int c = 0; c < coefficients; c++) {
        mfcc[frame * coefficients + c] = dot(dctBasis[c], logMel, frame * mels);
      }
    }
    return mfcc;
  }

  /**
   * Each frame's values and, behind them, their first-order deltas: {@code np.vstack([x,
   * librosa.feature.delta(x)])}.
   *
   * <p>The delta of a value is the slope of the line fitted to it over nine frames by least
   * squares, Σ<sub>n = −4…4</sub> n x<sub>t+n</sub> / 60 a frame (Savitzky and Golay, <i>Smoothing
   * and differentiation of data by simplified least squares procedures</i>, 1964, polynomial of
   * order 1). The first and last four frames take the line of the first and last nine, as scipy's
   * {@code savgol_filter} in mode {@code interp}.
   *
   * @param values frames × width, row by row
   * @param width values a frame
   * @return frames × 2 · width, row by row; deltas are values a frame, not a second
   * @throws IllegalArgumentException if there are fewer than {@link #DELTA_WIDTH} frames
   */
  public static float[] withDeltas(float[] values, int width) {
    int frames = values.length / width;
    if (frames < DELTA_WIDTH) {
      throw new IllegalArgumentException(
          "%d frames; a delta takes %d".formatted(frames, DELTA_WIDTH));
    }
    int half = DELTA_WIDTH / 2;
    float[] both = new float[2 * values.length];
    for (int frame = 0; frame < frames; frame++) {
      int middle = Math.max(half, Math.min(frames - 1 - half, frame));
      for (int c = 0; c < width; c++) {
        double sum = 0;
        for (int n = 1; n <= half; n++) {
          float after = values[(middle + n) * width + c];
          float before = values[(middle - n) * width + c];
          sum += n * ((double) after - before);
        }
        both[frame * 2 * width + c] = values[frame * width + c];
        both[frame * 2 * width + width + c] = (float) (sum / 60); // 2 (1² + 2² + 3² + 4²)
      }
    }
    return both;
  }

  private void powerSpectrum(float[] samples, int start) {
    int from = Math.max(0, -start);
    int to = Math.max(from, Math.min(nFft, samples.length - start));
    Arrays.fill(spectrum, 0, from, 0);
    for (int i = from; i < to; i++) {
      spectrum[i] = samples[start + i] * window[i];
    }
    Arrays.fill(spectrum, to, nFft, 0);
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

  /** Slaney's triangles, each of area 1 over frequency in Hz, as {@code librosa.filters.mel}. */
  private void makeFilters(int rate) {
    int mels = filters.length;
    double top = MelScale.slaney.fromHertz(rate / 2.0);
    double[] edges = new double[mels + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = MelScale.slaney.toHertz(top * i / (mels + 1));
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

  /**
   * The orthonormal DCT-II, as scipy's.
   *
   * @return coefficients × mels
   */
  public static float[][] dctBasis(int mels, int coefficients) {
    float[][] basis = new float[coefficients][mels];
    for (int c = 0; c < coefficients; c++) {
      double scale = Math.sqrt((c == 0 ? 1.0 : 2.0) / mels);
      for (int m = 0; m < mels; m++) {
        basis[c][m] = (float) (scale * Math.cos(Math.PI * c * (2 * m + 1) / (2.0 * mels)));
      }
    }
    return basis;
  }

  /** Four sums at a time, since each addition to one sum would wait for the one before. */
  private static float dot(float[] weights, float[] values, int from) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i < weights.length - 3; i += 4) {
      a += weights[i] * values[from + i];
      b += weights[i + 1] * values[from + i + 1];
      c += weights[i + 2] * values[from + i + 2];
      d += weights[i + 3] * values[from + i + 3];
    }
    for (; i < weights.length; i++) {
      a += weights[i] * values[from + i];
    }
    return (a + b) + (c + d);
  }
}
