//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Report.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/networks/Architecture.java
//SOURCES ../../lib/results/Paper.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/Rows.java

import static org.junit.jupiter.api.Assertions.*;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.networks.Architecture;
import genrelab.results.Paper;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Tests of the report: a run of made-up numbers, its reports, and how to read them. */
abstract class ReportRun {
  static final List<String> GENRES = Paper.GENRES.stream().sorted().toList();
  static final List<String> NETWORKS = List.of("cnn", "lstm", "cnn-kmeans", "lstm-kmeans");
  static final int TRACKS = 2;
  static final int SEGMENTS = 6;

  /** Folders of the two reports, made once for each class that asks for them. */
  @TempDir static Path shared;

  private static Path synthetic;
  private static Path real;

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

  static final List<String> AVERAGES = List.of("macro average", "weighted average");

  // --- running it --------------------------------------------------------------------------------

  static StageRun report(String... args) {
    return StageRun.of(new Report(), args);
  }

  /** The report of a whole run of the synthetic corpus, split by segment. */
  static Path synthetic() {
    if (synthetic == null) {
      synthetic = report(shared.resolve("synthetic"), true, "segment");
    }
    return synthetic;
  }

  /** The report of a whole run of a corpus that is not synthetic, split by track. */
  static Path real() {
    if (real == null) {
      real = report(shared.resolve("real"), false, "track");
    }
    return real;
  }

  private static Path report(Path run, boolean synthetic, String split) {
    writeRun(run, synthetic, split);
    StageRun outcome = report("--results", run.toString());
    assertEquals(0, outcome.exit(), outcome.stderr());
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
}
