///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that ONNX models of others run, or are refused in one line
//DEPS org.slf4j:slf4j-nop:1.7.36
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/onnx/OnnxGraph.java
//SOURCES ../../lib/onnx/OnnxModel.java
//RUNTIME_OPTIONS -Xmx256m -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import genrelab.kit.Stage;
import genrelab.onnx.OnnxGraph;
import genrelab.onnx.OnnxModel;
import genrelab.onnx.OnnxModel.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX models of others run, or are refused in one line. */
class OnnxModelTest {
  @TempDir Path folder;

  @Test
  void aModelRunsOnAnyNumberOfRows() throws IOException {
    Path file = write(doubling());
    try (OnnxModel model = OnnxModel.open(file, 1)) {
      assertEquals(Map.of("made", "here"), model.metadata());
      assertEquals("[x]", "" + model.inputs());
      assertEquals("[y]", "" + model.outputs());
      assertArrayEquals(new long[] {-1, 2}, model.inputSizes("x").orElseThrow());
      assertTrue(model.inputSizes("z").isEmpty());
      Tensor two = model.run(Map.of("x", new Tensor(new float[] {1, 2, 3, 4}, 2, 2)), "y");
      assertArrayEquals(new float[][] {{2, 4}, {6, 8}}, two.rows());
      Tensor one = model.run(Map.of("x", new Tensor(new float[] {5, 6}, 1, 2)), "y");
      assertArrayEquals(new float[][] {{10, 12}}, one.rows());
      assertRefused(
          () -> model.run(Map.of("x", new Tensor(new float[3], 1, 3)), "y"), "can't run it");
    }
  }

  private static ModelProto doubling() {
    var graph = new OnnxGraph();
    graph.node("Add", "y", graph.input("x", 2), "x");
    graph.output("y", 2);
    var metadata = new TreeMap<String, String>(Map.of("made", "here"));
    return graph.model("doubling", "test", "1", "", metadata);
  }

  @Test
  void twoValuesOfOneNameAreAMistake() {
    var graph = new OnnxGraph();
    graph.input("x", 2);
    assertThrows(IllegalArgumentException.class, () -> graph.node("Neg", "x", "x"));
  }

  // ---- files that are refused

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    assertRefused(() -> OnnxModel.open(folder.resolve("none.onnx"), 1), "no such file");
    Path file = folder.resolve("model.onnx");
    byte[] sound = doubling().toByteArray();
    for (int length = 0; length < sound.length / 2; length += 3) { // within the graph
      Files.write(file, Arrays.copyOf(sound, length));
      assertRefused(() -> OnnxModel.open(file, 1), "model.onnx: ");
    }
    Files.write(file, "PK, or any other text".getBytes());
    assertRefused(() -> OnnxModel.open(file, 1), "not an ONNX model");
  }

  @Test
  void aFileOfOverTwoGigabytesIsRefused() throws IOException {
    Path file = folder.resolve("large.onnx");
    try (var large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(2_000_000_001L); // no byte of it is on the disk
    }
    assertRefused(() -> OnnxModel.open(file, 1), "over 2 GB");
  }

  @Test
  void weightsOfOverTwoGigabytesAreRefused() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[8]);
    Path file = write(withWeights("weights.bin", 2_000_000, 1_000));
    assertRefused(() -> OnnxModel.open(file, 1), "over 2 GB");
  }

  @Test
  void weightsOutsideTheFolderAreRefused() throws IOException {
    for (String name : new String[] {"/etc/passwd", "../secret", "sub/weights", "..", "", "a\\b"}) {
      Path file = write(withWeights(name, 2));
      assertRefused(() -> OnnxModel.open(file, 1), "outside its folder");
    }
    Path file = write(withWeights("weights.bin", 2));
    assertRefused(() -> OnnxModel.open(file, 1), "'weights.bin' are missing beside it");
  }

  private static ModelProto withWeights(String location, long... sizes) {
    ModelProto.Builder model = doubling().toBuilder();
    TensorProto.Builder weights =
        model
            .getGraphBuilder()
            .addInitializerBuilder()
            .setName("weights")
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue(location));
    for (long size : sizes) {
      weights.addDims(size);
    }
    return model.build();
  }

  @Test
  void operatorsThatOnnxRuntimeLacksAreRefused() throws IOException {
    ModelProto.Builder domain = doubling().toBuilder();
    domain.addOpsetImportBuilder().setDomain("org.example.mine").setVersion(1);
    Path first = write(domain.build());
    assertRefused(() -> OnnxModel.open(first, 1), "operators of 'org.example.mine'");
    ModelProto.Builder operator = doubling().toBuilder();
    operator.getGraphBuilder().getNodeBuilder(0).setOpType("Explode");
    Path second = write(operator.build());
    assertRefused(() -> OnnxModel.open(second, 1), "Explode");
  }

  @Test
  void graphsNestedTooDeepAreRefused() throws IOException {
    for (int depth : new int[] {40, 400}) {
      GraphProto graph = doubling().getGraph();
      for (int level = 0; level < depth; level++) {
        var inner = AttributeProto.newBuilder().setName("body").setG(graph);
        graph =
            GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder().setOpType("Loop").addAttribute(inner))
                .build();
      }
      Path file = write(doubling().toBuilder().setGraph(graph).build());
      assertRefused(() -> OnnxModel.open(file, 1), "nested");
    }
  }

  private Path write(ModelProto model) throws IOException {
    return Files.write(folder.resolve("model.onnx"), model.toByteArray());
  }

  private static void assertRefused(org.junit.jupiter.api.function.Executable action, String why) {
    Stage.Failure failure = assertThrows(Stage.Failure.class, action);
    String line = failure.getMessage();
    assertTrue(line.contains(why), line);
    assertEquals(1, line.lines().count(), line);
  }
}
