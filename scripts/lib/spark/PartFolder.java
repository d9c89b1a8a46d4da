//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES HadoopFolder.java
//SOURCES LocalFolder.java

package genrelab.spark;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A folder that all machines see, in which tasks put parts: {@link LocalFolder} on a file system
 * that is mounted, {@link HadoopFolder} on one that Hadoop opens. Names in it are relative, with
 * slashes.
 */
public interface PartFolder extends Serializable {
  Pattern URI_START = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+://");

  /**
   * The folder of an option.
   *
   * @param out a path, or a URI such as {@code hdfs://host:port/parts}
   * @param conf Spark's settings; those of {@code spark.hadoop.} are Hadoop's
   * @throws Stage.Failure if Hadoop can't open the URI
   */
  static PartFolder of(String out, Map<String, String> conf) {
    return isUri(out)
        ? HadoopFolder.of(out, conf)
        : new LocalFolder(Path.of(out).toAbsolutePath().normalize().toString());
  }

  /** Whether an option is a URI, not a path. */
  static boolean isUri(String option) {
    return URI_START.matcher(option).lookingAt();
  }

  /** A file's or the folder's own address, for messages. */
  String address(String name);

  /** A file's content; null where there is none. */
  byte[] read(String name) throws IOException;

  /** SHA-256 of a file in hex; null where there is none. */
  String sha256(String name) throws IOException;

  /** Names of the files and folders in it, sorted; none where it is not there. */
  List<String> names() throws IOException;

  /** Writes a file whole, or not at all. */
  void write(String name, Store.Content content) throws IOException;

  void delete(String name) throws IOException;

  /** Makes an empty folder of this machine for the files of an attempt at a part. */
  Path attempt(String name) throws IOException;

  /** Puts an attempt's file in its place: from then on it is there, and whole. */
  void publish(Path file, String name) throws IOException;

  /** Deletes what attempts that were killed have left. */
  void deleteAttempts() throws IOException;

  /**
   * Makes the job's folder, and keeps other runs out until it is closed; null where one is at work.
   */
  AutoCloseable lock() throws IOException;
}
