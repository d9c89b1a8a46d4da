//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

package genrelab;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The rows of the result files: flat, so that Tablesaw reads them. */
public final class Rows {
  /**
   * An augmented copy keeps its track's id, and its segment number is copy × {@code COPY} + its
   * source's, copies counted from 1: so its source can be told where there is no transform to read,
   * as in a features JSON.
   */
  public static final int COPY = 1_000_000;

  private Rows() {}

  /** Whether a segment number is that of an augmented copy. */
  public static boolean isCopy(int segment) {
    return segment >= COPY;
  }

  /** The number of the segment that a copy was made from; an original's own number. */
  public static int source(int segment) {
    return segment % COPY;
  }

  /**
   * {@code segments.json}: one segment of a track.
   *
   * @param track the file's base name without extension
   * @param artist empty where unknown
   * @param segment place in its track, from 0
   * @param file the audio file, relative to the manifest's folder
   * @param start first sample, at {@code rate}
   * @param length in samples at {@code rate}
   * @param rate the file's own sample rate, Hz
   * @param transform what augmentation did to it; empty for the original
   */
  public record Segment(
      String track,
      String genre,
      String artist,
      int segment,
      String file,
      long start,
      int length,
      int rate,
      String transform) {}

  /** {@code verify.json}: one thing wrong with a corpus. */
  public record Problem(String file, String track, String genre, String problem, String detail) {}

  /** {@code split.json}: where a segment belongs: train, validation, test or excluded. */
  public record Part(String track, int segment, String part) {}

  /** {@code history.json}: one epoch of training. */
  public record Epoch(
      String network,
      long seed,
      int fold,
      int epoch,
      double loss,
      double accuracy,
      @JsonProperty("val_loss") double valLoss,
      @JsonProperty("val_accuracy") double valAccuracy,
      double seconds) {}

  /**
   * {@code predictions.json}: one segment of the test part.
   *
   * @param probabilities one a class, in the order of the features' mapping
   */
  public record Prediction(
      String network,
      long seed,
      int fold,
      String track,
      int segment,
      @JsonProperty("true") String truth,
      String predicted,
      float[] probabilities) {}

  /**
   * {@code metrics.json}: one figure.
   *
   * @param split what the rows were parted by: segment, cluster, track, artist or file
   * @param level what was counted: segment, track or network
   * @param metric e.g. test_accuracy
   * @param low lower end of the 95 % interval; the value itself where it is no estimate
   */
  public record Metric(
      String network,
      long seed,
      int fold,
      String split,
      String level,
      String metric,
      double value,
      double low,
      double high) {}

  /** {@code report.json}: a class's scores on the test part's segments. */
  public record ClassReport(
      String network,
      long seed,
      int fold,
      @JsonProperty("class") String genre,
      double precision,
      double recall,
      double f1,
      long support) {}

  /** {@code clusters.json}: how many segments of a genre lie in a cluster. */
  public record Cluster(
      int cluster, String genre, long count, double shareOfCluster, double shareOfGenre) {}

  /**
   * {@code clustering.json} and {@code sweep.json}: how good a clustering is.
   *
   * @param method kmeans or hdbscan
   * @param noise segments in no cluster
   * @param iterations of the best start; 0 for a method without
   * @param inertia squared distances of the fitted segments to their centroids, or null
   * @param silhouette mean over {@code silhouetteSample} segments; null where there is one cluster
   */
  public record Quality(
      String method,
      int clusters,
      long noise,
      int iterations,
      Double inertia,
      Double silhouette,
      int silhouetteSample,
      double purity,
      double nmi,
      double ami,
      double ari) {}

  /** {@code tsne.json}: a segment's place in the plane; cluster −1 where there are none. */
  public record Point(double x, double y, String genre, int cluster, String track, int segment) {}

  /**
   * {@code bench.json}: how fast a stage is, beside a peer in the same sitting.
   *
   * @param stage the stage's alias
   * @param measure what was timed, e.g. train or infer
   * @param value median of our runs
   * @param peer keras or pytorch; empty where nothing was compared
   * @param peerValue median of the peer's runs, or null
   * @param ratio median of ours / peer's over pairs of runs, or null
   * @param limit what arithmetic alone would take, or null where that is not known
   */
  public record Speed(
      String stage,
      String measure,
      String unit,
      double value,
      String peer,
      Double peerValue,
      Double ratio,
      Double limit) {}

  /**
   * {@code run.json}: how a stage was run.
   *
   * @param inputs files and their SHA-256
   * @param versions of the kit, Java and the machine's system
   * @param started ISO 8601, UTC
   */
  public record Run(
      String stage,
      java.util.List<String> options,
      Long seed,
      java.util.Map<String, String> inputs,
      java.util.Map<String, String> outputs,
      String script,
      java.util.Map<String, String> versions,
      String started,
      double seconds) {}
}
