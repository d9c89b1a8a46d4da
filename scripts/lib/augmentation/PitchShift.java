//SOURCES ../audio/Audio.java
//SOURCES TimeStretch.java

package genrelab.augmentation;

import genrelab.audio.Audio;
import java.util.Arrays;

/** Pitch shifting as TarsosDSP's own does it: stretched in time, then resampled. */
public final class PitchShift {
  private PitchShift() {}

  /** A segment of the same length and tempo, higher by so many semitones. */
  public static float[] shift(float[] samples, double semitones, int rate) {
    double factor = Math.pow(2, semitones / 12);
    int longer = (int) Math.ceil(samples.length * factor) + 1;
    float[] stretched = TimeStretch.stretch(samples, 1 / factor, longer, rate);
    return Arrays.copyOf(Audio.resample(stretched, 1 / factor), samples.length);
  }
}
