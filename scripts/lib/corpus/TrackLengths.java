//SOURCES ../audio/Audio.java
//SOURCES ../audio/FileChecksum.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java

package genrelab.corpus;

import genrelab.audio.Audio;
import genrelab.audio.FileChecksum;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The lengths of a corpus's sound files, as {@code verify} has found them. */
public final class TrackLengths {
  private final Map<String, Rows.TrackLength> rows = new HashMap<>();

  /**
   * Reads what {@code verify --lengths} wrote.
   *
   * @throws Stage.Failure if it is something else
   */
  public static TrackLengths read(Path file) {
    var lengths = new TrackLengths();
    Store.readRows(file, Rows.TrackLength.class).forEach(row -> lengths.rows.put(row.file(), row));
    return lengths;
  }

  /** None is known. */
  public static TrackLengths none() {
    return new TrackLengths();
  }

  private TrackLengths() {}

  /**
   * A file's length, if it is known and the file is the one that was read.
   *
   * @param root the corpus's folder
   * @param now of the file's bytes
   */
  public Optional<Audio.Length> of(Path root, Path file, FileChecksum now) {
    return Optional.ofNullable(rows.get(name(root, file)))
        .filter(row -> now.equals(new FileChecksum(row.bytes(), row.crc32())))
        .map(row -> new Audio.Length(row.samples(), row.rate()));
  }

  /** A file as the rows name it. */
  static String name(Path root, Path file) {
    return Store.slashed(file.startsWith(root) ? root.relativize(file) : file);
  }
}
