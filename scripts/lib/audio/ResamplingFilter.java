package genrelab.audio;

import java.math.BigInteger;

/**
 * The low-pass filter of a sample-rate conversion: a sinc under a Kaiser window (Kaiser,
 * <i>Nonrecursive digital filter design using the I0-sinh window function</i>, 1974), flat to
 * 0.9136 of the lower rate's half, 120 dB down from there on, linear phase.
 */
final class ResamplingFilter {
  private static final double PASSBAND_END = 0.9136;
  private static final double REJECTION_DB = 20 * 20 * Math.log10(2);
  private static final double BETA = 0.1102 * (REJECTION_DB - 8.7);
  private static final double CUTOFF = (PASSBAND_END + 1) / 2;

  /** Half the filter's length in samples of the lower rate, by Kaiser's estimate. */
  private static final double HALF_LENGTH =
      (REJECTION_DB - 7.95) / (2.285 * Math.PI * (1 - PASSBAND_END)) / 2;

  private final int up;
  private final int down;

  /** Samples of the old rate for each of the lower rate. */
  private final double perLower;

  /**
   * Designs a filter.
   *
   * @param from the old rate, Hz
   * @param to the new rate, Hz
   */
  ResamplingFilter(int from, int to) {
    int divisor = BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).intValue();
    this.up = to / divisor;
    this.down = from / divisor;
    this.perLower = Math.max(1, (double) from / to);
  }

  /** The new rate, divided by what both rates have in common. */
  int up() {
    return up;
  }

  /** The old rate, divided by what both have in common: new sample n lies at n · down / up. */
  int down() {
    return down;
  }

  /** The impulse response is zero from here on, in samples of the old rate, rounded up. */
  int half() {
    return (int) Math.ceil(HALF_LENGTH * perLower);
  }

  /** The impulse response so many samples of the old rate before or behind its centre. */
  double at(double distance) {
    double place = distance / (HALF_LENGTH * perLower);
    if (Math.abs(place) >= 1) {
      return 0;
    }
    double cutoff = CUTOFF / perLower;
    double sinc =
        distance == 0 ? cutoff : Math.sin(Math.PI * cutoff * distance) / (Math.PI * distance);
    return sinc * bessel(BETA * Math.sqrt(1 - place * place)) / bessel(BETA);
  }

  /** The modified Bessel function of the first kind and order 0, by its power series. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-12 * sum; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }
}
