//SOURCES ../figures/Charts.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java

package genrelab.bench;

import genrelab.figures.Charts;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A sitting of {@code bench} as a folder's page: a table, and a figure of the ratios. */
public final class SpeedPage {
  private static final Map<String, String> STAGES =
      Map.of(
          "mfcc", "`mfcc`",
          "logmel", "`logmel`",
          "mp3", "`mfcc`, mp3 files",
          "kmeans", "`kmeans`",
          "tsne", "`tsne`",
          "cnn", "`cnn`",
          "lstm", "`lstm`",
          "training", "`cnn`, five epochs",
          "classify", "`classify`, one song",
          "start", "`--help`");

  private static final Map<String, String> MEASURES =
      Map.of(
          "work", "computation only",
          "process", "whole process",
          "train", "training step",
          "infer", "inference step",
          "iteration", "one iteration",
          "fit", "a fit");

  private static final String TITLE = "# Speed beside Python's libraries";

  private SpeedPage() {}

  /**
   * Checks that a folder's {@code README.md} may be replaced.
   *
   * @throws Stage.Failure if it is another page
   */
  public static void requireReplaceable(Path folder) {
    Path page = folder.resolve("README.md");
    try (Stream<String> lines = Files.exists(page) ? Files.lines(page) : Stream.of(TITLE)) {
      if (!lines.findFirst().orElse("").equals(TITLE)) {
        throw new Stage.Failure("%s: this is not a page of bench; name another folder", page);
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /**
   * Writes {@code README.md} with the table and, where there are peers, {@code ratios.png}.
   *
   * @param rows of one sitting, at least one
   */
  public static void write(List<Rows.Speed> rows, Path folder) {
    List<Charts.Line> lines =
        rows.stream().filter(row -> row.ratio() != null).map(SpeedPage::line).toList();
    if (!lines.isEmpty()) {
      Charts.writePng(
          Charts.intervals(
              lines,
              List.of("median of the turns, least to greatest"),
              "the peer",
              "our time, % of the peer's",
              /* zero= */ false,
              "Speed beside Python's libraries",
              rows.get(0).machine()),
          folder.resolve("ratios.png"));
    }
    String page = page(rows, !lines.isEmpty());
    Store.write(
        folder.resolve("README.md"), out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
  }

  private static Charts.Line line(Rows.Speed row) {
    String library = row.peerVersion().replaceFirst("( on |, ).*", "");
    var ratio = new Charts.Interval(100 * row.ratio(), 100 * row.ratioLow(), 100 * row.ratioHigh());
    return new Charts.Line(name(row).replace("`", "") + ": " + library, List.of(ratio), 100);
  }

  private static String page(List<Rows.Speed> rows, boolean figure) {
    Rows.Speed first = rows.get(0);
    var page = new StringBuilder(TITLE).append("\n\n");
    page.append("One sitting of `bench` on %s.\n\n".formatted(first.machine()));
    page.append("Each side is a process of its own; they take turns, ");
    page.append("%s. Times are medians;\n".formatted(turns(rows)));
    page.append("ratio is ours / theirs, the median over pairs of turns, with the least and the ");
    page.append("greatest in brackets: smaller is faster.\n\n");
    page.append("| | ours | peer | peer's | ratio |\n| --- | --- | --- | --- | --- |\n");
    for (Rows.Speed row : rows) {
      page.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  name(row),
                  time(row.value(), row.unit()),
                  row.peer().isEmpty() ? "–" : row.peerVersion(),
                  row.peerValue() == null ? "–" : time(row.peerValue(), row.unit()),
                  row.ratio() == null
                      ? "–"
                      : String.format(
                          Locale.ROOT,
                          "%.2f (%.2f to %.2f)",
                          row.ratio(),
                          row.ratioLow(),
                          row.ratioHigh())));
    }
    if (figure) {
      page.append("\n![Our time in percent of each peer's](ratios.png)\n");
    }
    page.append(
        "\nOnly ratios of one sitting count: a machine's speed changes from hour to hour. ");
    page.append("`environment/jbang bench --help` says what is timed.\n");
    return page.toString();
  }

  /** How many count, and of which rows fewer. */
  private static String turns(List<Rows.Speed> rows) {
    int most = rows.stream().mapToInt(Rows.Speed::runs).max().getAsInt();
    List<String> fewer =
        rows.stream()
            .filter(row -> row.runs() < most)
            .map(row -> "%d of %s".formatted(row.runs(), STAGES.get(row.stage())))
            .distinct()
            .toList();
    String count = "%d each that count".formatted(most);
    return fewer.isEmpty() ? count : "%s (%s)".formatted(count, String.join(", ", fewer));
  }

  private static String name(Rows.Speed row) {
    return STAGES.getOrDefault(row.stage(), row.stage())
        + ", "
        + MEASURES.getOrDefault(row.measure(), "`" + row.measure() + "`");
  }

  /** Two significant digits or more, in ms below a second. */
  private static String time(double value, String unit) {
    double ms = unit.equals("s") ? 1000 * value : value;
    if (ms >= 1000) {
      return String.format(Locale.ROOT, ms < 10_000 ? "%.2f s" : "%.1f s", ms / 1000);
    }
    return String.format(Locale.ROOT, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
  }
}
