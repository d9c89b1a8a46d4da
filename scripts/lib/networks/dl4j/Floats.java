//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1

package genrelab.networks.dl4j;

import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The floats of a DL4J array in 'c' order, for loops over Java's own arrays, which the JIT makes
 * vector instructions of.
 */
public final class Floats {
  private final INDArray owner;
  private final FloatBuffer values;

  private Floats(INDArray owner) {
    this.owner = owner;
    values =
        owner
            .data()
            .addressPointer()
            .capacity(owner.length())
            .asByteBuffer()
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  /**
   * An array in 'c' order, copied as a block, where {@link Nd4j#create(float[])} copies value by
   * value.
   *
   * @param values as many as the shape has
   */
  public static INDArray array(float[] values, long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    fill(array).put(0, values, 0, Math.toIntExact(array.length()));
    return array;
  }

  /**
   * The rows of a matrix, copied as blocks, where {@link INDArray#toFloatMatrix} makes an array of
   * ND4J's for each row.
   *
   * @param matrix of floats, [rows, columns]
   */
  public static float[][] rows(INDArray matrix) {
    Floats values = read(matrix);
    var rows = new float[Math.toIntExact(matrix.size(0))][Math.toIntExact(matrix.size(1))];
    for (int row = 0; row < rows.length; row++) {
      values.get(row * rows[row].length, rows[row], 0, rows[row].length);
    }
    return rows;
  }

  /** An array's floats, or a copy's if they lie otherwise. */
  static Floats read(INDArray array) {
    return new Floats(plain(array) ? array : array.dup('c'));
  }

  /** The floats of an array that is to be filled. */
  static Floats fill(INDArray array) {
    if (!plain(array)) {
      throw new IllegalArgumentException("not in 'c' order: " + array.shapeInfoToString());
    }
    return new Floats(array);
  }

  static boolean plain(INDArray array) {
    long next = 1;
    for (int d = array.rank() - 1; d >= 0; d--) {
      if (array.size(d) > 1 && array.stride(d) != next) {
        return false;
      }
      next *= array.size(d);
    }
    return true;
  }

  void get(int from, float[] to, int at, int length) {
    values.get(from, to, at, length);
    Reference.reachabilityFence(owner); // the buffer alone would not keep the memory
  }

  void put(int to, float[] from, int at, int length) {
    values.put(to, from, at, length);
    Reference.reachabilityFence(owner);
  }

  /** The sum of arrays of one length, taken in their order; it is the first one afterwards. */
  static float[] sum(float[][] parts) {
    float[] sum = parts[0];
    for (int part = 1; part < parts.length; part++) {
      float[] more = parts[part];
      for (int i = 0; i < sum.length; i++) {
        sum[i] += more[i];
      }
    }
    return sum;
  }
}
