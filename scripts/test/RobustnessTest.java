///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Feeds the stages what is broken; keeps data/robustness.md true. main: fuzzing alone.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../Augment.java
//SOURCES ../Cnn.java
//SOURCES ../Import.java
//SOURCES ../Mfcc.java
//SOURCES ../Segment.java
//SOURCES ../Split.java
//SOURCES ../Verify.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import genrelab.Audio;
import genrelab.Features;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import genrelab.TrainedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
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
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int exit = Stage.run(stage, args);
      return new Outcome(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
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
        new TrainedModel.Preparation(
            TrainedModel.Layout.image,
            TrainedModel.Shape.frames,
            4,
            2,
            new float[2],
            new float[] {1, 1},
            0),
        new TrainedModel.Input(TrainedModel.Shape.frames, 4, 2, 0, 2, 1e-4, 1),
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
        .replaceAll("^\\d{3}-", "");
  }

  /** A file cut at every tenth of its length, read by a stage: it must fail each time. */
  private Case cut(String input, byte[] whole, String name, Stageful stage) throws IOException {
    var told = new TreeMap<String, Integer>();
    for (int tenth = 0; tenth < 10; tenth++) {
      Path in = fresh("cut");
      Path file = in.resolve(name);
      Files.write(file, Arrays.copyOf(whole, whole.length * tenth / 10));
      Path out = in.resolve("out.json");
      Outcome outcome = stage.run(file, out);
      assertEquals(1, outcome.exit(), "tenth %d of %s: %s".formatted(tenth, name, outcome));
      assertClean(outcome, out);
      assertTrue(error(outcome).contains(name), "names the file: " + outcome.err());
      told.merge(error(outcome).replaceAll("\\(.*\\)", "(…)"), 1, Integer::sum);
    }
    String seen =
        told.entrySet().stream()
            .map(entry -> entry.getValue() + " × " + entry.getKey())
            .reduce((a, b) -> a + "; " + b)
            .orElse("");
    return new Case(input, "10 one-line errors that name the file, nothing written", seen);
  }

  private interface Stageful {
    Outcome run(Path file, Path out) throws IOException;
  }

  private byte[] bytesOf(String name, java.util.function.Consumer<Path> write) throws IOException {
    Path file = fresh("make").resolve(name);
    write.accept(file);
    return Files.readAllBytes(file);
  }

  private byte[] segmentsJson() throws IOException {
    Path corpus = fresh("sound");
    Files.createDirectories(corpus.resolve("rock"));
    for (int i = 0; i < 4; i++) {
      Files.write(corpus.resolve("rock/rock.0000%d.wav".formatted(i)), sound());
    }
    Path out = corpus.resolve("segments.json");
    run(new Segment(), "--corpus", corpus.toString(), "--out", out.toString(), "--seconds", "0.1");
    return Files.readAllBytes(out);
  }

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

    byte[] segments = segmentsJson();
    cases.add(
        cut(
            "segments.json cut at each tenth, `mfcc`",
            segments,
            "segments.json",
            (in, out) -> run(new Mfcc(), "--segments", in.toString(), "--out", out.toString())));
    cases.add(
        cut(
            "segments.json cut at each tenth, `split`",
            segments,
            "segments.json",
            (in, out) -> run(new Split(), "--segments", in.toString(), "--out", out.toString())));
    byte[] mfcc = bytesOf("mfcc.json", file -> features().write(file));
    cases.add(
        cut(
            "mfcc.json cut at each tenth, `split`",
            mfcc,
            "mfcc.json",
            (in, out) -> run(new Split(), "--features", in.toString(), "--out", out.toString())));
    byte[] packed = bytesOf("mfcc.json.gz", file -> features().write(file));
    cases.add(
        cut(
            "mfcc.json.gz cut at each tenth, `split`",
            packed,
            "mfcc.json.gz",
            (in, out) -> run(new Split(), "--features", in.toString(), "--out", out.toString())));
    Path sound = Files.write(fresh("in").resolve("mfcc.json"), mfcc);
    Path split = sound.resolveSibling("split.json");
    run(
        new Split(),
        "--features",
        sound.toString(),
        "--out",
        split.toString(),
        "--by",
        "segment",
        "--ratios",
        "34:33:33");
    cases.add(
        cut(
            "mfcc.json cut at each tenth, `cnn`",
            mfcc,
            "mfcc.json",
            (in, out) ->
                run(
                    new Cnn(),
                    "--features",
                    in.toString(),
                    "--split",
                    split.toString(),
                    "--out",
                    out.toString())));
    cases.add(
        cut(
            "split.json cut at each tenth, `augment`",
            Files.readAllBytes(split),
            "split.json",
            (in, out) -> {
              Path manifest = Files.write(in.resolveSibling("segments.json"), segments);
              return run(
                  new Augment(),
                  "--segments",
                  manifest.toString(),
                  "--split",
                  in.toString(),
                  "--out",
                  out.toString(),
                  "--noise",
                  "20");
            }));
    byte[] zip = bytesOf("model.zip", file -> model().write(file));
    Stageful read = (in, out) -> run(new ReadModel(), in.toString());
    cases.add(cut("a model zip cut at each tenth", zip, "model.zip", read));
    cases.add(flipped(zip));
    return cases;
  }

  /** Reads a model as every stage that takes one does. */
  @picocli.CommandLine.Command(name = "read-model")
  static final class ReadModel implements Callable<Integer> {
    @picocli.CommandLine.Parameters(index = "0")
    Path file;

    @Override
    public Integer call() {
      TrainedModel.read(file);
      return 0;
    }
  }

  private Case flipped(byte[] zip) throws IOException {
    int refused = 0;
    for (int i = 0; i < zip.length; i += 7) {
      byte[] changed = zip.clone();
      changed[i] ^= (byte) 0xff;
      Path file = Files.write(fresh("flip").resolve("model.zip"), changed);
      Outcome outcome = run(new ReadModel(), file.toString());
      assertClean(outcome, file.resolveSibling("none"));
      refused += outcome.exit();
    }
    return new Case(
        "a model zip with every seventh byte flipped in turn",
        "a one-line error, or the byte did not matter",
        refused > 0 ? "one-line errors, no other" : "nothing refused");
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
  @Timeout(SECONDS_A_CASE * 2)
  void theTableIsTrue() throws IOException {
    List<String> seen = cases().stream().map(Case::row).toList();
    if (System.getenv("GENRELAB_WRITE_TABLE") != null) {
      Files.write(Path.of(System.getenv("GENRELAB_WRITE_TABLE")), seen);
    }
    List<String> documented =
        Files.readAllLines(TABLE).stream().filter(line -> line.startsWith("| ")).skip(2).toList();
    assertEquals(String.join("\n", documented), String.join("\n", seen));
  }

  @Test
  void aReadOnlyFolderIsOneLine() throws IOException {
    Path closed = fresh("closed");
    assumeTrue(
        closed.toFile().setWritable(false) && !Files.isWritable(closed),
        "this user (root, or on Windows) writes to every folder");
    try {
      Path in = Files.write(fresh("in").resolve("mfcc.json"), bytesOf("a", features()::write));
      Path out = closed.resolve("split.json");
      Outcome outcome =
          run(new Split(), "--features", in.toString(), "--out", out.toString(), "--by", "segment");
      assertEquals(1, outcome.exit());
      assertClean(outcome, out);
      assertTrue(outcome.err().contains("access denied; check its permissions"), outcome.err());
    } finally {
      closed.toFile().setWritable(true);
    }
  }

  @Test
  void whatAnotherRunIsWritingIsLeftAlone() throws IOException {
    Path file = Files.writeString(fresh("shared").resolve("a.json"), "earlier");
    Path part = file.resolveSibling("a.json.part");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HoldsALock.class.getName(),
                part.toString())
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
    model().write(work.resolve("model.zip"));
    seeds.add(
        new Seed("model.zip", Files.readAllBytes(work.resolve("model.zip")), TrainedModel::read));
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
