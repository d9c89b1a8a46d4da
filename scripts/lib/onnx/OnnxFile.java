//DEPS org.tribuo:tribuo-util-onnx:4.3.2
//SOURCES ../kit/Stage.java

package genrelab.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import genrelab.kit.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/**
 * What an ONNX file holds, looked at before ONNX Runtime loads it: one from others may be damaged,
 * too large, or reach for files of this machine.
 */
final class OnnxFile {
  /** The largest of the embeddings in use, MERT with 330 million weights, has 1.3 GB. */
  private static final long MAX_BYTES = 2_000_000_000L;

  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

  private static final int MAX_DEPTH = 32;

  private final Path file;
  private long weights;

  private OnnxFile(Path file) {
    this.file = file;
  }

  /**
   * Checks a file.
   *
   * @throws Stage.Failure if it is missing or no ONNX model; it and its weights have over 2 GB; it
   *     uses operators that ONNX Runtime lacks; its weights lie outside its folder; or its graphs
   *     are nested too deep
   */
  static void check(Path file) {
    try (var channel = FileChannel.open(file)) {
      if (channel.size() > MAX_BYTES) {
        throw failure(file, "it is over 2 GB; convert it to 16-bit weights, or take a smaller one");
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      var in = CodedInputStream.newInstance(bytes);
      in.enableAliasing(true); // weights stay in the file
      in.setRecursionLimit(3 * MAX_DEPTH + 10); // graph, node, attribute
      ModelProto model = ModelProto.parser().parseFrom(in);
      if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
        throw failure(file, "it holds no graph; give a model in the ONNX format");
      }
      new OnnxFile(file).check(model, channel.size());
    } catch (NoSuchFileException missing) {
      throw new Stage.Failure("%s: no such file; give a model in the ONNX format", file);
    } catch (com.google.protobuf.InvalidProtocolBufferException error) {
      throw failure(file, "it is damaged, or its graphs are nested too deep");
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Stage.Failure failure(Path file, String why) {
    return new Stage.Failure("%s: not an ONNX model to run (%s)", file, why);
  }

  private void check(ModelProto model, long bytes) {
    for (OperatorSetIdProto operators : model.getOpsetImportList()) {
      requireKnown(operators.getDomain());
    }
    weights = bytes;
    check(model.getGraph(), 0);
  }

  private void requireKnown(String domain) {
    if (!DOMAINS.contains(domain)) {
      throw failure(
          file,
          "it uses operators of '%s', which ONNX Runtime does not have; export it without them"
              .formatted(Stage.oneLine(domain)));
    }
  }

  private void check(GraphProto graph, int depth) {
    if (depth > MAX_DEPTH) {
      throw failure(file, "its graphs are nested over " + MAX_DEPTH + " deep");
    }
    graph.getInitializerList().forEach(this::check);
    for (NodeProto node : graph.getNodeList()) {
      requireKnown(node.getDomain());
      for (AttributeProto attribute : node.getAttributeList()) {
        check(attribute.getT());
        attribute.getTensorsList().forEach(this::check);
        if (attribute.hasG()) {
          check(attribute.getG(), depth + 1);
        }
        attribute.getGraphsList().forEach(each -> check(each, depth + 1));
      }
    }
  }

  /** Weights beside the model: only as a file of its own folder. */
  private void check(TensorProto tensor) {
    if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
      return;
    }
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      if (entry.getKey().equals("location")) {
        String name = entry.getValue();
        boolean beside = !name.isEmpty() && !name.contains("/") && !name.contains("\\");
        Path data = file.toAbsolutePath().resolveSibling(beside ? name : "none");
        if (!beside || name.equals("..") || Files.isSymbolicLink(data)) {
          throw failure(
              file,
              "its weights are in '%s', outside its folder; put both into one folder"
                  .formatted(Stage.oneLine(name)));
        }
        if (!Files.isRegularFile(data)) {
          throw failure(
              file, "its weights '%s' are missing beside it".formatted(Stage.oneLine(name)));
        }
      }
    }
    long elements = 1;
    for (long size : tensor.getDimsList()) {
      elements = size < 0 || size > MAX_BYTES ? MAX_BYTES : Math.min(MAX_BYTES, elements * size);
    }
    weights += 2 * elements; // at least 16 bits each
    if (weights > MAX_BYTES) {
      throw failure(file, "its weights are over 2 GB; convert it, or take a smaller one");
    }
  }
}
