//SOURCES Plan.java
//SOURCES PlanYaml.java
//SOURCES PlannedRun.java
//SOURCES RunMatrix.java

package genrelab.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the {@code comparisons} of a plan: pairs of runs whose difference, a minus b, answers its
 * question.
 *
 * <p>A side is the name of a run, or keys of {@code runs} with their values, e.g. {@code {split:
 * track}}. Sides given by keys make a pair of all runs that agree in everything else.
 *
 * @param runs of the plan
 */
record PlannedComparisons(PlanYaml yaml, List<PlannedRun> runs) {
  private static final Map<String, String> DEFAULTS =
      Map.of("shape", "frames", "clusters", "none", "scale", "none");

  /** The pairs, network by network, each in the order of the plan's comparisons. */
  List<Plan.Comparison> read(JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      throw yaml.failure(
          "comparisons", "must be a list, e.g. - {a: {split: segment}, b: {split: track}}");
    }
    var byNetwork = new LinkedHashMap<String, List<Plan.Comparison>>();
    runs.forEach(run -> byNetwork.put(run.network(), new ArrayList<>()));
    for (int i = 0; i < list.size(); i++) {
      String key = "comparisons[" + (i + 1) + "]";
      JsonNode map = list.get(i);
      yaml.requireMap(key, map);
      yaml.known(key, map, Set.of("a", "b", "effect"));
      Map<String, String> a = side(key + ".a", yaml.required(map, key, "a"));
      Map<String, String> b = side(key + ".b", yaml.required(map, key, "b"));
      String effect = map.has("effect") ? yaml.text(key + ".effect", map.get("effect")) : "";
      boolean found = false;
      for (PlannedRun first : runs) {
        for (PlannedRun second : runs) {
          if (first != second
              && matches(first, a)
              && matches(second, b)
              && agree(first, second, a, b)) {
            byNetwork
                .get(first.network())
                .add(new Plan.Comparison(first.name(), second.name(), effect));
            found = true;
          }
        }
      }
      if (!found) {
        throw yaml.failure(
            key, "no two runs differ in this alone; a and b are names of runs, or keys of runs");
      }
    }
    return byNetwork.values().stream().flatMap(List::stream).toList();
  }

  private Map<String, String> side(String key, JsonNode node) {
    if (node.isTextual()) {
      String name = yaml.text(key, node);
      List<String> names = runs.stream().map(PlannedRun::name).toList();
      if (!names.contains(name)) {
        throw yaml.failure(key, "unknown run '%s'; runs: %s", name, String.join(", ", names));
      }
      return Map.of("name", name);
    }
    yaml.requireMap(key, node);
    yaml.known(key, node, RunMatrix.KEYS);
    var side = new LinkedHashMap<String, String>();
    node.properties()
        .forEach(
            entry ->
                side.put(entry.getKey(), yaml.text(key + "." + entry.getKey(), entry.getValue())));
    return side;
  }

  private static boolean matches(PlannedRun run, Map<String, String> side) {
    Map<String, String> factors = run.factors();
    return side.entrySet().stream()
        .allMatch(
            wanted ->
                wanted.getKey().equals("name")
                    ? wanted.getValue().equals(run.name())
                    : wanted
                        .getValue()
                        .equals(
                            factors.getOrDefault(
                                wanted.getKey(), DEFAULTS.getOrDefault(wanted.getKey(), ""))));
  }

  private static boolean agree(
      PlannedRun first, PlannedRun second, Map<String, String> a, Map<String, String> b) {
    if (a.containsKey("name") || b.containsKey("name")) {
      return true;
    }
    Map<String, String> rest = first.factors();
    Map<String, String> others = second.factors();
    for (Map<String, String> side : List.of(a, b)) {
      rest.keySet().removeAll(side.keySet());
      others.keySet().removeAll(side.keySet());
    }
    return rest.equals(others);
  }
}
