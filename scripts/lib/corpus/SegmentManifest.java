//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java
//SOURCES ArtistTable.java
//SOURCES LabelledSegment.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The manifest of segments, {@code segments.json}. */
public final class SegmentManifest {
  private SegmentManifest() {}

  /**
   * Reads the rows.
   *
   * @throws Stage.Failure if the file is missing or no manifest, has a segment twice, or a track of
   *     two genres
   */
  public static List<Rows.Segment> read(Path file) {
    List<Rows.Segment> rows = Store.readRows(file, Rows.Segment.class);
    var seen = new HashSet<SegmentId>();
    var genreOf = new HashMap<String, String>();
    for (Rows.Segment row : rows) {
      if (!seen.add(row.id())) {
        throw new Stage.Failure("%s: it has %s twice; run segment again", file, row.id());
      }
      String other = genreOf.putIfAbsent(row.track(), row.genre());
      if (other != null && !other.equals(row.genre())) { // two of one name would be split as one
        throw new Stage.Failure(
            "%s: track %s is of two genres, %s and %s; run segment again",
            file, row.track(), other, row.genre());
      }
    }
    return rows;
  }

  /**
   * Reads the segments with what a split may depend on.
   *
   * @param artists a CSV of tracks and artists, which goes before the manifest's own; null for none
   * @throws Stage.Failure as {@link #read} and {@link ArtistTable#ofTracks}
   */
  public static List<LabelledSegment> readLabelled(Path file, Path artists) {
    List<Rows.Segment> rows = read(file);
    Map<String, String> known =
        ArtistTable.ofTracks(artists, rows.stream().map(Rows.Segment::track).toList());
    return rows.stream()
        .map(
            row ->
                new LabelledSegment(
                    row.id(), row.genre(), known.getOrDefault(row.track(), row.artist()), -1))
        .toList();
  }
}
