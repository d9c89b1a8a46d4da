///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the network with musically motivated filters: its size, that it learns, that it is drawn as it is
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../plans/Musical.java
//SOURCES ../kit/TwoGenres.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/LayerTable.java
//SOURCES ../../lib/networks/NetworkGraph.java
//SOURCES ../../lib/networks/NetworkInput.java
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
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MusicalTest {
  @Test
  void itsLayersAreWhatTheDocsSay() {
    var input = new NetworkInput(Shape.frames, 64, 128, 0, 10, 1e-4, 1);
    ComputationGraph network = Musical.network(input);
    float[] scale = new float[128];
    var preparation =
        new InputPreparation(InputPreparation.Layout.image, Shape.frames, 64, 128, scale, scale, 0);
    var drawn = new Architecture("musical", LayerTable.of(network, preparation));
    assertEquals(185_482, NetworkGraph.trainableParameters(network));
    assertEquals(185_482, drawn.parameters());
    List<String> layers =
        drawn.layers().stream()
            .map(layer -> layer.name() + ", " + layer.detail() + ": " + layer.output())
            .toList();
    for (String layer :
        List.of(
            "Convolution, 3 × 115, padded, ReLU: 64 × 14 × 48",
            "Max pooling, 1 × 14, stride 1 × 14: 64 × 1 × 48",
            "Convolution, 3 × 51, padded, ReLU: 64 × 78 × 48",
            "Max pooling, 1 × 78, stride 1 × 78: 64 × 1 × 48",
            "Average pooling, 1 × 128, stride 1 × 128: 64 × 1 × 1",
            "Convolution, 33 × 1, padded, ReLU: 64 × 1 × 16",
            "Concatenation, : 64 × 1 × 144",
            "Max pooling, 2 × 1, stride 2 × 1: 32 × 1 × 64")) {
      assertTrue(layers.contains(layer), layer + " of " + layers);
    }
  }

  /** Loud frames come every fourth or every seventh: the same timbre, another rhythm. */
  @Test
  void itLearnsARhythm() {
    var input = new NetworkInput(Shape.frames, 48, 20, 0, 2, 3e-3, 1);
    ComputationGraph network = Musical.network(input);
    int right = TwoGenres.learnt(network, MusicalTest::beats, MusicalTest::beats);
    assertTrue(right >= 58, right + " of 64");
  }

  private static INDArray beats(int[] labels, Random random) {
    float[] values = new float[labels.length * 48 * 20];
    for (int segment = 0; segment < labels.length; segment++) {
      labels[segment] = random.nextInt(2);
      int period = labels[segment] == 0 ? 4 : 7;
      int begin = random.nextInt(period);
      for (int i = 0; i < 48 * 20; i++) {
        boolean loud = (i / 20 + begin) % period == 0;
        values[segment * 48 * 20 + i] = (float) (0.3 * random.nextGaussian() + (loud ? 2 : 0));
      }
    }
    return Nd4j.create(values, new long[] {labels.length, 1, 48, 20}, 'c');
  }
}
