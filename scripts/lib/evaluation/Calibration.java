//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

package genrelab.evaluation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Temperature scaling: one number by which a network's confidence matches its accuracy.
 *
 * <p>After Guo, Pleiss, Sun and Weinberger, <i>On calibration of modern neural networks</i> (2017):
 * the logits are divided by a temperature that minimises the cross-entropy of the validation part.
 * The order of the classes stays; above 1 the probabilities come closer together.
 *
 * @param temperature from 0.1 to 10; 1 changes nothing
 * @param segments of the validation part that it was fitted on
 * @param before mean cross-entropy on them without it, in nats
 * @param after with it
 */
public record Calibration(double temperature, int segments, double before, double after) {
  /** Equal bins of confidence of {@link #error}, as Guo's. */
  public static final int BINS = 15;

  private static final double MIN_TEMPERATURE = 0.1;
  private static final double MAX_TEMPERATURE = 10;
  private static final int STEPS = 60;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** No scaling, where nothing was fitted. */
  public static final Calibration NONE = new Calibration(1, 0, 0, 0);

  /**
   * Fits the temperature by golden-section search; the cross-entropy is convex in its reciprocal,
   * so that there is one minimum.
   *
   * @param probabilities segment × class, a softmax's
   * @param labels the true class of each segment
   */
  public static Calibration fit(float[][] probabilities, int[] labels) {
    double low = Math.log(MIN_TEMPERATURE);
    double high = Math.log(MAX_TEMPERATURE);
    for (int step = 0; step < STEPS; step++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (loss(probabilities, labels, Math.exp(left))
          <= loss(probabilities, labels, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    double temperature = Math.exp((low + high) / 2);
    if (!Double.isFinite(loss(probabilities, labels, temperature))) {
      return NONE; // a training that diverged
    }
    return new Calibration(
        temperature,
        labels.length,
        loss(probabilities, labels, 1),
        loss(probabilities, labels, temperature));
  }

  private static double loss(float[][] probabilities, int[] labels, double temperature) {
    double loss = 0;
    for (int s = 0; s < labels.length; s++) {
      loss -= Math.log(Math.max(1e-30, scaled(probabilities[s], temperature)[labels[s]]));
    }
    return loss / labels.length;
  }

  /** A segment's probabilities at the temperature; they sum to 1. */
  public double[] apply(float[] probabilities) {
    return scaled(probabilities, temperature);
  }

  /** As {@link #apply(float[])}, for each of many segments. */
  public float[][] apply(float[][] probabilities) {
    float[][] all = new float[probabilities.length][];
    for (int s = 0; s < all.length; s++) {
      double[] scaled = apply(probabilities[s]);
      all[s] = new float[scaled.length];
      for (int c = 0; c < scaled.length; c++) {
        all[s][c] = (float) scaled[c];
      }
    }
    return all;
  }

  /** Logarithms of a softmax's outputs are its logits but for a constant, which falls out again. */
  private static double[] scaled(float[] probabilities, double temperature) {
    double[] scaled = new double[probabilities.length];
    double most = 0;
    for (float probability : probabilities) {
      most = Math.max(most, probability);
    }
    double sum = 0;
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] = Math.pow(probabilities[c] / most, 1 / temperature);
      sum += scaled[c];
    }
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] /= sum;
    }
    return scaled;
  }

  /**
   * One bin of a reliability diagram: predictions of like confidence.
   *
   * @param confidence the mean probability of the predicted class
   * @param accuracy share of right predictions
   * @param items how many predictions
   */
  public record Bin(double confidence, double accuracy, int items) {}

  /** A reliability diagram, filled one prediction at a time: {@link #BINS} equal bins. */
  public static final class Reliability {
    private final double[] confidence = new double[BINS];
    private final int[] right = new int[BINS];
    private final int[] items = new int[BINS];

    /** Adds a prediction: the predicted class's probability, and whether it is right. */
    public void add(double probability, boolean correct) {
      int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(probability * BINS) - 1));
      confidence[bin] += probability;
      right[bin] += correct ? 1 : 0;
      items[bin]++;
    }

    /** The bins that have items. */
    public List<Bin> bins() {
      return IntStream.range(0, BINS)
          .filter(b -> items[b] > 0)
          .mapToObj(b -> new Bin(confidence[b] / items[b], (double) right[b] / items[b], items[b]))
          .toList();
    }

    /**
     * The expected calibration error (Guo et al., section 2): how far confidence and accuracy lie
     * apart, averaged over the bins by their number of items.
     *
     * @return from 0, calibrated, to 1; 0 of no predictions
     */
    public double error() {
      double sum = 0;
      for (int bin = 0; bin < BINS; bin++) {
        sum += Math.abs(right[bin] - confidence[bin]);
      }
      int all = IntStream.of(items).sum();
      return all == 0 ? 0 : sum / all;
    }
  }

  /** The index of the largest value (argmax); the first of equal ones. */
  public static int likeliest(float[] values) {
    int likeliest = 0;
    for (int c = 1; c < values.length; c++) {
      likeliest = values[c] > values[likeliest] ? c : likeliest;
    }
    return likeliest;
  }

  /**
   * The reliability diagram of predictions.
   *
   * @param probabilities item × class
   * @param labels the true class of each item
   */
  public static Reliability reliability(float[][] probabilities, int[] labels) {
    var reliability = new Reliability();
    for (int s = 0; s < labels.length; s++) {
      int guess = likeliest(probabilities[s]);
      reliability.add(probabilities[s][guess], guess == labels[s]);
    }
    return reliability;
  }

  /** {@link Reliability#bins} of these predictions. */
  public static List<Bin> bins(float[][] probabilities, int[] labels) {
    return reliability(probabilities, labels).bins();
  }

  /** {@link Reliability#error} of these predictions. */
  public static double error(float[][] probabilities, int[] labels) {
    return reliability(probabilities, labels).error();
  }
}
