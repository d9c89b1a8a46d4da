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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which part each segment is in, as a split file has it.
 *
 * @param file the split, for messages
 */
public record SplitAssignment(Path file, Map<SegmentId, Part> parts) {
  /**
   * Reads {@code split.json}.
   *
   * @throws Stage.Failure if the file is missing or no split
   */
  public static SplitAssignment read(Path file) {
    var parts = new HashMap<SegmentId, Part>();
    for (Rows.SplitRow row : Store.readRows(file, Rows.SplitRow.class)) {
      parts.put(row.id(), row.part());
    }
    return new SplitAssignment(file, parts);
  }

  /** A segment's part; null where the split does not name it. */
  public Part part(SegmentId segment) {
    return parts.get(segment);
  }

  /**
   * Joins the split with a file's segments.
   *
   * @param segments of the file, in its order
   * @param source the file, for messages
   * @return for training, validation and test the places of their segments in that order, each at
   *     least one
   * @throws Stage.Failure if a segment is in no part, or a part has no segment
   */
  public Map<Part, int[]> join(List<SegmentId> segments, Path source) {
    var places = new EnumMap<Part, List<Integer>>(Part.class);
    for (int i = 0; i < segments.size(); i++) {
      Part part = part(segments.get(i));
      if (part == null) {
        throw new Stage.Failure(
            "%s: it says nothing of %s in %s; split these features again",
            file, segments.get(i), source);
      }
      places.computeIfAbsent(part, p -> new ArrayList<>()).add(i);
    }
    var joined = new EnumMap<Part, int[]>(Part.class);
    for (Part part : Part.USED) {
      if (!places.containsKey(part)) {
        throw new Stage.Failure("%s: no segment is for %s; split again", file, part);
      }
      joined.put(part, places.get(part).stream().mapToInt(Integer::intValue).toArray());
    }
    return joined;
  }

  /** The tracks that are in both collections. */
  public static Set<String> overlap(Collection<String> tracks, Collection<String> others) {
    var both = new HashSet<>(tracks);
    both.retainAll(Set.copyOf(others));
    return both;
  }
}
