//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.19.2
//SOURCES ../kit/Stage.java
//FILES plans/augmentation.yaml=../../../data/plans/augmentation.yaml
//FILES plans/controlled.yaml=../../../data/plans/controlled.yaml
//FILES plans/hybrid.yaml=../../../data/plans/hybrid.yaml
//FILES plans/inputs.yaml=../../../data/plans/inputs.yaml
//FILES plans/leakage.yaml=../../../data/plans/leakage.yaml
//FILES plans/paper.yaml=../../../data/plans/paper.yaml
//FILES plans/refit.yaml=../../../data/plans/refit.yaml

package genrelab.study;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import genrelab.kit.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * An experiment matrix, read from YAML: which networks are trained on which features and splits.
 *
 * <pre>{@code
 * name: controlled
 * question: Does the cluster help?
 * seeds: [1, 2, 3]
 * epochs: {cnn: 30, lstm: 20}     # or one number; 30 where it isn't said
 * training: {scale: standardise}  # options of the networks in all runs, unless a run says another
 * features:                       # stage and its options by their long names
 *   mfcc: {stage: mfcc}           # or given, by --features mfcc=FILE
 *   kmeans: {stage: kmeans, of: mfcc, clusters: 10, fit-on: train}
 * splits:                         # options of split
 *   segment: {by: segment}
 *   cluster: {by: cluster, features: kmeans}
 * augmentations:                  # options of augment; needs --corpus
 *   noisy: {stretch: none, pitch: none, noise: 20}
 * runs:                           # options of the network; a list makes a run of each, a label
 *                                 # stands for the options in its name
 *   - {network: [cnn, lstm], features: kmeans, split: segment, clusters: [none, one-hot]}
 * }</pre>
 *
 * @param name of its results' folder
 * @param file it was read from, as told in messages
 * @param epochs by network
 * @param features by their names
 * @param splits by their names
 * @param augmentations options of augment, by their names
 * @param runs all combinations, in the plan's order
 */
public record Plan(
    String name,
    String file,
    String question,
    List<Long> seeds,
    Map<String, Integer> epochs,
    Map<String, Made> features,
    Map<String, Split> splits,
    Map<String, Map<String, String>> augmentations,
    List<Run> runs) {

  /** The plans that come with the kit, by name. */
  public static final List<String> SHIPPED =
      List.of("augmentation", "controlled", "hybrid", "inputs", "leakage", "paper", "refit");

  /** What a run without augmentation names. */
  public static final String NONE = "none";

  public static final List<String> NETWORKS = List.of("cnn", "lstm", "hybrid", "compact");

  private static final Pattern FILE = Pattern.compile(".*\\.(txt|csv)");
  private static final int EPOCHS = 30;
  private static final int MOST_BYTES = 1 << 16;
  private static final int DEEPEST = 8;
  private static final int MOST_RUNS = 1000;

  /**
   * Features and how they are made.
   *
   * @param stage mfcc, logmel or kmeans
   * @param of the features that kmeans clusters, else empty
   * @param options of the stage
   */
  public record Made(String stage, String of, Map<String, String> options) {
    public boolean isClustered() {
      return stage.equals("kmeans");
    }

    /** Whether they hang on a split, whose training part alone makes the clusters. */
    public boolean isFitOnTraining() {
      return options.getOrDefault("fit-on", "all").equals("train");
    }
  }

  /**
   * A split.
   *
   * @param features whose clusters it is drawn by, else empty
   * @param options of split
   */
  public record Split(String features, Map<String, String> options) {
    public String by() {
      return options.getOrDefault("by", "segment");
    }
  }

  /**
   * One network on one input and split; each seed is a training of its own.
   *
   * @param augmentation a name, or none
   * @param options of the network, but for those that are the same in every run
   */
  public record Run(
      String name,
      String network,
      String features,
      String split,
      String augmentation,
      Map<String, String> options) {}

  /** A stage's options and what they may be: words, or one of the kinds below. */
  private static final String WHOLE = "a whole number from 1";

  private static final String COUNT = "a whole number from 0";
  private static final String NUMBER = "a number";
  private static final String TEXT = "a text";
  private static final String FLAG = "true|false";

  private static final Map<String, Map<String, String>> OPTIONS =
      Map.of(
          "network",
          Map.ofEntries(
              Map.entry("shape", "frames|flat"),
              Map.entry("clusters", "none|one-hot"),
              Map.entry("scale", "none|standardise"),
              Map.entry("epochs", WHOLE),
              Map.entry("batch", WHOLE),
              Map.entry("learning-rate", NUMBER),
              Map.entry("decay", NUMBER),
              Map.entry("mask-frames", COUNT),
              Map.entry("mask-coefficients", COUNT),
              Map.entry("mixup", NUMBER),
              Map.entry("early-stopping", COUNT),
              Map.entry("test-model", "last|best")),
          "split",
          Map.of(
              "by", "segment|cluster|track|artist|file",
              "stratify", "none|genre",
              "ratios", TEXT,
              "lists", TEXT,
              "exclude", TEXT,
              "train-size", WHOLE,
              "repetitions", TEXT),
          "augment",
          Map.of("stretch", TEXT, "pitch", TEXT, "noise", TEXT, "copies", WHOLE),
          "mfcc",
          Map.of(
              "coefficients",
              WHOLE,
              "delta",
              FLAG,
              "flavour",
              "librosa|tarsos",
              "window",
              "hann|hamming",
              "n-fft",
              WHOLE,
              "hop",
              WHOLE,
              "mels",
              WHOLE,
              "sample-rate",
              WHOLE),
          "logmel",
          Map.of(
              "window",
              "hann|hamming",
              "n-fft",
              WHOLE,
              "hop",
              WHOLE,
              "mels",
              WHOLE,
              "sample-rate",
              WHOLE),
          "kmeans",
          Map.of(
              "clusters", WHOLE,
              "fit-on", "all|train",
              "input", "flat|stats",
              "standardise", FLAG,
              "restarts", WHOLE,
              "iterations", WHOLE));

  /**
   * The options that a plan may give a stage, by the long names that the stage itself has.
   *
   * @param stage network, split, augment, mfcc, logmel or kmeans
   */
  public static Set<String> optionsOf(String stage) {
    return Set.copyOf(OPTIONS.get(stage).keySet());
  }

  /**
   * Reads a plan and checks all that can be told before anything runs.
   *
   * @param fileOrName a YAML file, or a shipped plan's name
   * @throws Stage.Failure naming the file, the key, what is wrong and what is allowed
   */
  public static Plan read(String fileOrName) {
    Path file = Path.of(fileOrName);
    try {
      if (Files.isRegularFile(file)) {
        return new Reader(fileOrName, file.toAbsolutePath().getParent())
            .read(Files.readAllBytes(file));
      }
      if (SHIPPED.contains(fileOrName)) {
        return shipped(fileOrName);
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    throw new Stage.UsageError(
        "--plan %s: no such file, nor a plan of that name; there are %s",
        fileOrName, String.join(", ", SHIPPED));
  }

  /** One of {@link #SHIPPED}. */
  public static Plan shipped(String name) {
    try (InputStream in = Plan.class.getResourceAsStream("/plans/" + name + ".yaml")) {
      return new Reader(name + ".yaml", null).read(in.readAllBytes());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The files that a split's or a stage's options name. */
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
    List<Run> changed = runs;
    if (epochs != null) {
      NETWORKS.forEach(network -> epochsOf.put(network, epochs));
      changed =
          runs.stream()
              .map(
                  run -> {
                    var options = new LinkedHashMap<>(run.options());
                    options.remove("epochs");
                    return new Run(
                        run.name(),
                        run.network(),
                        run.features(),
                        run.split(),
                        run.augmentation(),
                        options);
                  })
              .toList();
    }
    return new Plan(
        name,
        file,
        question,
        seeds != null ? List.copyOf(new LinkedHashSet<>(seeds)) : this.seeds,
        epochsOf,
        features,
        splits,
        augmentations,
        changed);
  }

  /** How long a run trains. */
  public int epochsOf(Run run) {
    String own = run.options().get("epochs");
    return own != null ? Integer.parseInt(own) : epochs.getOrDefault(run.network(), EPOCHS);
  }

  /** What a run does with clusters: none, stratum (of the split), one-hot, or both. */
  public String clustersOf(Run run) {
    boolean oneHot = run.options().getOrDefault("clusters", NONE).equals("one-hot");
    boolean stratum = splits.get(run.split()).by().equals("cluster");
    return oneHot ? stratum ? "one-hot+stratum" : "one-hot" : stratum ? "stratum" : NONE;
  }

  // ---- reading

  /** Reads one plan; messages name its file and the key. */
  private static final class Reader {
    private final String file;
    private final Path folder;

    private final Map<String, Made> features = new LinkedHashMap<>();
    private final Map<String, Split> splits = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> augmentations = new LinkedHashMap<>();

    /** Options of the networks that all runs share; they are no part of a run's name. */
    private Map<String, String> training = Map.of();

    Reader(String file, Path folder) {
      this.file = file;
      this.folder = folder;
    }

    Plan read(byte[] yaml) {
      JsonNode plan = parse(yaml);
      requireMap("", plan);
      known(
          "",
          plan,
          Set.of(
              "name",
              "question",
              "seeds",
              "epochs",
              "training",
              "features",
              "splits",
              "augmentations",
              "runs"));
      String name = name("name", text("name", required(plan, "", "name")));
      String question = text("question", required(plan, "", "question"));
      List<Long> seeds = seeds(plan.get("seeds"));
      Map<String, Integer> epochs = epochs(plan.get("epochs"));
      if (plan.has("training")) {
        readTraining(plan.get("training"));
      }
      entries(plan, "features").forEach(this::readFeatures);
      entries(plan, "splits").forEach(this::readSplit);
      if (plan.has("augmentations")) {
        entries(plan, "augmentations").forEach(this::readAugmentation);
      }
      features.forEach(this::checkFeatures);
      splits.forEach(this::checkSplit);
      List<Run> runs = runs(required(plan, "", "runs"));
      return new Plan(name, file, question, seeds, epochs, features, splits, augmentations, runs);
    }

    private JsonNode parse(byte[] yaml) {
      var bounds = new LoaderOptions();
      bounds.setCodePointLimit(MOST_BYTES);
      var depth = StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build();
      YAMLFactory factory =
          YAMLFactory.builder().loaderOptions(bounds).streamReadConstraints(depth).build();
      var mapper =
          new ObjectMapper(factory)
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
      try {
        try (YAMLParser parser = factory.createParser(yaml)) {
          while (parser.nextToken() != null) {
            if (parser.getTypeId() != null
                || parser.getObjectId() != null
                || parser.isCurrentAlias()) {
              throw failure(
                  "line " + parser.currentTokenLocation().getLineNr(),
                  "tags, anchors and aliases are not allowed; write the value itself");
            }
          }
        }
        return mapper.readTree(yaml);
      } catch (JsonProcessingException error) {
        JsonLocation at = error.getLocation();
        throw failure(
            at == null ? "YAML" : "line " + at.getLineNr(),
            "not the YAML of a plan (%s)",
            error.getOriginalMessage().lines().findFirst().orElse(""));
      } catch (IOException | RuntimeException error) {
        if (error instanceof Stage.Failure failure) {
          throw failure;
        }
        throw failure(
            "YAML",
            "can't be read (%s)",
            String.valueOf(error.getMessage()).lines().findFirst().orElse(""));
      }
    }

    private Stage.Failure failure(String key, String format, Object... values) {
      return new Stage.Failure(
          "%s: %s%s", file, key.isEmpty() ? "" : key + ": ", String.format(format, values));
    }

    private JsonNode required(JsonNode map, String key, String child) {
      if (!map.hasNonNull(child)) {
        throw failure(key, "'%s' is missing", child);
      }
      return map.get(child);
    }

    private void requireMap(String key, JsonNode node) {
      if (node == null || !node.isObject()) {
        throw failure(key, "must be keys with values, e.g. name: leakage");
      }
    }

    private void known(String key, JsonNode map, Set<String> allowed) {
      map.fieldNames()
          .forEachRemaining(
              child -> {
                if (!allowed.contains(child)) {
                  throw failure(key, "unknown key '%s'; allowed: %s", child, listed(allowed));
                }
              });
    }

    private static String listed(Set<String> names) {
      return names.isEmpty() ? "none" : String.join(", ", names.stream().sorted().toList());
    }

    private String text(String key, JsonNode node) {
      if (!node.isValueNode() || node.isNull() || node.asText().isBlank()) {
        throw failure(key, "must be one value, not %s", node);
      }
      return node.asText();
    }

    private String name(String key, String name) {
      if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
        throw failure(key, "'%s' is no name; use small letters, digits and hyphens", name);
      }
      return name;
    }

    private Map<String, JsonNode> entries(JsonNode plan, String key) {
      JsonNode section = required(plan, "", key);
      requireMap(key, section);
      var entries = new LinkedHashMap<String, JsonNode>();
      for (var entry : section.properties()) {
        String child = key + "." + name(key, entry.getKey());
        requireMap(child, entry.getValue());
        entries.put(entry.getKey(), entry.getValue());
      }
      return entries;
    }

    private List<Long> seeds(JsonNode node) {
      if (node == null) {
        return List.of(1L);
      }
      var seeds = new LinkedHashSet<Long>();
      for (JsonNode seed : node.isArray() ? node : List.of(node)) {
        if (!seed.canConvertToLong() || !seed.isIntegralNumber() || !seeds.add(seed.asLong())) {
          throw failure("seeds", "must be different whole numbers, e.g. [1, 2, 3], not %s", node);
        }
      }
      if (seeds.isEmpty()) {
        throw failure("seeds", "must be at least one, e.g. [1, 2, 3]");
      }
      return List.copyOf(seeds);
    }

    private Map<String, Integer> epochs(JsonNode node) {
      var epochs = new TreeMap<String, Integer>();
      if (node != null && node.isObject()) {
        known("epochs", node, Set.copyOf(NETWORKS));
        node.properties()
            .forEach(
                entry ->
                    epochs.put(
                        entry.getKey(), epochs("epochs." + entry.getKey(), entry.getValue())));
      } else if (node != null) {
        NETWORKS.forEach(network -> epochs.put(network, epochs("epochs", node)));
      }
      return epochs;
    }

    private int epochs(String key, JsonNode node) {
      if (!node.canConvertToInt()
          || !node.isIntegralNumber()
          || node.asInt() < 1
          || node.asInt() > 10_000) {
        throw failure(key, "must be from 1 to 10000, not %s", node);
      }
      return node.asInt();
    }

    private String option(String key, String stage, String name, String value) {
      String allowed = OPTIONS.get(stage).get(name);
      boolean valid =
          switch (allowed) {
            case WHOLE -> value.matches("[1-9][0-9]{0,8}");
            case COUNT -> value.matches("[0-9]{1,9}");
            case NUMBER -> value.matches("[0-9]*\\.?[0-9]+([eE]-?[0-9]{1,2})?");
            case TEXT -> !value.startsWith("-") || value.matches("-[0-9].*");
            default -> List.of(allowed.split("\\|")).contains(value);
          };
      if (!valid) {
        throw failure(key, "must be %s, not '%s'", allowed.replace("|", " or "), value);
      }
      return value;
    }

    /** A stage's options; lists are joined by commas, and files named beside the plan found. */
    private Map<String, String> options(String key, String stage, JsonNode map, Set<String> own) {
      var allowed = new LinkedHashSet<>(own);
      allowed.addAll(OPTIONS.get(stage).keySet());
      known(key, map, allowed);
      var options = new LinkedHashMap<String, String>();
      for (var entry : map.properties()) {
        if (!own.contains(entry.getKey())) {
          String child = key + "." + entry.getKey();
          var values = new ArrayList<String>();
          for (JsonNode value :
              entry.getValue().isArray() ? entry.getValue() : List.of(entry.getValue())) {
            values.add(besidePlan(text(child, value)));
          }
          String joined = String.join(",", values);
          options.put(entry.getKey(), option(child, stage, entry.getKey(), joined));
        }
      }
      return options;
    }

    private String besidePlan(String value) {
      if (folder == null || !FILE.matcher(value).matches()) {
        return value;
      }
      Path beside = folder.resolve(value).normalize();
      return Files.isRegularFile(beside) ? beside.toString() : value;
    }

    private void readTraining(JsonNode map) {
      requireMap("training", map);
      training = options("training", "network", map, Set.of());
      if (training.containsKey("epochs") || training.containsKey("clusters")) {
        throw failure("training", "epochs: stands by itself, clusters: in the runs");
      }
    }

    private void readFeatures(String name, JsonNode map) {
      String key = "features." + name;
      String stage = text(key + ".stage", required(map, key, "stage"));
      if (!List.of("mfcc", "logmel", "kmeans").contains(stage)) {
        throw failure(key + ".stage", "must be mfcc, logmel or kmeans, not '%s'", stage);
      }
      boolean kmeans = stage.equals("kmeans");
      Set<String> own = kmeans ? Set.of("stage", "of") : Set.of("stage");
      Map<String, String> options = options(key, stage, map, own);
      String of = kmeans ? text(key + ".of", required(map, key, "of")) : "";
      features.put(name, new Made(stage, of, options));
    }

    private void checkFeatures(String name, Made made) {
      if (made.isClustered()) {
        Set<String> plain = plainFeatures();
        if (!plain.contains(made.of())) {
          throw failure(
              "features." + name + ".of",
              "must be features without clusters (%s), not '%s'",
              listed(plain),
              made.of());
        }
      }
    }

    private Set<String> plainFeatures() {
      var plain = new LinkedHashSet<>(features.keySet());
      plain.removeIf(name -> features.get(name).isClustered());
      return plain;
    }

    private void readSplit(String name, JsonNode map) {
      String key = "splits." + name;
      Map<String, String> options = options(key, "split", map, Set.of("features"));
      String of = map.has("features") ? text(key + ".features", map.get("features")) : "";
      splits.put(name, new Split(of, options));
    }

    private void checkSplit(String name, Split split) {
      String key = "splits." + name;
      boolean byFile = split.by().equals("file");
      if (byFile != split.options().containsKey("lists")) {
        throw failure(key, "by: file and lists: go together");
      }
      boolean byCluster = split.by().equals("cluster");
      if (byCluster == split.features().isEmpty()) {
        throw failure(key, "by: cluster and features: (whose clusters?) go together");
      }
      if (byCluster) {
        var fit = new LinkedHashSet<>(features.keySet());
        fit.removeIf(
            made -> !features.get(made).isClustered() || features.get(made).isFitOnTraining());
        if (!fit.contains(split.features())) {
          throw failure(
              key + ".features",
              "must be features of stage kmeans, fit on all (%s), not '%s': what is fit on training"
                  + " segments needs a split first",
              listed(fit),
              split.features());
        }
      }
    }

    private void readAugmentation(String name, JsonNode map) {
      String key = "augmentations." + name;
      if (name.equals(NONE)) {
        throw failure(key, "the name none is for runs without augmentation; choose another");
      }
      augmentations.put(name, options(key, "augment", map, Set.of()));
    }

    // ---- the matrix

    private List<Run> runs(JsonNode list) {
      if (!list.isArray() || list.isEmpty()) {
        throw failure(
            "runs", "must be a list, e.g. - {network: cnn, features: mfcc, split: track}");
      }
      var combinations = new ArrayList<Map<String, String>>();
      for (int i = 0; i < list.size(); i++) {
        String key = "runs[" + (i + 1) + "]";
        requireMap(key, list.get(i));
        for (Map<String, String> combination : product(key, list.get(i))) {
          check(key, combination);
          combinations.add(combination);
          if (combinations.size() > MOST_RUNS) {
            throw failure(key, "the lists make more than %d runs; shorten them", MOST_RUNS);
          }
        }
      }
      var runs = new LinkedHashMap<String, Run>();
      for (Map<String, String> combination : combinations) {
        Run run = run(combination);
        if (runs.put(run.name(), run) != null) {
          throw failure("runs", "%s is there twice; remove one", run.name());
        }
      }
      return List.copyOf(runs.values());
    }

    private List<Map<String, String>> product(String key, JsonNode map) {
      var allowed =
          new LinkedHashSet<>(List.of("label", "network", "features", "split", "augmentation"));
      allowed.addAll(OPTIONS.get("network").keySet());
      known(key, map, allowed);
      for (String child : List.of("network", "features", "split")) {
        required(map, key, child);
      }
      List<Map<String, String>> product = List.of(new LinkedHashMap<>());
      for (var entry : map.properties()) {
        String child = key + "." + entry.getKey();
        JsonNode values = entry.getValue();
        if (values.isArray() && values.isEmpty()) {
          throw failure(child, "must have at least one value");
        }
        var longer = new ArrayList<Map<String, String>>();
        for (Map<String, String> shorter : product) {
          for (JsonNode value : values.isArray() ? values : List.of(values)) {
            var combination = new LinkedHashMap<>(shorter);
            combination.put(entry.getKey(), text(child, value));
            longer.add(combination);
          }
        }
        if (longer.size() > MOST_RUNS) {
          throw failure(child, "the lists make more than %d runs; shorten them", MOST_RUNS);
        }
        product = longer;
      }
      return product;
    }

    private void check(String key, Map<String, String> run) {
      requireName(key, run, "network", Set.copyOf(NETWORKS));
      requireName(key, run, "features", features.keySet());
      requireName(key, run, "split", splits.keySet());
      if (run.containsKey("augmentation")) {
        var allowed = new LinkedHashSet<>(augmentations.keySet());
        allowed.add(NONE);
        requireName(key, run, "augmentation", allowed);
      }
      run.forEach(
          (name, value) -> {
            if (OPTIONS.get("network").containsKey(name)) {
              option(key + "." + name, "network", name, value);
            }
          });
      Made made = features.get(run.get("features"));
      if (run.getOrDefault("clusters", NONE).equals("one-hot") && !made.isClustered()) {
        throw failure(
            key + ".clusters",
            "one-hot needs features of stage kmeans, which '%s' are not",
            run.get("features"));
      }
    }

    private void requireName(String key, Map<String, String> run, String name, Set<String> known) {
      if (!known.contains(run.get(name))) {
        throw failure(key + "." + name, "unknown '%s'; allowed: %s", run.get(name), listed(known));
      }
    }

    /**
     * A run under a name that tells its place in the matrix, e.g. cnn-mfcc-track-standardise; a
     * label stands for the options.
     */
    private Run run(Map<String, String> combination) {
      var options = new LinkedHashMap<>(combination);
      String network = options.remove("network");
      String features = options.remove("features");
      String split = options.remove("split");
      String augmentation = options.getOrDefault("augmentation", NONE);
      options.remove("augmentation");
      String label = options.remove("label");
      var parts = new ArrayList<>(List.of(network, features, split));
      if (!augmentation.equals(NONE)) {
        parts.add(augmentation);
      }
      if (label != null) {
        parts.add(name("runs.label", label));
      }
      options.forEach(
          (name, value) -> {
            if (label == null
                && !name.equals("epochs")
                && !value.equals(NONE)
                && !value.equals("frames")) {
              boolean word = value.matches("[a-z-]+");
              parts.add(word ? value : name + "-" + value.replaceAll("[^A-Za-z0-9-]", "_"));
            }
          });
      var all = new LinkedHashMap<>(training);
      all.putAll(options);
      return new Run(String.join("-", parts), network, features, split, augmentation, all);
    }
  }
}
