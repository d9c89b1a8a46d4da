///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//COMPILE_OPTIONS -encoding UTF-8
//DESCRIPTION Tests stages that a notebook's cell runs: progress, failure, interruption
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/notebook/Html.java
//SOURCES ../../lib/notebook/Kit.java
//SOURCES ../../lib/notebook/NetworkScript.java
//SOURCES ../../lib/notebook/Run.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.notebook.Html;
import genrelab.notebook.Kit;
import genrelab.notebook.NetworkScript;
import genrelab.notebook.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagesFromCellsTest {
  @TempDir Path folder;

  /** What the cell shows, in the order in which it was shown. */
  private static LinkedBlockingQueue<String> shown() {
    var all = new LinkedBlockingQueue<String>();
    Kit.showOn(() -> progress -> all.add(Html.of(progress)));
    return all;
  }

  @Test
  void aStageThatFailsIsItsOneLine() {
    LinkedBlockingQueue<String> shown = shown();
    Path out = folder.resolve("cnn");
    Run run =
        Kit.run("cnn", "--features", "no <such>.json", "--split", "no.json", "--out", "" + out);
    String line = Html.of(run);
    assertTrue(line.startsWith("<p>") && line.contains("no &lt;such&gt;.json"), line);
    assertEquals(1, line.lines().count(), line);
    for (Object value : List.of(run.curves("cnn"), run.accuracy(), run.tsne(), run.segments())) {
      assertEquals(line, Html.of(value), "nothing of an earlier run");
    }
    String last = List.copyOf(shown).get(shown.size() - 1);
    assertTrue(last.contains("<code>environment/jbang cnn --features no &lt;such&gt;.json"), last);
    assertTrue(last.endsWith(">" + line.replaceAll("</?p>", "") + "</pre>"), last);
  }

  @Test
  void aStageThatSucceedsIsARun() {
    LinkedBlockingQueue<String> shown = shown();
    Path corpus = folder.resolve("a corpus");
    Kit.run("demo", "--out", "" + corpus, "--tracks", "1", "--seconds", "3");
    Path manifest = folder.resolve("run/segments.json");
    Run run = Kit.run("segment", "--corpus", "" + corpus, "--out=" + manifest);
    assertEquals(10, run.genres().rowCount());
    assertEquals(Html.ROWS / 2, run.segments().rowCount());
    String last = List.copyOf(shown).get(shown.size() - 1);
    assertTrue(last.contains("segments.json"), last);
    assertTrue(Kit.help("segment").contains("--seconds"));
  }

  @Test
  void anInterruptEndsTheStage() throws Exception {
    LinkedBlockingQueue<String> shown = shown();
    var cells = Executors.newSingleThreadExecutor();
    try {
      Path out = folder.resolve("corpus");
      Future<Run> cell = cells.submit(() -> Kit.run("demo", "--out", "" + out, "--tracks", "1000"));
      List<ProcessHandle> stage = List.of();
      for (int i = 0; i < 1200 && !cell.isDone() && !Files.isDirectory(out.resolve("blues")); i++) {
        Thread.sleep(100);
        stage = ProcessHandle.current().descendants().toList();
      }
      assertFalse(cell.isDone(), "the stage runs: " + shown);
      assertFalse(stage.isEmpty());
      cell.cancel(true); // as the kernel does it
      for (ProcessHandle process : stage) {
        process.onExit().get(20, TimeUnit.SECONDS);
      }
      assertEquals(0, ProcessHandle.current().descendants().count());
      cells.shutdown();
      assertTrue(cells.awaitTermination(20, TimeUnit.SECONDS));
      String last = List.copyOf(shown).get(shown.size() - 1);
      assertTrue(last.endsWith(">demo was stopped; what is finished is kept</pre>"), last);
    } finally {
      cells.shutdownNow();
    }
  }

  @Test
  void aScriptOfOnesOwnNamesTheKitsLibrary() throws Exception {
    String method = "static ComputationGraph network(NetworkInput input) {\n  return null;\n}\n";
    String file = NetworkScript.write("" + folder.resolve("a run/Mine.java"), "image", method);
    List<String> lines = Files.readAllLines(Path.of(file));
    List<String> sources =
        lines.stream().filter(l -> l.startsWith("//SOURCES ")).map(l -> l.substring(10)).toList();
    assertTrue(sources.size() > 5, "" + sources);
    for (String source : sources) {
      assertTrue(Files.exists(Path.of(file).resolveSibling(source)), source);
    }
    assertTrue(lines.contains("public class Mine implements Callable<Integer> {"), "" + lines);
    assertTrue(lines.contains("    return null;"), "" + lines);
    assertTrue(
        lines.stream().noneMatch(line -> line.matches(".*\\b(NAME|ALIAS|LAYOUT|LIB|CODE)\\b.*")));
  }
}
