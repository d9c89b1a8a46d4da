///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the export of features: NumPy, Parquet, JSON, feature folder
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Export.java
//SOURCES ../../Import.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../kit/StageRun.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.Features;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What export writes is read again as it was: by import, and by Python's own readers. */
class ExportFeaturesTest {
  private static final int SIZE = 5;

  @TempDir Path folder;

  private Path json;
  private Features features;

  @BeforeEach
  void writeFeatures() {
    var random = new Random(1);
    float[][] values = new float[SIZE][4 * 3];
    String[] tracks = new String[SIZE];
    for (int row = 0; row < SIZE; row++) {
      for (int i = 0; i < values[row].length; i++) {
        values[row][i] = (float) random.nextGaussian() * 1e3f;
      }
      tracks[row] = row < 3 ? "jazz.é𝄞" : "blues.00000";
    }
    features =
        new Features(
            "mfcc",
            List.of("blues", "jazz"),
            new int[] {1, 1, 1, 0, 0},
            tracks,
            new int[] {0, 1, 2, 0, 7},
            new int[] {2, 0, -1, 1, 1},
            4,
            3,
            values,
            Store.JSON.createObjectNode().put("hop", 512),
            Store.JSON.createObjectNode().put("synthetic", true));
    json = folder.resolve("mfcc.json");
    features.write(json);
  }

  private static StageRun run(Callable<Integer> stage, Object... options) {
    return StageRun.of(stage, Arrays.stream(options).map(String::valueOf).toArray(String[]::new));
  }

  private Path exported(Path from, String name) {
    Path out = folder.resolve(name);
    StageRun ended = run(new Export(), "--features", from, "--out", out);
    assertEquals(0, ended.exit(), ended.stderr());
    return out;
  }

  private void assertImported(Object... options) {
    Path back = folder.resolve("back.json");
    Object[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--out";
    all[options.length + 1] = back;
    StageRun ended = run(new Import(), all);
    assertEquals(0, ended.exit(), ended.stderr());
    Features read = Features.read(back);
    assertArrayEquals(features.values(), read.values());
    assertArrayEquals(features.tracks(), read.tracks());
    assertArrayEquals(features.segments(), read.segments());
    assertArrayEquals(features.labels(), read.labels());
  }

  @Test
  void numpyArraysAreImportedAgain() throws IOException {
    Path npy = exported(json, "x.npy");
    Path index = folder.resolve("x-index.json");
    assertImported("--npy", npy, "--index", index);
    assertImported("--npy", exported(json, "x.npz"), "--index", index);
    byte[] before = Files.readAllBytes(npy);
    assertArrayEquals(before, Files.readAllBytes(exported(json, "x.npy")), "replaced by its like");
    JsonNode row = Store.JSON.readTree(index.toFile()).get(2);
    assertEquals(-1, row.path("cluster").asInt());
    assertEquals("jazz", row.path("genre").asText());
  }

  @Test
  void jsonAndFolderAreOneAnothers() throws IOException {
    Path asFolder = exported(json, "mfcc");
    assertEquals(-1, Files.mismatch(json, exported(asFolder, "again.json")));
    exported(json, "zipped.json.gz");
    assertArrayEquals(
        features.clusters(), Features.read(folder.resolve("zipped.json.gz")).clusters());
    for (String name : List.of("y.npy", "y.npz", "y.parquet")) {
      Path ofJson = exported(json, "json-" + name);
      assertEquals(-1, Files.mismatch(ofJson, exported(asFolder, "folder-" + name)), name);
    }
  }

  /** What Python is asked with: its own readers, then all that they read, as JSON. */
  private JsonNode python(String library, String program, Path file) throws Exception {
    String python = System.getenv().getOrDefault("GENRELAB_PYTHON", "python3");
    Process found;
    try {
      found = new ProcessBuilder(python, "-c", "import " + library).start();
    } catch (IOException none) {
      assumeTrue(false, "no " + python);
      return null;
    }
    assumeTrue(found.waitFor() == 0, "%s has no %s".formatted(python, library));
    Process run =
        new ProcessBuilder(python, "-c", program, file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, run.waitFor(), answer);
    return Store.JSON.readTree(answer);
  }

  private void assertRows(JsonNode rows) {
    assertEquals(SIZE, rows.size());
    for (int row = 0; row < SIZE; row++) {
      assertEquals(features.tracks()[row], rows.get(row).path("track").asText());
      assertEquals(features.segments()[row], rows.get(row).path("segment").asInt());
      assertEquals(features.genre(row), rows.get(row).path("genre").asText());
      assertEquals(features.clusters()[row], rows.get(row).path("cluster").asInt());
      JsonNode values = rows.get(row).path("mfcc");
      assertEquals(12, values.size());
      for (int i = 0; i < 12; i++) {
        assertEquals(features.values(row)[i], (float) values.get(i).asDouble());
      }
    }
  }

  @Test
  void pyarrowReadsParquet() throws Exception {
    String program =
        "import sys, json, pyarrow.parquet as p; t = p.read_table(sys.argv[1]);"
            + " print(json.dumps({'rows': t.to_pylist(),"
            + " 'about': json.loads(t.schema.metadata[b'genrelab'])}))";
    JsonNode read = python("pyarrow.parquet", program, exported(json, "x.parquet"));
    assertRows(read.path("rows"));
    ObjectNode about = (ObjectNode) read.path("about");
    assertEquals(4, about.path("frames").asInt());
    assertEquals("jazz", about.path("mapping").get(1).asText());
    assertEquals(512, about.path("params").path("hop").asInt());
  }

  @Test
  void polarsReadsParquet() throws Exception {
    String program =
        "import sys, json, polars; print(json.dumps(polars.read_parquet(sys.argv[1]).to_dicts()))";
    assertRows(python("polars", program, exported(json, "x.parquet")));
  }

  @Test
  void numpyReadsArraysAndFolders() throws Exception {
    String program =
        "import sys, json, numpy as n; a = n.load(sys.argv[1]);"
            + " print(json.dumps({k: a[k].tolist() for k in a.files}))";
    JsonNode read = python("numpy", program, exported(json, "x.npz"));
    assertEquals("jazz.é𝄞", read.path("tracks").get(0).asText());
    assertEquals(7, read.path("segments").get(4).asInt());
    assertEquals(features.values(4)[11], (float) read.at("/mfcc/4/3/2").asDouble());
    String mapped =
        "import sys, json, numpy as n; a = n.load(sys.argv[1] + '/part-00000.npy', mmap_mode='r');"
            + " print(json.dumps([a.shape, str(a.dtype), float(a[4, 3, 2])]))";
    JsonNode part = python("numpy", mapped, exported(json, "parts"));
    assertEquals("[[5,4,3],\"float32\"", part.toString().substring(0, 18));
    assertEquals(features.values(4)[11], (float) part.get(2).asDouble());
  }

  /** Of a Parquet file, what any reader looks at first. */
  @Test
  void parquetHasItsMagicAtBothEnds() throws IOException {
    byte[] bytes = Files.readAllBytes(exported(json, "x.parquet"));
    assertEquals("PAR1", new String(bytes, 0, 4, StandardCharsets.US_ASCII));
    assertEquals("PAR1", new String(bytes, bytes.length - 4, 4, StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.npy", "x.npz", "x.parquet", "x.json", "x"})
  void brokenFeaturesLeaveNothing(String name) throws IOException {
    Path broken = folder.resolve("broken.json");
    Files.writeString(broken, Files.readString(json).substring(0, 200));
    Path out = folder.resolve("out").resolve(name);
    StageRun ended = run(new Export(), "--features", broken, "--out", out);
    assertEquals(1, ended.exit());
    assertTrue(ended.stderr().contains("broken.json: not a whole features JSON"), ended.stderr());
    assertFalse(Files.exists(out));
    assertEquals(2, run(new Export(), "--features", json, "--out", json).exit(), "its own input");
    assertEquals(2, run(new Export(), "--out", out).exit(), "nothing to export");
  }
}
