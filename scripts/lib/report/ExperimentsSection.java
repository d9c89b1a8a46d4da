//SOURCES PlanCharts.java
//SOURCES PlanResults.java
//SOURCES PlanStatistics.java
//SOURCES PlanTables.java
//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../results/Rows.java
//SOURCES ../evaluation/SampleStatistics.java
//SOURCES ../networks/NetworkCatalog.java

package genrelab.report;

import static genrelab.report.Tables.count;
import static genrelab.report.Tables.percent;

import genrelab.evaluation.SampleStatistics;
import genrelab.networks.NetworkCatalog;
import genrelab.results.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** The accuracies of a plan's runs and the differences between them. */
public final class ExperimentsSection {
  private final RunResults run;
  private final ReportFiles files;
  private final Section section = Section.of("experiments", "Controlled experiments");

  private ExperimentsSection(RunResults run, ReportFiles files) {
    this.run = run;
    this.files = files;
  }

  public static Section of(RunResults run, ReportFiles files) {
    return new ExperimentsSection(run, files).section();
  }

  private Section section() {
    if (run.experiments().isEmpty()) {
      return section;
    }
    run.experiments().stream()
        .collect(
            Collectors.groupingBy(Rows.Experiment::plan, LinkedHashMap::new, Collectors.toList()))
        .forEach((plan, rows) -> section.tables().add(accuracies(plan, rows)));
    addIntervals(PlanResults.read(run.folder().path()));
    section.note(
        "Mean ± standard deviation over seeds. Intervals: bootstrap over the test tracks"
            + " of a run's first seed. No training chooses anything by the test.");
    return section;
  }

  /** Each run's accuracy with its interval, and the differences of runs that belong together. */
  private void addIntervals(PlanResults plan) {
    String name = "experiments-" + plan.plan();
    String note = new PlanStatistics(plan).intervalNote();
    var charts = new PlanCharts(plan);
    section.figures(
        files.figure(
            name + "-accuracy", charts.accuracies(""), run.marked("accuracy on the test"), note));
    if (plan.runs().size() > 1) {
      section.figures(
          files.figure(
              name + "-differences",
              charts.differences(""),
              run.marked("differences of accuracy on the test"),
              note));
      for (String level : PlanResults.LEVELS) {
        section
            .tables()
            .add(
                files.table(
                    name + "-differences-" + level + "s",
                    "Plan %s: differences of the accuracy of %ss".formatted(plan.plan(), level),
                    Tables.printed(new PlanTables(plan).differences(level))));
      }
    }
  }

  private Tables.Sheet accuracies(String plan, List<Rows.Experiment> experiments) {
    Table table =
        Tables.texts(
            "Run",
            "Network",
            "Clusters",
            "Split",
            "Parameters",
            "Epochs",
            "Seeds",
            "Validation (%)",
            "Test (%)",
            "95 % from",
            "95 % to",
            "Test of tracks (%)");
    experiments.stream()
        .collect(
            Collectors.groupingBy(Rows.Experiment::run, LinkedHashMap::new, Collectors.toList()))
        .forEach((name, rows) -> append(table, name, rows));
    return files.table(
        "experiments-" + plan, "Plan %s: accuracy of its runs".formatted(plan), table);
  }

  private static void append(Table table, String run, List<Rows.Experiment> rows) {
    Rows.Experiment one = rows.get(0);
    Optional<Rows.Experiment> test =
        rows.stream()
            .filter(row -> row.level().equals("segment") && row.metric().equals("test_accuracy"))
            .findFirst();
    Tables.append(
        table,
        run,
        NetworkCatalog.title(one.network()),
        one.clusters(),
        one.split(),
        count(one.parameters()),
        rows.stream()
            .map(Rows.Experiment::epochs)
            .distinct()
            .sorted()
            .map(String::valueOf)
            .collect(Collectors.joining(", ")),
        count(rows.stream().map(Rows.Experiment::seed).distinct().count()),
        overSeeds(rows, "segment", "validation_accuracy"),
        overSeeds(rows, "segment", "test_accuracy"),
        test.map(row -> percent(row.low())).orElse(""),
        test.map(row -> percent(row.high())).orElse(""),
        overSeeds(rows, "track", "test_accuracy"));
  }

  private static String overSeeds(List<Rows.Experiment> rows, String level, String metric) {
    var values =
        SampleStatistics.of(
            rows.stream()
                .filter(row -> row.level().equals(level) && row.metric().equals(metric))
                .mapToDouble(Rows.Experiment::value)
                .toArray());
    return percent(values.mean()) + (values.count() > 1 ? " ± " + percent(values.deviation()) : "");
  }
}
