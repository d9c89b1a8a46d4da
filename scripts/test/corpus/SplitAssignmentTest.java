///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that a split is joined with the segments it was drawn from and with no others.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/corpus/SegmentManifest.java
//SOURCES ../../lib/corpus/SplitAssignment.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/SegmentId.java
//RUNTIME_OPTIONS -Xmx256m -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.corpus.SegmentManifest;
import genrelab.corpus.SplitAssignment;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A split belongs to the segments that it was drawn from: neither fewer, nor more, nor others. */
class SplitAssignmentTest {
  private static final Path FEATURES = Path.of("mfcc.json");

  @TempDir Path folder;
  private Path file;

  /** Ten segments of each of two tracks. */
  private final List<SegmentId> segments =
      IntStream.range(0, 20).mapToObj(i -> new SegmentId("track." + i / 10, i % 10)).toList();

  private final List<String> genres =
      segments.stream().map(id -> id.track().equals("track.0") ? "blues" : "jazz").toList();

  @BeforeEach
  void nameFile() {
    file = folder.resolve("split.json");
  }

  /** Of each track 6 segments train, 2 validate, 2 test. */
  private static Part part(SegmentId id) {
    return id.segment() < 6 ? Part.train : id.segment() < 8 ? Part.validation : Part.test;
  }

  private static List<Rows.SplitRow> rows(List<SegmentId> segments, String drawnFrom) {
    return segments.stream()
        .map(id -> new Rows.SplitRow(id.track(), id.segment(), part(id), drawnFrom))
        .toList();
  }

  private SplitAssignment read(List<Rows.SplitRow> rows) {
    Store.writeRows(file, rows);
    return SplitAssignment.read(file);
  }

  private static void assertFails(Executable what, String... words) {
    String message = assertThrows(Stage.Failure.class, what).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void partsGetThePlacesOfTheirSegments() {
    SplitAssignment split = read(rows(segments, SplitAssignment.checksum(segments, genres)));
    Map<Part, int[]> places = split.join(segments, genres, FEATURES);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15}, places.get(Part.train));
    assertArrayEquals(new int[] {6, 7, 16, 17}, places.get(Part.validation));
    assertArrayEquals(new int[] {8, 9, 18, 19}, places.get(Part.test));
  }

  @Test
  void featuresOfFewerSegmentsAreRefusedWithTheNumberOfRowsLeftOver() {
    SplitAssignment split = read(rows(segments, ""));
    assertFails(
        () -> split.join(segments.subList(0, 13), genres.subList(0, 13), FEATURES),
        "split.json",
        "7 of its 20 rows have no segment in mfcc.json, first segment 3 of track.1");
  }

  @Test
  void featuresOfMoreSegmentsAreRefusedWithTheirNumber() {
    SplitAssignment split = read(rows(segments.subList(0, 17), ""));
    assertFails(
        () -> split.join(segments, genres, FEATURES),
        "split.json",
        "lacks 3 of the 20 segments of mfcc.json, first segment 7 of track.1");
  }

  @Test
  void sameNamesOfOtherGenresAreRefused() {
    SplitAssignment split = read(rows(segments, SplitAssignment.checksum(segments, genres)));
    List<String> others = Collections.nCopies(20, "metal");
    assertFails(() -> split.join(segments, others, FEATURES), "split.json", "mfcc.json", "genres");
    // a split from elsewhere knows nothing of genres
    var joined = read(rows(segments, "")).join(segments, others, FEATURES);
    assertEquals(20, joined.values().stream().mapToInt(places -> places.length).sum());
  }

  @Test
  void theChecksumIsOfTheSetOfOriginals() {
    String checksum = SplitAssignment.checksum(segments, genres);
    assertTrue(checksum.matches("[0-9a-f]{16}"), checksum);
    var reversed = new ArrayList<>(segments);
    var reversedGenres = new ArrayList<>(genres);
    Collections.reverse(reversed);
    Collections.reverse(reversedGenres);
    assertEquals(checksum, SplitAssignment.checksum(reversed, reversedGenres));
    var withCopy = new ArrayList<>(segments);
    var withCopyGenres = new ArrayList<>(genres);
    withCopy.add(new SegmentId("track.0", Rows.COPY + 2));
    withCopyGenres.add("blues");
    assertEquals(checksum, SplitAssignment.checksum(withCopy, withCopyGenres));
    assertNotEquals(
        checksum, SplitAssignment.checksum(segments.subList(1, 20), genres.subList(1, 20)));
    // as anyone can compute it: printf 'a\t0\tblues\n' | sha256sum
    assertEquals(
        "32f3567d7ab837a0",
        SplitAssignment.checksum(List.of(new SegmentId("a", 0)), List.of("blues")));
  }

  @Test
  void aSegmentInTwoRowsIsRefused() {
    var rows = new ArrayList<>(rows(segments, ""));
    rows.add(new Rows.SplitRow("track.1", 4, Part.test));
    assertFails(() -> read(rows), "split.json", "segment 4 of track.1 twice, in train and in test");
    rows.set(20, new Rows.SplitRow("track.1", 4, Part.train));
    assertFails(() -> read(rows), "split.json", "segment 4 of track.1 twice");
  }

  @Test
  void rowsOfTwoSplitsAreRefused() {
    var rows = new ArrayList<>(rows(segments.subList(0, 10), "0123456789abcdef"));
    rows.addAll(rows(segments.subList(10, 20), "fedcba9876543210"));
    assertFails(() -> read(rows), "split.json", "2 splits");
  }

  @Test
  void splitsWithoutChecksumAreReadAndWrittenAsTheyWere() throws Exception {
    Files.writeString(file, "[{\"track\":\"a\",\"segment\":0,\"part\":\"train\"}]");
    List<Rows.SplitRow> rows = Store.readRows(file, Rows.SplitRow.class);
    assertEquals(List.of(new Rows.SplitRow("a", 0, Part.train)), rows);
    Store.writeRows(file, rows);
    assertEquals(
        "[\n{\"track\":\"a\",\"segment\":0,\"part\":\"train\"}\n]\n", Files.readString(file));
  }

  @Test
  void aManifestWithASegmentTwiceIsRefused() {
    Path manifest = folder.resolve("segments.json");
    var row = new Rows.Segment("a", "blues", "", 3, "blues/a.wav", 0, 10, 22050, "");
    Store.writeRows(manifest, List.of(row, row));
    assertFails(
        () -> SegmentManifest.read(manifest),
        "segments.json",
        "segment 3 of a twice",
        "segment again");
  }
}
