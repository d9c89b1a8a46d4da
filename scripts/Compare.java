///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Tells whether one network is better than another, or averages runs
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/evaluation/Calibration.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/evaluation/Metrics.java
//SOURCES lib/results/Rows.java
//SOURCES lib/evaluation/Significance.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.corpus.Corpus;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.Significance;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares two networks on the same test part, or averages runs over seeds and folds.
 *
 * <p>Two networks: the difference of accuracy and macro F1 with a 95 % interval by a paired
 * bootstrap over tracks, and McNemar's test. Several folders of one side are its runs with other
 * seeds: their figures are averaged, and McNemar's test, which knows one run a side, is left out;
 * or the runs of a side are one network, by the mean of their probabilities ({@code --ensemble}).
 */
@Command(
    name = "compare",
    description = "Tells whether one network is better than another, or averages runs.")
public class Compare implements Callable<Integer> {
  /** Judged unit of the comparison. */
  enum Unit {
    track,
    segment
  }

  static final class Task {
    @ArgGroup(exclusive = false)
    Pair pair;

    @Option(
        names = "--runs",
        required = true,
        split = ",",
        paramLabel = "DIR",
        description =
            "Networks' folders, or folders of them: mean and deviation of each network's figures"
                + " over its seeds and folds.")
    List<Path> runs;
  }

  static final class Pair {
    @Option(
        names = "--a",
        required = true,
        split = ",",
        paramLabel = "DIR",
        description = "A network's folder; several, by commas, of its runs with other seeds.")
    List<Path> a;

    @Option(
        names = "--b",
        required = true,
        split = ",",
        paramLabel = "DIR",
        description = "Another's, tested on the same segments.")
    List<Path> b;
  }

  @ArgGroup(multiplicity = "1")
  Task task;

  @Option(
      names = "--ensemble",
      description = "Judge the runs of a side as one network: by the mean of their probabilities.")
  boolean ensemble;

  @Option(
      names = "--level",
      defaultValue = "track",
      description =
          "What is judged: ${COMPLETION-CANDIDATES}; a track by its mean probabilities (default"
              + " ${DEFAULT-VALUE}).")
  Unit level;

  @Option(
      names = "--artists",
      paramLabel = "FILE",
      description =
          "CSV of track, artist: draw whole artists, so that intervals speak of other artists, not"
              + " only of other tracks by these.")
  Path artists;

  @Option(
      names = "--draws",
      defaultValue = "2000",
      description = "Of the bootstrap (default ${DEFAULT-VALUE}).")
  int draws;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = {"--out", "--json"},
      paramLabel = "FILE|-",
      description =
          "File of JSON rows to write (default compare.json; with --runs summary.json); - for"
              + " standard output, the text then goes to stderr.")
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Compare(), args));
  }

  @Override
  public Integer call() {
    Stage.requireOption(
        draws >= 100 && draws <= 1_000_000, "--draws must be from 100 to 1000000, not %s", draws);
    Stage.isStandardOutput(out);
    if (task.runs != null) {
      List<Rows.Summary> summary = Metrics.overRuns(readMetrics(task.runs));
      Path file = out == null ? Path.of("summary.json") : out;
      Store.writeRows(file, summary);
      tellSummary(summary, file);
    } else {
      Side a = Side.read(task.pair.a);
      Side b = Side.read(task.pair.b);
      requireSameTest(a, b);
      compare(ensemble ? a.joined() : a, ensemble ? b.joined() : b);
    }
    return 0;
  }

  // ---- two networks

  /** One network: its folders, and each run's predictions, by track and segment. */
  private record Side(
      List<Path> folders, List<List<Rows.Prediction>> predictions, List<Metrics> runs) {

    static Side read(List<Path> folders) {
      var predictions = new ArrayList<List<Rows.Prediction>>();
      var runs = new ArrayList<Metrics>();
      for (Path folder : folders) {
        List<Rows.Prediction> rows = sorted(predictions(folder));
        predictions.add(rows);
        runs.add(new Metrics(mapping(folder, rows), rows));
      }
      return new Side(folders, predictions, runs);
    }

    /** The file, compressed or not. */
    private static Path predictions(Path folder) {
      Path plain = folder.resolve("predictions.json");
      Path compressed = folder.resolve("predictions.json.gz");
      return !Files.exists(plain) && Files.exists(compressed) ? compressed : plain;
    }

    private static List<Rows.Prediction> sorted(Path file) {
      List<Rows.Prediction> rows = new ArrayList<>(Store.readRows(file, Rows.Prediction.class));
      rows.sort(
          Comparator.comparing(Rows.Prediction::track).thenComparing(Rows.Prediction::segment));
      if (rows.isEmpty()) {
        throw new Stage.Failure("%s: it holds no predictions; train the network again", file);
      }
      for (int r = 1; r < rows.size(); r++) {
        if (rows.get(r).id().equals(rows.get(r - 1).id())) {
          throw new Stage.Failure(
              "%s: it holds segment %s twice; give each run a folder of its own",
              file, rows.get(r).id());
        }
      }
      return rows;
    }

    /** Class names in the order of the probabilities. */
    private static List<String> mapping(Path folder, List<Rows.Prediction> rows) {
      var names = new TreeSet<String>();
      for (Rows.Prediction row : rows) {
        names.add(row.truth());
        names.add(row.predicted());
      }
      int classes = rows.get(0).probabilities().length;
      Path report = folder.resolve("report.json");
      List<String> mapping =
          Files.exists(report)
              ? Store.readRows(report, Rows.ClassReport.class).stream()
                  .limit(classes)
                  .map(Rows.ClassReport::genre)
                  .toList()
              : List.copyOf(names);
      if (mapping.size() != classes
          || !mapping.containsAll(names)
          || rows.stream().anyMatch(row -> row.probabilities().length != classes)) {
        throw new Stage.Failure(
            "%s: its classes are not those of report.json beside it; train the network again",
            folder.resolve("predictions.json"));
      }
      return mapping;
    }

    /** All runs as one, by the mean of their probabilities; they must be of the same test. */
    Side joined() {
      var joined = new ArrayList<Rows.Prediction>();
      List<String> mapping = mapping(folders.get(0), predictions.get(0));
      for (int r = 0; r < predictions.get(0).size(); r++) {
        Rows.Prediction first = predictions.get(0).get(r);
        float[] mean = new float[mapping.size()];
        for (List<Rows.Prediction> run : predictions) {
          for (int c = 0; c < mean.length; c++) {
            mean[c] += run.get(r).probabilities()[c] / predictions.size();
          }
        }
        joined.add(
            new Rows.Prediction(
                first.network(),
                first.seed(),
                first.fold(),
                first.track(),
                first.segment(),
                first.truth(),
                mapping.get(Calibration.likeliest(mean)),
                mean));
      }
      return new Side(folders, List.of(joined), List.of(new Metrics(mapping, joined)));
    }

    List<String> test() {
      return predictions.get(0).stream().map(row -> row.id() + " " + row.truth()).toList();
    }

    /** The network's name, or where that tells nothing the first folder's. */
    String name(Side other) {
      String own = predictions.get(0).get(0).network();
      return own.equals(other.predictions.get(0).get(0).network())
          ? folders.get(0).toString().replace('\\', '/')
          : own;
    }
  }

  private static void requireSameTest(Side a, Side b) {
    List<String> test = a.test();
    for (Side side : List.of(a, b)) {
      for (int r = 0; r < side.folders().size(); r++) {
        List<String> other =
            new Side(side.folders(), side.predictions().subList(r, r + 1), side.runs()).test();
        if (!other.equals(test)) {
          throw new Stage.Failure(
              "%s: it was tested on other segments than %s; compare networks of the same split",
              side.folders().get(r).resolve("predictions.json"),
              a.folders().get(0).resolve("predictions.json"));
        }
      }
    }
  }

  /** A figure of both, of which compare.json holds the difference's interval alone. */
  private record Compared(String metric, Significance.Difference found) {}

  private void compare(Side a, Side b) {
    List<int[]> drawn = drawn(a);
    List<Compared> figures =
        List.of(
            compare(a, b, drawn, "accuracy", Metrics::accuracy),
            compare(a, b, drawn, "macro_f1", Metrics::macroF1));
    List<Rows.Comparison> rows = figures.stream().map(figure -> row(a, b, figure)).toList();
    Path file = out == null ? Path.of("compare.json") : out;
    Store.writeRows(file, rows);
    tell(rows.get(0), figures, drawn.size());
    tellFile(file);
  }

  private Compared compare(
      Side a, Side b, List<int[]> drawn, String metric, ToDoubleFunction<long[][]> figure) {
    Metrics.Level unit = Metrics.Level.valueOf(level.name());
    return new Compared(
        metric, Significance.difference(a.runs(), b.runs(), unit, figure, drawn, draws, seed));
  }

  private Rows.Comparison row(Side a, Side b, Compared compared) {
    Significance.Difference found = compared.found();
    boolean single = a.runs().size() == 1 && b.runs().size() == 1;
    Significance.McNemar test =
        single && compared.metric().equals("accuracy") ? mcNemar(a, b) : null;
    return new Rows.Comparison(
        a.name(b),
        b.name(a),
        level.name(),
        compared.metric(),
        right(a).length,
        found.valueA(),
        found.valueB(),
        found.difference(),
        found.low(),
        found.high(),
        test == null ? null : test.onlyA(),
        test == null ? null : test.onlyB(),
        test == null ? null : test.chi2(),
        test == null ? null : test.pChi2(),
        test == null ? null : test.pExact());
  }

  /** What is drawn as one: a track, or an artist's tracks. */
  private List<int[]> drawn(Side side) {
    Map<String, String> known = artists == null ? Map.of() : Corpus.readArtists(artists);
    var groups = new TreeMap<String, List<Integer>>();
    List<Metrics.Judged> tracks = side.runs().get(0).judged();
    for (int t = 0; t < tracks.size(); t++) {
      String track = tracks.get(t).track();
      String group = Corpus.group(track, known.getOrDefault(track, ""));
      groups.computeIfAbsent(group, name -> new ArrayList<>()).add(t);
    }
    if (artists != null && groups.size() == tracks.size()) {
      throw new Stage.Failure(
          "%s: no artist has two of the tracks tested; give a CSV of track and artist", artists);
    }
    return groups.values().stream()
        .map(places -> places.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private Significance.McNemar mcNemar(Side a, Side b) {
    boolean[] rightA = right(a);
    boolean[] rightB = right(b);
    long onlyA = 0;
    long onlyB = 0;
    for (int i = 0; i < rightA.length; i++) {
      onlyA += rightA[i] && !rightB[i] ? 1 : 0;
      onlyB += rightB[i] && !rightA[i] ? 1 : 0;
    }
    return Significance.mcNemar(onlyA, onlyB);
  }

  /** Which tracks or segments the first run has right. */
  private boolean[] right(Side side) {
    List<Boolean> right =
        level == Unit.track
            ? side.runs().get(0).judged().stream().map(t -> t.truth() == t.byMean()).toList()
            : side.predictions().get(0).stream()
                .map(row -> row.truth().equals(row.predicted()))
                .toList();
    boolean[] array = new boolean[right.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = right.get(i);
    }
    return array;
  }

  private void tell(Rows.Comparison first, List<Compared> figures, int drawn) {
    Stage.answers()
        .printf(
            "A: %s%nB: %s%n%d %ss; 95 %% intervals by %d paired draws of %d %s%n",
            first.a(),
            first.b(),
            first.items(),
            level,
            draws,
            drawn,
            artists == null ? "tracks" : "artists, a track of unknown artist being one");
    Stage.answers()
        .printf(
            "%-9s %8s %-17s %8s %-17s %8s   %s%n",
            "metric", "A", " 95 % interval", "B", " 95 % interval", "A - B", "95 % interval");
    for (Compared figure : figures) {
      Significance.Difference found = figure.found();
      Stage.answers()
          .printf(
              "%-9s %8.2f  %5.2f to %5.2f   %8.2f  %5.2f to %5.2f   %+8.2f   %+.2f to %+.2f%n",
              figure.metric(),
              100 * found.valueA(),
              100 * found.lowA(),
              100 * found.highA(),
              100 * found.valueB(),
              100 * found.lowB(),
              100 * found.highB(),
              100 * found.difference(),
              100 * found.low(),
              100 * found.high());
    }
    if (first.pExact() == null) {
      Stage.answers().println("McNemar's test: left out, since it compares one run with one run");
    } else {
      Stage.answers()
          .printf(
              "McNemar's test: only A right %d, only B right %d; exact p = %.4g; chi2 = %.4g with"
                  + " continuity correction, p = %.4g%s%n",
              first.onlyA(),
              first.onlyB(),
              first.pExact(),
              first.chi2(),
              first.pChi2(),
              level == Unit.segment
                  ? " (too small: segments of a track are alike; rely on the interval)"
                  : "");
    }
  }

  // ---- runs

  private static List<Rows.Metric> readMetrics(List<Path> folders) {
    var rows = new ArrayList<Rows.Metric>();
    Map<String, Path> seen = new HashMap<>();
    for (Path folder : folders) {
      for (Path file : metricsFiles(folder)) {
        for (Rows.Metric row : Store.readRows(file, Rows.Metric.class)) {
          String figure = row.level() + " " + row.metric();
          String run = row.network() + row.split() + row.seed() + "/" + row.fold() + figure;
          Path other = seen.put(run, file);
          if (other != null) {
            throw new Stage.Failure(
                "%s: it is of the same network, split, seed and fold as %s; train it with another"
                    + " --name, or leave it out",
                file, other);
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static List<Path> metricsFiles(Path folder) {
    Path own = folder.resolve("metrics.json");
    if (Files.exists(own)) {
      return List.of(own);
    }
    try (Stream<Path> inside = Files.walk(folder, 3)) {
      List<Path> found =
          inside
              .filter(file -> file.getFileName().toString().equals("metrics.json"))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new Stage.Failure(
            "%s: no metrics.json in it or below; give networks' folders", folder);
      }
      return found;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static void tellSummary(List<Rows.Summary> summary, Path file) {
    var widest = summary.stream().mapToInt(row -> row.network().length()).max().orElse(0);
    String line = "%-" + Math.max(7, widest) + "s %-8s %-8s %-14s %4s %8s %10s   %s%n";
    Stage.answers()
        .printf(line, "network", "split", "level", "metric", "runs", "mean", "deviation", "range");
    for (Rows.Summary row : summary) {
      if (row.metric().equals("test_accuracy") || row.metric().equals("test_macro_f1")) {
        Stage.answers()
            .printf(
                line,
                row.network(),
                row.split(),
                row.level(),
                row.metric(),
                row.runs(),
                "%.2f".formatted(100 * row.mean()),
                row.deviation() == null ? "" : "%.2f".formatted(100 * row.deviation()),
                "%.2f to %.2f".formatted(100 * row.lowest(), 100 * row.highest()));
      }
    }
    tellFile(file);
  }

  private static void tellFile(Path file) {
    if (!Stage.isStandardOutput(file)) {
      System.out.println(file);
    }
  }
}
