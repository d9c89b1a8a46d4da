//DEPS org.bytedeco:openblas:0.3.19-1.5.7

package genrelab.networks.dl4j;

import static org.bytedeco.openblas.global.openblas.CblasColMajor;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A few rows of a batch on their way through an LSTM, forward and back through time.
 *
 * <p>With <i>a, f, o, g</i> the block input and the forget, output and input gates, <i>c</i> the
 * memory cells and <i>h</i> the output (Hochreiter and Schmidhuber, 1997; forget gates by Gers,
 * Schmidhuber and Cummins, 2000):
 *
 * <pre>
 * a, f, o, g = [h(t−1), x(t), 1] · [RW; W; b]       in this order, which is DL4J's
 * a = tanh(a)   f, o, g = sigmoid(f, o, g)
 * c(t) = f · c(t−1) + g · a
 * h(t) = o · tanh(c(t))
 * </pre>
 *
 * <p>Matrices are column-major with the batch's rows next to each other: so BLAS need not transpose
 * the weights at every step (twice as fast, for 16 rows), each gate is one run of values, and
 * DL4J's arrays in 'f' order fit as they are. The 1 in the product adds the bias, and brings its
 * gradient with the weights'.
 */
abstract class LstmChunk {
  /**
   * Rows of a chunk: fixed, so that no sum depends on how many threads there are. With 8, products
   * take a sixth longer.
   */
  static final int ROWS = 16;

  /** A run of numbers outside of Java's heap: ours, or those of an array of DL4J. */
  static final class Values {
    private final Object owner;
    private final Pointer pointer;
    private final int each;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;
    private final DoubleBuffer doubles;

    /** The pointer's numbers, of {@code each} bytes, which are there as long as their owner is. */
    Values(Object owner, Pointer pointer, int each) {
      this.owner = owner;
      if (pointer.capacity() * each > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "more than 2 GB at once; take smaller batches or shorter sequences");
      }
      this.pointer = pointer;
      this.each = each;
      bytes = pointer.asByteBuffer().order(ByteOrder.nativeOrder());
      floats = bytes.asFloatBuffer();
      doubles = bytes.asDoubleBuffer();
    }

    /** Copies columns of {@code length} numbers to here. */
    void copy(int columns, int length, Values from, int at, int stride, int to, int toStride) {
      for (int column = 0; column < columns; column++) {
        int target = (to + column * toStride) * each;
        bytes.put(target, from.bytes, (at + column * stride) * each, length * each);
      }
      // buffers alone would not keep the memory from being freed
      Reference.reachabilityFence(owner);
      Reference.reachabilityFence(from.owner);
    }

    void fill(int at, int length, double value) {
      for (int i = at; i < at + length; i++) {
        if (each == Float.BYTES) {
          floats.put(i, (float) value);
        } else {
          doubles.put(i, value);
        }
      }
    }
  }

  /** A matrix in {@link Values}: where its first column begins, and how far it is to the next. */
  record Matrix(Values values, int at, int stride) {}

  final int size;
  final int units;

  /** Rows of the weights: units, inputs and the bias. */
  final int width;

  private final int each;

  private int rows;
  private int steps;

  /** How far it is from one column of {@link #history} and {@link #deltas} to the next. */
  private int stride;

  /** [h(t−1), x(t), 1] of all steps: one column for each weight row, of steps × rows numbers. */
  private Values history;

  /**
   * Gradient to what goes into the gates, of all steps: likewise, one column for each of 4 units.
   */
  private Values deltas;

  // of one step: what goes into the gates, the output, and the gradients to these
  private final Values product;
  private final Values output;
  private final Values delta;
  private final Values epsilon;

  /** Gradient that comes back from a step to [h(t−1), x(t)]. */
  private final Values back;

  private LstmChunk(int size, int units, int each) {
    this.size = size;
    this.units = units;
    this.each = each;
    width = units + size + 1;
    product = values(4L * units * ROWS);
    output = values((long) units * ROWS);
    delta = values(4L * units * ROWS);
    epsilon = values((long) units * ROWS);
    back = values((long) width * ROWS);
  }

  /** In double precision where {@code exact}, else in single. */
  static LstmChunk of(boolean exact, int size, int units) {
    return exact ? new Exact(size, units) : new Single(size, units);
  }

  /**
   * Through all steps.
   *
   * @param weights [RW; W; b], (units + size + 1) × 4 units
   * @param inputs the whole batch's, [batch, size, steps] in 'f' order
   * @param outputs the whole batch's, [batch, units, steps] in 'f' order; null if not wanted
   * @param first the chunk's first row in the batch
   * @param keep whether {@link #backward} is to follow
   */
  final void forward(
      Values weights,
      Values inputs,
      Values outputs,
      int batch,
      int first,
      int steps,
      boolean keep) {
    shape(Math.min(ROWS, batch - first), steps, keep);
    history.fill((units + size) * stride, steps * rows, 1);
    output.fill(0, units * rows, 0);
    for (int t = 0; t < steps; t++) {
      int at = t * rows;
      int inputAt = units * stride + at;
      history.copy(units, rows, output, 0, rows, at, stride);
      history.copy(size, rows, inputs, t * size * batch + first, batch, inputAt, stride);
      multiply(
          false,
          rows,
          4 * units,
          width,
          new Matrix(history, at, stride),
          new Matrix(weights, 0, width),
          0,
          new Matrix(product, 0, rows));
      // without a way back, two steps' cells take turns
      int now = keep ? t : t & 1;
      int before = t == 0 ? -1 : keep ? t - 1 : 1 - now;
      cells(now, before, units * rows, product, output);
      if (outputs != null) {
        outputs.copy(units, rows, output, 0, rows, t * units * batch + first, batch);
      }
    }
  }

  /**
   * Back through all steps (Werbos, 1990), after {@link #forward}.
   *
   * @param transposed [RW; W]ᵀ, 4 units × (units + size)
   * @param epsilons gradient to the outputs of the whole batch, [batch, units, steps] in 'f' order
   * @param inputs the same to the inputs, to be written
   */
  final void backward(Values transposed, Values epsilons, Values inputs, int batch, int first) {
    back.fill(0, units * rows, 0);
    for (int t = steps - 1; t >= 0; t--) {
      epsilon.copy(units, rows, epsilons, t * units * batch + first, batch, 0, rows);
      cellsBack(t, t == steps - 1, units * rows, epsilon, back, delta);
      deltas.copy(4 * units, rows, delta, 0, rows, t * rows, stride);
      multiply(
          false,
          rows,
          units + size,
          4 * units,
          new Matrix(delta, 0, rows),
          new Matrix(transposed, 0, 4 * units),
          0,
          new Matrix(back, 0, rows));
      inputs.copy(size, rows, back, units * rows, rows, t * size * batch + first, batch);
    }
  }

  /**
   * After {@link #backward}, adds the gradient to one gate's weights, or sets it.
   *
   * @param gradients of [RW; W; b], as the weights
   */
  final void gradient(int gate, boolean add, Values gradients) {
    int column = gate * units;
    multiply(
        true,
        width,
        units,
        steps * rows,
        new Matrix(history, 0, stride),
        new Matrix(deltas, column * stride, stride),
        add ? 1 : 0,
        new Matrix(gradients, column * width, width));
  }

  private void shape(int rows, int steps, boolean keep) {
    this.rows = rows;
    this.steps = steps;
    // an odd number of cache lines, as columns at powers of two would displace each other
    stride = ((steps * rows + 15) / 16 | 1) * 16;
    history = atLeast(history, (long) width * stride);
    if (keep) {
      deltas = atLeast(deltas, 4L * units * stride);
    }
    keep(keep ? steps : 2);
  }

  private Values atLeast(Values values, long count) {
    if (values != null && values.bytes.capacity() >= count * each) {
      return values;
    }
    Values larger = values(count);
    if (values != null) {
      values.pointer.close(); // the garbage collector doesn't know how large it is
    }
    return larger;
  }

  /** Room for numbers of the chunk's type. */
  final Values values(long count) {
    Pointer pointer = each == Float.BYTES ? new FloatPointer(count) : new DoublePointer(count);
    return new Values(pointer, pointer, each);
  }

  // ---- what depends on the type of numbers

  /** c = a · b (aᵀ · b if transposed) + beta · c, of rows × columns, over {@code inner}. */
  abstract void multiply(
      boolean transposed, int rows, int columns, int inner, Matrix a, Matrix b, int beta, Matrix c);

  /** {@link #backward}'s weights from {@link #forward}'s. */
  abstract void transpose(Values weights, Values transposed);

  /** Makes room for what so many steps keep for the way back. */
  abstract void keep(int steps);

  /** One step's gates and cells; {@code before} is −1 for the first. */
  abstract void cells(int now, int before, int length, Values product, Values output);

  /**
   * One step's way back: from the gradient to its output, the sum of {@code epsilon} and the
   * beginning of {@code back}, to {@code delta}.
   */
  abstract void cellsBack(
      int now, boolean last, int length, Values epsilon, Values back, Values delta);

  /**
   * In single precision.
   *
   * <p>The loops have no branches and no calls, and each value is an array of its own with one
   * index for all: this is what the JIT makes vector instructions of.
   */
  private static final class Single extends LstmChunk {
    /** For each step a, f, o, g, c and tanh(c). */
    private float[][][] kept = {};

    private final int capacity;
    private final float[] zeros;
    private final float[] sum;
    private final float[] more;
    private final float[] state;
    private final float[][] slopes;

    Single(int size, int units) {
      super(size, units, Float.BYTES);
      capacity = units * ROWS;
      zeros = new float[capacity];
      sum = new float[capacity];
      more = new float[capacity];
      state = new float[capacity];
      slopes = new float[4][capacity];
    }

    @Override
    void multiply(
        boolean transposed,
        int rows,
        int columns,
        int inner,
        Matrix a,
        Matrix b,
        int beta,
        Matrix c) {
      cblas_sgemm(
          CblasColMajor,
          transposed ? CblasTrans : CblasNoTrans,
          CblasNoTrans,
          rows,
          columns,
          inner,
          1,
          at(a),
          a.stride,
          at(b),
          b.stride,
          beta,
          at(c),
          c.stride);
    }

    private static FloatPointer at(Matrix matrix) {
      FloatPointer pointer = (FloatPointer) matrix.values.pointer;
      return matrix.at == 0 ? pointer : new FloatPointer(pointer).position(matrix.at);
    }

    @Override
    void transpose(Values weights, Values transposed) {
      float[] from = new float[4 * units * width];
      float[] to = new float[4 * units * (width - 1)];
      weights.floats.get(0, from);
      for (int row = 0; row < width - 1; row++) {
        for (int column = 0; column < 4 * units; column++) {
          to[row * 4 * units + column] = from[column * width + row];
        }
      }
      transposed.floats.put(0, to);
    }

    @Override
    void keep(int steps) {
      if (kept.length < steps) {
        kept = new float[steps][6][capacity];
      }
    }

    @Override
    void cells(int now, int before, int length, Values product, Values output) {
      float[][] step = kept[now];
      for (int gate = 0; gate < 4; gate++) {
        product.floats.get(gate * length, step[gate], 0, length);
      }
      tanh(step[0], step[0], length);
      for (int gate = 1; gate < 4; gate++) {
        sigmoid(step[gate], length);
      }
      float[] old = before < 0 ? zeros : kept[before][4];
      remember(step[0], step[1], step[3], old, step[4], length);
      tanh(step[4], step[5], length);
      times(step[2], step[5], sum, length);
      output.floats.put(0, sum, 0, length);
    }

    @Override
    void cellsBack(int now, boolean last, int length, Values epsilon, Values back, Values delta) {
      float[][] step = kept[now];
      float[] old = now == 0 ? zeros : kept[now - 1][4];
      if (last) {
        Arrays.fill(state, 0);
      }
      epsilon.floats.get(0, sum, 0, length);
      back.floats.get(0, more, 0, length);
      outputBack(sum, more, step[2], step[5], state, slopes[2], length);
      gateBack(state, old, step[1], slopes[1], length);
      gateBack(state, step[0], step[3], slopes[3], length);
      blockBack(state, step[3], step[0], slopes[0], length);
      times(state, step[1], state, length);
      for (int gate = 0; gate < 4; gate++) {
        delta.floats.put(gate * length, slopes[gate], 0, length);
      }
    }

    private static void remember(
        float[] a, float[] f, float[] g, float[] old, float[] c, int length) {
      for (int i = 0; i < length; i++) {
        c[i] = f[i] * old[i] + g[i] * a[i];
      }
    }

    private static void times(float[] x, float[] y, float[] product, int length) {
      for (int i = 0; i < length; i++) {
        product[i] = x[i] * y[i];
      }
    }

    /** Gradient to h, in two parts, to that to the output gate and, added, to the cells. */
    private static void outputBack(
        float[] h, float[] more, float[] o, float[] s, float[] c, float[] slope, int length) {
      for (int i = 0; i < length; i++) {
        float sum = h[i] + more[i];
        slope[i] = sum * s[i] * o[i] * (1 - o[i]);
        c[i] += sum * o[i] * (1 - s[i] * s[i]);
      }
    }

    /** Gradient to the cells to that to a gate which lets {@code value} in. */
    private static void gateBack(
        float[] c, float[] value, float[] gate, float[] slope, int length) {
      for (int i = 0; i < length; i++) {
        slope[i] = c[i] * value[i] * gate[i] * (1 - gate[i]);
      }
    }

    private static void blockBack(float[] c, float[] g, float[] a, float[] slope, int length) {
      for (int i = 0; i < length; i++) {
        slope[i] = c[i] * g[i] * (1 - a[i] * a[i]);
      }
    }

    // tanh(x) = x · P(x²) / Q(x²), fitted for the least relative error up to 8, from where on it is
    // 1 but for the last digits; in floats 3.3e-7 off at most
    private static final float P1 = 0.134445f;
    private static final float P2 = 3.5716002e-3f;
    private static final float P3 = 2.1894699e-5f;
    private static final float P4 = 1.5230471e-8f;
    private static final float Q1 = 0.46777827f;
    private static final float Q2 = 2.6164452e-2f;
    private static final float Q3 = 3.4112958e-4f;
    private static final float Q4 = 8.522468e-7f;

    static void tanh(float[] x, float[] y, int length) {
      for (int i = 0; i < length; i++) {
        float v = Math.max(-8f, Math.min(8f, x[i]));
        float s = v * v;
        float p = (((P4 * s + P3) * s + P2) * s + P1) * s + 1;
        float q = (((Q4 * s + Q3) * s + Q2) * s + Q1) * s + 1;
        y[i] = v * p / q;
      }
    }

    /** (1 + tanh(x / 2)) / 2. */
    static void sigmoid(float[] x, int length) {
      for (int i = 0; i < length; i++) {
        float v = Math.max(-8f, Math.min(8f, 0.5f * x[i]));
        float s = v * v;
        float p = (((P4 * s + P3) * s + P2) * s + P1) * s + 1;
        float q = (((Q4 * s + Q3) * s + Q2) * s + Q1) * s + 1;
        x[i] = 0.5f + 0.5f * (v * p / q);
      }
    }
  }

  /** In double precision, for gradient checks: plain, not fast. */
  private static final class Exact extends LstmChunk {
    private double[][][] kept = {};
    private final int capacity;
    private final double[] state;

    Exact(int size, int units) {
      super(size, units, Double.BYTES);
      capacity = units * ROWS;
      state = new double[capacity];
    }

    @Override
    void multiply(
        boolean transposed,
        int rows,
        int columns,
        int inner,
        Matrix a,
        Matrix b,
        int beta,
        Matrix c) {
      cblas_dgemm(
          CblasColMajor,
          transposed ? CblasTrans : CblasNoTrans,
          CblasNoTrans,
          rows,
          columns,
          inner,
          1,
          at(a),
          a.stride,
          at(b),
          b.stride,
          beta,
          at(c),
          c.stride);
    }

    private static DoublePointer at(Matrix matrix) {
      return new DoublePointer((DoublePointer) matrix.values.pointer).position(matrix.at);
    }

    @Override
    void transpose(Values weights, Values transposed) {
      for (int row = 0; row < width - 1; row++) {
        for (int column = 0; column < 4 * units; column++) {
          transposed.doubles.put(
              row * 4 * units + column, weights.doubles.get(column * width + row));
        }
      }
    }

    @Override
    void keep(int steps) {
      if (kept.length < steps) {
        kept = new double[steps][6][capacity];
      }
    }

    @Override
    void cells(int now, int before, int length, Values product, Values output) {
      double[][] step = kept[now];
      for (int i = 0; i < length; i++) {
        double a = step[0][i] = Math.tanh(product.doubles.get(i));
        double f = step[1][i] = sigmoid(product.doubles.get(length + i));
        double o = step[2][i] = sigmoid(product.doubles.get(2 * length + i));
        double g = step[3][i] = sigmoid(product.doubles.get(3 * length + i));
        double c = step[4][i] = g * a + (before < 0 ? 0 : f * kept[before][4][i]);
        double s = step[5][i] = Math.tanh(c);
        output.doubles.put(i, o * s);
      }
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    @Override
    void cellsBack(int now, boolean last, int length, Values epsilon, Values back, Values delta) {
      double[][] step = kept[now];
      for (int i = 0; i < length; i++) {
        double a = step[0][i];
        double f = step[1][i];
        double o = step[2][i];
        double g = step[3][i];
        double old = now == 0 ? 0 : kept[now - 1][4][i];
        double s = step[5][i];
        double h = epsilon.doubles.get(i) + back.doubles.get(i);
        double c = (last ? 0 : state[i]) + h * o * (1 - s * s);
        delta.doubles.put(i, c * g * (1 - a * a));
        delta.doubles.put(length + i, c * old * f * (1 - f));
        delta.doubles.put(2 * length + i, h * s * o * (1 - o));
        delta.doubles.put(3 * length + i, c * a * g * (1 - g));
        state[i] = c * f;
      }
    }
  }
}
