//SOURCES ArrayAxes.java
//SOURCES FeatureArray.java
//SOURCES ../corpus/Corpus.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.corpus.Corpus;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;

/** The track, place and genre of each item of an array, which the array itself does not tell. */
public final class ImportIndex {
  private ImportIndex() {}

  /**
   * One item.
   *
   * @param track its id
   * @param segment its place in the track, from 0; 0 for a whole track
   * @param genre its class
   * @param label the number that the array's maker gave the genre, or null
   */
  public record Entry(String track, int segment, String genre, Integer label) {}

  /**
   * Reads an index file.
   *
   * @param file a JSON array with a row or a track's name for each item
   * @param wholeTracks whether the items are whole tracks, which need no segment number
   * @throws Stage.Failure if it is no such array, or a row lacks its track, segment or genre
   */
  public static List<Entry> read(Path file, boolean wholeTracks) {
    JsonNode rows;
    try (InputStream in = Store.open(file)) {
      rows = Store.JSON.readTree(in);
    } catch (JsonProcessingException | EOFException | ZipException error) {
      throw new Stage.Failure("%s: broken JSON; make the index again", file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    if (!rows.isArray()) {
      throw new Stage.Failure(
          "%s: not an array of rows; give [{\"track\": …, \"segment\": …, \"genre\": …}, …]", file);
    }
    var entries = new ArrayList<Entry>(rows.size());
    for (JsonNode row : rows) {
      entries.add(entry(file, row, entries.size(), wholeTracks));
    }
    return entries;
  }

  private static Entry entry(Path file, JsonNode row, int number, boolean wholeTracks) {
    String name = row.isTextual() ? row.asText() : row.path("track").asText("");
    if (name.isEmpty()) {
      throw new Stage.Failure("%s: row %d names no track; add its \"track\"", file, number);
    }
    JsonNode segment = row.path("segment");
    if (!wholeTracks && (!segment.isInt() || segment.asInt() < 0)) {
      throw new Stage.Failure(
          "%s: row %d (%s) has no segment number; add its \"segment\", or name the array's first"
              + " axis track by --axes",
          file, number, name);
    }
    String track = Corpus.trackId(name);
    String genre = row.path("genre").asText("");
    JsonNode label = row.path("label");
    return new Entry(
        track,
        wholeTracks ? 0 : segment.asInt(),
        genre.isEmpty() ? genreOf(file, number, track) : genre,
        label.isInt() ? label.asInt() : null);
  }

  /** GTZAN's ids begin with the genre. */
  static String genreOf(Path file, int number, String track) {
    int dot = track.indexOf('.');
    if (dot < 1) {
      throw new Stage.Failure(
          "%s: row %d (%s) has no genre; add its \"genre\"", file, number, track);
    }
    return track.substring(0, dot);
  }

  /**
   * Checks that entries agree with one another and with the array.
   *
   * @param file where the entries come from
   * @param source the array's file
   * @param axes the array's
   * @throws Stage.Failure if there are fewer or more than items, one is there twice, or genres and
   *     labels contradict one another
   */
  public static void check(
      List<Entry> entries, Path file, FeatureArray values, Path source, ArrayAxes axes) {
    long items = values.shape()[axes.item()];
    if (entries.size() != items) {
      throw new Stage.Failure(
          "%s: it has %d rows, but %s has %d %ss; give the index that belongs to the array",
          file, entries.size(), source, items, axes.itemName());
    }
    Map<Object, Object> known = new HashMap<>(); // label to genre, genre to label, track to genre
    Set<List<Object>> places = new HashSet<>();
    for (int i = 0; i < items; i++) {
      Entry entry = entries.get(i);
      if (!places.add(List.of(entry.track(), entry.segment()))) {
        throw new Stage.Failure(
            "%s: row %d is track %s, segment %d a second time; remove or correct one",
            file, i, entry.track(), entry.segment());
      }
      agree(file, i, known, List.of("track", entry.track()), List.of("genre", entry.genre()));
      if (entry.label() != null) {
        agree(file, i, known, List.of("label", entry.label()), List.of("genre", entry.genre()));
        agree(file, i, known, List.of("genre", entry.genre()), List.of("label", entry.label()));
      }
      if (!values.genre(i).isEmpty() && !values.genre(i).equals(entry.genre())) {
        throw new Stage.Failure(
            "%s: row %d has genre %s, but %s labels it %s; give the index that belongs to it",
            file, i, entry.genre(), source, values.genre(i));
      }
    }
  }

  private static void agree(
      Path file, int row, Map<Object, Object> known, List<Object> one, List<Object> other) {
    Object before = known.putIfAbsent(one, other);
    if (before != null && !before.equals(other)) {
      List<?> earlier = (List<?>) before;
      throw new Stage.Failure(
          "%s: row %d gives %s %s the %s %s, an earlier row %s; correct the index",
          file, row, one.get(0), one.get(1), other.get(0), other.get(1), earlier.get(1));
    }
  }
}
