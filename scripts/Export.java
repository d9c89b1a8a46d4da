///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Writes a trained model as ONNX, for other tools
//DEPS info.picocli:picocli:4.7.7
// the networks that a model may be of; those of one's own are named by JBang's -s
//SOURCES Cnn.java
//SOURCES Compact.java
//SOURCES Hybrid.java
//SOURCES Lstm.java
//SOURCES lib/classification/OnnxExport.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=6g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import genrelab.classification.OnnxExport;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes a trained model as ONNX, so that Python, C++ or a browser can run it.
 *
 * <p>One graph from features, as the features file has them, to probabilities. What is in it:
 * {@link OnnxExport}.
 */
@Command(
    name = "export",
    description = "Writes a trained model as ONNX, for other tools.",
    footer = {
      "",
      "The ONNX model takes features [N, frames, values] as the features file has them; scaling"
          + " is inside. It gives probabilities [N, classes], as in predictions.json, and"
          + " calibrated [N, classes], with the temperature of segments. Networks with --clusters"
          + " one-hot take the cluster as a second input, clusters [N, K]. Its metadata holds"
          + " class names, feature parameters, temperatures, split, licence and model card. A"
          + " baseline must be one of segments (--level segment).",
      "",
      "data/README.md shows the way from a wav file to a genre in Python."
    })
public class Export implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      description = "The model.zip of a trained network or baseline.")
  Path model;

  @Option(
      names = "--out",
      paramLabel = "FILE.onnx",
      required = true,
      description = "The ONNX model (opset 13).")
  @Output
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Export(), args));
  }

  @Override
  public Integer call() {
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
    return 0;
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
}
