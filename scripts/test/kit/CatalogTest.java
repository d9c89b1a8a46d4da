///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the catalog: its keys, every script's header, that each alias builds and runs.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
  static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  static final String JBANG = System.getenv("GENRELAB_JBANG");

  /** JBang ignores keys that it does not know, so that a misspelt one would go unseen. */
  static final Set<String> CATALOG_KEYS = Set.of("aliases", "description");

  static final Set<String> ALIAS_KEYS =
      Set.of(
          "script-ref",
          "description",
          "arguments",
          "runtime-options",
          "java",
          "main",
          "dependencies",
          "files",
          "properties",
          "docs");

  static final String FIRST_LINE = "///usr/bin/env jbang \"$0\" \"$@\" ; exit $?";

  /** group:artifact:version[:classifier][@type]; a property with a default is as good as pinned. */
  static final Pattern PINNED =
      Pattern.compile(
          "[\\w.-]+:[\\w.-]+:\\d[\\w.-]*(:([\\w.-]+|\\$\\{[\\w.]+:[\\w.-]+}))?(@(jar|pom|fatjar))?");

  /**
   * Left out: processing and classfile speak of annotation processors and class files of the
   * libraries, path of their manifests, serial of a serialisation that nothing here uses.
   */
  static final List<String> LINT =
      List.of("-C=-Xlint:all,-processing,-classfile,-path,-serial", "-C=-Xmaxwarns", "-C=1000");

  @TempDir Path temp;

  @Test
  void keysAreKnown() throws IOException {
    List<String> wrong = new ArrayList<>();
    catalog().fieldNames().forEachRemaining(key -> expect(wrong, CATALOG_KEYS, "catalog", key));
    for (var alias : aliases().entrySet()) {
      JsonNode entry = alias.getValue();
      entry.fieldNames().forEachRemaining(key -> expect(wrong, ALIAS_KEYS, alias.getKey(), key));
      for (String key : List.of("script-ref", "description")) {
        if (entry.path(key).asText().isBlank()) wrong.add(alias.getKey() + ": no " + key);
      }
      if (!entry.path("description").asText().contains("e.g. environment/jbang " + alias.getKey()))
        wrong.add(alias.getKey() + ": the description has no example");
    }
    assertEquals(List.of(), wrong);
    assertFalse(aliases().isEmpty(), "the catalog lists nothing");
  }

  private static void expect(List<String> wrong, Set<String> known, String where, String key) {
    if (!known.contains(key)) wrong.add(where + ": unknown key " + key);
  }

  @Test
  void headersNameOnlyWhatIsThere() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (var alias : aliases().entrySet()) {
      Path script = HOME.resolve(alias.getValue().path("script-ref").asText());
      if (!Files.isRegularFile(script)) {
        wrong.add(alias.getKey() + ": there is no " + HOME.relativize(script));
        continue;
      }
      List<String> lines = Files.readAllLines(script);
      String name = HOME.relativize(script).toString();
      if (!lines.get(0).equals(FIRST_LINE)) wrong.add(name + ": the first line is another");
      if (!lines.contains("//JAVA 17+")) wrong.add(name + ": no //JAVA 17+");
      if (values(lines, "DESCRIPTION").isEmpty()) wrong.add(name + ": no //DESCRIPTION");
      Collection<Path> sources = sources(script, wrong);
      boolean ascii = true;
      boolean encoding = false;
      for (Path source : sources) {
        String text = Files.readString(source);
        ascii &= text.chars().allMatch(c -> c < 128);
        encoding |= text.contains("//COMPILE_OPTIONS -encoding UTF-8");
        for (String dependency : values(text.lines().toList(), "DEPS")) {
          for (String one : dependency.split("[ ,;]+")) {
            if (!PINNED.matcher(one).matches())
              wrong.add(HOME.relativize(source) + ": not pinned: " + one);
          }
        }
      }
      // Java 17 reads sources in the system's encoding: on Windows, another than UTF-8
      if (!ascii && !encoding)
        wrong.add(name + ": has more than ASCII but no //COMPILE_OPTIONS -encoding UTF-8");
    }
    assertEquals(List.of(), wrong);
  }

  /** A script and all that its //SOURCES name, theirs included; what is amiss goes to wrong. */
  private static Collection<Path> sources(Path script, List<String> wrong) throws IOException {
    Set<Path> found = new TreeSet<>(List.of(script));
    List<Path> open = new ArrayList<>(found);
    while (!open.isEmpty()) {
      Path source = open.remove(0);
      String name = HOME.relativize(source).toString();
      List<String> lines = Files.readAllLines(source);
      for (String word : values(lines, "SOURCES")) {
        for (String one : word.split("[ ,;]+")) {
          Path included = source.resolveSibling(one).normalize();
          if (one.startsWith("/") || one.contains("*") || !Files.isRegularFile(included)) {
            wrong.add(name + ": //SOURCES " + one + " is not a relative path of a file");
          } else if (found.add(included)) {
            open.add(included);
          }
        }
      }
      for (String word : values(lines, "FILES")) {
        for (String one : word.split("[ ,;]+")) {
          String file = one.substring(one.indexOf('=') + 1);
          // a pattern could not be resolved in a remote catalog, which lists no folders
          if (file.startsWith("/")
              || file.contains("*")
              || !Files.isRegularFile(source.resolveSibling(file)))
            wrong.add(name + ": //FILES " + one + " is not a relative path of a file");
        }
      }
    }
    return found;
  }

  private static List<String> values(List<String> lines, String directive) {
    return lines.stream()
        .filter(line -> line.startsWith("//" + directive + " "))
        .map(line -> line.substring(directive.length() + 3).strip())
        .filter(value -> !value.isEmpty())
        .toList();
  }

  @Test
  void launcherListsEveryAlias() throws Exception {
    Run help = run(Map.of(), "--help");
    assertEquals(0, help.exit, help.err);
    for (var alias : aliases().entrySet()) {
      String name = alias.getKey();
      String line =
          name
              + " ".repeat(Math.max(0, 10 - name.length()))
              + alias.getValue().path("description").asText();
      assertTrue(help.out.contains("  " + line + "\n"), () -> "no line for " + name + help.out);
    }
    Run unknown = run(Map.of(), "no-such-alias");
    assertEquals(2, unknown.exit);
    assertTrue(unknown.err.contains("environment/jbang --help lists the aliases"), unknown.err);
  }

  /** All scripts at once: javac then reads what they share one time. */
  @Test
  void scriptsCompileWithoutWarning() throws Exception {
    List<String> lines = new ArrayList<>(List.of("//JAVA 17+"));
    for (JsonNode alias : aliases().values()) {
      lines.add("//SOURCES " + HOME.resolve(alias.path("script-ref").asText()));
    }
    lines.add("//SOURCES " + HOME.resolve("scripts/plans/Musical.java"));
    lines.add("class Scripts {}");
    Path scripts = Files.write(temp.resolve("Scripts.java"), lines);
    List<String> build = new ArrayList<>(List.of("build"));
    build.addAll(LINT);
    build.add(scripts.toString());
    // jars of this test's own, so that JBang compiles; downloaded libraries stay shared
    Run built =
        run(
            Map.of("JBANG_CACHE_DIR_JARS", temp.resolve("jars").toString()),
            build.toArray(String[]::new));
    assertEquals(0, built.exit, built.err);
    assertTrue(built.err.contains("Building jar"), () -> "nothing was compiled: " + built.err);
    assertFalse(built.err.contains("warning:"), built.err);
  }

  /** Each by itself, as the launcher starts it: its //SOURCES and //DEPS must do. */
  @TestFactory
  Stream<DynamicTest> aliasCompilesAndExplainsItself() throws IOException {
    return aliases().keySet().stream()
        .map(alias -> DynamicTest.dynamicTest(alias, () -> compilesAndExplainsItself(alias)));
  }

  private void compilesAndExplainsItself(String alias) throws Exception {
    Run help = run(Map.of(), alias, "--help");
    assertEquals(0, help.exit, help.err);
    assertTrue(help.out.contains("Usage") && help.out.contains(alias), help.out);
    Run wrong = run(Map.of(), alias, "--no-such-option");
    assertEquals(2, wrong.exit, wrong.err);
    assertFalse(wrong.err.isBlank(), "a usage error without a word");
  }

  /** A run's folder has one named cnn, which JBang would take for the script. */
  @Test
  void aFolderOfTheAliasesNameIsNoHindrance() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("a run"));
    Files.createDirectories(folder.resolve("verify"));
    Process help =
        new ProcessBuilder(HOME.resolve("environment/jbang").toString(), "verify", "--help")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    help.getOutputStream().close();
    String told = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, help.waitFor(), told);
    assertTrue(told.contains("Usage: verify"), told);
  }

  @Test
  void runsFromRemoteCatalog() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    Set<String> asked = new TreeSet<>();
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().substring(1);
          Path file = HOME.resolve(path).normalize();
          boolean there = file.startsWith(HOME) && Files.isRegularFile(file);
          byte[] body = there ? Files.readAllBytes(file) : new byte[0];
          synchronized (asked) {
            asked.add((there ? "" : "missing: ") + path);
          }
          exchange.sendResponseHeaders(there ? 200 : 404, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/jbang-catalog.json";
      var caches =
          Map.of(
              "JBANG_CACHE_DIR_JARS", temp.resolve("jars").toString(),
              "JBANG_CACHE_DIR_URLS", temp.resolve("urls").toString());
      String alias = aliasWithMostFiles();
      Run remote = run(caches, "run", alias + "@" + url, "--help");
      assertEquals(0, remote.exit, () -> remote.err + asked);
      assertTrue(remote.out.contains("Usage") && remote.out.contains(alias), remote.out);
      assertTrue(
          asked.contains(aliases().get(alias).get("script-ref").asText()),
          () -> "the script came from elsewhere: " + asked);
    } finally {
      server.stop(0);
    }
  }

  /** The alias whose remote run has most to bring: sources and resources. */
  private static String aliasWithMostFiles() throws IOException {
    String most = "";
    long count = -1;
    for (var alias : aliases().entrySet()) {
      long files = 0;
      Path script = HOME.resolve(alias.getValue().get("script-ref").asText());
      for (Path source : sources(script, new ArrayList<>())) {
        files += 1 + values(Files.readAllLines(source), "FILES").size();
      }
      if (files > count) {
        most = alias.getKey();
        count = files;
      }
    }
    return most;
  }

  private static JsonNode catalog() throws IOException {
    return new ObjectMapper().readTree(HOME.resolve("jbang-catalog.json").toFile());
  }

  private static Map<String, JsonNode> aliases() throws IOException {
    Map<String, JsonNode> aliases = new LinkedHashMap<>();
    for (var entry : catalog().path("aliases").properties()) {
      aliases.put(entry.getKey(), entry.getValue());
    }
    return aliases;
  }

  record Run(int exit, String out, String err) {}

  private Run run(Map<String, String> environment, String... arguments) {
    try {
      Path out = Files.createTempFile(temp, "out", "");
      Path err = Files.createTempFile(temp, "err", "");
      List<String> command = new ArrayList<>(List.of(JBANG));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(temp.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroy();
        fail("did not end within five minutes: " + command);
      }
      return new Run(process.exitValue(), read(out), read(err));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
