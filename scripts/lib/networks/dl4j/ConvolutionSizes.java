//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES PooledConvolution.java

package genrelab.networks.dl4j;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.util.ConvolutionUtils;

/**
 * Sizes of a convolution and of the pooling behind it, without those of the batch.
 *
 * <p>Where the input is one column wide and padded, as a flattened segment is, a kernel's other
 * columns see nothing but padding. They are left out, and the one column is taken for one row,
 * along which oneDNN's kernels run: {@code turned}. In memory both are the same.
 *
 * @param turned whether rows stand for columns and columns for rows in what follows
 * @param rows of the input; {@code columns} likewise
 * @param convolvedRows rows of what the convolution gives; {@code convolvedColumns} likewise
 * @param top rows of zeros above the input; {@code left} columns before it
 * @param poolRows rows of the pooling window, with a stride of 2; {@code poolColumns} likewise
 * @param storedKernel weights that DL4J stores of a filter and channel, from one to the next
 * @param firstWeight the first of them that is in use
 * @param nextColumn from a weight to that of the kernel's next column; {@code nextRow} likewise
 */
record ConvolutionSizes(
    boolean turned,
    int channels,
    int rows,
    int columns,
    int filters,
    int kernelRows,
    int kernelColumns,
    int convolvedRows,
    int convolvedColumns,
    int top,
    int left,
    int poolRows,
    int poolColumns,
    int storedKernel,
    int firstWeight,
    int nextRow,
    int nextColumn) {

  /** Of a layer whose input has so many channels, rows and columns. */
  static ConvolutionSizes of(PooledConvolution layer, int channels, int rows, int columns) {
    InputTypeConvolutional convolved =
        layer.convolved(InputType.convolutional(rows, columns, channels));
    int height = (int) convolved.getHeight();
    int width = (int) convolved.getWidth();
    int filters = (int) layer.getNOut();
    int[] kernel = layer.getKernelSize();
    int stored = kernel[0] * kernel[1];
    int pool = layer.pool();
    boolean padded = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] padding = {0, 0};
    if (padded) {
      padding =
          ConvolutionUtils.getSameModeTopLeftPadding(
              new int[] {height, width},
              new int[] {rows, columns},
              kernel,
              layer.getStride(),
              layer.getDilation());
    }
    if (padded && columns == 1) {
      return new ConvolutionSizes(
          true,
          channels,
          1,
          rows,
          filters,
          1,
          kernel[0],
          1,
          height,
          0,
          padding[0],
          1,
          pool,
          stored,
          padding[1],
          stored,
          kernel[1]);
    }
    return new ConvolutionSizes(
        false,
        channels,
        rows,
        columns,
        filters,
        kernel[0],
        kernel[1],
        height,
        width,
        padding[0],
        padding[1],
        pool,
        width == 1 ? 1 : pool,
        stored,
        0,
        kernel[1],
        1);
  }

  /** Rows of zeros below the input. */
  int bottom() {
    return convolvedRows + kernelRows - 1 - rows - top;
  }

  /** Columns of zeros behind the input. */
  int right() {
    return convolvedColumns + kernelColumns - 1 - columns - left;
  }

  int pooledRows() {
    return (convolvedRows + 1) / 2;
  }

  int pooledColumns() {
    return (convolvedColumns + 1) / 2;
  }

  /** Rows that the pooling windows reach beyond the convolved ones. */
  int poolPaddingRows() {
    return 2 * (pooledRows() - 1) + poolRows - convolvedRows;
  }

  /** Columns that the pooling windows reach beyond the convolved ones. */
  int poolPaddingColumns() {
    return 2 * (pooledColumns() - 1) + poolColumns - convolvedColumns;
  }

  /** Values of one sample's input. */
  int inputs() {
    return channels * rows * columns;
  }

  /** Values of one sample's output. */
  int outputs() {
    return filters * pooledRows() * pooledColumns();
  }

  /** Shape of the input as it lies: [sample, row, column, channel]. */
  long[] inputShape(long samples) {
    return shape(samples, rows, columns, channels);
  }

  /** Shape of the output as it lies: [sample, row, column, filter]. */
  long[] outputShape(long samples) {
    return shape(samples, pooledRows(), pooledColumns(), filters);
  }

  private long[] shape(long samples, long rows, long columns, long channels) {
    return turned
        ? new long[] {samples, columns, rows, channels}
        : new long[] {samples, rows, columns, channels};
  }

  /** Weights in use. */
  int weights() {
    return filters * channels * kernelRows * kernelColumns;
  }

  /** Distances of stored weights: filter, channel, kernel's row and column. */
  long[] weightStrides() {
    return new long[] {(long) channels * storedKernel, storedKernel, nextRow, nextColumn};
  }

  /**
   * Weights, or their gradient, as DL4J stores them.
   *
   * @param used those in use; the others are 0
   */
  float[] stored(float[] used) {
    int kernel = kernelRows * kernelColumns;
    if (kernel == storedKernel) {
      return used;
    }
    float[] stored = new float[filters * channels * storedKernel];
    for (int i = 0; i < used.length; i++) {
      int row = i % kernel / kernelColumns;
      int column = i % kernelColumns;
      stored[i / kernel * storedKernel + firstWeight + row * nextRow + column * nextColumn] =
          used[i];
    }
    return stored;
  }
}
