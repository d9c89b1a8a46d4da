//DEPS me.tongfei:progressbar:0.10.2
//SOURCES PrintableStream.java
//SOURCES Stage.java

package genrelab.kit;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress bars with the time left, on stderr: drawn over one line in a terminal; elsewhere, such
 * as in a log, whole lines at most every ten seconds; nothing with {@code --quiet}.
 */
public final class Progress {
  private static final int LOG_WIDTH = 90;
  private static final Duration SHORT = Duration.ofSeconds(2);

  private Progress() {}

  /**
   * A progress bar of a number of steps.
   *
   * @param task what is going on, e.g. {@code "MFCC"}
   * @param steps how many steps it takes
   */
  public static ProgressBar of(String task, long steps) {
    return bar(task, steps, new ProgressBarBuilder());
  }

  /** As {@link #of}, with the steps a second, e.g. of {@code "tracks"}. */
  public static ProgressBar of(String task, long steps, String unit) {
    return bar(task, steps, new ProgressBarBuilder().setUnit(" " + unit, 1).showSpeed());
  }

  /** As {@link #of}, of bytes, with the speed; 0 for an unknown number. */
  public static ProgressBar ofBytes(String task, long bytes) {
    return bar(
        task,
        bytes == 0 ? -1 : bytes,
        new ProgressBarBuilder().setUnit(" MB", 1_000_000).showSpeed());
  }

  private static ProgressBar bar(String task, long steps, ProgressBarBuilder builder) {
    boolean watched = !Stage.isQuiet() && isWatched();
    return builder
        .setTaskName(PrintableStream.line(task))
        .setInitialMax(steps)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(watched ? 200 : 10_000)
        .setConsumer(
            watched
                ? new ConsoleProgressBarConsumer(Stage.terminal())
                : new DelegatingProgressBarConsumer(
                    Stage.isQuiet() ? line -> {} : changedLines(), LOG_WIDTH))
        .build();
  }

  private static Boolean errIsTerminal;

  /** Whether stderr is a terminal on which a line can be drawn again. */
  private static synchronized boolean isWatched() {
    if (errIsTerminal == null) {
      errIsTerminal = errIsTerminal();
    }
    return errIsTerminal && !Stage.isDumb();
  }

  /** Java's console tells of stdin and stdout alone; the shell's test is asked about stderr. */
  private static boolean errIsTerminal() {
    try {
      return new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchCommand) {
      return System.console() != null;
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lines for a log: none for what is quickly over, none twice. */
  private static Consumer<String> changedLines() {
    var last = new AtomicReference<String>("");
    long begin = System.nanoTime();
    return line -> {
      boolean lasts = System.nanoTime() - begin > SHORT.toNanos();
      if (lasts && !line.equals(last.getAndSet(line))) {
        System.err.println(line.stripTrailing());
      }
    };
  }
}
