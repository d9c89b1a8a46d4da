//SOURCES ../features/FeatureCatalog.java
//SOURCES Plan.java
//SOURCES PlanYaml.java
//SOURCES PlannedRun.java
//SOURCES PlannedComparisons.java
//SOURCES RunMatrix.java
//SOURCES StageOptions.java

package genrelab.study;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.features.FeatureCatalog;
import genrelab.study.Plan.FeatureSet;
import genrelab.study.Plan.Split;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads one {@link Plan} from YAML and checks it; messages name the file and the key. */
final class PlanReader {
  private static final String SECONDS = "segment-seconds";

  private final PlanYaml yaml;
  private final Path folder;

  private final Map<String, Path> scripts = new LinkedHashMap<>();
  private final Map<String, FeatureSet> features = new LinkedHashMap<>();
  private final Map<String, Split> splits = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> augmentations = new LinkedHashMap<>();

  /** Options of the networks that all runs share; they are no part of a run's name. */
  private Map<String, String> training = Map.of();

  /**
   * A reader of one plan.
   *
   * @param file its name in messages
   * @param folder beside which files are looked for that the plan names; null for a plan that comes
   *     with the kit
   */
  PlanReader(String file, Path folder) {
    this.yaml = new PlanYaml(file);
    this.folder = folder;
  }

  Plan read(byte[] text) {
    JsonNode plan = yaml.parse(text);
    yaml.requireMap("", plan);
    yaml.known(
        "",
        plan,
        Set.of(
            "name",
            "question",
            "seeds",
            "epochs",
            "networks",
            "training",
            "features",
            "splits",
            "augmentations",
            "runs",
            "ensembles",
            "comparisons"));
    String name = yaml.name("name", yaml.text("name", yaml.required(plan, "", "name")));
    String question = yaml.text("question", yaml.required(plan, "", "question"));
    List<Long> seeds = seeds(plan.get("seeds"));
    if (plan.has("networks")) {
      yaml.entries(plan, "networks").forEach(this::readNetwork);
    }
    Map<String, Integer> epochs = epochs(plan.get("epochs"));
    if (plan.has("training")) {
      readTraining(plan.get("training"));
    }
    yaml.entries(plan, "features").forEach(this::readFeatures);
    features.replaceAll(this::checked);
    yaml.entries(plan, "splits").forEach(this::readSplit);
    if (plan.has("augmentations")) {
      yaml.entries(plan, "augmentations").forEach(this::readAugmentation);
    }
    splits.forEach(this::checkSplit);
    var matrix = new RunMatrix(yaml, networks(), features, splits, augmentations.keySet());
    var runs = new ArrayList<>(matrix.runs(yaml.required(plan, "", "runs"), training));
    if (plan.has("ensembles")) {
      List<PlannedRun> single = List.copyOf(runs);
      yaml.requireMap("ensembles", plan.get("ensembles"));
      plan.get("ensembles")
          .properties()
          .forEach(entry -> runs.add(ensemble(entry.getKey(), entry.getValue(), single)));
    }
    List<Plan.Comparison> comparisons =
        plan.has("comparisons")
            ? new PlannedComparisons(yaml, runs).read(plan.get("comparisons"))
            : List.of();
    return new Plan(
        name,
        yaml.file(),
        question,
        seeds,
        epochs,
        scripts,
        features,
        splits,
        augmentations,
        List.copyOf(runs),
        comparisons,
        new String(text, StandardCharsets.UTF_8));
  }

  /** Late fusion: the mean of the probabilities of runs of one split, seed by seed. */
  private PlannedRun ensemble(String name, JsonNode list, List<PlannedRun> runs) {
    String key = "ensembles." + yaml.name("ensembles", name);
    if (!list.isArray() || list.size() < 2) {
      throw yaml.failure(key, "must be a list of two runs or more, by their names");
    }
    var members = new ArrayList<PlannedRun>();
    for (JsonNode node : list) {
      String member = yaml.text(key, node);
      PlannedRun run =
          runs.stream()
              .filter(each -> each.name().equals(member))
              .findFirst()
              .orElseThrow(
                  () ->
                      yaml.failure(
                          key,
                          "unknown run '%s'; runs: %s",
                          member,
                          String.join(", ", runs.stream().map(PlannedRun::name).toList())));
      if (members.contains(run)) {
        throw yaml.failure(key, "%s is there twice; remove one", member);
      }
      members.add(run);
    }
    PlannedRun first = members.get(0);
    if (members.stream().anyMatch(run -> !run.split().equals(first.split()))) {
      throw yaml.failure(key, "its runs must be of the same split");
    }
    if (runs.stream().anyMatch(run -> run.name().equals(name))) {
      throw yaml.failure(key, "a run has this name; choose another");
    }
    return new PlannedRun(
        name,
        PlannedRun.ENSEMBLE,
        String.join("+", new TreeSet<>(members.stream().map(PlannedRun::features).toList())),
        first.split(),
        Plan.NONE,
        Map.of(),
        members.stream().map(PlannedRun::name).toList());
  }

  private List<Long> seeds(JsonNode node) {
    if (node == null) {
      return List.of(1L);
    }
    var seeds = new LinkedHashSet<Long>();
    for (JsonNode seed : node.isArray() ? node : List.of(node)) {
      if (!seed.canConvertToLong() || !seed.isIntegralNumber() || !seeds.add(seed.asLong())) {
        throw yaml.failure(
            "seeds", "must be different whole numbers, e.g. [1, 2, 3], not %s", node);
      }
    }
    if (seeds.isEmpty()) {
      throw yaml.failure("seeds", "must be at least one, e.g. [1, 2, 3]");
    }
    return List.copyOf(seeds);
  }

  private Map<String, Integer> epochs(JsonNode node) {
    var epochs = new TreeMap<String, Integer>();
    if (node != null && node.isObject()) {
      yaml.known("epochs", node, networks());
      node.properties()
          .forEach(
              entry ->
                  epochs.put(entry.getKey(), epochs("epochs." + entry.getKey(), entry.getValue())));
    } else if (node != null) {
      networks().forEach(network -> epochs.put(network, epochs("epochs", node)));
    }
    return epochs;
  }

  private int epochs(String key, JsonNode node) {
    if (!node.canConvertToInt()
        || !node.isIntegralNumber()
        || node.asInt() < 1
        || node.asInt() > 10_000) {
      throw yaml.failure(key, "must be from 1 to 10000, not %s", node);
    }
    return node.asInt();
  }

  /** A stage's options; lists are joined by commas, and files named beside the plan found. */
  private Map<String, String> options(String key, String stage, JsonNode map, Set<String> own) {
    var allowed = new LinkedHashSet<>(own);
    allowed.addAll(StageOptions.of(stage));
    yaml.known(key, map, allowed);
    var options = new LinkedHashMap<String, String>();
    for (var entry : map.properties()) {
      if (!own.contains(entry.getKey())) {
        String child = key + "." + entry.getKey();
        var values = new ArrayList<String>();
        for (JsonNode value :
            entry.getValue().isArray() ? entry.getValue() : List.of(entry.getValue())) {
          values.add(besidePlan(yaml.text(child, value)));
        }
        String joined = String.join(",", values);
        options.put(entry.getKey(), yaml.option(child, stage, entry.getKey(), joined));
      }
    }
    return options;
  }

  private String besidePlan(String value) {
    if (folder == null || !Plan.FILE.matcher(value).matches()) {
      return value;
    }
    Path beside = folder.resolve(value).normalize();
    return Files.isRegularFile(beside) ? beside.toString() : value;
  }

  private void readNetwork(String name, JsonNode map) {
    String key = "networks." + name;
    if (Plan.NETWORKS.contains(name)) {
      throw yaml.failure(key, "the kit has a network of this name; choose another");
    }
    yaml.known(key, map, Set.of("script"));
    String script = yaml.text(key + ".script", yaml.required(map, key, "script"));
    Path beside = folder == null ? null : folder.toAbsolutePath().resolve(script).normalize();
    boolean own = beside != null && Files.isRegularFile(beside);
    scripts.put(name, own ? beside : Path.of(script).normalize());
  }

  private Set<String> networks() {
    var networks = new LinkedHashSet<>(Plan.NETWORKS);
    networks.addAll(scripts.keySet());
    return networks;
  }

  private void readTraining(JsonNode map) {
    yaml.requireMap("training", map);
    training = options("training", StageOptions.NETWORK, map, Set.of());
    if (training.containsKey("epochs") || training.containsKey("clusters")) {
      throw yaml.failure("training", "epochs: is a key of its own, clusters: belongs to the runs");
    }
  }

  private void readFeatures(String name, JsonNode map) {
    String key = "features." + name;
    String stage = yaml.text(key + ".stage", yaml.required(map, key, "stage"));
    if (FeatureCatalog.ofStage(stage).isEmpty() && !stage.equals("kmeans")) {
      throw yaml.failure(
          key + ".stage",
          "must be %s or kmeans, not '%s'",
          String.join(", ", FeatureCatalog.stages()),
          stage);
    }
    boolean kmeans = stage.equals("kmeans");
    Set<String> own = Set.of("stage", kmeans ? "of" : SECONDS);
    Map<String, String> options = options(key, stage, map, own);
    String of = kmeans ? yaml.text(key + ".of", yaml.required(map, key, "of")) : "";
    double seconds = map.has(SECONDS) ? seconds(key, map.get(SECONDS)) : Plan.SEGMENT_SECONDS;
    features.put(name, new FeatureSet(stage, of, seconds, options));
  }

  private double seconds(String key, JsonNode node) {
    if (!node.isNumber() || node.asDouble() < 0.1 || node.asDouble() > 60) {
      throw yaml.failure(key + "." + SECONDS, "must be from 0.1 to 60, in seconds, not %s", node);
    }
    return node.asDouble();
  }

  /** The features; those of kmeans with the segments that they are of. */
  private FeatureSet checked(String name, FeatureSet set) {
    if (!set.isClustered()) {
      return set;
    }
    Set<String> plain = plainFeatures();
    if (!plain.contains(set.of())) {
      throw yaml.failure(
          "features." + name + ".of",
          "must be features without clusters (%s), not '%s'",
          PlanYaml.listed(plain),
          set.of());
    }
    double seconds = features.get(set.of()).segmentSeconds();
    return new FeatureSet(set.stage(), set.of(), seconds, set.options());
  }

  private Set<String> plainFeatures() {
    var plain = new LinkedHashSet<>(features.keySet());
    plain.removeIf(name -> features.get(name).isClustered());
    return plain;
  }

  private void readSplit(String name, JsonNode map) {
    String key = "splits." + name;
    Map<String, String> options = options(key, "split", map, Set.of("features"));
    String of = map.has("features") ? yaml.text(key + ".features", map.get("features")) : "";
    double seconds =
        features.containsKey(of) ? features.get(of).segmentSeconds() : Plan.SEGMENT_SECONDS;
    splits.put(name, new Split(of, seconds, options));
  }

  private void checkSplit(String name, Split split) {
    String key = "splits." + name;
    boolean byFile = split.by().equals("file");
    if (byFile != split.options().containsKey("lists")) {
      throw yaml.failure(key, "by: file and lists: go together");
    }
    if (split.options().containsKey("folds") && (byFile || split.folds() < 2)) {
      throw yaml.failure(
          key + ".folds", "must be 2 or more, and not with by: file, which has its test list");
    }
    if (split.options().containsKey("known-share") && split.folds() > 0) {
      throw yaml.failure(
          key, "known-share: does not go with folds:, whose tests are pooled; leave one out");
    }
    boolean byCluster = split.by().equals("cluster");
    if (byCluster && split.features().isEmpty()) {
      throw yaml.failure(key, "by: cluster needs features: (whose clusters?)");
    }
    if (!byCluster && !split.features().isEmpty() && !plainFeatures().contains(split.features())) {
      throw yaml.failure(
          key + ".features",
          "must be features without clusters (%s), not '%s'; clusters go with by: cluster",
          PlanYaml.listed(plainFeatures()),
          split.features());
    }
    if (byCluster) {
      var fit = new LinkedHashSet<>(features.keySet());
      fit.removeIf(
          each -> !features.get(each).isClustered() || features.get(each).isFitOnTraining());
      if (!fit.contains(split.features())) {
        throw yaml.failure(
            key + ".features",
            "must be features of stage kmeans, fit on all (%s), not '%s': clusters fitted on the"
                + " training set need a split first",
            PlanYaml.listed(fit),
            split.features());
      }
    }
  }

  private void readAugmentation(String name, JsonNode map) {
    String key = "augmentations." + name;
    if (name.equals(Plan.NONE)) {
      throw yaml.failure(key, "the name none is for runs without augmentation; choose another");
    }
    augmentations.put(name, options(key, "augment", map, Set.of()));
  }
}
