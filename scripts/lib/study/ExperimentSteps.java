//SOURCES ../corpus/DrawnSplit.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/BaselineMethod.java
//SOURCES Plan.java
//SOURCES PlannedRun.java
//SOURCES StageSteps.java
//SOURCES Step.java
//SOURCES ../features/FeatureCatalog.java
//SOURCES ../features/Features.java

package genrelab.study;

import genrelab.corpus.DrawnSplit;
import genrelab.features.FeatureCatalog;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.results.BaselineMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The steps of a plan: each split, each set of features and each training once, before what needs
 * it.
 *
 * <p>All runs of the first seed come first, so that a plan that is stopped early has trained each
 * run once.
 */
public final class ExperimentSteps {
  private static final String SEGMENTS = "--segments";

  private final Plan plan;
  private final Inputs given;
  private final Path out;

  private final Map<String, Step> steps = new LinkedHashMap<>();
  private final Map<Training, Step> trainings = new LinkedHashMap<>();

  /**
   * What a plan starts from.
   *
   * @param corpus or null
   * @param features files by the plan's names
   * @param artists a CSV of tracks and artists, or null
   */
  public record Inputs(Path corpus, Map<String, Path> features, Path artists) {
    private Inputs absolute() {
      var files = new LinkedHashMap<String, Path>();
      features.forEach((name, file) -> files.put(name, file.toAbsolutePath().normalize()));
      return new Inputs(
          corpus == null ? null : corpus.toAbsolutePath().normalize(),
          files,
          artists == null ? null : artists.toAbsolutePath().normalize());
    }
  }

  /** A run with one seed. */
  record Training(PlannedRun run, long seed) {
    String name() {
      return name(0);
    }

    /** The name of a fold's training; the training's own where there are no folds. */
    String name(int fold) {
      return name(run.name(), fold);
    }

    /** The same of any of the plan's runs with this seed, e.g. of an ensemble's member. */
    String name(String ofRun, int fold) {
      return ofRun + "-seed" + seed + (fold == 0 ? "" : "-fold" + fold);
    }
  }

  /**
   * Plans the steps.
   *
   * @param out the plan's folder of results
   * @throws Stage.Failure if the plan needs what isn't given
   */
  ExperimentSteps(Plan plan, Inputs given, Path out) {
    this.plan = plan;
    this.given = given.absolute();
    this.out = out;
    checkGiven();
    for (long seed : plan.seeds()) {
      for (PlannedRun run : plan.runs()) {
        var training = new Training(run, seed);
        trainings.put(training, tested(training));
      }
    }
  }

  /** All steps, in the order in which they run. */
  List<Step> all() {
    return List.copyOf(steps.values());
  }

  /** The step of each training, in the order of the runs, seed by seed. */
  Map<Training, Step> trainings() {
    return trainings;
  }

  private void checkGiven() {
    for (var entry : given.features().entrySet()) {
      Plan.FeatureSet set = plan.features().get(entry.getKey());
      Stage.requireOption(
          set != null && !set.isClustered(),
          "--features %s=…: plan %s takes %s",
          entry.getKey(),
          plan.name(),
          String.join(", ", plainFeatures()));
      if (!Files.exists(entry.getValue())) {
        throw new Stage.Failure("%s: no such features file; check the path", entry.getValue());
      }
    }
    if (given.artists() != null && !Files.isRegularFile(given.artists())) {
      throw new Stage.Failure("%s: no such file; give a CSV of track and artist", given.artists());
    }
  }

  private List<String> plainFeatures() {
    return plan.features().keySet().stream()
        .filter(name -> !plan.features().get(name).isClustered())
        .toList();
  }

  private Step add(Step step) {
    Step other = steps.putIfAbsent(step.name(), step);
    if (other != null && !other.outputs().equals(step.outputs())) {
      throw new Stage.Failure(
          "%s: two of its steps would be called %s; give its features, splits or augmentations"
              + " other names",
          plan.file(), step.name());
    }
    return step;
  }

  /** A training and its test; of a cross-validation those of all folds, pooled. */
  private Step tested(Training training) {
    PlannedRun run = training.run();
    if (run.isEnsemble()) {
      return ensemble(training);
    }
    Path split = split(run.split(), run.augmentation(), training.seed());
    int folds = plan.splits().get(run.split()).folds();
    if (folds == 0) {
      return network(training, 0, split);
    }
    List<Path> folders =
        IntStream.rangeClosed(1, folds)
            .mapToObj(fold -> network(training, fold, DrawnSplit.foldFile(split, fold)))
            .map(step -> step.output().getParent())
            .toList();
    String name = training.name();
    return add(new StageSteps(training.seed()).pool(name, folders, out.resolve(name)));
  }

  /** The mean of the probabilities of runs with one seed, which come before it. */
  private Step ensemble(Training training) {
    String name = training.name();
    List<Path> folders =
        training.run().members().stream()
            .map(member -> out.resolve(training.name(member, 0)))
            .toList();
    return add(new StageSteps(training.seed()).ensemble(name, folders, out.resolve(name)));
  }

  private Step network(Training training, int fold, Path split) {
    PlannedRun run = training.run();
    long seed = training.seed();
    String name = training.name(fold);
    Path features = features(run.features(), run.split(), run.augmentation(), seed);
    Path folder = out.resolve(name);
    var options = new LinkedHashMap<>(run.options());
    if (fold > 0) {
      options.put("fold", "" + fold);
    }
    if (BaselineMethod.isNameOf(run.network())) {
      options.put("split-by", plan.splits().get(run.split()).by());
      return add(
          new StageSteps(seed).baseline(name, run.network(), features, split, folder, options));
    }
    options.put("epochs", "" + plan.epochsOf(run));
    options.put("split-by", plan.splits().get(run.split()).by());
    return add(
        new StageSteps(seed)
            .network(
                name,
                run.network(),
                plan.scripts().get(run.network()),
                features,
                split,
                folder,
                options));
  }

  private Path split(String name, String augmentation, long seed) {
    if (!augmentation.equals(Plan.NONE)) {
      return augmented(name, augmentation, seed).resolveSibling("split.json");
    }
    Plan.Split split = plan.splits().get(name);
    String kind = "--features";
    Path input;
    if (split.by().equals("cluster")) {
      input = features(split.features(), name, Plan.NONE, seed);
    } else if (given.corpus() != null) {
      kind = SEGMENTS;
      input = segments(split.segmentSeconds());
    } else {
      input = firstGiven(name);
    }
    if (given.artists() == null && split.by().equals("artist") && given.corpus() == null) {
      throw new Stage.Failure(
          "%s: splits.%s: by artist needs --artists FILE, a CSV of track and artist, beside"
              + " --features",
          plan.file(), name);
    }
    String place = name + "-seed" + seed;
    Path file = out.resolve("splits").resolve(place + ".json");
    add(
        new StageSteps(seed)
            .split("split-" + place, kind, input, given.artists(), file, split.options()));
    return file;
  }

  /**
   * What to split where there is no audio: the features that the split names, or any whose segments
   * are of its length.
   */
  private Path firstGiven(String split) {
    double seconds = plan.splits().get(split).segmentSeconds();
    List<String> sameLength =
        plainFeatures().stream()
            .filter(name -> plan.features().get(name).segmentSeconds() == seconds)
            .toList();
    return Stream.concat(Stream.of(plan.splits().get(split).features()), sameLength.stream())
        .filter(given.features()::containsKey)
        .map(given.features()::get)
        .findFirst()
        .orElseThrow(
            () -> lacking("splits." + split, sameLength.stream().findFirst().orElse("NAME")));
  }

  private Stage.Failure lacking(String key, String features) {
    return new Stage.Failure(
        "%s: %s: give --features %s=FILE or --corpus DIR", plan.file(), key, features);
  }

  private Path features(String name, String split, String augmentation, long seed) {
    Plan.FeatureSet set = plan.features().get(name);
    if (set.isClustered()) {
      return clustered(name, set, split, augmentation, seed);
    }
    boolean plain = augmentation.equals(Plan.NONE);
    if (given.features().containsKey(name)) {
      if (!plain) {
        throw needsAudio(augmentation);
      }
      return given.features().get(name);
    }
    if (given.corpus() == null) {
      throw lacking("features." + name, name);
    }
    if (set.stage().equals("embed") && !set.options().containsKey("model")) {
      throw new Stage.Failure(
          "%s: features.%s: give the model that embeds, --model FILE, or --features %s=FILE",
          plan.file(), name, name);
    }
    Path segments = plain ? segments(set.segmentSeconds()) : augmented(split, augmentation, seed);
    String place = name + (plain ? "" : "-" + augmentation + "-" + split + "-seed" + seed);
    String ending = FeatureCatalog.ofStage(set.stage()).orElseThrow().ending();
    Path file = out.resolve("features").resolve(place + ending);
    return add(new StageSteps(seed)
            .features(place, set.stage(), segments, given.corpus(), file, set.options()))
        .output();
  }

  private Path clustered(
      String name, Plan.FeatureSet set, String split, String augmentation, long seed) {
    boolean plain = augmentation.equals(Plan.NONE);
    String place =
        name
            + (plain ? "" : "-" + augmentation)
            + (plain && !set.isFitOnTraining() ? "" : "-" + split)
            + "-seed"
            + seed;
    Path of = features(set.of(), split, augmentation, seed);
    Path fittedOn = set.isFitOnTraining() ? split(split, augmentation, seed) : null;
    String kind = Features.isFolder(of) ? "features" : "features.json";
    Path file = out.resolve("features").resolve(place).resolve(kind);
    return add(new StageSteps(seed).kmeans(place, of, fittedOn, file, set.options())).output();
  }

  private Path segments(double seconds) {
    boolean usual = seconds == Plan.SEGMENT_SECONDS;
    String length = Plan.shortest(seconds);
    String ending = usual ? "" : "-" + length + "s";
    Path file = out.resolve("segments" + ending + ".json");
    Map<String, String> options = usual ? Map.of() : Map.of("seconds", length);
    return add(new StageSteps(plan.seeds().get(0))
            .segment("segment" + ending, given.corpus(), file, options))
        .output();
  }

  /** The segments of a split with the copies of its training set. */
  private Path augmented(String split, String augmentation, long seed) {
    if (given.corpus() == null) {
      throw needsAudio(augmentation);
    }
    String name = augmentation + "-" + split + "-seed" + seed;
    Path segments = segments(plan.splits().get(split).segmentSeconds());
    Path parts = split(split, Plan.NONE, seed);
    return add(new StageSteps(seed)
            .augment(
                name,
                segments,
                parts,
                given.corpus(),
                out.resolve("augmented").resolve(name),
                plan.augmentations().get(augmentation)))
        .output();
  }

  private Stage.Failure needsAudio(String augmentation) {
    return new Stage.Failure(
        "%s: augmentations.%s: copies are made of audio; give --corpus DIR, not --features",
        plan.file(), augmentation);
  }
}
