//SOURCES Calibration.java
//SOURCES ../results/Rows.java

package genrelab.evaluation;

import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Scores of a test part's predictions, as scikit-learn defines them.
 *
 * <p>Each segment by itself; and each track by the mean of its segments' probabilities, or by their
 * vote.
 */
public final class Metrics {
  /** What is judged: segments, tracks by mean probabilities, tracks by their segments' vote. */
  public enum Level {
    segment,
    track,
    vote
  }

  /** An estimate with its 95 % interval; level is segment or track. */
  public record Estimate(String level, String metric, double value, double low, double high) {}

  /** Labels of one track: what it is, and what it was taken for. */
  public record Judged(String track, int truth, int byMean, int byVote) {}

  private static final String[] SCORES = {"precision", "recall", "f1"};

  private final List<String> mapping;
  private final List<Judged> judged = new ArrayList<>();

  /** Of each track, its segments' cells in the confusion matrix: truth · classes + predicted. */
  private final List<int[]> cells = new ArrayList<>();

  /** Of each segment and of each track, its highest probability, and whether that was right. */
  private final Calibration.Reliability segmentReliability = new Calibration.Reliability();

  private final Calibration.Reliability trackReliability = new Calibration.Reliability();

  /**
   * Takes predictions as they are.
   *
   * @param mapping class names in label order
   * @param segments one row a test segment
   */
  public Metrics(List<String> mapping, List<Rows.Prediction> segments) {
    this.mapping = mapping;
    Map<String, List<Rows.Prediction>> byTrack = new LinkedHashMap<>();
    segments.forEach(
        row -> byTrack.computeIfAbsent(row.track(), track -> new ArrayList<>()).add(row));
    byTrack.forEach(this::judge);
  }

  private void judge(String track, List<Rows.Prediction> rows) {
    int classes = mapping.size();
    int truth = mapping.indexOf(rows.get(0).truth());
    int[] cellsOfTrack = new int[rows.size()];
    int[] votes = new int[classes];
    double[] sums = new double[classes];
    for (int r = 0; r < cellsOfTrack.length; r++) {
      Rows.Prediction row = rows.get(r);
      int predicted = mapping.indexOf(row.predicted());
      cellsOfTrack[r] = mapping.indexOf(row.truth()) * classes + predicted;
      votes[predicted]++;
      for (int c = 0; c < classes; c++) {
        sums[c] += row.probabilities()[c];
      }
      segmentReliability.add(row.probabilities()[predicted], row.predicted().equals(row.truth()));
    }
    int byMean = 0;
    int byVote = 0;
    for (int c = 1; c < classes; c++) {
      byMean = sums[c] > sums[byMean] ? c : byMean;
      boolean more = votes[c] > votes[byVote];
      byVote = more || votes[c] == votes[byVote] && sums[c] > sums[byVote] ? c : byVote;
    }
    trackReliability.add(sums[byMean] / rows.size(), byMean == truth);
    cells.add(cellsOfTrack);
    judged.add(new Judged(track, truth, byMean, byVote));
  }

  /**
   * What each track was taken for, in the order in which tracks first occur.
   *
   * <p>By mean: the class of the highest mean probability, the first of equal ones. By vote: the
   * class that most segments were taken for; of equal ones that with the higher mean probability.
   */
  public List<Judged> judged() {
    return List.copyOf(judged);
  }

  // ---- confusion

  /** Confusion counts of the segments: true class × predicted class. */
  public long[][] confusion() {
    return confusion(Level.segment);
  }

  /** Confusion counts of the tracks, each judged by its mean probabilities. */
  public long[][] trackConfusion() {
    return confusion(Level.track);
  }

  /** Confusion counts: true class × predicted class. */
  public long[][] confusion(Level level) {
    return confusion(level, IntStream.range(0, judged.size()).toArray());
  }

  /**
   * Confusion counts of a sample of tracks, e.g. of a bootstrap.
   *
   * @param sample places in {@link #judged}, any of them as often as drawn
   */
  public long[][] confusion(Level level, int[] sample) {
    int classes = mapping.size();
    long[][] counts = new long[classes][classes];
    for (int t : sample) {
      Judged track = judged.get(t);
      switch (level) {
        case segment -> {
          for (int cell : cells.get(t)) {
            counts[cell / classes][cell % classes]++;
          }
        }
        case track -> counts[track.truth()][track.byMean()]++;
        case vote -> counts[track.truth()][track.byVote()]++;
      }
    }
    return counts;
  }

  /** The confusion counts of every level, one row a cell, zeros too. */
  public List<Rows.Confusion> confusionRows(String network, long seed, int fold) {
    var rows = new ArrayList<Rows.Confusion>();
    for (Level level : Level.values()) {
      long[][] counts = confusion(level);
      for (int t = 0; t < counts.length; t++) {
        for (int p = 0; p < counts.length; p++) {
          rows.add(
              new Rows.Confusion(
                  network, seed, fold, "" + level, mapping.get(t), mapping.get(p), counts[t][p]));
        }
      }
    }
    return rows;
  }

  // ---- scores

  /** Share of the diagonal. */
  public static double accuracy(long[][] confusion) {
    long right = 0;
    long all = 0;
    for (int t = 0; t < confusion.length; t++) {
      right += confusion[t][t];
      all += support(confusion, t);
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
    long truly = support(confusion, label);
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
    return macro(confusion)[2];
  }

  /** Means of precision, recall and F1 over classes that are true or predicted somewhere. */
  public static double[] macro(long[][] confusion) {
    double[] means = new double[SCORES.length];
    int occurring = 0;
    for (int label = 0; label < confusion.length; label++) {
      if (occurs(confusion, label)) {
        occurring++;
        double[] scores = scores(confusion, label);
        for (int s = 0; s < scores.length; s++) {
          means[s] += scores[s];
        }
      }
    }
    for (int s = 0; s < means.length && occurring > 0; s++) {
      means[s] /= occurring;
    }
    return means;
  }

  /** Means of precision, recall and F1, each class weighted by how many are truly of it. */
  public static double[] weighted(long[][] confusion) {
    double[] means = new double[SCORES.length];
    long all = 0;
    for (int label = 0; label < confusion.length; label++) {
      long support = support(confusion, label);
      all += support;
      double[] scores = scores(confusion, label);
      for (int s = 0; s < scores.length; s++) {
        means[s] += scores[s] * support;
      }
    }
    for (int s = 0; s < means.length && all > 0; s++) {
      means[s] /= all;
    }
    return means;
  }

  private static double[] scores(long[][] confusion, int label) {
    return new double[] {
      precision(confusion, label), recall(confusion, label), f1(confusion, label)
    };
  }

  private static long support(long[][] confusion, int label) {
    return Arrays.stream(confusion[label]).sum();
  }

  private static boolean occurs(long[][] confusion, int label) {
    return support(confusion, label) > 0
        || Arrays.stream(confusion).anyMatch(row -> row[label] > 0);
  }

  /**
   * Expected calibration error: how far confidence is from accuracy (Guo et al., 2017, section 2).
   *
   * <p>See {@link Calibration.Reliability}. A track's confidence is its highest mean probability;
   * for {@code vote} there is none.
   */
  public double calibrationError(Level level) {
    return (level == Level.segment ? segmentReliability : trackReliability).error();
  }

  /**
   * One row a class, then macro and weighted averages, as scikit-learn's classification report.
   *
   * <p>The macro average is over classes that are true or predicted somewhere, as {@link #macroF1}.
   */
  public List<Rows.ClassReport> classReport(String network, long seed, int fold) {
    return classReport(network, seed, fold, Level.segment);
  }

  /** The report of a level; see {@link #classReport(String, long, int)}. */
  public List<Rows.ClassReport> classReport(String network, long seed, int fold, Level level) {
    long[][] confusion = confusion(level);
    long all = Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum();
    var rows = new ArrayList<Rows.ClassReport>();
    for (int label = 0; label < mapping.size(); label++) {
      rows.add(
          row(
              network,
              seed,
              fold,
              mapping.get(label),
              scores(confusion, label),
              support(confusion, label)));
    }
    rows.add(row(network, seed, fold, "macro average", macro(confusion), all));
    rows.add(row(network, seed, fold, "weighted average", weighted(confusion), all));
    return rows;
  }

  private static Rows.ClassReport row(
      String network, long seed, int fold, String name, double[] scores, long support) {
    return new Rows.ClassReport(
        network, seed, fold, name, scores[0], scores[1], scores[2], support);
  }

  // ---- intervals

  /**
   * Every figure of the test part with its 95 % interval: accuracy, macro and weighted precision,
   * recall and F1, and those of each class that is true or predicted somewhere ({@code
   * test_f1:jazz}); of segments, of tracks by mean probabilities, and of tracks by vote ({@code
   * test_vote_accuracy}).
   *
   * <p>Percentile bootstrap over tracks (Efron and Tibshirani, 1993, ch. 13): segments of one track
   * are alike, so drawing segments would make the intervals too narrow. A draw in which a class
   * does not occur tells nothing of that class. The calibration errors come without an interval:
   * drawn samples look worse calibrated than what they were drawn from.
   *
   * @param draws how many samples of tracks, with replacement
   */
  public List<Estimate> estimates(int draws, long seed) {
    var random = new SplittableRandom(seed);
    Level[] levels = Level.values();
    double[][][] drawn = new double[levels.length][draws][];
    int[] sample = new int[judged.size()];
    for (int d = 0; d < draws; d++) {
      for (int t = 0; t < sample.length; t++) {
        sample[t] = random.nextInt(sample.length);
      }
      for (Level level : levels) {
        drawn[level.ordinal()][d] = figures(confusion(level, sample));
      }
    }
    var estimates = new ArrayList<Estimate>();
    for (Level level : levels) {
      addEstimates(estimates, level, drawn[level.ordinal()]);
    }
    return estimates;
  }

  private void addEstimates(List<Estimate> estimates, Level level, double[][] drawn) {
    String unit = level == Level.segment ? "segment" : "track";
    String prefix = level == Level.vote ? "test_vote_" : "test_";
    List<String> names = names();
    double[] values = figures(confusion(level));
    for (int f = 0; f < values.length; f++) {
      int figure = f;
      if (!Double.isNaN(values[f])) {
        double[] column =
            Arrays.stream(drawn)
                .mapToDouble(row -> row[figure])
                .filter(value -> !Double.isNaN(value))
                .toArray();
        double[] interval = interval(column, values[f]);
        estimates.add(
            new Estimate(unit, prefix + names.get(f), values[f], interval[0], interval[1]));
      }
    }
    if (level != Level.vote) {
      double error = calibrationError(level);
      estimates.add(new Estimate(unit, "test_ece", error, error, error));
    }
  }

  private List<String> names() {
    var names = new ArrayList<>(List.of("accuracy"));
    for (String mean : new String[] {"macro_", "weighted_"}) {
      for (String score : SCORES) {
        names.add(mean + score);
      }
    }
    for (String genre : mapping) {
      for (String score : SCORES) {
        names.add(score + ":" + genre);
      }
    }
    return names;
  }

  /** In the order of the names; NaN for a class that does not occur. */
  private static double[] figures(long[][] confusion) {
    double[] figures = new double[1 + 2 * SCORES.length + SCORES.length * confusion.length];
    figures[0] = accuracy(confusion);
    System.arraycopy(macro(confusion), 0, figures, 1, SCORES.length);
    System.arraycopy(weighted(confusion), 0, figures, 1 + SCORES.length, SCORES.length);
    for (int label = 0; label < confusion.length; label++) {
      int at = 1 + (2 + label) * SCORES.length;
      if (occurs(confusion, label)) {
        System.arraycopy(scores(confusion, label), 0, figures, at, SCORES.length);
      } else {
        Arrays.fill(figures, at, at + SCORES.length, Double.NaN);
      }
    }
    return figures;
  }

  /**
   * The 95 % percentile interval of a bootstrap's draws.
   *
   * @param drawn the figure of each draw; sorted here
   * @param value both ends where nothing was drawn
   */
  public static double[] interval(double[] drawn, double value) {
    if (drawn.length == 0) {
      return new double[] {value, value};
    }
    Arrays.sort(drawn);
    return new double[] {
      drawn[(int) Math.floor(0.025 * (drawn.length - 1))],
      drawn[(int) Math.ceil(0.975 * (drawn.length - 1))]
    };
  }

  // ---- over runs

  /**
   * Mean and standard deviation of every figure over runs of the same network and split: other
   * seeds, other folds.
   *
   * @param metrics the rows of all runs, in any order
   * @return one row a network, split, level and metric, sorted by network and split
   */
  public static List<Rows.Summary> overRuns(List<Rows.Metric> metrics) {
    var groups = new TreeMap<String, Map<String, List<Rows.Metric>>>();
    for (Rows.Metric row : metrics) {
      groups
          .computeIfAbsent(row.network() + "\n" + row.split(), key -> new LinkedHashMap<>())
          .computeIfAbsent(row.level() + "\n" + row.metric(), key -> new ArrayList<>())
          .add(row);
    }
    var rows = new ArrayList<Rows.Summary>();
    groups.values().forEach(figures -> figures.values().forEach(f -> rows.add(summary(f))));
    return rows;
  }

  private static Rows.Summary summary(List<Rows.Metric> figure) {
    Rows.Metric first = figure.get(0);
    double[] values = figure.stream().mapToDouble(Rows.Metric::value).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new Rows.Summary(
        first.network(),
        first.split(),
        first.level(),
        first.metric(),
        values.length,
        mean,
        values.length == 1 ? null : Math.sqrt(squares / (values.length - 1)),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }
}
