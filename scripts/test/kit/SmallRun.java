//SOURCES ../../Augment.java
//SOURCES ../../Baseline.java
//SOURCES ../../Classify.java
//SOURCES ../../Cnn.java
//SOURCES ../../Compact.java
//SOURCES ../../Compare.java
//SOURCES ../../Demo.java
//SOURCES ../../Export.java
//SOURCES ../../Embed.java
//SOURCES ../../Explore.java
//SOURCES ../../Fetch.java
//SOURCES ../../Hybrid.java
//SOURCES ../../Import.java
//SOURCES ../../Kmeans.java
//SOURCES ../../Logmel.java
//SOURCES ../../Lstm.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Report.java
//SOURCES ../../Segment.java
//SOURCES ../../Split.java
//SOURCES ../../Study.java
//SOURCES ../../Tsne.java
//SOURCES ../../Verify.java
//SOURCES StageRun.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java

import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
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
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A run of the stages in one JVM, on the demo's genres, so small that each takes a second. */
final class SmallRun {
  private static final Map<String, Supplier<Callable<Integer>>> STAGES = new LinkedHashMap<>();

  static {
    STAGES.put("demo", Demo::new);
    STAGES.put("verify", Verify::new);
    STAGES.put("segment", Segment::new);
    STAGES.put("split", Split::new);
    STAGES.put("augment", Augment::new);
    STAGES.put("mfcc", Mfcc::new);
    STAGES.put("logmel", Logmel::new);
    STAGES.put("kmeans", Kmeans::new);
    STAGES.put("tsne", Tsne::new);
    STAGES.put("import", Import::new);
    STAGES.put("baseline", Baseline::new);
    STAGES.put("cnn", Cnn::new);
    STAGES.put("lstm", Lstm::new);
    STAGES.put("hybrid", Hybrid::new);
    STAGES.put("compact", Compact::new);
    STAGES.put("compare", Compare::new);
    STAGES.put("report", Report::new);
    STAGES.put("explore", Explore::new);
    STAGES.put("classify", Classify::new);
    STAGES.put("export", Export::new);
    STAGES.put("embed", Embed::new);
  }

  private SmallRun() {}

  /** The stages' aliases, each after those whose files it reads. */
  static List<String> stages() {
    return List.copyOf(STAGES.keySet());
  }

  /** The name of a stage's class. */
  static String mainClass(String alias) {
    return alias.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + alias.substring(1);
  }

  /**
   * A stage's options.
   *
   * @param in folder with the files of a whole run, as {@link #make} leaves it
   * @param out folder for what the stage writes, under the names of a run
   */
  static List<String> options(String alias, Path in, Path out) {
    String network =
        "--features IN/mfcc.json --split IN/split.json --out OUT/%s --epochs 2 --resume";
    String options =
        switch (alias) {
          case "demo" -> "--out OUT/corpus --tracks 2 --seconds 2";
          case "verify" -> "--corpus IN/corpus --out OUT/verify.json";
          case "segment" -> "--corpus IN/corpus --out OUT/segments.json --seconds 1";
          case "split" ->
              "--segments IN/segments.json --out OUT/split.json --by segment --ratios 50:25:25";
          case "augment" ->
              "--segments IN/segments.json --split IN/split.json --out OUT/augmented --pitch none";
          case "mfcc" -> "--segments IN/segments.json --out OUT/mfcc.json";
          case "logmel" -> "--segments IN/segments.json --out OUT/logmel.json.gz --mels 40";
          case "kmeans" -> "--features IN/mfcc.json --out OUT/mfcc-kmeans.json --clusters 3";
          case "tsne" -> "--features IN/mfcc-kmeans.json --out OUT/tsne.json --iterations 50";
          case "import" -> "--npy IN/values.npz --index IN/index.json --out OUT/imported.json";
          case "baseline" ->
              "--features IN/mfcc.json --split IN/split.json --out OUT/svm --method svm";
          case "cnn", "lstm", "hybrid" -> network.formatted(alias);
          case "compact" -> network.formatted(alias) + " --mask-frames 9 --mixup 0.3";
          case "compare" -> "--a IN/cnn --b IN/lstm --out OUT/compare.json --draws 100";
          case "report" -> "--results IN/few --out OUT/report --networks cnn";
          case "explore" -> "--results IN/mapped --export OUT/map --audio";
          case "classify" -> "--model IN/cnn/model.zip --json OUT/classify.json IN/corpus/blues";
          case "export" -> "--model IN/cnn/model.zip --out OUT/cnn.onnx";
          case "embed" ->
              "--model IN/cnn/model.zip --features IN/mfcc.json --out OUT/embedding.json";
          default -> throw new IllegalArgumentException(alias);
        };
    return Stream.of(options.split(" "))
        .map(option -> option.replace("OUT/", out + "/").replaceFirst("^IN(?=/|$)", "" + in))
        .toList();
  }

  /** The option that names what a stage writes. */
  static String outputOption(String alias) {
    return switch (alias) {
      case "classify" -> "--json";
      case "explore" -> "--export";
      default -> "--out";
    };
  }

  /** A stage's options as picocli knows them. */
  static picocli.CommandLine.Model.CommandSpec spec(String alias) {
    return Stage.commandLine(STAGES.get(alias).get()).getCommandSpec();
  }

  /** Runs a stage in this JVM. */
  static StageRun run(String alias, Path in, Path out) {
    return run(alias, options(alias, in, out));
  }

  static StageRun run(String alias, List<String> options) {
    return StageRun.of(STAGES.get(alias).get(), options.toArray(String[]::new));
  }

  /** Makes a whole run in a folder, but for what the last stages write. */
  static void make(Path folder) throws IOException {
    for (String alias : stages()) {
      if (alias.equals("import")) {
        writeArray(folder);
      } else if (!List.of(
              "hybrid",
              "compact",
              "augment",
              "compare",
              "report",
              "explore",
              "classify",
              "export",
              "embed")
          .contains(alias)) {
        StageRun run = run(alias, folder, folder);
        if (run.exit() != 0) {
          throw new AssertionError(alias + ": " + run);
        }
        if (alias.equals("mfcc")) {
          Features.read(folder.resolve("mfcc.json")).write(folder.resolve("folder"));
        }
      }
    }
    for (String file : List.of("metrics.json", "report.json", "history.json")) {
      Files.createDirectories(folder.resolve("few/cnn"));
      Files.copy(folder.resolve("cnn").resolve(file), folder.resolve("few/cnn").resolve(file));
    }
    copyForExplore(folder);
  }

  /** A run's folder with what {@code explore} shows, and nothing else. */
  private static void copyForExplore(Path folder) throws IOException {
    Path mapped = folder.resolve("mapped");
    Files.createDirectories(mapped.resolve("cnn"));
    for (String file :
        List.of("tsne.json", "mfcc.json", "cnn/predictions.json", "cnn/classes.json")) {
      Files.copy(folder.resolve(file), mapped.resolve(file));
    }
    String segments = Files.readString(folder.resolve("segments.json"));
    Files.writeString(
        mapped.resolve("segments.json"), segments.replace("\"corpus/", "\"../corpus/"));
  }

  /** The MFCCs as {@code import} takes them: values.npz and index.json. */
  private static void writeArray(Path folder) throws IOException {
    Features mfcc = Features.read(folder.resolve("mfcc.json"));
    var rows = new ArrayList<Map<String, Object>>();
    IntStream.range(0, mfcc.size())
        .forEach(
            i ->
                rows.add(
                    Map.of(
                        "track", mfcc.tracks()[i],
                        "segment", mfcc.segments()[i],
                        "genre", mfcc.genre(i))));
    Store.writeJson(folder.resolve("index.json"), rows);
    try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("values.npz")))) {
      zip.putNextEntry(new ZipEntry("mfcc.npy"));
      zip.write(npy(mfcc));
    }
  }

  /** The values as numpy.save writes them. */
  static byte[] npy(Features features) {
    ByteBuffer values =
        ByteBuffer.allocate(4 * features.size() * features.frames() * features.coefficients())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] segment : features.values()) {
      for (float value : segment) {
        values.putFloat(value);
      }
    }
    String shape =
        "(%d, %d, %d)".formatted(features.size(), features.frames(), features.coefficients());
    return npy(
        "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }".formatted(shape), values.array());
  }

  /** An .npy file of version 1 with whatever header. */
  static byte[] npy(String header, byte[] values) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(10 + text.length + values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) text.length)
        .put(text)
        .put(values)
        .array();
  }

  /** Every file below a folder by its name from there; none where there is no folder. */
  static Map<String, byte[]> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, byte[]>();
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          contents.put(
              folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
      }
    }
    return contents;
  }
}
