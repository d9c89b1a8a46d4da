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

  /** Points of a cell whose quarters are built side by side. */
  private static final int PARALLEL = 1_000;

  /** Nodes in the order of the traversal. */
  static final class Nodes {
    double[] fields = new double[FIELDS * 1024];

    /** The node that follows a node and all below it: the next one, for a leaf. */
    int[] after = new int[1024];

    int size;

    private int add(double x, double y, int weight) {
      reserve(1);
      fields[FIELDS * size] = x;
      fields[FIELDS * size + 1] = y;
      fields[FIELDS * size + 2] = weight;
      return size++;
    }

    private void addAll(Nodes others) {
      reserve(others.size);
      System.arraycopy(others.fields, 0, fields, FIELDS * size, FIELDS * others.size);
      for (int i = 0; i < others.size; i++) {
        after[size + i] = size + others.after[i];
      }
      size += others.size;
    }

    private void reserve(int more) {
      if (size + more > after.length) {
        after = Arrays.copyOf(after, Math.max(2 * size, size + more));
        fields = Arrays.copyOf(fields, FIELDS * after.length);
      }
    }
  }

  final Nodes nodes = new Nodes();

  /** The points, those of a cell side by side. */
  final int[] order;

  /** x and y of each point. */
  final double[] places;

  private final int[] sorted;
  private final byte[] quarters;

  BarnesHutTree(int points) {
    order = IntStream.range(0, points).toArray();
    places = new double[2 * points];
    sorted = new int[points];
    quarters = new byte[points];
  }

  void build(double[][] map) {
    for (int i = 0; i < map.length; i++) {
      places[2 * i] = map[i][0];
      places[2 * i + 1] = map[i][1];
    }
    nodes.size = 0;
    build(nodes, 0, order.length);
  }

  private void build(Nodes to, int begin, int end) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double sumX = 0;
    double sumY = 0;
    for (int at = begin; at < end; at++) {
      double x = places[2 * order[at]];
      double y = places[2 * order[at] + 1];
      left = Math.min(left, x);
      right = Math.max(right, x);
      low = Math.min(low, y);
      high = Math.max(high, y);
      sumX += x;
      sumY += y;
    }
    int node = to.add(sumX / (end - begin), sumY / (end - begin), end - begin);
    double width = Math.max(right - left, high - low);
    to.fields[FIELDS * node + 3] = width * width;
    if (width * width > SMALLEST) {
      int[] bounds = sort(begin, end, (left + right) / 2, (low + high) / 2);
      if (end - begin < PARALLEL) {
        for (int quarter = 0; quarter < 4; quarter++) {
          buildQuarter(to, bounds, quarter);
        }
      } else {
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(quarter -> buildQuarter(new Nodes(), bounds, quarter))
            .forEachOrdered(to::addAll);
      }
    }
    to.after[node] = to.size;
  }

  /** Puts the points of each quarter side by side; where each begins, and the last one ends. */
  private int[] sort(int begin, int end, double midX, double midY) {
    int[] bounds = {begin, begin, begin, begin, end};
    for (int at = begin; at < end; at++) {
      int i = order[at];
      int quarter = (places[2 * i] > midX ? 1 : 0) + (places[2 * i + 1] > midY ? 2 : 0);
      quarters[at] = (byte) quarter;
      for (int later = quarter + 1; later < 4; later++) {
        bounds[later]++;
      }
    }
    int[] to = bounds.clone();
    for (int at = begin; at < end; at++) {
      sorted[to[quarters[at]]++] = order[at];
    }
    System.arraycopy(sorted, begin, order, begin, end - begin);
    return bounds;
  }

  private Nodes buildQuarter(Nodes to, int[] bounds, int quarter) {
    int points = bounds[quarter + 1] - bounds[quarter];
    // all in one quarter: nothing but rounding between them
    if (points > 0 && points < bounds[4] - bounds[0]) {
      build(to, bounds[quarter], bounds[quarter + 1]);
    }
    return to;
  }
}
