//SOURCES SmallRun.java
//SOURCES StageRun.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/NetworkInput.java

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.networks.InputPreparation;
import genrelab.networks.NetworkInput;
import genrelab.networks.TrainedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Trials at one of the kit's boundaries: broken inputs, each with what is expected and what was
 * seen, as rows of data/robustness.md.
 */
abstract class Trials {
  static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  static final int RATE = 22050;

  private final Path folder;
  private final Path run;

  /**
   * @param folder where the trials may write
   * @param run a whole run, as {@link SmallRun#make} leaves it, in that folder
   */
  Trials(Path folder, Path run) {
    this.folder = folder;
    this.run = run;
  }

  /** The rows of the table, as they are seen now. */
  abstract List<Case> cases() throws IOException;

  /** One row of the table. */
  record Case(String input, String expected, String seen) {
    String row() {
      return "| %s | %s | %s |".formatted(input, expected, seen.replace("|", "\\|"));
    }

    Case failed(String why) {
      return new Case(input, expected, FAILED + why + ": " + seen);
    }
  }

  record Outcome(int exit, String out, String err) {}

  static Outcome run(Callable<Integer> stage, String... args) {
    return outcome(StageRun.of(stage, args));
  }

  // --- inputs, byte by byte

  static byte[] wav(int channels, int rate, int bits, int declared, byte[] data) {
    return ByteBuffer.allocate(44 + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(36 + declared)
        .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
        .putInt(16)
        .putShort((short) 1)
        .putShort((short) channels)
        .putInt(rate)
        .putInt(rate * channels * bits / 8)
        .putShort((short) (channels * bits / 8))
        .putShort((short) bits)
        .put("data".getBytes(StandardCharsets.US_ASCII))
        .putInt(declared)
        .put(data)
        .array();
  }

  static byte[] tone(int samples) {
    ByteBuffer data = ByteBuffer.allocate(2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < samples; i++) {
      data.putShort((short) (9000 * Math.sin(i * 0.06)));
    }
    return data.array();
  }

  static byte[] sound() {
    byte[] tone = tone(RATE);
    return wav(1, RATE, 16, tone.length, tone);
  }

  static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  static byte[] golden(String name) {
    try {
      return Files.readAllBytes(HOME.resolve("data/golden/audio").resolve(name));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  static Features features() {
    float[][] values = new float[6][8];
    for (int i = 0; i < 48; i++) {
      values[i / 8][i % 8] = (float) Math.cos(i);
    }
    return new Features(
        "mfcc",
        List.of("blues", "rock"),
        new int[] {0, 0, 0, 1, 1, 1},
        new String[] {"blues.00000", "blues.00001", "blues.00002", "rock.0", "rock.1", "rock.2"},
        new int[6],
        null,
        4,
        2,
        values,
        Store.JSON.createObjectNode(),
        Store.JSON.createObjectNode().put("synthetic", true));
  }

  static TrainedModel model() {
    return new TrainedModel(
        Store.JSON.createObjectNode().put("network", "cnn"),
        new InputPreparation(
            InputPreparation.Layout.image,
            NetworkInput.Shape.frames,
            4,
            2,
            new float[2],
            new float[] {1, 1},
            0),
        new NetworkInput(NetworkInput.Shape.frames, 4, 2, 0, 2, 1e-4, 1),
        new float[100]);
  }

  // --- trials

  Path fresh(String name) throws IOException {
    return Files.createDirectories(
        folder.resolve("%03d-%s".formatted(Files.list(folder).count(), name)));
  }

  /** No stack trace, one line where it failed, and then nothing written. */
  static void assertClean(Outcome outcome, Path out) {
    String err = outcome.err();
    assertTrue(!err.contains("\tat ") && !err.contains("Exception in"), err);
    assertTrue(!err.contains("unexpected "), "an error nobody foresaw: " + err);
    if (outcome.exit() != 0) {
      assertTrue(err.lines().filter(line -> line.startsWith("error: ")).count() == 1, err);
      assertEquals(List.of(), filesIn(out), "half a result");
    }
    Path part = out.resolveSibling(out.getFileName() + ".part");
    assertTrue(!Files.exists(part), "left behind: " + part);
  }

  /** The files in a folder, or a file itself; none in a folder that was made and stayed empty. */
  static List<Path> filesIn(Path out) {
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  String error(Outcome outcome) {
    String line =
        outcome.err().lines().filter(l -> l.startsWith("error: ")).findFirst().orElseThrow();
    return named(line.substring("error: ".length()));
  }

  /** A message with the names of files, but not where this run of the test has put them. */
  private String named(String message) {
    return message
        .replaceAll(java.util.regex.Pattern.quote(folder.toString()) + "\\S*?([^/\\s]+):", "$1:")
        .replace(folder.toString(), "…")
        .replaceAll("…/\\d+-\\w+/", "…/")
        .replaceAll("^\\d{3,}-", "");
  }

  /** A file cut at every tenth of its length: each stage that reads it must fail each time. */
  Case cut(String input, byte[] whole, String name, Reading... stages) throws IOException {
    var told = new TreeMap<String, Integer>();
    for (int i = 0; i < 10 * stages.length; i++) {
      int tenth = i % 10;
      Path in = fresh("cut");
      Path file = Files.write(in.resolve(name), Arrays.copyOf(whole, whole.length * tenth / 10));
      Path out = Files.createDirectories(in.resolve("out"));
      Outcome outcome = stages[i / 10].read(file, out);
      assertEquals(1, outcome.exit(), "tenth %d of %s: %s".formatted(tenth, name, outcome));
      assertClean(outcome, out);
      assertTrue(error(outcome).contains(name), "names the file: " + outcome.err());
      String line =
          error(outcome).replaceAll("\\(.*\\)", "(…)").replaceAll("\\d+ bytes", "… bytes");
      told.merge(line, 1, Integer::sum);
    }
    return new Case(
        input + " cut at each tenth",
        "%d one-line errors that name the file, nothing written".formatted(10 * stages.length),
        counted(told));
  }

  static String counted(Map<String, Integer> told) {
    return told.entrySet().stream()
        .map(entry -> entry.getValue() + " × " + entry.getKey())
        .collect(Collectors.joining("; "));
  }

  /** How a stage answers to a file that it reads, writing to a folder. */
  interface Reading {
    Outcome read(Path file, Path out) throws IOException;
  }

  byte[] bytesOf(String name, java.util.function.Consumer<Path> write) throws IOException {
    Path file = fresh("make").resolve(name);
    write.accept(file);
    return Files.readAllBytes(file);
  }

  // --- a run of all stages, made once, whose files are damaged one by one

  static final String ONE_LINE = "one line that names file and place";

  /** The run. */
  final Path run() {
    return run;
  }

  static Outcome outcome(StageRun run) {
    return new Outcome(run.exit(), run.stdout(), run.stderr());
  }

  /** What somebody did to a file, in words, and how. */
  record Damage(String what, UnaryOperator<String> how) {}

  static Damage damage(String what, String part, String by) {
    return new Damage(
        what,
        text -> {
          String damaged = text.replaceFirst(part, Matcher.quoteReplacement(by));
          assertNotEquals(text, damaged, what);
          return damaged;
        });
  }

  /** A stage with its options of a small run, but for one of the files that it reads. */
  Reading stage(String alias, String sound, String... more) {
    return (file, out) -> {
      String replaced = run().resolve(sound).toString();
      List<String> options =
          SmallRun.options(alias, run(), out).stream()
              .map(option -> option.equals(replaced) ? file.toString() : option)
              .collect(Collectors.toCollection(ArrayList::new));
      assertTrue(options.contains(file.toString()), alias + " does not read " + sound);
      options.addAll(List.of(more));
      return outcome(SmallRun.run(alias, options));
    };
  }

  /**
   * A stage that reads a folder of results, of which one file is another.
   *
   * @param sound the folder that it reads in a small run
   * @param from the folder that it reads here, but for a file
   * @param name the file
   */
  Reading inFolder(String alias, String sound, String from, String name) {
    return (file, out) -> {
      Path twin = Files.createDirectories(file.resolveSibling("twin"));
      Path whole = run().resolve(from);
      try (Stream<Path> files = Files.walk(whole)) {
        for (Path each : files.filter(Files::isRegularFile).toList()) {
          Path to = twin.resolve(whole.relativize(each).toString());
          Files.createDirectories(to.getParent());
          Files.copy(each, to);
        }
      }
      Files.move(file, twin.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      String replaced = run().resolve(sound).toString();
      List<String> options =
          SmallRun.options(alias, run(), out).stream()
              .map(option -> option.equals(replaced) ? twin.toString() : option)
              .toList();
      assertTrue(options.contains(twin.toString()), alias + " does not read " + sound);
      return outcome(SmallRun.run(alias, options));
    };
  }

  /** A file that each of some stages refuses, in the same words. */
  Case refused(String input, String name, byte[] bytes, Reading... stages) throws IOException {
    return refused(input, name, bytes, List.of(name), stages);
  }

  Case refused(String input, String name, byte[] bytes, List<String> names, Reading... stages)
      throws IOException {
    var told = new TreeSet<String>();
    for (Reading stage : stages) {
      Path in = fresh("refused");
      Path out = Files.createDirectories(in.resolve("out"));
      Outcome outcome = stage.read(Files.write(in.resolve(name), bytes), out);
      try {
        assertEquals(1, outcome.exit(), outcome.toString());
        // augment's copies, each of them whole, are nothing without the manifest
        assertClean(
            outcome,
            Files.exists(out.resolve("augmented")) ? out.resolve("augmented/segments.json") : out);
        for (String named : names) {
          assertTrue(outcome.err().contains(named), "names the file: " + outcome.err());
        }
        told.add(error(outcome));
      } catch (AssertionError wrong) {
        told.add(FAILED + wrong.getMessage().lines().limit(3).collect(Collectors.joining(" ")));
      }
    }
    return new Case(input, ONE_LINE, String.join("; ", told));
  }

  static final String FAILED = "FAILED ";

  Case refused(Damage damage, String name, String text, Reading... stages) throws IOException {
    return refused(damage, name, text, List.of(name), stages);
  }

  /**
   * As above.
   *
   * @param names what the message must name
   */
  Case refused(Damage damage, String name, String text, List<String> names, Reading... stages)
      throws IOException {
    byte[] bytes = damage.how().apply(text).getBytes(StandardCharsets.UTF_8);
    return refused(name + ", " + damage.what(), name, bytes, names, stages);
  }

  Reading importing(String option, String... more) {
    return (file, out) -> {
      var options =
          new ArrayList<>(
              List.of(option, file.toString(), "--out", out.resolve("imported.json").toString()));
      options.addAll(List.of(more));
      return outcome(SmallRun.run("import", options));
    };
  }

  Reading fitOnTrain() {
    return (file, out) -> {
      var options = new ArrayList<>(SmallRun.options("kmeans", run(), out));
      options.addAll(List.of("--fit-on", "train", "--split", file.toString()));
      return outcome(SmallRun.run("kmeans", options));
    };
  }

  static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  /**
   * What a stage answers to an input that it can't take: one line that names something, and nothing
   * is written. Where it can take the input all the same, it writes its results.
   */
  Case answered(String input, String alias, List<String> options, Path out, String names) {
    Outcome outcome = outcome(SmallRun.run(alias, options));
    String err = outcome.err();
    if (outcome.exit() == 0) {
      return new Case(input, "read, or one line", "exit 0");
    }
    List<String> lines =
        err.lines().filter(l -> l.startsWith("error: ") || l.contains("(see --help)")).toList();
    String line = lines.isEmpty() ? err : named(lines.get(0).replaceFirst("^error: ", ""));
    var seen = new Case(input, "one line", "exit %d: %s".formatted(outcome.exit(), line));
    boolean clear =
        lines.size() == 1
            && outcome.exit() <= 2
            && !err.contains("\tat ")
            && !err.contains("unexpected ")
            && lines.get(0).contains(names);
    if (!clear) {
      return seen.failed("not one clear line that names " + names);
    }
    List<Path> written = filesIn(out);
    return written.isEmpty() ? seen : seen.failed("half a result " + written);
  }

  /** Every stage on a folder that something is wrong with; in what words they say so. */
  Case everyStage(String input, String expected, Predicate<String> stages, Spoiled folder)
      throws IOException {
    var told = new TreeMap<String, Integer>();
    List<String> aliases = SmallRun.stages().stream().filter(stages).toList();
    for (String alias : aliases) {
      Path out = folder.spoil(fresh("disk"), alias);
      Map<String, byte[]> before = SmallRun.contents(out);
      Outcome outcome = outcome(SmallRun.run(alias, run(), out));
      String line = error(outcome).replaceAll("^.*?: ", "");
      if (outcome.exit() != 1
          || outcome.err().contains("\tat ")
          || outcome.err().contains("unexpected ")
          || !same(before, SmallRun.contents(out))) {
        line = FAILED + alias + ": " + outcome;
      }
      told.merge(line, 1, Integer::sum);
    }
    return new Case(input, expected, counted(told));
  }

  interface Spoiled {
    Path spoil(Path folder, String alias) throws IOException;
  }

  static boolean same(Map<String, byte[]> before, Map<String, byte[]> after) {
    return before.keySet().equals(after.keySet())
        && before.keySet().stream()
            .allMatch(name -> Arrays.equals(before.get(name), after.get(name)));
  }

  /** Stages that write a folder. */
  static final Set<String> FOLDERS =
      Set.of(
          "demo", "augment", "baseline", "cnn", "lstm", "hybrid", "compact", "report", "explore");
}
