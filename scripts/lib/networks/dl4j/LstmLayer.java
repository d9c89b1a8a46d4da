//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES FastLstm.java

package genrelab.networks.dl4j;

import java.util.Arrays;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What both ways to compute a {@link FastLstm} share: parameters, checks of input, the steps
 * forward and back, refusals.
 */
abstract class LstmLayer extends BaseRecurrentLayer<FastLstm> {
  private static final long serialVersionUID = 1;

  /**
   * The parameters, in the order in which weights are kept side by side: [units, 4 units], [size, 4
   * units] and [1, 4 units], all in 'f' order.
   */
  static final String[] KEYS = {
    LSTMParamInitializer.RECURRENT_WEIGHT_KEY,
    LSTMParamInitializer.INPUT_WEIGHT_KEY,
    LSTMParamInitializer.BIAS_KEY
  };

  /** Features of a step, and the layer's units. */
  final int size;

  final int units;

  /** Rows that each of {@link #KEYS} has. */
  final int[] heights;

  /** Whether the layer holds what the way back needs, for the present input. */
  boolean kept;

  LstmLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    size = Math.toIntExact(layerConf().getNIn());
    units = Math.toIntExact(layerConf().getNOut());
    heights = new int[] {units, size, 1};
  }

  @Override
  public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
    super.setInput(input, workspaces);
    kept = false;
  }

  // ---- forward

  @Override
  public final INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray inputs = permuteIfNWC(input);
    checkInputs(inputs);
    INDArray outputs =
        create(ArrayType.ACTIVATIONS, inputs.size(0), units, inputs.size(2), workspaces);
    forward(outputs, training, ArrayType.FF_WORKING_MEM, workspaces);
    return permuteIfNWC(outputs);
  }

  /** Refuses inputs that are not [batch, size, steps], and masks. */
  private void checkInputs(INDArray inputs) {
    layerConf().refuseUnless(maskArray == null, "has no masks");
    if (inputs.rank() != 3 || inputs.size(1) != size || inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "expected input of [batch, %d, steps], not %s %s"
              .formatted(size, Arrays.toString(inputs.shape()), layerId()));
    }
  }

  /** An array [batch, values, steps] to be given on, in the order in which it is computed best. */
  abstract INDArray create(
      ArrayType type, long batch, long values, long steps, LayerWorkspaceMgr workspaces);

  /**
   * Computes the outputs of the present input, and sets {@link #kept}.
   *
   * @param outputs [batch, units, steps]; null where only what the way back needs is wanted
   * @param keep whether to keep that
   * @param memory of a copy of the input, where one is needed
   */
  abstract void forward(
      INDArray outputs, boolean keep, ArrayType memory, LayerWorkspaceMgr workspaces);

  // ---- back

  @Override
  public final Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    if (!kept) {
      applyDropOutIfNecessary(true, workspaces);
      forward(null, true, ArrayType.BP_WORKING_MEM, workspaces);
    }
    INDArray errors = permuteIfNWC(epsilon);
    INDArray inputErrors =
        create(ArrayType.ACTIVATION_GRAD, errors.size(0), size, errors.size(2), workspaces);
    backward(errors, inputErrors, workspaces);
    weightNoiseParams.clear();
    return new Pair<>(gradientViews(), permuteIfNWC(backpropDropOutIfPresent(inputErrors)));
  }

  /**
   * Computes the input's errors, and the parameters' gradients into DL4J's views.
   *
   * @param errors of the outputs, [batch, units, steps]
   * @param inputErrors [batch, size, steps], to be filled
   */
  abstract void backward(INDArray errors, INDArray inputErrors, LayerWorkspaceMgr workspaces);

  /** The gradients, which are in DL4J's views already, in DL4J's order. */
  private Gradient gradientViews() {
    var gradient = new DefaultGradient();
    for (int part : new int[] {1, 0, 2}) {
      gradient.gradientForVariable().put(KEYS[part], gradientViews.get(KEYS[part]));
    }
    return gradient;
  }

  // ---- what the LSTM of DL4J can do, and this can't

  @Override
  public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaces) {
    throw unsupported("rnnTimeStep");
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray input, boolean training, boolean store, LayerWorkspaceMgr workspaces) {
    throw unsupported("stored state");
  }

  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int length, LayerWorkspaceMgr workspaces) {
    throw unsupported("truncated back-propagation");
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        what + " is not in FastLstm; use DL4J's LSTM " + layerId());
  }

  // ---- as DL4J's LSTM

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
    layerConf().refuseUnless(mask == null, "has no masks");
    return new Pair<>(null, MaskState.Passthrough);
  }
}
