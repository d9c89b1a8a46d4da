//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES InputPreparation.java
//SOURCES NetworkInput.java
//SOURCES TrainedModel.java
//SOURCES ../kit/Stage.java
//SOURCES ../onnx/OnnxGraph.java
//SOURCES dl4j/PooledConvolution.java
//SOURCES dl4j/RowsAsSteps.java

package genrelab.networks;

import genrelab.kit.Stage;
import genrelab.networks.dl4j.PooledConvolution;
import genrelab.networks.dl4j.RowsAsSteps;
import genrelab.onnx.OnnxGraph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a trained network as an ONNX graph: from features as the features file has them to
 * probabilities, scaling included.
 *
 * <p>Layer by layer from the built network, so that a network of one's own is exported too if its
 * layers are among those of the kit's networks: convolution, max and average pooling, batch
 * normalisation, LSTM, dense, dropout, global average pooling. Batch normalisation uses its running
 * statistics, and dropout falls away, as in prediction.
 */
public final class NetworkOnnx {
  private static final Map<String, String> ACTIVATIONS =
      Map.of(
          "relu", "Relu",
          "tanh", "Tanh",
          "sigmoid", "Sigmoid",
          "softmax", "Softmax",
          "identity", "");

  private final OnnxGraph onnx;
  private final ComputationGraph network;
  private final Map<String, Value> values = new HashMap<>();

  private NetworkOnnx(OnnxGraph onnx, ComputationGraph network) {
    this.onnx = onnx;
    this.network = network;
  }

  /**
   * A value of the ONNX graph.
   *
   * @param name of it
   * @param sizes of planes: channels, rows, columns ([N, channels, rows, columns]); of a sequence:
   *     steps, values ([steps, N, values], as ONNX's LSTM takes it); of vectors: their length
   */
  private record Value(String name, long... sizes) {
    private long channels() {
      return sizes[0];
    }
  }

  /**
   * Adds inputs {@code features} [N, frames, values] and, where the network takes them, one-hot
   * {@code clusters} [N, K], and the network's nodes.
   *
   * @param network built of the model, with its parameters
   * @throws Stage.Failure if a layer has no counterpart here
   */
  public static Outputs write(OnnxGraph onnx, TrainedModel model, ComputationGraph network) {
    var writer = new NetworkOnnx(onnx, network);
    List<String> inputs = network.getConfiguration().getNetworkInputs();
    writer.values.put(inputs.get(0), writer.features(model.preparation()));
    if (inputs.size() > 1) {
      int clusters = model.preparation().clusters();
      writer.values.put(inputs.get(1), new Value(onnx.input("clusters", clusters), clusters));
    }
    for (String name : network.getConfiguration().getTopologicalOrderStr()) {
      GraphVertex vertex = network.getConfiguration().getVertices().get(name);
      if (vertex != null) { // an input is none
        writer.values.put(name, writer.vertex(name, vertex));
      }
    }
    String output = network.getConfiguration().getNetworkOutputs().get(0);
    Value before =
        writer.values.get(network.getConfiguration().getVertexInputs().get(output).get(0));
    return new Outputs(writer.values.get(output).name(), before.name(), before.sizes()[0]);
  }

  /**
   * Names of the graph's values that are worth an output.
   *
   * @param probabilities [N, classes]
   * @param embedding what the output layer takes, [N, size]
   */
  public record Outputs(String probabilities, String embedding, long size) {}

  /** What {@link InputPreparation#inputs} does with a segment. */
  private Value features(InputPreparation preparation) {
    int frames = preparation.frames();
    int coefficients = preparation.coefficients();
    String features =
        onnx.standardised(
            "input/scaled",
            onnx.input("features", frames, coefficients),
            preparation.mean(),
            preparation.deviation());
    boolean flat = preparation.shape() == NetworkInput.Shape.flat;
    int rows = flat ? frames * coefficients : frames;
    int columns = flat ? 1 : coefficients;
    if (preparation.layout() == InputPreparation.Layout.image) {
      return new Value(reshape("input/planes", features, 0, 1, rows, columns), 1, rows, columns);
    }
    if (flat) {
      features = reshape("input/flat", features, 0, rows, 1);
    }
    return new Value(transpose("input/steps", features, 1, 0, 2), rows, columns);
  }

  private Value vertex(String name, GraphVertex vertex) {
    List<Value> inputs =
        network.getConfiguration().getVertexInputs().get(name).stream().map(values::get).toList();
    Value input = inputs.get(0);
    if (vertex instanceof LayerVertex layer) {
      if (layer.getPreProcessor() != null) {
        input = shaped(name + "/shaped", layer.getPreProcessor(), input);
      }
      return layer(name, layer.getLayerConf().getLayer(), input);
    }
    if (vertex instanceof PreprocessorVertex shape) {
      return shaped(name, shape.getPreProcessor(), input);
    }
    if (vertex instanceof MergeVertex && !isSequence(input)) {
      String[] names = inputs.stream().map(Value::name).toArray(String[]::new);
      long[] sizes = input.sizes().clone();
      sizes[0] = inputs.stream().mapToLong(Value::channels).sum();
      return new Value(onnx.node("Concat", name, Map.of("axis", 1), names), sizes);
    }
    throw unknown(name, vertex);
  }

  private static boolean isSequence(Value value) {
    return value.sizes().length == 2;
  }

  private Value shaped(String name, InputPreProcessor shape, Value input) {
    if (shape instanceof CnnToFeedForwardPreProcessor) {
      return flattened(name, input);
    }
    if (shape instanceof RowsAsSteps) {
      long rows = input.sizes()[1];
      long width = input.channels() * input.sizes()[2];
      String rowsFirst = transpose(name + "/first", input.name(), 2, 0, 1, 3);
      return new Value(reshape(name, rowsFirst, 0, 0, width), rows, width);
    }
    throw unknown(name, shape);
  }

  private Value flattened(String name, Value input) {
    long length = 1;
    for (long size : input.sizes()) {
      length *= size;
    }
    return new Value(onnx.node("Flatten", name, Map.of("axis", 1), input.name()), length);
  }

  // ---- layers

  private Value layer(String name, Layer layer, Value input) {
    if (layer instanceof DropoutLayer) {
      return input;
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution(name, convolution, input);
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return pooled(name, pooling, input);
    }
    if (layer instanceof BatchNormalization normalisation) {
      return normalised(name, normalisation, input);
    }
    if (layer instanceof GlobalPoolingLayer pooling
        && pooling.getPoolingType() == PoolingType.AVG
        && input.sizes().length == 3) {
      return flattened(name, new Value(average(name, input), input.channels(), 1, 1));
    }
    if (layer instanceof LSTM lstm) {
      return lstm(name, lstm, input, false);
    }
    if (layer instanceof LastTimeStep last && last.getUnderlying() instanceof LSTM lstm) {
      return lstm(name, lstm, input, true);
    }
    if (layer instanceof DenseLayer || layer instanceof OutputLayer) {
      return dense(name, (BaseLayer) layer, input);
    }
    throw unknown(name, layer);
  }

  private String average(String name, Value input) {
    return onnx.node("GlobalAveragePool", name + "/planes", input.name());
  }

  private Value convolution(String name, ConvolutionLayer layer, Value input) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    boolean padded = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] window = {dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1};
    long filters = layer.getNOut();
    Window sizes = Window.of(input, window, stride, padded, layer.getPadding());
    String weights = parameter(name, "W", filters, input.channels(), kernel[0], kernel[1]);
    String bias = layer.hasBias() ? parameter(name, "b", filters) : "";
    Value convolved =
        new Value(
            onnx.node(
                "Conv",
                name,
                Map.of(
                    "kernel_shape", longs(kernel),
                    "strides", longs(stride),
                    "dilations", longs(dilation),
                    "pads", sizes.pads()),
                bias.isEmpty()
                    ? new String[] {input.name(), weights}
                    : new String[] {input.name(), weights, bias}),
            filters,
            sizes.rows(),
            sizes.columns());
    if (layer instanceof PooledConvolution pooled) {
      int[] pool = {pooled.pool(), pooled.pool()};
      Value active =
          new Value(onnx.node("Relu", name + "/relu", convolved.name()), convolved.sizes());
      return pooled("MaxPool", name + "/pooled", active, pool, new int[] {2, 2}, true, null);
    }
    return new Value(activation(name, layer, convolved.name()), convolved.sizes());
  }

  private Value pooled(String name, SubsamplingLayer layer, Value input) {
    boolean padded = layer.getConvolutionMode() == ConvolutionMode.Same;
    boolean average =
        layer.getPoolingType() == PoolingType.AVG
            && !padded
            && Arrays.stream(layer.getPadding()).allMatch(size -> size == 0);
    if (!average && layer.getPoolingType() != PoolingType.MAX) {
      throw unknown(name, layer);
    }
    String operator = average ? "AveragePool" : "MaxPool";
    return pooled(
        operator,
        name,
        input,
        layer.getKernelSize(),
        layer.getStride(),
        padded,
        layer.getPadding());
  }

  private Value pooled(
      String operator,
      String name,
      Value input,
      int[] kernel,
      int[] stride,
      boolean padded,
      int[] padding) {
    Window sizes = Window.of(input, kernel, stride, padded, padding);
    return new Value(
        onnx.node(
            operator,
            name,
            Map.of("kernel_shape", longs(kernel), "strides", longs(stride), "pads", sizes.pads()),
            input.name()),
        input.channels(),
        sizes.rows(),
        sizes.columns());
  }

  /**
   * What a window makes of planes.
   *
   * @param pads rows before, columns before, rows after, columns after, as ONNX orders them
   */
  private record Window(long rows, long columns, long[] pads) {
    /** {@code same} pads as Keras: what is odd goes after. */
    static Window of(Value input, int[] kernel, int[] stride, boolean same, int[] padding) {
      long[] pads = new long[4];
      long[] sizes = new long[2];
      for (int d = 0; d < 2; d++) {
        long length = input.sizes()[1 + d];
        if (same) {
          sizes[d] = (length + stride[d] - 1) / stride[d];
          long padded = Math.max(0, (sizes[d] - 1) * stride[d] + kernel[d] - length);
          pads[d] = padded / 2;
          pads[2 + d] = padded - padded / 2;
        } else {
          pads[d] = padding[d];
          pads[2 + d] = padding[d];
          sizes[d] = (length + 2L * padding[d] - kernel[d]) / stride[d] + 1;
        }
      }
      return new Window(sizes[0], sizes[1], pads);
    }
  }

  private Value normalised(String name, BatchNormalization layer, Value input) {
    long channels = input.channels();
    return new Value(
        onnx.node(
            "BatchNormalization",
            name,
            Map.of("epsilon", (float) layer.getEps()),
            input.name(),
            parameter(name, "gamma", channels),
            parameter(name, "beta", channels),
            parameter(name, "mean", channels),
            onnx.constant(name + "/var", variances(name), channels)),
        input.sizes());
  }

  /** Running variances, which DL4J keeps as such or as logarithms of the deviation. */
  private float[] variances(String name) {
    if (network.getLayer(name).getParam("var") != null) {
      return values(name, "var");
    }
    float[] variances = values(name, "log10stdev");
    for (int c = 0; c < variances.length; c++) {
      variances[c] = (float) Math.pow(10, 2.0 * variances[c]);
    }
    return variances;
  }

  private Value dense(String name, BaseLayer layer, Value input) {
    INDArray weights = network.getLayer(name).getParam("W");
    long units = weights.size(1);
    String product =
        onnx.node(
            "Gemm",
            name,
            input.name(),
            parameter(name, "W", weights.size(0), units),
            parameter(name, "b", units));
    return new Value(activation(name, layer, product), units);
  }

  private String activation(String name, BaseLayer layer, String input) {
    String operator = ACTIVATIONS.get(layer.getActivationFn().toString());
    if (operator == null) {
      throw unknown(name, layer.getActivationFn());
    }
    return operator.isEmpty() ? input : onnx.node(operator, name + "/activation", input);
  }

  // ---- LSTM

  /** DL4J's order of the gates: candidate, forget, output, input; ONNX's by place in that. */
  private static final int[] GATES = {3, 2, 1, 0}; // input, output, forget, candidate

  /** A layer that gives all steps, or the last one alone. */
  private Value lstm(String name, LSTM layer, Value input, boolean last) {
    requireStandard(name, layer);
    int units = Math.toIntExact(layer.getNOut());
    int size = Math.toIntExact(input.sizes()[1]);
    String weights = gates(name, "W", size, units);
    String recurrent = gates(name, "RW", units, units);
    float[] bias = new float[8 * units]; // of the input, then of the recurrent weights
    System.arraycopy(byGates(values(name, "b"), 1, units), 0, bias, 0, 4 * units);
    String all = name + "/all";
    String end = name + "/end";
    onnx.node(
        "LSTM",
        name,
        Map.of("hidden_size", units),
        List.of(last ? "" : all, last ? end : ""),
        input.name(),
        weights,
        recurrent,
        onnx.constant(name + "/b", bias, 1, 8L * units));
    // ONNX's LSTMs may run in both directions: an axis of one
    String axis = onnx.integers(name + "/direction", last ? 0 : 1);
    String steps = onnx.node("Squeeze", name + "/steps", last ? end : all, axis);
    return last ? new Value(steps, units) : new Value(steps, input.sizes()[0], units);
  }

  private void requireStandard(String name, LSTM layer) {
    boolean standard =
        layer.getActivationFn().toString().equals("tanh")
            && layer.getGateActivationFn().toString().equals("sigmoid");
    if (!standard) {
      throw unknown(name, layer.getActivationFn());
    }
  }

  private String gates(String layer, String key, int inputs, int units) {
    float[] byGates = byGates(values(layer, key), inputs, units);
    return onnx.constant(layer + "/" + key, byGates, 1, 4L * units, inputs);
  }

  /** From [inputs, gates · units] in DL4J's order to [gates · units, inputs] in ONNX's. */
  private static float[] byGates(float[] values, int inputs, int units) {
    float[] ordered = new float[values.length];
    for (int gate = 0; gate < 4; gate++) {
      for (int u = 0; u < units; u++) {
        for (int i = 0; i < inputs; i++) {
          ordered[(gate * units + u) * inputs + i] =
              values[i * 4 * units + GATES[gate] * units + u];
        }
      }
    }
    return ordered;
  }

  // ---- what is common

  private String parameter(String layer, String key, long... sizes) {
    return onnx.constant(layer + "/" + key, values(layer, key), sizes);
  }

  /** In C order, whatever DL4J's. */
  private float[] values(String layer, String key) {
    return network.getLayer(layer).getParam(key).dup('c').data().asFloat();
  }

  private String reshape(String name, String input, long... sizes) {
    return onnx.node("Reshape", name, input, onnx.integers(name + "/sizes", sizes));
  }

  private String transpose(String name, String input, long... order) {
    return onnx.node("Transpose", name, Map.of("perm", order), input);
  }

  private static long[] longs(int[] values) {
    return new long[] {values[0], values[1]};
  }

  private static Stage.Failure unknown(String name, Object what) {
    return new Stage.Failure(
        "layer '%s' (%s) can't be exported: export knows convolution, max and average pooling,"
            + " batch normalisation, LSTM, dense, dropout and global average pooling, with ReLU,"
            + " tanh, sigmoid or softmax",
        name, what.getClass().getSimpleName());
  }
}
