//SOURCES GaussianNoise.java
//SOURCES PitchShift.java
//SOURCES TimeStretch.java

package genrelab.augmentation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * A transformation, and the range that its amount is drawn from uniformly.
 *
 * @param low the least amount
 * @param high the greatest amount
 */
public record Augmentation(Transformation transformation, double low, double high) {
  /** What can be done to a segment. */
  public enum Transformation {
    /** Tempo factor, above 1 faster. */
    stretch("", 0.5, 2, 3),
    /** Shift in semitones. */
    pitch("semitones", -12, 12, 2),
    /** Signal-to-noise ratio, dB. */
    noise("dB", 0, 80, 1);

    private final String unit;
    private final int decimals;

    /** The least amount that is allowed. */
    public final double least;

    /** The greatest amount that is allowed. */
    public final double most;

    Transformation(String unit, double least, double most, int decimals) {
      this.unit = unit;
      this.least = least;
      this.most = most;
      this.decimals = decimals;
    }
  }

  /**
   * Reads a range.
   *
   * @param range {@code LOW:HIGH}, or one number for both
   * @return nothing if it is no range, or not within what the transformation allows
   */
  public static Optional<Augmentation> parse(Transformation transformation, String range) {
    double[] ends;
    try {
      ends = Arrays.stream(range.split(":", -1)).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException error) {
      return Optional.empty();
    }
    double low = ends[0];
    double high = ends[ends.length - 1];
    boolean valid =
        ends.length <= 2
            && low >= transformation.least
            && low <= high
            && high <= transformation.most;
    return valid ? Optional.of(new Augmentation(transformation, low, high)) : Optional.empty();
  }

  /** An amount, rounded to what {@link #describe} tells. */
  public double draw(Random random) {
    double drawn = low + (high - low) * random.nextDouble();
    double rounded =
        BigDecimal.valueOf(drawn)
            .setScale(transformation.decimals, RoundingMode.HALF_UP)
            .doubleValue();
    return Math.max(low, Math.min(high, rounded));
  }

  /** The transformation with an amount, e.g. {@code pitch -1.41 semitones}. */
  public String describe(double amount) {
    String number = BigDecimal.valueOf(amount).stripTrailingZeros().toPlainString();
    return (transformation + " " + number + " " + transformation.unit).strip();
  }

  /**
   * Transforms a segment. A result that would clip is made quieter as a whole.
   *
   * @param samples the segment, full scale being 1
   * @param rate sample rate, Hz
   * @param random draws the noise
   * @return as many samples
   */
  public float[] apply(float[] samples, int rate, double amount, Random random) {
    return withoutClipping(
        switch (transformation) {
          case stretch -> TimeStretch.stretch(samples, amount, samples.length, rate);
          case pitch -> PitchShift.shift(samples, amount, rate);
          case noise -> GaussianNoise.add(samples, amount, random);
        });
  }

  private static float[] withoutClipping(float[] samples) {
    float peak = 32767 / 32768f;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    float gain = 32767 / 32768f / peak;
    for (int i = 0; gain < 1 && i < samples.length; i++) {
      samples[i] *= gain;
    }
    return samples;
  }
}
