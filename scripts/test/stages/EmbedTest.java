///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests embeddings of a trained network: as features, from features and from audio
// Before the stages', of which some bring older ones.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Baseline.java
//SOURCES ../../Compact.java
//SOURCES ../../Demo.java
//SOURCES ../../Embed.java
//SOURCES ../../Export.java
//SOURCES ../../Kmeans.java
//SOURCES ../../Logmel.java
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
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
