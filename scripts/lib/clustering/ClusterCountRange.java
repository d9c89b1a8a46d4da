package genrelab.clustering;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The numbers of clusters that a sweep compares.
 *
 * @param from the least, at least 2
 * @param to the greatest, included; larger than {@code from}
 */
public record ClusterCountRange(int from, int to) {
  /**
   * Reads a range.
   *
   * @param range {@code FROM:TO}, e.g. 2:20
   * @return nothing if it is no such range
   */
  public static Optional<ClusterCountRange> parse(String range) {
    if (!range.matches("\\d{1,9}:\\d{1,9}")) {
      return Optional.empty();
    }
    String[] ends = range.split(":");
    int from = Integer.parseInt(ends[0]);
    int to = Integer.parseInt(ends[1]);
    return from >= 2 && from < to ? Optional.of(new ClusterCountRange(from, to)) : Optional.empty();
  }

  /** Each number, ascending. */
  public IntStream counts() {
    return IntStream.rangeClosed(from, to);
  }
}
