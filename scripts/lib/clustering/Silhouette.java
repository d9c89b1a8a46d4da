//SOURCES ../features/FeatureMatrix.java
//SOURCES LabelEncoder.java
//SOURCES PairwiseDistances.java

package genrelab.clustering;

import genrelab.features.FeatureMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The silhouette coefficient (Rousseeuw 1987) on a sample of the segments: scikit-learn's {@code
 * silhouette_score} with its {@code sample_size}.
 *
 * <p>Distances are measured once, so that several clusterings can be scored.
 */
public final class Silhouette {
  private final int[] indices;
  private final float[][] distances;

  /**
   * Measures Euclidean distances, in parallel.
   *
   * @param values one row a segment
   * @param indices the segments of the sample; n of them take 2·n² bytes
   */
  public Silhouette(float[][] values, int[] indices) {
    this(FeatureMatrix.of(values), indices);
  }

  /** As {@link #Silhouette(float[][], int[])}; of the values, only the sample's are read. */
  public Silhouette(FeatureMatrix values, int[] indices) {
    this.indices = indices.clone();
    this.distances = PairwiseDistances.lowerTriangle(values.subset(indices).toArray());
  }

  /** Some of the segments, drawn without replacement, in ascending order; all where few. */
  public static int[] sample(int size, int count, long seed) {
    int[] all = IntStream.range(0, size).toArray();
    var random = new Random(seed);
    int drawn = Math.min(size, count);
    for (int i = 0; i < drawn; i++) {
      int other = i + random.nextInt(size - i);
      int swapped = all[i];
      all[i] = all[other];
      all[other] = swapped;
    }
    return IntStream.of(all).limit(drawn).sorted().toArray();
  }

  /**
   * The mean silhouette coefficient of the sample's segments, among themselves.
   *
   * @param clusters the cluster of each segment, of those outside the sample too
   * @return −1 to 1, 0 for a segment that is alone in its cluster; NaN where the sample has one
   *     cluster, or as many as segments
   */
  public double score(int[] clusters) {
    int[] encoded = LabelEncoder.encode(IntStream.of(indices).map(i -> clusters[i]).toArray());
    int count = LabelEncoder.count(encoded);
    if (count < 2 || count >= encoded.length) {
      return Double.NaN;
    }
    int[] sizes = new int[count];
    IntStream.of(encoded).forEach(c -> sizes[c]++);
    IntToDoubleFunction silhouette = i -> silhouette(i, encoded, sizes);
    // threads hand in their values in order: the sum is always the same
    return Arrays.stream(
            IntStream.range(0, encoded.length).parallel().mapToDouble(silhouette).toArray())
        .average()
        .orElseThrow();
  }

  private double silhouette(int i, int[] encoded, int[] sizes) {
    if (sizes[encoded[i]] == 1) {
      return 0;
    }
    double[] sums = new double[sizes.length];
    for (int j = 0; j < encoded.length; j++) {
      sums[encoded[j]] += j < i ? distances[i][j] : j > i ? distances[j][i] : 0;
    }
    double within = sums[encoded[i]] / (sizes[encoded[i]] - 1);
    double nearest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < sizes.length; c++) {
      nearest = c == encoded[i] ? nearest : Math.min(nearest, sums[c] / sizes[c]);
    }
    double larger = Math.max(within, nearest);
    return larger == 0 ? 0 : (nearest - within) / larger;
  }
}
