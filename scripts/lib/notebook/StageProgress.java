//SOURCES ../figures/Chart.java
//SOURCES ../figures/Charts.java
//SOURCES ../results/Rows.java

package genrelab.notebook;

import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running stage has said so far: its epochs, its last lines, how it ended. */
public final class StageProgress {
  /** The exit code that stands for a stopped cell: that of Ctrl-C. */
  static final int STOPPED = 130;

  private static final int MILLISECONDS = 300;
  private static final int LINES = 6;

  /** As a training prints an epoch. */
  private static final Pattern EPOCH =
      Pattern.compile(
          "epoch +(\\d+)/(\\d+)  loss (\\S+)  accuracy (\\S+)  val_loss (\\S+)"
              + "  val_accuracy (\\S+)  (\\S+) s .*");

  private static final Pattern COMPILE_ERROR = Pattern.compile("\\.java:\\d+: error:|\\[ERROR\\]");

  private final String stage;
  private final List<String> options;
  private final boolean brief;
  private final List<Rows.Epoch> epochs = new ArrayList<>();
  private final List<String> printed = new ArrayList<>();
  private String told = "";

  /** The first error of JBang's, whose last lines say less. */
  private String error = "";

  private int planned;
  private Integer exit;
  private boolean changed;

  /**
   * @param brief whether what it printed is not shown at its end, since the cell shows the result
   */
  StageProgress(String stage, List<String> options, boolean brief) {
    this.stage = stage;
    this.options = options;
    this.brief = brief;
  }

  /** A line of the stage's standard output. */
  synchronized void print(String line) {
    Matcher epoch = EPOCH.matcher(line);
    if (epoch.matches()) {
      planned = Integer.parseInt(epoch.group(2));
      epochs.add(
          new Rows.Epoch(
              name(),
              0,
              0,
              Integer.parseInt(epoch.group(1)),
              Double.parseDouble(epoch.group(3)),
              Double.parseDouble(epoch.group(4)),
              Double.parseDouble(epoch.group(5)),
              Double.parseDouble(epoch.group(6)),
              Double.parseDouble(epoch.group(7))));
    } else if (!line.isBlank()) {
      printed.add(line);
    }
    changed = true;
  }

  /** A line of its standard error: progress, warnings, or why it failed. */
  synchronized void tell(String line) {
    if (!line.isBlank()) {
      told = line.strip();
      if (error.isEmpty() && COMPILE_ERROR.matcher(line).find()) {
        error = told;
      }
      changed = true;
    }
  }

  synchronized void finish(int code) {
    exit = code;
    notifyAll();
  }

  synchronized boolean isSuccess() {
    return exit != null && exit == 0;
  }

  /** Waits for news, at least long enough that the display does not flicker; false at the end. */
  synchronized boolean awaitChange() {
    try {
      long until = System.currentTimeMillis() + MILLISECONDS;
      while (exit == null && (!changed || System.currentTimeMillis() < until)) {
        wait(MILLISECONDS);
      }
    } catch (InterruptedException never) { // nobody interrupts the thread that shows
      return false;
    }
    changed = false;
    return exit == null;
  }

  private String name() {
    return stage.substring(stage.lastIndexOf('/') + 1).replace(".java", "");
  }

  // --- what is shown -----------------------------------------------------------------------------

  /** The command, as typed in the kit's folder. */
  synchronized String command() {
    return "environment/jbang %s%s %s"
        .formatted(stage.endsWith(".java") ? "run " : "", stage, String.join(" ", options))
        .strip();
  }

  /** Accuracy and loss so far; empty before the second epoch. */
  synchronized List<Chart> curves() {
    if (epochs.size() < 2) {
      return List.of();
    }
    String title = "%s, epoch %d of %d: ".formatted(name(), epochs.size(), planned);
    return List.of(
        Charts.curves(epochs, Charts.Curve.ACCURACY, title + "accuracy", ""),
        Charts.curves(epochs, Charts.Curve.LOSS, title + "loss", ""));
  }

  /** How it ended, where it did not end well, in one line. */
  synchronized String failure() {
    if (exit == STOPPED) {
      return "%s was stopped%s; what is finished is kept%s"
          .formatted(
              name(),
              epochs.isEmpty() ? "" : " after epoch %d of %d".formatted(epochs.size(), planned),
              epochs.isEmpty() ? "" : ", \"--resume\" goes on from there");
    }
    if (told.startsWith("[jbang]") && !error.isEmpty()) {
      return error;
    }
    return told.isEmpty() ? "%s failed (exit code %d)".formatted(name(), exit) : told;
  }

  /** The latest lines: while it runs, what it does; then what it printed, or its failure. */
  synchronized List<String> lines() {
    if (exit != null && exit != 0) {
      return List.of(failure());
    }
    if (exit != null) {
      return brief
          ? List.of()
          : printed.subList(Math.max(0, printed.size() - LINES), printed.size());
    }
    Optional<String> last =
        epochs.isEmpty() && !printed.isEmpty()
            ? Optional.of(printed.get(printed.size() - 1))
            : Optional.empty();
    return List.of(told.isEmpty() ? last.orElse("starting") : told);
  }
}
