///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests the import of NumPy arrays and Keras-lineage JSON.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Import.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Arrays of other tools become features with their own values, tracks and classes, or are refused.
 */
class ImportTest {
  /** numpy.savez_compressed (NumPy 2.4.6) of other = arange(3) and the array of {@link #VALUES}. */
  private static final String NPZ =
      "UEsDBC0AAAAIAAAAIQBqz/JR//////////8JABQAb3RoZXIubnB5AQAQAIYAAAAAAAAASgAAAAAAAACb"
          + "7BfqGxDJyFDGUK2eklqcXKRupaBuk2mkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6"
          + "CrUKFAAuBgZGBiYGAFBLAwQtAAAACAAAACEA/hvdkf//////////CAAUAG1mY2MubnB5AQAQALAAAAAA"
          + "AAAAawAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWK"
          + "F2ckFqQC+RpGOgrGOgpGmjoKtQrkAS4Ghob9DAwOQMwAxA37GMCgwQ5I2APFgbgBiBcA8QEgfmAPAFBL"
          + "AQItAy0AAAAIAAAAIQBqz/JRSgAAAIYAAAAJAAAAAAAAAAAAAACAAQAAAABvdGhlci5ucHlQSwECLQMt"
          + "AAAACAAAACEA/hvdkWsAAACwAAAACAAAAAAAAAAAAAAAgAGFAAAAbWZjYy5ucHlQSwUGAAAAAAIAAgBt"
          + "AAAAKgEAAAAA";

  /** numpy.save of {@link #VALUES} as big-endian float16 in Fortran order. */
  private static final String FORTRAN =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPmYyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwg"
          + "MywgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgIAq8ADgAuAA8AAAAPgC6ADoAtAA9ADQAPwA=";

  /** (arange(12).reshape(2, 3, 2) - 4) / 4, of which float16 holds all. */
  private static final float[][] VALUES = {
    {-1, -0.75f, -0.5f, -0.25f, 0, 0.25f}, {0.5f, 0.75f, 1, 1.25f, 1.5f, 1.75f}
  };

  private static final String INDEX =
      """
      [{"track": "rock/rock.00001.wav", "segment": 4, "genre": "rock", "label": 0},
       {"track": "jazz.00007.au", "segment": 2, "genre": "jazz", "label": 1}]
      """;

  @TempDir Path folder;
  private Path index;
  private Path out;

  @BeforeEach
  void writeIndex() throws IOException {
    index = Files.writeString(folder.resolve("index.json"), INDEX);
    out = folder.resolve("mfcc.json");
  }

  @ParameterizedTest
  @CsvSource({
    "|i1, 1", "|u1, 1", "<i2, 2", "<u2, 2", ">i2, 2", ">u2, 2", "<i4, 4", "<u4, 4", ">i4, 4",
    "<i8, 8", "<f4, 4", ">f4, 4", "<f8, 8", ">f8, 8"
  })
  void readsEveryNumberFormat(String type, int size) throws IOException {
    boolean signed = !type.contains("u");
    double[] stored = new double[12];
    Arrays.setAll(stored, i -> signed ? i - 4 : 240 + i);
    Path npy = npy(type, size, "(2, 3, 2)", false, stored);
    assertEquals(0, run(npy, "--scale", "0.25", "--offset", "1").code);
    Features features = Features.read(out);
    for (int i = 0; i < 12; i++) {
      assertEquals(stored[i] * 0.25 + 1, features.values()[i / 6][i % 6], 1e-6, type + " " + i);
    }
  }

  @Test
  void takesTracksAndClassesFromTheIndex() throws IOException {
    Path npy = npy("<f4", 4, "(2, 3, 2)", false, flat());
    Run run = run(npy);
    assertEquals(0, run.code, run.err);
    assertTrue(run.out.contains("2 segments of 2 tracks, 3 frames x 2 coefficients"), run.out);
    Features features = Features.read(out);
    assertEquals("mfcc", features.key());
    assertEquals(List.of("jazz", "rock"), features.mapping());
    assertArrayEquals(new int[] {1, 0}, features.labels(), "labels are numbered in sorted order");
    assertArrayEquals(new String[] {"rock.00001", "jazz.00007"}, features.tracks());
    assertArrayEquals(new int[] {4, 2}, features.segments());
    assertArrayEquals(VALUES, features.values());
    assertEquals("import", features.provenance().path("source").asText());
    assertFalse(features.provenance().path("synthetic").asBoolean(true));
    assertEquals(
        Store.sha256(index), features.provenance().path("inputs").path("index.json").asText());
    assertEquals("[2,3,2]", features.params().path("shape").toString());
  }

  /** Deltas are of each segment, as mfcc --delta makes them. */
  @Test
  void appendsDeltas() throws IOException {
    double[] stored = new double[2 * 10 * 2];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = i % 2 == 0 ? 3 * (i / 2 % 10) + 50 * (i / 20) : 7; // 3 a frame; constant
    }
    Path npy = npy("<f4", 4, "(2, 10, 2)", false, stored);
    Run run = run(npy, "--delta");
    assertEquals(0, run.code, run.err);
    Features features = Features.read(out);
    assertEquals(4, features.coefficients());
    assertTrue(features.params().path("delta").asBoolean());
    for (int segment = 0; segment < 2; segment++) {
      for (int frame = 0; frame < 10; frame++) {
        float[] row = Arrays.copyOfRange(features.values()[segment], frame * 4, frame * 4 + 4);
        assertArrayEquals(new float[] {3 * frame + 50 * segment, 7, 3, 0}, row, 1e-5f);
      }
    }
    Run few = run(npy("<f4", 4, "(2, 3, 2)", false, flat()), "--delta");
    assertEquals(2, few.code, few.err);
    assertTrue(few.err.contains("--delta is taken over 9 frames; a segment has 3"), few.err);
  }

  @Test
  void readsFortranOrderAndHalfPrecision() throws IOException {
    Path npy = folder.resolve("fortran.npy");
    Files.write(npy, Base64.getDecoder().decode(FORTRAN));
    Run run = run(npy);
    assertEquals(0, run.code, run.err);
    assertArrayEquals(VALUES, Features.read(out).values());
  }

  @Test
  void readsCompressedArchives() throws IOException {
    Path npz = folder.resolve("features.npz");
    Files.write(npz, Base64.getDecoder().decode(NPZ));
    Run run = run(npz, "--array", "mfcc");
    assertEquals(0, run.code, run.err);
    assertArrayEquals(VALUES, Features.read(out).values());
    refused(run(npz), "features.npz", "--axes"); // the first array, other, has one axis
    refused(run(npz, "--array", "none"), "features.npz", "[other, mfcc]");
    Path cut = folder.resolve("cut.npz");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(npz), 300));
    refused(run(cut), "cut.npz", "again");
  }

  /** numpy.savez puts arrays in the order of its arguments: the first may be text. */
  @Test
  void anArchiveWhoseFirstArrayIsTextNamesItsArrays() throws IOException {
    byte[] names = Files.readAllBytes(npy("<U9", 36, "(2,)", false));
    byte[] values = Files.readAllBytes(npy("<f4", 4, "(2, 3, 2)", false, flat()));
    Path npz = folder.resolve("named.npz");
    try (var zip = new ZipOutputStream(Files.newOutputStream(npz))) {
      zip.putNextEntry(new ZipEntry("tracks.npy"));
      zip.write(names);
      zip.write(new byte[72]);
      zip.putNextEntry(new ZipEntry("X.npy"));
      zip.write(values);
    }
    refused(run(npz), "named.npz", "tracks", "--array", "[tracks, X]");
    assertEquals(0, run(npz, "--array", "X").code);
    assertArrayEquals(VALUES, Features.read(out).values());
  }

  /** librosa's matrices are coefficient x frame. */
  @Test
  void warnsWhereFramesAndCoefficientsSeemSwapped() throws IOException {
    Run swapped = run(npy("<f4", 4, "(2, 2, 3)", false, flat()));
    assertEquals(0, swapped.code, swapped.err);
    List<String> warned = swapped.err.lines().filter(line -> line.contains("warning: ")).toList();
    assertEquals(1, warned.size(), swapped.err);
    assertTrue(warned.get(0).contains("array.npy"), swapped.err);
    assertTrue(warned.get(0).contains("--axes segment,coefficient,frame"), swapped.err);

    Run named =
        run(npy("<f4", 4, "(2, 2, 3)", false, flat()), "--axes", "segment,coefficient,frame");
    assertFalse(named.err.contains("warning: "), named.err);
    Run meant =
        run(npy("<f4", 4, "(2, 2, 3)", false, flat()), "--axes", "segment,frame,coefficient");
    assertFalse(meant.err.contains("warning: "), "said so: " + meant.err);
    Run usual = run(npy("<f4", 4, "(2, 3, 2)", false, flat()));
    assertFalse(usual.err.contains("warning: "), usual.err);
  }

  @Test
  void permutesAxes() throws IOException {
    // coefficient, segment, frame
    double[] stored = new double[12];
    for (int s = 0; s < 2; s++) {
      for (int f = 0; f < 3; f++) {
        for (int c = 0; c < 2; c++) {
          stored[(c * 2 + s) * 3 + f] = VALUES[s][f * 2 + c];
        }
      }
    }
    Path npy = npy("<f8", 8, "(2, 2, 3)", false, stored);
    assertEquals(0, run(npy, "--axes", "coefficient,segment,frame").code);
    assertArrayEquals(VALUES, Features.read(out).values());
  }

  @Test
  void cutsWholeTracksIntoSegments() throws IOException {
    Files.writeString(index, "[\"blues.00000.wav\", \"pop.00003.wav\"]");
    double[] stored = new double[2 * 2 * 7]; // track, coefficient, frame
    for (int i = 0; i < stored.length; i++) {
      stored[i] = i;
    }
    Path npy = npy("|u1", 1, "(2, 2, 7)", false, stored);
    Path zipped = folder.resolve("logmel.json.gz");
    Run run =
        run(
            npy,
            "--key",
            "logmel",
            "--axes",
            "track,coefficient,frame",
            "--frames",
            "3",
            "--scale",
            "0.3137254902",
            "--offset",
            "-80",
            "--out",
            zipped.toString());
    assertEquals(0, run.code, run.err);
    Features features = Features.read(zipped);
    assertEquals("logmel", features.key());
    assertArrayEquals(
        new String[] {"blues.00000", "blues.00000", "pop.00003", "pop.00003"}, features.tracks());
    assertArrayEquals(new int[] {0, 1, 0, 1}, features.segments());
    assertEquals(3, features.frames());
    // second track, second segment: frames 3 to 5 of values 14 to 20 and 21 to 27
    float[] expected = new float[6];
    int[] at = {17, 24, 18, 25, 19, 26};
    for (int i = 0; i < 6; i++) {
      expected[i] = (float) (Math.rint((at[i] * 0.3137254902 - 80) * 1000) / 1000);
    }
    assertArrayEquals(expected, features.values()[3]);
    assertEquals("-74.667", Float.toString(features.values()[3][0]));
  }

  @Test
  void readsKerasLineageJson() throws IOException {
    Path json =
        Files.writeString(
            folder.resolve("data.json"),
            """
            {"mapping": ["rock", "data\\\\jazz"], "labels": [0, 1],
             "mfcc": [[[-1, -0.75], [-0.5, -0.25], [0, 0.25]],
                      [[0.5, 0.75], [1, 1.25], [1.5, 1.75]]]}
            """);
    Run bare = runArgs("--json", json.toString(), "--out", out.toString());
    refused(bare, "data.json", "give --index");
    Run run = runArgs("--json", json.toString(), "--index", index.toString(), "--out", "" + out);
    assertEquals(0, run.code, run.err);
    Features features = Features.read(out);
    assertArrayEquals(VALUES, features.values());
    assertEquals("jazz", features.genre(1));
    assertEquals("jazz.00007", features.tracks()[1]);

    String swapped = Files.readString(json).replace("[0, 1],", "[1, 0],");
    Path wrong = Files.writeString(folder.resolve("wrong.json"), swapped);
    refused(run(wrong), "index.json", "row 0 has genre rock", "labels it jazz");
  }

  @Test
  void readsItsOwnOutputAgain() throws IOException {
    assertEquals(0, run(npy("<f4", 4, "(2, 3, 2)", false, flat())).code);
    Path again = folder.resolve("again.json.gz");
    Run run = runArgs("--json", out.toString(), "--out", again.toString(), "--frames", "2");
    assertEquals(0, run.code, run.err);
    Features features = Features.read(again);
    assertArrayEquals(Features.read(out).tracks(), features.tracks());
    assertArrayEquals(Features.read(out).segments(), features.segments());
    assertArrayEquals(Arrays.copyOf(VALUES[1], 4), features.values()[1]);
  }

  @Test
  void refusesBrokenArrays() throws IOException {
    Path text = Files.writeString(folder.resolve("text.npy"), "1, 2, 3 and so on");
    refused(run(text), "text.npy", "no NumPy magic", "save it again");
    refused(run(Files.write(folder.resolve("empty.npy"), new byte[0])), "empty.npy", "magic");
    Path npy = npy("<f4", 4, "(2, 3, 2)", false, flat());
    byte[] bytes = Files.readAllBytes(npy);
    Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(bytes, bytes.length - 5));
    refused(
        run(cut), "cut.npy", "truncated: %d bytes of %d".formatted(bytes.length - 5, bytes.length));
    refused(run(Files.write(folder.resolve("h.npy"), Arrays.copyOf(bytes, 40))), "h.npy", "header");
    refused(run(npy("<c8", 8, "(2, 3, 1)", false, new double[6])), "unsupported dtype", "float32");
    refused(run(npy("<f4", 4, "(4, 3)", false, flat())), "[4, 3] has 2 axes", "give --axes");
    refused(run(npy("<f4", 4, "(2, 0, 2)", false)), "0 entries along frame");
    refused(run(folder.resolve("a.mat")), "a.mat", "unknown ending");
    refused(run(folder.resolve("gone.npy")), "gone.npy", "no such file");
    assertTrue(Files.notExists(out));
  }

  @Test
  void refusesNumbersThatAreNone() throws IOException {
    double[] stored = flat();
    stored[9] = Double.NaN;
    Run run = run(npy("<f4", 4, "(2, 3, 2)", false, stored));
    refused(run, "segment 1 (track jazz.00007), frame 1, coefficient 1 is NaN", "again");
    stored[9] = Double.NEGATIVE_INFINITY;
    refused(run(npy("<f8", 8, "(2, 3, 2)", false, stored)), "coefficient 1 is -Infinity");
    String json = "{\"mfcc\": [[[1, 2], [3, NaN]], [[5, 6], [7, 8]]]}";
    Path bare = Files.writeString(folder.resolve("nan.json"), json);
    refused(run(bare), "nan.json", "segment 0", "frame 1, coefficient 1 is NaN");
    Path quoted = Files.writeString(folder.resolve("q.json"), json.replace("NaN", "\"NaN\""));
    refused(run(quoted), "q.json", "mfcc[0][1][1] is NaN, not a number");
    assertTrue(Files.notExists(out));
    assertTrue(Files.notExists(folder.resolve("mfcc.json.part")));
  }

  @Test
  void refusesBrokenJson() throws IOException {
    Path ragged = folder.resolve("ragged.json");
    Files.writeString(ragged, "{\"mfcc\": [[[1, 2], [3, 4]], [[5, 6], [7]]]}");
    refused(run(ragged), "ragged.json: mfcc[1][1] has 1 entries, the first has 2");
    Files.writeString(ragged, "{\"mfcc\": [[[1, 2], [3, 4]], [[5, 6]]]}");
    refused(run(ragged), "ragged.json: mfcc[1] has 1 entries, the first has 2");
    Files.writeString(ragged, "{\"mfcc\": [[[1, 2], [3, 4]], [[5, 6");
    refused(run(ragged), "ragged.json: no whole JSON");
    Files.writeString(ragged, "{\"mfcc\": [[1, 2], [3, 4]]}");
    refused(run(ragged), "ragged.json: mfcc[0][0]: expected [, found 1");
    Files.writeString(ragged, "{\"spectrogram\": [[[1, 2]]]}");
    refused(run(ragged), "ragged.json: it has no key mfcc", "--key");
  }

  @Test
  void refusesAnIndexThatDoesNotFit() throws IOException {
    Path npy = npy("<f4", 4, "(2, 3, 2)", false, flat());
    refusedIndex(npy, "[" + row("rock.1", 0, "rock", 0) + "]", "1 rows", "2 segments");
    refusedIndex(
        npy,
        "[" + row("rock.1", 0, "rock", 0) + "," + row("jazz.1", 0, "jazz", 0) + "]",
        "row 1 gives label 0 the genre jazz, an earlier row rock");
    refusedIndex(
        npy,
        "[" + row("rock.1", 0, "rock", 0) + "," + row("rock.1", 1, "rock", 1) + "]",
        "row 1 gives genre rock the label 1, an earlier row 0");
    refusedIndex(
        npy,
        "[" + row("rock.1", 0, "rock", 0) + "," + row("rock.1", 1, "jazz", 1) + "]",
        "row 1 gives track rock.1 the genre jazz, an earlier row rock");
    refusedIndex(
        npy,
        "[" + row("rock/rock.1.wav", 3, "rock", 0) + "," + row("rock.1", 3, "rock", 0) + "]",
        "row 1 is track rock.1, segment 3 a second time");
    refusedIndex(npy, "[\"rock.1\", \"rock.2\"]", "row 0 (rock.1) has no segment number");
    refusedIndex(
        npy, "[{\"track\": \"a\", \"segment\": 0}, {}]", "row 0 (a) has no genre", "add its");
    refusedIndex(npy, "{\"tracks\": []}", "not an array of rows");
    refusedIndex(npy, "[{\"track\": ", "broken JSON");
  }

  @Test
  void refusesOptionsOutOfRange() throws IOException {
    Path npy = npy("<f4", 4, "(2, 3, 2)", false, flat());
    for (String axes :
        List.of("segment,frame", "segment,track,frame", "a,b,c", "frame,frame,segment")) {
      Run run = run(npy, "--axes", axes);
      assertEquals(2, run.code, axes);
      assertTrue(run.err.contains("--axes must name"), run.err);
    }
    assertEquals(2, run(npy, "--key", "chroma").code);
    assertEquals(2, run(npy, "--scale", "0").code);
    assertEquals(2, run(npy, "--frames", "-1").code);
    assertEquals(2, run(npy, "--out", "features.csv").code);
    assertEquals(2, runArgs("--npy", npy.toString(), "--out", out.toString()).code);
    refused(run(npy, "--frames", "4"), "it has 3 frames, --frames wants 4");
  }

  private static String row(String track, int segment, String genre, int label) {
    return "{\"track\": \"%s\", \"segment\": %d, \"genre\": \"%s\", \"label\": %d}"
        .formatted(track, segment, genre, label);
  }

  private void refusedIndex(Path npy, String rows, String... words) throws IOException {
    Files.writeString(index, rows);
    Run run = run(npy);
    refused(run, words);
    assertTrue(run.err.contains("index.json: "), run.err);
  }

  private static void refused(Run run, String... words) {
    assertEquals(1, run.code, run.err);
    assertEquals(1, run.err.lines().filter(line -> line.startsWith("error: ")).count(), run.err);
    assertFalse(run.err.contains("\tat "), "no stack trace: " + run.err);
    for (String word : words) {
      assertTrue(run.err.contains(word), "no '%s' in: %s".formatted(word, run.err));
    }
  }

  private static double[] flat() {
    double[] flat = new double[12];
    Arrays.setAll(flat, i -> VALUES[i / 6][i % 6]);
    return flat;
  }

  /** A file as numpy.save writes it (format version 1.0). */
  private Path npy(String type, int size, String shape, boolean fortran, double... values)
      throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(type, fortran ? "True" : "False", shape);
    int padding = 63 - (10 + header.length()) % 64;
    header += " ".repeat(padding) + "\n";
    ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + values.length * size);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    bytes.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type.substring(1)) {
        case "i1", "u1" -> bytes.put((byte) value);
        case "i2", "u2" -> bytes.putShort((short) value);
        case "i4", "u4" -> bytes.putInt((int) value);
        case "i8", "c8" -> bytes.putLong((long) value);
        case "f4" -> bytes.putFloat((float) value);
        case "f8" -> bytes.putDouble(value);
        default -> throw new IllegalArgumentException(type);
      }
    }
    return Files.write(folder.resolve("array.npy"), bytes.array());
  }

  private record Run(int code, String out, String err) {}

  private Run run(Path source, String... more) {
    var args = new ArrayList<>(List.of("--npy", source.toString(), "--index", index.toString()));
    if (!List.of(more).contains("--out")) {
      args.addAll(List.of("--out", out.toString()));
    }
    args.addAll(List.of(more));
    return runArgs(args.toArray(String[]::new));
  }

  private static Run runArgs(String... args) {
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int code = Stage.run(new Import(), args);
      return new Run(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }
}
