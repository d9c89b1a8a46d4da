package genrelab.features;

/**
 * Samples that lie side by side, feature by feature: loops over them are what the JIT compiles to
 * vector instructions. Squared distances are summed in double precision, in the order of the
 * features, as a plain loop over them sums.
 */
public final class SampleBlock {
  /** Samples of a block: some thousand features of it fit the second-level cache. */
  public static final int SIZE = 256;

  /** A value of a sample's feature, from 0 each. */
  @FunctionalInterface
  public interface Values {
    double of(int sample, int feature);
  }

  private final int features;

  /** Feature (an odd number of them is followed by one of zeros) × sample. */
  private final double[][] byFeature;

  /**
   * Copies samples.
   *
   * @param from first sample
   * @param to sample after the last one
   */
  public SampleBlock(Values values, int features, int from, int to) {
    this.features = features;
    byFeature = new double[features + features % 2][to - from];
    for (int i = from; i < to; i++) {
      for (int j = 0; j < features; j++) {
        byFeature[j][i - from] = values.of(i, j);
      }
    }
  }

  /** Number of samples. */
  public int size() {
    return byFeature[0].length;
  }

  /**
   * Squared Euclidean distances of other samples to those of the block.
   *
   * @param to sums of some of these at once fit the first-level cache: eight, say
   * @return sample from {@code from} to before {@code to} × sample of the block
   */
  public double[][] squaredDistances(Values others, int from, int to) {
    var sums = new double[to - from][size()];
    for (int j = 0; j < features; j += 2) {
      for (int i = from; i < to; i++) {
        double second = j + 1 < features ? others.of(i, j + 1) : 0;
        addSquares(sums[i - from], byFeature[j], byFeature[j + 1], others.of(i, j), second);
      }
    }
    return sums;
  }

  private static void addSquares(
      double[] sums, double[] first, double[] second, double ofFirst, double ofSecond) {
    for (int i = 0; i < sums.length; i++) {
      double a = first[i] - ofFirst;
      double b = second[i] - ofSecond;
      sums[i] = sums[i] + a * a + b * b;
    }
  }
}
