//FILES plans/augmentation.yaml=../../../data/plans/augmentation.yaml
//FILES plans/baselines.yaml=../../../data/plans/baselines.yaml
//FILES plans/controlled.yaml=../../../data/plans/controlled.yaml
//FILES plans/folds.yaml=../../../data/plans/folds.yaml
//FILES plans/hybrid.yaml=../../../data/plans/hybrid.yaml
//FILES plans/ingredients.yaml=../../../data/plans/ingredients.yaml
//FILES plans/inputs.yaml=../../../data/plans/inputs.yaml
//FILES plans/leakage.yaml=../../../data/plans/leakage.yaml
//FILES plans/paper.yaml=../../../data/plans/paper.yaml
//FILES plans/probe.yaml=../../../data/plans/probe.yaml
//FILES plans/recipe.yaml=../../../data/plans/recipe.yaml
//FILES plans/refit.yaml=../../../data/plans/refit.yaml
//FILES plans/shape.yaml=../../../data/plans/shape.yaml
//SOURCES ../kit/Stage.java
//SOURCES ../networks/NetworkCatalog.java
//SOURCES ../results/BaselineMethod.java
//SOURCES PlanReader.java
//SOURCES PlannedRun.java

package genrelab.study;

import genrelab.kit.Stage;
import genrelab.networks.NetworkCatalog;
import genrelab.results.BaselineMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A matrix of experiments, read from YAML: which networks are trained on which features and splits.
 *
 * <pre>{@code
 * name: controlled
 * question: Does the cluster help?
 * seeds: [1, 2, 3]
 * epochs: {cnn: 30, lstm: 20}     # or one number; default: the network's own
 * training: {scale: standardise}  # options of the networks in all runs, unless a run has its own
 * networks:                       # scripts of one's own, beside the plan; optional
 *   mine: {script: MyNetwork.java}
 * features:                       # a stage and its options by their long names
 *   mfcc: {stage: mfcc}           # computed, or a file given by --features mfcc=FILE
 *   long: {stage: mfcc, segment-seconds: 10}  # default: 3
 *   kmeans: {stage: kmeans, of: mfcc, clusters: 10, fit-on: train}
 * splits:                         # options of split
 *   segment: {by: segment}
 *   cluster: {by: cluster, features: kmeans}
 *   long: {by: track, features: long}  # of the segments of these features
 *   folds: {by: artist, folds: 5} # a training per fold; their tests are pooled
 * augmentations:                  # options of augment; needs --corpus
 *   noisy: {stretch: none, pitch: none, noise: 20}
 * runs:                           # baselines too: majority, knn, logistic, forest, svm
 *                                 # options of the network; a list stands for a run of each value,
 *                                 # a label replaces the options in the run's name
 *   - {network: [cnn, lstm], features: kmeans, split: segment, clusters: [none, one-hot]}
 * ensembles:                      # the mean of the probabilities of runs, seed by seed
 *   both: [cnn-kmeans-segment, lstm-kmeans-segment]
 * comparisons:                    # a minus b, for all pairs of runs that differ in nothing else
 *   - {a: {clusters: one-hot}, b: {clusters: none}, effect: the cluster as input}
 * }</pre>
 *
 * <p>{@code data/schemas/plan.schema.json} describes the form to editors.
 *
 * @param name of the folder of its results
 * @param file it was read from, for messages
 * @param epochs by network
 * @param scripts of networks that are no stages, by their names; those that do not lie beside the
 *     plan by their paths in the kit
 * @param features by their names
 * @param splits by their names
 * @param augmentations options of augment, by their names
 * @param runs all combinations, in the plan's order; then the ensembles
 * @param comparisons declared ones, network by network; empty where the plan declares none
 * @param yaml the file's text, which is copied beside the results
 */
public record Plan(
    String name,
    String file,
    String question,
    List<Long> seeds,
    Map<String, Integer> epochs,
    Map<String, Path> scripts,
    Map<String, FeatureSet> features,
    Map<String, Split> splits,
    Map<String, Map<String, String>> augmentations,
    List<PlannedRun> runs,
    List<Comparison> comparisons,
    String yaml) {

  /** The plans that come with the kit, by name. */
  public static final List<String> SHIPPED =
      List.of(
          "augmentation",
          "baselines",
          "controlled",
          "folds",
          "hybrid",
          "ingredients",
          "inputs",
          "leakage",
          "paper",
          "probe",
          "recipe",
          "refit",
          "shape");

  /** Length of a segment where a plan says nothing, in seconds: that of {@code segment}. */
  public static final double SEGMENT_SECONDS = 3;

  /** The augmentation of a run without one. */
  public static final String NONE = "none";

  /** What runs may name of the kit: baselines, and the stages that train a network. */
  public static final List<String> NETWORKS =
      Stream.concat(
              Arrays.stream(BaselineMethod.values()).map(BaselineMethod::name),
              NetworkCatalog.aliases().stream())
          .toList();

  /** Of a network of the user's own. */
  private static final int EPOCHS = 30;

  static final Pattern FILE = Pattern.compile(".*\\.(txt|csv|zip|onnx|ya?ml|json)");

  /**
   * Features and how they are computed.
   *
   * @param stage kmeans or a stage of {@link genrelab.features.FeatureCatalog}
   * @param of the features that kmeans clusters; else empty
   * @param segmentSeconds length of the segments; where it clusters, that of the features it
   *     clusters
   * @param options of the stage
   */
  public record FeatureSet(
      String stage, String of, double segmentSeconds, Map<String, String> options) {
    public boolean isClustered() {
      return stage.equals("kmeans");
    }

    /** Whether the clusters are fitted on the training set of a split. */
    public boolean isFitOnTraining() {
      return options.getOrDefault("fit-on", "all").equals("train");
    }
  }

  /**
   * A split into training, validation and test sets.
   *
   * @param features whose clusters stratify it, or whose segments it is of; may be empty
   * @param segmentSeconds length of its segments
   * @param options of split
   */
  public record Split(String features, double segmentSeconds, Map<String, String> options) {
    public String by() {
      return options.getOrDefault("by", "segment");
    }

    /** Number of folds of a cross-validation; 0 for one split. */
    public int folds() {
      return folds(options);
    }

    /** The same, of the options of split alone. */
    static int folds(Map<String, String> options) {
      return Integer.parseInt(options.getOrDefault("folds", "0"));
    }
  }

  /**
   * The difference of two runs, a minus b.
   *
   * @param a name of a run
   * @param b name of another
   * @param effect what the difference measures, e.g. "the cluster as input"; may be empty
   */
  public record Comparison(String a, String b, String effect) {}

  /**
   * Reads a plan and checks everything that can be checked before a stage runs.
   *
   * @param fileOrName a YAML file, or a shipped plan's name
   * @throws Stage.Failure naming the file, the key, what is wrong and what is allowed
   */
  public static Plan read(String fileOrName) {
    Path file = Path.of(fileOrName);
    try {
      if (Files.isRegularFile(file)) {
        return new PlanReader(fileOrName, file.toAbsolutePath().getParent())
            .read(Files.readAllBytes(file));
      }
      if (SHIPPED.contains(fileOrName)) {
        return shipped(fileOrName);
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    throw new Stage.UsageError(
        "--plan %s: neither a file nor the name of a plan; plans are %s",
        fileOrName, String.join(", ", SHIPPED));
  }

  /** One of {@link #SHIPPED}. */
  public static Plan shipped(String name) {
    try (InputStream in = Plan.class.getResourceAsStream("/plans/" + name + ".yaml")) {
      return new PlanReader(name + ".yaml", null).read(in.readAllBytes());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The files that the options of a stage name. */
  public static List<Path> filesOf(Map<String, String> options) {
    var files = new ArrayList<Path>();
    for (String value : options.values()) {
      for (String one : value.split(",")) {
        if (FILE.matcher(one).matches() && Files.isRegularFile(Path.of(one))) {
          files.add(Path.of(one));
        }
      }
    }
    return files;
  }

  /**
   * The same plan with other seeds and epochs.
   *
   * @param seeds null for the plan's own
   * @param epochs of every run; null for the plan's own
   */
  public Plan with(List<Long> seeds, Integer epochs) {
    var epochsOf = new TreeMap<>(this.epochs);
    List<PlannedRun> changed = runs;
    if (epochs != null) {
      runs.forEach(run -> epochsOf.put(run.network(), epochs));
      changed = runs.stream().map(Plan::withoutEpochs).toList();
    }
    return new Plan(
        name,
        file,
        question,
        seeds != null ? List.copyOf(new LinkedHashSet<>(seeds)) : this.seeds,
        epochsOf,
        scripts,
        features,
        splits,
        augmentations,
        changed,
        comparisons,
        yaml);
  }

  /**
   * The same plan with a model for its features of stage embed that name none.
   *
   * @throws Stage.UsageError if there are no such features
   */
  Plan withModel(Path model) {
    var named = new LinkedHashMap<>(features);
    named.replaceAll(
        (name, set) -> {
          if (!set.stage().equals("embed") || set.options().containsKey("model")) {
            return set;
          }
          var options = new LinkedHashMap<>(set.options());
          options.put("model", model.toString());
          return new FeatureSet(set.stage(), set.of(), set.segmentSeconds(), options);
        });
    Stage.requireOption(
        !named.equals(features),
        "--model: plan %s has no features of stage embed without a model",
        name);
    return new Plan(
        name,
        file,
        question,
        seeds,
        epochs,
        scripts,
        named,
        splits,
        augmentations,
        runs,
        comparisons,
        yaml);
  }

  private static PlannedRun withoutEpochs(PlannedRun run) {
    var options = new LinkedHashMap<>(run.options());
    options.remove("epochs");
    return run.with(options);
  }

  /** A length as one writes it: 10 and not 10.0. */
  static String shortest(double seconds) {
    return BigDecimal.valueOf(seconds).stripTrailingZeros().toPlainString();
  }

  /** The number of epochs that a run trains. */
  public int epochsOf(PlannedRun run) {
    String own = run.options().get("epochs");
    if (own != null) {
      return Integer.parseInt(own);
    }
    Integer told = epochs.get(run.network());
    return told != null
        ? told
        : NetworkCatalog.of(run.network()).map(NetworkCatalog.Entry::epochs).orElse(EPOCHS);
  }

  /** What a run uses clusters for: none, stratum (of the split), one-hot, or one-hot+stratum. */
  public String clustersOf(PlannedRun run) {
    boolean oneHot = run.options().getOrDefault("clusters", NONE).equals("one-hot");
    boolean stratum = splits.get(run.split()).by().equals("cluster");
    return oneHot ? stratum ? "one-hot+stratum" : "one-hot" : stratum ? "stratum" : NONE;
  }
}
