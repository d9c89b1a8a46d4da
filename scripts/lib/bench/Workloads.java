//SOURCES KitCommands.java
//SOURCES Matrix.java
//SOURCES Peer.java
//SOURCES TimedStage.java
//SOURCES Workload.java
//SOURCES ../corpus/SegmentManifest.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.SegmentManifest;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What each stage and its peers do in their turns, and the inputs they share. */
public final class Workloads {
  /** GTZAN's: its tracks of 30 s cut into 3 s, of 130 frames of 13 coefficients each. */
  private static final int SEGMENTS = 9990;

  private static final int FLAT = 1690;
  private static final int COMPONENTS = 50;
  private static final int CLUSTERS = 10;
  private static final int FRAMES = 130;
  private static final int DEMO_TRACKS = 2;
  private static final int EPOCHS = 5;

  /** Iterations before K-means of random clusters changes nothing more. */
  private static final int MOST_ITERATIONS = 20;

  /**
   * Steps of a network after which the JVM has compiled what it runs: an epoch of GTZAN's training
   * part. Rows of whole processes hold that time.
   */
  private static final int WARM_STEPS = 188;

  private static final int LEAST_WARM_UPS = 3;

  private final Path work;
  private final Path corpus;
  private final Path mp3;
  private final Path features;
  private final int runs;
  private final int steps;
  private final long seed;
  private final Function<String, List<String>> peerCommand;

  /** The best rate of a matrix product so far, FLOP/s. */
  private double rate;

  /**
   * Workloads on a user's inputs or made ones.
   *
   * @param work a folder for what the processes share and write; they run in it
   * @param corpus of wav files; null for a synthetic one
   * @param mp3 a corpus of mp3 files; null if none are timed
   * @param features a features JSON; null for random clusters
   * @param runs turns that count; networks take as many to warm up, but for a few turns or many
   *     steps
   * @param steps of a network's turn, and iterations of K-means's
   * @param peerCommand starts the library of this name, for a turn that is a whole process
   */
  public Workloads(
      Path work,
      Path corpus,
      Path mp3,
      Path features,
      int runs,
      int steps,
      long seed,
      Function<String, List<String>> peerCommand) {
    this.work = work;
    this.corpus = corpus;
    this.mp3 = mp3;
    this.features = features;
    this.runs = runs;
    this.steps = steps;
    this.seed = seed;
    this.peerCommand = peerCommand;
  }

  /** The workloads of a stage, one after another; ours is the first of the sides. */
  public List<Workload> of(TimedStage stage, List<Peer> sides) {
    return switch (stage) {
      case mfcc, logmel -> features(stage, corpus(), sides);
      case mp3 -> mp3(sides);
      case kmeans -> List.of(kmeans(sides));
      case tsne -> List.of(tsne(sides));
      case cnn, lstm -> networks(stage, sides);
      case training -> List.of(training(sides));
      case classify -> List.of(classify());
      case start -> List.of(start());
    };
  }

  // ---- features

  private List<Workload> features(TimedStage stage, Path audio, List<Peer> sides) {
    String segments = "segments.json";
    var work = new ArrayList<Supplier<JsonNode>>();
    var processes = new ArrayList<Supplier<JsonNode>>();
    for (Peer side : sides) {
      boolean ours = side.library().equals(Peer.OURS);
      work.add(() -> side.ask("run %s %s".formatted(stage, ours ? segments : audio)));
      processes.add(() -> featureProcess(stage, side.library(), segments, audio));
    }
    return List.of(features(stage, "work", 6, work), features(stage, "process", 1, processes));
  }

  /** From the files on: of the whole processes, {@code segment} is one. */
  private List<Workload> mp3(List<Peer> sides) {
    String audio = "" + mp3.toAbsolutePath().normalize();
    String segments = "mp3-segments.json";
    String file = "mp3.json";
    segment(audio, segments);
    var work = new ArrayList<Supplier<JsonNode>>();
    var processes = new ArrayList<Supplier<JsonNode>>();
    for (Peer side : sides) {
      boolean ours = side.library().equals(Peer.OURS);
      work.add(() -> side.ask(ours ? "run mfcc " + segments : "run mp3 " + audio));
      processes.add(
          () ->
              ours
                  ? ms(
                      ours("segment", "--corpus", audio, "--out", segments, "--force")
                          + ours("mfcc", "--segments", segments, "--out", file))
                  : ms(
                      Peer.wholeProcess(
                          side.library(),
                          peerCommand.apply(side.library()),
                          this.work,
                          "write mp3 %s %s".formatted(audio, file))));
    }
    return List.of(
        features(TimedStage.mp3, "work", 2, work), // longer than the others
        features(TimedStage.mp3, "process", 1, processes));
  }

  private void segment(String audio, String manifest) {
    if (!Files.exists(work.resolve(manifest))) {
      runStage("Segment.java", "--corpus", audio, "--out", manifest);
    }
  }

  /** Wall time in ms of a stage's whole process. */
  private double ours(String alias, String... options) {
    return Peer.wholeProcess(Peer.OURS, KitCommands.stage(alias, options), work, "");
  }

  private static JsonNode ms(double ms) {
    return Store.JSON.createObjectNode().put("ms", ms);
  }

  private static Workload features(
      TimedStage stage, String measure, int warmUps, List<Supplier<JsonNode>> turns) {
    return new Workload(
        stage,
        List.of(new Workload.Measure(measure, "ms/corpus", "ms")),
        warmUps,
        () -> null,
        turns);
  }

  /** The corpus; its manifest, which our side reads, is written into the shared folder. */
  private Path corpus() {
    Path audio = corpus == null ? work.resolve("demo") : corpus.toAbsolutePath().normalize();
    if (corpus == null && !Files.exists(audio)) {
      String tracks = "" + DEMO_TRACKS;
      runStage("Demo.java", "--out", "" + audio, "--tracks", tracks, "--seed", "" + seed);
      System.out.println("a synthetic corpus: no music");
    }
    segment("" + audio, "segments.json");
    return audio;
  }

  private void runStage(String script, String... options) {
    Peer.wholeProcess(Peer.OURS, KitCommands.script(script, options), work, "");
  }

  private JsonNode featureProcess(TimedStage stage, String library, String segments, Path audio) {
    String file = stage + ".json";
    if (library.equals(Peer.OURS)) {
      return ms(ours(stage.name(), "--segments", segments, "--out", file));
    }
    String order = "write %s %s %s".formatted(stage, audio, file);
    return ms(Peer.wholeProcess(library, peerCommand.apply(library), work, order));
  }

  // ---- clusters and t-SNE

  private Workload kmeans(List<Peer> sides) {
    int iterations = features == null ? Math.min(steps, MOST_ITERATIONS) : steps;
    String order = "run kmeans %s %d".formatted(matrix(TimedStage.kmeans), iterations);
    var measures =
        List.of(
            new Workload.Measure("iteration", "ms", "iteration"),
            new Workload.Measure("fit", "ms", "fit"));
    return new Workload(
        TimedStage.kmeans,
        measures,
        1,
        () -> null,
        sides.stream()
            .<Supplier<JsonNode>>map(side -> () -> iterate(side, order, iterations))
            .toList());
  }

  private static JsonNode iterate(Peer side, String order, int iterations) {
    JsonNode answer = side.ask(order);
    int done = answer.path("iterations").asInt();
    if (done != iterations) {
      throw new Stage.Failure(
          "K-means of %s was done after %d iterations, before the %d of --steps; give fewer"
              + " --steps",
          side.library(), done, iterations);
    }
    return answer;
  }

  private Workload tsne(List<Peer> sides) {
    String order = "run tsne %s".formatted(matrix(TimedStage.tsne));
    return new Workload(
        TimedStage.tsne,
        List.of(new Workload.Measure("fit", "s", "fit")),
        0,
        () -> null,
        turns(sides, order));
  }

  /** The rows that all sides read, in the shared folder. */
  private String matrix(TimedStage stage) {
    String name = (features == null ? stage.name() : "features") + ".npy";
    if (!Files.exists(work.resolve(name))) {
      int width = stage == TimedStage.tsne ? COMPONENTS : FLAT;
      Matrix.write(
          work.resolve(name),
          features == null
              ? Matrix.clusters(SEGMENTS, width, CLUSTERS, seed)
              : Features.read(features).values());
    }
    return name;
  }

  // ---- networks

  private List<Workload> networks(TimedStage stage, List<Peer> sides) {
    Peer ours = sides.get(0);
    JsonNode prepared = ours.ask("prepare " + stage);
    sides.stream()
        .skip(1)
        .forEach(peer -> requireSameNetwork(stage, peer, prepared.path("parameters").asLong()));
    long flops = prepared.path("flops").asLong();
    return Stream.of("train", "infer")
        .map(
            measure -> {
              double before = rate(ours);
              // a step of training is three products for each of inference's
              long work = measure.equals("train") ? 3 * flops : flops;
              return new Workload(
                  stage,
                  List.of(new Workload.Measure(measure, "ms/step", "ms")),
                  Math.max(LEAST_WARM_UPS, Math.min(runs, (WARM_STEPS + steps - 1) / steps)),
                  () -> 1000 * work / Math.max(before, rate(ours)),
                  turns(sides, "run %s %s %d".formatted(stage, measure, steps)));
            })
        .toList();
  }

  /** FLOP/s of a matrix product: the best so far. */
  private double rate(Peer ours) {
    rate = Math.max(rate, ours.ask("rate").path("flops").asDouble());
    return rate;
  }

  /** From the features file on: reading, five epochs, test, model file. */
  private Workload training(List<Peer> sides) {
    String file = "training.json";
    String split = "training-split.json";
    if (features == null) {
      writeClusters(file);
    } else {
      Features.read(features).write(work.resolve(file));
    }
    runStage("Split.java", "--features", file, "--out", split, "--seed", "" + seed);
    String order = "fit cnn %s %s %d".formatted(file, split, EPOCHS);
    return new Workload(
        TimedStage.training,
        List.of(new Workload.Measure("process", "s", "s")),
        0,
        () -> null,
        sides.stream()
            .<Supplier<JsonNode>>map(
                side -> () -> trainingProcess(side.library(), file, split, order))
            .toList());
  }

  private JsonNode trainingProcess(String library, String file, String split, String order) {
    double ms =
        library.equals(Peer.OURS)
            ? ours(
                "cnn",
                "--features",
                file,
                "--split",
                split,
                "--epochs",
                "" + EPOCHS,
                "--out",
                "training")
            : Peer.wholeProcess(library, peerCommand.apply(library), work, order);
    return Store.JSON.createObjectNode().put("s", ms / 1000);
  }

  /** A features JSON of GTZAN's size: a thousand tracks of ten segments, but for the last. */
  private void writeClusters(String file) {
    int[] labels = new int[SEGMENTS];
    int[] places = new int[SEGMENTS];
    String[] tracks = new String[SEGMENTS];
    for (int i = 0; i < SEGMENTS; i++) {
      labels[i] = i % CLUSTERS; // as Matrix.clusters has them
      places[i] = i / CLUSTERS % 10;
      tracks[i] = "genre%d.%05d".formatted(labels[i], i / (10 * CLUSTERS));
    }
    new Features(
            "mfcc",
            IntStream.range(0, CLUSTERS).mapToObj(genre -> "genre" + genre).toList(),
            labels,
            tracks,
            places,
            null,
            FRAMES,
            FLAT / FRAMES,
            Matrix.clusters(SEGMENTS, FLAT, CLUSTERS, seed),
            Store.JSON.createObjectNode(),
            Store.JSON.createObjectNode())
        .write(work.resolve(file));
  }

  // ---- processes without a counterpart

  /** One song, by a CNN trained for an epoch on the corpus. */
  private Workload classify() {
    corpus();
    String song = SegmentManifest.read(work.resolve("segments.json")).get(0).file();
    runStage("Mfcc.java", "--segments", "segments.json", "--out", "classify.json");
    runStage("Split.java", "--features", "classify.json", "--out", "classify-split.json");
    runStage(
        "Cnn.java",
        "--features",
        "classify.json",
        "--split",
        "classify-split.json",
        "--epochs",
        "1",
        "--out",
        "classify");
    return new Workload(
        TimedStage.classify,
        List.of(new Workload.Measure("process", "ms", "ms")),
        1,
        () -> null,
        List.of(() -> ms(ours("classify", "--model", "classify/model.zip", song))));
  }

  /** A stage of few libraries, one of Tribuo's, one of DL4J's. */
  private Workload start() {
    List<String> aliases = List.of("segment", "kmeans", "cnn");
    return new Workload(
        TimedStage.start,
        aliases.stream().map(alias -> new Workload.Measure(alias, "ms", alias)).toList(),
        1,
        () -> null,
        List.of(
            () -> {
              ObjectNode answer = Store.JSON.createObjectNode();
              aliases.forEach(alias -> answer.put(alias, ours(alias, "--help")));
              return answer;
            }));
  }

  private static void requireSameNetwork(TimedStage network, Peer peer, long parameters) {
    long theirs = peer.hello().path("parameters").path(network.name()).asLong();
    if (theirs != parameters) {
      throw new Stage.Failure(
          "environment/bench-networks.py: its %s of %s has %d trainable parameters, ours %d; make"
              + " them the same network",
          network, peer.library(), theirs, parameters);
    }
  }

  private static List<Supplier<JsonNode>> turns(List<Peer> sides, String order) {
    return sides.stream().<Supplier<JsonNode>>map(side -> () -> side.ask(order)).toList();
  }
}
