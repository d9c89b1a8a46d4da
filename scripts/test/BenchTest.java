///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests of the benchmark: operation counts, pairing, rows, options. No test of times.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Bench.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import genrelab.TrainedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private static TrainedModel.Input input(TrainedModel.Shape shape, int frames, int coefficients) {
    return new TrainedModel.Input(shape, frames, coefficients, 0, 10, 1e-4, 1);
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
        Bench.flops(
            Cnn.network(input(TrainedModel.Shape.frames, 130, 13)),
            Bench.inputType(Bench.Network.cnn)));
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
        Bench.flops(
            Cnn.network(input(TrainedModel.Shape.flat, 1690, 1)),
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
        Bench.flops(
            Lstm.network(input(TrainedModel.Shape.frames, 130, 13)),
            Bench.inputType(Bench.Network.lstm)));
  }

  @Test
  void ratioIsTheMedianOfPairs() {
    Rows.Speed row =
        Bench.speed(
            Bench.Network.lstm,
            "infer",
            new double[] {10, 40, 12},
            "keras",
            new double[] {20, 10, 48},
            5);
    assertEquals(
        new Rows.Speed("lstm", "infer", "ms/step", 12, "keras", 20.0, /* ratio= */ 0.5, 5.0), row);
    assertEquals(2.5, Bench.median(new double[] {4, 1, 3, 2}));
  }

  @Test
  void writesRowsWithoutPeers() throws IOException {
    Path out = folder.resolve("bench.json");
    assertEquals(0, bench("--runs", "1", "--steps", "1", "--only", "cnn", "--out", "" + out));
    List<Rows.Speed> rows = Store.readRows(out, Rows.Speed.class);
    assertEquals(List.of("train", "infer"), rows.stream().map(Rows.Speed::measure).toList());
    for (Rows.Speed row : rows) {
      assertEquals("cnn", row.stage());
      assertEquals("ms/step", row.unit());
      assertEquals("", row.peer());
      assertNull(row.peerValue());
      assertNull(row.ratio());
      for (double number : new double[] {row.value(), row.limit()}) {
        assertTrue(Double.isFinite(number) && number > 0, "" + row);
      }
      assertTrue(stdout.lines().anyMatch(line -> line.matches("cnn +" + row.measure() + " .*")));
    }
    JsonNode schema =
        Store.JSON.readTree(
            Files.readAllBytes(
                Path.of(System.getenv("GENRELAB_HOME"), "data/schemas/bench.schema.json")));
    for (JsonNode row : Store.JSON.readTree(Files.readAllBytes(out))) {
      var required = new TreeSet<String>();
      schema.at("/items/required").forEach(key -> required.add(key.asText()));
      var keys = new TreeSet<String>();
      row.fieldNames().forEachRemaining(keys::add);
      assertEquals(required, keys);
    }
  }

  /** A virtual environment whose python is a shell script: it answers as Keras would. */
  private Path pretended(long parameters, String answer) throws IOException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs a shell");
    Path python = folder.resolve("venv/bin/python");
    Files.createDirectories(python.getParent());
    Files.writeString(
        python,
        """
        #!/bin/sh
        [ "$2" = keras ] || { echo '{"missing": "no torch here"}'; exit; }
        echo '{"name": "Pretended 1", "parameters": {"cnn": %d}}'
        while read -r order; do echo "$order" >>"$0.orders"; echo '%s'; done
        """
            .formatted(parameters, answer));
    assertTrue(python.toFile().setExecutable(true));
    return folder.resolve("venv");
  }

  @Test
  void takesTurnsWithThePeersThatAreThere() throws IOException {
    Path venv = pretended(154_186, "{\"ms\": 0.5}");
    Path out = folder.resolve("bench.json");
    assertEquals(
        0,
        bench(
            "--peers",
            "--python",
            "" + venv,
            "--runs",
            "1",
            "--steps",
            "1",
            "--only",
            "cnn",
            "--out",
            "" + out),
        () -> stderr);
    List<Rows.Speed> rows = Store.readRows(out, Rows.Speed.class);
    assertEquals(2, rows.size());
    for (Rows.Speed row : rows) {
      assertEquals("keras", row.peer());
      assertEquals(0.5, row.peerValue());
      assertEquals(row.value() / 0.5, row.ratio(), 0.01);
    }
    assertTrue(stdout.contains("beside Pretended 1"), stdout);
    assertTrue(stdout.contains("without pytorch (no torch here)"), stdout);
    List<String> orders = Files.readAllLines(venv.resolve("bin/python.orders"));
    var expected = new ArrayList<String>();
    for (String measure : List.of("train", "infer")) {
      for (int turn = 0; turn < 4; turn++) {
        expected.add("run cnn " + measure + " 1");
      }
    }
    assertEquals(expected, orders, "three warm-ups and one run of each");
  }

  @Test
  void refusesAPeerOfAnotherNetworkOrOneThatFails() throws IOException {
    String[] cases = {"154187:{}:trainable parameters", "154186:{\"error\": \"Oh no\"}:Oh no"};
    for (String one : cases) {
      String[] parts = one.split(":(?! )", 3);
      Path venv = pretended(Long.parseLong(parts[0]), parts[1]);
      Path out = folder.resolve("none.json");
      int exit =
          bench(
              "--peers",
              "--python",
              "" + venv,
              "--runs",
              "1",
              "--steps",
              "1",
              "--only",
              "cnn",
              "--out",
              "" + out);
      assertEquals(1, exit, () -> stderr);
      assertTrue(stderr.contains(parts[2]), stderr);
      assertFalse(Files.exists(out));
    }
  }

  @Test
  void refusesWrongOptions() {
    for (List<String> wrong :
        List.of(
            List.of("--runs", "0"),
            List.of("--steps", "0"),
            List.of("--steps", "1001"),
            List.of("--only", "cnn,mlp"),
            List.of("--python", "" + folder),
            List.of("--seed", "x"))) {
      assertEquals(2, bench(wrong.toArray(String[]::new)), "" + wrong);
      assertEquals(1, stderr.lines().count(), stderr);
      assertTrue(stderr.contains(wrong.get(0)), stderr);
    }
    assertEquals(1, bench("--peers", "--python", "" + folder));
    assertTrue(stderr.contains("no virtual environment"), stderr);
  }
}
