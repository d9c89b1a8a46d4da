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
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param place an entry's name → its file in the corpus, or null for an entry that is no track
 * @param fma the tracks that FMA's metadata describe, by id; none of another corpus
 */
public record ArchivedTracks(UnaryOperator<String> place, Map<String, FmaTrack> fma) {
  /**
   * A track of FMA.
   *
   * @param genre its top genre; empty where it has none, or several
   * @param part of FMA's own split: training, validation or test
   */
  public record FmaTrack(String genre, String artist, String part) {}

  private static final Pattern GTZAN_TRACK =
      Pattern.compile(
          "(?:.*/)?(blues|classical|country|disco|hiphop|jazz|metal|pop|reggae|rock)"
              + "/(\\1\\.\\d{5}\\.(?:wav|au))");
  private static final Pattern FMA_TRACK = Pattern.compile("(?:.*/)?\\d{3}/(\\d{6})\\.mp3");

  private static final List<String> SUBSETS = List.of("small", "medium", "large");
  private static final Set<String> PARTS = Set.of("training", "validation", "test");

  /** A genre that names a folder, and any, such as Old-Time / Historic, or none. */
  private static final Pattern FOLDER = Pattern.compile("[\\w&' -]{0,60}");

  private static final Pattern GENRE = Pattern.compile("[\\w&' /-]{0,60}");

  /** GTZAN's tracks lie in folders by genre; it names no artists. */
  public static ArchivedTracks gtzan() {
    return new ArchivedTracks(ArchivedTracks::gtzanPlace, Map.of());
  }

  private static String gtzanPlace(String entry) {
    Matcher track = GTZAN_TRACK.matcher(entry);
    return track.matches() ? track.group(1) + "/" + track.group(2) : null;
  }

  /**
   * The tracks of a subset of FMA, by the metadata's tracks.csv: in folders by genre, or as in the
   * archive, below {@code audio}.
   *
   * @param metadata FMA's fma_metadata.zip
   * @param subset small, medium or large, each of which holds the ones before
   * @throws Stage.Failure if it is another file
   */
  public static ArchivedTracks fma(Path metadata, String subset, boolean byGenre) {
    var tracks = new TreeMap<String, FmaTrack>();
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
        readFmaTracks(rows, SUBSETS.subList(0, SUBSETS.indexOf(subset) + 1), byGenre, tracks);
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
          FmaTrack known = track.matches() ? tracks.get(track.group(1)) : null;
          return known == null ? null : fmaFile(track.group(1), known, byGenre);
        },
        tracks);
  }

  /** Where a track of FMA lies in the corpus. */
  public static String fmaFile(String id, FmaTrack track, boolean byGenre) {
    return (byGenre ? track.genre() : "audio/" + id.substring(0, 3)) + "/" + id + ".mp3";
  }

  /** Two header rows name the columns: group and name; a third one has track_id alone. */
  private static void readFmaTracks(
      CSVParser rows, List<String> subsets, boolean byGenre, Map<String, FmaTrack> tracks) {
    var iterator = rows.iterator();
    CSVRecord groups = iterator.next();
    CSVRecord names = iterator.next();
    int subset = column(groups, names, "set", "subset");
    int part = column(groups, names, "set", "split");
    int genreTop = column(groups, names, "track", "genre_top");
    int artist = column(groups, names, "artist", "name");
    Pattern usable = byGenre ? FOLDER : GENRE;
    while (iterator.hasNext()) {
      CSVRecord row = iterator.next();
      if (row.get(0).matches("\\d{1,6}") && subsets.contains(row.get(subset))) {
        String genre = row.get(genreTop).strip();
        if (!usable.matcher(genre).matches() || byGenre && genre.isEmpty()) {
          throw new IllegalArgumentException(
              "track %s is of genre '%s'".formatted(row.get(0), genre));
        }
        if (!PARTS.contains(row.get(part))) {
          throw new IllegalArgumentException(
              "track %s is in the set '%s'".formatted(row.get(0), row.get(part)));
        }
        tracks.put(
            "%06d".formatted(Integer.parseInt(row.get(0))),
            new FmaTrack(
                genre, row.get(artist).replaceAll("[\\s\\p{Cc}]+", " ").strip(), row.get(part)));
      }
    }
    if (tracks.isEmpty()) {
      throw new IllegalArgumentException(
          "no track of the %s subset is in it".formatted(subsets.get(subsets.size() - 1)));
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
