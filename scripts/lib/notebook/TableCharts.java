//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES MissingChart.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** Charts of any table's columns. */
public final class TableCharts {
  private TableCharts() {}

  /**
   * Bars side by side, one a row; the chart's title is the table's name.
   *
   * <p>Of a single column of values, the columns {@code low} and {@code high} are drawn as its
   * interval where the table has them.
   *
   * @param category column of the names below the bars
   * @param values numeric columns, one a colour; shares formatted as percent are drawn in percent
   */
  public static Chart bars(Table table, String category, String... values) {
    if (table.columnCount() == 0) {
      return new MissingChart(table.name());
    }
    List<String> names =
        IntStream.range(0, table.rowCount())
            .mapToObj(row -> table.getString(row, category))
            .toList();
    boolean interval =
        values.length == 1 && table.containsColumn("low") && table.containsColumn("high");
    boolean percent =
        table.rowCount() > 0
            && Arrays.stream(values).allMatch(value -> table.getString(0, value).endsWith("%"));
    double factor = percent ? 100 : 1;
    var bars = new LinkedHashMap<String, List<Charts.Bar>>();
    for (String value : values) {
      bars.put(
          value,
          IntStream.range(0, table.rowCount())
              .mapToObj(
                  row ->
                      interval
                          ? new Charts.Bar(
                              factor * number(table, value, row),
                              factor * number(table, "low", row),
                              factor * number(table, "high", row))
                          : Charts.Bar.of(factor * number(table, value, row)))
              .toList());
    }
    String axis = String.join(", ", values) + (percent ? " (%)" : "");
    String title = table.name() == null ? "" : table.name();
    return Charts.bars(names, bars, axis, Double.NaN, title, "");
  }

  private static double number(Table table, String column, int row) {
    return ((NumericColumn<?>) table.column(column)).getDouble(row);
  }
}
