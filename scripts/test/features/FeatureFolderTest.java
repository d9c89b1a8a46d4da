///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests feature folders: what is written is read again, what is broken is refused.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES SameFeatures.java
//SOURCES ../../lib/features/FeatureFolder.java
//SOURCES ../../lib/features/FeaturePart.java
//SOURCES ../../lib/features/FeaturePartWriter.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/features/FolderHeader.java
//SOURCES ../../lib/features/PartTable.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/RunFolder.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.FeatureFolder;
import genrelab.features.FeaturePart;
import genrelab.features.FeaturePartWriter;
import genrelab.features.Features;
import genrelab.features.FolderHeader;
import genrelab.features.PartTable;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.RunFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feature folders: round trips, the bytes of their files, refusals, parts written one by one. */
class FeatureFolderTest {
  private static final int SEGMENTS = 7;
  private static final int FRAMES = 3;
  private static final int VALUES = 2;

  @TempDir Path folder;

  private static Features features(int[] clusters, boolean withArtists) {
    var random = new Random(1);
    float[][] values = new float[SEGMENTS][FRAMES * VALUES];
    String[] tracks = new String[SEGMENTS];
    int[] labels = new int[SEGMENTS];
    int[] segments = new int[SEGMENTS];
    String[] artists = new String[SEGMENTS];
    for (int row = 0; row < SEGMENTS; row++) {
      for (int i = 0; i < values[row].length; i++) {
        do {
          values[row][i] = Float.intBitsToFloat(random.nextInt());
        } while (!Float.isFinite(values[row][i]));
      }
      tracks[row] = row < 4 ? "a \"quoted\", track é" : "b";
      labels[row] = row < 4 ? 1 : 0;
      segments[row] = row % 4;
      artists[row] = row < 4 ? "Björk, live" : "";
    }
    values[0] = new float[] {0.1f, -0f, 1e-45f, Float.MAX_VALUE, 16777216, -271.4375f};
    ObjectNode params = Store.JSON.createObjectNode().put("hop", 512);
    ObjectNode provenance = Store.JSON.createObjectNode().put("synthetic", true);
    Features plain =
        new Features(
            "mfcc",
            List.of("blues", "jazz é"),
            labels,
            tracks,
            segments,
            clusters,
            FRAMES,
            VALUES,
            values,
            params,
            provenance);
    return withArtists
        ? new Features(
            plain.key(),
            plain.mapping(),
            labels,
            tracks,
            segments,
            clusters,
            artists,
            FRAMES,
            VALUES,
            plain.matrix(),
            params,
            provenance)
        : plain;
  }

  /** A folder of parts of three segments. */
  private Path written(Features features) {
    Path out = folder.resolve("mfcc");
    Store.writeTogether(FeatureFolder.contents(out, features, features.matrix().iterator(), 3));
    return out;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // ---- round trips

  @Test
  void everyKindComesBackAsItWasAndAsTheJsonGivesIt() {
    for (Features one :
        List.of(
            features(null, false),
            features(new int[] {0, 1, -1, 2, 3, 4, 5}, false),
            features(null, true))) {
      Path out = folder.resolve("one");
      one.write(out);
      Features read = Features.read(out);
      SameFeatures.assertSame(one, read);
      Path json = folder.resolve("one.json");
      one.write(json);
      assertArrayEquals(Features.read(json).values(), read.values());
    }
  }

  @Test
  void partsAreReadInTheirOrder() throws IOException {
    Features all = features(null, true);
    Path out = written(all);
    SameFeatures.assertSame(all, Features.read(out));
    assertEquals(
        List.of(
            "features.json",
            "part-00000.csv",
            "part-00000.npy",
            "part-00001.csv",
            "part-00001.npy",
            "part-00002.csv",
            "part-00002.npy"),
        names(out));
    assertEquals(
        List.of(3, 3, 1), FolderHeader.read(out).parts().stream().map(FeaturePart::rows).toList());
  }

  @Test
  void aRunsFeaturesMayBeAFolder() {
    written(features(null, false));
    var run = new RunFolder(folder);
    assertEquals(folder.resolve("mfcc"), run.findFeatures("mfcc").orElseThrow());
    assertEquals(List.of("blues", "jazz é"), run.features().orElseThrow().mapping());
    assertTrue(run.synthetic().orElseThrow());
    assertTrue(run.findFeatures("logmel").isEmpty());
    features(null, false).write(folder.resolve("mfcc.json"));
    assertEquals(folder.resolve("mfcc.json"), run.findFeatures("mfcc").orElseThrow());
  }

  @Test
  void withoutValuesNoneIsRead() throws IOException {
    Path out = written(features(null, false));
    Path npy = out.resolve("part-00001.npy");
    byte[] bytes = Files.readAllBytes(npy);
    bytes[bytes.length - 1] ^= 1;
    Files.write(npy, bytes);
    Features header = Features.readWithoutValues(out);
    assertNull(header.matrix());
    assertEquals(SEGMENTS, header.size());
    assertThrows(Stage.Failure.class, () -> Features.read(out));
  }

  @Test
  void filesAreThoseOfNumpyAndRfc4180() throws IOException {
    Path out = written(features(new int[] {0, 1, -1, 2, 3, 4, 5}, true));
    ByteBuffer npy =
        ByteBuffer.wrap(Files.readAllBytes(out.resolve("part-00000.npy")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int length = npy.getShort(8);
    assertEquals(0, (10 + length) % 64, "values begin at a multiple of 64");
    String header = new String(npy.array(), 10, length, StandardCharsets.US_ASCII);
    assertEquals(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3, 2), }", header.stripTrailing());
    assertTrue(header.endsWith(" \n"), header);
    assertEquals(0.1f, npy.getFloat(10 + length));
    assertEquals(10 + length + 4 * 3 * FRAMES * VALUES, npy.limit());
    assertEquals(
        """
        track,segment,label,genre,artist,cluster
        "a ""quoted"", track é",0,1,jazz é,"Björk, live",0
        "a ""quoted"", track é",1,1,jazz é,"Björk, live",1
        "a ""quoted"", track é",2,1,jazz é,"Björk, live",-1
        """,
        Files.readString(out.resolve("part-00000.csv")));
  }

  @Test
  void aShorterSetLeavesNoPartOfALongerOne() throws IOException {
    Path out = written(features(null, false));
    Files.writeString(out.resolve("notes.txt"), "mine");
    features(null, false).write(out);
    assertEquals(
        List.of("features.json", "notes.txt", "part-00000.csv", "part-00000.npy"), names(out));
  }

  @Test
  void aFailedWriteLeavesTheOldFolder() throws IOException {
    Path out = written(features(null, false));
    List<String> before = names(out);
    Features features = features(null, false);
    var oneRow = List.of(features.values(0)).iterator();
    assertThrows(RuntimeException.class, () -> features.write(out, oneRow));
    assertEquals(before, names(out));
    SameFeatures.assertSame(features, Features.read(out));
  }

  // ---- parts written one by one

  @Test
  void partsOneByOneAreTheSameFiles() throws IOException {
    Features all = features(null, true);
    Path whole = written(all);
    Path parts = folder.resolve("parts");
    var known = new ArrayList<FeaturePart>();
    for (int number = 2; number >= 0; number--) {
      try (var part = new FeaturePartWriter(parts, number, FRAMES, VALUES)) {
        for (int row = 3 * number; row < Math.min(SEGMENTS, 3 * number + 3); row++) {
          part.add(
              new PartTable.Row(
                  all.tracks()[row],
                  all.segments()[row],
                  all.labels()[row],
                  all.genre(row),
                  all.artists()[row],
                  null),
              all.values(row));
        }
        known.add(0, part.finish());
      }
      FeaturePart last = known.get(0);
      assertEquals(last, FeaturePart.of(parts, last.name()));
    }
    new FolderHeader("mfcc", all.mapping(), FRAMES, VALUES, known, all.params(), all.provenance())
        .write(parts);
    for (String name : names(whole)) {
      assertEquals(-1, Files.mismatch(whole.resolve(name), parts.resolve(name)), name);
    }
    assertEquals(names(whole), names(parts));
  }

  @Test
  void anUnfinishedPartLeavesNothing() throws IOException {
    try (var part = new FeaturePartWriter(folder, 0, FRAMES, VALUES)) {
      part.add(new PartTable.Row("a", 0, 0, "blues", "", null), new float[FRAMES * VALUES]);
      assertThrows(
          IllegalArgumentException.class,
          () -> part.add(new PartTable.Row("a", 1, 0, "blues", "", null), new float[1]));
    }
    assertEquals(List.of(), names(folder));
  }

  // ---- refusals

  private interface Damage {
    void to(Path folder) throws IOException;
  }

  private void refused(Damage damage, String file, String... words) throws IOException {
    Path out = written(features(null, true));
    damage.to(out);
    Stage.Failure failure = assertThrows(Stage.Failure.class, () -> Features.read(out), file);
    String message = failure.getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.startsWith(out.resolve(file) + ": "), message);
    for (String word : words) {
      assertTrue(message.contains(word), "no '%s' in: %s".formatted(word, message));
    }
  }

  private static Damage bytes(String file, UnaryOperator<byte[]> how) {
    return out -> Files.write(out.resolve(file), how.apply(Files.readAllBytes(out.resolve(file))));
  }

  private static Damage text(String file, String part, String by) {
    return out -> {
      String text = Files.readString(out.resolve(file));
      assertTrue(text.contains(part), text);
      Files.writeString(out.resolve(file), text.replace(part, by));
    };
  }

  @Test
  void refusesPartsThatAreMissingCutOrAltered() throws IOException {
    for (String file : List.of("part-00001.npy", "part-00001.csv")) {
      refused(out -> Files.delete(out.resolve(file)), file, "no such file");
    }
    refused(
        bytes("part-00001.npy", all -> Arrays.copyOf(all, all.length - 1)),
        "part-00001.npy",
        "truncated: 199 bytes instead of 200");
    refused(
        bytes("part-00001.npy", all -> Arrays.copyOf(all, 30)),
        "part-00001.npy",
        "truncated in its header");
    refused(
        bytes("part-00001.npy", all -> Arrays.copyOf(all, all.length + 1)),
        "part-00001.npy",
        "too long");
    refused(
        bytes(
            "part-00001.npy",
            all -> {
              all[all.length - 1] ^= 1;
              return all;
            }),
        "part-00001.npy",
        "its SHA-256 differs");
    refused(text("part-00001.csv", "jazz é", "jazz e"), "part-00001.csv", "its SHA-256 differs");
    refused(
        text("part-00001.csv", "b,1,0,blues,,\n", ""),
        "part-00001.csv",
        "it has 2 rows, features.json gives the part 3");
    refused(
        text("part-00001.csv", "b,1,0,blues,,\n", "b,1,0\n"),
        "part-00001.csv",
        "line 4",
        "3 columns");
    refused(
        text("part-00001.csv", "b,1,", "b,one,"), "part-00001.csv", "line 4", "segment is 'one'");
    refused(text("part-00001.csv", "\"a ", "a\"a \"b"), "part-00001.csv", "line 2");
    refused(text("part-00001.csv", "track,", "song,"), "part-00001.csv", "line 1", "its columns");
  }

  @Test
  void refusesAPartOfOtherFeatures() throws IOException {
    Path other = folder.resolve("other");
    Features wide = features(null, true);
    new Features(
            "mfcc",
            wide.mapping(),
            wide.labels(),
            wide.tracks(),
            wide.segments(),
            null,
            2,
            3,
            wide.values(),
            wide.params(),
            wide.provenance())
        .write(other);
    refused(
        out ->
            Files.copy(
                other.resolve("part-00000.npy"),
                out.resolve("part-00001.npy"),
                StandardCopyOption.REPLACE_EXISTING),
        "part-00001.npy",
        "it holds <f4 [7, 2, 3], features.json names <f4 [3, 3, 2]",
        "a part of other features");
  }

  @Test
  void refusesValuesThatAreNotFinite() throws IOException {
    Features features = features(null, false);
    features.values(4)[3] = Float.NaN;
    Path out = written(features);
    Stage.Failure failure = assertThrows(Stage.Failure.class, () -> Features.read(out));
    assertTrue(
        failure.getMessage().startsWith(out.resolve("part-00001.npy") + ": [1, 1, 1] is NaN"),
        failure.getMessage());
  }

  @Test
  void refusesABrokenHeader() throws IOException {
    String json = "features.json";
    refused(text(json, "\"key\" : \"mfcc\"", "\"key\" : \"x\\ny\""), json, "its key 'x", "logmel");
    refused(text(json, "\"frames\" : 3", "\"frames\" : 0"), json, "0 frames × 2 values");
    refused(text(json, "\"frames\" : 3", "\"frames\" : \"x\""), json, "broken at line");
    refused(text(json, "\"mapping\"", "\"classes\""), json, "it lacks");
    refused(text(json, "part-00001", "../part-00001"), json, "a part's name");
    refused(text(json, "part-00001", "part-00000"), json, "part-00000 is there twice");
    refused(text(json, "\"rows\" : 1", "\"rows\" : 2147483647"), json, "part-00002 has 2147483647");
    refused(text(json, "\"npySha256\"", "\"sha\""), json, "part-00000 lacks its checksums");
    refused(text(json, "\"blues\"", "\"country\""), "part-00001.csv", "row 1", "genre blues");
    refused(bytes(json, all -> Arrays.copyOf(all, all.length / 2)), json, "broken at line");
    refused(out -> Files.delete(out.resolve(json)), "", "no features.json in it");
  }

  @Test
  void refusesASegmentTwiceAcrossParts() throws IOException {
    Features all = features(null, false);
    all.segments()[3] = 0;
    Path out = written(all);
    Stage.Failure failure = assertThrows(Stage.Failure.class, () -> Features.read(out));
    assertTrue(
        failure.getMessage().startsWith(out + ": it has segment 0 of a"), failure.getMessage());
  }

  @Test
  void refusesClustersOfSomeAlone() throws IOException {
    Path with = written(features(new int[SEGMENTS], false));
    byte[] csv = Files.readAllBytes(with.resolve("part-00002.csv"));
    String sha = Store.sha256(with.resolve("part-00002.csv"));
    Path without = written(features(null, false));
    String header = Files.readString(without.resolve("features.json"));
    Path table = Files.write(without.resolve("part-00002.csv"), csv);
    String before = FolderHeader.read(without).parts().get(2).csvSha256();
    Files.writeString(without.resolve("features.json"), header.replace(before, sha));
    assertEquals(sha, Store.sha256(table));
    Stage.Failure failure = assertThrows(Stage.Failure.class, () -> Features.read(without));
    assertTrue(failure.getMessage().contains("some of its segments have clusters"));
  }
}
