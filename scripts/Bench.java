///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times stages beside librosa, scikit-learn, Keras and PyTorch
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/bench/AlternatingRuns.java
//SOURCES lib/bench/KitCommands.java
//SOURCES lib/bench/Peer.java
//SOURCES lib/bench/SpeedPage.java
//SOURCES lib/bench/TimedStage.java
//SOURCES lib/bench/Venv.java
//SOURCES lib/bench/Workload.java
//SOURCES lib/bench/Workloads.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//FILES bench-clustering.py=../environment/bench-clustering.py
//FILES bench-features.py=../environment/bench-features.py
//FILES bench-networks.py=../environment/bench-networks.py
//FILES bench-requirements.txt=../environment/bench-requirements.txt
//FILES bench-requirements-features.txt=../environment/bench-requirements-features.txt
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.bench.AlternatingRuns;
import genrelab.bench.KitCommands;
import genrelab.bench.Peer;
import genrelab.bench.SpeedPage;
import genrelab.bench.TimedStage;
import genrelab.bench.TimedStage.Suite;
import genrelab.bench.Venv;
import genrelab.bench.Workload;
import genrelab.bench.Workloads;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times stages beside what a Python user has for the same work.
 *
 * <ul>
 *   <li>{@code mfcc}, {@code logmel} beside librosa, in ms for a whole corpus. work: reading its
 *       wav files and computing, in a process that stays up. process: a whole process, started,
 *       reading, computing and writing the JSON: {@code environment/jbang mfcc}, and a Python that
 *       imports librosa first.
 *   <li>{@code mp3}: {@code mfcc} from the mp3 files of {@code --mp3}, both sides a track a thread
 *       on all processors. work: as above, ours after {@code segment}, which counts samples without
 *       decoding. process: {@code segment} and {@code mfcc}, each a process of its own, beside one
 *       of Python.
 *   <li>{@code kmeans} beside scikit-learn: 10 clusters, one k-means++ start, ended after {@code
 *       --steps} iterations. fit: ms of it all but reading and building the data set. iteration: ms
 *       of one of Lloyd's.
 *   <li>{@code tsne} beside scikit-learn. fit: seconds of 1,000 iterations on 50 principal
 *       components, which come before.
 *   <li>{@code cnn}, {@code lstm} beside Keras and PyTorch. train and infer: ms a step on frames
 *       (130 × 13), batch 32, random normal input. Their limit is the time that the network's
 *       multiplications and additions take at the rate of a large matrix product on all processors.
 *   <li>{@code training} beside Keras, in seconds. process: {@code cnn} from a features JSON of
 *       GTZAN's size over five epochs to its test and model file; a turn takes minutes.
 *   <li>{@code classify}. process: ms for one song by a trained CNN. {@code start}: ms of {@code
 *       --help}, of stages of few and of many libraries. No peer.
 * </ul>
 *
 * <p>Each side is a process of its own, ours with its stage's JVM options; only one of them works
 * at a time, in turns (ours, a peer, another, ours, …), after a warm-up of each: of networks as
 * many turns as count (but three at least, and no more than an epoch of GTZAN's 188 steps), in
 * which the JVM compiles its code.
 *
 * <p>On these figures only ratios of one run count: a machine's speed may double or halve from one
 * hour to the next, so times of two runs, or of two machines, say nothing about each other.
 *
 * <p>Peers run as their users have them: on the CPU, with their own choice of threads. What Keras
 * takes once a call is shared out over {@code --steps}: with 20 it can be a third of its inference
 * or more, which makes ours look better; with 100 little of it is left. scikit-learn's K-means
 * draws several candidates for each first centroid, ours one: iteration tells the like of it.
 */
@Command(
    name = "bench",
    description =
        "Times stages beside librosa, scikit-learn, Keras and PyTorch. Only ratios of one run"
            + " count.")
public class Bench implements Callable<Integer> {
  @Option(
      names = "--peers",
      description =
          "Time the peers too, each where it is installed; brings all but PyTorch into a virtual"
              + " environment on first use.")
  boolean peers;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "mfcc,kmeans,cnn,lstm",
      description =
          "Of ${COMPLETION-CANDIDATES}, with commas (default ${DEFAULT-VALUE}; logmel, tsne and"
              + " training take minutes). training: cnn from the features file to its tested"
              + " model; start: --help of stages.")
  Set<TimedStage> only;

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description =
          "For mfcc and logmel: a corpus of wav files (default: a synthetic one of 10 minutes, made"
              + " anew).")
  Path corpus;

  @Option(
      names = "--mp3",
      paramLabel = "DIR",
      description = "For mp3, which needs it: a corpus of mp3 files.")
  Path mp3;

  @Option(
      names = "--features",
      paramLabel = "FILE",
      description =
          "For kmeans, tsne and training: a features JSON, for training of MFCCs (default: random"
              + " clusters of 9990 × 1690 values, for tsne 9990 × 50).")
  Path features;

  @Option(
      names = {"--out", "--json"},
      paramLabel = "FILE|-",
      defaultValue = "bench.json",
      description =
          "The JSON rows (default ${DEFAULT-VALUE}); - for standard output, the text then goes to"
              + " stderr.")
  @Output({"stage", "measure", "value"})
  Path out;

  @Option(
      names = "--page",
      paramLabel = "DIR",
      description = "Write a page too: DIR/README.md with the table, DIR/ratios.png.")
  @Output
  Path page;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description =
          "Turns of each that count, 1 to 1000; a third of them for tsne and training (default"
              + " ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--steps",
      defaultValue = "20",
      description =
          "Steps of a network's turn, iterations of K-means', 1 to 1000, of K-means without"
              + " --features 20 at the most (default ${DEFAULT-VALUE}).")
  int steps;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--python",
      description =
          "A virtual environment that has some of the peers, for --peers (default: the kit's own,"
              + " environment/.venv-bench).")
  Path python;

  /** What the processes share and write. */
  private Path work;

  public static void main(String... args) {
    System.exit(Stage.run(new Bench(), args));
  }

  @Override
  public Integer call() throws IOException {
    check();
    work = Files.createTempDirectory("genrelab-bench");
    var rows = new ArrayList<Rows.Speed>();
    try {
      for (Suite suite : Suite.values()) {
        List<TimedStage> stages =
            EnumSet.copyOf(only).stream().filter(stage -> stage.suite() == suite).toList();
        if (!stages.isEmpty()) {
          rows.addAll(time(suite, stages));
        }
      }
    } finally {
      delete(work);
    }
    Store.writeRows(out, rows);
    if (page != null) {
      SpeedPage.write(rows, page);
    }
    print(rows);
    return 0;
  }

  // ---- options

  private void check() {
    if (page != null) {
      SpeedPage.requireReplaceable(page);
    }
    Stage.requireOption(runs >= 1 && runs <= 1000, "--runs must be from 1 to 1000, not %s", runs);
    int fewest = only.contains(TimedStage.kmeans) ? 2 : 1; // the first iteration is not timed
    Stage.requireOption(
        steps >= fewest && steps <= 1000, "--steps must be from %s to 1000, not %s", fewest, steps);
    Stage.requireOption(python == null || peers, "--python goes with --peers");
    requireUse("--corpus", corpus, TimedStage.mfcc, TimedStage.logmel, TimedStage.classify);
    requireUse("--mp3", mp3, TimedStage.mp3);
    requireUse("--features", features, TimedStage.kmeans, TimedStage.tsne, TimedStage.training);
    Stage.requireOption(
        mp3 != null || !only.contains(TimedStage.mp3), "--only mp3 needs --mp3 DIR, a corpus");
    if (python != null) {
      Venv.requireInterpreter(python);
    }
    KitCommands.requireHome();
  }

  private void requireUse(String option, Path given, TimedStage... stages) {
    Stage.requireOption(
        given == null || only.stream().anyMatch(List.of(stages)::contains),
        "%s is not for --only %s",
        option,
        String.join(",", only.stream().sorted().map(TimedStage::name).toList()));
  }

  // ---- one suite

  private List<Rows.Speed> time(Suite suite, List<TimedStage> stages) {
    var workloads =
        new Workloads(
            work,
            corpus,
            mp3,
            features,
            runs,
            steps,
            seed,
            library -> peerCommand(suite, interpreter(suite).orElseThrow(), library));
    var sides = new ArrayList<Peer>();
    var rows = new ArrayList<Rows.Speed>();
    try {
      sides.add(new Peer(Peer.OURS, KitCommands.worker(suite, seed), work));
      if (peers && !suite.libraries().isEmpty()) {
        interpreter(suite).ifPresent(python -> startPeers(suite, python, sides));
      }
      for (TimedStage stage : stages) {
        List<Workload> ofStage = workloads.of(stage, sides);
        int counting = stage.turns(runs);
        int turns =
            ofStage.stream()
                .mapToInt(each -> (each.warmUps() + counting) * each.turns().size())
                .sum();
        try (ProgressBar progress = Progress.of(stage.name(), turns)) {
          ofStage.forEach(
              each -> rows.addAll(AlternatingRuns.time(each, sides, counting, progress)));
        }
      }
    } finally {
      sides.forEach(Peer::close);
    }
    return rows;
  }

  private Optional<Path> interpreter(Suite suite) {
    if (python != null) {
      return Optional.of(Venv.requireInterpreter(python));
    }
    TimedStage.Requirements wanted = suite.requirements();
    Path own = KitCommands.home().resolve("environment").resolve(".venv-bench");
    return Venv.own(own, wanted.file(), resource(wanted.file()), wanted.contents());
  }

  /** The peers that a virtual environment has; says which, and how to add what it hasn't. */
  private void startPeers(Suite suite, Path interpreter, List<Peer> sides) {
    writeScript(suite.script());
    for (String library : suite.libraries()) {
      var peer = new Peer(library, peerCommand(suite, interpreter, library), work);
      if (peer.hello().has("missing")) {
        peer.close();
        System.out.printf(
            "without %s (%s): to add it, environment/%s says how%n",
            library,
            peer.hello().path("missing").asText(),
            library.equals("pytorch")
                ? "bench-requirements-torch.txt"
                : suite.requirements().file());
      } else {
        sides.add(peer);
        System.out.println("beside " + peer.hello().path("name").asText());
      }
    }
  }

  private void writeScript(String name) {
    try {
      Files.write(work.resolve(name), resource(name));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private List<String> peerCommand(Suite suite, Path interpreter, String library) {
    return List.of("" + interpreter, "" + work.resolve(suite.script()), library, "" + seed);
  }

  // ---- what is printed

  private void print(List<Rows.Speed> rows) {
    Stage.results()
        .printf(
            "%-8s %-10s %10s  %-13s %10s %8s %10s  %-10s medians of %d%n",
            "stage", "measure", "ours", "peer", "peer's", "ratio", "limit", "unit", runs);
    for (Rows.Speed row : rows) {
      Stage.results()
          .printf(
              "%-8s %-10s %10.1f  %-13s %10s %8s %10s  %s%n",
              row.stage(),
              row.measure(),
              row.value(),
              row.peer(),
              row.peerValue() == null ? "" : "%.1f".formatted(row.peerValue()),
              row.ratio() == null ? "" : "%.2f".formatted(row.ratio()),
              row.limit() == null ? "" : "%.1f".formatted(row.limit()),
              row.unit());
    }
    if (!Stage.isStandardOutput(out)) {
      System.out.println(out);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = Bench.class.getResourceAsStream("/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Collections.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException ignored) {
      // it lies in the system's temporary folder
    }
  }
}
