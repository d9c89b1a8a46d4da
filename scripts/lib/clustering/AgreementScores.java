//SOURCES LabelEncoder.java

package genrelab.clustering;

import java.util.Arrays;

/**
 * How well a clustering agrees with classes: scikit-learn's scores, to its definitions.
 *
 * <p>Tribuo's ClusteringMetrics are others: they divide by the smaller entropy instead of the mean
 * of both, and its adjusted measure takes information in bits from an expectation in nats. A
 * cluster of noise (−1) counts as one cluster more, as in scikit-learn.
 *
 * @param purity share of segments that are of their cluster's largest class, 0 to 1 (Manning et al.
 *     2008, section 16.3); grows with the number of clusters
 * @param nmi mutual information over the mean of both entropies, 0 to 1 (Vinh et al. 2010)
 * @param ami the same, corrected for chance: 0 on average for unrelated labels, 1 for equal ones
 * @param ari adjusted Rand index (Hubert and Arabie 1985): 0 on average for unrelated labels, 1 for
 *     equal ones
 */
public record AgreementScores(double purity, double nmi, double ami, double ari) {

  /**
   * Compares clusters with classes.
   *
   * @param classes the class of each segment
   * @param clusters the cluster of each segment, in any numbering
   */
  public static AgreementScores of(int[] classes, int[] clusters) {
    if (classes.length != clusters.length || classes.length == 0) {
      throw new IllegalArgumentException(
          "%d classes, %d clusters".formatted(classes.length, clusters.length));
    }
    int[] encoded = LabelEncoder.encode(classes);
    int[] encodedClusters = LabelEncoder.encode(clusters);
    long[][] counts = new long[LabelEncoder.count(encoded)][LabelEncoder.count(encodedClusters)];
    for (int i = 0; i < encoded.length; i++) {
      counts[encoded[i]][encodedClusters[i]]++;
    }
    long[] ofClass = Arrays.stream(counts).mapToLong(row -> Arrays.stream(row).sum()).toArray();
    long[] ofCluster = new long[counts[0].length];
    for (long[] row : counts) {
      for (int c = 0; c < row.length; c++) {
        ofCluster[c] += row[c];
      }
    }
    double information = mutualInformation(counts, ofClass, ofCluster, classes.length);
    double entropy = (entropy(ofClass) + entropy(ofCluster)) / 2;
    boolean bothOne = ofClass.length == 1 && ofCluster.length == 1;
    return new AgreementScores(
        purity(counts, classes.length),
        bothOne ? 1 : entropy == 0 ? 0 : information / entropy,
        bothOne ? 1 : adjusted(information, expected(ofClass, ofCluster), entropy),
        adjustedRand(counts, ofClass, ofCluster));
  }

  private static double purity(long[][] counts, int size) {
    double pure = 0;
    for (int c = 0; c < counts[0].length; c++) {
      int cluster = c;
      pure += Arrays.stream(counts).mapToLong(row -> row[cluster]).max().orElse(0);
    }
    return pure / size;
  }

  /** In nats. */
  private static double entropy(long[] counts) {
    double size = Arrays.stream(counts).sum();
    return -Arrays.stream(counts).mapToDouble(n -> n / size * Math.log(n / size)).sum();
  }

  /** In nats. */
  private static double mutualInformation(
      long[][] counts, long[] ofClass, long[] ofCluster, double size) {
    double sum = 0;
    for (int t = 0; t < ofClass.length; t++) {
      for (int c = 0; c < ofCluster.length; c++) {
        double n = counts[t][c];
        if (n > 0) {
          sum += n / size * Math.log(n * size / ((double) ofClass[t] * ofCluster[c]));
        }
      }
    }
    return Math.max(0, sum);
  }

  /** Mutual information of random labels with these counts, in nats (Vinh et al. 2010, eq. 24a). */
  private static double expected(long[] ofClass, long[] ofCluster) {
    int size = (int) Arrays.stream(ofClass).sum();
    double[] logFactorial = new double[size + 1];
    for (int i = 2; i <= size; i++) {
      logFactorial[i] = logFactorial[i - 1] + Math.log(i);
    }
    double sum = 0;
    for (long ofOne : ofClass) {
      for (long ofOther : ofCluster) {
        int a = (int) ofOne;
        int b = (int) ofOther;
        double fixed =
            logFactorial[a]
                + logFactorial[b]
                + logFactorial[size - a]
                + logFactorial[size - b]
                - logFactorial[size];
        for (int n = Math.max(1, a + b - size); n <= Math.min(a, b); n++) {
          double probability =
              Math.exp(
                  fixed
                      - logFactorial[n]
                      - logFactorial[a - n]
                      - logFactorial[b - n]
                      - logFactorial[size - a - b + n]);
          sum += (double) n / size * Math.log((double) size * n / ((double) a * b)) * probability;
        }
      }
    }
    return sum;
  }

  private static double adjusted(double information, double expected, double entropy) {
    double range = entropy - expected;
    // as scikit-learn: where both are nothing but rounding, no division by zero
    range = range < 0 ? Math.min(range, -Math.ulp(1.0)) : Math.max(range, Math.ulp(1.0));
    return (information - expected) / range;
  }

  private static double adjustedRand(long[][] counts, long[] ofClass, long[] ofCluster) {
    double size = Arrays.stream(ofClass).sum();
    double same =
        Arrays.stream(counts).flatMapToLong(Arrays::stream).mapToDouble(n -> pairs(n)).sum();
    double classes = Arrays.stream(ofClass).mapToDouble(n -> pairs(n)).sum();
    double clusters = Arrays.stream(ofCluster).mapToDouble(n -> pairs(n)).sum();
    if (classes == same && clusters == same) {
      return 1;
    }
    double byChance = classes * clusters / (size * (size - 1) / 2);
    return (same - byChance) / ((classes + clusters) / 2 - byChance);
  }

  private static double pairs(long n) {
    return n * (n - 1) / 2.0;
  }
}
