//SOURCES Figures.java
//SOURCES PlanResults.java
//SOURCES Store.java
//SOURCES Tables.java

package genrelab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The figures and tables of plans' results as files: PNG, SVG and PDF in two widths of print, CSV,
 * Markdown and LaTeX. Notebook 7 shows the same ones.
 */
public final class PlanFigures {
  private PlanFigures() {}

  /**
   * Draws a plan, or all plans of a folder.
   *
   * <p>Files are {@code PLAN-accuracy…} and, where there is more than one run, {@code
   * PLAN-differences…}: {@code -85mm} and {@code -170mm} for figures, {@code -segments} and {@code
   * -tracks} for tables of differences.
   *
   * @param experiments an experiments.json, its folder, or a folder of such folders
   * @param plans the plans' YAML files; where a plan is not there, its figures lack the paper's
   * @param where what was tested on, for the figures' subtitles; may be empty
   * @param out folder of the files
   * @return what was written
   * @throws Stage.Failure if there are no results
   */
  public static List<Path> write(Path experiments, Path plans, String where, Path out) {
    Path folder =
        experiments.toString().matches(".*\\.json(\\.gz)?")
            ? experiments.toAbsolutePath().getParent()
            : experiments;
    List<PlanResults> all = PlanResults.all(folder, plans);
    if (all.isEmpty()) {
      throw new Stage.Failure(
          "%s: no experiments.json there; give a folder that study --plan wrote", experiments);
    }
    Store.createFolder(out);
    var written = new ArrayList<Path>();
    for (PlanResults results : all) {
      files(results, where)
          .forEach(
              (name, bytes) -> {
                Path file = out.resolve(name);
                Store.write(file, stream -> stream.write(bytes));
                written.add(file);
              });
    }
    return written;
  }

  private static Map<String, byte[]> files(PlanResults results, String where) {
    String name = results.plan() + "-accuracy";
    var files = new LinkedHashMap<>(Figures.files(results.chart(where), name));
    files.putAll(tables(name, results.question(), results, results.accuracies()));
    if (results.runs().size() > 1) {
      String differences = results.plan() + "-differences";
      files.putAll(Figures.files(results.differenceChart(where), differences));
      for (String level : PlanResults.LEVELS) {
        String caption = "Differences of the accuracy of " + level + "s.";
        files.putAll(
            tables(
                differences + "-" + level + "s", caption, results, results.differenceTable(level)));
      }
    }
    return files;
  }

  private static Map<String, byte[]> tables(
      String name, String caption, PlanResults results, Table table) {
    String mark = results.synthetic() ? " SYNTHETIC demo corpus." : "";
    Table texts = texts(table);
    return Tables.files(
        Tables.sheet(name, (caption + " " + results.howSure() + mark).strip(), texts), texts);
  }

  /** A table as it is shown: unknown numbers are empty. */
  private static Table texts(Table table) {
    Table texts = Table.create(table.name());
    table
        .columns()
        .forEach(
            column ->
                texts.addColumns(
                    StringColumn.create(
                        column.name(),
                        IntStream.range(0, table.rowCount())
                            .mapToObj(row -> column.isMissing(row) ? "" : column.getString(row)))));
    return texts;
  }
}
