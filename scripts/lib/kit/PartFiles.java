// CloseShieldOutputStream: a file stays locked until it has its name.
//DEPS commons-io:commons-io:2.20.0
//SOURCES Outputs.java
//SOURCES Stage.java
//SOURCES Store.java

package genrelab.kit;

import static java.nio.channels.Channels.newOutputStream;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.output.CloseShieldOutputStream;

/** Files under temporary names beside their own, locked, until all of them are whole. */
final class PartFiles implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Map<Path, FileChannel> channels = new LinkedHashMap<>();
  private boolean done;

  private PartFiles() {}

  /**
   * Opens a temporary file for each.
   *
   * @throws Stage.Failure if another run is writing one of them
   */
  static PartFiles open(Collection<Path> files) throws IOException {
    var parts = new PartFiles();
    try {
      for (Path file : files) {
        parts.channels.put(file, locked(part(file), file));
      }
      return parts;
    } catch (IOException | RuntimeException error) {
      parts.close();
      throw error;
    }
  }

  private static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  private static FileChannel locked(Path part, Path file) throws IOException {
    FileChannel channel = FileChannel.open(part, CREATE, WRITE);
    boolean ours = false;
    try {
      // gone if the other run has finished between our two steps: what we opened is its file then
      ours = channel.tryLock() != null && Files.exists(part);
    } finally {
      if (!ours) {
        channel.close();
      }
    }
    if (!ours) {
      throw new Stage.Failure(
          "%s: another run is writing it; wait for that, or write elsewhere", file);
    }
    return channel;
  }

  /** Writes a file's contents, compressed where its name ends in {@code .gz}. */
  void write(Path file, Store.Content content) {
    try {
      FileChannel channel = channels.get(file);
      channel.truncate(0); // what a killed run has left
      var buffered = new BufferedOutputStream(newOutputStream(channel), BUFFER);
      if (file.toString().endsWith(".gz")) {
        var zipped = new GZIPOutputStream(buffered, BUFFER);
        content.writeTo(CloseShieldOutputStream.wrap(zipped));
        zipped.finish();
      } else {
        content.writeTo(CloseShieldOutputStream.wrap(buffered));
      }
      buffered.flush();
    } catch (FileSystemException error) {
      throw new UncheckedIOException(error);
    } catch (IOException error) {
      throw new UncheckedIOException(
          new FileSystemException(file.toString(), null, error.getMessage()));
    }
  }

  /**
   * Gives all files their names, still locked: nobody else may begin before that. {@link #delete},
   * called while this process is being ended, waits for it.
   *
   * @throws Stage.Failure if a name is that of an input of this stage, or of a file of another kind
   */
  synchronized void rename() throws IOException {
    for (Path file : channels.keySet()) {
      Outputs.requireReplaceable(part(file), file);
    }
    for (Path file : channels.keySet()) {
      Files.move(
          part(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    done = true;
  }

  /** Deletes the temporary files, unless all have got their names. */
  synchronized void delete() {
    if (!done) {
      for (Path file : channels.keySet()) {
        try {
          Files.deleteIfExists(part(file));
        } catch (IOException ignored) {
          // the first error is the one to tell
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    delete();
    for (FileChannel channel : channels.values()) {
      channel.close();
    }
  }
}
