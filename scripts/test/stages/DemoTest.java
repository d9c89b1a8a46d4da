//JAVA 17+
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Demo.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/corpus/Corpus.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/demo/Genre.java
//SOURCES ../../lib/demo/Genres.java
//SOURCES ../../lib/demo/Signals.java
//SOURCES ../../lib/demo/Synthesizer.java
//SOURCES ../../lib/demo/SyntheticTrack.java
//SOURCES ../../lib/demo/Voice.java

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.audio.Audio;
import genrelab.corpus.Corpus;
import genrelab.demo.Genre;
import genrelab.demo.Genres;
import genrelab.demo.Signals;
import genrelab.demo.Synthesizer;
import genrelab.demo.SyntheticTrack;
import genrelab.demo.Voice;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The synthetic corpus: layout, marks, repeatability, and what it must never do to a folder. */
class DemoTest {
  private static final List<String> GTZAN =
      List.of(
          "blues",
          "classical",
          "country",
          "disco",
          "hiphop",
          "jazz",
          "metal",
          "pop",
          "reggae",
          "rock");

  @TempDir Path folder;

  @Test
  void laysTracksOutAsGtzanDoes() throws Exception {
    Path corpus = demo("corpus", 2, 3, 1);

    assertEquals(
        GTZAN.stream()
            .flatMap(
                genre ->
                    Stream.of(
                        genre + "/" + genre + ".00000.wav", genre + "/" + genre + ".00001.wav"))
            .toList(),
        checksums(corpus).keySet().stream().filter(name -> name.endsWith(".wav")).toList());
    Corpus read = Corpus.open(corpus).requireUniqueIds();
    assertEquals(List.of(), read.unexpected());
    for (Corpus.Track track : read.tracks()) {
      AudioFormat format = AudioSystem.getAudioFileFormat(track.file().toFile()).getFormat();
      assertEquals(22050, format.getSampleRate());
      assertEquals(1, format.getChannels());
      assertEquals(16, format.getSampleSizeInBits());
      assertEquals(3 * 22050, Audio.read(track.file()).samples().length);
    }
  }

  @Test
  void saysThatItIsSynthetic() throws Exception {
    Path corpus = demo("corpus", 1, 1, 7);

    for (Corpus.Track track : Corpus.open(corpus).tracks()) {
      assertTrue(Corpus.isSynthetic(track.file()));
      assertEquals("synthetic " + track.genre() + " artist 1", track.artist());
    }
    String mark = Files.readString(corpus.resolve("SYNTHETIC.md"));
    assertTrue(mark.contains("genrelab demo --tracks 1 --seconds 1 --seed 7"), mark);
    assertTrue(mark.contains("say nothing about music"), mark);
  }

  @Test
  void sameSeedSameBytesAnotherSeedOthers() throws Exception {
    TreeMap<String, String> first = checksums(demo("first", 2, 3, 1));
    TreeMap<String, String> again = checksums(demo("again", 2, 3, 1));
    TreeMap<String, String> other = checksums(demo("other", 2, 3, 2));

    assertEquals(first, again);
    assertEquals(first, checksums(demo("first", 2, 3, 1)), "written over itself");
    assertEquals(first.keySet(), other.keySet());
    first.keySet().removeIf(name -> name.equals("artists.csv"));
    first.forEach((name, sum) -> assertNotEquals(sum, other.get(name), name));
    assertEquals(first.size(), new HashSet<>(first.values()).size(), "no two tracks are the same");
  }

  @Test
  void aTrackDependsOnlyOnSeedGenreAndNumber() throws Exception {
    Path file = demo("corpus", 2, 3, 5).resolve("jazz/jazz.00001.wav");

    Path alone = folder.resolve("alone.wav");
    new SyntheticTrack(Genres.named("jazz"), 1).render(3, 5).writeWav(alone);

    assertEquals(Store.sha256(alone), Store.sha256(file));
  }

  @Test
  void neitherClipsNorFallsSilent() {
    for (Genre genre : Genres.ALL) {
      for (long seed = 1; seed <= 3; seed++) {
        float[] samples = new SyntheticTrack(genre, 0).render(9, seed).samples();
        float peak = 0;
        for (float sample : samples) {
          assertTrue(Float.isFinite(sample), genre.name());
          peak = Math.max(peak, Math.abs(sample));
        }
        assertTrue(peak >= 0.499 && peak <= 0.951, genre.name() + " peak " + peak);
        for (int start = 0; start < samples.length; start += 3 * Signals.RATE) {
          double level = rms(Arrays.copyOfRange(samples, start, start + 3 * Signals.RATE));
          assertTrue(level > 0.01, genre.name() + " level " + level + " at " + start);
        }
      }
    }
  }

  @Test
  void genresDiffer() {
    // metal's distortion fills the spectrum and time, which classical music leaves sparse
    double metal = 0;
    double classical = 0;
    for (int number = 0; number < 4; number++) {
      metal += crossings(new SyntheticTrack(Genres.named("metal"), number).render(4, 1).samples());
      classical +=
          crossings(new SyntheticTrack(Genres.named("classical"), number).render(4, 1).samples());
    }
    assertTrue(metal > 1.3 * classical, metal + " to " + classical);
  }

  @Test
  void voicesAreInTune() {
    double hz = 329.63;
    for (Voice voice : Voice.values()) {
      float[] note = new float[Signals.RATE / 2];
      new Synthesizer(voice).play(note, 0, 0.5, hz, 1, new Random(1));
      // ten periods on, the wave must match itself best: within 1 %, a sixth of a semitone
      double expected = 10 * Signals.RATE / hz;
      int best = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int lag = (int) (0.96 * expected); lag <= 1.04 * expected; lag++) {
        double sum = 0;
        for (int i = 1000; i < 6000; i++) {
          sum += note[i] * note[i + lag];
        }
        if (sum > most) {
          most = sum;
          best = lag;
        }
      }
      assertEquals(expected, best, 0.01 * expected, voice.name());
    }
  }

  @Test
  void artistsHaveTwoOrThreeTracks() {
    var tracks = new TreeMap<Integer, Integer>();
    for (int number = 0; number < 100; number++) {
      tracks.merge(
          new SyntheticTrack(Genres.named("blues"), number).artistNumber(), 1, Integer::sum);
    }
    assertEquals(40, tracks.size());
    assertTrue(tracks.values().stream().allMatch(n -> n == 2 || n == 3), tracks.toString());
  }

  @Test
  void refusesForeignFolderAndLeavesItUntouched() throws Exception {
    Path foreign = Files.createDirectories(folder.resolve("gtzan/blues"));
    Files.writeString(foreign.resolve("blues.00000.wav"), "somebody's recording");
    TreeMap<String, String> before = checksums(folder.resolve("gtzan"));

    Outcome outcome = run("--out", folder.resolve("gtzan").toString(), "--seconds", "1");

    assertEquals(1, outcome.code);
    assertEquals(1, outcome.error.lines().count(), outcome.error);
    assertTrue(outcome.error.contains("not a synthetic corpus"), outcome.error);
    assertEquals(before, checksums(folder.resolve("gtzan")));
  }

  @Test
  void smallerCorpusReplacesALargerOne() throws Exception {
    Path corpus = demo("corpus", 2, 1, 1);
    Files.writeString(corpus.resolve("blues/notes.txt"), "somebody's notes");

    demo("corpus", 1, 1, 1);

    assertEquals(10, Corpus.open(corpus).tracks().size());
    assertEquals(11, Files.readAllLines(corpus.resolve("artists.csv")).size());
    assertTrue(Files.exists(corpus.resolve("blues/notes.txt")));
  }

  @Test
  void refusesOptionsOutOfRange() {
    for (String[] wrong :
        List.of(
            new String[] {"--tracks", "0"},
            new String[] {"--tracks", "1001"},
            new String[] {"--seconds", "0"},
            new String[] {"--seconds", "601"},
            new String[] {"--seed", "one"})) {
      Path out = folder.resolve("none");
      Outcome outcome = run("--out", out.toString(), wrong[0], wrong[1]);
      assertEquals(2, outcome.code, outcome.error);
      assertTrue(outcome.error.contains(wrong[0]), outcome.error);
      assertFalse(Files.exists(out));
    }
  }

  private Path demo(String name, int tracks, int seconds, long seed) {
    Path out = folder.resolve(name);
    Outcome outcome =
        run(
            "--out", out.toString(),
            "--tracks", "" + tracks,
            "--seconds", "" + seconds,
            "--seed", "" + seed);
    assertEquals(0, outcome.code, outcome.error);
    return out;
  }

  private record Outcome(int code, String error) {}

  private static Outcome run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var error = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(new ByteArrayOutputStream()));
      System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
      int code = Stage.run(new Demo(), args);
      return new Outcome(code, error.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Checksum of every file below a folder, by its name relative to it. */
  private static TreeMap<String, String> checksums(Path root) throws Exception {
    var sums = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sums.put(root.relativize(file).toString().replace('\\', '/'), Store.sha256(file));
      }
    }
    return sums;
  }

  private static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += sample * sample;
    }
    return Math.sqrt(sum / samples.length);
  }

  private static int crossings(float[] samples) {
    int crossings = 0;
    for (int i = 1; i < samples.length; i++) {
      crossings += samples[i - 1] < 0 != samples[i] < 0 ? 1 : 0;
    }
    return crossings;
  }
}
