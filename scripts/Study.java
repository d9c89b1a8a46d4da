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
//SOURCES lib/study/AccuracyTable.java
//SOURCES lib/study/ExperimentSteps.java
//SOURCES lib/study/Experiments.java
//SOURCES lib/study/KitLocation.java
//SOURCES lib/study/Plan.java
//SOURCES lib/study/PlanOptions.java
//SOURCES lib/study/Step.java
//SOURCES lib/study/StepRunner.java
//SOURCES lib/study/StudySteps.java
//SOURCES lib/study/StudyTrainingOptions.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import genrelab.corpus.Corpus;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.study.AccuracyTable;
import genrelab.study.ExperimentSteps;
import genrelab.study.Experiments;
import genrelab.study.KitLocation;
import genrelab.study.Plan;
import genrelab.study.PlanOptions;
import genrelab.study.Step;
import genrelab.study.StepRunner;
import genrelab.study.StudySteps;
import genrelab.study.StudyTrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  static final class Source {
    @Option(
        names = "--corpus",
        description = "Folder with one folder per genre (default: the synthetic demo corpus).")
    Path corpus;

    @Option(
        names = "--features",
        paramLabel = "FILE",
        description =
            "A features JSON or folder, e.g. of import, instead of a corpus; with --plan:"
                + " NAME=FILE, NAME as in the plan, repeatable.")
    @Input
    List<String> features;
  }

  @ArgGroup Source source = new Source();

  @Option(
      names = "--out",
      description = "Folder of the run (default: data/runs/study in the kit's folder).")
  @Output
  Path out;

  @Mixin StudyTrainingOptions training = new StudyTrainingOptions();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Random seed (default ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--no-paper",
      description =
          "Leave the paper's figures out of the table and the report (default: they stand beside"
              + " runs of GTZAN's genres).")
  boolean withoutPaper;

  @Mixin PlanOptions plan = new PlanOptions();

  @Option(
      names = "--artists",
      paramLabel = "FILE",
      description =
          "CSV with columns track and artist, for splits by artist (default: artists.csv in the"
              + " corpus).")
  Path artists;

  @Option(
      names = "--kit",
      description =
          "The kit's folder, or the URL of its catalog, as for study@URL (default: the kit that"
              + " study was started from).")
  String kit;

  @Spec CommandSpec spec;

  private Path corpus;

  public static void main(String... args) {
    System.exit(Stage.run(new Study(), args));
  }

  @Override
  public Integer call() {
    checkCombination();
    if (plan.isGiven()) {
      runPlan();
      return 0;
    }
    checkOptions();
    Instant begin = Instant.now();
    var kit = KitLocation.at(this.kit);
    setFolders(kit.home());
    Path features = source.features == null ? null : Path.of(source.features.get(0));
    var inputs = new StudySteps.Inputs(corpus, isDemo(), features, artists);
    var steps = new StudySteps(inputs, training, seed, out);
    var runner = new StepRunner(kit, out);
    if (features != null) {
      requireNoCorpus(features);
    }
    for (Step step : steps.all(withoutPaper)) {
      if (step.alias().equals("report")) { // which shows the record
        runner.forgetOthers();
      }
      if (StudySteps.isOfEmbedding(step) && steps.hasFewTestSegments()) {
        System.out.printf("== %s: left out, too few test segments%n", step.name());
        continue;
      }
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
    List<String> foreign =
        plan.isGiven()
            ? List.of("--networks", "--split-by", "--seed", "--quick", "--no-paper")
            : List.of("--seeds", "--dry-run", "--model");
    for (String option : foreign) {
      Stage.requireOption(
          !spec.commandLine().getParseResult().hasMatchedOption(option),
          plan.isGiven()
              ? "%s does not go with --plan, which says it itself"
              : "%s goes with --plan",
          option);
    }
    Stage.requireOption(
        !plan.isGiven() || training.afterDashes.isEmpty(),
        "options after -- do not go with --plan, whose training: holds them");
    Stage.requireOption(
        plan.isGiven() || source.features == null || source.features.size() == 1,
        "--features is one file, unless with --plan");
    Stage.requireOption(
        training.epochs == null || training.epochs >= 1 && training.epochs <= 10_000,
        "--epochs must be from 1 to 10000, not %s",
        training.epochs);
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
    training.checkOptions();
    Stage.requireOption(
        !training.splitBy.equals("artist") || source.features == null || artists != null,
        "--split-by artist with --features needs --artists FILE: a features JSON knows no artists");
    Stage.requireOption(
        artists == null || training.splitBy.equals("artist"),
        "--artists goes with --split-by artist, or with --plan");
  }

  private boolean isDemo() {
    return source.corpus == null && source.features == null;
  }

  private void setFolders(Path home) {
    corpus =
        isDemo()
            ? home.resolve("data/corpora").resolve(training.quick ? "demo-quick" : "demo")
            : source.corpus;
    if (out == null) {
      out = home.resolve("data/runs").resolve(training.quick ? "study-quick" : "study");
    }
    out = out.toAbsolutePath().normalize();
    Store.createFolder(out);
  }

  // ---- a plan

  private void runPlan() {
    Plan chosen = plan.read(training.epochs);
    Map<String, Path> features = PlanOptions.features(source.features);
    var kit = KitLocation.at(this.kit);
    Path results = out != null ? out : kit.home().resolve("data/runs/experiments");
    var inputs = new ExperimentSteps.Inputs(source.corpus, features, artists);
    var experiments = new Experiments(chosen, inputs, results.resolve(chosen.name()));
    experiments.requireScripts(kit);
    if (plan.dryRun) {
      experiments.list();
    } else {
      experiments.run(kit);
    }
  }

  // ---- the study

  /** The report of these features would show an earlier study's corpus as theirs. */
  private void requireNoCorpus(Path features) {
    boolean own = features.toAbsolutePath().normalize().startsWith(out);
    for (String name : List.of("segments.json", "verify.json")) {
      if (!own && Files.exists(out.resolve(name))) {
        throw new Stage.Failure(
            "%s: it is of an earlier study, of a corpus; give --features another --out",
            out.resolve(name));
      }
    }
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

  // ---- what is printed

  private void printResults(Duration took) {
    System.out.println();
    Stage.results()
        .println(AccuracyTable.of(out, training.chosen(), isDemo(), withoutPaper).print());
    String left = training.leftOut();
    if (!left.isEmpty()) {
      System.out.printf(
          "left out: %s (1690 time steps per segment, slow); add with --networks%n", left);
    }
    System.out.printf("%d:%02d min%n", took.toMinutes(), took.toSecondsPart());
    System.out.println(out.resolve("report/index.html"));
  }
}
