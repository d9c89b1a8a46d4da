//SOURCES Trials.java
//SOURCES ../../lib/kit/Store.java

import static org.junit.jupiter.api.Assertions.assertEquals;

import genrelab.kit.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** NumPy arrays and their index, read by {@code import}. */
final class ArrayTrials extends Trials {
  ArrayTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
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
    return cases;
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
}
