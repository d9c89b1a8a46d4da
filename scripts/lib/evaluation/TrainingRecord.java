//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java

package genrelab.evaluation;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a classifier was trained, as {@code run.json} in its folder says.
 *
 * @param stage its alias
 * @param options those that decide the results
 * @param inputs files that it read
 * @param library what trained it, e.g. dl4j
 * @param version of the library
 */
public record TrainingRecord(
    String stage,
    List<String> options,
    long seed,
    List<Path> inputs,
    String library,
    String version,
    Instant started) {

  /** Writes {@code run.json}, with the time that has passed. */
  public void write(Path folder) {
    writeTo(folder.resolve("run.json"));
  }

  /** As {@link #write}, under another name. */
  public void writeTo(Path file) {
    Map<String, String> checksums = new TreeMap<>();
    inputs.forEach(input -> checksums.put(input.getFileName().toString(), Store.sha256(input)));
    Map<String, String> versions = new TreeMap<>();
    versions.put("genrelab", Stage.VERSION);
    versions.put(library, version);
    versions.put("java", System.getProperty("java.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    double seconds = ChronoUnit.MILLIS.between(started, Instant.now()) / 1000.0;
    Store.writeRows(
        file,
        List.of(
            new Rows.StageRecord(
                stage,
                options,
                seed,
                checksums,
                Map.of(),
                "",
                versions,
                started.truncatedTo(ChronoUnit.SECONDS).toString(),
                seconds)));
  }
}
