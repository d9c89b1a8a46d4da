
package genrelab.results;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The published figures of the study this kit reproduces: S. Mirsepassi, "Comparative Analysis of
 * CNN and RNN Architectures for Music Genre Classification", Università degli studi di Milano.
 *
 * <p>Accuracies, precisions, recalls and purities are shares in 0..1, times are milliseconds.
 */
public final class Paper {
  /** Segments in the test part of either network: the sum of the samples of Table 1, or 2. */
  public static final int TEST_SEGMENTS = 2_497;

  private Paper() {}

  /**
   * One network's published figures.
   *
   * @param network the name of its folder in a run
   * @param curves the number of the figure that draws its training; 0 where there is none
   * @param confusion the number of the figure that holds its confusion matrix; 0 where none
   * @param performanceTable the number of its performance table; 0 where the paper gives none
   * @param reportTable the number of its classification report; 0 where there is none
   */
  public record Network(
      String network,
      int curves,
      int confusion,
      int performanceTable,
      int reportTable,
      double validationAccuracy,
      double testAccuracy,
      double msPerStep,
      long trainableParameters,
      List<ClassScore> report) {}

  /** One row of Tables 1 and 2; the paper prints no F1. */
  public record ClassScore(String genre, int samples, double precision, double recall) {}

  /** One statement on a cluster's purity: the genre's share of the cluster. */
  public record Purity(int cluster, String genre, double share) {}

  /** Table 1. */
  private static final List<ClassScore> CNN_REPORT =
      List.of(
          new ClassScore("blues", 234, 0.8077, 0.8077),
          new ClassScore("classical", 232, 0.9004, 0.9353),
          new ClassScore("country", 232, 0.7377, 0.5819),
          new ClassScore("disco", 262, 0.7216, 0.8015),
          new ClassScore("hiphop", 254, 0.8624, 0.6417),
          new ClassScore("jazz", 268, 0.7934, 0.9030),
          new ClassScore("metal", 249, 0.8821, 0.8112),
          new ClassScore("pop", 264, 0.8130, 0.8068),
          new ClassScore("reggae", 248, 0.7377, 0.7258),
          new ClassScore("rock", 254, 0.5455, 0.6850));

  /** Table 2. */
  private static final List<ClassScore> LSTM_REPORT =
      List.of(
          new ClassScore("blues", 275, 0.6928, 0.7382),
          new ClassScore("classical", 236, 0.8943, 0.8602),
          new ClassScore("country", 261, 0.6395, 0.6322),
          new ClassScore("disco", 247, 0.6186, 0.7287),
          new ClassScore("hiphop", 261, 0.7004, 0.6092),
          new ClassScore("jazz", 247, 0.7148, 0.7409),
          new ClassScore("metal", 234, 0.8510, 0.7564),
          new ClassScore("pop", 237, 0.8438, 0.7975),
          new ClassScore("reggae", 256, 0.6488, 0.6133),
          new ClassScore("rock", 243, 0.4428, 0.4938));

  /** The genres of its corpus, GTZAN. */
  public static final Set<String> GENRES =
      CNN_REPORT.stream().map(ClassScore::genre).collect(Collectors.toUnmodifiableSet());

  /** Section 3, in the paper's order. */
  public static final List<Network> NETWORKS =
      List.of(
          new Network("cnn", 4, 6, 0, 1, 0.9274, 0.7709, 43, 154_186, CNN_REPORT),
          new Network("lstm", 5, 7, 0, 2, 0.8254, 0.6952, 111, 159_946, LSTM_REPORT),
          new Network("cnn-kmeans", 0, 0, 3, 0, 0.9298, 0.6519, 131, 961_098, List.of()),
          // the abstract says 42.02 %; Table 4 and the text above it say 42.09 %: the table counts.
          // The time stands there as "1 second per step", without a digit more.
          new Network("lstm-kmeans", 0, 0, 4, 0, 0.4255, 0.4209, 1_000, 153_930, List.of()));

  /** Section 2.2.3; the numbers of clusters are arbitrary and mean nothing in another run. */
  public static final List<Purity> PURITIES =
      List.of(
          new Purity(6, "classical", 0.92),
          new Purity(4, "classical", 0.70),
          new Purity(8, "metal", 0.51),
          new Purity(0, "metal", 0.24),
          new Purity(7, "reggae", 0.25),
          new Purity(2, "reggae", 0.22),
          new Purity(9, "hiphop", 0.23));

  /** The paper's figures of a run's network folder; empty for networks the paper has not. */
  public static Optional<Network> of(String network) {
    return NETWORKS.stream().filter(row -> row.network().equals(network)).findFirst();
  }
}
