///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests embeddings of a trained network: as features, from features and from audio
// Before the stages', of which some bring older ones.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Baseline.java
//SOURCES ../../Classify.java
//SOURCES ../../Compact.java
//SOURCES ../../Demo.java
//SOURCES ../../Embed.java
//SOURCES ../../Export.java
//SOURCES ../../Kmeans.java
//SOURCES ../../Logmel.java
//SOURCES ../../Report.java
//SOURCES ../../Segment.java
//SOURCES ../../Split.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/KerasWeights.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/networks/NetworkDefinition.java
//SOURCES ../../lib/networks/NetworkInput.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/onnx/OnnxGraph.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import genrelab.onnx.OnnxGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedTest {
  /** Of the demo corpus: two tracks of each genre, three segments each. */
  @TempDir static Path run;

  private static Features logmel;
  private static TrainedModel model;

  @TempDir Path folder;

  @BeforeAll
  static void makeRun() {
    succeed(new Demo(), "--out", "corpus", "--tracks", "2", "--seconds", "3");
    succeed(new Segment(), "--corpus", "corpus", "--out", "segments.json", "--seconds", "1");
    succeed(new Logmel(), "--segments", "segments.json", "--out", "logmel.json.gz", "--mels", "40");
    succeed(new Split(), "--segments", "segments.json", "--out", "split.json", "--by", "segment");
    logmel = Features.read(run.resolve("logmel.json.gz"));
    model = model(0);
    ModelFile.write(model, run.resolve("model.zip"));
  }

  /** Names of files are within the run's folder. */
  private static StageRun stage(Object stage, String... args) {
    return StageRun.of(
        stage,
        Stream.concat(
                Arrays.stream(args)
                    .map(
                        arg ->
                            arg.matches("[\\w/.-]*\\w\\.(json|json\\.gz|zip|onnx)|corpus")
                                ? run.resolve(arg).toString()
                                : arg),
                Stream.of("--quiet"))
            .toArray(String[]::new));
  }

  private static StageRun succeed(Object stage, String... args) {
    StageRun ended = stage(stage, args);
    assertEquals(0, ended.exit(), ended.stderr());
    return ended;
  }

  /** A network as before its first epoch, of the run's log-mels. */
  private static TrainedModel model(int clusters) {
    var input =
        new NetworkInput(
            Shape.frames,
            logmel.frames(),
            logmel.coefficients(),
            clusters,
            logmel.mapping().size(),
            1e-4,
            1);
    ComputationGraph network = NetworkDefinition.ofScript("compact").orElseThrow().build(input);
    KerasWeights.set(network, 1);
    float[] mean = new float[logmel.coefficients()];
    float[] deviation = new float[logmel.coefficients()];
    Arrays.fill(mean, -40);
    Arrays.fill(deviation, 20);
    ObjectNode description = Store.JSON.createObjectNode();
    description.put("genrelab", "0.1.0").put("network", "compact").put("architecture", "compact");
    description.set("mapping", Store.JSON.valueToTree(logmel.mapping()));
    ObjectNode features = description.putObject("features").put("key", logmel.key());
    features.set("params", logmel.params());
    features.set("provenance", logmel.provenance());
    return new TrainedModel(
        description,
        new InputPreparation(
            Layout.image,
            Shape.frames,
            logmel.frames(),
            logmel.coefficients(),
            mean,
            deviation,
            clusters),
        input,
        network.params().dup().data().asFloat());
  }

  private Path out(String name) {
    return folder.resolve(name);
  }

  private Features embedded(String... args) {
    String[] all = Arrays.copyOf(args, args.length + 2);
    all[args.length] = "--out";
    all[args.length + 1] = "" + out("embedding.json");
    succeed(new Embed(), all);
    return Features.read(out("embedding.json"));
  }

  private Features ofFeatures() {
    return embedded("--model", "model.zip", "--features", "logmel.json.gz");
  }

  // ---- what is embedded

  /** The output layer makes the network's probabilities of them. */
  @Test
  void embeddingsAreWhatTheOutputLayerTakes() {
    Features embeddings = ofFeatures();
    assertEquals("embedding", embeddings.key());
    assertEquals(1, embeddings.frames());
    assertEquals(logmel.ids(), embeddings.ids());
    assertEquals(logmel.genres(), embeddings.genres());
    ComputationGraph network = model.network(NetworkDefinition.ofScript("compact").orElseThrow());
    float[][] expected =
        network
            .outputSingle(model.preparation().inputs(logmel.values(), new int[logmel.size()]))
            .toFloatMatrix();
    float[][] weights = network.getLayer("output").getParam("W").toFloatMatrix();
    float[] bias = network.getLayer("output").getParam("b").toFloatVector();
    assertEquals(weights.length, embeddings.coefficients());
    for (int row = 0; row < expected.length; row++) {
      double[] powers = new double[bias.length];
      for (int c = 0; c < bias.length; c++) {
        double sum = bias[c];
        for (int v = 0; v < weights.length; v++) {
          sum += weights[v][c] * embeddings.values(row)[v];
        }
        powers[c] = Math.exp(sum);
      }
      double all = Arrays.stream(powers).sum();
      for (int c = 0; c < bias.length; c++) {
        assertEquals(expected[row][c], powers[c] / all, 1e-5);
      }
    }
  }

  @Test
  void theSameFromAudioAndByTheExportedModel() {
    Features expected = ofFeatures();
    Features audio = embedded("--model", "model.zip", "--segments", "segments.json");
    assertArrayEquals(expected.values(), audio.values());
    assertEquals(expected.params(), audio.params());
    succeed(new Export(), "--model", "model.zip", "--out", "model.onnx");
    Features onnx = embedded("--model", "model.onnx", "--features", "logmel.json.gz");
    for (int row = 0; row < expected.size(); row++) {
      assertArrayEquals(expected.values(row), onnx.values(row), 1e-4f);
    }
  }

  @Test
  void onePartOfASplit() {
    Features all = ofFeatures();
    Features test =
        embedded("--model", "model.zip", "--features", "logmel.json.gz", "--split", "split.json");
    assertTrue(test.size() > 0 && test.size() < all.size(), "" + test.size());
    for (int row = 0; row < test.size(); row++) {
      int place = all.ids().indexOf(test.id(row));
      assertArrayEquals(all.values(place), test.values(row), 1e-5f);
    }
  }

  @Test
  void ofTracksTheMeanOfTheirSegments() {
    Features segments = ofFeatures();
    Features tracks =
        embedded("--model", "model.zip", "--features", "logmel.json.gz", "--level", "track");
    assertEquals(
        List.copyOf(new java.util.LinkedHashSet<>(List.of(segments.tracks()))),
        List.of(tracks.tracks()));
    float[] mean = new float[segments.coefficients()];
    for (int v = 0; v < mean.length; v++) {
      double sum = 0;
      int count = 0;
      for (int row = 0; row < segments.size(); row++) {
        if (segments.tracks()[row].equals(tracks.tracks()[1])) {
          sum += segments.values(row)[v];
          count++;
        }
      }
      mean[v] = (float) (sum / count);
    }
    assertArrayEquals(mean, tracks.values(1), 1e-6f);
  }

  // ---- what reads them

  @Test
  void aBaselineTakesTheFrameItselfAndSaysSo() throws Exception {
    int size = ofFeatures().coefficients();
    StageRun ended =
        StageRun.of(
            new Baseline(),
            "--features",
            "" + out("embedding.json"),
            "--split",
            "" + run.resolve("split.json"),
            "--method",
            "svm",
            "--out",
            "" + out("svm"));
    assertEquals(0, ended.exit(), ended.stderr());
    assertTrue(ended.stdout().contains("one frame a segment"), ended.stdout());
    assertTrue(ended.stdout().contains("svm: %d statistics".formatted(size)), ended.stdout());
    StageRun exported =
        StageRun.of(
            new Export(), "--model", "" + out("svm/model.zip"), "--out", "" + out("svm.onnx"));
    assertEquals(0, exported.exit(), exported.stderr());
    StageRun refused =
        StageRun.of(
            new Embed(),
            "--model",
            "" + out("svm/model.zip"),
            "--features",
            "" + out("embedding.json"),
            "--out",
            "" + out("again.json"));
    assertEquals(1, refused.exit());
    assertTrue(refused.stderr().contains("a baseline"), refused.stderr());
  }

  // ---- models of others

  /** Of each patch of 7,350 samples the means of its tenths. */
  private static OnnxGraph means() {
    var graph = new OnnxGraph();
    graph.input("waveform", 7350);
    String tenths =
        graph.node("Reshape", "tenths", "waveform", graph.integers("sizes", 0, 10, 735));
    graph.node("ReduceMean", "means", Map.of("axes", new long[] {2}, "keepdims", 0), tenths);
    graph.output("means", 10);
    return graph;
  }

  private static void write(OnnxGraph graph, String name, String contract) throws Exception {
    byte[] bytes = graph.model("m", "test", "1", "", new TreeMap<>()).toByteArray();
    Files.write(run.resolve(name + ".onnx"), bytes);
    Files.writeString(run.resolve(name + ".yaml"), contract);
  }

  private static final String WAVEFORM =
      """
      name: means
      source: this test
      licence: none
      checked: not checked
      sampleRate: 22050
      input: {name: waveform, axes: [patch, sample]}
      patch: {length: 7350, hop: 7350}
      embedding: {name: means}
      """;

  @Test
  void aWaveformModelGetsTheSamplesOfEachPatch() throws Exception {
    write(means(), "means", WAVEFORM);
    Features embeddings = embedded("--model", "means.onnx", "--segments", "segments.json");
    assertEquals(logmel.ids(), embeddings.ids());
    assertEquals(10, embeddings.coefficients());
    byte[] wav = Files.readAllBytes(run.resolve("corpus/blues/blues.00000.wav"));
    var samples =
        ByteBuffer.wrap(wav, 44, wav.length - 44).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    for (int row = 0; row < 3; row++) { // of the first track
      float[] expected = new float[10];
      for (int i = 0; i < 22050; i++) {
        expected[i % 7350 / 735] += samples.get(row * 22050 + i) / 32768f / 735 / 3;
      }
      assertArrayEquals(expected, embeddings.values(row), 1e-5f);
    }
    Features tracks =
        embedded("--model", "means.onnx", "--segments", "segments.json", "--level", "track");
    assertEquals(embeddings.size() / 3, tracks.size());
  }

  /** A graph of a fixed batch, as some are exported, gives the same. */
  @Test
  void aFixedBatchIsFilled() throws Exception {
    write(means(), "means", WAVEFORM);
    Features expected = embedded("--model", "means.onnx", "--segments", "segments.json");
    ModelProto.Builder fixed =
        ModelProto.parseFrom(Files.readAllBytes(run.resolve("means.onnx"))).toBuilder();
    var shape = fixed.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    shape.getShapeBuilder().getDimBuilder(0).setDimValue(5);
    fixed
        .getGraphBuilder()
        .getOutputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(5);
    Files.write(run.resolve("fixed.onnx"), fixed.build().toByteArray());
    Files.writeString(run.resolve("fixed.yaml"), WAVEFORM);
    Features filled = embedded("--model", "fixed.onnx", "--segments", "segments.json");
    for (int row = 0; row < expected.size(); row++) {
      assertArrayEquals(expected.values(row), filled.values(row), 1e-6f);
    }
  }

  /** YAMNet's front end, the mean over a patch's frames, and classes by a layer on top. */
  private static void writeMel(boolean classes) throws Exception {
    var graph = new OnnxGraph();
    graph.input("melspectrogram", 96, 64);
    graph.node(
        "ReduceMean",
        "embeddings",
        Map.of("axes", new long[] {1}, "keepdims", 0),
        "melspectrogram");
    float[] weights = new float[64 * 3];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i);
    }
    String layer = graph.constant("weights", weights, 64, 3);
    graph.node("MatMul", "logits", "embeddings", layer);
    graph.output("embeddings", 64);
    graph.output("logits", 3);
    String contract =
        Files.readString(Path.of(System.getenv("GENRELAB_HOME"), "data/embeddings/yamnet.yaml"));
    String classified =
        "probabilities: {name: logits, form: logits}\nclasses: [Accordion, Banjo, Cello]\n";
    write(graph, "mel", contract + (classes ? classified : ""));
  }

  @Test
  void fromAModelOfOthersToAReport() throws Exception {
    writeMel(false);
    Features embeddings = embedded("--model", "mel.onnx", "--segments", "segments.json");
    assertEquals(64, embeddings.coefficients());
    assertEquals("yamnet", embeddings.params().path("model").asText());
    probeAndReport();
  }

  private void probeAndReport() throws Exception {
    succeed(
        new Baseline(),
        "--features",
        "" + out("embedding.json"),
        "--split",
        "split.json",
        "--method",
        "logistic",
        "--out",
        "" + out("logistic"));
    StageRun reported =
        StageRun.of(new Report(), "--results", "" + folder, "--out", "" + out("report"), "--quiet");
    assertEquals(0, reported.exit(), reported.stderr());
    assertTrue(Files.readString(out("report/index.html")).contains("logistic"));
  }

  @Test
  void classifyNamesTheContractsClasses() throws Exception {
    writeMel(true);
    StageRun ended =
        StageRun.of(
            new Classify(),
            "--model",
            "" + run.resolve("mel.onnx"),
            "" + run.resolve("corpus/blues/blues.00000.wav"));
    assertEquals(0, ended.exit(), ended.stderr());
    assertTrue(ended.stdout().matches("(?s).*(Accordion|Banjo|Cello).*"), ended.stdout());
    writeMel(false);
    StageRun none =
        StageRun.of(
            new Classify(),
            "--model",
            "" + run.resolve("mel.onnx"),
            "" + run.resolve("corpus/blues/blues.00000.wav"));
    assertEquals(1, none.exit());
    assertTrue(none.stderr().contains("names no classes"), none.stderr());
  }

  /** A network that PyTorch exports, with an axis for its channel and bands before frames. */
  @Test
  void fromPyTorchToAReport() throws Exception {
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    String script =
        """
        import sys, torch
        torch.manual_seed(1)
        net = torch.nn.Sequential(
            torch.nn.Conv2d(1, 4, 5), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(2),
            torch.nn.Flatten())
        torch.onnx.export(net, (torch.zeros(2, 1, 64, 96),), sys.argv[1], input_names=['mel'],
            output_names=['out'], dynamic_axes={'mel': {0: 'n'}, 'out': {0: 'n'}}, dynamo=False)
        """;
    Path file = Files.writeString(out("export.py"), script);
    Path log = out("python.txt");
    int exit;
    try {
      exit =
          new ProcessBuilder(python, "" + file, "" + run.resolve("torch.onnx"))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
    } catch (java.io.IOException missing) {
      exit = 1;
    }
    assumeTrue(exit == 0, python + " has no torch and onnx (pip install torch onnx)");
    String contract =
        Files.readString(Path.of(System.getenv("GENRELAB_HOME"), "data/embeddings/yamnet.yaml"))
            .replaceFirst(
                "(?m)^input: .*", "input: {name: mel, axes: [patch, channel, band, frame]}")
            .replaceFirst("(?m)^embedding: .*", "embedding: {name: out}");
    Files.writeString(run.resolve("torch.yaml"), contract);
    Features embeddings = embedded("--model", "torch.onnx", "--segments", "segments.json");
    assertEquals(16, embeddings.coefficients());
    probeAndReport();
  }

  @Test
  void modelsThatDoNotFitTheirContractAreRefused() throws Exception {
    write(means(), "other", WAVEFORM.replace("{name: means}", "{name: none}"));
    assertOtherRefused("has no output 'none'", "other.onnx");
    write(means(), "other", WAVEFORM.replace("length: 7350", "length: 7000"));
    assertOtherRefused("has sizes", "other.onnx");
    write(means(), "other", WAVEFORM.replace("name: waveform", "name: mel"));
    assertOtherRefused("has no input 'mel'", "other.onnx");
    write(means(), "other", WAVEFORM + "sha256: " + "0".repeat(64));
    assertOtherRefused("SHA-256", "other.onnx");
    Files.delete(run.resolve("other.yaml"));
    assertOtherRefused("no contract (other.yaml)", "other.onnx");
    write(means(), "other", WAVEFORM);
    StageRun ended =
        stage(
            new Embed(),
            "--model",
            "other.onnx",
            "--features",
            "logmel.json.gz",
            "--out",
            "" + out("none.json"));
    assertTrue(ended.stderr().contains("takes audio"), ended.stderr());
  }

  private void assertOtherRefused(String why, String model) {
    StageRun ended =
        stage(
            new Embed(),
            "--model",
            model,
            "--segments",
            "segments.json",
            "--out",
            "" + out("none.json"));
    assertEquals(1, ended.exit());
    assertTrue(ended.stderr().contains(why), ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertFalse(Files.exists(out("none.json")));
  }

  // ---- failures

  @Test
  void otherFeaturesAreRefused() {
    succeed(
        new Logmel(),
        "--segments",
        "segments.json",
        "--out",
        "hop.json",
        "--mels",
        "40",
        "--window",
        "hamming");
    assertRefused("computed with another window", "--features", "hop.json");
    succeed(new Logmel(), "--segments", "segments.json", "--out", "wide.json", "--mels", "64");
    assertRefused("do not fit", "--features", "wide.json");
    StageRun ended =
        stage(
            new Embed(),
            "--model",
            "model.zip",
            "--features",
            "logmel.json.gz",
            "--part",
            "test",
            "--out",
            "" + out("none.json"));
    assertEquals(2, ended.exit());
  }

  @Test
  void aNetworkWithClustersNeedsThem() {
    ModelFile.write(model(3), run.resolve("clusters.zip"));
    for (String kind : List.of("--features logmel.json.gz", "--segments segments.json")) {
      String[] source = kind.split(" ");
      StageRun ended =
          stage(
              new Embed(),
              "--model",
              "clusters.zip",
              source[0],
              source[1],
              "--out",
              "" + out("none.json"));
      assertEquals(1, ended.exit());
      assertTrue(ended.stderr().contains("takes each segment's cluster"), ended.stderr());
    }
    succeed(
        new Kmeans(), "--features", "logmel.json.gz", "--out", "kmeans.json", "--clusters", "3");
    Features with = embedded("--model", "clusters.zip", "--features", "kmeans.json");
    assertEquals(logmel.size(), with.size());
  }

  private void assertRefused(String why, String... source) {
    StageRun ended =
        stage(
            new Embed(),
            "--model",
            "model.zip",
            source[0],
            source[1],
            "--out",
            "" + out("none.json"));
    assertEquals(1, ended.exit());
    assertTrue(ended.stderr().contains(why), ended.stderr());
    assertEquals(1, ended.stderr().lines().count(), ended.stderr());
    assertFalse(Files.exists(out("none.json")));
  }
}
