package genrelab.audio;

import java.math.BigInteger;

/**
 * The low-pass filter of a sample-rate conversion: that of soxr's HQ setting for a ratio of 2:1 or
 * 1:2, to 3e-8 of its impulse response as measured; for any other ratio, where soxr filters in
 * stages, the same at the lower of the two rates.
 *
 * <p>A sinc under a Kaiser window (Kaiser, <i>Nonrecursive digital filter design using the I0-sinh
 * window function</i>, 1974): flat to 0.9137 of the lower rate's half, 126 dB down from there on,
 * linear phase.
 */
final class ResamplingFilter {
  /** soxr's for precision 20 bits: its response has fallen by 3 dB at 1 − 0.05. */
  private static final double PASSBAND_END = 0.9137437;

  /** In parts of the lower rate's half: the middle of the transition band. */
  private static final double CUTOFF = (PASSBAND_END + 1) / 2;

  /** By soxr's fit for 21 bits, 126.4 dB: one bit for the pass band, 20 for the stop band. */
  private static final double BETA = 13.0400748;

  /**
   * Half the window's length in samples of the lower rate: of 389 taps and one more, at twice it.
   */
  private static final double HALF_LENGTH = 97.25;

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
