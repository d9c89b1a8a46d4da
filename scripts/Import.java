///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Features computed elsewhere (NumPy arrays, Keras-lineage JSON) into the features JSON.
//SOURCES lib/features/FeatureCatalog.java
//SOURCES lib/features/FeatureFolder.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/FolderArray.java
//SOURCES lib/features/Mel.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//SOURCES lib/features/ArrayAxes.java
//SOURCES lib/features/FeatureArray.java
//SOURCES lib/features/ImportIndex.java
//SOURCES lib/features/ImportedSegments.java
//SOURCES lib/features/KerasJsonReader.java
//SOURCES lib/features/NpyReader.java
//SOURCES lib/features/NpzReader.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.ArrayAxes;
import genrelab.features.FeatureArray;
import genrelab.features.FeatureCatalog;
import genrelab.features.FeatureFolder;
import genrelab.features.Features;
import genrelab.features.FolderArray;
import genrelab.features.ImportIndex;
import genrelab.features.ImportedSegments;
import genrelab.features.KerasJsonReader;
import genrelab.features.Mel;
import genrelab.features.NpyReader;
import genrelab.features.NpzReader;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Brings features computed elsewhere into the kit's own format.
 *
 * <p>The numbers come from a NumPy array ({@code .npy}, {@code .npz}) or from a JSON of the Keras
 * tutorials' lineage ({@code mapping}, {@code labels}, {@code mfcc}). That JSON does not say which
 * track a segment comes from, and a NumPy array says nothing at all, so an index file gives each
 * row its track, its place in the track and its genre: without them no split can be honest.
 *
 * <p>Each value written is stored × scale + offset, so that quantised arrays come back in their
 * units. Classes are numbered anew, in sorted order. Values stream from file to file: the array is
 * never in memory as a whole.
 */
@Command(
    name = "import",
    description =
        "Features computed elsewhere (.npy, .npz, Keras-lineage JSON) into features JSON.")
public final class Import implements Callable<Integer> {
  @Option(
      names = {"--npy", "--json", "--features"},
      required = true,
      paramLabel = "FILE",
      description =
          "Array to import: .npy, .npz, .json or .json.gz (the ending tells), or a feature folder.")
  Path source;

  @Option(
      names = "--array",
      paramLabel = "NAME",
      description = "Array of an .npz file (default: its first).")
  String array;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description =
          "JSON array with one row {track, segment, genre, label} for each segment, or with one"
              + " track name or row for each track; label is optional, and so is genre where the"
              + " track's id begins with it (blues.00000). Needed unless a JSON has tracks itself.")
  Path index;

  @Option(
      names = "--key",
      defaultValue = "mfcc",
      completionCandidates = FeatureKeys.class,
      description = "What the values are: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  String key;

  /** The features that the kit knows. */
  static class FeatureKeys implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return FeatureCatalog.keys().iterator();
    }
  }

  @Option(
      names = "--axes",
      paramLabel = "<axes>",
      split = ",",
      description =
          "The array's axes in its own order; track instead of segment where each matrix is a"
              + " whole track (default: segment,frame,coefficient). librosa's matrices are"
              + " coefficient,frame.")
  List<String> axisNames;

  @Option(
      names = "--scale",
      defaultValue = "1",
      description = "Value = stored x scale + offset (default: ${DEFAULT-VALUE}).")
  double scale;

  @Option(names = "--offset", defaultValue = "0", description = "Default: ${DEFAULT-VALUE}.")
  double offset;

  @Option(
      names = "--frames",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Frames a segment: cuts whole tracks into segments of N frames, and longer segments to"
              + " their first N; 0 keeps all (default: ${DEFAULT-VALUE}).")
  int frames;

  @Option(
      names = "--delta",
      description =
          "Append first-order deltas over nine frames of each segment, as mfcc --delta does: twice"
              + " as many coefficients.")
  boolean delta;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Features to write: .json, .json.gz, or a folder, which any other name is.")
  @Output({"mapping", "labels"})
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Import(), args));
  }

  @Override
  public Integer call() throws IOException {
    ArrayAxes axes =
        axisNames == null ? ArrayAxes.SEGMENT_FRAME_COEFFICIENT : new ArrayAxes(axisNames);
    checkOptions(axes);
    FeatureFolder.nameOutputs(out);
    try (FeatureArray values = open(axes)) {
      checkShape(values.shape(), axes);
      if (axisNames == null) {
        warnIfSwapped(values.shape(), axes);
      }
      List<ImportIndex.Entry> entries =
          index == null ? values.entries() : ImportIndex.read(index, axes.wholeTracks());
      ImportIndex.check(entries, namesTracks(), values, source, axes);
      int taken = frames == 0 ? (int) values.shape()[axes.frame()] : frames;
      var segments = new ImportedSegments(source, values, axes, entries, key, taken, scale, offset);
      Features features = describe(segments);
      try (ProgressBar bar = Progress.of("import", segments.size())) {
        features.write(out, rows(segments, bar));
      }
      System.out.printf(
          "%s: %d segments of %d tracks, %d frames x %d coefficients, %d classes%n",
          out,
          features.size(),
          Set.copyOf(Arrays.asList(features.tracks())).size(),
          features.frames(),
          features.coefficients(),
          features.mapping().size());
    }
    return 0;
  }

  /** The file that names the items' tracks. */
  private Path namesTracks() {
    return index == null ? source : index;
  }

  private void checkOptions(ArrayAxes axes) {
    Stage.requireOption(
        FeatureCatalog.of(key).isPresent(),
        "--key must be %s, not %s",
        String.join(" or ", FeatureCatalog.keys()),
        key);
    Stage.requireOption(
        axes.areValid(),
        "--axes must name frame, coefficient and one of segment and track, not %s",
        axes);
    Stage.requireOption(
        Double.isFinite(scale) && scale != 0, "--scale must be a number but 0, not %s", scale);
    Stage.requireOption(Double.isFinite(offset), "--offset must be a number, not %s", offset);
    Stage.requireOption(frames >= 0, "--frames must be 0 or more, not %s", frames);
    for (String ending : List.of(".npy", ".npz", ".parquet", ".csv")) {
      Stage.requireOption(
          !endsWith(out, ending),
          "--out must end in .json or .json.gz, or name a folder, not %s; export writes that",
          out.getFileName());
    }
    boolean folder = Files.isDirectory(source);
    boolean json = folder || endsWith(source, ".json") || endsWith(source, ".json.gz");
    Stage.requireOption(
        !json || axes.item() == 0,
        "--axes must begin with segment or track for a JSON, not %s",
        axes);
    Stage.requireOption(
        !folder || axisNames == null, "--axes is not for a feature folder, which says them itself");
    Stage.requireOption(
        index != null || json, "--index is needed: %s does not name its tracks", source);
  }

  private static boolean endsWith(Path file, String ending) {
    return file.getFileName().toString().endsWith(ending);
  }

  private FeatureArray open(ArrayAxes axes) throws IOException {
    if (Files.isDirectory(source)) {
      return new FolderArray(source, key);
    }
    if (endsWith(source, ".json") || endsWith(source, ".json.gz")) {
      return new KerasJsonReader(source, key, axes);
    }
    if (endsWith(source, ".npz")) {
      var npz = new NpzReader(source, array, axes);
      array = npz.array();
      return npz;
    }
    if (endsWith(source, ".npy")) {
      return new NpyReader(source, source.toString(), axes);
    }
    throw new Stage.Failure(
        "%s: unknown ending; give an .npy, .npz, .json or .json.gz file, or a feature folder",
        source);
  }

  private void checkShape(long[] shape, ArrayAxes axes) {
    if (shape.length != axes.names().size()) {
      throw new Stage.Failure(
          "%s: its shape %s has %d axes, --axes names %d (%s); give --axes in the array's order",
          source, Arrays.toString(shape), shape.length, axes.names().size(), axes);
    }
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 1 || shape[axis] > Integer.MAX_VALUE) {
        throw new Stage.Failure(
            "%s: %d entries along %s; save an array with values",
            source, shape[axis], axes.names().get(axis));
      }
    }
    if (frames > shape[axes.frame()]) {
      throw new Stage.Failure(
          "%s: it has %d frames, --frames wants %d; give fewer, or --axes in the array's order",
          source, shape[axes.frame()], frames);
    }
    long taken = frames == 0 ? shape[axes.frame()] : frames;
    Stage.requireOption(
        !delta || taken >= Mel.DELTA_WIDTH,
        "--delta is taken over %d frames; a segment has %d",
        Mel.DELTA_WIDTH,
        taken);
  }

  private void warnIfSwapped(long[] shape, ArrayAxes axes) {
    if (shape[axes.frame()] < shape[axes.coefficient()]) {
      Stage.warn(
          "%s: its shape %s is taken as %d frames x %d coefficients; if it is the other way round,"
              + " as from librosa, give --axes segment,coefficient,frame",
          source, Arrays.toString(shape), shape[axes.frame()], shape[axes.coefficient()]);
    }
  }

  private Features describe(ImportedSegments segments) {
    for (ImportIndex.Entry entry : segments.entries()) {
      if (!Stage.oneLine(entry.genre()).equals(entry.genre())) {
        throw new Stage.Failure(
            "%s: genre %s has a control character; rename it", namesTracks(), entry.genre());
      }
    }
    List<String> mapping =
        List.copyOf(
            new TreeSet<>(segments.entries().stream().map(ImportIndex.Entry::genre).toList()));
    int size = segments.size();
    return new Features(
        key,
        mapping,
        IntStream.range(0, size).map(i -> mapping.indexOf(segments.entry(i).genre())).toArray(),
        IntStream.range(0, size).mapToObj(i -> segments.entry(i).track()).toArray(String[]::new),
        IntStream.range(0, size).map(segments::segment).toArray(),
        null,
        null,
        segments.frames(),
        segments.coefficients() * (delta ? 2 : 1),
        null,
        params(segments),
        provenance());
  }

  private ObjectNode params(ImportedSegments segments) {
    ObjectNode params = Store.JSON.createObjectNode();
    params.put("key", key).put("source", source.getFileName().toString());
    if (array != null) {
      params.put("array", array);
    }
    params.put("type", segments.array().type()).put("axes", segments.axes().toString());
    params.putPOJO("shape", segments.array().shape());
    params.put("scale", scale).put("offset", offset).put("frames", frames);
    if (delta) {
      params.put("delta", true).put("deltaWidth", Mel.DELTA_WIDTH);
    }
    return params;
  }

  private ObjectNode provenance() {
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "import").put("genrelab", Stage.VERSION);
    ObjectNode inputs = provenance.putObject("inputs");
    inputs.put(source.getFileName().toString(), Store.sha256(Features.identity(source)));
    if (index != null) {
      inputs.put(index.getFileName().toString(), Store.sha256(index));
    }
    return provenance.put("synthetic", false);
  }

  /** The segments' values, each made when the writer asks for it. */
  private Iterator<float[]> rows(ImportedSegments segments, ProgressBar bar) {
    return IntStream.range(0, segments.size())
        .mapToObj(
            row -> {
              bar.step();
              float[] segment = segments.values(row);
              return delta ? Mel.withDeltas(segment, segments.coefficients()) : segment;
            })
        .iterator();
  }
}
