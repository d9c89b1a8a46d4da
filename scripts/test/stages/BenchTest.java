///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests of the benchmark: operation counts, pairing, rows, options. No test of times.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Bench.java
//SOURCES ../../lib/audio/Audio.java
// its flops are tested; Bench starts it, and the other sides, as processes of their own
//SOURCES ../../lib/bench/NetworksBench.java
//SOURCES ../../lib/bench/Matrix.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/bench/AlternatingRuns.java
//SOURCES ../../lib/bench/SpeedPage.java
//SOURCES ../../lib/bench/TimedStage.java
//SOURCES ../../lib/bench/Workload.java
//SOURCES ../../lib/evaluation/SampleStatistics.java
//SOURCES ../../lib/networks/NetworkInput.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.audio.Audio;
import genrelab.bench.AlternatingRuns;
import genrelab.bench.Matrix;
import genrelab.bench.SpeedPage;
import genrelab.bench.TimedStage;
import genrelab.bench.Workload;
import genrelab.evaluation.SampleStatistics;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.NetworkInput;
import genrelab.results.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  @TempDir Path folder;
  private String stdout;
  private String stderr;

  private int bench(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      return Stage.run(new Bench(), arguments);
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
      stdout = out.toString(StandardCharsets.UTF_8);
      stderr = err.toString(StandardCharsets.UTF_8);
    }
  }

  private static NetworkInput input(NetworkInput.Shape shape, int frames, int coefficients) {
    return new NetworkInput(shape, frames, coefficients, 0, 10, 1e-4, 1);
  }

  @Test
  void countsTheCnnAsByHand() {
    // outputs of the convolutions on 130 × 13: 128 × 11, after pooling 64 × 6; 62 × 4, 31 × 2; 30 ×
    // 1
    long byHand =
        2L * 3 * 3 * 1 * 128 * 128 * 11
            + 2L * 3 * 3 * 128 * 64 * 62 * 4
            + 2L * 2 * 2 * 64 * 64 * 30 * 1
            + 2L * (15 * 64) * 64
            + 2L * 64 * 10;
    assertEquals(
        byHand,
        NetworksBench.flops(
            Cnn.network(input(NetworkInput.Shape.frames, 130, 13)),
            NetworksBench.inputType(NetworksBench.Network.cnn)));
    assertEquals(40_920_320, byHand);
  }

  @Test
  void countsThePaddedCnnAsByHand() {
    // 1690 × 1, padded: 1690, after pooling 845; 845, 423; 423, 212
    long byHand =
        2L * 3 * 3 * 1 * 128 * 1690
            + 2L * 3 * 3 * 128 * 64 * 845
            + 2L * 2 * 2 * 64 * 64 * 423
            + 2L * (212 * 64) * 64
            + 2L * 64 * 10;
    assertEquals(
        byHand,
        NetworksBench.flops(
            Cnn.network(input(NetworkInput.Shape.flat, 1690, 1)),
            InputType.convolutional(1690, 1, 1)));
  }

  @Test
  void countsTheLstmAsByHand() {
    long steps = 130;
    long byHand =
        steps * 2 * 4 * 128 * (13 + 128)
            + steps * 2 * 4 * 64 * (128 + 64)
            + steps * 2 * 4 * 64 * (64 + 64)
            + 2L * 64 * 64
            + 2L * 64 * 10;
    assertEquals(
        byHand,
        NetworksBench.flops(
            Lstm.network(input(NetworkInput.Shape.frames, 130, 13)),
            NetworksBench.inputType(NetworksBench.Network.lstm)));
  }

  @Test
  void ratioIsTheMedianOfPairs() {
    Rows.Speed row =
        AlternatingRuns.row(
            TimedStage.lstm,
            new Workload.Measure("infer", "ms/step", "ms"),
            new double[] {10, 40, 12},
            "keras",
            "Keras 3",
            new double[] {20, 10, 48},
            5.0);
    assertEquals(
        new Rows.Speed(
            "lstm",
            "infer",
            "ms/step",
            12,
            "keras",
            "Keras 3",
            20.0,
            /* ratio= */ 0.5,
            /* ratioLow= */ 0.25,
            /* ratioHigh= */ 4.0,
            5.0,
            /* runs= */ 3,
            row.machine()),
        row);
    String cores = Runtime.getRuntime().availableProcessors() + " cores";
    assertTrue(row.machine().contains(cores), row.machine());
    assertTrue(row.machine().contains("Java " + System.getProperty("java.version")));
    assertEquals(2.5, SampleStatistics.median(new double[] {4, 1, 3, 2}));
  }

  @Test
  void longTurnsCountAThird() throws IOException {
    assertEquals(9, TimedStage.lstm.turns(9));
    assertEquals(3, TimedStage.training.turns(9));
    assertEquals(1, TimedStage.tsne.turns(1));
    var measure = new Workload.Measure("process", "s", "s");
    SpeedPage.write(
        List.of(
            AlternatingRuns.row(
                TimedStage.start, measure, new double[] {1, 1, 1}, "", "", null, null),
            AlternatingRuns.row(
                TimedStage.training, measure, new double[] {9}, "", "", null, null)),
        folder);
    String page = Files.readString(folder.resolve("README.md"));
    assertTrue(page.contains("3 each that count (1 of `cnn`, five epochs). Times"), page);
  }

  @Test
  void matrixIsThatOfNumpy() throws IOException {
    float[][] rows = Matrix.clusters(7, 3, 2, 1);
    Path file = folder.resolve("rows.npy");
    Matrix.write(file, rows);
    byte[] bytes = Files.readAllBytes(file);
    String header = new String(bytes, 0, 128, StandardCharsets.ISO_8859_1);
    assertTrue(header.startsWith("\u0093NUMPY\u0001\0v\0{'descr': '<f4', "), header);
    assertTrue(header.contains("'shape': (7, 3), }") && header.endsWith(" \n"), header);
    assertEquals(128 + 4 * 21, bytes.length);
    assertArrayEquals(rows, Matrix.read(file));
    assertArrayEquals(rows, Matrix.clusters(7, 3, 2, 1));
    assertNotEquals(rows[0][0], Matrix.clusters(7, 3, 2, 2)[0][0]);
  }

  /** Rows as the schema has them, and finite where there are figures. */
  private List<Rows.Speed> rows(Path out) throws IOException {
    List<Rows.Speed> rows = Store.readRows(out, Rows.Speed.class);
    JsonNode schema =
        Store.JSON.readTree(
            Files.readAllBytes(
                Path.of(System.getenv("GENRELAB_HOME"), "data/schemas/bench.schema.json")));
    var required = new TreeSet<String>();
    schema.at("/items/required").forEach(key -> required.add(key.asText()));
    var known = new TreeSet<String>();
    schema.at("/items/properties/peer/enum").forEach(peer -> known.add(peer.asText()));
    for (JsonNode row : Store.JSON.readTree(Files.readAllBytes(out))) {
      var keys = new TreeSet<String>();
      row.fieldNames().forEachRemaining(keys::add);
      assertEquals(required, keys);
    }
    for (Rows.Speed row : rows) {
      assertTrue(Double.isFinite(row.value()) && row.value() > 0, "" + row);
      assertTrue(known.contains(row.peer()), "" + row);
      String line = row.stage() + " +" + row.measure() + " .*" + row.unit();
      assertTrue(stdout.lines().anyMatch(told -> told.matches(line)), stdout);
    }
    return rows;
  }

  private static List<String> stagesAndMeasures(List<Rows.Speed> rows) {
    return rows.stream().map(row -> row.stage() + " " + row.measure() + " " + row.unit()).toList();
  }

  @Test
  void writesRowsWithoutPeers() throws IOException {
    Path out = folder.resolve("bench.json");
    assertEquals(
        0, bench("--runs", "1", "--steps", "1", "--only", "cnn", "--out", "" + out), () -> stderr);
    List<Rows.Speed> rows = rows(out);
    assertEquals(List.of("cnn train ms/step", "cnn infer ms/step"), stagesAndMeasures(rows));
    for (Rows.Speed row : rows) {
      assertEquals("", row.peer());
      assertNull(row.peerValue());
      assertNull(row.ratio());
      assertTrue(Double.isFinite(row.limit()) && row.limit() > 0, "" + row);
    }
  }

  /** A virtual environment whose python is a shell script: it answers as some peers would. */
  private Path pretended(long parameters, String answer) throws IOException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs a shell");
    Path python = folder.resolve("venv/bin/python");
    Files.createDirectories(python.getParent());
    Files.writeString(
        python,
        """
        #!/bin/sh
        [ "$2" != pytorch ] || { echo '{"missing": "no torch here"}'; exit; }
        echo '{"name": "Pretended 1", "parameters": {"cnn": %d}}'
        while read -r order; do echo "$order" >>"$0.orders"; echo '%s'; done
        """
            .formatted(parameters, answer));
    assertTrue(python.toFile().setExecutable(true));
    return folder.resolve("venv");
  }

  private int benchBeside(Path venv, Path out, String... options) {
    var all = new ArrayList<>(List.of("--peers", "--python", "" + venv, "--runs", "1"));
    all.addAll(List.of("--out", "" + out));
    all.addAll(List.of(options));
    return bench(all.toArray(String[]::new));
  }

  @Test
  void takesTurnsWithThePeersThatAreThere() throws IOException {
    Path venv = pretended(154_186, "{\"ms\": 0.5}");
    Path out = folder.resolve("bench.json");
    String[] options = {"--steps", "1", "--only", "cnn", "--page", "" + folder.resolve("page")};
    assertEquals(0, benchBeside(venv, out, options), () -> stderr);
    List<Rows.Speed> rows = rows(out);
    assertEquals(2, rows.size());
    for (Rows.Speed row : rows) {
      assertEquals("keras", row.peer());
      assertEquals("Pretended 1", row.peerVersion());
      assertEquals(0.5, row.peerValue());
      assertEquals(row.value() / 0.5, row.ratio(), 0.01);
    }
    assertTrue(stdout.contains("beside Pretended 1"), stdout);
    assertEquals(
        1, stdout.lines().filter(line -> line.startsWith("without ")).count(), () -> stdout);
    assertTrue(stdout.contains("without pytorch (no torch here)"), stdout);
    List<String> orders = Files.readAllLines(venv.resolve("bin/python.orders"));
    var expected = new ArrayList<String>();
    for (String measure : List.of("train", "infer")) {
      for (int turn = 0; turn < 4; turn++) {
        expected.add("run cnn " + measure + " 1");
      }
    }
    assertEquals(expected, orders, "three warm-ups and one run of each");

    List<String> table = Files.readAllLines(folder.resolve("page/README.md"));
    String machine = "One sitting of `bench` on " + rows.get(0).machine() + ".";
    assertTrue(table.contains(machine), "" + table);
    String train =
        table.stream()
            .filter(line -> line.startsWith("| `cnn`, training step |"))
            .findFirst()
            .get();
    assertTrue(train.contains("| Pretended 1 | 0.5 ms |"), train);
    assertTrue(train.contains("%.2f (".formatted(rows.get(0).ratio())), train);
    assertEquals(1, table.stream().filter(line -> line.contains("inference step")).count());
    assertTrue(Files.size(folder.resolve("page/ratios.png")) > 5000);
  }

  /** One genre of two tracks of 3.5 s: two segments. */
  private Path corpus() {
    Path corpus = folder.resolve("a corpus");
    for (int track = 0; track < 2; track++) {
      float[] samples = new float[77_175];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (float) Math.sin(0.05 * (track + 1) * i) / 2;
      }
      new Audio(samples, 22050).writeWav(corpus.resolve("tone/tone.0000" + track + ".wav"));
    }
    return corpus;
  }

  @Test
  void givesBothSidesTheSameCorpus() throws IOException {
    Path corpus = corpus();
    Path venv = pretended(0, "{\"ms\": 2000, \"segments\": 2}");
    Path out = folder.resolve("bench.json");
    assertEquals(
        0, benchBeside(venv, out, "--only", "mfcc", "--corpus", "" + corpus), () -> stderr);
    List<Rows.Speed> rows = rows(out);
    assertEquals(List.of("mfcc work ms/corpus", "mfcc process ms/corpus"), stagesAndMeasures(rows));
    assertEquals(2000, rows.get(0).peerValue());
    assertEquals(rows.get(0).value() / 2000, rows.get(0).ratio(), 0.001);
    for (Rows.Speed row : rows) {
      assertEquals("librosa", row.peer());
      assertNull(row.limit());
    }
    assertEquals(
        List.of("run mfcc " + corpus, "write mfcc " + corpus + " mfcc.json"),
        Files.readAllLines(venv.resolve("bin/python.orders")).stream().distinct().toList());

    venv = pretended(0, "{\"ms\": 2000, \"segments\": 3}");
    Path none = folder.resolve("none.json");
    assertEquals(1, benchBeside(venv, none, "--only", "mfcc", "--corpus", "" + corpus));
    assertTrue(stderr.contains("librosa finds 3 segments of 3 s, we 2"), stderr);
    assertFalse(Files.exists(none));
  }

  /** A features JSON of random clusters. */
  private Path features(int count, int width) {
    Path file = folder.resolve("mfcc.json");
    String[] tracks = new String[count];
    Arrays.setAll(tracks, i -> "made.%05d".formatted(i));
    new Features(
            "mfcc",
            List.of("made"),
            new int[count],
            tracks,
            new int[count],
            null,
            1,
            width,
            Matrix.clusters(count, width, 10, 1),
            Store.JSON.createObjectNode(),
            Store.JSON.createObjectNode())
        .write(file);
    return file;
  }

  @Test
  void clustersTheFeaturesThatAreGiven() throws IOException {
    Path venv = pretended(0, "{\"fit\": 0.5, \"iteration\": 0.25, \"iterations\": 2, \"ms\": 1}");
    Path out = folder.resolve("bench.json");
    Path features = features(200, 60);
    String[] options = {"--only", "kmeans,tsne", "--steps", "2", "--features", "" + features};
    assertEquals(0, benchBeside(venv, out, options), () -> stderr);
    List<Rows.Speed> rows = rows(out);
    assertEquals(
        List.of("kmeans iteration ms", "kmeans fit ms", "tsne fit s"), stagesAndMeasures(rows));
    assertEquals(List.of(0.25, 0.5, 0.5), rows.stream().map(Rows.Speed::peerValue).toList());
    assertTrue(rows.stream().allMatch(row -> row.peer().equals("scikit-learn")));
    assertEquals(
        List.of("run kmeans features.npy 2", "run tsne features.npy"),
        Files.readAllLines(venv.resolve("bin/python.orders")).stream().distinct().toList());

    options[3] = "3";
    Path none = folder.resolve("none.json");
    assertEquals(1, benchBeside(venv, none, options));
    assertTrue(stderr.contains("scikit-learn was done after 2 iterations"), stderr);
    assertFalse(Files.exists(none));
  }

  @Test
  void refusesAPeerOfAnotherNetworkOrOneThatFails() throws IOException {
    String[] cases = {"154187:{}:trainable parameters", "154186:{\"error\": \"Oh no\"}:Oh no"};
    for (String one : cases) {
      String[] parts = one.split(":(?! )", 3);
      Path venv = pretended(Long.parseLong(parts[0]), parts[1]);
      Path out = folder.resolve("none.json");
      int exit = benchBeside(venv, out, "--steps", "1", "--only", "cnn");
      assertEquals(1, exit, () -> stderr);
      assertTrue(stderr.contains(parts[2]), stderr);
      assertFalse(Files.exists(out));
    }
  }

  /** Both lists go into one virtual environment. */
  @Test
  void requirementsAgree() throws IOException {
    Path environment = Path.of(System.getenv("GENRELAB_HOME"), "environment");
    var pins = new TreeMap<String, Set<String>>();
    for (String list : List.of("bench-requirements.txt", "bench-requirements-features.txt")) {
      for (String line : Files.readAllLines(environment.resolve(list))) {
        String pin = line.replaceFirst("; *python_version >= .*", "");
        if (pin.matches("[\\w.-]+==[\\w.-]+")) {
          String[] parts = pin.split("==");
          String name = parts[0].toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
          pins.computeIfAbsent(name, n -> new TreeSet<>()).add(parts[1]);
        }
      }
    }
    assertTrue(pins.keySet().containsAll(Set.of("librosa", "scikit-learn", "keras", "numpy")));
    pins.forEach((name, versions) -> assertEquals(1, versions.size(), name + " " + versions));
  }

  @Test
  void replacesNoOtherPage() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other")).resolve("README.md");
    Files.writeString(other, "# Mine\n");
    assertEquals(1, bench("--only", "cnn", "--page", "" + other.getParent()));
    assertTrue(stderr.contains("not a page of bench"), stderr);
    assertEquals("# Mine\n", Files.readString(other));
  }

  @Test
  void refusesWrongOptions() {
    for (List<String> wrong :
        List.of(
            List.of("--runs", "0"),
            List.of("--steps", "0"),
            List.of("--steps", "1", "--only", "kmeans"),
            List.of("--steps", "1001"),
            List.of("--only", "cnn,mlp"),
            List.of("--corpus", "" + folder, "--only", "kmeans"),
            List.of("--features", "f.json", "--only", "mfcc,cnn"),
            List.of("--python", "" + folder),
            List.of("--only", "mp3"),
            List.of("--mp3", "" + folder, "--only", "mfcc"),
            List.of("--seed", "x"))) {
      assertEquals(2, bench(wrong.toArray(String[]::new)), "" + wrong);
      assertEquals(1, stderr.lines().count(), stderr);
      assertTrue(stderr.contains(wrong.get(0)), stderr);
    }
    assertEquals(1, bench("--peers", "--python", "" + folder));
    assertTrue(stderr.contains("no virtual environment"), stderr);
  }
}
