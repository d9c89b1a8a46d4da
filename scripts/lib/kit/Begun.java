package genrelab.kit;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * What must not outlive this process, such as a temporary file or a stage's own process: undone
 * where this process is ended (Ctrl-C, SIGTERM) before it is closed.
 *
 * <p>An end that comes while it begins waits for that, so that nothing half begun is left behind.
 */
public final class Begun<T> implements AutoCloseable {
  private final Thread undoing;
  private T value;

  public interface Beginning<T> {
    T begin() throws IOException;
  }

  /**
   * @param undo is given what was begun; not called where beginning failed
   * @throws IllegalStateException if this process is ending already
   */
  public Begun(Beginning<T> beginning, Consumer<T> undo) throws IOException {
    undoing =
        new Thread(
            () -> {
              synchronized (this) {
                if (value != null) {
                  undo.accept(value);
                }
              }
            });
    synchronized (this) {
      Runtime.getRuntime().addShutdownHook(undoing);
      try {
        value = beginning.begin();
      } finally {
        if (value == null) {
          close();
        }
      }
    }
  }

  public T value() {
    return value;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(undoing);
    } catch (IllegalStateException ignored) {
      // this process is ending already
    }
  }
}
