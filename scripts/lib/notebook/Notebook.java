//COMPILE_OPTIONS -encoding UTF-8
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Reads the flat rows of the result files into tables:
//DEPS tech.tablesaw:tablesaw-json:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../audio/Audio.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../report/NetworkResults.java
//SOURCES ../results/RunFolder.java
//SOURCES ../figures/Chart.java
//SOURCES ../networks/Architecture.java

package genrelab.notebook;

import genrelab.audio.Audio;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.report.NetworkResults;
import genrelab.results.Paper;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;
import tech.tablesaw.io.json.JsonReadOptions;

/**
 * A run's results as notebooks load them: Tablesaw tables as HTML, XChart figures as images.
 *
 * <p>Where a file is missing, {@link #figure} and {@link #html} give one line instead, which says
 * which command makes it; so a notebook runs to its end whatever the run holds.
 *
 * <pre>
 *   var run = new Notebook(Notebook.setting("GENRELAB_RUN", "../data/runs/study"));
 *   render(run.html("cnn/report.json", "The CNN's scores", table -&gt; table), "text/html")
 * </pre>
 */
public final class Notebook {
  private final RunFolder run;
  private final Map<String, NetworkResults> networks = new HashMap<>();
  private Boolean synthetic;

  /**
   * Opens a run folder, as {@code study} writes them; nothing is read yet.
   *
   * @param run the folder, relative to the notebook's
   */
  public Notebook(Path run) {
    this.run = new RunFolder(run, fromKit(run));
  }

  /** Commands are typed in the kit's folder, where notebooks have a folder of their own. */
  private static Path fromKit(Path run) {
    return run.getNameCount() > 1 && run.startsWith("..")
        ? run.subpath(1, run.getNameCount())
        : run;
  }

  /** A folder from the environment, so that one notebook serves every run. */
  public static Path setting(String variable, String byDefault) {
    String value = System.getenv(variable);
    return Path.of(value == null || value.isBlank() ? byDefault : value);
  }

  // --- what the run holds ------------------------------------------------------------------------

  public boolean has(String file) {
    return run.has(file);
  }

  /** The networks that have metrics, the paper's in its order first. */
  public List<String> networks() {
    return run.networks().stream().filter(name -> has(name + "/metrics.json")).toList();
  }

  private NetworkResults network(String name) {
    return networks.computeIfAbsent(name, folder -> NetworkResults.read(run, folder));
  }

  /**
   * Whether the paper's figures stand beside this run's: the run has GTZAN's genres, or its genres
   * are unknown, and {@code environment/notebook --no-paper} was not given.
   */
  public boolean withPaper() {
    Set<String> genres = run.genres();
    return System.getenv("GENRELAB_NO_PAPER") == null
        && (genres.isEmpty() || genres.equals(Paper.GENRES));
  }

  /** A title, without the paper's number of the figure or table where its figures are left out. */
  public String title(String title) {
    return withPaper()
        ? title
        : title.replaceFirst("^(Figure|Table) \\d+\\. ", "").replace(" beside the paper's", "");
  }

  /** The table without the paper's columns where its figures are left out. */
  private Table besidePaper(Table table) {
    return withPaper()
        ? table
        : table.retainColumns(
            table.columnNames().stream()
                .filter(name -> !name.contains("paper"))
                .toArray(String[]::new));
  }

  /** A genre of this run: the preferred one if it is there, else the first by name. */
  public String genre(String preferred) {
    Set<String> genres = run.genres();
    return genres.contains(preferred)
        ? preferred
        : genres.stream().min(Comparator.naturalOrder()).orElse(preferred);
  }

  /** A network's layers, from its model file; none where the run lacks it. */
  public Architecture architecture(String network) {
    return run.find(network + "/model.zip")
        .flatMap(Architecture::read)
        .orElse(new Architecture(network, List.of()));
  }

  private Path file(String file) {
    return run.find(file).orElseThrow(() -> new Stage.Failure("%s", missing(file)));
  }

  /**
   * The rows of a result file, e.g. for {@link Charts}.
   *
   * @throws Stage.Failure if it is missing; the message says what makes it
   */
  public <T> List<T> rows(String file, Class<T> row) {
    return Store.readRows(file(file), row);
  }

  /**
   * A result file as a Tablesaw table, one column a key.
   *
   * @throws Stage.Failure if it is missing; the message says what makes it
   */
  public Table table(String file) {
    try (InputStream in = Store.open(file(file))) {
      var reader = new InputStreamReader(in, StandardCharsets.UTF_8);
      return Table.read()
          .usingOptions(JsonReadOptions.builder(reader).tableName(file).locale(Locale.ROOT));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The metrics of all networks, one under the other; a network with several seeds has several. */
  public Table metrics() {
    if (networks().isEmpty()) {
      throw new Stage.Failure("%s", missing("cnn/metrics.json"));
    }
    Table all = null;
    for (String network : networks()) {
      List<Rows.Metric> rows = rows(network + "/metrics.json", Rows.Metric.class);
      Table table =
          Table.create(
              "metrics",
              StringColumn.create("network", rows.stream().map(Rows.Metric::network)),
              StringColumn.create("split", rows.stream().map(Rows.Metric::split)),
              StringColumn.create("level", rows.stream().map(Rows.Metric::level)),
              StringColumn.create("metric", rows.stream().map(Rows.Metric::metric)),
              DoubleColumn.create("value", rows.stream().mapToDouble(Rows.Metric::value)),
              DoubleColumn.create("low", rows.stream().mapToDouble(Rows.Metric::low)),
              DoubleColumn.create("high", rows.stream().mapToDouble(Rows.Metric::high)));
      all = all == null ? table : all.append(table);
    }
    return all;
  }

  /**
   * One metric of a network, averaged over its trainings.
   *
   * @param level segment, track or network
   * @return NaN where there is none
   */
  public double metric(String network, String level, String metric) {
    return network(network).metric(metric, level).value();
  }

  /** A test metric with its interval, as a bar of percent; NaN where unknown. */
  public Charts.Bar testBar(String network, String level, String metric) {
    NetworkResults.MetricEstimate found = network(network).metric(metric, level);
    return Double.isNaN(found.low())
        ? Charts.Bar.of(100 * found.value())
        : new Charts.Bar(100 * found.value(), 100 * found.low(), 100 * found.high());
  }

  /** Milliseconds of a training step: the median epoch's time over its steps; NaN if unknown. */
  public double msPerStep(String network) {
    return network(network).msPerStep();
  }

  /**
   * The sound of a segment.
   *
   * @param corpus the folder of the genres' folders; an empty path for where the run found it
   * @throws Stage.Failure if the file is not there or can't be read
   */
  public Audio audio(Rows.Segment segment, Path corpus) {
    Path found = run.path().resolve(segment.file()).normalize();
    Path file =
        corpus.toString().isEmpty()
            ? found
            : corpus.resolve(segment.genre()).resolve(found.getFileName());
    try {
      return Audio.read(file).slice(segment.start(), segment.length());
    } catch (Audio.Unreadable unusable) {
      throw new Stage.Failure(
          "%s: %s; set GENRELAB_CORPUS to the corpus folder", file, unusable.getMessage());
    }
  }

  // --- what it is made of ------------------------------------------------------------------------

  /** Whether the run's audio is known to be the synthetic demo corpus. */
  public boolean synthetic() {
    if (synthetic == null) {
      synthetic = run.synthetic().orElse(false);
    }
    return synthetic;
  }

  /** What every page begins with: which run it shows, and whether that is music. */
  public String banner() {
    String name = run.path().toAbsolutePath().normalize().getFileName().toString();
    if (!run.exists()) {
      return note(
          "There is no folder "
              + escape(run.argument())
              + " yet. <code>environment/jbang study</code> "
              + "makes a run.");
    }
    return note(
        synthetic()
            ? "<b>SYNTHETIC demo corpus</b> (run <code>"
                + escape(name)
                + "</code>): these sounds "
                + "were computed, no music was heard. The figures show that the kit works and say "
                + "nothing about music."
            : "Run <code>" + escape(name) + "</code>.");
  }

  private static String note(String html) {
    return "<p style=\"border-left:5px solid #e2b93b;padding:0.4em 1em;margin:0\">" + html + "</p>";
  }

  /** A figure's second line, marked as synthetic where it is. */
  public String marked(String subtitle) {
    return subtitle + (synthetic() ? " · SYNTHETIC demo corpus" : "");
  }

  /** How a network's segments were split, e.g. "segment"; "unknown" without metrics. */
  public String split(String network) {
    return network(network).split();
  }

  /** A network's figure's second line: split, seeds and what n is, as the report has it. */
  public String subtitle(String network, String n) {
    NetworkResults results = network(network);
    return marked("split by %s, %s, %s".formatted(results.split(), results.seeds(), n));
  }

  /** The same with the sizes of training and validation. */
  public String subtitle(String network) {
    String file = network.endsWith("-kmeans") ? "split-kmeans.json" : "split.json";
    if (!has(file)) {
      return subtitle(network, "n not recorded");
    }
    Map<Part, Long> parts =
        rows(file, Rows.SplitRow.class).stream()
            .collect(Collectors.groupingBy(Rows.SplitRow::part, Collectors.counting()));
    return subtitle(
        network,
        String.format(
            Locale.ROOT,
            "n = %,d training and %,d validation segments",
            parts.getOrDefault(Part.train, 0L),
            parts.getOrDefault(Part.validation, 0L)));
  }

  // --- figures and tables ------------------------------------------------------------------------

  /**
   * A figure of one result file.
   *
   * @param file its name in the run, e.g. {@code cnn/history.json}
   * @param draw makes the chart of the file's rows
   * @return an image of twice the chart's size; where the file is missing, a line that says what
   *     makes it
   */
  public <T> Object figure(String file, Class<T> row, Function<List<T>, Chart> draw) {
    return show(file, path -> draw.apply(rows(file, row)));
  }

  /** A figure of a file that is no rows, such as the features JSON; see {@link #figure}. */
  public Object show(String file, Function<Path, Chart> draw) {
    if (!has(file)) {
      return missing(file);
    }
    try {
      return Charts.image(draw.apply(file(file)));
    } catch (Stage.Failure lacking) { // audio that is elsewhere, say
      return lacking.getMessage();
    }
  }

  /**
   * A table of one result file; the paper's columns are left out where {@link #withPaper} is false.
   *
   * @param shape what to show of it
   * @return HTML; where the file is missing, a line that says what makes it
   */
  public String html(String file, String caption, Function<Table, Table> shape) {
    if (!has(file)) {
      return line(missing(file));
    }
    try {
      return table(shape.apply(table(file)), caption);
    } catch (Stage.Failure lacking) {
      return line(lacking.getMessage());
    }
  }

  /** A table of the metrics of all networks, likewise. */
  public String html(String caption, Supplier<Table> table) {
    return networks().isEmpty() ? line(missing("cnn/metrics.json")) : table(table.get(), caption);
  }

  /** A table of this run, as {@link #html(Table, String)} shows it. */
  public String table(Table table, String caption) {
    return html(besidePaper(table), marked(title(caption)));
  }

  private static String line(String text) {
    return "<p>" + escape(text) + "</p>";
  }

  /** A table as HTML: numbers flush right, unknown ones as a dash. */
  public static String html(Table table, String caption) {
    // no <caption>: that would be no wider than a narrow table
    var html = new StringBuilder("<div>").append(escape(caption));
    html.append("</div>\n<table>\n<thead><tr>");
    for (Column<?> column : table.columns()) {
      html.append(cell("th", column, escape(column.name())));
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (int row = 0; row < table.rowCount(); row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        html.append(cell("td", column, escape(text(column, row))));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>\n</table>").toString();
  }

  private static String cell(String tag, Column<?> column, String html) {
    String align = column instanceof NumericColumn ? "right" : "left";
    return "<%s style=\"text-align:%s\">%s</%s>".formatted(tag, align, html, tag);
  }

  private static String text(Column<?> column, int row) {
    if (column.isMissing(row) || column.getString(row).isEmpty()) {
      return "–";
    }
    return column.getString(row).replaceFirst("^-(?=\\d)", "\u2212");
  }

  /** A text as HTML shows it, such as the question of a plan. */
  public static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /**
   * Shows a class's scores as unknown, by a dash, where it has no test segments; returns the table.
   *
   * @param support the column of the numbers of test segments
   */
  public static Table unknownWithout(String support, Table table, String... scores) {
    for (String name : scores) {
      var numbers = DoubleColumn.create(name, table.numberColumn(name).asDoubleArray());
      numbers.set(table.numberColumn(support).isEqualTo(0), Double.NaN);
      table.replaceColumn(name, numbers);
    }
    return table;
  }

  /** Shows a table's shares as percent with two decimals; returns the table. */
  public static Table percent(Table table, String... columns) {
    return format(table, "0.00 %", columns);
  }

  /**
   * Shows numbers in a pattern of {@link DecimalFormat}, whatever the machine's language.
   *
   * @param columns numeric ones; none for all of them
   */
  public static Table format(Table table, String pattern, String... columns) {
    List<String> names =
        columns.length > 0
            ? List.of(columns)
            : Stream.of(table.numericColumns())
                .flatMap(List::stream)
                .map(NumericColumn::name)
                .toList();
    var symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
    for (String name : names) {
      table
          .numberColumn(name)
          .setPrintFormatter(new NumberColumnFormatter(new DecimalFormat(pattern, symbols)));
    }
    return table;
  }

  /** The paper's four networks: accuracies as shares, ms a step, trainable parameters. */
  public static Table paper() {
    List<Paper.Network> rows = Paper.NETWORKS;
    return Table.create(
        "paper",
        StringColumn.create("network", rows.stream().map(Paper.Network::network)),
        DoubleColumn.create(
            "paper validation", rows.stream().mapToDouble(Paper.Network::validationAccuracy)),
        DoubleColumn.create("paper test", rows.stream().mapToDouble(Paper.Network::testAccuracy)),
        DoubleColumn.create("paper ms/step", rows.stream().mapToDouble(Paper.Network::msPerStep)),
        DoubleColumn.create(
            "paper parameters", rows.stream().mapToDouble(Paper.Network::trainableParameters)));
  }

  /** One line: what is missing and which command makes it, as typed in the kit's folder. */
  public String missing(String file) {
    return "%s is missing here; this makes it: %s".formatted(file, run.command(file));
  }
}
