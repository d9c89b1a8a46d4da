//DEPS info.picocli:picocli:4.7.7
//SOURCES ../features/Features.java
//SOURCES ../kit/Stage.java
//SOURCES ClusterCountRange.java
//SOURCES ClusterSource.java
//SOURCES Clustering.java
//SOURCES ClusteringMethod.java
//SOURCES Hdbscan.java
//SOURCES KMeans.java

package genrelab.clustering;

import genrelab.features.Features;
import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options of {@code kmeans} that say what is clustered and how. */
public final class ClusteringOptions {
  /** The segments that clusters are fitted to. */
  public enum FitOn {
    all,
    train
  }

  @Option(
      names = "--method",
      defaultValue = "kmeans",
      description =
          "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}). HDBSCAN* finds the number of"
              + " clusters itself and leaves what is in none as cluster -1.")
  public ClusteringMethod method;

  @Option(
      names = "--input",
      description =
          "${COMPLETION-CANDIDATES}: all values of a segment in a row, or mean and deviation of"
              + " each coefficient (default: flat for kmeans, stats for hdbscan).")
  ClusterSource.Input input;

  @Option(
      names = "--standardise",
      description = "Scale each value to mean 0, deviation 1 over the fitted segments.")
  boolean standardise;

  @Option(
      names = "--clusters",
      defaultValue = "10",
      description = "K-means: number of clusters, at least 2 (default ${DEFAULT-VALUE}).")
  int clusters;

  @Option(
      names = "--restarts",
      defaultValue = "3",
      description =
          "K-means: starts, of which the best inertia is kept (default ${DEFAULT-VALUE}).")
  public int restarts;

  @Option(
      names = "--iterations",
      defaultValue = "300",
      description = "K-means: iterations a start at the most (default ${DEFAULT-VALUE}).")
  public int iterations;

  @Option(
      names = "--sweep",
      paramLabel = "FROM:TO",
      description =
          "K-means: compare numbers of clusters, e.g. 2:20, and write sweep.json, sweep.png and"
              + " sweep.svg beside --out instead of all else.")
  String sweep;

  @Option(
      names = "--min-cluster-size",
      defaultValue = "25",
      description =
          "HDBSCAN*: fewest segments of a cluster, at least 2 (default ${DEFAULT-VALUE}).")
  int minClusterSize;

  @Option(
      names = "--min-samples",
      defaultValue = "5",
      description =
          "HDBSCAN*: the neighbour, counting from the segment itself, whose distance is the core"
              + " distance; more means more noise (default ${DEFAULT-VALUE}).")
  int minSamples;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  public long seed;

  @Option(
      names = "--threads",
      description =
          "Number of threads (default: all processors). The result is the same with any number.")
  public int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--split", description = "A split, for --fit-on train.")
  Path split;

  @Option(
      names = "--fit-on",
      defaultValue = "all",
      description =
          "${COMPLETION-CANDIDATES}: the segments that clusters are fitted to (default all, which"
              + " is transductive: test segments count too).")
  FitOn fitOn;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  /**
   * Checks the options' ranges, and which of them go together.
   *
   * @throws Stage.UsageError naming the first that is wrong
   */
  public void checkOptions() {
    Stage.requireOption(clusters >= 2, "--clusters must be at least 2, not %s", clusters);
    Stage.requireOption(restarts >= 1, "--restarts must be at least 1, not %s", restarts);
    Stage.requireOption(iterations >= 1, "--iterations must be at least 1, not %s", iterations);
    Stage.requireOption(
        minClusterSize >= 2, "--min-cluster-size must be at least 2, not %s", minClusterSize);
    Stage.requireOption(minSamples >= 1, "--min-samples must be at least 1, not %s", minSamples);
    Stage.requireOption(threads >= 1, "--threads must be at least 1, not %s", threads);
    Stage.requireOption(
        (fitOn == FitOn.train) == (split != null), "--fit-on train and --split go together");
    ParseResult given = command.commandLine().getParseResult();
    List<String> ofOtherMethod =
        method == ClusteringMethod.kmeans
            ? List.of("--min-cluster-size", "--min-samples")
            : List.of("--clusters", "--restarts", "--iterations", "--sweep");
    for (String option : ofOtherMethod) {
      Stage.requireOption(
          !given.hasMatchedOption(option), "%s is not for --method %s", option, method);
    }
    Stage.requireOption(
        sweep == null || !given.hasMatchedOption("--clusters"),
        "--sweep and --clusters exclude each other");
    Stage.requireOption(
        sweep == null || sweptCounts().isPresent(),
        "--sweep must be FROM:TO with FROM at least 2 and TO larger, e.g. 2:20, not %s",
        sweep);
  }

  /** The numbers of clusters to compare; empty without {@code --sweep}. */
  public Optional<ClusterCountRange> sweptCounts() {
    return sweep == null ? Optional.empty() : ClusterCountRange.parse(sweep);
  }

  /** What stands for a segment. */
  public ClusterSource.Input input() {
    if (input != null) {
      return input;
    }
    return method == ClusteringMethod.kmeans ? ClusterSource.Input.flat : ClusterSource.Input.stats;
  }

  /** Whether test segments are fitted too, and so known before the test. */
  public boolean isTransductive() {
    return fitOn == FitOn.all;
  }

  /** What stands for a segment, to print. */
  public String describeInput() {
    return (input() == ClusterSource.Input.flat ? "all values" : "means and deviations")
        + (standardise ? ", standardised" : "");
  }

  /** The segments that clusters are fitted to, to print. */
  public String describeFitted() {
    return isTransductive() ? "all segments" : "training segments";
  }

  /**
   * The segments as the clusterers read them.
   *
   * @param data the content of {@code features}
   * @throws Stage.Failure if the split is of other segments, or too few are fitted for the clusters
   */
  public ClusterSource source(Features data, Path features) {
    var source = new ClusterSource(data, features, input(), standardise, split);
    requireEnough(source.fittedCount(), features);
    return source;
  }

  private void requireEnough(int fitted, Path features) {
    int mostClusters = sweptCounts().map(ClusterCountRange::to).orElse(clusters);
    Path file = isTransductive() ? features : split;
    if (fitted == 0) {
      throw new Stage.Failure(
          "%s: no segment of %s is in train; split these features again", split, features);
    }
    if (method == ClusteringMethod.kmeans && fitted < mostClusters) {
      throw new Stage.Failure(
          "%s: %d segments can't make %d clusters; give fewer %s",
          file, fitted, mostClusters, sweep != null ? "in --sweep" : "--clusters");
    }
    if (method == ClusteringMethod.hdbscan && fitted <= Math.max(minClusterSize, minSamples)) {
      throw new Stage.Failure(
          "%s: %d segments can't make clusters of %d; give a smaller --min-cluster-size and"
              + " --min-samples",
          file, fitted, minClusterSize);
    }
  }

  /** Clusters all segments. */
  public Clustering fit(ClusterSource source) {
    return method == ClusteringMethod.kmeans
        ? kmeans().fit(source, clusters)
        : new Hdbscan(minClusterSize, minSamples, threads).fit(source, seed);
  }

  /** K-means with these options, for any number of clusters. */
  public KMeans kmeans() {
    return new KMeans(restarts, iterations, threads, seed);
  }
}
