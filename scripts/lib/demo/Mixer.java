//SOURCES ArtistStyle.java
//SOURCES Genre.java
//SOURCES SeededRandom.java
//SOURCES Signals.java

package genrelab.demo;

import static genrelab.demo.Signals.NOISE;
import static genrelab.demo.Signals.RATE;
import static genrelab.demo.Signals.decibels;
import static genrelab.demo.Signals.lowPass;
import static genrelab.demo.Signals.noise;
import static genrelab.demo.Signals.rms;
import static genrelab.demo.Signals.saturate;

import genrelab.demo.Genre.Mix;
import java.util.Arrays;

/** Mixes a track's parts and masters the mix. */
final class Mixer {
  private final Mix levels;
  private final ArtistStyle style;
  private final double beat; // seconds
  private final SeededRandom random;
  private final float[] mix;

  Mixer(Mix levels, ArtistStyle style, double beat, int length, SeededRandom random) {
    this.levels = levels;
    this.style = style;
    this.beat = beat;
    this.random = random;
    mix = new float[length];
  }

  /** Distorts and filters the part, adds it to the mix at a level, and clears it. */
  void add(float[] part, double level, double cutoff, double drive) {
    double power = rms(part);
    if (power > 0) {
      if (drive > 0) {
        double gain = drive * style.drive() / power * 0.5;
        for (int i = 0; i < part.length; i++) {
          part[i] = (float) saturate(part[i] * gain);
        }
      }
      lowPass(part, cutoff * style.brightness());
      double gain = decibels(level + random.between(-2.5, 2.5)) / rms(part);
      for (int i = 0; i < part.length; i++) {
        mix[i] += (float) (gain * part[i]);
      }
    }
    Arrays.fill(part, 0);
  }

  /** Echo, room, equalisation, noise floor, level. */
  float[] master() {
    repeat((int) (0.75 * beat * RATE), levels.echo());
    double room = Math.min(0.5, levels.room() * style.room());
    for (double delay : new double[] {0.0297, 0.0371, 0.0411}) {
      repeat((int) (delay * RATE), room);
    }
    float[] part = mix.clone();
    lowPass(part, 1000);
    double high = decibels(style.tilt());
    for (int i = 0; i < mix.length; i++) {
      mix[i] = (float) (part[i] + high * (mix[i] - part[i]));
    }
    lowPass(mix, style.bandwidth());
    double floor = rms(mix) * decibels(style.noise());
    int grain = random.nextInt(NOISE.length);
    double peak = 0;
    for (int i = 0; i < mix.length; i++) {
      mix[i] += (float) (floor * noise(grain + i));
      peak = Math.max(peak, Math.abs(mix[i]));
    }
    double gain = random.between(0.5, 0.95) / peak;
    for (int i = 0; i < mix.length; i++) {
      mix[i] *= (float) gain;
    }
    return mix;
  }

  private void repeat(int delay, double share) {
    for (int i = delay; i < mix.length; i++) {
      mix[i] += (float) (share * mix[i - delay]);
    }
  }
}
