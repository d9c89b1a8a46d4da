//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Output.java
//SOURCES ../kit/Stage.java
//SOURCES NetworkInput.java
//SOURCES dl4j/Threads.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.networks;

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

  /** Whether the network is told the segment's cluster. */
  public enum Clusters {
    none,
    oneHot
  }

  /**
   * Whether each coefficient is brought to mean 0 and deviation 1, learned from training segments.
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
      description = "The features JSON; with clusters for --clusters one-hot.")
  public Path features;

  @Option(names = "--split", required = true, description = "The split JSON.")
  public Path split;

  @Output
  @Option(names = "--out", required = true, description = "Folder of this network's results.")
  public Path out;

  @Option(
      names = "--shape",
      defaultValue = "frames",
      description =
          "${COMPLETION-CANDIDATES}: frames × coefficients, or flattened as in the paper's"
              + " networks with K-means (default ${DEFAULT-VALUE}).")
  public NetworkInput.Shape shape;

  @Option(
      names = "--clusters",
      defaultValue = "none",
      converter = ClustersConverter.class,
      completionCandidates = ClustersCandidates.class,
      description =
          "none or one-hot: the cluster beside the first dense layer (default ${DEFAULT-VALUE}).")
  public Clusters clusters;

  @Option(
      names = "--scale",
      defaultValue = "none",
      description =
          "${COMPLETION-CANDIDATES}: each coefficient by the training segments (default"
              + " ${DEFAULT-VALUE}, as published).")
  public Scale scale;

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
        "--early-stopping=" + earlyStopping,
        "--test-model=" + testModel,
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

  static final class SplitCandidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("segment", "cluster", "track", "artist", "file").iterator();
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
