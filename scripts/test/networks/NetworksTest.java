///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests of the networks: parameter counts, training, resuming, files
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Cnn.java
//SOURCES ../../Lstm.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/networks/CodeChecksum.java
//SOURCES ../../lib/evaluation/Calibration.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/KerasWeights.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/networks/Training.java
//SOURCES ../../lib/networks/TrainingOptions.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/networks/NetworkDefinition.java
//SOURCES ../../lib/networks/NetworkGraph.java
//SOURCES ../../lib/networks/NetworkInput.java
//SOURCES ../../lib/networks/LayerTable.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.evaluation.Calibration;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.networks.CodeChecksum;
import genrelab.networks.InputPreparation;
import genrelab.networks.KerasWeights;
import genrelab.networks.LayerTable;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.NetworkInput.Shape;
import genrelab.networks.TrainedModel;
import genrelab.networks.Training;
import genrelab.networks.TrainingOptions;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class NetworksTest {
  private static final List<String> GENRES = List.of("blues", "jazz", "rock");

  @TempDir static Path folder;
  private static Path features;
  private static Path split;

  /** Three genres that differ in two coefficients: 12 tracks of 4 segments, 32 frames of 13. */
  @BeforeAll
  static void writeFeatures() {
    var random = new Random(7);
    int size = 48;
    int[] labels = new int[size];
    int[] segments = new int[size];
    int[] clusters = new int[size];
    String[] tracks = new String[size];
    float[][] values = new float[size][32 * 13];
    var parts = new ArrayList<Rows.SplitRow>();
    for (int i = 0; i < size; i++) {
      int track = i / 4;
      labels[i] = track % 3;
      segments[i] = i % 4;
      clusters[i] = i % 2;
      tracks[i] = "%s.%05d".formatted(GENRES.get(labels[i]), track);
      for (int v = 0; v < values[i].length; v++) {
        boolean telling = v % 13 == 1 + labels[i];
        values[i][v] = (float) (random.nextGaussian() + (telling ? 4 : 0));
      }
      String part = i % 4 == 3 ? "test" : i % 8 == 2 ? "validation" : "train";
      parts.add(new Rows.SplitRow(tracks[i], segments[i], Part.valueOf(part)));
    }
    features = folder.resolve("mfcc-kmeans.json");
    split = folder.resolve("split.json");
    var empty = Store.JSON.createObjectNode();
    new Features("mfcc", GENRES, labels, tracks, segments, clusters, 32, 13, values, empty, empty)
        .write(features);
    Store.writeRows(split, parts);
  }

  private static NetworkInput input(Shape shape, int clusters) {
    return shape == Shape.frames
        ? new NetworkInput(shape, 130, 13, clusters, 10, 1e-4, 1)
        : new NetworkInput(shape, 1690, 1, clusters, 10, 1e-4, 1);
  }

  private static Architecture layers(ComputationGraph network, Shape shape, int clusters) {
    boolean steps = network.getConfiguration().getVertices().containsKey("lstm1");
    var layout = steps ? InputPreparation.Layout.sequence : InputPreparation.Layout.image;
    float[] scale = new float[13];
    var preparation = new InputPreparation(layout, shape, 130, 13, scale, scale, clusters);
    return new Architecture("any", LayerTable.of(network, preparation));
  }

  /** The layers that the report draws are those that are trained. */
  @Test
  void layerTablesAddUpToTheNetworksParameters() {
    for (Shape shape : Shape.values()) {
      for (int clusters : new int[] {0, 10}) {
        NetworkInput input = input(shape, clusters);
        for (ComputationGraph network : List.of(Cnn.network(input), Lstm.network(input))) {
          Architecture drawn = layers(network, shape, clusters);
          assertEquals(NetworkGraph.trainableParameters(network), drawn.parameters());
          assertEquals(network.numParams(), drawn.parameters() + drawn.statistics());
        }
      }
    }
  }

  @Test
  void layerTableOfTheCnnIsThePublishedOne() {
    Architecture cnn = layers(Cnn.network(input(Shape.frames, 0)), Shape.frames, 0);
    assertEquals(
        List.of(
            "Segment (frames × coefficients): 130 × 13",
            "Convolution (3 × 3, ReLU): 128 × 11 × 128",
            "Max pooling (3 × 3, stride 2): 64 × 6 × 128",
            "Batch normalisation (): 64 × 6 × 128",
            "Convolution (3 × 3, ReLU): 62 × 4 × 64",
            "Max pooling (3 × 3, stride 2): 31 × 2 × 64",
            "Batch normalisation (): 31 × 2 × 64",
            "Convolution (2 × 2, ReLU): 30 × 1 × 64",
            "Max pooling (2 × 2, stride 2): 15 × 1 × 64",
            "Batch normalisation (): 15 × 1 × 64",
            "Flatten (): 960",
            "Dense (ReLU): 64",
            "Dropout (0.2): 64",
            "Output (softmax): 10"),
        cnn.layers().stream()
            .map(layer -> "%s (%s): %s".formatted(layer.name(), layer.detail(), layer.output()))
            .toList());
    assertEquals(512, cnn.statistics());
  }

  @Test
  void layerTableOfTheFlattenedLstmNamesItsSteps() {
    Architecture lstm = layers(Lstm.network(input(Shape.flat, 10)), Shape.flat, 10);
    assertEquals(
        List.of(
            "Segment: 1690 × 1",
            "LSTM: 1690 × 128",
            "LSTM: 1690 × 64",
            "LSTM: 64",
            "Batch normalisation: 64",
            "Cluster beside it: 74",
            "Dense: 64",
            "Dropout: 64",
            "Output: 10"),
        lstm.layers().stream().map(layer -> layer.name() + ": " + layer.output()).toList());
  }

  @Test
  void trainableParametersAreThePublishedOnes() {
    assertEquals(154_186, NetworkGraph.trainableParameters(Cnn.network(input(Shape.frames, 0))));
    assertEquals(159_946, NetworkGraph.trainableParameters(Lstm.network(input(Shape.frames, 0))));
    assertEquals(961_098, NetworkGraph.trainableParameters(Cnn.network(input(Shape.flat, 0))));
    assertEquals(153_930, NetworkGraph.trainableParameters(Lstm.network(input(Shape.flat, 0))));
  }

  @Test
  void oneHotClusterAddsTenInputsToTheDenseLayer() {
    long added = 10 * 64;
    assertEquals(
        154_186 + added, NetworkGraph.trainableParameters(Cnn.network(input(Shape.frames, 10))));
    assertEquals(
        159_946 + added, NetworkGraph.trainableParameters(Lstm.network(input(Shape.frames, 10))));
  }

  @Test
  void theFlattenedLstmTakesAStep() {
    ComputationGraph network = Lstm.network(input(Shape.flat, 0));
    KerasWeights.set(network, 1);
    INDArray before = network.params().dup();
    INDArray labels = Nd4j.zeros(2, 10);
    labels.putScalar(0, 3, 1);
    labels.putScalar(1, 4, 1);
    network.fit(new INDArray[] {Nd4j.rand(2, 1, 1690)}, new INDArray[] {labels});
    assertTrue(Double.isFinite(network.score()));
    assertFalse(before.equalsWithEps(network.params(), 0));
  }

  @Test
  void oneDnnHelpersAreActive() {
    String machine = System.getProperty("os.arch");
    assumeTrue(Set.of("amd64", "x86_64").contains(machine), "no oneDNN build for " + machine);
    ComputationGraph network = Cnn.network(input(Shape.frames, 0));
    for (String layer : List.of("convolution1", "convolution2", "convolution3")) {
      assertNotNull(network.getLayer(layer).getHelper(), layer + " falls back to im2col");
    }
  }

  @Test
  void weightsStartAsKerasStartsThem() {
    ComputationGraph network = Lstm.network(input(Shape.frames, 0));
    KerasWeights.set(network, 1);
    INDArray kernel = network.getLayer("lstm1").getParam("W");
    double limit = Math.sqrt(6.0 / (13 + 512));
    assertTrue(kernel.maxNumber().doubleValue() <= limit);
    assertEquals(limit / Math.sqrt(3), kernel.stdNumber().doubleValue(), 0.02 * limit);
    INDArray recurrent = network.getLayer("lstm1").getParam("RW");
    INDArray product = recurrent.mmul(recurrent.transpose());
    assertTrue(product.equalsWithEps(Nd4j.eye(128), 1e-5), "recurrent rows are not orthonormal");
    INDArray bias = network.getLayer("lstm1").getParam("b");
    assertEquals(128, bias.sumNumber().doubleValue(), 0, "only the 128 forget biases are 1");
  }

  private static int train(Object network, Path out, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "--features",
                "" + features,
                "--split",
                "" + split,
                "--out",
                "" + out,
                "--batch",
                "8"));
    args.addAll(List.of(more));
    return Stage.run(network, args.toArray(String[]::new));
  }

  @Test
  void cnnLearnsAndWritesItsFiles() throws IOException {
    Path out = folder.resolve("cnn");
    assertEquals(0, train(new Cnn(), out, "--epochs", "12", "--learning-rate", "1e-3"));
    assertEquals(
        new TreeSet<>(
            Set.of(
                "card.md",
                "classes.json",
                "confusion.json",
                "history.json",
                "metrics.json",
                "model-best.zip",
                "model.zip",
                "predictions.json",
                "report-tracks.json",
                "report.json",
                "run.json")),
        names(out));
    List<Rows.Metric> metrics = Store.readRows(out.resolve("metrics.json"), Rows.Metric.class);
    assertEquals(1, find(metrics, "segment", "test_accuracy").value(), "a separable set");
    assertEquals(12, find(metrics, "track", "tracks_on_both_sides").value());
    assertEquals(12, Store.readRows(out.resolve("history.json"), Rows.Epoch.class).size());
    List<Rows.Prediction> rows =
        Store.readRows(out.resolve("predictions.json"), Rows.Prediction.class);
    assertEquals(12, rows.size());
    List<Rows.ClassName> classes =
        Store.readRows(out.resolve("classes.json"), Rows.ClassName.class);
    assertEquals(GENRES, classes.stream().map(Rows.ClassName::name).toList());
    for (Rows.Prediction row : rows) {
      int likeliest = Calibration.likeliest(row.probabilities());
      assertEquals(row.predicted(), classes.get(likeliest).name());
      assertEquals(likeliest, classes.get(likeliest).index());
      double sum = 0;
      for (float probability : row.probabilities()) {
        sum += probability;
      }
      assertEquals(1, sum, 1e-5);
    }
  }

  @Test
  void aNetworkOfOnesOwnMustEndAsTheOthers() throws IOException {
    assertRefusedHead("other name", input -> ownNetwork(input, "last", "dropout", 3));
    assertRefusedHead("no dropout", input -> ownNetwork(input, "output", "hidden", 3));
    assertRefusedHead("other genres", input -> ownNetwork(input, "output", "dropout", 4));
  }

  private static void assertRefusedHead(String what, NetworkDefinition own) throws IOException {
    Path out = folder.resolve("own");
    var options = new TrainingOptions();
    String[] args = {"--features", "" + features, "--split", "" + split, "--out", "" + out};
    new CommandLine(CommandSpec.forAnnotatedObject(options)).parseArgs(args);
    var training = new Training("own", options, InputPreparation.Layout.image, own);
    String message = assertThrows(Stage.Failure.class, training::run, what).getMessage();
    assertTrue(message.contains("end it with NetworkGraph.withHead"), message);
    assertEquals(Set.of(), names(out), what);
  }

  private static ComputationGraph ownNetwork(
      NetworkInput input, String output, String last, int classes) {
    var graph =
        NetworkGraph.configuration(input)
            .graphBuilder()
            .addInputs("features")
            .setInputTypes(InputType.convolutional(input.frames(), input.coefficients(), 1))
            .addLayer("hidden", new DenseLayer.Builder().nOut(8).build(), "features")
            .addLayer("dropout", new DropoutLayer(0.5), "hidden")
            .addLayer(
                output,
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(classes)
                    .activation(Activation.SOFTMAX)
                    .build(),
                last)
            .setOutputs(output);
    if (last.equals("hidden")) {
      graph.removeVertex("dropout");
    }
    var network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  @Test
  void lstmLearns() {
    Path out = folder.resolve("lstm");
    assertEquals(0, train(new Lstm(), out, "--epochs", "12", "--learning-rate", "3e-3"));
    List<Rows.Metric> metrics = Store.readRows(out.resolve("metrics.json"), Rows.Metric.class);
    assertEquals(1, find(metrics, "segment", "test_accuracy").value(), "a separable set");
  }

  @Test
  void theSameSeedGivesTheSameFiles() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Path other = folder.resolve("other");
    assertEquals(0, train(new Cnn(), first, "--epochs", "2", "--clusters", "one-hot"));
    assertEquals(0, train(new Cnn(), second, "--epochs", "2", "--clusters", "one-hot"));
    assertEquals(
        0, train(new Cnn(), other, "--epochs", "2", "--clusters", "one-hot", "--seed", "2"));
    for (String file : List.of("model.zip", "predictions.json", "metrics.json", "report.json")) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve(file)), Files.readAllBytes(second.resolve(file)), file);
    }
    assertNotEquals(
        Store.sha256(first.resolve("predictions.json")),
        Store.sha256(other.resolve("predictions.json")));
  }

  @Test
  void standardisingLearnsFromTrainingSegmentsAlone() throws IOException {
    Path out = folder.resolve("standardised");
    assertEquals(0, train(new Cnn(), out, "--epochs", "1", "--scale", "standardise"));
    Features data = Features.read(features);
    List<Rows.SplitRow> parts = Store.readRows(split, Rows.SplitRow.class);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < data.size(); i++) {
      for (int v = 1; parts.get(i).part() == Part.train && v < data.values()[i].length; v += 13) {
        sum += data.values()[i][v];
        count++;
      }
    }
    assertEquals(sum / count, model(out).at("/preparation/mean/1").doubleValue(), 1e-5);
  }

  private static com.fasterxml.jackson.databind.JsonNode model(Path out) throws IOException {
    try (var zip = new ZipFile(out.resolve("model.zip").toFile())) {
      assertEquals(
          List.of("model.json", "parameters.f32", "card.md"),
          zip.stream().map(java.util.zip.ZipEntry::getName).toList());
      return Store.JSON.readTree(zip.getInputStream(zip.getEntry("model.json")));
    }
  }

  @Test
  void aSavedModelPredictsTheSame() {
    Path out = folder.resolve("saved");
    assertEquals(
        0,
        train(new Lstm(), out, "--epochs", "2", "--scale", "standardise", "--clusters", "one-hot"));
    TrainedModel model = ModelFile.read(out.resolve("model.zip"));
    ComputationGraph network = model.network(Lstm::network);
    Features data = Features.read(features);
    List<Rows.Prediction> rows =
        Store.readRows(out.resolve("predictions.json"), Rows.Prediction.class);
    // in the batches of the test: of other sizes, sums may differ in the last digit
    float[][] segments = new float[8][];
    int[] clusters = new int[8];
    for (int r = 0; r < 8; r++) {
      int row = 4 * r + 3;
      segments[r] = data.values()[row];
      clusters[r] = data.clusters()[row];
      assertEquals(data.tracks()[row], rows.get(r).track());
    }
    float[][] output =
        network.outputSingle(model.preparation().inputs(segments, clusters)).toFloatMatrix();
    for (int r = 0; r < 8; r++) {
      assertArrayEquals(rows.get(r).probabilities(), output[r]);
    }
  }

  @Test
  void aModelCardTellsWhatTheRecordHolds() {
    var record = Store.JSON.createObjectNode().put("network", "mine").put("epoch", 7);
    record.putArray("mapping").add("jazz").add("rock");
    record.withObject("/features/provenance").put("synthetic", true);
    record.withObject("/split").put("by", "segment").put("testTracksInTraining", 93);
    record.withObject("/calibration").put("temperature", 1.5);
    for (String level : List.of("segment", "track")) {
      record
          .withArray("metrics")
          .addObject()
          .put("level", level)
          .put("metric", "test_accuracy")
          .put("value", level.equals("track") ? 0.7 : 0.6154)
          .put("low", 0.58)
          .put("high", 0.75);
    }
    float[] ones = new float[13];
    java.util.Arrays.fill(ones, 1);
    var preparation =
        new InputPreparation(
            InputPreparation.Layout.image, Shape.frames, 130, 13, new float[13], ones, 0);
    var input = new NetworkInput(Shape.frames, 130, 13, 0, 2, 1e-4, 1);
    String card = new TrainedModel(record, preparation, input, new float[1234]).card();
    assertTrue(card.startsWith("# Model card: mine\n\n**Trained on a SYNTHETIC demo"), card);
    assertTrue(card.contains("| accuracy | 61.5 % (58.0 to 75.0) | 70.0 % (58.0 to 75.0) |"), card);
    assertTrue(card.contains("| jazz | – | – | – |"), card);
    assertTrue(card.contains("93 tracks of the test also have segments in training"), card);
    assertTrue(card.contains("Temperature 1.50") && card.contains("1,234 parameters"), card);
    assertFalse(card.contains("for songs") || card.contains("too high"), card);
    ObjectNode ofSongs = record.withObject("/trackCalibration");
    ofSongs.put("temperature", 0.8).put("tracks", 41).put("tracksInTraining", 40);
    card = new TrainedModel(record, preparation, input, new float[1234]).card();
    assertTrue(card.contains("Temperature 0.80 for songs"), card);
    assertTrue(card.contains("the 41 tracks") && card.contains("of 40 tracks that are"), card);
    assertTrue(card.contains("new songs, its confidence is too high"), card);
    assertTrue(card.contains("unscaled") && card.contains("of epoch 7"), card);
    assertTrue(!card.contains("${"), card);

    record.remove("metrics");
    record.withObject("/features/provenance").put("synthetic", false);
    card = new TrainedModel(record, preparation, input, new float[1234]).card();
    assertTrue(card.contains("These weights were not tested"), card);
    assertTrue(!card.contains("SYNTHETIC") && !card.contains("accuracy |"), card);
  }

  @Test
  void aSegmentOfAnotherSizeIsRefusedWithBothSizes() {
    var preparation =
        new InputPreparation(
            InputPreparation.Layout.image, Shape.frames, 130, 13, new float[13], new float[13], 0);
    var refused =
        assertThrows(
            Stage.Failure.class,
            () -> preparation.inputs(new float[][] {new float[126 * 13]}, new int[1]));
    assertTrue(refused.getMessage().contains("1638"), refused.getMessage());
    assertTrue(refused.getMessage().contains("130 × 13"), refused.getMessage());
    var small = new NetworkInput(Shape.frames, 130, 4, 0, 10, 1e-4, 1);
    var tooSmall = assertThrows(Stage.Failure.class, () -> Cnn.network(small));
    assertTrue(tooSmall.getMessage().contains("130 frames × 4 values"), tooSmall.getMessage());
  }

  @Test
  void brokenModelsAreRefusedByName() throws IOException {
    Path broken = folder.resolve("broken-model.zip");
    Files.writeString(broken, "no zip");
    var refused = assertThrows(Stage.Failure.class, () -> ModelFile.read(broken));
    assertTrue(refused.getMessage().contains("broken-model.zip"), refused.getMessage());
  }

  @Test
  void earlyStoppingEndsAtTheValidationsTurnAndTestsTheBest() throws IOException {
    Path out = folder.resolve("early");
    String[] options = {
      "--epochs", "60", "--learning-rate", "0.01", "--early-stopping", "2", "--test-model", "best"
    };
    assertEquals(0, train(new Cnn(), out, options));
    List<Rows.Epoch> history = Store.readRows(out.resolve("history.json"), Rows.Epoch.class);
    assertTrue(history.size() < 60, "it never stopped");
    int best = 1;
    for (Rows.Epoch epoch : history) {
      best = epoch.valLoss() < history.get(best - 1).valLoss() ? epoch.epoch() : best;
    }
    assertEquals(history.size() - 2, best);
    List<Rows.Metric> metrics = Store.readRows(out.resolve("metrics.json"), Rows.Metric.class);
    assertEquals(best, find(metrics, "network", "best_epoch").value());
    assertEquals(
        history.get(best - 1).valAccuracy(),
        find(metrics, "segment", "validation_accuracy").value());
    assertEquals(history.size(), model(out).path("epoch").asInt());
    float[] last = ModelFile.read(out.resolve("model.zip")).parameters();
    TrainedModel kept = ModelFile.read(out.resolve("model-best.zip"));
    assertEquals(best, kept.description().path("epoch").asInt());
    assertFalse(java.util.Arrays.equals(last, kept.parameters()));
  }

  @Test
  void decayShrinksTheSteps() {
    Path plain = folder.resolve("plain");
    Path decayed = folder.resolve("decayed");
    assertEquals(0, train(new Cnn(), plain, "--epochs", "2"));
    assertEquals(0, train(new Cnn(), decayed, "--epochs", "2", "--decay", "1e-6"));
    List<Double> whole = losses(plain);
    List<Double> shrunk = losses(decayed);
    assertEquals(whole.get(0), shrunk.get(0), "the first epoch has the full rate");
    float[] after = ModelFile.read(decayed.resolve("model.zip")).parameters();
    float[] free = ModelFile.read(plain.resolve("model.zip")).parameters();
    assertFalse(java.util.Arrays.equals(after, free));
  }

  @Test
  void oneStepLowersTheLoss() {
    for (boolean cnn : new boolean[] {true, false}) {
      NetworkInput input = new NetworkInput(Shape.frames, 130, 13, 0, 10, 1e-3, 1);
      ComputationGraph network = cnn ? Cnn.network(input) : Lstm.network(input);
      KerasWeights.set(network, 1);
      Nd4j.getRandom().setSeed(2);
      INDArray[] features = {cnn ? Nd4j.rand(16, 1, 130, 13) : Nd4j.rand(16, 13, 130)};
      INDArray[] labels = {InputPreparation.oneHot(new int[16], 10)};
      network.fit(features, labels);
      double first = network.score();
      network.fit(features, labels);
      network.fit(features, labels);
      assertTrue(network.score() < first, network.score() + " after " + first);
    }
  }

  /** Kills a run after its second epoch or later and goes on: the files are those of one run. */
  @Test
  void aKilledRunResumesToTheSameResult() throws Exception {
    Path whole = folder.resolve("whole");
    assertEquals(0, train(new Cnn(), whole, "--epochs", "30"));
    Path killed = folder.resolve("killed");
    Process run =
        cnn(System.getProperty("java.class.path"), killed)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (epochsDone(killed) < 2 && run.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    run.destroyForcibly().waitFor();
    Path checkpoint = killed.resolve("checkpoint.bin");
    assertTrue(Files.exists(checkpoint), "the run had ended before the kill");
    byte[] sound = Files.readAllBytes(checkpoint);
    int block; // where the first block's length stands: behind fingerprint, epoch and iteration
    try (var data = new DataInputStream(Files.newInputStream(checkpoint))) {
      block = 2 + data.readUTF().length() + 8;
    }
    for (byte first : new byte[] {-1, 127}) { // lengths below 0 and of 2 GB
      byte[] damaged = sound.clone();
      damaged[block] = first;
      Files.write(checkpoint, damaged);
      assertFails(
          1,
          "broken checkpoint",
          "--out",
          "" + killed,
          "--epochs",
          "30",
          "--batch",
          "8",
          "--resume",
          "--seed=1");
    }
    Path edited = folder.resolve("edited");
    Files.createDirectories(edited);
    Files.write(edited.resolve("checkpoint.bin"), sound);
    Process other = cnn(withAnotherLayer(), edited).start();
    String told = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, other.waitFor(), told);
    assertTrue(told.contains("code") && told.contains("starting at epoch 1"), told);
    Files.write(checkpoint, sound);
    assertFalse(Files.exists(killed.resolve("model.zip")));
    assertEquals(0, train(new Cnn(), killed, "--epochs", "30", "--resume"));
    for (String file : List.of("predictions.json", "metrics.json", "report.json", "model.zip")) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(killed.resolve(file)), file);
    }
    assertEquals(losses(whole), losses(killed));
  }

  /** A training that resumes, in a JVM of its own. */
  private static ProcessBuilder cnn(String classpath, Path out) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classpath, "Cnn"));
    command.addAll(List.of("--features", "" + features, "--split", "" + split));
    command.addAll(List.of("--out", "" + out, "--batch", "8", "--epochs", "30", "--resume"));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /** This test's class path, its jar with a class more beside the layers, as after an edit. */
  private static String withAnotherLayer() throws Exception {
    Path jar = Path.of(Training.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path copy = Files.copy(jar, folder.resolve("edited.jar"));
    try (FileSystem zip = FileSystems.newFileSystem(copy)) {
      Path layers = zip.getPath("genrelab/networks/dl4j");
      Files.copy(layers.resolve("Threads.class"), layers.resolve("Edited.class"));
    }
    String path = System.getProperty("java.class.path");
    assertTrue(path.contains(jar.toString()), path);
    return path.replace(jar.toString(), copy.toString());
  }

  /** From a jar as from an IDE's folder: an edit of the script, or of a class nested in it. */
  @Test
  void codeChecksumSeesTheScriptAndItsNestedClasses() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path jar = folder.resolve("classes.jar");
    var seen = new TreeSet<String>();
    var seenInJar = new TreeSet<String>();
    String[] edits = {"Cnn.class", "Cnn$Block.class", "genrelab/networks/Training.class"};
    for (int edit = 0; edit <= edits.length; edit++) {
      for (int i = 0; i < edits.length; i++) {
        Path file = classes.resolve(edits[i]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, i < edit ? "edited" : "as it was");
      }
      Files.writeString(classes.resolve("Cnnn.class"), "of another script " + edit);
      Files.deleteIfExists(jar);
      try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
        for (String name : edits) {
          zip.putNextEntry(new ZipEntry(name));
          zip.write(Files.readAllBytes(classes.resolve(name)));
        }
      }
      seen.add(CodeChecksum.of(classes, "cnn"));
      seenInJar.add(CodeChecksum.of(jar, "cnn"));
    }
    assertEquals(4, seen.size());
    assertEquals(4, seenInJar.size());
    String before = CodeChecksum.of(classes, "cnn");
    Files.writeString(classes.resolve("Cnnn.class"), "edited");
    assertEquals(before, CodeChecksum.of(classes, "cnn"), "another script's edit counts");
  }

  /** The epoch that a checkpoint is of, which it tells behind the run's fingerprint. */
  private static int epochsDone(Path out) throws IOException {
    Path checkpoint = out.resolve("checkpoint.bin");
    if (!Files.exists(checkpoint)) {
      return 0;
    }
    try (var data = new DataInputStream(Files.newInputStream(checkpoint))) {
      data.readUTF();
      return data.readInt();
    }
  }

  private static List<Double> losses(Path out) {
    return Store.readRows(out.resolve("history.json"), Rows.Epoch.class).stream()
        .map(Rows.Epoch::loss)
        .toList();
  }

  @Test
  void badInputFailsInOneLineAndLeavesEarlierResults() throws IOException {
    Path out = folder.resolve("bad");
    Files.createDirectories(out);
    Files.writeString(out.resolve("metrics.json"), "[]\n");
    assertFails(1, "no such file", "--features", folder + "/none.json", "--out", "" + out);
    Path halved = folder.resolve("halved.json");
    Files.write(halved, java.util.Arrays.copyOf(Files.readAllBytes(features), 5000));
    assertFails(1, "halved.json", "--features", "" + halved, "--out", "" + out);
    Path foreign = folder.resolve("foreign-split.json");
    Store.writeRows(foreign, List.of(new Rows.SplitRow("blues.99999", 0, Part.train)));
    assertFails(1, "split these features again", "--split", "" + foreign, "--out", "" + out);
    Path single = folder.resolve("one-genre.json");
    float[][] values = new float[4][32 * 13];
    String[] tracks = {"blues.00000", "blues.00001", "blues.00002", "blues.00003"};
    var empty = Store.JSON.createObjectNode();
    new Features(
            "mfcc",
            List.of("blues"),
            new int[4],
            tracks,
            new int[4],
            new int[] {0, 1, 1000, 0},
            32,
            13,
            values,
            empty,
            empty)
        .write(single);
    Path singleSplit = folder.resolve("one-genre-split.json");
    Store.writeRows(
        singleSplit,
        List.of(
            new Rows.SplitRow(tracks[0], 0, Part.train),
            new Rows.SplitRow(tracks[1], 0, Part.train),
            new Rows.SplitRow(tracks[2], 0, Part.validation),
            new Rows.SplitRow(tracks[3], 0, Part.test)));
    String[] one = {"--features", "" + single, "--split", "" + singleSplit, "--out", "" + out};
    assertFails(1, "a network needs two or more", one);
    assertFails(2, "--epochs", "--epochs", "0", "--out", "" + out);
    assertFails(2, "--learning-rate", "--learning-rate", "-1", "--out", "" + out);
    assertEquals(new TreeSet<>(Set.of("metrics.json")), names(out));
  }

  private static void assertFails(int exit, String says, String... changed) {
    var args = new ArrayList<>(List.of("--features", "" + features, "--split", "" + split));
    for (int i = 0; i < changed.length; i += 2) {
      int place = args.indexOf(changed[i]);
      if (place >= 0) {
        args.set(place + 1, changed[i + 1]);
      } else {
        args.addAll(List.of(changed[i], changed[i + 1]));
      }
    }
    var caught = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try {
      assertEquals(exit, Stage.run(new Cnn(), args.toArray(String[]::new)));
    } finally {
      System.setErr(before);
    }
    String message = caught.toString(StandardCharsets.UTF_8);
    long lines = message.lines().filter(line -> !line.startsWith("warning: ")).count();
    assertEquals(1, lines, message);
    assertTrue(message.contains(says), message);
  }

  private static Rows.Metric find(List<Rows.Metric> metrics, String level, String metric) {
    return metrics.stream()
        .filter(row -> row.level().equals(level) && row.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> names(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }
}
