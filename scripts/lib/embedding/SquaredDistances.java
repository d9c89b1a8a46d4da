package genrelab.embedding;

/**
 * Squared Euclidean distances between all samples, in loops that the JIT makes vector instructions
 * of. Each is summed over the features in their order, as a plain loop over them sums it.
 */
final class SquaredDistances {
  /** Samples side by side: what fits a core's cache with all their features. */
  private static final int BLOCK = 256;

  private final double[][] samples;

  /** By block, the first feature of its samples, then the second, … */
  private final double[][] blocks;

  /**
   * Takes over the samples.
   *
   * @param samples sample × feature
   */
  SquaredDistances(double[][] samples) {
    this.samples = samples;
    blocks = new double[(samples.length + BLOCK - 1) / BLOCK][];
    for (int block = 0; block < blocks.length; block++) {
      int begin = block * BLOCK;
      int size = Math.min(BLOCK, samples.length - begin);
      int features = samples[begin].length;
      blocks[block] = new double[features * size];
      for (int i = 0; i < size; i++) {
        for (int feature = 0; feature < features; feature++) {
          blocks[block][feature * size + i] = samples[begin + i][feature];
        }
      }
    }
  }

  /**
   * The distances of some samples to all. A few dozen samples at once are faster than one.
   *
   * @return sample from begin to before end × sample; 0 for itself
   */
  double[][] of(int begin, int end) {
    var distances = new double[end - begin][samples.length];
    for (int block = 0; block < blocks.length; block++) {
      int size = Math.min(BLOCK, samples.length - block * BLOCK);
      for (int i = begin; i < end; i++) {
        for (int feature = 0; feature < samples[i].length; feature++) {
          addSquares(
              distances[i - begin],
              block * BLOCK,
              blocks[block],
              feature * size,
              size,
              samples[i][feature]);
        }
      }
    }
    return distances;
  }

  private static void addSquares(
      double[] sums, int to, double[] values, int from, int length, double value) {
    for (int i = 0; i < length; i++) {
      double difference = values[from + i] - value;
      sums[to + i] += difference * difference;
    }
  }
}
