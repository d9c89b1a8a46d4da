///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Feeds the stages what is broken; keeps data/robustness.md true
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES ArrayTrials.java
//SOURCES AudioTrials.java
//SOURCES CutTrials.java
//SOURCES DiskTrials.java
//SOURCES FeaturesTrials.java
//SOURCES FolderTrials.java
//SOURCES Fuzz.java
//SOURCES InputTrials.java
//SOURCES ModelTrials.java
//SOURCES OptionTrials.java
//SOURCES OutputTrials.java
//SOURCES RowsTrials.java
//SOURCES SmallRun.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true -XX:TieredStopAtLevel=1
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false
// as where there is no ffmpeg, whatever is on PATH
//RUNTIME_OPTIONS -Dgenrelab.ffmpeg=none

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever is fed to a stage, it answers with one clear line or counts what it skipped: no stack
 * trace, no hang, no half-written result. data/robustness.md says what was seen, and this test
 * holds it to that, section by section.
 */
class RobustnessTest {
  private static final Path TABLE = Trials.HOME.resolve("data/robustness.md");
  private static final int SECONDS_A_CASE = 60;

  @TempDir static Path folder;
  private static Path run;
  private static Trials disks;

  @BeforeAll
  static void makeTheRun() throws IOException {
    run = Files.createDirectories(folder.resolve("000-run"));
    SmallRun.make(run);
    disks = new DiskTrials(folder, run);
  }

  /** A section of the page, and who makes its rows. */
  private enum Section {
    audio("Sound files and corpora", AudioTrials::new),
    cut("Files cut short", CutTrials::new),
    features("Features JSON", FeaturesTrials::new),
    folders("Feature folders", FolderTrials::new),
    rows("Rows: segments, splits, predictions, metrics", RowsTrials::new),
    arrays("NumPy arrays and their index", ArrayTrials::new),
    models("Models", ModelTrials::new),
    inputs("Inputs, stage by stage", InputTrials::new),
    outputs("Outputs, stage by stage", OutputTrials::new),
    options("Options, stage by stage", OptionTrials::new),
    disks("Disks", DiskTrials::new);

    private final String title;
    private final BiFunction<Path, Path, Trials> trials;

    Section(String title, BiFunction<Path, Path, Trials> trials) {
      this.title = title;
      this.trials = trials;
    }
  }

  /** With GENRELAB_WRITE_TABLE set, the section's rows are written instead. */
  @ParameterizedTest
  @EnumSource(Section.class)
  @Timeout(SECONDS_A_CASE * 10)
  void theTableIsTrue(Section section) throws IOException {
    List<String> seen =
        section.trials.apply(folder, run).cases().stream().map(Trials.Case::row).toList();
    assertEquals(List.of(), seen.stream().filter(row -> row.contains(Trials.FAILED)).toList());
    if (System.getenv("GENRELAB_WRITE_TABLE") != null) {
      Files.write(TABLE, withRows(Files.readAllLines(TABLE), section.title, seen));
    }
    List<String> documented =
        rows(Files.readAllLines(TABLE), section.title).stream()
            .filter(line -> Files.exists(DiskTrials.FULL) || !line.startsWith("| a full disk |"))
            .toList();
    assertEquals(String.join("\n", documented), String.join("\n", seen));
  }

  @Test
  void thePageHasNoOtherTables() throws IOException {
    List<String> titles = Stream.of(Section.values()).map(section -> section.title).toList();
    List<String> lines = Files.readAllLines(TABLE);
    List<String> tables = new ArrayList<>();
    String title = "";
    for (String line : lines) {
      title = line.startsWith("## ") ? line.substring(3) : title;
      if (line.equals(HEAD)) {
        tables.add(title);
      }
    }
    assertEquals(titles, tables);
  }

  private static final String HEAD = "| input | expected | seen |";

  private static int begin(List<String> page, String title) {
    int heading = page.indexOf("## " + title);
    assertTrue(heading >= 0, "no section " + title);
    int head = heading + page.subList(heading, page.size()).indexOf(HEAD);
    assertTrue(head > heading, "no table in section " + title);
    return head + 2;
  }

  private static List<String> rows(List<String> page, String title) {
    return page.stream().skip(begin(page, title)).takeWhile(l -> l.startsWith("| ")).toList();
  }

  private static List<String> withRows(List<String> page, String title, List<String> rows) {
    int begin = begin(page, title);
    int end = begin + rows(page, title).size();
    var changed = new ArrayList<>(page.subList(0, begin));
    changed.addAll(rows);
    changed.addAll(page.subList(end, page.size()));
    return changed;
  }

  /** Names of tracks come back in files' names: of copies, in two scripts and as long as may be. */
  @Test
  void longAndForeignNamesGoThroughAllStages() throws IOException {
    Path in = disks.fresh("names");
    Path folder = Files.createDirectories(in.resolve("corpus/ロック"));
    for (String name : List.of("x".repeat(230), "Ünï-音楽-🎵", "a b'c\"$(d)")) {
      Files.write(folder.resolve(name + ".wav"), Trials.sound());
    }
    String segments = in.resolve("segments.json").toString();
    String split = in.resolve("split.json").toString();
    String mfcc = in.resolve("mfcc.json").toString();
    var runs = new LinkedHashMap<String, List<String>>();
    runs.put("verify", List.of("--corpus", in + "/corpus", "--out", in + "/verify.json"));
    runs.put("segment", List.of("--corpus", in + "/corpus", "--out", segments, "--seconds", "0.2"));
    runs.put(
        "split",
        List.of("--segments", segments, "--by", "track", "--ratios", "34:33:33", "--out", split));
    runs.put(
        "augment",
        List.of("--segments", segments, "--split", split, "--out", in + "/more", "--copies", "1"));
    runs.put("mfcc", List.of("--segments", segments, "--out", mfcc));
    runs.put("logmel", List.of("--segments", segments, "--out", in + "/logmel.json.gz"));
    runs.put(
        "kmeans", List.of("--features", mfcc, "--clusters", "2", "--out", in + "/clustered.json"));
    runs.put("tsne", List.of("--features", mfcc, "--iterations", "9", "--out", in + "/tsne.json"));
    runs.forEach(
        (alias, options) -> {
          StageRun run = SmallRun.run(alias, options);
          assertEquals(0, run.exit(), alias + ": " + run.stderr());
        });
    List<Rows.Point> points = Store.readRows(in.resolve("tsne.json"), Rows.Point.class);
    assertEquals(15, points.size());
    assertTrue(points.stream().anyMatch(point -> point.track().equals("Ünï-音楽-🎵")));
  }

  /** Not in the table, since who may write where, and what the system says, differs. */
  @Test
  void aReadOnlyFolderIsOneLine() throws IOException {
    Path closed = disks.fresh("closed");
    // whoever writes to every folder (root) can't to one of the kernel's
    boolean root = !closed.toFile().setWritable(false) || Files.isWritable(closed);
    Path folder = root ? Path.of("/sys/kernel") : closed;
    assumeTrue(Files.isDirectory(folder), "this user writes to every folder");
    try {
      Trials.Case everyStage =
          disks.everyStage(
              "a folder without write permission",
              "one line",
              alias -> true,
              (fresh, alias) -> folder.resolve(root || Trials.FOLDERS.contains(alias) ? "no" : ""));
      assertTrue(
          everyStage
              .seen()
              .matches(
                  "(?:(?:; )?\\d+ × [^;]*(?:access denied|Operation not permitted|Read-only file"
                      + " system)[^;]*;[^;]*)*"),
          everyStage.seen());
    } finally {
      closed.toFile().setWritable(true);
    }
  }

  @Test
  void whatAnotherRunIsWritingIsLeftAlone() throws IOException {
    Path file = Files.writeString(disks.fresh("shared").resolve("a.json"), "earlier");
    Path part = file.resolveSibling("a.json.part");
    Process other =
        StageRun.process(HoldsALock.class.getName(), part.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals("locked", other.inputReader().readLine());
      var told =
          assertThrows(
              Stage.Failure.class, () -> Store.write(file, out -> out.write("mine".getBytes())));
      assertTrue(told.getMessage().contains("another run is writing it"), told.getMessage());
      assertTrue(Files.exists(part), "the other run's file is gone");
      assertEquals("earlier", Files.readString(file));
    } finally {
      other.destroyForcibly().onExit().join();
    }
    // a killed run's lock dies with it, and what it left is written over
    Store.write(file, out -> out.write("mine".getBytes()));
    assertEquals("mine", Files.readString(file));
    assertFalse(Files.exists(part));
  }

  /** Another run in the middle of writing a file. */
  public static final class HoldsALock {
    public static void main(String... part) throws Exception {
      try (var channel =
          java.nio.channels.FileChannel.open(
              Path.of(part[0]),
              java.nio.file.StandardOpenOption.CREATE,
              java.nio.file.StandardOpenOption.WRITE)) {
        var lock = channel.lock();
        channel.write(java.nio.ByteBuffer.wrap("half of a long file".getBytes()));
        System.out.println(lock.isValid() ? "locked" : "not locked");
        Thread.sleep(60_000);
      }
    }
  }

  /** The disk is not really full: the stream says what it would say then. */
  @Test
  void aFullDiskLeavesTheEarlierFile() throws IOException {
    Path file = Files.writeString(disks.fresh("full").resolve("a.json"), "earlier");
    var told =
        org.junit.jupiter.api.Assertions.assertThrows(
            UncheckedIOException.class,
            () ->
                Store.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }));
    assertTrue(told.getCause().getMessage().contains(file.toString()), told.toString());
    assertEquals("earlier", Files.readString(file));
    try (Stream<Path> all = Files.list(file.getParent())) {
      assertEquals(1, all.count(), "something is left beside it");
    }
  }

  @Test
  @Timeout(SECONDS_A_CASE)
  void mutatedFilesAreReadOrRefused() throws Exception {
    Fuzz.Fuzzed fuzzed = Fuzz.fuzz(Files.createDirectories(folder.resolve("fuzz")), 400, 1);
    assertEquals(Map.of(), fuzzed.crashes());
    assertTrue(fuzzed.read() > 10 && fuzzed.read() < 390, "mutations that do nothing: " + fuzzed);
  }
}
