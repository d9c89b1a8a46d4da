//SOURCES ImportIndex.java

package genrelab.features;

import java.io.IOException;
import java.util.List;

/**
 * An array of items (segments or whole tracks) × frames × coefficients in a file, its values read
 * as they are asked for.
 */
public interface FeatureArray extends AutoCloseable {
  /** Lengths of the axes, in the file's order. */
  long[] shape();

  /** NumPy's name of the number format, such as {@code <f4}, or {@code json}. */
  String type();

  /** One stored value; items are asked for in ascending order. */
  double at(int item, int frame, int coefficient);

  /**
   * What the file itself tells of its items.
   *
   * @throws IllegalStateException if its format has no place for that
   */
  default List<ImportIndex.Entry> entries() {
    throw new IllegalStateException("an array does not name its tracks");
  }

  /** The genre that the file itself gives an item; empty where it gives none. */
  default String genre(int item) {
    return "";
  }

  @Override
  void close() throws IOException;
}
