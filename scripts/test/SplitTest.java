///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that splits keep their ratios, keep together what belongs together, and repeat.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Split.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.Features;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Splits keep their ratios, keep together what belongs together, and repeat. */
class SplitTest {
  private static final List<String> PARTS = List.of("train", "validation", "test");
  private static final List<String> GENRES = List.of("blues", "jazz", "metal", "rock");
  private static final double[] SHARES = {0.60, 0.15, 0.25};

  @TempDir Path folder;
  private Path manifest;
  private Path out;
  private String stdout;
  private String stderr;

  /** 4 genres of 30 tracks of 8 to 10 segments; ten artists a genre with one to five tracks. */
  @BeforeEach
  void writeManifest() {
    manifest = folder.resolve("segments.json");
    out = folder.resolve("split.json");
    var rows = new ArrayList<Rows.Segment>();
    for (String genre : GENRES) {
      for (int t = 0; t < 30; t++) {
        int artist = (int) Math.sqrt(3 * t);
        for (int s = 0; s < 8 + t % 3; s++) {
          rows.add(segment(genre, "%s.%05d".formatted(genre, t), genre + " artist " + artist, s));
        }
      }
    }
    Store.writeRows(manifest, rows);
  }

  private static Rows.Segment segment(String genre, String track, String artist, int s) {
    String file = genre + "/" + track + ".wav";
    return new Rows.Segment(track, genre, artist, s, file, s * 66150L, 66150, 22050, "");
  }

  private int split(String... more) {
    return split(List.of("--segments", manifest.toString()), more);
  }

  private int split(List<String> source, String... more) {
    List<String> args = new ArrayList<>(source);
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var capturedOut = new ByteArrayOutputStream();
    var capturedErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
    try {
      return Stage.run(new Split(), args.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      stdout = capturedOut.toString(StandardCharsets.UTF_8);
      stderr = capturedErr.toString(StandardCharsets.UTF_8);
    }
  }

  private void assertFails(int exit, int got, String... said) {
    assertEquals(exit, got, stderr);
    assertEquals(1, stderr.lines().count(), stderr);
    for (String words : said) {
      assertTrue(stderr.contains(words), stderr);
    }
    assertFalse(Files.exists(out));
    assertFalse(Files.exists(folder.resolve("split.json.part")));
  }

  private List<Rows.Part> parts() {
    return Store.readRows(out, Rows.Part.class);
  }

  private List<Rows.Segment> segments() {
    return Store.readRows(manifest, Rows.Segment.class);
  }

  private Map<String, Long> sizes() {
    var sizes = new TreeMap<String, Long>();
    parts().forEach(row -> sizes.merge(row.part(), 1L, Long::sum));
    return sizes;
  }

  /** Every segment of the source exactly once, in its order. */
  private void assertWhole() {
    assertEquals(
        segments().stream().map(row -> row.track() + "/" + row.segment()).toList(),
        parts().stream().map(row -> row.track() + "/" + row.segment()).toList());
    parts().forEach(row -> assertTrue(PARTS.contains(row.part()), row.toString()));
  }

  /** How many segments of each key each part has. */
  private Map<String, int[]> table(Function<Integer, String> keyOfRow) {
    var table = new TreeMap<String, int[]>();
    List<Rows.Part> parts = parts();
    for (int i = 0; i < parts.size(); i++) {
      table
          .computeIfAbsent(keyOfRow.apply(i), key -> new int[3])[
          PARTS.indexOf(parts.get(i).part())]++;
    }
    return table;
  }

  private void assertOnOneSide(Function<Integer, String> keyOfRow, int keys) {
    Map<String, int[]> table = table(keyOfRow);
    assertEquals(keys, table.size());
    table.forEach(
        (key, counts) -> {
          int sides = 0;
          for (int count : counts) {
            sides += count > 0 ? 1 : 0;
          }
          assertEquals(1, sides, key);
        });
  }

  @ParameterizedTest
  @CsvSource({"60:15:25, 0.6, 0.15, 0.25", "8:1:1, 0.8, 0.1, 0.1", "1:1:1, .3333, .3333, .3333"})
  void segmentsMeetTheRatios(String ratios, double train, double validation, double test) {
    assertEquals(0, split("--ratios", ratios), stderr);
    assertWhole();
    int all = segments().size();
    assertEquals(train * all, sizes().get("train"), 1.1);
    assertEquals(validation * all, sizes().get("validation"), 1.1);
    assertEquals(test * all, sizes().get("test"), 1.1);
  }

  @Test
  void segmentsAreDrawnOneByOneAndTheRunSaysWhatThatMeans() {
    assertEquals(0, split(), stderr);
    List<Rows.Part> parts = parts();
    Map<String, int[]> tracks = table(i -> parts.get(i).track());
    long onOneSide = tracks.values().stream().filter(n -> n[0] * n[1] * n[2] == 0).count();
    assertTrue(onOneSide < 60, onOneSide + " of 120 tracks lack a part");
    assertTrue(stdout.contains("test tracks also have segments in training: a test"), stdout);
  }

  @Test
  void tracksAreNeverOnTwoSides() {
    assertEquals(0, split("--by", "track"), stderr);
    assertWhole();
    List<Rows.Part> parts = parts();
    assertOnOneSide(i -> parts.get(i).track(), 120);
    for (int p = 0; p < 3; p++) {
      double expected = SHARES[p] * segments().size();
      assertEquals(expected, sizes().get(PARTS.get(p)), 10, "within one track of " + PARTS.get(p));
    }
    assertTrue(stdout.contains("0 of "), stdout);
  }

  @Test
  void artistsAreNeverOnTwoSides() {
    assertEquals(0, split("--by", "artist"), stderr);
    assertWhole();
    List<Rows.Segment> rows = segments();
    long artists = rows.stream().map(Rows.Segment::artist).distinct().count();
    assertOnOneSide(i -> rows.get(i).artist(), (int) artists);
    assertOnOneSide(i -> rows.get(i).track(), 120);
    for (int p = 0; p < 3; p++) {
      assertEquals(SHARES[p] * rows.size(), sizes().get(PARTS.get(p)), 45, "one artist's segments");
    }
  }

  @Test
  void tracksWithoutArtistStandForThemselves() {
    var rows = new ArrayList<>(segments().stream().filter(r -> r.genre().equals("jazz")).toList());
    rows.replaceAll(row -> segment(row.genre(), row.track(), "", row.segment()));
    Store.writeRows(manifest, rows);
    assertEquals(0, split("--by", "artist"), stderr);
    assertOnOneSide(i -> rows.get(i).track(), 30);
    assertEquals(SHARES[0] * rows.size(), sizes().get("train"), 10);
  }

  @Test
  void genresKeepTheirSharesWhenStratified() {
    List<Rows.Segment> rows = segments();
    assertEquals(0, split("--stratify", "genre"), stderr);
    assertShares(table(i -> rows.get(i).genre()), 1.5);

    assertEquals(0, split("--by", "track", "--stratify", "genre"), stderr);
    assertShares(table(i -> rows.get(i).genre()), 15);
    List<Rows.Part> parts = parts();
    assertOnOneSide(i -> parts.get(i).track(), 120);
  }

  private static void assertShares(Map<String, int[]> table, double tolerance) {
    table.forEach(
        (key, counts) -> {
          int all = counts[0] + counts[1] + counts[2];
          for (int p = 0; p < 3; p++) {
            assertEquals(SHARES[p] * all, counts[p], tolerance, key + "'s " + PARTS.get(p));
          }
        });
  }

  /** Without strata the genres' shares wander: the test above is no accident. */
  @Test
  void genresAreLeftToChanceOtherwise() {
    List<Rows.Segment> rows = segments();
    double furthest = 0;
    for (int seed = 1; seed <= 3; seed++) {
      assertEquals(0, split("--seed", "" + seed), stderr);
      for (int[] counts : table(i -> rows.get(i).genre()).values()) {
        int all = counts[0] + counts[1] + counts[2];
        furthest = Math.max(furthest, Math.abs(counts[0] - SHARES[0] * all));
      }
    }
    assertTrue(furthest > 3, "furthest " + furthest);
  }

  /** Features of the manifest's segments; cluster 0 holds most of blues. */
  private Path features(boolean clustered) {
    List<Rows.Segment> rows = segments();
    int[] labels = rows.stream().mapToInt(row -> GENRES.indexOf(row.genre())).toArray();
    int[] clusters = new int[rows.size()];
    float[][] values = new float[rows.size()][];
    for (int i = 0; i < rows.size(); i++) {
      clusters[i] = labels[i] == 0 && i % 10 < 8 ? 0 : (i * 7 + labels[i]) % 5;
      values[i] = new float[] {i, 1};
    }
    Path file = folder.resolve("mfcc.json");
    new Features(
            "mfcc",
            GENRES,
            labels,
            rows.stream().map(Rows.Segment::track).toArray(String[]::new),
            rows.stream().mapToInt(Rows.Segment::segment).toArray(),
            clustered ? clusters : null,
            1,
            2,
            values,
            Store.JSON.createObjectNode(),
            Store.JSON.createObjectNode())
        .write(file);
    return file;
  }

  @Test
  void clustersOfAGenreKeepTheirShares() {
    List<String> source = List.of("--features", features(true).toString());
    assertEquals(0, split(source, "--by", "cluster"), stderr);
    assertWhole();
    Features read = Features.readWithoutValues(folder.resolve("mfcc.json"));
    Map<String, int[]> table = table(i -> read.genre(i) + "/" + read.clusters()[i]);
    assertEquals(18, table.size());
    assertShares(table, 1.5);

    // 270 segments of blues, 8 of 10 in cluster 0: 216 of them, so 129.6, 32.4 and 54 by the ratios
    int[] large = table.get("blues/0");
    assertEquals(216, large[0] + large[1] + large[2]);
    assertEquals(129.6, large[0], 1.5);
    assertEquals(32.4, large[1], 1.5);
    assertEquals(54, large[2], 1.5);
  }

  @Test
  void clustersNeedFeaturesThatHaveThem() {
    assertFails(
        1,
        split(List.of("--features", features(false).toString()), "--by", "cluster"),
        "mfcc.json",
        "no clusters");
    assertFails(2, split("--by", "cluster"), "--features");
  }

  @Test
  void featuresAndManifestGiveTheSameSplit() throws Exception {
    assertEquals(0, split("--by", "track", "--stratify", "genre"), stderr);
    byte[] fromManifest = Files.readAllBytes(out);
    List<String> source = List.of("--features", features(false).toString());
    assertEquals(0, split(source, "--by", "track", "--stratify", "genre"), stderr);
    assertArrayEquals(fromManifest, Files.readAllBytes(out));
    Files.delete(out);
    assertFails(2, split(source, "--by", "artist"), "--segments");
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment", "track", "artist"})
  void aSeedGivesTheSameBytesAnotherSeedOthers(String by) throws Exception {
    assertEquals(0, split("--by", by, "--seed", "5"), stderr);
    byte[] first = Files.readAllBytes(out);
    assertEquals(0, split("--by", by, "--seed", "5"), stderr);
    assertArrayEquals(first, Files.readAllBytes(out));
    List<Rows.Part> five = parts();
    assertEquals(0, split("--by", by, "--seed", "6"), stderr);
    assertNotEquals(five, parts());
  }

  private String lists(String train, String validation, String test) throws IOException {
    var files = new ArrayList<String>();
    for (String text : List.of(train, validation, test)) {
      files.add(Files.writeString(folder.resolve("list" + files.size() + ".txt"), text).toString());
    }
    return String.join(",", files);
  }

  @Test
  void publishedListsArePutIntoEffect() throws Exception {
    String lists =
        lists(
            "blues/blues.00000.wav\nblues/blues.00001.wav\nnone.00000\n",
            "jazz.00003.au\n\n",
            " rock/rock.00002.wav \nmetal\\metal.00004.wav");
    assertEquals(0, split("--by", "file", "--lists", lists), stderr);
    Map<String, String> sides =
        Map.of(
            "blues.00000", "train",
            "blues.00001", "train",
            "jazz.00003", "validation",
            "rock.00002", "test",
            "metal.00004", "test");
    var found = new HashMap<String, String>();
    for (Rows.Part row : parts()) {
      assertEquals(sides.getOrDefault(row.track(), "excluded"), row.part(), row.track());
      found.put(row.track(), row.part());
    }
    assertEquals(segments().size(), parts().size());
    assertTrue(new HashSet<>(found.values()).contains("excluded"));
    assertTrue(stdout.contains("1 listed tracks have no segments here"), stdout);
  }

  @Test
  void aTrackInTwoListsFails() throws Exception {
    String lists = lists("blues.00000\nblues.00001", "jazz.00003", "blues/blues.00001.wav");
    assertFails(
        1, split("--by", "file", "--lists", lists), "list2.txt", "blues.00001", "train list");
  }

  @Test
  void listsThatAreNoTextFail() throws Exception {
    String lists = lists("blues.00000", "jazz.00003", "rock.00001");
    Files.write(folder.resolve("list1.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 'x'});
    assertFails(1, split("--by", "file", "--lists", lists), "list1.txt", "UTF-8");
    Files.delete(folder.resolve("list1.txt"));
    assertFails(1, split("--by", "file", "--lists", lists), "list1.txt", "no such file");
    assertFails(2, split("--by", "file"), "--lists");
    assertFails(2, split("--lists", lists), "--lists");
  }

  @Test
  void aListWithoutTracksOfOursFails() throws Exception {
    String lists = lists("blues.00000", "someone.else", "rock.00001");
    assertFails(1, split("--by", "file", "--lists", lists), "nothing is left for validation");
  }

  @Test
  void tooFewTracksFailAndWriteNothing() {
    Store.writeRows(
        manifest, segments().stream().filter(row -> row.track().endsWith("00000")).toList());
    assertEquals(0, split("--by", "segment"), stderr);
    assertTrue(out.toFile().delete());
    Store.writeRows(
        manifest, segments().stream().filter(row -> row.genre().equals("blues")).toList());
    assertFails(1, split("--by", "track"), "segments.json", "nothing is left for", "more tracks");
    Store.writeRows(manifest, List.of());
    assertFails(1, split(), "segments.json", "nothing is left for train");
  }

  @ParameterizedTest
  @ValueSource(strings = {"60:40", "60:15:25:1", "60:0:40", "60:-15:25", "a:b:c", "NaN:1:1", ""})
  void ratiosThatMakeNoSenseAreAUsageError(String ratios) {
    assertFails(2, split("--ratios", ratios), "--ratios");
  }

  @Test
  void aGenreThatAPartLacksIsTold() {
    Store.writeRows(
        manifest,
        segments().stream()
            .filter(row -> !row.genre().equals("metal") || row.track().endsWith("00000"))
            .toList());
    assertEquals(0, split("--by", "track"), stderr);
    assertEquals(2, stderr.lines().filter(l -> l.contains("has only 3 of 4 genres")).count());
  }

  @Test
  void aManifestThatIsNoneFails() throws Exception {
    Files.writeString(manifest, "[{\"track\": 1, ");
    assertFails(1, split(), "segments.json", "make it again");
    Files.delete(manifest);
    assertFails(1, split(), "segments.json", "no such file");
    assertFails(2, split(List.of()), "--segments");
  }
}
