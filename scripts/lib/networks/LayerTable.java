//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Architecture.java
//SOURCES InputPreparation.java
//SOURCES NetworkGraph.java
//SOURCES NetworkInput.java
//SOURCES dl4j/PooledConvolution.java
//SOURCES dl4j/RowsAsSteps.java

package genrelab.networks;

import genrelab.networks.Architecture.Kind;
import genrelab.networks.dl4j.PooledConvolution;
import genrelab.networks.dl4j.RowsAsSteps;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
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
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The layers of a built network, in their order, as its table and figure show them. */
public final class LayerTable {
  private static final Map<PoolingType, String> POOLINGS =
      Map.of(PoolingType.MAX, "Max pooling", PoolingType.AVG, "Average pooling");

  private final ComputationGraph network;
  private final Map<String, InputType> outputs;
  private final List<Architecture.Layer> rows = new ArrayList<>();

  private LayerTable(ComputationGraph network, InputPreparation preparation) {
    this.network = network;
    InputType[] inputs = inputTypes(preparation);
    outputs = new HashMap<>(network.getConfiguration().getLayerActivationTypes(inputs));
    for (int i = 0; i < inputs.length; i++) {
      outputs.put(network.getConfiguration().getNetworkInputs().get(i), inputs[i]);
    }
  }

  /**
   * One row per layer, from the network's own configuration.
   *
   * @param preparation how segments become its input
   */
  public static List<Architecture.Layer> of(
      ComputationGraph network, InputPreparation preparation) {
    var table = new LayerTable(network, preparation);
    table.addInput(preparation);
    for (String name : network.getConfiguration().getTopologicalOrderStr()) {
      GraphVertex vertex = network.getConfiguration().getVertices().get(name);
      if (vertex instanceof LayerVertex layer) {
        table.addLayer(name, layer.getLayerConf().getLayer());
      } else if (vertex instanceof MergeVertex) {
        table.addMerge(name, preparation.clusters());
      } else if (vertex instanceof PreprocessorVertex shape) {
        boolean steps = shape.getPreProcessor() instanceof RowsAsSteps;
        table.add(Kind.SHAPE, steps ? "Rows as steps" : "Flatten", "", table.size(name), 0, 0);
      }
    }
    return List.copyOf(table.rows);
  }

  private static InputType[] inputTypes(InputPreparation preparation) {
    boolean flat = preparation.shape() == NetworkInput.Shape.flat;
    int rows = preparation.frames() * (flat ? preparation.coefficients() : 1);
    int columns = flat ? 1 : preparation.coefficients();
    InputType features =
        preparation.layout() == InputPreparation.Layout.image
            ? InputType.convolutional(rows, columns, 1)
            : InputType.recurrent(columns, rows);
    return preparation.clusters() == 0
        ? new InputType[] {features}
        : new InputType[] {features, InputType.feedForward(preparation.clusters())};
  }

  private void addInput(InputPreparation preparation) {
    boolean flat = preparation.shape() == NetworkInput.Shape.flat;
    int values = preparation.frames() * preparation.coefficients();
    String size = "%d × %d".formatted(preparation.frames(), preparation.coefficients());
    add(
        Kind.INPUT,
        "Segment",
        flat ? size + ", flattened" : "frames × coefficients",
        flat ? values + " × 1" : size,
        0,
        0);
  }

  private void addMerge(String name, int clusters) {
    boolean ofCluster = network.getConfiguration().getVertexInputs().get(name).contains("clusters");
    if (ofCluster) {
      add(Kind.INPUT, "Cluster beside it", "one-hot, " + clusters, size(name), 0, 0);
    } else { // of a network of the user's own
      add(Kind.SHAPE, "Concatenation", "", size(name), 0, 0);
    }
  }

  private void addLayer(String name, Layer layer) {
    long parameters = network.getLayer(name).numParams();
    if (layer instanceof ConvolutionLayer convolution) {
      addConvolution(name, convolution, parameters);
    } else if (layer instanceof SubsamplingLayer pooling) {
      addPooling(
          POOLINGS.getOrDefault(pooling.getPoolingType(), "" + pooling.getPoolingType()),
          pooling.getKernelSize(),
          pooling.getStride(),
          size(name));
    } else if (layer instanceof BatchNormalization) {
      long half = parameters / 2; // scale and shift; running mean and variance
      add(Kind.NORMALISATION, "Batch normalisation", "", size(name), half, half);
    } else if (layer instanceof LSTM) {
      add(Kind.RECURRENT, "LSTM", "all steps", size(name), parameters, 0);
    } else if (layer instanceof LastTimeStep) {
      add(Kind.RECURRENT, "LSTM", "last step", size(name), parameters, 0);
    } else if (layer instanceof GlobalPoolingLayer pooling
        && pooling.getPoolingType() == PoolingType.AVG) {
      add(Kind.POOLING, "Global average", "", size(name), 0, 0);
    } else if (layer instanceof DropoutLayer dropout) {
      add(Kind.DROPOUT, "Dropout", dropped(dropout), size(name), 0, 0);
    } else if (layer instanceof OutputLayer) {
      add(Kind.OUTPUT, "Output", activation(layer), size(name), parameters, 0);
    } else if (layer instanceof DenseLayer) {
      add(Kind.DENSE, "Dense", activation(layer), size(name), parameters, 0);
    } else { // of a network of the user's own
      add(Kind.SHAPE, layer.getClass().getSimpleName(), "", size(name), parameters, 0);
    }
  }

  private void addConvolution(String name, ConvolutionLayer convolution, long parameters) {
    int[] kernel = convolution.getKernelSize();
    boolean padded =
        convolution.getConvolutionMode() == ConvolutionMode.Same
            || Arrays.stream(convolution.getPadding()).anyMatch(size -> size > 0);
    boolean pooled = convolution instanceof PooledConvolution;
    InputType output =
        pooled
            ? ((PooledConvolution) convolution).convolved(outputs.get(inputOf(name)))
            : outputs.get(name);
    add(
        Kind.CONVOLUTION,
        "Convolution",
        "%d × %d, %sReLU".formatted(kernel[0], kernel[1], padded ? "padded, " : ""),
        size(output),
        parameters,
        0);
    if (pooled) {
      int window = ((PooledConvolution) convolution).pool();
      addPooling("Max pooling", new int[] {window, window}, new int[] {2, 2}, size(name));
    }
  }

  private void addPooling(String name, int[] window, int[] stride, String output) {
    String steps = stride[0] == stride[1] ? "" + stride[0] : stride[0] + " × " + stride[1];
    String detail = "%d × %d, stride %s".formatted(window[0], window[1], steps);
    add(Kind.POOLING, name, detail, output, 0, 0);
  }

  /** The vertex or network input that a layer takes. */
  private String inputOf(String name) {
    return network.getConfiguration().getVertexInputs().get(name).get(0);
  }

  /** The share that is dropped; DL4J keeps the share that stays. */
  private static String dropped(DropoutLayer layer) {
    double kept = ((Dropout) layer.getIDropout()).getP();
    return new BigDecimal(1 - kept).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static String activation(Layer layer) {
    String name =
        ((org.deeplearning4j.nn.conf.layers.BaseLayer) layer)
            .getActivationFn()
            .toString()
            .toLowerCase(Locale.ROOT);
    return name.startsWith("relu") ? "ReLU" : name.replaceFirst("\\(.*", "");
  }

  private String size(String name) {
    return size(outputs.get(name));
  }

  private static String size(InputType type) {
    if (type instanceof InputTypeConvolutional planes) {
      return "%d × %d × %d".formatted(planes.getHeight(), planes.getWidth(), planes.getChannels());
    }
    if (type instanceof InputTypeRecurrent sequence) {
      return "%d × %d".formatted(sequence.getTimeSeriesLength(), sequence.getSize());
    }
    return Long.toString(type.arrayElementsPerExample());
  }

  private void add(
      Kind kind, String name, String detail, String output, long parameters, long statistics) {
    rows.add(new Architecture.Layer(kind, name, detail, output, parameters, statistics));
  }
}
