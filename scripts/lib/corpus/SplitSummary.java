//SOURCES ../kit/Stage.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES LabelledSegment.java
//SOURCES SplitAssignment.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a split's parts, as {@code split} prints them.
 *
 * @param sizes of every part, empty ones too
 * @param genres of all segments
 * @param testTracksInTraining how many test tracks have segments in training too
 * @param copies how many segments are augmented copies; the sizes are without them
 * @param trainingCopies how many of these are in training
 */
public record SplitSummary(
    List<PartSize> sizes, long genres, int testTracksInTraining, long copies, long trainingCopies) {
  /** How many segments, tracks and genres a part has. */
  public record PartSize(Part part, int segments, int tracks, long genres) {}

  /**
   * Counts.
   *
   * @param segments without augmented copies
   * @param parts of these segments
   * @param rows of all segments, augmented copies among them
   */
  public static SplitSummary of(
      List<LabelledSegment> segments, Map<LabelledSegment, Part> parts, List<Rows.SplitRow> rows) {
    var segmentsOf = new EnumMap<Part, List<LabelledSegment>>(Part.class);
    for (Part part : Part.values()) {
      segmentsOf.put(
          part, segments.stream().filter(segment -> parts.get(segment) == part).toList());
    }
    List<PartSize> sizes =
        Arrays.stream(Part.values()).map(part -> size(part, segmentsOf.get(part))).toList();
    int shared =
        SplitAssignment.overlap(
                LabelledSegment.tracks(segmentsOf.get(Part.train)),
                LabelledSegment.tracks(segmentsOf.get(Part.test)))
            .size();
    List<Rows.SplitRow> copies = rows.stream().filter(row -> Rows.isCopy(row.segment())).toList();
    return new SplitSummary(
        sizes,
        genres(segments),
        shared,
        copies.size(),
        copies.stream().filter(row -> row.part() == Part.train).count());
  }

  private static PartSize size(Part part, List<LabelledSegment> segments) {
    return new PartSize(
        part, segments.size(), LabelledSegment.tracks(segments).size(), genres(segments));
  }

  private static long genres(List<LabelledSegment> segments) {
    return segments.stream().map(LabelledSegment::genre).distinct().count();
  }

  /** Prints a line a part, and warns of a part that lacks genres. */
  public void print() {
    int segments = sizes.stream().mapToInt(PartSize::segments).sum();
    for (PartSize size : sizes) {
      if (size.segments() > 0) {
        System.out.printf(
            "%-10s %6d segments (%.1f %%) of %d tracks%n",
            size.part(), size.segments(), 100.0 * size.segments() / segments, size.tracks());
      }
      boolean optional = size.part() == Part.known && size.segments() == 0;
      if (size.genres() < genres && size.part() != Part.excluded && !optional) {
        Stage.warn(
            "%s has only %d of %d genres; try --stratify genre or another --seed",
            size.part(), size.genres(), genres);
      }
    }
    System.out.printf(
        "%d of %d test tracks also have segments in training%s%n",
        testTracksInTraining,
        sizes.get(Part.test.ordinal()).tracks(),
        testTracksInTraining == 0 ? "" : ": a test on them does not tell how new tracks fare");
    if (copies > 0) {
      System.out.printf(
          "%d augmented copies: %d beside their source in training, the others excluded%n",
          copies, trainingCopies);
    }
  }
}
