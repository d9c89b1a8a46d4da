package genrelab.networks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The order in which an epoch takes the training segments, drawn from a seed.
 *
 * <p>Up to 2 GiB of values all segments are shuffled (Fisher and Yates). Of more, which a machine
 * may have to read from disk again and again, blocks of neighbouring segments are shuffled, and
 * then the segments of {@value #BLOCKS_TOGETHER} blocks at a time: each block is read in one piece,
 * and a batch still has segments of many tracks. The same segments and seed give the same order,
 * whatever the machine and the form of the features.
 */
public final class EpochShuffle {
  private static final long MOST_SHUFFLED_BYTES = 1L << 31;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int BLOCKS_TOGETHER = 256;

  private final int[] rows;
  private final boolean byBlocks;
  private final int blockRows;

  /**
   * Orders of some segments.
   *
   * @param rows their places in the features, ascending
   * @param bytes of one segment's values
   */
  public EpochShuffle(int[] rows, long bytes) {
    this.rows = rows;
    this.byBlocks = rows.length * bytes > MOST_SHUFFLED_BYTES;
    this.blockRows = (int) Math.max(1, BLOCK_BYTES / bytes);
  }

  /** The rows in an order that the seed decides. */
  public int[] order(long seed) {
    int[] order = rows.clone();
    var random = new Random(seed);
    if (byBlocks) {
      List<int[]> blocks = blocks(order.length, random);
      int at = 0;
      for (int from = 0; from < blocks.size(); from += BLOCKS_TOGETHER) {
        int begin = at;
        for (int[] block : blocks.subList(from, Math.min(blocks.size(), from + BLOCKS_TOGETHER))) {
          System.arraycopy(rows, block[0], order, at, block[1] - block[0]);
          at += block[1] - block[0];
        }
        shuffle(order, begin, at, random);
      }
    } else {
      shuffle(order, 0, order.length, random);
    }
    return order;
  }

  /** Begin and end of each block, shuffled. */
  private List<int[]> blocks(int size, Random random) {
    var blocks = new ArrayList<int[]>();
    for (int from = 0; from < size; from += blockRows) {
      blocks.add(new int[] {from, Math.min(size, from + blockRows)});
    }
    Collections.shuffle(blocks, random);
    return blocks;
  }

  private static void shuffle(int[] order, int from, int to, Random random) {
    for (int i = to - 1; i > from; i--) {
      int j = from + random.nextInt(i - from + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }
}
