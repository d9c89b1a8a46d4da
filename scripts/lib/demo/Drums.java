//SOURCES ArtistStyle.java
//SOURCES SeededRandom.java
//SOURCES Signals.java

package genrelab.demo;

import static genrelab.demo.Signals.NOISE;
import static genrelab.demo.Signals.RATE;
import static genrelab.demo.Signals.noise;
import static genrelab.demo.Signals.sine;

/** The strokes of a drum kit: decaying sines and noise. */
final class Drums {
  private final ArtistStyle style;
  private final SeededRandom random;

  Drums(ArtistStyle style, SeededRandom random) {
    this.style = style;
    this.random = random;
  }

  float[] kick() {
    double hz = style.kit().kick * style.drums();
    double decay = style.kit().kickDecay * style.drums();
    float[] sound = new float[(int) (6 * decay * RATE)];
    double phase = 0;
    double level = 1;
    double sweep = 1;
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (float) (1.2 * level * sine(phase)) + (float) (0.25 * sweep * sweep * noise(i));
      phase += hz * (1 + 4 * sweep) / RATE;
      level *= 1 - 1 / (decay * RATE);
      sweep *= 1 - 1 / (0.012 * RATE);
    }
    return sound;
  }

  float[] snare(double rattle) {
    double hz = style.kit().snare * style.drums();
    double decay = style.kit().snareDecay * style.drums();
    int grain = random.nextInt(NOISE.length);
    float[] sound = new float[(int) (6 * decay * RATE)];
    double level = 1;
    for (int i = 0; i < sound.length; i++) {
      double tone = sine(i * hz / RATE) + 0.6 * sine(i * 1.6 * hz / RATE);
      sound[i] = (float) (level * (0.4 * level * tone + 0.6 * rattle * noise(grain + i)));
      level *= 1 - 1 / (decay * RATE);
    }
    return sound;
  }

  float[] cymbal(double decay, double level) {
    int grain = random.nextInt(NOISE.length);
    float[] sound = new float[(int) (5 * decay * RATE)];
    double fade = 1;
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (float) (2 * level * fade * noise(grain + i));
      fade *= 1 - 1 / (decay * RATE);
    }
    float[] low = sound.clone();
    Signals.lowPass(low, style.kit().edge * style.drums());
    for (int i = 0; i < sound.length; i++) {
      sound[i] -= low[i];
    }
    return sound;
  }
}
