//SOURCES ../figures/Charts.java
//SOURCES ../figures/Figures.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../figures/Chart.java

package genrelab.report;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.figures.Figures;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * The report's figures and tables as files: {@code figures/NAME-85mm} and {@code -170mm} as PNG,
 * SVG and PDF, {@code tables/NAME} as CSV, Markdown and LaTeX.
 *
 * <p>All are kept in memory until {@link #write}, so that a failure leaves no half report.
 */
public final class ReportFiles {
  /** A page with more characters of SVG than that shows further figures as PNG. */
  private static final int SVG_CHARACTERS = 2_500_000;

  private static final Pattern LINK = Pattern.compile("href=\"((?:figures|tables)/[\\w.+-]+)\"");

  /** By which a page is known to be a report, as report.ftlh has it. */
  private static final String GENERATOR = "<meta name=\"generator\" content=\"genrelab ";

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final UnaryOperator<String> mark;
  private Runnable progress = () -> {};
  private int svgCharacters;

  /**
   * @param mark marks the captions of tables where the corpus is synthetic
   */
  public ReportFiles(UnaryOperator<String> mark) {
    this.mark = mark;
  }

  /** Sets what is run after each figure. */
  public void afterEachFigure(Runnable progress) {
    this.progress = progress;
  }

  /**
   * Draws a figure's files.
   *
   * @param heavy whether the page shows it as PNG, since its SVG has very many elements
   */
  Section.Figure figure(String name, Chart chart, String subtitle, String caption, boolean heavy) {
    Figures.files(chart, name).forEach((file, bytes) -> files.put("figures/" + file, bytes));
    String svg = heavy ? "" : Charts.svg(chart, name);
    boolean drawn = !heavy && svgCharacters + svg.length() <= SVG_CHARACTERS;
    svgCharacters += drawn ? svg.length() : 0;
    progress.run();
    return new Section.Figure(
        name,
        chart.getTitle(),
        subtitle,
        caption,
        drawn ? svg : "",
        drawn ? "" : Base64.getEncoder().encodeToString(Charts.png(chart)));
  }

  Section.Figure figure(String name, Chart chart, String subtitle, String caption) {
    return figure(name, chart, subtitle, caption, false);
  }

  /** Makes a table of texts a sheet, and its files. */
  Tables.Sheet table(String name, String caption, Table table) {
    return table(Tables.sheet(name, mark.apply(caption), table), table);
  }

  /** The same, with columns from one on below a heading of their own in print. */
  Tables.Sheet table(String name, String caption, Table table, int first, String group) {
    Tables.Sheet sheet = Tables.sheet(name, mark.apply(caption), table);
    var columns = new ArrayList<>(sheet.columns());
    for (int i = first; i < columns.size(); i++) {
      Tables.Column column = columns.get(i);
      columns.set(i, column.under(group, column.name().replaceFirst(" \\(%\\)$", "")));
    }
    return table(new Tables.Sheet(sheet.name(), sheet.caption(), columns, sheet.rows()), table);
  }

  private Tables.Sheet table(Tables.Sheet sheet, Table table) {
    Tables.files(sheet, table).forEach((file, bytes) -> files.put("tables/" + file, bytes));
    return sheet;
  }

  /**
   * Writes all files, the page last. Removes files of an earlier report in the same folder that
   * this one does not have, but nobody else's.
   *
   * @throws Stage.Failure if the folder has a page that is no report: its figures are another's
   */
  public void write(Path folder, byte[] page) {
    Path index = folder.resolve("index.html");
    Set<String> stale = linksOf(index);
    files.forEach((name, bytes) -> Store.write(folder.resolve(name), to -> to.write(bytes)));
    stale.removeAll(files.keySet());
    stale.forEach(name -> Store.delete(folder.resolve(name)));
    Store.write(index, to -> to.write(page));
  }

  /** The files of the earlier report, to each of which its page links. */
  private static Set<String> linksOf(Path index) {
    if (!Files.isRegularFile(index)) {
      return new TreeSet<>();
    }
    try {
      // whatever the page's encoding: names of our files are ASCII
      String page = Files.readString(index, StandardCharsets.ISO_8859_1);
      if (!page.isEmpty() && !page.contains(GENERATOR)) {
        throw new Stage.Failure(
            "%s: there is a page already, which is no report; choose another --out", index);
      }
      return LINK.matcher(page)
          .results()
          .map(link -> link.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
