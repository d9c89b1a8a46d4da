//SOURCES ../results/BaselineMethod.java
//SOURCES Plan.java
//SOURCES PlanYaml.java
//SOURCES PlannedRun.java
//SOURCES StageOptions.java

package genrelab.study;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.results.BaselineMethod;
import genrelab.study.Plan.FeatureSet;
import genrelab.study.Plan.Split;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Expands the {@code runs} of a plan: where an entry holds lists, each combination is a run. */
final class RunMatrix {
  /** What defines a run: its place in the matrix, and options of its network. */
  static final Set<String> KEYS =
      Stream.of(
              List.of("network", "features", "split", "augmentation"),
              StageOptions.of(StageOptions.NETWORK),
              StageOptions.of(StageOptions.BASELINE))
          .flatMap(Collection::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MOST_RUNS = 1000;

  private final PlanYaml yaml;
  private final Set<String> networks;
  private final Map<String, FeatureSet> features;
  private final Map<String, Split> splits;
  private final Set<String> augmentations;

  RunMatrix(
      PlanYaml yaml,
      Set<String> networks,
      Map<String, FeatureSet> features,
      Map<String, Split> splits,
      Set<String> augmentations) {
    this.yaml = yaml;
    this.networks = networks;
    this.features = features;
    this.splits = splits;
    this.augmentations = augmentations;
  }

  /**
   * All runs, in the plan's order.
   *
   * @param training options that all runs share, unless one has its own
   */
  List<PlannedRun> runs(JsonNode list, Map<String, String> training) {
    if (!list.isArray() || list.isEmpty()) {
      throw yaml.failure(
          "runs", "must be a list, e.g. - {network: cnn, features: mfcc, split: track}");
    }
    var combinations = new ArrayList<Map<String, String>>();
    for (int i = 0; i < list.size(); i++) {
      String key = "runs[" + (i + 1) + "]";
      yaml.requireMap(key, list.get(i));
      for (Map<String, String> combination : product(key, list.get(i))) {
        check(key, combination);
        combinations.add(combination);
        if (combinations.size() > MOST_RUNS) {
          throw yaml.failure(key, "the lists make more than %d runs; shorten them", MOST_RUNS);
        }
      }
    }
    var runs = new LinkedHashMap<String, PlannedRun>();
    for (Map<String, String> combination : combinations) {
      PlannedRun run = run(combination, training);
      if (runs.put(run.name(), run) != null) {
        throw yaml.failure("runs", "%s is there twice; remove one", run.name());
      }
    }
    return List.copyOf(runs.values());
  }

  private List<Map<String, String>> product(String key, JsonNode map) {
    var allowed = new LinkedHashSet<>(KEYS);
    allowed.add("label");
    yaml.known(key, map, allowed);
    for (String child : List.of("network", "features", "split")) {
      yaml.required(map, key, child);
    }
    List<Map<String, String>> product = List.of(new LinkedHashMap<>());
    for (var entry : map.properties()) {
      String child = key + "." + entry.getKey();
      JsonNode values = entry.getValue();
      if (values.isArray() && values.isEmpty()) {
        throw yaml.failure(child, "must have at least one value");
      }
      var longer = new ArrayList<Map<String, String>>();
      for (Map<String, String> shorter : product) {
        for (JsonNode value : values.isArray() ? values : List.of(values)) {
          var combination = new LinkedHashMap<>(shorter);
          combination.put(entry.getKey(), yaml.text(child, value));
          longer.add(combination);
        }
      }
      if (longer.size() > MOST_RUNS) {
        throw yaml.failure(child, "the lists make more than %d runs; shorten them", MOST_RUNS);
      }
      product = longer;
    }
    return product;
  }

  private void check(String key, Map<String, String> run) {
    requireName(key, run, "network", networks);
    requireName(key, run, "features", features.keySet());
    requireName(key, run, "split", splits.keySet());
    if (run.containsKey("augmentation")) {
      var allowed = new LinkedHashSet<>(augmentations);
      allowed.add(Plan.NONE);
      requireName(key, run, "augmentation", allowed);
    }
    boolean baseline = BaselineMethod.isNameOf(run.get("network"));
    String stage = baseline ? StageOptions.BASELINE : StageOptions.NETWORK;
    String other = baseline ? StageOptions.NETWORK : StageOptions.BASELINE;
    run.forEach(
        (name, value) -> {
          if (StageOptions.of(stage).contains(name)) {
            yaml.option(key + "." + name, stage, name, value);
          } else if (StageOptions.of(other).contains(name)) {
            throw yaml.failure(
                key + "." + name,
                "%s has no such option; write a run of its own",
                run.get("network"));
          }
        });
    FeatureSet of = features.get(run.get("features"));
    Split split = splits.get(run.get("split"));
    if (of.segmentSeconds() != split.segmentSeconds()) {
      throw yaml.failure(
          key + ".split",
          "'%s' is of segments of %s s, '%s' of %s s; use a split with features: %s",
          run.get("split"),
          Plan.shortest(split.segmentSeconds()),
          run.get("features"),
          Plan.shortest(of.segmentSeconds()),
          of.isClustered() ? of.of() : run.get("features"));
    }
    boolean clustered = of.isClustered();
    boolean folds = split.folds() > 0;
    if (folds && run.containsKey("augmentation") && !run.get("augmentation").equals(Plan.NONE)) {
      throw yaml.failure(key + ".augmentation", "does not go with a split of folds; leave it out");
    }
    if (folds && of.isFitOnTraining()) {
      throw yaml.failure(
          key + ".features", "fit-on: train does not go with a split of folds; use fit-on: all");
    }
    if (run.getOrDefault("clusters", Plan.NONE).equals("one-hot") && !clustered) {
      throw yaml.failure(
          key + ".clusters",
          "one-hot needs features of stage kmeans, which '%s' are not",
          run.get("features"));
    }
  }

  private void requireName(String key, Map<String, String> run, String name, Set<String> known) {
    if (!known.contains(run.get(name))) {
      throw yaml.failure(
          key + "." + name, "unknown '%s'; allowed: %s", run.get(name), PlanYaml.listed(known));
    }
  }

  /**
   * A run and its name, which gives its place in the matrix, e.g. cnn-mfcc-track-standardise; a
   * label replaces the options in it.
   */
  private PlannedRun run(Map<String, String> combination, Map<String, String> training) {
    var options = new LinkedHashMap<>(combination);
    String network = options.remove("network");
    String features = options.remove("features");
    String split = options.remove("split");
    String augmentation = options.getOrDefault("augmentation", Plan.NONE);
    options.remove("augmentation");
    String label = options.remove("label");
    var parts = new ArrayList<>(List.of(network, features, split));
    if (!augmentation.equals(Plan.NONE)) {
      parts.add(augmentation);
    }
    if (label != null) {
      parts.add(yaml.name("runs.label", label));
    }
    options.forEach(
        (name, value) -> {
          if (label == null
              && !name.equals("epochs")
              && !value.equals(Plan.NONE)
              && !value.equals("frames")) {
            boolean word = value.matches("[a-z-]+");
            parts.add(word ? value : name + "-" + value.replaceAll("[^A-Za-z0-9-]", "_"));
          }
        });
    var all = new LinkedHashMap<>(BaselineMethod.isNameOf(network) ? Map.of() : training);
    all.putAll(options);
    return new PlannedRun(
        String.join("-", parts), network, features, split, augmentation, all, List.of());
  }
}
