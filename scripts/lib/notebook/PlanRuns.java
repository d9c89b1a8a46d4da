//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES KitFolder.java
//SOURCES MissingChart.java
//SOURCES Run.java
//SOURCES ../figures/Chart.java
//SOURCES ../report/PlanCharts.java
//SOURCES ../report/PlanResults.java
//SOURCES ../report/PlanStatistics.java
//SOURCES ../report/PlanTables.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.report.PlanCharts;
import genrelab.report.PlanResults;
import genrelab.report.PlanStatistics;
import genrelab.report.PlanTables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Results of plans, the matrices of experiments that {@code study --plan} carries out: tables and
 * charts of accuracies and differences.
 *
 * <p>Where a plan has no results, one line says which command makes them.
 */
public final class PlanRuns {
  private static final String COMMITTED = "data/results";

  private final List<PlanResults> plans;
  private final Map<String, String> lacking;
  private final String corpus;
  private final Map<String, PlanStatistics> statistics = new HashMap<>();

  private PlanRuns(List<PlanResults> plans, Map<String, String> lacking, String corpus) {
    this.plans = plans;
    this.lacking = lacking;
    this.corpus = corpus;
  }

  /** The plans in the folder GENRELAB_EXPERIMENTS, by default the committed ones on GTZAN. */
  public static PlanRuns open() {
    return open(Run.setting("GENRELAB_EXPERIMENTS", COMMITTED));
  }

  /**
   * The plans in a folder.
   *
   * @param folder holds one folder a plan, each with an experiments.json; relative to the kit's
   */
  public static PlanRuns open(String folder) {
    Path results = KitFolder.resolve(folder);
    Path plans = KitFolder.resolve(Run.setting("GENRELAB_PLANS", "data/plans"));
    boolean committed = results.equals(KitFolder.resolve(COMMITTED));
    return new PlanRuns(
        PlanResults.all(results, plans),
        PlanResults.lacking(results, plans),
        committed ? "GTZAN" : "");
  }

  private Optional<PlanResults> plan(String name) {
    return plans.stream().filter(results -> results.plan().equals(name)).findFirst();
  }

  private PlanStatistics statistics(PlanResults results) {
    return statistics.computeIfAbsent(results.plan(), plan -> new PlanStatistics(results));
  }

  private String missing(String plan) {
    return "No results of the plan %s here yet; this makes them: %s"
        .formatted(plan, lacking.getOrDefault(plan, "environment/jbang study --plan " + plan));
  }

  /** Names of the plans with results. */
  public List<String> names() {
    return plans.stream().map(PlanResults::plan).toList();
  }

  /** Plans with results: plan, runs, question. */
  public Table list() {
    return Table.create(
        "Plans with results",
        StringColumn.create("plan", names()),
        StringColumn.create("runs", plans.stream().map(plan -> "" + plan.runs().size())),
        StringColumn.create("question", plans.stream().map(PlanResults::question)));
  }

  /** Plans without results, and the commands that make them: plan, command. */
  public Table missing() {
    return lacking.isEmpty()
        ? Table.create("All plans have results.")
        : Table.create(
            "Plans without results",
            StringColumn.create("plan", lacking.keySet()),
            StringColumn.create("command", lacking.values()));
  }

  /** Each run's accuracy on the test, of segments and of tracks, with 95 % intervals. */
  public Table accuracies(String plan) {
    return plan(plan)
        .map(
            results ->
                new PlanTables(statistics(results))
                    .accuracies()
                    .setName(
                        "%s: %s %s"
                            .formatted(
                                caption(results),
                                results.question(),
                                statistics(results).intervalNote())))
        .orElseGet(() -> Table.create(missing(plan)));
  }

  /**
   * Differences between the plan's runs, with intervals and p-values.
   *
   * @param level segment or track
   */
  public Table differences(String plan, String level) {
    return plan(plan)
        .map(
            results ->
                new PlanTables(statistics(results))
                    .differences(level)
                    .setName(caption(results) + ": differences of accuracy, " + level + "s"))
        .orElseGet(() -> Table.create(missing(plan)));
  }

  private static String caption(PlanResults results) {
    return "Plan " + results.plan() + (results.synthetic() ? " · SYNTHETIC demo corpus" : "");
  }

  /** {@link #accuracies} as a chart. */
  public Chart accuracyChart(String plan) {
    return chart(plan, charts -> charts.accuracies(corpus));
  }

  /** {@link #differences} as a chart, of segments and tracks. */
  public Chart differenceChart(String plan) {
    return chart(plan, charts -> charts.differences(corpus));
  }

  private Chart chart(String plan, Function<PlanCharts, Chart> kind) {
    return plan(plan)
        .map(results -> kind.apply(new PlanCharts(statistics(results))))
        .orElseGet(() -> new MissingChart(missing(plan)));
  }
}
