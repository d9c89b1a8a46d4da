///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the log-mel stage, and the resampling of what it reads.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Logmel.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/audio/Resampling.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/features/Mel.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.audio.Audio;
import genrelab.audio.Resampling;
import genrelab.features.Features;
import genrelab.features.Mel;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Log-mel spectra of the manifest's samples, in three decimals; MfccTest compares with librosa. */
class LogmelTest {
  private static final int RATE = 22050;
  private static final int SAMPLES = RATE / 2;

  @TempDir Path folder;
  private Path manifest;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void namePaths() {
    manifest = folder.resolve("segments.json");
    out = folder.resolve("logmel.json.gz");
  }

  private int logmel(String... more) {
    List<String> args = new ArrayList<>(List.of("--segments", manifest.toString()));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    StageRun run = StageRun.of(new Logmel(), args.toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  /** Three segments of two tracks: noise. */
  private List<Rows.Segment> threeSegments() {
    var rows = new ArrayList<Rows.Segment>();
    for (String track : List.of("jazz", "blues")) {
      var random = new Random(track.hashCode());
      int count = track.equals("jazz") ? 2 : 1;
      float[] samples = new float[count * SAMPLES];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = 0.1f * (float) random.nextGaussian();
      }
      String file = "corpus/%s/%s.00000.wav".formatted(track, track);
      new Audio(samples, RATE).writeWav(folder.resolve(file));
      for (int s = 0; s < count; s++) {
        long start = (long) s * SAMPLES;
        rows.add(new Rows.Segment(track + ".00000", track, "", s, file, start, SAMPLES, RATE, ""));
      }
    }
    Store.writeRows(manifest, rows);
    return rows;
  }

  @Test
  void valuesAreThoseOfTheManifestsSamplesInThousandthsOfADecibel() throws Exception {
    List<Rows.Segment> rows = threeSegments();
    assertEquals(0, logmel(), stderr);
    Features features = Features.read(out);
    assertEquals("logmel", features.key());
    assertEquals(22, features.frames());
    assertEquals(128, features.coefficients());
    assertEquals(List.of("blues", "jazz"), features.mapping());
    assertArrayEquals(new int[] {1, 1, 0}, features.labels());
    assertArrayEquals(new int[] {0, 1, 0}, features.segments());
    Mel mel = new Mel(RATE, 2048, 512, 128, Mel.Window.hann, true);
    for (int i = 0; i < rows.size(); i++) {
      Audio audio = Audio.read(folder.resolve(rows.get(i).file()));
      float[] exact = mel.logMel(audio.slice(rows.get(i).start(), SAMPLES).samples());
      float[] written = features.values()[i];
      assertEquals(exact.length, written.length);
      for (int v = 0; v < exact.length; v++) {
        assertEquals(exact[v], written[v], 0.00051, "segment " + i + ", value " + v);
      }
    }
    try (InputStream in = Store.open(out)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String values = text.substring(text.indexOf("\"logmel\""), text.indexOf("\"tracks\""));
      assertTrue(Pattern.compile("-\\d+\\.\\d{3}[,\\]]").matcher(values).find(), "three decimals");
      assertFalse(Pattern.compile("\\.\\d{4}|[eE]").matcher(values.substring(9)).find(), "no more");
    }
    assertEquals(
        "3 segments × 22 frames × 128 mel bands, dB: " + out,
        stdout.lines().reduce((a, b) -> b).orElse(""));
  }

  @Test
  void optionsChangeTheShapeAndAreRecorded() throws IOException {
    threeSegments();
    out = folder.resolve("logmel.json");
    String[] options = {
      "--n-fft=1024", "--hop=256", "--mels=40", "--window=hamming", "--no-centre"
    };
    assertEquals(0, logmel(options), stderr);
    Features features = Features.read(out);
    assertEquals(1 + (SAMPLES - 1024) / 256, features.frames());
    assertEquals(40, features.coefficients());
    assertEquals(
        Store.JSON.readTree(
            "{\"sampleRate\": 22050, \"nFft\": 1024, \"hop\": 256, \"mels\": 40,"
                + "\"window\": \"hamming\", \"centre\": false, \"decimals\": 3,"
                + "\"melScale\": \"slaney\", \"lowestHz\": 0, \"highestHz\": 11025.0,"
                + "\"spectrum\": \"power\", \"seconds\": 0.5}"),
        Store.JSON.readTree(features.params().toString()));
  }

  @Test
  void threadsDoNotChangeTheBytes() throws IOException {
    threeSegments();
    assertEquals(0, logmel("--threads=1"), stderr);
    byte[] one = Files.readAllBytes(out);
    assertEquals(0, logmel("--threads=4"), stderr);
    assertArrayEquals(one, Files.readAllBytes(out));
  }

  @ParameterizedTest
  @CsvSource({"--n-fft, 1000", "--hop, 0", "--mels, 1025", "--threads, 0", "--window, blackman"})
  void optionsOutOfRangeAreAUsageError(String option, String value) {
    threeSegments();
    assertEquals(2, logmel(option, value), stderr);
    assertTrue(stderr.contains(option) && stderr.contains("--help"), stderr);
    assertFalse(Files.exists(out));
  }

  // --- resampling --------------------------------------------------------------------------------

  private static float[] tone(double hz, int rate, int samples) {
    float[] tone = new float[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (float) (0.5 * Math.sin(2 * Math.PI * hz * i / rate));
    }
    return tone;
  }

  /** The last two have more phases than filters are kept for. */
  @ParameterizedTest
  @CsvSource({"44100", "48000", "32000", "11025", "8000", "96000", "44101", "22051"})
  void aToneIsTheSameToneAtAnotherRate(int from) {
    float[] resampled = Resampling.resample(tone(1000, from, from), from, RATE);
    assertEquals(RATE, resampled.length);
    float[] expected = tone(1000, RATE, RATE);
    double furthest = 0;
    for (int i = RATE / 4; i < 3 * RATE / 4; i++) {
      furthest = Math.max(furthest, Math.abs(resampled[i] - expected[i]));
    }
    assertTrue(furthest < 1e-5, "furthest " + furthest);
  }

  @Test
  void aToneAboveTheNewHalfRateIsGone() {
    float[] resampled = Resampling.resample(tone(12_000, 44_100, 44_100), 44_100, RATE);
    double loudest = 0;
    for (int i = RATE / 4; i < 3 * RATE / 4; i++) {
      loudest = Math.max(loudest, Math.abs(resampled[i]));
    }
    assertTrue(loudest < 1e-5, "loudest " + loudest);
  }

  @Test
  void resampledLengthsAreLibrosas() {
    assertEquals(51, Resampling.resample(new float[101], 44_100, RATE).length);
    assertEquals(101, Resampling.resample(new float[219], 48_000, RATE).length);
    float[] same = new float[5];
    assertSame(same, Resampling.resample(same, RATE, RATE));
  }
}
