//DEPS org.nd4j:nd4j-api:1.0.0-M2.1
//SOURCES ../kit/Stage.java
//SOURCES NetworkInput.java
//SOURCES dl4j/Floats.java

package genrelab.networks;

import genrelab.kit.Stage;
import genrelab.networks.dl4j.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How segments become a network's inputs.
 *
 * @param mean of each coefficient, subtracted first
 * @param deviation of each coefficient, divided by then
 * @param clusters length of the one-hot cluster, 0 for none
 */
public record InputPreparation(
    Layout layout,
    NetworkInput.Shape shape,
    int frames,
    int coefficients,
    float[] mean,
    float[] deviation,
    int clusters) {
  /** How a network wants its segments. */
  public enum Layout {
    /**
     * One channel of rows (frames) and columns (coefficients): [segment, 1, frame, coefficient].
     */
    image,
    /** A sequence: [segment, coefficient, frame], as DL4J's recurrent layers want it. */
    sequence
  }

  /**
   * The inputs of a batch: features in the network's layout, then clusters where it takes them.
   *
   * @param segments one array of frames · coefficients each
   * @param clusterOf one a segment; ignored where the network takes none
   * @throws Stage.Failure if a segment has another size; both are named
   */
  public INDArray[] inputs(float[][] segments, int[] clusterOf) {
    int width = frames * coefficients;
    boolean transposed = layout == Layout.sequence && shape == NetworkInput.Shape.frames;
    float[] values = new float[segments.length * width];
    for (int s = 0; s < segments.length; s++) {
      if (segments[s].length != width) {
        throw new Stage.Failure(
            "a segment of %d values does not fit this network, which takes %d × %d (frames ×"
                + " coefficients); compute the features as the model's were",
            segments[s].length, frames, coefficients);
      }
      for (int i = 0; i < width; i++) {
        int c = i % coefficients;
        int place = transposed ? c * frames + i / coefficients : i;
        values[s * width + place] = (segments[s][i] - mean[c]) / deviation[c];
      }
    }
    int rows = shape == NetworkInput.Shape.flat ? width : frames;
    int columns = shape == NetworkInput.Shape.flat ? 1 : coefficients;
    long[] form =
        layout == Layout.image
            ? new long[] {segments.length, 1, rows, columns}
            : new long[] {segments.length, columns, rows};
    INDArray features = Floats.array(values, form);
    return clusters == 0
        ? new INDArray[] {features}
        : new INDArray[] {features, oneHot(clusterOf, clusters)};
  }

  /** Rows of zeros with a one at each given place; none at −1, the cluster of noise. */
  public static INDArray oneHot(int[] places, int length) {
    float[] ones = new float[places.length * length];
    for (int r = 0; r < places.length; r++) {
      if (places[r] >= 0) {
        ones[r * length + places[r]] = 1;
      }
    }
    return Floats.array(ones, places.length, length);
  }
}
