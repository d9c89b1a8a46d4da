///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that splits keep their ratios, keep together what belongs together, and repeat.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Split.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    StageRun run = StageRun.of(new Split(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
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

  private List<Rows.SplitRow> parts() {
    return Store.readRows(out, Rows.SplitRow.class);
  }

  private List<Rows.Segment> segments() {
    return Store.readRows(manifest, Rows.Segment.class);
  }

  private Map<String, Long> sizes() {
    var sizes = new TreeMap<String, Long>();
    parts().forEach(row -> sizes.merge(row.part().name(), 1L, Long::sum));
    return sizes;
  }

  // ---- FMA's own split

  /** The CSV lies in a folder above the audio, as fetch writes it. */
  @Test
  void fmasOwnSplitIsFoundBesideItsAudio() throws IOException {
    var csv = new StringBuilder("track,part\n");
    List<String> tracks = segments().stream().map(Rows.Segment::track).distinct().toList();
    for (int t = 0; t < tracks.size() - 1; t++) {
      csv.append(tracks.get(t))
          .append(t % 10 == 0 ? ",test\n" : t % 10 == 1 ? ",validation\n" : ",train\n");
    }
    Path split = Files.writeString(folder.resolve("fma-split.csv"), csv);
    assertEquals(0, split("--by", "file", "--lists", "fma"), stderr);
    var partOf = new HashMap<String, Part>();
    parts().forEach(row -> partOf.put(row.track(), row.part()));
    for (int t = 0; t < tracks.size(); t++) {
      Part part = t % 10 == 0 ? Part.test : t % 10 == 1 ? Part.validation : Part.train;
      assertEquals(t == tracks.size() - 1 ? Part.excluded : part, partOf.get(tracks.get(t)));
    }
    List<Rows.SplitRow> found = parts();
    assertEquals(0, split("--by", "file", "--lists", split.toString()), stderr);
    assertEquals(found, parts(), "the same by its path");

    Files.delete(out);
    Files.writeString(split, csv.toString().replaceFirst(",test", ",exam"));
    assertFails(1, split("--by", "file", "--lists", "fma"), ",exam' is no track with train");
    Files.writeString(split, csv + tracks.get(0) + ",train\n");
    assertFails(1, split("--by", "file", "--lists", "fma"), "is in test and in train");
    Files.delete(split);
    assertFails(1, split("--by", "file", "--lists", "fma"), "no fma-split.csv is in a folder");
    List<String> features = List.of("--features", folder.resolve("mfcc.json").toString());
    assertFails(2, split(features, "--by", "file", "--lists", "fma"), "needs --segments");
  }

  /** Every segment of the source exactly once, in its order. */
  private void assertWhole() {
    assertEquals(
        segments().stream().map(row -> row.track() + "/" + row.segment()).toList(),
        parts().stream().map(row -> row.track() + "/" + row.segment()).toList());
    parts().forEach(row -> assertTrue(PARTS.contains(row.part().name()), row.toString()));
  }

  /** How many segments of each key each part has. */
  private Map<String, int[]> table(Function<Integer, String> keyOfRow) {
    var table = new TreeMap<String, int[]>();
    List<Rows.SplitRow> parts = parts();
    for (int i = 0; i < parts.size(); i++) {
      table
          .computeIfAbsent(keyOfRow.apply(i), key -> new int[3])[
          PARTS.indexOf(parts.get(i).part().name())]++;
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
    List<Rows.SplitRow> parts = parts();
    Map<String, int[]> tracks = table(i -> parts.get(i).track());
    long onOneSide = tracks.values().stream().filter(n -> n[0] * n[1] * n[2] == 0).count();
    assertTrue(onOneSide < 60, onOneSide + " of 120 tracks lack a part");
    assertTrue(stdout.contains("test tracks also have segments in training: a test"), stdout);
  }

  @Test
  void tracksAreNeverOnTwoSides() {
    assertEquals(0, split("--by", "track"), stderr);
    assertWhole();
    List<Rows.SplitRow> parts = parts();
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

  /**
   * Each genre has an artist of 12 tracks, one of 6 and eight of 1: sizes alone tell them apart.
   */
  @Test
  void largeArtistsAreTestedWithSomeSeeds() {
    var rows = new ArrayList<Rows.Segment>();
    for (String genre : List.of("blues", "jazz", "rock")) {
      for (int t = 0; t < 26; t++) {
        String artist = genre + (t < 12 ? "large" : t < 18 ? "middle" : t);
        rows.add(segment(genre, "%s.%05d".formatted(genre, t), artist, 0));
      }
    }
    Store.writeRows(manifest, rows);
    var partsOfLarge = new TreeSet<String>();
    for (int seed = 1; seed <= 20; seed++) {
      assertEquals(0, split("--by=artist", "--stratify=genre", "--seed=" + seed), stderr);
      parts().stream()
          .filter(row -> row.track().equals("jazz.00000"))
          .forEach(row -> partsOfLarge.add(row.part().name()));
    }
    assertTrue(partsOfLarge.containsAll(List.of("train", "test")), partsOfLarge.toString());
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
    List<Rows.SplitRow> parts = parts();
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
    List<Rows.SplitRow> five = parts();
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
    for (Rows.SplitRow row : parts()) {
      assertEquals(sides.getOrDefault(row.track(), "excluded"), row.part().name(), row.track());
      found.put(row.track(), row.part().name());
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

  // ---- artists

  /** The manifest's artists as a CSV, but for the tracks that it is to be silent on. */
  private Path artistsCsv(Predicate<String> known) throws IOException {
    var lines = new TreeSet<String>();
    for (Rows.Segment row : segments()) {
      if (known.test(row.track())) {
        lines.add("%s.wav,\"%s\"".formatted(row.track(), row.artist()));
      }
    }
    Path csv = folder.resolve("artists.csv");
    return Files.writeString(csv, "track,artist\n" + String.join("\n", lines) + "\n");
  }

  @Test
  void artistsOfATableServeFeaturesToo() throws IOException {
    assertEquals(0, split("--by", "artist"), stderr);
    byte[] fromManifest = Files.readAllBytes(out);
    List<String> source = List.of("--features", features(false).toString());
    Path csv = artistsCsv(track -> true);
    assertEquals(0, split(source, "--by", "artist", "--artists", "" + csv), stderr);
    assertArrayEquals(fromManifest, Files.readAllBytes(out));
    assertFalse(stdout.contains("no known artist"), stdout);

    csv = artistsCsv(track -> !track.startsWith("jazz"));
    assertEquals(0, split(source, "--by", "artist", "--artists", "" + csv), stderr);
    assertTrue(stdout.contains("30 of 120 tracks have no known artist"), stdout);
    List<Rows.Segment> rows = segments();
    var keys = new HashSet<String>();
    Function<Integer, String> key =
        i -> rows.get(i).genre().equals("jazz") ? rows.get(i).track() : rows.get(i).artist();
    IntStream.range(0, rows.size()).forEach(i -> keys.add(key.apply(i)));
    assertOnOneSide(key, keys.size());
  }

  @Test
  void anArtistsNameIsTheSameInCapitals() {
    var rows = new ArrayList<>(segments());
    rows.replaceAll(
        row ->
            segment(
                row.genre(),
                row.track(),
                row.track().endsWith("1") ? row.artist().toUpperCase(Locale.ROOT) : row.artist(),
                row.segment()));
    Store.writeRows(manifest, rows);
    assertEquals(0, split("--by", "artist"), stderr);
    assertOnOneSide(i -> rows.get(i).artist().toLowerCase(Locale.ROOT), 40);
  }

  /** Spelled otherwise, or credited with others: an artist's tracks stay together, and it shows. */
  @Test
  void artistsWhoShareACollaborationStayTogether() {
    List<String> names =
        List.of(
            "Earth, Wind & Fire",
            "Earth Wind and Fire",
            "Bob Marley",
            "Lauryn Hill and Bob Marley",
            "Lauryn Hill feat. Wyclef Jean");
    var rows = new ArrayList<Rows.Segment>();
    for (int t = 0; t < 100; t++) {
      String artist = t % 20 < names.size() ? names.get(t % 20) : "Artist " + t;
      rows.add(segment("jazz", "jazz.%05d".formatted(t), artist, 0));
    }
    Store.writeRows(manifest, rows);
    for (int seed = 1; seed <= 5; seed++) {
      assertEquals(0, split("--by", "artist", "--seed", "" + seed), stderr);
      assertOnOneSide(
          i -> {
            int name = names.indexOf(rows.get(i).artist());
            return name < 0 ? rows.get(i).artist() : name < 2 ? "earth" : "marley and hill";
          },
          77);
    }
  }

  /** Ten artists a genre, of one to nineteen tracks, some in two genres: 25 % of each is tested. */
  @Test
  void artistsAreDealtSoThatGenresBalance() {
    var rows = new ArrayList<Rows.Segment>();
    List<String> genres = List.of("blues", "jazz", "metal", "pop", "rock");
    for (int g = 0; g < genres.size(); g++) {
      for (int t = 0; t < 100; t++) {
        int artist = (int) Math.sqrt(t);
        String genre = artist == 3 ? genres.get((g + t % 2) % genres.size()) : genres.get(g);
        String track = "%s.%05d".formatted(genres.get(g), t);
        rows.add(segment(genre, track, genres.get(g) + " artist " + artist, 0));
      }
    }
    Store.writeRows(manifest, rows);
    for (int seed = 1; seed <= 5; seed++) {
      assertEquals(0, split("--by", "artist", "--stratify", "genre", "--seed", "" + seed), stderr);
      table(i -> rows.get(i).genre())
          .forEach(
              (genre, counts) -> {
                int all = IntStream.of(counts).sum();
                for (int p = 0; p < SHARES.length; p++) {
                  assertEquals(SHARES[p] * all, counts[p], 5, genre + "'s " + PARTS.get(p));
                }
              });
    }
  }

  @Test
  void aTableOfOtherTracksFails() throws IOException {
    Path csv = Files.writeString(folder.resolve("artists.csv"), "track,artist\nnone.1,Nobody\n");
    assertFails(1, split("--by", "artist", "--artists", "" + csv), "artists.csv", "none of these");
    assertFails(1, split("--artists", "" + folder.resolve("no.csv")), "no.csv", "no such file");
  }

  // ---- folds

  private List<List<Rows.SplitRow>> foldFiles(int folds) {
    var read = new ArrayList<List<Rows.SplitRow>>();
    for (int fold = 1; fold <= folds; fold++) {
      Path file = folder.resolve("split-fold-" + fold + ".json");
      read.add(Store.readRows(file, Rows.SplitRow.class));
    }
    return read;
  }

  @ParameterizedTest
  @CsvSource({"segment, none", "segment, genre", "cluster, none", "track, genre", "artist, none"})
  void everySegmentIsTestedInOneFold(String by, String stratify) throws IOException {
    List<String> source = List.of("--features", features(true).toString());
    String csv = artistsCsv(track -> true).toString();
    String[] more = {"--by", by, "--stratify", stratify, "--folds", "5", "--artists", csv};
    assertEquals(0, split(source, more), stderr);
    assertFalse(Files.exists(out));
    List<Rows.Segment> rows = segments();
    int[] tested = new int[rows.size()];
    List<List<Rows.SplitRow>> folds = foldFiles(5);
    for (List<Rows.SplitRow> fold : folds) {
      var sizes = new TreeMap<String, Integer>();
      var sides = new HashMap<String, Set<String>>();
      for (int i = 0; i < tested.length; i++) {
        String part = fold.get(i).part().name();
        assertEquals(rows.get(i).track(), fold.get(i).track());
        tested[i] += part.equals("test") ? 1 : 0;
        sizes.merge(part, 1, Integer::sum);
        String whole =
            switch (by) {
              case "track" -> rows.get(i).track();
              case "artist" -> rows.get(i).artist();
              default -> rows.get(i).track() + "/" + i;
            };
        sides.computeIfAbsent(whole, key -> new HashSet<>()).add(part);
      }
      sides.forEach((key, found) -> assertEquals(1, found.size(), key));
      double slack = by.equals("artist") ? 60 : 12;
      assertEquals(rows.size() / 5.0, sizes.get("test"), slack);
      assertEquals(rows.size() * 0.8 * 0.8, sizes.get("train"), slack, "60 of 75");
      assertEquals(rows.size() * 0.8 * 0.2, sizes.get("validation"), slack, "15 of 75");
    }
    for (int count : tested) {
      assertEquals(1, count);
    }
    assertEquals(0, split(source, more), stderr);
    assertEquals(folds, foldFiles(5));
    var others = new ArrayList<>(List.of(more));
    others.addAll(List.of("--seed", "2"));
    assertEquals(0, split(source, others.toArray(String[]::new)), stderr);
    assertNotEquals(folds, foldFiles(5));
  }

  @Test
  void foldsThatMakeNoSenseAreAUsageError() {
    assertFails(2, split("--folds", "1"), "--folds");
    assertFails(2, split("--by", "file", "--lists", "gtzan-filtered", "--folds", "3"), "--folds");
    assertFails(1, split("--by", "artist", "--folds", "41"), "nothing is left for test");
    assertFalse(Files.exists(folder.resolve("split-fold-1.json")));
  }

  // ---- equal conditions

  @Test
  void excludedTracksAreInNoPart() throws IOException {
    Path list = Files.writeString(folder.resolve("x.txt"), "jazz/jazz.00003.wav\nnone.1\n");
    assertEquals(0, split("--by", "track", "--exclude", "" + list), stderr);
    for (Rows.SplitRow row : parts()) {
      assertEquals(
          row.track().equals("jazz.00003"), row.part().name().equals("excluded"), "" + row);
    }
    assertEquals(segments().size(), parts().size());
    assertTrue(stdout.contains("1 of 2 listed tracks are left out"), stdout);
    assertTrue(stdout.lines().anyMatch(line -> line.startsWith("excluded ")), stdout);
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment", "track", "artist"})
  void trainingIsDrawnDownToASize(String by) {
    assertEquals(0, split("--by", by, "--stratify", "genre"), stderr);
    List<Rows.SplitRow> whole = parts();
    assertEquals(0, split("--by", by, "--stratify", "genre", "--train-size", "301"), stderr);
    List<Rows.SplitRow> drawn = parts();
    assertEquals(301, sizes().get("train"));
    List<Rows.Segment> rows = segments();
    var before = new TreeMap<String, Integer>();
    var after = new TreeMap<String, Integer>();
    int all = 0;
    for (int i = 0; i < whole.size(); i++) {
      String part = whole.get(i).part().name();
      String now = drawn.get(i).part().name();
      if (part.equals("train")) {
        all++;
        before.merge(rows.get(i).genre(), 1, Integer::sum);
        after.merge(rows.get(i).genre(), now.equals("train") ? 1 : 0, Integer::sum);
        assertTrue(now.equals("train") || now.equals("excluded"));
      } else {
        assertEquals(part, now);
      }
    }
    for (String genre : GENRES) {
      assertEquals(301.0 * before.get(genre) / all, after.get(genre), 1, genre);
    }
  }

  /** One segment in five of each training track, and nothing else, whatever stays whole. */
  @ParameterizedTest
  @ValueSource(strings = {"track", "artist"})
  void piecesOfTrainingTracksAreHeldOut(String by) {
    assertEquals(0, split("--by", by, "--stratify", "genre"), stderr);
    List<Rows.SplitRow> whole = parts();
    assertEquals(0, split("--by", by, "--stratify", "genre", "--known-share", "0.2"), stderr);
    List<Rows.SplitRow> held = parts();
    Map<String, Integer> training = new TreeMap<>();
    Map<String, Integer> known = new TreeMap<>();
    for (int i = 0; i < whole.size(); i++) {
      Part part = whole.get(i).part();
      Part now = held.get(i).part();
      if (part == Part.train) {
        training.merge(whole.get(i).track(), 1, Integer::sum);
        known.merge(whole.get(i).track(), now == Part.known ? 1 : 0, Integer::sum);
        assertTrue(now == Part.known || now == Part.train);
      } else {
        assertEquals(part, now);
      }
    }
    training.forEach(
        (track, all) -> assertEquals((int) Math.round(0.2 * all), (int) known.get(track), track));
    assertTrue(stdout.lines().anyMatch(line -> line.startsWith("known ")), stdout);
  }

  /** A track with nothing left in training is not one that was heard. */
  @Test
  void heldOutSegmentsAreOfTracksThatAreStillInTraining() {
    assertEquals(0, split("--by", "track", "--known-share", "0.5", "--train-size", "20"), stderr);
    Set<String> heard = new TreeSet<>();
    parts().stream().filter(r -> r.part() == Part.train).forEach(r -> heard.add(r.track()));
    List<String> known =
        parts().stream().filter(r -> r.part() == Part.known).map(Rows.SplitRow::track).toList();
    assertFalse(known.isEmpty());
    assertTrue(heard.containsAll(known), known.toString());
  }

  @Test
  void heldOutSharesAreChecked() {
    assertFails(2, split("--known-share", "0.1", "--folds", "3"), "does not go with --folds");
    assertFails(2, split("--known-share", "0.6"), "--known-share must be from 0 to 0.5");
    assertFails(1, split("--by", "track", "--known-share", "0.001"), "raise --known-share");
  }

  @Test
  void trainingCantBeDrawnUp() {
    assertFails(1, split("--train-size", "100000"), "--train-size 100000", "lower it");
    assertFails(2, split("--train-size", "-1"), "--train-size");
  }

  // ---- leaks

  private List<Rows.Leak> leaks() {
    return Store.readRows(folder.resolve("split-leaks.json"), Rows.Leak.class);
  }

  private List<String> leaks(String kind) {
    return leaks().stream().filter(row -> row.kind().equals(kind)).map(Rows.Leak::what).toList();
  }

  @Test
  void whatLiesOnBothSidesIsListed() throws IOException {
    String lists =
        lists(
            "blues.00000\nblues.00029\njazz.00010",
            "jazz.00011\nrock.00008",
            "blues.00001\njazz.00020\nmetal.00000\nrock.00009");
    Path csv = folder.resolve("repeated.csv");
    Files.writeString(
        csv,
        "group,file_a,file_b,correlation\n"
            + "one,blues.00029.wav,metal.00000.wav,0.9\n"
            + "both in training,blues.00000.wav,jazz.00010.wav,0.9\n"
            + "both in the test,blues.00001.wav,jazz.00020.wav,0.9\n"
            + "not here,blues.00001.wav,none.00001.wav,0.9\n"
            + "three,rock.00008.wav,rock.00009.wav,0.9\n"
            + "three,rock.00009.wav,none.00002.wav,0.9\n");
    assertEquals(0, split("--by", "file", "--lists", lists, "--repetitions", "" + csv), stderr);
    // blues.00000 and 1 are by artists 0 and 1; rock.00008 (√24) and 9 (√27) by 4 and 5
    assertEquals(List.of(), leaks("track"));
    assertEquals(List.of(), leaks("artist"));
    assertEquals(
        List.of(
            new Rows.Leak("repetition", "blues.00029, metal.00000", 10, 0, 8),
            new Rows.Leak("repetition", "none.00002, rock.00008, rock.00009", 0, 10, 8)),
        leaks());
    assertTrue(stdout.contains("2 of 4 known repetitions"), stdout);

    // artist 3 has tracks 3 to 5: √9 = 3, √12 = 3.5, √15 = 3.9
    lists = lists("blues.00003", "blues.00004\njazz.00000", "blues.00005\njazz.00003");
    assertEquals(0, split("--by", "file", "--lists", lists), stderr);
    assertEquals(List.of(new Rows.Leak("artist", "blues artist 3", 8, 9, 10)), leaks());
    assertTrue(stdout.contains("0 of 2 tracks, 1 of 2 artists, repetitions unknown"), stdout);

    // whom a collaboration credits is known from it
    Path table =
        Files.writeString(
            folder.resolve("collaborations.csv"),
            """
            track,artist
            blues.00003,Lauryn Hill and Bob Marley
            blues.00004,The Wailers
            blues.00005,Bob Marley & the Wailers
            jazz.00003,Marley Marl
            """);
    assertEquals(0, split("--by", "file", "--lists", lists, "--artists", "" + table), stderr);
    assertEquals(List.of(new Rows.Leak("artist", "Bob Marley & the Wailers", 8, 9, 10)), leaks());
  }

  @Test
  void aSplitOfSegmentsLeaksTracksOfTracksArtistsOfArtistsNone() {
    assertEquals(0, split("--stratify", "genre"), stderr);
    List<Rows.Segment> rows = segments();
    assertTrue(leaks("track").size() > 60);
    assertEquals(onBothSides(table(i -> rows.get(i).track())), leaks("track"));
    assertTrue(leaks("artist").size() > 30);
    assertEquals(onBothSides(table(i -> rows.get(i).artist())), leaks("artist"));
    for (int seed = 1; seed <= 5; seed++) {
      assertEquals(0, split("--by", "track", "--seed", "" + seed), stderr);
      assertEquals(List.of(), leaks("track"));
      assertFalse(leaks("artist").isEmpty());
      assertEquals(0, split("--by", "artist", "--seed", "" + seed), stderr);
      assertEquals(List.of(), leaks());
      assertTrue(stdout.contains("test shares with training or validation: 0 of "), stdout);
    }
  }

  private static List<String> onBothSides(Map<String, int[]> table) {
    return table.entrySet().stream()
        .filter(e -> e.getValue()[2] > 0 && e.getValue()[0] + e.getValue()[1] > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void repetitionsNeedTheirColumns() throws IOException {
    Path csv = Files.writeString(folder.resolve("r.csv"), "a,b\nx,y\n");
    assertFails(1, split("--repetitions", "" + csv), "r.csv", "columns group, track");
    Files.writeString(csv, "group,track\nx,y,z\n");
    assertFails(1, split("--repetitions", "" + csv), "r.csv", "x,y,z");
    assertFails(1, split("--repetitions", "gtzan"), "gtzan", "no such file");
  }

  // ---- what it was drawn from

  /** Whatever is drawn of the same segments, whole or excluded, from a manifest or features. */
  @Test
  void aSplitRecordsWhatItWasDrawnFrom() throws IOException {
    assertEquals(0, split(), stderr);
    Set<String> recorded = drawnFrom();
    assertEquals(1, recorded.size());
    assertTrue(recorded.iterator().next().matches("[0-9a-f]{16}"), recorded.toString());
    List<String> source = List.of("--features", features(true).toString());
    assertEquals(0, split(source, "--by=cluster", "--exclude=gtzan-filtered", "--seed=4"), stderr);
    assertEquals(recorded, drawnFrom());
    Store.writeRows(
        manifest,
        segments().stream()
            .map(row -> segment(row.genre() + "s", row.track(), row.artist(), row.segment()))
            .toList());
    assertEquals(0, split(), stderr);
    assertNotEquals(recorded, drawnFrom());
  }

  private Set<String> drawnFrom() {
    return parts().stream().map(Rows.SplitRow::drawnFrom).collect(Collectors.toSet());
  }

  @Test
  void aSegmentTwiceFails() {
    var rows = new ArrayList<>(segments());
    rows.add(rows.get(2));
    Store.writeRows(manifest, rows);
    Path features = features(false);
    assertFails(1, split(), "segments.json", "segment 2 of blues.00000 twice");
    assertFails(
        1,
        split(List.of("--features", "" + features)),
        "mfcc.json",
        "segment 2 of blues.00000 twice");
  }

  // ---- what ships

  /** GTZAN's 1,000 track names, two segments each. */
  private void writeGtzan() {
    var rows = new ArrayList<Rows.Segment>();
    for (String genre :
        "blues classical country disco hiphop jazz metal pop reggae rock".split(" ")) {
      for (int t = 0; t < 100; t++) {
        rows.add(segment(genre, "%s.%05d".formatted(genre, t), "", 0));
        rows.add(segment(genre, "%s.%05d".formatted(genre, t), "", 1));
      }
    }
    Store.writeRows(manifest, rows);
  }

  @Test
  void thePublishedPartitionShipsAndKeepsRepetitionsApart() throws IOException {
    writeGtzan();
    List<String> published = new ArrayList<>(List.of("--by", "file", "--lists", "gtzan-filtered"));
    published.addAll(List.of("--repetitions", "gtzan-repetitions"));
    assertEquals(0, split(published.toArray(String[]::new)), stderr);
    assertEquals(
        Map.of("train", 886L, "validation", 394L, "test", 580L, "excluded", 140L), sizes());
    assertEquals(List.of(), leaks());
    Map<String, String> parts =
        parts().stream()
            .collect(Collectors.toMap(Rows.SplitRow::track, row -> row.part().name(), (a, b) -> a));
    assertEquals("test", parts.get("blues.00012"));
    assertEquals("validation", parts.get("blues.00000"));
    assertEquals("train", parts.get("rock.00099"));

    assertEquals(
        0, split("--by", "track", "--exclude", "gtzan-filtered", "--train-size", "886"), stderr);
    Set<String> left =
        parts.keySet().stream()
            .filter(track -> parts.get(track).equals("excluded"))
            .collect(Collectors.toSet());
    assertEquals(70, left.size());
    parts()
        .forEach(
            row -> assertTrue(!left.contains(row.track()) || row.part().name().equals("excluded")));
    assertEquals(886, sizes().get("train"));

    assertEquals(0, split("--by", "track", "--repetitions", "gtzan-repetitions"), stderr);
    assertTrue(leaks("repetition").size() > 10, stdout);
    assertTrue(leaks("track").isEmpty());
  }

  /** Names in our form, sorted, none twice; all four lists together are the 1,000 tracks. */
  @Test
  void shippedListsAreWhole() throws IOException {
    Path lists = Path.of(System.getenv("GENRELAB_HOME"), "data/splits/gtzan-filtered");
    var all = new ArrayList<String>();
    for (String name : List.of("train", "validation", "test", "excluded")) {
      List<String> list = Files.readAllLines(lists.resolve(name + ".txt"));
      assertEquals(new ArrayList<>(new TreeSet<>(list)), list, name);
      list.forEach(track -> assertTrue(track.matches("[a-z]+\\.000\\d\\d"), track));
      all.addAll(list);
    }
    assertEquals(1000, new HashSet<>(all).size());
    assertEquals(1000, all.size());
  }

  /** Of every four validation tracks, three join the training; the test is the same. */
  @Test
  void refitMovesValidationTracksToTrainingAlone() throws IOException {
    writeGtzan();
    assertEquals(0, split("--by", "file", "--lists", "gtzan-filtered"), stderr);
    List<Rows.SplitRow> before = parts();
    assertEquals(
        0, split("--by=file", "--lists=gtzan-refit", "--repetitions=gtzan-repetitions"), stderr);
    Map<String, Long> moved = new TreeMap<>();
    List<Rows.SplitRow> after = parts();
    for (int i = 0; i < before.size(); i++) {
      assertEquals(before.get(i).track(), after.get(i).track());
      moved.merge(before.get(i).part().name() + " to " + after.get(i).part().name(), 1L, Long::sum);
    }
    assertEquals(
        Map.of(
            "train to train", 886L,
            "validation to train", 294L,
            "validation to validation", 100L,
            "test to test", 580L,
            "excluded to excluded", 140L),
        moved);
    assertTrue(leaks().stream().allMatch(leak -> leak.test() == 0), stdout);
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
