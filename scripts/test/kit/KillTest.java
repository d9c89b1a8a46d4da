///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Kills every stage in the middle of its writing, and at random moments
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES SmallRun.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.net.httpserver.HttpServer;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every stage as a process of its own, in whose way a second run comes, and that is killed (SIGKILL
 * where there are signals): what it wrote is absent or whole, what was finished before stays as it
 * was, and the same line goes on to the bytes of an undisturbed run.
 *
 * <p>So that a kill meets its moment each time, the test is the process's debugger: the process
 * stops at a breakpoint, in the midst of a file, and dies there.
 */
class KillTest {
  private static final int SECONDS_A_STAGE = 600;

  @TempDir static Path folder;

  /** A whole run, made once. */
  private static Path in;

  @BeforeAll
  static void makeRun() throws IOException {
    in = Files.createDirectories(folder.resolve("in"));
    SmallRun.make(in);
  }

  // --- a process and its death

  /** Where a process stops and dies: at the n-th call of a method. */
  private record Moment(String type, String method, int call) {
    /** A file's temporary name is there, and empty. */
    static Moment opened(int file) {
      return new Moment("genrelab.kit.PartFiles", "write", file);
    }

    /** The temporary file is whole, and has not got its name. */
    static Moment written(int file) {
      return new Moment("java.nio.file.Files", "move", file);
    }
  }

  private static List<String> command(List<String> jvm) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-Dorg.eclipse.deeplearning4j.helpers.disable=false",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(jvm);
    return command;
  }

  private static Process start(List<String> jvm, String main, List<String> options)
      throws IOException {
    List<String> command = command(jvm);
    command.add(main);
    command.addAll(options);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log").toFile());
    if (main.equals("Study")) {
      builder.environment().put("GENRELAB_JBANG", launcher().toString());
    }
    return builder.start();
  }

  private static void killAt(Moment moment, String main, List<String> options) throws Exception {
    killAt(moment, main, options, () -> {});
  }

  /** As above; {@code meanwhile} is done while it stands there. */
  private static void killAt(Moment moment, String main, List<String> options, Runnable meanwhile)
      throws Exception {
    End kill =
        (process, machine) -> {
          meanwhile.run();
          process.destroyForcibly();
        };
    endAt(moment, main, options, kill);
  }

  private interface End {
    void of(Process process, VirtualMachine machine) throws Exception;
  }

  /** Starts a process and ends it at a moment; what it had started goes on to its own end. */
  private static void endAt(Moment moment, String main, List<String> options, End end)
      throws Exception {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(each -> each.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("localAddress").setValue("127.0.0.1");
    arguments.get("port").setValue("0");
    arguments.get("timeout").setValue("60000");
    String address = connector.startListening(arguments);
    String port = address.substring(address.lastIndexOf(':') + 1);
    String agent = "-agentlib:jdwp=transport=dt_socket,suspend=y,address=127.0.0.1:" + port;
    Process process = start(List.of(agent), main, options);
    try {
      VirtualMachine machine = connector.accept(arguments);
      boolean reached = reaches(machine, moment);
      assertTrue(reached, main + " ended before " + moment + ": " + log());
      List<ProcessHandle> started = process.descendants().toList();
      end.of(process, machine);
      assertTrue(process.waitFor(SECONDS_A_STAGE, TimeUnit.SECONDS), main + " goes on");
      assertNotEquals(0, process.exitValue(), "it was not ended");
      for (ProcessHandle child : started) {
        child.onExit().get(SECONDS_A_STAGE, TimeUnit.SECONDS);
      }
    } finally {
      process.destroyForcibly();
      connector.stopListening(arguments);
    }
  }

  /** Lets a process run until it stands at a moment; false if it ends before. */
  private static boolean reaches(VirtualMachine machine, Moment moment) throws Exception {
    ClassPrepareRequest loads = machine.eventRequestManager().createClassPrepareRequest();
    loads.addClassFilter(moment.type());
    loads.enable();
    machine.classesByName(moment.type()).forEach(type -> stop(machine, type, moment));
    try {
      machine.resume();
      while (true) {
        EventSet events = machine.eventQueue().remove(TimeUnit.SECONDS.toMillis(SECONDS_A_STAGE));
        assertTrue(events != null, "hangs before " + moment + ": " + log());
        for (Event event : events) {
          if (event instanceof BreakpointEvent) {
            return true;
          }
          if (event instanceof ClassPrepareEvent loaded) {
            stop(machine, loaded.referenceType(), moment);
          }
        }
        events.resume();
      }
    } catch (VMDisconnectedException ended) {
      return false;
    }
  }

  private static void stop(VirtualMachine machine, ReferenceType type, Moment moment) {
    Location begin =
        type.methodsByName(moment.method()).stream()
            .filter(method -> !method.isAbstract())
            .findFirst()
            .orElseThrow()
            .location();
    BreakpointRequest request = machine.eventRequestManager().createBreakpointRequest(begin);
    request.addCountFilter(moment.call());
    request.enable();
  }

  /** Starts a process and kills it after a time, or finds that it has ended by then. */
  private static void killAfter(long millis, String main, List<String> options) throws Exception {
    Process process = start(List.of(), main, options);
    process.waitFor(millis, TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    assertTrue(process.waitFor(SECONDS_A_STAGE, TimeUnit.SECONDS));
  }

  private static String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  // --- what it left

  /** Times are all that two equal runs differ by. */
  private static byte[] withoutTimes(String name, byte[] bytes) {
    if (!name.endsWith(".json")) {
      return bytes;
    }
    return new String(bytes, StandardCharsets.UTF_8)
        .replaceAll("\"seconds\":[^,}]*", "\"seconds\":0")
        .replaceAll("\"started\":\"[^\"]*\"", "\"started\":\"\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, byte[]> results(Path out) throws IOException {
    Map<String, byte[]> results = SmallRun.contents(out);
    results.replaceAll(KillTest::withoutTimes);
    return results;
  }

  /** Files that a run may leave when it is killed: none that anybody takes for a result. */
  private static boolean isLeftover(String name) {
    String base = name.substring(name.lastIndexOf('/') + 1);
    return base.endsWith(".part") || base.equals("checkpoint.bin") || name.contains(".download/");
  }

  /**
   * Nothing but whole results, of those that are expected.
   *
   * @param finished whether all of them were there before
   */
  private static void assertWhole(
      String when, Map<String, byte[]> expected, Path out, boolean finished) throws IOException {
    Map<String, byte[]> left = results(out);
    for (var file : left.entrySet()) {
      if (isLeftover(file.getKey())) {
        continue;
      }
      byte[] whole = expected.get(file.getKey());
      assertTrue(whole != null, when + ": what is " + file.getKey());
      assertArrayEquals(whole, file.getValue(), when + ": " + file.getKey());
    }
    if (finished) {
      assertTrue(left.keySet().containsAll(expected.keySet()), when + ": something is gone");
    }
  }

  private static void assertSame(String when, Map<String, byte[]> expected, Path out)
      throws IOException {
    Map<String, byte[]> now = results(out);
    assertEquals(expected.keySet(), now.keySet(), when);
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, now.get(name), when + ": " + name));
  }

  private static void delete(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  // --- the stages

  static List<String> stages() {
    return SmallRun.stages();
  }

  @ParameterizedTest
  @MethodSource("stages")
  @Timeout(SECONDS_A_STAGE)
  void aKilledStageLeavesNoHalfAndGoesOn(String alias) throws Exception {
    Path out = Files.createDirectories(folder.resolve("out-" + alias));
    List<String> options = SmallRun.options(alias, in, out);
    killed(alias, options, out, () -> SmallRun.run(alias, options));
  }

  private interface Undisturbed {
    StageRun run();
  }

  private static void killed(String alias, List<String> options, Path out, Undisturbed stage)
      throws Exception {
    var random = new Random(alias.hashCode());
    String main = SmallRun.mainClass(alias);
    Map<String, byte[]> inputs = SmallRun.contents(in);
    StageRun first = stage.run();
    assertEquals(0, first.exit(), first.stderr());
    Map<String, byte[]> expected = results(out);
    delete(out);

    long begin = System.nanoTime();
    Moment written = Moment.written(1 + random.nextInt(expected.size()));
    killAt(written, main, options);
    assertWhole("killed at " + written, expected, out, false);
    if (LONG.contains(alias)) {
      long millis = (System.nanoTime() - begin) / 1_000_000;
      killAfter((long) (millis * random.nextDouble()), main, options);
      assertWhole("killed at random", expected, out, false);
    }
    goesOn(stage, expected, out);

    Moment opened = Moment.opened(1 + random.nextInt(expected.size()));
    Runnable second =
        () -> {
          StageRun refused = stage.run();
          assertEquals(1, refused.exit(), "two runs at once: " + refused);
          assertTrue(refused.stderr().contains("another run is writing it"), refused.stderr());
          assertFalse(refused.stderr().contains("\tat "), refused.stderr());
        };
    killAt(opened, main, options, second);
    assertWhole("killed at " + opened, expected, out, true);
    goesOn(stage, expected, out);

    Map<String, byte[]> after = SmallRun.contents(in);
    assertEquals(inputs.keySet(), after.keySet());
    inputs.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
  }

  /** Stages that write while they work, and so are killed at a random time too. */
  private static final List<String> LONG = List.of("demo", "augment", "mfcc", "logmel", "cnn");

  private static void goesOn(Undisturbed stage, Map<String, byte[]> expected, Path out)
      throws IOException {
    StageRun again = stage.run();
    assertEquals(0, again.exit(), again.stderr());
    assertSame("run again", expected, out);
  }

  /** SIGTERM, unlike a kill, leaves time to tidy up: between a file's opening and locking too. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(SECONDS_A_STAGE)
  void anEndedStageLeavesNothing() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out-ended"));
    var opened = new Moment("java.nio.channels.FileChannel", "tryLock", 1);
    End end =
        (process, machine) -> {
          List<ThreadReference> threads = machine.allThreads();
          ThreadReference main =
              threads.stream().filter(each -> each.name().equals("main")).findFirst().orElseThrow();
          assertEquals(1, SmallRun.contents(out).size(), "nothing is open");
          main.suspend(); // and stays so when the others go on
          machine.resume();
          process.destroy();
          while (machine.allThreads().stream().noneMatch(each -> each.name().contains("SIGTERM"))) {
            Thread.sleep(10);
          }
          main.resume();
        };
    endAt(opened, SmallRun.mainClass("segment"), SmallRun.options("segment", in, out), end);
    assertEquals(Map.of(), SmallRun.contents(out));
    assertFalse(log().contains("error"), log());
  }

  // --- fetch

  @Test
  @Timeout(SECONDS_A_STAGE)
  void aKilledFetchGoesOn() throws Exception {
    byte[] archive = archive();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        request -> {
          try (request) {
            request.sendResponseHeaders(200, archive.length);
            request.getResponseBody().write(archive);
          }
        });
    server.start();
    try {
      Path out = folder.resolve("out-fetch");
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/genres.tar.gz";
      List<String> options =
          List.of("gtzan", "--out", out.resolve("corpus").toString(), "--url", url, "--yes");
      StageRun first = StageRun.of(new Fetch(), options.toArray(String[]::new));
      assertEquals(0, first.exit(), first.stderr());
      Map<String, byte[]> expected = results(out);
      assertEquals(TRACKS + 1, expected.size());
      delete(out);
      List<Moment> moments =
          List.of(
              Moment.opened(1),
              new Moment("genrelab.download.ResumableDownload", "write", 2),
              Moment.written(2),
              new Moment("genrelab.download.ArchiveExtractor", "write", 3),
              Moment.written(1));
      for (Moment moment : moments) {
        killAt(moment, "Fetch", options);
        assertWhole("killed at " + moment, Map.of(), out, false);
      }
      // the corpus is there, the archive not yet removed
      killAt(new Moment("org.apache.commons.io.FileUtils", "deleteDirectory", 2), "Fetch", options);
      assertWhole("killed at its end", expected, out, true);
      goesOn(() -> StageRun.of(new Fetch(), options.toArray(String[]::new)), expected, out);
    } finally {
      server.stop(0);
    }
  }

  private static final int TRACKS = 6;

  private static byte[] archive() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
      for (int i = 0; i < TRACKS; i++) {
        byte[] track = new byte[100_000];
        new Random(i).nextBytes(track);
        var entry = new TarArchiveEntry("genres/rock/rock.0000%d.wav".formatted(i));
        entry.setSize(track.length);
        tar.putArchiveEntry(entry);
        tar.write(track);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  // --- study

  /**
   * The study is killed while a stage of its own works (which goes on to its end, being a process
   * of its own) and while it keeps its record; then each of its stages is run again, undisturbed.
   */
  @Test
  @Timeout(SECONDS_A_STAGE)
  void aKilledStudyGoesOn() throws Exception {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs a shell");
    writeLauncher();
    Path out = folder.resolve("study");
    List<String> options =
        List.of(
            "--features", in.resolve("mfcc.json").toString(),
            "--networks", "cnn",
            "--epochs", "1",
            "--kit", System.getenv("GENRELAB_HOME"),
            "--out", out.toString());
    var moments =
        List.of(
            new Moment("java.lang.ProcessImpl", "waitFor", 1), // kmeans at work
            Moment.opened(3), // the record, after split
            Moment.written(4)); // and after cnn
    for (Moment moment : moments) {
      killAt(moment, "Study", options);
      if (Files.exists(out.resolve("run.json"))) {
        assertFalse(Store.readRows(out.resolve("run.json"), Rows.StageRecord.class).isEmpty());
      }
    }
    Process study = start(List.of(), "Study", options);
    assertEquals(0, study.waitFor(), log());
    List<String> lines = log().lines().filter(line -> line.startsWith("== ")).toList();
    assertEquals(9, lines.size(), log());
    assertEquals(3, lines.stream().filter(line -> line.endsWith(": up to date")).count(), log());

    Map<String, byte[]> expected = results(out);
    assertTrue(expected.keySet().stream().noneMatch(KillTest::isLeftover), "" + expected.keySet());
    List<String> all = new ArrayList<>();
    for (Rows.StageRecord run : Store.readRows(out.resolve("run.json"), Rows.StageRecord.class)) {
      all.add(run.stage());
      if (!List.of("features", "report").contains(run.stage())) {
        String alias = run.stage().replace("-embedding", ""); // the second of a run
        StageRun undisturbed = SmallRun.run(alias, placed(run.options(), out));
        assertEquals(0, undisturbed.exit(), undisturbed.stderr());
      }
    }
    List<String> stages =
        List.of(
            "features",
            "kmeans",
            "split",
            "cnn",
            "tsne",
            "embed",
            "kmeans-embedding",
            "tsne-embedding",
            "report");
    assertEquals(stages, all);
    assertSame("undisturbed", expected, out);
  }

  /** A step's options as it was started: its record names files by their places in the run. */
  private static List<String> placed(List<String> recorded, Path out) {
    var options = new ArrayList<>(recorded);
    for (int i = 1; i < options.size(); i += 2) {
      if (List.of("--model", "--features", "--split", "--results", "--out")
          .contains(options.get(i - 1))) {
        options.set(i, out.resolve(options.get(i)).normalize().toString());
      }
    }
    return options;
  }

  private static Path launcher() {
    return folder.resolve("launcher");
  }

  /** Starts a stage as environment/jbang does, without JBang's seconds, nor those of figures. */
  private static void writeLauncher() throws IOException {
    var script = new StringBuilder("#!/bin/sh\nalias=$1\nshift\ncase $alias in\n");
    script.append("report) mkdir -p \"$4\" && exec touch \"$4/index.html\" ;;\n"); // after --out
    for (String alias : SmallRun.stages()) {
      if (!alias.equals("report")) {
        script.append("%s) main=%s ;;\n".formatted(alias, SmallRun.mainClass(alias)));
      }
    }
    script.append("esac\nexec");
    for (String word : command(List.of())) {
      script.append(" '").append(word).append('\'');
    }
    Files.writeString(launcher(), script + " $main \"$@\"\n");
    assertTrue(launcher().toFile().setExecutable(true));
  }
}
