//DEPS commons-io:commons-io:2.20.0
//DEPS org.apache.spark:spark-core_2.13:4.0.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../features/FeaturePart.java
//SOURCES PartPlan.java
//SOURCES PartFolder.java
//SOURCES PartRecord.java
//SOURCES PartWork.java
//SOURCES JobFolder.java

package genrelab.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import genrelab.features.FeaturePart;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * Makes one part, unless it is there and whole. Its files are written into a folder of this
 * attempt's own and then renamed, so that a killed or repeated attempt leaves nothing half written
 * under a part's name.
 *
 * @param folder of the parts
 */
record PartTask(PartFolder folder, PartWork work) implements Function<PartPlan, PartTask.Outcome> {
  private static final long serialVersionUID = 1L;

  /** Whether a part was there, was there but not whole, or was not there. */
  enum State {
    KEPT,
    REPAIRED,
    WRITTEN
  }

  record Outcome(int number, PartRecord part, State state) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public Outcome call(PartPlan plan) {
    String name = FeaturePart.name(plan.number());
    String noted = JobFolder.NAME + "/" + name + ".json";
    long attempt = TaskContext.get() == null ? 0 : TaskContext.get().taskAttemptId();
    try {
      PartRecord before = read(noted);
      if (before != null && isWhole(before)) {
        return new Outcome(plan.number(), before, State.KEPT);
      }
      Path own = folder.attempt(String.format(Locale.ROOT, "attempt-%s-%d", name, attempt));
      try {
        PartRecord part = work.write(plan, own);
        for (String file : part.sha256().keySet()) {
          folder.publish(own.resolve(file), file);
        }
        folder.publish(
            Files.write(own.resolve("record"), Store.JSON.writeValueAsBytes(part)), noted);
        return new Outcome(plan.number(), part, before == null ? State.WRITTEN : State.REPAIRED);
      } finally {
        FileUtils.deleteQuietly(own.toFile());
      }
    } catch (UncheckedIOException | IOException error) {
      throw failure(error);
    }
  }

  /** What the driver can tell in one line. */
  private Stage.Failure failure(Exception error) {
    Throwable cause = error instanceof UncheckedIOException ? error.getCause() : error;
    String why =
        cause instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : String.valueOf(cause.getMessage());
    return new Stage.Failure(
        "%s: can't be written (%s); free space or choose another folder; finished parts are kept",
        folder.address(""), Stage.oneLine(why));
  }

  static int count(List<Outcome> outcomes, State state) {
    return (int) outcomes.stream().filter(outcome -> outcome.state() == state).count();
  }

  /** Null where there is none that can be read. */
  private PartRecord read(String name) throws IOException {
    byte[] record = folder.read(name);
    try {
      return record == null ? null : Store.JSON.readValue(record, PartRecord.class);
    } catch (JsonProcessingException broken) {
      return null;
    }
  }

  private boolean isWhole(PartRecord part) throws IOException {
    for (Map.Entry<String, String> file : part.sha256().entrySet()) {
      if (!file.getValue().equals(folder.sha256(file.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
