///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Writes a trained model as ONNX, or features in other formats, for other tools
//DEPS info.picocli:picocli:4.7.7
// the networks that a model may be of; those of one's own are named by JBang's -s
//SOURCES Cnn.java
//SOURCES Compact.java
//SOURCES Hybrid.java
//SOURCES Lstm.java
//SOURCES lib/classification/OnnxExport.java
//SOURCES lib/features/FeatureFolder.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/FeaturesNumpy.java
//SOURCES lib/features/FeaturesParquet.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=6g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import genrelab.classification.OnnxExport;
import genrelab.features.FeatureFolder;
import genrelab.features.Features;
import genrelab.features.FeaturesNumpy;
import genrelab.features.FeaturesParquet;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes a trained model as ONNX, so that Python, C++ or a browser can run it, or features in the
 * formats of other programs.
 *
 * <p>A model: one graph from features, as the features file has them, to probabilities. What is in
 * it: {@link OnnxExport}. Features, by the ending of {@code --out}: {@code .npy} (with an index
 * beside it, by which {@code import} reads it again), {@code .npz}, {@code .parquet}, {@code
 * .json}, {@code .json.gz}, else a feature folder; values stream from file to file, each float as
 * it is.
 */
@Command(
    name = "export",
    description =
        "Writes a trained model as ONNX, or features as NumPy, Parquet, JSON or feature folder.",
    footer = {
      "",
      "The ONNX model takes features [N, frames, values] as the features file has them; scaling"
          + " is inside. It gives probabilities [N, classes], as in predictions.json, and"
          + " calibrated [N, classes], with the temperature of segments, and of a network embedding"
          + " [N, size], the activations of the layer before the output. Networks with --clusters"
          + " one-hot take the cluster as a second input, clusters [N, K]. Its metadata holds"
          + " class names, feature parameters, temperatures, split, licence and model card. A"
          + " baseline must be one of segments (--level segment).",
      "",
      "data/README.md shows the way from a wav file to a genre in Python."
    })
public class Export implements Callable<Integer> {
  /** What is exported. */
  static final class Source {
    @Option(
        names = "--model",
        paramLabel = "FILE",
        description = "The model.zip of a trained network or baseline.")
    Path model;

    @Option(
        names = "--features",
        paramLabel = "FILE|DIR",
        description = "Features: JSON or folder.")
    Path features;
  }

  @ArgGroup(multiplicity = "1")
  Source source;

  @Option(
      names = "--out",
      paramLabel = "FILE|DIR",
      required = true,
      description =
          "The file to write; its ending tells the format. A model: .onnx (opset 13). Features:"
              + " .npy (and X-index.json beside X.npy: each item's track, segment, genre), .npz,"
              + " .parquet, .json, .json.gz; any other name is a feature folder.")
  @Output
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Export(), args));
  }

  @Override
  public Integer call() {
    if (source.model != null) {
      exportModel(source.model);
    } else {
      exportFeatures(source.features);
    }
    return 0;
  }

  // ---- a model

  private void exportModel(Path model) {
    Stage.requireOption(
        out.toString().toLowerCase(Locale.ROOT).endsWith(".onnx"),
        "--out writes an .onnx file, not %s",
        out);
    ModelProto onnx = OnnxExport.of(model);
    Store.write(out, onnx::writeTo);
    System.out.printf(
        "%s: %s, %s in, %s out%n",
        out,
        onnx.getGraph().getName(),
        shapes(onnx.getGraph().getInputList()),
        shapes(onnx.getGraph().getOutputList()));
  }

  /** Names and sizes, e.g. {@code features [N, 130, 13]}. */
  private static String shapes(List<ValueInfoProto> values) {
    return values.stream()
        .map(
            value ->
                value.getName()
                    + value.getType().getTensorType().getShape().getDimList().stream()
                        .map(
                            size ->
                                size.hasDimParam() ? size.getDimParam() : "" + size.getDimValue())
                        .collect(Collectors.joining(", ", " [", "]")))
        .collect(Collectors.joining(" and "));
  }

  // ---- features

  private void exportFeatures(Path from) {
    Stage.requireOption(!endsWith(".onnx"), "--out %s is for --model", out);
    nameOutputs();
    Features features = Features.read(from);
    Store.writeTogether(contents(features));
    if (isFolder()) {
      FeatureFolder.deleteOtherParts(out);
    }
    System.out.printf(
        "%d segments × %d frames × %d values: %s%n",
        features.size(), features.frames(), features.coefficients(), out);
  }

  private void nameOutputs() {
    if (endsWith(".npy")) {
      Stage.alsoWrites(index(), "track", "segment", "genre");
    } else if (isFolder()) {
      FeatureFolder.nameOutputs(out);
    }
  }

  private Map<Path, Store.Content> contents(Features features) {
    if (endsWith(".npy")) {
      var files = new LinkedHashMap<Path, Store.Content>();
      files.put(out, FeaturesNumpy.npy(features));
      files.put(index(), Store.rows(FeaturesNumpy.index(features)));
      return files;
    }
    if (endsWith(".npz")) {
      return Map.of(out, FeaturesNumpy.npz(features));
    }
    if (endsWith(".parquet")) {
      return Map.of(out, FeaturesParquet.content(features));
    }
    return features.contents(out);
  }

  private boolean isFolder() {
    return !endsWith(".npy")
        && !endsWith(".npz")
        && !endsWith(".parquet")
        && Features.isFolder(out);
  }

  private boolean endsWith(String ending) {
    return out.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** {@code X-index.json} of {@code X.npy}. */
  private Path index() {
    String name = out.getFileName().toString();
    return out.resolveSibling(name.substring(0, name.length() - ".npy".length()) + "-index.json");
  }
}
