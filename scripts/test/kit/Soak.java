///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Runs stages for a long time while they are killed, out of disk and in each other's way
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES SmallRun.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code environment/soak}: stages as processes of their own, disturbed at random. After each of
 * them every file that has its name must be whole and equal to an undisturbed run's, inputs must be
 * as they were, and a stage that says that it succeeded must have written everything. At the end
 * every stage runs once more, undisturbed.
 */
final class Soak {
  private enum Disturbance {
    killed("`kill -9`"),
    terminated("SIGTERM"),
    fullDisk("full disk"),
    fileLimit("file size limit"),
    twoWriters("two writers"),
    otherTimes("file times changed"),
    otherClock("clock changed");

    private final String title;

    Disturbance(String title) {
      this.title = title;
    }
  }

  private static final long LONGEST_STAGE_SECONDS = 900;

  private final Path work;
  private final Path in;
  private final Random random;
  private final Map<String, Map<String, byte[]>> expected = new TreeMap<>();
  private final Map<String, Long> millis = new TreeMap<>();
  private final Map<Disturbance, Integer> operations = new EnumMap<>(Disturbance.class);
  private final List<String> losses = new ArrayList<>();
  private Map<String, byte[]> inputs;
  private int processes;
  private int endedEarly;
  private int refused;
  private boolean mounts;

  /** What libfaketime is loaded by; empty where it is not installed. */
  private String fakeClock = "";

  private Soak(Path work, long seed) {
    this.work = work;
    this.in = work.resolve("in");
    this.random = new Random(seed);
  }

  public static void main(String... args) throws Exception {
    double minutes = args.length > 0 ? Double.parseDouble(args[0]) : 60;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Path work = Files.createTempDirectory("genrelab-soak").toRealPath();
    var soak = new Soak(work, seed);
    soak.prepare();
    long begin = System.nanoTime();
    long end = begin + (long) (minutes * 60e9);
    while (System.nanoTime() < end) {
      soak.disturb();
    }
    soak.finish();
    soak.print((System.nanoTime() - begin) / 60e9, seed);
    if (soak.losses.isEmpty()) {
      delete(work);
    } else {
      System.out.println("the files are in " + work);
    }
    System.exit(soak.losses.isEmpty() ? 0 : 1);
  }

  // ---- the undisturbed run

  private void prepare() throws Exception {
    Files.createDirectories(in);
    PrintStream out = System.out;
    SmallRun.make(in);
    System.setOut(out);
    inputs = SmallRun.contents(in);
    for (String alias : SmallRun.stages()) {
      Path folder = Files.createDirectories(out(alias));
      long begin = System.nanoTime();
      int exit = await(start(alias, folder));
      millis.put(alias, (System.nanoTime() - begin) / 1_000_000);
      if (exit != 0) {
        throw new IllegalStateException(alias + " fails undisturbed: " + log());
      }
      expected.put(alias, results(folder));
    }
    Path mount = Files.createDirectories(work.resolve("disk"));
    mounts = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()) == 0;
    if (mounts) {
      run("umount", mount.toString());
    }
    fakeClock = fakeClock();
    System.out.printf(
        "%d stages made; %s; %s%n",
        expected.size(),
        mounts ? "small file systems can be mounted" : "no right to mount",
        fakeClock.isEmpty() ? "no libfaketime, the clock stays" : "libfaketime changes the clock");
  }

  private static String fakeClock() throws Exception {
    try {
      Process process = new ProcessBuilder("faketime", "-m", "-f", "+0", "env").start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("LD_PRELOAD="))
          .map(line -> line.substring("LD_PRELOAD=".length()))
          .findFirst()
          .orElse("");
    } catch (IOException notInstalled) {
      return "";
    }
  }

  private Path out(String alias) {
    return work.resolve("out-" + alias);
  }

  // ---- disturbances

  private void disturb() throws Exception {
    List<String> aliases = SmallRun.stages();
    String alias = aliases.get(random.nextInt(aliases.size()));
    Disturbance how = draw();
    operations.merge(how, 1, Integer::sum);
    Path out = out(alias);
    if (random.nextBoolean()) { // else it replaces what is there already
      delete(out);
      Files.createDirectories(out);
    }
    switch (how) {
      case killed, terminated -> end(alias, out, how == Disturbance.killed);
      case fullDisk -> onSmallDisk(alias);
      case fileLimit -> limited(alias, out);
      case twoWriters -> twice(alias, out);
      case otherClock -> withOtherClock(alias, out);
      default -> {
        changeTimes(in);
        changeTimes(out);
        finished(alias, out, await(start(alias, out)), how.title);
      }
    }
    check(alias, out, how.title);
    int done = operations.values().stream().mapToInt(n -> n).sum();
    if (done % 25 == 0) {
      checkInputs();
      System.out.printf("%d operations, %d losses%n", done, losses.size());
    }
  }

  private Disturbance draw() {
    int of20 = random.nextInt(20);
    if (of20 < 9) {
      return Disturbance.killed;
    }
    if (of20 < 11) {
      return Disturbance.terminated;
    }
    if (of20 < 15) {
      return mounts && of20 < 13 ? Disturbance.fullDisk : Disturbance.fileLimit;
    }
    if (of20 < 18) {
      return Disturbance.twoWriters;
    }
    return of20 < 19 || fakeClock.isEmpty() ? Disturbance.otherTimes : Disturbance.otherClock;
  }

  private void end(String alias, Path out, boolean kill) throws Exception {
    Process process = start(alias, out);
    // mostly in the second half, where files are written
    double share = random.nextBoolean() ? random.nextDouble() : 0.5 + random.nextDouble() * 0.6;
    boolean ended = process.waitFor((long) (millis.get(alias) * share), TimeUnit.MILLISECONDS);
    if (kill) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    int exit = await(process);
    if (ended || exit == 0) {
      finished(alias, out, exit, "ended by itself");
    } else {
      endedEarly++;
    }
  }

  private void onSmallDisk(String alias) throws Exception {
    Path disk = work.resolve("disk");
    long whole = expected.get(alias).values().stream().mapToLong(bytes -> bytes.length).sum();
    long size = Math.max(4096, (long) (whole * random.nextDouble()));
    if (run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()) != 0) {
      throw new IOException("can't mount a small file system");
    }
    try {
      finished(alias, disk, await(start(alias, disk)), "full disk");
      check(alias, disk, "full disk");
      run("mount", "-o", "remount,size=512m", disk.toString());
      int exit = await(start(alias, disk));
      if (exit != 0) {
        lose(alias + " fails after there is room again: " + log());
      }
      finished(alias, disk, exit, "room again");
    } finally {
      run("umount", disk.toString());
    }
  }

  /** As on a full disk: a write fails when the file has a certain size. */
  private void limited(String alias, Path out) throws Exception {
    long largest =
        expected.get(alias).values().stream().mapToLong(bytes -> bytes.length).max().orElse(0);
    long blocks = 1 + (long) (largest * random.nextDouble() / 512);
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"));
    command.addAll(command(alias, out));
    finished(alias, out, await(start(command)), "file size limit");
  }

  private void twice(String alias, Path out) throws Exception {
    Process one = start(alias, out);
    Thread.sleep(random.nextInt(500));
    Process other = start(alias, out);
    int first = await(one);
    int second = await(other);
    if (first != 0 && second != 0 && !log().contains("another run")) {
      lose(alias + " twice: both failed: " + log());
    }
    finished(alias, out, Math.min(first, second), "two writers");
  }

  /** The clock is years off, and jumps while the stage runs. */
  private void withOtherClock(String alias, Path out) throws Exception {
    Path clock = work.resolve("clock");
    setClock(clock);
    processes++;
    ProcessBuilder builder = new ProcessBuilder(command(alias, out));
    builder.environment().put("LD_PRELOAD", fakeClock);
    builder.environment().put("FAKETIME_TIMESTAMP_FILE", clock.toString());
    builder.environment().put("FAKETIME_NO_CACHE", "1");
    builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1"); // or the JVM's waits never end
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(freshLog().toFile()))
            .start();
    while (!process.waitFor(100 + random.nextInt(900), TimeUnit.MILLISECONDS)) {
      setClock(clock);
    }
    finished(alias, out, await(process), "clock changed");
  }

  private void setClock(Path file) throws IOException {
    Files.writeString(file, "%+dh\n".formatted(random.nextInt(200_000) - 100_000)); // 11 years
  }

  private void changeTimes(Path folder) throws IOException {
    for (String name : SmallRun.contents(folder).keySet()) {
      if (random.nextInt(3) == 0) {
        long seconds = random.nextLong(4_000_000_000L); // 1970 to 2096
        Files.setLastModifiedTime(
            folder.resolve(name), FileTime.from(Instant.ofEpochSecond(seconds)));
      }
    }
  }

  // ---- what is left

  private void lose(String what) {
    losses.add(what);
    System.out.println("LOSS: " + what);
  }

  /** A stage that says that it succeeded has written everything. */
  private void finished(String alias, Path out, int exit, String when) throws IOException {
    if (exit != 0) {
      refused++;
      return;
    }
    Map<String, byte[]> now = results(out);
    for (String name : expected.get(alias).keySet()) {
      if (!now.containsKey(name)) {
        lose("%s, %s: exit 0 without %s".formatted(alias, when, name));
      }
    }
    check(alias, out, when);
  }

  /** Whatever has its name is whole. */
  private void check(String alias, Path out, String when) throws IOException {
    for (var file : results(out).entrySet()) {
      byte[] whole = expected.get(alias).get(file.getKey());
      if (!isLeftover(file.getKey()) && !Arrays.equals(whole, file.getValue())) {
        lose(
            "%s, %s: %s is %s"
                .formatted(alias, when, file.getKey(), whole == null ? "no result" : "another"));
      }
    }
  }

  private void checkInputs() throws IOException {
    Map<String, byte[]> now = SmallRun.contents(in);
    if (!now.keySet().equals(inputs.keySet())) {
      lose("inputs came or went: " + now.keySet());
    }
    now.forEach(
        (name, bytes) -> {
          if (!Arrays.equals(bytes, inputs.get(name))) {
            lose("the input " + name + " is another");
          }
        });
  }

  private void finish() throws Exception {
    for (String alias : SmallRun.stages()) {
      Path out = Files.createDirectories(out(alias));
      int exit = await(start(alias, out));
      if (exit != 0) {
        lose(alias + " fails at the end: " + log());
      }
      finished(alias, out, exit, "at the end");
      for (String name : SmallRun.contents(out).keySet()) {
        if (isLeftover(name)) {
          lose("%s leaves %s".formatted(alias, name));
        }
      }
    }
    checkInputs();
  }

  /** What a killed stage may leave, which nobody takes for a result. */
  private static boolean isLeftover(String name) {
    return name.endsWith(".part") || name.endsWith("checkpoint.bin");
  }

  /** Files without the times in them. */
  private static Map<String, byte[]> results(Path out) throws IOException {
    Map<String, byte[]> results = SmallRun.contents(out);
    results.replaceAll(
        (name, bytes) ->
            name.endsWith(".json")
                ? new String(bytes, StandardCharsets.UTF_8)
                    .replaceAll("\"seconds\":[^,}]*", "\"seconds\":0")
                    .replaceAll("\"started\":\"[^\"]*\"", "\"started\":\"\"")
                    .getBytes(StandardCharsets.UTF_8)
                : bytes);
    return results;
  }

  private void print(double minutes, long seed) {
    System.out.printf(
        "%d stages, seed %d, %d processors%n",
        SmallRun.stages().size(), seed, Runtime.getRuntime().availableProcessors());
    System.out.println("| disturbance | operations |\n| --- | --- |");
    for (Disturbance each : Disturbance.values()) {
      System.out.printf("| %s | %d |%n", each.title, operations.getOrDefault(each, 0));
    }
    System.out.printf(
        "| all, in %.0f minutes | %d |%n| processes | %d |%n| of them ended by a signal | %d |%n|"
            + " of them failed (no room, or another run writing) | %d |%n| files lost, damaged or"
            + " different | %d |%n",
        minutes,
        operations.values().stream().mapToInt(n -> n).sum(),
        processes,
        endedEarly,
        refused,
        losses.size());
  }

  // ---- processes

  private List<String> command(String alias, Path out) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData", // a file, of which there may be no room
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-Dorg.eclipse.deeplearning4j.helpers.disable=false",
                "-cp",
                System.getProperty("java.class.path"),
                SmallRun.mainClass(alias)));
    command.addAll(SmallRun.options(alias, in, out));
    return command;
  }

  private Process start(String alias, Path out) throws IOException {
    return start(command(alias, out));
  }

  private Process start(List<String> command) throws IOException {
    processes++;
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(freshLog().toFile()))
        .start();
  }

  private Path freshLog() throws IOException {
    Path log = work.resolve("log");
    if (Files.exists(log) && Files.size(log) > 100_000) {
      Files.delete(log);
    }
    return log;
  }

  private int await(Process process) throws InterruptedException {
    if (!process.waitFor(LONGEST_STAGE_SECONDS, TimeUnit.SECONDS)) {
      lose("hangs: " + process.info().commandLine().orElse("?"));
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  private String log() throws IOException {
    List<String> lines = Files.readAllLines(work.resolve("log"));
    return lines.subList(Math.max(0, lines.size() - 4), lines.size()).stream()
        .collect(Collectors.joining(" / "));
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noSuchCommand) {
      return 127;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
