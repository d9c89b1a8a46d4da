//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
// Details hold commas and quotes.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES ../features/FeaturePart.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES PartFolder.java
//SOURCES TrackError.java
//SOURCES TrackLength.java

package genrelab.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.FeaturePart;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A folder of parts, and what a rerun goes on from: {@code job/job.json}, the options and inputs
 * that decide the parts, and {@code job/part-00000.json}, a {@link PartRecord} of each.
 *
 * <p>One run at a time holds it.
 */
final class JobFolder implements AutoCloseable {
  /** Of the folder in the folder. */
  static final String NAME = "job";

  private static final String JOB = NAME + "/job.json";
  private static final String TRACKS = NAME + "/tracks.json";

  private static final CSVFormat ERRORS =
      CSVFormat.DEFAULT
          .builder()
          .setRecordSeparator('\n')
          .setHeader("track", "file", "problem", "detail")
          .get();

  private final PartFolder folder;
  private AutoCloseable lock;

  /**
   * Makes the folder, or opens one of the same options and inputs.
   *
   * @param decides everything that decides the parts
   * @throws Stage.Failure if it holds other parts, or another run is at work in it
   */
  JobFolder(PartFolder folder, ObjectNode decides) {
    this.folder = folder;
    boolean open = false;
    try {
      requireOwn();
      lock = folder.lock();
      if (lock == null) {
        throw new Stage.Failure(
            "%s: another run of spark is at work here; wait for it", folder.address(""));
      }
      byte[] note = folder.read(JOB);
      if (note == null) {
        folder.write(JOB, Store.json(decides));
      } else {
        requireSame(note, decides);
      }
      folder.deleteAttempts();
      open = true;
    } catch (IOException error) {
      throw failure(error);
    } finally {
      if (!open) {
        close();
      }
    }
  }

  private void requireOwn() throws IOException {
    List<String> names = folder.names();
    if (!names.isEmpty() && !names.contains(NAME)) {
      throw new Stage.Failure(
          "%s: is there, and not of spark (it has no folder %s); choose another --out",
          folder.address(""), NAME);
    }
  }

  private Stage.Failure failure(IOException error) {
    String why = String.valueOf(error.getMessage()).replaceFirst("; For more details.*", "");
    return new Stage.Failure(
        "%s: can't be read or written (%s); look whether it can be reached and has space, or choose"
            + " another --out",
        folder.address(""), Stage.oneLine(why));
  }

  private void requireSame(byte[] note, ObjectNode decides) throws IOException {
    JsonNode there;
    try {
      there = Store.JSON.readTree(note);
    } catch (IOException broken) {
      throw new Stage.Failure(
          "%s: broken; choose another --out, or delete %s",
          folder.address(JOB), folder.address(""));
    }
    for (Iterator<Map.Entry<String, JsonNode>> each = decides.properties().iterator();
        each.hasNext(); ) {
      Map.Entry<String, JsonNode> wanted = each.next();
      JsonNode found = there.path(wanted.getKey());
      if (!found.equals(Store.JSON.readTree(wanted.getValue().toString()))) {
        throw new Stage.Failure(
            "%s: it holds parts of another run (%s %s, not %s); choose another --out, or delete it",
            folder.address(""),
            wanted.getKey(),
            found.isMissingNode() ? "unknown" : found,
            wanted.getValue());
      }
    }
  }

  /** Lengths of tracks, of an earlier run with the same inputs; null where there are none. */
  List<TrackLength> lengths() {
    try {
      byte[] rows = folder.read(TRACKS);
      return rows == null ? null : List.of(Store.JSON.readValue(rows, TrackLength[].class));
    } catch (JsonProcessingException broken) {
      return null; // measured again
    } catch (IOException error) {
      throw failure(error);
    }
  }

  void write(List<TrackLength> lengths) {
    write(TRACKS, Store.rows(lengths));
  }

  /** Writes a file into the folder. */
  void write(String name, Store.Content content) {
    try {
      folder.write(name, content);
    } catch (IOException error) {
      throw failure(error);
    }
  }

  /** Writes {@code errors.csv}; only its header where all tracks could be read. */
  void writeErrors(List<TrackError> errors) {
    write(
        "errors.csv",
        out -> {
          var rows = new CSVPrinter(new OutputStreamWriter(out, StandardCharsets.UTF_8), ERRORS);
          for (TrackError error : errors) {
            rows.printRecord(error.track(), error.file(), error.problem(), error.detail());
          }
          rows.flush();
        });
  }

  /** Deletes parts that an earlier, longer run has left over. */
  void deleteOtherParts(List<FeaturePart> parts) {
    try {
      for (String name : FeaturePart.others(folder.names(), parts)) {
        folder.delete(name);
      }
    } catch (IOException error) {
      throw failure(error);
    }
  }

  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }
}
