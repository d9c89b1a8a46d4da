//SOURCES PlanResults.java
//SOURCES PlanStatistics.java
//SOURCES PlanTables.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Rows.java
//SOURCES ../figures/Chart.java

package genrelab.report;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.report.PlanStatistics.RunDifference;
import genrelab.report.PlanStatistics.SeedEstimate;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan's accuracies and differences as charts, in percent, with 95 % intervals. */
public final class PlanCharts {
  private final PlanResults results;
  private final PlanStatistics statistics;

  public PlanCharts(PlanResults results) {
    this(new PlanStatistics(results));
  }

  /** Of statistics that others show too, so that they are computed once. */
  public PlanCharts(PlanStatistics statistics) {
    this.results = statistics.results();
    this.statistics = statistics;
  }

  /**
   * The accuracy of each run, of segments and of tracks.
   *
   * @param where what it was tested on, e.g. GTZAN; may be empty
   */
  public Chart accuracies(String where) {
    List<Charts.Line> lines =
        results.runs().stream()
            .map(
                run ->
                    new Charts.Line(
                        run.name(),
                        PlanResults.LEVELS.stream()
                            .map(level -> shown(statistics.accuracy(run, level)))
                            .toList(),
                        run.published() == null ? Double.NaN : 100 * run.published()))
            .toList();
    return Charts.intervals(
        lines,
        List.of("segments", "tracks"),
        "published (segments)",
        "accuracy on the test (%)",
        false,
        "Plan " + results.plan() + ": accuracy on the test, with 95 % intervals",
        subtitle(where));
  }

  /** The differences between runs; see {@link PlanStatistics#differences}. */
  public Chart differences(String where) {
    Map<String, List<RunDifference>> byLevel =
        PlanResults.LEVELS.stream()
            .collect(Collectors.toMap(level -> level, statistics::differences));
    List<RunDifference> first = byLevel.get("segment");
    var lines = new ArrayList<Charts.Line>();
    for (int i = 0; i < first.size(); i++) {
      RunDifference row = first.get(i);
      int line = i;
      String pair = row.a() + " \u2212 " + row.b();
      lines.add(
          new Charts.Line(
              row.effect().isEmpty() ? pair : network(row.a()) + ": " + row.effect(),
              PlanResults.LEVELS.stream()
                  .map(level -> shown(byLevel.get(level).get(line).estimate()))
                  .toList(),
              Double.NaN));
    }
    return Charts.intervals(
        lines,
        List.of("segments", "tracks"),
        "",
        "difference of accuracy on the test (points of percent)",
        true,
        "Plan " + results.plan() + ": differences between runs, with 95 % intervals",
        subtitle(where));
  }

  private String network(String run) {
    return results.runs().stream()
        .filter(each -> each.name().equals(run))
        .findFirst()
        .orElseThrow()
        .network();
  }

  private static Charts.Interval shown(SeedEstimate estimate) {
    return new Charts.Interval(
        100 * estimate.mean(),
        100 * estimate.low(),
        100 * estimate.high(),
        estimate.values().stream().mapToDouble(value -> 100 * value).toArray());
  }

  private String subtitle(String where) {
    var seeds = new TreeSet<Long>();
    results.runs().forEach(run -> seeds.addAll(run.seeds()));
    String listed = seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    double[] segments = all("segment", "test_segments");
    double[] tracks = all("track", "test_tracks");
    return Stream.of(
            where,
            (seeds.size() == 1 ? "seed " : "seeds ") + listed,
            PlanTables.range(
                    results.runs().stream()
                        .flatMap(run -> run.metrics().stream())
                        .mapToDouble(Rows.Experiment::epochs))
                + " epochs",
            "n = "
                + PlanTables.range(segments)
                + " test segments of "
                + PlanTables.range(tracks)
                + " tracks",
            results.synthetic() ? "SYNTHETIC demo corpus" : "")
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" \u00b7 "));
  }

  private double[] all(String level, String metric) {
    return results.runs().stream()
        .flatMapToDouble(run -> Arrays.stream(run.values(level, metric)))
        .toArray();
  }
}
