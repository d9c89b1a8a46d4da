//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Kit.java
//SOURCES KitFolder.java
//SOURCES MissingChart.java
//SOURCES RecordTable.java
//SOURCES Run.java
//SOURCES Sound.java
//SOURCES TableFormat.java
//SOURCES ../audio/Audio.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java

package genrelab.notebook;

import genrelab.audio.Audio;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Songs of one's own, classified by a trained network: {@code Songs.classify(run, "cnn", folder)}.
 */
public final class Songs {
  private static final String MARK = " · model trained on SYNTHETIC audio";

  private final List<Rows.Classified> rows;
  private final String failure;

  private Songs(List<Rows.Classified> rows, String failure) {
    this.rows = rows;
    this.failure = failure;
  }

  /**
   * Classifies a folder of songs by the stage {@code classify}, which writes {@code songs.json}
   * beside the folder.
   *
   * @param network of the run, with a model
   * @param folder of audio files; relative to the kit's folder
   */
  public static Songs classify(Run run, String network, String folder) {
    Path rows = KitFolder.resolve(folder).resolveSibling("songs.json");
    Run result =
        Kit.runBriefly(
            "classify",
            "--model",
            run.file(network + "/model.zip"),
            "--json",
            KitFolder.relative(rows).toString(),
            folder);
    return result.failure().isEmpty()
        ? new Songs(new RunFolder(rows.getParent()).rows("songs.json", Rows.Classified.class), "")
        : new Songs(List.of(), result.failure());
  }

  private boolean isSynthetic() {
    return rows.stream().anyMatch(row -> row.trainedOn().equals("synthetic"));
  }

  private static String name(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }

  private Map<String, List<Rows.Classified>> songs(String level) {
    return rows.stream()
        .filter(row -> row.level().equals(level))
        .collect(
            Collectors.groupingBy(Rows.Classified::file, LinkedHashMap::new, Collectors.toList()));
  }

  /** The songs' files, as {@link #timeline} takes them. */
  public List<String> files() {
    return List.copyOf(songs("track").keySet());
  }

  /** The likeliest genres: song, genre, probability, second, probability_2, unlike_training. */
  public Table genres() {
    if (rows.isEmpty()) {
      return Table.create(failure);
    }
    Table table =
        Table.create(
            "Genres of the songs, with calibrated probabilities" + (isSynthetic() ? MARK : ""),
            StringColumn.create("song"),
            StringColumn.create("genre"),
            DoubleColumn.create("probability"),
            StringColumn.create("second"),
            DoubleColumn.create("probability_2"),
            StringColumn.create("unlike_training"));
    for (List<Rows.Classified> song : songs("track").values()) {
      List<Rows.Classified> likeliest =
          song.stream()
              .sorted(Comparator.comparingDouble(Rows.Classified::probability).reversed())
              .limit(2)
              .toList();
      table.stringColumn("song").append(name(song.get(0).file()));
      table.stringColumn("genre").append(likeliest.get(0).genre());
      table.doubleColumn("probability").append(likeliest.get(0).probability());
      table.stringColumn("second").append(likeliest.get(1).genre());
      table.doubleColumn("probability_2").append(likeliest.get(1).probability());
      table.stringColumn("unlike_training").append(song.get(0).unlikeTraining());
    }
    return TableFormat.numbers(table, "0.0 %", "probability", "probability_2");
  }

  /** A song's likeliest genres over time. */
  public Chart timeline(String file) {
    List<Rows.Classified> song =
        Stream.of("track", "segment")
            .flatMap(level -> songs(level).getOrDefault(file, List.of()).stream())
            .toList();
    return song.isEmpty()
        ? new MissingChart(failure.isEmpty() ? file + ": not among the classified songs" : failure)
        : Charts.overTime(
            song, name(file), isSynthetic() ? "model trained on SYNTHETIC audio" : "");
  }

  /** A song's audio. */
  public static Sound listen(String file) {
    Path path = KitFolder.resolve(file);
    try {
      Audio audio = Audio.read(path);
      Path genre = path.getParent(); // the demo corpus says what it is, beside the genres' folders
      boolean demo = genre != null && Files.exists(genre.resolveSibling("SYNTHETIC.md"));
      return new Sound(
          name(file), demo ? "SYNTHETIC demo corpus" : "", audio.samples(), audio.rate());
    } catch (Audio.Unreadable unusable) {
      return Sound.missing("%s: %s".formatted(KitFolder.relative(path), unusable.getMessage()));
    }
  }
}
