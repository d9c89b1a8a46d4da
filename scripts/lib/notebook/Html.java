//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Embedding.java
//SOURCES MissingChart.java
//SOURCES Run.java
//SOURCES Sound.java
//SOURCES Source.java
//SOURCES StageProgress.java
//SOURCES TableFormat.java
//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../kit/Stage.java
//SOURCES ../networks/Architecture.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.kit.Stage;
import genrelab.networks.Architecture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The kit's values as HTML: what a notebook shows where a cell ends in one.
 *
 * <p>JJava calls it by itself ({@link KernelExtension}). In IJava, end a cell in {@code
 * render(Html.of(value), "text/html")}.
 */
public final class Html {
  /** Rows of a table that are shown; the number of all is written below. */
  public static final int ROWS = 20;

  /** A chart whose PNG is larger is drawn with fewer pixels. */
  private static final int LARGE = 300_000;

  private static final double SMALL_SCALE = 1.4;
  private static final Pattern NUMBER =
      Pattern.compile("[-\u2212]?[\\d,]+(\\.\\d+)?( ± [\\d.]+| %| \\(.*\\))?");

  /** Comments, strings, keywords. */
  private static final Pattern JAVA =
      Pattern.compile(
          "(/\\*.*?\\*/|//[^\n"
              + "]*)|(\"(?:[^\"\\\\]|\\\\.)*\")|\\b(?:static|boolean|int|long|float|double"
              + "|new|for|if|else|return|throw|final|private|public|class|import|package|void)\\b",
          Pattern.DOTALL);

  /** A column whose texts are no longer is not broken into lines. */
  private static final int SHORT = 26;

  private Html() {}

  /**
   * A value as HTML.
   *
   * @param value a table, chart, sound, network, run or failure of a stage; of others the text
   */
  public static String of(Object value) {
    if (value instanceof Table table) {
      return table(table);
    } else if (value instanceof MissingChart missing) {
      return line(missing.message());
    } else if (value instanceof Chart chart) {
      return image(png(chart), chart.getTitle(), chart.getWidth());
    } else if (value instanceof Embedding embedding) {
      return of(embedding.by("genre"));
    } else if (value instanceof Architecture network) {
      return table(Run.layers(network));
    } else if (value instanceof Sound sound) {
      return sound(sound);
    } else if (value instanceof Run run) {
      return banner(run);
    } else if (value instanceof StageProgress progress) {
      return progress(progress);
    } else if (value instanceof Source source) {
      return code(source.code());
    } else if (value instanceof Stage.Failure failure) {
      return line(failure.getMessage());
    }
    return line(String.valueOf(value));
  }

  // --- texts -------------------------------------------------------------------------------------

  /** A text as HTML shows it. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String line(String text) {
    return "<p>" + escape(text) + "</p>";
  }

  /** Which run it is, and whether that is music. */
  private static String banner(Run run) {
    if (!run.failure().isEmpty()) {
      return line(run.failure());
    }
    String html =
        run.exists()
            ? run.isSynthetic()
                ? "<b>SYNTHETIC demo corpus</b> (run <code>%s</code>): the audio is computed, it is"
                    + " not music. The results show that the kit works, and nothing about music."
                : "Run <code>%s</code>."
            : "There is no folder <code>%s</code> yet: <code>environment/jbang study</code> makes"
                + " a run.";
    return "<p style=\"border-left:5px solid #e2b93b;padding:0.4em 1em;margin:0\">"
        + html.formatted(escape(run.exists() ? run.name() : run.folder().toString()))
        + "</p>";
  }

  /** Java code, its comments, strings and keywords set apart. */
  private static String code(String java) {
    var html = new StringBuilder();
    Matcher found = JAVA.matcher(java);
    int end = 0;
    while (found.find()) {
      String style =
          found.group(1) != null
              ? "color:#3d7b7b;font-style:italic"
              : found.group(2) != null ? "color:#ba2121" : "color:#008000;font-weight:bold";
      html.append(escape(java.substring(end, found.start())));
      html.append("<span style=\"%s\">%s</span>".formatted(style, escape(found.group())));
      end = found.end();
    }
    html.append(escape(java.substring(end)));
    return pre(html.toString());
  }

  private static String pre(String html) {
    return "<pre style=\"font-family:monospace;line-height:1.3\">" + html + "</pre>";
  }

  // --- tables ------------------------------------------------------------------------------------

  /**
   * A table: its name as caption, the first rows, numbers flush right, missing values as dashes. A
   * table without columns is its name alone: what is missing, and what makes it.
   */
  private static String table(Table table) {
    String name = table.name() == null ? "" : table.name();
    if (table.columnCount() == 0) {
      return line(name);
    }
    // no <caption>: that would be no wider than a narrow table
    var html = new StringBuilder();
    if (!name.isEmpty()) {
      html.append("<div>").append(escape(name)).append("</div>\n");
    }
    html.append("<table>\n<thead><tr>");
    for (Column<?> column : table.columns()) {
      html.append(cell("th", column, column.name()));
    }
    html.append("</tr></thead>\n<tbody>\n");
    int rows = Math.min(ROWS, table.rowCount());
    for (int row = 0; row < rows; row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        html.append(cell("td", column, text(column, row)));
      }
      html.append("</tr>\n");
    }
    html.append("</tbody>\n</table>");
    if (rows < table.rowCount()) {
      html.append(line("The first %d of %,d rows.".formatted(rows, table.rowCount())));
    }
    return html.toString();
  }

  private static String cell(String tag, Column<?> column, String text) {
    String align = isNumeric(column) ? "right" : "left";
    String wrap = tag.equals("td") && text.length() <= SHORT ? ";white-space:nowrap" : "";
    return "<%s style=\"text-align:%s%s\">%s</%s>".formatted(tag, align, wrap, escape(text), tag);
  }

  /** A column of numbers, or of texts that are all numbers. */
  private static boolean isNumeric(Column<?> column) {
    if (!(column instanceof StringColumn texts)) {
      return column instanceof NumericColumn;
    }
    return texts.asList().stream().anyMatch(cell -> !cell.isEmpty())
        && texts.asList().stream()
            .allMatch(cell -> cell.isEmpty() || NUMBER.matcher(cell).matches());
  }

  private static String text(Column<?> column, int row) {
    String text = column.getString(row);
    if (column.isMissing(row) || text.isEmpty()) {
      return "–";
    }
    if (column instanceof NumericColumn<?> numbers
        && text.equals(column.getUnformattedString(row))) { // no format was chosen
      text = TableFormat.format(pattern(numbers)).format(numbers.getDouble(row));
    }
    return text.replaceFirst("^-(?=\\d)", "\u2212");
  }

  /** Whole numbers as they are; else the decimals that show four digits of the largest one. */
  private static String pattern(NumericColumn<?> column) {
    double[] values =
        IntStream.range(0, column.size())
            .mapToDouble(column::getDouble)
            .filter(Double::isFinite)
            .toArray();
    if (IntStream.range(0, values.length).allMatch(i -> values[i] == Math.rint(values[i]))) {
      return "0";
    }
    double largest =
        IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max().orElse(1);
    int digits = (int) Math.floor(Math.log10(Math.max(largest, 1e-12))) + 1;
    return "0." + "0".repeat(Math.max(1, Math.min(12, 4 - digits)));
  }

  /** A running stage: its command, a training's curves, its latest lines. */
  private static String progress(StageProgress progress) {
    var html = new StringBuilder("<div><code>").append(escape(progress.command()));
    html.append("</code></div>\n");
    html.append("<div style=\"display:flex\">");
    for (Chart chart : progress.curves()) {
      html.append(
          "<img alt=\"%s\" style=\"width:50%%;height:auto\" src=\"data:image/png;base64,%s\">"
              .formatted(
                  escape(chart.getTitle()),
                  Base64.getEncoder().encodeToString(png(Charts.image(chart, 1)))));
    }
    html.append("</div>\n");
    String lines = String.join("\n", progress.lines());
    return html.append(lines.isEmpty() ? "" : pre(escape(lines))).toString();
  }

  // --- images and sound --------------------------------------------------------------------------

  /** A chart as a PNG of twice its size; of less where that would be a large file. */
  static byte[] png(Chart chart) {
    byte[] bytes = Charts.png(chart);
    return bytes.length <= LARGE ? bytes : png(Charts.image(chart, SMALL_SCALE));
  }

  static byte[] png(BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return bytes.toByteArray();
  }

  private static String image(byte[] png, String description, int width) {
    return "<img alt=\"%s\" width=\"%d\" style=\"max-width:100%%\" src=\"data:image/png;base64,%s\">"
        .formatted(escape(description), width, Base64.getEncoder().encodeToString(png));
  }

  /** An audio player below the waveform; of a long sound the beginning, and it says so. */
  private static String sound(Sound sound) {
    if (sound.isMissing()) {
      return line(sound.title());
    }
    Sound clip = sound.clip();
    String cut =
        clip.seconds() < sound.seconds() - 0.01
            ? line("The first %.0f of %.0f s.".formatted(clip.seconds(), sound.seconds()))
            : "";
    return image(png(Charts.image(clip.waveform(), 1)), sound.title(), 940)
        + "\n"
        + "<audio controls preload=\"metadata\" style=\"display:block\""
        + " src=\"data:audio/wav;base64,"
        + Base64.getEncoder().encodeToString(clip.wav())
        + "\"></audio>"
        + cut;
  }
}
