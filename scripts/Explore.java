///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Serves a map of a run's segments that one can hear, in the browser
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/explore/ExploredRun.java
//SOURCES lib/explore/MapServer.java
//SOURCES lib/explore/StaticPage.java
//SOURCES lib/kit/CleanupOnExit.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/results/RunFolder.java
// A server that waits: small, rather than fast.
//RUNTIME_OPTIONS -Xmx160m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true

import genrelab.explore.ExploredRun;
import genrelab.explore.MapServer;
import genrelab.explore.StaticPage;
import genrelab.kit.CleanupOnExit;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.results.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Serves a page on the loopback address: the run's t-SNE, coloured by genre, cluster, right or
 * wrong, or confidence; hovering shows a segment's features, clicking plays it. A confusion matrix
 * filters the map, mistakes are listed by confidence, a track's probabilities stand over time.
 */
@Command(
    name = "explore",
    description = {
      "Serves a map of a run's segments that one can hear, to a browser on this machine, until"
          + " Ctrl-C ends it. Or writes it as a static page.",
      "The run needs tsne.json. With NETWORK/predictions.json there are a confusion matrix and"
          + " mistakes, with segments.json and the audio that it names a player, with features a"
          + " heat map of each segment."
    })
public class Explore implements Callable<Integer> {
  @Option(
      names = "--results",
      required = true,
      paramLabel = "RUN",
      description = "A run folder: what the other stages wrote, one folder a network.")
  Path results;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port of the server (default: any that is free).")
  int port;

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description =
          "Write the page into this folder instead, to be opened from the file system; the report"
              + " links to it in RUN/explore.")
  @Output
  Path export;

  @Option(
      names = "--audio",
      description = "Copy the audio into the --export folder too; mind its licence.")
  boolean audio;

  public static void main(String... args) {
    System.exit(Stage.run(new Explore(), args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Stage.requireOption(port >= 0 && port <= 65_535, "--port must be 0 to 65535, not %d", port);
    Stage.requireOption(export != null || !audio, "--audio goes with --export");
    var folder = new RunFolder(results);
    ExploredRun run = ExploredRun.read(folder);
    if (export == null) {
      serve(run, folder);
    } else {
      StaticPage.write(run, folder, export, audio);
      System.out.println(export.resolve("index.html"));
    }
    return 0;
  }

  /** Until the process is ended. */
  private void serve(ExploredRun run, RunFolder folder) throws IOException, InterruptedException {
    try (var serving =
        new CleanupOnExit<>(() -> MapServer.start(run, folder, port), Explore::end)) {
      System.out.printf(
          "%,d segments of %,d tracks, %s%n",
          run.segments().size(),
          run.tracks().size(),
          run.audio().isEmpty()
              ? "no audio here"
              : "%,d of them with audio".formatted(run.audio().size()));
      System.out.println("Open this address in a browser of this machine; Ctrl-C ends the server.");
      Stage.results().println(serving.value().address());
      new CountDownLatch(1).await();
    }
  }

  private static void end(MapServer server) {
    server.close();
    System.out.println("explore: the server has ended");
  }
}
