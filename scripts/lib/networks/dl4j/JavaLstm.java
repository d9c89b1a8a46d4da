//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES LstmChunk.java
//SOURCES LstmLayer.java
//SOURCES Threads.java

package genrelab.networks.dl4j;

import genrelab.networks.dl4j.LstmChunk.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link FastLstm} by loops in Java and OpenBLAS's matrix products.
 *
 * <p>Kept for double precision, which gradient checks need and oneDNN has not, and for machines
 * without oneDNN. One matrix product a step, loops over plain arrays for the gates, and the batch
 * shared out over threads in chunks of {@link LstmChunk#ROWS} rows. It leaves OpenBLAS set to one
 * thread a call.
 */
final class JavaLstm extends LstmLayer {
  private static final long serialVersionUID = 1;

  private final transient List<LstmChunk> chunks = new ArrayList<>();
  private final int width;

  private transient Values weights;
  private transient Values transposed;
  private transient Values gradients;

  JavaLstm(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    width = units + size + 1;
  }

  // ---- forward

  @Override
  INDArray create(
      ArrayType type, long batch, long values, long steps, LayerWorkspaceMgr workspaces) {
    return workspaces.createUninitialized(type, dataType, new long[] {batch, values, steps}, 'f');
  }

  @Override
  void forward(INDArray outputs, boolean keep, ArrayType memory, LayerWorkspaceMgr workspaces) {
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
  void backward(INDArray errors, INDArray inputErrors, LayerWorkspaceMgr workspaces) {
    INDArray epsilons = plain(errors, ArrayType.BP_WORKING_MEM, workspaces);
    int batch = (int) epsilons.size(0);
    Values from = values(epsilons);
    Values to = values(inputErrors);
    share(
        chunks(batch),
        chunk -> chunks.get(chunk).backward(transposed, from, to, batch, chunk * LstmChunk.ROWS));
    setGradients(batch);
  }

  /** Each gate's gradients, chunk after chunk, and from there into DL4J's. */
  private void setGradients(int batch) {
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
}
