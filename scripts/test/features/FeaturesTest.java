///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the features JSON: what is written is read again, what is broken is refused.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES SameFeatures.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The features JSON and the store below it: round trips, refusals, whole files only. */
class FeaturesTest {
  private static final String MINIMAL =
      """
      {"mapping": ["blues", "jazz"],
       "labels": [0, 1],
       "mfcc": [[[1, -2.5], [3e2, 4]], [[5.0, 6], [7, 8]]],
       "tracks": ["blues.00000", "jazz.00001"],
       "segments": [0, 3]}
      """;

  @TempDir Path folder;

  private static Features features(String key, int[] clusters) {
    ObjectNode params = Store.JSON.createObjectNode().put("hop", 512);
    ObjectNode provenance = Store.JSON.createObjectNode().put("source", "test");
    float[][] values = {
      {0.1f, -0f, 1e-30f, Float.MAX_VALUE, 5, 6}, {1 / 3f, -271.4375f, 2, 1e10f, -1e-7f, 16777216}
    };
    return new Features(
        key,
        List.of("blues", "jazz é"),
        new int[] {1, 0},
        new String[] {"jazz.00001", "blues.00000"},
        new int[] {3, 0},
        clusters,
        3,
        2,
        values,
        params,
        provenance.put("synthetic", true));
  }

  @Test
  void bothKindsComeBackAsTheyWere() {
    Path file = folder.resolve("mfcc.json");
    for (Features written :
        List.of(
            features("mfcc", null), features("mfcc", new int[] {9, 0}), features("logmel", null))) {
      written.write(file);
      SameFeatures.assertSame(written, Features.read(file));
    }
  }

  @Test
  void compressedFilesToo() throws IOException {
    Path plain = folder.resolve("mfcc.json");
    Path zipped = folder.resolve("mfcc.json.gz");
    Features written = features("mfcc", new int[] {1, 2});
    written.write(plain);
    written.write(zipped);
    SameFeatures.assertSame(written, Features.read(zipped));
    byte[] bytes = Files.readAllBytes(zipped);
    assertEquals(0x1f8b, (bytes[0] & 0xff) << 8 | bytes[1] & 0xff, "gzip's magic");
    written.write(folder.resolve("again.json.gz"));
    assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("again.json.gz")), "same bytes");
  }

  @Test
  void clustersAreAddedToTheSameSegments() {
    ObjectNode how = Store.JSON.createObjectNode().put("source", "kmeans");
    Features with = features("mfcc", null).withClusters(new int[] {4, 5}, how);
    Path file = folder.resolve("mfcc-kmeans.json");
    with.write(file);
    Features read = Features.read(file);
    assertArrayEquals(new int[] {4, 5}, read.clusters());
    assertEquals("kmeans", read.provenance().path("source").asText());
    assertArrayEquals(features("mfcc", null).values(), read.values());
  }

  @Test
  void readsWhatPythonWrites() throws IOException {
    Features read = read(MINIMAL);
    assertEquals("mfcc", read.key());
    assertEquals(2, read.size());
    assertEquals("jazz", read.genre(1));
    assertEquals(2, read.frames());
    assertEquals(2, read.coefficients());
    assertArrayEquals(new float[] {1, -2.5f, 300, 4}, read.values()[0]);
    assertArrayEquals(new int[] {0, 3}, read.segments());
    assertNull(read.clusters());
    assertEquals(0, read.params().size());
  }

  @Test
  void takesKeysInAnyOrderAndSkipsOthers() throws IOException {
    Features read =
        read(
            """
            {"note": {"by": ["a", {"b": [1, [2]]}]}, "segments": [0],
             "mfcc": [[[1], [2], [3]]], "tracks": ["t"], "sr": 22050,
             "provenance": {"x": 1}, "labels": [0], "clusters": [7], "mapping": ["blues"],
             "params": {}}
            """);
    assertEquals(3, read.frames());
    assertArrayEquals(new int[] {7}, read.clusters());
    assertEquals(1, read.provenance().path("x").asInt());
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    for (int length : new int[] {0, 1, 40, 70, 100, MINIMAL.length() - 3}) {
      refused(MINIMAL.substring(0, length));
    }
    features("mfcc", null).write(folder.resolve("whole.json.gz"));
    byte[] whole = Files.readAllBytes(folder.resolve("whole.json.gz"));
    Path cut = folder.resolve("cut.json.gz");
    for (int length : new int[] {5, whole.length / 2, whole.length - 4}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      Stage.Failure failure = assertThrows(Stage.Failure.class, () -> Features.read(cut));
      assertTrue(failure.getMessage().startsWith(cut + ": "), failure.getMessage());
    }
    Files.writeString(cut, "not compressed at all");
    assertThrows(Stage.Failure.class, () -> Features.read(cut));
    whole[whole.length - 6] ^= 1; // in the checksum
    Files.write(cut, whole);
    assertThrows(Stage.Failure.class, () -> Features.read(cut));
    refused(MINIMAL + MINIMAL, "something follows its end");
  }

  @Test
  void refusesWhatIsNoNumberByPlace() throws IOException {
    refused(MINIMAL.replace("7, 8", "7, NaN"), "mfcc[1][1][1] is NaN, not a finite number");
    refused(MINIMAL.replace("5.0, 6", "Infinity, 6"), "mfcc[1][0][0] is Infinity");
    refused(MINIMAL.replace("5.0, 6", "-Infinity, 6"), "mfcc[1][0][0] is -Infinity");
    refused(MINIMAL.replace("7, 8", "\"NaN\", 8"), "mfcc[1][1][0] is NaN");
    refused(MINIMAL.replace("7, 8", "null, 8"), "mfcc[1][1][0] is null");
    refused(MINIMAL.replace("7, 8", "1e39, 8"), "mfcc[1][1][0] is 1e39");
  }

  @Test
  void refusesRaggedValuesByPlace() throws IOException {
    refused(MINIMAL.replace("7, 8", "7"), "mfcc[1][1] has 1 coefficients, the first frame 2");
    refused(MINIMAL.replace("7, 8", "7, 8, 9"), "mfcc[1][1] has 3 coefficients");
    refused(MINIMAL.replace(", [7, 8]", ""), "mfcc[1] has 1 frames, the first 2");
    refused(MINIMAL.replace("[7, 8]", "[7, 8], [9, 9]"), "mfcc[1] has 3 frames, the first 2");
    refused(MINIMAL.replace("[7, 8]", "7"), "mfcc[1][1]", "found 7");
    refused(MINIMAL.replace("[[5.0, 6], [7, 8]]", "[]"), "mfcc[1] has 0 frames");
    refused(MINIMAL.replace("[7, 8]", "[[7], 8]"), "mfcc[1][1][0]");
  }

  @Test
  void refusesLengthsThatDisagree() throws IOException {
    refused(MINIMAL.replace("[0, 1]", "[0]"), "labels has 1 entries, mfcc has 2");
    refused(MINIMAL.replace(", \"jazz.00001\"", ""), "tracks has 1 entries, mfcc has 2");
    refused(MINIMAL.replace("[0, 3]", "[0, 3, 4]"), "segments has 3 entries, mfcc has 2");
    refused(
        MINIMAL.replace("\"segments\"", "\"clusters\": [1], \"segments\""),
        "clusters has 1 entries, mfcc has 2");
    refused(MINIMAL.replace("[0, 1]", "[0, 2]"), "labels[1] is 2, but there are 2 classes");
    refused(MINIMAL.replace("[0, 1]", "[0, -1]"), "labels[1] is -1");
    refused(MINIMAL.replace("[0, 1]", "[0, \"1\"]"), "labels", "found 1");
  }

  @Test
  void refusesMissingKeys() throws IOException {
    refused(MINIMAL.replace("\"tracks\"", "\"x\""), "it lacks tracks");
    refused(MINIMAL.replace("\"segments\"", "\"x\""), "it lacks segments");
    refused(MINIMAL.replace("\"mapping\"", "\"x\""), "it lacks mapping");
    refused(MINIMAL.replace("\"labels\"", "\"x\""), "it lacks labels");
    refused(MINIMAL.replace("\"mfcc\"", "\"x\""), "it lacks mfcc");
    refused("[" + MINIMAL + "]", "the file");
  }

  private Features read(String json) throws IOException {
    return Features.read(Files.writeString(folder.resolve("features.json"), json));
  }

  private void refused(String json, String... words) {
    Stage.Failure failure = assertThrows(Stage.Failure.class, () -> read(json), json);
    String message = failure.getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.startsWith(folder.resolve("features.json") + ": "), message);
    assertTrue(message.endsWith("; make it again"), message);
    for (String word : words) {
      assertTrue(message.contains(word), "no '%s' in: %s".formatted(word, message));
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoOther() throws IOException {
    Path file = folder.resolve("mfcc.json");
    Files.writeString(file, "the old one");
    List<Exception> thrown =
        List.of(new IOException("disk"), new Stage.Failure("stop"), new IllegalStateException());
    for (Exception error : thrown) {
      assertThrows(
          RuntimeException.class,
          () ->
              Store.write(
                  file,
                  out -> {
                    out.write("half of the new".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    if (error instanceof IOException io) {
                      throw io;
                    }
                    throw (RuntimeException) error;
                  }));
      assertEquals("the old one", Files.readString(file));
      assertEquals(List.of("mfcc.json"), names());
    }
    Features features = features("mfcc", null);
    float[][] one = {features.values()[0]};
    assertThrows(RuntimeException.class, () -> features.write(file, Arrays.asList(one).iterator()));
    assertEquals("the old one", Files.readString(file));
    assertEquals(List.of("mfcc.json"), names());
  }

  @Test
  void writesIntoFoldersThatAreNotThereYet() {
    Path file = folder.resolve("run/1/mfcc.json");
    Features written = features("mfcc", null);
    written.write(file, new ArrayList<>(Arrays.asList(written.values())).iterator());
    SameFeatures.assertSame(written, Features.read(file));
    Store.writeRows(folder.resolve("run/2/empty.json"), Collections.emptyList());
    assertEquals(List.of(), Store.readRows(folder.resolve("run/2/empty.json"), String.class));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void refusesASegmentTwice() throws IOException {
    String twice = MINIMAL.replace("jazz.00001", "blues.00000");
    refused(twice, "track blues.00000 is of two genres, blues and jazz");
    twice = twice.replace("\"labels\": [0, 1]", "\"labels\": [0, 0]");
    assertEquals(2, read(twice).size(), "the same track, another segment");
    refused(twice.replace("[0, 3]", "[3, 3]"), "segment 3 of blues.00000 twice");
  }

  @Test
  void refusesControlCharactersInClassNames() throws IOException {
    refused(MINIMAL.replace("\"jazz\"", "\"macro average\""), "mapping[1]", "mean over genres");
    refused(MINIMAL.replace("\"jazz\"", "\"j\\u001b[2Jazz\""), "mapping[1]", "control character");
    refused(MINIMAL.replace("\"jazz\"", "\"ja\\nzz\""), "mapping[1]", "control character");
    refused(MINIMAL.replace("\"jazz\"", "\"j\\u202eazz\""), "mapping[1]", "control character");
  }
}
