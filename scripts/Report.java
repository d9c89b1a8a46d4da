///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Draws a run's tables and figures and one self-contained HTML page
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// the HTML page's template:
//DEPS org.freemarker:freemarker:2.3.35
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES lib/networks/Architecture.java
//SOURCES lib/figures/Charts.java
//SOURCES lib/figures/Figures.java
//SOURCES lib/results/Paper.java
//SOURCES lib/report/PlanResults.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/report/Tables.java
//SOURCES lib/results/Part.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//SOURCES lib/figures/Chart.java
//FILES report.ftlh=lib/report/report.ftlh
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.figures.Figures;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.report.PlanResults;
import genrelab.report.Tables;
import genrelab.results.Paper;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tech.tablesaw.aggregate.AggregateFunctions;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.joining.JoinType;
import tech.tablesaw.selection.Selection;

/**
 * Puts a run's figures beside the paper's: Figures 1 to 7, Tables 1 to 4, and how they came about,
 * as PNG, SVG, PDF, LaTeX, Markdown, CSV and one HTML page.
 *
 * <p>Figures come in two widths, for one column of print and for two: {@code NAME-85mm} and {@code
 * NAME-170mm}. Files of an earlier report in the same folder that this one does not make are
 * removed; nobody else's are.
 *
 * <p>Whatever file is missing, its part is left out, and the page says which command makes it.
 */
@Command(
    name = "report",
    description =
        "Draws a run's tables (LaTeX, Markdown, CSV), figures (PNG, SVG, PDF) and one HTML page.")
public class Report implements Callable<Integer> {
  @Option(
      names = "--results",
      required = true,
      description = "A run folder: what the other stages wrote, one folder a network.")
  Path results;

  @Option(
      names = "--out",
      description = "Folder of index.html, figures/ and tables/ (default: RESULTS/report).")
  @Output
  Path out;

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "NETWORK",
      description = "Folders of networks to report (default: the paper's four and all others).")
  List<String> wanted;

  public static void main(String... args) {
    System.exit(Stage.run(new Report(), args));
  }

  @Override
  public Integer call() {
    out = out == null ? results.resolve("report") : out;
    readCorpus();
    readNetworks();
    requireResults();
    try (ProgressBar bar = startProgress()) {
      progress = bar;
      sections.add(reportAccuracy());
      sections.add(reportExperiments());
      sections.add(reportClusters());
      networks.forEach(network -> sections.add(reportNetwork(network)));
      sections.add(reportMaking());
      sections.add(reportSkipped());
      sections.add(reportMissing());
      sections.removeIf(Section::isEmpty);
    }
    write();
    System.out.println(out.resolve("index.html"));
    return 0;
  }

  // --- what the run holds ------------------------------------------------------------------------

  private static final List<String> STANDARD =
      Paper.NETWORKS.stream().map(Paper.Network::network).toList();

  private static final Map<String, String> TITLES =
      Map.of(
          "cnn", "CNN",
          "lstm", "LSTM",
          "cnn-kmeans", "CNN (K-means)",
          "lstm-kmeans", "LSTM (K-means)",
          "hybrid", "Hybrid",
          "compact", "Compact");

  /** A part of the report that is left out, and what makes it. */
  private record Missing(String part, String command) {}

  private final List<Missing> missing = new ArrayList<>();
  private JsonNode params;
  private JsonNode provenance;
  private List<String> mapping;
  private List<Rows.Segment> segments;
  private List<Rows.Problem> problems;
  private List<Rows.Cluster> clusters;
  private List<Rows.ClusteringScores> qualities;
  private List<Rows.Experiment> experiments;
  private List<Rows.Point> points;
  private final List<Rows.StageRecord> runs = new ArrayList<>();

  /** Each split file's checksum and its rows. */
  private final Map<String, List<Rows.SplitRow>> splits = new LinkedHashMap<>();

  private final List<Network> networks = new ArrayList<>();

  private void readCorpus() {
    String segmentsFile = at("segments.json");
    String features = at("mfcc.json");
    String withClusters = at("mfcc-kmeans.json");
    readFeatures();
    segments =
        read(
            "segments.json",
            Rows.Segment.class,
            "Numbers of tracks and segments",
            "segment --corpus CORPUS --out " + segmentsFile);
    problems =
        read(
            "verify.json",
            Rows.Problem.class,
            "Skipped tracks",
            "verify --corpus CORPUS --out " + at("verify.json"));
    clusters =
        read(
            "clusters.json",
            Rows.Cluster.class,
            "Cluster purity",
            "kmeans --features %s --out %s --seed 1".formatted(features, withClusters));
    // written beside clusters.json, whose command makes both
    qualities =
        file("clustering.json") == null
            ? List.of()
            : Store.readRows(file("clustering.json"), Rows.ClusteringScores.class);
    experiments =
        file("experiments.json") == null
            ? List.of()
            : Store.readRows(file("experiments.json"), Rows.Experiment.class);
    points =
        read(
            "tsne.json",
            Rows.Point.class,
            "Figure 1",
            "tsne --features %s --out %s --seed 1".formatted(withClusters, at("tsne.json")));
    for (String name : List.of("split.json", "split-kmeans.json")) {
      boolean plain = name.equals("split.json");
      List<Rows.SplitRow> parts =
          read(
              name,
              Rows.SplitRow.class,
              "Sizes of training, validation and test (%s)".formatted(name),
              plain
                  ? "split --segments %s --by segment --out %s".formatted(segmentsFile, at(name))
                  : "split --features %s --by cluster --out %s".formatted(withClusters, at(name)));
      if (!parts.isEmpty()) {
        splits.put(Store.sha256(file(name)), parts);
      }
    }
    runs.addAll(
        read(
            "run.json",
            Rows.StageRecord.class,
            "Record of the run",
            "study --corpus CORPUS --out " + quoted(results)));
  }

  private void readFeatures() {
    for (String name : List.of("mfcc.json", "mfcc-kmeans.json", "logmel.json")) {
      if (file(name) != null) {
        readHead(file(name));
        return;
      }
    }
    String mfcc = "mfcc --segments %s --out %s".formatted(at("segments.json"), at("mfcc.json"));
    missing.add(
        new Missing(
            "Parameters of the features, and whether the corpus is synthetic (mfcc.json)",
            command(mfcc)));
  }

  /** How the features were computed, past their values, which are of no interest here. */
  private void readHead(Path file) {
    try (InputStream in = Store.open(file);
        JsonParser json = Store.JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(json, "not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "mapping" -> mapping = List.of(json.readValueAs(String[].class));
          case "params" -> params = json.readValueAsTree();
          case "provenance" -> provenance = json.readValueAsTree();
          default -> json.skipChildren();
        }
      }
    } catch (JsonProcessingException | EOFException | ZipException error) {
      throw new Stage.Failure("%s: not a whole features JSON; make it again", file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private boolean synthetic() {
    return provenance != null && provenance.path("synthetic").asBoolean();
  }

  /** The file or its gzipped form; null where there is neither. */
  private Path file(String name) {
    return Stream.of(name, name + ".gz")
        .map(results::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /**
   * A network's predictions; each must be one of its corpus's genres, with a probability of each.
   */
  private List<Rows.Prediction> predictions(String network) {
    List<Rows.Prediction> rows = readRows(network, "predictions.json", Rows.Prediction.class);
    for (Rows.Prediction row : mapping == null ? List.<Rows.Prediction>of() : rows) {
      if (!mapping.contains(row.truth())
          || !mapping.contains(row.predicted())
          || row.probabilities().length != mapping.size()) {
        throw new Stage.Failure(
            "%s: segment %d of %s does not fit the genres of %s; train on these features again",
            file(network + "/predictions.json"), row.segment(), row.track(), file("mfcc.json"));
      }
    }
    return rows;
  }

  private <T> List<T> read(String name, Class<T> row, String part, String command) {
    if (file(name) != null) {
      return Store.readRows(file(name), row);
    }
    missing.add(new Missing("%s (%s)".formatted(part, name), command(command)));
    return List.of();
  }

  private static String command(String arguments) {
    return "environment/jbang " + arguments;
  }

  /** A file of the run as one would type it. */
  private String at(String name) {
    return quoted(results.resolve(name));
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** One network's folder; lists are empty where a file is missing. */
  private record Network(
      String name,
      List<Rows.Epoch> history,
      List<Rows.Prediction> predictions,
      List<Rows.Metric> metrics,
      List<Rows.ClassReport> report,
      List<Rows.StageRecord> runs,
      Optional<Architecture> architecture) {

    String title() {
      return TITLES.getOrDefault(name, name);
    }

    boolean isEmpty() {
      return history.isEmpty() && predictions.isEmpty() && metrics.isEmpty() && report.isEmpty();
    }

    /** Seed and fold of every training there are rows of. */
    Set<List<Long>> trainings() {
      var found = new LinkedHashSet<List<Long>>();
      metrics.forEach(row -> found.add(List.of(row.seed(), (long) row.fold())));
      history.forEach(row -> found.add(List.of(row.seed(), (long) row.fold())));
      predictions.forEach(row -> found.add(List.of(row.seed(), (long) row.fold())));
      report.forEach(row -> found.add(List.of(row.seed(), (long) row.fold())));
      return found;
    }

    String seeds() {
      List<Long> seeds = trainings().stream().map(run -> run.get(0)).distinct().sorted().toList();
      return (seeds.size() == 1 ? "seed " : "seeds ")
          + seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** What the rows were split by, e.g. "segment"; "unknown" without metrics. */
    String split() {
      Set<String> found =
          metrics.stream().map(Rows.Metric::split).collect(Collectors.toCollection(TreeSet::new));
      return found.isEmpty() ? "unknown" : String.join(", ", found);
    }

    /** A metric, averaged over seeds and folds; the interval is kept where there is but one. */
    Estimate metric(String metric, String... levels) {
      for (String level : levels) {
        List<Rows.Metric> rows =
            metrics.stream()
                .filter(row -> row.metric().equals(metric) && row.level().equals(level))
                .toList();
        if (!rows.isEmpty()) {
          Table table =
              Table.create(DoubleColumn.create("v", rows.stream().mapToDouble(Rows.Metric::value)));
          double mean = table.doubleColumn("v").mean();
          return rows.size() == 1
              ? new Estimate(mean, rows.get(0).low(), rows.get(0).high())
              : new Estimate(mean, Double.NaN, Double.NaN);
        }
      }
      return Estimate.NONE;
    }

    double epochs() {
      return history.isEmpty()
          ? metric("epochs", "network").value()
          : history.stream().mapToInt(Rows.Epoch::epoch).max().getAsInt();
    }

    /** The metric, or the median epoch's time over its steps. */
    double msPerStep() {
      double told = metric("ms_per_step", "network").value();
      double steps = metric("steps_per_epoch", "network").value();
      if (!Double.isNaN(told) || Double.isNaN(steps) || history.isEmpty()) {
        return told;
      }
      DoubleColumn seconds =
          DoubleColumn.create("s", history.stream().mapToDouble(Rows.Epoch::seconds));
      return 1000 * seconds.median() / steps;
    }

    long tracksOnBothSides() {
      double count = metric("tracks_on_both_sides", "track", "segment").value();
      return Double.isNaN(count) ? 0 : Math.round(count);
    }
  }

  /** A figure with its 95 % interval; NaN where unknown. */
  private record Estimate(double value, double low, double high) {
    static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);
  }

  private void readNetworks() {
    var names = new LinkedHashSet<String>();
    if (wanted != null) {
      names.addAll(wanted);
    } else {
      List<String> found = foldersOfNetworks();
      if (experiments.isEmpty() || found.stream().anyMatch(STANDARD::contains)) {
        names.addAll(STANDARD);
      }
      names.addAll(found);
    }
    for (String name : names) {
      var network =
          new Network(
              name,
              readRows(name, "history.json", Rows.Epoch.class),
              predictions(name),
              readRows(name, "metrics.json", Rows.Metric.class),
              readRows(name, "report.json", Rows.ClassReport.class),
              readRows(name, "run.json", Rows.StageRecord.class),
              file(name + "/model.zip") == null
                  ? Optional.empty()
                  : Architecture.read(file(name + "/model.zip")));
      String training = command(training(name));
      if (network.isEmpty()) {
        missing.add(new Missing("The network " + name, training));
        continue;
      }
      networks.add(network);
      lacking(network.history(), name, "history.json", "training curves", training);
      lacking(network.predictions(), name, "predictions.json", "confusion matrix", training);
      lacking(network.metrics(), name, "metrics.json", "accuracies", training);
      lacking(network.report(), name, "report.json", "classification report", training);
      lacking(network.runs(), name, "run.json", "record of the training", training);
      lacking(
          network.architecture().stream().toList(),
          name,
          "model.zip",
          "architecture, which only a model of this version tells",
          training);
    }
  }

  private List<String> foldersOfNetworks() {
    if (!Files.isDirectory(results)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(results)) {
      return folders
          .filter(
              folder ->
                  Stream.of("history.json", "predictions.json", "metrics.json")
                      .anyMatch(name -> Files.isRegularFile(folder.resolve(name))))
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !trainingsOfPlan().contains(name)) // they stand in the plan's table
          .sorted()
          .toList();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private Set<String> trainingsOfPlan() {
    return experiments.stream()
        .map(row -> row.run() + "-seed" + row.seed())
        .collect(Collectors.toSet());
  }

  private <T> List<T> readRows(String network, String name, Class<T> row) {
    Path file = file(network + "/" + name);
    return file == null ? List.of() : Store.readRows(file, row);
  }

  private void lacking(List<?> rows, String network, String file, String part, String training) {
    if (rows.isEmpty()) {
      missing.add(
          new Missing("%s: %s (%s/%s)".formatted(title(network), part, network, file), training));
    }
  }

  private static String title(String network) {
    return TITLES.getOrDefault(network, network);
  }

  private String training(String network) {
    boolean kmeans = network.endsWith("-kmeans");
    String alias = kmeans ? network.substring(0, network.length() - "-kmeans".length()) : network;
    return "%s --features %s --split %s%s --out %s"
        .formatted(
            alias,
            at(kmeans ? "mfcc-kmeans.json" : "mfcc.json"),
            at(kmeans ? "split-kmeans.json" : "split.json"),
            kmeans ? " --shape flat" : "",
            at(network));
  }

  private void requireResults() {
    if (networks.isEmpty() && clusters.isEmpty() && points.isEmpty() && experiments.isEmpty()) {
      throw new Stage.Failure(
          "%s: %s; environment/jbang study --corpus CORPUS --out %s makes results",
          results,
          Files.isDirectory(results) ? "no results to report in this folder" : "no such folder",
          quoted(results));
    }
  }

  // --- what the report is made of ----------------------------------------------------------------

  /** A chapter of the page. Public, as all the template reads, for FreeMarker's sake. */
  public record Section(
      String id,
      String title,
      List<String> paragraphs,
      List<Note> notes,
      List<Tables.Sheet> tables,
      List<List<Figure>> figureRows) {

    boolean isEmpty() {
      return notes.isEmpty() && tables.isEmpty() && figureRows.isEmpty();
    }
  }

  /** One point of a list; the command may be empty. */
  public record Note(String text, String command) {}

  /** A figure; with the PNG's base64 where an SVG would make the page heavy. */
  public record Figure(
      String name, String title, String subtitle, String caption, String svg, String png) {}

  /** A t-SNE of more points, or a page of more characters, shows its figures as PNG. */
  private static final int SVG_POINTS = 2_000;

  private static final int SVG_CHARACTERS = 2_500_000;
  private int svgCharacters;

  private final List<Section> sections = new ArrayList<>();

  /** The files to write, by their names below --out. */
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private ProgressBar progress;

  private ProgressBar startProgress() {
    return Progress.of("report", (points.isEmpty() ? 1 : 3) + 4L * networks.size());
  }

  private static Section section(String id, String title, String... paragraphs) {
    return new Section(
        id,
        title,
        Stream.of(paragraphs).filter(text -> !text.isEmpty()).toList(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  private Figure figure(String name, Chart chart, String subtitle, String caption, boolean heavy) {
    Figures.files(chart, name).forEach((file, bytes) -> files.put("figures/" + file, bytes));
    String svg = heavy ? "" : Charts.svg(chart, name);
    boolean drawn = !heavy && svgCharacters + svg.length() <= SVG_CHARACTERS;
    svgCharacters += drawn ? svg.length() : 0;
    progress.step();
    return new Figure(
        name,
        chart.getTitle(),
        subtitle,
        caption,
        drawn ? svg : "",
        drawn ? "" : Base64.getEncoder().encodeToString(Charts.png(chart)));
  }

  private String marked(String subtitle) {
    return subtitle + (synthetic() ? " · SYNTHETIC demo corpus" : "");
  }

  /** A Tablesaw table of texts as a sheet and as its three files. */
  private Tables.Sheet sheet(String name, String caption, Table table) {
    Tables.Sheet sheet = Tables.sheet(name, marked(caption), table);
    Tables.files(sheet, table).forEach((file, bytes) -> files.put("tables/" + file, bytes));
    return sheet;
  }

  private static String number(double value, String format) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "";
  }

  /** A share as percent with the paper's two decimals, without the sign. */
  private static String percent(double share) {
    return number(100 * share, "%.2f");
  }

  private static String count(double value) {
    return number(value, "%,.0f");
  }

  // --- accuracy ----------------------------------------------------------------------------------

  private Section reportAccuracy() {
    Section section = section("accuracy", "Accuracy: the paper's and ours");
    if (networks.isEmpty()) {
      return section;
    }
    Table table =
        Tables.texts(
            "Network",
            "Split by",
            "Epochs",
            "Validation (%), paper",
            "Validation (%), ours",
            "Test (%), paper",
            "Test (%), ours",
            "95 % from",
            "95 % to",
            "Test of tracks (%), ours",
            "Test tracks also in training");
    for (Network network : networks) {
      var paper = Paper.of(network.name());
      Estimate test = network.metric("test_accuracy", "segment");
      Estimate both = network.metric("tracks_on_both_sides", "track", "segment");
      Tables.append(
          table,
          network.title(),
          network.split(),
          count(network.epochs()),
          percent(paper.map(Paper.Network::validationAccuracy).orElse(Double.NaN)),
          percent(network.metric("validation_accuracy", "segment").value()),
          percent(paper.map(Paper.Network::testAccuracy).orElse(Double.NaN)),
          percent(test.value()),
          percent(test.low()),
          percent(test.high()),
          percent(network.metric("test_accuracy", "track").value()),
          count(both.value()));
    }
    section
        .tables()
        .add(
            sheet(
                "accuracy",
                "Accuracy of segments, and of whole tracks by the mean of their segments' "
                    + "probabilities. Intervals: bootstrap over the test tracks",
                table));
    section.figureRows().addAll(reportF1());
    honestNotes().forEach(text -> section.notes().add(new Note(text.replace(" %", "\u00a0%"), "")));
    return section;
  }

  /** Those on frames in one figure, those on the flattened segment in another. */
  private List<List<Figure>> reportF1() {
    var rows = new ArrayList<List<Figure>>();
    Map<Boolean, List<Network>> groups =
        networks.stream()
            .filter(network -> !network.report().isEmpty())
            .collect(Collectors.partitioningBy(network -> network.name().endsWith("-kmeans")));
    for (boolean kmeans : List.of(false, true)) {
      List<Network> group = groups.get(kmeans).stream().limit(4).toList();
      if (group.isEmpty()) {
        continue;
      }
      var reports = new LinkedHashMap<String, List<Rows.ClassReport>>();
      group.forEach(network -> reports.put(network.title(), network.report()));
      String subtitle =
          marked(
              "split by %s; %s"
                  .formatted(
                      distinct(group, Network::split, " and "),
                      distinct(group, Network::seeds, "; ")));
      rows.add(
          List.of(
              figure(
                  kmeans ? "class-f1-kmeans" : "class-f1",
                  Charts.classF1(
                      reports,
                      "F1 of each genre: " + String.join(", ", reports.keySet()),
                      subtitle),
                  subtitle,
                  "Harmonic mean of precision and recall of each genre, on the test segments.",
                  false)));
    }
    return rows;
  }

  private static String distinct(
      List<Network> networks, Function<Network, String> what, String between) {
    return networks.stream().map(what).distinct().collect(Collectors.joining(between));
  }

  /** What a reader has to know before comparing; only what concerns the networks shown. */
  private List<String> honestNotes() {
    var notes = new ArrayList<String>();
    networks.stream()
        .filter(network -> network.tracksOnBothSides() > 0)
        .collect(
            Collectors.groupingBy(
                network ->
                    "%,d test tracks also have segments in training (split by %s)"
                        .formatted(network.tracksOnBothSides(), network.split()),
                LinkedHashMap::new,
                Collectors.mapping(Network::title, Collectors.joining(", "))))
        .forEach(
            (leak, titles) ->
                notes.add(
                    "%s: %s. The test tells how well known tracks are recognised, not how well new "
                            .formatted(titles, leak)
                        + "ones are."));
    Set<String> names = networks.stream().map(Network::name).collect(Collectors.toSet());
    if (names.contains("cnn-kmeans") || names.contains("lstm-kmeans")) {
      notes.add(
          "The paper's two networks with K-means have another input: their published parameter "
              + "counts fit a flattened 1690 × 1 segment, not 130 × 13. So the paper compares two "
              + "input shapes, not clustering with none; its clusters entered only the split, as "
              + "strata beside the genre.");
    }
    if (names.contains("lstm-kmeans")) {
      notes.add(
          "The paper's abstract gives 42.02 % for the LSTM with K-means, its Table 4 and its text "
              + "42.09 %: the table counts here.");
    }
    if (names.contains("cnn")) {
      notes.add(
          "The paper's CNN: 92.74 % on validation beside 77.09 % on the test can't come from one "
              + "exchangeable split; the two lie about 14 standard errors apart.");
    }
    if (names.contains("cnn") || names.contains("lstm")) {
      notes.add(
          "The samples in the paper's Tables 1 and 2 sum to %,d each, so there were 9,985 to 9,988 "
                  .formatted(Paper.TEST_SEGMENTS)
              + "segments, not 10,000. Their classes differ in size (232 to 275) and between the "
              + "networks: each network had an unstratified split of its own.");
    }
    notes.add(
        "Times per step were taken on different machines and don't compare. The paper names no "
            + "number of epochs, learning rate or batch size.");
    for (Network network : networks) {
      int trainings = network.trainings().size();
      if (trainings > 1) {
        notes.add(
            "%s: means over %d trainings (%s); no interval is given."
                .formatted(network.title(), trainings, network.seeds()));
      }
    }
    return notes;
  }

  // --- a plan's trainings ------------------------------------------------------------------------

  private Section reportExperiments() {
    Section section = section("experiments", "Controlled experiments");
    var plans =
        experiments.stream()
            .collect(
                Collectors.groupingBy(
                    Rows.Experiment::plan, LinkedHashMap::new, Collectors.toList()));
    plans.forEach((plan, rows) -> section.tables().add(experiments(plan, rows)));
    if (!experiments.isEmpty()) {
      addIntervals(section, PlanResults.read(results));
      section
          .notes()
          .add(
              new Note(
                  "Mean ± standard deviation over seeds. Intervals: bootstrap over the test tracks"
                      + " of a run's first seed. No training chooses anything by the test.",
                  ""));
    }
    return section;
  }

  /** Each run's accuracy with its interval, and how far runs that belong together lie apart. */
  private void addIntervals(Section section, PlanResults plan) {
    String name = "experiments-" + plan.plan();
    section
        .figureRows()
        .add(
            List.of(
                figure(
                    name + "-accuracy",
                    plan.chart(""),
                    marked("accuracy on the test"),
                    plan.howSure(),
                    false)));
    if (plan.runs().size() > 1) {
      section
          .figureRows()
          .add(
              List.of(
                  figure(
                      name + "-differences",
                      plan.differenceChart(""),
                      marked("differences of accuracy on the test"),
                      plan.howSure(),
                      false)));
      for (String level : PlanResults.LEVELS) {
        section
            .tables()
            .add(
                sheet(
                    name + "-differences-" + level + "s",
                    "Plan %s: differences of the accuracy of %ss".formatted(plan.plan(), level),
                    Tables.printed(plan.differenceTable(level))));
      }
    }
  }

  private Tables.Sheet experiments(String plan, List<Rows.Experiment> experiments) {
    Table table =
        Tables.texts(
            "Run",
            "Network",
            "Clusters",
            "Split",
            "Parameters",
            "Epochs",
            "Seeds",
            "Validation (%)",
            "Test (%)",
            "95 % from",
            "95 % to",
            "Test of tracks (%)");
    experiments.stream()
        .collect(
            Collectors.groupingBy(Rows.Experiment::run, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (run, rows) -> {
              Rows.Experiment one = rows.get(0);
              Optional<Rows.Experiment> test =
                  rows.stream()
                      .filter(r -> r.level().equals("segment"))
                      .filter(r -> r.metric().equals("test_accuracy"))
                      .findFirst();
              Tables.append(
                  table,
                  run,
                  title(one.network()),
                  one.clusters(),
                  one.split(),
                  count(one.parameters()),
                  rows.stream()
                      .map(Rows.Experiment::epochs)
                      .distinct()
                      .sorted()
                      .map(String::valueOf)
                      .collect(Collectors.joining(", ")),
                  count(rows.stream().map(Rows.Experiment::seed).distinct().count()),
                  overSeeds(rows, "segment", "validation_accuracy"),
                  overSeeds(rows, "segment", "test_accuracy"),
                  test.map(row -> percent(row.low())).orElse(""),
                  test.map(row -> percent(row.high())).orElse(""),
                  overSeeds(rows, "track", "test_accuracy"));
            });
    return sheet("experiments-" + plan, "Plan %s: accuracy of its runs".formatted(plan), table);
  }

  private static String overSeeds(List<Rows.Experiment> rows, String level, String metric) {
    DoubleColumn values =
        DoubleColumn.create(
            metric,
            rows.stream()
                .filter(row -> row.level().equals(level) && row.metric().equals(metric))
                .mapToDouble(Rows.Experiment::value));
    return values.isEmpty()
        ? ""
        : percent(values.mean())
            + (values.size() > 1 ? " ± " + percent(values.standardDeviation()) : "");
  }

  // --- clusters ----------------------------------------------------------------------------------

  private Section reportClusters() {
    Section section = section("clusters", "Figure 1 and the clusters' purity");
    if (!points.isEmpty()) {
      Long seed = seedOf("tsne");
      String subtitle =
          marked(
              "all segments, no split, %sn = %,d segments"
                  .formatted(seed == null ? "" : "seed " + seed + ", ", points.size()));
      boolean clustered = points.stream().anyMatch(point -> point.cluster() >= 0);
      for (Charts.ColourBy by : Charts.ColourBy.values()) {
        String what = by == Charts.ColourBy.GENRE ? "genre" : "cluster";
        if (by == Charts.ColourBy.GENRE || clustered) {
          section
              .figureRows()
              .add(
                  List.of(
                      figure(
                          "figure-1-tsne-" + what,
                          Charts.tsne(
                              points, by, "Figure 1. t-SNE of the segments, by " + what, subtitle),
                          subtitle,
                          "t-SNE keeps neighbourhoods, not distances. Seen by %s.".formatted(what),
                          points.size() > SVG_POINTS)));
        }
      }
      if (!clustered) {
        missing.add(
            new Missing(
                "Figure 1 by cluster: tsne.json has no clusters",
                command(
                    "tsne --features %s --out %s --seed 1"
                        .formatted(at("mfcc-kmeans.json"), at("tsne.json")))));
      }
    }
    if (!qualities.isEmpty()) {
      section.tables().add(clusteringMeasures());
    }
    if (!clusters.isEmpty()) {
      section.tables().add(clusterShares());
      section.tables().add(purities());
    }
    return section;
  }

  private Long seedOf(String stage) {
    return runs.stream()
        .filter(run -> stage.equals(run.stage()) && run.seed() != null)
        .map(Rows.StageRecord::seed)
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private Tables.Sheet clusteringMeasures() {
    Table table =
        Tables.texts(
            "Method", "Clusters", "Noise", "Inertia", "Silhouette", "Purity", "NMI", "AMI", "ARI");
    for (Rows.ClusteringScores row : qualities) {
      Tables.append(
          table,
          row.method(),
          count(row.clusters()),
          count(row.noise()),
          row.inertia() == null ? "" : number(row.inertia(), "%,.0f"),
          row.silhouette() == null ? "" : number(row.silhouette(), "%.4f"),
          number(row.purity(), "%.4f"),
          number(row.nmi(), "%.4f"),
          number(row.ami(), "%.4f"),
          number(row.ari(), "%.4f"));
    }
    return sheet(
        "clustering",
        "How good the clusters are: by themselves (silhouette), and beside the genres (purity, "
            + "normalised and adjusted mutual information, adjusted Rand index)",
        table);
  }

  /** Clusters in rows, since the paper speaks of a genre's share of a cluster. */
  private Tables.Sheet clusterShares() {
    List<String> genres = clusters.stream().map(Rows.Cluster::genre).distinct().sorted().toList();
    var byCluster =
        clusters.stream()
            .collect(
                Collectors.groupingBy(Rows.Cluster::cluster, TreeMap::new, Collectors.toList()));
    Table table =
        Tables.texts(
            Stream.of(
                    Stream.of("Cluster", "Segments", "Largest genre", "Purity (%)"),
                    genres.stream().map(genre -> genre + " (%)"))
                .flatMap(Function.identity())
                .toArray(String[]::new));
    long all = 0;
    long largest = 0;
    for (var entry : byCluster.entrySet()) {
      List<Rows.Cluster> rows = entry.getValue();
      Rows.Cluster first =
          rows.stream()
              .max(
                  Comparator.comparingLong(Rows.Cluster::count)
                      .thenComparing(Rows.Cluster::genre, Comparator.reverseOrder()))
              .orElseThrow();
      long size = rows.stream().mapToLong(Rows.Cluster::count).sum();
      all += size;
      largest += first.count();
      var shares =
          rows.stream()
              .collect(Collectors.toMap(Rows.Cluster::genre, Rows.Cluster::shareOfCluster));
      Tables.append(
          table,
          Stream.concat(
                  Stream.of(
                      String.valueOf(entry.getKey()),
                      count(size),
                      first.genre(),
                      number(100 * first.shareOfCluster(), "%.1f")),
                  genres.stream()
                      .map(genre -> number(100 * shares.getOrDefault(genre, 0.0), "%.1f")))
              .toArray(String[]::new));
    }
    return sheet(
        "clusters",
        "Genre shares of each cluster. Purity over all clusters: %.1f %% of %,d segments"
            .formatted(100.0 * largest / Math.max(1, all), all),
        table);
  }

  /** The paper's statements beside the same genre's largest shares of ours. */
  private Tables.Sheet purities() {
    Table ours =
        Table.create(
                StringColumn.create("Genre", clusters.stream().map(Rows.Cluster::genre)),
                IntColumn.create("cluster", clusters.stream().mapToInt(Rows.Cluster::cluster)),
                DoubleColumn.create(
                    "share", clusters.stream().mapToDouble(Rows.Cluster::shareOfCluster)))
            .sortOn("Genre", "-share", "cluster");
    Table table =
        Tables.texts(
            "Genre", "Cluster, paper", "Share (%), paper", "Cluster, ours", "Share (%), ours");
    var paper =
        Paper.PURITIES.stream()
            .collect(
                Collectors.groupingBy(
                    Paper.Purity::genre, LinkedHashMap::new, Collectors.toList()));
    paper.forEach(
        (genre, statements) -> {
          Table shares = ours.where(ours.stringColumn("Genre").isEqualTo(genre));
          for (int i = 0; i < statements.size(); i++) {
            boolean known = i < shares.rowCount();
            Tables.append(
                table,
                genre,
                String.valueOf(statements.get(i).cluster()),
                number(100 * statements.get(i).share(), "%.0f"),
                known ? String.valueOf(shares.intColumn("cluster").get(i)) : "",
                known ? number(100 * shares.doubleColumn("share").get(i), "%.1f") : "");
          }
        });
    return sheet(
        "cluster-purity",
        "The purities the paper states (section 2.2.3), and the same genres' largest shares of a "
            + "cluster here. The numbers of clusters are arbitrary",
        table);
  }

  // --- one network -------------------------------------------------------------------------------

  private Section reportNetwork(Network network) {
    var paper = Paper.of(network.name());
    Section section =
        section(
            network.name(),
            network.title(),
            introduction(network),
            switch (network.name()) {
              case "hybrid" ->
                  "Convolutions read by an LSTM, which the paper's outlook calls for; it publishes"
                      + " no figures of such a network.";
              case "compact" ->
                  "3 × 3 convolutions alone, made for log-mel spectra; the paper has no such"
                      + " network.";
              default -> "";
            });
    network
        .architecture()
        .ifPresent(found -> section.figureRows().add(List.of(architecture(network, found))));
    if (!network.metrics().isEmpty()) {
      section.tables().add(performance(network));
    }
    if (!network.report().isEmpty()) {
      section.tables().add(classReport(network));
    }
    if (!network.history().isEmpty()) {
      int number = paper.map(Paper.Network::curves).orElse(0);
      var figures = new ArrayList<Figure>();
      for (Charts.Curve measure : Charts.Curve.values()) {
        String what = measure.name().toLowerCase(Locale.ROOT);
        String subtitle = subtitle(network, trainingSizes(network));
        figures.add(
            figure(
                numbered("figure", number, network.name() + "-" + what),
                Charts.curves(
                    network.history(),
                    measure,
                    "%s%s: %s, split by %s"
                        .formatted(
                            caption("Figure", number), network.title(), what, network.split()),
                    subtitle),
                subtitle,
                "%s over the epochs; the ring marks the lowest validation loss."
                    .formatted(what.equals("loss") ? "Loss" : "Accuracy"),
                false));
      }
      section.figureRows().add(figures);
    }
    if (!network.predictions().isEmpty()) {
      int number = paper.map(Paper.Network::confusion).orElse(0);
      String subtitle =
          subtitle(network, "n = %,d test segments".formatted(network.predictions().size()));
      section
          .figureRows()
          .add(
              List.of(
                  figure(
                      numbered("figure", number, network.name() + "-confusion"),
                      Charts.confusion(
                          network.predictions(),
                          classes(network),
                          "%s%s: confusion matrix, split by %s"
                              .formatted(
                                  caption("Figure", number), network.title(), network.split()),
                          subtitle),
                      subtitle,
                      "True genres in rows, predicted ones in columns: test segments, and their"
                          + " share of the row.",
                      false)));
      reliability(network).ifPresent(figure -> section.figureRows().add(List.of(figure)));
    }
    return section;
  }

  /** Of one training: each has a temperature of its own. */
  private Optional<Figure> reliability(Network network) {
    double temperature = network.metric("temperature", "network").value();
    if (Double.isNaN(temperature) || network.trainings().size() != 1) {
      return Optional.empty();
    }
    String subtitle =
        subtitle(
            network,
            "calibration error %s %%, with the temperature %s %%"
                .formatted(
                    number(100 * network.metric("test_ece", "segment").value(), "%.1f"),
                    number(
                        100 * network.metric("test_ece_calibrated", "segment").value(), "%.1f")));
    return Optional.of(
        figure(
            network.name() + "-reliability",
            Charts.reliability(
                network.predictions(),
                temperature,
                "%s: reliability on the test, split by %s"
                    .formatted(network.title(), network.split()),
                subtitle),
            subtitle,
            "How many answers of like confidence are right: above the diagonal the network is too"
                + " modest, below it too bold. The temperature is fitted on the validation part"
                + " alone; bars are shares of the test segments.",
            false));
  }

  /** The paper's Figures 2 and 3. */
  private static final Map<String, Integer> ARCHITECTURES = Map.of("cnn", 2, "lstm", 3);

  private Figure architecture(Network network, Architecture architecture) {
    int number = ARCHITECTURES.getOrDefault(network.name(), 0);
    String subtitle =
        marked(
            "%d layers with parameters, from the trained model's configuration"
                .formatted(architecture.layers().stream().filter(l -> l.parameters() > 0).count()));
    return figure(
        numbered("figure", number, network.name() + "-architecture"),
        Charts.architecture(
            architecture,
            "%s%s: architecture".formatted(caption("Figure", number), network.title()),
            subtitle),
        subtitle,
        "Sizes are of one segment: rows × columns × channels, or steps × values.",
        false);
  }

  private List<String> classes(Network network) {
    var found = new TreeSet<>(Charts.classes(network.predictions()));
    if (mapping != null) {
      found.addAll(mapping);
    }
    return List.copyOf(found);
  }

  private static String caption(String kind, int number) {
    return number == 0 ? "" : "%s %d. ".formatted(kind, number);
  }

  private static String numbered(String kind, int number, String name) {
    return number == 0 ? name : "%s-%d-%s".formatted(kind, number, name);
  }

  private String introduction(Network network) {
    Estimate both = network.metric("tracks_on_both_sides", "track", "segment");
    return "Split by %s, %s, %s epochs.%s"
        .formatted(
            network.split(),
            network.seeds(),
            Double.isNaN(network.epochs()) ? "an unknown number of" : count(network.epochs()),
            both.value() > 0
                ? " %,d test tracks also have segments in training."
                    .formatted(network.tracksOnBothSides())
                : "");
  }

  /** The line below a figure's title; what n was is written in full. */
  private String subtitle(Network network, String n) {
    return marked("split by %s, %s, %s".formatted(network.split(), network.seeds(), n));
  }

  private String trainingSizes(Network network) {
    Map<Part, Long> parts = sizesOfParts(network);
    return parts.isEmpty()
        ? "n not recorded"
        : "n = %,d training and %,d validation segments"
            .formatted(parts.getOrDefault(Part.train, 0L), parts.getOrDefault(Part.validation, 0L));
  }

  /** By the split file whose checksum the training recorded; empty where none fits. */
  private Map<Part, Long> sizesOfParts(Network network) {
    return network.runs().stream()
        .filter(run -> run.inputs() != null)
        .flatMap(run -> run.inputs().values().stream())
        .map(splits::get)
        .filter(parts -> parts != null)
        .findFirst()
        .map(
            parts ->
                parts.stream()
                    .collect(Collectors.groupingBy(Rows.SplitRow::part, Collectors.counting())))
        .orElse(Map.of());
  }

  /** The paper's table of one network beside ours, joined by the metric's name. */
  private Tables.Sheet performance(Network network) {
    var known = Paper.of(network.name());
    Table paper = Tables.texts("Metric", "Paper");
    known.ifPresent(
        row -> {
          Tables.append(paper, "Validation accuracy", percent(row.validationAccuracy()));
          Tables.append(paper, "Test accuracy", percent(row.testAccuracy()));
          Tables.append(paper, "Training time", count(row.msPerStep()));
          Tables.append(paper, "Trainable parameters", count(row.trainableParameters()));
        });
    Table ours = Tables.texts("Metric", "Unit", "Ours", "95 % from", "95 % to");
    appendShare(ours, "Training accuracy", network.metric("train_accuracy", "segment"), false);
    appendShare(
        ours, "Validation accuracy", network.metric("validation_accuracy", "segment"), false);
    appendShare(ours, "Test accuracy", network.metric("test_accuracy", "segment"), true);
    appendShare(ours, "Test accuracy of tracks", network.metric("test_accuracy", "track"), true);
    appendShare(ours, "Macro F1", network.metric("test_macro_f1", "segment"), true);
    Tables.append(ours, "Training time", "ms per step", count(network.msPerStep()), "", "");
    double inference = network.metric("inference_ms_per_segment", "network").value();
    Tables.append(ours, "Inference", "ms per segment", number(inference, "%.2f"), "", "");
    double parameters = network.metric("trainable_parameters", "network").value();
    Tables.append(ours, "Trainable parameters", "", count(parameters), "", "");
    Tables.append(ours, "Epochs", "", count(network.epochs()), "", "");
    double tested = network.metric("test_segments", "segment").value();
    Tables.append(ours, "Test segments", "", count(tested), "", "");
    double both = network.metric("tracks_on_both_sides", "track", "segment").value();
    Tables.append(ours, "Test tracks also in training", "", count(both), "", "");
    ours.addColumns(IntColumn.indexColumn("order", ours.rowCount(), 0));
    Table joined =
        ours.joinOn("Metric").with(paper).type(JoinType.LEFT_OUTER).join().sortOn("order");
    Table shown =
        joined
            .selectColumns("Metric", "Unit", "Paper", "Ours", "95 % from", "95 % to")
            .dropWhere(
                t ->
                    t.stringColumn("Paper")
                        .isEqualTo("")
                        .and(t.stringColumn("Ours").isEqualTo("")));
    int number = known.map(Paper.Network::performanceTable).orElse(0);
    return sheet(
        numbered("table", number, network.name() + "-performance"),
        "%s%s: performance, split by %s, %s"
            .formatted(caption("Table", number), network.title(), network.split(), network.seeds()),
        shown);
  }

  private static void appendShare(Table table, String metric, Estimate estimate, boolean interval) {
    Tables.append(
        table,
        metric,
        "%",
        percent(estimate.value()),
        interval ? percent(estimate.low()) : "",
        interval ? percent(estimate.high()) : "");
  }

  /** Tables 1 and 2: the paper's classes beside ours; means where there are several trainings. */
  private Tables.Sheet classReport(Network network) {
    var known = Paper.of(network.name());
    List<Paper.ClassScore> published = known.map(Paper.Network::report).orElse(List.of());
    Table paper =
        Table.create(
            StringColumn.create("Class", published.stream().map(Paper.ClassScore::genre)),
            DoubleColumn.create(
                "samples, paper", published.stream().mapToDouble(Paper.ClassScore::samples)),
            DoubleColumn.create(
                "precision, paper", published.stream().mapToDouble(Paper.ClassScore::precision)),
            DoubleColumn.create(
                "recall, paper", published.stream().mapToDouble(Paper.ClassScore::recall)));
    List<Rows.ClassReport> rows = network.report();
    Table ours =
        Table.create(
                StringColumn.create("Class", rows.stream().map(Rows.ClassReport::genre)),
                DoubleColumn.create(
                    "samples", rows.stream().mapToDouble(Rows.ClassReport::support)),
                DoubleColumn.create(
                    "precision", rows.stream().mapToDouble(Rows.ClassReport::precision)),
                DoubleColumn.create("recall", rows.stream().mapToDouble(Rows.ClassReport::recall)),
                DoubleColumn.create("f1", rows.stream().mapToDouble(Rows.ClassReport::f1)))
            .summarize(List.of("samples", "precision", "recall", "f1"), AggregateFunctions.mean)
            .by("Class");
    Table all = ours.joinOn("Class").with(paper).type(JoinType.FULL_OUTER).join().sortOn("Class");
    Selection averages = all.stringColumn("Class").endsWith(" average");
    Table joined = all.dropWhere(averages).append(all.where(averages));
    boolean beside = !published.isEmpty();
    Table shown =
        beside
            ? Tables.texts(
                "Class",
                "Samples, paper",
                "Samples, ours",
                "Precision, paper",
                "Precision, ours",
                "Recall, paper",
                "Recall, ours",
                "F1, ours")
            : Tables.texts("Class", "Samples", "Precision", "Recall", "F1");
    joined.forEach(
        row -> {
          String genre = row.getString("Class");
          String samples = count(row.getDouble("Mean [samples]"));
          String precision = number(row.getDouble("Mean [precision]"), "%.4f");
          String recall = number(row.getDouble("Mean [recall]"), "%.4f");
          String f1 = number(row.getDouble("Mean [f1]"), "%.4f");
          if (beside) {
            Tables.append(
                shown,
                genre,
                count(row.getDouble("samples, paper")),
                samples,
                number(row.getDouble("precision, paper"), "%.4f"),
                precision,
                number(row.getDouble("recall, paper"), "%.4f"),
                recall,
                f1);
          } else {
            Tables.append(shown, genre, samples, precision, recall, f1);
          }
        });
    int number = known.map(Paper.Network::reportTable).orElse(0);
    return sheet(
        numbered("table", number, network.name() + "-report"),
        "%s%s: classification report of the test segments, split by %s, %s%s"
            .formatted(
                caption("Table", number),
                network.title(),
                network.split(),
                network.seeds(),
                beside ? ". The paper prints no F1" : ""),
        shown);
  }

  // --- how it was made ---------------------------------------------------------------------------

  private Section reportMaking() {
    Section section = section("making", "How it was made");
    Table parameters = Tables.texts("What", "Value");
    if (provenance != null) {
      Tables.append(parameters, "features: source", provenance.path("source").asText(""));
      flatten("features: ", params, parameters);
      flatten("K-means: ", provenance.path("kmeans"), parameters);
      flatten("HDBSCAN*: ", provenance.path("hdbscan"), parameters);
    }
    if (!segments.isEmpty()) {
      Tables.append(parameters, "segments", count(segments.size()));
      Tables.append(
          parameters,
          "tracks",
          count(segments.stream().map(Rows.Segment::track).distinct().count()));
    }
    List<Rows.StageRecord> all = allRuns();
    all.stream()
        .filter(run -> run.versions() != null)
        .flatMap(run -> run.versions().entrySet().stream())
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                TreeMap::new,
                Collectors.mapping(Map.Entry::getValue, Collectors.toCollection(TreeSet::new))))
        .forEach(
            (name, versions) ->
                Tables.append(parameters, "version of " + name, String.join(", ", versions)));
    if (parameters.rowCount() > 0) {
      section.tables().add(sheet("parameters", "Parameters and versions", parameters));
    }
    if (!all.isEmpty()) {
      Table stages = Tables.texts("Stage", "Seed", "Started (UTC)", "Seconds", "Options");
      for (Rows.StageRecord run : all) {
        Tables.append(
            stages,
            text(run.stage()),
            run.seed() == null ? "" : run.seed().toString(),
            text(run.started()),
            number(run.seconds(), "%.1f"),
            run.options() == null ? "" : String.join(" ", run.options()));
      }
      section.tables().add(sheet("runs", "Stages as they were run", stages));
      Table inputs = Tables.texts("Stage", "Input", "SHA-256");
      all.stream()
          .filter(run -> run.inputs() != null)
          .flatMap(
              run ->
                  new TreeMap<>(run.inputs())
                      .entrySet().stream()
                          .map(
                              input ->
                                  List.of(text(run.stage()), input.getKey(), input.getValue())))
          .distinct()
          .forEach(row -> Tables.append(inputs, row.toArray(String[]::new)));
      if (inputs.rowCount() > 0) {
        section.tables().add(sheet("inputs", "Checksums of inputs", inputs));
      }
    }
    return section;
  }

  /** The run's own record, then each network's; the same stage may stand in both. */
  private List<Rows.StageRecord> allRuns() {
    return Stream.concat(runs.stream(), networks.stream().flatMap(n -> n.runs().stream()))
        .distinct()
        .toList();
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }

  private static void flatten(String prefix, JsonNode object, Table table) {
    if (object != null) {
      object
          .properties()
          .forEach(
              field -> {
                if (field.getValue().isObject()) {
                  flatten(prefix + field.getKey() + ": ", field.getValue(), table);
                } else {
                  Tables.append(
                      table,
                      prefix + field.getKey(),
                      field.getValue().asText(field.getValue().toString()));
                }
              });
    }
  }

  private Section reportSkipped() {
    Section section = section("skipped", "What is wrong with the corpus");
    if (file("verify.json") != null) {
      if (problems.isEmpty()) {
        section.notes().add(new Note("verify found nothing wrong; no track was skipped.", ""));
      } else {
        Table table = Tables.texts("Track", "Genre", "File", "Problem", "Detail");
        for (Rows.Problem row : problems) {
          Tables.append(
              table,
              text(row.track()),
              text(row.genre()),
              text(row.file()),
              text(row.problem()),
              text(row.detail()));
        }
        section.tables().add(sheet("skipped", "Files that verify complains about", table));
      }
    }
    return section;
  }

  private Section reportMissing() {
    Section section = section("missing", "What is missing, and what makes it");
    missing.forEach(part -> section.notes().add(new Note(part.part(), part.command())));
    return section;
  }

  // --- the page ----------------------------------------------------------------------------------

  private static final Pattern LINK = Pattern.compile("href=\"((?:figures|tables)/[\\w.+-]+)\"");

  /** Only now, so that a failure leaves no half report; the page comes last. */
  private void write() {
    Path index = out.resolve("index.html");
    Set<String> stale = linksOf(index);
    files.forEach((name, bytes) -> Store.write(out.resolve(name), to -> to.write(bytes)));
    stale.removeAll(files.keySet());
    try {
      for (String name : stale) {
        Files.deleteIfExists(out.resolve(name));
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    byte[] page = page();
    Store.write(index, to -> to.write(page));
  }

  /** The files that the report made before in the same place wrote; its page links to each. */
  private static Set<String> linksOf(Path index) {
    if (!Files.isRegularFile(index)) {
      return new TreeSet<>();
    }
    try {
      return LINK.matcher(Files.readString(index))
          .results()
          .map(link -> link.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (MalformedInputException foreign) {
      return new TreeSet<>(); // not a page of ours
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private byte[] page() {
    var configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(Report.class, "/");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    var html = new StringWriter();
    try {
      configuration
          .getTemplate("report.ftlh")
          .process(
              Map.of(
                  "version",
                  Stage.VERSION,
                  "title",
                  "CNN and LSTM for music genre classification",
                  "lead",
                  "Results of one run beside the published figures of S. Mirsepassi, "
                      + "“Comparative Analysis of CNN and RNN Architectures for Music Genre "
                      + "Classification”.",
                  "synthetic",
                  synthetic(),
                  "warnings",
                  warnings(),
                  "sections",
                  sections),
              html);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (TemplateException error) {
      throw new IllegalStateException(error);
    }
    return html.toString().getBytes(StandardCharsets.UTF_8);
  }

  private List<String> warnings() {
    var warnings = new ArrayList<String>();
    if (synthetic()) {
      warnings.add(
          "SYNTHETIC demo corpus: these sounds were computed, no music was heard. The figures show "
              + "that the kit works; they say nothing of music or of the paper.");
    }
    if (provenance == null) {
      warnings.add(
          "The features' file is missing, so it is not known here whether the corpus is"
              + " synthetic.");
    } else if (provenance.path("source").asText().equals("import")) {
      warnings.add("The features were computed elsewhere and imported.");
    }
    return warnings;
  }
}
