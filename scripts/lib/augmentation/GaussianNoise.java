package genrelab.augmentation;

import java.util.Random;

/** White Gaussian noise at a signal-to-noise ratio. */
public final class GaussianNoise {
  private GaussianNoise() {}

  /**
   * A segment with noise; silence has no signal-to-noise ratio and stays silent.
   *
   * @param decibels signal-to-noise ratio, dB
   */
  public static float[] add(float[] samples, double decibels, Random random) {
    double power = 0;
    for (float sample : samples) {
      power += (double) sample * sample / samples.length;
    }
    double deviation = Math.sqrt(power / Math.pow(10, decibels / 10));
    float[] noisy = new float[samples.length];
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = (float) (samples[i] + deviation * random.nextGaussian());
    }
    return noisy;
  }
}
