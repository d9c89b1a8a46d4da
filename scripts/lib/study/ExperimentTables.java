// Tables, printed and as CSV:
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../evaluation/SampleStatistics.java
//SOURCES ../results/Rows.java
//SOURCES Plan.java
//SOURCES RunResult.java
//SOURCES PlannedRun.java

package genrelab.study;

import genrelab.evaluation.SampleStatistics;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The tables of a plan's results, one row a run: percentages to read, shares for other programs.
 *
 * @param results of at least one run
 */
public record ExperimentTables(Plan plan, List<RunResult> results) {

  /** The table that is printed and shown in Markdown: percentages, one row a run. */
  Table table() {
    var columns = new LinkedHashMap<String, List<String>>();
    for (RunResult result : results) {
      var cells = new LinkedHashMap<String, String>();
      cells.put("run", result.run().name());
      cells.put(
          "parameters",
          String.format(Locale.ROOT, "%,d", result.figures().get(0).get(0).parameters()));
      cells.put("epochs", range(result.figures().stream().mapToDouble(f -> f.get(0).epochs())));
      cells.put("seeds", "" + result.seeds().size());
      cells.put("training", percent(result.values("segment", "train_accuracy")));
      cells.put("validation", percent(result.values("segment", "validation_accuracy")));
      cells.put("test, segments", percent(result.values("segment", "test_accuracy")));
      cells.put("95 %, segments", interval(result.first("segment", "test_accuracy")));
      cells.put("test, tracks", percent(result.values("track", "test_accuracy")));
      cells.put("95 %, tracks", interval(result.first("track", "test_accuracy")));
      if (testsKnownTracks()) {
        double[] known = result.knownAccuracies();
        cells.put("held out of training tracks, segments", known.length == 0 ? "" : percent(known));
      }
      cells.put(
          "tested segments / tracks",
          range(Arrays.stream(result.values("segment", "test_segments")))
              + " / "
              + range(Arrays.stream(result.values("track", "test_tracks"))));
      cells.put(
          "tracks on both sides",
          range(Arrays.stream(result.values("track", "tracks_on_both_sides"))));
      cells.forEach(
          (column, cell) -> columns.computeIfAbsent(column, c -> new ArrayList<>()).add(cell));
    }
    Table table = Table.create(title());
    columns.forEach((name, cells) -> table.addColumns(StringColumn.create(name, cells)));
    return table;
  }

  /** The same for other programs: shares from 0 to 1, names in columns of their own. */
  Table numbers() {
    var table = Table.create(plan.name());
    Map<String, List<String>> names = new LinkedHashMap<>();
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (RunResult result : results) {
      Rows.Experiment row = result.first("segment", "test_accuracy");
      Map<String, String> texts = new LinkedHashMap<>();
      texts.put("plan", row.plan());
      texts.put("run", row.run());
      texts.put("network", row.network());
      texts.put("features", row.features());
      texts.put("clusters", row.clusters());
      texts.put("split", row.split());
      texts.put("augmentation", row.augmentation());
      texts.put("options", row.options());
      texts.forEach((name, text) -> names.computeIfAbsent(name, n -> new ArrayList<>()).add(text));
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("seeds", (double) result.seeds().size());
      numbers.put("epochs", (double) row.epochs());
      numbers.put("parameters", (double) row.parameters());
      for (List<String> figure :
          List.of(
              List.of("segment", "train_accuracy"),
              List.of("segment", "validation_accuracy"),
              List.of("segment", "test_accuracy"),
              List.of("track", "test_accuracy"))) {
        double[] all = result.values(figure.get(0), figure.get(1));
        String name = figure.get(0) + "_" + figure.get(1);
        numbers.put(name, SampleStatistics.of(all).mean());
        numbers.put(
            name + "_deviation", all.length < 2 ? null : SampleStatistics.of(all).deviation());
        if (figure.get(1).startsWith("test")) {
          numbers.put(name + "_low_first_seed", result.first(figure.get(0), figure.get(1)).low());
          numbers.put(name + "_high_first_seed", result.first(figure.get(0), figure.get(1)).high());
        }
      }
      for (String level : List.of("segment", "track")) {
        for (String metric : List.of("test_balanced_accuracy", "test_macro_f1")) {
          numbers.put(level + "_" + metric, result.meanOfKnown(level, metric));
        }
      }
      if (testsKnownTracks()) {
        double[] known = result.knownAccuracies();
        numbers.put(
            "segment_known_accuracy", known.length == 0 ? null : SampleStatistics.of(known).mean());
        numbers.put(
            "segment_known_accuracy_deviation",
            known.length < 2 ? null : SampleStatistics.of(known).deviation());
      }
      numbers.put("test_segments", result.first("segment", "test_segments").value());
      numbers.put("test_tracks", result.first("track", "test_tracks").value());
      numbers.put("tracks_on_both_sides", result.first("track", "tracks_on_both_sides").value());
      numbers.forEach(
          (name, number) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(number));
    }
    names.forEach((name, column) -> table.addColumns(StringColumn.create(name, column)));
    values.forEach((name, column) -> table.addColumns(column(name, column)));
    return table;
  }

  /** Whether a split holds segments of the training tracks out, which are tested too. */
  private boolean testsKnownTracks() {
    return results.stream().anyMatch(result -> result.knownAccuracies().length > 0);
  }

  private static DoubleColumn column(String name, List<Double> values) {
    DoubleColumn column = DoubleColumn.create(name);
    for (Double value : values) {
      if (value == null) {
        column.appendMissing();
      } else {
        column.append(value);
      }
    }
    return column;
  }

  private String title() {
    return "Plan %s: accuracy, %%%s"
        .formatted(plan.name(), results.get(0).isSynthetic() ? " (SYNTHETIC demo corpus)" : "");
  }

  /** What the figures are and are not, a sentence each. */
  List<String> notes() {
    long looks =
        results.stream()
            .mapToLong(result -> (long) result.seeds().size() * trainings(result.run()))
            .sum();
    var notes = new ArrayList<String>();
    notes.add(
        "Mean ± standard deviation over seeds; 95 %: bootstrap over the test tracks of seed "
            + results.get(0).seeds().get(0)
            + (results.stream().map(result -> result.seeds().get(0)).distinct().count() > 1
                ? ", or of a run's first finished seed."
                : "."));
    notes.add("No training chooses anything by the test, whose figures stand beside the others.");
    long ensembles =
        results.stream()
            .filter(result -> result.run().isEnsemble())
            .mapToLong(result -> result.seeds().size())
            .sum();
    notes.add(
        count(looks - ensembles, "training")
            + (ensembles > 0 ? " and " + count(ensembles, "ensemble") : "")
            + (looks == 1 ? "" : ", each")
            + " tested once; what else was tested on the same tracks is not counted.");
    long planned = plan.runs().stream().mapToLong(this::trainings).sum() * plan.seeds().size();
    if (looks < planned) {
      notes.add(planned - looks + " of " + planned + " trainings are not done.");
    }
    return notes;
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Trainings of a run with one seed. */
  private long trainings(PlannedRun run) {
    return Math.max(1, plan.splits().get(run.split()).folds());
  }

  /** The table as a Markdown page, with the plan's question. */
  public String markdown() {
    Table table = table();
    var text = new StringBuilder();
    text.append("# ").append(table.name()).append("\n\n");
    text.append(escaped(plan.question())).append("\n\n");
    text.append("| ");
    text.append(String.join(" | ", table.columnNames()));
    text.append(" |\n|").append(" --- |".repeat(table.columnCount())).append('\n');
    for (int r = 0; r < table.rowCount(); r++) {
      text.append('|');
      for (int c = 0; c < table.columnCount(); c++) {
        text.append(' ').append(table.getString(r, c)).append(" |");
      }
      text.append('\n');
    }
    notes().forEach(note -> text.append('\n').append(note).append('\n'));
    return text.toString();
  }

  /** Text as itself: it is somebody's, and may hold Markdown or HTML. */
  private static String escaped(String text) {
    return text.replaceAll("\\s+", " ")
        .replaceAll("([\\\\`*_\\[\\]#|])", "\\\\$1")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }

  private static String percent(double[] shares) {
    String mean = String.format(Locale.ROOT, "%.2f", 100 * SampleStatistics.of(shares).mean());
    return shares.length < 2
        ? mean
        : mean
            + String.format(Locale.ROOT, " ± %.2f", 100 * SampleStatistics.of(shares).deviation());
  }

  private static String interval(Rows.Experiment row) {
    return String.format(Locale.ROOT, "%.1f to %.1f", 100 * row.low(), 100 * row.high());
  }

  private static String range(DoubleStream values) {
    var all = values.summaryStatistics();
    return all.getMin() == all.getMax()
        ? String.format(Locale.ROOT, "%,.0f", all.getMin())
        : String.format(Locale.ROOT, "%,.0f to %,.0f", all.getMin(), all.getMax());
  }
}
