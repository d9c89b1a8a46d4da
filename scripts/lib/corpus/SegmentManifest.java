//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/** The manifest of segments, {@code segments.json}. */
public final class SegmentManifest {
  private SegmentManifest() {}

  /**
   * Reads the rows.
   *
   * @throws Stage.Failure if the file is missing or no manifest, or has a segment twice
   */
  public static List<Rows.Segment> read(Path file) {
    List<Rows.Segment> rows = Store.readRows(file, Rows.Segment.class);
    var seen = new HashSet<SegmentId>();
    for (Rows.Segment row : rows) {
      if (!seen.add(row.id())) {
        throw new Stage.Failure("%s: it has %s twice; run segment again", file, row.id());
      }
    }
    return rows;
  }
}
