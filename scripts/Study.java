///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Runs the whole study, from audio to report, and skips what is up to date
//DEPS info.picocli:picocli:4.7.7
//DEPS tech.tablesaw:tablesaw-core:0.44.4
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/networks/NetworkCatalog.java
//SOURCES lib/study/AccuracyTable.java
//SOURCES lib/study/ExperimentSteps.java
//SOURCES lib/study/Experiments.java
//SOURCES lib/study/Kit.java
//SOURCES lib/study/Plan.java
//SOURCES lib/study/StageOptions.java
//SOURCES lib/study/StageSteps.java
//SOURCES lib/study/Step.java
//SOURCES lib/study/StepRunner.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import genrelab.corpus.Corpus;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.NetworkCatalog;
import genrelab.study.AccuracyTable;
import genrelab.study.ExperimentSteps;
import genrelab.study.Experiments;
import genrelab.study.Kit;
import genrelab.study.Plan;
import genrelab.study.StageOptions;
import genrelab.study.StageSteps;
import genrelab.study.Step;
import genrelab.study.StepRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the paper's study: verify, segment, MFCCs, K-means, splits, networks, t-SNE, report.
 *
 * <p>Each stage is a process of its own, as one would start it at the shell. A stage whose inputs,
 * options and script are those of the last run is skipped; where one fails, what is done is kept
 * and the same command goes on from there. Without a corpus, study renders a synthetic one.
 *
 * <p>{@code --plan} runs a matrix of experiments instead, which a YAML file describes: see {@link
 * Plan}.
 */
@Command(
    name = "study",
    description = "Runs the whole study, from audio to report, and skips what is up to date.")
public class Study implements Callable<Integer> {
  private static final List<String> SPLIT_BY = List.of("segment", "track", "artist");

  /** Completion candidates of {@code --networks}. */
  static final class Networks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NetworkCatalog.ofStudy().iterator();
    }
  }

  /** Completion candidates of {@code --split-by}. */
  static final class SplitBy implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SPLIT_BY.iterator();
    }
  }

  /** Completion candidates of {@code --plan}. */
  static final class Plans implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Plan.SHIPPED.iterator();
    }
  }

  static final class Source {
    @Option(
        names = "--corpus",
        description = "Folder with one folder per genre (default: the synthetic demo corpus).")
    Path corpus;

    @Option(
        names = "--features",
        paramLabel = "FILE",
        description =
            "A features JSON, e.g. of import, instead of a corpus; with --plan: NAME=FILE, NAME as"
                + " in the plan, repeatable.")
    @Input
    List<String> features;
  }

  @ArgGroup Source source = new Source();

  @Option(
      names = "--out",
      description = "Folder of the run (default: data/runs/study in the kit's folder).")
  @Output
  Path out;

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "svm,cnn,lstm,cnn-kmeans",
      completionCandidates = Networks.class,
      description =
          "Comma-separated list of ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; the first"
              + " five are baselines; lstm-kmeans has 1690 time steps per segment and takes"
              + " hours).")
  List<String> networks;

  @Option(
      names = "--epochs",
      description =
          "Epochs of each network (default: the network's own; fewer on the demo corpus, as the"
              + " table at the end says).")
  Integer epochs;

  @Option(
      names = "--split-by",
      defaultValue = "segment",
      completionCandidates = SplitBy.class,
      description =
          "What stays in one part: segment (as in the paper), track or artist, which are stratified"
              + " by genre; networks with K-means are always split by segment, stratified by genre"
              + " and cluster (default ${DEFAULT-VALUE}).")
  String splitBy;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Random seed (default ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--quick",
      description =
          "A small demo corpus, the CNN and the LSTM alone, and options by which they learn it in a"
              + " minute or two: -- --scale standardise --learning-rate 0.001 --batch 8.")
  boolean quick;

  @Option(
      names = "--no-paper",
      description =
          "Leave the paper's figures out of the table and the report (default: they stand beside"
              + " runs of GTZAN's genres).")
  boolean withoutPaper;

  @Option(
      names = "--plan",
      paramLabel = "FILE|NAME",
      completionCandidates = Plans.class,
      description =
          "Experiments instead of the study: a YAML file, or one of ${COMPLETION-CANDIDATES} (in"
              + " data/plans); --out then holds a folder per plan"
              + " (default: data/runs/experiments).")
  @Input
  String planFile;

  @Option(
      names = "--seeds",
      split = ",",
      description = "With --plan: seeds instead of the plan's, e.g. 1,2.")
  List<Long> seeds;

  @Option(
      names = "--artists",
      paramLabel = "FILE",
      description =
          "CSV with columns track and artist, for splits by artist (default: artists.csv in the"
              + " corpus).")
  Path artists;

  @Option(names = "--dry-run", description = "With --plan: check the plan and list its steps.")
  boolean dryRun;

  @Option(
      names = "--kit",
      description =
          "The kit's folder, or the URL of its catalog, as for study@URL (default: the kit that"
              + " study was started from).")
  String kit;

  @Parameters(
      paramLabel = "-- OPTION",
      arity = "0..*",
      description =
          "After --: options of the networks, e.g. -- --scale standardise --learning-rate 5e-4.")
  List<String> trainingOptions = List.of();

  @Spec CommandSpec spec;

  /** Some 450 steps of 90 segments, after which batch normalisation has settled. */
  private static final int QUICK_EPOCHS = 40;

  /** The LSTM has none, and learns the same in fewer. */
  private static final int QUICK_EPOCHS_OF_LSTM = 15;

  /** The same for a corpus of one's own, which is larger. */
  private static final int QUICK_EPOCHS_ON_REAL_MUSIC = 10;

  private Path corpus;
  private Map<String, String> training;

  public static void main(String... args) {
    System.exit(Stage.run(new Study(), args));
  }

  @Override
  public Integer call() {
    checkCombination();
    if (planFile != null) {
      runPlan();
      return 0;
    }
    checkOptions();
    Instant begin = Instant.now();
    var kit = Kit.at(this.kit);
    setFolders(kit.home());
    var runner = new StepRunner(kit, out);
    for (Step step : steps()) {
      runner.run(step);
      if (step.alias().equals("verify")) {
        requireTwoGenres();
      }
    }
    runner.forgetOthers();
    printResults(Duration.between(begin, Instant.now()));
    return 0;
  }

  // ---- options

  private void checkCombination() {
    boolean plan = planFile != null;
    List<String> foreign =
        plan
            ? List.of("--networks", "--split-by", "--seed", "--quick", "--no-paper")
            : List.of("--seeds", "--dry-run");
    for (String option : foreign) {
      Stage.requireOption(
          !spec.commandLine().getParseResult().hasMatchedOption(option),
          plan ? "%s does not go with --plan, which says it itself" : "%s goes with --plan",
          option);
    }
    Stage.requireOption(
        !plan || trainingOptions.isEmpty(),
        "options after -- do not go with --plan, whose training: holds them");
    Stage.requireOption(
        plan || source.features == null || source.features.size() == 1,
        "--features is one file, unless with --plan");
    Stage.requireOption(
        epochs == null || epochs >= 1 && epochs <= 10_000,
        "--epochs must be from 1 to 10000, not %s",
        epochs);
    if (source.corpus != null && !Files.isDirectory(source.corpus)) {
      throw new Stage.Failure(
          "%s: no such corpus folder; give the folder that holds one folder per genre",
          source.corpus);
    }
    if (artists != null && !Files.isRegularFile(artists)) {
      throw new Stage.Failure("%s: no such file; give a CSV of track and artist", artists);
    }
  }

  private void checkOptions() {
    var ownOptions = List.of("shape", "clusters", "epochs"); // --networks and --epochs say them
    training = new LinkedHashMap<>();
    if (quick) {
      training.put("scale", "standardise");
      training.put("learning-rate", "0.001");
      training.put("batch", "8");
      if (!spec.commandLine().getParseResult().hasMatchedOption("--networks")) {
        networks = List.of("svm", "cnn", "lstm");
      }
    }
    training.putAll(StageOptions.parse(StageOptions.NETWORK, ownOptions, trainingOptions));
    for (String network : networks) {
      Stage.requireOption(
          NetworkCatalog.ofStudy().contains(network),
          "--networks takes a list of %s, not '%s'",
          String.join(", ", NetworkCatalog.ofStudy()),
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
  }

  private boolean isDemo() {
    return source.corpus == null && source.features == null;
  }

  private void setFolders(Path home) {
    corpus =
        isDemo()
            ? home.resolve("data/corpora").resolve(quick ? "demo-quick" : "demo")
            : source.corpus;
    if (out == null) {
      out = home.resolve("data/runs").resolve(quick ? "study-quick" : "study");
    }
    out = out.toAbsolutePath().normalize();
    Store.createFolder(out);
  }

  // ---- a plan

  private void runPlan() {
    Plan plan = Plan.read(planFile).with(seeds, epochs);
    var given = new LinkedHashMap<String, Path>();
    for (String each : source.features == null ? List.<String>of() : source.features) {
      int equals = each.indexOf('=');
      Stage.requireOption(equals > 0, "--features with --plan takes NAME=FILE, not '%s'", each);
      given.put(each.substring(0, equals), Path.of(each.substring(equals + 1)));
    }
    var kit = Kit.at(this.kit);
    Path results = out != null ? out : kit.home().resolve("data/runs/experiments");
    var inputs = new ExperimentSteps.Inputs(source.corpus, given, artists);
    var experiments = new Experiments(plan, inputs, results.resolve(plan.name()));
    if (dryRun) {
      experiments.list();
    } else {
      experiments.run(kit);
    }
  }

  // ---- the study

  private List<NetworkCatalog.Entry> chosen() {
    return NetworkCatalog.ENTRIES.stream()
        .filter(entry -> networks.contains(entry.name()))
        .toList();
  }

  private List<Step> steps() {
    var stages = new StageSteps(seed);
    var steps = new ArrayList<Step>();
    Path segments = out.resolve("segments.json");
    Path mfcc = out.resolve("mfcc.json");
    if (source.features != null) {
      steps.add(stages.copy(Path.of(source.features.get(0)), mfcc));
    } else {
      if (isDemo()) {
        steps.add(quick ? stages.demo(corpus, 5, 9) : stages.demo(corpus, 10, 30));
      }
      steps.add(stages.corpus("verify", corpus, out.resolve("verify.json")));
      steps.add(stages.corpus("segment", corpus, segments));
      steps.add(stages.features("mfcc", "mfcc", segments, corpus, mfcc, Map.of()));
    }
    Path clustered = out.resolve("mfcc-kmeans.json");
    steps.add(stages.kmeans("kmeans", mfcc, null, clustered, Map.of()));
    Path split = out.resolve("split.json");
    String kind = source.features != null ? "--features" : "--segments";
    Path drawnFrom = source.features != null ? mfcc : segments;
    steps.add(stages.split("split", kind, drawnFrom, artists, split, splitOptions()));
    Path clusterSplit = out.resolve("split-kmeans.json");
    if (chosen().stream().anyMatch(NetworkCatalog.Entry::flat)) {
      Map<String, String> byCluster = Map.of("by", "cluster");
      steps.add(
          stages.split("split-kmeans", "--features", clustered, null, clusterSplit, byCluster));
    }
    for (NetworkCatalog.Entry entry : chosen()) {
      steps.add(
          entry.flat()
              ? network(stages, entry, clustered, clusterSplit)
              : network(stages, entry, mfcc, split));
    }
    steps.add(stages.tsne(clustered, out.resolve("tsne.json")));
    List<Path> results = steps.stream().flatMap(step -> step.outputs().stream()).toList();
    List<String> names = chosen().stream().map(NetworkCatalog.Entry::name).toList();
    steps.add(stages.report(out, out.resolve("report"), names, withoutPaper, results));
    return steps;
  }

  private Map<String, String> splitOptions() {
    var options = new LinkedHashMap<String, String>();
    options.put("by", splitBy);
    if (!splitBy.equals("segment")) { // of few tracks, a genre's may all fall into one part
      options.put("stratify", "genre");
    }
    return options;
  }

  private void requireTwoGenres() {
    List<String> genres =
        Corpus.open(corpus).tracks().stream().map(Corpus.Track::genre).distinct().toList();
    if (genres.size() < 2) {
      throw new Stage.Failure(
          "%s: all tracks are of one genre (%s), but a network needs two to tell apart; give the"
              + " folder that holds one folder per genre",
          corpus, String.join(", ", genres));
    }
  }

  private Step network(StageSteps stages, NetworkCatalog.Entry entry, Path features, Path split) {
    Path folder = out.resolve(entry.name());
    if (entry.isBaseline()) {
      Map<String, String> drawnBy = Map.of("split-by", splitBy);
      return stages.baseline(entry.name(), entry.name(), features, split, folder, drawnBy);
    }
    var options = new LinkedHashMap<String, String>();
    options.put("shape", entry.flat() ? "flat" : "frames");
    options.put("epochs", "" + epochsOf(entry));
    options.put("split-by", entry.flat() ? "cluster" : splitBy);
    options.putAll(training);
    return stages.network(entry.name(), entry.alias(), null, features, split, folder, options);
  }

  private int epochsOf(NetworkCatalog.Entry entry) {
    if (epochs != null) {
      return epochs;
    }
    if (quick) {
      boolean lstm = entry.name().equals("lstm");
      return !isDemo() ? QUICK_EPOCHS_ON_REAL_MUSIC : lstm ? QUICK_EPOCHS_OF_LSTM : QUICK_EPOCHS;
    }
    return isDemo() ? entry.demoEpochs() : entry.epochs();
  }

  // ---- what is printed

  private void printResults(Duration took) {
    System.out.println();
    Stage.results().println(AccuracyTable.of(out, chosen(), isDemo(), withoutPaper).print());
    String left =
        NetworkCatalog.ENTRIES.stream()
            .filter(entry -> entry.flat() && !networks.contains(entry.name()))
            .map(NetworkCatalog.Entry::name)
            .collect(Collectors.joining(", "));
    if (!left.isEmpty()) {
      System.out.printf(
          "left out: %s (1690 time steps per segment, slow); add with --networks%n", left);
    }
    System.out.printf("%d:%02d min%n", took.toMinutes(), took.toSecondsPart());
    System.out.println(out.resolve("report/index.html"));
  }
}
