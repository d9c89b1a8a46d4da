///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that each kind of problem of a corpus is found, and none where there is none.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Verify.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1
// as where there is no ffmpeg, whatever is on PATH
//RUNTIME_OPTIONS -Dgenrelab.ffmpeg=none

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.audio.Audio;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of problem is found, named by file and kind; a clean corpus has none. */
class VerifyTest {
  @TempDir Path folder;
  private Path corpus;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void namePaths() {
    corpus = folder.resolve("corpus");
    out = folder.resolve("verify.json");
  }

  private int verify(String... more) {
    List<String> args = new ArrayList<>(List.of("--corpus", corpus.toString()));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Verify(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  /** A track of one value, another for each name. */
  private Path track(String name, int samples) {
    float[] level = new float[samples];
    Arrays.fill(level, (name.hashCode() % 30_000) / 32768f);
    Path file = corpus.resolve(name);
    new Audio(level, 22050).writeWav(file);
    return file;
  }

  private void sixSoundTracks() {
    for (String genre : List.of("blues", "rock")) {
      for (int i = 0; i < 3; i++) {
        track("%s/%s.0000%d.wav".formatted(genre, genre, i), 66150);
      }
    }
  }

  private List<Rows.Problem> problems() {
    return Store.readRows(out, Rows.Problem.class);
  }

  /** The one problem there is. */
  private Rows.Problem only(String... args) {
    assertEquals(0, verify(args), stderr);
    assertEquals(1, problems().size(), problems().toString());
    return problems().get(0);
  }

  @Test
  void aSoundCorpusHasNoProblems() throws Exception {
    sixSoundTracks();
    Files.writeString(corpus.resolve("artists.csv"), "track,artist\n");
    Files.writeString(corpus.resolve("SYNTHETIC.md"), "synthetic");

    assertEquals(0, verify(), stderr);
    assertEquals(List.of(), problems());
    assertEquals("6 tracks of 2 genres, 0 problems: " + out, stdout.strip());
    Files.delete(out);
    assertEquals(0, verify(), stderr);
    assertTrue(Files.exists(out), "no problems are a result too");
  }

  @Test
  void aGapInTheNumberingIsMissing() throws Exception {
    sixSoundTracks();
    Files.delete(corpus.resolve("rock/rock.00001.wav"));

    assertEquals(
        new Rows.Problem("", "rock.00001", "", "missing", "a gap in the numbering"), only());
    assertTrue(stdout.contains("missing            rock.00001: a gap"), stdout);
    assertTrue(stdout.contains("5 tracks of 2 genres, 1 problems"), stdout);
  }

  @Test
  void tracksOfTheExpectedListAreMissing() throws Exception {
    sixSoundTracks();
    Files.delete(corpus.resolve("rock/rock.00001.wav"));
    Path list = folder.resolve("list.txt");
    Files.writeString(
        list, "blues/blues.00000.wav\n\n rock.00002.wav \nrock.00007.au\nrock.00002\n");

    Rows.Problem row = only("--expect", list.toString());
    assertEquals("rock.00007", row.track(), "the gap is not on the list");
    assertEquals("missing", row.problem());
    assertEquals("listed in " + list, row.detail());
  }

  @Test
  void anExpectedListThatIsNotThereFails() {
    sixSoundTracks();
    assertEquals(1, verify("--expect", folder.resolve("no.txt").toString()));
    assertTrue(stderr.contains("error: " + folder.resolve("no.txt") + ": no such file"), stderr);
    assertFalse(Files.exists(out));
  }

  @Test
  void garbageIsUnreadable() throws Exception {
    sixSoundTracks();
    Files.writeString(corpus.resolve("rock/rock.00001.wav"), "no audio");
    assertProblem(only(), "rock/rock.00001.wav", "rock.00001", "rock", "unreadable");
  }

  @Test
  void aFileThatEndsEarlyIsTruncated() throws Exception {
    sixSoundTracks();
    Path file = corpus.resolve("rock/rock.00001.wav");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 131_072));

    Rows.Problem row = only();
    assertProblem(row, "rock/rock.00001.wav", "rock.00001", "rock", "truncated");
    assertEquals("65514 of 66150 samples are there", row.detail());
  }

  @Test
  void aTrackUnderASegmentIsShort() {
    sixSoundTracks();
    track("rock/rock.00001.wav", 66149);

    Rows.Problem row = only();
    assertProblem(row, "rock/rock.00001.wav", "rock.00001", "rock", "short");
    assertEquals("66149 samples, a segment of 3.0 s takes 66150", row.detail());
    assertEquals(0, verify("--seconds", "2.9"), stderr);
    assertEquals(List.of(), problems());
  }

  @Test
  void anIdThatOccursTwiceIsNamedOnceMore() {
    sixSoundTracks();
    track("rock/blues.00001.wav", 66151);

    Rows.Problem row = only();
    assertProblem(row, "rock/blues.00001.wav", "blues.00001", "rock", "duplicate id");
    assertEquals("also blues/blues.00001.wav", row.detail());
  }

  @Test
  void theSameBytesAreDuplicateContent() throws Exception {
    sixSoundTracks();
    Files.copy(corpus.resolve("blues/blues.00001.wav"), corpus.resolve("rock/rock.00003.wav"));

    Rows.Problem row = only();
    assertProblem(row, "rock/rock.00003.wav", "rock.00003", "rock", "duplicate content");
    assertEquals("the same bytes as blues/blues.00001.wav", row.detail());
  }

  @Test
  void whatBelongsToNoTrackIsUnexpected() throws Exception {
    sixSoundTracks();
    Files.writeString(corpus.resolve("readme.txt"), "text");
    Files.writeString(corpus.resolve("rock/cover.jpg"), "picture");
    Files.createDirectories(corpus.resolve("blues/more"));
    Files.writeString(corpus.resolve("blues/.hidden"), "hidden files are nobody's business");

    assertEquals(0, verify(), stderr);
    assertEquals(
        List.of("blues/more", "readme.txt", "rock/cover.jpg"),
        problems().stream().map(Rows.Problem::file).toList());
    assertTrue(problems().stream().allMatch(row -> row.problem().equals("unexpected")));
    assertEquals("", problems().get(1).genre());
    assertEquals("rock", problems().get(2).genre());
  }

  private static void assertProblem(
      Rows.Problem row, String file, String track, String genre, String problem) {
    assertEquals(file, row.file());
    assertEquals(track, row.track());
    assertEquals(genre, row.genre());
    assertEquals(problem, row.problem());
  }

  @Test
  void manyProblemsAreSortedByFile() throws IOException {
    sixSoundTracks();
    Files.writeString(corpus.resolve("rock/rock.00001.wav"), "no audio");
    Files.writeString(corpus.resolve("blues/blues.00002.wav"), "no audio");
    track("blues/blues.00000.wav", 10);

    assertEquals(0, verify(), stderr);
    assertEquals(
        List.of(
            "blues/blues.00000.wav short",
            "blues/blues.00002.wav unreadable",
            "rock/rock.00001.wav duplicate content",
            "rock/rock.00001.wav unreadable"),
        problems().stream().map(row -> row.file() + " " + row.problem()).toList());
    assertTrue(stdout.contains("6 tracks of 2 genres, 4 problems"), stdout);
  }

  @Test
  void silenceIsTold() {
    sixSoundTracks();
    new Audio(new float[66150], 22050).writeWav(corpus.resolve("rock/rock.00003.wav"));
    Rows.Problem row = only();
    assertProblem(row, "rock/rock.00003.wav", "rock.00003", "rock", "silent");
    assertEquals("all samples are zero", row.detail());

    float[] faint = new float[66150];
    faint[7] = 20 / 32768f;
    new Audio(faint, 22050).writeWav(corpus.resolve("rock/rock.00003.wav"));
    assertEquals("its loudest sample is at -64 dB", only().detail());
    faint[7] = 40 / 32768f;
    new Audio(faint, 22050).writeWav(corpus.resolve("rock/rock.00003.wav"));
    assertEquals(0, verify(), stderr);
    assertEquals(List.of(), problems());
  }

  @Test
  void flatTopsAreClippedAndSinglePeaksAreNot() {
    sixSoundTracks();
    float[] samples = new float[66150];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = i % 100 < 2 ? 1 : 0.25f; // 2 % in pairs
    }
    Path file = corpus.resolve("rock/rock.00003.wav");
    new Audio(samples, 22050).writeWav(file);
    assertEquals(0, verify(), stderr);
    assertEquals(List.of(), problems());

    for (int i = 0; i < samples.length; i++) {
      samples[i] = i % 100 < 3 ? -1 : 0.25f;
    }
    new Audio(samples, 22050).writeWav(file);
    Rows.Problem row = only();
    assertProblem(row, "rock/rock.00003.wav", "rock.00003", "rock", "clipped");
    assertEquals("3.0 % of its samples are at full scale", row.detail());
  }

  @Test
  void anotherRateThanTheOthersIsTold() {
    sixSoundTracks();
    float[] level = new float[132300];
    Arrays.fill(level, 0.5f);
    new Audio(level, 44100).writeWav(corpus.resolve("rock/rock.00003.wav"));
    Rows.Problem row = only();
    assertProblem(row, "rock/rock.00003.wav", "rock.00003", "rock", "rate");
    assertEquals("44100 Hz, not 22050", row.detail());

    assertEquals(0, verify("--rate", "44100"), stderr);
    assertEquals(6, problems().size());
    assertEquals(2, verify("--rate", "5"));
  }

  @Test
  void strictExitsWithOneIfAnythingIsWrong() throws Exception {
    sixSoundTracks();
    assertEquals(0, verify("--strict"), stderr);
    Files.writeString(corpus.resolve("rock/cover.jpg"), "picture");
    assertEquals(1, verify("--strict"), stderr);
    assertEquals(1, problems().size());
    assertTrue(stdout.contains("unexpected 1\n"), stdout);
    assertEquals("", stderr);
  }

  // --- GTZAN

  @Test
  void gtzanIsKnown() throws Exception {
    track("jazz/jazz.00033.wav", 66150);
    track("jazz/jazz.00051.wav", 66150);
    track("metal/metal.00058.wav", 66150);
    track("rock/rock.00016.wav", 66150);
    track("reggae/reggae.00081.wav", 66150);
    track("reggae/reggae.00082.wav", 66150);
    Files.writeString(corpus.resolve("jazz/jazz.00054.wav"), "no audio");

    assertEquals(0, verify("--expect", "gtzan"), stderr);
    var missing = problems().stream().filter(row -> row.problem().equals("missing")).toList();
    assertEquals(993, missing.size());
    assertEquals("blues.00000", missing.get(0).track());
    assertEquals("rock.00099", missing.get(992).track());
    var others = problems().stream().filter(row -> !row.problem().equals("missing")).toList();
    assertEquals(
        List.of(
            "jazz.00051 known repetition: the recording of jazz.00033 (Sturm 2013)",
            "jazz.00054 unreadable: not an audio file of a known format (known: it can't be read in"
                + " the usual distribution)",
            "reggae.00082 known repetition: the recording of reggae.00081 (Sturm 2013)",
            "rock.00016 known repetition: the recording of metal.00058 (Sturm 2013)"),
        others.stream()
            .map(row -> "%s %s: %s".formatted(row.track(), row.problem(), row.detail()))
            .toList());
  }

  // --- an index

  private int verifyIndex(String csv) throws IOException {
    Path index = Files.writeString(folder.resolve("index.csv"), csv);
    return verify("--index", index.toString());
  }

  @Test
  void anIndexNamesTheTracksOfAnyLayout() throws Exception {
    track("a/b/one.wav", 66150);
    track("Ünïcode, 2.wav", 66150);
    track("a/unlisted.wav", 66150);
    track("short.wav", 100);
    Files.writeString(corpus.resolve("a/notes.txt"), "nobody's business");
    assertEquals(
        0,
        verifyIndex(
            "\ufeffPath,artist,genre\na/b/one.wav,X,rock\n\"Ünïcode, 2.wav\",\"Y, Z\",folk\n"
                + "gone.wav,,folk\nshort.wav,,folk\n"),
        stderr);
    assertEquals(
        List.of(
            new Rows.Problem("", "gone", "folk", "missing", "no gone.wav"),
            new Rows.Problem(
                "a/unlisted.wav",
                "unlisted",
                "",
                "unexpected",
                "not in " + folder.resolve("index.csv")),
            new Rows.Problem(
                "short.wav",
                "short",
                "folk",
                "short",
                "100 samples, a segment of 3.0 s takes 66150")),
        problems());
    assertTrue(stdout.contains("3 tracks of 2 genres, 3 problems"), stdout);
  }

  // --- a manifest

  private int verifyManifest(String csv, String... more) throws IOException {
    Files.createDirectories(corpus);
    Path manifest = Files.writeString(corpus.resolve("tracks.csv"), csv);
    var args = new ArrayList<>(List.of("--manifest", manifest.toString(), "--out", out.toString()));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Verify(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  @Test
  void aManifestsFilesAreLookedAtAndNoOthers() throws Exception {
    track("a/b/one.wav", 66150);
    track("a/unlisted.wav", 66150);
    assertEquals(
        0,
        verifyManifest("track,file,genre,artist\nx,a/b/one.wav,rock,\ny,gone.wav,folk,Z\n"),
        stderr);
    assertEquals(List.of(new Rows.Problem("", "y", "folk", "missing", "no gone.wav")), problems());
    assertTrue(stdout.contains("1 tracks of 1 genres, 1 problems"), stdout);
    assertEquals(1, verifyManifest("path,genre\na/b/one.wav,rock\n"));
    assertTrue(stderr.contains("has no columns track, file and genre; it has [path, genre]"));
  }

  /** 098567 has 0.5 s and 098566 6.2 s of 30, by FMA's wiki; 000002 is sound. */
  @Test
  void knownFaultsOfFmaAreNamed() throws Exception {
    track("a/098567.wav", 11025);
    track("a/098566.wav", 136710);
    track("a/000002.wav", 66150);
    Files.createFile(corpus.resolve("a/099134.mp3"));
    String csv = "track,file,genre\n";
    for (String file : List.of("098567.wav", "098566.wav", "000002.wav", "099134.mp3")) {
      csv += file + ",a/" + file + ",Rock\n";
    }
    assertEquals(0, verifyManifest(csv, "--expect", "fma"), stderr);
    List<String> told = problems().stream().map(row -> row.track() + " " + row.problem()).toList();
    assertEquals(List.of("098566 known fault", "098567 short", "099134 unreadable"), told);
    List<String> details = problems().stream().map(Rows.Problem::detail).toList();
    assertEquals("known: 6.2 s of 30", details.get(0));
    assertTrue(details.get(1).endsWith("(known: 0.5 s of 30)"), details.get(1));
    assertTrue(details.get(2).endsWith("(known: an empty clip)"), details.get(2));
    assertEquals(2, verifyManifest(csv, "--expect", "gtzan"));
  }

  @Test
  void aBrokenIndexIsOneLine() throws Exception {
    track("one.wav", 66150);
    assertEquals(1, verifyIndex("file,genre\none.wav,rock\n"));
    assertTrue(stderr.contains("has no columns path and genre; it has [file, genre]"), stderr);
    assertEquals(1, verifyIndex("path,genre\none.wav,rock\n,rock\n"));
    assertTrue(stderr.contains("line 3 has no path and genre"), stderr);
    assertEquals(1, verifyIndex("path,genre\none.wav,\"rock"));
    assertTrue(stderr.contains("not a CSV of tracks"), stderr);
    assertEquals(1, verifyIndex("path,genre\n"));
    assertTrue(stderr.contains("it lists no tracks"), stderr);
    assertEquals(1, verifyIndex(""));
    assertEquals(1, verifyIndex("path,genre\na\0b.wav,rock\n"));
    assertEquals(1, stderr.lines().count(), stderr);
    assertEquals(2, verify("--index", "a.csv", "--expect", "gtzan"));
    assertFalse(Files.exists(out));
  }

  // --- strange folders

  @Test
  void filesThatNeedFfmpegAreTold() throws Exception {
    sixSoundTracks();
    Path golden = Path.of(System.getenv("GENRELAB_HOME"), "data/golden/audio");
    Files.copy(golden.resolve("chirp.m4a"), corpus.resolve("rock/a.m4a"));
    Files.copy(golden.resolve("chirp.opus"), corpus.resolve("rock/b.ogg"));
    String before = System.getProperty("genrelab.ffmpeg", "none");
    System.setProperty("genrelab.ffmpeg", "none");
    try {
      assertEquals(0, verify(), stderr);
      assertEquals(
          List.of("rock/a.m4a needs ffmpeg", "rock/b.ogg needs ffmpeg"),
          problems().stream().map(row -> row.file() + " " + row.problem()).toList());
      assertEquals("only ffmpeg reads m4a", problems().get(0).detail());
      assertTrue(problems().get(1).detail().contains("Ogg with Opus"), problems().toString());
      assertTrue(stdout.contains("needs ffmpeg: install ffmpeg"), stdout);

      assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to write a program in");
      Path ffmpeg = folder.resolve("ffmpeg");
      String header =
          "'.snd\\0\\0\\0\\030\\0\\0\\0\\0\\0\\0\\0\\006\\0\\0\\126\\042\\0\\0\\0\\001'";
      Files.writeString(ffmpeg, "#!/bin/sh\nprintf " + header + "\nyes 1234567 | head -c 400000\n");
      assertTrue(ffmpeg.toFile().setExecutable(true));
      System.setProperty("genrelab.ffmpeg", ffmpeg.toString());
      assertEquals(0, verify(), stderr);
      assertTrue(
          problems().stream().noneMatch(row -> row.problem().equals("needs ffmpeg")),
          problems().toString());
      assertTrue(
          stdout.contains("2 tracks need ffmpeg, which reads them here: a.m4a, b.ogg"), stdout);
      assertTrue(stdout.contains("8 tracks of 2 genres"), stdout);
    } finally {
      System.setProperty("genrelab.ffmpeg", before);
    }
  }

  @Test
  void symbolicLinksInACircleAreNoHindrance() throws Exception {
    sixSoundTracks();
    try {
      Files.createSymbolicLink(corpus.resolve("rock/up"), Path.of(".."));
      Files.createSymbolicLink(corpus.resolve("rock/self.wav"), Path.of("self.wav"));
      Files.createSymbolicLink(corpus.resolve("loop"), Path.of("."));
    } catch (IOException | UnsupportedOperationException error) {
      abort("no symbolic links here");
    }
    assertEquals(0, verify(), stderr);
    assertTrue(problems().stream().allMatch(row -> row.problem().equals("unexpected")));
    assertTrue(problems().size() >= 2, problems().toString());
    assertEquals(0, verifyIndex("path,genre\nrock/rock.00000.wav,rock\n"), stderr);
  }

  @Test
  void unreadableFoldersAreListed() throws Exception {
    sixSoundTracks();
    track("jazz/jazz.00000.wav", 66150);
    Path closed = corpus.resolve("jazz");
    assumeTrue(
        closed.toFile().setReadable(false) && !Files.isReadable(closed),
        "this user (root, or on Windows) reads every folder");
    try {
      Rows.Problem row = only();
      assertEquals("jazz unreadable", row.file() + " " + row.problem());
    } finally {
      closed.toFile().setReadable(true);
    }
  }

  @Test
  void aCorpusThatIsNotThereFails() {
    assertEquals(1, verify());
    assertTrue(stderr.startsWith("error: " + corpus + ": no such corpus folder"), stderr);
    assertEquals(1, stderr.lines().count(), stderr);
    assertFalse(Files.exists(out));
    assertEquals(2, verify("--seconds", "0"));
  }
}
