//SOURCES ../kit/Stage.java
//SOURCES TimedStage.java

package genrelab.bench;

import genrelab.kit.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Command lines that start the kit's stages as processes. */
public final class KitCommands {
  private KitCommands() {}

  /** The kit's folder: that of the launcher, or the working folder. */
  public static Path home() {
    return Path.of(System.getenv().getOrDefault("GENRELAB_HOME", "")).toAbsolutePath().normalize();
  }

  /** Checks that the kit is there, with its scripts. */
  public static void requireHome() {
    if (!Files.exists(home().resolve("jbang-catalog.json"))) {
      throw new Stage.Failure(
          "%s: no jbang-catalog.json here; start bench from the kit's folder, by environment/jbang"
              + " bench",
          home());
    }
  }

  /** A process that times our side of a suite. */
  public static List<String> worker(TimedStage.Suite suite, long seed) {
    Path file = home().resolve("scripts/lib/bench").resolve(suite.worker() + ".java");
    return launch("run", "" + file, "" + seed);
  }

  /** A stage by its script. */
  static List<String> script(String name, String... options) {
    Path file = home().resolve("scripts").resolve(name);
    return launch(
        Stream.concat(Stream.of("run", "" + file), Stream.of(options)).toArray(String[]::new));
  }

  /** A stage as a user starts it: by its alias, where the launcher started us. */
  static List<String> stage(String alias, String... options) {
    if (System.getenv("GENRELAB_JBANG") == null) {
      return script(
          alias.substring(0, 1).toUpperCase(Locale.ROOT) + alias.substring(1) + ".java", options);
    }
    return launch(Stream.concat(Stream.of(alias), Stream.of(options)).toArray(String[]::new));
  }

  /** A command of the kit's launcher, or of a JBang on the PATH where that did not start us. */
  private static List<String> launch(String... words) {
    String launcher = System.getenv("GENRELAB_JBANG");
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
    String command = launcher == null ? "jbang" : launcher;
    boolean whole = !windows || command.endsWith(".cmd");
    return Stream.concat(Stream.of(whole ? command : command + ".cmd"), Stream.of(words)).toList();
  }
}
