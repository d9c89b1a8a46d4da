///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that the figures of the result pages follow from the committed predictions.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//RUNTIME_OPTIONS -Xmx256m -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** environment/check-results, which recomputes the pages in Python, apart from the kit's code. */
class CheckResultsTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  private static final Path SCRIPT = HOME.resolve("environment/check-results");
  private static final Path PAGE = Path.of("data/results/README.md");

  @TempDir Path folder;

  private String python;

  private record Result(int exit, String out, String err) {}

  private Result run(String... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    var builder = new ProcessBuilder(command);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    int exit = builder.start().waitFor();
    return new Result(exit, Files.readString(out), Files.readString(err));
  }

  @BeforeEach
  void findPython() throws InterruptedException {
    Stream<String> candidates =
        Stream.of(
                System.getenv("PYTHON"),
                "" + HOME.resolve("environment/.venv-check/bin/python"),
                "" + HOME.resolve("environment/.venv-bench/bin/python"),
                "python3")
            .filter(name -> name != null && !name.isEmpty());
    for (String candidate : candidates.toList()) {
      try {
        if (run(candidate, "-c", "import numpy, scipy, sklearn").exit() == 0) {
          python = candidate;
          return;
        }
      } catch (IOException missing) {
        // the next one
      }
    }
    assumeTrue(false, "no Python with numpy, scipy and scikit-learn: the pages were not checked");
  }

  @Test
  void everyFigureOfThePagesFollowsFromTheCommittedPredictions() throws Exception {
    Result result = run(python, "" + SCRIPT);
    assertEquals("", result.err());
    assertEquals(0, result.exit());
    assertTrue(result.out().contains("all other figures agree"), result.out());
    for (String without : List.of("Keras's 73.2", "`bench`")) {
      assertTrue(
          result.out().lines().anyMatch(l -> l.startsWith("not recomp") && l.contains(without)),
          without + " is not told of: " + result.out());
    }
  }

  @Test
  void aChangedDigitFailsAndIsNamedByItsLine() throws Exception {
    Map<String, String> changes =
        Map.of(
            // a mean, a deviation, an end of an interval, a share of the literature, a count
            "| hybrid | MFCC | 45.6 ± 0.8 %", "| hybrid | MFCC | 45.5 ± 0.8 %",
            "| LSTM | 64.4 ± 1.5 %", "| LSTM | 64.4 ± 1.6 %",
            "| CNN | log-mel | 56.3 % (51.7 to 60.9)", "| CNN | log-mel | 56.3 % (51.7 to 60.8)",
            "of 82.1 %: Castellon", "of 83.1 %: Castellon",
            "932 of the test's tracks", "933 of the test's tracks",
            "p = 8e-5", "p = 9e-5",
            // and a figure that the script knows nothing of
            "one K, one method and one way in.",
                "one K, one method and one way in, 12.3 % of all.");
    String page = Files.readString(HOME.resolve(PAGE));
    Path copy = folder.resolve(PAGE);
    Files.createDirectories(copy.getParent());
    String changed = page;
    for (var change : changes.entrySet()) {
      assertEquals(2, page.split("\\Q" + change.getKey() + "\\E", -1).length, change.getKey());
      changed = changed.replace(change.getKey(), change.getValue());
    }
    Files.writeString(copy, changed);
    String readme = Files.readString(HOME.resolve("README.md"));
    String few = "the CNN has 49 % of the tracks right";
    assertTrue(readme.contains(few));
    Files.writeString(folder.resolve("README.md"), readme.replace(few, few.replace("49", "50")));

    Result result = run(python, "" + SCRIPT, "--pages", "" + folder);
    assertEquals(1, result.exit(), result.out());
    List<String> lines = changed.lines().toList();
    for (String after : changes.values()) {
      int line = 1;
      while (!lines.get(line - 1).contains(after)) {
        line++;
      }
      String place = PAGE + ":" + line + ": ";
      assertTrue(
          result.err().lines().anyMatch(told -> told.startsWith(place)),
          place + after + " is not among " + result.err());
    }
    int line = readme.substring(0, readme.indexOf(few)).split("\n", -1).length;
    assertTrue(result.err().contains("\nREADME.md:" + line + ": says"), result.err());
    assertEquals(changes.size() + 1, result.err().lines().count(), result.err());
  }
}
