///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests how tracks are cut into segments, and what bad corpora lead to.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Mfcc.java
//SOURCES ../../Segment.java
//SOURCES ../../Verify.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1
// as where there is no ffmpeg, whatever is on PATH
//RUNTIME_OPTIONS -Dgenrelab.ffmpeg=none

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.audio.Audio;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments are the samples they say; a corpus that can't be cut leaves no file behind. */
class SegmentTest {
  @TempDir Path folder;
  private Path corpus;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void namePaths() {
    corpus = folder.resolve("my corpus");
    out = folder.resolve("runs/one/segments.json");
  }

  private int segment(String... more) {
    List<String> args = new ArrayList<>(List.of("--corpus", corpus.toString()));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Segment(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  /** A track of noise, so that no two segments are alike. */
  private Path track(String name, int samples, int rate) {
    var random = new Random(name.hashCode());
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (random.nextInt(65536) - 32768) / 32768f;
    }
    Path file = corpus.resolve(name);
    new Audio(noise, rate).writeWav(file);
    return file;
  }

  private List<Rows.Segment> rows() {
    return Store.readRows(out, Rows.Segment.class);
  }

  private static List<Path> filesBelow(Path root) throws IOException {
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The error is one line that holds each of these, and nothing was written. */
  private void assertFails(int exit, int got, String... said) throws IOException {
    assertEquals(exit, got, stderr);
    List<String> lines = stderr.lines().filter(line -> line.startsWith("error: ")).toList();
    String error = exit == 2 ? stderr.strip() : lines.size() == 1 ? lines.get(0) : "";
    assertEquals(1, error.lines().count(), stderr);
    for (String words : said) {
      assertTrue(error.contains(words), stderr);
    }
    assertFalse(stderr.contains("\tat "), stderr);
    assertEquals(List.of(), filesBelow(folder.resolve("runs")));
  }

  // --- a manifest

  private int segmentManifest(String csv) throws IOException {
    Path manifest = Files.writeString(corpus.resolve("tracks.csv"), csv);
    StageRun run =
        StageRun.of(new Segment(), "--manifest", manifest.toString(), "--out", out.toString());
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  @Test
  void aManifestNamesTracksOfAnyLayout() throws IOException {
    track("x/1.wav", 2 * 66150, 22050);
    track("y/1.wav", 66150, 22050);
    track("y/unlisted.wav", 66150, 22050);
    assertEquals(
        0,
        segmentManifest(
            "\ufeffartist,Track,file,genre\nMe,b,y/1.wav,Old-Time / Historic\n,a,x/1.wav,Rock\n"),
        stderr);
    assertEquals(
        List.of("b 0 Old-Time / Historic Me", "a 0 Rock ", "a 1 Rock "),
        rows().stream()
            .map(row -> row.track() + " " + row.segment() + " " + row.genre() + " " + row.artist())
            .toList(),
        "in the manifest's order");
    assertTrue(rows().get(0).file().endsWith("/y/1.wav"), rows().get(0).file());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file,genre\nx/1.wav,Rock\n|its first line has no columns track, file and genre",
        "track,file,genre\na,x/1.wav,Rock\na,x/2.wav,Rock\n|track a is listed twice",
        "track,file,genre\na,x/1.wav,Rock\nb,x/1.wav,Rock\n|tracks a and b have one file",
        "track,file,genre\n"
            + "a,x/1.wav,Rock\n"
            + "b,x/9.wav,Rock\n"
            + "c,x/8.wav,Rock\n"
            + "|2 of its 3 files are missing",
        "track,file,genre\na,x/1.wav,\n|track a has no genre",
        "track,file,genre\na,,Rock\n|line 2 has no track, file and genre",
        "track,file,genre\n|it lists no tracks",
      })
  void aWrongManifestIsOneLine(String csvAndWords) throws IOException {
    track("x/1.wav", 66150, 22050);
    track("x/2.wav", 66150, 22050);
    String[] parts = csvAndWords.split("\\|");
    assertFails(1, segmentManifest(parts[0]), parts[1]);
  }

  @Test
  void segmentsFollowOneAnotherAndTheTailIsDropped() {
    track("blues/blues.00000.wav", 3 * 66150 + 66149, 22050);
    track("jazz/jazz.00000.wav", 2 * 66150, 22050);

    assertEquals(0, segment(), stderr);
    List<Rows.Segment> rows = rows();
    assertEquals(5, rows.size());
    for (int i = 0; i < 5; i++) {
      Rows.Segment row = rows.get(i);
      int place = i < 3 ? i : i - 3;
      assertEquals(place, row.segment());
      assertEquals(place * 66150L, row.start());
      assertEquals(66150, row.length());
      assertEquals(22050, row.rate());
      assertEquals(i < 3 ? "blues.00000" : "jazz.00000", row.track());
      assertEquals(i < 3 ? "blues" : "jazz", row.genre());
      assertEquals("", row.artist());
      assertEquals("", row.transform());
    }
    assertEquals("5 segments of 3.0 s from 2 tracks, 0 skipped: " + out, stdout.strip());
  }

  @Test
  void offsetsAreAtTheFilesOwnRate() {
    track("blues/a.wav", 100_000, 44100);
    track("blues/b.wav", 50_000, 22050);
    track("blues/c.wav", 24_001, 16000);

    assertEquals(0, segment("--seconds", "0.5"), stderr);
    for (Rows.Segment row : rows()) {
      int rate = row.track().equals("a") ? 44100 : row.track().equals("b") ? 22050 : 16000;
      assertEquals(rate, row.rate());
      assertEquals(rate / 2, row.length());
      assertEquals((long) row.segment() * (rate / 2), row.start());
    }
    assertEquals(
        List.of("a", "a", "a", "a", "b", "b", "b", "b", "c", "c", "c"),
        rows().stream().map(Rows.Segment::track).toList());
  }

  @Test
  void rowsAreSortedByGenreTrackAndTime() {
    for (String name :
        List.of("rock/r.2.wav", "blues/b.10.wav", "rock/r.1.wav", "blues/b.09.wav")) {
      track(name, 9000, 22050);
    }
    assertEquals(0, segment("--seconds", "0.2"), stderr);
    assertEquals(
        List.of("b.09/0", "b.09/1", "b.10/0", "b.10/1", "r.1/0", "r.1/1", "r.2/0", "r.2/1"),
        rows().stream().map(row -> row.track() + "/" + row.segment()).toList());
    byte[] first = bytes(out);
    assertEquals(0, segment("--seconds", "0.2"), stderr);
    assertArrayEquals(first, bytes(out), "the same corpus, the same bytes");
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException error) {
      throw new AssertionError(error);
    }
  }

  @Test
  void filesAreNamedFromTheManifestsFolder() throws Exception {
    Path track = track("blues/blues.00000.wav", 22050, 22050);
    assertEquals(0, segment("--seconds", "0.5"), stderr);

    assertEquals("../../my corpus/blues/blues.00000.wav", rows().get(0).file());
    assertTrue(Files.isSameFile(track, out.getParent().resolve(rows().get(0).file())));
  }

  @Test
  void wavWritesExactlyThoseSamples() throws Exception {
    Path track = track("blues/blues.00000.wav", 50_000, 22050);
    Path wav = folder.resolve("wav");
    assertEquals(0, segment("--seconds", "0.5", "--wav", wav.toString()), stderr);

    assertEquals(4, rows().size());
    assertEquals(4, filesBelow(wav).size());
    float[] whole = Audio.read(track).samples();
    for (Rows.Segment row : rows()) {
      String name = "blues/blues.00000-0%d.wav".formatted(row.segment());
      Audio written = Audio.read(wav.resolve(name));
      assertEquals(22050, written.rate());
      int start = (int) row.start();
      assertArrayEquals(Arrays.copyOfRange(whole, start, start + 11025), written.samples(), name);
    }
  }

  @Test
  void artistsComeFromTheCorpussTable() throws Exception {
    track("blues/blues.00000.wav", 22050, 22050);
    track("blues/blues.00001.wav", 22050, 22050);
    track("jazz/jazz.00000.wav", 22050, 22050);
    Files.writeString(
        corpus.resolve("artists.csv"),
        "track,artist\n"
            + "blues.00000.wav,Hooker\n"
            + "\"jazz.00000\",\"Fitzgerald, Ella \"\"First\"\"\"\n");

    assertEquals(0, segment("--seconds", "1"), stderr);
    assertEquals(
        List.of("Hooker", "", "Fitzgerald, Ella \"First\""),
        rows().stream().map(Rows.Segment::artist).toList());
  }

  @Test
  void artistsOfNamesInAnotherUnicodeFormAreFound() throws Exception {
    track("blues/caf\u00e9.wav", 22050, 22050);
    track("blues/blues.00001.wav", 22050, 22050);
    Files.writeString(
        corpus.resolve("artists.csv"), "track,artist\ncafe\u0301.wav,Hooker\nblues.00001,Waters\n");
    assertEquals(0, segment("--seconds", "1"), stderr);
    assertEquals(List.of("Waters", "Hooker"), rows().stream().map(Rows.Segment::artist).toList());
  }

  @Test
  void artistsInAnotherEncodingAreRefused() throws Exception {
    track("blues/blues.00000.wav", 22050, 22050);
    Files.writeString(
        corpus.resolve("artists.csv"),
        "track,artist\nblues.00000,Björk\n",
        StandardCharsets.ISO_8859_1);
    assertFails(1, segment("--seconds", "1"), "artists.csv", "UTF-8");
  }

  @Test
  void aMissingCorpusFails() throws Exception {
    assertFails(1, segment(), "my corpus", "no such corpus folder");
  }

  @Test
  void anEmptyCorpusFails() throws Exception {
    Files.createDirectories(corpus);
    assertFails(1, segment(), "my corpus", "empty");
  }

  @Test
  void audioWithoutGenreFoldersFails() throws Exception {
    track("blues.00000.wav", 66150, 22050);
    assertFails(1, segment(), "my corpus", "unknown folder structure", "GENRE/TRACK.wav");
  }

  @Test
  void aFolderTooHighIsToldTheRightOne() throws Exception {
    track("genres/blues/blues.00000.wav", 66150, 22050);
    assertFails(1, segment(), "did you mean " + corpus.resolve("genres") + "?");
  }

  @Test
  void aTrackIdThatOccursTwiceFails() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    var format = new AudioFormat(22050, 16, 1, true, true);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(new byte[2 * 66150]), format, 66150),
        AudioFileFormat.Type.AU,
        corpus.resolve("blues/blues.00000.au").toFile());
    assertFails(1, segment(), "blues.00000 occurs twice", "blues.00000.wav", "blues.00000.au");

    Files.delete(corpus.resolve("blues/blues.00000.au"));
    track("rock/blues.00000.wav", 66150, 22050);
    assertFails(1, segment(), "blues.00000 occurs twice", "rock");
  }

  @Test
  void tracksThatCantBeUsedAreSkippedCountedAndTold() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    track("blues/blues.00001.wav", 66149, 22050);
    Path truncated = track("blues/blues.00002.wav", 2 * 66150, 22050);
    Files.write(truncated, Arrays.copyOf(Files.readAllBytes(truncated), 200_000));
    Files.writeString(corpus.resolve("blues/blues.00003.wav"), "no audio");

    assertEquals(0, segment(), stderr);
    assertEquals(List.of("blues.00000"), rows().stream().map(Rows.Segment::track).toList());
    assertTrue(stdout.contains("1 segments of 3.0 s from 1 tracks, 3 skipped"), stdout);
    List<String> told = stderr.lines().filter(line -> line.startsWith("skipped ")).toList();
    assertEquals(3, told.size(), stderr);
    assertTrue(told.get(0).contains("blues.00001.wav: short"), stderr);
    assertTrue(told.get(1).contains("blues.00002.wav: truncated"), stderr);
    assertTrue(told.get(2).contains("blues.00003.wav: unreadable"), stderr);
  }

  @Test
  void nothingUsableFailsAndLeavesTheEarlierManifest() throws Exception {
    track("blues/blues.00000.wav", 66149, 22050);
    assertFails(1, segment(), "my corpus", "no track holds a whole segment of 3.0 s", "verify");

    assertEquals(0, segment("--seconds", "1"), stderr);
    byte[] earlier = bytes(out);
    assertEquals(1, segment());
    assertArrayEquals(earlier, bytes(out));
    assertEquals(List.of(out), filesBelow(folder.resolve("runs")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3", "61", "NaN", "three"})
  void secondsOutOfRangeAreAUsageError(String seconds) throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    assertFails(2, segment("--seconds", seconds), "--seconds", "--help");
  }

  @Test
  void anOutputFolderThatCantBeMadeFails() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    Path inTheWay = Files.writeString(folder.resolve("taken"), "a file");
    out = inTheWay.resolve("segments.json");

    assertFails(1, segment(), "taken", "can't make this folder");
    assertEquals("a file", Files.readString(inTheWay));
    assertTrue(filesBelow(folder).stream().noneMatch(f -> f.toString().endsWith(".part")));
  }

  @Test
  void aFailedWriteLeavesNoPart() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    Files.createDirectories(out.resolve("a folder where the file should be"));

    assertFails(1, segment(), "segments.json");
    assertTrue(filesBelow(folder).stream().noneMatch(f -> f.toString().endsWith(".part")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "track,artist,album\nblues.00000,Hooker,Burnin'\nblues.00001,Hooker,\"Hooker, Live\"\n",
        "album,file,Artist\nBurnin',blues/blues.00000.wav,Hooker\nLive,blues.00001, Hooker\n",
        "\uFEFFtrack,artist,album\r\nblues.00000,Hooker,a\r\nblues.00001,Hooker,b\r\n"
      })
  void furtherColumnsAreNoPartOfTheArtist(String csv) throws Exception {
    track("blues/blues.00000.wav", 22050, 22050);
    track("blues/blues.00001.wav", 22050, 22050);
    Files.createDirectories(corpus);
    Files.writeString(corpus.resolve("artists.csv"), csv);

    assertEquals(0, segment("--seconds", "1"), stderr);
    assertEquals(
        List.of("Hooker", "Hooker"), rows().stream().map(Rows.Segment::artist).toList(), csv);
  }

  @Test
  void artistsWithoutAHeaderAreRefused() throws Exception {
    track("blues/blues.00000.wav", 22050, 22050);
    Path csv = corpus.resolve("artists.csv");
    Files.writeString(csv, "blues.00000,Hooker\nblues.00001,Hooker\n");
    assertFails(1, segment("--seconds", "1"), "artists.csv", "columns track and artist");

    Files.writeString(csv, "");
    assertFails(1, segment("--seconds", "1"), "artists.csv", "columns track and artist");
    Files.writeString(csv, "track,artist\nblues.00000,\"Hooker\n");
    assertFails(1, segment("--seconds", "1"), "artists.csv", "quotes");
    Files.writeString(csv, "track,artist\nblues.00000\n");
    assertFails(1, segment("--seconds", "1"), "artists.csv", "line 2");
    Files.writeString(csv, "track,artist\nblues.00000,Hooker\nblues.00000.wav,King\n");
    assertFails(1, segment("--seconds", "1"), "artists.csv", "blues.00000", "Hooker", "King");
  }

  @Test
  void filesThatNeedFfmpegAreCountedAndNamedInOneLine() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    Files.createDirectories(corpus.resolve("jazz"));
    Files.writeString(corpus.resolve("jazz/one.m4a"), "sound");
    Files.writeString(corpus.resolve("jazz/two.M4A"), "sound");
    Files.writeString(corpus.resolve("jazz/cover.jpg"), "picture");
    Path golden = Path.of(System.getenv("GENRELAB_HOME"), "data/golden/audio/chirp.opus");
    Files.copy(golden, corpus.resolve("jazz/three.ogg"));

    assertEquals(0, segment(), stderr);
    assertTrue(stdout.contains("from 1 tracks, 4 skipped"), stdout);
    List<String> told = stderr.lines().filter(line -> line.startsWith("skipped ")).toList();
    assertEquals(2, told.size(), stderr);
    assertTrue(told.get(0).contains("cover.jpg: no audio file"), stderr);
    assertTrue(told.get(1).contains("skipped 3 files that need ffmpeg ("), stderr);
    for (String name : List.of("jazz/one.m4a", "jazz/two.M4A", "jazz/three.ogg")) {
      assertTrue(told.get(1).contains(name), name + " in " + stderr);
    }
    assertTrue(told.get(1).contains("install ffmpeg"), stderr);
    assertTrue(stderr.contains("genre jazz has no segments"), stderr);
  }

  @Test
  void controlCharactersInAGenreAreRefused() throws Exception {
    assumeTrue(File.separatorChar == '/', "Windows has no such names");
    track("bl\u001b[31mues/blues.00000.wav", 66150, 22050);
    assertFails(1, segment(), "bl\\u001b[31mues", "control character", "rename");
  }

  @Test
  void aBackslashInANameStays() throws Exception {
    assumeTrue(File.separatorChar == '/', "Windows has no such names");
    Path track = track("rock\\pop/a\\b.wav", 66150, 22050);
    assertEquals(0, segment(), stderr);
    Path named = out.getParent().resolve(rows().get(0).file());
    assertEquals("../../my corpus/rock\\pop/a\\b.wav", rows().get(0).file());
    assertTrue(Files.isSameFile(track, named), named.toString());
    assertEquals("a\\b", rows().get(0).track());
  }

  @Test
  void aBackslashInANameMakesAnotherTrack() throws Exception {
    assumeTrue(File.separatorChar == '/', "Windows has no such names");
    track("rock/a\\b.wav", 66150, 22050);
    track("rock/b.wav", 66150, 22050);
    assertEquals(0, segment("--wav", folder.resolve("wavs").toString()), stderr);
    assertEquals(List.of("a\\b", "b"), rows().stream().map(Rows.Segment::track).toList());
    assertTrue(Files.exists(folder.resolve("wavs/rock/a\\b-00.wav")));
  }

  @Test
  void featuresOfAudioThatChangedAreRefused() throws Exception {
    Path track = track("blues/blues.00000.wav", 2 * 66150, 22050);
    track("jazz/jazz.00000.wav", 66150, 22050);
    assertEquals(0, segment(), stderr);
    var crc = new CRC32();
    crc.update(bytes(track));
    for (Rows.Segment row : rows().subList(0, 2)) {
      assertEquals(Files.size(track), row.bytes());
      assertEquals(crc.getValue(), row.crc32());
    }
    Path features = folder.resolve("mfcc.json");
    String[] line = {"--segments", out.toString(), "--out", features.toString()};
    assertEquals(0, StageRun.of(new Mfcc(), line).exit());

    byte[] other = bytes(track);
    other[other.length - 1000] ^= 1; // as long, at the same rate
    Files.write(track, other);
    byte[] before = bytes(features);
    StageRun changed = StageRun.of(new Mfcc(), line);
    assertEquals(1, changed.exit(), changed.stderr());
    assertTrue(
        changed.stderr().contains("blues.00000.wav: it has changed since it was cut"),
        changed.stderr());
    assertTrue(changed.stderr().contains("run segment again"), changed.stderr());
    assertArrayEquals(before, bytes(features));
  }

  private String lengths() {
    return folder.resolve("lengths.json").toString();
  }

  private void verifyLengths() {
    String[] line = {"--corpus", corpus.toString(), "--lengths", lengths()};
    StageRun run = StageRun.of(new Verify(), line);
    assertEquals(0, run.exit(), run.stderr());
  }

  private List<Rows.TrackLength> knownLengths() {
    return Store.readRows(Path.of(lengths()), Rows.TrackLength.class);
  }

  @Test
  void lengthsFoundByVerifyGiveTheSameManifest() throws Exception {
    track("blues/blues.00000.wav", 3 * 66150 + 5, 22050);
    track("jazz/jazz.00000.wav", 2 * 44100, 44100);
    Path golden = Path.of(System.getenv("GENRELAB_HOME"), "data/golden/audio");
    for (String name : List.of("mono-22050.mp3", "stereo-44100.flac", "stereo-44100.ogg")) {
      Files.copy(
          golden.resolve(name), corpus.resolve("jazz/" + name.replaceFirst(".*[.](.*)", "$1.$1")));
    }
    Path broken = track("jazz/broken.wav", 66150, 22050);
    Files.write(broken, Arrays.copyOf(bytes(broken), 1000));
    assertEquals(0, segment("--seconds", "0.1"), stderr);
    byte[] read = bytes(out);

    verifyLengths();
    assertEquals(
        List.of(
            "blues/blues.00000.wav 198455 22050",
            "jazz/flac.flac 11025 44100",
            "jazz/jazz.00000.wav 88200 44100",
            "jazz/mp3.mp3 22050 22050",
            "jazz/ogg.ogg 44100 44100"),
        knownLengths().stream()
            .map(row -> row.file() + " " + row.samples() + " " + row.rate())
            .toList(),
        "all but the broken one");
    assertEquals(0, segment("--seconds", "0.1", "--lengths", lengths()), stderr);
    assertArrayEquals(read, bytes(out));
    assertTrue(stderr.contains("broken.wav: truncated"), stderr);
  }

  /** The rows are made wrong, to tell what is taken from them from what is counted. */
  @Test
  void aFileThatChangedSinceVerifyIsCountedAnew() throws Exception {
    Path changed = track("blues/blues.00000.wav", 3 * 66150, 22050);
    track("blues/blues.00001.wav", 3 * 66150, 22050);
    Path renamed = track("blues/blues.00002.wav", 3 * 66150, 22050);
    verifyLengths();
    Store.writeRows(
        Path.of(lengths()),
        knownLengths().stream()
            .map(
                row ->
                    new Rows.TrackLength(row.file(), row.bytes(), row.crc32(), 66150, row.rate()))
            .toList());
    assertEquals(0, segment("--lengths", lengths()), stderr);
    assertEquals(3, rows().size(), "what verify found is taken");

    byte[] other = bytes(changed);
    other[other.length - 1000] ^= 1; // as long, and as old
    FileTime time = Files.getLastModifiedTime(changed);
    Files.write(changed, other);
    Files.setLastModifiedTime(changed, time);
    Files.move(renamed, corpus.resolve("blues/blues.00003.wav"));
    assertEquals(0, segment("--lengths", lengths()), stderr);
    assertEquals(
        List.of("blues.00000 3", "blues.00001 1", "blues.00003 3"),
        rows().stream()
            .collect(
                Collectors.groupingBy(Rows.Segment::track, TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .toList());
  }

  @Test
  void lengthsThatAreSomethingElseAreRefused() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    Files.writeString(Path.of(lengths()), "[{\"file\": \"a.wav\", \"samples\": 5}]");
    assertFails(1, segment("--lengths", lengths()), "lengths.json");
    assertFails(1, segment("--lengths", folder.resolve("none.json").toString()), "none.json");
  }

  /** Manifests of older versions have neither size nor checksum. */
  @Test
  void aManifestWithoutChecksumsIsRead() throws Exception {
    track("blues/blues.00000.wav", 66150, 22050);
    assertEquals(0, segment(), stderr);
    String old = Files.readString(out).replaceAll(",\\s*\"(bytes|crc32)\"\\s*:\\s*\\d+", "");
    assertFalse(old.contains("crc32"), old);
    Files.writeString(out, old);
    String[] line = {"--segments", out.toString(), "--out", folder.resolve("m.json").toString()};
    StageRun run = StageRun.of(new Mfcc(), line);
    assertEquals(0, run.exit(), run.stderr());
  }
}
