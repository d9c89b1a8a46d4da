//SOURCES KitFolder.java
//SOURCES Run.java
//SOURCES StageProgress.java
//SOURCES ../kit/CleanupOnExit.java

package genrelab.notebook;

import genrelab.kit.CleanupOnExit;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The kit's stages, run from a cell: each is a process of its own, started by the launcher as at
 * the shell.
 *
 * <pre>
 *   var trained = Kit.run("cnn", "--features", run.file("mfcc.json"), "--split",
 *       run.file("split.json"), "--out", "data/runs/mine/cnn", "--epochs", "10");
 *   trained.curves("cnn")
 * </pre>
 */
public final class Kit {
  private static final int PATIENCE_SECONDS = 10;

  /**
   * Makes a display that shows a value in the cell and replaces the last one; set by the kernel.
   */
  private static Supplier<Consumer<StageProgress>> displays = () -> progress -> {};

  private Kit() {}

  /** Sets where progress is shown; the kernel does. */
  public static void showOn(Supplier<Consumer<StageProgress>> kernel) {
    displays = kernel;
  }

  /**
   * Runs a stage and waits for it. The cell shows its progress in place: of a training the curves
   * grow from epoch to epoch. Stopping the cell ends the stage.
   *
   * @param stage an alias of the catalog, or a script such as {@code Mine.java}
   * @param options as at the shell; paths are relative to the kit's folder
   * @return the run of what {@code --out} names: the folder itself, or the one that holds the
   *     network's folder or the file. Where the stage failed, each result of it is the one line
   *     that says why
   */
  public static Run run(String stage, String... options) {
    return run(new StageProgress(stage, List.of(options), false), stage, options);
  }

  /** The same, without what the stage prints at its end. */
  static Run runBriefly(String stage, String... options) {
    return run(new StageProgress(stage, List.of(options), true), stage, options);
  }

  private static Run run(StageProgress progress, String stage, String... options) {
    Thread shown = show(progress, displays.get());
    try (var started = new CleanupOnExit<>(process(stage, options)::start, Kit::end)) {
      progress.finish(watch(started.value(), progress));
    } catch (IOException error) {
      progress.tell(
          "%s: can't be started (%s); start the notebook by environment/notebook"
              .formatted(command(stage, options).get(0), error.getMessage()));
      progress.finish(1);
    } catch (InterruptedException stopped) {
      progress.finish(StageProgress.STOPPED);
    }
    try {
      shown.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    Run result = Run.open(folder(options));
    return progress.isSuccess() ? result : result.failed(progress.failure());
  }

  /**
   * Shows the progress whenever it has changed, until it is finished. By a thread of its own: where
   * the cell's is interrupted while it sends to the notebook, the kernel's connection breaks.
   */
  private static Thread show(StageProgress progress, Consumer<StageProgress> display) {
    var thread =
        new Thread(
            () -> {
              do {
                display.accept(progress);
              } while (progress.awaitChange());
              display.accept(progress);
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** What {@code --help} prints: the stage's options and their defaults. */
  public static String help(String stage) {
    try {
      Process process = process(stage, "--help").redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  // --- the process -------------------------------------------------------------------------------

  private static ProcessBuilder process(String stage, String... options) {
    var builder = new ProcessBuilder(command(stage, options)).directory(KitFolder.path().toFile());
    builder.environment().put("TERM", "dumb"); // whole lines
    builder.environment().remove("JJAVA_CLASSPATH");
    return builder.redirectInput(
        ProcessBuilder.Redirect.from(new File(isWindows() ? "NUL" : "/dev/null")));
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  private static List<String> command(String stage, String... options) {
    Path launcher =
        KitFolder.path().resolve("environment").resolve(isWindows() ? "jbang.cmd" : "jbang");
    var command = new ArrayList<String>(List.of(launcher.toString()));
    if (stage.endsWith(".java")) {
      command.add("run");
    }
    command.add(stage);
    command.addAll(List.of(options));
    return command;
  }

  private static int watch(Process process, StageProgress progress) throws InterruptedException {
    Thread out = read(process.getInputStream(), progress::print);
    Thread err = read(process.getErrorStream(), progress::tell);
    try {
      int exit = process.waitFor();
      out.join();
      err.join();
      return exit;
    } finally {
      end(process);
    }
  }

  private static Thread read(InputStream stream, Consumer<String> line) {
    var thread =
        new Thread(
            () -> {
              try (var lines =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                lines.lines().forEach(line);
              } catch (IOException | UncheckedIOException closed) {
                // the process has ended
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Ends a stage and what it started; it keeps its finished files, as on Ctrl-C. */
  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle()))
            .filter(ProcessHandle::isAlive)
            .toList();
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle each : all) {
      try {
        each.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (Exception late) { // the thread was interrupted again, or the process hangs
        each.destroyForcibly();
      }
    }
  }

  // --- its results -------------------------------------------------------------------------------

  /** The run that the option {@code --out} names. */
  private static String folder(String... options) {
    String out = ".";
    for (int i = 0; i < options.length; i++) {
      if (options[i].equals("--out") && i + 1 < options.length) {
        out = options[i + 1];
      } else if (options[i].startsWith("--out=")) {
        out = options[i].substring("--out=".length());
      }
    }
    Path path = KitFolder.resolve(out);
    boolean network =
        Stream.of("metrics.json", "checkpoint.bin").anyMatch(f -> Files.exists(path.resolve(f)));
    return (Files.isDirectory(path) && !network ? path : path.resolveSibling("")).toString();
  }
}
