//SOURCES SquaredDistances.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Progress.java

package genrelab.embedding;

import genrelab.kit.Progress;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;

/**
 * How far the neighbourhoods of a map can be trusted (Venna and Kaski 2001), as scikit-learn's
 * {@code trustworthiness} defines it.
 */
public final class Trustworthiness {
  /** Samples whose distances are computed at once. */
  private static final int CHUNK = 32;

  private Trustworthiness() {}

  /**
   * Penalises each of a sample's nearest neighbours in the map by its rank in the input, so far as
   * that is beyond k.
   *
   * @param input sample × feature
   * @param map sample × 2, the same samples
   * @param k number of neighbours, less than half the samples
   * @return 1 where every neighbour in the map is one in the input too, about 0.5 for a random map
   */
  public static double score(double[][] input, double[][] map, int k) {
    int size = input.length;
    try (ProgressBar bar = Progress.of("trustworthiness", size)) {
      var distancesInMap = new SquaredDistances(map);
      var distancesInInput = new SquaredDistances(input);
      IntToLongFunction excessRanks =
          chunk -> {
            int begin = chunk * CHUNK;
            int end = Math.min(size, begin + CHUNK);
            double[][] inMap = distancesInMap.of(begin, end);
            double[][] inInput = distancesInInput.of(begin, end);
            long excess = 0;
            for (int i = begin; i < end; i++) {
              // itself is no neighbour
              inMap[i - begin][i] = Double.POSITIVE_INFINITY;
              inInput[i - begin][i] = Double.POSITIVE_INFINITY;
              for (int j : nearest(inMap[i - begin], k)) {
                excess += Math.max(0, rank(inInput[i - begin], j) - k);
              }
            }
            bar.stepBy(end - begin);
            return excess;
          };
      int chunks = (size + CHUNK - 1) / CHUNK;
      // sums of whole numbers: threads can't change the result
      double sum = IntStream.range(0, chunks).parallel().mapToLong(excessRanks).sum();
      return 1 - sum * 2 / ((double) size * k * (2.0 * size - 3.0 * k - 1));
    }
  }

  private static int[] nearest(double[] distances, int k) {
    var nearest = new int[k];
    int found = 0;
    for (int j = 0; j < distances.length; j++) {
      if (found == k && distances[j] >= distances[nearest[k - 1]]) {
        continue;
      }
      int at = found < k ? found++ : k - 1;
      for (; at > 0 && distances[nearest[at - 1]] > distances[j]; at--) {
        nearest[at] = nearest[at - 1];
      }
      nearest[at] = j;
    }
    return nearest;
  }

  /** The place of an entry in sorted order, from 1; of equal entries the first comes first. */
  private static int rank(double[] distances, int of) {
    int rank = 1;
    for (int j = 0; j < distances.length; j++) {
      if (distances[j] < distances[of] || distances[j] == distances[of] && j < of) {
        rank++;
      }
    }
    return rank;
  }
}
