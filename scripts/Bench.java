///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times the networks' training and inference beside Keras and PyTorch
//DEPS info.picocli:picocli:4.7.7
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Cnn.java
//SOURCES Lstm.java
//SOURCES lib/KerasWeights.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//SOURCES lib/Training.java
//FILES bench-networks.py=../environment/bench-networks.py
//FILES bench-requirements.txt=../environment/bench-requirements.txt
// those of Cnn.java and Lstm.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=8g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.KerasWeights;
import genrelab.PooledConvolution;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import genrelab.Threads;
import genrelab.TrainedModel;
import genrelab.Training;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times the networks beside Keras and PyTorch.
 *
 * <p>Training and inference of {@code cnn} and {@code lstm} on frames (130 × 13), batch 32, random
 * normal input, in ms a step. Ours runs in this JVM, each peer in a Python process that stays up;
 * only one of them works at a time, in turns (ours, Keras, PyTorch, ours, …), after a warm-up of
 * each. The limit is the time that the network's multiplications and additions take at the rate of
 * a large matrix product on all processors; see {@link #flops}.
 *
 * <p>On these figures only ratios of one run count: a machine's speed may double or halve from one
 * hour to the next, so times of two runs, or of two machines, say nothing about each other.
 *
 * <p>Peers run as their users have them: on the CPU, with their own choice of threads, Keras by
 * {@code fit} and {@code predict} on a prepared array, PyTorch by the usual loop. What Keras takes
 * once a call is shared out over {@code --steps}: with 20 it can be a third of its inference or
 * more, which makes ours look better; with 100 little of it is left.
 *
 * <p>The matrix product is that of ND4J's OpenBLAS with the kernels that the launcher chooses: a
 * library with better ones can come below the limit.
 */
@Command(
    name = "bench",
    description =
        "Times the networks' training and inference, in ms a step, beside Keras and PyTorch. Only"
            + " ratios of one run count.")
public class Bench implements Callable<Integer> {
  static final int BATCH = 32;
  private static final int FRAMES = 130;
  private static final int COEFFICIENTS = 13;
  private static final int CLASSES = 10;

  /** Turns of each before those that count, for the JVM to compile and Keras to trace. */
  private static final int WARM_UPS = 3;

  /** Threads of who had the last turn go on looking for work for a while. */
  private static final int SETTLE_MS = 250;

  /** What can be timed. */
  enum Network {
    cnn,
    lstm
  }

  @Option(
      names = "--peers",
      description =
          "Time Keras and PyTorch too, each where it is installed; makes a virtual environment with"
              + " Keras on first use.")
  boolean peers;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "cnn,lstm",
      description = "Of ${COMPLETION-CANDIDATES}, with commas (default ${DEFAULT-VALUE}).")
  Set<Network> only;

  @Option(
      names = "--out",
      defaultValue = "bench.json",
      description = "The JSON rows (default ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Turns of each that count, 1 to 1000 (default ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--steps",
      defaultValue = "20",
      description = "Steps a turn, 1 to 1000 (default ${DEFAULT-VALUE}).")
  int steps;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--python",
      description =
          "A virtual environment that has Keras, PyTorch or both, for --peers (default: the kit's"
              + " own, environment/.venv-bench).")
  Path python;

  /** The best of this sitting so far, FLOP/s. */
  private double rate;

  public static void main(String... args) {
    System.exit(Stage.run(new Bench(), args));
  }

  @Override
  public Integer call() {
    check();
    List<Peer> beside = peers ? Peer.start(python, seed) : List.of();
    var rows = new ArrayList<Rows.Speed>();
    int turns = only.size() * 2 * (WARM_UPS + runs) * (1 + beside.size());
    try (ProgressBar progress = Stage.progress("bench", turns)) {
      for (Network network : EnumSet.copyOf(only)) {
        rows.addAll(time(network, beside, progress));
      }
    } finally {
      beside.forEach(Peer::close);
    }
    Store.writeRows(out, rows);
    tell(rows);
    return 0;
  }

  private void check() {
    Stage.requireOption(runs >= 1 && runs <= 1000, "--runs must be from 1 to 1000, not %s", runs);
    Stage.requireOption(
        steps >= 1 && steps <= 1000, "--steps must be from 1 to 1000, not %s", steps);
    Stage.requireOption(python == null || peers, "--python goes with --peers");
  }

  // ---- one network

  private List<Rows.Speed> time(Network which, List<Peer> beside, ProgressBar progress) {
    Training.useThreads(layout(which), Threads.available());
    ComputationGraph network = network(which);
    long parameters = Training.trainableParameters(network);
    beside.forEach(peer -> peer.requireSame(which, parameters));
    float[][] data = data();
    long flops = BATCH * flops(network, inputType(which));
    var rows = new ArrayList<Rows.Speed>();
    rows.addAll(
        alternate(
            which,
            "train",
            steps -> train(network, which, data, steps),
            3 * flops,
            beside,
            progress));
    rows.addAll(
        alternate(
            which, "infer", steps -> infer(network, which, data, steps), flops, beside, progress));
    return rows;
  }

  private ComputationGraph network(Network which) {
    var input =
        new TrainedModel.Input(
            TrainedModel.Shape.frames,
            FRAMES,
            COEFFICIENTS,
            0,
            CLASSES,
            /* learningRate= */ 1e-4,
            seed);
    ComputationGraph network = which == Network.cnn ? Cnn.network(input) : Lstm.network(input);
    KerasWeights.set(network, seed);
    return network;
  }

  private static TrainedModel.Layout layout(Network which) {
    return which == Network.cnn ? TrainedModel.Layout.image : TrainedModel.Layout.sequence;
  }

  static InputType inputType(Network which) {
    return which == Network.cnn
        ? InputType.convolutional(FRAMES, COEFFICIENTS, 1)
        : InputType.recurrent(COEFFICIENTS, FRAMES);
  }

  /** One array a step, as the stages hold their segments: on the heap. */
  private float[][] data() {
    var random = new Random(seed);
    float[][] data = new float[steps][BATCH * FRAMES * COEFFICIENTS];
    for (float[] batch : data) {
      for (int i = 0; i < batch.length; i++) {
        batch[i] = (float) random.nextGaussian();
      }
    }
    return data;
  }

  private static INDArray features(Network which, float[] batch) {
    long[] shape =
        which == Network.cnn
            ? new long[] {BATCH, 1, FRAMES, COEFFICIENTS}
            : new long[] {BATCH, COEFFICIENTS, FRAMES};
    return Nd4j.create(batch, shape, 'c');
  }

  private static INDArray labels() {
    float[] ones = new float[BATCH * CLASSES];
    for (int i = 0; i < BATCH; i++) {
      ones[i * CLASSES + i % CLASSES] = 1;
    }
    return Nd4j.create(ones, new long[] {BATCH, CLASSES}, 'c');
  }

  /** As the stages train: input from the heap, one call of fit. */
  private static double train(ComputationGraph network, Network which, float[][] data, int steps) {
    long begin = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      network.fit(new INDArray[] {features(which, data[step])}, new INDArray[] {labels()});
    }
    return (System.nanoTime() - begin) / 1e6 / steps;
  }

  /** As the stages test: input from the heap, probabilities back to it. */
  private static double infer(ComputationGraph network, Network which, float[][] data, int steps) {
    long begin = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      network.outputSingle(features(which, data[step])).toFloatMatrix();
    }
    return (System.nanoTime() - begin) / 1e6 / steps;
  }

  /** Turn about: ours, each peer, ours, … */
  private List<Rows.Speed> alternate(
      Network which,
      String measure,
      IntToDoubleFunction work,
      long flops,
      List<Peer> beside,
      ProgressBar progress) {
    rate = Math.max(rate, matrixProductRate());
    double[] ours = new double[runs];
    double[][] theirs = new double[beside.size()][runs];
    for (int run = -WARM_UPS; run < runs; run++) {
      progress.setExtraMessage(which + " " + measure);
      double value = settled(() -> work.applyAsDouble(steps));
      progress.step();
      if (run >= 0) {
        ours[run] = value;
      }
      for (int p = 0; p < theirs.length; p++) {
        Peer peer = beside.get(p);
        value = settled(() -> peer.run(which, measure, steps));
        progress.step();
        if (run >= 0) {
          theirs[p][run] = value;
        }
      }
    }
    rate = Math.max(rate, matrixProductRate());
    double limit = 1000 * flops / rate;
    var rows = new ArrayList<Rows.Speed>();
    for (int p = 0; p < theirs.length; p++) {
      rows.add(speed(which, measure, ours, beside.get(p).library, theirs[p], limit));
    }
    return beside.isEmpty() ? List.of(speed(which, measure, ours, "", null, limit)) : rows;
  }

  private static double settled(Callable<Double> turn) {
    try {
      TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
      return turn.call();
    } catch (RuntimeException error) {
      throw error;
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  /** A row of times, in ms a step; theirs is null without a peer. */
  static Rows.Speed speed(
      Network which, String measure, double[] ours, String peer, double[] theirs, double limit) {
    return new Rows.Speed(
        which.name(),
        measure,
        "ms/step",
        rounded(median(ours)),
        peer,
        theirs == null ? null : rounded(median(theirs)),
        theirs == null
            ? null
            : rounded(
                median(
                    IntStream.range(0, ours.length)
                        .mapToDouble(run -> ours[run] / theirs[run])
                        .toArray())),
        rounded(limit));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** To a thousandth, and no less than one. */
  private static double rounded(double value) {
    return Math.max(1, Math.round(1000 * value)) / 1000.0;
  }

  // ---- the limit

  /**
   * Arithmetic of one segment's way forward through a network, from its configuration.
   *
   * <p>Counts the products of convolutions, LSTMs and dense layers, a multiplication and its
   * addition as 2, not what is small beside them (pooling, normalisation, gates, updates). The way
   * back is two products for each, so a training step is taken as three times this; that the first
   * layer needs no gradient to its input is left out of account.
   *
   * @param features the type of the network's one input
   */
  static long flops(ComputationGraph network, InputType features) {
    var configuration = network.getConfiguration();
    Map<String, InputType> types = configuration.getLayerActivationTypes(features);
    long sum = 0;
    for (var vertex : configuration.getVertices().entrySet()) {
      if (vertex.getValue() instanceof LayerVertex layer) {
        String from = configuration.getVertexInputs().get(vertex.getKey()).get(0);
        sum += flops(layer.getLayerConf().getLayer(), types.get(from));
      }
    }
    return sum;
  }

  private static long flops(Layer layer, InputType from) {
    if (layer instanceof LastTimeStep last) {
      return flops(last.getUnderlying(), from);
    }
    if (layer instanceof LSTM lstm) {
      long steps = ((InputTypeRecurrent) from).getTimeSeriesLength();
      return steps * 2 * 4 * lstm.getNOut() * (lstm.getNIn() + lstm.getNOut());
    }
    if (layer instanceof PooledConvolution convolution) {
      InputTypeConvolutional image = convolution.convolved(from);
      long field = Arrays.stream(convolution.getKernelSize()).reduce(1, (a, b) -> a * b);
      long products = field * convolution.getNIn() * convolution.getNOut();
      return 2 * products * image.getHeight() * image.getWidth();
    }
    if (layer instanceof DenseLayer dense) {
      return 2 * dense.getNIn() * dense.getNOut();
    }
    if (layer instanceof BaseOutputLayer output) {
      return 2 * output.getNIn() * output.getNOut();
    }
    return 0;
  }

  /** FLOP/s of OpenBLAS's single-precision matrix product on all processors: the best of ten. */
  private static double matrixProductRate() {
    int size = 1536;
    // known only once ND4J has loaded OpenBLAS: after a network was built
    int threads = openblas.blas_get_num_threads();
    openblas.blas_set_num_threads(Runtime.getRuntime().availableProcessors());
    float[] values = new float[size * size];
    Arrays.fill(values, 0.5f);
    double best = Double.POSITIVE_INFINITY;
    try (var a = new FloatPointer(values);
        var b = new FloatPointer(values);
        var c = new FloatPointer((long) size * size)) {
      for (int run = 0; run < 10; run++) {
        long begin = System.nanoTime();
        openblas.cblas_sgemm(
            openblas.CblasColMajor,
            openblas.CblasNoTrans,
            openblas.CblasNoTrans,
            size,
            size,
            size,
            1,
            a,
            size,
            b,
            size,
            0,
            c,
            size);
        best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      }
    } finally {
      openblas.blas_set_num_threads(threads);
    }
    return 2.0 * size * size * size / best;
  }

  // ---- peers

  /** A library in a Python process that stays up and times itself when told to. */
  static final class Peer implements AutoCloseable {
    final String library;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private JsonNode hello;

    private Peer(String library, Path python, Path script, long seed) throws IOException {
      this.library = library;
      var builder =
          new ProcessBuilder("" + python, "" + script, library, "" + seed)
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      // set by our launcher, not by a user of the peer
      builder.environment().keySet().removeAll(Set.of("OPENBLAS_CORETYPE", "OMP_WAIT_POLICY"));
      process = builder.start();
      answers = process.inputReader(StandardCharsets.UTF_8);
      orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The peers that a virtual environment has; says which, and how to add what it hasn't. */
    static List<Peer> start(Path given, long seed) {
      Optional<Path> environment =
          given == null ? Venv.own() : Optional.of(Venv.requireInterpreter(given));
      if (environment.isEmpty()) {
        return List.of();
      }
      var started = new ArrayList<Peer>();
      try {
        Path script = Files.createTempFile("bench-networks", ".py");
        try {
          Files.write(script, resource("bench-networks.py"));
          for (String library : List.of("keras", "pytorch")) {
            var peer = new Peer(library, environment.get(), script, seed);
            started.add(peer);
            peer.hello = peer.answer();
            if (peer.hello.has("missing")) {
              started.remove(peer);
              peer.close();
            }
            System.out.println(
                peer.hello.has("missing")
                    ? "without %s (%s): %s"
                        .formatted(library, peer.hello.path("missing").asText(), howToAdd(library))
                    : "beside " + peer.hello.path("name").asText());
          }
        } finally {
          Files.delete(script); // each has read it
        }
      } catch (IOException error) {
        started.forEach(Peer::close);
        throw new UncheckedIOException(error);
      } catch (RuntimeException error) {
        started.forEach(Peer::close);
        throw error;
      }
      return started;
    }

    private static String howToAdd(String library) {
      return "to add it, environment/%s says how"
          .formatted(
              library.equals("keras") ? "bench-requirements.txt" : "bench-requirements-torch.txt");
    }

    void requireSame(Network network, long parameters) {
      long theirs = hello.path("parameters").path(network.name()).asLong();
      if (theirs != parameters) {
        throw new Stage.Failure(
            "environment/bench-networks.py: its %s of %s has %d trainable parameters, ours %d; make"
                + " them the same network",
            network, library, theirs, parameters);
      }
    }

    double run(Network network, String measure, int steps) {
      try {
        orders.write("run %s %s %d\n".formatted(network, measure, steps));
        orders.flush();
        return answer().path("ms").asDouble();
      } catch (IOException error) {
        throw ended();
      }
    }

    private JsonNode answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw ended();
      }
      JsonNode answer = Store.JSON.readTree(line);
      if (answer.has("error")) {
        throw new Stage.Failure(
            "%s failed: %s; mend its virtual environment or leave --peers out",
            library, answer.path("error").asText());
      }
      return answer;
    }

    private Stage.Failure ended() {
      return new Stage.Failure(
          "%s: its Python process ended unasked; mend its virtual environment or leave --peers out",
          library);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** The virtual environment that the peers live in. */
  static final class Venv {
    private static final String REQUIREMENTS = "bench-requirements.txt";

    private Venv() {}

    private static Path interpreter(Path environment) {
      boolean windows = System.getProperty("os.name").startsWith("Windows");
      return environment.resolve(windows ? "Scripts/python.exe" : "bin/python").toAbsolutePath();
    }

    static Path requireInterpreter(Path environment) {
      Path interpreter = interpreter(environment);
      if (!Files.isExecutable(interpreter)) {
        throw new Stage.Failure(
            "%s: no virtual environment, it has no %s; make one (python3 -m venv) or leave --python"
                + " out",
            environment, environment.toAbsolutePath().relativize(interpreter));
      }
      return interpreter;
    }

    /**
     * The kit's own, made where it isn't there or is of other requirements; none without Python.
     */
    static Optional<Path> own() {
      String home = System.getenv("GENRELAB_HOME");
      Path environment = Path.of(home == null ? "" : home, "environment", ".venv-bench");
      Path interpreter = interpreter(environment);
      Path made = environment.resolve(REQUIREMENTS);
      byte[] wanted = resource(REQUIREMENTS);
      try {
        if (Files.exists(made) && Arrays.equals(wanted, Files.readAllBytes(made))) {
          return Optional.of(interpreter);
        }
        Optional<String> python = pythonOnPath();
        if (python.isEmpty()) {
          System.out.println("without peers: no Python 3.10 or newer is on the PATH");
          return Optional.empty();
        }
        System.out.printf(
            "making %s with Keras and TensorFlow, once (about 1.5 GB)%n", environment);
        Path list = environment.resolve(REQUIREMENTS + ".part");
        boolean done = run(python.get(), "-m", "venv", "--clear", "" + environment) == 0;
        if (done) {
          Files.write(list, wanted);
          done =
              run(
                      "" + interpreter,
                      "-m",
                      "pip",
                      "install",
                      "--quiet",
                      "--disable-pip-version-check",
                      "-r",
                      "" + list)
                  == 0;
        }
        if (!done) {
          System.out.printf(
              "without peers: %s can't be made (see above); run again, or give --python%n",
              environment);
          return Optional.empty();
        }
        // only a whole one has the list under its name
        Files.move(list, made, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(interpreter);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }

    private static Optional<String> pythonOnPath() {
      for (String name : List.of("python3", "python")) {
        try {
          if (run(name, "-c", "import sys; sys.exit(sys.version_info < (3, 10))") == 0) {
            return Optional.of(name);
          }
        } catch (IOException missing) {
          // then by the other name
        }
      }
      return Optional.empty();
    }

    /** Runs a command to its end; what it says goes to stderr. */
    private static int run(String... command) throws IOException {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      process.getOutputStream().close();
      process.getInputStream().transferTo(System.err);
      try {
        return process.waitFor();
      } catch (InterruptedException error) {
        process.destroy();
        throw new IllegalStateException(error);
      }
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = Bench.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  // ---- what the user sees

  private void tell(List<Rows.Speed> rows) {
    System.out.printf(
        "%-6s %-8s %10s  %-8s %10s %8s %10s   ms/step, batch %d, medians of %d%n",
        "stage", "measure", "ours", "peer", "peer's", "ratio", "limit", BATCH, runs);
    for (Rows.Speed row : rows) {
      System.out.printf(
          "%-6s %-8s %10.1f  %-8s %10s %8s %10.1f%n",
          row.stage(),
          row.measure(),
          row.value(),
          row.peer(),
          row.peerValue() == null ? "" : "%.1f".formatted(row.peerValue()),
          row.ratio() == null ? "" : "%.2f".formatted(row.ratio()),
          row.limit());
    }
    System.out.println(out);
  }
}
