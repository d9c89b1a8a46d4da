//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//DEPS org.nd4j:nd4j-native:1.0.0-M2.1
//DEPS org.nd4j:nd4j-native:1.0.0-M2.1:${genrelab.native:linux-x86_64-onednn-avx2}
//DEPS org.bytedeco:openblas:0.3.19-1.5.7:${genrelab.platform:linux-x86_64}
//DEPS org.bytedeco:javacpp:1.5.7:${genrelab.platform:linux-x86_64}
//DEPS org.slf4j:slf4j-nop:1.7.36
//SOURCES BatchAugmentation.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../features/Features.java
//SOURCES KerasWeights.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES TrainedModel.java
//SOURCES dl4j/Nd4jCpu.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES dl4j/Threads.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../results/Part.java
//SOURCES ../kit/Output.java
//SOURCES ../kit/Progress.java

package genrelab.networks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.SplitAssignment;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.OutOfDistribution;
import genrelab.features.Features;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.dl4j.Threads;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Option;

/**
 * What {@code cnn} and {@code lstm} do alike: options, data, training, checkpoints, test, files.
 *
 * <p>A network is a ComputationGraph with input {@code features} (and {@code clusters}, where the
 * cluster goes in), a layer {@code dropout} before the softmax layer {@code output}.
 */
public final class Training {
  private static final int BOOTSTRAPS = 1000;
  private static final int MEASURE_THREADS = 0;

  /**
   * After these the start makes up under a hundredth of a running mean, which keeps 0.99 a step.
   */
  private static final int SETTLED_STEPS = 500;

  /** Which epoch's weights the test is of. */
  public enum TestModel {
    last,
    best
  }

  /** The options that both networks have. */
  public static final class Options {
    @Option(
        names = "--features",
        required = true,
        description = "The features JSON; with clusters for --clusters one-hot.")
    public Path features;

    @Option(names = "--split", required = true, description = "The split JSON.")
    public Path split;

    @Option(names = "--out", required = true, description = "Folder of this network's results.")
    @Output
    public Path out;

    @Option(
        names = "--shape",
        defaultValue = "frames",
        description =
            "${COMPLETION-CANDIDATES}: frames × coefficients, or flattened as in the paper's"
                + " networks with K-means (default ${DEFAULT-VALUE}).")
    public TrainedModel.Shape shape;

    @Option(
        names = "--clusters",
        defaultValue = "none",
        converter = ClustersConverter.class,
        completionCandidates = ClustersCandidates.class,
        description =
            "none or one-hot: the cluster beside the first dense layer (default ${DEFAULT-VALUE}).")
    public TrainedModel.Clusters clusters;

    @Option(
        names = "--scale",
        defaultValue = "none",
        description =
            "${COMPLETION-CANDIDATES}: each coefficient by the training segments (default"
                + " ${DEFAULT-VALUE}, as published).")
    public TrainedModel.Scale scale;

    @Option(names = "--epochs", defaultValue = "30", description = "Default ${DEFAULT-VALUE}.")
    public int epochs;

    @Option(
        names = "--batch",
        defaultValue = "32",
        description = "Segments a step (default ${DEFAULT-VALUE}).")
    public int batch;

    @Option(
        names = "--learning-rate",
        defaultValue = "1e-4",
        description = "Of Adam (default ${DEFAULT-VALUE}).")
    public double learningRate;

    @Option(
        names = "--decay",
        defaultValue = "1",
        description =
            "Factor of the learning rate from epoch to epoch, up to 1 (default"
                + " ${DEFAULT-VALUE}: none).")
    public double decay;

    @Option(
        names = "--mask-frames",
        defaultValue = "0",
        description =
            "Widest run of frames that is masked by the training mean, anew whenever a training"
                + " segment is seen, as SpecAugment does (default ${DEFAULT-VALUE}: none).")
    public int maskFrames;

    @Option(
        names = "--mask-coefficients",
        defaultValue = "0",
        description =
            "Widest run of coefficients or mel bands, likewise (default ${DEFAULT-VALUE}: none).")
    public int maskCoefficients;

    @Option(
        names = "--mixup",
        defaultValue = "0",
        description =
            "Mix the segments of a batch, and their genres, by a share from Beta(α, α), up to 1;"
                + " accuracy in training then counts the larger share (default ${DEFAULT-VALUE}:"
                + " none).")
    public double mixup;

    @Option(
        names = "--early-stopping",
        defaultValue = "0",
        description =
            "Stop when val_loss has not fallen for so many epochs (default ${DEFAULT-VALUE}:"
                + " never).")
    public int earlyStopping;

    @Option(
        names = "--test-model",
        defaultValue = "last",
        description =
            "Which epoch's weights are tested: ${COMPLETION-CANDIDATES}; best has the lowest"
                + " val_loss (default ${DEFAULT-VALUE}).")
    public TestModel testModel;

    @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
    public long seed;

    @Option(
        names = "--fold",
        defaultValue = "0",
        description = "Fold of the split, for the results (default ${DEFAULT-VALUE}: none).")
    public int fold;

    @Option(names = "--name", description = "Name in the results (default: after the options).")
    public String name;

    @Option(
        names = "--split-by",
        completionCandidates = SplitCandidates.class,
        description =
            "What the split was drawn by, for the results (default: segment where a track lies in"
                + " two parts, else track).")
    public String splitBy;

    @Option(
        names = "--threads",
        defaultValue = "all",
        converter = ThreadsConverter.class,
        paramLabel = "N|all|measure",
        description =
            "Threads: a number, all, or measure: the fastest on this machine now, so that a second"
                + " run may differ in the last digits (default ${DEFAULT-VALUE}).")
    public Integer threads;

    @Option(names = "--resume", description = "Go on from the last epoch's checkpoint.")
    public boolean resume;

    /** The results' name of a network: as published for the published variants. */
    String networkName(String alias) {
      return name != null
          ? name
          : alias
              + (shape == TrainedModel.Shape.flat ? "-kmeans" : "")
              + (clusters == TrainedModel.Clusters.oneHot ? "-one-hot" : "");
    }

    void check() {
      Stage.requireOption(
          epochs >= 1 && epochs <= 10_000, "--epochs must be from 1 to 10000, not %s", epochs);
      Stage.requireOption(
          batch >= 1 && batch <= 4096, "--batch must be from 1 to 4096, not %s", batch);
      Stage.requireOption(
          learningRate > 0 && learningRate <= 1,
          "--learning-rate must be above 0 and at most 1, not %s",
          learningRate);
      Stage.requireOption(
          decay > 0 && decay <= 1, "--decay must be above 0 and at most 1, not %s", decay);
      Stage.requireOption(maskFrames >= 0, "--mask-frames must be 0 or more, not %s", maskFrames);
      Stage.requireOption(
          maskCoefficients >= 0, "--mask-coefficients must be 0 or more, not %s", maskCoefficients);
      Stage.requireOption(mixup >= 0 && mixup <= 1, "--mixup must be from 0 to 1, not %s", mixup);
      Stage.requireOption(fold >= 0, "--fold must be 0 or more, not %s", fold);
      Stage.requireOption(
          earlyStopping >= 0, "--early-stopping must be 0 or more, not %s", earlyStopping);
    }
  }

  static final class ClustersCandidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("none", "one-hot").iterator();
    }
  }

  static final class SplitCandidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("segment", "cluster", "track", "artist", "file").iterator();
    }
  }

  static final class ClustersConverter
      implements picocli.CommandLine.ITypeConverter<TrainedModel.Clusters> {
    @Override
    public TrainedModel.Clusters convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "none" -> TrainedModel.Clusters.none;
        case "one-hot" -> TrainedModel.Clusters.oneHot;
        default ->
            throw new picocli.CommandLine.TypeConversionException(
                "expected none or one-hot, not " + value);
      };
    }
  }

  static final class ThreadsConverter implements picocli.CommandLine.ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return switch (value) {
        case "all" -> Threads.available();
        case "measure" -> MEASURE_THREADS;
        default -> {
          if (!value.matches("[1-9][0-9]{0,2}")) {
            throw new picocli.CommandLine.TypeConversionException(
                "expected a number from 1, all or measure, not " + value);
          }
          yield Integer.valueOf(value);
        }
      };
    }
  }

  private final String alias;
  private final Options options;
  private final TrainedModel.Layout layout;
  private final TrainedModel.Architecture architecture;
  private final Instant started = Instant.now();

  private Features data;
  private Map<Part, int[]> rowsOf;
  private String splitBy;
  private TrainedModel.Preparation preparation;
  private BatchAugmentation augmentation;

  /** Of each coefficient over the training segments; what masks put in its place. */
  private float[] trainingMean;

  private TrainedModel.Input input;
  private ComputationGraph network;
  private OutOfDistribution outOfDistribution;
  private final List<Rows.Epoch> history = new ArrayList<>();

  /** The weights of the epoch with the lowest val_loss so far. */
  private float[] bestWeights;

  public Training(
      String alias,
      Options options,
      TrainedModel.Layout layout,
      TrainedModel.Architecture architecture) {
    this.alias = alias;
    this.options = options;
    this.layout = layout;
    this.architecture = architecture;
  }

  /** Trains, tests and writes everything into the options' folder. */
  public int run() {
    options.check();
    Store.createFolder(options.out);
    data = Features.read(options.features);
    rowsOf = SplitAssignment.read(options.split).join(data.ids(), options.features);
    splitBy =
        options.splitBy != null ? options.splitBy : tracksOnBothSides() > 0 ? "segment" : "track";
    input = input();
    preparation = preparation();
    augmentation =
        new BatchAugmentation(options.maskFrames, options.maskCoefficients, options.mixup);
    network = build();
    useThreads(layout, options.threads == MEASURE_THREADS ? fastestThreads() : options.threads);
    KerasWeights.set(network, options.seed);
    tellNetwork();
    fit();
    test();
    return 0;
  }

  /** Begins a network: its seed, and Adam as Keras has it. */
  public static NeuralNetConfiguration.Builder configuration(TrainedModel.Input input) {
    return new NeuralNetConfiguration.Builder()
        .seed(input.seed())
        .updater(Adam.builder().learningRate(input.learningRate()).epsilon(1e-7).build());
  }

  /**
   * Ends a network as both of the paper's do: the cluster beside what came so far, where it goes
   * in, a dense layer of 64 (ReLU), dropout, softmax.
   *
   * @param graph the network up to its features
   * @param last the name of the layer or vertex that gives them, as rows of values
   * @param dropout the share that is dropped
   * @param features the form of the network's first input
   */
  public static ComputationGraph withHead(
      GraphBuilder graph,
      String last,
      double dropout,
      TrainedModel.Input input,
      InputType features) {
    String from = last;
    if (input.clusters() > 0) {
      graph.addInputs("clusters").addVertex("beside", new MergeVertex(), last, "clusters");
      graph.setInputTypes(features, InputType.feedForward(input.clusters()));
      from = "beside";
    } else {
      graph.setInputTypes(features);
    }
    graph
        .addLayer(
            "dense", new DenseLayer.Builder().nOut(64).activation(Activation.RELU).build(), from)
        .addLayer("dropout", new DropoutLayer(1 - dropout), "dense") // DL4J takes what is kept
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(input.classes())
                .activation(Activation.SOFTMAX)
                .build(),
            "dropout")
        .setOutputs("output");
    var network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  // ---- data

  private long tracksOnBothSides() {
    return SplitAssignment.overlap(tracks(Part.train), tracks(Part.test)).size();
  }

  private List<String> tracks(Part part) {
    return Arrays.stream(rowsOf.get(part)).mapToObj(row -> data.tracks()[row]).toList();
  }

  private TrainedModel.Preparation preparation() {
    int coefficients = data.coefficients();
    float[] mean = new float[coefficients];
    float[] deviation = new float[coefficients];
    learnScale(mean, deviation);
    trainingMean = mean.clone();
    if (options.scale == TrainedModel.Scale.none) {
      Arrays.fill(mean, 0);
      Arrays.fill(deviation, 1);
    }
    return new TrainedModel.Preparation(
        layout, options.shape, data.frames(), coefficients, mean, deviation, input.clusters());
  }

  private void learnScale(float[] mean, float[] deviation) {
    double[] sum = new double[mean.length];
    double[] squares = new double[mean.length];
    for (int row : rowsOf.get(Part.train)) {
      float[] values = data.values()[row];
      for (int i = 0; i < values.length; i++) {
        sum[i % mean.length] += values[i];
        squares[i % mean.length] += (double) values[i] * values[i];
      }
    }
    double count = (double) rowsOf.get(Part.train).length * data.frames();
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (float) (sum[c] / count);
      double variance = squares[c] / count - (sum[c] / count) * (sum[c] / count);
      deviation[c] = (float) Math.sqrt(Math.max(variance, 1e-12));
    }
  }

  private TrainedModel.Input input() {
    if (data.mapping().size() < 2) {
      throw new Stage.Failure(
          "%s: it has one genre, %s; a network needs two or more",
          options.features, data.mapping().get(0));
    }
    boolean flat = options.shape == TrainedModel.Shape.flat;
    int clusters = 0;
    if (options.clusters == TrainedModel.Clusters.oneHot) {
      if (data.clusters() == null) {
        throw new Stage.Failure(
            "%s: it has no clusters for --clusters one-hot; run kmeans first", options.features);
      }
      clusters = 1 + Arrays.stream(data.clusters()).max().orElseThrow();
      if (clusters < 1) {
        throw new Stage.Failure(
            "%s: all its segments are noise (cluster -1), nothing for --clusters one-hot; cluster"
                + " with another method",
            options.features);
      }
      if (clusters > TrainedModel.MOST_CLASSES) {
        throw new Stage.Failure(
            "%s: %,d clusters are too many for --clusters one-hot, which takes %,d; cluster with"
                + " fewer",
            options.features, clusters, TrainedModel.MOST_CLASSES);
      }
    }
    return new TrainedModel.Input(
        options.shape,
        flat ? data.frames() * data.coefficients() : data.frames(),
        flat ? 1 : data.coefficients(),
        clusters,
        data.mapping().size(),
        options.learningRate,
        options.seed);
  }

  private INDArray[] inputs(int[] rows) {
    return inputs(rows, UnaryOperator.identity());
  }

  private INDArray[] inputs(int[] rows, UnaryOperator<float[]> change) {
    float[][] segments = new float[rows.length][];
    int[] clusters = new int[rows.length];
    for (int r = 0; r < rows.length; r++) {
      segments[r] = change.apply(data.values()[rows[r]]);
      clusters[r] = input.clusters() == 0 ? 0 : data.clusters()[rows[r]];
    }
    return preparation.inputs(segments, clusters);
  }

  private INDArray labels(int[] rows) {
    int[] labels = Arrays.stream(rows).map(row -> data.labels()[row]).toArray();
    return TrainedModel.oneHot(labels, input.classes());
  }

  /** The network; where there is no native code for the machine, a failure that says so. */
  private ComputationGraph build() {
    try {
      return architecture.build(input);
    } catch (LinkageError error) {
      throw new Stage.Failure(
          "no native code of ND4J for this machine (%s %s): name its build, e.g."
              + " GENRELAB_NATIVE=linux-x86_64 environment/jbang %s …",
          System.getProperty("os.name"), System.getProperty("os.arch"), alias);
    }
  }

  // ---- training

  private String name() {
    return options.networkName(alias);
  }

  private void tellNetwork() {
    System.out.printf(
        "%s: %,d trainable parameters; %d training, %d validation, %d test segments (by %s)%n",
        name(),
        trainableParameters(network),
        rowsOf.get(Part.train).length,
        rowsOf.get(Part.validation).length,
        rowsOf.get(Part.test).length,
        splitBy);
    boolean slow =
        Arrays.stream(network.getLayers())
            .anyMatch(
                layer ->
                    layer.conf().getLayer() instanceof ConvolutionLayer
                        && layer.getHelper() == null);
    if (slow) {
      Stage.warn("%s: ND4J has no oneDNN for this machine, convolutions are slow", name());
    }
    long steps = (long) steps() * options.epochs;
    if (steps < SETTLED_STEPS && normalises()) {
      Stage.warn(
          "%s: %d steps are few: batch normalisation's running means, by which validation and test"
              + " are judged, settle after some %d; give more --epochs or a smaller --batch",
          name(), steps, SETTLED_STEPS);
    }
    long both = tracksOnBothSides();
    if (both > 0) {
      System.out.printf(
          "%s: %d test tracks also have segments in training: the test tells how well known tracks"
              + " are recognised%n",
          name(), both);
    }
  }

  /** Parameters that training changes: all but batch normalisation's running statistics. */
  public static long trainableParameters(ComputationGraph network) {
    long running =
        Arrays.stream(network.getLayers())
            .filter(layer -> layer.conf().getLayer() instanceof BatchNormalization)
            .mapToLong(layer -> 2 * layer.getParam("mean").length())
            .sum();
    return network.numParams() - running;
  }

  private boolean normalises() {
    return Arrays.stream(network.getLayers())
        .anyMatch(layer -> layer.conf().getLayer() instanceof BatchNormalization);
  }

  private int steps() {
    return (rowsOf.get(Part.train).length + options.batch - 1) / options.batch;
  }

  /** Sets the threads of a network's layers, and of ND4J's operations as suits the network. */
  public static void useThreads(TrainedModel.Layout layout, int threads) {
    Threads.use(threads, layout == TrainedModel.Layout.sequence ? 1 : threads);
  }

  /** Trains a few steps with one thread, half of the processors, and all. */
  private int fastestThreads() {
    var seconds = new TreeMap<Integer, Double>();
    int all = Threads.available();
    for (int threads : new int[] {1, Math.max(1, all / 2), all}) {
      seconds.computeIfAbsent(threads, this::secondsAStep);
    }
    int fastest =
        seconds.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    var times = new ArrayList<String>();
    seconds.forEach(
        (threads, time) ->
            times.add(String.format(Locale.ROOT, "%d: %.0f ms/step", threads, 1000 * time)));
    System.out.printf("threads: %d (%s)%n", fastest, String.join(", ", times));
    return fastest;
  }

  private double secondsAStep(int threads) {
    useThreads(layout, threads);
    ComputationGraph sample = build();
    int[] rows =
        Arrays.copyOf(
            rowsOf.get(Part.train), Math.min(options.batch, rowsOf.get(Part.train).length));
    double[] seconds = new double[24];
    for (int step = 0; step < seconds.length; step++) {
      long begin = System.nanoTime();
      sample.fit(inputs(rows), new INDArray[] {labels(rows)});
      seconds[step] = (System.nanoTime() - begin) / 1e9;
    }
    Arrays.sort(seconds, seconds.length / 2, seconds.length); // the first half warms up
    return seconds[seconds.length * 3 / 4];
  }

  private void fit() {
    int done = options.resume ? readCheckpoint() : 0;
    var watch = new TrainingWatch(network);
    network.setListeners(watch);
    for (int epoch = done + 1; epoch <= options.epochs && !stopsEarly(); epoch++) {
      // everything random of an epoch hangs on its number alone, so that a resumed run goes on
      // alike
      Nd4j.getRandom().setSeed(options.seed * 1_000_003 + epoch);
      network.setLearningRate(options.learningRate * Math.pow(options.decay, epoch - 1));
      int[] order = shuffled(rowsOf.get(Part.train), options.seed * 1_000_003 + epoch);
      var random = new Random(31 * (options.seed * 1_000_003 + epoch));
      watch.reset();
      long begin = System.nanoTime();
      try (ProgressBar progress =
          Progress.of("%s epoch %d/%d".formatted(name(), epoch, options.epochs), steps())) {
        for (int start = 0; start < order.length; start += options.batch) {
          int[] rows =
              Arrays.copyOfRange(order, start, Math.min(order.length, start + options.batch));
          watch.expect(rows, data.labels());
          trainOn(rows, random);
          progress.step();
        }
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      Score validation = score(rowsOf.get(Part.validation));
      history.add(
          new Rows.Epoch(
              name(),
              options.seed,
              options.fold,
              epoch,
              watch.loss(),
              watch.accuracy(),
              validation.loss(),
              validation.accuracy(),
              Math.round(seconds * 1000) / 1000.0));
      if (bestEpoch() == epoch) {
        bestWeights = TrainedModel.floats(network.params());
      }
      writeCheckpoint(epoch);
      tellEpoch(epoch);
    }
    network.setListeners(List.of());
  }

  private void trainOn(int[] rows, Random random) {
    INDArray[] inputs = inputs(rows, segment -> augmentation.mask(segment, trainingMean, random));
    INDArray labels = labels(rows);
    if (augmentation.mixup() > 0) {
      double share = augmentation.share(random);
      inputs =
          Arrays.stream(inputs)
              .map(input -> BatchAugmentation.mix(input, share))
              .toArray(INDArray[]::new);
      labels = BatchAugmentation.mix(labels, share);
    }
    network.fit(inputs, new INDArray[] {labels});
  }

  private int bestEpoch() {
    return history.stream()
        .min(Comparator.comparingDouble(Rows.Epoch::valLoss))
        .map(Rows.Epoch::epoch)
        .orElse(0);
  }

  private boolean stopsEarly() {
    boolean stops =
        options.earlyStopping > 0 && history.size() - bestEpoch() >= options.earlyStopping;
    if (stops) {
      System.out.printf(
          "%s: val_loss has not fallen since epoch %d, stopping%n", name(), bestEpoch());
    }
    return stops;
  }

  private static int[] shuffled(int[] rows, long seed) {
    int[] order = rows.clone();
    var random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  private void tellEpoch(int epoch) {
    Rows.Epoch last = history.get(history.size() - 1);
    long left = Math.round((options.epochs - epoch) * last.seconds());
    System.out.printf(
        "epoch %3d/%d  loss %.4f  accuracy %.4f  val_loss %.4f  val_accuracy %.4f  %.1f s"
            + "  %.0f ms/step  %d:%02d left%n",
        epoch,
        options.epochs,
        last.loss(),
        last.accuracy(),
        last.valLoss(),
        last.valAccuracy(),
        last.seconds(),
        1000 * last.seconds() / steps(),
        left / 60,
        left % 60);
  }

  /**
   * Loss and accuracy over an epoch's batches as they are trained on, dropout and all, as Keras.
   */
  private static final class TrainingWatch extends BaseTrainingListener {
    private final ComputationGraph network;
    private int[] rows;
    private int[] labels;
    private double loss;
    private int right;
    private int seen;

    TrainingWatch(ComputationGraph network) {
      this.network = network;
    }

    void reset() {
      loss = 0;
      right = 0;
      seen = 0;
    }

    void expect(int[] rows, int[] labels) {
      this.rows = rows;
      this.labels = labels;
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      INDArray logits =
          activations
              .get("dropout")
              .mmul(network.getLayer("output").getParam("W"))
              .addiRowVector(network.getLayer("output").getParam("b"));
      float[][] scores = logits.toFloatMatrix();
      for (int r = 0; r < rows.length; r++) {
        right += Calibration.likeliest(scores[r]) == labels[rows[r]] ? 1 : 0;
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      loss += model.score() * rows.length;
      seen += rows.length;
    }

    double loss() {
      return loss / seen;
    }

    double accuracy() {
      return (double) right / seen;
    }
  }

  // ---- validation and test

  /** Mean cross-entropy, share of right answers, and each segment's probabilities. */
  private record Score(double loss, double accuracy, float[][] probabilities) {}

  private Score score(int[] rows) {
    float[][] probabilities = new float[rows.length][];
    double loss = 0;
    int right = 0;
    for (int start = 0; start < rows.length; start += options.batch) {
      int[] batch = Arrays.copyOfRange(rows, start, Math.min(rows.length, start + options.batch));
      float[][] output = network.outputSingle(inputs(batch)).toFloatMatrix();
      for (int r = 0; r < batch.length; r++) {
        probabilities[start + r] = output[r];
        int truth = data.labels()[batch[r]];
        loss -= Math.log(Math.max(1e-7, output[r][truth]));
        right += Calibration.likeliest(output[r]) == truth ? 1 : 0;
      }
    }
    return new Score(loss / rows.length, (double) right / rows.length, probabilities);
  }

  private void test() {
    float[] lastWeights = TrainedModel.floats(network.params());
    if (options.testModel == TestModel.best) {
      network.params().assign(Nd4j.createFromArray(bestWeights));
    }
    int[] rows = rowsOf.get(Part.test);
    Score score = score(rows);
    for (float[] segment : score.probabilities()) {
      for (float probability : segment) {
        if (!Float.isFinite(probability)) {
          throw new Stage.Failure(
              "%s: the network gives no finite probabilities; train with a smaller --learning-rate",
              options.out);
        }
      }
    }
    var predictions = new ArrayList<Rows.Prediction>();
    for (int r = 0; r < rows.length; r++) {
      float[] probabilities = score.probabilities()[r];
      predictions.add(
          new Rows.Prediction(
              name(),
              options.seed,
              options.fold,
              data.tracks()[rows[r]],
              data.segments()[rows[r]],
              data.genre(rows[r]),
              data.mapping().get(Calibration.likeliest(probabilities)),
              probabilities));
    }
    var scores = new Metrics(data.mapping(), predictions);
    List<Rows.Metric> metrics = metrics(scores);
    Calibration last = calibration(lastWeights);
    Calibration best = bestEpoch() == history.size() ? last : calibration(bestWeights);
    Calibration tested = options.testModel == TestModel.best ? best : last;
    metrics.addAll(calibrationMetrics(tested, score.probabilities(), rows));
    outOfDistribution =
        OutOfDistribution.fit(values(Part.train), values(Part.validation), data.coefficients());
    Store.writeRows(options.out.resolve("history.json"), history);
    Store.writeRows(options.out.resolve("predictions.json"), predictions);
    Store.writeRows(options.out.resolve("metrics.json"), metrics);
    Store.writeRows(
        options.out.resolve("report.json"), scores.classReport(name(), options.seed, options.fold));
    Store.writeRows(
        options.out.resolve("report-tracks.json"),
        scores.classReport(name(), options.seed, options.fold, Metrics.Level.track));
    Store.writeRows(
        options.out.resolve("confusion.json"),
        scores.confusionRows(name(), options.seed, options.fold));
    writeModel("model.zip", metrics, lastWeights, history.size(), last);
    writeModel("model-best.zip", metrics, bestWeights, bestEpoch(), best);
    writeRun();
    deleteCheckpoint();
    tellTest(metrics);
  }

  private List<Rows.Metric> metrics(Metrics scores) {
    var rows = new ArrayList<Rows.Metric>();
    for (Metrics.IntervalEstimate estimate : scores.estimates(BOOTSTRAPS, options.seed)) {
      rows.add(
          metric(
              estimate.level(),
              estimate.metric(),
              estimate.value(),
              estimate.low(),
              estimate.high()));
    }
    int tested = options.testModel == TestModel.best ? bestEpoch() : history.size();
    Rows.Epoch epoch = history.get(tested - 1);
    rows.add(exact("segment", "train_accuracy", epoch.accuracy()));
    rows.add(exact("segment", "validation_accuracy", epoch.valAccuracy()));
    rows.add(exact("segment", "test_segments", rowsOf.get(Part.test).length));
    rows.add(exact("track", "tracks_on_both_sides", tracksOnBothSides()));
    rows.add(exact("network", "trainable_parameters", trainableParameters(network)));
    rows.add(exact("network", "steps_per_epoch", steps()));
    rows.add(exact("network", "epochs", history.size()));
    rows.add(exact("network", "best_epoch", bestEpoch()));
    return rows;
  }

  /** The tested weights' temperature, and how far confidence and accuracy lie apart without it. */
  private List<Rows.Metric> calibrationMetrics(
      Calibration calibration, float[][] probabilities, int[] rows) {
    int[] labels = Arrays.stream(rows).map(row -> data.labels()[row]).toArray();
    return List.of(
        exact("network", "temperature", calibration.temperature()),
        exact(
            "segment",
            "test_ece_calibrated",
            Calibration.error(calibration.apply(probabilities), labels)));
  }

  /** Fitted on the validation part, with these weights. */
  private Calibration calibration(float[] weights) {
    network.params().assign(Nd4j.createFromArray(weights));
    int[] rows = rowsOf.get(Part.validation);
    int[] labels = Arrays.stream(rows).map(row -> data.labels()[row]).toArray();
    return Calibration.fit(score(rows).probabilities(), labels);
  }

  private float[][] values(Part part) {
    return Arrays.stream(rowsOf.get(part))
        .mapToObj(row -> data.values()[row])
        .toArray(float[][]::new);
  }

  private Rows.Metric exact(String level, String metric, double value) {
    return metric(level, metric, value, value, value);
  }

  private Rows.Metric metric(String level, String metric, double value, double low, double high) {
    return new Rows.Metric(
        name(), options.seed, options.fold, splitBy, level, metric, value, low, high);
  }

  private void tellTest(List<Rows.Metric> metrics) {
    for (Rows.Metric row : metrics) {
      if (row.metric().equals("test_accuracy")) {
        System.out.printf(
            "%s: test accuracy %.2f %% of %ss (95 %% interval %.1f to %.1f), split by %s, seed"
                + " %d%n",
            name(),
            100 * row.value(),
            row.level(),
            100 * row.low(),
            100 * row.high(),
            splitBy,
            options.seed);
      }
    }
    System.out.println(options.out);
  }

  // ---- files

  private void writeModel(
      String name, List<Rows.Metric> metrics, float[] weights, int epoch, Calibration calibration) {
    ObjectNode description = description();
    description.put("epoch", epoch);
    description.set("calibration", Store.JSON.valueToTree(calibration));
    description.set("familiarity", Store.JSON.valueToTree(outOfDistribution));
    int tested = options.testModel == TestModel.best ? bestEpoch() : history.size();
    if (epoch == tested) {
      description.set("metrics", Store.JSON.valueToTree(metrics));
    }
    var model = new TrainedModel(description, preparation, input, weights);
    model.write(options.out.resolve(name));
    if (epoch == tested) {
      byte[] card = model.card().getBytes(StandardCharsets.UTF_8);
      Store.write(options.out.resolve("card.md"), out -> out.write(card));
    }
  }

  private ObjectNode description() {
    ObjectNode model = Store.JSON.createObjectNode();
    model.put("genrelab", Stage.VERSION).put("dl4j", "1.0.0-M2.1");
    model.put("network", name()).put("architecture", alias);
    model.set("options", Store.JSON.valueToTree(optionList()));
    model.set("mapping", Store.JSON.valueToTree(data.mapping()));
    model.putObject("features").put("key", data.key());
    model.withObject("/features").set("params", data.params());
    model.withObject("/features").set("provenance", data.provenance());
    ObjectNode split = model.putObject("split");
    split.put("by", splitBy).put("sha256", Store.sha256(options.split));
    rowsOf.forEach((part, rows) -> split.put(part.name(), rows.length));
    split.put("testTracksInTraining", tracksOnBothSides());
    return model;
  }

  private void writeRun() {
    Map<String, String> inputs = new TreeMap<>();
    inputs.put(options.features.getFileName().toString(), Store.sha256(options.features));
    inputs.put(options.split.getFileName().toString(), Store.sha256(options.split));
    Map<String, String> versions = new TreeMap<>();
    versions.put("genrelab", Stage.VERSION);
    versions.put("dl4j", "1.0.0-M2.1");
    versions.put("java", System.getProperty("java.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    double seconds = ChronoUnit.MILLIS.between(started, Instant.now()) / 1000.0;
    Store.writeRows(
        options.out.resolve("run.json"),
        List.of(
            new Rows.StageRecord(
                alias,
                optionList(),
                options.seed,
                inputs,
                Map.of(),
                "",
                versions,
                started.truncatedTo(ChronoUnit.SECONDS).toString(),
                seconds)));
  }

  private List<String> optionList() {
    return List.of(
        "--shape=" + options.shape,
        "--clusters=" + (options.clusters == TrainedModel.Clusters.oneHot ? "one-hot" : "none"),
        "--scale=" + options.scale,
        "--epochs=" + options.epochs,
        "--batch=" + options.batch,
        "--learning-rate=" + options.learningRate,
        "--decay=" + options.decay,
        "--mask-frames=" + options.maskFrames,
        "--mask-coefficients=" + options.maskCoefficients,
        "--mixup=" + options.mixup,
        "--early-stopping=" + options.earlyStopping,
        "--test-model=" + options.testModel,
        "--seed=" + options.seed,
        "--fold=" + options.fold,
        "--split-by=" + splitBy);
  }

  private Path checkpoint() {
    return options.out.resolve("checkpoint.bin");
  }

  /** What a run must share with the checkpoint it goes on from; epochs may be more. */
  private String fingerprint() {
    String options =
        optionList().stream().filter(option -> !option.startsWith("--epochs")).toList().toString();
    return Store.sha256(
        name() + options + Store.sha256(this.options.features) + Store.sha256(this.options.split));
  }

  private void writeCheckpoint(int epoch) {
    Store.write(
        checkpoint(),
        out -> {
          var data = new DataOutputStream(out);
          data.writeUTF(fingerprint());
          data.writeInt(epoch);
          data.writeInt(network.getIterationCount());
          writeBlock(data, Store.JSON.writeValueAsBytes(history));
          writeBlock(data, TrainedModel.bytes(TrainedModel.floats(network.params())));
          writeBlock(
              data,
              TrainedModel.bytes(TrainedModel.floats(network.getUpdater().getStateViewArray())));
          writeBlock(data, TrainedModel.bytes(bestWeights));
          data.flush();
        });
  }

  private static void writeBlock(DataOutputStream data, byte[] block) throws IOException {
    data.writeInt(block.length);
    data.write(block);
  }

  private byte[] readBlock(DataInputStream data) throws IOException {
    int length = data.readInt();
    if (length < 0 || length > Files.size(checkpoint())) {
      throw new EOFException("a block of " + length + " bytes");
    }
    byte[] block = new byte[length];
    data.readFully(block);
    return block;
  }

  /** Puts network, updater and history back as after the checkpoint's epoch; 0 without one. */
  private int readCheckpoint() {
    if (!Files.exists(checkpoint())) {
      System.out.println(name() + ": no checkpoint, starting at epoch 1");
      return 0;
    }
    try (InputStream in = Store.open(checkpoint());
        var data = new DataInputStream(in)) {
      if (!data.readUTF().equals(fingerprint())) {
        System.out.println(
            name() + ": the checkpoint is of other options or inputs, starting at epoch 1");
        return 0;
      }
      int epoch = data.readInt();
      if (epoch > options.epochs) {
        System.out.printf(
            "%s: the checkpoint is of epoch %d, starting at epoch 1%n", name(), epoch);
        return 0;
      }
      int iteration = data.readInt();
      history.addAll(Store.JSON.readerForListOf(Rows.Epoch.class).readValue(readBlock(data)));
      network.params().assign(Nd4j.createFromArray(TrainedModel.floats(readBlock(data))));
      network
          .getUpdater()
          .getStateViewArray()
          .assign(Nd4j.createFromArray(TrainedModel.floats(readBlock(data))));
      bestWeights = TrainedModel.floats(readBlock(data));
      network.getConfiguration().setIterationCount(iteration);
      network.getConfiguration().setEpochCount(epoch);
      System.out.printf("%s: going on after epoch %d%n", name(), epoch);
      return epoch;
    } catch (IOException | RuntimeException error) { // of sizes that don't fit too
      throw new Stage.Failure(
          "%s: broken checkpoint; remove it, or run without --resume", checkpoint());
    }
  }

  private void deleteCheckpoint() {
    try {
      Files.deleteIfExists(checkpoint());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
