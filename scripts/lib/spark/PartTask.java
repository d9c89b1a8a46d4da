//DEPS commons-io:commons-io:2.20.0
//DEPS org.apache.spark:spark-core_2.13:4.0.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../features/FeaturePart.java
//SOURCES PartPlan.java
//SOURCES PartRecord.java
//SOURCES PartWork.java
//SOURCES JobFolder.java

package genrelab.spark;

import genrelab.features.FeaturePart;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * @param folder of the parts, the same on every machine
 */
record PartTask(String folder, PartWork work) implements Function<PartPlan, PartTask.Outcome> {
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
  public Outcome call(PartPlan plan) throws IOException {
    Path all = Path.of(folder);
    Path job = all.resolve(JobFolder.NAME);
    String name = FeaturePart.name(plan.number());
    Path noted = job.resolve(name + ".json");
    PartRecord before = read(noted);
    if (before != null && isWhole(all, before)) {
      return new Outcome(plan.number(), before, State.KEPT);
    }
    long attempt = TaskContext.get() == null ? 0 : TaskContext.get().taskAttemptId();
    Path own = job.resolve(String.format(Locale.ROOT, "attempt-%s-%d", name, attempt));
    try {
      FileUtils.deleteDirectory(own.toFile());
      Files.createDirectories(own);
      PartRecord part = work.write(plan, own);
      for (String file : part.sha256().keySet()) {
        Files.move(
            own.resolve(file),
            all.resolve(file),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      Path record = Files.write(own.resolve("record"), Store.JSON.writeValueAsBytes(part));
      Files.move(
          record, noted, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new Outcome(plan.number(), part, before == null ? State.WRITTEN : State.REPAIRED);
    } catch (UncheckedIOException | IOException error) {
      throw failure(all, error);
    } finally {
      FileUtils.deleteQuietly(own.toFile());
    }
  }

  /** What the driver can tell in one line. */
  private static Stage.Failure failure(Path folder, Exception error) {
    Throwable cause = error instanceof UncheckedIOException ? error.getCause() : error;
    String why =
        cause instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : String.valueOf(cause.getMessage());
    return new Stage.Failure(
        "%s: can't be written (%s); free space or choose another folder; finished parts are kept",
        folder, Stage.oneLine(why));
  }

  static int count(List<Outcome> outcomes, State state) {
    return (int) outcomes.stream().filter(outcome -> outcome.state() == state).count();
  }

  /** Null where there is none that can be read. */
  private static PartRecord read(Path file) {
    try {
      return Files.exists(file)
          ? Store.JSON.readValue(Files.readAllBytes(file), PartRecord.class)
          : null;
    } catch (IOException broken) {
      return null;
    }
  }

  private static boolean isWhole(Path folder, PartRecord part) {
    for (Map.Entry<String, String> file : part.sha256().entrySet()) {
      Path written = folder.resolve(file.getKey());
      if (!Files.isRegularFile(written) || !Store.sha256(written).equals(file.getValue())) {
        return false;
      }
    }
    return true;
  }
}
