//DEPS tech.tablesaw:tablesaw-core:0.44.4

package genrelab.notebook;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** How the numbers of a table are shown; the values stay as they are. Each method returns it. */
public final class TableFormat {
  private TableFormat() {}

  /** Shows shares as percent with two decimals. */
  public static Table percent(Table table, String... columns) {
    return numbers(table, "0.00 %", columns);
  }

  /**
   * Shows numbers in a pattern of {@link DecimalFormat}, whatever the machine's locale.
   *
   * @param columns names of numeric columns; those that the table lacks are passed over, none given
   *     means all
   */
  public static Table numbers(Table table, String pattern, String... columns) {
    List<String> names =
        columns.length > 0
            ? Arrays.stream(columns).filter(table::containsColumn).toList()
            : Stream.of(table.numericColumns())
                .flatMap(List::stream)
                .map(NumericColumn::name)
                .toList();
    for (String name : names) {
      table.numberColumn(name).setPrintFormatter(format(pattern), "");
    }
    return table;
  }

  static DecimalFormat format(String pattern) {
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
  }
}
