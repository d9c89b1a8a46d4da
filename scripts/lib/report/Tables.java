//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES LatexTable.java

package genrelab.report;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tables of texts as CSV, Markdown and LaTeX (booktabs). */
public final class Tables {
  private Tables() {}

  /** A table as it is shown; empty cells are unknown. Public for FreeMarker's sake. */
  public record Sheet(String name, String caption, List<Column> columns, List<List<String>> rows) {}

  /**
   * A column of a table; a numeric one is set flush right.
   *
   * @param group what stands above it and its neighbours in print; may be empty
   * @param label its heading below the group's
   */
  public record Column(String name, boolean numeric, boolean checksum, String group, String label) {

    Column under(String group, String label) {
      return new Column(name, numeric, checksum, group, label);
    }
  }

  /** Names of columns that belong together: "Test (%), paper", "95 % from". */
  private static final Pattern GROUPED =
      Pattern.compile("(?<values>.+), (?<of>paper|ours)|(?<interval>95 %) (?<end>from|to)|to");

  /** A table of texts, to be filled row by row. */
  public static Table texts(String... columns) {
    Table table = Table.create();
    Stream.of(columns).map(StringColumn::create).forEach(table::addColumns);
    return table;
  }

  /** Adds a row to a table of texts. */
  public static void append(Table table, String... cells) {
    for (int i = 0; i < cells.length; i++) {
      table.stringColumn(i).append(cells[i]);
    }
  }

  /** A finite number in a format of {@code java.util.Formatter}; else empty. */
  static String number(double value, String format) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "";
  }

  /** A share as percent with the paper's two decimals, without the sign. */
  static String percent(double share) {
    return number(100 * share, "%.2f");
  }

  static String count(double value) {
    return number(value, "%,.0f");
  }

  /** A text that may be null. */
  static String text(String value) {
    return value == null ? "" : value;
  }

  /** Any table's cells as they are printed; unknown numbers are empty. */
  public static Table printed(Table table) {
    Table texts = Table.create(table.name());
    for (tech.tablesaw.columns.Column<?> column : table.columns()) {
      texts.addColumns(
          StringColumn.create(
              column.name(),
              IntStream.range(0, table.rowCount())
                  .mapToObj(row -> column.isMissing(row) ? "" : column.getString(row))));
    }
    return texts;
  }

  /** A table of texts as it is shown; columns of numbers alone are numeric. */
  public static Sheet sheet(String name, String caption, Table table) {
    List<StringColumn> texts =
        table.columns().stream().map(column -> (StringColumn) column).toList();
    List<Column> columns =
        texts.stream()
            .map(
                text ->
                    new Column(
                        text.name(),
                        text.asList().stream().allMatch(Tables::isNumber)
                            && text.asList().stream().anyMatch(cell -> !cell.isEmpty()),
                        text.name().equals("SHA-256"),
                        "",
                        text.name()))
            .map(Tables::grouped)
            .toList();
    List<List<String>> rows =
        IntStream.range(0, table.rowCount())
            .mapToObj(row -> texts.stream().map(text -> text.get(row)).toList())
            .toList();
    return new Sheet(name, caption, columns, rows);
  }

  private static Column grouped(Column column) {
    var found = GROUPED.matcher(column.name());
    if (!found.matches()) {
      return column;
    }
    return found.group("values") != null
        ? column.under(found.group("values"), found.group("of"))
        : column.under("95 %", found.group("end") == null ? "to" : found.group("end"));
  }

  private static boolean isNumber(String cell) {
    return cell.matches("([-\u2212]?[\\d,]+(\\.\\d+)?( ± [\\d.]+)?)?");
  }

  /**
   * The files of a table: its contents by file name, {@code NAME.csv}, {@code .md}, {@code .tex}.
   */
  public static Map<String, byte[]> files(Sheet sheet, Table table) {
    var csv = new StringWriter();
    table.write().csv(csv);
    var files = new LinkedHashMap<String, byte[]>();
    files.put(sheet.name() + ".csv", utf8(csv.toString().replace("\r\n", "\n")));
    files.put(sheet.name() + ".md", utf8(markdown(sheet)));
    files.put(sheet.name() + ".tex", utf8(latex(sheet)));
    return files;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A table as GitHub's Markdown, its caption before it. */
  public static String markdown(Sheet sheet) {
    var text = new StringBuilder(sheet.caption()).append("\n\n");
    text.append(markdownRow(sheet.columns().stream().map(Column::name).toList()));
    text.append(
        markdownRow(
            sheet.columns().stream().map(column -> column.numeric() ? "---:" : "---").toList()));
    sheet.rows().forEach(row -> text.append(markdownRow(row)));
    return text.toString();
  }

  private static String markdownRow(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.isEmpty() ? "–" : markdownCell(cell))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String markdownCell(String cell) {
    return cell.replace("|", "\\|").replace("<", "&lt;").replaceAll("\\R", " ");
  }

  /** A table as LaTeX with booktabs' rules, for a page of A4; see {@link LatexTable}. */
  public static String latex(Sheet sheet) {
    return LatexTable.of(sheet);
  }
}
