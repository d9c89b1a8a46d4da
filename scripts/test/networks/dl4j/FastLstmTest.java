///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the fast LSTM layer against DL4J's own, and its gradients numerically.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../../Lstm.java
//SOURCES ../../../lib/networks/TrainedModel.java
//SOURCES ../../../lib/networks/dl4j/FastLstm.java
//SOURCES ../../../lib/networks/dl4j/Layers.java
//SOURCES ../../../lib/networks/dl4j/Threads.java
//SOURCES ../../../lib/networks/NetworkInput.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.networks.NetworkInput;
import genrelab.networks.dl4j.FastLstm;
import genrelab.networks.dl4j.Layers;
import genrelab.networks.dl4j.Threads;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The fast LSTM layer, by oneDNN and in Java: agreement with DL4J's, gradients, threads, batches,
 * refusals.
 */
class FastLstmTest {
  private static final LayerWorkspaceMgr NO_WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  @AfterEach
  void defaults() {
    System.clearProperty(Layers.PROPERTY);
    Threads.use(Threads.available(), Threads.available(), Threads.available());
  }

  private static LSTM.Builder builder(boolean fast) {
    return fast ? new FastLstm.Builder() : new LSTM.Builder();
  }

  private static LSTM lstm(boolean fast, int units) {
    return builder(fast).nOut(units).activation(Activation.TANH).build();
  }

  private static INDArray random(Random random, DataType type, double scale, long... shape) {
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * random.nextGaussian();
    }
    return Nd4j.create(values, shape, 'c').castTo(type);
  }

  private static void assertClose(INDArray expected, INDArray actual, double tolerance, String of) {
    assertArrayEquals(expected.shape(), actual.shape(), of);
    double[] one = expected.dup('c').data().asDouble();
    double[] other = actual.dup('c').data().asDouble();
    for (int i = 0; i < one.length; i++) { // JUnit's own wants a tolerance above 0
      assertTrue(Math.abs(one[i] - other[i]) <= tolerance, of + ": " + other[i] + " for " + one[i]);
    }
  }

  /** To 1e-4 of the largest value: gradients may be tiny. */
  private static void assertAlike(INDArray expected, INDArray actual, String of) {
    assertClose(expected, actual, 1e-4 * expected.amaxNumber().doubleValue(), of);
  }

  // ---- the layer alone

  /** A shape to compare the layers on. */
  record Case(
      String layers,
      DataType type,
      int batch,
      int steps,
      int inputs,
      int units,
      boolean last,
      char order) {
    static Stream<Case> some() {
      var random = new Random(1);
      Stream<Case> drawn =
          Stream.generate(
                  () ->
                      new Case(
                          "onednn",
                          random.nextBoolean() ? DataType.FLOAT : DataType.DOUBLE,
                          1 + random.nextInt(40),
                          1 + random.nextInt(30),
                          1 + random.nextInt(20),
                          1 + random.nextInt(130),
                          random.nextBoolean(),
                          random.nextBoolean() ? 'c' : 'f'))
              .limit(20);
      Stream<Case> chosen =
          Stream.of(
              new Case("onednn", DataType.FLOAT, 1, 1, 1, 1, false, 'c'),
              new Case("onednn", DataType.FLOAT, 32, 128, 1, 64, true, 'c'),
              new Case("onednn", DataType.DOUBLE, 16, 1, 1, 130, false, 'f'),
              new Case("onednn", DataType.FLOAT, 33, 30, 20, 130, false, 'f'));
      return Stream.concat(drawn, chosen)
          .flatMap(
              shape ->
                  shape.type == DataType.FLOAT
                      ? Stream.of(shape, shape.by("java"))
                      : Stream.of(shape));
    }

    Case by(String layers) {
      return new Case(layers, type, batch, steps, inputs, units, last, order);
    }

    Layer layer(boolean fast) {
      System.setProperty(Layers.PROPERTY, layers);
      LSTM lstm = lstm(fast, units);
      ComputationGraph graph =
          new ComputationGraph(
              new NeuralNetConfiguration.Builder()
                  .dataType(type)
                  .seed(3)
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("lstm", last ? new LastTimeStep(lstm) : lstm, "in")
                  .setOutputs("lstm")
                  .setInputTypes(InputType.recurrent(inputs, steps))
                  .build());
      graph.init();
      graph.initGradientsView();
      return graph.getLayer(0);
    }
  }

  @ParameterizedTest
  @MethodSource("FastLstmTest$Case#some")
  void agreesWithDl4j(Case shape) {
    var random = new Random(shape.toString().hashCode()); // an enum's own differs by process
    Layer stock = shape.layer(false);
    Layer fast = shape.layer(true);
    assertEquals(stock.paramTable().keySet(), fast.paramTable().keySet());
    INDArray parameters = random(random, shape.type, 0.3, 1, stock.numParams());
    stock.params().assign(parameters);
    fast.params().assign(parameters);
    INDArray input =
        random(random, shape.type, 1, shape.batch, shape.inputs, shape.steps).dup(shape.order);

    INDArray expected = stock.activate(input.dup(), true, NO_WORKSPACES);
    INDArray output = fast.activate(input, true, NO_WORKSPACES);
    assertClose(expected, output, 1e-5, "output");
    assertClose(expected, fast.activate(input, false, NO_WORKSPACES), 1e-5, "inference");
    fast.activate(input, true, NO_WORKSPACES);

    // a mean over batch and steps, as a loss would hand it back
    double scale = 1.0 / shape.batch / (shape.last ? 1 : shape.steps);
    INDArray epsilon = random(random, shape.type, scale, expected.shape());
    Pair<Gradient, INDArray> back = stock.backpropGradient(epsilon.dup('f'), NO_WORKSPACES);
    Pair<Gradient, INDArray> fastBack = fast.backpropGradient(epsilon, NO_WORKSPACES);
    for (String key : stock.paramTable().keySet()) {
      INDArray gradient = back.getFirst().getGradientFor(key);
      assertTrue(gradient.norm2Number().doubleValue() > 0 || key.equals("RW"), key);
      assertAlike(gradient, fastBack.getFirst().getGradientFor(key), key);
    }
    assertAlike(back.getSecond(), fastBack.getSecond(), "gradient to the input");
    assertAlike(stock.getGradientsViewArray(), fast.getGradientsViewArray(), "all of them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "java"})
  void gatesAreExactToTheLastDigits(String layers) {
    // one unit, one step, all but the block input's weight 0: h = ½ tanh(½ tanh(x)), and so on
    for (int gate = 0; gate < 4; gate++) {
      Layer layer = new Case(layers, DataType.FLOAT, 1, 1, 1, 1, false, 'c').layer(true);
      layer.params().assign(0);
      layer.getParam("W").putScalar(gate, 1);
      layer.getParam("b").putScalar(0, gate == 0 ? 0 : 2);
      INDArray input = Nd4j.linspace(DataType.FLOAT, -25, 50 / 9999.0, 10_000).reshape(-1, 1, 1);
      float[] output = layer.activate(input, false, NO_WORKSPACES).dup('c').data().asFloat();
      for (int i = 0; i < output.length; i++) {
        double x = input.getDouble(i);
        double block = Math.tanh(gate == 0 ? x : 2);
        double let = gate == 3 ? 1 / (1 + Math.exp(-x)) : 0.5;
        double out = gate == 2 ? 1 / (1 + Math.exp(-x)) : 0.5;
        assertEquals(out * Math.tanh(let * block), output[i], 1e-6, "gate " + gate + " of " + x);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "java"})
  void goesBackWithoutAWayThereAndAfterOtherBatches(String layers) {
    var shape = new Case(layers, DataType.FLOAT, 20, 9, 5, 17, false, 'c');
    var random = new Random(4);
    Layer fast = shape.layer(true);
    INDArray input = random(random, DataType.FLOAT, 1, 20, 5, 9);
    INDArray epsilon = random(random, DataType.FLOAT, 1, 20, 17, 9);
    fast.activate(input, true, NO_WORKSPACES);
    fast.backpropGradient(epsilon, NO_WORKSPACES);
    INDArray expected = fast.getGradientsViewArray().dup();
    for (boolean training : new boolean[] {true, false}) {
      fast.activate(random(random, DataType.FLOAT, 1, 50, 5, 11), true, NO_WORKSPACES);
      fast.activate(random(random, DataType.FLOAT, 1, 20, 5, 9), training, NO_WORKSPACES);
      fast.setInput(input, NO_WORKSPACES);
      fast.backpropGradient(epsilon, NO_WORKSPACES);
      assertEquals(expected, fast.getGradientsViewArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "java"})
  void takesViewsAndTheOtherLayout(String layers) {
    var random = new Random(5);
    Layer layer = new Case(layers, DataType.FLOAT, 7, 6, 4, 9, false, 'c').layer(true);
    INDArray wide = random(random, DataType.FLOAT, 1, 6, 9, 14);
    INDArray view =
        wide.permute(2, 1, 0)
            .get(NDArrayIndex.interval(0, 2, 14), NDArrayIndex.interval(3, 7), NDArrayIndex.all());
    assertArrayEquals(new long[] {7, 4, 6}, view.shape());
    INDArray expected = layer.activate(view.dup('c'), false, NO_WORKSPACES);
    assertEquals(expected, layer.activate(view, false, NO_WORKSPACES));

    ComputationGraph other =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "lstm",
                    new FastLstm.Builder()
                        .nIn(4)
                        .nOut(9)
                        .activation(Activation.TANH)
                        .dataFormat(RNNFormat.NWC)
                        .build(),
                    "in")
                .setOutputs("lstm")
                .build());
    other.init(layer.params(), true);
    INDArray output = other.outputSingle(view.permute(0, 2, 1).dup('c'));
    assertClose(expected.permute(0, 2, 1), output, 0, "[batch, steps, units]");
  }

  // ---- in networks

  /** Two LSTMs and an output, for each step or for the last. */
  private static ComputationGraph stacked(
      boolean first, boolean second, boolean last, DataType type, boolean train) {
    LSTM upper = lstm(second, 6);
    var graph =
        new NeuralNetConfiguration.Builder()
            .dataType(type)
            .seed(2)
            .updater(train ? new Adam(0.01) : new NoOp())
            .graphBuilder()
            .addInputs("in")
            .addLayer("lower", lstm(first, 5), "in")
            .addLayer("upper", last ? new LastTimeStep(upper) : upper, "lower")
            .addLayer(
                "out",
                last
                    ? new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build()
                    : new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                "upper")
            .setOutputs("out")
            .setInputTypes(InputType.recurrent(4, 7))
            .build();
    var network = new ComputationGraph(graph);
    network.init();
    return network;
  }

  private static INDArray oneHot(Random random, DataType type, int... shape) {
    INDArray ones = Nd4j.create(type, Arrays.stream(shape).asLongStream().toArray());
    for (int row = 0; row < shape[0]; row++) {
      for (int t = 0; t < (shape.length == 3 ? shape[2] : 1); t++) {
        int one = random.nextInt(shape[1]);
        ones.putScalar(shape.length == 3 ? new int[] {row, one, t} : new int[] {row, one}, 1);
      }
    }
    return ones;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsAreThoseOfTheLoss(boolean last) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      var random = new Random(6);
      ComputationGraph network = stacked(true, true, last, DataType.DOUBLE, false);
      var config =
          new GradientCheckUtil.GraphConfig()
              .net(network)
              .inputs(new INDArray[] {random(random, DataType.DOUBLE, 1, 18, 4, 7)})
              .labels(
                  new INDArray[] {
                    last
                        ? oneHot(random, DataType.DOUBLE, 18, 3)
                        : oneHot(random, DataType.DOUBLE, 18, 3, 7)
                  })
              .epsilon(1e-6)
              .maxRelError(1e-3)
              .minAbsoluteError(1e-9)
              .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
              .exitOnFirstError(true);
      assertTrue(GradientCheckUtil.checkGradients(config));
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  @ParameterizedTest
  @CsvSource({"onednn, ENABLED", "onednn, NONE", "java, ENABLED", "java, NONE"})
  void trainsAsDl4jWhateverTheBatch(String layers, WorkspaceMode mode) {
    System.setProperty(Layers.PROPERTY, layers);
    for (boolean last : new boolean[] {false, true}) {
      ComputationGraph stock = stacked(false, false, last, DataType.FLOAT, true);
      ComputationGraph fast = stacked(true, true, last, DataType.FLOAT, true);
      ComputationGraph mixed = stacked(true, false, last, DataType.FLOAT, true);
      var networks = new ComputationGraph[] {stock, fast, mixed};
      for (ComputationGraph network : networks) {
        network.getConfiguration().setTrainingWorkspaceMode(mode);
        network.getConfiguration().setInferenceWorkspaceMode(mode);
        network.setParams(stock.params().dup());
      }
      var random = new Random(7);
      for (int batch : new int[] {32, 32, 5, 40, 1, 32}) {
        INDArray input = random(random, DataType.FLOAT, 1, batch, 4, 7);
        INDArray other = random(random, DataType.FLOAT, 1, 1 + random.nextInt(60), 4, 3);
        INDArray labels =
            last
                ? oneHot(random, DataType.FLOAT, batch, 3)
                : oneHot(random, DataType.FLOAT, batch, 3, 7);
        INDArray[] outputs = new INDArray[3];
        for (int i = 0; i < 3; i++) {
          networks[i].fit(new INDArray[] {input}, new INDArray[] {labels});
          outputs[i] = networks[i].outputSingle(other);
          assertEquals(stock.score(), networks[i].score(), 1e-4);
          assertClose(outputs[0], outputs[i], 1e-4, "output");
        }
      }
    }
  }

  /** The paper's network on short segments, so that DL4J's own layer is done in seconds. */
  private static ComputationGraph paper(boolean fast) {
    ComputationGraph network =
        Lstm.network(new NetworkInput(NetworkInput.Shape.frames, 20, 13, 0, 10, 1e-3, 1));
    String json = network.getConfiguration().toJson();
    assertTrue(json.contains("\"genrelab.networks.dl4j.FastLstm\""), json);
    if (fast) {
      return network;
    }
    String stock =
        json.replace("genrelab.networks.dl4j.FastLstm", "org.deeplearning4j.nn.conf.layers.LSTM");
    var other = new ComputationGraph(ComputationGraphConfiguration.fromJson(stock));
    other.init(network.params().dup(), true);
    return other;
  }

  private static double[] train(ComputationGraph network, int steps) {
    var random = new Random(8);
    Nd4j.getRandom().setSeed(8);
    double[] losses = new double[steps];
    for (int step = 0; step < steps; step++) {
      INDArray input = random(random, DataType.FLOAT, 3, 40, 13, 20);
      network.fit(new INDArray[] {input}, new INDArray[] {oneHot(random, DataType.FLOAT, 40, 10)});
      losses[step] = network.score();
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "java"})
  void thePapersNetworkLearnsAsWithDl4j(String layers) {
    System.setProperty(Layers.PROPERTY, layers);
    ComputationGraph fast = paper(true);
    ComputationGraph stock = paper(false);
    assertEquals(159_946, fast.numParams());
    assertTrue(stock.getLayer(0) instanceof org.deeplearning4j.nn.layers.recurrent.LSTM);
    assertFalse(fast.getLayer(0) instanceof org.deeplearning4j.nn.layers.recurrent.LSTM);
    double[] losses = train(stock, 8);
    assertArrayEquals(losses, train(fast, 8), 1e-3);
    assertClose(stock.params(), fast.params(), 5e-3, "parameters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "java"})
  void sameSeedSameBitsWhateverTheThreads(String layers) {
    System.setProperty(Layers.PROPERTY, layers);
    INDArray expected = null;
    for (int threads : new int[] {2, 2, 1, 3, 8}) {
      Threads.use(threads, 1, 1);
      ComputationGraph network = paper(true);
      train(network, 5);
      INDArray parameters = network.params().dup();
      expected = expected == null ? parameters : expected;
      assertArrayEquals(
          expected.data().asFloat(), parameters.data().asFloat(), threads + " threads");
    }
  }

  @Test
  void goesThroughJson() {
    ComputationGraphConfiguration configuration = paper(true).getConfiguration();
    String json = configuration.toJson();
    assertEquals(json, ComputationGraphConfiguration.fromJson(json).toJson());
    assertEquals(configuration, configuration.clone());
    // all that the builder of DL4J's layer sets arrives
    assertEquals(
        json(builder(false)),
        json(builder(true))
            .replace("genrelab.networks.dl4j.FastLstm", "org.deeplearning4j.nn.conf.layers.LSTM"));
  }

  private static String json(LSTM.Builder builder) {
    LSTM layer =
        builder
            .name("x")
            .nIn(3)
            .nOut(4)
            .activation(Activation.TANH)
            .forgetGateBiasInit(2)
            .biasInit(0.5)
            .l2(0.1)
            .l1Bias(0.2)
            .dropOut(0.5)
            .updater(new Adam(0.3))
            .biasUpdater(new Adam(0.4))
            .weightInit(WeightInit.RELU)
            .weightInitRecurrent(WeightInit.ONES)
            .weightNoise(new DropConnect(0.5))
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(7)
            .constrainRecurrent(new NonNegativeConstraint())
            .dataFormat(RNNFormat.NWC)
            .build();
    return new NeuralNetConfiguration.Builder().seed(1).layer(layer).build().toJson();
  }

  // ---- what it does not do

  @Test
  void refusesWhatItCantCompute() {
    assertRefused(builder(true).activation(Activation.RELU), DataType.FLOAT, "tanh");
    assertRefused(
        builder(true).activation(Activation.TANH).gateActivationFunction(Activation.HARDSIGMOID),
        DataType.FLOAT,
        "sigmoid");
    assertRefused(builder(true).activation(Activation.TANH), DataType.FLOAT16, "float or double");
  }

  private static void assertRefused(LSTM.Builder builder, DataType type, String because) {
    var configuration =
        new NeuralNetConfiguration.Builder()
            .dataType(type)
            .graphBuilder()
            .addInputs("in")
            .addLayer("layer", builder.nIn(2).nOut(2).build(), "in")
            .setOutputs("layer")
            .build();
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> new ComputationGraph(configuration).init());
    assertTrue(error.getMessage().contains(because), error.getMessage());
    assertTrue(error.getMessage().contains("\"layer\""), error.getMessage());
  }

  @Test
  void refusesMasksAndState() {
    ComputationGraph network = stacked(true, true, true, DataType.FLOAT, true);
    INDArray input = Nd4j.ones(3, 4, 7);
    INDArray[] masks = {Nd4j.ones(3, 7)};
    var error =
        assertThrows(IllegalArgumentException.class, () -> network.setLayerMaskArrays(masks, null));
    assertTrue(error.getMessage().contains("masks"), error.getMessage());
    network.clearLayerMaskArrays();
    assertThrows(UnsupportedOperationException.class, () -> network.rnnTimeStep(input));
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> network.getLayer(0).activate(Nd4j.ones(3, 5, 7), false, NO_WORKSPACES));
    assertTrue(wrong.getMessage().contains("[batch, 4, steps]"), wrong.getMessage());
  }
}
