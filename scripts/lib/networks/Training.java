//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//DEPS org.nd4j:nd4j-native:1.0.0-M2.1
//DEPS org.nd4j:nd4j-native:1.0.0-M2.1:${genrelab.native:linux-x86_64-onednn-avx2}
//DEPS org.bytedeco:openblas:0.3.19-1.5.7:${genrelab.platform:linux-x86_64}
//DEPS org.bytedeco:javacpp:1.5.7:${genrelab.platform:linux-x86_64}
//DEPS org.slf4j:slf4j-nop:1.7.36
//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES AveragedWeights.java
//SOURCES BatchAugmentation.java
//SOURCES Checkpoint.java
//SOURCES EpochMetrics.java
//SOURCES InputPreparation.java
//SOURCES KerasWeights.java
//SOURCES NetworkDefinition.java
//SOURCES NetworkGraph.java
//SOURCES RandomCrops.java
//SOURCES SegmentScores.java
//SOURCES TrainingData.java
//SOURCES TrainingHistory.java
//SOURCES TrainingOptions.java
//SOURCES TrainingResults.java
//SOURCES dl4j/Nd4jCpu.java
//SOURCES dl4j/Threads.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/ClassWeights.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES dl4j/Layers.java

package genrelab.networks;

import genrelab.evaluation.ClassWeights;
import genrelab.features.Features;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.dl4j.Layers;
import genrelab.networks.dl4j.Threads;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import me.tongfei.progressbar.ProgressBar;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains, validates and tests a network: what the stages of all networks have in common.
 *
 * <p>The network is a computation graph as {@link NetworkGraph} describes. Every random choice of
 * an epoch depends on the seed and the epoch's number alone, so that a resumed training gives the
 * same result.
 */
public final class Training {
  /**
   * After these the start makes up under a hundredth of a running mean, which keeps 0.99 a step.
   */
  private static final int SETTLED_STEPS = 500;

  private final String alias;
  private final String name;
  private final TrainingOptions options;
  private final InputPreparation.Layout layout;
  private final NetworkDefinition definition;
  private final Instant started = Instant.now();
  private final TrainingHistory history = new TrainingHistory();

  private TrainingData data;
  private BatchAugmentation augmentation;
  private RandomCrops crops;
  private ComputationGraph network;
  private AveragedWeights averaged;
  private Checkpoint checkpoint;

  /**
   * A training by a stage.
   *
   * @param alias the stage
   * @param layout how the network takes its segments
   * @param definition builds the network
   */
  public Training(
      String alias,
      TrainingOptions options,
      InputPreparation.Layout layout,
      NetworkDefinition definition) {
    this.alias = alias;
    this.name = options.networkName(alias);
    this.options = options;
    this.layout = layout;
    this.definition = definition;
  }

  /** Trains, tests and writes everything into the options' folder; returns the exit code. */
  public int run() {
    options.check();
    Store.createFolder(options.out);
    data = new TrainingData(options, layout);
    augmentation =
        new BatchAugmentation(
            options.maskFrames, options.maskCoefficients, options.shiftCoefficients, options.mixup);
    if (options.randomCrops) {
      crops = new RandomCrops(data.features(), data.rows(Part.train));
    }
    network = build();
    NetworkGraph.requireHead(network, name, data.input().classes());
    if (options.classWeights == ClassWeights.balanced) {
      NetworkGraph.weightClasses(network, data.classWeights());
    }
    NetworkGraph.useThreads(
        layout,
        options.threads == TrainingOptions.MEASURE_THREADS ? fastestThreads() : options.threads);
    KerasWeights.set(network, options.seed);
    averaged = new AveragedWeights(network, options.emaMomentum);
    tellNetwork();
    checkpoint = new Checkpoint(options.out.resolve("checkpoint.bin"), alias, fingerprint());
    fit();
    new TrainingResults(alias, options, data, network, history).write(started);
    checkpoint.delete();
    return 0;
  }

  /** The network; where there is no native code for the machine, a failure that says so. */
  private ComputationGraph build() {
    try {
      return definition.build(data.input());
    } catch (LinkageError error) {
      throw new Stage.Failure(
          "no native code of ND4J for this machine (%s %s): name its build, e.g."
              + " GENRELAB_NATIVE=linux-x86_64 environment/jbang %s …",
          System.getProperty("os.name"), System.getProperty("os.arch"), alias);
    }
  }

  private void tellNetwork() {
    System.out.printf(
        "%s: %,d trainable parameters; %d training, %d validation, %d test segments (by %s)%n",
        name,
        NetworkGraph.trainableParameters(network),
        data.rows(Part.train).length,
        data.rows(Part.validation).length,
        data.rows(Part.test).length,
        data.splitBy());
    boolean slow =
        !Layers.byOneDnn()
            && Arrays.stream(network.getLayers())
                .anyMatch(
                    layer ->
                        layer.conf().getLayer() instanceof ConvolutionLayer
                            && layer.getHelper() == null);
    if (slow) {
      Stage.warn("%s: ND4J has no oneDNN for this machine, convolutions are slow", name);
    }
    long steps = (long) data.steps() * options.epochs;
    if (steps < SETTLED_STEPS && NetworkGraph.normalises(network)) {
      Stage.warn(
          "%s: %d steps are few: batch normalisation's running means, by which validation and test"
              + " are judged, settle after some %d; give more --epochs or a smaller --batch",
          name, steps, SETTLED_STEPS);
    }
    long both = data.tracksOnBothSides();
    if (both > 0) {
      System.out.printf(
          "%s: %d test tracks also have segments in training: the test tells how well known tracks"
              + " are recognised%n",
          name, both);
    }
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
    NetworkGraph.useThreads(layout, threads);
    ComputationGraph sample = build();
    int[] rows =
        Arrays.copyOf(data.rows(Part.train), Math.min(options.batch, data.rows(Part.train).length));
    double[] seconds = new double[24];
    for (int step = 0; step < seconds.length; step++) {
      long begin = System.nanoTime();
      sample.fit(data.inputs(rows), new INDArray[] {data.labels(rows)});
      seconds[step] = (System.nanoTime() - begin) / 1e9;
    }
    Arrays.sort(seconds, seconds.length / 2, seconds.length); // the first half warms up
    return seconds[seconds.length * 3 / 4];
  }

  /**
   * What a training must share with the checkpoint it goes on from; epochs may be more, and the
   * test may be another.
   */
  private String fingerprint() {
    List<String> same =
        options.asList(data.splitBy()).stream()
            .filter(option -> !option.startsWith("--epochs") && !option.startsWith("--test-"))
            .toList();
    return name
        + same
        + Store.sha256(Features.identity(options.features))
        + Store.sha256(options.split);
  }

  /** Goes on from the checkpoint; the epochs done, 0 without one. */
  private int resume() {
    Optional<Checkpoint.State> state = checkpoint.restore(network, name, options.epochs);
    state.ifPresent(
        found -> {
          found.history().forEach(history::add);
          history.setBestWeights(found.bestWeights());
          averaged.restore(found.averagedWeights());
        });
    return state.map(Checkpoint.State::epoch).orElse(0);
  }

  private void fit() {
    int done = options.resume ? resume() : 0;
    var shuffle = data.shuffle();
    var epochMetrics = new EpochMetrics(network);
    network.setListeners(epochMetrics);
    for (int epoch = done + 1; epoch <= options.epochs && !stopsEarly(); epoch++) {
      // everything random of an epoch hangs on its number alone, so that a resumed run goes on
      // alike
      Nd4j.getRandom().setSeed(options.seed * 1_000_003 + epoch);
      network.setLearningRate(options.learningRate * Math.pow(options.decay, epoch - 1));
      int[] order = shuffle.order(options.seed * 1_000_003 + epoch);
      var random = new Random(31 * (options.seed * 1_000_003 + epoch));
      epochMetrics.reset();
      long begin = System.nanoTime();
      try (ProgressBar progress =
          Progress.of("%s epoch %d/%d".formatted(name, epoch, options.epochs), data.steps())) {
        for (int start = 0; start < order.length; start += options.batch) {
          int[] rows =
              Arrays.copyOfRange(order, start, Math.min(order.length, start + options.batch));
          epochMetrics.expect(rows, data.features().labels());
          trainOn(rows, random);
          progress.step();
        }
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      SegmentScores validation =
          averaged.during(
              () -> SegmentScores.of(network, data, data.rows(Part.validation), options.batch));
      history.add(
          new Rows.Epoch(
              name,
              options.seed,
              options.fold,
              epoch,
              epochMetrics.loss(),
              epochMetrics.accuracy(),
              validation.loss(),
              validation.accuracy(),
              Math.round(seconds * 1000) / 1000.0));
      if (history.bestEpoch() == epoch) {
        history.setBestWeights(averaged.values());
      }
      checkpoint.write(
          network,
          new Checkpoint.State(epoch, history.epochs(), history.bestWeights(), averaged.values()));
      tellEpoch(epoch);
    }
    averaged.use();
    network.setListeners(List.of());
  }

  private void trainOn(int[] rows, Random random) {
    INDArray[] inputs = data.inputs(rows, row -> augmented(row, random));
    INDArray labels = data.labels(rows);
    if (augmentation.mixup() > 0) {
      double share = augmentation.share(random);
      inputs =
          Arrays.stream(inputs)
              .map(input -> BatchAugmentation.mix(input, share))
              .toArray(INDArray[]::new);
      labels = BatchAugmentation.mix(labels, share);
    }
    network.fit(inputs, new INDArray[] {labels});
    averaged.update();
  }

  /** A training segment as the network sees it this time. */
  private float[] augmented(int row, Random random) {
    float[] segment = options.randomCrops ? crops.draw(row, random) : data.features().values(row);
    float[] mean = data.trainingMean();
    return augmentation.mask(augmentation.shift(segment, mean, random), mean, random);
  }

  private boolean stopsEarly() {
    boolean stops =
        options.earlyStopping > 0
            && history.epochs().size() - history.bestEpoch() >= options.earlyStopping;
    if (stops) {
      System.out.printf(
          "%s: val_loss has not fallen since epoch %d, stopping%n", name, history.bestEpoch());
    }
    return stops;
  }

  private void tellEpoch(int epoch) {
    Rows.Epoch last = history.epochs().get(epoch - 1);
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
        1000 * last.seconds() / data.steps(),
        left / 60,
        left % 60);
  }
}
