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
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV that names the tracks of a corpus in any layout. */
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
      int path = names.indexOf("path");
      int genre = names.indexOf("genre");
      int artist = names.indexOf("artist");
      if (path < 0 || genre < 0) {
        throw new Stage.Failure(
            "%s: its first line has no columns path and genre; it has %s", index, names);
      }
      for (CSVRecord row : rows) {
        if (row.size() <= Math.max(path, genre) || row.get(path).isEmpty()) {
          throw new Stage.Failure(
              "%s: line %d has no path and genre; complete or remove it",
              index, rows.getCurrentLineNumber());
        }
        tracks.add(
            new Corpus.Track(
                Corpus.trackId(row.get(path)),
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
