///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the report of a run whose files are missing or damaged.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ReportRun.java

//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.*;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportMissingTest extends ReportRun {
  @Test
  void missingPartsAreNamedWithTheirCommands() throws Exception {
    Path run = temp.resolve("a run");
    writeRun(run, true, "segment");
    for (String name :
        List.of("tsne.json", "clusters.json", "mfcc.json", "lstm/history.json", "run.json")) {
      Files.delete(run.resolve(name));
    }
    try (Stream<Path> files = Files.list(run.resolve("cnn-kmeans"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    StageRun outcome = report("--results", run.toString());
    assertEquals(0, outcome.exit(), outcome.stderr());
    String text = Files.readString(run.resolve("report/index.html"));
    String page = text.replace("&#39;", "'");
    for (String command :
        List.of(
            "environment/jbang tsne --features '" + run + "/mfcc-kmeans.json'",
            "environment/jbang kmeans --features '",
            "environment/jbang mfcc --segments '",
            "environment/jbang lstm --features '",
            "environment/jbang study --corpus CORPUS",
            "environment/jbang cnn --features '"
                + run
                + "/mfcc-kmeans.json' --split '"
                + run
                + "/split-kmeans.json' --shape flat")) {
      assertTrue(page.contains(command), command);
    }
    assertTrue(page.contains("not known here whether the corpus is synthetic"));
    Map<String, byte[]> figures = contents(run.resolve("report/figures"));
    assertFalse(figures.containsKey("figure-5-lstm-loss-85mm.png"));
    assertTrue(figures.containsKey("figure-7-lstm-confusion-85mm.png"));
  }

  @Test
  void emptyFolderFailsInOneLineAndLeavesNothing() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    StageRun outcome = report("--results", empty.toString());
    assertEquals(1, outcome.exit());
    assertEquals(1, outcome.stderr().lines().count(), outcome.stderr());
    assertTrue(outcome.stderr().contains(empty.toString()), outcome.stderr());
    assertTrue(contents(empty).isEmpty() && Files.notExists(empty.resolve("report")));

    StageRun absent = report("--results", temp.resolve("absent").toString());
    assertEquals(1, absent.exit());
    assertTrue(absent.stderr().contains("no such folder"), absent.stderr());
    assertTrue(Files.notExists(temp.resolve("absent")));
  }

  @Test
  void brokenRowsFailInOneLineAndLeaveNothing() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    Files.writeString(run.resolve("cnn/metrics.json"), "[{\"network\":");
    StageRun outcome = report("--results", run.toString());
    assertEquals(1, outcome.exit());
    assertEquals(1, outcome.stderr().lines().count(), outcome.stderr());
    assertTrue(outcome.stderr().contains("metrics.json"), outcome.stderr());
    assertTrue(Files.notExists(run.resolve("report")));
  }
}
