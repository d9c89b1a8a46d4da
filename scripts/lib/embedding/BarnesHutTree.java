package genrelab.embedding;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The Barnes-Hut tree of a map: its cells in flat arrays, a cell before those within it, so that a
 * traversal needs no stack.
 */
final class BarnesHutTree {
  /** A node's centre of mass (x, y), its number of points, its width squared. */
  static final int FIELDS = 4;

  private static final double SMALLEST = 1e-20;

  double[] nodes = new double[FIELDS * 1024];

  /** The node that follows a node and all below it: the next one, for a leaf. */
  int[] after = new int[1024];

  int size;

  /** The points, those of a cell side by side. */
  final int[] order;

  final double[] xs;
  final double[] ys;
  private final int[] sorted;

  BarnesHutTree(int points) {
    order = IntStream.range(0, points).toArray();
    xs = new double[points];
    ys = new double[points];
    sorted = new int[points];
  }

  void build(double[][] map) {
    for (int i = 0; i < map.length; i++) {
      xs[i] = map[i][0];
      ys[i] = map[i][1];
    }
    size = 0;
    build(0, order.length);
  }

  private void build(int begin, int end) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double sumX = 0;
    double sumY = 0;
    for (int at = begin; at < end; at++) {
      double x = xs[order[at]];
      double y = ys[order[at]];
      left = Math.min(left, x);
      right = Math.max(right, x);
      low = Math.min(low, y);
      high = Math.max(high, y);
      sumX += x;
      sumY += y;
    }
    int node = add(sumX / (end - begin), sumY / (end - begin), end - begin);
    double width = Math.max(right - left, high - low);
    nodes[FIELDS * node + 3] = width * width;
    if (width * width > SMALLEST) {
      double midX = (left + right) / 2;
      double midY = (low + high) / 2;
      int[] ends = new int[4];
      int to = begin;
      for (int quarter = 0; quarter < 4; quarter++) {
        for (int at = begin; at < end; at++) {
          int i = order[at];
          if ((xs[i] > midX ? 1 : 0) + (ys[i] > midY ? 2 : 0) == quarter) {
            sorted[to++] = i;
          }
        }
        ends[quarter] = to;
      }
      System.arraycopy(sorted, begin, order, begin, end - begin);
      int from = begin;
      for (int quarterEnd : ends) {
        // all in one quarter: nothing but rounding between them
        if (quarterEnd > from && quarterEnd - from < end - begin) {
          build(from, quarterEnd);
        }
        from = quarterEnd;
      }
    }
    after[node] = size;
  }

  private int add(double x, double y, int weight) {
    if (size == after.length) {
      after = Arrays.copyOf(after, 2 * size);
      nodes = Arrays.copyOf(nodes, 2 * nodes.length);
    }
    nodes[FIELDS * size] = x;
    nodes[FIELDS * size + 1] = y;
    nodes[FIELDS * size + 2] = weight;
    return size++;
  }
}
