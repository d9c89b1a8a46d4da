//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which part each segment is in, as a split file has it.
 *
 * @param file the split, for messages
 * @param parts in the file's order
 * @param drawnFrom {@link #checksum} of the segments that it was drawn from; empty where unknown
 */
public record SplitAssignment(Path file, Map<SegmentId, Part> parts, String drawnFrom) {
  private static final int CHECKSUM_DIGITS = 16;

  /**
   * Reads {@code split.json}.
   *
   * @throws Stage.Failure if the file is missing or no split, or has a segment twice
   */
  public static SplitAssignment read(Path file) {
    return of(file, Store.readRows(file, Rows.SplitRow.class));
  }

  /**
   * A split of rows that were read.
   *
   * @throws Stage.Failure if a segment is in two rows, or they are of two splits
   */
  public static SplitAssignment of(Path file, List<Rows.SplitRow> rows) {
    var parts = new LinkedHashMap<SegmentId, Part>();
    for (Rows.SplitRow row : rows) {
      Part other = parts.put(row.id(), row.part());
      if (other != null) {
        throw new Stage.Failure(
            "%s: it has %s twice, in %s and in %s; split again", file, row.id(), other, row.part());
      }
    }
    List<String> sources = rows.stream().map(Rows.SplitRow::drawnFrom).distinct().toList();
    if (sources.size() > 1) {
      throw new Stage.Failure(
          "%s: its rows are of %d splits (drawnFrom differs); split again", file, sources.size());
    }
    return new SplitAssignment(file, parts, sources.isEmpty() ? "" : sources.get(0));
  }

  /** A segment's part; null where the split does not name it. */
  public Part part(SegmentId segment) {
    return parts.get(segment);
  }

  /**
   * Joins the split with a file's segments.
   *
   * @param segments of the file, in its order
   * @param genres of the segments
   * @param source the file, for messages
   * @return for each part the places of its segments in that order; for training, validation and
   *     test at least one
   * @throws Stage.Failure if the split is of other segments, or a part has none
   */
  public Map<Part, int[]> join(List<SegmentId> segments, List<String> genres, Path source) {
    requireSameSegments(segments, genres, source);
    var places = new EnumMap<Part, List<Integer>>(Part.class);
    for (int i = 0; i < segments.size(); i++) {
      places.computeIfAbsent(part(segments.get(i)), p -> new ArrayList<>()).add(i);
    }
    for (Part part : Part.USED) {
      if (!places.containsKey(part)) {
        throw new Stage.Failure("%s: no segment is for %s; split again", file, part);
      }
    }
    var joined = new EnumMap<Part, int[]>(Part.class);
    for (Part part : Part.values()) {
      List<Integer> own = places.getOrDefault(part, List.of());
      joined.put(part, own.stream().mapToInt(Integer::intValue).toArray());
    }
    return joined;
  }

  /**
   * Checks that this is a split of a file's segments.
   *
   * @param source the file, for messages
   * @throws Stage.Failure if one of them has segments that the other lacks, or the split was drawn
   *     from segments of other genres
   */
  public void requireSameSegments(List<SegmentId> segments, List<String> genres, Path source) {
    List<SegmentId> missing = segments.stream().filter(id -> !parts.containsKey(id)).toList();
    if (!missing.isEmpty()) {
      throw new Stage.Failure(
          "%s: it lacks %d of the %d segments of %s, first %s; split these features again",
          file, missing.size(), segments.size(), source, missing.get(0));
    }
    Set<SegmentId> there = Set.copyOf(segments);
    List<SegmentId> unmatched = parts.keySet().stream().filter(id -> !there.contains(id)).toList();
    if (!unmatched.isEmpty()) {
      throw new Stage.Failure(
          "%s: %d of its %d rows have no segment in %s, first %s; split these features again",
          file, unmatched.size(), parts.size(), source, unmatched.get(0));
    }
    if (!drawnFrom.isEmpty() && !drawnFrom.equals(checksum(segments, genres))) {
      throw new Stage.Failure(
          "%s: it was drawn from other segments than those of %s, with other genres; split these"
              + " features again",
          file, source);
    }
  }

  /**
   * Identifies a set of segments, whatever their order and features: of their lines {@code track,
   * segment, genre} (separated by tabs, sorted, each ended by a line feed; augmented copies left
   * out) the first 16 hex digits of the SHA-256.
   *
   * @param genres of the segments
   */
  public static String checksum(List<SegmentId> segments, List<String> genres) {
    String lines =
        IntStream.range(0, segments.size())
            .filter(i -> !Rows.isCopy(segments.get(i).segment()))
            .mapToObj(
                i ->
                    "%s\t%d\t%s\n"
                        .formatted(
                            segments.get(i).track(), segments.get(i).segment(), genres.get(i)))
            .sorted()
            .collect(Collectors.joining());
    return Store.sha256(lines).substring(0, CHECKSUM_DIGITS);
  }

  /** The tracks that are in both collections. */
  public static Set<String> overlap(Collection<String> tracks, Collection<String> others) {
    var both = new HashSet<>(tracks);
    both.retainAll(Set.copyOf(others));
    return both;
  }
}
