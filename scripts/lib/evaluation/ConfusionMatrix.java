package genrelab.evaluation;

import java.util.Arrays;

/**
 * Counts of true × predicted classes, with the scores that scikit-learn computes from them.
 *
 * <p>A score that is undefined, such as the recall of a class that never occurs, is 0, as with
 * scikit-learn's {@code zero_division=0}.
 *
 * @param counts true class × predicted class
 */
public record ConfusionMatrix(long[][] counts) {
  /** Scores of a class: precision, recall and F1, in this order. */
  static final String[] SCORES = {"precision", "recall", "f1"};

  /** Number of classes. */
  public int classes() {
    return counts.length;
  }

  /** Number of items. */
  public long total() {
    long total = 0;
    for (long[] row : counts) {
      total += sum(row);
    }
    return total;
  }

  /** How many items are truly of the class. */
  public long support(int label) {
    return sum(counts[label]);
  }

  /** How many items were predicted as the class. */
  public long predicted(int label) {
    long predicted = 0;
    for (long[] row : counts) {
      predicted += row[label];
    }
    return predicted;
  }

  /** Whether an item is truly of the class or was predicted as it. */
  public boolean occurs(int label) {
    return support(label) > 0 || predicted(label) > 0;
  }

  /** Share of the items on the diagonal. */
  public double accuracy() {
    long right = 0;
    for (int label = 0; label < counts.length; label++) {
      right += counts[label][label];
    }
    return ratio(right, total());
  }

  /** Of the items predicted as the class, the share that is of it. */
  public double precision(int label) {
    return ratio(counts[label][label], predicted(label));
  }

  /** Of the items of the class, the share predicted as it. */
  public double recall(int label) {
    return ratio(counts[label][label], support(label));
  }

  /** Harmonic mean of precision and recall; 0 where both are 0. */
  public double f1(int label) {
    double precision = precision(label);
    double recall = recall(label);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  /** Precision, recall and F1 of a class. */
  public double[] scores(int label) {
    return new double[] {precision(label), recall(label), f1(label)};
  }

  /**
   * Mean recall over the classes that have items, as scikit-learn's {@code
   * balanced_accuracy_score}: other than {@link #macro}'s recall, it leaves a class out that is
   * only predicted.
   */
  public double balancedAccuracy() {
    double sum = 0;
    int classes = 0;
    for (int label = 0; label < counts.length; label++) {
      if (support(label) > 0) {
        sum += recall(label);
        classes++;
      }
    }
    return classes == 0 ? 0 : sum / classes;
  }

  /** Mean F1 over the classes that {@linkplain #occurs occur}. */
  public double macroF1() {
    return macro()[2];
  }

  /** Mean precision, recall and F1 over the classes that {@linkplain #occurs occur}. */
  public double[] macro() {
    long[] weights = new long[counts.length];
    Arrays.setAll(weights, label -> occurs(label) ? 1 : 0);
    return average(weights);
  }

  /** Mean precision, recall and F1, each class weighted by its support. */
  public double[] weighted() {
    long[] weights = new long[counts.length];
    Arrays.setAll(weights, this::support);
    return average(weights);
  }

  private double[] average(long[] weights) {
    double[] means = new double[SCORES.length];
    for (int label = 0; label < counts.length; label++) {
      double[] scores = scores(label);
      for (int s = 0; s < means.length; s++) {
        means[s] += scores[s] * weights[label];
      }
    }
    long all = sum(weights);
    for (int s = 0; s < means.length && all > 0; s++) {
      means[s] /= all;
    }
    return means;
  }

  /** Without a stream: bootstraps spend their time here. */
  private static long sum(long[] row) {
    long sum = 0;
    for (long count : row) {
      sum += count;
    }
    return sum;
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
