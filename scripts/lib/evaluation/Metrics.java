//SOURCES Calibration.java
//SOURCES ConfidenceInterval.java
//SOURCES ConfusionMatrix.java
//SOURCES ../results/Rows.java

package genrelab.evaluation;

import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Metrics of a test part's predictions, as scikit-learn defines them.
 *
 * <p>Of segments; and of tracks, each by the mean of its segments' probabilities, or by their vote.
 */
public final class Metrics {
  /** What is counted: segments, tracks by mean probabilities, tracks by their segments' vote. */
  public enum Level {
    segment,
    track,
    vote
  }

  /** A metric with its 95 % confidence interval; level is segment or track. */
  public record IntervalEstimate(
      String level, String metric, double value, double low, double high) {}

  /** True and predicted labels of one track. */
  public record TrackPrediction(String track, int truth, int byMean, int byVote) {}

  private static final int SCORES = ConfusionMatrix.SCORES.length;

  /**
   * Figures of all classes together, which come first: accuracy, balanced accuracy, macro and
   * weighted scores.
   */
  private static final int OF_ALL = 2 + 2 * SCORES;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final List<String> mapping;
  private final List<TrackPrediction> tracks = new ArrayList<>();

  /** Of each track, its segments' cells in the confusion matrix: truth · classes + predicted. */
  private final List<int[]> cells = new ArrayList<>();

  private final Calibration.Reliability segmentReliability = new Calibration.Reliability();

  private final Calibration.Reliability trackReliability = new Calibration.Reliability();

  /**
   * Metrics of predictions.
   *
   * @param mapping class names in label order
   * @param segments one row a test segment
   */
  public Metrics(List<String> mapping, List<Rows.Prediction> segments) {
    this.mapping = mapping;
    Map<String, List<Rows.Prediction>> byTrack = new LinkedHashMap<>();
    segments.forEach(
        row -> byTrack.computeIfAbsent(row.track(), track -> new ArrayList<>()).add(row));
    byTrack.forEach(this::addTrack);
  }

  private void addTrack(String track, List<Rows.Prediction> rows) {
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
    tracks.add(new TrackPrediction(track, truth, byMean, byVote));
  }

  /**
   * Each track's prediction, in the order in which tracks first occur.
   *
   * <p>By mean: the class of the highest mean probability, the first of equal ones. By vote: the
   * class that most segments were predicted as; of equal ones that with the higher mean
   * probability.
   */
  public List<TrackPrediction> tracks() {
    return List.copyOf(tracks);
  }

  // ---- confusion

  /** The confusion matrix of all tracks. */
  public ConfusionMatrix confusion(Level level) {
    return confusion(level, IntStream.range(0, tracks.size()).toArray());
  }

  /**
   * The confusion matrix of a sample of tracks, e.g. of a bootstrap.
   *
   * @param sample places in {@link #tracks}, any of them as often as drawn
   */
  public ConfusionMatrix confusion(Level level, int[] sample) {
    int classes = mapping.size();
    long[] counts = new long[classes * classes]; // flat: bootstraps spend their time here
    for (int t : sample) {
      TrackPrediction track = tracks.get(t);
      switch (level) {
        case segment -> {
          for (int cell : cells.get(t)) {
            counts[cell]++;
          }
        }
        case track -> counts[track.truth() * classes + track.byMean()]++;
        case vote -> counts[track.truth() * classes + track.byVote()]++;
      }
    }
    long[][] rows = new long[classes][];
    Arrays.setAll(rows, row -> Arrays.copyOfRange(counts, row * classes, (row + 1) * classes));
    return new ConfusionMatrix(rows);
  }

  /** The confusion counts of every level, one row a cell, zeros too. */
  public List<Rows.Confusion> confusionRows(String network, long seed, int fold) {
    var rows = new ArrayList<Rows.Confusion>();
    for (Level level : Level.values()) {
      long[][] counts = confusion(level).counts();
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
   * <p>Undefined scores are 0, as with its {@code zero_division=0}: a class with a support of 0 has
   * no recall. The macro average is over classes that are true or predicted somewhere.
   */
  public List<Rows.ClassReport> classReport(String network, long seed, int fold) {
    return classReport(network, seed, fold, Level.segment);
  }

  /** The report of a level; see {@link #classReport(String, long, int)}. */
  public List<Rows.ClassReport> classReport(String network, long seed, int fold, Level level) {
    ConfusionMatrix confusion = confusion(level);
    var rows = new ArrayList<Rows.ClassReport>();
    for (int label = 0; label < mapping.size(); label++) {
      rows.add(
          row(
              network,
              seed,
              fold,
              mapping.get(label),
              confusion.scores(label),
              confusion.support(label)));
    }
    rows.add(
        row(
            network,
            seed,
            fold,
            Rows.ClassReport.AVERAGES.get(0),
            confusion.macro(),
            confusion.total()));
    rows.add(
        row(
            network,
            seed,
            fold,
            Rows.ClassReport.AVERAGES.get(1),
            confusion.weighted(),
            confusion.total()));
    return rows;
  }

  private static Rows.ClassReport row(
      String network, long seed, int fold, String name, double[] scores, long support) {
    return new Rows.ClassReport(
        network, seed, fold, name, scores[0], scores[1], scores[2], support);
  }

  // ---- intervals

  /**
   * Every metric of the test part with its 95 % confidence interval: accuracy, balanced accuracy,
   * macro and weighted precision, recall and F1, and those of each class that has test segments
   * ({@code test_f1:jazz}); of segments, of tracks by mean probabilities, and of tracks by vote
   * ({@code test_vote_accuracy}).
   *
   * <p>Percentile bootstrap over tracks (Efron and Tibshirani, 1993, ch. 13): segments of one track
   * are alike, so drawing segments would make the intervals too narrow. A draw in which a class
   * does not occur tells nothing of that class. A score of 0 or 1 gets an exact interval of the
   * tracks that it is computed from ({@link ConfidenceInterval#ofScore}): of a precision, those
   * with a segment predicted as the class; of a recall, those of the class; of an F1, both; else
   * all. The calibration errors come without an interval: drawn samples look worse calibrated than
   * what they were drawn from.
   *
   * @param draws how many samples of tracks, with replacement
   * @param seed of the draws; other predictions draw others ({@link #stream})
   */
  public List<IntervalEstimate> estimates(int draws, long seed) {
    var random = new SplittableRandom(stream(seed));
    Level[] levels = Level.values();
    double[][][] drawn = new double[levels.length][draws][];
    int[] sample = new int[tracks.size()];
    for (int d = 0; d < draws; d++) {
      for (int t = 0; t < sample.length; t++) {
        sample[t] = random.nextInt(sample.length);
      }
      for (Level level : levels) {
        drawn[level.ordinal()][d] = figures(confusion(level, sample));
      }
    }
    var estimates = new ArrayList<IntervalEstimate>();
    for (Level level : levels) {
      addEstimates(estimates, level, drawn[level.ordinal()]);
    }
    return estimates;
  }

  /**
   * The seed of these predictions' bootstrap: a hash (FNV-1a) of a seed, the tracks, and the true
   * and predicted labels of their segments.
   *
   * <p>With the seed alone, all runs of one seed on one test would share the same draws, and with
   * them a stroke of luck that makes every interval too narrow, or too wide.
   */
  long stream(long seed) {
    long hash = FNV_OFFSET;
    hash = (hash ^ seed) * FNV_PRIME;
    for (int t = 0; t < tracks.size(); t++) {
      hash = (hash ^ tracks.get(t).track().hashCode()) * FNV_PRIME;
      for (int cell : cells.get(t)) {
        hash = (hash ^ cell) * FNV_PRIME;
      }
    }
    return hash;
  }

  private void addEstimates(List<IntervalEstimate> estimates, Level level, double[][] drawn) {
    String unit = level == Level.segment ? "segment" : "track";
    String prefix = level == Level.vote ? "test_vote_" : "test_";
    List<String> names = names();
    ConfusionMatrix confusion = confusion(level);
    double[] values = figures(confusion);
    int[] units = units(level);
    for (int f = 0; f < values.length; f++) {
      int figure = f;
      if (f >= OF_ALL && confusion.support((f - OF_ALL) / SCORES) == 0) {
        continue; // nothing to estimate from
      }
      double[] column =
          Arrays.stream(drawn)
              .mapToDouble(row -> row[figure])
              .filter(value -> !Double.isNaN(value))
              .toArray();
      ConfidenceInterval interval = ConfidenceInterval.ofScore(column, values[f], units[f]);
      estimates.add(
          new IntervalEstimate(
              unit, prefix + names.get(f), values[f], interval.low(), interval.high()));
    }
    if (level != Level.vote) {
      double error = calibrationError(level);
      estimates.add(new IntervalEstimate(unit, "test_ece", error, error, error));
    }
  }

  private List<String> names() {
    var names = new ArrayList<>(List.of("accuracy", "balanced_accuracy"));
    for (String mean : new String[] {"macro_", "weighted_"}) {
      for (String score : ConfusionMatrix.SCORES) {
        names.add(mean + score);
      }
    }
    for (String genre : mapping) {
      for (String score : ConfusionMatrix.SCORES) {
        names.add(score + ":" + genre);
      }
    }
    return names;
  }

  /** In the order of the names; NaN for a class that does not occur. */
  private static double[] figures(ConfusionMatrix confusion) {
    double[] figures = new double[OF_ALL + SCORES * confusion.classes()];
    figures[0] = confusion.accuracy();
    figures[1] = confusion.balancedAccuracy();
    System.arraycopy(confusion.macro(), 0, figures, 2, SCORES);
    System.arraycopy(confusion.weighted(), 0, figures, 2 + SCORES, SCORES);
    for (int label = 0; label < confusion.classes(); label++) {
      int at = OF_ALL + label * SCORES;
      if (confusion.occurs(label)) {
        System.arraycopy(confusion.scores(label), 0, figures, at, SCORES);
      } else {
        Arrays.fill(figures, at, at + SCORES, Double.NaN);
      }
    }
    return figures;
  }

  /** How many tracks each figure is computed from, in the order of the names. */
  private int[] units(Level level) {
    int[] units = new int[OF_ALL + SCORES * mapping.size()];
    Arrays.fill(units, 0, OF_ALL, tracks.size());
    for (int t = 0; t < tracks.size(); t++) {
      ConfusionMatrix track = confusion(level, new int[] {t});
      for (int label = 0; label < mapping.size(); label++) {
        int at = OF_ALL + label * SCORES;
        units[at] += track.predicted(label) > 0 ? 1 : 0;
        units[at + 1] += track.support(label) > 0 ? 1 : 0;
        units[at + 2] += track.occurs(label) ? 1 : 0;
      }
    }
    return units;
  }
}
