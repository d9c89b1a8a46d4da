///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests MFCCs and log-mel spectra against librosa, and the stage.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Mfcc.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.Audio;
import genrelab.Features;
import genrelab.Mel;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var capturedOut = new ByteArrayOutputStream();
    var capturedErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
    try {
      return Stage.run(new Mfcc(), args.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      stdout = capturedOut.toString(StandardCharsets.UTF_8);
      stderr = capturedErr.toString(StandardCharsets.UTF_8);
    }
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

  private static float[] samples(IntToDoubleFunction value) {
    float[] samples = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      samples[i] = (float) value.applyAsDouble(i);
    }
    return samples;
  }

  /** The signals of environment/golden-mfcc.py, by the same formulas. */
  private static float[] signal(String name) {
    long[] state = {1};
    return switch (name) {
      case "chirp" ->
          samples(
              i -> {
                double t = (double) i / RATE;
                return 0.5 * Math.sin(2 * Math.PI * (50 * t + 10000.0 / (2 * 3) * t * t));
              });
      case "noise" ->
          samples(
              i -> {
                state[0] = (state[0] * 1664525 + 1013904223) % (1L << 32);
                return (state[0] / (double) (1L << 32) - 0.5) * 0.5;
              });
      case "chord" ->
          samples(
              i -> {
                double t = (double) i / RATE;
                double tones =
                    Math.sin(2 * Math.PI * 220 * t)
                        + Math.sin(2 * Math.PI * 275 * t)
                        + Math.sin(2 * Math.PI * 330 * t);
                return 0.25 * tones * Math.pow(10, -2 * t);
              });
      case "silence" -> new float[SAMPLES];
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "chirp, hann", "chirp, hamming", "noise, hann", "noise, hamming",
    "chord, hann", "chord, hamming", "silence, hann", "silence, hamming"
  })
  void mfccsAndLogMelAreLibrosas(String name, Mel.Window window) throws Exception {
    JsonNode golden = Store.JSON.readTree(GOLDEN.toFile());
    assertEquals("0.11.0", golden.get("librosa").asText());
    JsonNode expected = golden.at("/signals/" + name + "/" + window);
    float[] signal = signal(name);
    Mel mel = new Mel(RATE, 2048, 512, 128, window, true);

    float[] mfcc = mel.mfcc(signal, 13);
    assertEquals(130 * 13, mfcc.length);
    double furthest = 0;
    for (int f = 0; f < golden.get("frames").size(); f++) {
      int frame = golden.get("frames").get(f).asInt();
      for (int c = 0; c < 13; c++) {
        double value = expected.at("/mfcc/" + f + "/" + c).asDouble(Double.NaN);
        assertEquals(value, mfcc[frame * 13 + c], 0.05, "frame " + frame + ", coefficient " + c);
        furthest = Math.max(furthest, Math.abs(value - mfcc[frame * 13 + c]));
      }
    }

    float[] logMel = mel.logMel(signal);
    assertEquals(130 * 128, logMel.length);
    int frame = golden.get("logmelFrame").asInt();
    double furthestDb = 0;
    for (int m = 0; m < 128; m++) {
      double value = expected.at("/logmel/" + m).asDouble(Double.NaN);
      assertEquals(value, logMel[frame * 128 + m], 0.01, "dB of band " + m);
      furthestDb = Math.max(furthestDb, Math.abs(value - logMel[frame * 128 + m]));
    }
    System.out.printf(
        "%s, %s: MFCC within %.5f, log-mel within %.5f dB of librosa%n",
        name, window, furthest, furthestDb);
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
                + "\"seconds\": 3.0}"),
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
  void threadsDoNotChangeTheBytes() throws Exception {
    fiveSegments();
    assertEquals(0, mfcc("--threads", "1"), stderr);
    byte[] one = Files.readAllBytes(out);
    assertEquals(0, mfcc("--threads", "4"), stderr);
    assertArrayEquals(one, Files.readAllBytes(out));
    assertEquals(0, mfcc(), stderr);
    assertArrayEquals(one, Files.readAllBytes(out));
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
    new Audio(samples(i -> original[i]), RATE).writeWav(folder.resolve("corpus/jazz/mono.wav"));
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
    assertFails(1, mfcc("--no-centre"), "segments.json", "at least 2048 samples");
    assertEquals(0, mfcc(), stderr);
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
