//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES Part.java
//SOURCES SegmentId.java

package genrelab.results;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

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
   * @param bytes the audio file's size; null where unknown
   * @param crc32 the audio file's CRC-32, unsigned; null where unknown
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
      String transform,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long bytes,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long crc32) {
    /** A segment of a file of unknown size and checksum. */
    public Segment(
        String track,
        String genre,
        String artist,
        int segment,
        String file,
        long start,
        int length,
        int rate,
        String transform) {
      this(track, genre, artist, segment, file, start, length, rate, transform, null, null);
    }

    public SegmentId id() {
      return new SegmentId(track, segment);
    }

    public Segment {
      if (segment < 0 || start < 0 || start > Long.MAX_VALUE - length || length < 1 || rate < 1) {
        throw new IllegalArgumentException(
            "no piece of a track: segment %d, start %d, length %d, rate %d"
                .formatted(segment, start, length, rate));
      }
      if ((track + genre + file).indexOf('\0') >= 0) { // in no file's name
        throw new IllegalArgumentException("a name holds the character 0");
      }
    }
  }

  /**
   * {@code lengths.json}: a file that {@code verify} has read to its end and found sound.
   *
   * @param file relative to the corpus's folder, or to that of its manifest
   * @param bytes its size
   * @param crc32 its CRC-32, unsigned
   * @param samples of one channel, at {@code rate}
   * @param rate samples a second, Hz
   */
  public record TrackLength(String file, long bytes, long crc32, long samples, int rate) {
    public TrackLength {
      if (samples < 1 || rate < 1) {
        throw new IllegalArgumentException(
            "no length of a track: %d samples, rate %d".formatted(samples, rate));
      }
    }
  }

  /** {@code verify.json}: one problem of a corpus. */
  public record Problem(String file, String track, String genre, String problem, String detail) {}

  /**
   * {@code split.json}: which part a segment is in.
   *
   * @param drawnFrom checksum of the segments that the split was drawn from, the same in all rows;
   *     empty where unknown, as in a split from elsewhere
   */
  public record SplitRow(
      String track,
      int segment,
      Part part,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String drawnFrom) {
    public SplitRow {
      drawnFrom = drawnFrom == null ? "" : drawnFrom;
    }

    public SplitRow(String track, int segment, Part part) {
      this(track, segment, part, "");
    }

    public SegmentId id() {
      return new SegmentId(track, segment);
    }
  }

  /**
   * {@code split-leaks.json}: what lies in the test part and in training or validation too.
   *
   * @param kind track, artist, or repetition: a group of tracks that hold the same recording
   * @param what the track's id, the artist's name, or the group's tracks, by commas
   * @param train its segments in training, augmented copies not counted
   */
  public record Leak(String kind, String what, int train, int validation, int test) {}

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
   * @param probabilities one a class, in the order of {@code classes.json}
   */
  public record Prediction(
      String network,
      long seed,
      int fold,
      String track,
      int segment,
      @JsonProperty("true") String truth,
      String predicted,
      float[] probabilities) {
    public SegmentId id() {
      return new SegmentId(track, segment);
    }
  }

  /**
   * {@code classes.json}: which class a place in {@code probabilities} belongs to.
   *
   * @param index place in {@code probabilities}, from 0; the label in the features JSON
   */
  public record ClassName(int index, @JsonProperty("class") String name) {}

  /**
   * {@code metrics.json}: one metric.
   *
   * @param split how the segments were split: by segment, cluster, track, artist or file
   * @param level what the metric is computed over: segment, track or network
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

  /**
   * {@code report.json}: a class's scores on the test part's segments; {@code report-tracks.json}:
   * on its tracks, each judged by its mean probabilities.
   */
  public record ClassReport(
      String network,
      long seed,
      int fold,
      @JsonProperty("class") String genre,
      double precision,
      double recall,
      double f1,
      long support) {
    /** The rows of all classes together, which come last; no genre may have such a name. */
    public static final List<String> AVERAGES = List.of("macro average", "weighted average");

    /** Whether the row is of all classes together. */
    @JsonIgnore
    public boolean isAverage() {
      return AVERAGES.contains(genre);
    }
  }

  /**
   * {@code confusion.json}: how many of a class were taken for a class.
   *
   * @param level segment, track (judged by mean probabilities) or vote (tracks, judged by vote)
   */
  public record Confusion(
      String network,
      long seed,
      int fold,
      String level,
      @JsonProperty("true") String truth,
      String predicted,
      long count) {}

  /**
   * {@code compare.json}: two networks on the same test part.
   *
   * @param level segment or track
   * @param metric accuracy, balanced_accuracy or macro_f1
   * @param items how many segments or tracks were judged
   * @param valueA mean over A's runs
   * @param difference {@code valueA} − {@code valueB}
   * @param low lower end of the difference's 95 % interval
   * @param onlyA items that A alone has right; null where there are several runs, or no accuracy
   * @param chi2 McNemar's statistic with continuity correction; null likewise, as its p-values
   */
  public record Comparison(
      String a,
      String b,
      String level,
      String metric,
      long items,
      double valueA,
      double valueB,
      double difference,
      double low,
      double high,
      Long onlyA,
      Long onlyB,
      Double chi2,
      Double pChi2,
      Double pExact) {}

  /**
   * {@code summary.json}: a figure over runs of other seeds and folds.
   *
   * @param split as {@link Metric}'s
   * @param deviation the sample's standard deviation (over n − 1); null for one run
   */
  public record Summary(
      String network,
      String split,
      String level,
      String metric,
      int runs,
      double mean,
      Double deviation,
      double lowest,
      double highest) {}

  /** {@code clusters.json}: how many segments of a genre lie in a cluster. */
  public record Cluster(
      int cluster, String genre, long count, double shareOfCluster, double shareOfGenre) {}

  /**
   * {@code classify.json}: how likely a genre is for a song, or for one segment of it.
   *
   * @param level track (mean over its segments) or segment
   * @param start of what is judged, seconds from the song's beginning
   * @param seconds its length
   * @param probability after calibration; those of one song or segment sum to 1
   * @param distance from the training segments' sound, a song's the median; null where the model
   *     knows none
   * @param unlikeTraining yes or no: whether {@code distance} is beyond the model's threshold;
   *     unknown where it has none
   * @param trainedOn audio or synthetic: a model of synthetic audio knows no music
   */
  public record Classified(
      String file,
      String level,
      double start,
      double seconds,
      String genre,
      double probability,
      Double distance,
      String unlikeTraining,
      String trainedOn) {}

  /**
   * {@code clustering.json} and {@code sweep.json}: scores of a clustering, without and with
   * genres.
   *
   * @param method kmeans or hdbscan
   * @param noise segments in no cluster
   * @param iterations of the best start; 0 for a method without
   * @param inertia squared distances of the fitted segments to their centroids, or null
   * @param silhouette mean over {@code silhouetteSample} segments; null where there is one cluster
   */
  public record ClusteringScores(
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

  /**
   * {@code experiments.json}: one metric of one training of a plan.
   *
   * @param run the name of its run in the plan, the same for all seeds
   * @param network the alias of the network's stage
   * @param features the plan's name of its input
   * @param clusters how K-means clusters are used: none, stratum, one-hot or one-hot+stratum
   * @param split the plan's name of the split
   * @param augmentation the plan's name of it, or none
   * @param options what else the run asks of the network, e.g. shape=flat
   * @param parameters trainable ones
   * @param low lower end of the 95 % interval; the value itself where it is no estimate
   * @param synthetic whether the audio was synthetic, so that the figure says nothing about music
   */
  public record Experiment(
      String plan,
      String run,
      String network,
      String features,
      String clusters,
      String split,
      String augmentation,
      String options,
      long seed,
      int epochs,
      long parameters,
      String level,
      String metric,
      double value,
      double low,
      double high,
      boolean synthetic) {}

  /**
   * {@code tsne.json}: a segment's coordinates in the embedding; cluster −1 where there are none.
   */
  public record Point(double x, double y, String genre, int cluster, String track, int segment) {}

  /**
   * {@code bench.json}: the speed of a stage, and of a peer measured in the same run.
   *
   * @param stage the stage's alias; mp3, training or start for what is timed of several
   * @param measure what was timed, e.g. train or infer
   * @param value median of our runs
   * @param peer librosa, scikit-learn, keras or pytorch; empty where nothing was compared
   * @param peerVersion the peer's name with its version and what it runs on; empty without one
   * @param peerValue median of the peer's runs, or null
   * @param ratio median of ours / peer's over pairs of runs, or null
   * @param ratioLow the least of these ratios, or null
   * @param ratioHigh the greatest, or null
   * @param limit what arithmetic alone would take, or null where that is not known
   * @param runs runs of each that count
   * @param machine processor, number of cores and instruction sets, memory, system, Java
   */
  public record Speed(
      String stage,
      String measure,
      String unit,
      double value,
      String peer,
      String peerVersion,
      Double peerValue,
      Double ratio,
      Double ratioLow,
      Double ratioHigh,
      Double limit,
      int runs,
      String machine) {}

  /**
   * {@code run.json}: how a stage was run.
   *
   * @param inputs files and their SHA-256 checksums
   * @param versions of the kit, Java and the machine's system
   * @param started ISO 8601, UTC
   */
  public record StageRecord(
      String stage,
      List<String> options,
      Long seed,
      Map<String, String> inputs,
      Map<String, String> outputs,
      String script,
      Map<String, String> versions,
      String started,
      double seconds) {}
}
