//SOURCES SampleStatistics.java
//SOURCES ../results/Rows.java

package genrelab.evaluation;

import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Mean and standard deviation of metrics over runs of other seeds and folds. */
public final class RunSummary {
  private RunSummary() {}

  /**
   * Summarises every metric over the runs of the same network and split.
   *
   * @param metrics the rows of all runs, in any order
   * @return one row a network, split, level and metric, sorted by network and split
   */
  public static List<Rows.Summary> of(List<Rows.Metric> metrics) {
    var groups = new TreeMap<String, Map<String, List<Rows.Metric>>>();
    for (Rows.Metric row : metrics) {
      groups
          .computeIfAbsent(row.network() + "\n" + row.split(), key -> new LinkedHashMap<>())
          .computeIfAbsent(row.level() + "\n" + row.metric(), key -> new ArrayList<>())
          .add(row);
    }
    var rows = new ArrayList<Rows.Summary>();
    groups.values().forEach(group -> group.values().forEach(runs -> rows.add(summary(runs))));
    return rows;
  }

  private static Rows.Summary summary(List<Rows.Metric> runs) {
    Rows.Metric first = runs.get(0);
    double[] values = runs.stream().mapToDouble(Rows.Metric::value).toArray();
    SampleStatistics statistics = SampleStatistics.of(values);
    return new Rows.Summary(
        first.network(),
        first.split(),
        first.level(),
        first.metric(),
        values.length,
        statistics.mean(),
        values.length == 1 ? null : statistics.deviation(),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }
}
