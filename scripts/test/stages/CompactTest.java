///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the compact network: its size, that it learns, that it is drawn as it is
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Compact.java
//SOURCES ../kit/TwoGenres.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/networks/Training.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/NetworkGraph.java
//SOURCES ../../lib/networks/NetworkInput.java
//SOURCES ../../lib/networks/LayerTable.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.Architecture;
import genrelab.networks.InputPreparation;
import genrelab.networks.LayerTable;
import genrelab.networks.NetworkGraph;
import genrelab.networks.NetworkInput;
import genrelab.networks.NetworkInput.Shape;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CompactTest {
  /** The mean over time and frequency makes the weights the same for any input. */
  @Test
  void trainableParametersAreWhatTheDocsSay() {
    for (int[] size : new int[][] {{130, 128}, {64, 128}, {130, 13}}) {
      var input = new NetworkInput(Shape.frames, size[0], size[1], 0, 10, 1e-4, 1);
      assertEquals(139_082, NetworkGraph.trainableParameters(Compact.network(input)));
      float[] scale = new float[size[1]];
      var preparation =
          new InputPreparation(
              InputPreparation.Layout.image, Shape.frames, size[0], size[1], scale, scale, 0);
      var drawn = new Architecture("compact", LayerTable.of(Compact.network(input), preparation));
      assertEquals(139_082, drawn.parameters());
    }
  }

  /** A short tone, high or low, somewhere in time: the mean over time must find it anywhere. */
  @Test
  void itLearnsAToneWhereverItSounds() {
    var input = new NetworkInput(Shape.frames, 32, 24, 0, 2, 3e-3, 1);
    ComputationGraph network = Compact.network(input);
    int right =
        TwoGenres.learnt(
            network,
            (labels, random) -> tones(labels, 0, 20, random),
            (labels, random) -> tones(labels, 20, 28, random));
    assertTrue(right >= 58, right + " of 64");
  }

  /** Noise with a tone of four frames that begins from {@code first} to {@code last}. */
  private static INDArray tones(int[] labels, int first, int last, Random random) {
    float[] values = new float[labels.length * 32 * 24];
    for (int segment = 0; segment < labels.length; segment++) {
      labels[segment] = random.nextInt(2);
      int begin = first + random.nextInt(last - first + 1);
      for (int i = 0; i < 32 * 24; i++) {
        boolean sounds = i / 24 >= begin && i / 24 < begin + 4;
        int band = labels[segment] == 0 ? 6 : 17;
        boolean tone = sounds && Math.abs(i % 24 - band) < 2;
        values[segment * 32 * 24 + i] = (float) (0.3 * random.nextGaussian() + (tone ? 3 : 0));
      }
    }
    return Nd4j.create(values, new long[] {labels.length, 1, 32, 24}, 'c');
  }
}
