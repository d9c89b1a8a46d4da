// Deletes folders.
//DEPS commons-io:commons-io:2.20.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
// Details hold commas and quotes.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES TrackError.java
//SOURCES TrackLength.java

package genrelab.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.io.FileUtils;

/**
 * A folder of parts, and what a rerun goes on from: {@code job/job.json}, the options and inputs
 * that decide the parts, and {@code job/part-00000.json}, a {@link PartRecord} of each.
 *
 * <p>One run at a time holds it.
 */
final class JobFolder implements AutoCloseable {
  /** Of the folder in the folder. */
  static final String NAME = "job";

  private static final CSVFormat ERRORS =
      CSVFormat.DEFAULT
          .builder()
          .setRecordSeparator('\n')
          .setHeader("track", "file", "problem", "detail")
          .get();

  private final Path folder;
  private FileChannel lock;

  /**
   * Makes the folder, or opens one of the same options and inputs.
   *
   * @param decides everything that decides the parts
   * @throws Stage.Failure if it holds other parts, or another run is at work in it
   */
  JobFolder(Path folder, ObjectNode decides) {
    this.folder = folder;
    requireOwn();
    Store.createFolder(job());
    boolean open = false;
    try {
      lock = locked();
      Path note = job().resolve("job.json");
      if (Files.exists(note)) {
        requireSame(note, decides);
      } else {
        Store.writeJson(note, decides);
      }
      try (Stream<Path> left = Files.list(job())) { // of attempts that were killed
        for (Path attempt :
            left.filter(each -> each.getFileName().toString().startsWith("attempt-")).toList()) {
          FileUtils.deleteDirectory(attempt.toFile());
        }
      }
      open = true;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } finally {
      if (!open) {
        close();
      }
    }
  }

  private Path job() {
    return folder.resolve(NAME);
  }

  private void requireOwn() {
    if (!Files.isDirectory(folder) || Files.isDirectory(job())) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new Stage.Failure(
            "%s: is there, and not of spark (it has no folder %s); choose another --out",
            folder, NAME);
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private FileChannel locked() throws IOException {
    FileChannel channel =
        FileChannel.open(
            job().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameJvm) {
      // told below
    }
    channel.close();
    throw new Stage.Failure("%s: another run of spark is at work here; wait for it", folder);
  }

  private void requireSame(Path note, ObjectNode decides) throws IOException {
    JsonNode there;
    try {
      there = Store.JSON.readTree(note.toFile());
    } catch (IOException broken) {
      throw new Stage.Failure("%s: broken; choose another --out, or delete %s", note, folder);
    }
    for (Iterator<Map.Entry<String, JsonNode>> each = decides.properties().iterator();
        each.hasNext(); ) {
      Map.Entry<String, JsonNode> wanted = each.next();
      JsonNode found = there.path(wanted.getKey());
      if (!found.equals(Store.JSON.readTree(wanted.getValue().toString()))) {
        throw new Stage.Failure(
            "%s: it holds parts of another run (%s %s, not %s); choose another --out, or delete it",
            folder, wanted.getKey(), found.isMissingNode() ? "unknown" : found, wanted.getValue());
      }
    }
  }

  /** Lengths of tracks, of an earlier run with the same inputs; null where there are none. */
  List<TrackLength> lengths() {
    Path file = job().resolve("tracks.json");
    return Files.exists(file) ? Store.readRows(file, TrackLength.class) : null;
  }

  void write(List<TrackLength> lengths) {
    Store.writeRows(job().resolve("tracks.json"), lengths);
  }

  /** Writes {@code errors.csv}; only its header where all tracks could be read. */
  Path writeErrors(List<TrackError> errors) {
    Path file = folder.resolve("errors.csv");
    Store.write(
        file,
        out -> {
          var rows = new CSVPrinter(new OutputStreamWriter(out, StandardCharsets.UTF_8), ERRORS);
          for (TrackError error : errors) {
            rows.printRecord(error.track(), error.file(), error.problem(), error.detail());
          }
          rows.flush();
        });
    return file;
  }

  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
