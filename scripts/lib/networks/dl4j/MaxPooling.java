//SOURCES Plane.java

package genrelab.networks.dl4j;

/** Max pooling of planes by 2 (padded as Keras and DL4J do for "same"), then ReLU. */
final class MaxPooling {
  private final Plane shape;
  private final int pool;

  /** The plane from the second row on, and from the third. */
  private final float[] second;

  private final float[] third;

  /** The largest of two or three values below each other. */
  private final float[] columns;

  MaxPooling(Plane shape, int pool) {
    this.shape = shape;
    this.pool = pool;
    columns = new float[(shape.height() - pool + 1) * shape.stride()];
    second = new float[columns.length];
    third = new float[columns.length];
  }

  /**
   * Pools a plane into {@code pooled} from {@code at} on, and says where the values were if {@code
   * origins} is not null; of equal values, the leftmost column's first counts as the largest.
   */
  void apply(float[] plane, float[] pooled, int[] origins, int at) {
    largest(plane, shape.stride());
    boolean valuesOnly = origins == null;
    if (valuesOnly && shape.stride() > 1) {
      largest(columns, 1);
    }
    int width = shape.pooledColumns();
    for (int row = 0; row < shape.pooledRows(); row++) {
      int from = 2 * row * shape.stride();
      if (valuesOnly) {
        for (int window = 0; window < width; window++) {
          pooled[at + row * width + window] = Math.max(0, columns[from + 2 * window]);
        }
      } else {
        poolRow(plane, from, pooled, origins, at + row * width, width);
      }
    }
  }

  /** The largest of each value and those one and, if the window has it, two steps further on. */
  private void largest(float[] values, int step) {
    int length = Math.min(columns.length, values.length - (pool - 1) * step);
    System.arraycopy(values, step, second, 0, length);
    System.arraycopy(values, (pool - 1) * step, third, 0, length);
    for (int i = 0; i < length; i++) {
      columns[i] = Math.max(Math.max(values[i], second[i]), third[i]);
    }
  }

  /**
   * Selects by arithmetic: which value of a window is the largest is as good as random, and the
   * processor would guess each branch wrong half of the time. Positive floats, and only these pass,
   * are in the order of their bits; {@code (a - b) >> 31} is −1 where a < b, else 0.
   */
  private void poolRow(
      float[] plane, int origin, float[] pooled, int[] origins, int at, int width) {
    int stride = shape.stride();
    int next = stride == 1 ? 0 : 1;
    int last = stride == 1 ? 0 : pool - 1;
    for (int end = at + width; at < end; at++, origin += 2) {
      int a = positiveBits(columns[origin]);
      int b = positiveBits(columns[origin + next]);
      int c = positiveBits(columns[origin + last]);
      int ab = Math.max(a, b);
      int largest = Math.max(ab, c);
      int inLast = (ab - c) >> 31;
      int inNext = ((a - b) >> 31) & ~inLast;
      int top = origin + (next & inNext) + (last & inLast);
      int belowTop = (positiveBits(plane[top]) - largest) >> 31;
      int belowSecond = (positiveBits(plane[top + stride]) - largest) >> 31;
      int place = top + (belowTop & (stride + (belowSecond & stride)));
      int none = (largest - 1) >> 31;
      pooled[at] = Float.intBitsToFloat(largest);
      origins[at] = place | none;
    }
  }

  private static int positiveBits(float value) {
    return Math.max(0, Float.floatToRawIntBits(value));
  }
}
