//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES LstmChunk.java
//SOURCES Threads.java

package genrelab.networks.dl4j;

import genrelab.networks.dl4j.LstmChunk.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's LSTM, computed faster.
 *
 * <p>DL4J 1.0.0-M2.1 makes each step of an LSTM of many small array operations, whose overhead
 * takes most of the time. This layer takes one matrix product a step instead, loops over plain
 * arrays for the gates, and shares the batch out over threads. Parameters, their shapes, order and
 * start, and results but for the last digits are those of {@link LSTM}, in whose place it goes.
 *
 * <p>Limits: tanh and sigmoid only, no masks, no truncated back-propagation, no rnnTimeStep; types
 * float and, for gradient checks, double. It leaves OpenBLAS set to one thread a call.
 */
public final class FastLstm extends LSTM {
  private static final long serialVersionUID = 1;

  /** For Jackson; use {@link Builder}. */
  public FastLstm() {}

  private FastLstm(LSTM like) {
    setLayerName(like.getLayerName());
    setIDropout(like.getIDropout());
    setConstraints(like.getConstraints());
    setActivationFn(like.getActivationFn());
    setWeightInitFn(like.getWeightInitFn());
    setBiasInit(like.getBiasInit());
    setGainInit(like.getGainInit());
    setRegularization(like.getRegularization());
    setRegularizationBias(like.getRegularizationBias());
    setIUpdater(like.getIUpdater());
    setBiasUpdater(like.getBiasUpdater());
    setWeightNoise(like.getWeightNoise());
    setGradientNormalization(like.getGradientNormalization());
    setGradientNormalizationThreshold(like.getGradientNormalizationThreshold());
    setNIn(like.getNIn());
    setNOut(like.getNOut());
    setTimeDistributedFormat(like.getTimeDistributedFormat());
    setWeightInitFnRecurrent(like.getWeightInitFnRecurrent());
    setRnnDataFormat(like.getRnnDataFormat());
    setForgetGateBiasInit(like.getForgetGateBiasInit());
    setGateActivationFn(like.getGateActivationFn());
    setHelperAllowFallback(like.isHelperAllowFallback());
  }

  /** Builds a {@link FastLstm} with {@link LSTM}'s options. */
  @SuppressWarnings("unchecked") // DL4J declares build() generic
  public static class Builder extends LSTM.Builder {
    @Override
    public FastLstm build() {
      return new FastLstm(super.build());
    }
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    LayerValidation.assertNInNOutSet("FastLstm", getLayerName(), index, getNIn(), getNOut());
    refuseUnless(
        getActivationFn() instanceof ActivationTanH
            && getGateActivationFn() instanceof ActivationSigmoid,
        "needs activation tanh and gate activation sigmoid");
    refuseUnless(
        type == DataType.FLOAT || type == DataType.DOUBLE, "computes in float or double only");
    var layer = new Computed(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    return layer;
  }

  private void refuseUnless(boolean good, String what) {
    if (!good) {
      throw new IllegalArgumentException(
          "layer \"" + getLayerName() + "\": FastLstm " + what + "; use DL4J's LSTM");
    }
  }

  /** The layer at work. */
  private static final class Computed extends BaseRecurrentLayer<FastLstm> {
    private static final long serialVersionUID = 1;

    /** The parameters in the order in which our weights have them. */
    private static final String[] KEYS = {
      LSTMParamInitializer.RECURRENT_WEIGHT_KEY,
      LSTMParamInitializer.INPUT_WEIGHT_KEY,
      LSTMParamInitializer.BIAS_KEY
    };

    private final transient List<LstmChunk> chunks = new ArrayList<>();
    private final int size;
    private final int units;
    private final int width;

    /** Rows that each of {@link #KEYS} has in our weights. */
    private final int[] heights;

    private transient Values weights;
    private transient Values transposed;
    private transient Values gradients;

    /** Whether the chunks hold what the way back needs, for the present input. */
    private boolean kept;

    Computed(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
      size = Math.toIntExact(layerConf().getNIn());
      units = Math.toIntExact(layerConf().getNOut());
      width = units + size + 1;
      heights = new int[] {units, size, 1};
    }

    // ---- forward

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
      super.setInput(input, workspaces);
      kept = false;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      applyDropOutIfNecessary(training, workspaces);
      INDArray outputs =
          workspaces.createUninitialized(
              ArrayType.ACTIVATIONS, dataType, outputShape(permuteIfNWC(input)), 'f');
      forward(outputs, training, ArrayType.FF_WORKING_MEM, workspaces);
      return permuteIfNWC(outputs);
    }

    private long[] outputShape(INDArray inputs) {
      layerConf().refuseUnless(maskArray == null, "has no masks");
      if (inputs.rank() != 3 || inputs.size(1) != size || inputs.isEmpty()) {
        throw new IllegalArgumentException(
            "expected input of [batch, %d, steps], not %s %s"
                .formatted(size, Arrays.toString(inputs.shape()), layerId()));
      }
      return new long[] {inputs.size(0), units, inputs.size(2)};
    }

    private void forward(
        INDArray outputs, boolean keep, ArrayType memory, LayerWorkspaceMgr workspaces) {
      INDArray inputs = plain(permuteIfNWC(input), memory, workspaces);
      int batch = (int) inputs.size(0);
      int steps = (int) inputs.size(2);
      makeRoom(batch);
      takeWeights(keep, workspaces);
      Values from = values(inputs);
      Values to = outputs == null ? null : values(outputs);
      share(
          chunks(batch),
          chunk ->
              chunks
                  .get(chunk)
                  .forward(weights, from, to, batch, chunk * LstmChunk.ROWS, steps, keep));
      kept = keep;
    }

    private void makeRoom(int batch) {
      while (chunks.size() < chunks(batch)) {
        chunks.add(LstmChunk.of(dataType == DataType.DOUBLE, size, units));
      }
      if (weights == null) {
        weights = chunks.get(0).values(4L * units * width);
        transposed = chunks.get(0).values(4L * units * width);
        gradients = chunks.get(0).values(4L * units * width);
      }
    }

    /** [RW; W; b] side by side, and transposed for the way back. */
    private void takeWeights(boolean training, LayerWorkspaceMgr workspaces) {
      int row = 0;
      for (int part = 0; part < 3; part++) {
        INDArray parameter = getParamWithNoise(KEYS[part], training, workspaces);
        Values from = values(plain(parameter, ArrayType.FF_WORKING_MEM, workspaces));
        weights.copy(4 * units, heights[part], from, 0, heights[part], row, width);
        row += heights[part];
      }
      if (training) {
        chunks.get(0).transpose(weights, transposed);
      }
    }

    // ---- back

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      assertInputSet(true);
      if (!kept) {
        applyDropOutIfNecessary(true, workspaces);
        forward(null, true, ArrayType.BP_WORKING_MEM, workspaces);
      }
      INDArray epsilons = plain(permuteIfNWC(epsilon), ArrayType.BP_WORKING_MEM, workspaces);
      int batch = (int) epsilons.size(0);
      INDArray inputs =
          workspaces.createUninitialized(
              ArrayType.ACTIVATION_GRAD, dataType, new long[] {batch, size, epsilons.size(2)}, 'f');
      Values from = values(epsilons);
      Values to = values(inputs);
      share(
          chunks(batch),
          chunk -> chunks.get(chunk).backward(transposed, from, to, batch, chunk * LstmChunk.ROWS));
      Gradient gradient = gradients(batch);
      weightNoiseParams.clear();
      return new Pair<>(gradient, permuteIfNWC(backpropDropOutIfPresent(inputs)));
    }

    /** Each gate's gradients, chunk after chunk, and from there into DL4J's. */
    private Gradient gradients(int batch) {
      var parts = new Values[3];
      for (int part = 0; part < 3; part++) {
        parts[part] = values(gradientViews.get(KEYS[part]));
      }
      share(
          4,
          gate -> {
            for (int chunk = 0; chunk < chunks(batch); chunk++) {
              chunks.get(chunk).gradient(gate, chunk > 0, gradients);
            }
            int at = gate * units * width;
            for (int part = 0; part < 3; part++) {
              int height = heights[part];
              parts[part].copy(units, height, gradients, at, width, gate * units * height, height);
              at += height;
            }
          });
      var gradient = new DefaultGradient();
      for (int part : new int[] {1, 0, 2}) {
        gradient.gradientForVariable().put(KEYS[part], gradientViews.get(KEYS[part]));
      }
      return gradient;
    }

    // ---- arrays

    /** The array itself where it is of our type and its values lie in 'f' order, else a copy. */
    private INDArray plain(INDArray array, ArrayType memory, LayerWorkspaceMgr workspaces) {
      INDArray typed = array.castTo(dataType);
      long next = 1;
      for (int d = 0; d < typed.rank(); d++) {
        if (typed.size(d) > 1 && typed.stride(d) != next) {
          return workspaces.dup(memory, typed, 'f');
        }
        next *= typed.size(d);
      }
      return typed;
    }

    private static Values values(INDArray array) {
      Pointer pointer = array.data().addressPointer().capacity(array.length());
      return new Values(array, pointer, array.data().getElementSize());
    }

    // ---- threads

    private static int chunks(int batch) {
      return (batch + LstmChunk.ROWS - 1) / LstmChunk.ROWS;
    }

    private static void share(int count, IntConsumer task) {
      oneThreadACall();
      Threads.share(count, task);
    }

    /** OpenBLAS's own threads would fight with ours, and wait for work in a busy loop. */
    private static void oneThreadACall() {
      if (openblas.blas_get_num_threads() != 1) {
        openblas.blas_set_num_threads(1);
      }
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
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      layerConf().refuseUnless(mask == null, "has no masks");
      return new Pair<>(null, MaskState.Passthrough);
    }
  }
}
