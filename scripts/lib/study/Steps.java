//SOURCES ../kit/CleanupOnExit.java
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Stages run one after another, each in a process of its own, as one would start it at the shell.
 *
 * <p>{@code run.json} in the run's folder records each. A stage whose inputs, options and script
 * are those of the last run, and whose outputs are still there as it wrote them, is skipped.
 */
public final class Steps {
  private final String kit;
  private final Path out;
  private final Map<String, Rows.StageRecord> before;
  private final Map<String, Rows.StageRecord> done = new LinkedHashMap<>();

  /**
   * One stage of a run.
   *
   * @param name unique in the run, e.g. split-kmeans
   * @param alias of the catalog; {@code features} copies its input to its output
   * @param inputs files and folders whose change makes it run again
   * @param outputs files it writes
   * @param seed for the record
   */
  public record Step(
      String name,
      String alias,
      List<String> options,
      List<Path> inputs,
      List<Path> outputs,
      long seed) {
    /** The same step with one more output. */
    public Step alsoWriting(Path file) {
      return new Step(
          name,
          alias,
          options,
          inputs,
          Stream.concat(outputs.stream(), Stream.of(file)).toList(),
          seed);
    }
  }

  /**
   * Takes up the record of earlier runs in a folder.
   *
   * @param kit the kit's folder or its catalog's URL, or null for where this was started from
   * @param out the run's folder, made where it isn't there
   */
  public Steps(String kit, Path out) {
    this.kit = kit;
    this.out = out.toAbsolutePath().normalize();
    this.before = readRecord();
  }

  /** The kit's folder or its catalog's URL: what was given, else where this was started from. */
  public static String kit(String given) {
    String kit = given != null ? given : System.getenv().getOrDefault("GENRELAB_HOME", ".");
    if (!isRemote(kit) && !Files.exists(Path.of(kit, "jbang-catalog.json"))) {
      throw new Stage.Failure(
          "%s: no jbang-catalog.json here; give the kit's folder or its catalog's URL as --kit",
          Path.of(kit).toAbsolutePath().normalize());
    }
    return kit;
  }

  /** The kit's folder; the working folder where the kit is elsewhere. */
  public static Path home(String kit) {
    return (isRemote(kit) ? Path.of("") : Path.of(kit)).toAbsolutePath().normalize();
  }

  private static boolean isRemote(String kit) {
    return kit.startsWith("http://") || kit.startsWith("https://");
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
      System.out.printf("== %s %s%n", step.alias(), String.join(" ", step.options()));
      Instant started = Instant.now();
      start(step);
      done.put(step.name(), finished(record, step, started));
    }
    var kept = new LinkedHashMap<>(before);
    kept.putAll(done);
    Store.writeRows(recordFile(), List.copyOf(kept.values()));
  }

  /** Ends the record with what was run or found up to date, without what earlier runs had more. */
  public void forgetOthers() {
    Store.writeRows(recordFile(), List.copyOf(done.values()));
  }

  // ---- doing it

  private void start(Step step) {
    if (step.alias().equals("features")) {
      copyFeatures(step);
      return;
    }
    try {
      ProcessBuilder builder = new ProcessBuilder(command(step)).inheritIO();
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
          command(step).get(0), error.getMessage());
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted in stage %s", step.name());
    }
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

  private List<String> command(Step step) {
    String launcher = System.getenv("GENRELAB_JBANG");
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
    var command = new ArrayList<String>();
    if (launcher != null && !isRemote(kit)) {
      command.add(launcher + (windows && !launcher.endsWith(".cmd") ? ".cmd" : ""));
      command.add(step.alias());
    } else {
      // not by the alias's name alone: JBang would take a folder of that name for the script
      command.addAll(List.of(windows ? "jbang.cmd" : "jbang", "run"));
      command.add(isRemote(kit) ? step.alias() + "@" + kit : script(step.alias()).toString());
    }
    command.addAll(step.options());
    command.addAll(Stage.inheritedOptions());
    return command;
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
    var inputs = new TreeMap<String, String>();
    for (Path input : step.inputs()) {
      inputs.put(label(input), checksum(input));
    }
    var versions = new TreeMap<String, String>();
    versions.put("genrelab", Stage.VERSION);
    versions.put("java", System.getProperty("java.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return new Rows.StageRecord(
        step.name(),
        portable(step.options()),
        step.seed(),
        inputs,
        Map.of(),
        scriptChecksum(step),
        versions,
        "",
        0);
  }

  /** A file as the record names it: by its place in the run's folder, else by its name alone. */
  private String label(Path file) {
    Path place = file.toAbsolutePath().normalize();
    return (place.startsWith(out) ? out.relativize(place) : place.getFileName())
        .toString()
        .replace('\\', '/');
  }

  /** Options with files as the record names them, so that a run's folder may be moved or shared. */
  private List<String> portable(List<String> options) {
    return options.stream()
        .map(option -> Path.of(option).isAbsolute() ? label(Path.of(option)) : option)
        .map(option -> option.isEmpty() ? "." : option)
        .toList();
  }

  private Rows.StageRecord finished(Rows.StageRecord record, Step step, Instant started) {
    var outputs = new TreeMap<String, String>();
    for (Path output : step.outputs()) {
      if (!Files.exists(output)) {
        throw new Stage.Failure(
            "stage %s wrote no %s; run it by itself to see why", step.name(), output);
      }
      outputs.put(label(output), checksum(output));
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
    return before != null
        && now.options().equals(before.options())
        && now.inputs().equals(before.inputs())
        && now.script().equals(before.script())
        && step.outputs().stream()
            .allMatch(
                output ->
                    Files.exists(output)
                        && checksum(output).equals(before.outputs().get(label(output))));
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

  private static final Pattern INCLUDED =
      Pattern.compile("^//(?:SOURCES|FILES)\\s+(?:\\S+=)?(\\S+)");

  /** SHA-256 over a script and all it includes. */
  private String scriptChecksum(Step step) {
    if (isRemote(kit) || step.alias().equals("features")) {
      return Stage.VERSION;
    }
    var files = new TreeSet<Path>();
    include(script(step.alias()), files);
    var sums = new StringBuilder();
    files.forEach(file -> sums.append(Store.sha256(file)).append('\n'));
    return Store.sha256(sums.toString());
  }

  private Path script(String alias) {
    String name = alias.substring(0, 1).toUpperCase(Locale.ROOT) + alias.substring(1) + ".java";
    return home(kit).resolve("scripts").resolve(name);
  }

  private static void include(Path file, TreeSet<Path> files) {
    if (!Files.exists(file) || !files.add(file)) {
      return;
    }
    if (file.toString().endsWith(".java")) {
      try (Stream<String> lines = Files.lines(file)) {
        lines
            .map(INCLUDED::matcher)
            .filter(directive -> directive.find())
            .map(directive -> file.resolveSibling(directive.group(1)).normalize())
            .forEach(included -> include(included, files));
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }
}
