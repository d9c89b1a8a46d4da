///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests classify: its answers are the trained network's, its files, its refusals
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
// validates draft 2020-12; this line of it works with Jackson 2, as Store does
//DEPS com.networknt:json-schema-validator:1.5.9
//SOURCES ../../Classify.java
//SOURCES ../../Export.java
//SOURCES ../../Logmel.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Segment.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/corpus/Corpus.java
//SOURCES ../../lib/evaluation/Calibration.java
//SOURCES ../../lib/evaluation/OutOfDistribution.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/figures/Charts.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/onnx/OnnxGraph.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false
// as where there is no ffmpeg, whatever is on PATH
//RUNTIME_OPTIONS -Dgenrelab.ffmpeg=none

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import genrelab.audio.Audio;
import genrelab.corpus.Corpus;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.OutOfDistribution;
import genrelab.features.Features;
import genrelab.figures.Charts;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.ModelFile;
import genrelab.networks.TrainedModel;
import genrelab.onnx.OnnxGraph;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioSystem;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifyTest {
  private static final int RATE = 22_050;
  private static final List<String> GENRES = List.of("chords", "pulses", "sweeps");
  private static final int TRACKS = 5;
  private static final int SECONDS = 6;

  @TempDir static Path folder;
  private static Path corpus;
  private static Path model;

  /** Three kinds of rendered sound, five tracks each, segments of 1 s; a small CNN on them. */
  @BeforeAll
  static void train() throws IOException {
    corpus = folder.resolve("corpus");
    Corpus.markSynthetic(corpus, "made by a test\n");
    for (String genre : GENRES) {
      Files.createDirectories(corpus.resolve(genre));
      for (int t = 0; t < TRACKS; t++) {
        new Audio(sound(genre, t), RATE).writeWav(track(genre, t));
      }
    }
    run(
        0,
        new Segment(),
        "--corpus",
        corpus,
        "--out",
        folder.resolve("segments.json"),
        "--seconds",
        "1");
    var parts = new ArrayList<Rows.SplitRow>();
    for (Rows.Segment row : Store.readRows(folder.resolve("segments.json"), Rows.Segment.class)) {
      int number = row.track().charAt(row.track().length() - 1) - '0';
      String part = number == 4 ? "test" : number == 3 ? "validation" : "train";
      parts.add(new Rows.SplitRow(row.track(), row.segment(), Part.valueOf(part)));
    }
    Store.writeRows(folder.resolve("split.json"), parts);
    model = trained("cnn", new Mfcc(), new Cnn(), 40, List.of(), List.of("--scale", "standardise"));
  }

  private static Path track(String genre, int number) {
    return corpus.resolve(genre).resolve("%s.%05d.wav".formatted(genre, number));
  }

  private static float[] sound(String genre, int number) {
    var random = new Random(genre.hashCode() + number);
    float[] samples = new float[SECONDS * RATE];
    double base = 180 + 15 * (2 * number % TRACKS); // validation and test lie among training's
    for (int i = 0; i < samples.length; i++) {
      double t = (double) i / RATE;
      double noise = random.nextGaussian();
      double value =
          switch (genre) {
            case "chords" -> sin(base * t) + sin(1.25 * base * t) + sin(1.5 * base * t);
            case "pulses" -> Math.exp(-20 * (t * 4 % 1)) * 2 * noise;
            default -> sin(400 * t + (300 + base) * (t % 1) * (t % 1));
          };
      samples[i] = (float) (0.15 * value + 0.01 * noise);
    }
    return samples;
  }

  private static double sin(double turns) {
    return Math.sin(2 * Math.PI * turns);
  }

  private static Path trained(
      String name,
      Object extraction,
      Object network,
      int epochs,
      List<String> extractionOptions,
      List<String> networkOptions) {
    Path features = folder.resolve(name + "-features.json");
    Path out = folder.resolve(name);
    var extract = new ArrayList<Object>(extractionOptions);
    extract.addAll(List.of("--segments", folder.resolve("segments.json"), "--out", features));
    run(0, extraction, extract.toArray());
    var train = new ArrayList<Object>(networkOptions);
    train.addAll(List.of("--features", features, "--split", folder.resolve("split.json")));
    train.addAll(List.of("--out", out, "--epochs", epochs, "--batch", 8));
    train.addAll(List.of("--learning-rate", "0.002"));
    run(0, network, train.toArray());
    return out.resolve("model.zip");
  }

  /** What a command prints. */
  private record Told(String out, String err) {}

  private static Told run(int exit, Object command, Object... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    int got;
    try {
      got = Stage.run(command, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
    var told = new Told(text(out), text(err));
    assertEquals(exit, got, told::toString);
    return told;
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Told classify(Object... args) {
    return classifyWith(model, args);
  }

  private static Told classifyWith(Path with, Object... args) {
    return run(
        0,
        new Classify(),
        Stream.concat(Stream.of("--model", with), Arrays.stream(args)).toArray());
  }

  private static List<Rows.Classified> rows(Path with, Object... audio) {
    Path json = folder.resolve("rows.json");
    var args = new ArrayList<Object>(List.of(audio));
    args.addAll(List.of("--json", json));
    classifyWith(with, args.toArray());
    return Store.readRows(json, Rows.Classified.class);
  }

  private static double[] probabilities(List<Rows.Classified> rows, String level, double start) {
    return rows.stream()
        .filter(row -> row.level().equals(level) && row.start() == start)
        .mapToDouble(Rows.Classified::probability)
        .toArray();
  }

  // ---- answers

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "delta", "tarsos", "hamming", "logmel", "lstm", "hybrid", "flat"})
  void theAnswersAreTheTrainedNetworks(String kind) {
    Path with =
        switch (kind) {
          case "cnn" -> model;
          case "delta" -> trained(kind, new Mfcc(), new Cnn(), 1, List.of("--delta"), List.of());
          case "tarsos" ->
              trained(kind, new Mfcc(), new Cnn(), 1, List.of("--flavour", kind), List.of());
          case "hamming" ->
              trained(
                  kind,
                  new Mfcc(),
                  new Cnn(),
                  1,
                  List.of(
                      "--window", kind, "--no-centre", "--hop", "400", "--sample-rate", "16000"),
                  List.of("--test-model", "best"));
          case "logmel" ->
              trained(kind, new Logmel(), new Cnn(), 1, List.of("--mels", "40"), List.of());
          case "lstm" -> trained(kind, new Mfcc(), new Lstm(), 1, List.of(), List.of());
          case "hybrid" -> trained(kind, new Mfcc(), new Hybrid(), 1, List.of(), List.of());
          default -> trained(kind, new Mfcc(), new Cnn(), 1, List.of(), List.of("--shape", "flat"));
        };
    List<Rows.Prediction> expected =
        Store.readRows(with.resolveSibling("predictions.json"), Rows.Prediction.class);
    JsonNode calibration = ModelFile.read(with).description().get("calibration");
    var scaling = new Calibration(calibration.get("temperature").asDouble(), 1, 0, 0);
    for (String genre : GENRES) {
      List<Rows.Classified> rows = rows(with, track(genre, 4));
      double[] sum = new double[GENRES.size()];
      for (int s = 0; s < SECONDS; s++) {
        int segment = s;
        Rows.Prediction row =
            expected.stream()
                .filter(p -> p.track().equals(genre + ".00004") && p.segment() == segment)
                .findFirst()
                .orElseThrow();
        double[] wanted = scaling.apply(row.probabilities());
        double[] got = probabilities(rows, "segment", s);
        assertArrayEquals(wanted, got, 2e-5, genre + " " + s);
        Arrays.setAll(sum, c -> sum[c] + row.probabilities()[c] / SECONDS);
      }
      // the song's own temperature, on the mean of what the network says of its segments
      double temperature =
          ModelFile.read(with).description().at("/trackCalibration/temperature").asDouble();
      double[] wanted = Arrays.stream(sum).map(p -> Math.pow(p, 1 / temperature)).toArray();
      double all = Arrays.stream(wanted).sum();
      Arrays.setAll(wanted, c -> wanted[c] / all);
      assertArrayEquals(wanted, probabilities(rows, "track", 0), 2e-5);
    }
  }

  @Test
  void aLongSongReadPieceByPieceHasTheAnswersOfTheWholeFile() throws IOException {
    Path songs = Files.createDirectories(folder.resolve("long/chords"));
    Path song = songs.resolve("chords.00000.wav");
    int rate = 8000; // is resampled
    float[] samples = new float[130 * rate + rate / 2];
    var random = new Random(7);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.2 * sin(i * (100 + i / 2e4) / rate) + 0.01 * random.nextGaussian());
    }
    new Audio(samples, rate).writeWav(song);
    Path manifest = folder.resolve("long-segments.json");
    Path json = folder.resolve("long-mfcc.json");
    run(0, new Segment(), "--corpus", songs.getParent(), "--out", manifest, "--seconds", "1");
    run(0, new Mfcc(), "--segments", manifest, "--out", json);
    float[][] values = Features.read(json).values();
    TrainedModel trained = ModelFile.read(model);
    float[][] output =
        trained
            .network(Cnn::network)
            .outputSingle(trained.preparation().inputs(values, new int[values.length]))
            .toFloatMatrix();
    JsonNode calibration = trained.description().get("calibration");
    var scaling = new Calibration(calibration.get("temperature").asDouble(), 1, 0, 0);
    List<Rows.Classified> rows = rows(model, song);
    assertEquals(130, output.length);
    assertEquals((1 + 130) * GENRES.size(), rows.size());
    for (int s = 0; s < output.length; s++) {
      double[] got = probabilities(rows, "segment", s);
      assertArrayEquals(scaling.apply(output[s]), got, 2e-5, "segment " + s);
    }
    List<String> told = classify(song, "--timeline").out().lines().toList();
    assertEquals("  means of 2 segments (2.0 s):", told.get(told.size() - 66));
    assertTrue(told.get(told.size() - 1).startsWith("    0:02:08  "), told.get(told.size() - 1));
  }

  @Test
  void theTinyNetworkKnowsItsGenres() {
    for (String genre : GENRES) {
      String told = classify(track(genre, 4), "--top", "1", "--timeline").out();
      assertTrue(told.contains(".wav: " + genre + " "), told);
      assertEquals(2 + SECONDS, told.lines().count(), told);
      assertTrue(told.contains("    0:05.0  "), told);
    }
  }

  @Test
  void everyOutputOfASyntheticModelSaysSo() throws IOException {
    Path csv = folder.resolve("synthetic.csv");
    Path plot = folder.resolve("synthetic.png");
    Told told = classify(track("chords", 4), "--csv", csv, "--plot", plot);
    assertTrue(told.out().startsWith("SYNTHETIC: "), told.out());
    assertTrue(told.out().lines().skip(1).findFirst().orElse("").contains("SYNTHETIC"));
    assertTrue(Files.readAllLines(csv).stream().skip(1).allMatch(l -> l.endsWith(",synthetic")));
    Path real =
        changed(
            "real.zip",
            json -> ((ObjectNode) json.at("/features/provenance")).put("synthetic", false));
    assertFalse(classifyWith(real, track("chords", 4)).out().contains("SYNTHETIC"));
    assertEquals("audio", rows(real, track("chords", 4)).get(0).trainedOn());
  }

  @Test
  void soundsOutOfDistributionAreDetected() {
    var random = new Random(3);
    var odd = new LinkedHashMap<String, float[]>();
    odd.put("silence", new float[3 * RATE]);
    odd.put("noise", samples(i -> 0.3 * random.nextGaussian()));
    odd.put("tone", samples(i -> 0.5 * sin(1000.0 * i / RATE)));
    odd.forEach(
        (name, samples) -> {
          Path file = folder.resolve(name + ".wav");
          new Audio(samples, RATE).writeWav(file);
          assertEquals("yes", rows(model, file).get(0).unlikeTraining(), name);
          assertTrue(classify(file).out().contains("out of distribution"), name);
        });
    long unlike =
        GENRES.stream()
            .filter(genre -> rows(model, track(genre, 4)).get(0).unlikeTraining().equals("yes"))
            .count();
    assertEquals(0, unlike, "tracks like the training's");
  }

  private interface Sample {
    double at(int i);
  }

  private static float[] samples(Sample sample) {
    float[] samples = new float[3 * RATE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) sample.at(i);
    }
    return samples;
  }

  @Test
  void aModelWithoutCalibrationOrOutOfDistributionDetectionStillPredicts() {
    Path old = changed("old.zip", json -> json.remove(List.of("calibration", "familiarity")));
    Told told = classifyWith(old, track("chords", 4));
    assertTrue(told.out().contains("no calibration"), told.out());
    assertFalse(told.out().contains("calibrated for segments"), told.out());
    Rows.Classified row = rows(old, track("chords", 4)).get(0);
    assertEquals("unknown", row.unlikeTraining());
    assertEquals(null, row.distance());
  }

  /** As models were before songs had a temperature of their own: the mean of the segments'. */
  @Test
  void aModelCalibratedForSegmentsAloneStillPredictsAndSaysSo() {
    Path old = changed("segments-only.zip", json -> json.remove("trackCalibration"));
    String told = classifyWith(old, track("chords", 4)).out();
    assertTrue(told.contains("calibrated for segments, not for songs"), told);
    assertFalse(told.contains("calibrated on songs"), told);
    List<Rows.Classified> rows = rows(old, track("chords", 4));
    double[] mean = new double[GENRES.size()];
    for (int s = 0; s < SECONDS; s++) {
      double[] segment = probabilities(rows, "segment", s);
      Arrays.setAll(mean, c -> mean[c] + segment[c] / SECONDS);
    }
    assertArrayEquals(mean, probabilities(rows, "track", 0), 2e-6);
  }

  @Test
  void aCalibrationOnKnownSongsIsTold() {
    String told = classify(track("chords", 4)).out();
    assertFalse(told.contains("calibrated"), told);
    Path known =
        changed(
            "known.zip",
            json -> ((ObjectNode) json.get("trackCalibration")).put("tracksInTraining", 3));
    told = classifyWith(known, track("chords", 4)).out();
    assertTrue(told.contains("calibrated on songs that the model was trained on"), told);
    Path older =
        changed(
            "known-old.zip",
            json -> {
              json.remove("trackCalibration");
              ((ObjectNode) json.get("split")).put("testTracksInTraining", 3);
            });
    told = classifyWith(older, track("chords", 4)).out();
    assertTrue(told.contains("calibrated on songs that the model was trained on"), told);
  }

  // ---- what it reads

  @Test
  void formatsOfTheSameSamplesGetTheSameAnswer() throws Exception {
    Path wav = track("pulses", 4);
    double[] wanted = probabilities(rows(model, wav), "track", 0);
    for (var type : List.of(AudioFileFormat.Type.AU, AudioFileFormat.Type.AIFF)) {
      Path file = folder.resolve("same." + type.getExtension());
      try (var stream = AudioSystem.getAudioInputStream(wav.toFile())) {
        AudioSystem.write(stream, type, file.toFile());
      }
      assertArrayEquals(wanted, probabilities(rows(model, file), "track", 0), 0, "" + type);
    }
  }

  @Test
  void compressedFormatsAreRead() {
    Path golden = Path.of(System.getenv("GENRELAB_HOME")).resolve("data/golden/audio");
    for (String name : List.of("mono-22050.flac", "stereo-44100.mp3", "stereo-44100.ogg")) {
      List<Rows.Classified> rows = rows(model, golden.resolve(name));
      assertEquals(1, Arrays.stream(probabilities(rows, "track", 0)).sum(), 1e-5, name);
    }
  }

  @Test
  void standardInputIsReadAsAFile() throws IOException {
    Path wav = track("sweeps", 4);
    List<Rows.Classified> file = rows(model, wav);
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(Files.readAllBytes(wav)));
    try {
      List<Rows.Classified> stream = rows(model, "-");
      assertEquals("-", stream.get(0).file());
      assertEquals(
          file.stream().map(Rows.Classified::probability).toList(),
          stream.stream().map(Rows.Classified::probability).toList());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aFolderIsWalkedInOrderAndWhatIsNotReadIsCounted() throws IOException {
    Path songs = Files.createDirectories(folder.resolve("songs"));
    Files.createDirectories(songs.resolve("b/c"));
    Files.copy(track("chords", 0), songs.resolve("z.wav"));
    Files.copy(track("chords", 1), songs.resolve("a.wav"));
    Files.copy(track("chords", 2), songs.resolve("b/c/müde.wav"));
    Files.writeString(songs.resolve("b/broken.mp3"), "no audio");
    Files.writeString(songs.resolve("readme.txt"), "no audio either");
    Files.writeString(songs.resolve("cover.jpg"), "nor this");
    Files.writeString(songs.resolve("b/cover.JPG"), "nor this");
    Files.writeString(songs.resolve("b/theirs.M4A"), "not supported");
    new Audio(new float[RATE / 2], RATE).writeWav(songs.resolve("short.wav"));
    Files.createSymbolicLink(songs.resolve("b/loop"), songs);
    Told told = classify(songs);
    assertEquals(
        List.of("a.wav", "b/c/müde.wav", "z.wav"),
        told.out()
            .lines()
            .filter(line -> line.contains(".wav: "))
            .map(line -> line.substring(songs.toString().length() + 1, line.indexOf(": ")))
            .toList());
    assertTrue(told.out().contains("3 classified, 3 skipped"), told.out());
    assertEquals(5, told.err().lines().count(), told.err());
    assertTrue(told.err().contains("broken.mp3: unreadable"), told.err());
    assertTrue(told.err().contains("short.wav: short"), told.err());
    assertTrue(
        told.err().contains("skipped " + songs.resolve("b/theirs.M4A: needs ffmpeg: install")),
        told.err());
    assertTrue(told.err().contains("b/loop: a link to a folder"), told.err());
    assertTrue(told.err().contains("not audio: 2 jpg, 1 txt"), told.err());

    Path unsupported = Files.createDirectories(folder.resolve("unsupported"));
    Files.copy(songs.resolve("b/theirs.M4A"), unsupported.resolve("a.m4a"));
    Told none = run(1, new Classify(), "--model", model, unsupported);
    assertTrue(none.err().contains("a.m4a: needs ffmpeg"), none.err());
  }

  @Test
  void whatIsLongerThanToldIsSkipped() {
    Path song = folder.resolve("long.wav");
    new Audio(new float[7 * RATE], RATE).writeWav(song);
    run(0, new Classify(), "--model", model, song, "--longest", "0.002");
    Told told = run(1, new Classify(), "--model", model, song, "--longest", "0.001");
    assertTrue(told.err().contains("long.wav: long: it holds over 0.001 hours"), told.err());
  }

  // ---- what it writes

  @Test
  void jsonKeepsToItsSchemaAndCsvHasTheSameRows() throws IOException {
    Path json = folder.resolve("both.json");
    Path csv = folder.resolve("both.csv");
    Path odd = folder.resolve("a, \"b\".wav");
    Files.copy(track("chords", 4), odd);
    Told told = classify(odd, track("pulses", 4), "--json", json, "--csv", csv);
    assertTrue(told.out().contains("2 classified"), told.out());
    Path schema =
        Path.of(System.getenv("GENRELAB_HOME")).resolve("data/schemas/classify.schema.json");
    JsonNode rows = Store.JSON.readTree(json.toFile());
    assertEquals(
        Set.of(),
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(Store.JSON.readTree(schema.toFile()))
            .validate(rows));
    assertEquals(2 * (1 + SECONDS) * GENRES.size(), rows.size());
    List<String> lines = Files.readAllLines(csv);
    assertEquals(1 + rows.size(), lines.size());
    var names = new ArrayList<String>();
    rows.get(0).fieldNames().forEachRemaining(names::add);
    assertEquals(String.join(",", names), lines.get(0));
    assertTrue(lines.get(1).contains("a, \"\"b\"\".wav\",track,0.0,6.0,chords,"), lines.get(1));

    Told machine = classify(track("pulses", 4), "--json", "-");
    JsonNode printed = Store.JSON.readTree(machine.out());
    assertEquals((1 + SECONDS) * GENRES.size(), printed.size());
    Path again = folder.resolve("again.json");
    classify(odd, track("pulses", 4), "--json", again);
    assertArrayEquals(Files.readAllBytes(json), Files.readAllBytes(again), "the same bytes");
  }

  /** A name that a spreadsheet would take for a formula. */
  @Test
  void textOfTheCsvIsNoFormulaIfAskedFor() throws IOException {
    Path csv = folder.resolve("safe.csv");
    Path formula =
        changed(
            "formula.zip",
            json -> json.putArray("mapping").add("=1+1").add("@SUM(A1)").add("-pulses, loud"));
    classifyWith(formula, track("pulses", 4), "--csv", csv);
    assertTrue(Files.readString(csv).contains(",=1+1,"), "as it is, unless asked for");
    classifyWith(formula, track("pulses", 4), "--csv", csv, "--csv-safe");
    List<CSVRecord> rows;
    try (var parser = CSVParser.parse(csv, StandardCharsets.UTF_8, CSVFormat.RFC4180)) {
      rows = parser.getRecords();
    }
    assertEquals("genre", rows.get(0).get(4));
    assertEquals(
        List.of("'=1+1", "'@SUM(A1)", "'-pulses, loud"),
        rows.subList(1, 4).stream().map(row -> row.get(4)).toList());
    for (CSVRecord row : rows) {
      for (String cell : row) {
        assertFalse(cell.matches("(?s)[=+@\\t\\r-].*"), cell);
      }
    }
    refused(2, "--model", formula, track("pulses", 4), "--csv-safe");
  }

  /** Genres of a model from others, and names of files, as what a terminal takes for commands. */
  @Test
  void controlCharactersReachNoTerminal() throws IOException {
    String escape = "\u001b[31m";
    Path evil =
        changed(
            "evil.zip",
            json ->
                json.putArray("mapping")
                    .add("red" + escape)
                    .add("two\nskipped everything: lines")
                    .add("\u202eright to left\u009b2J"));
    Path songs = Files.createDirectories(folder.resolve("evil"));
    Files.copy(track("pulses", 4), songs.resolve("song" + escape + "\nfirst.wav"));
    Files.writeString(songs.resolve("broken" + escape + "\rsecond.wav"), "no audio");
    Path json = folder.resolve("evil.json");
    Told told = classifyWith(evil, songs, "--timeline", "--json", json);
    for (String text : List.of(told.out(), told.err())) {
      assertFalse(text.matches("(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u202e].*"), text);
      assertTrue(text.contains("\\u001b[31m"), text);
    }
    assertEquals(2 + SECONDS + 1, told.out().lines().count(), told.out());
    assertEquals(1, told.err().lines().count(), told.err());
    assertEquals(
        Set.of("red" + escape, "two\nskipped everything: lines", "\u202eright to left\u009b2J"),
        Store.readRows(json, Rows.Classified.class).stream()
            .map(Rows.Classified::genre)
            .collect(Collectors.toSet()),
        "files hold the names as they are");
  }

  /** So a glob after --json can't cost a song. */
  @Test
  void noOutputReplacesASongOrTheModel() throws IOException {
    Path song = folder.resolve("keep.wav");
    Files.copy(track("pulses", 4), song);
    byte[] before = Files.readAllBytes(song);
    byte[] weights = Files.readAllBytes(model);
    Path other = folder.resolve("other.wav");
    Files.copy(track("pulses", 3), other);
    for (String option : List.of("--json", "--csv")) {
      refused(2, "--model", model, option, song, song);
      refused(2, "--model", model, option, folder.resolve("./keep.wav"), other, song);
      refused(2, "--model", model, option, model, song);
      refused(1, "--model", model, option, song, other);
      refused(1, "--model", model, option, track("chords", 3), corpus);
    }
    refused(2, "--model", model, song, "--json", folder.resolve("x"), "--csv", folder.resolve("x"));
    assertArrayEquals(before, Files.readAllBytes(song));
    assertArrayEquals(weights, Files.readAllBytes(model));
  }

  @Test
  void aPlotIsAPicture() throws IOException {
    Path plot = folder.resolve("plot.png");
    classify(track("sweeps", 4), "--plot", plot);
    var image = ImageIO.read(plot.toFile());
    assertNotNull(image);
    assertTrue(image.getWidth() > 1000 && image.getHeight() > 400);
    long colours =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
            .distinct()
            .count();
    assertTrue(colours > 20, "it is blank");
    assertEquals(6, yAxisTicks(image), "of 0, 20, … 100 %");
  }

  /** Marks beside the leftmost line that is half as high as the picture, below the title. */
  private static int yAxisTicks(BufferedImage image) {
    int axis = 0;
    while (IntStream.range(0, image.getHeight()).filter(dark(image, axis)).count()
        < image.getHeight() / 2) {
      axis++;
    }
    IntPredicate mark = dark(image, axis - 3);
    return (int)
        IntStream.range(image.getHeight() / 6, image.getHeight())
            .filter(y -> mark.test(y) && !mark.test(y - 1))
            .count();
  }

  private static IntPredicate dark(BufferedImage image, int x) {
    return y -> (image.getRGB(x, y) & 0xff) < 160;
  }

  // ---- refusals

  private static String refused(int exit, Object... args) {
    Told told = run(exit, new Classify(), args);
    assertEquals(1, told.err().lines().count(), told.err());
    assertFalse(told.err().contains("Exception"), told.err());
    return told.err();
  }

  @Test
  void wrongOptionsAreUsageErrors() {
    Path wav = track("chords", 4);
    refused(2, "--model", model, wav, "--top", "0");
    refused(2, "--model", model, wav, "--longest", "0");
    refused(2, "--model", model, wav, "--json", "-", "--csv", "-");
    refused(2, "--model", model, wav, track("chords", 3), "--plot", folder.resolve("a.png"));
    refused(2, "--model", model, corpus, "--plot", folder.resolve("a.png"));
    refused(2, "--model", model, wav, "--plot", folder.resolve("a.jpg"));
    refused(2, "--model", model);
  }

  @Test
  void nothingClassifiedIsAFailureThatLeavesNoFile() {
    Path json = folder.resolve("none.json");
    Told told =
        run(1, new Classify(), "--model", model, folder.resolve("nowhere.wav"), "--json", json);
    assertTrue(told.err().contains("nowhere.wav: unreadable: no such file"), told.err());
    assertTrue(told.err().contains("nothing could be classified"), told.err());
    assertFalse(Files.exists(json));
  }

  /** The exported model tells the same, by ONNX Runtime; another ONNX model is refused. */
  @Test
  void anExportedModelClassifiesAsItsModelZip() throws IOException {
    Path onnx = folder.resolve("exported.onnx");
    run(0, new Export(), "--model", model, "--out", onnx);
    List<Rows.Classified> expected = rows(model, track("pulses", 4));
    List<Rows.Classified> actual = rows(onnx, track("pulses", 4));
    assertEquals(expected.size(), actual.size());
    for (int r = 0; r < expected.size(); r++) {
      assertEquals(expected.get(r).genre(), actual.get(r).genre());
      assertEquals(expected.get(r).probability(), actual.get(r).probability(), 2e-5);
      assertEquals(expected.get(r).distance(), actual.get(r).distance());
      assertEquals("synthetic", actual.get(r).trainedOn());
    }
    var graph = new OnnxGraph();
    graph.node("Neg", "probabilities", graph.input("features", 2, 2));
    graph.output("probabilities", 2, 2);
    Path other = folder.resolve("other.onnx");
    Files.write(other, graph.model("other", "test", "1", "", new TreeMap<>()).toByteArray());
    String told = refused(1, "--model", other, track("pulses", 4));
    assertTrue(told.contains("other.onnx: not an ONNX model that export wrote"), told);
  }

  @Test
  void modelsThatCannotHearAudioAreRefused() {
    Path wav = track("chords", 4);
    Path imported =
        changed(
            "imported.zip",
            json -> ((ObjectNode) json.at("/features/provenance")).put("source", "import"));
    assertTrue(refused(1, "--model", imported, wav).contains("were imported"));
    Path unknown =
        changed("unknown.zip", json -> ((ObjectNode) json.at("/features/params")).remove("hop"));
    assertTrue(refused(1, "--model", unknown, wav).contains("(hop)"));
    Path clusters =
        changed(
            "clusters.zip",
            json -> {
              ((ObjectNode) json.get("preparation")).put("clusters", 4);
              ((ObjectNode) json.get("input")).put("clusters", 4);
            });
    assertTrue(refused(1, "--model", clusters, wav).contains("--clusters none"));
    Path other =
        changed("other.zip", json -> ((ObjectNode) json.at("/features/params")).put("hop", 256));
    assertTrue(refused(1, "--model", other, wav).contains("does not fit"));
  }

  @Test
  void brokenModelsAreRefusedInOneLine() throws IOException {
    Path wav = track("chords", 4);
    byte[] zip = Files.readAllBytes(model);
    Map<String, byte[]> sound = entries();
    var broken = new LinkedHashMap<String, byte[]>();
    for (int tenth = 0; tenth < 10; tenth++) {
      broken.put("cut" + tenth, Arrays.copyOf(zip, zip.length * tenth / 10));
    }
    broken.put("damaged", damaged(zip));
    broken.put("no-json", zip(without(sound, "model.json")));
    broken.put("no-parameters", zip(without(sound, "parameters.f32")));
    broken.put("few", zip(with(sound, "parameters.f32", new byte[400])));
    broken.put("odd", zip(with(sound, "parameters.f32", new byte[401])));
    byte[] nan = sound.get("parameters.f32").clone();
    nan[42] = (byte) 0xc0;
    nan[43] = 0x7f;
    broken.put("nan", zip(with(sound, "parameters.f32", nan)));
    broken.put("huge-json", zip(with(sound, "model.json", new byte[(16 << 20) + 1])));
    broken.put("huge", zip(with(sound, "parameters.f32", new byte[(256 << 20) + 4])));
    broken.put("array", zip(with(sound, "model.json", "[]".getBytes(StandardCharsets.UTF_8))));
    broken.put("java", zip(with(sound, "model.json", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5})));
    List<Consumer<ObjectNode>> lies =
        List.of(
            json -> json.remove("input"),
            json -> json.remove("preparation"),
            json -> ((ObjectNode) json.get("input")).put("frames", 2_000_000_000),
            json -> ((ObjectNode) json.get("input")).put("classes", 0),
            json -> ((ObjectNode) json.get("input")).put("classes", 5),
            json -> ((ObjectNode) json.get("preparation")).put("frames", -1),
            json -> ((ObjectNode) json.get("preparation")).putArray("mean"),
            json -> ((ObjectNode) json.get("preparation")).put("layout", "evil"),
            json -> ((ObjectNode) json.get("preparation")).put("@class", "java.lang.Runtime"),
            json -> json.put("architecture", "java.lang.Runtime"),
            json -> json.put("architecture", "segment"), // a stage that trains no network
            json -> json.put("architecture", "CNN"),
            json -> json.putArray("mapping").add("one"),
            json -> ((ObjectNode) json.get("calibration")).put("temperature", 0),
            json -> ((ObjectNode) json.get("trackCalibration")).put("temperature", "hot"),
            json -> ((ObjectNode) json.get("familiarity")).putArray("inverse"));
    for (int i = 0; i < lies.size(); i++) {
      broken.put("lie" + i, Files.readAllBytes(changed("lie.zip", lies.get(i))));
    }
    broken.forEach(
        (name, bytes) -> {
          Path file = folder.resolve("broken-" + name + ".zip");
          Store.write(file, out -> out.write(bytes));
          String told = refused(1, "--model", file, wav);
          boolean counts = name.equals("few") || name.equals("lie4"); // in the parameters' count
          assertTrue(counts || told.contains(file.getFileName().toString()), told);
        });
    assertTrue(refused(1, "--model", folder.resolve("nowhere.zip"), wav).contains("no such file"));
    assertTrue(refused(1, "--model", folder, wav).contains(folder.toString()));
  }

  private static byte[] damaged(byte[] zip) {
    byte[] damaged = zip.clone();
    for (int i = 2000; i < 2400; i++) {
      damaged[i] ^= 0x55;
    }
    return damaged;
  }

  private static Map<String, byte[]> entries() throws IOException {
    var entries = new LinkedHashMap<String, byte[]>();
    try (var zip = new ZipFile(model.toFile())) {
      for (ZipEntry entry : zip.stream().collect(Collectors.<ZipEntry>toList())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static Map<String, byte[]> without(Map<String, byte[]> entries, String name) {
    var changed = new LinkedHashMap<>(entries);
    changed.remove(name);
    return changed;
  }

  private static Map<String, byte[]> with(Map<String, byte[]> entries, String name, byte[] bytes) {
    var changed = new LinkedHashMap<>(entries);
    changed.put(name, bytes);
    return changed;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** The tiny model with another record. */
  private static Path changed(String name, Consumer<ObjectNode> change) {
    try {
      Map<String, byte[]> entries = entries();
      var json = (ObjectNode) Store.JSON.readTree(entries.get("model.json"));
      change.accept(json);
      entries.put("model.json", Store.JSON.writeValueAsBytes(json));
      byte[] bytes = zip(entries);
      Path file = folder.resolve(name);
      Store.write(file, out -> out.write(bytes));
      return file;
    } catch (IOException error) {
      throw new AssertionError(error);
    }
  }

  // ---- calibration and out-of-distribution detection

  @Test
  void temperatureUndoesOverconfidence() {
    var random = new Random(5);
    int size = 4000;
    float[][] honest = new float[size][];
    float[][] bold = new float[size][];
    int[] labels = new int[size];
    for (int s = 0; s < size; s++) {
      float first = 0.3f + 0.6f * random.nextFloat();
      honest[s] = new float[] {first, (1 - first) * 0.7f, (1 - first) * 0.3f};
      double draw = random.nextDouble();
      labels[s] = draw < honest[s][0] ? 0 : draw < honest[s][0] + honest[s][1] ? 1 : 2;
    }
    bold = new Calibration(1 / 2.5, 1, 0, 0).apply(honest);
    Calibration fitted = Calibration.fit(bold, labels);
    assertEquals(2.5, fitted.temperature(), 0.2);
    assertTrue(fitted.after() < fitted.before());
    assertEquals(size, fitted.segments());
    assertTrue(Calibration.error(bold, labels) > 0.1);
    assertTrue(Calibration.error(fitted.apply(bold), labels) < 0.03);
    assertEquals(1, Calibration.fit(honest, labels).temperature(), 0.1);
    assertArrayEquals(
        new double[] {0.8, 0.2}, Calibration.NONE.apply(new float[] {0.8f, 0.2f}), 1e-6);
    assertArrayEquals(
        new double[] {2 / 3.0, 1 / 3.0},
        new Calibration(2, 1, 0, 0).apply(new float[] {0.8f, 0.2f}),
        1e-6);
  }

  @Test
  void calibrationErrorIsTheWeightedGapOfItsBins() {
    // 0.9 said twice, once right: gap 0.4; 0.6 said twice, both right: gap 0.4; 1 said, right: 0
    float[][] said = {{0.9f, 0.1f}, {0.1f, 0.9f}, {0.6f, 0.4f}, {0.4f, 0.6f}, {1, 0}};
    assertEquals(0.4 * 4 / 5, Calibration.error(said, new int[] {0, 0, 0, 1, 0}), 1e-6);
    assertEquals(0, Calibration.error(new float[][] {{1, 0}}, new int[] {0}), 0);
  }

  @Test
  void theReliabilityFigureShowsTheTemperature() {
    List<Rows.Prediction> rows =
        Store.readRows(model.resolveSibling("predictions.json"), Rows.Prediction.class);
    byte[] two = Charts.png(Charts.reliability(rows, 2, "reliability", ""));
    byte[] four = Charts.png(Charts.reliability(rows, 4, "reliability", ""));
    assertTrue(two.length > 5000);
    assertFalse(Arrays.equals(two, four), "the temperature moves no curve");
  }

  @Test
  void trainingRecordsTemperatureAndCalibrationError() {
    List<Rows.Metric> metrics =
        Store.readRows(model.resolveSibling("metrics.json"), Rows.Metric.class);
    var names = new TreeSet<>(metrics.stream().map(Rows.Metric::metric).toList());
    assertTrue(names.containsAll(Set.of("temperature", "test_ece", "test_ece_calibrated")));
    assertTrue(
        metrics.stream()
            .anyMatch(
                row -> row.level().equals("track") && row.metric().equals("test_ece_calibrated")));
    JsonNode last = ModelFile.read(model).description();
    JsonNode best = ModelFile.read(model.resolveSibling("model-best.zip")).description();
    double temperature =
        metrics.stream()
            .filter(row -> row.metric().equals("temperature"))
            .findFirst()
            .orElseThrow()
            .value();
    assertEquals(temperature, last.at("/calibration/temperature").asDouble());
    assertEquals(18, best.at("/calibration/segments").asInt());
    assertEquals(18 / SECONDS, best.at("/trackCalibration/tracks").asInt());
    assertEquals(0, best.at("/trackCalibration/tracksInTraining").asInt());
    assertEquals(
        metrics.stream()
            .filter(row -> row.metric().equals("track_temperature"))
            .findFirst()
            .orElseThrow()
            .value(),
        last.at("/trackCalibration/temperature").asDouble());
    assertEquals(last.get("familiarity"), best.get("familiarity"));
  }

  @Test
  void distanceIsMahalanobis() {
    var random = new Random(9);
    float[][] training = new float[2000][];
    for (int s = 0; s < training.length; s++) {
      float[] segment = new float[20];
      float level = (float) random.nextGaussian();
      for (int f = 0; f < 10; f++) {
        // two values that rise together
        segment[2 * f] = 3 + level + 0.1f * (float) random.nextGaussian();
        segment[2 * f + 1] = -1 + level + 0.1f * (float) random.nextGaussian();
      }
      training[s] = segment;
    }
    OutOfDistribution detector =
        OutOfDistribution.fit(
            Arrays.asList(training), Arrays.asList(Arrays.copyOf(training, 500)), 2);
    detector.check();
    long beyond =
        Arrays.stream(training, 0, 500)
            .filter(segment -> detector.distance(segment) > detector.threshold())
            .count();
    assertEquals(5, beyond, "one in a hundred");
    double along = detector.distance(moved(training[0], 1, 1));
    double across = detector.distance(moved(training[0], 1, -1));
    assertTrue(across > 2 * along, across + " " + along);
    var wrong = new OutOfDistribution(3, new double[2], new double[2], new double[2][2], 1, 1);
    assertThrows(IllegalArgumentException.class, wrong::check);
  }

  private static float[] moved(float[] segment, float first, float second) {
    float[] moved = segment.clone();
    for (int i = 0; i < moved.length; i += 2) {
      moved[i] += first;
      moved[i + 1] += second;
    }
    return moved;
  }
}
