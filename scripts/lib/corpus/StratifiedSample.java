package genrelab.corpus;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/** Some of many items, drawn without replacement so that each class keeps its share. */
public final class StratifiedSample {
  private StratifiedSample() {}

  /**
   * Draws items. A class's number is its share of the sample, rounded down; what is then missing
   * goes to the classes with the largest remainders, the first of equal ones.
   *
   * @param labels the class of each item, from 0
   * @param size how many to draw, at most as many as there are
   * @param seed the same seed draws the same items
   * @return their places, ascending
   */
  public static int[] draw(int[] labels, int size, long seed) {
    int classes = 1 + IntStream.of(labels).max().orElse(-1);
    int[] counts = new int[classes];
    IntStream.of(labels).forEach(label -> counts[label]++);
    int[] quotas = quotas(counts, labels.length, size);
    int[] order = IntStream.range(0, labels.length).toArray();
    var random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return IntStream.of(order).filter(item -> quotas[labels[item]]-- > 0).sorted().toArray();
  }

  private static int[] quotas(int[] counts, long all, int size) {
    int[] quotas = new int[counts.length];
    Arrays.setAll(quotas, c -> (int) ((long) counts[c] * size / all));
    int missing = size - Arrays.stream(quotas).sum();
    IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingLong(c -> -((long) counts[c] * size % all)))
        .limit(missing)
        .forEach(c -> quotas[c]++);
    return quotas;
  }
}
