///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Tests that the launcher keeps JBang's answers, and never an old one
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a kit of one script. Where JBang's jar is spoilt, only what is kept can run: what
 * still runs was not asked of JBang again, what fails was.
 */
class LauncherTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  /** The folders that the launcher looks at for changes. */
  private static final List<String> WATCHED =
      List.of("scripts", "data/cards", "data/plans", "data/splits", "environment");

  @TempDir Path folder;
  private Path kit;
  private Path jar;
  private final Map<String, String> environment = new HashMap<>();

  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void makeKit() throws IOException {
    Path sound = jbang();
    kit = folder.resolve("a kit");
    for (String each : WATCHED) {
      Files.createDirectories(kit.resolve(each));
    }
    Files.createDirectories(kit.resolve("scripts/lib"));
    Files.copy(
        HOME.resolve("environment/jbang"),
        kit.resolve("environment/jbang"),
        StandardCopyOption.COPY_ATTRIBUTES);
    write(
        "jbang-catalog.json",
        """
        {
          "aliases": {
            "hello": {
              "script-ref": "scripts/Hello.java",
              "description": "Says hello"
            }
          }
        }
        """);
    write(
        "scripts/Hello.java",
        """
        //SOURCES lib/Word.java
        //FILES word.txt=../data/plans/word.txt
        import java.util.List;

        class Hello {
          public static void main(String... args) throws Exception {
            String resource = new String(Hello.class.getResourceAsStream("/word.txt").readAllBytes());
            System.out.println("script 1, " + Word.TEXT + ", " + resource + " " + List.of(args));
          }
        }
        """);
    write("scripts/lib/Word.java", "class Word { static final String TEXT = \"lib 1\"; }\n");
    write("data/plans/word.txt", "resource 1");
    jar = folder.resolve("cache/genrelab").resolve(sound.getFileName());
    Files.createDirectories(jar.getParent());
    Files.copy(sound, jar);
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    environment.put("JBANG_CACHE_DIR_JARS", folder.resolve("jars").toString());
  }

  /** The launcher's own JBang, where it has brought one. */
  private static Path jbang() throws IOException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path place =
        (cache != null ? Path.of(cache) : Path.of(System.getenv("HOME"), ".cache"))
            .resolve("genrelab");
    List<Path> jars = List.of();
    if (Files.isDirectory(place)) {
      try (Stream<Path> files = Files.list(place)) {
        jars = files.filter(file -> file.toString().matches(".*/jbang-[0-9.]+\\.jar")).toList();
      }
    }
    assumeTrue(!jars.isEmpty(), "the jbang on PATH is used here, whose answers are not kept");
    return jars.get(0);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(kit.resolve(file), text);
  }

  private void replace(String file, String from, String to) throws IOException {
    String text = Files.readString(kit.resolve(file));
    assertTrue(text.contains(from), file);
    write(file, text.replace(from, to));
  }

  private Result hello(String... args) throws Exception {
    var command = new ArrayList<>(List.of(kit.resolve("environment/jbang").toString(), "hello"));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    int exit = process.waitFor();
    return new Result(exit, text(out), text(err));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private void assertSays(String expected, String... args) throws Exception {
    Result result = hello(args);
    assertEquals(0, result.exit(), result.err());
    assertEquals(expected + "\n", result.out());
  }

  /** Runs with a JBang that can't answer. */
  private Result withoutJbang() throws Exception {
    byte[] sound = Files.readAllBytes(jar);
    Files.writeString(jar, "spoilt");
    Result result = hello("x");
    Files.write(jar, sound);
    return result;
  }

  private void assertKept(String expected) throws Exception {
    Result result = withoutJbang();
    assertEquals(0, result.exit(), result.err());
    assertEquals(expected + "\n", result.out());
  }

  private void assertAsksAgain() throws Exception {
    assertNotEquals(0, withoutJbang().exit(), "an old answer was used");
  }

  @Test
  void argumentsReachTheScriptAsTheyAre() throws Exception {
    String[] args = {"a b", "it's", "$HOME", "*", "", "\"", "é"};
    String expected = "script 1, lib 1, resource 1 [a b, it's, $HOME, *, , \", é]";
    assertSays(expected, args);
    assertSays(expected, args);
    assertSays("script 1, lib 1, resource 1 [--quiet, b]", "--quiet", "b");
  }

  @Test
  void anAnswerIsKeptUntilAFileChanges() throws Exception {
    assertSays("script 1, lib 1, resource 1 [x]", "x");
    assertKept("script 1, lib 1, resource 1 [x]");

    replace("scripts/Hello.java", "script 1", "script 2");
    assertAsksAgain();
    assertSays("script 2, lib 1, resource 1 [x]", "x");
    assertKept("script 2, lib 1, resource 1 [x]");

    replace("scripts/lib/Word.java", "lib 1", "lib 2");
    assertAsksAgain();
    assertSays("script 2, lib 2, resource 1 [x]", "x");

    write("data/plans/word.txt", "resource 2");
    assertAsksAgain();
    assertSays("script 2, lib 2, resource 2 [x]", "x");
    assertKept("script 2, lib 2, resource 2 [x]");
  }

  @Test
  void anotherJdkOrSettingAsksAgain() throws Exception {
    assertSays("script 1, lib 1, resource 1 [x]", "x");
    assertKept("script 1, lib 1, resource 1 [x]");
    Path jdk = folder.resolve("another jdk");
    Files.createSymbolicLink(jdk, Path.of(System.getProperty("java.home")));
    for (Map.Entry<String, String> change :
        Map.of(
                "JAVA_HOME", jdk.toString(),
                "GENRELAB_NATIVE", "linux-x86_64",
                "JBANG_JAVA_OPTIONS", "-Xmx300m")
            .entrySet()) {
      String before = System.getenv(change.getKey());
      environment.put(change.getKey(), change.getValue());
      assertAsksAgain();
      if (before == null) {
        environment.remove(change.getKey());
      } else {
        environment.put(change.getKey(), before);
      }
    }
    Files.delete(jdk); // JUnit warns of a link that leads out of its folder
  }

  @Test
  void whatTheJvmPrintsIsNoPartOfTheAnswer() throws Exception {
    environment.put("JDK_JAVA_OPTIONS", "-Xlog:gc+init:stdout"); // as a flight recorder does, too
    Result result = hello("x");
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("[gc,init]"), result.out());
    assertTrue(result.out().contains("script 1, lib 1, resource 1 [x]\n"), result.out());
    environment.remove("JDK_JAVA_OPTIONS");
    assertKept("script 1, lib 1, resource 1 [x]");
  }

  @Test
  void aJarThatHasGoneIsMadeAgain() throws Exception {
    assertSays("script 1, lib 1, resource 1 [x]", "x");
    assertKept("script 1, lib 1, resource 1 [x]");
    try (Stream<Path> files = Files.walk(folder.resolve("jars"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".jar")).toList()) {
        Files.delete(file);
      }
    }
    assertAsksAgain();
    assertSays("script 1, lib 1, resource 1 [x]", "x");
  }

  /** What a script includes lies where the launcher looks for changes. */
  @Test
  void everyIncludedFileIsLookedAt() throws IOException {
    String launcher = Files.readString(HOME.resolve("environment/jbang"));
    assertTrue(launcher.contains("find " + String.join(" ", WATCHED) + " "), "other folders");
    var included = Pattern.compile("(?m)^//(?:SOURCES|FILES) (?:\\S+=)?(\\S+)");
    int found = 0;
    try (Stream<Path> files = Files.walk(HOME.resolve("scripts"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (file.startsWith(HOME.resolve("scripts/test"))) {
          continue;
        }
        Matcher line = included.matcher(Files.readString(file));
        while (line.find()) {
          Path target = file.resolveSibling(line.group(1)).normalize();
          assertTrue(
              WATCHED.stream().anyMatch(each -> target.startsWith(HOME.resolve(each))),
              file + ": " + target);
          assertTrue(!target.startsWith(HOME.resolve("scripts/test")), file + ": " + target);
          found++;
        }
      }
    }
    assertTrue(found > 100, "only " + found);
  }
}
