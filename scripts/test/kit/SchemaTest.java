///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the JSON Schemas against what the stages' record types write.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Validates draft 2020-12; this line of it works with Jackson 2, as Store does.
//DEPS com.networknt:json-schema-validator:1.5.9
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS org.slf4j:slf4j-nop:2.0.17
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.19.2
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Part.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the stages write is what data/schemas says, and what the schemas refuse is broken. */
class SchemaTest {
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final int MOST = 20;
  private static final String SHA = "0123456789abcdef".repeat(4);

  @TempDir Path folder;

  /**
   * What is wrong with a file of a run.
   *
   * @param file a {@code .json} or {@code .json.gz} file; it is read into memory as a whole, so
   *     take a small corpus's
   * @param schemaName features, segments, verify, split, leaks, history, predictions, classes,
   *     metrics, report, confusion, compare, summary, clusters, clustering, tsne, classify or run
   * @return one line a violation, with its place; empty for a sound file
   */
  static List<String> violations(Path file, String schemaName) {
    JsonNode content;
    try (InputStream in = Store.open(file)) {
      content = Store.JSON.readTree(in);
    } catch (JsonProcessingException broken) {
      return List.of(file + ": not JSON: " + broken.getOriginalMessage());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    var found = new ArrayList<String>();
    FACTORY.getSchema(schema(schemaName)).validate(content).stream()
        .limit(MOST)
        .forEach(message -> found.add(file + ": " + message.getMessage()));
    if (found.isEmpty() && schemaName.equals("features")) {
      try {
        Features.read(file); // knows what a schema can't say: lengths that must agree
      } catch (Stage.Failure failure) {
        found.add(failure.getMessage());
      }
    }
    return found;
  }

  private static JsonNode schema(String name) {
    try (InputStream in = Files.newInputStream(schemas().resolve(name + ".schema.json"))) {
      return Store.JSON.readTree(in);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Path schemas() {
    String home = System.getenv("GENRELAB_HOME");
    Path from = Path.of(home == null ? "" : home).toAbsolutePath();
    for (Path at = from; at != null; at = at.getParent()) {
      Path schemas = at.resolve("data/schemas");
      if (Files.isDirectory(schemas)) {
        return schemas;
      }
    }
    throw new IllegalStateException(
        "no data/schemas at or above " + from + "; set GENRELAB_HOME to the checkout");
  }

  /** A schema's name and one row as its stage writes it. */
  private record Sample(String schema, Object row) {
    @Override
    public String toString() {
      return schema;
    }
  }

  static List<Sample> samples() {
    return List.of(
        new Sample(
            "segments",
            new Rows.Segment("blues.00000", "blues", "", 0, "blues/a.wav", 0, 66150, 22050, "")),
        new Sample(
            "verify", new Rows.Problem("jazz/a.wav", "a", "jazz", "unreadable", "no header")),
        new Sample("lengths", new Rows.TrackLength("jazz/a.wav", 1000, 0xffffffffL, 478, 22050)),
        new Sample("split", new Rows.SplitRow("blues.00000", 9, Part.validation)),
        new Sample("leaks", new Rows.Leak("artist", "Earth, Wind & Fire", 10, 0, 7)),
        new Sample("confusion", new Rows.Confusion("cnn", 1, 0, "vote", "blues", "jazz", 3)),
        new Sample(
            "summary", new Rows.Summary("cnn", "track", "track", "f1", 2, 0.5, 0.1, 0.4, 0.6)),
        new Sample(
            "compare",
            new Rows.Comparison(
                "cnn",
                "lstm",
                "track",
                "accuracy",
                290,
                0.5,
                0.4,
                0.1,
                0.0,
                0.2,
                9L,
                3L,
                2.1,
                0.1,
                0.2)),
        new Sample("history", new Rows.Epoch("cnn", 1, 0, 1, 2.25, 0.3, 2.0, 0.25, 12.5)),
        new Sample(
            "predictions",
            new Rows.Prediction(
                "lstm", 1, 0, "blues.00000", 2, "blues", "jazz", new float[] {0.25f, 0.75f})),
        new Sample("classes", new Rows.ClassName(0, "blues")),
        new Sample(
            "experiments",
            new Rows.Experiment(
                "leakage",
                "cnn-mfcc-track",
                "cnn",
                "mfcc",
                "none",
                "track",
                "none",
                "",
                1,
                30,
                154_186,
                "track",
                "test_accuracy",
                0.5,
                0.4,
                0.6,
                false)),
        new Sample(
            "metrics",
            new Rows.Metric("cnn", 1, 0, "track", "segment", "test_accuracy", 0.5, 0.4, 0.6)),
        new Sample("report", new Rows.ClassReport("cnn", 1, 0, "macro average", 1, 0.5, 0.6, 232)),
        new Sample(
            "classify",
            new Rows.Classified("a.mp3", "segment", 3, 3, "blues", 0.5, 4.5, "no", "synthetic")),
        new Sample("clusters", new Rows.Cluster(3, "rock", 17, 0.25, 0.125)),
        new Sample(
            "clustering",
            new Rows.ClusteringScores(
                "kmeans", 10, 0, 58, 8.2e9, 0.08, 2000, 0.34, 0.23, 0.23, 0.12)),
        new Sample(
            "bench",
            new Rows.Speed(
                "cnn",
                "train",
                "ms/step",
                99,
                "keras",
                "Keras 3.15",
                90.0,
                1.1,
                1.0,
                1.2,
                30.5,
                5,
                "x86-64, 2 cores")),
        new Sample("tsne", new Rows.Point(-1.5, 1e-9, "rock", -1, "rock.00000", 0)),
        new Sample(
            "run",
            new Rows.StageRecord(
                "tsne",
                List.of("--seed", "1"),
                1L,
                Map.of("mfcc.json", SHA),
                Map.of("tsne.json", SHA),
                SHA,
                Map.of("java", "17.0.1"),
                "2026-01-31T23:59:59.123Z",
                1.5)));
  }

  @Test
  void contractsOfModelsAreValid() throws IOException {
    var yaml = new YAMLMapper();
    int count = 0;
    try (var files = Files.list(schemas().resolveSibling("embeddings"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        ObjectNode contract = (ObjectNode) yaml.readTree(file.toFile());
        Path json = folder.resolve("contract.json");
        Store.writeJson(json, contract);
        assertEquals(List.of(), violations(json, "embedding-contract"), file.toString());
        Store.writeJson(json, contract.put("pooling", "max"));
        assertFalse(violations(json, "embedding-contract").isEmpty(), file.toString());
        count++;
      }
    }
    assertEquals(7, count);
  }

  @Test
  void everySchemaHasASample() throws IOException {
    var names =
        new TreeSet<>(
            Set.of(
                "embedding-contract.schema.json",
                "explore.schema.json", // by ExploreTest
                "features.schema.json",
                "feature-folder.schema.json",
                "plan.schema.json",
                "spark-job.schema.json", // these three by SparkTest
                "spark-part.schema.json",
                "spark-tracks.schema.json"));
    samples().forEach(sample -> names.add(sample.schema() + ".schema.json"));
    try (var files = Files.list(schemas())) {
      assertEquals(names, new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()));
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void rowsAreValid(Sample sample) {
    Path file = folder.resolve(sample.schema() + ".json");
    Store.writeRows(file, List.of(sample.row(), sample.row()));
    assertEquals(List.of(), violations(file, sample.schema()));
    Store.writeRows(file, List.of());
    assertEquals(List.of(), violations(file, sample.schema()), "an empty table");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void rowsWithoutAKeyWithAnotherOrOfAnotherTypeAreRefused(Sample sample) {
    ObjectNode row = Store.JSON.valueToTree(sample.row());
    for (Iterator<String> keys = row.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      refused(sample, row, changed -> changed.remove(key), key);
      refused(sample, row, changed -> changed.putArray(key).addObject(), key);
    }
    refused(sample, row, changed -> changed.put("extra", 1), "extra");
    Path file = folder.resolve("object.json");
    Store.writeJson(file, sample.row());
    assertFalse(violations(file, sample.schema()).isEmpty(), "a row must be in an array");
  }

  private void refused(Sample sample, ObjectNode row, Consumer<ObjectNode> change, String word) {
    ObjectNode changed = row.deepCopy();
    change.accept(changed);
    Path file = folder.resolve("changed.json");
    Store.writeRows(file, List.of(row, changed));
    List<String> found = violations(file, sample.schema());
    assertFalse(found.isEmpty(), "not refused: " + changed);
    String all = String.join("\n", found);
    assertTrue(all.contains(word) && all.contains("[1]"), "names key and row: " + all);
  }

  private static Sample sample(String schema) {
    return samples().stream()
        .filter(sample -> sample.schema().equals(schema))
        .findFirst()
        .orElseThrow();
  }

  private void refused(String schema, String key, Object value) {
    ObjectNode row = Store.JSON.valueToTree(sample(schema).row());
    refused(sample(schema), row, changed -> changed.putPOJO(key, value), key);
  }

  @Test
  void valuesOutOfTheirRangeAreRefused() {
    refused("split", "part", "testing");
    refused("leaks", "test", 0);
    refused("leaks", "kind", "genre");
    refused("confusion", "level", "votes");
    refused("compare", "pExact", 1.1);
    refused("summary", "deviation", -0.1);
    refused("classify", "probability", 1.1);
    refused("classify", "unlikeTraining", "maybe");
    refused("metrics", "split", "genre");
    refused("metrics", "level", "frame");
    refused("segments", "length", 0);
    refused("segments", "start", -1);
    refused("segments", "track", "");
    refused("history", "accuracy", 1.01);
    refused("history", "epoch", 0);
    refused("predictions", "probabilities", new float[] {0.5f, 1.5f});
    refused("predictions", "probabilities", new float[0]);
    refused("report", "f1", -0.1);
    refused("report", "support", 1.5);
    refused("clusters", "cluster", -2);
    refused("clustering", "method", "spectral");
    refused("clustering", "silhouette", 1.5);
    refused("clustering", "nmi", -0.1);
    refused("tsne", "cluster", -2);
    refused("bench", "value", 0);
    refused("bench", "ratio", -1);
    refused("bench", "runs", 0);
    refused("bench", "peer", "caffe");
    refused("run", "inputs", Map.of("mfcc.json", "abc"));
    refused("run", "started", "31.1.2026");
  }

  @Test
  void whatIsNoNumberIsRefused() throws IOException {
    refused("tsne", "x", Double.NaN);
    refused("history", "val_loss", Double.POSITIVE_INFINITY);
    refused("metrics", "value", Double.NaN);
    refused("predictions", "probabilities", new float[] {Float.NaN, 1});
    Path bare = Files.writeString(folder.resolve("bare.json"), "[{\"x\": NaN}]");
    assertTrue(violations(bare, "tsne").get(0).contains("not JSON"), "Python's bare NaN");
    Path cut = Files.writeString(folder.resolve("cut.json"), "[{\"x\": 1},");
    assertTrue(violations(cut, "tsne").get(0).contains("not JSON"));
  }

  @Test
  void bothKindsOfFeaturesAreValid() {
    for (String name : List.of("mfcc.json", "mfcc-kmeans.json.gz", "logmel.json.gz")) {
      Path file = folder.resolve(name);
      features(name.startsWith("logmel") ? "logmel" : "mfcc", name.contains("kmeans")).write(file);
      assertEquals(List.of(), violations(file, "features"), name);
    }
  }

  @Test
  void featureFoldersAreValidAndBrokenOnesRefused() throws IOException {
    features("mfcc", true).write(folder.resolve("mfcc"));
    Path header = folder.resolve("mfcc/features.json");
    assertEquals(List.of(), violations(header, "feature-folder"));
    ObjectNode sound = (ObjectNode) Store.JSON.readTree(header.toFile());
    for (String key : List.of("key", "mapping", "frames", "values", "parts", "provenance")) {
      ObjectNode broken = sound.deepCopy();
      broken.remove(key);
      Store.writeJson(header, broken);
      assertTrue(String.join("", violations(header, "feature-folder")).contains(key), key);
    }
    ObjectNode broken = sound.deepCopy();
    ((ObjectNode) broken.at("/parts/0")).put("npySha256", "abc");
    Store.writeJson(header, broken);
    assertTrue(String.join("", violations(header, "feature-folder")).contains("npySha256"));
  }

  @Test
  void brokenFeaturesAreRefused() {
    for (String key : List.of("mapping", "labels", "mfcc", "tracks", "segments", "provenance")) {
      refusedFeatures(json -> json.remove(key), key);
      refusedFeatures(json -> json.put(key, "text"), key);
    }
    refusedFeatures(json -> json.set("logmel", json.get("mfcc")), "oneOf", "/oneOf", "one");
    refusedFeatures(json -> ((ArrayNode) json.get("mapping")).set(1, "blues"), "mapping");
    refusedFeatures(json -> ((ArrayNode) json.get("labels")).set(1, -1), "labels[1]");
    refusedFeatures(json -> ((ArrayNode) json.get("labels")).set(1, 0.5), "labels[1]");
    refusedFeatures(json -> frame(json).set(0, "NaN"), "mfcc[1][2][0]");
    refusedFeatures(json -> frame(json).setNull(1), "mfcc[1][2][1]");
    refusedFeatures(json -> frame(json).removeAll(), "mfcc[1][2]");
    refusedFeatures(json -> ((ArrayNode) json.get("mfcc").get(1)).set(2, 1), "mfcc[1][2]");
    refusedFeatures(json -> ((ObjectNode) json.get("provenance")).remove("synthetic"), "synthetic");
    // what only the reader sees
    refusedFeatures(json -> frame(json).remove(0), "mfcc[1][2] has 1 coefficients");
    refusedFeatures(json -> ((ArrayNode) json.get("mfcc").get(1)).remove(0), "mfcc[1] has 2");
    refusedFeatures(json -> ((ArrayNode) json.get("tracks")).remove(0), "tracks has 1 entries");
    refusedFeatures(json -> ((ArrayNode) json.get("labels")).set(0, 2), "labels[0] is 2");
  }

  private static ArrayNode frame(ObjectNode json) {
    return (ArrayNode) json.get("mfcc").get(1).get(2);
  }

  /** Refused, with one of the words in a message. */
  private void refusedFeatures(Consumer<ObjectNode> change, String... words) {
    Path file = folder.resolve("features.json");
    features("mfcc", true).write(file);
    ObjectNode json;
    try {
      json = (ObjectNode) Store.JSON.readTree(file.toFile());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    change.accept(json);
    Store.writeJson(file, json);
    String found = String.join("\n", violations(file, "features"));
    assertFalse(found.isEmpty(), "not refused: " + json);
    assertTrue(
        List.of(words).stream().anyMatch(found::contains),
        "no %s in: %s".formatted(List.of(words), found));
  }

  private static Features features(String key, boolean clusters) {
    return new Features(
        key,
        List.of("blues", "jazz"),
        new int[] {0, 1},
        new String[] {"blues.00000", "jazz.00000"},
        new int[] {0, 7},
        clusters ? new int[] {1, 0} : null,
        3,
        2,
        new float[][] {{1, 2, 3, 4, 5, 6}, {-1, -2.5f, 1e-20f, 0, -0f, 3e8f}},
        Store.JSON.createObjectNode().put("hop", 512),
        Store.JSON.createObjectNode().put("source", "test").put("synthetic", true));
  }

  /** The schemas are documents too: each says what it is, and describes each of its properties. */
  @Test
  void schemasAreValidAndDescribeEverything() {
    var names = new ArrayList<>(List.of("features", "feature-folder"));
    samples().forEach(sample -> names.add(sample.schema()));
    var meta = FACTORY.getSchema(SchemaLocation.of(SchemaId.V202012));
    for (String name : names) {
      JsonNode schema = schema(name);
      assertEquals(Set.of(), meta.validate(schema), name);
      assertEquals(SchemaId.V202012, schema.path("$schema").asText());
      assertFalse(schema.path("title").asText().isBlank(), name);
      assertFalse(schema.path("description").asText().isBlank(), name);
      JsonNode properties =
          name.startsWith("feature") ? schema.path("properties") : schema.at("/items/properties");
      assertFalse(properties.isEmpty(), name);
      properties
          .properties()
          .forEach(
              property ->
                  assertFalse(
                      property.getValue().path("description").asText().isBlank(),
                      name + ": " + property.getKey() + " is not described"));
    }
  }
}
