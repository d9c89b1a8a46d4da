// Quoted fields, and a header whose columns may come in any order.
//DEPS org.apache.commons:commons-csv:1.14.1
// Published partitions and known repetitions, by name.
//FILES splits/gtzan-filtered/train.txt=../../../data/splits/gtzan-filtered/train.txt
//FILES splits/gtzan-filtered/validation.txt=../../../data/splits/gtzan-filtered/validation.txt
//FILES splits/gtzan-filtered/test.txt=../../../data/splits/gtzan-filtered/test.txt
//FILES splits/gtzan-filtered/excluded.txt=../../../data/splits/gtzan-filtered/excluded.txt
//FILES splits/gtzan-refit/train.txt=../../../data/splits/gtzan-refit/train.txt
//FILES splits/gtzan-refit/validation.txt=../../../data/splits/gtzan-refit/validation.txt
//FILES splits/gtzan-refit/test.txt=../../../data/splits/gtzan-filtered/test.txt
//FILES splits/gtzan-selection/train.txt=../../../data/splits/gtzan-selection/train.txt
//FILES splits/gtzan-selection/validation.txt=../../../data/splits/gtzan-selection/validation.txt
//FILES splits/gtzan-selection/test.txt=../../../data/splits/gtzan-filtered/validation.txt
//FILES splits/gtzan-repetitions.csv=../../../data/splits/gtzan-repetitions.csv
//SOURCES ../kit/Stage.java
//SOURCES ../results/Part.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.results.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Lists of tracks in text files, of one's own or published ones that ship with the kit. */
public final class TrackLists {
  private static final CSVFormat WITH_HEADER =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).get();

  private static final String FMA_SPLIT = "fma-split.csv";

  private TrackLists() {}

  /**
   * The part of each track that a partition lists.
   *
   * @param lists three text files, training, validation and test, one track a line; or the name of
   *     a published partition: gtzan-filtered (Kereliuk, Sturm and Larsen, 2015), gtzan-refit or
   *     gtzan-selection; or a CSV with the columns track and part (train, validation, test), such
   *     as FMA's {@code fma-split.csv}
   * @throws Stage.Failure if a track is in two of them
   */
  public static Map<String, Part> partition(List<String> lists) {
    if (lists.size() == 1 && lists.get(0).endsWith(".csv")) {
      return partitionTable(Path.of(lists.get(0)));
    }
    var parts = new TreeMap<String, Part>();
    for (int p = 0; p < Part.USED.size(); p++) {
      Part part = Part.USED.get(p);
      String list = lists.size() == 1 ? lists.get(0) + "/" + part + ".txt" : lists.get(p);
      for (String track : Corpus.readList(lines(list, list))) {
        Part other = parts.put(track, part);
        if (other != null && other != part) {
          throw new Stage.Failure(
              "%s: track %s is in the %s list too; remove it from one", list, track, other);
        }
      }
    }
    return parts;
  }

  private static Map<String, Part> partitionTable(Path csv) {
    var parts = new TreeMap<String, Part>();
    try (CSVParser rows = CSVParser.parse(String.join("\n", Corpus.lines(csv)), WITH_HEADER)) {
      if (!rows.getHeaderNames().containsAll(List.of("track", "part"))) {
        throw new Stage.Failure("%s: it lacks the columns track, part; add them", csv);
      }
      for (CSVRecord row : rows) {
        Optional<Part> part =
            Part.USED.stream()
                .filter(each -> row.isConsistent() && each.name().equals(row.get("part")))
                .findFirst();
        if (part.isEmpty() || row.get("track").isEmpty()) {
          throw new Stage.Failure(
              "%s: the line '%s' is no track with train, validation or test; correct it",
              csv, String.join(",", row));
        }
        Part other = parts.put(Corpus.trackId(row.get("track")), part.get());
        if (other != null && other != part.get()) {
          throw new Stage.Failure(
              "%s: track %s is in %s and in %s; remove one line",
              csv, row.get("track"), other, part.get());
        }
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException error) {
      throw new Stage.Failure("%s: not CSV (%s); correct it", csv, error.getMessage());
    }
    return parts;
  }

  /**
   * FMA's own split, which {@code fetch} writes into the corpus's folder.
   *
   * @param audio a file of the corpus
   * @return the CSV; empty where it is in none of the folders that hold the file
   */
  public static Optional<Path> fmaSplit(Path audio) {
    for (Path folder = audio.getParent(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(FMA_SPLIT))) {
        return Optional.of(folder.resolve(FMA_SPLIT));
      }
    }
    return Optional.empty();
  }

  /**
   * The tracks to leave out.
   *
   * @param list a text file, one track a line, or the name of a published partition: those that it
   *     leaves out
   */
  public static Set<String> excluded(String list) {
    return new TreeSet<>(Corpus.readList(lines(list, list + "/excluded.txt")));
  }

  /**
   * Groups of tracks that hold the same recording.
   *
   * @param table a CSV with the columns group and track (or file, or several of them, such as
   *     file_a and file_b), or gtzan-repetitions (Sturm, 2013)
   * @throws Stage.Failure if it lacks them, or a row has other columns than the header
   */
  public static List<Set<String>> repetitions(String table) {
    String text = String.join("\n", lines(table, table + ".csv"));
    var groups = new TreeMap<String, Set<String>>();
    try (CSVParser rows = CSVParser.parse(text, WITH_HEADER)) {
      List<String> header = rows.getHeaderNames();
      List<String> columns =
          header.stream()
              .filter(column -> column.startsWith("track") || column.startsWith("file"))
              .toList();
      if (!header.contains("group") || columns.isEmpty()) {
        throw new Stage.Failure("%s: it lacks the columns group, track; add them", table);
      }
      for (CSVRecord row : rows) {
        for (String column : columns) {
          if (!row.isConsistent() || row.get(column).isEmpty()) {
            throw new Stage.Failure(
                "%s: the line '%s' has other columns than the header; correct it",
                table, String.join(",", row));
          }
          groups
              .computeIfAbsent(row.get("group"), name -> new TreeSet<>())
              .add(Corpus.trackId(row.get(column)));
        }
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException error) {
      throw new Stage.Failure("%s: not CSV (%s); correct it", table, error.getMessage());
    }
    return List.copyOf(groups.values());
  }

  /** Lines of a file, or of what ships under a name. */
  private static List<String> lines(String fileOrName, String shipped) {
    if (!Files.exists(Path.of(fileOrName))) {
      try (InputStream in = TrackLists.class.getResourceAsStream("/splits/" + shipped)) {
        if (in != null) {
          return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
              .lines()
              .toList();
        }
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
    return Corpus.lines(Path.of(fileOrName));
  }
}
