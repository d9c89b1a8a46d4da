//DEPS info.picocli:picocli:4.7.7
//SOURCES ../corpus/SplitBy.java
//SOURCES ../kit/Output.java
//SOURCES ../kit/Stage.java
//SOURCES NetworkInput.java
//SOURCES dl4j/Threads.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/ClassWeights.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.networks;

import genrelab.corpus.SplitBy;
import genrelab.evaluation.ClassWeights;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.networks.dl4j.Threads;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options that all networks have: data, input, optimisation, augmentation, results. */
public final class TrainingOptions {
  static final int MEASURE_THREADS = 0;

  /** Whether the segment's cluster is an input of the network. */
  public enum Clusters {
    none,
    oneHot
  }

  /**
   * Whether each coefficient is scaled to mean 0 and standard deviation 1 of the training segments.
   */
  public enum Scale {
    none,
    standardise
  }

  /** Which epoch's weights the test is of. */
  public enum TestModel {
    last,
    best
  }

  @Option(
      names = "--features",
      required = true,
      description = "Features, JSON or folder; must hold clusters for --clusters one-hot.")
  public Path features;

  @Option(names = "--split", required = true, description = "Split JSON of the same segments.")
  public Path split;

  @Output
  @Option(names = "--out", required = true, description = "Folder for the network's results.")
  public Path out;

  @Option(
      names = "--shape",
      defaultValue = "frames",
      description =
          "Input shape, ${COMPLETION-CANDIDATES}: frames × coefficients, or the flattened segment"
              + " as in the paper's networks with K-means (default ${DEFAULT-VALUE}).")
  public NetworkInput.Shape shape;

  @Option(
      names = "--clusters",
      defaultValue = "none",
      converter = ClustersConverter.class,
      completionCandidates = ClustersCandidates.class,
      description =
          "none or one-hot: concatenate the segment's one-hot encoded cluster to the input of the"
              + " first dense layer (default ${DEFAULT-VALUE}).")
  public Clusters clusters;

  @Option(
      names = "--scale",
      defaultValue = "none",
      description =
          "${COMPLETION-CANDIDATES}: scale each coefficient to mean 0 and standard deviation 1,"
              + " computed on the training segments (default ${DEFAULT-VALUE}, as published).")
  public Scale scale;

  @Option(
      names = "--epochs",
      defaultValue = "30",
      description = "Number of epochs (default ${DEFAULT-VALUE}).")
  public int epochs;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Batch size, in segments (default ${DEFAULT-VALUE}).")
  public int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "1e-4",
      description = "Learning rate of Adam (default ${DEFAULT-VALUE}).")
  public double learningRate;

  @Option(
      names = "--decay",
      defaultValue = "1",
      description =
          "Factor that the learning rate is multiplied by after each epoch, up to 1 (default"
              + " ${DEFAULT-VALUE}: constant rate).")
  public double decay;

  @Option(
      names = "--mask-frames",
      defaultValue = "0",
      description =
          "Maximum width of SpecAugment's time mask, in frames: each time a training segment is"
              + " used, a random run of frames is replaced by the training mean (default"
              + " ${DEFAULT-VALUE}: none).")
  public int maskFrames;

  @Option(
      names = "--mask-coefficients",
      defaultValue = "0",
      description =
          "Maximum width of SpecAugment's frequency mask, in coefficients or mel bands (default"
              + " ${DEFAULT-VALUE}: none).")
  public int maskCoefficients;

  @Option(
      names = "--mixup",
      defaultValue = "0",
      description =
          "Alpha of mixup, up to 1: segments of a batch and their labels are mixed in a proportion"
              + " drawn from Beta(alpha, alpha); training accuracy then counts the label with the"
              + " larger weight (default ${DEFAULT-VALUE}: none).")
  public double mixup;

  @Option(
      names = "--shift-coefficients",
      defaultValue = "0",
      description =
          "Of log-mels, maximum shift along the frequency axis, in mel bands: each time a training"
              + " segment is used, it moves up or down by a random number of them; the training"
              + " mean fills the gap (default ${DEFAULT-VALUE}: none).")
  public int shiftCoefficients;

  @Option(
      names = "--random-crops",
      description =
          "Each time a training segment is used, take a crop of the same length in its place, which"
              + " begins at a random frame of its track, within training segments that follow one"
              + " another.")
  public boolean randomCrops;

  @Option(
      names = "--ema-momentum",
      defaultValue = "0",
      description =
          "Validate and test the exponential moving average of the weights, with this momentum a"
              + " step, below 1, e.g. 0.999 (default ${DEFAULT-VALUE}: the weights"
              + " themselves).")
  public double emaMomentum;

  @Option(
      names = "--class-weights",
      defaultValue = "none",
      description =
          "${COMPLETION-CANDIDATES}: balanced multiplies the loss of each training segment by n /"
              + " (k n_c), with n training segments, k genres, and n_c segments of its genre;"
              + " val_loss is not weighted (default ${DEFAULT-VALUE}).")
  public ClassWeights classWeights;

  @Option(
      names = "--early-stopping",
      defaultValue = "0",
      description =
          "Patience: stop after this many epochs without a lower val_loss (default"
              + " ${DEFAULT-VALUE}: never).")
  public int earlyStopping;

  @Option(
      names = "--test-model",
      defaultValue = "last",
      description =
          "Epoch whose weights are tested, ${COMPLETION-CANDIDATES}: the last, or the one with the"
              + " lowest val_loss (default ${DEFAULT-VALUE}).")
  public TestModel testModel;

  @Option(
      names = "--test-crops",
      defaultValue = "1",
      description =
          "Test the mean prediction of this many crops of a segment's length, up to 64, which begin"
              + " at evenly spaced frames from its first to the next segment's, within test"
              + " segments that follow one another; validation and classify take the segment alone"
              + " (default ${DEFAULT-VALUE}: the segment).")
  public int testCrops;

  @Option(
      names = "--test-shift-coefficients",
      defaultValue = "0",
      description =
          "Of log-mels, test the mean prediction of the segment and of its shifts along the"
              + " frequency axis by up to this many mel bands, up to 16; validation and classify"
              + " take the segment alone (default ${DEFAULT-VALUE}: none).")
  public int testShift;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description =
          "Seed of initial weights, batches, dropout and masks (default ${DEFAULT-VALUE}).")
  public long seed;

  @Option(
      names = "--fold",
      defaultValue = "0",
      description = "Number of the fold, recorded in the results (default ${DEFAULT-VALUE}: none).")
  public int fold;

  @Option(
      names = "--name",
      description = "Name of the network in the results (default: alias, shape and clusters).")
  public String name;

  @Option(
      names = "--split-by",
      completionCandidates = SplitBy.Names.class,
      description =
          "What the split was drawn by, recorded in the results (default: segment if test tracks"
              + " are also in training, otherwise track).")
  public String splitBy;

  @Option(
      names = "--threads",
      defaultValue = "all",
      converter = ThreadsConverter.class,
      paramLabel = "N|all|measure",
      description =
          "Number of threads, all, or measure: try some and take the fastest; results of two runs"
              + " may then differ in the last digits (default ${DEFAULT-VALUE}).")
  public Integer threads;

  @Option(
      names = "--resume",
      description =
          "Continue from the last epoch's checkpoint, if options, inputs and code are the same.")
  public boolean resume;

  /** The results' name of a network: as published for the published variants. */
  String networkName(String alias) {
    return name != null
        ? name
        : alias
            + (shape == NetworkInput.Shape.flat ? "-kmeans" : "")
            + (clusters == Clusters.oneHot ? "-one-hot" : "");
  }

  /** The options that decide the results, for the record. */
  List<String> asList(String splitBy) {
    return List.of(
        "--shape=" + shape,
        "--clusters=" + (clusters == Clusters.oneHot ? "one-hot" : "none"),
        "--scale=" + scale,
        "--epochs=" + epochs,
        "--batch=" + batch,
        "--learning-rate=" + learningRate,
        "--decay=" + decay,
        "--mask-frames=" + maskFrames,
        "--mask-coefficients=" + maskCoefficients,
        "--mixup=" + mixup,
        "--shift-coefficients=" + shiftCoefficients,
        "--random-crops=" + randomCrops,
        "--ema-momentum=" + emaMomentum,
        "--class-weights=" + classWeights,
        "--early-stopping=" + earlyStopping,
        "--test-model=" + testModel,
        "--test-crops=" + testCrops,
        "--test-shift-coefficients=" + testShift,
        "--seed=" + seed,
        "--fold=" + fold,
        "--split-by=" + splitBy);
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
    Stage.requireOption(
        shiftCoefficients >= 0,
        "--shift-coefficients must be 0 or more, not %s",
        shiftCoefficients);
    Stage.requireOption(
        emaMomentum >= 0 && emaMomentum < 1,
        "--ema-momentum must be from 0 to below 1, not %s",
        emaMomentum);
    Stage.requireOption(
        testCrops >= 1 && testCrops <= 64, "--test-crops must be from 1 to 64, not %s", testCrops);
    Stage.requireOption(
        testShift >= 0 && testShift <= 16,
        "--test-shift-coefficients must be from 0 to 16, not %s",
        testShift);
    Stage.requireOption(
        !randomCrops && testCrops == 1 || clusters == Clusters.none,
        "%s does not go with --clusters one-hot: a cluster is of a segment, not of a crop",
        randomCrops ? "--random-crops" : "--test-crops");
    Stage.requireOption(fold >= 0, "--fold must be 0 or more, not %s", fold);
    Stage.requireOption(
        earlyStopping >= 0, "--early-stopping must be 0 or more, not %s", earlyStopping);
  }

  static final class ClustersCandidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("none", "one-hot").iterator();
    }
  }

  static final class ClustersConverter implements picocli.CommandLine.ITypeConverter<Clusters> {
    @Override
    public Clusters convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "none" -> Clusters.none;
        case "one-hot" -> Clusters.oneHot;
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
}
