///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the hybrid network: its size, its way from planes to steps, that it learns
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Hybrid.java
//SOURCES ../../lib/networks/KerasWeights.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/networks/Training.java
//SOURCES ../../lib/networks/dl4j/RowsAsSteps.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/NetworkGraph.java
//SOURCES ../../lib/networks/NetworkInput.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/networks/LayerTable.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.Architecture;
import genrelab.networks.InputPreparation;
import genrelab.networks.KerasWeights;
import genrelab.networks.LayerTable;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.NetworkInput.Shape;
import genrelab.networks.dl4j.RowsAsSteps;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HybridTest {
  private static final LayerWorkspaceMgr NO_WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  @Test
  void everyRowIsAStepOfAllItsChannelsAndColumns() {
    var rowsAsSteps = new RowsAsSteps(2, 3);
    INDArray planes = Nd4j.arange(4 * 2 * 5 * 3).castTo(Nd4j.dataType()).reshape(4, 2, 5, 3);
    INDArray steps = rowsAsSteps.preProcess(planes, 4, NO_WORKSPACES);
    assertArrayEquals(new long[] {4, 6, 5}, steps.shape());
    for (int channel = 0; channel < 2; channel++) {
      for (int column = 0; column < 3; column++) {
        assertEquals(
            planes.getDouble(3, channel, 4, column),
            steps.getDouble(3, channel * 3 + column, 4),
            channel + ", " + column);
      }
    }
    assertEquals(planes, rowsAsSteps.backprop(steps, 4, NO_WORKSPACES));
  }

  @Test
  void trainableParametersAreWhatTheDocsSay() {
    var input = new NetworkInput(Shape.frames, 130, 13, 0, 10, 1e-4, 1);
    var network = Hybrid.network(input);
    assertEquals(124_810, NetworkGraph.trainableParameters(network));
    float[] scale = new float[13];
    var preparation =
        new InputPreparation(InputPreparation.Layout.image, Shape.frames, 130, 13, scale, scale, 0);
    List<Architecture.Layer> layers = LayerTable.of(network, preparation);
    assertEquals(124_810, new Architecture("hybrid", layers).parameters());
    assertTrue(
        layers.stream()
            .anyMatch(l -> l.name().equals("Rows as steps") && l.output().equals("33 × 256")),
        layers.toString());
  }

  /**
   * Two kinds of noise with the same values in another order of time: a convolution's mean fails.
   */
  @Test
  void itLearnsAnOrderOfTime() {
    var input = new NetworkInput(Shape.frames, 40, 13, 0, 2, 3e-3, 1);
    ComputationGraph network = Hybrid.network(input);
    KerasWeights.set(network, 1);
    Nd4j.getRandom().setSeed(1);
    var random = new Random(1);
    double score = 0;
    for (int step = 0; step < 40; step++) {
      int[] labels = new int[16];
      float[] values = new float[16 * 40 * 13];
      for (int segment = 0; segment < 16; segment++) {
        labels[segment] = random.nextInt(2);
        for (int frame = 0; frame < 40; frame++) {
          double level = (labels[segment] == 0 ? frame : 39 - frame) / 20.0 - 1;
          for (int c = 0; c < 13; c++) {
            values[(segment * 40 + frame) * 13 + c] = (float) (level + 0.3 * random.nextGaussian());
          }
        }
      }
      INDArray[] segments = {Nd4j.create(values, new long[] {16, 1, 40, 13}, 'c')};
      network.fit(segments, new INDArray[] {InputPreparation.oneHot(labels, 2)});
      score = network.score();
    }
    assertTrue(score < 0.1, "loss " + score);
  }
}
