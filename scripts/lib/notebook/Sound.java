//SOURCES MissingChart.java
//SOURCES ../audio/Audio.java
//SOURCES ../audio/Resampling.java
//SOURCES ../features/Mel.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../figures/ColourScale.java

package genrelab.notebook;

import genrelab.audio.Resampling;
import genrelab.features.Mel;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.figures.ColourScale;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A segment or track as one hears and sees it: a notebook shows its waveform and an audio player.
 *
 * <p>Where the audio is missing, there are no samples, and the title says what is wrong.
 *
 * @param title what it is, e.g. "reggae.00000, segment 1"
 * @param note below the titles of its charts, e.g. that it is synthetic; may be empty
 * @param samples mono, in [−1, 1]
 * @param rate samples a second, Hz
 */
public record Sound(String title, String note, float[] samples, int rate) {
  /** Seconds that an audio player holds at most, so that a notebook stays small. */
  private static final int CLIP_SECONDS = 10;

  private static final int CLIP_RATE = 22_050;

  static Sound missing(String message) {
    return new Sound(message, "", new float[0], CLIP_RATE);
  }

  boolean isMissing() {
    return samples.length == 0;
  }

  /** Its length, s. */
  public double seconds() {
    return (double) samples.length / rate;
  }

  /** The same at another rate, with the kernel of librosa's resampler. */
  public Sound resample(int to) {
    return to == rate || isMissing()
        ? this
        : new Sound(title, note, Resampling.resample(samples, rate, to), to);
  }

  /** A part of it. */
  public Sound slice(double from, double seconds) {
    int start = (int) Math.round(from * rate);
    int end = Math.min(samples.length, start + (int) Math.round(seconds * rate));
    return new Sound(title, note, Arrays.copyOfRange(samples, start, end), rate);
  }

  // --- charts ------------------------------------------------------------------------------------

  /** Amplitude over time. */
  public Chart waveform() {
    return isMissing()
        ? new MissingChart(title)
        : Charts.waveform(samples, rate, "Waveform of " + title, note);
  }

  /**
   * The mel spectrogram in decibels relative to the loudest value, as librosa's {@code
   * power_to_db(S, ref=np.max)}.
   *
   * @param mel at this sound's rate; see {@link #resample}
   * @param bands its mel bands
   */
  public Chart melSpectrogram(Mel mel, int bands) {
    if (isMissing()) {
      return new MissingChart(title);
    }
    float[] levels = mel.logMel(samples);
    float loudest = Float.NEGATIVE_INFINITY;
    for (float level : levels) {
      loudest = Math.max(loudest, level);
    }
    for (int i = 0; i < levels.length; i++) {
      levels[i] -= loudest;
    }
    return Charts.heat(
        levels,
        bands,
        seconds(),
        ColourScale.SEQUENTIAL,
        -80,
        0,
        "mel band",
        "dB",
        "Mel spectrogram of " + title,
        note);
  }

  /** MFCCs over time; colours stop at ±60. */
  public Chart mfcc(Mel mel, int coefficients) {
    return isMissing()
        ? new MissingChart(title)
        : Charts.heat(
            mel.mfcc(samples, coefficients),
            coefficients,
            seconds(),
            ColourScale.DIVERGING,
            -60,
            60,
            "coefficient",
            "value",
            "MFCCs of " + title,
            note);
  }

  // --- audio player ------------------------------------------------------------------------------

  /** What an audio player plays: the beginning, at 22,050 Hz at most. */
  Sound clip() {
    Sound first = seconds() > CLIP_SECONDS ? slice(0, CLIP_SECONDS) : this;
    return first.rate > CLIP_RATE ? first.resample(CLIP_RATE) : first;
  }

  /** The bytes of a WAV file, 16-bit mono. */
  byte[] wav() {
    int bytes = 2 * samples.length;
    ByteBuffer wav = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    wav.put(ascii("RIFF")).putInt(36 + bytes).put(ascii("WAVE"));
    wav.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
    wav.putInt(rate).putInt(2 * rate).putShort((short) 2).putShort((short) 16);
    wav.put(ascii("data")).putInt(bytes);
    for (float sample : samples) {
      wav.putShort((short) Math.max(-32768, Math.min(32767, Math.round(sample * 32768))));
    }
    return wav.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
