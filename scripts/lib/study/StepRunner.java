//SOURCES AveragedRuns.java
//SOURCES PooledFolds.java
//SOURCES ../kit/CleanupOnExit.java
//SOURCES KitLocation.java
//SOURCES Step.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.study;

import genrelab.kit.CleanupOnExit;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs steps one after another, each in a process of its own, as one would start it at the shell.
 *
 * <p>{@code run.json} in the run's folder records each. A step whose inputs, arguments and script
 * are those of the last run, and whose outputs are still there as it wrote them, is skipped.
 */
public final class StepRunner {
  private final KitLocation kit;
  private final Path out;
  private final Map<String, Rows.StageRecord> before;
  private boolean forgetful;
  private final Map<String, Rows.StageRecord> done = new LinkedHashMap<>();

  /**
   * Continues from the record of earlier runs in a folder.
   *
   * @param out the run's folder, made where it isn't there
   */
  public StepRunner(KitLocation kit, Path out) {
    this.kit = kit;
    this.out = out.toAbsolutePath().normalize();
    this.before = readRecord();
  }

  /**
   * Runs a step unless it is up to date, and records it.
   *
   * @throws Stage.Failure if it fails or writes less than its outputs
   */
  public void run(Step step) {
    Rows.StageRecord record = record(step);
    if (upToDate(record, before.get(step.name()), step)) {
      System.out.printf("== %s: up to date%n", step.name());
      done.put(step.name(), before.get(step.name()));
    } else {
      System.out.printf("== %s %s%n", step.alias(), String.join(" ", step.arguments().words()));
      Instant started = Instant.now();
      start(step);
      done.put(step.name(), finished(record, step, started));
    }
    var kept = new LinkedHashMap<>(forgetful ? Map.of() : before);
    kept.putAll(done);
    Store.writeRows(recordFile(), List.copyOf(kept.values()));
  }

  /** Keeps in the record what was run or found up to date, without earlier runs' other steps. */
  public void forgetOthers() {
    forgetful = true;
    Store.writeRows(recordFile(), List.copyOf(done.values()));
  }

  // ---- doing it

  private void start(Step step) {
    if (step.alias().equals(Step.COPY)) {
      copyFeatures(step);
      return;
    }
    if (step.alias().equals(Step.POOL)) {
      new PooledFolds(inputFolders(step)).write(step.output().getParent());
      return;
    }
    if (step.alias().equals(Step.ENSEMBLE)) {
      new AveragedRuns(inputFolders(step)).write(step.output().getParent(), step.run());
      return;
    }
    try {
      ProcessBuilder builder = new ProcessBuilder(kit.command(step)).inheritIO();
      if (Stage.isQuiet()) {
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD); // a stage's answers stand in files
      }
      int exit = run(builder);
      if (exit != 0) {
        throw new Stage.Failure(
            "stage %s failed (exit %d), see above; what is done is kept in %s, the same line goes"
                + " on from there",
            step.name(), exit, out);
      }
    } catch (IOException error) {
      throw new Stage.Failure(
          "%s: can't be started (%s); install JBang or start study through environment/jbang",
          kit.command(step).get(0), error.getMessage());
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted in stage %s", step.name());
    }
  }

  private static List<Path> inputFolders(Step step) {
    return step.inputs().stream().map(Path::getParent).distinct().toList();
  }

  /** Runs a stage, and takes it along where this process is ended. */
  private static int run(ProcessBuilder stage) throws IOException, InterruptedException {
    try (var started = new CleanupOnExit<>(stage::start, Process::destroy)) {
      return started.value().waitFor();
    }
  }

  private static void copyFeatures(Step step) {
    Path from = step.inputs().get(0);
    Path to = step.outputs().get(0);
    try {
      if (!Files.exists(to) || !Files.isSameFile(from, to)) {
        Store.write(to, content -> Files.copy(from, content));
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  // ---- what is up to date

  private Path recordFile() {
    return out.resolve("run.json");
  }

  private Map<String, Rows.StageRecord> readRecord() {
    var rows = new LinkedHashMap<String, Rows.StageRecord>();
    if (Files.exists(recordFile())) {
      Store.readRows(recordFile(), Rows.StageRecord.class)
          .forEach(row -> rows.put(row.stage(), row));
    }
    return rows;
  }

  private Rows.StageRecord record(Step step) {
    Map<Path, String> labels = labels(step, out);
    var inputs = new TreeMap<String, String>();
    for (Path input : step.inputs()) {
      inputs.put(labels.get(place(input)), checksum(input));
    }
    var versions = new TreeMap<String, String>();
    versions.put("genrelab", Stage.VERSION);
    versions.put("java", System.getProperty("java.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return new Rows.StageRecord(
        step.name(),
        step.arguments().portable(file -> labels.get(place(Path.of(file)))),
        step.seed(),
        inputs,
        Map.of(),
        kit.checksum(step),
        versions,
        "",
        0);
  }

  private static Path place(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /**
   * A step's files as the record names them, so that a run's folder may be moved or shared: by
   * their place in the folder, else by their own names. Where these are taken, as b/list.txt's is
   * after a/list.txt, folders stand before them.
   */
  public static Map<Path, String> labels(Step step, Path out) {
    List<Path> files =
        Stream.of(
                step.inputs().stream(),
                step.outputs().stream(),
                step.arguments().files().stream().map(Path::of))
            .flatMap(paths -> paths)
            .map(StepRunner::place)
            .distinct()
            .toList();
    var labels = new LinkedHashMap<Path, String>();
    files.stream()
        .filter(file -> file.startsWith(out))
        .forEach(file -> labels.put(file, Store.slashed(out.relativize(file))));
    for (Path file : files) {
      if (!labels.containsKey(file)) {
        int names = 1;
        while (names < file.getNameCount() && labels.containsValue(lastNames(file, names))) {
          names++;
        }
        labels.put(file, lastNames(file, names));
      }
    }
    return labels;
  }

  private static String lastNames(Path file, int names) {
    int count = file.getNameCount();
    return count == 0 ? "/" : Store.slashed(file.subpath(Math.max(0, count - names), count));
  }

  private Rows.StageRecord finished(Rows.StageRecord record, Step step, Instant started) {
    Map<Path, String> labels = labels(step, out);
    var outputs = new TreeMap<String, String>();
    for (Path output : step.outputs()) {
      if (!Files.exists(output)) {
        throw new Stage.Failure(
            "stage %s wrote no %s; run it by itself to see why", step.name(), output);
      }
      outputs.put(labels.get(place(output)), checksum(output));
    }
    return new Rows.StageRecord(
        record.stage(),
        record.options(),
        record.seed(),
        record.inputs(),
        outputs,
        record.script(),
        record.versions(),
        started.truncatedTo(ChronoUnit.SECONDS).toString(),
        ChronoUnit.MILLIS.between(started, Instant.now()) / 1000.0);
  }

  private boolean upToDate(Rows.StageRecord now, Rows.StageRecord before, Step step) {
    Map<Path, String> labels = labels(step, out);
    return before != null
        && now.options().equals(before.options())
        && now.inputs().equals(before.inputs())
        && now.script().equals(before.script())
        && step.outputs().stream()
            .allMatch(
                output ->
                    Files.exists(output)
                        && checksum(output)
                            .equals(before.outputs().get(labels.get(place(output)))));
  }

  /** A file's SHA-256; of a corpus folder that of its files' names, sizes and times. */
  private static String checksum(Path path) {
    if (!Files.isDirectory(path)) {
      return Store.sha256(path);
    }
    try (Stream<Path> files = Files.walk(path)) {
      var listing = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        listing.append(path.relativize(file)).append('\t').append(Files.size(file)).append('\t');
        listing.append(Files.getLastModifiedTime(file).toMillis()).append('\n');
      }
      return Store.sha256(listing.toString());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
