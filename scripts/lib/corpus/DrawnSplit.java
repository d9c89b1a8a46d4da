//SOURCES ../kit/Stage.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java
//SOURCES LabelledSegment.java
//SOURCES SplitAssignment.java
//SOURCES SplitBy.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A split that was drawn or read from lists, and the file that it is written to.
 *
 * @param file {@code split.json}; its leaks go beside it
 * @param parts of the segments; augmented copies have none, they follow their source
 */
public record DrawnSplit(Path file, Map<LabelledSegment, Part> parts) {
  /** {@code split-leaks.json} of {@code split.json}. */
  public Path leaksFile() {
    return leaksFile(file);
  }

  /** The same, of a split's file alone. */
  public static Path leaksFile(Path file) {
    Path named = withSuffix(file, "-leaks");
    return named.resolveSibling(named.getFileName().toString().replaceFirst("\\.gz$", ""));
  }

  /**
   * {@code split-fold-1.json} of {@code split.json}.
   *
   * @param number of the fold, from 1
   */
  public static Path foldFile(Path file, int number) {
    return withSuffix(file, "-fold-" + number);
  }

  /** A file's name with a suffix before its ending. */
  private static Path withSuffix(Path file, String suffix) {
    String name = file.getFileName().toString();
    String ending = name.endsWith(".json.gz") ? ".json.gz" : name.endsWith(".json") ? ".json" : "";
    String base = name.substring(0, name.length() - ending.length());
    return file.resolveSibling(base + suffix + (ending.isEmpty() ? ".json" : ending));
  }

  /**
   * Checks that training, validation and test have a segment each.
   *
   * @param source the file whose segments were split, for messages
   * @throws Stage.Failure if one of them is empty
   */
  public void requireEveryPart(Path source, SplitBy by) {
    for (Part part : Part.USED) {
      if (!parts.containsValue(part)) {
        throw new Stage.Failure(
            "%s: nothing is left for %s by %s; give more tracks or other --ratios",
            source, part, by);
      }
    }
  }

  /**
   * Every segment's row. An augmented copy trains where its source does and is left out elsewhere:
   * it is never tested on, nor does it tell a network of a segment that is.
   *
   * @param segments in the order of the rows, augmented copies among them
   */
  public List<Rows.SplitRow> rows(List<LabelledSegment> segments) {
    String drawnFrom =
        SplitAssignment.checksum(
            segments.stream().map(LabelledSegment::id).toList(),
            segments.stream().map(LabelledSegment::genre).toList());
    var training = new HashSet<SegmentId>();
    parts.forEach(
        (segment, part) -> {
          if (part == Part.train) {
            training.add(segment.id());
          }
        });
    return segments.stream()
        .map(
            segment ->
                new Rows.SplitRow(
                    segment.track(),
                    segment.id().segment(),
                    segment.isCopy() ? partOfCopy(segment, training) : parts.get(segment),
                    drawnFrom))
        .toList();
  }

  private static Part partOfCopy(LabelledSegment copy, Set<SegmentId> training) {
    var source = new SegmentId(copy.track(), Rows.source(copy.id().segment()));
    return training.contains(source) ? Part.train : Part.excluded;
  }
}
