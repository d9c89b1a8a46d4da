///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the order in which an epoch takes its segments
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/networks/EpochShuffle.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.EpochShuffle;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochShuffleTest {
  /** Rows of two thirds of a file, as of a training set. */
  private static final int[] ROWS = IntStream.range(0, 15_000).filter(row -> row % 3 > 0).toArray();

  /** 10,000 of them are 3 GB: blocks of three. */
  private static final long LARGE = 300_000;

  private static int[] sorted(int[] order) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  @Test
  void everyRowComesOnceInAnOrderOfTheSeed() {
    for (long bytes : new long[] {6760, LARGE}) {
      var shuffle = new EpochShuffle(ROWS, bytes);
      assertArrayEquals(ROWS, sorted(shuffle.order(1)));
      assertArrayEquals(shuffle.order(1), new EpochShuffle(ROWS, bytes).order(1));
      assertFalse(Arrays.equals(shuffle.order(1), shuffle.order(2)));
    }
  }

  @Test
  void fewAreShuffledByFisherAndYates() {
    int[] expected = ROWS.clone();
    var random = new Random(5);
    for (int i = expected.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = expected[i];
      expected[i] = expected[j];
      expected[j] = swap;
    }
    assertArrayEquals(expected, new EpochShuffle(ROWS, 6760).order(5));
  }

  @Test
  void manyAreShuffledByBlocks() {
    int[] order = new EpochShuffle(ROWS, LARGE).order(1);
    int together = 256 * 3;
    for (int from = 0; from + together < order.length; from += together) {
      int[] some = sorted(Arrays.copyOfRange(order, from, from + together));
      Set<Integer> rows = IntStream.of(some).boxed().collect(Collectors.toSet());
      long blocks =
          IntStream.range(0, ROWS.length / 3)
              .filter(b -> IntStream.range(3 * b, 3 * b + 3).allMatch(i -> rows.contains(ROWS[i])))
              .count();
      // but for one or two at the ends, since the file's last block is shorter
      assertTrue(blocks >= 254, blocks + " whole blocks from " + from);
      assertTrue(some[some.length - 1] - some[0] > ROWS.length, "of the whole file");
    }
    long moved = IntStream.range(1, order.length).filter(i -> order[i] != order[i - 1] + 1).count();
    assertTrue(moved > order.length / 2, "blocks are mixed");
    assertEquals(ROWS.length, order.length);
  }
}
