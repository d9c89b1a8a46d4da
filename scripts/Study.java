///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Runs the whole study, from audio to report, and skips what is up to date
//DEPS info.picocli:picocli:4.7.7
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/Paper.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import genrelab.Paper;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Runs the paper's study: verify, segment, MFCCs, K-means, splits, networks, t-SNE, report.
 *
 * <p>Each stage is a process of its own, as one would start it at the shell. A stage whose inputs,
 * options and script are those of the last run is skipped; where one fails, what is done is kept
 * and the same line goes on from there. Without a corpus it makes a synthetic one and says so.
 */
@Command(
    name = "study",
    description = "Runs the whole study, from audio to report, and skips what is up to date.")
public class Study implements Callable<Integer> {
  private static final List<String> NETWORKS = List.of("cnn", "lstm", "cnn-kmeans", "lstm-kmeans");

  static final class Source {
    @Option(names = "--corpus", description = "Folder with one folder a genre (default: a demo).")
    Path corpus;

    @Option(names = "--features", description = "A features JSON made before, e.g. by import.")
    Path features;
  }

  @ArgGroup Source source = new Source();

  @Option(
      names = "--out",
      description = "The run's folder (default: data/runs/study in the kit's folder).")
  Path out;

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "cnn,lstm,cnn-kmeans",
      description =
          "Of cnn, lstm, cnn-kmeans, lstm-kmeans (default ${DEFAULT-VALUE}; lstm-kmeans walks 1690"
              + " steps a segment and takes hours).")
  List<String> networks;

  @Option(
      names = "--epochs",
      description = "Of each network (default 30; fewer for the demo corpus, see the end's table).")
  Integer epochs;

  @Option(
      names = "--split-by",
      defaultValue = "segment",
      description =
          "segment (as the paper), track or artist; networks with K-means are always split by"
              + " segment, stratified by genre and cluster (default ${DEFAULT-VALUE}).")
  String splitBy;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--quick",
      description = "A small demo corpus and few epochs: about two minutes, to see it run.")
  boolean quick;

  @Option(
      names = "--kit",
      description =
          "The kit's folder, or its catalog's URL (default: where study was started from).")
  String kit;

  public static void main(String... args) {
    System.exit(Stage.run(new Study(), args));
  }

  /**
   * One stage of the study.
   *
   * @param name unique in the study, e.g. split-kmeans
   * @param inputs files and folders whose change makes it run again
   * @param outputs files it writes
   */
  private record Step(
      String name, String alias, List<String> options, List<Path> inputs, List<Path> outputs) {
    Step alsoWriting(Path file) {
      return new Step(
          name, alias, options, inputs, Stream.concat(outputs.stream(), Stream.of(file)).toList());
    }
  }

  @Override
  public Integer call() {
    checkOptions();
    Instant begin = Instant.now();
    Map<String, Rows.Run> before = readRecord();
    var done = new LinkedHashMap<String, Rows.Run>();
    for (Step step : steps()) {
      Rows.Run record = record(step);
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
    Store.writeRows(recordFile(), List.copyOf(done.values()));
    tell(Duration.between(begin, Instant.now()));
    return 0;
  }

  private void checkOptions() {
    for (String network : networks) {
      Stage.requireOption(
          NETWORKS.contains(network),
          "--networks takes a list of %s, not '%s'",
          String.join(", ", NETWORKS),
          network);
    }
    Stage.requireOption(
        List.of("segment", "track", "artist").contains(splitBy),
        "--split-by must be segment, track or artist, not '%s'",
        splitBy);
    Stage.requireOption(
        epochs == null || epochs >= 1 && epochs <= 10_000,
        "--epochs must be from 1 to 10000, not %s",
        epochs);
    Stage.requireOption(
        !(splitBy.equals("artist") && source.features != null),
        "--split-by artist needs --corpus: a features JSON knows no artists");
    if (kit == null) {
      kit = System.getenv().getOrDefault("GENRELAB_HOME", ".");
    }
    if (!isRemote() && !Files.exists(Path.of(kit, "jbang-catalog.json"))) {
      throw new Stage.Failure(
          "%s: no jbang-catalog.json here; give the kit's folder or its catalog's URL as --kit",
          Path.of(kit).toAbsolutePath().normalize());
    }
    if (source.corpus == null && source.features == null) {
      corpus = home().resolve("data/corpora").resolve(quick ? "demo-quick" : "demo");
    } else {
      corpus = source.corpus;
    }
    if (source.corpus != null && !Files.isDirectory(source.corpus)) {
      throw new Stage.Failure(
          "%s: no such corpus folder; give the folder that holds one folder a genre", corpus);
    }
    if (out == null) {
      out = home().resolve("data/runs").resolve(quick ? "study-quick" : "study");
    }
    out = out.toAbsolutePath().normalize();
    Store.createFolder(out);
  }

  private boolean isRemote() {
    return kit.startsWith("http://") || kit.startsWith("https://");
  }

  private Path home() {
    return (isRemote() ? Path.of("") : Path.of(kit)).toAbsolutePath().normalize();
  }

  // ---- what there is to do

  private Path corpus;

  private boolean isDemo() {
    return source.corpus == null && source.features == null;
  }

  private List<Step> steps() {
    var steps = new ArrayList<Step>();
    Path mfcc = out.resolve("mfcc.json");
    if (source.features != null) {
      steps.add(
          new Step("features", "features", List.of(), List.of(source.features), List.of(mfcc)));
    } else {
      fromAudio(steps, mfcc);
    }
    Path clustered = out.resolve("mfcc-kmeans.json");
    Path split = out.resolve("split.json");
    Path clusterSplit = out.resolve("split-kmeans.json");
    Path whatToSplit = source.features != null ? mfcc : out.resolve("segments.json");
    steps.add(
        step("kmeans", "kmeans", mfcc, clustered, "--seed", seed)
            .alsoWriting(out.resolve("clusters.json")));
    steps.add(
        new Step(
            "split",
            "split",
            List.of(
                source.features != null ? "--features" : "--segments",
                whatToSplit.toString(),
                "--by",
                splitBy,
                "--seed",
                "" + seed,
                "--out",
                split.toString()),
            List.of(whatToSplit),
            List.of(split)));
    if (networks.stream().anyMatch(network -> network.endsWith("-kmeans"))) {
      steps.add(
          step(
              "split-kmeans", "split", clustered, clusterSplit, "--by", "cluster", "--seed", seed));
    }
    for (String network : NETWORKS) {
      if (networks.contains(network)) {
        boolean kmeans = network.endsWith("-kmeans");
        steps.add(network(network, kmeans ? clustered : mfcc, kmeans ? clusterSplit : split));
      }
    }
    steps.add(step("tsne", "tsne", clustered, out.resolve("tsne.json"), "--seed", seed));
    steps.add(report(steps));
    return steps;
  }

  private void fromAudio(List<Step> steps, Path mfcc) {
    Path segments = out.resolve("segments.json");
    if (isDemo()) {
      List<String> size =
          quick
              ? List.of("--tracks", "5", "--seconds", "9")
              : List.of("--tracks", "10", "--seconds", "30");
      var options = new ArrayList<>(List.of("--out", corpus.toString()));
      options.addAll(size);
      options.addAll(List.of("--seed", "" + seed));
      steps.add(
          new Step("demo", "demo", options, List.of(), List.of(corpus.resolve("SYNTHETIC.md"))));
    }
    for (String alias : List.of("verify", "segment")) {
      Path file = out.resolve(alias.equals("verify") ? "verify.json" : "segments.json");
      steps.add(
          new Step(
              alias,
              alias,
              List.of("--corpus", corpus.toString(), "--out", file.toString()),
              List.of(corpus),
              List.of(file)));
    }
    steps.add(
        new Step(
            "mfcc",
            "mfcc",
            List.of("--segments", segments.toString(), "--out", mfcc.toString()),
            List.of(segments, corpus),
            List.of(mfcc)));
  }

  private Step network(String name, Path features, Path split) {
    Path folder = out.resolve(name);
    boolean kmeans = name.endsWith("-kmeans");
    return new Step(
        name,
        name.substring(0, kmeans ? name.indexOf('-') : name.length()),
        List.of(
            "--features",
            features.toString(),
            "--split",
            split.toString(),
            "--out",
            folder.toString(),
            "--shape",
            kmeans ? "flat" : "frames",
            "--epochs",
            "" + epochsOf(name),
            "--seed",
            "" + seed,
            "--split-by",
            kmeans ? "cluster" : splitBy,
            "--resume"),
        List.of(features, split),
        Stream.of("history.json", "predictions.json", "metrics.json", "report.json", "model.zip")
            .map(folder::resolve)
            .toList());
  }

  private int epochsOf(String network) {
    if (epochs != null) {
      return epochs;
    }
    return quick ? 2 : isDemo() ? DEMO_EPOCHS.get(network) : 30;
  }

  /** What fits ten minutes on two cores. */
  private static final Map<String, Integer> DEMO_EPOCHS =
      Map.of("cnn", 30, "lstm", 30, "cnn-kmeans", 10, "lstm-kmeans", 3);

  private Step report(List<Step> steps) {
    List<Path> results = steps.stream().flatMap(step -> step.outputs().stream()).toList();
    return new Step(
        "report",
        "report",
        List.of(
            "--results",
            out.toString(),
            "--out",
            out.resolve("report").toString(),
            "--networks",
            String.join(",", NETWORKS.stream().filter(networks::contains).toList())),
        results,
        List.of(out.resolve("report/index.html")));
  }

  private Step step(String name, String alias, Path features, Path file, Object... more) {
    var options =
        new ArrayList<>(List.of("--features", features.toString(), "--out", file.toString()));
    Arrays.stream(more).map(String::valueOf).forEach(options::add);
    return new Step(name, alias, options, List.of(features), List.of(file));
  }

  // ---- doing it

  private void start(Step step) {
    if (step.alias().equals("features")) {
      copyFeatures(step);
      return;
    }
    try {
      int exit = new ProcessBuilder(command(step)).inheritIO().start().waitFor();
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
    if (launcher != null && !isRemote()) {
      command.add(launcher + (windows && !launcher.endsWith(".cmd") ? ".cmd" : ""));
      command.add(step.alias());
    } else {
      // not by the alias's name alone: JBang would take a folder of that name for the script
      command.addAll(List.of(windows ? "jbang.cmd" : "jbang", "run"));
      command.add(isRemote() ? step.alias() + "@" + kit : script(step.alias()).toString());
    }
    command.addAll(step.options());
    return command;
  }

  // ---- what is up to date

  private Path recordFile() {
    return out.resolve("run.json");
  }

  private Map<String, Rows.Run> readRecord() {
    var rows = new LinkedHashMap<String, Rows.Run>();
    if (Files.exists(recordFile())) {
      Store.readRows(recordFile(), Rows.Run.class).forEach(row -> rows.put(row.stage(), row));
    }
    return rows;
  }

  private Rows.Run record(Step step) {
    var inputs = new TreeMap<String, String>();
    for (Path input : step.inputs()) {
      inputs.put(label(input), checksum(input));
    }
    var versions = new TreeMap<String, String>();
    versions.put("genrelab", Stage.VERSION);
    versions.put("java", System.getProperty("java.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return new Rows.Run(
        step.name(),
        portable(step.options()),
        seed,
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

  private Rows.Run finished(Rows.Run record, Step step, Instant started) {
    var outputs = new TreeMap<String, String>();
    for (Path output : step.outputs()) {
      if (!Files.exists(output)) {
        throw new Stage.Failure(
            "stage %s wrote no %s; run it by itself to see why", step.name(), output);
      }
      outputs.put(label(output), checksum(output));
    }
    return new Rows.Run(
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

  private boolean upToDate(Rows.Run now, Rows.Run before, Step step) {
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
    if (isRemote() || step.alias().equals("features")) {
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
    return home().resolve("scripts").resolve(name);
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

  // ---- what came out

  private void tell(Duration took) {
    var names = new ArrayList<String>();
    var epochs = new ArrayList<String>();
    var published = new ArrayList<String>();
    var ours = new ArrayList<String>();
    var tracks = new ArrayList<String>();
    var splits = new ArrayList<String>();
    for (String network : NETWORKS) {
      Path file = out.resolve(network).resolve("metrics.json");
      if (networks.contains(network)) {
        List<Rows.Metric> metrics = Store.readRows(file, Rows.Metric.class);
        names.add(network);
        epochs.add("" + (long) find(metrics, "network", "epochs").value());
        published.add(
            Paper.of(network).map(row -> percent(row.testAccuracy())).orElse("not published"));
        ours.add(estimate(find(metrics, "segment", "test_accuracy")));
        tracks.add(estimate(find(metrics, "track", "test_accuracy")));
        splits.add(metrics.get(0).split() + ", seed " + metrics.get(0).seed());
      }
    }
    Table table =
        Table.create(
            "Test accuracy with 95 % interval" + (isDemo() ? " (SYNTHETIC demo corpus)" : ""),
            StringColumn.create("network", names),
            StringColumn.create("epochs", epochs),
            StringColumn.create("paper, segments", published),
            StringColumn.create("ours, segments", ours),
            StringColumn.create("ours, tracks", tracks),
            StringColumn.create("split by", splits));
    System.out.println();
    System.out.println(table.print());
    if (!networks.contains("lstm-kmeans")) {
      System.out.println(
          "lstm-kmeans was left out: it walks 1690 steps a segment; ask for it with --networks");
    }
    System.out.printf("%d:%02d min%n", took.toMinutes(), took.toSecondsPart());
    System.out.println(out.resolve("report/index.html"));
  }

  private static Rows.Metric find(List<Rows.Metric> metrics, String level, String metric) {
    return metrics.stream()
        .filter(row -> row.level().equals(level) && row.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static String estimate(Rows.Metric row) {
    return "%s [%.1f, %.1f]".formatted(percent(row.value()), 100 * row.low(), 100 * row.high());
  }

  private static String percent(double share) {
    return "%.2f %%".formatted(100 * share);
  }
}
