///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the schema of plans, by which editors complete and check them
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../kit/SchemaTest.java
//SOURCES PlanTest.java
//SOURCES ../../lib/study/Plan.java
//SOURCES ../../lib/study/StageOptions.java
//SOURCES ../../lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import genrelab.kit.Store;
import genrelab.study.Plan;
import genrelab.study.StageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Editors are told what the kit takes, and no more. */
class PlanSchemaTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  @TempDir Path folder;

  private List<String> schemaViolations(String yaml) throws IOException {
    return schemaViolations(folder, yaml);
  }

  static List<String> schemaViolations(Path folder, String yaml) throws IOException {
    Path json = folder.resolve("plan.json");
    Store.writeJson(json, new YAMLMapper().readTree(yaml));
    return SchemaTest.violations(json, "plan");
  }

  @Test
  void everyShippedPlanIsAsItsSchemaSaysAndNamesIt() throws IOException {
    assertEquals(List.of(), schemaViolations(PlanTest.SOUND));
    for (String name : Plan.SHIPPED) {
      String yaml = Plan.shipped(name).yaml();
      assertEquals(List.of(), schemaViolations(yaml), name);
      assertTrue(
          yaml.startsWith("# yaml-language-server: $schema=../schemas/plan.schema.json\n"), name);
    }
  }

  /** Those of the broken plans in which one key is wrong by itself. */
  static Stream<List<String>> brokenInOneKey() {
    var faults = List.of("unknown key", "not a name", "is missing", "must be", "at least");
    return PlanTest.broken()
        .filter(plan -> faults.stream().anyMatch(plan.get(2)::contains))
        .filter(plan -> !plan.get(2).contains("must be features"))
        .filter(plan -> !plan.get(1).equals("stage: cqt")) // could be a feature of one's own
        .filter(plan -> !plan.get(2).contains("'gru'")); // could be a network of one's own
  }

  @ParameterizedTest
  @MethodSource("brokenInOneKey")
  void theSchemaRefusesWhatOneKeyTells(List<String> broken) throws IOException {
    String yaml = PlanTest.SOUND.replace(broken.get(0), broken.get(1));
    assertFalse(schemaViolations(yaml).isEmpty(), yaml);
  }

  @Test
  void theSchemaNamesTheOptionsThatPlansTake() throws IOException {
    JsonNode schema = Store.JSON.readTree(HOME.resolve("data/schemas/plan.schema.json").toFile());
    JsonNode keys = schema.get("properties");
    assertOptions("split", keys.at("/splits/additionalProperties/properties"), "features");
    assertOptions("augment", keys.at("/augmentations/additionalProperties/properties"));
    assertOptions(
        "network",
        keys.at("/runs/items/properties"),
        "network",
        "features",
        "split",
        "augmentation",
        "label",
        "level",
        "summary",
        "cost");
    var stages = new ArrayList<JsonNode>();
    keys.at("/features/additionalProperties/oneOf").forEach(stages::add);
    stages.remove(stages.size() - 1); // any other feature of the catalog
    for (JsonNode stage : stages) {
      assertOptions(
          stage.get("title").asText(), stage.get("properties"), "stage", "of", "segment-seconds");
    }
  }

  private static void assertOptions(String stage, JsonNode properties, String... others) {
    var names = new TreeSet<String>();
    properties.fieldNames().forEachRemaining(names::add);
    names.removeAll(List.of(others));
    assertEquals(new TreeSet<>(StageOptions.of(stage)), names, stage);
  }
}
