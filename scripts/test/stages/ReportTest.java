///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the report on a small seeded run: figures, tables, page, and what is missing.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Report.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/figures/Figures.java
//SOURCES ../../lib/report/Tables.java
//SOURCES ../../lib/figures/Charts.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Paper.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//RUNTIME_OPTIONS -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.*;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.Features;
import genrelab.figures.Charts;
import genrelab.figures.Figures;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.report.Tables;
import genrelab.results.Paper;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportTest {
  static final List<String> GENRES =
      List.of(
          "blues",
          "classical",
          "country",
          "disco",
          "hiphop",
          "jazz",
          "metal",
          "pop",
          "reggae",
          "rock");
  static final List<String> NETWORKS = List.of("cnn", "lstm", "cnn-kmeans", "lstm-kmeans");
  static final int TRACKS = 2;
  static final int SEGMENTS = 6;

  @TempDir static Path shared;
  static Path synthetic;
  static Path real;

  @TempDir Path temp;

  // --- a run, made up and seeded -----------------------------------------------------------------

  /** Writes a whole run of made-up numbers. */
  static void writeRun(Path run, boolean synthetic, String split) {
    var random = new Random(1);
    writeFeatures(run, synthetic);
    var segments = new ArrayList<Rows.Segment>();
    var parts = new ArrayList<Rows.SplitRow>();
    var points = new ArrayList<Rows.Point>();
    for (int g = 0; g < GENRES.size(); g++) {
      for (int t = 0; t < TRACKS; t++) {
        for (int s = 0; s < SEGMENTS; s++) {
          String track = track(g, t);
          segments.add(
              new Rows.Segment(
                  track, GENRES.get(g), "", s, track + ".wav", 66_150L * s, 66_150, 22_050, ""));
          parts.add(
              new Rows.SplitRow(
                  track, s, s < 3 ? Part.train : s < 4 ? Part.validation : Part.test));
          points.add(
              new Rows.Point(
                  20 * Math.cos(g) + 4 * random.nextGaussian(),
                  20 * Math.sin(g) + 4 * random.nextGaussian(),
                  GENRES.get(g),
                  (g + t) % 10,
                  track,
                  s));
        }
      }
    }
    Store.writeRows(run.resolve("segments.json"), segments);
    Store.writeRows(run.resolve("split.json"), parts);
    Store.writeRows(run.resolve("split-kmeans.json"), parts.subList(1, parts.size()));
    Store.writeRows(run.resolve("tsne.json"), points);
    Store.writeRows(run.resolve("clusters.json"), clusters());
    Store.writeRows(
        run.resolve("clustering.json"),
        List.of(
            new Rows.ClusteringScores(
                "kmeans", 10, 0, 17, 4_321.5, 0.1234, 120, 0.775, 0.61, 0.55, 0.45)));
    Store.writeRows(
        run.resolve("verify.json"),
        List.of(
            new Rows.Problem(
                "jazz/jazz.00054.wav", "jazz.00054", "jazz", "unreadable", "no <RIFF> & no data")));
    Store.writeRows(
        run.resolve("run.json"),
        List.of(
            run("mfcc", null, Map.of("segments.json", "a".repeat(64))),
            run("tsne", 7L, Map.of("mfcc-kmeans.json", "b".repeat(64)))));
    for (String network : NETWORKS) {
      String file = network.endsWith("kmeans") ? "split-kmeans.json" : "split.json";
      writeNetwork(run, network, split, file, random);
    }
  }

  static String track(int genre, int number) {
    return String.format(Locale.ROOT, "%s.%05d", GENRES.get(genre), number);
  }

  static void writeFeatures(Path run, boolean synthetic) {
    int size = GENRES.size();
    ObjectNode params = Store.JSON.createObjectNode();
    params.put("coefficients", 2).put("hop", 512).put("window", "hann");
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "audio").put("synthetic", synthetic);
    int[] labels = new int[size];
    String[] tracks = new String[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i;
      tracks[i] = track(i, 0);
    }
    new Features(
            "mfcc",
            GENRES,
            labels,
            tracks,
            new int[size],
            null,
            2,
            2,
            new float[size][4],
            params,
            provenance)
        .write(run.resolve("mfcc.json"));
  }

  /** Cluster c holds 9 segments of genre c and 3 of the next, but cluster 1 only classical. */
  static List<Rows.Cluster> clusters() {
    var rows = new ArrayList<Rows.Cluster>();
    for (int c = 0; c < 10; c++) {
      for (int g = 0; g < 10; g++) {
        long count = g == c ? (c == 1 ? 12 : 9) : g == (c + 1) % 10 && c != 1 ? 3 : 0;
        rows.add(new Rows.Cluster(c, GENRES.get(g), count, count / 12.0, count / 12.0));
      }
    }
    return rows;
  }

  static Rows.StageRecord run(String stage, Long seed, Map<String, String> inputs) {
    return new Rows.StageRecord(
        stage,
        List.of("--seed=" + seed),
        seed,
        inputs,
        Map.of(),
        "",
        Map.of("genrelab", Stage.VERSION, "java", "17"),
        "2025-01-02T03:04:05Z",
        1.5);
  }

  static void writeNetwork(
      Path run, String network, String split, String splitFile, Random random) {
    Path folder = run.resolve(network);
    var history = new ArrayList<Rows.Epoch>();
    for (int e = 1; e <= 8; e++) {
      double learnt = 1 - Math.exp(-e / 4.0);
      history.add(
          new Rows.Epoch(
              network,
              1,
              0,
              e,
              2.3 - 1.8 * learnt,
              0.1 + 0.85 * learnt,
              2.3 - 1.3 * learnt + 0.05 * random.nextGaussian(),
              0.1 + 0.6 * learnt + 0.02 * random.nextGaussian(),
              4 * 0.25));
    }
    var predictions = new ArrayList<Rows.Prediction>();
    for (int g = 0; g < GENRES.size(); g++) {
      for (int i = 0; i < 4; i++) {
        int predicted = random.nextDouble() < 0.7 ? g : random.nextInt(GENRES.size());
        predictions.add(
            new Rows.Prediction(
                network,
                1,
                0,
                track(g, i / 2),
                4 + i % 2,
                GENRES.get(g),
                GENRES.get(predicted),
                new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
      }
    }
    var report = new ArrayList<Rows.ClassReport>();
    for (int g = 0; g < GENRES.size(); g++) {
      report.add(
          new Rows.ClassReport(
              network, 1, 0, GENRES.get(g), 0.5 + g / 100.0, 0.6 + g / 100.0, 0.55, 4));
    }
    for (String average : AVERAGES) {
      report.add(new Rows.ClassReport(network, 1, 0, average, 0.545, 0.645, 0.55, 40));
    }
    var metrics = new ArrayList<Rows.Metric>();
    metrics.add(metric(network, split, "segment", "test_accuracy", 0.7125, 0.6031, 0.8017));
    metrics.add(metric(network, split, "segment", "test_macro_f1", 0.7001, 0.59, 0.79));
    metrics.add(metric(network, split, "track", "test_accuracy", 0.8125, 0.7, 0.9));
    metrics.add(metric(network, split, "track", "test_macro_f1", 0.8, 0.69, 0.89));
    exact(metrics, network, split, "segment", "train_accuracy", 0.9345);
    exact(metrics, network, split, "segment", "validation_accuracy", 0.6789);
    exact(metrics, network, split, "segment", "test_segments", predictions.size());
    int both = split.equals("track") ? 0 : GENRES.size() * TRACKS;
    exact(metrics, network, split, "track", "tracks_on_both_sides", both);
    exact(metrics, network, split, "network", "trainable_parameters", 154_186);
    exact(metrics, network, split, "network", "steps_per_epoch", 4);
    exact(metrics, network, split, "network", "epochs", 8);
    writeModel(run, network, layers(network).parameters() + layers(network).statistics());
    Store.writeRows(folder.resolve("history.json"), history);
    Store.writeRows(folder.resolve("predictions.json"), predictions);
    Store.writeRows(folder.resolve("report.json"), report);
    Store.writeRows(folder.resolve("metrics.json"), metrics);
    Store.writeRows(
        folder.resolve("run.json"),
        List.of(run(network, 1L, Map.of(splitFile, Store.sha256(run.resolve(splitFile))))));
  }

  static String alias(String network) {
    return network.replace("-kmeans", "");
  }

  /** Some layers, with the published number of parameters where the paper has the network. */
  static Architecture layers(String network) {
    long parameters = Paper.of(network).map(Paper.Network::trainableParameters).orElse(124_810L);
    return new Architecture(
        alias(network),
        List.of(
            new Architecture.Layer(Architecture.Kind.INPUT, "Segment", "", "130 × 13", 0, 0),
            new Architecture.Layer(
                Architecture.Kind.CONVOLUTION,
                "Convolution",
                "3 × 3, ReLU",
                "128 × 11 × 128",
                parameters - 650,
                512),
            new Architecture.Layer(Architecture.Kind.OUTPUT, "Output", "softmax", "10", 650, 0)));
  }

  /** A model's file as training writes it, its parameters all zero. */
  static void writeModel(Path run, String network, long parameters) {
    ObjectNode model = Store.JSON.createObjectNode();
    model.put("format", "genrelab model 1").put("network", network);
    model.put("architecture", alias(network));
    model.set("layers", Store.JSON.valueToTree(layers(network).layers()));
    model
        .putObject("input")
        .put("shape", network.endsWith("-kmeans") ? "flat" : "frames")
        .put("frames", 130)
        .put("coefficients", 13)
        .put("clusters", 0)
        .put("classes", 10);
    Store.write(
        run.resolve(network).resolve("model.zip"),
        out -> {
          try (var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("model.json"));
            zip.write(Store.JSON.writeValueAsBytes(model));
            zip.putNextEntry(new ZipEntry("parameters.f32"));
            zip.write(new byte[(int) (4 * parameters)]);
          }
        });
  }

  static Rows.Metric metric(
      String network, String split, String level, String name, double v, double low, double high) {
    return new Rows.Metric(network, 1, 0, split, level, name, v, low, high);
  }

  static void exact(
      List<Rows.Metric> rows, String network, String split, String level, String name, double v) {
    rows.add(metric(network, split, level, name, v, v, v));
  }

  private static final List<String> AVERAGES = List.of("macro average", "weighted average");

  // --- running it --------------------------------------------------------------------------------

  record Outcome(int status, String out, String err) {}

  static Outcome report(String... args) {
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int status = Stage.run(new Report(), args);
      return new Outcome(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
  }

  /** The reports of a whole run, made once: a synthetic corpus, and one that is not. */
  @BeforeAll
  static void writeReports() {
    synthetic = report(shared.resolve("synthetic"), true, "segment");
    real = report(shared.resolve("real"), false, "track");
  }

  private static Path report(Path run, boolean synthetic, String split) {
    writeRun(run, synthetic, split);
    Outcome outcome = report("--results", run.toString());
    assertEquals(0, outcome.status(), outcome.err());
    return run.resolve("report");
  }

  static Map<String, byte[]> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, byte[]>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  static Document xml(byte[] bytes) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
  }

  /** The cells of a CSV's row that begins with a text; cells here hold no commas in quotes. */
  static List<String> row(Path csv, String first) throws IOException {
    return Files.readAllLines(csv).stream()
        .filter(line -> line.startsWith(first + ","))
        .map(line -> List.of(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)))
        .map(cells -> cells.stream().map(cell -> cell.replace("\"", "")).toList())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + first + " in " + csv));
  }

  static List<String> column(Path csv, String name) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    var header = List.of(lines.get(0).replace("\"", "").split(",(?! )"));
    int place = header.indexOf(name);
    assertTrue(place >= 0, "no column " + name + " in " + header);
    return lines.stream().skip(1).map(line -> line.split(",", -1)[place]).toList();
  }

  // --- figures -----------------------------------------------------------------------------------

  @Test
  void everyFigureIsThereInBothWidthsAsPngSvgAndPdf() throws Exception {
    Path figures = synthetic.resolve("figures");
    var expected = new ArrayList<>(List.of("figure-1-tsne-genre", "figure-1-tsne-cluster"));
    expected.addAll(List.of("class-f1", "class-f1-kmeans"));
    expected.addAll(List.of("figure-2-cnn-architecture", "figure-3-lstm-architecture"));
    for (String name : List.of("figure-4-cnn", "figure-5-lstm", "cnn-kmeans", "lstm-kmeans")) {
      expected.add(name + "-accuracy");
      expected.add(name + "-loss");
    }
    for (String name : List.of("figure-6-cnn", "figure-7-lstm", "cnn-kmeans", "lstm-kmeans")) {
      expected.add(name + "-confusion");
    }
    expected.addAll(List.of("cnn-kmeans-architecture", "lstm-kmeans-architecture"));
    assertEquals(
        expected.stream()
            .flatMap(name -> Stream.of(name + "-85mm", name + "-170mm"))
            .flatMap(name -> Stream.of(name + ".png", name + ".svg", name + ".pdf"))
            .collect(Collectors.toCollection(TreeSet::new)),
        contents(figures).keySet());
    for (var file : contents(figures).entrySet()) {
      String name = file.getKey();
      int millimetres = name.contains("-85mm") ? 85 : 170;
      if (name.endsWith(".svg")) {
        var svg = xml(file.getValue()).getDocumentElement();
        assertEquals("svg", svg.getTagName());
        assertEquals(millimetres + "mm", svg.getAttribute("width"), name);
        assertEquals(0, svg.getElementsByTagName("text").getLength(), "outlines need no font");
      } else if (name.endsWith(".png")) {
        int width = ImageIO.read(new ByteArrayInputStream(file.getValue())).getWidth();
        assertEquals(millimetres / 25.4 * 300, width, 1, name + " at 300 dots an inch");
      } else {
        try (var pdf = Loader.loadPDF(file.getValue())) {
          assertEquals(1, pdf.getNumberOfPages(), name);
          PDPage page = pdf.getPage(0);
          assertEquals(millimetres / 25.4 * 72, page.getMediaBox().getWidth(), 0.5, name);
          assertFalse(page.getResources().getFontNames().iterator().hasNext(), name);
          String subject = pdf.getDocumentInformation().getSubject();
          assertTrue(subject.contains("SYNTHETIC demo corpus"), name + ": " + subject);
        }
      }
    }
  }

  @Test
  void pdfShowsWhatThePngShows() throws Exception {
    String name = "figure-6-cnn-confusion-85mm";
    Path figures = synthetic.resolve("figures");
    BufferedImage png = ImageIO.read(figures.resolve(name + ".png").toFile());
    try (var pdf = Loader.loadPDF(Files.readAllBytes(figures.resolve(name + ".pdf")))) {
      BufferedImage drawn = new PDFRenderer(pdf).renderImageWithDPI(0, 300);
      assertEquals(png.getWidth(), drawn.getWidth(), 2);
      assertEquals(png.getHeight(), drawn.getHeight(), 2);
      long far = 0;
      int width = Math.min(png.getWidth(), drawn.getWidth());
      int height = Math.min(png.getHeight(), drawn.getHeight());
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          var one = new Color(png.getRGB(x, y));
          var other = new Color(drawn.getRGB(x, y));
          far += Math.abs(one.getGreen() - other.getGreen()) > 128 ? 1 : 0;
        }
      }
      assertTrue(far < 0.02 * width * height, far + " of " + width * height + " pixels differ");
    }
  }

  @Test
  void paintingNarrowLeavesAChartAsItWas() throws Exception {
    var chart =
        Charts.curves(
            Store.readRows(synthetic.getParent().resolve("cnn/history.json"), Rows.Epoch.class),
            Charts.Curve.LOSS,
            "title",
            "subtitle");
    byte[] before = Charts.png(chart);
    Figures.files(chart, "x");
    assertArrayEquals(before, Charts.png(chart));
  }

  @Test
  void thePaperIsLeftOutOnRequest() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    assertWithoutPaper(run, "--no-paper");
  }

  /** The paper's figures are GTZAN's: beside other genres they say nothing. */
  @Test
  void thePaperIsLeftOutBesideOtherGenres() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    List<Path> files;
    try (Stream<Path> all = Files.walk(run)) {
      files = all.filter(file -> file.toString().endsWith(".json")).toList();
    }
    for (Path file : files) {
      String text = Files.readString(file);
      for (int g = 0; g < GENRES.size(); g++) { // in the order of their names
        text = text.replace('"' + GENRES.get(g) + '"', "\"genre " + (char) ('a' + g) + '"');
      }
      Files.writeString(file, text);
    }
    assertWithoutPaper(run);
  }

  private void assertWithoutPaper(Path run, String... options) throws Exception {
    var arguments = new ArrayList<>(List.of("--results", run.toString()));
    arguments.addAll(List.of(options));
    Outcome outcome = report(arguments.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    String page = Files.readString(run.resolve("report/index.html"));
    for (String words :
        List.of("Mirsepassi", "Figure 1.", "Figure 4.", "Table 1.", "paper's and ours")) {
      assertFalse(page.contains(words), words);
    }
    assertEquals(
        List.of(),
        contents(run.resolve("report")).keySet().stream()
            .filter(name -> name.contains("figure-") || name.contains("table-"))
            .toList());
  }

  @Test
  void aModelOfOtherSizeIsNotDrawn() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    writeModel(run, "cnn", 154_186);
    assertTrue(Architecture.read(run.resolve("cnn/model.zip")).isEmpty(), "no statistics in it");
    Files.writeString(run.resolve("lstm/model.zip"), "no zip");
    assertTrue(Architecture.read(run.resolve("lstm/model.zip")).isEmpty());
    Outcome outcome = report("--results", run.toString(), "--networks", "cnn,lstm");
    assertEquals(0, outcome.status(), outcome.err());
    assertFalse(
        contents(run.resolve("report/figures")).keySet().stream()
            .anyMatch(name -> name.contains("architecture")));
    String page = Files.readString(run.resolve("report/index.html"));
    assertTrue(page.contains("CNN: architecture") && page.contains("LSTM: architecture"), page);
  }

  @Test
  void everyFigureNamesSplitSeedAndNumber() throws Exception {
    Path figures = real.resolve("figures");
    String desc = desc(figures.resolve("figure-6-cnn-confusion-170mm.svg"));
    assertEquals("split by track, seed 1, n = 40 test segments", desc);
    assertEquals(
        "split by track, seed 1, n = 59 training and 20 validation segments",
        desc(figures.resolve("cnn-kmeans-loss-170mm.svg")),
        "the split whose checksum the training recorded");
    assertEquals(
        "split by track, seed 1, n = 60 training and 20 validation segments",
        desc(figures.resolve("figure-5-lstm-loss-170mm.svg")));
    assertEquals(
        "all segments, no split, seed 7, n = 120 segments",
        desc(figures.resolve("figure-1-tsne-genre-170mm.svg")));
    assertTrue(
        Files.readString(figures.resolve("figure-4-cnn-accuracy-170mm.svg"))
            .contains("<title>Figure 4. CNN: accuracy, split by track</title>"));
  }

  private static String desc(Path svg) throws Exception {
    return xml(Files.readAllBytes(svg)).getElementsByTagName("desc").item(0).getTextContent();
  }

  @Test
  void confusionWithAClassThatHasNoSegments() {
    var chart =
        Charts.confusion(
            List.of("a", "b"), new long[][] {{1_234, 0}, {3, 0}}, "title <&>", "subtitle");
    String svg = Charts.svg(chart, "x");
    assertTrue(svg.contains("<title>title &lt;&amp;&gt;</title>"), svg.substring(0, 300));
    assertFalse(svg.contains("NaN"), "a class without segments has no share, not NaN");
  }

  @Test
  void syntheticStandsInEveryFigureAndOnThePageAndOnlyThere() throws Exception {
    for (var file : contents(synthetic).entrySet()) {
      if (!file.getKey().matches(".*\\.(png|pdf|csv)")) {
        String text = new String(file.getValue(), StandardCharsets.UTF_8);
        assertTrue(text.contains("SYNTHETIC demo corpus"), file.getKey());
      }
    }
    for (var file : contents(real).entrySet()) {
      String text = new String(file.getValue(), StandardCharsets.ISO_8859_1);
      assertFalse(text.contains("SYNTHETIC"), file.getKey());
    }
    assertNotEquals(
        Store.sha256(synthetic.resolve("figures/figure-1-tsne-genre-85mm.png")),
        Store.sha256(real.resolve("figures/figure-1-tsne-genre-85mm.png")),
        "the mark is drawn, too");
  }

  // --- tables ------------------------------------------------------------------------------------

  @Test
  void papersFiguresStandBesideOurs() throws Exception {
    Path tables = synthetic.resolve("tables");
    Path cnn = tables.resolve("cnn-performance.csv");
    assertEquals(
        List.of("Test accuracy", "%", "77.09", "71.25", "60.31", "80.17"),
        row(cnn, "Test accuracy"));
    assertEquals("92.74", row(cnn, "Validation accuracy").get(2));
    assertEquals("67.89", row(cnn, "Validation accuracy").get(3));
    assertEquals(
        List.of("Training time", "ms per step", "43", "250"),
        row(cnn, "Training time").subList(0, 4),
        "one second an epoch of four steps");
    Path lstm = tables.resolve("table-4-lstm-kmeans-performance.csv");
    assertEquals("42.09", row(lstm, "Test accuracy").get(2));
    assertEquals(List.of("153,930", "154,186"), row(lstm, "Trainable parameters").subList(2, 4));
    assertEquals(
        "65.19", row(tables.resolve("table-3-cnn-kmeans-performance.csv"), "Test accuracy").get(2));
    assertEquals("69.52", row(tables.resolve("lstm-performance.csv"), "Test accuracy").get(2));
  }

  @Test
  void classReportsHoldThePapersClassesAndOurs() throws Exception {
    Path tables = synthetic.resolve("tables");
    for (String name : List.of("cnn", "lstm")) {
      Paper.Network paper = Paper.of(name).orElseThrow();
      Path csv = tables.resolve("table-%d-%s-report.csv".formatted(paper.reportTable(), name));
      var classes = new ArrayList<>(GENRES);
      classes.addAll(AVERAGES);
      assertEquals(classes, column(csv, "Class"), "genres first, then averages");
      for (int g = 0; g < GENRES.size(); g++) {
        Paper.ClassScore score = paper.report().get(g);
        assertEquals(
            List.of(
                score.genre(),
                String.valueOf(score.samples()),
                "4",
                fixed(score.precision()),
                fixed(0.5 + g / 100.0),
                fixed(score.recall()),
                fixed(0.6 + g / 100.0),
                "0.5500"),
            row(csv, GENRES.get(g)));
      }
    }
    assertTrue(Files.exists(tables.resolve("cnn-kmeans-report.csv")));
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  @Test
  void papersTablesAddUp() {
    for (String name : List.of("cnn", "lstm")) {
      Paper.Network paper = Paper.of(name).orElseThrow();
      int samples = paper.report().stream().mapToInt(Paper.ClassScore::samples).sum();
      assertEquals(Paper.TEST_SEGMENTS, samples, name);
      double right = paper.report().stream().mapToDouble(c -> c.samples() * c.recall()).sum();
      assertEquals(paper.testAccuracy(), right / samples, 5e-5, name + ": its recalls' mean");
    }
  }

  @Test
  void purityStandsBesideThePapers() throws Exception {
    Path tables = synthetic.resolve("tables");
    assertEquals(
        List.of("classical", "6", "92", "1", "100.0"),
        row(tables.resolve("cluster-purity.csv"), "classical"));
    assertEquals(
        List.of("1", "12", "classical", "100.0"),
        row(tables.resolve("clusters.csv"), "1").subList(0, 4));
    String caption = Files.readString(tables.resolve("clusters.md"));
    assertTrue(caption.contains("77.5 % of 120 segments"), caption);
    assertEquals(
        List.of("kmeans", "10", "0", "4,322", "0.1234", "0.7750"),
        row(tables.resolve("clustering.csv"), "kmeans").subList(0, 6));
  }

  @Test
  void latexAndMarkdownHoldTheSameCells() throws Exception {
    Path tables = synthetic.resolve("tables");
    String tex = Files.readString(tables.resolve("table-1-cnn-report.tex"));
    assertTrue(tex.contains("\\toprule") && tex.contains("\\bottomrule"), tex);
    assertTrue(
        tex.contains("blues & 234 & 4 & 0.8077 & 0.5000 & 0.8077 & 0.6000 & 0.5500 \\\\"), tex);
    String md = Files.readString(tables.resolve("table-1-cnn-report.md"));
    assertTrue(md.contains("| blues | 234 | 4 | 0.8077 | 0.5000 | 0.8077 | 0.6000 | 0.5500 |"), md);
    String accuracy = Files.readString(tables.resolve("accuracy.tex"));
    assertFalse(accuracy.replace("\\%", "").replace("% \\use", "").contains("%"), accuracy);
  }

  // --- the page ----------------------------------------------------------------------------------

  @Test
  void pageIsWellFormedWholeAndSelfContained() throws Exception {
    byte[] page = Files.readAllBytes(synthetic.resolve("index.html"));
    Document html = xml(page);
    assertEquals(20, html.getElementsByTagName("figure").getLength());
    String text = new String(page, StandardCharsets.UTF_8);
    assertTrue(page.length <= 5_000_000, page.length + " bytes");
    assertFalse(text.contains("${"), "a template's gap");
    assertFalse(text.matches("(?s).*(src|href)=\"https?:.*"), "something from elsewhere");
    assertTrue(text.contains("no &lt;RIFF&gt; &amp; no data"), "the skipped track, escaped");
    for (String expected :
        List.of(
            "77.09",
            "42.09",
            "20 test tracks also have segments in training",
            "jazz.00054",
            "b".repeat(64),
            "2025-01-02T03:04:05Z",
            "1690 × 1",
            "14 standard errors")) {
      assertTrue(text.contains(expected), expected);
    }
    var ids = new ArrayList<String>();
    var elements = html.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      var id = elements.item(i).getAttributes().getNamedItem("id");
      if (id != null) {
        ids.add(id.getNodeValue());
      }
    }
    assertEquals(ids.stream().distinct().toList(), ids, "an id twice: figures would share clips");
    assertFalse(text.contains("What is missing"), "nothing is");
  }

  /** What a page says of itself once it is loaded, as an attribute that --dump-dom shows. */
  private static final String CHECK =
      """
      <script>
      addEventListener('load', () => {
        const images = [...document.images];
        const drawings = [...document.querySelectorAll('figure svg')];
        const told = {
          images: images.length,
          broken: images.filter(i => !i.complete || i.naturalWidth === 0).length,
          drawings: drawings.length,
          empty: drawings.filter(d => d.getBBox().width === 0).length,
          fetched: performance.getEntriesByType('resource')
              .filter(r => !r.name.startsWith('data:')).length,
          wide: document.documentElement.scrollWidth > innerWidth ? 1 : 0
        };
        document.documentElement.setAttribute('data-told', Object.entries(told)
            .map(([name, value]) => name + '=' + value).join(' '));
      });
      </script>
      """;

  @Test
  void chromiumShowsThePageWithoutErrors() throws Exception {
    String chromium = chromium();
    Assumptions.assumeTrue(
        chromium != null, "chromium is not installed (Debian's package chromium): not looked at");
    // the control: this check does see what is broken
    String broken =
        "<html><body><figure><img src='none.png'></figure><script>console.error('ouch')</script>"
            + CHECK
            + "</body></html>";
    String seen = open(chromium, broken, "broken");
    assertTrue(seen.contains("broken=1") && seen.contains("ouch"), seen);

    // many points, so that the page has an image beside its drawings
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    var random = new Random(2);
    var points = new ArrayList<Rows.Point>();
    for (int i = 0; i < 2_100; i++) {
      points.add(
          new Rows.Point(
              random.nextGaussian(),
              random.nextGaussian(),
              GENRES.get(i % 10),
              i % 7,
              track(i % 10, 0),
              i));
    }
    Store.writeRows(run.resolve("tsne.json"), points);
    assertEquals(0, report("--results", run.toString(), "--networks", "cnn").status());
    String page = Files.readString(run.resolve("report/index.html"));
    String told = open(chromium, page.replace("</body>", CHECK + "</body>"), "page");
    assertEquals("images=2 broken=0 drawings=5 empty=0 fetched=0 wide=0", told.strip());
  }

  /** What the page says, and each line of its console. */
  private String open(String chromium, String html, String name) throws Exception {
    Path page = Files.writeString(temp.resolve(name + ".html"), html);
    Path out = temp.resolve(name + ".out");
    Path err = temp.resolve(name + ".err");
    Process process =
        new ProcessBuilder(
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-extensions",
                "--no-first-run",
                "--user-data-dir=" + temp.resolve("profile"),
                "--enable-logging=stderr",
                "--virtual-time-budget=5000",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      fail("chromium did not end within 90 s");
    }
    var told = Pattern.compile("data-told=\"([^\"]*)\"").matcher(Files.readString(out));
    assertTrue(told.find(), () -> "the page did not load: " + readQuietly(err));
    String console =
        Files.readAllLines(err).stream()
            .filter(line -> line.contains("CONSOLE"))
            .collect(Collectors.joining("\n"));
    return told.group(1) + "\n" + console;
  }

  private static String readQuietly(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException error) {
      return error.toString();
    }
  }

  /** The browser's file on the PATH; null where there is none. */
  private static String chromium() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  @Test
  void leakIsToldOnlyWhereThereIsOne() throws Exception {
    String text = Files.readString(real.resolve("index.html"));
    assertFalse(text.contains("also have segments in training"));
    assertTrue(text.contains("split by track"));
  }

  @Test
  void sameInputSameBytes() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    for (String out : List.of("one", "two")) {
      String[] args = {
        "--results", run.toString(), "--out", temp.resolve(out).toString(), "--networks", "lstm"
      };
      assertEquals(0, report(args).status());
    }
    Map<String, byte[]> one = contents(temp.resolve("one"));
    Map<String, byte[]> two = contents(temp.resolve("two"));
    assertEquals(one.keySet(), two.keySet());
    one.forEach((name, bytes) -> assertArrayEquals(bytes, two.get(name), name));
  }

  @Test
  void onlyTheNetworksAskedForAreReported() throws Exception {
    Path run = synthetic.getParent();
    Path out = temp.resolve("out");
    Outcome outcome =
        report("--results", run.toString(), "--out", out.toString(), "--networks", "lstm");
    assertEquals(0, outcome.status(), outcome.err());
    String page = Files.readString(out.resolve("index.html"));
    assertTrue(page.contains("69.52") && page.contains("71.25"));
    assertFalse(Files.exists(out.resolve("tables/cnn-performance.csv")));
    assertTrue(Files.exists(out.resolve("tables/lstm-performance.csv")));
    String told = outcome.out();
    assertTrue(told.stripTrailing().endsWith(out.resolve("index.html").toString()), told);
  }

  @Test
  void whatAnEarlierReportMadeAndThisOneDoesNotIsRemoved() throws Exception {
    Path run = synthetic.getParent();
    Path out = temp.resolve("out");
    String[] first = {
      "--results", run.toString(), "--out", out.toString(), "--networks", "cnn,lstm"
    };
    assertEquals(0, report(first).status());
    Path own = Files.writeString(out.resolve("figures/my-own.png"), "mine");
    assertTrue(Files.exists(out.resolve("figures/figure-4-cnn-loss-85mm.pdf")));
    assertTrue(Files.exists(out.resolve("tables/table-1-cnn-report.csv")));
    String[] again = {"--results", run.toString(), "--out", out.toString(), "--networks", "lstm"};
    assertEquals(0, report(again).status());
    var left = contents(out).keySet();
    assertTrue(left.stream().noneMatch(name -> name.contains("cnn")), left.toString());
    assertTrue(left.contains("figures/figure-5-lstm-loss-85mm.pdf"));
    assertTrue(Files.exists(own), "somebody else's file");
  }

  @Test
  void experimentsOfAPlanAreOneTable() throws Exception {
    Path run = Files.createDirectory(temp.resolve("plan"));
    var rows = new ArrayList<Rows.Experiment>();
    for (long seed = 1; seed <= 2; seed++) {
      for (String metric : List.of("validation_accuracy", "test_accuracy")) {
        double value = 0.7 + 0.02 * (seed - 1);
        rows.add(
            new Rows.Experiment(
                "inputs",
                "cnn-one_hot",
                "cnn",
                "mfcc",
                "one-hot",
                "track",
                "none",
                "",
                seed,
                3,
                154_826,
                "segment",
                metric,
                value,
                value - 0.1,
                value + 0.1,
                false));
      }
      writeRows(run, "cnn-one_hot-seed" + seed);
    }
    Store.writeRows(run.resolve("experiments.json"), rows);
    Outcome outcome = report("--results", run.toString());
    assertEquals(0, outcome.status(), outcome.err());
    Path tables = run.resolve("report/tables");
    assertEquals(
        List.of("cnn-one_hot", "CNN", "one-hot", "track", "154,826", "3", "2"),
        row(tables.resolve("experiments-inputs.csv"), "cnn-one_hot").subList(0, 7));
    String tex = Files.readString(tables.resolve("experiments-inputs.tex"));
    assertTrue(tex.contains("cnn-one\\_hot") && tex.contains("71.00 $\\pm$ 1.41"), tex);
    String page = Files.readString(run.resolve("report/index.html"));
    assertTrue(page.contains("71.00 ± 1.41"));
    assertTrue(
        Files.exists(run.resolve("report/figures/experiments-inputs-accuracy-85mm.pdf")),
        "the runs' intervals");
    assertTrue(page.contains("count other tracks and other seeds"), "how sure it is");
    assertFalse(page.contains("id=\"cnn-one_hot-seed1\""), "its trainings are no chapters");
    assertFalse(page.contains("The network lstm-kmeans"), "a plan's folder lacks none");
  }

  private static void writeRows(Path run, String network) {
    Store.writeRows(
        run.resolve(network).resolve("history.json"),
        List.of(new Rows.Epoch("cnn", 1, 0, 1, 2, 0.3, 2, 0.3, 1)));
  }

  @Test
  void latexShowsEveryCharacter() {
    assertEquals(
        "50\\% \\& \\$1 \\#2 a\\_b \\{c\\} \\textasciitilde{} \\textasciicircum{}"
            + " \\textbackslash{} \\textless{}d\\textgreater{}",
        Tables.tex("50% & $1 #2 a_b {c} ~ ^ \\ <d>"));
    assertEquals("130 $\\times$ 13 $\\pm$ 2, -{}-seed=1", Tables.tex("130 × 13 ± 2, --seed=1"));
    var table = Tables.texts("a|b", "n");
    Tables.append(table, "[x]", "1.5");
    Tables.append(table, "x|y", "");
    var sheet = Tables.sheet("t", "50 %", table);
    assertTrue(Tables.latex(sheet).contains("{}[x] & 1.5"), "no distance after the row before");
    assertTrue(Tables.latex(sheet).contains("\\begin{tabular}{lr}"));
    assertTrue(Tables.markdown(sheet).contains("| x\\|y | – |"), Tables.markdown(sheet));
  }

  @Test
  void severalSeedsAreAveragedAndHaveNoInterval() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    Path file = run.resolve("lstm/metrics.json");
    var metrics = new ArrayList<>(Store.readRows(file, Rows.Metric.class));
    metrics.add(
        new Rows.Metric("lstm", 2, 0, "segment", "segment", "test_accuracy", 0.8125, 0.7, 0.9));
    Store.writeRows(file, metrics);
    assertEquals(0, report("--results", run.toString(), "--networks", "lstm").status());
    assertEquals(
        List.of("69.52", "76.25", "", ""),
        row(run.resolve("report/tables/lstm-performance.csv"), "Test accuracy").subList(2, 6));
    String page = Files.readString(run.resolve("report/index.html"));
    assertTrue(page.contains("LSTM: means over 2 trainings (seeds 1, 2)"));
  }

  // --- what is missing ---------------------------------------------------------------------------

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
    Outcome outcome = report("--results", run.toString());
    assertEquals(0, outcome.status(), outcome.err());
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
    Outcome outcome = report("--results", empty.toString());
    assertEquals(1, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().contains(empty.toString()), outcome.err());
    assertTrue(contents(empty).isEmpty() && Files.notExists(empty.resolve("report")));

    Outcome absent = report("--results", temp.resolve("absent").toString());
    assertEquals(1, absent.status());
    assertTrue(absent.err().contains("no such folder"), absent.err());
    assertTrue(Files.notExists(temp.resolve("absent")));
  }

  @Test
  void brokenRowsFailInOneLineAndLeaveNothing() throws Exception {
    Path run = temp.resolve("run");
    writeRun(run, true, "segment");
    Files.writeString(run.resolve("cnn/metrics.json"), "[{\"network\":");
    Outcome outcome = report("--results", run.toString());
    assertEquals(1, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().contains("metrics.json"), outcome.err());
    assertTrue(Files.notExists(run.resolve("report")));
  }
}
