// Quoted fields, and a header whose columns may come in any order.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** The artists of tracks, {@code artists.csv}. */
public final class ArtistTable {
  private static final CSVFormat WITH_HEADER =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).get();

  private static final CSVFormat WRITTEN =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').setHeader("track", "artist").get();

  private ArtistTable() {}

  /**
   * Writes the artist of each track, as {@link #read} reads it.
   *
   * @param csv UTF-8, quotes where RFC 4180 needs them
   * @param artists by track id, in the order of the rows
   */
  public static void write(Path csv, Map<String, String> artists) {
    Store.write(
        csv,
        file -> {
          var rows = new CSVPrinter(new OutputStreamWriter(file, StandardCharsets.UTF_8), WRITTEN);
          for (var track : artists.entrySet()) {
            rows.printRecord(track.getKey(), track.getValue());
          }
          rows.flush();
        });
  }

  /**
   * Reads the artist of each track.
   *
   * @param csv a header, then one row a track; columns {@code track} (or {@code file}) and {@code
   *     artist} in any order and case, others are ignored; RFC 4180 quotes; UTF-8
   * @return by track id, in whatever Unicode form; a track of unknown artist has an empty one
   * @throws Stage.Failure if the header lacks a column, a row ends before them, a track has two
   *     artists, or the file is no CSV
   */
  public static Map<String, String> read(Path csv) {
    String text = String.join("\n", Corpus.lines(csv)).replaceFirst("^\ufeff", "");
    // é is one character or two: file systems and editors differ in that
    var artists =
        new TreeMap<String, String>(
            Comparator.comparing(id -> Normalizer.normalize(id, Normalizer.Form.NFC)));
    try (CSVParser rows = CSVParser.parse(text, WITH_HEADER)) {
      List<String> names =
          rows.getHeaderNames().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
      int track = names.contains("track") ? names.indexOf("track") : names.indexOf("file");
      int artist = names.indexOf("artist");
      if (track < 0 || artist < 0) {
        throw new Stage.Failure(
            "%s: its first line has no columns track and artist; it has %s; add the header",
            csv, names);
      }
      for (CSVRecord row : rows) {
        if (row.size() <= Math.max(track, artist) || row.get(track).isEmpty()) {
          throw new Stage.Failure(
              "%s: line %d has no track and artist; complete or remove it",
              csv, rows.getCurrentLineNumber());
        }
        String id = Corpus.trackId(row.get(track));
        String other = artists.put(id, row.get(artist));
        if (other != null && !other.equals(row.get(artist))) {
          throw new Stage.Failure(
              "%s: track %s has two artists, %s and %s; correct it",
              csv, id, other, row.get(artist));
        }
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException error) {
      throw new Stage.Failure(
          "%s: not a CSV of tracks and artists (%s); check its quotes and header",
          csv, Stage.oneLine(String.valueOf(error.getMessage())));
    }
    return artists;
  }

  /**
   * Reads the artists of tracks.
   *
   * @param csv as of {@link #read}; null for none
   * @return by track id; also of other tracks that it names
   * @throws Stage.Failure if it names none of the tracks
   */
  public static Map<String, String> ofTracks(Path csv, Collection<String> tracks) {
    if (csv == null) {
      return Map.of();
    }
    Map<String, String> known = read(csv);
    if (tracks.stream().noneMatch(known::containsKey)) {
      throw new Stage.Failure(
          "%s: it names none of these tracks; give a CSV with the columns track, artist", csv);
    }
    return known;
  }
}
