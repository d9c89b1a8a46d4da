// Tables for notebooks and the report alike:
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES PlanResults.java
//SOURCES PlanStatistics.java
//SOURCES ../results/Rows.java
//SOURCES ../evaluation/SampleStatistics.java

package genrelab.report;

import genrelab.evaluation.SampleStatistics;
import genrelab.report.PlanResults.RunMetrics;
import genrelab.report.PlanStatistics.RunDifference;
import genrelab.report.PlanStatistics.SeedEstimate;
import genrelab.results.Rows;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** A plan's accuracies and differences as tables, in percent. */
public final class PlanTables {
  private final PlanResults results;
  private final PlanStatistics statistics;

  public PlanTables(PlanResults results) {
    this(new PlanStatistics(results));
  }

  /** Of statistics that others show too, so that they are computed once. */
  public PlanTables(PlanStatistics statistics) {
    this.results = statistics.results();
    this.statistics = statistics;
  }

  /** One row a run: accuracy of segments and of tracks, and what was tested. */
  public Table accuracies() {
    Table table =
        Table.create(
            results.plan(),
            StringColumn.create("run", results.runs().stream().map(RunMetrics::name)),
            text(
                "epochs",
                run -> range(run.metrics().stream().mapToDouble(Rows.Experiment::epochs))),
            text("seeds", run -> "" + run.seeds().size()));
    for (String level : PlanResults.LEVELS) {
      List<SeedEstimate> estimates =
          results.runs().stream().map(run -> statistics.accuracy(run, level)).toList();
      addEstimates(table, level + "s, %", ", " + level + "s", estimates);
    }
    if (results.runs().stream().anyMatch(PlanTables::testsKnownTracks)) {
      table.addColumns(text("held out of training tracks, segments, %", PlanTables::known));
    }
    return table.addColumns(
        text("tested segments", run -> range(run.values("segment", "test_segments"))),
        text("tested tracks", run -> range(run.values("track", "test_tracks"))),
        text("tracks on both sides", run -> range(run.values("track", "tracks_on_both_sides"))));
  }

  private static boolean testsKnownTracks(RunMetrics run) {
    return run.values("segment", "known_accuracy").length > 0;
  }

  /** Accuracy on segments held out of the training tracks: mean ± deviation over seeds. */
  private static String known(RunMetrics run) {
    if (!testsKnownTracks(run)) {
      return "";
    }
    var seeds = SampleStatistics.of(run.values("segment", "known_accuracy"));
    String mean = String.format(Locale.ROOT, "%.1f", 100 * seeds.mean());
    return Double.isNaN(seeds.deviation())
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.1f", 100 * seeds.deviation());
  }

  /** One row a comparison, in points of percent. */
  public Table differences(String level) {
    List<RunDifference> differences = statistics.differences(level);
    Table table =
        Table.create(
            results.plan(),
            StringColumn.create(
                "difference", differences.stream().map(row -> row.a() + " \u2212 " + row.b())));
    if (differences.stream().anyMatch(row -> !row.effect().isEmpty())) {
      table.addColumns(
          StringColumn.create("what it is worth", differences.stream().map(RunDifference::effect)));
    }
    addEstimates(
        table, level + "s, points", "", differences.stream().map(RunDifference::estimate).toList());
    table.addColumns(pValues("p", differences.stream().mapToDouble(RunDifference::p)));
    if (differences.size() > 1) {
      table.addColumns(
          pValues(
              "p, Holm of " + differences.size(),
              differences.stream().mapToDouble(RunDifference::pHolm)));
    }
    return table.addColumns(
        StringColumn.create(
            "how", differences.stream().map(row -> row.paired() ? "paired" : "independent")));
  }

  /** Two significant digits, with what is too small to matter cut off. */
  private static StringColumn pValues(String name, DoubleStream values) {
    return StringColumn.create(
        name,
        values.mapToObj(
            p ->
                p < 0.001
                    ? "< 0.001"
                    : String.format(Locale.ROOT, p < 0.1 ? "%.3f" : "%.2f", Math.min(p, 1))));
  }

  private static void addEstimates(
      Table table, String name, String more, List<SeedEstimate> estimates) {
    table.addColumns(
        percent(name, estimates.stream().mapToDouble(SeedEstimate::mean)),
        percent("±" + more, estimates.stream().mapToDouble(SeedEstimate::deviation)),
        percent("95 % from" + more, estimates.stream().mapToDouble(SeedEstimate::low)),
        percent("to" + more, estimates.stream().mapToDouble(SeedEstimate::high)));
  }

  private StringColumn text(String name, Function<RunMetrics, String> cell) {
    return StringColumn.create(name, results.runs().stream().map(cell));
  }

  private static DoubleColumn percent(String name, DoubleStream shares) {
    DoubleColumn column = DoubleColumn.create(name, shares.map(share -> 100 * share));
    column.setPrintFormatter(
        new NumberColumnFormatter(
            new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT))));
    return column;
  }

  static String range(double... values) {
    return range(Arrays.stream(values));
  }

  static String range(DoubleStream values) {
    var all = values.summaryStatistics();
    return all.getCount() == 0
        ? ""
        : all.getMin() == all.getMax()
            ? String.format(Locale.ROOT, "%,.0f", all.getMin())
            : String.format(Locale.ROOT, "%,.0f to %,.0f", all.getMin(), all.getMax());
  }
}
