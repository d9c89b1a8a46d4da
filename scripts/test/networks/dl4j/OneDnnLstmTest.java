///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the LSTM by oneDNN against the one in Java, its gradients, threads and memory
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../../Hybrid.java
//SOURCES ../../../lib/networks/KerasWeights.java
//SOURCES ../../../lib/networks/NetworkInput.java
//SOURCES ../../../lib/networks/dl4j/FastLstm.java
//SOURCES ../../../lib/networks/dl4j/Layers.java
//SOURCES ../../../lib/networks/dl4j/Threads.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.networks.KerasWeights;
import genrelab.networks.NetworkInput;
import genrelab.networks.NetworkInput.Shape;
import genrelab.networks.dl4j.FastLstm;
import genrelab.networks.dl4j.Layers;
import genrelab.networks.dl4j.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class OneDnnLstmTest {
  private static final LayerWorkspaceMgr NO_WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  @BeforeEach
  void whereThereIsOneDnn() {
    assumeTrue(Layers.byOneDnn(), "no oneDNN for this machine");
    Nd4j.getRandom().setSeed(11);
  }

  @AfterEach
  void defaults() {
    System.clearProperty(Layers.PROPERTY);
    Threads.use(Threads.available(), Threads.available(), Threads.available());
  }

  private static Layer layer(String layers, DataType type, int inputs, int units) {
    System.setProperty(Layers.PROPERTY, layers);
    LSTM lstm =
        new FastLstm.Builder()
            .nOut(units)
            .activation(Activation.TANH)
            .forgetGateBiasInit(1)
            .build();
    var network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", lstm, "in")
                .setOutputs("lstm")
                .setInputTypes(InputType.recurrent(inputs))
                .build());
    network.init();
    network.initGradientsView();
    return network.getLayer(0);
  }

  /** Outputs in training and in inference, gradients to the input and to the parameters. */
  private static List<INDArray> step(Layer layer, INDArray input, INDArray errors) {
    var results = new ArrayList<INDArray>();
    results.add(layer.activate(input, false, NO_WORKSPACES).dup('c'));
    results.add(layer.activate(input, true, NO_WORKSPACES).dup('c'));
    Pair<Gradient, INDArray> back = layer.backpropGradient(errors, NO_WORKSPACES);
    results.add(back.getSecond().dup('c'));
    for (String parameter : new String[] {"W", "RW", "b"}) {
      results.add(back.getFirst().getGradientFor(parameter).dup('c'));
    }
    return results;
  }

  private static final String[] RESULTS = {
    "inference", "training", "gradient to the input", "to W", "to RW", "to b"
  };

  private static void assertAlike(List<INDArray> expected, List<INDArray> actual, double to) {
    for (int i = 0; i < RESULTS.length; i++) {
      double largest = expected.get(i).amaxNumber().doubleValue();
      assertTrue(largest > 0 || i == 4, RESULTS[i] + ": nothing to compare"); // one step: no RW
      double off =
          expected
              .get(i)
              .sub(actual.get(i).castTo(expected.get(i).dataType()))
              .amaxNumber()
              .doubleValue();
      assertTrue(off <= to * largest, RESULTS[i] + ": " + off + " off, of " + largest);
    }
  }

  private static void assertSameBits(List<INDArray> expected, List<INDArray> actual) {
    for (int i = 0; i < RESULTS.length; i++) {
      assertArrayEquals(
          expected.get(i).data().asFloat(), actual.get(i).data().asFloat(), RESULTS[i]);
    }
  }

  /** Single rows, full and short chunks; one layer for all batches and lengths. */
  @ParameterizedTest
  @CsvSource({"1, 32", "13, 32", "128, 32", "1, 64", "13, 64", "128, 64"})
  void resultsAreThoseOfTheLayerInJava(int inputs, int units) {
    Layer java = layer("java", DataType.FLOAT, inputs, units);
    Layer ours = layer("onednn", DataType.FLOAT, inputs, units);
    assertNotEquals(java.getClass(), ours.getClass());
    assertEquals(java.params(), ours.params(), "the same start");
    for (int steps : new int[] {1, 2, 130}) {
      for (int batch : new int[] {1, 5, 16, 17, 33}) {
        INDArray input = Nd4j.randn(batch, inputs, steps);
        INDArray errors = Nd4j.randn(batch, units, steps).muli(0.01);
        assertAlike(step(java, input, errors), step(ours, input, errors), 1e-4);
      }
    }
  }

  /** Numerically in double precision, from which floats differ in their last digits. */
  @Test
  void gradientsAreThoseOfTheOutputs() {
    int inputs = 3;
    int units = 5;
    Layer exact = layer("java", DataType.DOUBLE, inputs, units);
    Layer ours = layer("onednn", DataType.FLOAT, inputs, units);
    ours.params().assign(Nd4j.randn(1, (int) ours.numParams()).muli(0.4));
    exact.params().assign(ours.params());
    INDArray input = Nd4j.randn(18, inputs, 6);
    INDArray errors = Nd4j.randn(18, units, 6);
    step(ours, input, errors);
    INDArray exactInput = input.castTo(DataType.DOUBLE);
    INDArray exactErrors = errors.castTo(DataType.DOUBLE);
    double[] gradient = ours.getGradientsViewArray().castTo(DataType.DOUBLE).data().asDouble();
    double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
    for (int p = 0; p < gradient.length; p++) {
      double value = exact.params().getDouble(p);
      double[] loss = new double[2];
      for (int side = 0; side < 2; side++) {
        exact.params().putScalar(p, value + (side == 0 ? -1e-5 : 1e-5));
        INDArray output = exact.activate(exactInput, false, NO_WORKSPACES);
        loss[side] = output.mul(exactErrors).sumNumber().doubleValue();
      }
      exact.params().putScalar(p, value);
      assertEquals((loss[1] - loss[0]) / 2e-5, gradient[p], 1e-5 * largest, "parameter " + p);
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Layer ours = layer("onednn", DataType.FLOAT, 13, 64);
    INDArray input = Nd4j.randn(53, 13, 40);
    INDArray errors = Nd4j.randn(53, 64, 40);
    Threads.use(1, 1, 1);
    List<INDArray> expected = step(ours, input, errors);
    for (int threads : new int[] {1, 2, 5, 2}) {
      Threads.use(threads, 1, 1);
      assertSameBits(expected, step(ours, input, errors));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theHybridNetworkRunsTheSameOnAnyThreads(int threads) {
    Nd4j.getRandom().setSeed(4);
    INDArray[] input = {Nd4j.rand(21, 1, 41, 13).subi(0.5)};
    INDArray labels = Nd4j.zeros(21, 4);
    for (int s = 0; s < 21; s++) {
      labels.putScalar(s, s % 4, 1);
    }
    float[][] parameters = new float[2][];
    for (int run = 0; run < 2; run++) {
      Threads.use(run == 0 ? 1 : threads, 1, 1);
      ComputationGraph network =
          Hybrid.network(new NetworkInput(Shape.frames, 41, 13, 0, 4, 1e-3, 1));
      KerasWeights.set(network, 7);
      Nd4j.getRandom().setSeed(5);
      INDArray before = network.params().dup();
      for (int step = 0; step < 3; step++) {
        network.fit(input, new INDArray[] {labels});
      }
      assertTrue(before.distance2(network.params()) > 1e-3, "nothing was learned");
      parameters[run] = network.params().dup().data().asFloat();
    }
    assertArrayEquals(parameters[0], parameters[1]);
  }

  @Test
  void aFlatSegmentsStepsWorkToo() {
    Layer java = layer("java", DataType.FLOAT, 1, 32);
    Layer ours = layer("onednn", DataType.FLOAT, 1, 32);
    INDArray input = Nd4j.randn(17, 1, 1690);
    INDArray errors = Nd4j.randn(17, 32, 1690).muli(0.01);
    assertAlike(step(java, input, errors), step(ours, input, errors), 1e-4);
  }

  /** As where the last step alone is given on: the gradient shrinks from step to step. */
  @Test
  void aVanishingGradientDoesNotBecomeSubnormal() {
    Layer java = layer("java", DataType.FLOAT, 3, 32);
    Layer ours = layer("onednn", DataType.FLOAT, 3, 32);
    INDArray input = Nd4j.randn(2, 3, 600);
    INDArray errors = Nd4j.zeros(2, 32, 600);
    errors
        .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(599))
        .assign(Nd4j.randn(2, 32).muli(0.01));
    List<INDArray> results = step(ours, input, errors);
    assertAlike(step(java, input, errors), results, 1e-4);
    for (float gradient : results.get(2).data().asFloat()) {
      assertTrue(Math.abs(gradient) >= Float.MIN_NORMAL, "subnormal: " + gradient);
    }
  }

  /** Each of these batches needs 20 MB and more, all of them together twice the bound. */
  @Test
  void memoryOfOtherSizesIsFreed() throws InterruptedException {
    Layer ours = layer("onednn", DataType.FLOAT, 1, 128);
    long before = Pointer.totalBytes();
    long most = 0;
    for (int steps = 200; steps < 600; steps += 25) {
      INDArray input = Nd4j.randn(17, 1, steps);
      step(ours, input, Nd4j.randn(17, 128, steps));
      most = Math.max(most, heldSince(before, 250e6));
    }
    assertTrue(most > 20e6, "JavaCPP does not count what the layer holds: " + most);
    assertTrue(most < 250e6, most + " bytes");
  }

  /** Bytes that JavaCPP counts, without arrays that are garbage, as far as that is needed. */
  private static long heldSince(long before, double most) throws InterruptedException {
    long held = Pointer.totalBytes() - before;
    for (int i = 0; i < 100 && held >= most; i++) {
      System.gc();
      Thread.sleep(20);
      held = Pointer.totalBytes() - before;
    }
    return held;
  }

  /** Works until it is ended. */
  static final class Endless {
    private Endless() {}

    public static void main(String... args) {
      Layer layer = layer("onednn", DataType.FLOAT, 1, 64);
      INDArray input = Nd4j.randn(64, 1, 300);
      INDArray errors = Nd4j.randn(64, 64, 300);
      step(layer, input, errors);
      System.out.println("at work");
      while (true) {
        step(layer, input, errors);
      }
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // which has no signals
  void aProcessEndsWhileOneDnnWorks(@TempDir Path folder) throws Exception {
    for (int trial = 0; trial < 3; trial++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx1g",
                  "-XX:ErrorFile=" + folder.resolve("crash.log"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Endless.class.getName())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var output = process.inputReader()) {
        String line = output.readLine();
        while (line != null && !line.equals("at work")) {
          line = output.readLine();
        }
        assertNotNull(line, "it did not begin");
        process.toHandle().destroy(); // SIGTERM; Process.destroy would close the output
        assertEquals(List.of(), output.lines().toList(), "what the JVM says of a crash");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it goes on");
        assertEquals(143, process.exitValue());
        assertFalse(Files.exists(folder.resolve("crash.log")), "it crashed");
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
