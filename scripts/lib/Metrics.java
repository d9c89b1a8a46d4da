//SOURCES Rows.java

package genrelab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Scores of a test part's predictions, as scikit-learn defines them.
 *
 * <p>On two levels: each segment by itself, and each track by the mean of its segments'
 * probabilities.
 */
public final class Metrics {
  /** An estimate with its 95 % interval; level is segment or track. */
  public record Estimate(String level, String metric, double value, double low, double high) {}

  /** Counts of true classes (rows) by predicted classes (columns). */
  private final List<String> mapping;

  private final List<Rows.Prediction> segments;
  private final List<List<Rows.Prediction>> tracks;

  /**
   * Takes predictions as they are.
   *
   * @param mapping class names in label order
   * @param segments one row a test segment
   */
  public Metrics(List<String> mapping, List<Rows.Prediction> segments) {
    this.mapping = mapping;
    this.segments = segments;
    Map<String, List<Rows.Prediction>> byTrack = new LinkedHashMap<>();
    segments.forEach(
        row -> byTrack.computeIfAbsent(row.track(), track -> new ArrayList<>()).add(row));
    this.tracks = List.copyOf(byTrack.values());
  }

  /** Confusion counts of the segments: true class × predicted class. */
  public long[][] confusion() {
    return confusion(List.of(segments));
  }

  /** Confusion counts of the tracks, each judged by its mean probabilities. */
  public long[][] trackConfusion() {
    return trackConfusion(tracks);
  }

  private long[][] confusion(List<List<Rows.Prediction>> groups) {
    long[][] counts = new long[mapping.size()][mapping.size()];
    for (List<Rows.Prediction> group : groups) {
      for (Rows.Prediction row : group) {
        counts[mapping.indexOf(row.truth())][mapping.indexOf(row.predicted())]++;
      }
    }
    return counts;
  }

  private long[][] trackConfusion(List<List<Rows.Prediction>> groups) {
    long[][] counts = new long[mapping.size()][mapping.size()];
    for (List<Rows.Prediction> track : groups) {
      counts[mapping.indexOf(track.get(0).truth())][likeliest(track)]++;
    }
    return counts;
  }

  private int likeliest(List<Rows.Prediction> track) {
    double[] sums = new double[mapping.size()];
    for (Rows.Prediction row : track) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += row.probabilities()[c];
      }
    }
    int best = 0;
    for (int c = 1; c < sums.length; c++) {
      best = sums[c] > sums[best] ? c : best;
    }
    return best;
  }

  /** Share of the diagonal. */
  public static double accuracy(long[][] confusion) {
    long right = 0;
    long all = 0;
    for (int t = 0; t < confusion.length; t++) {
      right += confusion[t][t];
      all += Arrays.stream(confusion[t]).sum();
    }
    return all == 0 ? 0 : (double) right / all;
  }

  /** Of what was predicted as the class, the share that is; 0 where nothing was. */
  public static double precision(long[][] confusion, int label) {
    long predicted = Arrays.stream(confusion).mapToLong(row -> row[label]).sum();
    return predicted == 0 ? 0 : (double) confusion[label][label] / predicted;
  }

  /** Of the class, the share that was found; 0 where there is none. */
  public static double recall(long[][] confusion, int label) {
    long truly = Arrays.stream(confusion[label]).sum();
    return truly == 0 ? 0 : (double) confusion[label][label] / truly;
  }

  /** Harmonic mean of precision and recall; 0 where both are 0. */
  public static double f1(long[][] confusion, int label) {
    double precision = precision(confusion, label);
    double recall = recall(confusion, label);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  /** Mean of the classes' F1 over classes that are true or predicted somewhere. */
  public static double macroF1(long[][] confusion) {
    return IntStream.range(0, confusion.length)
        .filter(label -> occurs(confusion, label))
        .mapToDouble(label -> f1(confusion, label))
        .average()
        .orElse(0);
  }

  private static boolean occurs(long[][] confusion, int label) {
    return Arrays.stream(confusion[label]).sum() > 0
        || Arrays.stream(confusion).anyMatch(row -> row[label] > 0);
  }

  /**
   * One row a class, then macro and weighted averages, as scikit-learn's classification report.
   *
   * <p>The macro average is over classes that are true or predicted somewhere, as {@link #macroF1}.
   */
  public List<Rows.ClassReport> classReport(String network, long seed, int fold) {
    long[][] confusion = confusion();
    var rows = new ArrayList<Rows.ClassReport>();
    double[] macro = new double[3];
    double[] weighted = new double[3];
    long all = segments.size();
    long occurring =
        IntStream.range(0, mapping.size()).filter(label -> occurs(confusion, label)).count();
    for (int label = 0; label < mapping.size(); label++) {
      double[] scores = {
        precision(confusion, label), recall(confusion, label), f1(confusion, label)
      };
      long support = Arrays.stream(confusion[label]).sum();
      for (int s = 0; s < scores.length; s++) {
        macro[s] += scores[s] / occurring;
        weighted[s] += scores[s] * support / all;
      }
      rows.add(
          new Rows.ClassReport(
              network, seed, fold, mapping.get(label), scores[0], scores[1], scores[2], support));
    }
    rows.add(
        new Rows.ClassReport(
            network, seed, fold, "macro average", macro[0], macro[1], macro[2], all));
    rows.add(
        new Rows.ClassReport(
            network, seed, fold, "weighted average", weighted[0], weighted[1], weighted[2], all));
    return rows;
  }

  /**
   * Accuracy and macro F1 of segments and tracks with 95 % intervals.
   *
   * <p>Percentile bootstrap over tracks (Efron and Tibshirani, 1993, ch. 13): segments of one track
   * are alike, so drawing segments would make the intervals too narrow.
   *
   * @param draws how many samples of tracks, with replacement
   */
  public List<Estimate> estimates(int draws, long seed) {
    var random = new SplittableRandom(seed);
    double[][] drawn = new double[4][draws];
    for (int d = 0; d < draws; d++) {
      var sample = new ArrayList<List<Rows.Prediction>>(tracks.size());
      for (int t = 0; t < tracks.size(); t++) {
        sample.add(tracks.get(random.nextInt(tracks.size())));
      }
      double[] figures = figures(sample);
      for (int f = 0; f < figures.length; f++) {
        drawn[f][d] = figures[f];
      }
    }
    double[] values = figures(tracks);
    return List.of(
        estimate("segment", "test_accuracy", values[0], drawn[0]),
        estimate("segment", "test_macro_f1", values[1], drawn[1]),
        estimate("track", "test_accuracy", values[2], drawn[2]),
        estimate("track", "test_macro_f1", values[3], drawn[3]));
  }

  private double[] figures(List<List<Rows.Prediction>> sample) {
    long[][] ofSegments = confusion(sample);
    long[][] ofTracks = trackConfusion(sample);
    return new double[] {
      accuracy(ofSegments), macroF1(ofSegments), accuracy(ofTracks), macroF1(ofTracks)
    };
  }

  private static Estimate estimate(String level, String metric, double value, double[] drawn) {
    Arrays.sort(drawn);
    double low = drawn[(int) Math.floor(0.025 * (drawn.length - 1))];
    double high = drawn[(int) Math.ceil(0.975 * (drawn.length - 1))];
    return new Estimate(level, metric, value, low, high);
  }
}
