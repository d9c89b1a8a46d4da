//DEPS org.apache.spark:spark-core_2.13:4.0.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES JobFolder.java
//SOURCES PartFolder.java

package genrelab.spark;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder on a file system that Hadoop opens, such as HDFS. Files are copied there under a
 * temporary name and renamed. A rename does not replace on all of them, so that a part is away for
 * a moment while it is put in place of an altered one; its record is written after it.
 *
 * @param folder its URI
 * @param settings of Hadoop, beside those of its configuration files
 */
record HadoopFolder(String folder, TreeMap<String, String> settings) implements PartFolder {
  private static final long serialVersionUID = 1L;

  private static final String SETTINGS = "spark.hadoop.";

  /**
   * @throws Stage.Failure if Hadoop knows no such file system
   */
  static HadoopFolder of(String uri, Map<String, String> conf) {
    var settings = new TreeMap<String, String>();
    conf.forEach(
        (key, value) -> {
          if (key.startsWith(SETTINGS)) {
            settings.put(key.substring(SETTINGS.length()), value);
          }
        });
    var folder = new HadoopFolder(uri, settings);
    try {
      folder.fileSystem();
      return folder;
    } catch (IOException | IllegalArgumentException error) {
      throw new Stage.Failure(
          "%s: Hadoop can't open this (%s); give a folder, or a URI that it knows, with its"
              + " settings by --conf spark.hadoop.…",
          uri, Stage.oneLine(String.valueOf(error.getMessage())));
    }
  }

  private FileSystem fileSystem() throws IOException {
    var configuration = new Configuration();
    settings.forEach(configuration::set);
    FileSystem system = FileSystem.get(URI.create(folder), configuration);
    system.setWriteChecksum(false); // else file: leaves .crc files beside ours
    return system;
  }

  private Path path(String name) {
    return name.isEmpty() ? new Path(folder) : new Path(folder, name);
  }

  @Override
  public String address(String name) {
    return path(name).toString();
  }

  @Override
  public byte[] read(String name) throws IOException {
    FileSystem system = fileSystem();
    if (!system.exists(path(name))) {
      return null;
    }
    try (InputStream in = system.open(path(name))) {
      return in.readAllBytes();
    }
  }

  @Override
  public String sha256(String name) throws IOException {
    FileSystem system = fileSystem();
    if (!system.exists(path(name))) {
      return null;
    }
    try (InputStream in = system.open(path(name))) {
      return Store.sha256(in);
    }
  }

  @Override
  public List<String> names() throws IOException {
    FileSystem system = fileSystem();
    return system.exists(path("")) ? names(system, path("")) : List.of();
  }

  private static List<String> names(FileSystem system, Path folder) throws IOException {
    return Arrays.stream(system.listStatus(folder))
        .map(FileStatus::getPath)
        .map(Path::getName)
        .sorted()
        .toList();
  }

  @Override
  public void write(String name, Store.Content content) throws IOException {
    FileSystem system = fileSystem();
    Path part = new Path(path(name).getParent(), "attempt-" + path(name).getName());
    try (OutputStream out = system.create(part, true)) {
      content.writeTo(out);
    }
    rename(system, part, path(name));
  }

  @Override
  public void delete(String name) throws IOException {
    fileSystem().delete(path(name), false);
  }

  @Override
  public java.nio.file.Path attempt(String name) throws IOException {
    return Files.createTempDirectory(name);
  }

  @Override
  public void publish(java.nio.file.Path file, String name) throws IOException {
    FileSystem system = fileSystem();
    java.nio.file.Path attempt = file.getParent().getFileName();
    Path part = path(JobFolder.NAME + "/" + attempt + "-" + file.getFileName());
    system.copyFromLocalFile(false, true, new Path(file.toUri()), part);
    rename(system, part, path(name));
  }

  private static void rename(FileSystem system, Path from, Path to) throws IOException {
    system.delete(to, false);
    if (!system.rename(from, to)) {
      throw new IOException(from + " can't be renamed to " + to);
    }
  }

  @Override
  public void deleteAttempts() throws IOException {
    FileSystem system = fileSystem();
    for (String left : names(system, path(JobFolder.NAME))) {
      if (left.startsWith("attempt-")) {
        system.delete(path(JobFolder.NAME + "/" + left), false);
      }
    }
  }

  /** Hadoop's file systems have no locks: nothing is kept out. */
  @Override
  public AutoCloseable lock() throws IOException {
    fileSystem().mkdirs(path(JobFolder.NAME));
    return () -> {};
  }
}
