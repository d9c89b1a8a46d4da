package genrelab.clustering;

/** The Euclidean distance in double precision. */
final class EuclideanDistance {
  private EuclideanDistance() {}

  /**
   * The distance of a row to a centroid, in eight partial sums: one sum alone waits for its last
   * addition before each next one.
   */
  static double between(float[] row, double[] centroid) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i < row.length - 7; i += 8) {
      double d0 = row[i] - centroid[i];
      double d1 = row[i + 1] - centroid[i + 1];
      double d2 = row[i + 2] - centroid[i + 2];
      double d3 = row[i + 3] - centroid[i + 3];
      double d4 = row[i + 4] - centroid[i + 4];
      double d5 = row[i + 5] - centroid[i + 5];
      double d6 = row[i + 6] - centroid[i + 6];
      double d7 = row[i + 7] - centroid[i + 7];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
      s4 += d4 * d4;
      s5 += d5 * d5;
      s6 += d6 * d6;
      s7 += d7 * d7;
    }
    for (; i < row.length; i++) {
      double d = row[i] - centroid[i];
      s0 += d * d;
    }
    return Math.sqrt(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
  }
}
