///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Feeds the stages what is broken; keeps data/robustness.md true. main: fuzzing alone.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// Before the stages', of which some bring older ones: DL4J's slf4j, commons-compress's lang3.
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES SmallRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/networks/InputPreparation.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/networks/NetworkInput.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.audio.Audio;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.InputPreparation;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkInput;
import genrelab.networks.TrainedModel;
import genrelab.results.Part;
import genrelab.results.Rows;
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
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is fed to a stage, it answers with one clear line or counts what it skipped: no stack
 * trace, no hang, no half-written result. The table in data/robustness.md says what was seen, and
 * this test holds it to that.
 */
class RobustnessTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));
  private static final Path TABLE = HOME.resolve("data/robustness.md");
  private static final int RATE = 22050;
  private static final int SECONDS_A_CASE = 60;

  @TempDir Path folder;

  /** One row of the table. */
  private record Case(String input, String expected, String seen) {
    String row() {
      return "| %s | %s | %s |".formatted(input, expected, seen.replace("|", "\\|"));
    }
  }

  private record Outcome(int exit, String out, String err) {}

  private static Outcome run(Callable<Integer> stage, String... args) {
    return outcome(StageRun.of(stage, args));
  }

  // --- inputs, byte by byte

  private static byte[] wav(int channels, int rate, int bits, int declared, byte[] data) {
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

  private static byte[] tone(int samples) {
    ByteBuffer data = ByteBuffer.allocate(2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < samples; i++) {
      data.putShort((short) (9000 * Math.sin(i * 0.06)));
    }
    return data.array();
  }

  private static byte[] sound() {
    byte[] tone = tone(RATE);
    return wav(1, RATE, 16, tone.length, tone);
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static byte[] golden(String name) {
    try {
      return Files.readAllBytes(HOME.resolve("data/golden/audio").resolve(name));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Features features() {
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

  private static TrainedModel model() {
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

  // --- the table

  private Path fresh(String name) throws IOException {
    return Files.createDirectories(
        folder.resolve("%03d-%s".formatted(Files.list(folder).count(), name)));
  }

  /** A corpus of one sound track and one other file; segmented, it is told what was skipped. */
  private Case audio(String input, String expected, String name, byte[] bytes) throws IOException {
    Path corpus = fresh("audio");
    Files.createDirectories(corpus.resolve("rock"));
    Files.write(corpus.resolve("rock/sound.wav"), sound());
    Files.write(corpus.resolve("rock/" + name), bytes);
    return segmented(input, expected, corpus);
  }

  private Case segmented(String input, String expected, Path corpus) throws IOException {
    Path out = corpus.resolveSibling(corpus.getFileName() + ".json");
    Outcome outcome =
        run(
            new Segment(),
            "--corpus",
            corpus.toString(),
            "--out",
            out.toString(),
            "--seconds",
            "1");
    assertClean(outcome, out);
    String last = outcome.out().lines().reduce((a, b) -> b).orElse("");
    String skipped =
        outcome.err().lines().filter(l -> l.startsWith("skipped")).findFirst().orElse("");
    String told = last.replaceAll(": .*", "");
    String reason =
        skipped.isEmpty()
            ? ""
            : "; " + skipped.replaceAll("skipped .*?\\.\\w+: |(?<=no sense): .*", "");
    if (outcome.exit() != 0) {
      told = error(outcome);
      reason = "";
    }
    return new Case(input, expected, "exit %d: %s%s".formatted(outcome.exit(), told, reason));
  }

  /** No stack trace, one line where it failed, and then nothing written. */
  private static void assertClean(Outcome outcome, Path out) {
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
  private static List<Path> filesIn(Path out) {
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private String error(Outcome outcome) {
    String line =
        outcome.err().lines().filter(l -> l.startsWith("error: ")).findFirst().orElseThrow();
    return line.substring("error: ".length())
        .replaceAll(java.util.regex.Pattern.quote(folder.toString()) + "\\S*?([^/\\s]+):", "$1:")
        .replace(folder.toString(), "…")
        .replaceAll("…/\\d+-\\w+/", "…/")
        .replaceAll("^\\d{3,}-", "");
  }

  /** A file cut at every tenth of its length: each stage that reads it must fail each time. */
  private Case cut(String input, byte[] whole, String name, Reading... stages) throws IOException {
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

  private static String counted(Map<String, Integer> told) {
    return told.entrySet().stream()
        .map(entry -> entry.getValue() + " × " + entry.getKey())
        .collect(Collectors.joining("; "));
  }

  /** How a stage answers to a file that it reads, writing to a folder. */
  private interface Reading {
    Outcome read(Path file, Path out) throws IOException;
  }

  private byte[] bytesOf(String name, java.util.function.Consumer<Path> write) throws IOException {
    Path file = fresh("make").resolve(name);
    write.accept(file);
    return Files.readAllBytes(file);
  }

  /** A Vorbis setup header whose only code book has no dimension; JOrbis never ends over it. */
  private static final String EMPTY_BOOK =
      "T2dnUwACAAAAAAAAAAAHAAAAAAAAAIx3U8EBHgF2b3JiaXMAAAAAAUSsAAAAAAAAAAAAAAAAAAC4AU9n"
          + "Z1MABAAAAAAAAAAABwAAAAEAAACBopFPAhAiA3ZvcmJpcwAAAAAAAAAAAQV2b3JiaXMAQkNWAAABAACA"
          + "AAAAAAAAAAAAAAAAAAAAAAA=";

  private List<Case> cases() throws IOException {
    byte[] tone = tone(RATE);
    String skipped = "skipped and counted";
    var cases = new ArrayList<Case>();
    cases.add(audio("an empty file", skipped, "a.wav", new byte[0]));
    cases.add(audio("a wav's first 20 bytes", skipped, "a.wav", Arrays.copyOf(sound(), 20)));
    cases.add(audio("a wav without samples", skipped, "a.wav", wav(1, RATE, 16, 0, new byte[0])));
    cases.add(
        audio(
            "a wav that declares 0 bytes and has 1 s",
            skipped + ", or read",
            "a.wav",
            wav(1, RATE, 16, 0, tone)));
    cases.add(
        audio("a wav that declares 2 GB", skipped, "a.wav", wav(1, RATE, 16, 0x7fffff00, tone)));
    cases.add(
        audio("a wav that declares 4 GB", skipped, "a.wav", wav(1, RATE, 16, 0xffffff00, tone)));
    cases.add(audio("a wav of 0 channels", skipped, "a.wav", wav(0, RATE, 16, tone.length, tone)));
    cases.add(audio("a wav of 65,535 channels", skipped, "a.wav", wav(65535, RATE, 16, 10, tone)));
    cases.add(audio("a wav of 0 Hz", skipped, "a.wav", wav(1, 0, 16, tone.length, tone)));
    cases.add(audio("a wav of −1 Hz", skipped, "a.wav", wav(1, -1, 16, tone.length, tone)));
    cases.add(audio("a wav of 0 bits", skipped, "a.wav", wav(1, RATE, 0, tone.length, tone)));
    for (String kind : List.of("wav", "au", "aiff", "flac", "ogg", "mp3")) {
      cases.add(audio("random bytes named ." + kind, skipped, "a." + kind, noise(30_000)));
    }
    cases.add(
        audio(
            "an ogg file with a code book of dimension 0",
            skipped,
            "a.ogg",
            Base64.getDecoder().decode(EMPTY_BOOK)));
    cases.add(
        audio("a wav of 2 GHz", skipped, "a.wav", wav(1, 2_000_000_000, 16, tone.length, tone)));
    cases.add(audio("text named .mp3", skipped, "a.mp3", "no music\n".repeat(99).getBytes()));
    cases.add(
        audio("a flac named .mp3", "read: contents tell", "a.mp3", golden("mono-22050.flac")));
    cases.add(audio("a wav named .flac", "read: contents tell", "a.flac", sound()));
    for (String kind : List.of("mono-22050.flac", "stereo-44100.ogg", "mono-22050.mp3")) {
      byte[] whole = golden(kind);
      String end = kind.substring(kind.indexOf('.') + 1);
      cases.add(
          audio(
              "half of a %s file".formatted(end),
              skipped,
              "a." + end,
              Arrays.copyOf(whole, whole.length / 2)));
    }
    cases.add(audio("a name in many scripts", "read", "Ünï-音楽-🎵.wav", sound()));
    cases.add(audio("a name of 240 letters", "read", "x".repeat(236) + ".wav", sound()));

    Path loops = fresh("loops");
    Files.createDirectories(loops.resolve("rock"));
    Files.write(loops.resolve("rock/sound.wav"), sound());
    if (links(loops)) {
      cases.add(segmented("symbolic links in circles", "passed over", loops));
    }
    cases.add(segmented("an empty corpus", "one line", fresh("empty")));

    addCuts(cases);
    addFeatures(cases);
    addRows(cases);
    addArrays(cases);
    addModels(cases);
    addDisks(cases);
    return cases;
  }

  // --- a run of all stages, made once, whose files are damaged one by one

  private static final String ONE_LINE = "one line that names file and place";

  private Path run;

  private Path run() throws IOException {
    if (run == null) {
      run = fresh("run");
      SmallRun.make(run);
    }
    return run;
  }

  private static Outcome outcome(StageRun run) {
    return new Outcome(run.exit(), run.stdout(), run.stderr());
  }

  /** What somebody did to a file, in words, and how. */
  private record Damage(String what, UnaryOperator<String> how) {}

  private static Damage damage(String what, String part, String by) {
    return new Damage(
        what,
        text -> {
          String damaged = text.replaceFirst(part, Matcher.quoteReplacement(by));
          assertNotEquals(text, damaged, what);
          return damaged;
        });
  }

  /** A stage with its options of a small run, but for one of the files that it reads. */
  private Reading stage(String alias, String sound, String... more) {
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
  private Reading inFolder(String alias, String sound, String from, String name) {
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
  private Case refused(String input, String name, byte[] bytes, Reading... stages)
      throws IOException {
    return refused(input, name, bytes, List.of(name), stages);
  }

  private Case refused(
      String input, String name, byte[] bytes, List<String> names, Reading... stages)
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

  private static final String FAILED = "FAILED ";

  private Case refused(Damage damage, String name, String text, Reading... stages)
      throws IOException {
    return refused(damage, name, text, List.of(name), stages);
  }

  /**
   * As above.
   *
   * @param names what the message must name
   */
  private Case refused(
      Damage damage, String name, String text, List<String> names, Reading... stages)
      throws IOException {
    byte[] bytes = damage.how().apply(text).getBytes(StandardCharsets.UTF_8);
    return refused(name + ", " + damage.what(), name, bytes, names, stages);
  }

  private void addCuts(List<Case> cases) throws IOException {
    byte[] segments = Files.readAllBytes(run().resolve("segments.json"));
    Reading[] ofSegments = {
      stage("mfcc", "segments.json"),
      stage("logmel", "segments.json"),
      stage("augment", "segments.json"),
      stage("split", "segments.json")
    };
    cases.add(cut("segments.json", segments, "segments.json", ofSegments));
    cases.add(cut("segments.json.gz", gzip(segments), "segments.json.gz", ofSegments));
    Reading[] ofFeatures = {
      splitting(),
      stage("kmeans", "mfcc.json"),
      stage("tsne", "mfcc-kmeans.json"),
      stage("cnn", "mfcc.json"),
      stage("lstm", "mfcc.json"),
      stage("hybrid", "mfcc.json"),
      stage("compact", "mfcc.json"),
      importing("--json")
    };
    byte[] mfcc = bytesOf("mfcc.json", file -> features().write(file));
    cases.add(cut("mfcc.json", mfcc, "mfcc.json", ofFeatures));
    cases.add(cut("mfcc.json.gz", gzip(mfcc), "mfcc.json.gz", ofFeatures));
    cases.add(
        cut(
            "split.json",
            Files.readAllBytes(run().resolve("split.json")),
            "split.json",
            stage("augment", "split.json"),
            fitOnTrain(),
            stage("cnn", "split.json"),
            stage("lstm", "split.json"),
            stage("hybrid", "split.json"),
            stage("compact", "split.json")));
  }

  private static Reading splitting() {
    return (file, out) ->
        run(new Split(), "--features", file.toString(), "--out", out + "/split.json");
  }

  private void addFeatures(List<Case> cases) throws IOException {
    String text = Files.readString(run().resolve("mfcc.json"));
    String value = "(?<=\"mfcc\":\\[\\[\\[)[^,]*";
    String frame = "[0,0,0,0,0,0,0,0,0,0,0,0,0],";
    var damages =
        List.of(
            damage("a bare NaN", value, "NaN"),
            damage("\"NaN\" as a text", value, "\"NaN\""),
            damage("−Infinity", value, "-Infinity"),
            damage("1e999", value, "1e999"),
            damage("null for a number", value, "null"),
            damage("a number of 2,000 digits", value, "1".repeat(2000)),
            damage("no segments", "\"mfcc\":.*\"tracks\"", "\"mfcc\":[],\"tracks\""),
            damage("a segment without frames", "\"mfcc\":\\[", "\"mfcc\":[[],"),
            damage("a frame without numbers", "\"mfcc\":\\[\\[", "\"mfcc\":[[[],"),
            damage("a frame with one number less", value + ",", ""),
            damage("a segment with one frame more", "\"mfcc\":\\[\\[", "\"mfcc\":[[" + frame),
            damage("a number for a segment", "\"mfcc\":\\[", "\"mfcc\":[7,"),
            damage("a label too many", "\"labels\":\\[", "\"labels\":[0,"),
            damage("a label past the classes", "\"labels\":\\[0", "\"labels\":[10"),
            damage("a label of −1", "\"labels\":\\[0", "\"labels\":[-1"),
            damage("a label of 0.5", "\"labels\":\\[0", "\"labels\":[0.5"),
            damage("a label of 2³²", "\"labels\":\\[0", "\"labels\":[4294967296"),
            damage("a number for a class's name", "\"blues\"", "7"),
            damage("a class twice", "\"blues\"", "\"jazz\""),
            damage(
                "a cluster of −7",
                "\"tracks\"",
                "\"clusters\":[-7" + ",0".repeat(39) + "],\"tracks\""),
            damage(
                "a cluster of 2³¹ − 1",
                "\"tracks\"",
                "\"clusters\":[2147483647" + ",0".repeat(39) + "],\"tracks\""),
            damage("no tracks", "\"tracks\"", "\"trucks\""),
            damage("no mapping", "\"mapping\"", "\"map\""),
            damage("an array around it", "^", "["),
            damage("100,000 brackets", "(?s)^.*$", "[".repeat(100_000)),
            damage("a second value behind it", "\\s*$", "{}"),
            damage("nothing but spaces", "(?s)^.*$", "   "));
    for (Damage damage : damages) {
      cases.add(
          refused(
              damage,
              "mfcc.json",
              text,
              stage("kmeans", "mfcc.json"),
              stage("tsne", "mfcc-kmeans.json"),
              stage("cnn", "mfcc.json"),
              stage("lstm", "mfcc.json"),
              stage("hybrid", "mfcc.json"),
              stage("compact", "mfcc.json")));
    }
    byte[] packed = gzip(text.getBytes(StandardCharsets.UTF_8));
    packed[packed.length - 8] ^= 1;
    for (var broken :
        new TreeMap<>(
                Map.of(
                    "mfcc.json.gz: no gzip",
                    text.getBytes(StandardCharsets.UTF_8),
                    "mfcc.json.gz: another checksum",
                    packed))
            .entrySet()) {
      cases.add(
          refused(
              broken.getKey(),
              "mfcc.json.gz",
              broken.getValue(),
              stage("kmeans", "mfcc.json"),
              stage("tsne", "mfcc-kmeans.json"),
              stage("cnn", "mfcc.json"),
              stage("lstm", "mfcc.json"),
              stage("hybrid", "mfcc.json"),
              stage("compact", "mfcc.json")));
      cases.add(
          refused(
              broken.getKey() + ", `import --json`",
              "mfcc.json.gz",
              broken.getValue(),
              importing("--json")));
    }
    for (Damage damage : damages) {
      if (damage.what().contains("cluster") || damage.what().equals("no mapping")) {
        continue; // it makes clusters of its own, and the tracks' names tell the genres
      }
      cases.add(
          refused(
              new Damage(damage.what() + ", `import --json`", damage.how()),
              "mfcc.json",
              text,
              importing("--json")));
    }
  }

  private Reading importing(String option, String... more) {
    return (file, out) -> {
      var options =
          new ArrayList<>(
              List.of(option, file.toString(), "--out", out.resolve("imported.json").toString()));
      options.addAll(List.of(more));
      return outcome(SmallRun.run("import", options));
    };
  }

  private void addRows(List<Case> cases) throws IOException {
    String segments =
        Files.readString(run().resolve("segments.json"))
            .replace("\"corpus/", "\"" + run().resolve("corpus") + "/");
    String row = "(?<=\\[\n)\\{.*},";
    var damages =
        List.of(
            damage("no `genre`", "\"genre\":\"blues\",", ""),
            damage("null for a name", "\"blues.00000\"", "null"),
            damage("no `start`", "\"start\":0,", ""),
            damage("null for a number", "\"start\":0", "\"start\":null"),
            damage("\"0\" for 0", "\"start\":0", "\"start\":\"0\""),
            damage("0.5 for a whole number", "\"start\":0", "\"start\":0.5"),
            damage("a number of 30 digits", "\"start\":0", "\"start\":" + "9".repeat(30)),
            damage("a start of −1", "\"start\":0", "\"start\":-1"),
            damage("a start of 2⁶³ − 1", "\"start\":0", "\"start\":" + Long.MAX_VALUE),
            damage("a length of 0", "\"length\":22050", "\"length\":0"),
            damage("a rate of 0", "\"rate\":22050", "\"rate\":0"),
            damage("a column more", "\"start\"", "\"begin\":1,\"start\""),
            damage("null for a row", row, "null,"),
            damage("an empty row", row, "{},"),
            damage("a name with the character 0", "blues.00000.wav", "blues\\u0000.wav"),
            damage("an object around it", "^\\[", "{\"rows\":["),
            damage("null for all", "(?s)^.*$", "null"),
            damage("a second value behind it", "\\s*$", "[]"),
            damage("100,000 brackets", "(?s)^.*$", "[".repeat(100_000)));
    for (Damage damage : damages) {
      cases.add(
          refused(
              damage,
              "segments.json",
              segments,
              stage("mfcc", "segments.json"),
              stage("logmel", "segments.json"),
              stage("augment", "segments.json"),
              stage("split", "segments.json")));
    }
    for (String alias : List.of("mfcc", "logmel", "augment")) {
      Damage none = damage("no rows, `" + alias + "`", "(?s)^.*$", "[]");
      cases.add(refused(none, "segments.json", segments, stage(alias, "segments.json")));
    }
    Rows.SplitRow trained =
        Store.readRows(run().resolve("split.json"), Rows.SplitRow.class).stream()
            .filter(part -> part.part() == Part.train && part.segment() == 1)
            .findFirst()
            .orElseThrow();
    String track = trained.track();
    String second = "(?<=\"track\":\"" + track + "\".{1,999},\"start\":)22050";
    for (Damage damage :
        List.of(
            damage("a segment past its track's end", second, "22051"),
            new Damage(
                "a file that is not there", text -> text.replace(track + ".wav", "gone.wav")),
            new Damage(
                "a folder for a file", text -> text.replaceAll("/[a-z]*/" + track + ".wav", "")))) {
      cases.add(
          refused(
              damage,
              "segments.json",
              segments,
              List.of("corpus"),
              stage("mfcc", "segments.json"),
              stage("logmel", "segments.json"),
              stage("augment", "segments.json")));
    }
    cases.add(
        refused(
            damage(
                "a genre that leads out of the folder, `augment`",
                "\"genre\":\"blues\"",
                "\"genre\":\"../..\""),
            "segments.json",
            segments,
            stage("augment", "segments.json")));

    cases.add(
        refused(
            "segments.json.gz: no gzip",
            "segments.json.gz",
            segments.getBytes(StandardCharsets.UTF_8),
            stage("mfcc", "segments.json"),
            stage("logmel", "segments.json"),
            stage("augment", "segments.json"),
            stage("split", "segments.json")));
    byte[] packed = gzip(segments.getBytes(StandardCharsets.UTF_8));
    packed[packed.length - 8] ^= 1;
    cases.add(
        refused(
            "segments.json.gz: another checksum",
            "segments.json.gz",
            packed,
            stage("mfcc", "segments.json"),
            stage("logmel", "segments.json"),
            stage("augment", "segments.json"),
            stage("split", "segments.json")));

    String split = Files.readString(run().resolve("split.json"));
    for (Damage damage :
        List.of(
            damage("a part that is none", "\"part\":\"train\"", "\"part\":\"tain\""),
            damage("no part", ",\"part\":\"train\"", ""),
            damage("no segment", "\"segment\":0,", ""),
            damage("null for a row", row, "null,"))) {
      cases.add(
          refused(
              damage,
              "split.json",
              split,
              stage("augment", "split.json"),
              stage("cnn", "split.json"),
              stage("lstm", "split.json"),
              stage("hybrid", "split.json"),
              stage("compact", "split.json"),
              fitOnTrain()));
    }
    for (String alias : List.of("augment", "cnn", "lstm", "hybrid", "compact")) {
      cases.add(
          refused(
              damage("a segment's row missing, `" + alias + "`", row + "\n", ""),
              "split.json",
              split,
              stage(alias, "split.json")));
    }
    cases.add(
        refused(
            damage("no rows, `kmeans --fit-on train`", "(?s)^.*$", "[]"),
            "split.json",
            split,
            fitOnTrain()));

    String predictions = Files.readString(run().resolve("cnn/predictions.json"));
    String share = "(?<=\"probabilities\":\\[)[^,]*";
    for (Damage damage :
        List.of(
            damage("\"NaN\" for a probability", share, "\"NaN\""),
            damage("1e999 for a probability", share, "1e999"),
            damage("a probability less", share + ",", ""),
            damage("no probabilities", "\"probabilities\":\\[[^]]*]", "\"probabilities\":[]"),
            damage(
                "null for probabilities", "\"probabilities\":\\[[^]]*]", "\"probabilities\":null"),
            damage("a class that is none", "\"true\":\"[a-z]*\"", "\"true\":\"polka\""),
            damage("no track", "\"track\":\"[^\"]*\",", ""),
            damage(
                "a row twice",
                "(?<=\\[\n)(\\{.*})",
                "$1,\n$1"
                    .replace(
                        "$1",
                        predictions
                            .lines()
                            .skip(1)
                            .findFirst()
                            .orElseThrow()
                            .replaceFirst(",$", ""))),
            damage("no rows", "(?s)^.*$", "[]"))) {
      cases.add(
          refused(
              damage,
              "predictions.json",
              predictions,
              inFolder("compare", "cnn", "cnn", "predictions.json")));
    }
    addReports(cases);
  }

  /** Files of a run, all of which report reads. */
  private static final List<String> REPORTED =
      List.of(
          "segments.json",
          "verify.json",
          "clusters.json",
          "clustering.json",
          "tsne.json",
          "split.json",
          "mfcc.json",
          "cnn/history.json",
          "cnn/predictions.json",
          "cnn/metrics.json",
          "cnn/report.json",
          "cnn/run.json");

  private void addReports(List<Case> cases) throws IOException {
    Path whole = run().resolve("whole");
    for (String name : REPORTED) {
      Files.createDirectories(whole.resolve(name).getParent());
      Files.copy(run().resolve(name), whole.resolve(name));
    }
    for (String name : REPORTED) {
      Reading report = inFolder("report", "few", "whole", name);
      String file = name.substring(name.indexOf('/') + 1);
      cases.add(cut("`report`: " + name, Files.readAllBytes(whole.resolve(name)), file, report));
    }
    for (String name : List.of("predictions.json", "report.json")) {
      Reading compare = inFolder("compare", "cnn", "cnn", name);
      byte[] sound = Files.readAllBytes(run().resolve("cnn").resolve(name));
      cases.add(cut("`compare`: " + name, sound, name, compare));
    }
    cases.add(
        cut(
            "`compare --runs`: metrics.json",
            Files.readAllBytes(run().resolve("cnn/metrics.json")),
            "metrics.json",
            (file, out) -> {
              Path folder = Files.createDirectories(file.resolveSibling("cnn"));
              Files.move(file, folder.resolve("metrics.json"));
              return run(
                  new Compare(), "--runs", folder.toString(), "--out", out + "/summary.json");
            }));
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private Reading fitOnTrain() {
    return (file, out) -> {
      var options = new ArrayList<>(SmallRun.options("kmeans", run(), out));
      options.addAll(List.of("--fit-on", "train", "--split", file.toString()));
      return outcome(SmallRun.run("kmeans", options));
    };
  }

  private void addArrays(List<Case> cases) throws IOException {
    byte[] values = new byte[4 * 40 * 2 * 3];
    String index = Files.readString(run().resolve("index.json"));
    Map<String, String> headers = new LinkedHashMap<>();
    String sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (40, 2, 3), }";
    headers.put("Python objects", sound.replace("<f4", "|O"));
    headers.put("complex numbers", sound.replace("<f4", "<c8"));
    headers.put("a structure", sound.replace("'<f4'", "[('a', '<f4')]"));
    headers.put("a shape of 2 TB", sound.replace("40", "100000000000"));
    headers.put("a shape of 2⁵⁹ segments", sound.replace("40", "576460752303423488"));
    headers.put(
        "a shape of 2⁶³ − 1 bytes",
        sound.replace("<f4", "|u1").replace("(40, 2, 3)", "(7, 7, 188232082384791343)"));
    headers.put("a shape of 30 digits", sound.replace("40", "9".repeat(30)));
    headers.put("a negative shape", sound.replace("40", "-40"));
    headers.put("a shape of 0 segments", sound.replace("40", "0"));
    headers.put("a shape of 2 axes", sound.replace("40, ", ""));
    headers.put("one segment more than there is", sound.replace("40", "41"));
    headers.put("one segment less than the index has", sound.replace("40", "39"));
    headers.put("no shape", sound.replace("shape", "form"));
    headers.put("no header", "");
    headers.put("a header in lines", "{'descr':\n'<f4',\n\tx");
    for (var header : headers.entrySet()) {
      cases.add(
          refused(
              "values.npy: " + header.getKey(),
              "values.npy",
              SmallRun.npy(header.getValue(), values),
              importing("--npy", "--index", run().resolve("index.json").toString())));
    }
    byte[] whole = SmallRun.npy(sound, values);
    byte[] longHeader = whole.clone();
    longHeader[6] = 2;
    longHeader[11] = (byte) 0x7f;
    cases.add(
        refused(
            "values.npy: a header of 2 GB",
            "values.npy",
            longHeader,
            importing("--npy", "--index", run().resolve("index.json").toString())));
    Reading npy =
        (in, out) ->
            importing("--npy", "--index", run().resolve("index.json").toString()).read(in, out);
    cases.add(cut("values.npy", whole, "values.npy", npy));
    byte[] nan = whole.clone();
    System.arraycopy(new byte[] {0, 0, (byte) 0xc0, 0x7f}, 0, nan, nan.length - 4, 4);
    cases.add(
        refused(
            "values.npy: NaN as its last value",
            "values.npy",
            nan,
            importing("--npy", "--index", run().resolve("index.json").toString())));

    byte[] npz = Files.readAllBytes(run().resolve("values.npz"));
    Reading zipped = (in, out) -> stage("import", "values.npz").read(in, out);
    cases.add(cut("values.npz", npz, "values.npz", zipped));
    byte[] flipped = npz.clone();
    flipped[npz.length / 2] ^= 1;
    cases.add(
        refused("values.npz: a bit flipped", "values.npz", flipped, stage("import", "values.npz")));
    cases.add(
        refused("values.npz: no zip", "values.npz", noise(1000), stage("import", "values.npz")));
    cases.add(
        refused(
            "values.npz: no array in it",
            "values.npz",
            zip("a.txt", whole, 0),
            stage("import", "values.npz")));
    cases.add(
        refused(
            "values.npz: 100 MB that it says are 1,000 bytes",
            "values.npz",
            zip("a.npy", new byte[100 << 20], 1000),
            stage("import", "values.npz")));
    Path in = fresh("slip");
    Path file =
        Files.write(
            in.resolve("values.npz"), zip("../../slip.npy", SmallRun.npy(sound, values), 0));
    Path out = Files.createDirectories(in.resolve("a/b/out"));
    Outcome slip = stage("import", "values.npz").read(file, out);
    assertEquals(0, slip.exit(), slip.toString());
    assertEquals(Set.of("values.npz", "a/b/out/imported.json"), SmallRun.contents(in).keySet());
    cases.add(
        new Case(
            "values.npz: an array named ../../slip",
            "read: a name is no place",
            "exit 0, nothing but --out was written"));

    for (Damage damage :
        List.of(
            damage("a row less", "(?s)\\{[^}]*},", ""),
            damage(
                "a row twice",
                "(?s)(\\{[^}]*}),",
                "X,X,".replace("X", Store.JSON.readTree(index).get(0).toString())),
            damage("no track", "\"track\"", "\"name\""),
            damage("a segment of −1", "\"segment\" : 0", "\"segment\" : -1"),
            damage("a segment of 0.5", "\"segment\" : 0", "\"segment\" : 0.5"),
            damage("null for a row", "(?s)\\{[^}]*}", "null"),
            damage("an object around it", "(?s)^.*$", "{}"),
            damage("nothing", "(?s)^.*$", ""))) {
      cases.add(refused(damage, "index.json", index, stage("import", "index.json")));
    }
    Reading cutIndex = (cutFile, to) -> stage("import", "index.json").read(cutFile, to);
    cases.add(cut("index.json", index.getBytes(StandardCharsets.UTF_8), "index.json", cutIndex));
  }

  /** A zip of one file, whose directory may lie about its size. */
  private static byte[] zip(String name, byte[] content, long says) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    byte[] whole = bytes.toByteArray();
    if (says > 0) {
      ByteBuffer buffer = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
      int directory = buffer.getInt(whole.length - 6); // of the end record
      buffer.putInt(directory + 24, (int) Math.min(says, 0xfffffffeL));
    }
    return whole;
  }

  private void addModels(List<Case> cases) throws IOException {
    byte[] zip = bytesOf("model.zip", file -> ModelFile.write(model(), file));
    Reading read = (in, out) -> run(new ReadModel(), in.toString());
    cases.add(cut("a model zip", zip, "model.zip", read));
    byte[] trained = Files.readAllBytes(run().resolve("cnn/model.zip"));
    Reading classify = stage("classify", "cnn/model.zip");
    cases.add(cut("`classify`: a model zip", trained, "model.zip", classify));
    cases.add(flipped("a model zip with a bit flipped in every seventh byte", zip, 7));
    cases.add(
        flipped(
            "a trained model zip with a bit flipped in 100 places", trained, trained.length / 100));
  }

  // --- disks

  /** Every stage on a folder that something is wrong with; in what words they say so. */
  private Case everyStage(String input, String expected, Predicate<String> stages, Spoiled folder)
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

  private interface Spoiled {
    Path spoil(Path folder, String alias) throws IOException;
  }

  private static boolean same(Map<String, byte[]> before, Map<String, byte[]> after) {
    return before.keySet().equals(after.keySet())
        && before.keySet().stream()
            .allMatch(name -> Arrays.equals(before.get(name), after.get(name)));
  }

  private void addDisks(List<Case> cases) throws IOException {
    cases.add(
        everyStage(
            "a file where `--out`'s folder should be",
            "one line",
            alias -> true,
            (folder, alias) -> Files.writeString(folder.resolve("file"), "").resolve("out")));
    cases.add(
        everyStage(
            "a folder of 300 letters in `--out`",
            "one line",
            alias -> true,
            (folder, alias) -> folder.resolve("x".repeat(300))));
    cases.add(
        everyStage(
            "a folder of the name of the file to write",
            "one line",
            alias -> !FOLDERS.contains(alias) && !alias.equals("split"), // it writes two files
            (folder, alias) -> {
              Path out = Files.createDirectories(folder.resolve("out"));
              for (String option : SmallRun.options(alias, run(), out)) {
                if (option.startsWith(out.toString())) {
                  Files.createDirectories(Path.of(option));
                }
              }
              return out;
            }));
    if (Files.exists(FULL)) {
      cases.add(
          everyStage(
              "a full disk",
              "one line, earlier files as they were",
              alias -> true,
              this::onAFullDisk));
    }
  }

  /** Stages that write a folder. */
  private static final Set<String> FOLDERS =
      Set.of("demo", "augment", "cnn", "lstm", "hybrid", "compact", "report");

  private static final Path FULL = Path.of("/dev/full");

  /** The files under their temporary names are written to a device that is always full. */
  private Path onAFullDisk(Path folder, String alias) throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    assertEquals(0, SmallRun.run(alias, run(), out).exit());
    for (String name : SmallRun.contents(out).keySet()) {
      Path file = out.resolve(name);
      Files.createSymbolicLink(file.resolveSibling(file.getFileName() + ".part"), FULL);
      if (name.endsWith("history.json")) { // a training writes this one first
        Files.createSymbolicLink(file.resolveSibling("checkpoint.bin.part"), FULL);
      }
    }
    return out;
  }

  /** Reads a model as every stage that takes one does. */
  @picocli.CommandLine.Command(name = "read-model")
  static final class ReadModel implements Callable<Integer> {
    @picocli.CommandLine.Parameters(index = "0")
    Path file;

    @Override
    public Integer call() {
      ModelFile.read(file);
      return 0;
    }
  }

  /** Of a small model every seventh byte, of a trained one a bit here and there. */
  private Case flipped(String input, byte[] zip, int step) throws IOException {
    Path sound = Files.write(fresh("flip").resolve("model.zip"), zip);
    float[] parameters = ModelFile.read(sound).parameters();
    int refused = 0;
    for (int i = 0; i < zip.length; i += step) {
      byte[] changed = zip.clone();
      changed[i] ^= (byte) (1 << i % 8);
      Path file = Files.write(sound.resolveSibling("flipped.zip"), changed);
      Outcome outcome = run(new ReadModel(), file.toString());
      assertClean(outcome, file.resolveSibling("none"));
      refused += outcome.exit();
      if (outcome.exit() == 0) {
        assertArrayEquals(parameters, ModelFile.read(file).parameters(), "byte " + i);
      }
    }
    return new Case(
        input,
        "a one-line error, or the byte did not matter",
        refused > 0 ? "one-line errors, no other weights" : "nothing refused");
  }

  private static boolean links(Path corpus) {
    try {
      Files.createSymbolicLink(corpus.resolve("rock/up"), Path.of(".."));
      Files.createSymbolicLink(corpus.resolve("rock/self.wav"), Path.of("self.wav"));
      return true;
    } catch (IOException | UnsupportedOperationException noLinks) {
      return false;
    }
  }

  @Test
  @Timeout(SECONDS_A_CASE * 10)
  void theTableIsTrue() throws IOException {
    List<String> seen = cases().stream().map(Case::row).toList();
    if (System.getenv("GENRELAB_WRITE_TABLE") != null) {
      Files.write(Path.of(System.getenv("GENRELAB_WRITE_TABLE")), seen);
    }
    List<String> documented =
        Files.readAllLines(TABLE).stream()
            .filter(line -> line.startsWith("| "))
            .filter(line -> !line.startsWith("| input |") && !line.startsWith("| --- |"))
            .filter(line -> Files.exists(FULL) || !line.startsWith("| a full disk |"))
            .toList();
    assertEquals(List.of(), seen.stream().filter(row -> row.contains(FAILED)).toList());
    assertEquals(String.join("\n", documented), String.join("\n", seen));
  }

  /** Names of tracks come back in files' names: of copies, in two scripts and as long as may be. */
  @Test
  void longAndForeignNamesGoThroughAllStages() throws IOException {
    Path in = fresh("names");
    Path folder = Files.createDirectories(in.resolve("corpus/ロック"));
    for (String name : List.of("x".repeat(230), "Ünï-音楽-🎵", "a b'c\"$(d)")) {
      Files.write(folder.resolve(name + ".wav"), sound());
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
    Path closed = fresh("closed");
    // whoever writes to every folder (root) can't to one of the kernel's
    boolean root = !closed.toFile().setWritable(false) || Files.isWritable(closed);
    Path folder = root ? Path.of("/sys/kernel") : closed;
    assumeTrue(Files.isDirectory(folder), "this user writes to every folder");
    try {
      Case everyStage =
          everyStage(
              "a folder without write permission",
              "one line",
              alias -> true,
              (fresh, alias) -> folder.resolve(root || FOLDERS.contains(alias) ? "no" : ""));
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
    Path file = Files.writeString(fresh("shared").resolve("a.json"), "earlier");
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
    Path file = Files.writeString(fresh("full").resolve("a.json"), "earlier");
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

  // --- fuzzing

  /** A reader, what it may throw being Unreadable, Failure or an I/O error. */
  private interface Reader {
    void read(Path file) throws Exception;
  }

  private record Seed(String name, byte[] bytes, Reader reader) {}

  private static List<Seed> seeds(Path work) throws IOException {
    Reader audio = file -> Audio.read(file);
    var seeds = new ArrayList<Seed>();
    byte[] tone = tone(3000);
    seeds.add(new Seed("a.wav", wav(1, RATE, 16, tone.length, tone), audio));
    seeds.add(new Seed("b.wav", wav(2, 44100, 24, tone.length, tone), audio));
    ByteBuffer au = ByteBuffer.allocate(24 + tone.length).putInt(0x2e736e64).putInt(24);
    seeds.add(
        new Seed(
            "a.au",
            au.putInt(tone.length).putInt(3).putInt(RATE).putInt(1).put(tone).array(),
            audio));
    for (String name :
        List.of(
            "mono-22050.flac",
            "stereo-44100.flac",
            "stereo-44100.ogg",
            "mono-22050.mp3",
            "stereo-44100.mp3")) {
      seeds.add(new Seed(name, golden(name), audio));
    }
    Path file = work.resolve("mfcc.json");
    features().write(file);
    seeds.add(new Seed("mfcc.json", Files.readAllBytes(file), Features::read));
    features().write(work.resolve("mfcc.json.gz"));
    seeds.add(
        new Seed("mfcc.json.gz", Files.readAllBytes(work.resolve("mfcc.json.gz")), Features::read));
    Store.writeRows(
        file,
        List.of(
            new Rows.Segment("a", "rock", "", 0, "rock/a.wav", 0, 10, RATE, ""),
            new Rows.Segment("b", "folk", "x", 1, "folk/b.wav", 10, 10, RATE, "")));
    Reader rows = read -> Store.readRows(read, Rows.Segment.class);
    seeds.add(new Seed("segments.json", Files.readAllBytes(file), rows));
    Store.writeRows(
        file,
        List.of(new Rows.Prediction("cnn", 1, 0, "a", 0, "rock", "folk", new float[] {.5f, .5f})));
    Reader predictions = read -> Store.readRows(read, Rows.Prediction.class);
    seeds.add(new Seed("predictions.json", Files.readAllBytes(file), predictions));
    ModelFile.write(model(), work.resolve("model.zip"));
    seeds.add(
        new Seed("model.zip", Files.readAllBytes(work.resolve("model.zip")), ModelFile::read));
    return seeds;
  }

  private static byte[] mutate(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 0; times--) {
      // headers, where the trouble is, are hit half of the time
      int bound = random.nextBoolean() ? Math.min(128, bytes.length) : bytes.length;
      int at = random.nextInt(bound);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> {
          int[] extremes = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xffff, 1 << 24};
          int value = extremes[random.nextInt(extremes.length)];
          for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
          }
        }
        case 4 -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(64), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, length);
        }
        case 5 -> {
          int length = Math.min(1 + random.nextInt(32), bytes.length - at);
          byte[] less = new byte[bytes.length - length];
          System.arraycopy(bytes, 0, less, 0, at);
          System.arraycopy(bytes, at + length, less, at, less.length - at);
          bytes = less;
        }
        default -> {
          byte[] more = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(32));
          int grown = more.length - bytes.length;
          System.arraycopy(bytes, at, more, at + grown, bytes.length - at);
          bytes = more;
        }
      }
    }
    return bytes;
  }

  /** Gives each Ogg page that is whole the checksum of its bytes (RFC 3533, 6). */
  private static void mendPages(byte[] ogg) {
    int at = 0;
    while (at + 27 <= ogg.length && new String(ogg, at, 4, ISO_8859_1).equals("OggS")) {
      int segments = ogg[at + 26] & 0xff;
      int end = at + 27 + segments;
      for (int s = 0; s < segments && at + 27 + s < ogg.length; s++) {
        end += ogg[at + 27 + s] & 0xff;
      }
      if (end > ogg.length) {
        return;
      }
      Arrays.fill(ogg, at + 22, at + 26, (byte) 0);
      int crc = 0;
      for (int i = at; i < end; i++) {
        crc ^= ogg[i] << 24;
        for (int bit = 0; bit < 8; bit++) {
          crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0);
        }
      }
      for (int i = 0; i < 4; i++) {
        ogg[at + 22 + i] = (byte) (crc >>> 8 * i);
      }
      at = end;
    }
  }

  /** What became of the inputs. */
  private record Fuzzed(int tried, int read, double longest, Map<String, Integer> crashes) {}

  private static Fuzzed fuzz(Path work, int inputs, long seed) throws Exception {
    List<Seed> seeds = seeds(work);
    var crashes = new TreeMap<String, Integer>();
    int read = 0;
    double longest = 0;
    ExecutorService worker = Executors.newSingleThreadExecutor(RobustnessTest::daemon);
    for (int i = 0; i < inputs; i++) {
      Seed from = seeds.get(i % seeds.size());
      byte[] bytes = mutate(from.bytes(), new Random(seed * 1_000_003 + i));
      if (from.name().endsWith(".ogg") && i / seeds.size() % 2 == 1) {
        mendPages(bytes); // else hardly one gets past its first page
      }
      Path file = Files.write(work.resolve(from.name()), bytes);
      long begin = System.nanoTime();
      try {
        worker
            .submit(
                () -> {
                  from.reader().read(file);
                  return null;
                })
            .get(10, TimeUnit.SECONDS);
        read++;
      } catch (TimeoutException hangs) {
        crashes.merge("input %d, %s: over 10 s".formatted(i, from.name()), 1, Integer::sum);
        worker.shutdownNow();
        worker = Executors.newSingleThreadExecutor(RobustnessTest::daemon);
      } catch (ExecutionException error) {
        Throwable cause = error.getCause();
        boolean told =
            cause instanceof Audio.Unreadable
                || cause instanceof Stage.Failure
                || cause instanceof UncheckedIOException;
        if (!told) {
          String where = cause.getStackTrace().length > 0 ? " at " + cause.getStackTrace()[0] : "";
          crashes.merge(
              "input %d, %s: %s%s".formatted(i, from.name(), cause, where), 1, Integer::sum);
        }
      }
      longest = Math.max(longest, (System.nanoTime() - begin) / 1e9);
    }
    worker.shutdownNow();
    return new Fuzzed(inputs, read, longest, crashes);
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "reader");
    thread.setDaemon(true);
    return thread;
  }

  @Test
  @Timeout(SECONDS_A_CASE)
  void mutatedFilesAreReadOrRefused() throws Exception {
    Fuzzed fuzzed = fuzz(folder, 400, 1);
    assertEquals(Map.of(), fuzzed.crashes());
    assertTrue(fuzzed.read() > 10 && fuzzed.read() < 390, "mutations that do nothing: " + fuzzed);
  }

  /** {@code environment/fuzz [INPUTS [SEED]]}. */
  public static void main(String... args) throws Exception {
    int inputs = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    Path work = Files.createTempDirectory("genrelab-fuzz");
    Fuzzed fuzzed = fuzz(work, inputs, seed);
    fuzzed.crashes().keySet().forEach(System.out::println);
    System.out.printf(
        "%d inputs (seed %d): %d read, %d refused, %d crashed or hung, the longest took %.1f s%n",
        fuzzed.tried(),
        seed,
        fuzzed.read(),
        fuzzed.tried() - fuzzed.read() - fuzzed.crashes().size(),
        fuzzed.crashes().size(),
        fuzzed.longest());
    try (Stream<Path> files = Files.list(work)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(work);
    System.exit(fuzzed.crashes().isEmpty() ? 0 : 1);
  }
}
