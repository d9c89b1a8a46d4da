///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Tests the notebooks: that each runs on a tiny run, and what is committed of them
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/notebook/NotebookClasspath.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Paper.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Store;
import genrelab.results.Paper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebooksTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  private static final Path NOTEBOOKS = HOME.resolve("notebooks");
  private static final Path GTZAN = HOME.resolve("data/results/gtzan");

  /** What each notebook shows at least, on a run with a CNN and an LSTM. */
  private static final Map<String, Integer> FIGURES =
      Map.of(
          "1-start-here", 1,
          "2-segments-and-mfccs", 5,
          "3-clusters", 2,
          "4-cnn", 3,
          "5-lstm", 3,
          "6-comparison", 6,
          "7-experiments", 2,
          "8-your-own-network", 3,
          "9-your-own-music", 3);

  /** The one that shows committed results of real music alone. */
  private static final String REAL = "7-experiments";

  /** A table's row in which nothing is known. */
  private static final Pattern DASHES =
      Pattern.compile("<tr><td[^>]*>[^<]*</td>(<td[^>]*>–</td>)+</tr>");

  @TempDir static Path folder;

  private record Result(int exit, String out, String err) {}

  private static Result run(Map<String, String> environment, String program, String... arguments)
      throws Exception {
    var command = new ArrayList<>(List.of(HOME.resolve("environment").resolve(program).toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    List.of(
            "GENRELAB_RUN",
            "GENRELAB_CORPUS",
            "GENRELAB_MUSIC",
            "GENRELAB_EXPERIMENTS",
            "GENRELAB_PLANS",
            "GENRELAB_SONGS")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    int exit = process.waitFor();
    return new Result(exit, text(out), text(err));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static void assumePython() throws Exception {
    String usable = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    boolean found = false;
    for (String name : List.of("python3", "python3.13", "python3.12", "python3.11", "python3.10")) {
      try {
        var process = new ProcessBuilder(name, "-c", usable).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        found |= process.waitFor() == 0;
      } catch (IOException missing) {
        // the next name
      }
    }
    assumeTrue(found, "no Python 3.10 or newer with venv here: the notebooks were not run");
  }

  // --- executing them ----------------------------------------------------------------------------

  /** A synthetic corpus of three tracks a genre. */
  private static Path demo() throws Exception {
    Path corpus = folder.resolve("a corpus");
    if (!Files.exists(corpus)) {
      Result demo =
          run(Map.of(), "jbang", "demo", "--out", "" + corpus, "--tracks=3", "--seconds=9");
      assertEquals(0, demo.exit(), demo.err());
    }
    return corpus;
  }

  @Test
  void everyNotebookRunsOnATinyRun() throws Exception {
    assumePython();
    Path corpus = demo();
    Path study = folder.resolve("a run");
    Result made =
        run(
            Map.of(),
            "jbang",
            "study",
            "--quick",
            "--corpus=" + corpus,
            "--out=" + study,
            "--networks=cnn,lstm");
    assertEquals(0, made.exit(), made.err());

    Path out = folder.resolve("some pages");
    Map<Path, String> before = checksums();
    Result result = run(Map.of(), "notebook", "--execute", "--run", "" + study, "--out", "" + out);
    assertEquals(0, result.exit(), result.err());
    assertEquals(before, checksums(), "only --in-place may write into the notebooks");
    for (var expected : FIGURES.entrySet()) {
      String page = text(out.resolve(expected.getKey() + ".html"));
      assertTrue(
          count(page, "src=\"data:image/png;base64,") >= expected.getValue(),
          expected.getKey() + ": too few figures");
      boolean synthetic = !expected.getKey().equals(REAL);
      assertEquals(synthetic, marked(page), expected.getKey() + ": marked as synthetic or not");
      assertFalse(
          page.contains("data-mime-type=\"application/vnd.jupyter.stderr\""), expected.getKey());
      assertEquals(0, count(page, "src=\"http"), expected.getKey() + ": loads from elsewhere");
    }
    assertEquals(FIGURES.size(), notebooks().size(), "a notebook that this test does not know");
    String trained = text(out.resolve("8-your-own-network.html"));
    assertTrue(
        trained.contains("alt=\"Mine, epoch 8 of 8: accuracy\""), "the curves grew to the end");
    assertTrue(trained.contains("mine − cnn on the same test"), "the comparison");
    String comparison = text(out.resolve("6-comparison.html"));
    assertTrue(
        comparison.contains(
            "cnn-kmeans/metrics.json is missing here; this makes it: "
                + "environment/jbang cnn --features"),
        "a missing result is told with its command");
  }

  /** Four of the demo's genres under other names. */
  private static Path otherGenres() throws Exception {
    Path demo = demo();
    Path corpus = folder.resolve("other genres");
    var names = Map.of("blues", "aria", "classical", "polka", "country", "samba", "disco", "waltz");
    for (var genre : names.entrySet()) {
      Path to = Files.createDirectories(corpus.resolve(genre.getValue()));
      try (Stream<Path> tracks = Files.list(demo.resolve(genre.getKey()))) {
        for (Path track : tracks.toList()) {
          String name = track.getFileName().toString();
          Files.copy(track, to.resolve(name.replace(genre.getKey(), genre.getValue())));
        }
      }
    }
    Files.copy(demo.resolve("SYNTHETIC.md"), corpus.resolve("SYNTHETIC.md"));
    return corpus;
  }

  /** What the cells of a page print, without their code and without the texts between them. */
  private static String outputs(String page) {
    return Stream.of(page.substring(page.indexOf("<body")).split("jp-Cell-inputWrapper"))
        .filter(cell -> cell.contains("jp-Cell-outputWrapper"))
        .map(cell -> cell.substring(cell.indexOf("jp-Cell-outputWrapper")))
        .map(cell -> cell.split("jp-MarkdownCell|jp-MarkdownOutput")[0])
        .map(cell -> cell.replaceAll("src=\"data:[^\"]*\"", ""))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void onOtherGenresThePaperAndItsGenresAreLeftOut() throws Exception {
    assumePython();
    Path study = folder.resolve("a run of other genres");
    Result made =
        run(
            Map.of(),
            "jbang",
            "study",
            "--corpus=" + otherGenres(),
            "--out=" + study,
            "--networks=svm,cnn,lstm",
            "--epochs=1");
    assertEquals(0, made.exit(), made.err());
    assertFalse(made.out().contains("paper"), made.out());
    Path out = folder.resolve("other pages");
    var names = new ArrayList<>(FIGURES.keySet());
    names.remove(REAL);
    names.remove(
        "8-your-own-network"); // its training takes a minute, and shows no genre but the run's
    var arguments = new ArrayList<>(List.of("--execute", "--run", "" + study, "--out", "" + out));
    names.forEach(name -> arguments.add(name + ".ipynb"));
    var songs = Map.of("GENRELAB_SONGS", "" + folder.resolve("other genres/aria"));
    Result result = run(songs, "notebook", arguments.toArray(String[]::new));
    assertEquals(0, result.exit(), result.err());
    for (String name : names) {
      String page = text(out.resolve(name + ".html"));
      String seen = outputs(page);
      assertTrue(count(page, "src=\"data:image/png;base64,") >= 1, name + ": no figure");
      assertFalse(page.contains("data-mime-type=\"application/vnd.jupyter.stderr\""), name);
      if (name.startsWith("6-")) { // GTZAN's committed results stand there beside the paper's
        assertFalse(seen.contains("demo, synthetic"), "another corpus beside the paper's");
        continue;
      }
      assertTrue(name.matches("[45]-.*") || seen.contains("aria"), name);
      for (String genre : Paper.GENRES) {
        assertFalse(
            Pattern.compile("\\b" + genre + "\\b").matcher(seen).find(), name + ": " + genre);
      }
      assertFalse(seen.contains("paper"), name + ": the paper's figures");
      assertFalse(DASHES.matcher(seen).find(), name + ": a row of dashes");
    }
  }

  /** Whether the output of a cell says so, and not only its code. */
  private static boolean marked(String page) {
    return page.contains("<b>SYNTHETIC demo corpus</b>");
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static Map<Path, String> checksums() throws IOException {
    var sums = new TreeMap<Path, String>();
    notebooks().forEach(file -> sums.put(file, Store.sha256(file)));
    return sums;
  }

  @Test
  void aFailingCellAndAnEndlessOneAreNamedInOneLine() throws Exception {
    assumePython();
    Path broken = notebook("broken.ipynb", "int a = 1;", "int b = \"x\";");
    Path endless = notebook("endless.ipynb", "int a = 1;", "a", "Thread.sleep(600_000);");
    Path thrown = notebook("thrown.ipynb", "throw new IllegalStateException(\"for a reason\");");
    Result result =
        run(
            Map.of(),
            "notebook",
            "--execute",
            "--run=" + GTZAN,
            "--out=" + folder.resolve("never"),
            "--limit=20",
            "" + broken,
            "" + endless,
            "" + thrown);
    assertEquals(1, result.exit(), result.err());
    List<String> lines =
        result.err().lines().filter(line -> line.startsWith("environment/notebook: ")).toList();
    assertEquals(3, lines.size(), result.err());
    assertTrue(lines.get(0).contains("broken.ipynb, cell 2 (int b"), lines.get(0));
    assertTrue(lines.get(0).contains("incompatible types"), lines.get(0));
    assertTrue(lines.get(1).contains("endless.ipynb, cell 3"), lines.get(1));
    assertTrue(lines.get(1).contains("not done within 20 s"), lines.get(1));
    assertTrue(lines.get(2).contains("thrown.ipynb, cell 1"), lines.get(2));
    assertTrue(lines.get(2).contains("for a reason"), lines.get(2));
    assertFalse(result.err().contains("Traceback"), result.err());
    assertTrue(Files.notExists(folder.resolve("never/broken.html")));
  }

  @Test
  void aNotebookIsFoundByItsNameAlone() throws Exception {
    assumePython();
    Result result =
        run(
            Map.of(),
            "notebook",
            "--execute",
            "--run=" + GTZAN,
            "--limit=1",
            "7-experiments.ipynb");
    assertEquals(1, result.exit(), "begun, but not done within a second: " + result.err());
    assertFalse(result.err().contains("no such notebook"), result.err());
    assertTrue(result.err().contains("environment/notebook: 7-experiments.ipynb"), result.err());

    Result unknown = run(Map.of(), "notebook", "--execute", "--run=" + GTZAN, "8-none.ipynb");
    assertEquals(2, unknown.exit(), unknown.err());
    assertTrue(unknown.err().contains("8-none.ipynb: no such notebook"), unknown.err());
  }

  private static Path notebook(String name, String... cells) {
    var json = Store.JSON.createObjectNode().put("nbformat", 4).put("nbformat_minor", 5);
    json.putObject("metadata").putObject("kernelspec").put("name", "java").put("display_name", "J");
    var array = json.putArray("cells");
    for (int i = 0; i < cells.length; i++) {
      var cell = array.addObject().put("cell_type", "code").put("id", "c" + i);
      cell.put("source", cells[i]).putNull("execution_count").putObject("metadata");
      cell.putArray("outputs");
    }
    Path file = folder.resolve(name);
    Store.writeJson(file, json);
    return file;
  }

  @Test
  void whatIsLackingIsToldInOneLine() throws Exception {
    Result nowhere = run(Map.of(), "notebook", "--execute", "--run", folder + "/nowhere");
    assertEquals(1, nowhere.exit());
    assertEquals(1, nowhere.err().lines().count(), nowhere.err());
    assertTrue(nowhere.err().contains("nowhere: no such run folder"), nowhere.err());

    Result python = run(Map.of("PYTHON", "/bin/false"), "notebook", "--execute");
    assertEquals(1, python.exit());
    String told = python.err().lines().reduce((earlier, later) -> later).orElse("");
    assertTrue(told.contains("no Python 3.10 or newer with venv and pip"), python.err());

    Result java = run(Map.of("JAVA_HOME", "" + folder), "notebook", "--execute");
    assertEquals(1, java.exit());
    assertTrue(java.err().contains("JAVA_HOME"), java.err());

    Result path = run(Map.of(), "notebook", "--classpath");
    assertEquals(0, path.exit(), path.err());
    assertEquals(1, path.out().lines().count(), path.out());
    for (String entry : path.out().strip().split(File.pathSeparator)) {
      assertTrue(Files.isRegularFile(Path.of(entry)), entry);
    }
  }

  // --- what is committed -------------------------------------------------------------------------

  private static List<Path> notebooks() throws IOException {
    try (Stream<Path> files = Files.list(NOTEBOOKS)) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  private static JsonNode read(Path notebook) throws IOException {
    return Store.JSON.readTree(notebook.toFile());
  }

  private static List<JsonNode> codeCells(JsonNode notebook) {
    return StreamSupport.stream(notebook.path("cells").spliterator(), false)
        .filter(cell -> cell.path("cell_type").asText().equals("code"))
        .toList();
  }

  /** nbformat writes a text as one string or as its lines. */
  private static String joined(JsonNode text) {
    if (text.isTextual()) {
      return text.asText();
    }
    var all = new StringBuilder();
    text.forEach(line -> all.append(line.asText()));
    return all.toString();
  }

  @Test
  void outputsAreOfThisCode() throws IOException {
    assertFalse(notebooks().isEmpty());
    for (Path file : notebooks()) {
      JsonNode notebook = read(file);
      assertEquals(
          checksum(notebook),
          notebook.path("metadata").path("genrelab").path("code").asText(),
          file.getFileName()
              + " or the library it uses has changed since its outputs were made: "
              + "environment/jbang study && environment/notebook --execute --in-place");
    }
  }

  /** As environment/notebook-execute.py has it. */
  private static String checksum(JsonNode notebook) throws IOException {
    var parts = new ArrayList<String>();
    codeCells(notebook).forEach(cell -> parts.add(joined(cell.path("source"))));
    try (Stream<Path> files = Files.list(HOME.resolve("scripts/lib/notebook"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .forEach(file -> parts.add(Store.sha256(file)));
    }
    return Store.sha256(String.join("\n", parts));
  }

  /** What takes more lines belongs into the library. */
  @Test
  void cellsAreShort() throws IOException {
    int cells = 0;
    int lines = 0;
    for (Path file : notebooks()) {
      for (JsonNode cell : codeCells(read(file))) {
        String code = joined(cell.path("source"));
        long length = code.lines().filter(line -> !line.isBlank()).count();
        boolean subject = code.contains("static ComputationGraph network(");
        assertTrue(length <= 10 || subject, file.getFileName() + ": " + code);
        cells++;
        lines += length;
      }
    }
    assertTrue(lines < 4 * cells, lines + " lines in " + cells + " cells");
  }

  @Test
  void outputsAreWholeAndMarkedAsSynthetic() throws IOException {
    for (Path file : notebooks()) {
      String name = file.getFileName().toString();
      int images = 0;
      int count = 0;
      boolean marked = false;
      for (JsonNode cell : codeCells(read(file))) {
        assertEquals(++count, cell.path("execution_count").asInt(), name + ": run out of order");
        for (JsonNode output : cell.path("outputs")) {
          String type = output.path("output_type").asText();
          assertTrue(
              type.equals("execute_result") || type.equals("display_data"),
              name + ", code cell " + count + ": " + type);
          boolean inHtml = output.path("data").path("text/html").toString().contains("image/png");
          images += output.path("data").has("image/png") || inHtml ? 1 : 0;
          marked |= output.toString().contains("SYNTHETIC demo corpus");
          String html = joined(output.path("data").path("text/html"));
          assertFalse(
              DASHES.matcher(html).find(), name + ", code cell " + count + ": a row of dashes");
        }
      }
      String stem = name.replace(".ipynb", "");
      assertTrue(images >= FIGURES.getOrDefault(stem, 1), name + ": " + images + " figures");
      assertEquals(!stem.equals(REAL), marked, name + ": marked as synthetic or not");
      assertTrue(Files.size(file) < 2_000_000, name + " has " + Files.size(file) + " bytes");
    }
  }

  @Test
  void outputsHoldNothingOfTheMachine() throws IOException {
    var machine =
        Pattern.compile(
            "/(home|root|tmp|Users|var|work|opt)/|[A-Z]:\\\\\\\\|"
                + Pattern.quote(System.getProperty("user.home")));
    for (Path file : notebooks()) {
      JsonNode notebook = read(file);
      assertTrue(
          notebook.path("metadata").path("language_info").path("version").isMissingNode(),
          file + ": the Java version of one machine");
      for (JsonNode cell : codeCells(notebook)) {
        for (JsonNode output : cell.path("outputs")) {
          for (var data : output.path("data").properties()) {
            if (!data.getKey().startsWith("image/")) {
              String text = joined(data.getValue());
              assertFalse(machine.matcher(text).find(), file.getFileName() + ": " + text);
            }
          }
        }
      }
    }
  }

  @Test
  void requirementsArePinned() throws IOException {
    List<String> lines =
        Files.readAllLines(HOME.resolve("environment/requirements.txt")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();
    for (String line : lines) {
      assertTrue(line.matches("[a-z0-9-]+==[\\w.]+(; .*)?"), line);
    }
    for (String wanted :
        List.of("jupyterlab==4.6.6", "nbclient==0.11.0", "nbconvert==7.17.2", "jjava==1.0a8")) {
      assertTrue(lines.contains(wanted), wanted);
    }
  }
}
