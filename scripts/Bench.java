///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times stages beside librosa, scikit-learn, Keras and PyTorch
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/features/Features.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/bench/Matrix.java
//SOURCES lib/bench/Peer.java
//SOURCES lib/bench/Venv.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//FILES bench-clustering.py=../environment/bench-clustering.py
//FILES bench-features.py=../environment/bench-features.py
//FILES bench-networks.py=../environment/bench-networks.py
//FILES bench-requirements.txt=../environment/bench-requirements.txt
//FILES bench-requirements-features.txt=../environment/bench-requirements-features.txt
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.bench.Matrix;
import genrelab.bench.Peer;
import genrelab.bench.Venv;
import genrelab.features.Features;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
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
 *   <li>{@code kmeans} beside scikit-learn: 10 clusters, one k-means++ start, ended after {@code
 *       --steps} iterations. fit: ms of it all but reading and building the data set. iteration: ms
 *       of one of Lloyd's.
 *   <li>{@code tsne} beside scikit-learn. fit: seconds of 1,000 iterations on 50 principal
 *       components, which come before.
 *   <li>{@code cnn}, {@code lstm} beside Keras and PyTorch. train and infer: ms a step on frames
 *       (130 × 13), batch 32, random normal input. Their limit is the time that the network's
 *       multiplications and additions take at the rate of a large matrix product on all processors.
 * </ul>
 *
 * <p>Each side is a process of its own, ours with its stage's JVM options; only one of them works
 * at a time, in turns (ours, a peer, another, ours, …), after a warm-up of each.
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
  /** Threads of who had the last turn go on looking for work for a while. */
  private static final int SETTLE_MS = 250;

  /** Those of GTZAN: its tracks of 30 s cut into 3 s, of 130 frames of 13 coefficients each. */
  private static final int SEGMENTS = 9990;

  private static final int FLAT = 1690;
  private static final int COMPONENTS = 50;
  private static final int CLUSTERS = 10;
  private static final int DEMO_TRACKS = 2;

  /** What can be timed, in the order in which it is. */
  enum Timed {
    mfcc(Suite.features),
    logmel(Suite.features),
    kmeans(Suite.kmeans),
    tsne(Suite.tsne),
    cnn(Suite.networks),
    lstm(Suite.networks);

    final Suite suite;

    Timed(Suite suite) {
      this.suite = suite;
    }
  }

  /** What the same processes time. */
  enum Suite {
    features("FeaturesBench", "bench-features.py", Requirements.features, "librosa"),
    kmeans("KmeansBench", "bench-clustering.py", Requirements.features, "scikit-learn"),
    tsne("TsneBench", "bench-clustering.py", Requirements.features, "scikit-learn"),
    networks("NetworksBench", "bench-networks.py", Requirements.networks, "keras", "pytorch");

    final String worker;
    final String script;
    final Requirements requirements;
    final List<String> libraries;

    Suite(String worker, String script, Requirements requirements, String... libraries) {
      this.worker = worker;
      this.script = script;
      this.requirements = requirements;
      this.libraries = List.of(libraries);
    }
  }

  /** What the kit's own virtual environment gets, as soon as it is needed. */
  enum Requirements {
    features("bench-requirements-features.txt", "librosa and scikit-learn (about 0.6 GB)"),
    networks("bench-requirements.txt", "Keras and TensorFlow (about 1.5 GB)");

    final String file;
    final String what;

    Requirements(String file, String what) {
      this.file = file;
      this.what = what;
    }
  }

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
          "Of ${COMPLETION-CANDIDATES}, with commas (default ${DEFAULT-VALUE}; logmel and tsne take"
              + " minutes).")
  Set<Timed> only;

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description =
          "For mfcc and logmel: a corpus of wav files (default: a synthetic one of 10 minutes, made"
              + " anew).")
  Path corpus;

  @Option(
      names = "--features",
      paramLabel = "FILE",
      description =
          "For kmeans and tsne: a features JSON (default: random clusters of 9990 × 1690 values,"
              + " for tsne 9990 × 50).")
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
      names = "--runs",
      defaultValue = "5",
      description = "Turns of each that count, 1 to 1000 (default ${DEFAULT-VALUE}).")
  int runs;

  @Option(
      names = "--steps",
      defaultValue = "20",
      description =
          "Steps of a network's turn, iterations of K-means', 1 to 1000 (default"
              + " ${DEFAULT-VALUE}).")
  int steps;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--python",
      description =
          "A virtual environment that has some of the peers, for --peers (default: the kit's own,"
              + " environment/.venv-bench).")
  Path python;

  /** The best rate of a matrix product so far, FLOP/s. */
  private double rate;

  /** For what the sides share and write. */
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
        List<Timed> stages = EnumSet.copyOf(only).stream().filter(s -> s.suite == suite).toList();
        if (!stages.isEmpty()) {
          rows.addAll(time(suite, stages));
        }
      }
    } finally {
      delete(work);
    }
    Store.writeRows(out, rows);
    tell(rows);
    return 0;
  }

  // ---- what is asked for

  private void check() {
    Stage.isStandardOutput(out);
    Stage.requireOption(runs >= 1 && runs <= 1000, "--runs must be from 1 to 1000, not %s", runs);
    int fewest = only.contains(Timed.kmeans) ? 2 : 1; // the first iteration is not timed
    Stage.requireOption(
        steps >= fewest && steps <= 1000, "--steps must be from %s to 1000, not %s", fewest, steps);
    Stage.requireOption(python == null || peers, "--python goes with --peers");
    requireUse("--corpus", corpus, Suite.features);
    requireUse("--features", features, Suite.kmeans, Suite.tsne);
    if (python != null) {
      Venv.requireInterpreter(python);
    }
    if (!Files.exists(kit().resolve("jbang-catalog.json"))) {
      throw new Stage.Failure(
          "%s: no jbang-catalog.json here; start bench from the kit's folder, by environment/jbang"
              + " bench",
          kit());
    }
  }

  private void requireUse(String option, Path given, Suite... suites) {
    Stage.requireOption(
        given == null || only.stream().anyMatch(stage -> List.of(suites).contains(stage.suite)),
        "%s is not for --only %s",
        option,
        String.join(",", only.stream().sorted().map(Timed::name).toList()));
  }

  // ---- one suite

  private List<Rows.Speed> time(Suite suite, List<Timed> stages) {
    var sides = new ArrayList<Peer>();
    var rows = new ArrayList<Rows.Speed>();
    try {
      sides.add(new Peer(Peer.OURS, launch("run", "" + worker(suite), "" + seed), work));
      if (peers) {
        interpreter(suite).ifPresent(python -> startPeers(suite, python, sides));
      }
      for (Timed stage : stages) {
        List<Job> jobs = jobs(stage, sides);
        int turns = jobs.stream().mapToInt(job -> (job.warmUps + runs) * sides.size()).sum();
        try (ProgressBar progress = Progress.of(stage.name(), turns)) {
          jobs.forEach(job -> rows.addAll(alternate(job, sides, progress)));
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
    Requirements wanted = suite.requirements;
    Path own = kit().resolve("environment").resolve(".venv-bench");
    return Venv.own(own, wanted.file, resource(wanted.file), wanted.what);
  }

  /** The peers that a virtual environment has; says which, and how to add what it hasn't. */
  private void startPeers(Suite suite, Path interpreter, List<Peer> sides) {
    writeScript(suite.script);
    for (String library : suite.libraries) {
      var peer = new Peer(library, peerCommand(suite, interpreter, library), work);
      if (peer.hello().has("missing")) {
        peer.close();
        System.out.printf(
            "without %s (%s): to add it, environment/%s says how%n",
            library,
            peer.hello().path("missing").asText(),
            library.equals("pytorch") ? "bench-requirements-torch.txt" : suite.requirements.file);
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
    return List.of("" + interpreter, "" + work.resolve(suite.script), library, "" + seed);
  }

  private Path worker(Suite suite) {
    return kit().resolve("scripts/lib/bench").resolve(suite.worker + ".java");
  }

  private static Path kit() {
    return Path.of(System.getenv().getOrDefault("GENRELAB_HOME", "")).toAbsolutePath().normalize();
  }

  /** A command of the kit's launcher, or of a JBang on the PATH where that did not start us. */
  private static List<String> launch(String... words) {
    String launcher = System.getenv("GENRELAB_JBANG");
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
    String command = launcher == null ? "jbang" : launcher;
    boolean whole = !windows || command.endsWith(".cmd");
    return Stream.concat(Stream.of(whole ? command : command + ".cmd"), Stream.of(words)).toList();
  }

  private static String script(Timed stage) {
    return stage == Timed.mfcc ? "Mfcc.java" : "Logmel.java";
  }

  private static List<String> launchStage(String script, String... options) {
    Path file = kit().resolve("scripts").resolve(script);
    return launch(
        Stream.concat(Stream.of("run", "" + file), Stream.of(options)).toArray(String[]::new));
  }

  // ---- what the sides do in their turns

  /**
   * What an answer tells.
   *
   * @param key of the figure in it
   */
  record Measure(String name, String unit, String key) {}

  /**
   * What is timed in one sequence of turns.
   *
   * @param warmUps turns of each before those that count, for the JVM to compile and Keras to trace
   * @param limit in the measure's unit, asked for at the end; null where it is not known
   * @param turns what each side does, ours first
   */
  record Job(
      Timed stage,
      List<Measure> measures,
      int warmUps,
      Supplier<Double> limit,
      List<Supplier<JsonNode>> turns) {}

  private List<Job> jobs(Timed stage, List<Peer> sides) {
    return switch (stage.suite) {
      case features -> featureJobs(stage, sides);
      case kmeans -> List.of(kmeansJob(sides));
      case tsne -> List.of(tsneJob(sides));
      case networks -> networkJobs(stage, sides);
    };
  }

  private List<Job> featureJobs(Timed stage, List<Peer> sides) {
    Path audio = corpus();
    String segments = "segments.json";
    var working = new ArrayList<Supplier<JsonNode>>();
    var processes = new ArrayList<Supplier<JsonNode>>();
    for (Peer side : sides) {
      boolean ours = side.library().equals(Peer.OURS);
      working.add(() -> side.ask("run %s %s".formatted(stage, ours ? segments : audio)));
      processes.add(() -> featureProcess(stage, side.library(), segments, audio));
    }
    return List.of(
        new Job(stage, List.of(new Measure("work", "ms/corpus", "ms")), 6, () -> null, working),
        new Job(
            stage, List.of(new Measure("process", "ms/corpus", "ms")), 1, () -> null, processes));
  }

  /** The corpus, and its manifest, which our side reads, in {@link #work}. */
  private Path corpus() {
    Path audio = corpus == null ? work.resolve("demo") : corpus.toAbsolutePath().normalize();
    if (corpus == null && !Files.exists(audio)) {
      String tracks = "" + DEMO_TRACKS;
      stage("Demo.java", "--out", "" + audio, "--tracks", tracks, "--seed", "" + seed);
      System.out.println("a synthetic corpus: no music");
    }
    if (!Files.exists(work.resolve("segments.json"))) {
      stage("Segment.java", "--corpus", "" + audio, "--out", "segments.json");
    }
    return audio;
  }

  private void stage(String script, String... options) {
    Peer.wholeProcess(Peer.OURS, launchStage(script, options), work, "");
  }

  private JsonNode featureProcess(Timed stage, String library, String segments, Path audio) {
    String file = stage + ".json";
    double ms;
    if (library.equals(Peer.OURS)) {
      // the alias, as a user starts it
      List<String> command =
          System.getenv("GENRELAB_JBANG") == null
              ? launchStage(script(stage), "--segments", segments, "--out", file)
              : launch(stage.name(), "--segments", segments, "--out", file);
      ms = Peer.wholeProcess(library, command, work, "");
    } else {
      List<String> command =
          peerCommand(stage.suite, interpreter(stage.suite).orElseThrow(), library);
      String order = "write %s %s %s".formatted(stage, audio, file);
      ms = Peer.wholeProcess(library, command, work, order);
    }
    return Store.JSON.createObjectNode().put("ms", ms);
  }

  private Job kmeansJob(List<Peer> sides) {
    String order = "run kmeans %s %d".formatted(matrix(Timed.kmeans), steps);
    var measures =
        List.of(new Measure("iteration", "ms", "iteration"), new Measure("fit", "ms", "fit"));
    return new Job(
        Timed.kmeans,
        measures,
        1,
        () -> null,
        sides.stream().<Supplier<JsonNode>>map(side -> () -> iterated(side, order)).toList());
  }

  private JsonNode iterated(Peer side, String order) {
    JsonNode answer = side.ask(order);
    int done = answer.path("iterations").asInt();
    if (done != steps) {
      throw new Stage.Failure(
          "K-means of %s was done after %d iterations, before the %d of --steps; give fewer"
              + " --steps",
          side.library(), done, steps);
    }
    return answer;
  }

  private Job tsneJob(List<Peer> sides) {
    String order = "run tsne %s".formatted(matrix(Timed.tsne));
    return new Job(
        Timed.tsne,
        List.of(new Measure("fit", "s", "fit")),
        0,
        () -> null,
        sides.stream().<Supplier<JsonNode>>map(side -> () -> side.ask(order)).toList());
  }

  /** The rows that both sides read, in {@link #work}. */
  private String matrix(Timed stage) {
    String name = (features == null ? stage.name() : "features") + ".npy";
    if (!Files.exists(work.resolve(name))) {
      int width = stage == Timed.tsne ? COMPONENTS : FLAT;
      Matrix.write(
          work.resolve(name),
          features == null
              ? Matrix.clusters(SEGMENTS, width, CLUSTERS, seed)
              : Features.read(features).values());
    }
    return name;
  }

  private List<Job> networkJobs(Timed stage, List<Peer> sides) {
    Peer ours = sides.get(0);
    JsonNode prepared = ours.ask("prepare " + stage);
    sides.stream()
        .skip(1)
        .forEach(peer -> requireSame(stage, peer, prepared.path("parameters").asLong()));
    long flops = prepared.path("flops").asLong();
    return Stream.of("train", "infer")
        .map(
            measure -> {
              double before = rate(ours);
              String order = "run %s %s %d".formatted(stage, measure, steps);
              // a step of training is three products for each of inference's
              long work = measure.equals("train") ? 3 * flops : flops;
              return new Job(
                  stage,
                  List.of(new Measure(measure, "ms/step", "ms")),
                  3,
                  () -> 1000 * work / Math.max(before, rate(ours)),
                  sides.stream().<Supplier<JsonNode>>map(side -> () -> side.ask(order)).toList());
            })
        .toList();
  }

  /** FLOP/s of a matrix product: the best so far. */
  private double rate(Peer ours) {
    rate = Math.max(rate, ours.ask("rate").path("flops").asDouble());
    return rate;
  }

  private static void requireSame(Timed network, Peer peer, long parameters) {
    long theirs = peer.hello().path("parameters").path(network.name()).asLong();
    if (theirs != parameters) {
      throw new Stage.Failure(
          "environment/bench-networks.py: its %s of %s has %d trainable parameters, ours %d; make"
              + " them the same network",
          network, peer.library(), theirs, parameters);
    }
  }

  // ---- turns and their figures

  /** Turn about: ours, each peer, ours, … */
  private List<Rows.Speed> alternate(Job job, List<Peer> sides, ProgressBar progress) {
    int measures = job.measures.size();
    double[][][] values = new double[measures][sides.size()][runs];
    for (int run = -job.warmUps; run < runs; run++) {
      JsonNode ours = null;
      for (int side = 0; side < sides.size(); side++) {
        progress.setExtraMessage(job.measures.get(0).name());
        JsonNode answer = settled(job.turns.get(side));
        progress.step();
        ours = side == 0 ? answer : ours;
        requireSameSegments(sides.get(side), answer, ours);
        for (int m = 0; m < measures && run >= 0; m++) {
          values[m][side][run] = figure(sides.get(side), answer, job.measures.get(m));
        }
      }
    }
    Double limit = job.limit.get();
    var rows = new ArrayList<Rows.Speed>();
    for (int m = 0; m < measures; m++) {
      Measure measure = job.measures.get(m);
      double[] ours = values[m][0];
      if (sides.size() == 1) {
        rows.add(speed(job.stage, measure, ours, "", null, limit));
      }
      for (int side = 1; side < sides.size(); side++) {
        String peer = sides.get(side).library();
        rows.add(speed(job.stage, measure, ours, peer, values[m][side], limit));
      }
    }
    return rows;
  }

  private static JsonNode settled(Supplier<JsonNode> turn) {
    try {
      TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted; nothing was written");
    }
    return turn.get();
  }

  /** Both sides must have found the same work in a corpus. */
  private void requireSameSegments(Peer side, JsonNode answer, JsonNode ours) {
    int theirs = answer.path("segments").asInt();
    if (theirs != ours.path("segments").asInt()) {
      throw new Stage.Failure(
          "%s: %s finds %d segments of 3 s, we %d; give a corpus of whole .wav files alone",
          corpus, side.library(), theirs, ours.path("segments").asInt());
    }
  }

  private static double figure(Peer side, JsonNode answer, Measure measure) {
    double figure = answer.path(measure.key).asDouble();
    if (!(figure > 0 && Double.isFinite(figure))) {
      throw new Stage.Failure(
          "%s: no time in its answer %s; look into its script", side.library(), answer);
    }
    return figure;
  }

  /** A row of medians; theirs is null without a peer. The ratio is the median of the pairs'. */
  static Rows.Speed speed(
      Timed stage, Measure measure, double[] ours, String peer, double[] theirs, Double limit) {
    return new Rows.Speed(
        stage.name(),
        measure.name,
        measure.unit,
        rounded(median(ours)),
        peer,
        theirs == null ? null : rounded(median(theirs)),
        theirs == null
            ? null
            : rounded(
                median(
                    IntStream.range(0, ours.length)
                        .mapToDouble(run -> ours[run] / theirs[run])
                        .toArray())),
        limit == null ? null : rounded(limit));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** To a thousandth, and no less than one. */
  private static double rounded(double value) {
    return Math.max(1, Math.round(1000 * value)) / 1000.0;
  }

  // ---- what the user sees

  private void tell(List<Rows.Speed> rows) {
    Stage.results()
        .printf(
            "%-7s %-10s %10s  %-13s %10s %8s %10s  %-10s medians of %d%n",
            "stage", "measure", "ours", "peer", "peer's", "ratio", "limit", "unit", runs);
    for (Rows.Speed row : rows) {
      Stage.results()
          .printf(
              "%-7s %-10s %10.1f  %-13s %10s %8s %10s  %s%n",
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
