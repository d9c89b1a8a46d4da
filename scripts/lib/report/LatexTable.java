//SOURCES Tables.java

package genrelab.report;

import genrelab.report.Tables.Column;
import genrelab.report.Tables.Sheet;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table in LaTeX (booktabs) that fits into the text of an A4 page with margins of 25 mm.
 *
 * <p>Columns of one group ("Test (%), paper" and "Test (%), ours") get a heading of two rows; long
 * texts wrap; where that is too wide, letters become smaller and headings stand upright. Only what
 * is still too wide is scaled. Tables longer than a page become a {@code longtable}.
 *
 * <p>Widths are estimated from Latin Modern's metrics, in points (1/72.27 inch).
 */
final class LatexTable {
  /** 210 mm less two margins of 25 mm. */
  private static final double TEXT_WIDTH = 455;

  /** What a float may be high, its caption apart; the text's height is 703. */
  private static final double FLOAT_HEIGHT = 560;

  /** Texts wider than this may wrap. */
  private static final double LONG = 110;

  private static final double LINE = 12;
  private static final double UPRIGHT_LENGTH = 100;

  /** Widths of the characters 32 to 126 of Latin Modern Roman (T1) at 10 pt, in tenths of pt. */
  private static final int[] WIDTHS = {
    33, 28, 37, 83, 50, 83, 78, 28, 39, 39, 50, 78, 28, 33, 28, 50, 50, 50, 50, 50, 50, 50, 50, 50,
    50, 50, 28, 28, 78, 78, 78, 47, 78, 75, 71, 72, 76, 68, 65, 78, 75, 36, 51, 78, 62, 92, 75, 78,
    68, 78, 74, 56, 72, 75, 75, 103, 75, 75, 61, 28, 50, 28, 56, 75, 28, 50, 56, 44, 56, 44, 31, 50,
    56, 28, 31, 53, 28, 83, 56, 50, 56, 53, 39, 39, 39, 56, 53, 72, 53, 53, 44, 50, 28, 50, 56
  };

  /** Latin letters and typographic marks that LaTeX's T1 fonts lack. */
  private static final String LACKING = "ĦħĸĿŀŉŦŧſ‗‛‟";

  private static final Map<Integer, String> ESCAPES =
      Map.ofEntries(
          Map.entry((int) '\\', "\\textbackslash{}"),
          Map.entry((int) '~', "\\textasciitilde{}"),
          Map.entry((int) '^', "\\textasciicircum{}"),
          Map.entry((int) '<', "\\textless{}"),
          Map.entry((int) '>', "\\textgreater{}"),
          Map.entry((int) '|', "\\textbar{}"),
          Map.entry((int) '"', "\\textquotedbl{}"),
          Map.entry((int) '–', "\\textendash{}"),
          Map.entry((int) '\u2212', "$-$"),
          Map.entry((int) '·', "\\textperiodcentered{}"),
          Map.entry((int) '×', "$\\times$"),
          Map.entry((int) '±', "$\\pm$"),
          Map.entry((int) '\u00a0', "~"));

  /** A size of letters: LaTeX's command, its share of 10 pt, half the gap between columns. */
  private record Letters(String command, double scale, int separation) {}

  private static final Letters NORMAL = new Letters("", 1, 6);
  private static final Letters SMALL = new Letters("\\small", 0.925, 4);
  private static final Letters FOOTNOTE = new Letters("\\footnotesize", 0.85, 3);
  private static final Letters SCRIPT = new Letters("\\scriptsize", 0.8, 2);

  /**
   * How a table could be set.
   *
   * @param upright whether headings of numeric columns that are wider than their cells are turned
   * @param narrowest that a column of long texts may become; infinite where nothing may wrap
   */
  private record Setting(Letters letters, boolean upright, double narrowest) {}

  /** In the order of preference. */
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(NORMAL, false, Double.POSITIVE_INFINITY),
          new Setting(SMALL, false, Double.POSITIVE_INFINITY),
          new Setting(FOOTNOTE, false, Double.POSITIVE_INFINITY),
          new Setting(SMALL, false, 140),
          new Setting(FOOTNOTE, false, 100),
          new Setting(SMALL, true, Double.POSITIVE_INFINITY),
          new Setting(FOOTNOTE, true, 100),
          new Setting(FOOTNOTE, true, 60),
          new Setting(SCRIPT, true, 50));

  /**
   * A column as it is set.
   *
   * @param wraps whether it is a paragraph of that width
   */
  private record Cells(double width, boolean wraps, String heading) {}

  private final Sheet sheet;

  private LatexTable(Sheet sheet) {
    this.sheet = sheet;
  }

  static String of(Sheet sheet) {
    return new LatexTable(sheet).text();
  }

  private String text() {
    for (Setting setting : SETTINGS) {
      List<Cells> columns = columns(setting);
      if (width(columns, setting) <= TEXT_WIDTH) {
        return text(columns, setting, false);
      }
    }
    Setting last = SETTINGS.get(SETTINGS.size() - 1);
    return text(columns(last), last, true);
  }

  // --- widths ------------------------------------------------------------------------------------

  private static double width(List<Cells> columns, Setting setting) {
    return columns.stream().mapToDouble(Cells::width).sum()
        + 2.0 * setting.letters().separation() * (columns.size() - 1);
  }

  /** The columns as narrow as the setting allows, then widened as far as there is room. */
  private List<Cells> columns(Setting setting) {
    int count = sheet.columns().size();
    double[] natural = new double[count];
    double[] least = new double[count];
    String[] headings = new String[count];
    for (int i = 0; i < count; i++) {
      Column column = sheet.columns().get(i);
      int place = i;
      double cells =
          setting.letters().scale()
              * sheet.rows().stream()
                  .mapToDouble(row -> width(shown(row.get(place))))
                  .max()
                  .orElse(0);
      boolean wraps = !column.numeric() && cells > LONG && cells > setting.narrowest();
      double room = wraps ? setting.narrowest() : cells;
      boolean upright =
          setting.upright()
              && column.numeric()
              && setting.letters().scale() * width(column.label()) > cells;
      List<String> lines =
          upright
              ? lines(column.label(), UPRIGHT_LENGTH)
              : lines(column.label(), room / setting.letters().scale());
      double heading =
          upright
              ? LINE * lines.size()
              : lines.stream().mapToDouble(LatexTable::width).max().orElse(0);
      heading *= setting.letters().scale();
      headings[i] = heading(lines, column.numeric() ? "r" : "l");
      if (upright) {
        headings[i] = "\\rotatebox{90}{" + heading(lines, "l") + "}";
      }
      natural[i] = Math.max(cells, heading);
      least[i] = Math.max(room, heading);
    }
    for (Group group : groups()) { // LaTeX widens the last column below a heading that is wider
      double below = 2.0 * setting.letters().separation() * (group.count() - 1);
      for (int i = group.first(); i < group.first() + group.count(); i++) {
        below += least[i];
      }
      double lacking = setting.letters().scale() * groupWidth(group, below, setting) - below;
      if (lacking > 0) {
        int last = group.first() + group.count() - 1;
        least[last] += lacking;
        natural[last] = Math.max(natural[last], least[last]);
      }
    }
    double wanted = IntStream.range(0, count).mapToDouble(i -> natural[i] - least[i]).sum();
    double room =
        TEXT_WIDTH
            - Arrays.stream(least).sum()
            - 2.0 * setting.letters().separation() * (count - 1);
    double share = wanted <= 0 ? 0 : Math.max(0, Math.min(1, room / wanted));
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Cells(
                    least[i] + share * (natural[i] - least[i]),
                    natural[i] > least[i] && share < 1,
                    headings[i]))
        .toList();
  }

  private static double groupWidth(Group group, double below, Setting setting) {
    return lines(group.name(), below / setting.letters().scale()).stream()
        .mapToDouble(LatexTable::width)
        .max()
        .orElse(0);
  }

  /** A text's width at 10 pt. */
  private static double width(String text) {
    return plain(text)
            .codePoints()
            .map(c -> c >= 32 && c < 127 ? WIDTHS[c - 32] : Character.isUpperCase(c) ? 78 : 56)
            .sum()
        / 10.0;
  }

  /** A heading's words in lines no wider than the longest word or the column. */
  private static List<String> lines(String text, double room) {
    String[] words = text.strip().split("\\s+");
    double most = Math.max(room, Stream.of(words).mapToDouble(LatexTable::width).max().orElse(0));
    var lines = new ArrayList<String>();
    for (String word : words) {
      int last = lines.size() - 1;
      if (last >= 0 && width(lines.get(last) + " " + word) <= most) {
        lines.set(last, lines.get(last) + " " + word);
      } else {
        lines.add(word);
      }
    }
    return lines;
  }

  private static String heading(List<String> lines, String side) {
    String text =
        lines.stream().map(line -> unlikeOption(tex(line))).collect(Collectors.joining("\\\\"));
    return lines.size() == 1 ? text : "\\shortstack[" + side + "]{" + text + "}";
  }

  // --- LaTeX -------------------------------------------------------------------------------------

  /** Neighbouring columns below one heading. */
  private record Group(String name, int first, int count) {}

  private List<Group> groups() {
    var groups = new ArrayList<Group>();
    for (int i = 0; i < sheet.columns().size(); i++) {
      String name = sheet.columns().get(i).group();
      int last = groups.size() - 1;
      if (name.isEmpty()) {
        continue;
      }
      if (last >= 0
          && groups.get(last).name().equals(name)
          && groups.get(last).first() + groups.get(last).count() == i) {
        groups.set(last, new Group(name, groups.get(last).first(), groups.get(last).count() + 1));
      } else {
        groups.add(new Group(name, i, 1));
      }
    }
    return groups;
  }

  private String text(List<Cells> columns, Setting setting, boolean scaled) {
    boolean paged = !scaled && height(columns, setting) > FLOAT_HEIGHT;
    String head = head(columns, setting);
    String caption =
        "\\caption{%s}\\label{tab:%s}"
            .formatted(
                paragraph(sheet.caption().replaceFirst("^Table \\d+\\. ", ""), TEXT_WIDTH),
                sheet.name().replaceAll("[^\\w.+-]", "-"));
    String letters =
        "%s\\setlength{\\tabcolsep}{%dpt}\n"
            .formatted(setting.letters().command(), setting.letters().separation());
    String specification =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    columns.get(i).wraps()
                        ? paragraphColumn(columns.get(i).width())
                        : sheet.columns().get(i).numeric() ? "r" : "l")
            .collect(Collectors.joining());
    String begin = "{@{}" + specification + "@{}}\n";
    String rows = sheet.rows().stream().map(row -> row(row, columns)).collect(Collectors.joining());
    var text = new StringBuilder();
    if (paged) {
      text.append("{").append(letters).append("\\setlength{\\LTcapwidth}{\\textwidth}\n");
      text.append("\\begin{longtable}").append(begin).append("  ").append(caption);
      text.append("\\\\\n").append(head).append("    \\endfirsthead\n").append(head);
      text.append("    \\endhead\n    \\bottomrule\n    \\endfoot\n").append(rows);
      text.append("\\end{longtable}}\n");
    } else {
      text.append("\\begin{table}\n  \\centering\\setlength{\\belowcaptionskip}{6pt}\n  ")
          .append(caption)
          .append("\n  ");
      text.append(letters).append(scaled ? "  \\resizebox{\\textwidth}{!}{%\n" : "");
      text.append("  \\begin{tabular}").append(begin).append(head).append(rows);
      text.append("    \\bottomrule\n  \\end{tabular}").append(scaled ? "}" : "");
      text.append("\n\\end{table}\n");
    }
    return preamble(text.toString()) + text;
  }

  /** What the document has to load, and a definition where characters need one. */
  private static String preamble(String table) {
    String packages =
        Stream.of("array", "booktabs", "graphicx", "longtable")
            .filter(
                name ->
                    switch (name) {
                      case "array" -> table.contains("\\arraybackslash");
                      case "graphicx" ->
                          table.contains("\\rotatebox{") || table.contains("\\resizebox{");
                      case "longtable" -> table.contains("\\begin{longtable}");
                      default -> true;
                    })
            .collect(Collectors.joining(","));
    String lines = "% \\usepackage[T1]{fontenc} \\usepackage{" + packages + "}\n";
    return table.contains("\\unicodetext{")
        ? lines
            + "% pdfLaTeX prints characters that its fonts lack as [U+65E5]; XeLaTeX and LuaLaTeX"
            + " print them\n% as they are, with fontspec and a font that has them.\n"
            + "\\providecommand{\\unicodetext}[2]{\\ifdefined\\Umathcode#1\\else[#2]\\fi}\n"
        : lines;
  }

  private static String paragraphColumn(double width) {
    return String.format(Locale.ROOT, ">{\\raggedright\\arraybackslash}p{%.1fpt}", width);
  }

  private String head(List<Cells> columns, Setting setting) {
    var text = new StringBuilder("    \\toprule\n");
    List<Group> groups = groups();
    if (!groups.isEmpty()) {
      var cells = new ArrayList<String>();
      var rules = new StringBuilder("   ");
      for (int i = 0; i < columns.size(); ) {
        int place = i;
        Optional<Group> group = groups.stream().filter(g -> g.first() == place).findFirst();
        if (group.isEmpty()) {
          cells.add("");
          i++;
          continue;
        }
        int end = i + group.get().count();
        double below =
            columns.subList(i, end).stream().mapToDouble(Cells::width).sum()
                + 2.0 * setting.letters().separation() * (group.get().count() - 1);
        String name =
            heading(lines(group.get().name(), 0.01 + below / setting.letters().scale()), "c");
        cells.add("\\multicolumn{%d}{%s}{%s}".formatted(end - i, side(i, end), name));
        rules.append(" \\cmidrule(lr){%d-%d}".formatted(i + 1, end));
        i = end;
      }
      text.append(cells.stream().collect(Collectors.joining(" & ", "    ", " \\\\\n")));
      text.append(rules).append("\n");
    }
    return text.append(
            columns.stream()
                .map(Cells::heading)
                .collect(Collectors.joining(" & ", "    ", " \\\\\n")))
        .append("    \\midrule\n")
        .toString();
  }

  /** Centred, but without a gap at the table's edge. */
  private String side(int first, int end) {
    return (first == 0 ? "@{}" : "") + "c" + (end == sheet.columns().size() ? "@{}" : "");
  }

  private static String row(List<String> row, List<Cells> columns) {
    return IntStream.range(0, row.size())
        .mapToObj(
            i -> {
              String cell = shown(row.get(i));
              String text =
                  cell.equals("–")
                      ? "--"
                      : columns.get(i).wraps()
                          ? paragraph(cell, columns.get(i).width())
                          : tex(cell);
              return unlikeOption(text);
            })
        .collect(Collectors.joining(" & ", "    ", " \\\\\n"));
  }

  private static String shown(String cell) {
    return cell.isEmpty() ? "–" : cell;
  }

  /** A bracket or a star after the row before would be taken for that row's distance. */
  private static String unlikeOption(String cell) {
    return cell.startsWith("[") || cell.startsWith("*") ? "{}" + cell : cell;
  }

  /** About how high the rows are, in points. */
  private double height(List<Cells> columns, Setting setting) {
    double scale = setting.letters().scale();
    double lines = 3;
    for (List<String> row : sheet.rows()) {
      lines +=
          IntStream.range(0, row.size())
              .filter(i -> columns.get(i).wraps())
              .mapToDouble(
                  i -> Math.ceil(1.15 * scale * width(row.get(i)) / columns.get(i).width()))
              .max()
              .orElse(1);
    }
    return lines * LINE * scale;
  }

  /** A text that wraps: long words, such as paths and checksums, may break inside. */
  private static String paragraph(String text, double room) {
    return Stream.of(text.split(" ", -1))
        .map(word -> width(word) > 0.4 * room ? breakable(word, room) : tex(word))
        .collect(Collectors.joining(" "))
        // no break between an option's dashes and its name
        .replace("-{}-", "\\mbox{-{}-}");
  }

  private static String breakable(String word, double room) {
    return Stream.of(word.split("(?<=[/=_.,:+])(?![/=_.,:+])"))
        .flatMap(
            part ->
                width(part) > 0.8 * room ? Stream.of(part.split("(?<=\\G.{4})")) : Stream.of(part))
        .map(LatexTable::tex)
        .collect(Collectors.joining("\\allowbreak{}"));
  }

  // --- characters --------------------------------------------------------------------------------

  /** A text as LaTeX shows it, whatever it holds. */
  static String tex(String text) {
    var escaped = new StringBuilder();
    int[] points = points(text);
    for (int i = 0; i < points.length; i++) {
      int c = points[i];
      if (!isInFonts(c)) {
        int end = i;
        while (end < points.length && !isInFonts(points[end])) {
          end++;
        }
        escaped.append("\\unicodetext{").append(new String(points, i, end - i)).append("}{");
        escaped.append(codes(points, i, end)).append('}');
        i = end - 1;
      } else if (ESCAPES.containsKey(c)) {
        escaped.append(ESCAPES.get(c));
      } else if ("&%$#_{}".indexOf(c) >= 0) {
        escaped.append('\\').append((char) c);
      } else if ("-,'`".indexOf(c) >= 0 && i > 0 && points[i - 1] == c) {
        escaped.append("{}").append((char) c); // no ligature, such as a dash of two hyphens
      } else {
        escaped.appendCodePoint(c);
      }
    }
    return escaped.toString();
  }

  /** The same text as pdfLaTeX prints it, to measure it. */
  private static String plain(String text) {
    var plain = new StringBuilder();
    int[] points = points(text);
    for (int i = 0; i < points.length; i++) {
      if (isInFonts(points[i])) {
        plain.appendCodePoint(points[i]);
        continue;
      }
      int end = i;
      while (end < points.length && !isInFonts(points[end])) {
        end++;
      }
      plain.append('[').append(codes(points, i, end)).append(']');
      i = end - 1;
    }
    return plain.toString();
  }

  /** Composed characters, without those that are not seen; any white space is a space. */
  private static int[] points(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .codePoints()
        .map(c -> Character.isWhitespace(c) ? ' ' : c)
        .filter(
            c ->
                switch (Character.getType(c)) {
                  case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
                  default -> c < 0xFE00 || c > 0xFE0F; // how an emoji is to look
                })
        .toArray();
  }

  private static String codes(int[] points, int from, int to) {
    return Arrays.stream(points, from, to)
        .mapToObj("U+%04X"::formatted)
        .collect(Collectors.joining(" "));
  }

  /** Whether pdfLaTeX's T1 and TS1 fonts have a character. */
  private static boolean isInFonts(int c) {
    return (c < 0x180 || c >= 0x2010 && c <= 0x2022 || "…€™−".indexOf(c) >= 0)
        && LACKING.indexOf(c) < 0;
  }
}
