package genrelab.networks;

/**
 * What a network must know to be built.
 *
 * @param frames steps or rows of the input
 * @param coefficients values a step, or columns of the input
 * @param clusters length of the one-hot cluster, 0 for none
 * @param classes genres
 */
public record NetworkInput(
    Shape shape,
    int frames,
    int coefficients,
    int clusters,
    int classes,
    double learningRate,
    long seed) {
  /** Genres or clusters at the most. */
  static final int MOST_CLASSES = 1000;

  /**
   * Whether the network sees frames, or the flattened segment, value by value, as the networks that
   * the paper lists with K-means.
   */
  public enum Shape {
    frames,
    flat
  }
}
