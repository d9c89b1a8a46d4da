package genrelab.kit;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * A resource that must not outlive this process, such as a temporary file or a stage's own process:
 * cleaned up where this process is ended (Ctrl-C, SIGTERM) before it is closed.
 *
 * <p>A signal that comes while the resource is opened waits for that, so that nothing half open is
 * left behind.
 */
public final class CleanupOnExit<T> implements AutoCloseable {
  private final Thread hook;
  private T value;

  /** Opens the resource. */
  public interface Opener<T> {
    T open() throws IOException;
  }

  /**
   * @param cleanup is given what was opened; not called where opening failed
   * @throws IllegalStateException if this process is ending already
   */
  public CleanupOnExit(Opener<T> opener, Consumer<T> cleanup) throws IOException {
    hook =
        new Thread(
            () -> {
              synchronized (this) {
                if (value != null) {
                  cleanup.accept(value);
                }
              }
            });
    synchronized (this) {
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        value = opener.open();
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

  /** Leaves the resource as it is: no cleanup from now on. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ignored) {
      // this process is ending already
    }
  }
}
