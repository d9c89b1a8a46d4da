///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Runs the whole study, from audio to report, and skips what is up to date
//DEPS info.picocli:picocli:4.7.7
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/study/Experiments.java
//SOURCES lib/results/Paper.java
//SOURCES lib/study/Plan.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/study/Steps.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Paper;
import genrelab.results.Rows;
import genrelab.study.Experiments;
import genrelab.study.Plan;
import genrelab.study.Steps;
import genrelab.study.Steps.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Runs the paper's study: verify, segment, MFCCs, K-means, splits, networks, t-SNE, report.
 *
 * <p>Each stage is a process of its own, as one would start it at the shell. A stage whose inputs,
 * options and script are those of the last run is skipped; where one fails, what is done is kept
 * and the same line goes on from there. Without a corpus it makes a synthetic one and says so.
 *
 * <p>{@code --plan} runs a matrix of experiments instead, which a YAML file tells: see {@link
 * Plan}.
 */
@Command(
    name = "study",
    description = "Runs the whole study, from audio to report, and skips what is up to date.")
public class Study implements Callable<Integer> {
  private static final List<String> NETWORKS =
      List.of("cnn", "lstm", "cnn-kmeans", "lstm-kmeans", "hybrid");
  private static final List<String> SPLIT_BY = List.of("segment", "track", "artist");

  /** What the shell completes of {@code --networks}. */
  static final class Networks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NETWORKS.iterator();
    }
  }

  /** And of {@code --split-by}. */
  static final class SplitBy implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SPLIT_BY.iterator();
    }
  }

  /** And of {@code --plan}. */
  static final class Plans implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Plan.SHIPPED.iterator();
    }
  }

  static final class Source {
    @Option(names = "--corpus", description = "Folder with one folder a genre (default: a demo).")
    Path corpus;

    @Option(
        names = "--features",
        paramLabel = "FILE",
        description =
            "A features JSON made before, e.g. by import; with --plan: NAME=FILE, by the plan's"
                + " names, as often as needed.")
    @Input
    List<String> features;
  }

  @ArgGroup Source source = new Source();

  @Option(
      names = "--out",
      description = "The run's folder (default: data/runs/study in the kit's folder).")
  @Output
  Path out;

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "cnn,lstm,cnn-kmeans",
      completionCandidates = Networks.class,
      description =
          "Of cnn, lstm, cnn-kmeans, lstm-kmeans, hybrid (default ${DEFAULT-VALUE}; lstm-kmeans"
              + " walks 1690 steps a segment and takes hours).")
  List<String> networks;

  @Option(
      names = "--epochs",
      description = "Of each network (default 30; fewer for the demo corpus, see the end's table).")
  Integer epochs;

  @Option(
      names = "--split-by",
      defaultValue = "segment",
      completionCandidates = SplitBy.class,
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
      names = "--plan",
      paramLabel = "FILE|NAME",
      completionCandidates = Plans.class,
      description =
          "Experiments instead of the study: a YAML file, or one of ${COMPLETION-CANDIDATES} (in"
              + " data/plans); --out then holds a folder a plan"
              + " (default: data/runs/experiments).")
  @Input
  String planFile;

  @Option(
      names = "--seeds",
      split = ",",
      description = "With --plan: these seeds instead of the plan's, e.g. 1,2.")
  List<Long> seeds;

  @Option(
      names = "--artists",
      paramLabel = "FILE",
      description =
          "A CSV of track, artist, for splits by artist (default: artists.csv in the corpus).")
  Path artists;

  @Option(names = "--dry-run", description = "With --plan: check it and list its steps.")
  boolean dryRun;

  @Option(
      names = "--kit",
      description =
          "The kit's folder, or its catalog's URL (default: where study was started from).")
  String kit;

  @Spec CommandSpec spec;

  public static void main(String... args) {
    System.exit(Stage.run(new Study(), args));
  }

  @Override
  public Integer call() {
    checkWhatGoesTogether();
    if (planFile != null) {
      runPlan();
      return 0;
    }
    checkOptions();
    Instant begin = Instant.now();
    var steps = new Steps(kit, out);
    steps().forEach(steps::run);
    steps.forgetOthers();
    tell(Duration.between(begin, Instant.now()));
    return 0;
  }

  private void checkWhatGoesTogether() {
    boolean plan = planFile != null;
    List<String> foreign =
        plan
            ? List.of("--networks", "--split-by", "--seed", "--quick")
            : List.of("--seeds", "--dry-run");
    for (String option : foreign) {
      Stage.requireOption(
          !spec.commandLine().getParseResult().hasMatchedOption(option),
          plan ? "%s is not for --plan: the plan says it" : "%s goes with --plan",
          option);
    }
    Stage.requireOption(
        plan || source.features == null || source.features.size() == 1,
        "--features is one file, unless with --plan");
    Stage.requireOption(
        epochs == null || epochs >= 1 && epochs <= 10_000,
        "--epochs must be from 1 to 10000, not %s",
        epochs);
  }

  private void runPlan() {
    Plan plan = Plan.read(planFile).with(seeds, epochs);
    var given = new LinkedHashMap<String, Path>();
    for (String each : source.features == null ? List.<String>of() : source.features) {
      int equals = each.indexOf('=');
      Stage.requireOption(equals > 0, "--features with --plan takes NAME=FILE, not '%s'", each);
      given.put(each.substring(0, equals), Path.of(each.substring(equals + 1)));
    }
    requireCorpusFolder();
    kit = Steps.kit(kit);
    Path results = out != null ? out : Steps.home(kit).resolve("data/runs/experiments");
    var from = new Experiments.Given(source.corpus, given, artists);
    var experiments = new Experiments(plan, from, results.resolve(plan.name()));
    if (dryRun) {
      experiments.list();
    } else {
      experiments.run(kit);
    }
  }

  private Path featuresFile() {
    return source.features == null ? null : Path.of(source.features.get(0));
  }

  private void requireCorpusFolder() {
    if (source.corpus != null && !Files.isDirectory(source.corpus)) {
      throw new Stage.Failure(
          "%s: no such corpus folder; give the folder that holds one folder a genre",
          source.corpus);
    }
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
        SPLIT_BY.contains(splitBy),
        "--split-by must be segment, track or artist, not '%s'",
        splitBy);
    Stage.requireOption(
        !splitBy.equals("artist") || source.features == null || artists != null,
        "--split-by artist with --features needs --artists FILE: a features JSON knows no artists");
    Stage.requireOption(
        artists == null || splitBy.equals("artist"),
        "--artists goes with --split-by artist, or with --plan");
    if (artists != null && !Files.isRegularFile(artists)) {
      throw new Stage.Failure("%s: no such file; give a CSV of track and artist", artists);
    }
    kit = Steps.kit(kit);
    if (source.corpus == null && source.features == null) {
      corpus = Steps.home(kit).resolve("data/corpora").resolve(quick ? "demo-quick" : "demo");
    } else {
      corpus = source.corpus;
    }
    requireCorpusFolder();
    if (out == null) {
      out = Steps.home(kit).resolve("data/runs").resolve(quick ? "study-quick" : "study");
    }
    out = out.toAbsolutePath().normalize();
    Store.createFolder(out);
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
      steps.add(step("features", "features", List.of(), List.of(featuresFile()), List.of(mfcc)));
    } else {
      fromAudio(steps, mfcc);
    }
    Path clustered = out.resolve("mfcc-kmeans.json");
    Path split = out.resolve("split.json");
    Path clusterSplit = out.resolve("split-kmeans.json");
    Path whatToSplit = source.features != null ? mfcc : out.resolve("segments.json");
    steps.add(
        step("kmeans", "kmeans", mfcc, clustered, "--seed", seed)
            .alsoWriting(out.resolve("clusters.json"))
            .alsoWriting(out.resolve("clustering.json")));
    steps.add(split(whatToSplit, split));
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
      steps.add(step("demo", "demo", options, List.of(), List.of(corpus.resolve("SYNTHETIC.md"))));
    }
    for (String alias : List.of("verify", "segment")) {
      Path file = out.resolve(alias.equals("verify") ? "verify.json" : "segments.json");
      steps.add(
          step(
              alias,
              alias,
              List.of("--corpus", corpus.toString(), "--out", file.toString()),
              List.of(corpus),
              List.of(file)));
    }
    steps.add(
        step(
            "mfcc",
            "mfcc",
            List.of("--segments", segments.toString(), "--out", mfcc.toString()),
            List.of(segments, corpus),
            List.of(mfcc)));
  }

  private Step split(Path whatToSplit, Path file) {
    String kind = source.features != null ? "--features" : "--segments";
    var options = new ArrayList<>(List.of(kind, whatToSplit.toString(), "--by", splitBy));
    options.addAll(List.of("--seed", "" + seed, "--out", file.toString()));
    var inputs = new ArrayList<>(List.of(whatToSplit));
    if (artists != null) {
      options.addAll(List.of("--artists", artists.toAbsolutePath().normalize().toString()));
      inputs.add(artists);
    }
    return step("split", "split", options, inputs, List.of(file));
  }

  private Step network(String name, Path features, Path split) {
    Path folder = out.resolve(name);
    boolean kmeans = name.endsWith("-kmeans");
    return step(
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
      Map.of("cnn", 30, "lstm", 30, "cnn-kmeans", 10, "lstm-kmeans", 3, "hybrid", 30);

  private Step report(List<Step> steps) {
    List<Path> results = steps.stream().flatMap(step -> step.outputs().stream()).toList();
    return step(
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

  private Step step(
      String name, String alias, List<String> options, List<Path> inputs, List<Path> outputs) {
    return new Step(name, alias, options, inputs, outputs, seed);
  }

  private Step step(String name, String alias, Path features, Path file, Object... more) {
    var options =
        new ArrayList<>(List.of("--features", features.toString(), "--out", file.toString()));
    Arrays.stream(more).map(String::valueOf).forEach(options::add);
    return step(name, alias, options, List.of(features), List.of(file));
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
    Stage.results().println(table.print());
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
