//SOURCES KitCommands.java
//SOURCES Matrix.java
//SOURCES Peer.java
//SOURCES TimedStage.java
//SOURCES Workload.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What each stage and its peers do in their turns, and the inputs they share. */
public final class Workloads {
  /** GTZAN's: its tracks of 30 s cut into 3 s, of 130 frames of 13 coefficients each. */
  private static final int SEGMENTS = 9990;

  private static final int FLAT = 1690;
  private static final int COMPONENTS = 50;
  private static final int CLUSTERS = 10;
  private static final int DEMO_TRACKS = 2;

  private final Path work;
  private final Path corpus;
  private final Path features;
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
   * @param features a features JSON; null for random clusters
   * @param steps of a network's turn, and iterations of K-means's
   * @param peerCommand starts the library of this name, for a turn that is a whole process
   */
  public Workloads(
      Path work,
      Path corpus,
      Path features,
      int steps,
      long seed,
      Function<String, List<String>> peerCommand) {
    this.work = work;
    this.corpus = corpus;
    this.features = features;
    this.steps = steps;
    this.seed = seed;
    this.peerCommand = peerCommand;
  }

  /** The workloads of a stage, one after another; ours is the first of the sides. */
  public List<Workload> of(TimedStage stage, List<Peer> sides) {
    return switch (stage.suite()) {
      case features -> features(stage, sides);
      case kmeans -> List.of(kmeans(sides));
      case tsne -> List.of(tsne(sides));
      case networks -> networks(stage, sides);
    };
  }

  // ---- features

  private List<Workload> features(TimedStage stage, List<Peer> sides) {
    Path audio = corpus();
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
    if (!Files.exists(work.resolve("segments.json"))) {
      runStage("Segment.java", "--corpus", "" + audio, "--out", "segments.json");
    }
    return audio;
  }

  private void runStage(String script, String... options) {
    Peer.wholeProcess(Peer.OURS, KitCommands.script(script, options), work, "");
  }

  private JsonNode featureProcess(TimedStage stage, String library, String segments, Path audio) {
    String file = stage + ".json";
    boolean ours = library.equals(Peer.OURS);
    List<String> command =
        ours
            ? KitCommands.stage(stage, "--segments", segments, "--out", file)
            : peerCommand.apply(library);
    String order = ours ? "" : "write %s %s %s".formatted(stage, audio, file);
    double ms = Peer.wholeProcess(library, command, work, order);
    return Store.JSON.createObjectNode().put("ms", ms);
  }

  // ---- clusters and t-SNE

  private Workload kmeans(List<Peer> sides) {
    String order = "run kmeans %s %d".formatted(matrix(TimedStage.kmeans), steps);
    var measures =
        List.of(
            new Workload.Measure("iteration", "ms", "iteration"),
            new Workload.Measure("fit", "ms", "fit"));
    return new Workload(
        TimedStage.kmeans,
        measures,
        1,
        () -> null,
        sides.stream().<Supplier<JsonNode>>map(side -> () -> iterate(side, order)).toList());
  }

  private JsonNode iterate(Peer side, String order) {
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
                  3,
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
