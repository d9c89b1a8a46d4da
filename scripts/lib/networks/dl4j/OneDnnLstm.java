//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES Floats.java
//SOURCES LstmLayer.java
//SOURCES LstmPool.java
//SOURCES OneDnn.java
//SOURCES LstmPrimitives.java
//SOURCES StridedCopy.java

package genrelab.networks.dl4j;

import genrelab.networks.dl4j.LstmPrimitives.Sizes;
import genrelab.networks.dl4j.StridedCopy.Strided;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link FastLstm} by oneDNN, in single precision.
 *
 * <p>Chunks of a fixed number of rows are shared out over threads, each with primitives of its own,
 * and their gradients are summed in the chunks' order: the number of threads changes no bit. Arrays
 * given on are [batch, value, step] as DL4J expects it, but a step's values lie side by side.
 */
final class OneDnnLstm extends LstmLayer {
  private static final long serialVersionUID = 1;

  /** Rows of a chunk. */
  private static final int ROWS = 16;

  /** DL4J's gates are a, f, o, g (see {@link LstmChunk}); here is where oneDNN's are among them. */
  private static final int[] GATES = {3, 1, 0, 2};

  private final transient LstmPool pool = new LstmPool();

  /** Primitives that hold what the way back needs, one for each chunk. */
  private transient LstmPrimitives[] working = {};

  /** Of [RW; W; b], with oneDNN's gates. */
  private final transient FloatPointer weights;

  OneDnnLstm(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    weights = new FloatPointer(4L * units * (units + size + 1));
  }

  /** A chunk's number, its first row and how many there are. */
  private interface Work {
    void on(int chunk, int first, int rows);
  }

  private static void shareChunks(int batch, Work work) {
    OneDnn.share(
        chunks(batch), chunk -> work.on(chunk, chunk * ROWS, Math.min(ROWS, batch - chunk * ROWS)));
  }

  private static int chunks(int batch) {
    return (batch + ROWS - 1) / ROWS;
  }

  // ---- forward

  @Override
  INDArray create(
      ArrayType type, long batch, long values, long steps, LayerWorkspaceMgr workspaces) {
    long[] stepsFirst = {steps, batch, values};
    return workspaces.createUninitialized(type, dataType, stepsFirst, 'c').permute(1, 2, 0);
  }

  @Override
  void forward(INDArray outputs, boolean keep, ArrayType memory, LayerWorkspaceMgr workspaces) {
    INDArray inputs = dense(permuteIfNWC(input), memory, workspaces);
    int batch = (int) inputs.size(0);
    int steps = (int) inputs.size(2);
    Stream.of(working).filter(Objects::nonNull).forEach(pool::giveBack);
    working = new LstmPrimitives[keep ? chunks(batch) : 0];
    takeWeights(keep, workspaces);
    shareChunks(
        batch,
        (chunk, first, rows) -> {
          LstmPrimitives ours = pool.take(new Sizes(rows, steps, size, units, keep));
          ours.forward(weights, rows(inputs, first), outputs == null ? null : rows(outputs, first));
          if (keep) {
            working[chunk] = ours;
          } else {
            pool.giveBack(ours);
          }
        });
    Reference.reachabilityFence(inputs);
    Reference.reachabilityFence(outputs);
    kept = keep;
  }

  private void takeWeights(boolean training, LayerWorkspaceMgr workspaces) {
    long at = 0;
    for (int part = 0; part < KEYS.length; part++) {
      INDArray parameter = getParamWithNoise(KEYS[part], training, workspaces);
      if (!Floats.plain(parameter.rank() == 1 ? parameter : parameter.transpose())) {
        parameter = workspaces.dup(ArrayType.FF_WORKING_MEM, parameter, 'f');
      }
      long gate = (long) units * heights[part];
      for (int from : GATES) {
        Pointer target = weights.getPointer(at);
        Pointer.memcpy(target, OneDnn.at(parameter, from * gate), gate * Float.BYTES);
        at += gate;
      }
      Reference.reachabilityFence(parameter);
    }
  }

  // ---- back

  @Override
  void backward(INDArray epsilons, INDArray inputErrors, LayerWorkspaceMgr workspaces) {
    INDArray errors = dense(epsilons, ArrayType.BP_WORKING_MEM, workspaces);
    int batch = (int) errors.size(0);
    float[][] gradients = new float[chunks(batch)][];
    shareChunks(
        batch,
        (chunk, first, rows) ->
            gradients[chunk] =
                working[chunk].backward(rows(errors, first), rows(inputErrors, first)));
    Reference.reachabilityFence(errors);
    setGradients(Floats.sum(gradients));
  }

  private void setGradients(float[] values) {
    int at = 0;
    for (int part = 0; part < KEYS.length; part++) {
      INDArray view = gradientViews.get(KEYS[part]);
      int gate = units * heights[part];
      for (int to : GATES) {
        OneDnn.at(view, (long) to * gate).put(values, at, gate);
        at += gate;
      }
      Reference.reachabilityFence(view);
    }
  }

  // ---- arrays

  /** The array itself where it is of our type and its values lie without gaps, else a copy. */
  private INDArray dense(INDArray array, ArrayType memory, LayerWorkspaceMgr workspaces) {
    INDArray typed = array.castTo(dataType);
    return strides(typed) == null ? workspaces.dup(memory, typed, 'f') : typed;
  }

  /** From one row on, [step, row, value]. */
  private static Strided rows(INDArray array, long first) {
    List<Long> strides = strides(array);
    return new Strided(OneDnn.at(array, first * strides.get(1)), strides);
  }

  /**
   * How far it is to the next step, row and value in [row, value, step]; null where there are gaps.
   */
  private static List<Long> strides(INDArray array) {
    long rows = array.size(0);
    long values = array.size(1);
    long steps = array.size(2);
    if (Floats.plain(array.permute(2, 0, 1))) {
      return List.of(rows * values, values, 1L);
    }
    if (Floats.plain(array.permute(2, 1, 0))) { // DL4J's 'f' order
      return List.of(rows * values, 1L, rows);
    }
    return Floats.plain(array) ? List.of(1L, values * steps, steps) : null;
  }
}
