///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that every stage gives the same results from a features JSON and a feature folder
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Baseline.java
//SOURCES ../../Cnn.java
//SOURCES ../../Compact.java
//SOURCES ../../Demo.java
//SOURCES ../../Hybrid.java
//SOURCES ../../Import.java
//SOURCES ../../Kmeans.java
//SOURCES ../../Logmel.java
//SOURCES ../../Lstm.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Segment.java
//SOURCES ../../Split.java
//SOURCES ../../Tsne.java
//SOURCES ../../lib/features/FeatureFolder.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../kit/StageRun.java
//RUNTIME_OPTIONS -Xmx2g -XX:TieredStopAtLevel=1 -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.FeatureFolder;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same features give the same results, bit for bit, as a JSON and as a folder of parts. */
class FeatureFormsTest {
  @TempDir static Path run;

  @TempDir Path out;

  private static StageRun run(Supplier<Callable<Integer>> stage, Object... options) {
    return StageRun.of(
        stage.get(), Arrays.stream(options).map(String::valueOf).toArray(String[]::new));
  }

  private static StageRun sound(Supplier<Callable<Integer>> stage, Object... options) {
    StageRun ended = run(stage, options);
    assertEquals(0, ended.exit(), ended.stderr());
    return ended;
  }

  /** The demo's tracks with an artist for every two, their MFCCs, clusters and a split. */
  @BeforeAll
  static void makeFeatures() throws IOException {
    Path corpus = run.resolve("corpus");
    sound(Demo::new, "--out", corpus, "--tracks", 3, "--seconds", 3);
    var artists = new StringBuilder("track,artist\n");
    List<Rows.Segment> segments;
    sound(Segment::new, "--corpus", corpus, "--out", run.resolve("s.json"), "--seconds", 1);
    segments = Store.readRows(run.resolve("s.json"), Rows.Segment.class);
    List<String> tracks = segments.stream().map(Rows.Segment::track).distinct().toList();
    for (int t = 0; t < tracks.size(); t++) {
      artists.append("%s,Ensemble %d\n".formatted(tracks.get(t), t / 2));
    }
    Files.writeString(run.resolve("artists.csv"), artists);
    Files.writeString(corpus.resolve("artists.csv"), artists);
    Path manifest = run.resolve("segments.json");
    sound(Segment::new, "--corpus", corpus, "--out", manifest, "--seconds", 1);
    sound(Mfcc::new, "--segments", manifest, "--out", run.resolve("mfcc.json"));
    sound(Mfcc::new, "--segments", manifest, "--out", run.resolve("mfcc"));
    Path clustered = run.resolve("clustered.json");
    sound(Kmeans::new, "--features", run.resolve("mfcc.json"), "--out", clustered, "--clusters", 3);
    // in parts of seven segments: a stage must not see where one ends
    Features all = Features.read(clustered);
    Store.writeTogether(
        FeatureFolder.contents(run.resolve("clustered"), all, all.matrix().iterator(), 7));
    sound(
        Split::new,
        "--features",
        clustered,
        "--by",
        "track",
        "--stratify",
        "genre",
        "--ratios",
        "40:30:30",
        "--out",
        run.resolve("split.json"));
  }

  private void assertSame(String... files) throws IOException {
    for (String file : files) {
      Path json = out.resolve("json").resolve(file);
      assertTrue(Files.size(json) > 2, file);
      assertEquals(-1, Files.mismatch(json, out.resolve("folder").resolve(file)), file);
    }
  }

  /** A stage with both forms, into the folders json and folder. */
  private void bothForms(Supplier<Callable<Integer>> stage, String file, Object... options) {
    for (String form : List.of("json", "folder")) {
      var all = new ArrayList<Object>(List.of("--features"));
      all.add(run.resolve(form.equals("json") ? "clustered.json" : "clustered"));
      all.addAll(List.of("--out", out.resolve(form).resolve(file)));
      all.addAll(List.of(options));
      sound(stage, all.toArray());
    }
  }

  @Test
  void mfccAndLogmelWriteTheSameValues() {
    Features json = Features.read(run.resolve("mfcc.json"));
    Features folder = Features.read(run.resolve("mfcc"));
    assertArrayEquals(json.values(), folder.values());
    assertArrayEquals(json.tracks(), folder.tracks());
    assertArrayEquals(json.segments(), folder.segments());
    assertArrayEquals(json.labels(), folder.labels());
    assertEquals(json.params(), folder.params());
    assertEquals(json.provenance(), folder.provenance());
    Path manifest = run.resolve("segments.json");
    sound(Logmel::new, "--segments", manifest, "--mels", 20, "--out", out.resolve("l.json.gz"));
    sound(Logmel::new, "--segments", manifest, "--mels", 20, "--out", out.resolve("l"));
    assertArrayEquals(
        Features.read(out.resolve("l.json.gz")).values(), Features.read(out.resolve("l")).values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment", "track", "cluster"})
  void splits(String by) throws IOException {
    bothForms(Split::new, "split.json", "--by", by, "--ratios", "40:30:30");
    assertSame("split.json");
  }

  @Test
  void aFolderKnowsItsArtists() throws IOException {
    Path byFolder = out.resolve("folder.json");
    Path byTable = out.resolve("table.json");
    String[] by = {"--by", "artist", "--ratios", "40:30:30"};
    Path mfcc = run.resolve("mfcc");
    sound(Split::new, "--features", mfcc, "--out", byFolder, by[0], by[1], by[2], by[3]);
    sound(
        Split::new,
        "--features",
        run.resolve("mfcc.json"),
        "--artists",
        run.resolve("artists.csv"),
        "--out",
        byTable,
        by[0],
        by[1],
        by[2],
        by[3]);
    assertEquals(-1, Files.mismatch(byFolder, byTable));
    StageRun unknown =
        run(Split::new, "--features", run.resolve("clustered"), "--by", "artist", "--out", byTable);
    assertEquals(1, unknown.exit());
    assertTrue(unknown.stderr().contains("it names no artists; give --artists"), unknown.stderr());
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "stats", "standardise", "train"})
  void clusters(String how) throws IOException {
    Object[] options =
        switch (how) {
          case "standardise" -> new Object[] {"--clusters", 4, "--standardise"};
          case "train" ->
              new Object[] {
                "--clusters", 4, "--fit-on", "train", "--split", run.resolve("split.json")
              };
          default -> new Object[] {"--clusters", 4, "--input", how};
        };
    bothForms(Kmeans::new, "kmeans.json", options);
    assertSame("clusters.json", "clustering.json");
    Features json = Features.read(out.resolve("json/kmeans.json"));
    assertArrayEquals(json.clusters(), Features.read(out.resolve("folder/kmeans.json")).clusters());
    assertEquals(
        withoutInputs(out.resolve("json/clustering-provenance.json")),
        withoutInputs(out.resolve("folder/clustering-provenance.json")));
    if (how.equals("flat")) {
      sound(
          Kmeans::new,
          "--features",
          run.resolve("clustered"),
          "--clusters",
          4,
          "--out",
          out.resolve("k"));
      Features folder = Features.read(out.resolve("k"));
      assertArrayEquals(json.clusters(), folder.clusters());
      assertArrayEquals(json.values(), folder.values());
    }
  }

  /** Tribuo's provenance but for the name and checksum of the features. */
  private static String withoutInputs(Path provenance) throws IOException {
    return Files.readString(provenance)
        .lines()
        .map(line -> line.replaceAll("clustered(\\.json)?\"", "\"").replaceAll("[0-9a-f]{64}", ""))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void embeds() throws IOException {
    bothForms(Tsne::new, "tsne.json", "--iterations", 20, "--perplexity", 5);
    assertSame("tsne.json");
  }

  @Test
  void embedsASample() throws IOException {
    bothForms(Tsne::new, "tsne.json", "--iterations", 20, "--perplexity", 5, "--sample", 40);
    assertSame("tsne.json");
    List<Rows.Point> points = Store.readRows(out.resolve("folder/tsne.json"), Rows.Point.class);
    assertEquals(40, points.size());
    var counts =
        points.stream().collect(Collectors.groupingBy(Rows.Point::genre, Collectors.counting()));
    assertEquals(10, counts.size());
    counts.forEach((genre, count) -> assertEquals(4, count, genre));
    Rows.StageRecord record =
        Store.readRows(out.resolve("folder/tsne-run.json"), Rows.StageRecord.class).get(0);
    assertTrue(record.options().contains("--sample=40"), record.toString());
    assertTrue(record.options().contains("--of=90"), record.toString());
  }

  @Test
  void trainsABaseline() throws IOException {
    bothForms(Baseline::new, "svm", "--split", run.resolve("split.json"), "--method", "logistic");
    assertSame("svm/predictions.json", "svm/metrics.json", "svm/report.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "lstm", "hybrid", "compact"})
  void trainsANetwork(String alias) throws IOException {
    Supplier<Callable<Integer>> stage =
        switch (alias) {
          case "cnn" -> Cnn::new;
          case "lstm" -> Lstm::new;
          case "hybrid" -> Hybrid::new;
          default -> Compact::new;
        };
    var options = new ArrayList<Object>(List.of("--split", run.resolve("split.json")));
    options.addAll(List.of("--epochs", 1, "--scale", "standardise"));
    if (alias.equals("cnn")) {
      options.addAll(List.of("--clusters", "one-hot"));
    }
    if (alias.equals("compact")) {
      options.addAll(List.of("--random-crops"));
    }
    bothForms(stage, alias, options.toArray());
    assertSame(alias + "/predictions.json", alias + "/metrics.json", alias + "/report.json");
    assertArrayEquals(
        weights(out.resolve("json").resolve(alias)), weights(out.resolve("folder").resolve(alias)));
  }

  private static byte[] weights(Path network) throws IOException {
    try (ZipFile zip = new ZipFile(network.resolve("model.zip").toFile())) {
      return zip.getInputStream(zip.getEntry("parameters.f32")).readAllBytes();
    }
  }

  @Test
  void importsAFolderAsItsJson() throws IOException {
    sound(Import::new, "--json", run.resolve("mfcc.json"), "--out", out.resolve("a.json"));
    sound(Import::new, "--features", run.resolve("mfcc"), "--out", out.resolve("b.json"));
    sound(Import::new, "--features", run.resolve("mfcc"), "--out", out.resolve("c"));
    JsonNode json = withoutProvenance(out.resolve("a.json"));
    assertEquals(json, withoutProvenance(out.resolve("b.json")));
    Features written = Features.read(out.resolve("c"));
    assertArrayEquals(Features.read(run.resolve("mfcc.json")).values(), written.values());
    assertNull(written.clusters());
    StageRun other =
        run(
            Import::new,
            "--features",
            run.resolve("mfcc"),
            "--key",
            "logmel",
            "--out",
            out.resolve("d.json"));
    assertEquals(1, other.exit());
    assertTrue(other.stderr().contains("it holds mfcc, not logmel"), other.stderr());
    assertFalse(Files.exists(out.resolve("d.json")));
  }

  private static JsonNode withoutProvenance(Path json) throws IOException {
    ObjectNode features = (ObjectNode) Store.JSON.readTree(json.toFile());
    features.remove("provenance");
    features.withObject("/params").remove(List.of("source", "type"));
    return features;
  }
}
