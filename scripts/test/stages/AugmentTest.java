///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests what augment does to segments, that it leaves others alone, and that splits hold.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Augment.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Segment.java
//SOURCES ../../Split.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/corpus/Corpus.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/augmentation/TimeStretch.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import be.tarsos.dsp.util.fft.FFT;
import genrelab.audio.Audio;
import genrelab.augmentation.TimeStretch;
import genrelab.corpus.Corpus;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies are what they say, of training segments alone, and stay with their sources. */
class AugmentTest {
  private static final int RATE = 22050;
  private static final int SECOND = RATE;

  @TempDir Path folder;
  private Path corpus;
  private Path segments;
  private Path split;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void namePaths() {
    corpus = folder.resolve("my corpus");
    segments = folder.resolve("run/segments.json");
    split = folder.resolve("run/split.json");
    out = folder.resolve("run/augmented");
  }

  private int run(Object stage, Object... args) {
    StageRun run =
        StageRun.of(stage, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  private int augment(Object... more) {
    var args = new ArrayList<Object>(List.of("--segments", segments, "--split", split));
    args.addAll(List.of("--out", out));
    args.addAll(List.of(more));
    return run(new Augment(), args.toArray());
  }

  /** Two genres of four tracks of five segments of a second, in noise and tones. */
  private void corpus() {
    for (String genre : List.of("blues", "jazz")) {
      for (int t = 0; t < 4; t++) {
        var random = new Random(t);
        float[] samples = new float[5 * SECOND + 100];
        for (int i = 0; i < samples.length; i++) {
          samples[i] =
              (float) (0.3 * Math.sin(i * (0.05 + 0.02 * t)) + 0.05 * random.nextGaussian());
        }
        new Audio(samples, RATE).writeWav(corpus.resolve(genre + "/" + genre + "." + t + ".wav"));
      }
    }
    assertEquals(
        0, run(new Segment(), "--corpus", corpus, "--out", segments, "--seconds", 1), stderr);
    assertEquals(
        0, run(new Split(), "--segments", segments, "--out", split, "--by", "segment"), stderr);
  }

  /** One track of these samples, cut into seconds; the parts of its segments are given. */
  private void oneTrack(float[] samples, String... parts) {
    new Audio(samples, RATE).writeWav(corpus.resolve("blues/one.wav"));
    assertEquals(
        0, run(new Segment(), "--corpus", corpus, "--out", segments, "--seconds", 1), stderr);
    var rows = new ArrayList<Rows.SplitRow>();
    for (int i = 0; i < parts.length; i++) {
      rows.add(new Rows.SplitRow("one", i, Part.valueOf(parts[i])));
    }
    Store.writeRows(split, rows);
  }

  private static List<Rows.Segment> segments(Path file) {
    return Store.readRows(file, Rows.Segment.class);
  }

  private static List<Rows.SplitRow> parts(Path file) {
    return Store.readRows(file, Rows.SplitRow.class);
  }

  private List<Rows.Segment> added() {
    return segments(out.resolve("segments.json")).stream()
        .filter(row -> Rows.isCopy(row.segment()))
        .toList();
  }

  private float[] copy(int index) throws Exception {
    return Audio.read(out.resolve(added().get(index).file())).samples();
  }

  private void assertFails(int exit, int got, String... said) {
    assertEquals(exit, got, stderr);
    assertEquals(1, stderr.lines().count(), stderr);
    for (String words : said) {
      assertTrue(stderr.contains(words), stderr);
    }
    assertFalse(Files.exists(out.resolve("segments.json")));
  }

  @Test
  void onlyTrainingSegmentsAreCopiedAndAllOriginalsStay() throws Exception {
    corpus();
    assertEquals(0, augment("--copies", 2), stderr);
    assertEquals(1, stdout.lines().count(), stdout);

    List<Rows.Segment> originals = segments(segments);
    List<Rows.Segment> all = segments(out.resolve("segments.json"));
    Map<String, String> partOf =
        parts(split).stream()
            .collect(
                Collectors.toMap(row -> row.track() + row.segment(), row -> row.part().name()));
    long training = partOf.values().stream().filter("train"::equals).count();
    assertEquals(24, training);
    assertEquals(40 + 6 * training, all.size());

    for (int i = 0; i < originals.size(); i++) {
      Rows.Segment was = originals.get(i);
      Rows.Segment is = all.get(i);
      assertEquals(was.track() + was.segment(), is.track() + is.segment());
      assertEquals("", is.transform());
      assertEquals(
          segments.resolveSibling(was.file()).toRealPath(), out.resolve(is.file()).toRealPath());
    }
    var seen = new HashSet<String>();
    for (Rows.Segment row : added()) {
      assertEquals("train", partOf.get(row.track() + Rows.source(row.segment())), row.toString());
      assertTrue(seen.add(row.track() + row.segment()), row.toString());
      assertTrue(
          row.transform()
              .matches(
                  "stretch [01]\\.\\d{1,3}|stretch 1|pitch -?[012]\\.?\\d* semitones|noise 20 dB"),
          row.transform());
      Audio audio = Audio.read(out.resolve(row.file()));
      assertEquals(SECOND, audio.samples().length);
      assertEquals(SECOND, row.length());
      assertEquals(0, row.start());
      assertEquals(row.genre(), Path.of(row.file()).getParent().toString());
    }
    List<Rows.SplitRow> parts = parts(out.resolve("split.json"));
    assertEquals(parts(split), parts.subList(0, 40));
    assertEquals(
        added().stream()
            .map(row -> new Rows.SplitRow(row.track(), row.segment(), Part.train, drawnFrom()))
            .toList(),
        parts.subList(40, parts.size()));
  }

  @Test
  void mfccReadsTheNewManifest() {
    corpus();
    Corpus.markSynthetic(corpus, "synthetic");
    assertEquals(0, augment(), stderr);
    assertTrue(Corpus.isSynthetic(out.resolve(added().get(0).file())));
    Path features = out.resolve("mfcc.json");
    assertEquals(
        0, run(new Mfcc(), "--segments", out.resolve("segments.json"), "--out", features), stderr);
    Features read = Features.read(features);
    assertEquals(40 + 3 * 24, read.size());
    assertEquals(
        segments(out.resolve("segments.json")).stream().map(Rows.Segment::segment).toList(),
        Arrays.stream(read.segments()).boxed().toList());
  }

  /** A copy is in training beside its source or nowhere, by whatever the originals are parted. */
  @ParameterizedTest
  @ValueSource(strings = {"segment", "track", "artist", "file", "cluster", "features"})
  void noSplitPartsACopyFromItsSource(String by) throws Exception {
    corpus();
    assertEquals(0, augment(), stderr);
    Path again = folder.resolve("again.json");
    var args = new ArrayList<Object>(List.of("--out", again, "--seed", 7));
    if (by.equals("cluster") || by.equals("features")) {
      args.addAll(List.of("--features", features(), "--by", by.equals("cluster") ? by : "track"));
    } else {
      args.addAll(List.of("--segments", out.resolve("segments.json"), "--by", by));
    }
    if (by.equals("file")) {
      String lists = "";
      for (String tracks : List.of("blues.0\njazz.0", "blues.1", "jazz.1\njazz.2")) {
        Path list = folder.resolve("list" + lists.length() + ".txt");
        lists += (lists.isEmpty() ? "" : ",") + Files.writeString(list, tracks);
      }
      args.addAll(List.of("--lists", lists));
    }
    assertEquals(0, run(new Split(), args.toArray()), stderr);
    assertTrue(stdout.contains("72 augmented copies: "), stdout);

    List<Rows.SplitRow> parts = parts(again);
    assertEquals(40 + 72, parts.size());
    var sources = new TreeMap<String, String>();
    parts.stream()
        .filter(row -> !Rows.isCopy(row.segment()))
        .forEach(row -> sources.put(row.track() + " " + row.segment(), row.part().name()));
    assertEquals(40, sources.size());
    assertTrue(sources.values().containsAll(List.of("train", "validation", "test")));
    int excluded = 0;
    for (Rows.SplitRow row : parts) {
      if (Rows.isCopy(row.segment())) {
        String source = sources.get(row.track() + " " + Rows.source(row.segment()));
        assertEquals(
            source.equals("train") ? "train" : "excluded", row.part().name(), row.toString());
        excluded += row.part().name().equals("excluded") ? 1 : 0;
      }
    }
    assertTrue(excluded > 0 && excluded < 72, excluded + " excluded");
    if (!by.equals("file")) {
      long training = sources.values().stream().filter("train"::equals).count();
      assertEquals(24, training, 5, "the ratios count originals alone");
    }
  }

  private Path features() {
    List<Rows.Segment> rows = segments(out.resolve("segments.json"));
    List<String> genres = List.of("blues", "jazz");
    float[][] values = new float[rows.size()][1];
    Path file = folder.resolve("mfcc.json");
    new Features(
            "mfcc",
            genres,
            rows.stream().mapToInt(row -> genres.indexOf(row.genre())).toArray(),
            rows.stream().map(Rows.Segment::track).toArray(String[]::new),
            rows.stream().mapToInt(Rows.Segment::segment).toArray(),
            new int[rows.size()],
            1,
            1,
            values,
            Store.JSON.createObjectNode(),
            Store.JSON.createObjectNode())
        .write(file);
    return file;
  }

  private Map<String, String> checksums() throws Exception {
    var sums = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(out)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> sums.put(out.relativize(file).toString(), Store.sha256(file)));
    }
    return sums;
  }

  @Test
  void aSeedGivesTheSameBytesWhateverTheThreadsAnotherSeedOthers() throws Exception {
    corpus();
    assertEquals(0, augment("--threads", 1), stderr);
    Map<String, String> first = checksums();
    assertEquals(2 + 72, first.size());
    assertEquals(0, augment("--threads", 3), stderr);
    assertEquals(first, checksums());
    assertEquals(0, augment("--seed", 2), stderr);
    Map<String, String> other = checksums();
    assertEquals(first.keySet(), other.keySet());
    assertTrue(
        first.keySet().stream()
            .noneMatch(f -> f.endsWith("wav") && first.get(f).equals(other.get(f))));
  }

  /** Full-scale clatter stands right before and after the one training segment of near silence. */
  @Test
  void nothingOfOtherSegmentsIsHeard() throws Exception {
    float[] samples = new float[3 * SECOND];
    for (int i = 0; i < samples.length; i++) {
      boolean training = i >= SECOND && i < 2 * SECOND;
      samples[i] = training ? (float) (0.01 * Math.sin(i * 0.1)) : i % 7 < 3 ? 1 : -1;
    }
    oneTrack(samples, "test", "train", "validation");
    assertEquals(0, augment("--copies", 20, "--stretch", "0.5:2", "--pitch", "-12:12"), stderr);
    assertEquals(60, added().size());
    for (int i = 0; i < 60; i++) {
      float loudest = 0;
      for (float sample : copy(i)) {
        loudest = Math.max(loudest, Math.abs(sample));
      }
      assertTrue(loudest < 0.02 && loudest > 0.005, added().get(i).transform() + " " + loudest);
    }
  }

  @ParameterizedTest
  @CsvSource({"10", "20", "35"})
  void noiseHasTheRatioAskedFor(int decibels) throws Exception {
    float[] samples = new float[SECOND];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.4 * Math.sin(i * 0.1) * Math.sin(i * 0.001));
    }
    oneTrack(samples, "train");
    assertEquals(0, augment("--noise", decibels, "--stretch", "none", "--pitch", "none"), stderr);
    assertEquals("noise " + decibels + " dB", added().get(0).transform());
    float[] noisy = copy(0);
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < SECOND; i++) {
      signal += samples[i] * samples[i];
      noise += Math.pow(noisy[i] - samples[i], 2);
    }
    assertEquals(decibels, 10 * Math.log10(signal / noise), 0.5);
  }

  @Test
  void aCopyThatWouldClipIsMadeQuieter() throws Exception {
    float[] samples = new float[SECOND];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.99 * Math.sin(i * 0.1));
    }
    oneTrack(samples, "train");
    assertEquals(0, augment("--noise", 10, "--stretch", "none", "--pitch", "none"), stderr);
    int full = 0;
    for (float sample : copy(0)) {
      full += Math.abs(sample) >= 32766 / 32768f ? 1 : 0;
    }
    assertTrue(full >= 1 && full <= 3, full + " samples at full scale");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-2, -0.5, 0, 1, 2, 7, -12})
  void pitchIsShiftedBySoManySemitones(double semitones) throws Exception {
    float[] samples = new float[SECOND];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * 880 * i / RATE));
    }
    oneTrack(samples, "train");
    assertEquals(0, augment("--pitch", semitones, "--stretch", "none", "--noise", "none"), stderr);
    double expected = 880 * Math.pow(2, semitones / 12);
    assertEquals(expected, peakHz(copy(0)), 0.01 * expected, added().get(0).transform());
    assertEquals(0.5, Math.sqrt(2 * power(copy(0))), 0.03, "as loud as before");
  }

  private static double power(float[] samples) {
    double power = 0;
    for (float sample : samples) {
      power += sample * sample / (double) samples.length;
    }
    return power;
  }

  /** The strongest bin of 16,384 samples: 1.3 Hz apart. */
  private static double peakHz(float[] samples) {
    float[] spectrum = Arrays.copyOf(samples, 16384);
    for (int i = 0; i < spectrum.length; i++) {
      spectrum[i] *= (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / spectrum.length));
    }
    new FFT(spectrum.length).forwardTransform(spectrum);
    int peak = 1;
    double most = 0;
    for (int bin = 1; bin < spectrum.length / 2; bin++) {
      double power = Math.pow(spectrum[2 * bin], 2) + Math.pow(spectrum[2 * bin + 1], 2);
      if (power > most) {
        most = power;
        peak = bin;
      }
    }
    return (double) peak * RATE / spectrum.length;
  }

  /** Bursts every fifth of a second come closer by the factor, at the same pitch. */
  @ParameterizedTest
  @ValueSource(doubles = {0.8, 0.9, 1, 1.1, 1.25})
  void stretchChangesTheTempoNotThePitch(double factor) throws Exception {
    int period = SECOND / 5;
    float[] samples = new float[4 * SECOND];
    for (int i = 0; i < samples.length; i++) {
      double decay = Math.exp(-(i % period) / 600.0);
      samples[i] = (float) (0.5 * decay * Math.sin(2 * Math.PI * 1000 * i / RATE));
    }
    float[] stretched = TimeStretch.stretch(samples, factor, samples.length, RATE);
    assertEquals(samples.length, stretched.length);
    assertEquals(period / factor, spacing(stretched, period / factor), 0.03 * period / factor);
    assertEquals(1000, peakHz(stretched), 10);
    assertEquals(power(samples), power(stretched), 0.1 * power(samples), "no silence at the end");
    double lastSecond = power(Arrays.copyOfRange(stretched, 3 * SECOND, 4 * SECOND));
    assertEquals(power(samples), lastSecond, 0.25 * power(samples), "no silence at the end");
  }

  /**
   * A fifth of the lag, near five times the expected one, at which the envelope is most like
   * itself: WSOLA moves a single burst by up to half of its seeking window, 14 ms.
   */
  private static double spacing(float[] samples, double expected) {
    int hop = 21;
    int lowest = (int) (4.5 * expected);
    int highest = (int) (5.5 * expected);
    double[] envelope = new double[samples.length / hop];
    double mean = 0;
    for (int i = 0; i < envelope.length * hop; i++) {
      envelope[i / hop] += Math.abs(samples[i]);
      mean += Math.abs(samples[i]) / envelope.length;
    }
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int lag = lowest / hop; lag < highest / hop; lag++) {
      double sum = 0;
      for (int i = 0; i + lag < envelope.length; i++) {
        sum += (envelope[i] - mean) * (envelope[i + lag] - mean) / (envelope.length - lag);
      }
      if (sum > most) {
        most = sum;
        best = lag;
      }
    }
    return best * hop / 5.0;
  }

  @Test
  void amountsAreDrawnFromTheRange() {
    float[] samples = new float[SECOND];
    Arrays.fill(samples, 0.1f);
    oneTrack(samples, "train");
    assertEquals(
        0,
        augment("--stretch", "0.95:1.2", "--pitch", "-1:3", "--noise", "15:30", "--copies", 40),
        stderr);
    Map<String, List<Double>> amounts =
        added().stream()
            .map(row -> row.transform().split(" "))
            .collect(
                Collectors.groupingBy(
                    words -> words[0],
                    Collectors.mapping(w -> Double.parseDouble(w[1]), Collectors.toList())));
    assertRange(amounts.get("stretch"), 0.95, 1.2);
    assertRange(amounts.get("pitch"), -1, 3);
    assertRange(amounts.get("noise"), 15, 30);
  }

  private static void assertRange(List<Double> drawn, double low, double high) {
    assertEquals(40, drawn.size());
    double least = drawn.stream().mapToDouble(v -> v).min().orElseThrow();
    double most = drawn.stream().mapToDouble(v -> v).max().orElseThrow();
    double fifth = (high - low) / 5;
    assertTrue(least >= low && least < low + fifth, "least " + least);
    assertTrue(most <= high && most > high - fifth, "most " + most);
  }

  @Test
  void silenceStaysSilent() throws Exception {
    oneTrack(new float[SECOND], "train");
    assertEquals(0, augment(), stderr);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(new float[SECOND], copy(i), added().get(i).transform());
    }
  }

  /** Segments of flac and mp3 tracks go the same way, to copies and to MFCCs. */
  @Test
  void compressedTracksGoAllTheWay() throws Exception {
    Path golden = Path.of(System.getenv("GENRELAB_HOME"), "data/golden/audio");
    for (String name : List.of("mono-22050.flac", "mono-22050.mp3")) {
      Path file =
          corpus.resolve(
              "blues/" + name.replace(".", "-") + "." + name.substring(name.indexOf('.') + 1));
      Files.createDirectories(file.getParent());
      Files.copy(golden.resolve(name), file);
    }
    assertEquals(
        0, run(new Segment(), "--corpus", corpus, "--out", segments, "--seconds", 0.5), stderr);
    List<Rows.Segment> rows = segments(segments);
    assertEquals(4, rows.size());
    Store.writeRows(
        split,
        rows.stream()
            .map(row -> new Rows.SplitRow(row.track(), row.segment(), Part.train))
            .toList());
    Path features = folder.resolve("mfcc.json");
    assertEquals(0, run(new Mfcc(), "--segments", segments, "--out", features), stderr);
    Features read = Features.read(features);
    assertEquals(4, read.size());
    // the codec takes what can't be heard and leaves the cepstrum much as it was
    for (int i = 0; i < 2; i++) {
      double distance = 0;
      double size = 0;
      for (int frame = 1; frame < read.frames() - 1; frame++) {
        float flac = read.values()[i][frame * read.coefficients() + 1];
        float mp3 = read.values()[i + 2][frame * read.coefficients() + 1];
        distance += Math.abs(flac - mp3);
        size += Math.abs(flac);
      }
      assertTrue(distance < 0.25 * size && distance > 0, distance + " of " + size);
    }
    assertEquals(0, augment(), stderr);
    assertEquals(12, added().size());
  }

  private String drawnFrom() {
    return parts(split).get(0).drawnFrom();
  }

  @Test
  void wrongInputsFailInOneLine() throws Exception {
    corpus();
    List<Rows.SplitRow> whole = parts(split);
    Store.writeRows(split, whole.subList(1, whole.size()));
    assertFails(1, augment(), "split.json", "lacks 1 of the", "first segment 0 of blues.0");
    var more = new ArrayList<>(whole);
    more.add(new Rows.SplitRow("someone", 0, Part.train, drawnFrom()));
    Store.writeRows(split, more);
    assertFails(1, augment(), "split.json", "1 of its", "have no segment in");
    Store.writeRows(
        split,
        whole.stream().map(r -> new Rows.SplitRow(r.track(), r.segment(), Part.test)).toList());
    assertFails(1, augment(), "split.json", "no segment is in train");
    Store.writeRows(split, whole);

    Path folderOut = out;
    out = corpus;
    assertFails(1, augment(), "the corpus is there");
    out = Files.createSymbolicLink(corpus.resolveSibling("link"), corpus.toAbsolutePath());
    assertFails(1, augment(), "the corpus is there");
    out = segments.getParent();
    assertEquals(1, augment());
    assertTrue(stderr.contains("it would be overwritten"), stderr);
    out = folderOut;
    assertEquals(0, augment(), stderr);
    segments = out.resolve("segments.json");
    split = out.resolve("split.json");
    out = folder.resolve("twice");
    assertFails(1, augment(), "segments.json", "augmented copies already");
  }

  @ParameterizedTest
  @CsvSource({
    "--stretch, 0.4:1",
    "--stretch, 1.1:0.9",
    "--stretch, a",
    "--stretch, ''",
    "--pitch, -13:2",
    "--pitch, 1:2:3",
    "--noise, 81",
    "--noise, NaN",
    "--copies, 0",
    "--copies, 334",
    "--threads, 0"
  })
  void optionsOutOfRangeAreAUsageError(String option, String value) {
    corpus();
    assertFails(2, augment(option, value), option);
  }

  @Test
  void nothingToDoIsAUsageError() {
    corpus();
    assertFails(
        2, augment("--stretch", "none", "--pitch", "none", "--noise", "none"), "nothing to do");
    assertNotEquals(0, run(new Augment()), "--out is required");
  }

  /** It would remove, on failing, copies that the other run counts on. */
  @Test
  void whileAnotherRunWritesThereNoCopyIsBegun() throws Exception {
    corpus();
    Files.createDirectories(out);
    Path log = folder.resolve("log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "Augment",
            "--segments=" + segments,
            "--split=" + split,
            "--out=" + out);
    try (var other =
        FileChannel.open(
            out.resolve("split.json.part"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertTrue(other.tryLock().isValid());
      Process augment =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertEquals(1, augment.waitFor());
    }
    String printed = Files.readString(log);
    assertTrue(printed.contains("split.json: another run is writing it"), printed);
    for (String genre : List.of("blues", "jazz")) {
      assertFalse(Files.exists(out.resolve(genre)), "a folder for copies: " + genre);
    }
  }
}
