///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Writes a deterministic synthetic corpus of ten genres in GTZAN's layout
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/audio/Audio.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.audio.Audio;
import genrelab.corpus.Corpus;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Renders tracks of ten synthetic genres, so that every stage can be tried without a download.
 *
 * <p>A {@link Genre} is one row of a table: tempo, harmony, step patterns, band, mix. A {@link
 * Style} is what an artist's tracks share (voices, tuning, room, equalisation). A {@link Session}
 * plays one track from both. Every genre takes the same path.
 *
 * <p>The bytes are the same on every machine and for any number of threads: random numbers come
 * from {@link Random}, whose algorithm its documentation fixes, seeded for each track; functions
 * come from {@link StrictMath}, since {@link Math}'s may differ in the last digit.
 */
@Command(
    name = "demo",
    description =
        "Writes a deterministic synthetic corpus of ten genres in GTZAN's layout: "
            + "GENRE/GENRE.NNNNN.wav (22,050 Hz, mono, 16 bits), artists.csv, and SYNTHETIC.md, "
            + "which marks it. No musical recording: figures from it say nothing about music.")
public final class Demo implements Callable<Integer> {

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the corpus: new, empty, or an earlier synthetic corpus.")
  Path out;

  @Option(
      names = "--tracks",
      paramLabel = "N",
      description = "Tracks of each genre, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  int tracks = 10;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length of a track in seconds, 1 to 600 (default: ${DEFAULT-VALUE}).")
  int seconds = 30;

  @Option(
      names = "--seed",
      paramLabel = "K",
      description = "Another seed, another corpus (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  public static void main(String... args) {
    System.exit(Stage.run(new Demo(), args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Stage.requireOption(
        tracks >= 1 && tracks <= 1000, "--tracks must be from 1 to 1000, not %s", tracks);
    Stage.requireOption(
        seconds >= 1 && seconds <= 600, "--seconds must be from 1 to 600, not %s", seconds);
    requireFreeFolder();
    // the mark comes first: whatever an interrupted run leaves is known to be synthetic
    Corpus.markSynthetic(out, mark());
    removeSurplusTracks();
    writeArtists();
    renderTracks();
    System.out.printf(
        "%d synthetic tracks (%.1f minutes) of %d genres in %s; no musical recordings%n",
        GENRES.size() * tracks, GENRES.size() * tracks * seconds / 60.0, GENRES.size(), out);
    return 0;
  }

  // ---- The folder ------------------------------------------------------------------------------

  private void requireFreeFolder() throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new Stage.Failure("%s: not a folder; choose another name for the corpus", out);
    }
    boolean synthetic = Corpus.isSynthetic(track(GENRES.get(0), 0));
    if (Files.exists(out) && !synthetic) {
      try (Stream<Path> entries = Files.list(out)) {
        if (entries.findAny().isPresent()) {
          throw new Stage.Failure(
              "%s: not empty and not a synthetic corpus; choose a new or empty folder", out);
        }
      }
    }
  }

  private Path track(Genre genre, int number) {
    return out.resolve(genre.name).resolve(trackId(genre, number) + ".wav");
  }

  private static String trackId(Genre genre, int number) {
    return String.format(Locale.ROOT, "%s.%05d", genre.name, number);
  }

  private String mark() {
    return String.format(
        Locale.ROOT,
        """
        # Synthetic corpus

        Every track here is synthetic: rendered by a program, `genrelab demo --tracks %d --seconds \
        %d --seed %d`
        (genrelab %s). There is no musical recording in it, and the genres are rough imitations.
        Its artists are synthetic too (`artists.csv`).

        **Figures from this corpus say nothing about music.** It is for trying the stages and for
        tests.
        """,
        tracks,
        seconds,
        seed,
        Stage.VERSION);
  }

  /** Removes an earlier, larger corpus's tracks, which mark and artists would not cover. */
  private void removeSurplusTracks() throws IOException {
    for (Genre genre : GENRES) {
      for (int number = tracks; number < 1000; number++) {
        Files.deleteIfExists(track(genre, number));
      }
    }
  }

  private void writeArtists() {
    var csv = new StringBuilder("track,artist\n");
    for (Genre genre : GENRES) {
      for (int number = 0; number < tracks; number++) {
        csv.append(trackId(genre, number))
            .append(",synthetic ")
            .append(genre.name)
            .append(" artist ")
            .append(artist(number) + 1)
            .append('\n');
      }
    }
    Store.write(
        out.resolve("artists.csv"),
        file -> file.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** Artists have two and three tracks in turn; the last one has what is left. */
  static int artist(int number) {
    return number / 5 * 2 + (number % 5 < 2 ? 0 : 1);
  }

  private void renderTracks() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads());
    try (ProgressBar progress = Stage.progress("Synthetic tracks", (long) GENRES.size() * tracks)) {
      var jobs = new ArrayList<Future<?>>();
      for (Genre genre : GENRES) {
        for (int number = 0; number < tracks; number++) {
          int n = number;
          jobs.add(
              pool.submit(
                  () -> {
                    render(genre, n, seconds, seed).writeWav(track(genre, n));
                    progress.step();
                  }));
        }
      }
      for (Future<?> job : jobs) {
        job.get();
      }
    } catch (ExecutionException error) {
      if (error.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(error.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** One a processor, but no more than half the heap can hold. */
  private int threads() {
    long bytesOfTrack = (long) seconds * RATE * 3 * Float.BYTES;
    long fitting = Runtime.getRuntime().maxMemory() / 2 / bytesOfTrack;
    return (int) Math.max(1, Math.min(fitting, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Renders one track.
   *
   * @param number the track's number within its genre, from 0
   * @param seconds its length
   * @return mono, 22,050 Hz, with a peak between 0.5 and 0.95
   */
  static Audio render(Genre genre, int number, int seconds, long seed) {
    int g = GENRES.indexOf(genre);
    Style style = Style.draw(genre, random(seed, 1, g, artist(number)));
    return new Session(genre, style, seconds, random(seed, 2, g, number)).record();
  }

  /** A generator of its own for each purpose, by SplitMix64's mixing of the keys. */
  private static Random random(long... keys) {
    long hash = 0;
    for (long key : keys) {
      hash = (hash ^ key) + 0x9E3779B97F4A7C15L;
      hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
      hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
      hash ^= hash >>> 31;
    }
    return new Random(hash);
  }

  // ---- The genres ------------------------------------------------------------------------------

  static final int RATE = 22050;
  private static final int STEPS = 16; // sixteenths of a bar

  private static final int[] MAJOR = {0, 2, 4, 5, 7, 9, 11};
  private static final int[] MINOR = {0, 2, 3, 5, 7, 8, 10};
  private static final int[] DORIAN = {0, 2, 3, 5, 7, 9, 10};
  private static final int[] PHRYGIAN = {0, 1, 3, 5, 7, 8, 10};
  private static final int[] PENTATONIC = {0, 2, 4, 7, 9};
  private static final int[] BLUES = {0, 3, 5, 6, 7, 10};

  /**
   * One genre. Texts with {@code |} give alternatives of which a track takes one.
   *
   * @param neighbours genres from which a track sometimes borrows voices or drums
   */
  record Genre(
      String name,
      List<String> neighbours,
      Tempo tempo,
      Harmony harmony,
      Patterns patterns,
      Kit kit,
      Band band,
      Mix mix) {}

  /**
   * @param slowest beats a minute
   * @param swing where the second eighth of a beat falls: 0.5 straight, 0.67 triplets
   */
  record Tempo(int slowest, int fastest, double swing) {}

  /**
   * @param chords one a bar in Roman numerals; lower case minor, {@code 5} a power chord
   */
  record Harmony(int[] scale, String chords) {}

  /**
   * Sixteen steps a bar; a dot is no new note.
   *
   * @param kick x
   * @param snare x snare, r rim, g ghost note
   * @param hat x closed, o open, d ride
   * @param bass degrees of the chord (1 3 5 6 8), w walking
   * @param chords X held until the next, x short, 1 to 4 single tones of the chord
   * @param lead share of eighths on which the lead plays
   */
  record Patterns(String kick, String snare, String hat, String bass, String chords, double lead) {}

  /** The voices of which an artist takes one each. */
  record Band(List<Voice> bass, List<Voice> chords, List<Voice> lead) {}

  /**
   * Levels in dB, each part being of equal power before.
   *
   * @param room share of reverberation
   * @param echo share of a repeat after three sixteenths
   */
  record Mix(double drums, double bass, double chords, double lead, double room, double echo) {}

  static final List<Genre> GENRES =
      List.of(
          new Genre(
              "blues",
              List.of("rock", "country", "jazz"),
              new Tempo(72, 118, 0.65),
              new Harmony(
                  BLUES,
                  "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7|I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7"),
              new Patterns(
                  "x.......x.......|x.....x.x.......",
                  "....x.......x...",
                  "x.x.x.x.x.x.x.x.|d.d.d.d.d.d.d.d.",
                  "1...3...5...6...|1.1.3.3.5.5.6.6.",
                  "x.x.x.x.x.x.x.x.|......x.......x.|X.......X.....x.",
                  0.5),
              Kit.ACOUSTIC,
              new Band(
                  List.of(Voice.UPRIGHT_BASS, Voice.FINGERED_BASS),
                  List.of(Voice.CRUNCH_GUITAR, Voice.PIANO, Voice.CLEAN_GUITAR),
                  List.of(Voice.CRUNCH_GUITAR, Voice.HARMONICA, Voice.PIANO)),
              new Mix(-4, -3, -4, -2, 0.15, 0)),
          new Genre(
              "classical",
              List.of("jazz"),
              new Tempo(60, 126, 0.5),
              new Harmony(MAJOR, "I V vi iii IV I IV V|I IV V I|vi ii V I|I vi ii V"),
              new Patterns(
                  "................",
                  "................",
                  "................",
                  "1...............|1.......5.......",
                  "1.3.2.3.1.3.2.3.|1.2.3.4.3.2.3.2.|X.......X.......",
                  0.45),
              Kit.ACOUSTIC,
              new Band(
                  List.of(Voice.STRINGS, Voice.PIANO),
                  List.of(Voice.PIANO, Voice.STRINGS, Voice.NYLON_GUITAR),
                  List.of(Voice.STRINGS, Voice.FLUTE, Voice.PIANO)),
              new Mix(-60, -5, -3, -1, 0.4, 0)),
          new Genre(
              "country",
              List.of("blues", "rock", "pop"),
              new Tempo(92, 136, 0.53),
              new Harmony(PENTATONIC, "I I IV I V V I I|I IV I V|I IV V I|I vi IV V"),
              new Patterns(
                  "x.......x.......",
                  "....x.......x...|g.gxg.gxg.gxg.gx|....x..g....x.g.",
                  "x.x.x.x.x.x.x.x.|................",
                  "1.......5.......|1...3...5...3...",
                  "....x.......x...|X...x.x.X...x.x.|1.3.2.3.4.3.2.3.",
                  0.45),
              Kit.ACOUSTIC,
              new Band(
                  List.of(Voice.FINGERED_BASS, Voice.UPRIGHT_BASS),
                  List.of(Voice.STEEL_GUITAR, Voice.CLEAN_GUITAR),
                  List.of(Voice.TWANG_GUITAR, Voice.FIDDLE, Voice.STEEL_GUITAR)),
              new Mix(-6, -4, -3, -2, 0.12, 0)),
          new Genre(
              "disco",
              List.of("pop", "hiphop"),
              new Tempo(112, 130, 0.5),
              new Harmony(DORIAN, "i i IV IV|i bVII bVI V|i7 IV7|vi ii V I"),
              new Patterns(
                  "x...x...x...x...",
                  "....x.......x...",
                  "x.o.x.o.x.o.x.o.|xxoxxxoxxxoxxxox",
                  "1.8.1.8.1.8.1.8.|1..1..8.1..1.58.",
                  "x.xx.xx.x.xx.xx.|X.......X.......|..x...x...x...x.",
                  0.35),
              Kit.STUDIO,
              new Band(
                  List.of(Voice.FINGERED_BASS, Voice.SYNTH_BASS),
                  List.of(Voice.CLEAN_GUITAR, Voice.STRINGS, Voice.ELECTRIC_PIANO),
                  List.of(Voice.STRINGS, Voice.BRASS, Voice.SYNTH_LEAD)),
              new Mix(0, -2, -5, -4, 0.15, 0)),
          new Genre(
              "hiphop",
              List.of("reggae", "pop", "disco"),
              new Tempo(78, 100, 0.55),
              new Harmony(MINOR, "i i bVI bVII|i i i iv|i7 iv7|i bVI"),
              new Patterns(
                  "x.....x...x.....|x..x......x..x..|x.......x.x.....",
                  "....x.......x...|....x.......x..g",
                  "x.x.x.x.x.x.x.x.|x.x.xxx.x.x.x.xx|x.x.x.x.xxxxx.x.",
                  "1.....1...1.....|1.........1.....",
                  "X...............|x.......x..x....|1...3...2...3...",
                  0.18),
              Kit.MACHINE,
              new Band(
                  List.of(Voice.SUB_BASS, Voice.SYNTH_BASS),
                  List.of(Voice.ELECTRIC_PIANO, Voice.PIANO, Voice.PAD),
                  List.of(Voice.SYNTH_LEAD, Voice.BELL, Voice.FLUTE)),
              new Mix(1, 0, -7, -8, 0.08, 0.1)),
          new Genre(
              "jazz",
              List.of("blues", "classical"),
              new Tempo(112, 196, 0.65),
              new Harmony(DORIAN, "ii7 V7 IM7 IM7|IM7 vi7 ii7 V7|ii7 V7 iii7 VI7|i7 i7 iv7 i7"),
              new Patterns(
                  "................|x...............",
                  "......g.......g.|...........g....|....r.......r...",
                  "d...d.d.d...d.d.|d...d..dd...d..d",
                  "w...w...w...w...",
                  "..x.....x.....x.|x.....x.........|......X.......x.",
                  0.6),
              Kit.BRUSHES,
              new Band(
                  List.of(Voice.UPRIGHT_BASS),
                  List.of(Voice.PIANO, Voice.CLEAN_GUITAR, Voice.ELECTRIC_PIANO),
                  List.of(Voice.SAXOPHONE, Voice.BRASS, Voice.PIANO)),
              new Mix(-7, -3, -5, -1, 0.2, 0)),
          new Genre(
              "metal",
              List.of("rock"),
              new Tempo(120, 184, 0.5),
              new Harmony(PHRYGIAN, "i5 i5 bII5 i5|i5 bVI5 bVII5 i5|i5 bIII5 bII5 i5"),
              new Patterns(
                  "xxxxxxxxxxxxxxxx|x.xxx.xxx.xxx.xx|x..x..x.x..x..x.",
                  "....x.......x...|..x...x...x...x.",
                  "d...d...d...d...|o...o...o...o...",
                  "1.111.111.111.11|1.1.1.1.1.1.1.1.",
                  "x.xxx.xxx.xxx.xx|X.......x.xxx.xx|xxxxX...xxxxX...",
                  0.35),
              Kit.HEAVY,
              new Band(
                  List.of(Voice.PICKED_BASS),
                  List.of(Voice.FUZZ_GUITAR),
                  List.of(Voice.FUZZ_GUITAR, Voice.FUZZ_LEAD)),
              new Mix(-2, -5, 0, -5, 0.08, 0)),
          new Genre(
              "pop",
              List.of("disco", "country", "rock"),
              new Tempo(94, 130, 0.5),
              new Harmony(MAJOR, "I V vi IV|vi IV I V|I vi IV V|IV V iii vi"),
              new Patterns(
                  "x.......x.x.....|x...x...x...x...|x..x....x..x....",
                  "....x.......x...",
                  "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx|..o...o...o...o.",
                  "1.1.1.1.1.1.1.1.|1.....1.1...5...",
                  "X.......X.......|1.3.2.3.4.3.2.3.|x..x..x.x..x..x.",
                  0.5),
              Kit.STUDIO,
              new Band(
                  List.of(Voice.SYNTH_BASS, Voice.PICKED_BASS),
                  List.of(Voice.PAD, Voice.PIANO, Voice.STEEL_GUITAR),
                  List.of(Voice.SYNTH_LEAD, Voice.BELL, Voice.CLEAN_GUITAR)),
              new Mix(-2, -4, -4, -2, 0.18, 0.1)),
          new Genre(
              "reggae",
              List.of("hiphop", "blues", "pop"),
              new Tempo(66, 92, 0.54),
              new Harmony(MAJOR, "I IV|I ii IV I|i bVII|vi V IV V"),
              new Patterns(
                  "........x.......|x.......x.......|x...x...x...x...",
                  "........r.......|........x......g|....r...x...r...",
                  "x.x.x.x.x.x.x.x.|x.xxx.x.x.xxx.x.",
                  "1..1..5.....3.5.|1...3.5.....1...|....1.1.3.5.....",
                  "....x.......x...|..x...x...x...x.|....x.x.....x.x.",
                  0.22),
              Kit.STUDIO,
              new Band(
                  List.of(Voice.FINGERED_BASS, Voice.SUB_BASS),
                  List.of(Voice.ORGAN, Voice.CLEAN_GUITAR),
                  List.of(Voice.ORGAN, Voice.BRASS, Voice.HARMONICA)),
              new Mix(-2, 0, -4, -7, 0.12, 0.3)),
          new Genre(
              "rock",
              List.of("metal", "blues", "country"),
              new Tempo(100, 150, 0.5),
              new Harmony(
                  PENTATONIC, "I5 bVII5 IV5 I5|I5 IV5 V5 IV5|i5 bVI5 bVII5 i5|I5 V5 IV5 I5"),
              new Patterns(
                  "x.......x.x.....|x.x.....x.......|x..x..x.x.......",
                  "....x.......x...",
                  "x.x.x.x.x.x.x.x.|o...o...o...o...",
                  "1.1.1.1.1.1.1.1.|1...1.1.1...1.5.",
                  "X...x.x.X...x.x.|x.x.x.x.x.x.x.x.|X.......X...X...",
                  0.4),
              Kit.HEAVY,
              new Band(
                  List.of(Voice.PICKED_BASS, Voice.FINGERED_BASS),
                  List.of(Voice.CRUNCH_GUITAR, Voice.FUZZ_GUITAR),
                  List.of(Voice.CRUNCH_GUITAR, Voice.FUZZ_LEAD, Voice.ORGAN)),
              new Mix(-2, -4, -1, -4, 0.12, 0)));

  static Genre genre(String name) {
    return GENRES.stream().filter(genre -> genre.name.equals(name)).findFirst().orElseThrow();
  }

  /** How a voice's wave comes about. */
  enum Source {
    /** Sum of all harmonics. */
    HARMONICS,
    /** Sum of the odd harmonics. */
    ODD_HARMONICS,
    /** Sawtooth through a low-pass that closes with the envelope. */
    SUBTRACTIVE,
    /** Frequency modulation of a sine by a sine. */
    FM,
    /** Plucked string after Karplus and Strong. */
    PLUCK
  }

  /** The instruments. */
  enum Voice {
    // source, colour, attack, decay, sustain, release, cutoff, drive, vibrato
    PIANO(Source.HARMONICS, 1.5, 0.003, 0.7, 0.0, 0.12, 5000, 0, 0),
    ELECTRIC_PIANO(Source.FM, 1.2, 0.004, 0.9, 0.1, 0.15, 4000, 0.3, 0),
    ORGAN(Source.ODD_HARMONICS, 1.3, 0.008, 0.1, 0.8, 0.05, 4500, 0.5, 12),
    STRINGS(Source.HARMONICS, 1.2, 0.090, 0.3, 0.8, 0.20, 4500, 0, 14),
    FIDDLE(Source.HARMONICS, 0.9, 0.040, 0.2, 0.8, 0.08, 6500, 0, 22),
    FLUTE(Source.HARMONICS, 2.6, 0.050, 0.2, 0.8, 0.10, 4000, 0, 18),
    HARMONICA(Source.ODD_HARMONICS, 0.9, 0.030, 0.2, 0.8, 0.06, 4500, 1.0, 25),
    SAXOPHONE(Source.HARMONICS, 0.9, 0.030, 0.2, 0.7, 0.08, 3200, 0.5, 20),
    BRASS(Source.SUBTRACTIVE, 5.0, 0.030, 0.2, 0.7, 0.08, 5500, 0.3, 10),
    CLEAN_GUITAR(Source.PLUCK, 0.6, 0.002, 1.2, 0.0, 0.05, 5000, 0.2, 0),
    STEEL_GUITAR(Source.PLUCK, 0.9, 0.002, 1.6, 0.0, 0.08, 8000, 0, 0),
    NYLON_GUITAR(Source.PLUCK, 0.4, 0.003, 1.4, 0.0, 0.10, 4500, 0, 0),
    TWANG_GUITAR(Source.PLUCK, 1.0, 0.001, 1.0, 0.0, 0.06, 8500, 0.8, 0),
    CRUNCH_GUITAR(Source.PLUCK, 0.8, 0.002, 2.0, 0.0, 0.05, 4800, 5.0, 0),
    FUZZ_GUITAR(Source.SUBTRACTIVE, 7.0, 0.002, 1.2, 0.4, 0.03, 5200, 18.0, 0),
    FUZZ_LEAD(Source.SUBTRACTIVE, 6.0, 0.005, 1.0, 0.6, 0.05, 5500, 12.0, 25),
    SYNTH_LEAD(Source.SUBTRACTIVE, 5.0, 0.006, 0.3, 0.6, 0.08, 8000, 0.2, 10),
    PAD(Source.SUBTRACTIVE, 2.5, 0.120, 0.8, 0.7, 0.30, 6000, 0, 6),
    BELL(Source.FM, 2.5, 0.002, 0.8, 0.0, 0.20, 9000, 0, 0),
    UPRIGHT_BASS(Source.PLUCK, 0.3, 0.004, 0.9, 0.0, 0.06, 1600, 0, 0),
    FINGERED_BASS(Source.PLUCK, 0.5, 0.003, 1.4, 0.0, 0.04, 2200, 0.3, 0),
    PICKED_BASS(Source.PLUCK, 0.9, 0.002, 1.4, 0.0, 0.03, 3500, 1.5, 0),
    SYNTH_BASS(Source.SUBTRACTIVE, 3.0, 0.004, 0.3, 0.5, 0.03, 3000, 0.5, 0),
    SUB_BASS(Source.HARMONICS, 3.0, 0.003, 1.2, 0.0, 0.05, 900, 0.8, 0);

    final Source source;
    final double colour; // roll-off exponent, filter's reach in harmonics, FM index or pluck
    final double attack; // seconds
    final double decay; // seconds to 1/e
    final double sustain; // share
    final double release; // seconds
    final double cutoff; // Hz, of the whole part
    final double drive; // distortion: gain before the waveshaper, 0 none
    final double vibrato; // cents

    Voice(
        Source source,
        double colour,
        double attack,
        double decay,
        double sustain,
        double release,
        double cutoff,
        double drive,
        double vibrato) {
      this.source = source;
      this.colour = colour;
      this.attack = attack;
      this.decay = decay;
      this.sustain = sustain;
      this.release = release;
      this.cutoff = cutoff;
      this.drive = drive;
      this.vibrato = vibrato;
    }
  }

  /** The drum kits: pitches in Hz, decays in seconds to 1/e. */
  enum Kit {
    // kick, its decay, snare, its decay, rattle, decay of the closed hat, low edge of the cymbals
    ACOUSTIC(62, 0.09, 190, 0.070, 0.6, 0.030, 5000),
    STUDIO(56, 0.10, 200, 0.090, 0.8, 0.035, 6000),
    MACHINE(46, 0.22, 180, 0.080, 0.9, 0.022, 7000),
    BRUSHES(70, 0.07, 210, 0.050, 1.2, 0.025, 4500),
    HEAVY(60, 0.06, 185, 0.110, 1.0, 0.050, 4800);

    final double kick;
    final double kickDecay;
    final double snare;
    final double snareDecay;
    final double rattle; // noise beside the snare's tone
    final double hatDecay;
    final double edge; // Hz above which the cymbals lie

    Kit(
        double kick,
        double kickDecay,
        double snare,
        double snareDecay,
        double rattle,
        double hatDecay,
        double edge) {
      this.kick = kick;
      this.kickDecay = kickDecay;
      this.snare = snare;
      this.snareDecay = snareDecay;
      this.rattle = rattle;
      this.hatDecay = hatDecay;
      this.edge = edge;
    }
  }

  // ---- The artist ------------------------------------------------------------------------------

  /**
   * What the tracks of one artist share.
   *
   * @param tuning cents from 440 Hz
   * @param brightness factor on every cutoff
   * @param tilt dB above 1 kHz
   * @param bandwidth Hz
   * @param noise dB below the music
   * @param room factor on the genre's
   * @param looseness seconds by which notes come early or late
   * @param drive factor on the voices'
   * @param drums factor on the kit's pitches and decays
   */
  record Style(
      Voice bass,
      Voice chords,
      Voice lead,
      Kit kit,
      double tuning,
      double brightness,
      double tilt,
      double bandwidth,
      double noise,
      double room,
      double looseness,
      double drive,
      double drums) {

    static Style draw(Genre genre, Random random) {
      return new Style(
          pick(genre.band.bass, random),
          pick(genre.band.chords, random),
          pick(genre.band.lead, random),
          genre.kit,
          between(-40, 40, random),
          ratio(1.5, random),
          between(-5, 5, random),
          6500 * ratio(1.5, random),
          between(-56, -34, random),
          ratio(2, random),
          between(0.001, 0.012, random),
          ratio(2, random),
          ratio(1.25, random));
    }

    /** The style on one track: a little off, and sometimes with a neighbour's voices or kit. */
    Style onTrack(Genre genre, Genre neighbour, Random random) {
      boolean borrowsChords = random.nextDouble() < 0.2;
      boolean borrowsLead = random.nextDouble() < 0.2;
      boolean borrowsKit = random.nextDouble() < 0.2;
      return new Style(
          bass,
          borrowsChords ? pick(neighbour.band.chords, random) : chords,
          borrowsLead ? pick(neighbour.band.lead, random) : lead,
          borrowsKit ? neighbour.kit : kit,
          tuning,
          brightness * ratio(1.2, random),
          tilt + between(-2, 2, random),
          bandwidth * ratio(1.15, random),
          noise + between(-3, 3, random),
          room,
          looseness,
          drive * ratio(1.3, random),
          drums * ratio(1.05, random));
    }
  }

  private static double between(double low, double high, Random random) {
    return low + (high - low) * random.nextDouble();
  }

  /** A factor between 1/most and most. */
  private static double ratio(double most, Random random) {
    return StrictMath.pow(most, between(-1, 1, random));
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get((int) (random.nextDouble() * choices.size()));
  }

  private static String pick(String alternatives, Random random) {
    return pick(List.of(alternatives.split("\\|")), random);
  }

  // ---- The track -------------------------------------------------------------------------------

  /** A stretch of a track, with each part's level. */
  enum Section {
    INTRO(2, 0.4, 0.0, 1.0, 0.0),
    VERSE(4, 0.8, 1.0, 0.7, 0.5),
    CHORUS(4, 1.0, 1.0, 1.0, 1.0),
    BREAK(2, 0.0, 0.8, 1.0, 0.6);

    final int bars;
    final double drums;
    final double bass;
    final double chords;
    final double lead;

    Section(int bars, double drums, double bass, double chords, double lead) {
      this.bars = bars;
      this.drums = drums;
      this.bass = bass;
      this.chords = chords;
      this.lead = lead;
    }
  }

  private static final List<List<Section>> FORMS =
      List.of(
          List.of(Section.INTRO, Section.VERSE, Section.CHORUS),
          List.of(Section.VERSE, Section.CHORUS, Section.VERSE, Section.BREAK, Section.CHORUS),
          List.of(Section.CHORUS, Section.BREAK, Section.VERSE),
          List.of(Section.BREAK, Section.CHORUS, Section.VERSE, Section.CHORUS));

  /**
   * @param start seconds
   * @param last whether its section ends with it: room for a fill
   */
  private record Bar(double start, Section section, Chord chord, boolean last) {}

  /**
   * @param root semitones above the key
   * @param tones semitones above the root
   */
  private record Chord(int root, int[] tones) {
    private static final List<String> NUMERALS = List.of("I", "II", "III", "IV", "V", "VI", "VII");

    static Chord parse(String text) {
      boolean flat = text.startsWith("b");
      String numeral = text.replaceAll("[^IViv]", "");
      boolean minor = numeral.equals(numeral.toLowerCase(Locale.ROOT));
      int degree = NUMERALS.indexOf(numeral.toUpperCase(Locale.ROOT));
      int third = minor ? 3 : 4;
      int[] tones =
          text.endsWith("5")
              ? new int[] {0, 7, 12}
              : text.endsWith("M7")
                  ? new int[] {0, third, 7, 11}
                  : text.endsWith("7") ? new int[] {0, third, 7, 10} : new int[] {0, third, 7};
      return new Chord(MAJOR[degree] - (flat ? 1 : 0), tones);
    }

    /** The tone a bass pattern's degree means, in semitones above the root. */
    int degree(char degree) {
      return switch (degree) {
        case '3' -> tones.length > 2 && tones[1] < 7 ? tones[1] : 7;
        case '5' -> 7;
        case '6' -> 9;
        case '8' -> 12;
        default -> 0;
      };
    }
  }

  /** The recording of one track: its parts one after another, then the mix. */
  private static final class Session {
    private final Genre genre;
    private final Style style;
    private final Patterns patterns;
    private final Random random;
    private final double beat; // seconds
    private final int key; // semitones above C
    private final List<Bar> bars;
    private final float[] part;
    private final float[] mix;

    Session(Genre genre, Style artist, int seconds, Random random) {
      Genre neighbour = genre(pick(genre.neighbours, random));
      this.genre = genre;
      this.random = random;
      style = artist.onTrack(genre, neighbour, random);
      patterns = draw(genre.patterns, random.nextDouble() < 0.2 ? neighbour.patterns : null);
      beat = 60 / between(genre.tempo.slowest, genre.tempo.fastest, random);
      key = random.nextInt(12) - 6;
      part = new float[seconds * RATE];
      mix = new float[seconds * RATE];
      bars = compose(seconds);
    }

    /** One alternative of each pattern; the drums' are a neighbour's where it is given. */
    private Patterns draw(Patterns own, Patterns borrowed) {
      Patterns drums = borrowed == null ? own : borrowed;
      return new Patterns(
          pick(drums.kick, random),
          pick(drums.snare, random),
          pick(drums.hat, random),
          pick(own.bass, random),
          pick(own.chords, random),
          own.lead * between(0.7, 1.3, random));
    }

    private List<Bar> compose(int seconds) {
      List<Chord> chords =
          Stream.of(pick(genre.harmony.chords, random).split(" ")).map(Chord::parse).toList();
      List<Section> form = pick(FORMS, random);
      var composed = new ArrayList<Bar>();
      double start = between(0, 0.15, random);
      for (int s = 0; start < seconds; s++) {
        Section section = form.get(s % form.size());
        for (int b = 0; b < section.bars; b++) {
          Chord chord = chords.get(composed.size() % chords.size());
          composed.add(new Bar(start, section, chord, b == section.bars - 1));
          start += 4 * beat;
        }
      }
      return composed;
    }

    Audio record() {
      Mix levels = genre.mix;
      playDrums();
      mixIn(levels.drums, 12000, 0);
      playBass();
      mixIn(levels.bass, style.bass.cutoff, style.bass.drive);
      playChords();
      mixIn(levels.chords, style.chords.cutoff, style.chords.drive);
      playLead();
      mixIn(levels.lead, style.lead.cutoff, style.lead.drive);
      master();
      return new Audio(mix, RATE);
    }

    // -- parts --

    private void playDrums() {
      float[] kick = kick();
      float[] snare = snare(style.kit.rattle);
      float[] rim = snare(0.1);
      float[] closed = cymbal(style.kit.hatDecay, 0.35);
      float[] open = cymbal(style.kit.hatDecay * 6, 0.35);
      float[] ride = cymbal(0.22, 0.22);
      for (Bar bar : bars) {
        double level = bar.section.drums;
        for (int step = 0; step < STEPS; step++) {
          double time = time(bar, step);
          boolean fill = bar.last && step >= 12;
          double accent = step % 4 == 0 ? 1 : 0.75;
          if (patterns.kick.charAt(step) == 'x' && !fill) {
            add(kick, time, level * velocity());
          }
          // no fills where the snare is not struck anyway
          boolean rolls = fill && patterns.snare.indexOf('x') >= 0;
          char stroke = rolls ? 'x' : patterns.snare.charAt(step);
          switch (stroke) {
            case 'x' -> add(snare, time, level * velocity());
            case 'r' -> add(rim, time, level * velocity());
            case 'g' -> add(snare, time, 0.25 * level * velocity());
            default -> {}
          }
          switch (patterns.hat.charAt(step)) {
            case 'x' -> add(closed, time, level * accent * velocity());
            case 'o' -> add(open, time, level * velocity());
            case 'd' -> add(ride, time, level * accent * velocity());
            default -> {}
          }
        }
      }
    }

    private void playBass() {
      var tone = new Tone(style.bass);
      for (Bar bar : bars) {
        for (int step = 0; step < STEPS; step++) {
          char degree = patterns.bass.charAt(step);
          if (degree != '.' && bar.section.bass > 0) {
            int walk = bar.chord.tones[random.nextInt(bar.chord.tones.length)];
            int semitones = degree == 'w' && step > 0 ? walk : bar.chord.degree(degree);
            int root = 28 + Math.floorMod(key + bar.chord.root - 4, 12); // from the bass's low E
            double length = time(bar, next(patterns.bass, step)) - time(bar, step);
            play(tone, bar, step, length * 0.9, root + semitones, bar.section.bass);
          }
        }
      }
    }

    private void playChords() {
      var tone = new Tone(style.chords);
      for (Bar bar : bars) {
        int[] pitches = voicing(bar.chord);
        for (int step = 0; step < STEPS; step++) {
          char stroke = patterns.chords.charAt(step);
          double held = time(bar, next(patterns.chords, step)) - time(bar, step);
          if (stroke == 'x' || stroke == 'X') {
            double length = stroke == 'x' ? beat * 0.18 : held;
            for (int pitch : pitches) {
              play(tone, bar, step, length, pitch, bar.section.chords);
            }
          } else if (stroke != '.') {
            int place = stroke - '1';
            int pitch = pitches[place % pitches.length] + 12 * (place / pitches.length);
            play(tone, bar, step, held * 1.5, pitch, bar.section.chords);
          }
        }
      }
    }

    /** The chord's tones near middle C; power chords keep their order. */
    private int[] voicing(Chord chord) {
      boolean power = chord.tones[chord.tones.length - 1] == 12;
      int root = key + chord.root;
      return power
          ? Arrays.stream(chord.tones).map(t -> 40 + Math.floorMod(root, 12) + t).toArray()
          : Arrays.stream(chord.tones)
              .map(t -> 54 + Math.floorMod(root + t, 12))
              .sorted()
              .toArray();
    }

    /** A motif of two bars that comes again and again, with some notes changed each time. */
    private void playLead() {
      var tone = new Tone(style.lead);
      int[] scale = genre.harmony.scale;
      int[] motif = new int[2 * STEPS];
      int place = scale.length / 2;
      for (int step = 0; step < motif.length; step++) {
        place = Math.max(-2, Math.min(scale.length + 3, place + random.nextInt(5) - 2));
        boolean plays = step % 2 == 0 && random.nextDouble() < patterns.lead;
        motif[step] = plays ? place : Integer.MIN_VALUE;
      }
      for (int b = 0; b < bars.size(); b++) {
        Bar bar = bars.get(b);
        for (int step = 0; step < STEPS; step++) {
          int degree = motif[b % 2 * STEPS + step];
          boolean varied = random.nextDouble() < 0.15;
          boolean rests = random.nextDouble() > 0.4 + 0.6 * bar.section.lead;
          if (degree != Integer.MIN_VALUE && !rests && bar.section.lead > 0) {
            int d = degree + (varied ? 1 : 0);
            int pitch =
                66
                    + key
                    + scale[Math.floorMod(d, scale.length)]
                    + 12 * Math.floorDiv(d, scale.length);
            double length = beat * (varied ? 0.4 : 0.7);
            play(tone, bar, step, length, pitch, bar.section.lead);
          }
        }
      }
    }

    private static int next(String pattern, int step) {
      int next = step + 1;
      while (next < STEPS && pattern.charAt(next) == '.') {
        next++;
      }
      return next;
    }

    /** When a step sounds, in seconds: the second eighth of each beat swings. */
    private double time(Bar bar, int step) {
      double swing = genre.tempo.swing;
      int quarter = step % 4;
      double within = quarter <= 2 ? quarter * swing / 2 : swing + (quarter - 2) * (1 - swing) / 2;
      return bar.start + beat * (step / 4 + within);
    }

    private double velocity() {
      return between(0.75, 1, random);
    }

    private int sample(double time) {
      return (int) ((time + between(0, style.looseness, random)) * RATE);
    }

    private void add(float[] sound, double time, double level) {
      int from = sample(time);
      int n = Math.min(sound.length, part.length - from);
      for (int i = 0; i < n; i++) {
        part[from + i] += (float) (level * sound[i]);
      }
    }

    private void play(Tone tone, Bar bar, int step, double seconds, double pitch, double level) {
      double hz = 440 * StrictMath.pow(2, (pitch - 69 + style.tuning / 100) / 12);
      tone.play(part, sample(time(bar, step)), seconds, hz, level * velocity(), random);
    }

    // -- drums --

    private float[] kick() {
      double hz = style.kit.kick * style.drums;
      double decay = style.kit.kickDecay * style.drums;
      float[] sound = new float[(int) (6 * decay * RATE)];
      double phase = 0;
      double level = 1;
      double sweep = 1;
      for (int i = 0; i < sound.length; i++) {
        sound[i] = (float) (1.2 * level * sine(phase)) + (float) (0.25 * sweep * sweep * noise(i));
        phase += hz * (1 + 4 * sweep) / RATE;
        level *= 1 - 1 / (decay * RATE);
        sweep *= 1 - 1 / (0.012 * RATE);
      }
      return sound;
    }

    private float[] snare(double rattle) {
      double hz = style.kit.snare * style.drums;
      double decay = style.kit.snareDecay * style.drums;
      int grain = random.nextInt(NOISE.length);
      float[] sound = new float[(int) (6 * decay * RATE)];
      double level = 1;
      for (int i = 0; i < sound.length; i++) {
        double tone = sine(i * hz / RATE) + 0.6 * sine(i * 1.6 * hz / RATE);
        sound[i] = (float) (level * (0.4 * level * tone + 0.6 * rattle * noise(grain + i)));
        level *= 1 - 1 / (decay * RATE);
      }
      return sound;
    }

    private float[] cymbal(double decay, double level) {
      int grain = random.nextInt(NOISE.length);
      float[] sound = new float[(int) (5 * decay * RATE)];
      double fade = 1;
      for (int i = 0; i < sound.length; i++) {
        sound[i] = (float) (2 * level * fade * noise(grain + i));
        fade *= 1 - 1 / (decay * RATE);
      }
      float[] low = sound.clone();
      lowPass(low, style.kit.edge * style.drums);
      for (int i = 0; i < sound.length; i++) {
        sound[i] -= low[i];
      }
      return sound;
    }

    // -- mix --

    /** Distorts and filters the part, adds it to the mix at a level, and clears it. */
    private void mixIn(double level, double cutoff, double drive) {
      double power = rms(part);
      if (power > 0) {
        if (drive > 0) {
          double gain = drive * style.drive / power * 0.5;
          for (int i = 0; i < part.length; i++) {
            part[i] = (float) saturate(part[i] * gain);
          }
        }
        lowPass(part, cutoff * style.brightness);
        double gain = decibels(level + between(-2.5, 2.5, random)) / rms(part);
        for (int i = 0; i < part.length; i++) {
          mix[i] += (float) (gain * part[i]);
        }
      }
      Arrays.fill(part, 0);
    }

    /** Echo, room, equalisation, noise floor, level. */
    private void master() {
      repeat((int) (0.75 * beat * RATE), genre.mix.echo);
      double room = Math.min(0.5, genre.mix.room * style.room);
      for (double delay : new double[] {0.0297, 0.0371, 0.0411}) {
        repeat((int) (delay * RATE), room);
      }
      System.arraycopy(mix, 0, part, 0, mix.length);
      lowPass(part, 1000);
      double high = decibels(style.tilt);
      for (int i = 0; i < mix.length; i++) {
        mix[i] = (float) (part[i] + high * (mix[i] - part[i]));
      }
      lowPass(mix, style.bandwidth);
      double floor = rms(mix) * decibels(style.noise);
      int grain = random.nextInt(NOISE.length);
      double peak = 0;
      for (int i = 0; i < mix.length; i++) {
        mix[i] += (float) (floor * noise(grain + i));
        peak = Math.max(peak, Math.abs(mix[i]));
      }
      double gain = between(0.5, 0.95, random) / peak;
      for (int i = 0; i < mix.length; i++) {
        mix[i] *= (float) gain;
      }
    }

    private void repeat(int delay, double share) {
      for (int i = delay; i < mix.length; i++) {
        mix[i] += (float) (share * mix[i - delay]);
      }
    }
  }

  // ---- The sound -------------------------------------------------------------------------------

  private static final int TABLE = 2048;
  private static final int MOST_HARMONICS = 40;
  private static final float[] SINE = new float[TABLE + 1];
  private static final float[] NOISE = new float[1 << 17];

  static {
    for (int i = 0; i <= TABLE; i++) {
      SINE[i] = (float) StrictMath.sin(2 * Math.PI * i / TABLE);
    }
    var random = new Random(0);
    for (int i = 0; i < NOISE.length; i++) {
      NOISE[i] = 2 * random.nextFloat() - 1;
    }
  }

  /** A voice that plays notes; keeps the wave tables it has worked out. */
  static final class Tone {
    private final Voice voice;
    private final float[][] tables = new float[MOST_HARMONICS + 1][];

    Tone(Voice voice) {
      this.voice = voice;
    }

    /**
     * Adds one note to a part.
     *
     * @param start sample at which it begins
     * @param seconds until it is released
     * @param velocity its amplitude, 1 being full
     */
    void play(float[] part, int start, double seconds, double hz, double velocity, Random random) {
      int held = (int) (seconds * RATE);
      int length = Math.min(held + (int) (4 * voice.release * RATE), part.length - start);
      if (length <= 0) {
        return;
      }
      float[] string = voice.source == Source.PLUCK ? pluck(hz, random) : null;
      float[] table = string == null ? table(hz) : null;
      double stringDecay = StrictMath.exp(-1 / (hz * voice.decay));
      double rise = 1 / (voice.attack * RATE);
      double fall = 1 - 1 / (voice.decay * RATE);
      double release = 1 - 1 / (voice.release * RATE);
      double step = hz / RATE;
      double phase = 0;
      double lfo = random.nextDouble();
      double level = 0;
      double envelope = 1 - voice.sustain;
      double end = 1;
      double low = 0;
      double fraction = string == null ? 0 : RATE / hz + 0.5 - string.length;
      double allPass = (1 - fraction) / (1 + fraction);
      double previous = 0;
      double delayed = 0;
      int place = 0;
      for (int i = 0; i < length; i++) {
        level = Math.min(1, level + rise);
        envelope *= fall;
        if (i >= held) {
          end *= release;
        }
        double amplitude = velocity * level * end;
        double value;
        if (string != null) {
          int next = place + 1 == string.length ? 0 : place + 1;
          value = string[place];
          double average = stringDecay * 0.5 * (value + string[next]);
          // an all-pass gives the string the fraction of a sample it is too short
          delayed = allPass * (average - delayed) + previous;
          previous = average;
          string[place] = (float) delayed;
          place = next;
        } else {
          double body = voice.sustain + envelope;
          amplitude *= body;
          value =
              voice.source == Source.FM
                  ? sine(phase + 1 + 0.16 * voice.colour * body * sine(2 * phase))
                  : wave(table, phase);
          if (voice.source == Source.SUBTRACTIVE) {
            double reach = Math.min(0.9, 6.28 * step * (1 + voice.colour * body));
            low += reach * (value - low);
            value = low;
          }
          if ((i & 31) == 0 && voice.vibrato > 0) {
            lfo += 32 * 5.5 / RATE;
            step = hz / RATE * (1 + voice.vibrato * 0.000578 * sine(lfo));
          }
          phase += step;
          phase -= phase >= 1 ? 1 : 0;
        }
        part[start + i] += (float) (amplitude * value);
      }
    }

    /** A string's first period: noise, the duller the smaller the voice's colour. */
    private float[] pluck(double hz, Random random) {
      float[] string = new float[Math.max(2, (int) (RATE / hz + 0.4))];
      int grain = random.nextInt(NOISE.length);
      double value = 0;
      for (int i = 0; i < string.length; i++) {
        value += voice.colour * (noise(grain + i) - value);
        string[i] = (float) value;
      }
      return string;
    }

    /** One period with as many harmonics as fit below 0.45 of the rate. */
    private float[] table(double hz) {
      int fitting = (int) Math.max(1, Math.min(MOST_HARMONICS, 0.45 * RATE / hz));
      if (tables[fitting] == null) {
        double rolloff = voice.source == Source.SUBTRACTIVE ? 1 : voice.colour;
        float[] table = new float[TABLE + 1];
        int stride = voice.source == Source.ODD_HARMONICS ? 2 : 1;
        for (int h = 1; h <= fitting; h += stride) {
          double amplitude = StrictMath.pow(h, -rolloff);
          for (int i = 0; i <= TABLE; i++) {
            table[i] += (float) (amplitude * SINE[i * h % TABLE]);
          }
        }
        tables[fitting] = table;
      }
      return tables[fitting];
    }
  }

  /** Sine of a phase in periods, not negative. */
  private static double sine(double phase) {
    return wave(SINE, phase - (long) phase);
  }

  private static double wave(float[] table, double phase) {
    double place = phase * TABLE;
    int i = (int) place;
    return table[i] + (place - i) * (table[i + 1] - table[i]);
  }

  private static double noise(int i) {
    return NOISE[i & (NOISE.length - 1)];
  }

  private static double saturate(double x) {
    return x / (1 + Math.abs(x));
  }

  private static double decibels(double level) {
    return StrictMath.pow(10, level / 20);
  }

  private static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return Math.sqrt(sum / samples.length);
  }

  /** Two one-pole low-passes in a row, 12 dB an octave. */
  private static void lowPass(float[] samples, double hz) {
    double a = 1 - StrictMath.exp(-2 * Math.PI * hz / RATE);
    double first = 0;
    double second = 0;
    for (int i = 0; i < samples.length; i++) {
      first += a * (samples[i] - first);
      second += a * (first - second);
      samples[i] = (float) second;
    }
  }
}
