///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Compares two networks on the same test part, or averages runs
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/corpus/ArtistGroups.java
//SOURCES lib/corpus/ArtistTable.java
//SOURCES lib/evaluation/Metrics.java
//SOURCES lib/evaluation/NetworkComparison.java
//SOURCES lib/evaluation/RunSummary.java
//SOURCES lib/evaluation/Significance.java
//SOURCES lib/evaluation/TestedNetwork.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.corpus.ArtistGroups;
import genrelab.corpus.ArtistTable;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.NetworkComparison;
import genrelab.evaluation.RunSummary;
import genrelab.evaluation.Significance;
import genrelab.evaluation.TestedNetwork;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares two networks on the same test part, or averages runs over seeds and folds.
 *
 * <p>Two networks: the difference of accuracy and macro F1 with a 95 % confidence interval by a
 * paired bootstrap over tracks, and McNemar's test. Several folders of a network are its runs with
 * other seeds: their metrics are averaged, and McNemar's test, which compares one run with one, is
 * left out; or they are an ensemble, by the mean of their probabilities ({@code --ensemble}).
 */
@Command(
    name = "compare",
    description = "Compares two networks on the same test part, or averages runs.")
public class Compare implements Callable<Integer> {
  /** What is counted. */
  enum Unit {
    track,
    segment
  }

  /** The metrics that are printed; all are written. */
  private static final Set<String> SUMMARISED =
      Set.of("test_accuracy", "test_balanced_accuracy", "test_macro_f1");

  static final class Task {
    @ArgGroup(exclusive = false)
    Pair pair;

    @Option(
        names = "--runs",
        required = true,
        split = ",",
        paramLabel = "DIR",
        description =
            "Networks' folders, or folders of them: mean and standard deviation of each network's"
                + " metrics over its seeds and folds.")
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
        description = "Another network's, tested on the same segments.")
    List<Path> b;
  }

  @ArgGroup(multiplicity = "1")
  Task task;

  @Option(
      names = "--ensemble",
      description = "Take a network's runs as an ensemble: the mean of their probabilities.")
  boolean ensemble;

  @Option(
      names = "--level",
      defaultValue = "track",
      description =
          "What is counted: ${COMPLETION-CANDIDATES}; a track by its mean probabilities (default"
              + " ${DEFAULT-VALUE}).")
  Unit level;

  @Option(
      names = "--artists",
      paramLabel = "FILE",
      description =
          "CSV of track, artist: the bootstrap draws whole artists, so that intervals hold for"
              + " other artists, not only for other tracks by these.")
  Path artists;

  @Option(
      names = "--draws",
      defaultValue = "10000",
      description = "Bootstrap samples (default ${DEFAULT-VALUE}).")
  int draws;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = {"--out", "--json"},
      paramLabel = "FILE|-",
      description =
          "File of JSON rows to write (default compare.json, with --runs summary.json, in the"
              + " folder that holds all the given ones); - for standard output, the text then goes"
              + " to stderr.")
  @Output({"level", "metric"})
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
      summariseRuns();
    } else {
      compareNetworks();
    }
    return 0;
  }

  // ---- two networks

  private void compareNetworks() {
    Path file = file("compare.json", Stream.concat(task.pair.a.stream(), task.pair.b.stream()));
    TestedNetwork a = TestedNetwork.read(task.pair.a);
    TestedNetwork b = TestedNetwork.read(task.pair.b);
    TestedNetwork.requireSameTest(a, b);
    NetworkComparison comparison =
        NetworkComparison.of(
            ensemble ? a.ensemble() : a,
            ensemble ? b.ensemble() : b,
            Metrics.Level.valueOf(level.name()),
            groupOf(a),
            draws,
            seed);
    if (artists != null && comparison.groups() == a.metrics().get(0).tracks().size()) {
      throw new Stage.Failure(
          "%s: no artist has two of the tracks tested; give a CSV of track and artist", artists);
    }
    Store.writeRows(file, comparison.rows());
    print(comparison);
    printFile(file);
  }

  /** What the bootstrap draws a track with: its artist, where known. */
  private UnaryOperator<String> groupOf(TestedNetwork tested) {
    Map<String, String> known = artists == null ? Map.of() : ArtistTable.read(artists);
    return new ArtistGroups(
            tested.metrics().get(0).tracks().stream()
                .map(Metrics.TrackPrediction::track)
                .collect(Collectors.toMap(track -> track, track -> known.getOrDefault(track, ""))))
        ::of;
  }

  private void print(NetworkComparison comparison) {
    Stage.results()
        .printf(
            "A: %s%nB: %s%n%d %ss; 95 %% intervals by %d paired draws of %d %s%n",
            Stage.oneLine(comparison.nameA()),
            Stage.oneLine(comparison.nameB()),
            comparison.items(),
            level,
            draws,
            comparison.groups(),
            artists == null ? "tracks" : "artists, a track of unknown artist being one");
    Stage.results()
        .printf(
            "%-9s %8s %-17s %8s %-17s %8s   %s%n",
            "metric", "A", " 95 % interval", "B", " 95 % interval", "A - B", "95 % interval");
    for (NetworkComparison.MetricDifference row : comparison.metrics()) {
      Significance.Difference difference = row.difference();
      Stage.results()
          .printf(
              "%-9s %8.2f  %5.2f to %5.2f   %8.2f  %5.2f to %5.2f   %+8.2f   %+.2f to %+.2f%n",
              row.metric(),
              100 * difference.valueA(),
              100 * difference.intervalA().low(),
              100 * difference.intervalA().high(),
              100 * difference.valueB(),
              100 * difference.intervalB().low(),
              100 * difference.intervalB().high(),
              100 * difference.difference(),
              100 * difference.low(),
              100 * difference.high());
    }
    print(comparison.mcNemar());
  }

  private void print(Significance.McNemar test) {
    if (test == null) {
      Stage.results().println("McNemar's test: left out, since it compares one run with one run");
      return;
    }
    Stage.results()
        .printf(
            "McNemar's test: only A right %d, only B right %d; exact p = %.4g; chi2 = %.4g with"
                + " continuity correction, p = %.4g%s%n",
            test.onlyA(),
            test.onlyB(),
            test.pExact(),
            test.chi2(),
            test.pChi2(),
            level == Unit.segment
                ? " (too small: segments of a track are alike; rely on the interval)"
                : "");
  }

  // ---- runs

  private void summariseRuns() {
    Path file = file("summary.json", task.runs.stream());
    List<Rows.Summary> summary = RunSummary.of(readMetrics(task.runs));
    Store.writeRows(file, summary);
    print(summary);
    printFile(file);
  }

  private static List<Rows.Metric> readMetrics(List<Path> folders) {
    var rows = new ArrayList<Rows.Metric>();
    Map<String, Path> seen = new HashMap<>();
    for (Path folder : folders) {
      for (Path file : metricsFiles(folder)) {
        for (Rows.Metric row : Store.readRows(file, Rows.Metric.class)) {
          String metric = row.level() + " " + row.metric();
          String run = row.network() + row.split() + row.seed() + "/" + row.fold() + metric;
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

  private static void print(List<Rows.Summary> summary) {
    int widest = summary.stream().mapToInt(row -> row.network().length()).max().orElse(0);
    String line = "%-" + Math.max(7, widest) + "s %-8s %-8s %-14s %4s %8s %10s   %s%n";
    Stage.results()
        .printf(line, "network", "split", "level", "metric", "runs", "mean", "deviation", "range");
    for (Rows.Summary row : summary) {
      if (SUMMARISED.contains(row.metric())) {
        Stage.results()
            .printf(
                line,
                Stage.oneLine(row.network()),
                row.split(),
                row.level(),
                row.metric(),
                row.runs(),
                "%.2f".formatted(100 * row.mean()),
                row.deviation() == null ? "" : "%.2f".formatted(100 * row.deviation()),
                "%.2f to %.2f".formatted(100 * row.lowest(), 100 * row.highest()));
      }
    }
  }

  // ---- the file

  /** The file of --out, or one of this name in the folder that holds all inputs. */
  private Path file(String name, Stream<Path> inputs) {
    if (out != null) {
      return out;
    }
    List<Path> parents = inputs.map(Compare::parent).toList();
    Path shared = parents.get(0);
    for (Path parent : parents) {
      while (shared != null && !parent.startsWith(shared)) {
        shared = shared.getParent();
      }
    }
    Stage.requireOption(
        shared != null && shared.getParent() != null,
        "no folder holds all inputs: name the %s to write by --out",
        name);
    Path here = Path.of("").toAbsolutePath();
    Path file = (shared.startsWith(here) ? here.relativize(shared) : shared).resolve(name);
    Stage.alsoWrites(file, "level", "metric");
    return file;
  }

  private static Path parent(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    return whole.getParent() == null ? whole : whole.getParent();
  }

  private static void printFile(Path file) {
    if (!Stage.isStandardOutput(file)) {
      System.out.println(Stage.oneLine("" + file));
    }
  }
}
