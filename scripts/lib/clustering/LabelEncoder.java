package genrelab.clustering;

import java.util.TreeMap;
import java.util.stream.IntStream;

/** Encodes labels as scikit-learn's {@code LabelEncoder} does. */
final class LabelEncoder {
  private LabelEncoder() {}

  /** Labels as 0 to their number less one, in ascending order. */
  static int[] encode(int[] labels) {
    var codes = new TreeMap<Integer, Integer>();
    IntStream.of(labels).sorted().distinct().forEach(l -> codes.put(l, codes.size()));
    return IntStream.of(labels).map(codes::get).toArray();
  }

  /** The number of different labels. */
  static int count(int[] encoded) {
    return IntStream.of(encoded).max().orElse(-1) + 1;
  }
}
