//SOURCES ConfusionMatrix.java
//SOURCES Metrics.java
//SOURCES Significance.java
//SOURCES TestedNetwork.java
//SOURCES ../results/Rows.java

package genrelab.evaluation;

import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Accuracy and macro F1 of two networks on the same test part, with McNemar's test.
 *
 * @param nameA A's name, or its folder where both have the same name
 * @param level segment or track
 * @param items segments or tracks of the test part
 * @param groups of tracks that the bootstrap draws as one: tracks, or artists
 * @param mcNemar null where a network has several runs, since it compares one run with one
 */
public record NetworkComparison(
    String nameA,
    String nameB,
    Metrics.Level level,
    int items,
    int groups,
    List<MetricDifference> metrics,
    Significance.McNemar mcNemar) {

  /** A metric of both networks: accuracy, balanced_accuracy or macro_f1. */
  public record MetricDifference(String metric, Significance.Difference difference) {}

  /**
   * Compares two networks of the {@linkplain TestedNetwork#requireSameTest same test part}.
   *
   * @param groupOf what a track is drawn with, e.g. its artist; the track itself for a bootstrap of
   *     tracks
   * @param draws of the bootstrap
   */
  public static NetworkComparison of(
      TestedNetwork a,
      TestedNetwork b,
      Metrics.Level level,
      UnaryOperator<String> groupOf,
      int draws,
      long seed) {
    List<int[]> groups = groups(a.metrics().get(0).tracks(), groupOf);
    List<MetricDifference> metrics =
        List.of(
            metric(a, b, level, "accuracy", ConfusionMatrix::accuracy, groups, draws, seed),
            metric(
                a,
                b,
                level,
                "balanced_accuracy",
                ConfusionMatrix::balancedAccuracy,
                groups,
                draws,
                seed),
            metric(a, b, level, "macro_f1", ConfusionMatrix::macroF1, groups, draws, seed));
    boolean single = a.metrics().size() == 1 && b.metrics().size() == 1;
    return new NetworkComparison(
        a.name(b),
        b.name(a),
        level,
        a.correct(level).size(),
        groups.size(),
        metrics,
        single ? mcNemar(a.correct(level), b.correct(level)) : null);
  }

  private static MetricDifference metric(
      TestedNetwork a,
      TestedNetwork b,
      Metrics.Level level,
      String name,
      ToDoubleFunction<ConfusionMatrix> metric,
      List<int[]> groups,
      int draws,
      long seed) {
    return new MetricDifference(
        name,
        Significance.difference(a.metrics(), b.metrics(), level, metric, groups, draws, seed));
  }

  /** Places of the tracks, group by group, in the order in which groups first occur. */
  private static List<int[]> groups(
      List<Metrics.TrackPrediction> tracks, UnaryOperator<String> groupOf) {
    var groups = new LinkedHashMap<String, List<Integer>>();
    for (int t = 0; t < tracks.size(); t++) {
      groups
          .computeIfAbsent(groupOf.apply(tracks.get(t).track()), group -> new ArrayList<>())
          .add(t);
    }
    return groups.values().stream()
        .map(places -> places.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private static Significance.McNemar mcNemar(List<Boolean> correctA, List<Boolean> correctB) {
    long onlyA = 0;
    long onlyB = 0;
    for (int i = 0; i < correctA.size(); i++) {
      onlyA += correctA.get(i) && !correctB.get(i) ? 1 : 0;
      onlyB += correctB.get(i) && !correctA.get(i) ? 1 : 0;
    }
    return Significance.mcNemar(onlyA, onlyB);
  }

  /** The rows of {@code compare.json}: McNemar's test stands beside the accuracy. */
  public List<Rows.Comparison> rows() {
    return metrics.stream()
        .map(row -> row(row, row.metric().equals("accuracy") ? mcNemar : null))
        .toList();
  }

  private Rows.Comparison row(MetricDifference row, Significance.McNemar test) {
    Significance.Difference difference = row.difference();
    return new Rows.Comparison(
        nameA,
        nameB,
        level.name(),
        row.metric(),
        items,
        difference.valueA(),
        difference.valueB(),
        difference.difference(),
        difference.low(),
        difference.high(),
        test == null ? null : test.onlyA(),
        test == null ? null : test.onlyB(),
        test == null ? null : test.chi2(),
        test == null ? null : test.pChi2(),
        test == null ? null : test.pExact());
  }
}
