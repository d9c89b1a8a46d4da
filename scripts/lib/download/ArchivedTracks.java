//DEPS org.apache.commons:commons-compress:1.28.0
// FMA's tracks.csv has quoted cells with line breaks.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../kit/Stage.java

package genrelab.download;

import genrelab.kit.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Which entries of an archive are tracks of the corpus.
 *
 * @param place an entry's name → genre/file, or null for an entry that is no track
 * @param artists of the tracks, where the metadata name them
 */
public record ArchivedTracks(UnaryOperator<String> place, Map<String, String> artists) {
  private static final Pattern GTZAN_TRACK =
      Pattern.compile(
          "(?:.*/)?(blues|classical|country|disco|hiphop|jazz|metal|pop|reggae|rock)"
              + "/(\\1\\.\\d{5}\\.(?:wav|au))");
  private static final Pattern FMA_TRACK = Pattern.compile("(?:.*/)?\\d{3}/(\\d{6})\\.mp3");

  /** GTZAN's tracks lie in folders by genre; it names no artists. */
  public static ArchivedTracks gtzan() {
    return new ArchivedTracks(ArchivedTracks::gtzanPlace, Map.of());
  }

  private static String gtzanPlace(String entry) {
    Matcher track = GTZAN_TRACK.matcher(entry);
    return track.matches() ? track.group(1) + "/" + track.group(2) : null;
  }

  /**
   * FMA's small subset, by the metadata's tracks.csv.
   *
   * @param metadata FMA's fma_metadata.zip
   * @throws Stage.Failure if it is another file
   */
  public static ArchivedTracks fmaSmall(Path metadata) {
    var genres = new HashMap<String, String>();
    var artists = new TreeMap<String, String>();
    try (ZipFile zip = ZipFile.builder().setPath(metadata).get()) {
      ZipArchiveEntry entry = zip.getEntry("fma_metadata/tracks.csv");
      if (entry == null || !zip.canReadEntryData(entry)) {
        throw new Stage.Failure(
            "%s: it holds no fma_metadata/tracks.csv; give FMA's fma_metadata.zip", metadata);
      }
      try (var text =
              new BufferedReader(
                  new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8));
          CSVParser rows = CSVFormat.DEFAULT.parse(text)) {
        readFmaTracks(rows, genres, artists);
      }
    } catch (IOException | RuntimeException broken) {
      if (broken instanceof Stage.Failure failure) {
        throw failure;
      }
      throw new Stage.Failure(
          "%s: not FMA's metadata (%s); fetch it again", metadata, broken.getMessage());
    }
    return new ArchivedTracks(
        entry -> {
          Matcher track = FMA_TRACK.matcher(entry);
          String genre = track.matches() ? genres.get(track.group(1)) : null;
          return genre == null ? null : genre + "/" + track.group(1) + ".mp3";
        },
        artists);
  }

  /** Two header rows name the columns: group and name; a third one has track_id alone. */
  private static void readFmaTracks(
      CSVParser rows, Map<String, String> genres, Map<String, String> artists) {
    var iterator = rows.iterator();
    CSVRecord groups = iterator.next();
    CSVRecord names = iterator.next();
    int subset = column(groups, names, "set", "subset");
    int genreTop = column(groups, names, "track", "genre_top");
    int artist = column(groups, names, "artist", "name");
    while (iterator.hasNext()) {
      CSVRecord row = iterator.next();
      if (row.get(0).matches("\\d{1,6}") && row.get(subset).equals("small")) {
        String genre = row.get(genreTop);
        if (!genre.matches("[\\w&' -]{1,60}") || genre.isBlank()) {
          throw new IllegalArgumentException(
              "track %s is of genre '%s'".formatted(row.get(0), genre));
        }
        String id = "%06d".formatted(Integer.parseInt(row.get(0)));
        genres.put(id, genre);
        artists.put(id, row.get(artist).replaceAll("[\\s\\p{Cc}]+", " ").strip());
      }
    }
    if (genres.isEmpty()) {
      throw new IllegalArgumentException("no track of the small subset is in it");
    }
  }

  private static int column(CSVRecord groups, CSVRecord names, String group, String name) {
    for (int i = 0; i < Math.min(groups.size(), names.size()); i++) {
      if (groups.get(i).equals(group) && names.get(i).equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("tracks.csv has no column %s, %s".formatted(group, name));
  }
}
