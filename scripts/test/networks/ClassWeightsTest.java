///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests of losses weighted by class
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Compact.java
//SOURCES ../../lib/evaluation/ClassWeights.java
//SOURCES ../../lib/evaluation/ModelCard.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/networks/NetworkGraph.java
//SOURCES ../../lib/networks/NetworkInput.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../kit/StageRun.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.evaluation.ClassWeights;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ClassWeightsTest {
  private static final float[][] FEATURES = {
    {0.1f, 0.9f, 0.4f}, {0.7f, 0.2f, 0.6f}, {0.3f, 0.3f, 0.8f}, {0.5f, 0.1f, 0.2f}
  };

  @TempDir Path folder;

  /** compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 2, 2]). */
  @Test
  void balancedWeightsAreScikitLearns() {
    double[] weights = ClassWeights.balanced.of(new int[] {0, 0, 0, 1, 2, 2}, 3);
    assertArrayEquals(new double[] {0.6666666666666666, 2, 1}, weights, 1e-15);
    assertArrayEquals(
        new double[] {1, 1, 1}, ClassWeights.none.of(new int[] {0, 0, 0, 1, 2, 2}, 3));
  }

  @Test
  void aClassThatTrainingLacksCountsInNoWeight() {
    assertArrayEquals(
        new double[] {2 / 3.0, 1, 2}, ClassWeights.balanced.of(new int[] {0, 0, 0, 2}, 3), 1e-15);
  }

  /** The loss, and its gradient by the output's bias, also of labels that mixup has mixed. */
  @Test
  void theLossOfEachItemIsMultipliedByItsClasssWeight() {
    var input = new NetworkInput(NetworkInput.Shape.frames, 1, 3, 0, 2, 1e-4, 1);
    ComputationGraph network =
        NetworkGraph.withHead(
            NetworkGraph.configuration(input).graphBuilder().addInputs("features"),
            "features",
            0,
            input,
            InputType.feedForward(3));
    double[] weights = {0.25, 3};
    NetworkGraph.weightClasses(network, weights);
    INDArray features = Nd4j.createFromArray(FEATURES);
    float[][] labels = {{1, 0}, {0, 1}, {1, 0}, {0.3f, 0.7f}};
    float[][] given = network.outputSingle(features).toFloatMatrix();
    double loss = 0;
    double gradient = 0; // by the bias of class 0
    for (int r = 0; r < 4; r++) {
      for (int c = 0; c < 2; c++) {
        double weight = weights[c] * labels[r][c] / 4;
        loss -= weight * Math.log(given[r][c]);
        gradient += weight * (given[r][0] - (c == 0 ? 1 : 0));
      }
    }
    network.setInput(0, features);
    network.setLabel(0, Nd4j.createFromArray(labels));
    network.computeGradientAndScore();
    assertEquals(loss, network.score(), 1e-5);
    assertEquals(loss, network.score(new DataSet(features, Nd4j.createFromArray(labels))), 1e-5);
    assertEquals(
        gradient, network.gradient().getGradientFor("output_b").getDouble(0) / 4, 1e-5, "over 4");
  }

  /** Blues has nine training tracks of ten; nothing tells the two genres apart. */
  private void writeUnbalanced() {
    int size = 24;
    int[] labels = new int[size];
    int[] segments = new int[size];
    String[] tracks = new String[size];
    float[][] values = new float[size][16 * 8];
    var parts = new ArrayList<Rows.SplitRow>();
    var random = new Random(2);
    for (int i = 0; i < size; i++) {
      labels[i] = i < 10 ? i / 9 : i % 2;
      tracks[i] = "t.%02d".formatted(i);
      for (int v = 0; v < values[i].length; v++) {
        values[i][v] = (float) random.nextGaussian();
      }
      parts.add(
          new Rows.SplitRow(
              tracks[i], 0, i < 10 ? Part.train : i < 14 ? Part.validation : Part.test));
    }
    var empty = Store.JSON.createObjectNode();
    new Features(
            "logmel",
            List.of("blues", "jazz"),
            labels,
            tracks,
            segments,
            null,
            16,
            8,
            values,
            empty,
            empty)
        .write(folder.resolve("logmel.json"));
    Store.writeRows(folder.resolve("split.json"), parts);
  }

  private StageRun train(String name, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "--features=" + folder.resolve("logmel.json"),
                "--split=" + folder.resolve("split.json"),
                "--out=" + folder.resolve(name),
                "--batch=5",
                "--epochs=2"));
    args.addAll(List.of(more));
    return StageRun.of(new Compact(), args.toArray(String[]::new));
  }

  @Test
  void weightsOfTheTrainingPartAreUsedAndRecorded() throws Exception {
    writeUnbalanced();
    for (String name : List.of("balanced", "again")) {
      StageRun run = train(name, "--class-weights=balanced");
      assertEquals(0, run.exit(), run.stderr());
    }
    assertEquals(0, train("plain").exit());
    assertEquals(predictions("balanced"), predictions("again"));
    assertNotEquals(predictions("balanced"), predictions("plain"));
    JsonNode record = ModelFile.read(folder.resolve("balanced/model.zip")).description();
    assertEquals(10 / 18.0, record.at("/classWeights/blues").asDouble(), 1e-12);
    assertEquals(10 / 2.0, record.at("/classWeights/jazz").asDouble(), 1e-12);
    String card = Files.readString(folder.resolve("balanced/card.md"));
    assertTrue(card.contains("training part: blues 0.556, jazz 5.00."), card);
    assertTrue(card.contains("| balanced accuracy | "), card);
    assertTrue(
        Files.readString(folder.resolve("balanced/run.json")).contains("--class-weights=balanced"));
    assertFalse(Files.readString(folder.resolve("plain/card.md")).contains("Loss weighted"));
  }

  private String predictions(String name) throws Exception {
    return Files.readString(folder.resolve(name).resolve("predictions.json"));
  }
}
