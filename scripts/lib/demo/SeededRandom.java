package genrelab.demo;

import java.util.List;
import java.util.Random;

/** Random numbers that are the same on every machine, with the draws that composing needs. */
final class SeededRandom extends Random {
  private static final long serialVersionUID = 1L;

  private SeededRandom(long seed) {
    super(seed);
  }

  /** A generator of its own for each purpose, by SplitMix64's mixing of the keys. */
  static SeededRandom of(long... keys) {
    long hash = 0;
    for (long key : keys) {
      hash = (hash ^ key) + 0x9E3779B97F4A7C15L;
      hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
      hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
      hash ^= hash >>> 31;
    }
    return new SeededRandom(hash);
  }

  double between(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** A factor between 1/most and most. */
  double ratio(double most) {
    return StrictMath.pow(most, between(-1, 1));
  }

  <T> T pick(List<T> choices) {
    return choices.get((int) (nextDouble() * choices.size()));
  }

  /** One of the alternatives between {@code |}. */
  String pick(String alternatives) {
    return pick(List.of(alternatives.split("\\|")));
  }
}
