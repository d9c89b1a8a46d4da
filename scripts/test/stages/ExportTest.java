///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that exported models give the kit's probabilities in ONNX Runtime
// Before the stages', of which some bring older ones.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Baseline.java
//SOURCES ../../Cnn.java
//SOURCES ../../Compact.java
//SOURCES ../../Export.java
//SOURCES ../../Hybrid.java
//SOURCES ../../Lstm.java
//SOURCES ../../plans/Musical.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/baselines/BaselineModel.java
//SOURCES ../../lib/evaluation/Calibration.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/KerasWeights.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/networks/NetworkDefinition.java
//SOURCES ../../lib/networks/NetworkInput.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/onnx/OnnxModel.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/BaselineMethod.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.baselines.BaselineModel;
import genrelab.evaluation.Calibration;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.networks.InputPreparation;
import genrelab.networks.InputPreparation.Layout;
import genrelab.networks.KerasWeights;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.NetworkInput;
import genrelab.networks.NetworkInput.Shape;
import genrelab.networks.TrainedModel;
import genrelab.onnx.OnnxModel;
import genrelab.onnx.OnnxModel.Tensor;
import genrelab.results.BaselineMethod;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An exported model gives the kit's probabilities, in ONNX Runtime and in Python. */
class ExportTest {
  private static final int FRAMES = 24;
  private static final int COEFFICIENTS = 13;
  private static final int CLUSTERS = 3;
  private static final List<String> GENRES = List.of("blues", "jazz", "metal", "rock");
  private static final double TEMPERATURE = 1.7;

  @TempDir Path folder;

  // ---- networks

  @ParameterizedTest
  @CsvSource({
    "cnn, image, frames, 0",
    "cnn, image, flat, 0",
    "cnn, image, frames, 3",
    "lstm, sequence, frames, 0",
    "lstm, sequence, flat, 3",
    "hybrid, image, frames, 0",
    "compact, image, frames, 3",
    "musical, image, frames, 0",
    "musical, image, frames, 3",
  })
  void networksGiveTheSameProbabilities(String name, Layout layout, Shape shape, int clusters)
      throws IOException {
    TrainedModel model = model(name, layout, shape, clusters);
    Path zip = folder.resolve("model.zip");
    ModelFile.write(model, zip);
    StageRun run = export(zip, folder.resolve("model.onnx"));
    assertEquals(0, run.exit(), run.stderr());
    assertTrue(run.stdout().contains("features [N, 24, 13]"), run.stdout());

    ComputationGraph network = model.network(NetworkDefinition.ofScript(name).orElseThrow());
    try (OnnxModel onnx = OnnxModel.open(folder.resolve("model.onnx"), 1)) {
      for (int rows : new int[] {1, 7, 40}) { // whatever the batch
        float[][] segments = segments(rows);
        int[] clusterOf = IntStream.range(0, rows).map(r -> r % 4 - 1).toArray(); // one of noise
        float[][] expected =
            network.outputSingle(model.preparation().inputs(segments, clusterOf)).toFloatMatrix();
        Map<String, Tensor> inputs = inputs(segments, clusters, clusterOf);
        assertClose(expected, onnx.run(inputs, "probabilities"), 1e-5);
        float[][] calibrated = new Calibration(TEMPERATURE, 1, 0, 0).apply(expected);
        assertClose(calibrated, onnx.run(inputs, "calibrated"), 1e-5);
        assertTrue(spread(expected) > 1e-3, "probabilities that differ from segment to segment");
      }
    }
  }

  /** With weights and running statistics as after a training. */
  private TrainedModel model(String name, Layout layout, Shape shape, int clusters) {
    boolean flat = shape == Shape.flat;
    var input =
        new NetworkInput(
            shape,
            flat ? FRAMES * COEFFICIENTS : FRAMES,
            flat ? 1 : COEFFICIENTS,
            clusters,
            GENRES.size(),
            1e-4,
            1);
    ComputationGraph network = NetworkDefinition.ofScript(name).orElseThrow().build(input);
    KerasWeights.set(network, 1);
    var random = new Random(2);
    for (var layer : network.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        for (String key : List.of("gamma", "beta", "mean", "var", "log10stdev")) {
          var values = layer.paramTable().get(key);
          if (values == null) { // a variance is kept as such, or as the deviation's logarithm
            continue;
          }
          for (long i = 0; i < values.length(); i++) {
            values.putScalar(i, (key.equals("beta") ? -0.3 : 0.5) + random.nextDouble());
          }
        }
      }
    }
    float[] mean = new float[COEFFICIENTS];
    float[] deviation = new float[COEFFICIENTS];
    for (int c = 0; c < COEFFICIENTS; c++) {
      mean[c] = c - 5;
      deviation[c] = 1 + c / 4f;
    }
    var preparation =
        new InputPreparation(layout, shape, FRAMES, COEFFICIENTS, mean, deviation, clusters);
    return new TrainedModel(
        description(name), preparation, input, network.params().dup().data().asFloat());
  }

  private static ObjectNode description(String name) {
    ObjectNode description = Store.JSON.createObjectNode();
    description.put("genrelab", "0.1.0").put("network", name).put("architecture", name);
    description.set("mapping", Store.JSON.valueToTree(GENRES));
    description.putObject("calibration").put("temperature", TEMPERATURE);
    description.putObject("trackCalibration").put("temperature", 0.8);
    ObjectNode features = description.putObject("features").put("key", "mfcc");
    features.putObject("params").put("sampleRate", 22050).put("hop", 512);
    features.putObject("provenance").put("source", "audio").put("synthetic", true);
    return description;
  }

  private static float[][] segments(int rows) {
    var random = new Random(rows);
    float[][] segments = new float[rows][FRAMES * COEFFICIENTS];
    for (float[] segment : segments) {
      double level = 2 * random.nextGaussian();
      for (int i = 0; i < segment.length; i++) {
        segment[i] = (float) (level + 4 * random.nextGaussian() + i % COEFFICIENTS - 5);
      }
    }
    return segments;
  }

  private static Map<String, Tensor> inputs(float[][] segments, int clusters, int[] clusterOf) {
    var inputs = new LinkedHashMap<String, Tensor>();
    inputs.put("features", tensor(segments, FRAMES, COEFFICIENTS));
    if (clusters > 0) {
      float[][] oneHot = new float[segments.length][clusters];
      for (int s = 0; s < segments.length; s++) {
        if (clusterOf[s] >= 0) {
          oneHot[s][clusterOf[s]] = 1;
        }
      }
      inputs.put("clusters", tensor(oneHot, clusters));
    }
    return inputs;
  }

  private static Tensor tensor(float[][] rows, long... sizes) {
    float[] values = new float[rows.length * rows[0].length];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(rows[r], 0, values, r * rows[0].length, rows[0].length);
    }
    long[] all = new long[sizes.length + 1];
    all[0] = rows.length;
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    return new Tensor(values, all);
  }

  private static void assertClose(float[][] expected, Tensor actual, double tolerance) {
    assertArrayEquals(new long[] {expected.length, GENRES.size()}, actual.sizes());
    float[][] rows = actual.rows();
    for (int r = 0; r < expected.length; r++) {
      assertArrayEquals(expected[r], rows[r], (float) tolerance, "row " + r);
    }
  }

  /** The largest difference of a probability between two segments; one is never certain. */
  private static double spread(float[][] probabilities) {
    if (probabilities.length == 1) {
      return 1;
    }
    float[] first = probabilities[0];
    return Arrays.stream(probabilities)
        .mapToDouble(row -> Math.abs(row[0] - first[0]))
        .max()
        .orElseThrow();
  }

  @Test
  void metadataTellWhatTheModelTakesAndWhatBindsIt() throws IOException {
    Path zip = folder.resolve("model.zip");
    ModelFile.write(model("cnn", Layout.image, Shape.frames, 0), zip);
    assertEquals(0, export(zip, folder.resolve("a.onnx")).exit());
    assertEquals(0, export(zip, folder.resolve("b.onnx")).exit());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a.onnx")), Files.readAllBytes(folder.resolve("b.onnx")));
    try (OnnxModel onnx = OnnxModel.open(folder.resolve("a.onnx"), 1)) {
      Map<String, String> metadata = onnx.metadata();
      assertEquals("[\"blues\",\"jazz\",\"metal\",\"rock\"]", metadata.get("classes"));
      assertEquals("mfcc", metadata.get("feature"));
      assertEquals("{\"sampleRate\":22050,\"hop\":512}", metadata.get("featureParameters"));
      assertEquals("1.7", metadata.get("temperature"));
      assertEquals("0.8", metadata.get("trackTemperature"));
      assertEquals("true", metadata.get("synthetic"));
      assertTrue(metadata.get("card").contains("SYNTHETIC"), metadata.get("card"));
      assertTrue(metadata.get("source").contains(Store.sha256(zip)), metadata.get("source"));
      assertArrayEquals(new long[] {-1, 24, 13}, onnx.inputSizes("features").orElseThrow());
    }
  }

  // ---- baselines

  @ParameterizedTest
  @EnumSource(BaselineMethod.class)
  void baselinesGiveTheSameProbabilities(BaselineMethod method) {
    BaselineModel model = baseline("--method", method.name());
    StageRun run = export(folder.resolve("baseline/model.zip"), folder.resolve("model.onnx"));
    assertEquals(0, run.exit(), run.stderr());
    float[][] segments = segments(50);
    try (OnnxModel onnx = OnnxModel.open(folder.resolve("model.onnx"), 1)) {
      Tensor probabilities = onnx.run(inputs(segments, 0, null), "probabilities");
      assertClose(model.predict(segments), probabilities, 1e-5);
    }
  }

  @Test
  void twoGenresAndAGenreWithoutTrainingSegmentsToo() {
    for (int genres : new int[] {2, 3}) {
      writeFeatures(60, i -> i % 2, GENRES.subList(0, genres));
      BaselineModel model = trained("--method", "logistic");
      assertEquals(0, export(folder.resolve("baseline/model.zip"), path("model.onnx")).exit());
      float[][] segments = segments(20);
      try (OnnxModel onnx = OnnxModel.open(path("model.onnx"), 1)) {
        float[][] rows = onnx.run(inputs(segments, 0, null), "probabilities").rows();
        float[][] expected = model.predict(segments);
        for (int r = 0; r < rows.length; r++) {
          assertArrayEquals(expected[r], rows[r], 1e-5f);
        }
      }
    }
  }

  private BaselineModel baseline(String... options) {
    writeFeatures(120, i -> i % GENRES.size(), GENRES);
    return trained(options);
  }

  private BaselineModel trained(String... options) {
    var all =
        new java.util.ArrayList<>(
            List.of(
                "--features",
                "" + path("mfcc.json"),
                "--split",
                "" + path("split.json"),
                "--out",
                "" + path("baseline"),
                "--quiet"));
    all.addAll(List.of(options));
    StageRun run = StageRun.of(new Baseline(), all.toArray(String[]::new));
    assertEquals(0, run.exit(), run.stderr());
    return BaselineModel.read(path("baseline/model.zip"));
  }

  private void writeFeatures(int size, java.util.function.IntUnaryOperator label, List<String> of) {
    float[][] values = segments(size);
    int[] labels = IntStream.range(0, size).map(label).toArray();
    for (int i = 0; i < size; i++) { // genres that overlap
      for (int v = labels[i]; v < values[i].length; v += COEFFICIENTS) {
        values[i][v] += 2;
      }
    }
    new Features(
            "mfcc",
            of,
            labels,
            IntStream.range(0, size).mapToObj(i -> "t.%03d".formatted(i)).toArray(String[]::new),
            new int[size],
            null,
            FRAMES,
            COEFFICIENTS,
            values,
            Store.JSON.createObjectNode().put("flavour", "librosa"),
            Store.JSON.createObjectNode().put("source", "synthetic"))
        .write(path("mfcc.json"));
    Part[] parts = {Part.train, Part.train, Part.train, Part.validation, Part.test};
    Store.writeRows(
        path("split.json"),
        IntStream.range(0, size)
            .mapToObj(
                i -> new Rows.SplitRow("t.%03d".formatted(i), 0, parts[i / 4 % parts.length], null))
            .toList());
  }

  // ---- failures

  @Test
  void aBaselineOfWholeTracksIsRefused() {
    baseline("--method", "logistic", "--level", "track");
    StageRun run = export(path("baseline/model.zip"), path("model.onnx"));
    assertEquals(1, run.exit());
    assertTrue(
        run.stderr().contains("model.zip: a baseline on statistics of one track"), run.stderr());
    assertFalse(Files.exists(path("model.onnx")));
  }

  @Test
  void anOutputOfAnotherKindIsAWrongOption() throws IOException {
    ModelFile.write(model("cnn", Layout.image, Shape.frames, 0), path("model.zip"));
    StageRun run = export(path("model.zip"), path("model.pb"));
    assertEquals(2, run.exit());
    assertTrue(run.stderr().contains("--out writes an .onnx file"), run.stderr());
  }

  // ---- Python

  /** ONNX's own checker, and ONNX Runtime of Python on another batch. */
  @Test
  void pythonAgrees() throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    assumeTrue(
        run(python, "-c", "import onnx, onnxruntime, numpy").exit() == 0,
        python + " has no onnx and onnxruntime (pip install onnx onnxruntime)");
    TrainedModel model = model("cnn", Layout.image, Shape.frames, 0);
    ModelFile.write(model, path("model.zip"));
    assertEquals(0, export(path("model.zip"), path("model.onnx")).exit());
    float[][] segments = segments(11);
    Store.write(path("x.json"), out -> Store.JSON.writeValue(out, segments));
    PythonRun checked =
        run(
            python,
            "-c",
            """
            import json, sys, numpy, onnx, onnxruntime
            onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
            x = numpy.array(json.load(open(sys.argv[2])), numpy.float32).reshape(-1, 24, 13)
            session = onnxruntime.InferenceSession(sys.argv[1])
            print(json.dumps(session.run(['probabilities'], {'features': x})[0].tolist()))
            """,
            "" + path("model.onnx"),
            "" + path("x.json"));
    assertEquals(0, checked.exit(), checked.output());
    float[][] expected =
        model
            .network(NetworkDefinition.ofScript("cnn").orElseThrow())
            .outputSingle(model.preparation().inputs(segments, new int[11]))
            .toFloatMatrix();
    float[][] actual = Store.JSON.readValue(checked.output(), float[][].class);
    for (int r = 0; r < expected.length; r++) {
      assertArrayEquals(expected[r], actual[r], 1e-5f);
    }
  }

  private record PythonRun(int exit, String output) {}

  private PythonRun run(String... command) throws InterruptedException {
    try {
      Path output = path("python.txt");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      return new PythonRun(ended ? process.exitValue() : -1, Files.readString(output));
    } catch (IOException none) { // no such command
      return new PythonRun(127, "" + none.getMessage());
    }
  }

  private Path path(String name) {
    return folder.resolve(name);
  }

  private static StageRun export(Path model, Path out) {
    return StageRun.of(new Export(), "--model", "" + model, "--out", "" + out);
  }
}
