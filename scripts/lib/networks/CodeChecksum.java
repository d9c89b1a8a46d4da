//SOURCES ../kit/Store.java
//SOURCES NetworkDefinition.java

package genrelab.networks;

import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * Checksum of the classes that train and define a network, so that a training does not go on with
 * layers that were edited since: those of {@code genrelab.networks} and of the network's script,
 * nested ones included.
 */
public final class CodeChecksum {
  private CodeChecksum() {}

  /** Of the code that runs. */
  static String of(String alias) {
    try {
      return of(
          Path.of(CodeChecksum.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
          alias);
    } catch (URISyntaxException error) {
      throw new IllegalStateException(error);
    }
  }

  /**
   * Of compiled code.
   *
   * @param code the jar that JBang made of a script and all it includes, or a folder of classes as
   *     an IDE compiles them
   * @param alias the network's stage, whose script is the alias with a capital letter
   */
  public static String of(Path code, String alias) {
    String script = NetworkDefinition.scriptOf(alias);
    Predicate<String> decides =
        name ->
            name.startsWith("genrelab/networks/")
                || name.equals(script + ".class")
                || name.startsWith(script + "$");
    try {
      if (Files.isDirectory(code)) {
        try (Stream<Path> files = Files.walk(code)) {
          return checksum(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> code.relativize(file).toString().replace('\\', '/'))
                  .filter(decides)
                  .map(name -> name + " " + Store.sha256(code.resolve(name))));
        }
      }
      // the entries' checksums: a jar's bytes hold the time at which it was built
      try (var jar = new ZipFile(code.toFile())) {
        return checksum(
            jar.stream()
                .filter(entry -> decides.test(entry.getName()))
                .map(entry -> entry.getName() + " " + entry.getCrc()));
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static String checksum(Stream<String> entries) {
    return Store.sha256(entries.sorted().toList().toString());
  }
}
