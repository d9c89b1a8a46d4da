package genrelab.networks.dl4j;

import java.util.Arrays;

/**
 * A plane: one segment's values of one filter, row by row, with margins so that every pooling
 * window is whole.
 *
 * @param rows of convolved values; {@code columns} likewise
 * @param top rows of margin above; the rest of the margin is below
 * @param left columns of margin before; the rest of the margin is behind
 * @param height rows with margins
 * @param stride columns with margins
 * @param padding rows and columns of zeros before the input's first, for the convolution
 */
record Plane(int rows, int columns, int top, int left, int height, int stride, int[] padding) {
  int values() {
    return height * stride;
  }

  int pooledRows() {
    return (rows + 1) / 2;
  }

  int pooledColumns() {
    return (columns + 1) / 2;
  }

  int pooled() {
    return pooledRows() * pooledColumns();
  }

  /** Where a row's convolved values begin. */
  int at(int row) {
    return (top + row) * stride + left;
  }

  /** A plane that is zero, and less than anything in its margins. */
  float[] blank() {
    float[] plane = new float[values()];
    Arrays.fill(plane, Float.NEGATIVE_INFINITY);
    for (int row = 0; row < rows; row++) {
      Arrays.fill(plane, at(row), at(row) + columns, 0);
    }
    return plane;
  }
}
