///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests MFCCs and log-mel spectra against librosa, and the stage.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Mfcc.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/audio/Resampling.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/features/Mel.java
//SOURCES ../../lib/features/SegmentFeatures.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/demo/Genres.java
//SOURCES ../../lib/demo/SyntheticTrack.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.audio.Audio;
import genrelab.audio.Resampling;
import genrelab.demo.Genres;
import genrelab.demo.SyntheticTrack;
import genrelab.features.Features;
import genrelab.features.Mel;
import genrelab.features.SegmentFeatures;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MFCCs are librosa's; the stage computes them for the samples that the manifest names. */
class MfccTest {
  /** What environment/golden-mfcc.py wrote. */
  private static final Path GOLDEN =
      Path.of(System.getenv("GENRELAB_HOME"), "data", "golden", "mfcc-librosa.json");

  private static final int RATE = 22050;
  private static final int SAMPLES = 3 * RATE;

  @TempDir Path folder;
  private Path manifest;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void namePaths() {
    manifest = folder.resolve("segments.json");
    out = folder.resolve("mfcc.json");
  }

  private int mfcc(String... more) {
    List<String> args = new ArrayList<>(List.of("--segments", manifest.toString()));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Mfcc(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  private void assertFails(int exit, int got, String... said) {
    assertEquals(exit, got, stderr);
    assertEquals(1, stderr.lines().filter(l -> !l.startsWith("mfcc  ")).count(), stderr);
    for (String words : said) {
      assertTrue(stderr.contains(words), stderr);
    }
    assertFalse(Files.exists(out));
    assertFalse(Files.exists(folder.resolve("mfcc.json.part")));
  }

  // --- librosa -----------------------------------------------------------------------------------

  private static float[] samples(int count, IntToDoubleFunction value) {
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (float) value.applyAsDouble(i);
    }
    return samples;
  }

  private static IntToDoubleFunction noise() {
    long[] state = {1};
    return i -> {
      state[0] = (state[0] * 1664525 + 1013904223) % (1L << 32);
      return (state[0] / (double) (1L << 32) - 0.5) * 0.5;
    };
  }

  /** A sine of amplitude 1. */
  private static double tone(double hz, double t) {
    return Math.sin(2 * Math.PI * hz * t);
  }

  /** The signals of environment/golden-mfcc.py, by the same formulas. */
  private static float[] signal(String name) {
    return switch (name) {
      case "chirp" ->
          samples(
              SAMPLES,
              i -> {
                double t = (double) i / RATE;
                return 0.5 * Math.sin(2 * Math.PI * (50 * t + 10000.0 / (2 * 3) * t * t));
              });
      case "noise" -> samples(SAMPLES, noise());
      case "chord" ->
          samples(
              SAMPLES,
              i -> {
                double t = (double) i / RATE;
                return 0.25 * (tone(220, t) + tone(275, t) + tone(330, t)) * Math.pow(10, -2 * t);
              });
      case "silence" -> new float[SAMPLES];
      case "clipped" ->
          samples(SAMPLES, i -> Math.max(-1, Math.min(1, 3 * tone(440, (double) i / RATE))));
      case "offset" -> samples(SAMPLES, i -> 0.5 + 0.01 * tone(1000, (double) i / RATE));
      case "short" -> samples(700, noise());
      case "swells" -> swells();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** At 44.1 kHz. */
  private static float[] swells() {
    IntToDoubleFunction noise = noise();
    return samples(
        2 * SAMPLES,
        i -> {
          double t = i / (2.0 * RATE);
          double sound = 0.1 * noise.applyAsDouble(i);
          for (int p = 0; p < 40; p++) {
            double swell = Math.pow(Math.sin(Math.PI * (0.3 + 0.05 * p) * t + p), 2);
            double hz = 60 * Math.pow(16000 / 60.0, p / 39.0);
            sound += 0.04 / (1 + p % 7) * swell * tone(hz, t);
          }
          return sound;
        });
  }

  /** The clip of the demo corpus that the script had, rendered by today's demo. */
  private float[] demoClip(String sha256) throws Exception {
    Path wav = folder.resolve("demo/jazz.00000.wav");
    new SyntheticTrack(Genres.named("jazz"), 0).render(3, 1).writeWav(wav);
    assertEquals(
        sha256, Store.sha256(wav), "the demo corpus has changed: run environment/golden-mfcc.py");
    return Audio.read(wav).samples();
  }

  private static JsonNode golden() throws IOException {
    JsonNode golden = Store.JSON.readTree(GOLDEN.toFile());
    assertEquals("0.11.0", golden.get("librosa").asText());
    return golden;
  }

  static List<String> cases() throws IOException {
    List<String> cases = new ArrayList<>();
    golden()
        .get("cases")
        .forEach(
            one ->
                cases.add(
                    "%d: %s, %s, %s / %s, %s mels, %s"
                        .formatted(
                            cases.size(),
                            one.get("signal").asText(),
                            one.get("window").asText(),
                            one.get("nFft"),
                            one.get("hop"),
                            one.get("mels"),
                            one.get("centre").asBoolean() ? "centred" : "not centred")));
    return cases;
  }

  /**
   * A tenth of what would do (0.01 dB and 0.05); what is left is the rounding of the reference
   * values and of a float's last digits.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void logMelMfccsAndDeltasAreLibrosas(String name) throws Exception {
    JsonNode golden = golden();
    JsonNode expected = golden.get("cases").get(Integer.parseInt(name.split(":")[0]));
    String signal = expected.get("signal").asText();
    float[] samples =
        signal.equals("demo") ? demoClip(golden.get("demoSha256").asText()) : signal(signal);
    int mels = expected.get("mels").asInt();
    Mel mel =
        new Mel(
            golden.get("rate").asInt(),
            expected.get("nFft").asInt(),
            expected.get("hop").asInt(),
            mels,
            Mel.Window.valueOf(expected.get("window").asText()),
            expected.get("centre").asBoolean());
    int count = expected.get("count").asInt();

    float[] logMel = mel.logMel(samples);
    assertEquals(count * mels, logMel.length);
    int middle = expected.get("logmelFrame").asInt();
    double dB = furthest(expected.get("logmel"), logMel, middle * mels);
    float[] mfcc = mel.mfcc(samples, 13);
    assertEquals(count * 13, mfcc.length);
    double coefficient = 0;
    double delta = 0;
    for (int f = 0; f < expected.get("frames").size(); f++) {
      int frame = expected.get("frames").get(f).asInt();
      coefficient = Math.max(coefficient, furthest(expected.at("/mfcc/" + f), mfcc, frame * 13));
      if (expected.has("delta")) {
        float[] both = Mel.withDeltas(mfcc, 13);
        assertEquals(count * 26, both.length);
        assertArrayEquals(
            Arrays.copyOfRange(mfcc, frame * 13, (frame + 1) * 13),
            Arrays.copyOfRange(both, frame * 26, frame * 26 + 13));
        delta = Math.max(delta, furthest(expected.at("/delta/" + f), both, frame * 26 + 13));
      }
    }
    System.out.printf(
        "%s: log-mel within %.5f dB, MFCC %.5f, delta %.5f of librosa%n",
        name, dB, coefficient, delta);
    assertTrue(dB <= 0.001, "log-mel " + dB);
    assertTrue(coefficient <= 0.005, "MFCC " + coefficient);
    assertTrue(delta <= 0.001, "delta " + delta);
    assertEquals(count >= 9, expected.has("delta"));
  }

  private static double furthest(JsonNode expected, float[] values, int from) {
    assertTrue(expected.size() > 0, "no values");
    double furthest = 0;
    for (int i = 0; i < expected.size(); i++) {
      double difference = Math.abs(expected.get(i).asDouble(Double.NaN) - values[from + i]);
      assertTrue(Double.isFinite(difference), "place " + i);
      furthest = Math.max(furthest, difference);
    }
    return furthest;
  }

  private static double furthest(float[] a, float[] b) {
    double furthest = 0;
    for (int i = 0; i < a.length; i++) {
      furthest = Math.max(furthest, Math.abs(a[i] - b[i]));
    }
    return furthest;
  }

  /** By the filter of librosa's resampler, but not by its arithmetic. */
  @Test
  void resampledAudioGivesLibrosasMfccs() throws Exception {
    JsonNode expected = golden().get("resampled");
    float[] theirs = new float[130 * 13];
    for (int i = 0; i < theirs.length; i++) {
      theirs[i] = (float) expected.at("/mfcc/" + i / 13 + "/" + i % 13).asDouble(Double.NaN);
    }
    new Audio(signal(expected.get("signal").asText()), expected.get("from").asInt())
        .writeWav(folder.resolve("corpus/jazz/j.wav"));
    Store.writeRows(manifest, List.of(row("jazz", "j", 0, 2 * SAMPLES, 2 * RATE)));
    assertEquals(0, mfcc(), stderr);
    float[] ours = Features.read(out).values()[0];
    for (int c = 0; c < 13; c++) {
      double correlation = correlation(theirs, ours, c);
      System.out.printf("coefficient %d: correlation %.6f%n", c, correlation);
      assertTrue(correlation >= 0.999, "coefficient " + c + ": " + correlation);
    }
    double furthest = furthest(ours, theirs);
    assertTrue(furthest < 0.05, "furthest " + furthest);
  }

  @Test
  void deltasTakeNineFrames() {
    assertThrows(IllegalArgumentException.class, () -> Mel.withDeltas(new float[8 * 13], 13));
    float[] both = Mel.withDeltas(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, 1);
    for (int frame = 0; frame < 9; frame++) {
      assertEquals(frame, both[2 * frame]);
      assertEquals(1, both[2 * frame + 1], 1e-6, "the slope of a straight line");
    }
  }

  /** The windows' values are far enough apart for the test above to tell one from the other. */
  @Test
  void hannAndHammingDiffer() {
    float[] signal = signal("chirp");
    float[] hann = new Mel(RATE, 2048, 512, 128, Mel.Window.hann, true).mfcc(signal, 13);
    float[] hamming = new Mel(RATE, 2048, 512, 128, Mel.Window.hamming, true).mfcc(signal, 13);
    double furthest = 0;
    for (int i = 0; i < hann.length; i++) {
      furthest = Math.max(furthest, Math.abs(hann[i] - hamming[i]));
    }
    assertTrue(furthest > 1, "furthest " + furthest);
  }

  @ParameterizedTest
  @CsvSource({
    "66150, 2048, 512, true, 130", "66150, 2048, 512, false, 126", "66150, 2048, 1024, true, 65",
    "512, 2048, 512, true, 2", "2048, 2048, 512, false, 1", "2047, 2048, 512, false, 0"
  })
  void framesAreLibrosas(int samples, int nFft, int hop, boolean centre, int expected) {
    assertEquals(expected, Mel.frames(samples, nFft, hop, centre));
  }

  // --- the stage ---------------------------------------------------------------------------------

  /** A tone with a harmonic, in noise; another for each name. */
  private Path track(String name, int samples, int rate) {
    var random = new Random(name.hashCode());
    double hz = 100 + random.nextInt(900);
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      double t = (double) i / rate;
      values[i] =
          (float)
              (0.3 * Math.sin(2 * Math.PI * hz * t)
                  + 0.2 * Math.sin(6 * Math.PI * hz * t) * Math.sin(3 * t)
                  + 0.02 * random.nextGaussian());
    }
    Path file = folder.resolve("corpus").resolve(name);
    new Audio(values, rate).writeWav(file);
    return file;
  }

  private static Rows.Segment row(String genre, String track, int segment, int length, int rate) {
    String file = "corpus/%s/%s.wav".formatted(genre, track);
    long start = (long) segment * length;
    return new Rows.Segment(track, genre, "", segment, file, start, length, rate, "");
  }

  /** Two tracks of two segments, and a third of one. */
  private List<Rows.Segment> fiveSegments() {
    track("jazz/jazz.00000.wav", 2 * SAMPLES + 100, RATE);
    track("blues/blues.00000.wav", 2 * SAMPLES, RATE);
    track("blues/blues.00001.wav", SAMPLES, RATE);
    List<Rows.Segment> rows =
        List.of(
            row("jazz", "jazz.00000", 0, SAMPLES, RATE),
            row("jazz", "jazz.00000", 1, SAMPLES, RATE),
            row("blues", "blues.00000", 0, SAMPLES, RATE),
            row("blues", "blues.00000", 1, SAMPLES, RATE),
            row("blues", "blues.00001", 0, SAMPLES, RATE));
    Store.writeRows(manifest, rows);
    return rows;
  }

  @Test
  void valuesAreThoseOfTheManifestsSamples() throws Exception {
    List<Rows.Segment> rows = fiveSegments();
    assertEquals(0, mfcc(), stderr);

    Features features = Features.read(out);
    assertEquals(5, features.size());
    assertEquals("mfcc", features.key());
    assertEquals(130, features.frames());
    assertEquals(13, features.coefficients());
    assertEquals(List.of("blues", "jazz"), features.mapping());
    assertArrayEquals(new int[] {1, 1, 0, 0, 0}, features.labels());
    assertArrayEquals(new int[] {0, 1, 0, 1, 0}, features.segments());
    assertEquals(rows.stream().map(Rows.Segment::track).toList(), List.of(features.tracks()));
    Mel mel = new Mel(RATE, 2048, 512, 128, Mel.Window.hann, true);
    for (int i = 0; i < rows.size(); i++) {
      Audio audio = Audio.read(folder.resolve(rows.get(i).file()));
      float[] samples = audio.slice(rows.get(i).start(), SAMPLES).samples();
      assertArrayEquals(mel.mfcc(samples, 13), features.values()[i], "segment " + i);
    }
    assertEquals(
        "5 segments × 130 frames × 13 coefficients, librosa: " + out,
        stdout.lines().reduce((a, b) -> b).orElse(""));
  }

  @Test
  void optionsChangeTheShapeAndAreRecorded() throws Exception {
    fiveSegments();
    out = folder.resolve("mfcc.json.gz");
    assertEquals(
        0,
        mfcc(
            "--coefficients=20",
            "--n-fft=1024",
            "--hop=256",
            "--mels=64",
            "--window=hamming",
            "--no-centre"),
        stderr);
    Features features = Features.read(out);
    assertEquals(1 + (SAMPLES - 1024) / 256, features.frames());
    assertEquals(20, features.coefficients());
    assertEquals(
        Store.JSON.readTree(
            "{\"flavour\": \"librosa\", \"sampleRate\": 22050, \"nFft\": 1024, \"hop\": 256,"
                + "\"mels\": 64, \"coefficients\": 20, \"centre\": false, \"window\": \"hamming\","
                + "\"delta\": false, \"melScale\": \"slaney\", \"lowestHz\": 0.0,"
                + "\"highestHz\": 11025.0, \"spectrum\": \"power\", \"seconds\": 3.0}"),
        Store.JSON.readTree(features.params().toString()));
    Audio audio = Audio.read(folder.resolve("corpus/jazz/jazz.00000.wav")).slice(SAMPLES, SAMPLES);
    Mel mel = new Mel(RATE, 1024, 256, 64, Mel.Window.hamming, false);
    assertArrayEquals(mel.mfcc(audio.samples(), 20), features.values()[1]);
  }

  @Test
  void provenanceSaysWhetherTheAudioIsSynthetic() throws Exception {
    fiveSegments();
    assertEquals(0, mfcc(), stderr);
    JsonNode provenance = Features.readWithoutValues(out).provenance();
    assertFalse(provenance.get("synthetic").asBoolean(true));
    assertEquals(Store.sha256(manifest), provenance.at("/inputs/segments.json").asText());

    Files.writeString(folder.resolve("corpus/SYNTHETIC.md"), "synthetic");
    assertEquals(0, mfcc(), stderr);
    assertTrue(Features.readWithoutValues(out).provenance().get("synthetic").asBoolean());
  }

  @Test
  void tarsosOwnMfccsAreOthers() throws Exception {
    fiveSegments();
    assertEquals(0, mfcc(), stderr);
    float[][] librosas = Features.read(out).values();
    assertEquals(0, mfcc("--flavour", "tarsos"), stderr);
    Features features = Features.read(out);

    assertEquals(126, features.frames());
    assertEquals(13, features.coefficients());
    assertEquals("tarsos", features.params().get("flavour").asText());
    assertEquals("hamming", features.params().get("window").asText());
    assertEquals(30, features.params().get("mels").asInt());
    assertFalse(features.params().get("centre").asBoolean(true));
    assertEquals("htk", features.params().get("melScale").asText());
    assertEquals("magnitude", features.params().get("spectrum").asText());
    assertEquals(133.3334, features.params().get("lowestHz").asDouble(), 1e-4);
    assertEquals(11025, features.params().get("highestHz").asDouble());
    // frame 2 without padding begins where librosa's frame 4 does: at sample 1024
    double difference = 0;
    for (int c = 0; c < 13; c++) {
      float tarsos = features.values()[0][2 * 13 + c];
      difference = Math.max(difference, Math.abs(tarsos - librosas[0][4 * 13 + c]));
    }
    assertTrue(difference > 10, "difference " + difference);
    assertFalse(Arrays.equals(features.values()[0], features.values()[1]), "segments differ");
  }

  @Test
  void whatTarsosHasNotIsAUsageError() {
    fiveSegments();
    assertFails(2, mfcc("--flavour=tarsos", "--window=hann"), "--window", "hamming", "--help");
    assertFails(2, mfcc("--flavour=tarsos", "--centre"), "--centre", "--help");
    assertFails(2, mfcc("--flavour=tarsos", "--coefficients=31"), "--coefficients", "30");
    assertEquals(0, mfcc("--flavour=tarsos", "--window=hamming", "--no-centre"), stderr);
  }

  @ParameterizedTest
  @EnumSource(SegmentFeatures.Flavour.class)
  void deltasStandBehindTheCoefficients(SegmentFeatures.Flavour flavour) {
    fiveSegments();
    assertEquals(0, mfcc("--flavour=" + flavour), stderr);
    float[] plain = Features.read(out).values()[3];
    assertEquals(0, mfcc("--flavour=" + flavour, "--delta"), stderr);
    Features features = Features.read(out);
    assertEquals(26, features.coefficients());
    assertTrue(features.params().get("delta").asBoolean());
    assertEquals(9, features.params().get("deltaWidth").asInt());
    assertEquals(13, features.params().get("coefficients").asInt());
    assertArrayEquals(Mel.withDeltas(plain, 13), features.values()[3]);
    assertTrue(stdout.contains("26 coefficients and deltas"), stdout);
  }

  @Test
  void deltasOfTooFewFramesFail() {
    track("jazz/j.wav", SAMPLES, RATE);
    Store.writeRows(manifest, List.of(row("jazz", "j", 0, 8 * 512 - 1, RATE)));
    assertFails(1, mfcc("--delta"), "segments.json", "8 frames", "at least 4097 samples");
    Store.writeRows(manifest, List.of(row("jazz", "j", 0, 4097, RATE)));
    assertEquals(0, mfcc("--delta"), stderr);
    assertEquals(9, Features.read(out).frames());
  }

  @Test
  void threadsDoNotChangeTheBytes() throws Exception {
    fiveSegments();
    assertEquals(0, mfcc("--threads", "1"), stderr);
    byte[] one = Files.readAllBytes(out);
    assertEquals(0, mfcc("--threads", "4"), stderr);
    assertArrayEquals(one, Files.readAllBytes(out));
    assertEquals(0, mfcc(), stderr);
    assertArrayEquals(one, Files.readAllBytes(out));
  }

  /** A long track first: with several threads, those behind it are done before it. */
  @Test
  void rowsStandInTheManifestsOrderWhateverTheThreads() {
    var rows = new ArrayList<Rows.Segment>();
    track("jazz/long.wav", 20 * SAMPLES, RATE);
    for (int segment = 0; segment < 20; segment++) {
      rows.add(row("jazz", "long", segment, SAMPLES, RATE));
    }
    for (int t = 0; t < 12; t++) {
      track("blues/b%d.wav".formatted(t), SAMPLES, RATE);
      rows.add(row("blues", "b" + t, 0, SAMPLES, RATE));
    }
    Store.writeRows(manifest, rows);
    assertEquals(0, mfcc("--threads=1"), stderr);
    Features one = Features.read(out);
    assertEquals(0, mfcc("--threads=8"), stderr);
    Features eight = Features.read(out);
    assertEquals(rows.stream().map(Rows.Segment::track).toList(), List.of(eight.tracks()));
    assertArrayEquals(one.values(), eight.values());
    for (int i = 1; i < rows.size(); i++) {
      assertFalse(Arrays.equals(eight.values()[0], eight.values()[i]), "segment " + i + " is 0");
    }
  }

  /** Tracks are read piece by piece from their beginning, at another rate than their own. */
  @Test
  void segmentsOfATrackMayStandInAnyOrderAndOverlap() throws Exception {
    track("jazz/long.wav", 5 * SAMPLES, RATE);
    String file = "corpus/jazz/long.wav";
    var rows = new ArrayList<Rows.Segment>();
    for (long start : new long[] {3 * SAMPLES, 3 * SAMPLES + 100, 0, 4 * SAMPLES, 4 * SAMPLES, 7}) {
      rows.add(new Rows.Segment("long", "jazz", "", rows.size(), file, start, SAMPLES, RATE, ""));
    }
    Store.writeRows(manifest, rows);
    assertEquals(0, mfcc("--sample-rate=16000"), stderr);

    Audio whole = Audio.read(folder.resolve(file));
    float[] resampled = Resampling.resample(whole.samples(), RATE, 16000);
    Mel mel = new Mel(16000, 2048, 512, 128, Mel.Window.hann, true);
    Features features = Features.read(out);
    for (int i = 0; i < rows.size(); i++) {
      int start = (int) Math.round(rows.get(i).start() * 16000.0 / RATE);
      float[] samples = Arrays.copyOfRange(resampled, start, start + 3 * 16000);
      assertArrayEquals(mel.mfcc(samples, 13), features.values()[i], "segment " + i);
    }
  }

  /** A track that never comes: a named pipe that nobody writes to. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(600)
  void interruptedItLeavesNoHalfFile(boolean killed) throws Exception {
    List<Rows.Segment> rows = new ArrayList<>(fiveSegments());
    assertEquals(0, mfcc(), stderr);
    byte[] earlier = Files.readAllBytes(out);
    rows.add(row("jazz", "pipe", 0, SAMPLES, RATE));
    Store.writeRows(manifest, rows);
    String pipe = folder.resolve("corpus/jazz/pipe.wav").toString();
    assumeTrue(new ProcessBuilder("sh", "-c", "mkfifo '" + pipe + "'").start().waitFor() == 0);

    Process stage =
        new ProcessBuilder(
                System.getenv("GENRELAB_JBANG"),
                "mfcc",
                "--segments=" + manifest,
                "--out=" + out,
                "--threads=2")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Path part = folder.resolve("mfcc.json.part");
    try {
      while (!Files.exists(part)) {
        assertTrue(stage.isAlive(), () -> "it ended before: " + log());
        Thread.sleep(50);
      }
    } finally {
      if (killed) {
        stage.destroyForcibly();
      } else {
        stage.destroy();
      }
    }
    assertTrue(stage.waitFor() != 0);
    assertArrayEquals(earlier, Files.readAllBytes(out), "the earlier file is as it was");
    // nothing can tidy up behind a kill; the next run writes over what is left
    assertEquals(killed, Files.exists(part));
    Files.delete(Path.of(pipe));
    Store.writeRows(manifest, rows.subList(0, 5));
    Files.delete(out);
    assertEquals(0, mfcc(), stderr);
    assertArrayEquals(earlier, Files.readAllBytes(out));
    assertFalse(Files.exists(part));
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  @Test
  void silenceHasFiniteValues() {
    new Audio(new float[SAMPLES], RATE).writeWav(folder.resolve("corpus/jazz/s.wav"));
    Store.writeRows(manifest, List.of(row("jazz", "s", 0, SAMPLES, RATE)));
    assertEquals(0, mfcc(), stderr);
    float[] values = Features.read(out).values()[0];
    // −100 dB in each of 128 bands: the 0th coefficient of an orthonormal DCT is −100 √128
    assertEquals(-100 * Math.sqrt(128), values[0], 1e-2);
    assertEquals(0, values[1], 1e-3);
  }

  // --- other rates -------------------------------------------------------------------------------

  /** Sixty partials up to 10 kHz that swell at their own pace: broad, and the same at any rate. */
  private static double[] partials(int rate) {
    var random = new Random(5);
    double[] sound = new double[3 * rate];
    for (int p = 0; p < 60; p++) {
      double hz = 60 * Math.pow(10_000 / 60.0, random.nextDouble());
      double pace = 0.3 + 2 * random.nextDouble();
      double phase = 6 * random.nextDouble();
      double level = 0.2 / (1 + p % 7);
      for (int i = 0; i < sound.length; i++) {
        double t = (double) i / rate;
        double swell = Math.pow(Math.sin(Math.PI * pace * t + phase), 2);
        sound[i] += level * swell * Math.sin(2 * Math.PI * hz * t + phase) / 4;
      }
    }
    return sound;
  }

  /** Left and right differ by a tone that their mean does not hold. */
  private static void writeStereo(Path file, double[] sound, int rate) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(4 * sound.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < sound.length; i++) {
      double side = 0.1 * Math.sin(2 * Math.PI * 500 * i / rate);
      data.putShort((short) Math.round(32768 * (sound[i] + side)));
      data.putShort((short) Math.round(32768 * (sound[i] - side)));
    }
    var format = new AudioFormat(rate, 16, 2, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(data.array()), format, sound.length),
        AudioFileFormat.Type.WAVE,
        file.toFile());
  }

  @Test
  void stereoAtAnotherRateGivesTheSameMfccs() throws Exception {
    double[] original = partials(RATE);
    new Audio(samples(SAMPLES, i -> original[i]), RATE)
        .writeWav(folder.resolve("corpus/jazz/mono.wav"));
    writeStereo(folder.resolve("corpus/jazz/stereo.wav"), partials(44100), 44100);
    Store.writeRows(
        manifest,
        List.of(
            row("jazz", "mono", 0, SAMPLES, RATE), row("jazz", "stereo", 0, 2 * SAMPLES, 44100)));
    assertEquals(0, mfcc(), stderr);

    Features features = Features.read(out);
    assertEquals(130, features.frames());
    for (int c = 0; c < 13; c++) {
      double correlation = correlation(features.values()[0], features.values()[1], c);
      assertTrue(correlation >= 0.99, "coefficient " + c + ": " + correlation);
    }
  }

  private static double correlation(float[] a, float[] b, int coefficient) {
    int frames = a.length / 13;
    double meanA = 0;
    double meanB = 0;
    for (int f = 0; f < frames; f++) {
      meanA += a[f * 13 + coefficient] / frames;
      meanB += b[f * 13 + coefficient] / frames;
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int f = 0; f < frames; f++) {
      double da = a[f * 13 + coefficient] - meanA;
      double db = b[f * 13 + coefficient] - meanB;
      ab += da * db;
      aa += da * da;
      bb += db * db;
    }
    return ab / Math.sqrt(aa * bb);
  }

  // --- bad input ---------------------------------------------------------------------------------

  @Test
  void aFileThatChangedSinceItWasCutFails() throws Exception {
    fiveSegments();
    String name = "blues.00001.wav";
    track("blues/" + name, SAMPLES - 1, RATE);
    assertFails(1, mfcc(), name, "changed since it was cut", "run segment again");
    track("blues/" + name, 2 * SAMPLES, 44100);
    assertFails(1, mfcc(), name, "changed since it was cut");
    Files.writeString(folder.resolve("corpus/blues/" + name), "no audio");
    assertFails(1, mfcc(), name, "unreadable");
    Files.delete(folder.resolve("corpus/blues/" + name));
    assertFails(1, mfcc(), name, "no such file");
  }

  @Test
  void aFailureLeavesEarlierFeatures() throws Exception {
    fiveSegments();
    assertEquals(0, mfcc(), stderr);
    byte[] earlier = Files.readAllBytes(out);
    Files.writeString(folder.resolve("corpus/blues/blues.00001.wav"), "no audio");
    assertEquals(1, mfcc());
    assertArrayEquals(earlier, Files.readAllBytes(out));
    assertFalse(Files.exists(folder.resolve("mfcc.json.part")));
  }

  @Test
  void unequalSegmentsFail() {
    var rows = new ArrayList<>(fiveSegments());
    rows.set(3, row("blues", "blues.00000", 1, SAMPLES / 2, RATE));
    Store.writeRows(manifest, rows);
    assertFails(
        1,
        mfcc(),
        "segments.json",
        "segment 1 of blues.00000 makes 65 frames, the first 130",
        "cut equal segments");
  }

  @Test
  void segmentsUnderAFrameFail() {
    track("jazz/j.wav", SAMPLES, RATE);
    Store.writeRows(manifest, List.of(row("jazz", "j", 0, 2000, RATE)));
    assertFails(1, mfcc("--no-centre"), "segments.json", "0 frames", "at least 2048 samples");
    assertEquals(0, mfcc(), stderr);
    Store.writeRows(manifest, List.of(row("jazz", "j", 0, 700, RATE)));
    assertEquals(0, mfcc(), stderr);
    assertEquals(2, Features.read(out).frames());
  }

  @Test
  void manifestsThatAreNoneFail() throws Exception {
    assertFails(1, mfcc(), "segments.json", "no such file");
    Files.writeString(manifest, "[]");
    assertFails(1, mfcc(), "segments.json", "it lists no segments");
    Files.writeString(manifest, "[{\"track\": \"a\"");
    assertFails(1, mfcc(), "segments.json", "make it again");
  }

  @ParameterizedTest
  @CsvSource({
    "--n-fft, 1000",
    "--n-fft, 32",
    "--hop, 0",
    "--hop, 2049",
    "--mels, 0",
    "--mels, 1025",
    "--coefficients, 0",
    "--coefficients, 129",
    "--sample-rate, 999",
    "--threads, 0",
    "--threads, 1025",
    "--window, blackman",
    "--flavour, essentia"
  })
  void optionsOutOfRangeAreAUsageError(String option, String value) {
    fiveSegments();
    assertFails(2, mfcc(option, value), option, "--help");
  }
}
