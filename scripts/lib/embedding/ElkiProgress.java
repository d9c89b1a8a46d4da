//DEPS io.github.elki-project:elki:0.8.0
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Progress.java

package genrelab.embedding;

import elki.logging.LoggingConfiguration;
import elki.logging.progress.FiniteProgress;
import elki.logging.progress.ProgressLogRecord;
import genrelab.kit.Progress;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import me.tongfei.progressbar.ProgressBar;

/** Turns what ELKI logs of its progress into progress bars, and keeps all else to itself. */
final class ElkiProgress extends Handler {
  private static final Logger ELKI = Logger.getLogger(LoggingConfiguration.TOPLEVEL_PACKAGE);

  private FiniteProgress task;
  private ProgressBar bar;

  ElkiProgress() {
    LoggingConfiguration.assertConfigured(); // it would undo what follows when it is first used
    ELKI.setUseParentHandlers(false);
    ELKI.setLevel(Level.INFO);
    ELKI.addHandler(this);
  }

  @Override
  public void publish(LogRecord record) {
    if (!(record instanceof ProgressLogRecord progress
        && progress.getProgress() instanceof FiniteProgress now)) {
      return;
    }
    if (now != task) {
      flush();
      task = now;
      String name = now.getTask().startsWith("Finding") ? "neighbours" : "t-SNE";
      bar = Progress.of(name, now.getTotal());
    }
    bar.stepTo(now.getProcessed());
    if (now.isComplete()) {
      flush();
    }
  }

  @Override
  public void flush() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    flush();
    ELKI.removeHandler(this);
  }
}
