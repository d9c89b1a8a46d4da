// Indexes come from spreadsheets, with quoted cells.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../kit/Stage.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.kit.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV that names the tracks of a corpus in any layout: an index (path, genre, artist), or a
 * manifest (track, file, genre, artist), whose files are relative to its own folder.
 */
public final class TrackIndex {
  private TrackIndex() {}

  /**
   * Reads an index.
   *
   * @param index a CSV with a header and columns {@code path}, {@code genre} and, if known, {@code
   *     artist}, in any order and case; others are ignored; RFC 4180 quotes; UTF-8
   * @param root the folder that its paths are relative to
   * @return the tracks in the file's order, whether their files are there or not; at least one
   * @throws Stage.Failure if the header lacks a column, a row ends before them, it lists nothing or
   *     is no CSV
   */
  public static List<Corpus.Track> read(Path index, Path root) {
    return read(index, root, false);
  }

  /**
   * Reads a manifest as a corpus.
   *
   * @param manifest as of {@link #read}, with the columns {@code track}, {@code file} and {@code
   *     genre}; files relative to its folder
   * @return the tracks in the file's order; all their files are there
   * @throws Stage.Failure as of {@link #read}; also if a track has no genre or one that can't be
   *     used, a track or a file is listed twice, or a file is missing
   */
  public static Corpus manifest(Path manifest) {
    Corpus corpus = listed(manifest);
    List<Corpus.Track> missing =
        corpus.tracks().stream().filter(track -> !Files.isRegularFile(track.file())).toList();
    if (!missing.isEmpty()) {
      throw new Stage.Failure(
          "%s: %d of its %d files are missing, the first %s; restore them or remove their lines"
              + " (`verify --manifest` lists them)",
          manifest, missing.size(), corpus.tracks().size(), missing.get(0).file());
    }
    return corpus;
  }

  /** As {@link #manifest}, whether its files are there or not. */
  public static Corpus listed(Path manifest) {
    Path root = manifest.toAbsolutePath().normalize().getParent();
    List<Corpus.Track> tracks = read(manifest, root, true);
    var files = new HashMap<Path, String>();
    var ids = new HashSet<String>();
    for (Corpus.Track track : tracks) {
      Corpus.requireUsableGenre(track.genre(), manifest + ": track " + track.id());
      if (!ids.add(track.id())) {
        throw new Stage.Failure(
            "%s: track %s is listed twice; rename or remove one", manifest, track.id());
      }
      String other = files.put(track.file(), track.id());
      if (other != null) {
        throw new Stage.Failure(
            "%s: tracks %s and %s have one file, %s; remove one",
            manifest, other, track.id(), track.file());
      }
    }
    return new Corpus(root, tracks, List.of());
  }

  /** As {@link #read(Path, Path)}; of a manifest, all three columns must be there. */
  static List<Corpus.Track> read(Path index, Path root, boolean isManifest) {
    var tracks = new ArrayList<Corpus.Track>();
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreHeaderCase(true)
            .setTrim(true)
            .get();
    try (BufferedReader text = Files.newBufferedReader(index);
        CSVParser rows = format.parse(text)) {
      List<String> names = rows.getHeaderNames().stream().map(TrackIndex::plain).toList();
      int path = names.indexOf(isManifest ? "file" : "path");
      int track = isManifest ? names.indexOf("track") : path;
      int genre = names.indexOf("genre");
      int artist = names.indexOf("artist");
      String wanted = isManifest ? "track, file" : "path";
      if (track < 0 || path < 0 || genre < 0) {
        throw new Stage.Failure(
            "%s: its first line has no columns %s and genre; it has %s", index, wanted, names);
      }
      for (CSVRecord row : rows) {
        if (row.size() <= Math.max(Math.max(path, track), genre)
            || row.get(path).isEmpty()
            || row.get(track).isEmpty()) {
          throw new Stage.Failure(
              "%s: line %d has no %s and genre; complete or remove it",
              index, rows.getCurrentLineNumber(), wanted);
        }
        tracks.add(
            new Corpus.Track(
                Corpus.trackId(row.get(track)),
                row.get(genre),
                artist >= 0 && artist < row.size() ? row.get(artist) : "",
                root.resolve(row.get(path)).normalize()));
      }
    } catch (CharacterCodingException error) {
      throw new Stage.Failure("%s: not UTF-8 text; save it as UTF-8", index);
    } catch (UncheckedIOException | IllegalArgumentException error) {
      throw new Stage.Failure(
          "%s: not a CSV of tracks (%s); check its quotes", index, oneLine(error.getMessage()));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    if (tracks.isEmpty()) {
      throw new Stage.Failure("%s: it lists no tracks; give a CSV with path, genre, artist", index);
    }
    return tracks;
  }

  /** A column's name without the byte order mark that spreadsheets put before the first. */
  private static String plain(String column) {
    return column.replace("\ufeff", "").strip().toLowerCase(Locale.ROOT);
  }

  private static String oneLine(String message) {
    return message == null ? "unknown" : message.lines().findFirst().orElse("unknown");
  }
}
