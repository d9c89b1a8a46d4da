//SOURCES ../corpus/Corpus.java
//SOURCES ../corpus/SegmentCut.java
//SOURCES ../results/Rows.java

package genrelab.spark;

import genrelab.corpus.Corpus;
import genrelab.corpus.SegmentCut;
import genrelab.results.Rows;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * A track as it goes to a task.
 *
 * @param label index of its genre in the mapping; −1 where that is not known yet
 * @param file its absolute path, the same on every machine
 */
record TrackSource(String id, String genre, int label, String artist, String file)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A track whose label is not known yet. */
  static TrackSource of(Corpus.Track track) {
    String file = track.file().toAbsolutePath().normalize().toString();
    return new TrackSource(track.id(), track.genre(), -1, track.artist(), file);
  }

  TrackSource labelled(List<String> mapping) {
    return new TrackSource(id, genre, mapping.indexOf(genre), artist, file);
  }

  /** Its segments, of a file of unknown checksum. */
  List<Rows.Segment> segments(SegmentCut cut) {
    return cut.rows(new Corpus.Track(id, genre, artist, Path.of(file)), file, null, null);
  }
}
