///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the front ends that contracts ask for, and contracts that are refused
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/pretrained/Contract.java
//SOURCES ../../lib/pretrained/Patches.java
//RUNTIME_OPTIONS -Xmx512m -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.pretrained.Contract;
import genrelab.pretrained.Patches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainedTest {
  private static final Path DATA = Path.of(System.getenv("GENRELAB_HOME"), "data");
  private static final int RATE = 16000;
  private static final int SAMPLES = 3 * RATE + 1000;

  @TempDir Path folder;

  private static Contract contract(String name) {
    return Contract.read(DATA.resolve("embeddings/" + name + ".yaml"));
  }

  // ---- front ends, beside environment/golden-front-ends.py

  private static float[] signal(String name) {
    float[] samples = new float[SAMPLES];
    long state = 1;
    for (int i = 0; i < SAMPLES; i++) {
      double t = (double) i / RATE;
      state = (state * 1664525 + 1013904223) & 0xffffffffL;
      samples[i] =
          (float)
              switch (name) {
                case "chirp" -> 0.5 * Math.sin(2 * Math.PI * (50 * t + 7500.0 / (2 * 3) * t * t));
                case "noise" -> (state / 4294967296.0 - 0.5) * 0.5;
                default -> 0;
              };
    }
    return samples;
  }

  @ParameterizedTest
  @ValueSource(strings = {"vggish", "yamnet", "musicnn"})
  void inputsAreThoseOfTheModelsDefinitions(String model) throws IOException {
    JsonNode golden = Store.JSON.readTree(DATA.resolve("golden/front-ends.json").toFile());
    int compared = 0;
    for (JsonNode each : golden.path("cases")) {
      if (each.path("model").asText().equals(model)) {
        Contract contract = contract(model);
        int bands = contract.mel().bands();
        int length = contract.patch().length();
        float[] patches = new Patches(contract).apply(signal(each.path("signal").asText()));
        assertEquals(each.path("length").asInt(), length);
        assertEquals(each.path("patches").asInt() * length * bands, patches.length);
        for (JsonNode frame : each.path("frames")) {
          int row = frame.path("patch").asInt() * length + frame.path("frame").asInt();
          float[] expected = new float[bands];
          for (int b = 0; b < bands; b++) {
            expected[b] = (float) frame.path("values").path(b).asDouble();
          }
          float[] actual = Arrays.copyOfRange(patches, row * bands, (row + 1) * bands);
          // YAMNet's log(x + 0.001) magnifies the rounding of single precision in quiet bands
          assertArrayEquals(
              expected,
              actual,
              model.equals("yamnet") ? 5e-3f : 1e-3f,
              each.path("signal") + " " + row);
          compared++;
        }
      }
    }
    assertEquals(9, compared);
  }

  /** Effnet's front end is MusiCNN's, cut otherwise. */
  @Test
  void discogsEffnetTakesMusicnnsSpectrum() {
    assertEquals(contract("musicnn").mel(), contract("discogs-effnet").mel());
    float[] musicnn = new Patches(contract("musicnn")).apply(signal("noise"));
    float[] effnet = new Patches(contract("discogs-effnet")).apply(signal("noise"));
    assertEquals(2 * 128 * 96, effnet.length);
    assertArrayEquals(
        Arrays.copyOfRange(musicnn, 62 * 96, 126 * 96),
        Arrays.copyOfRange(effnet, 128 * 96, 192 * 96));
  }

  @Test
  void shortSegmentsAreFilledAsTheContractSays() {
    float[] samples = {1, 2, 3};
    Contract zeros = waveform("patch: {length: 7, hop: 7}");
    assertArrayEquals(new float[] {1, 2, 3, 0, 0, 0, 0}, new Patches(zeros).apply(samples));
    Contract repeat = waveform("patch: {length: 7, hop: 7, fill: repeat}");
    assertArrayEquals(new float[] {1, 2, 3, 1, 2, 3, 0}, new Patches(repeat).apply(samples));
    Contract overlapping = waveform("patch: {length: 2, hop: 1}");
    assertArrayEquals(new float[] {1, 2, 2, 3}, new Patches(overlapping).apply(samples));
  }

  @Test
  void waveformsAreNormalisedWhereAsked() {
    float[] values = new Patches(contract("mert")).apply(signal("chirp"));
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    assertEquals(120_000, values.length); // 5 s at 24 kHz: what is short is filled with zeros
    assertEquals(0, sum / values.length, 1e-6);
    assertEquals(1, squares / values.length, 1e-4);
  }

  // ---- contracts

  private Contract waveform(String patch) {
    return read(
        """
        name: w
        source: here
        licence: none
        checked: not checked
        sampleRate: 16000
        input: {name: x, axes: [patch, sample]}
        embedding: {name: y}
        """
            + patch);
  }

  private Contract read(String yaml) {
    try {
      return Contract.read(Files.writeString(folder.resolve("model.yaml"), yaml));
    } catch (IOException error) {
      throw new AssertionError(error);
    }
  }

  /** Those that come with the kit: no claim of weights that nobody here has run. */
  @ParameterizedTest
  @CsvSource({
    "vggish, 16000, front end checked against a reference only",
    "yamnet, 16000, front end checked against a reference only",
    "musicnn, 16000, front end checked against a reference only",
    "discogs-effnet, 16000, front end checked against a reference only",
    "openl3, 48000, not checked: no weights here",
    "clap, 48000, not checked: no weights here",
    "mert, 24000, not checked: no weights here",
  })
  void shippedContractsAreRead(String name, int rate, String checked) {
    Contract contract = contract(name);
    assertEquals(name, contract.name());
    assertEquals(rate, contract.sampleRate());
    assertEquals(checked, contract.checked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[1]",
        "name: [",
        "patch: {length: 0, hop: 1}",
        "patch: {length: 7}",
        "pooling: max",
        "classes: [a, b]",
        "sha256: abc",
        "sampleRate: 8000",
        "mel: {window: 400}"
      })
  void brokenContractsAreRefusedInOneLine(String change) {
    String whole =
        change.isEmpty() || change.startsWith("[") || change.startsWith("name") ? null : "";
    Stage.Failure failure =
        assertThrows(
            Stage.Failure.class,
            () -> {
              if (whole == null) read(change);
              else waveform(change);
            });
    assertTrue(failure.getMessage().contains("model.yaml"), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
  }

  @Test
  void anotherModelThanTheContractsIsRefused() throws IOException {
    Path model = Files.writeString(folder.resolve("model.onnx"), "another");
    Contract contract = waveform("sha256: " + "0".repeat(64));
    Stage.Failure failure =
        assertThrows(
            Stage.Failure.class, () -> contract.requireOf(model, folder.resolve("model.yaml")));
    assertTrue(failure.getMessage().contains("SHA-256"), failure.getMessage());
  }
}
