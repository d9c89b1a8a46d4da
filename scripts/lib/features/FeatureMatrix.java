package genrelab.features;

import java.util.Iterator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The values of segments: rows of frames · coefficients floats, in memory or in a mapped file.
 *
 * <p>What trains, clusters or classifies asks for rows as it needs them, and so holds no more than
 * batches of a feature folder that is larger than memory. May be read by several threads.
 */
public interface FeatureMatrix extends Iterable<float[]> {
  /** The number of segments. */
  int rows();

  /** A segment's values, frame · coefficients + coefficient; for reading only. */
  float[] row(int row);

  /** The rows in their order, each read when it is asked for. */
  @Override
  default Iterator<float[]> iterator() {
    return IntStream.range(0, rows()).mapToObj(this::row).iterator();
  }

  /** Whether the rows are arrays in memory, so that asking for one again costs nothing. */
  default boolean inMemory() {
    return false;
  }

  /** Rows that are in memory. */
  static FeatureMatrix of(float[][] rows) {
    return new InMemory(rows);
  }

  /** Some of the rows, in the given order, without copying them. */
  default FeatureMatrix subset(int[] places) {
    return new View(places.length, this, places, UnaryOperator.identity());
  }

  /** Each row as a function makes it, each time that it is asked for. */
  default FeatureMatrix map(UnaryOperator<float[]> function) {
    return new View(rows(), this, null, function);
  }

  /** All rows in memory: the arrays themselves where they are, else copies. */
  default float[][] toArray() {
    return IntStream.range(0, rows()).mapToObj(this::row).toArray(float[][]::new);
  }

  /** Rows in memory. */
  record InMemory(float[][] values) implements FeatureMatrix {
    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public float[] row(int row) {
      return values[row];
    }

    @Override
    public boolean inMemory() {
      return true;
    }

    @Override
    public float[][] toArray() {
      return values;
    }
  }

  /**
   * Rows of another matrix.
   *
   * @param places of the rows; null for all of them in their order
   */
  record View(int rows, FeatureMatrix of, int[] places, UnaryOperator<float[]> function)
      implements FeatureMatrix {
    @Override
    public float[] row(int row) {
      return function.apply(of.row(places == null ? row : places[row]));
    }

    @Override
    public boolean inMemory() {
      return places != null && of.inMemory(); // what a function makes is made anew
    }
  }
}
