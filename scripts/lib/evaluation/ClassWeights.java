package genrelab.evaluation;

import java.util.Arrays;

/** How much each class counts in the loss of a training. */
public enum ClassWeights {
  none,
  balanced;

  /**
   * The weight of each class, as scikit-learn's {@code compute_class_weight}: n / (k · n_c) where
   * balanced, with n training items, k classes that have any, and n_c of class c.
   *
   * <p>A class without items, of which no loss is computed, has 1.
   *
   * @param labels of the training part alone
   * @param classes how many there are
   */
  public double[] of(int[] labels, int classes) {
    double[] weights = new double[classes];
    Arrays.fill(weights, 1);
    if (this == balanced) {
      long[] counts = new long[classes];
      for (int label : labels) {
        counts[label]++;
      }
      long present = Arrays.stream(counts).filter(count -> count > 0).count();
      for (int c = 0; c < classes; c++) {
        if (counts[c] > 0) {
          weights[c] = labels.length / ((double) present * counts[c]);
        }
      }
    }
    return weights;
  }
}
