///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that each kind of problem of a corpus is found, and none where there is none.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Verify.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.Audio;
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
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var capturedOut = new ByteArrayOutputStream();
    var capturedErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
    try {
      return Stage.run(new Verify(), args.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      stdout = capturedOut.toString(StandardCharsets.UTF_8);
      stderr = capturedErr.toString(StandardCharsets.UTF_8);
    }
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
  void aCorpusThatIsNotThereFails() {
    assertEquals(1, verify());
    assertTrue(stderr.startsWith("error: " + corpus + ": no such corpus folder"), stderr);
    assertEquals(1, stderr.lines().count(), stderr);
    assertFalse(Files.exists(out));
    assertEquals(2, verify("--seconds", "0"));
  }
}
