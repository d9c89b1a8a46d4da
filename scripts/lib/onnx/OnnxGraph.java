// ONNX's protobuf messages.
//DEPS org.tribuo:tribuo-util-onnx:4.3.2

package genrelab.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * An ONNX graph under construction: nodes in the order in which data flows through them.
 *
 * <p>Values are named; each method that adds one returns its name, for later nodes to take. A
 * node's output has the node's name.
 *
 * <p>Operators are those of opset 13 and, for classical models, of ai.onnx.ml 1: old enough for the
 * importers of other tools.
 */
public final class OnnxGraph {
  private static final int IR_VERSION = 7; // the first with opset 13
  private static final int OPSET = 13;
  private static final String ML_DOMAIN = "ai.onnx.ml";
  private static final int ML_OPSET = 1;

  /** Of a number of rows that is only known when the model runs. */
  public static final String ROWS = "N";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>();

  /**
   * Adds an input of 32-bit floats, [N, sizes…].
   *
   * @param sizes of all dimensions but the first, which is the number of rows
   */
  public String input(String name, long... sizes) {
    use(name);
    graph.addInput(value(name, sizes));
    return name;
  }

  /** Makes a value an output of the graph: 32-bit floats, [N, sizes…]. */
  public void output(String name, long... sizes) {
    graph.addOutput(value(name, sizes));
  }

  private static ValueInfoProto value(String name, long... sizes) {
    var shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(ROWS);
    LongStream.of(sizes).forEach(size -> shape.addDimBuilder().setDimValue(size));
    var tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** Adds a constant of 32-bit floats; without sizes a scalar. */
  public String constant(String name, float[] values, long... sizes) {
    ByteBuffer bytes = littleEndian(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT, bytes, sizes);
  }

  /** Adds a constant of 64-bit floats; without sizes a scalar. */
  public String constant(String name, double[] values, long... sizes) {
    ByteBuffer bytes = littleEndian(Double.BYTES * values.length);
    bytes.asDoubleBuffer().put(values);
    return constant(name, TensorProto.DataType.DOUBLE, bytes, sizes);
  }

  /** Adds a vector of 64-bit integers: sizes, axes or places. */
  public String integers(String name, long... values) {
    ByteBuffer bytes = littleEndian(Long.BYTES * values.length);
    bytes.asLongBuffer().put(values);
    return constant(name, TensorProto.DataType.INT64, bytes, values.length);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, TensorProto.DataType type, ByteBuffer bytes, long... sizes) {
    use(name);
    graph
        .addInitializerBuilder()
        .setName(name)
        .setDataType(type.getNumber())
        .addAllDims(LongStream.of(sizes).boxed().toList())
        .setRawData(ByteString.copyFrom(bytes.array()));
    return name;
  }

  /**
   * Adds a node with one output, which has the node's name.
   *
   * @param operator as ONNX spells it, e.g. {@code MatMul}
   * @param inputs names of values; "" for an optional input that is left out
   */
  public String node(String operator, String name, String... inputs) {
    return node(operator, name, Map.of(), List.of(name), inputs);
  }

  /** Adds a node with attributes: numbers, strings and arrays of them. */
  public String node(String operator, String name, Map<String, ?> attributes, String... inputs) {
    return node(operator, name, attributes, List.of(name), inputs);
  }

  /**
   * Adds a node with several outputs.
   *
   * @param outputs their names; "" for one that nothing takes
   * @return the last output
   */
  public String node(
      String operator,
      String name,
      Map<String, ?> attributes,
      List<String> outputs,
      String... inputs) {
    add("", operator, name, attributes, outputs, inputs);
    return outputs.get(outputs.size() - 1);
  }

  /**
   * Adds the scaling of values to mean 0 and deviation 1.
   *
   * @param name of the result, and what names of constants begin with
   * @param mean of each value of the last dimension, subtracted first
   * @param deviation likewise, divided by then
   */
  public String standardised(String name, String input, float[] mean, float[] deviation) {
    String subtracted = constant(name + "/mean", mean, mean.length);
    String centred = node("Sub", name + "/centred", input, subtracted);
    return node("Div", name, centred, constant(name + "/deviation", deviation, deviation.length));
  }

  /** Adds the division of each row by its sum, so that it sums to 1. */
  public String shares(String name, String rows) {
    String sum = node("ReduceSum", name + "/sum", rows, integers(name + "/axis", 1));
    return node("Div", name, rows, sum);
  }

  /**
   * Adds a node of ai.onnx.ml, ONNX's operators of classical models.
   *
   * @param outputs their names
   */
  public void classicalNode(
      String operator,
      String name,
      Map<String, ?> attributes,
      List<String> outputs,
      String... inputs) {
    add(ML_DOMAIN, operator, name, attributes, outputs, inputs);
  }

  private void add(
      String domain,
      String operator,
      String name,
      Map<String, ?> attributes,
      List<String> outputs,
      String... inputs) {
    outputs.stream().filter(output -> !output.isEmpty()).forEach(this::use);
    NodeProto.Builder node =
        graph
            .addNodeBuilder()
            .setOpType(operator)
            .setDomain(domain)
            .setName(name)
            .addAllInput(List.of(inputs))
            .addAllOutput(outputs);
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey()) // the same bytes every time
        .forEach(each -> node.addAttribute(attribute(each.getKey(), each.getValue())));
  }

  private void use(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("two values are named " + name);
    }
  }

  /** Adds the nodes and constants of a graph that another writer built: its inputs are ours. */
  public void addNodes(GraphProto other) {
    graph.addAllInitializer(other.getInitializerList()).addAllNode(other.getNodeList());
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer number) {
      attribute.setType(AttributeType.INT).setI(number);
    } else if (value instanceof Float number) {
      attribute.setType(AttributeType.FLOAT).setF(number);
    } else if (value instanceof String text) {
      attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
    } else if (value instanceof long[] numbers) {
      attribute.setType(AttributeType.INTS).addAllInts(LongStream.of(numbers).boxed().toList());
    } else if (value instanceof float[] numbers) {
      attribute.setType(AttributeType.FLOATS);
      for (float number : numbers) {
        attribute.addFloats(number);
      }
    } else if (value instanceof String[] texts) {
      attribute
          .setType(AttributeType.STRINGS)
          .addAllStrings(Arrays.stream(texts).map(ByteString::copyFromUtf8).toList());
    } else {
      throw new IllegalArgumentException("attribute " + name + ": " + value.getClass());
    }
    return attribute.build();
  }

  /**
   * The model of this graph.
   *
   * @param name of the graph
   * @param producer the tool that wrote it, and its version
   * @param description Markdown or plain text
   * @param metadata names and values that readers find in the model's properties
   */
  public ModelProto model(
      String name,
      String producer,
      String version,
      String description,
      SortedMap<String, String> metadata) {
    var model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(producer)
            .setProducerVersion(version)
            .setDocString(description)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(ML_DOMAIN).setVersion(ML_OPSET))
            .setGraph(graph.setName(name));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }
}
