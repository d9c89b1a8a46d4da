// YAML's parser:
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.19.2
//SOURCES ../kit/Stage.java
//SOURCES StageOptions.java

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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * The YAML of a plan, bounded in size and depth, without tags, anchors and aliases; and the checks
 * of its nodes.
 *
 * @param file as messages name it
 */
record PlanYaml(String file) {
  private static final int MOST_BYTES = 1 << 16;
  private static final int DEEPEST = 8;

  JsonNode parse(byte[] yaml) {
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

  Stage.Failure failure(String key, String format, Object... values) {
    return new Stage.Failure(
        "%s: %s%s",
        file, key.isEmpty() ? "" : key + ": ", String.format(Locale.ROOT, format, values));
  }

  JsonNode required(JsonNode map, String key, String child) {
    if (!map.hasNonNull(child)) {
      throw failure(key, "'%s' is missing", child);
    }
    return map.get(child);
  }

  void requireMap(String key, JsonNode node) {
    if (node == null || !node.isObject()) {
      throw failure(key, "must be keys with values, e.g. name: leakage");
    }
  }

  void known(String key, JsonNode map, Set<String> allowed) {
    map.fieldNames()
        .forEachRemaining(
            child -> {
              if (!allowed.contains(child)) {
                throw failure(key, "unknown key '%s'; allowed: %s", child, listed(allowed));
              }
            });
  }

  static String listed(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names.stream().sorted().toList());
  }

  String text(String key, JsonNode node) {
    if (!node.isValueNode() || node.isNull() || node.asText().isBlank()) {
      throw failure(key, "must be one value, not %s", node);
    }
    return node.asText();
  }

  String name(String key, String name) {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
      throw failure(key, "'%s' is not a name; use lower-case letters, digits and hyphens", name);
    }
    return name;
  }

  Map<String, JsonNode> entries(JsonNode plan, String key) {
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

  /** Checks one option of a stage, and returns its value. */
  String option(String key, String stage, String name, String value) {
    if (!StageOptions.isValid(stage, name, value)) {
      throw failure(key, "must be %s, not '%s'", StageOptions.allowed(stage, name), value);
    }
    return value;
  }
}
