package genrelab.demo;

import java.util.Random;

/**
 * Elementary signals and filters. Functions come from {@link StrictMath}, since {@link Math}'s may
 * differ in the last digit from machine to machine.
 */
public final class Signals {
  /** Samples a second of every synthetic track. */
  public static final int RATE = 22050;

  /**
   * Samples of a period in {@link #SINE} and other wave tables, which repeat the first at the end.
   */
  static final int TABLE = 2048;

  static final float[] SINE = new float[TABLE + 1];

  /** White noise, read from any place on with {@link #noise}. */
  static final float[] NOISE = new float[1 << 17];

  static {
    for (int i = 0; i <= TABLE; i++) {
      SINE[i] = (float) StrictMath.sin(2 * Math.PI * i / TABLE);
    }
    var random = new Random(0);
    for (int i = 0; i < NOISE.length; i++) {
      NOISE[i] = 2 * random.nextFloat() - 1;
    }
  }

  private Signals() {}

  /** Sine of a phase in periods, not negative. */
  static double sine(double phase) {
    return wave(SINE, phase - (long) phase);
  }

  static double wave(float[] table, double phase) {
    double place = phase * TABLE;
    int i = (int) place;
    return table[i] + (place - i) * (table[i + 1] - table[i]);
  }

  static double noise(int i) {
    return NOISE[i & (NOISE.length - 1)];
  }

  static double saturate(double x) {
    return x / (1 + Math.abs(x));
  }

  static double decibels(double level) {
    return StrictMath.pow(10, level / 20);
  }

  static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return Math.sqrt(sum / samples.length);
  }

  /** Two one-pole low-passes in a row, 12 dB an octave. */
  static void lowPass(float[] samples, double hz) {
    double a = 1 - StrictMath.exp(-2 * Math.PI * hz / RATE);
    double first = 0;
    double second = 0;
    for (int i = 0; i < samples.length; i++) {
      first += a * (samples[i] - first);
      second += a * (first - second);
      samples[i] = (float) second;
    }
  }
}
