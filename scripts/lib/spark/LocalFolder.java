// Deletes folders.
//DEPS commons-io:commons-io:2.20.0
//SOURCES ../kit/Store.java
//SOURCES JobFolder.java
//SOURCES PartFolder.java

package genrelab.spark;

import genrelab.kit.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A folder of a file system that is mounted under the same path on all machines.
 *
 * @param folder its path
 */
record LocalFolder(String folder) implements PartFolder {
  private static final long serialVersionUID = 1L;

  private Path path(String name) {
    return Path.of(folder).resolve(name);
  }

  @Override
  public String address(String name) {
    return path(name).toString();
  }

  @Override
  public byte[] read(String name) throws IOException {
    return Files.exists(path(name)) ? Files.readAllBytes(path(name)) : null;
  }

  @Override
  public String sha256(String name) {
    return Files.isRegularFile(path(name)) ? Store.sha256(path(name)) : null;
  }

  @Override
  public List<String> names() throws IOException {
    if (!Files.isDirectory(path(""))) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(path(""))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void write(String name, Store.Content content) {
    Store.write(path(name), content);
  }

  @Override
  public void delete(String name) {
    Store.delete(path(name));
  }

  @Override
  public Path attempt(String name) throws IOException {
    Path own = path(JobFolder.NAME).resolve(name);
    FileUtils.deleteDirectory(own.toFile());
    return Files.createDirectories(own);
  }

  @Override
  public void publish(Path file, String name) throws IOException {
    Files.move(
        file, path(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void deleteAttempts() throws IOException {
    try (Stream<Path> left = Files.list(path(JobFolder.NAME))) {
      for (Path attempt :
          left.filter(each -> each.getFileName().toString().startsWith("attempt-")).toList()) {
        FileUtils.deleteDirectory(attempt.toFile());
      }
    }
  }

  @Override
  public AutoCloseable lock() throws IOException {
    Store.createFolder(path(JobFolder.NAME));
    FileChannel channel =
        FileChannel.open(
            path(JobFolder.NAME).resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameJvm) {
      // no lock
    }
    channel.close();
    return null;
  }
}
