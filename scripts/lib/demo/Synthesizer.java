//SOURCES Signals.java
//SOURCES Voice.java

package genrelab.demo;

import static genrelab.demo.Signals.NOISE;
import static genrelab.demo.Signals.RATE;
import static genrelab.demo.Signals.SINE;
import static genrelab.demo.Signals.TABLE;
import static genrelab.demo.Signals.noise;
import static genrelab.demo.Signals.sine;
import static genrelab.demo.Signals.wave;

import genrelab.demo.Voice.Waveform;
import java.util.Random;

/**
 * Plays the notes of one voice: additive and subtractive synthesis, frequency modulation, and
 * plucked strings by Karplus and Strong (1983). Keeps the wave tables that it has computed.
 */
public final class Synthesizer {
  private static final int MOST_HARMONICS = 40;

  private final Voice voice;
  private final float[][] tables = new float[MOST_HARMONICS + 1][];

  public Synthesizer(Voice voice) {
    this.voice = voice;
  }

  /**
   * Adds one note to a part.
   *
   * @param start sample at which it begins
   * @param seconds until it is released
   * @param velocity its amplitude, 1 being full
   */
  public void play(
      float[] part, int start, double seconds, double hz, double velocity, Random random) {
    int held = (int) (seconds * RATE);
    int length = Math.min(held + (int) (4 * voice.release * RATE), part.length - start);
    if (length <= 0) {
      return;
    }
    float[] string = voice.waveform == Waveform.PLUCK ? pluck(hz, random) : null;
    float[] table = string == null ? table(hz) : null;
    double stringDecay = StrictMath.exp(-1 / (hz * voice.decay));
    double rise = 1 / (voice.attack * RATE);
    double fall = 1 - 1 / (voice.decay * RATE);
    double release = 1 - 1 / (voice.release * RATE);
    double step = hz / RATE;
    double phase = 0;
    double lfo = random.nextDouble();
    double level = 0;
    double envelope = 1 - voice.sustain;
    double end = 1;
    double low = 0;
    double fraction = string == null ? 0 : RATE / hz + 0.5 - string.length;
    double allPass = (1 - fraction) / (1 + fraction);
    double previous = 0;
    double delayed = 0;
    int place = 0;
    for (int i = 0; i < length; i++) {
      level = Math.min(1, level + rise);
      envelope *= fall;
      if (i >= held) {
        end *= release;
      }
      double amplitude = velocity * level * end;
      double value;
      if (string != null) {
        int next = place + 1 == string.length ? 0 : place + 1;
        value = string[place];
        double average = stringDecay * 0.5 * (value + string[next]);
        // an all-pass gives the string the fraction of a sample it is too short
        delayed = allPass * (average - delayed) + previous;
        previous = average;
        string[place] = (float) delayed;
        place = next;
      } else {
        double body = voice.sustain + envelope;
        amplitude *= body;
        value =
            voice.waveform == Waveform.FM
                ? sine(phase + 1 + 0.16 * voice.colour * body * sine(2 * phase))
                : wave(table, phase);
        if (voice.waveform == Waveform.SUBTRACTIVE) {
          double reach = Math.min(0.9, 6.28 * step * (1 + voice.colour * body));
          low += reach * (value - low);
          value = low;
        }
        if ((i & 31) == 0 && voice.vibrato > 0) {
          lfo += 32 * 5.5 / RATE;
          step = hz / RATE * (1 + voice.vibrato * 0.000578 * sine(lfo));
        }
        phase += step;
        phase -= phase >= 1 ? 1 : 0;
      }
      part[start + i] += (float) (amplitude * value);
    }
  }

  /** A string's first period: noise, the duller the smaller the voice's colour. */
  private float[] pluck(double hz, Random random) {
    float[] string = new float[Math.max(2, (int) (RATE / hz + 0.4))];
    int grain = random.nextInt(NOISE.length);
    double value = 0;
    for (int i = 0; i < string.length; i++) {
      value += voice.colour * (noise(grain + i) - value);
      string[i] = (float) value;
    }
    return string;
  }

  /** One period with as many harmonics as fit below 0.45 of the rate. */
  private float[] table(double hz) {
    int fitting = (int) Math.max(1, Math.min(MOST_HARMONICS, 0.45 * RATE / hz));
    if (tables[fitting] == null) {
      double rolloff = voice.waveform == Waveform.SUBTRACTIVE ? 1 : voice.colour;
      float[] table = new float[TABLE + 1];
      int stride = voice.waveform == Waveform.ODD_HARMONICS ? 2 : 1;
      for (int h = 1; h <= fitting; h += stride) {
        double amplitude = StrictMath.pow(h, -rolloff);
        for (int i = 0; i <= TABLE; i++) {
          table[i] += (float) (amplitude * SINE[i * h % TABLE]);
        }
      }
      tables[fitting] = table;
    }
    return tables[fitting];
  }
}
