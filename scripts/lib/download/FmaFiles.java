// Artists' names have quotes and commas.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../corpus/ArtistTable.java
//SOURCES ../kit/Store.java
//SOURCES ArchivedTracks.java

package genrelab.download;

import genrelab.corpus.ArtistTable;
import genrelab.download.ArchivedTracks.FmaTrack;
import genrelab.kit.Store;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * What FMA's metadata say of the tracks that an archive held: {@code manifest.csv} (track, file,
 * genre, artist) of those with a top genre, {@code unlabelled.csv} of the others, {@code
 * artists.csv}, and {@code fma-split.csv} (track, part), FMA's own split, which keeps artists on
 * one side.
 */
public final class FmaFiles {
  private static final Map<String, String> PARTS =
      Map.of("training", "train", "validation", "validation", "test", "test");

  private final Path folder;
  private final boolean byGenre;
  private final Map<String, FmaTrack> tracks;

  /**
   * @param folder of the corpus, whose tracks are there
   * @param described by the metadata; those that are not there are left out
   */
  public FmaFiles(Path folder, boolean byGenre, Map<String, FmaTrack> described) {
    this.folder = folder;
    this.byGenre = byGenre;
    tracks = new TreeMap<>(described);
    tracks.entrySet().removeIf(each -> !Files.exists(folder.resolve(file(each))));
  }

  private String file(Map.Entry<String, FmaTrack> track) {
    return ArchivedTracks.fmaFile(track.getKey(), track.getValue(), byGenre);
  }

  /** Writes them all; unlabelled.csv only where there are such tracks. */
  public void write() {
    manifest("manifest.csv", track -> !track.genre().isEmpty());
    if (tracks.values().stream().anyMatch(track -> track.genre().isEmpty())) {
      manifest("unlabelled.csv", track -> track.genre().isEmpty());
    }
    var artists = new TreeMap<String, String>();
    tracks.forEach((id, track) -> artists.put(id, track.artist()));
    ArtistTable.write(folder.resolve("artists.csv"), artists);
    table(
        "fma-split.csv",
        track -> true,
        track -> new Object[] {track.getKey(), PARTS.get(track.getValue().part())},
        "track",
        "part");
  }

  private void manifest(String name, Predicate<FmaTrack> listed) {
    table(
        name,
        listed,
        track ->
            new Object[] {
              track.getKey(), file(track), track.getValue().genre(), track.getValue().artist()
            },
        "track",
        "file",
        "genre",
        "artist");
  }

  private void table(
      String name,
      Predicate<FmaTrack> listed,
      Function<Map.Entry<String, FmaTrack>, Object[]> cells,
      String... header) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').setHeader(header).get();
    Store.write(
        folder.resolve(name),
        out -> {
          var rows = new CSVPrinter(new OutputStreamWriter(out, StandardCharsets.UTF_8), format);
          for (Map.Entry<String, FmaTrack> track : tracks.entrySet()) {
            if (listed.test(track.getValue())) {
              rows.printRecord(cells.apply(track));
            }
          }
          rows.flush();
        });
  }
}
