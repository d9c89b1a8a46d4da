//DEPS org.bytedeco:dnnl:2.5.2-1.5.7
//SOURCES AlignedMemory.java
//SOURCES OneDnn.java
//SOURCES PrimitiveSequence.java
//SOURCES StridedCopy.java

package genrelab.networks.dl4j;

import static org.bytedeco.dnnl.global.dnnl.*;

import genrelab.networks.dl4j.StridedCopy.Strided;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.lstm_backward;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * An LSTM over a few rows of a batch by oneDNN, forward and back through time.
 *
 * <p>After oneDNN's developer guide 2.5, "RNN". Its gates are, in this order, <i>i, f, c̃, o</i>:
 * input, forget, candidate, output.
 *
 * <p>Inputs and outputs are copied into memories [step, row, value] of these rows alone: oneDNN
 * takes the inputs of all steps in one product where steps follow each other without a gap. First
 * states of zeros are given as arrays: without them oneDNN 2.5.2 returns a wrong gradient to the
 * recurrent weights. The last states are not only written on the way forward but read on the way
 * back. For one thread at a time.
 */
final class LstmPrimitives implements AutoCloseable {
  private static final memory.data_type FLOAT = memory.data_type.f32;

  /**
   * From so many steps on, a gradient that shrinks from step to step can fall below the smallest
   * normal number. It stays there, rounded up each time, and products with such numbers take a
   * processor a hundred times as long.
   */
  private static final int LONG = 200;

  /** Added to the gradients to the outputs of long inputs, whose other digits it is below. */
  private static final float ABOVE_SUBNORMAL = 1e-20f;

  /**
   * @param rows of the batch
   * @param size features of a step
   * @param training whether there is a way back
   */
  record Sizes(int rows, int steps, int size, int units, boolean training) {
    int recurrentWeights() {
      return 4 * units * units;
    }

    int inputWeights() {
      return 4 * units * size;
    }

    /** Those of both kinds and the biases. */
    int weights() {
      return recurrentWeights() + inputWeights() + 4 * units;
    }
  }

  private final Sizes sizes;
  private final List<AlignedMemory> room = new ArrayList<>();

  /** What is needed while primitives run, and not from the way forward to the way back. */
  private final List<memory> passing = new ArrayList<>();

  // weights as they lie outside, and their gradients
  private final memory recurrentWeights;
  private final memory inputWeights;
  private final memory biases;

  private final memory inputs;
  private final memory outputs;
  private final memory.desc stateLayout;
  private final memory noState;
  private final memory lastOutput;
  private final memory lastCells;
  private final memory scratchpad;
  private final StridedCopy inputCopy;
  private final StridedCopy outputCopy;
  private final PrimitiveSequence forward = new PrimitiveSequence();

  // in training only
  private final memory workspace;
  private FloatPointer gradients;
  private final List<memory> sums = new ArrayList<>();
  private StridedCopy errorCopy;
  private StridedCopy inputErrorCopy;
  private final PrimitiveSequence backward = new PrimitiveSequence();

  LstmPrimitives(Sizes sizes) {
    this.sizes = sizes;
    long[] in = {sizes.steps, sizes.rows, sizes.size};
    long[] out = {sizes.steps, sizes.rows, sizes.units};
    recurrentWeights = outside(storedWeights(sizes.units));
    inputWeights = outside(storedWeights(sizes.size));
    biases = outside(laid(memory.format_tag.ldgo, 1, 1, 4, sizes.units));
    inputs = values(laid(memory.format_tag.tnc, in));
    outputs = values(laid(memory.format_tag.tnc, out));
    stateLayout = laid(memory.format_tag.ldnc, 1, 1, sizes.rows, sizes.units);
    noState = inside(stateLayout);
    clear(noState);
    lastOutput = inside(stateLayout);
    lastCells = inside(stateLayout);
    inputCopy = new StridedCopy(inputs, in, true);
    outputCopy = new StridedCopy(outputs, out, false);

    lstm_forward.primitive_desc description = forwardDescription();
    lstm_backward.primitive_desc back = sizes.training ? backwardDescription(description) : null;
    scratchpad = scratchpad(description, back);
    workspace = sizes.training ? inside(description.workspace_desc()) : null;
    addForward(description);
    if (sizes.training) {
      memory errors = passing(outputs.get_desc());
      memory inputErrors = passing(inputs.get_desc());
      errorCopy = new StridedCopy(errors, out, true);
      inputErrorCopy = new StridedCopy(inputErrors, in, false);
      addBackward(back, errors, inputErrors);
    }
  }

  Sizes sizes() {
    return sizes;
  }

  // ---- memories

  private static memory.desc laid(memory.format_tag tag, long... dimensions) {
    return new memory.desc(dimensions, FLOAT, tag);
  }

  private long[] weightDimensions(long height) {
    return new long[] {1, 1, height, 4, sizes.units};
  }

  /** As DL4J has them, one gate after the other, each in 'f' order; but the gates are oneDNN's. */
  private memory.desc storedWeights(long height) {
    long gate = height * sizes.units;
    return new memory.desc(
        weightDimensions(height), FLOAT, new long[] {4 * gate, 4 * gate, 1, gate, height});
  }

  private memory.desc anyWeights(long height) {
    return laid(memory.format_tag.any, weightDimensions(height));
  }

  private memory.desc plainWeights(long height) {
    return laid(memory.format_tag.ldigo, weightDimensions(height));
  }

  /** A memory whose place is given before each run. */
  private static memory outside(memory.desc layout) {
    return new memory(layout, OneDnn.engine(), new Pointer());
  }

  /** Room of its own, which {@link #close} frees. */
  private memory inside(memory.desc layout) {
    var bytes = new AlignedMemory(layout.get_size());
    room.add(bytes);
    return new memory(layout, OneDnn.engine(), bytes.at(0));
  }

  /** Room that is lent while primitives run. */
  private memory passing(memory.desc layout) {
    memory lent = outside(layout);
    passing.add(lent);
    return lent;
  }

  /** Inputs or outputs, which the way back needs too. */
  private memory values(memory.desc layout) {
    return sizes.training ? inside(layout) : passing(layout);
  }

  private void run(Runnable work) {
    long size = passing.stream().mapToLong(LstmPrimitives::bytes).sum();
    AlignedMemory.lend(
        size,
        lent -> {
          long at = 0;
          for (memory one : passing) {
            one.set_data_handle(lent.at(at));
            at += bytes(one);
          }
          work.run();
        });
  }

  private static long bytes(memory values) {
    return AlignedMemory.padded(values.get_desc().get_size());
  }

  private static void clear(memory values) {
    Pointer.memset(values.get_data_handle(), 0, values.get_desc().get_size());
  }

  /** One for both ways, which never run at once. */
  private memory scratchpad(
      lstm_forward.primitive_desc description, lstm_backward.primitive_desc back) {
    memory.desc one = description.scratchpad_desc();
    if (back == null) {
      return passing(one);
    }
    memory.desc other = back.scratchpad_desc();
    return passing(one.get_size() > other.get_size() ? one : other);
  }

  // ---- forward

  private lstm_forward.primitive_desc forwardDescription() {
    var description =
        new lstm_forward.desc(
            sizes.training ? dnnl_forward_training : dnnl_forward_inference,
            dnnl_unidirectional_left2right,
            inputs.get_desc(),
            stateLayout,
            stateLayout,
            anyWeights(sizes.size),
            anyWeights(sizes.units),
            biases.get_desc(),
            outputs.get_desc(),
            stateLayout,
            stateLayout);
    return new lstm_forward.primitive_desc(
        description, PrimitiveSequence.attributes(), OneDnn.engine());
  }

  private void addForward(lstm_forward.primitive_desc description) {
    memory packedInput = inside(description.weights_layer_desc());
    memory packedRecurrent = inside(description.weights_iter_desc());
    forward.addReorder(inputWeights, packedInput);
    forward.addReorder(recurrentWeights, packedRecurrent);
    forward.add(
        new lstm_forward(description), description, arguments(packedInput, packedRecurrent));
  }

  /** What both ways need. */
  private Map<Integer, memory> arguments(memory packedInput, memory packedRecurrent) {
    var arguments = new HashMap<Integer, memory>();
    arguments.put(DNNL_ARG_SRC_LAYER, inputs);
    arguments.put(DNNL_ARG_SRC_ITER, noState);
    arguments.put(DNNL_ARG_SRC_ITER_C, noState);
    arguments.put(DNNL_ARG_WEIGHTS_LAYER, packedInput);
    arguments.put(DNNL_ARG_WEIGHTS_ITER, packedRecurrent);
    arguments.put(DNNL_ARG_BIAS, biases);
    arguments.put(DNNL_ARG_DST_LAYER, outputs);
    arguments.put(DNNL_ARG_DST_ITER, lastOutput);
    arguments.put(DNNL_ARG_DST_ITER_C, lastCells);
    arguments.put(DNNL_ARG_SCRATCHPAD, scratchpad);
    if (sizes.training) {
      arguments.put(DNNL_ARG_WORKSPACE, workspace);
    }
    return arguments;
  }

  // ---- back

  private lstm_backward.primitive_desc backwardDescription(lstm_forward.primitive_desc forward) {
    memory.desc in = inputs.get_desc();
    memory.desc out = outputs.get_desc();
    var description =
        new lstm_backward.desc(
            dnnl_backward,
            dnnl_unidirectional_left2right,
            in,
            stateLayout,
            stateLayout,
            anyWeights(sizes.size),
            anyWeights(sizes.units),
            biases.get_desc(),
            out,
            stateLayout,
            stateLayout,
            in,
            stateLayout,
            stateLayout,
            plainWeights(sizes.size),
            plainWeights(sizes.units),
            biases.get_desc(),
            out,
            stateLayout,
            stateLayout);
    return new lstm_backward.primitive_desc(
        description, PrimitiveSequence.attributes(), OneDnn.engine(), forward);
  }

  private void addBackward(
      lstm_backward.primitive_desc description, memory errors, memory inputErrors) {
    memory packedInput = inside(description.weights_layer_desc());
    memory packedRecurrent = inside(description.weights_iter_desc());
    backward.addReorder(inputWeights, packedInput);
    backward.addReorder(recurrentWeights, packedRecurrent);
    memory inputSums = inside(plainWeights(sizes.size));
    memory recurrentSums = inside(plainWeights(sizes.units));
    var bytes = new AlignedMemory((long) sizes.weights() * Float.BYTES);
    room.add(bytes);
    gradients = new FloatPointer(bytes.at(0));
    int recurrent = sizes.recurrentWeights();
    memory biasSums = at(biases.get_desc(), recurrent + sizes.inputWeights());
    sums.addAll(List.of(inputSums, recurrentSums, biasSums));
    Map<Integer, memory> arguments = arguments(packedInput, packedRecurrent);
    arguments.put(DNNL_ARG_DIFF_DST_LAYER, errors);
    arguments.put(DNNL_ARG_DIFF_DST_ITER, noState);
    arguments.put(DNNL_ARG_DIFF_DST_ITER_C, noState);
    arguments.put(DNNL_ARG_DIFF_SRC_LAYER, inputErrors);
    arguments.put(DNNL_ARG_DIFF_SRC_ITER, inside(stateLayout));
    arguments.put(DNNL_ARG_DIFF_SRC_ITER_C, inside(stateLayout));
    arguments.put(DNNL_ARG_DIFF_WEIGHTS_LAYER, inputSums);
    arguments.put(DNNL_ARG_DIFF_WEIGHTS_ITER, recurrentSums);
    arguments.put(DNNL_ARG_DIFF_BIAS, biasSums);
    if (sizes.steps >= LONG) {
      addConstant(errors);
    }
    backward.add(new lstm_backward(description), description, arguments);
    backward.addReorder(recurrentSums, at(storedWeights(sizes.units), 0));
    backward.addReorder(inputSums, at(storedWeights(sizes.size), recurrent));
  }

  private void addConstant(memory errors) {
    var constant =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                dnnl_forward_inference,
                dnnl_eltwise_linear,
                errors.get_desc(),
                /* alpha= */ 1,
                ABOVE_SUBNORMAL),
            PrimitiveSequence.attributes(),
            OneDnn.engine());
    backward.add(
        new eltwise_forward(constant), constant, DNNL_ARG_SRC, errors, DNNL_ARG_DST, errors);
  }

  /** Where the gradients lie that come after so many. */
  private memory at(memory.desc layout, long after) {
    return new memory(layout, OneDnn.engine(), gradients.getPointer(after));
  }

  // ---- running

  /**
   * Through all steps.
   *
   * @param weights recurrent weights, input weights and biases, each [height, 4 units] in 'f' order
   *     with oneDNN's gates; to stay as they are until {@link #backward}
   * @param from these rows' inputs, [step, row, value]
   * @param to where their outputs go, likewise; null if not wanted
   */
  void forward(FloatPointer weights, Strided from, Strided to) {
    int recurrent = sizes.recurrentWeights();
    recurrentWeights.set_data_handle(weights);
    inputWeights.set_data_handle(weights.getPointer(recurrent));
    biases.set_data_handle(weights.getPointer(recurrent + sizes.inputWeights()));
    run(
        () -> {
          inputCopy.run(from);
          forward.run();
          if (to != null) {
            outputCopy.run(to);
          }
        });
  }

  /**
   * Back through all steps (Werbos, 1990), after {@link #forward}.
   *
   * @param from gradient to the outputs, [step, row, value]
   * @param to where the gradient to the inputs goes, likewise
   * @return the gradients to the weights, which lie as these
   */
  float[] backward(Strided from, Strided to) {
    run(
        () -> {
          errorCopy.run(from);
          sums.forEach(LstmPrimitives::clear); // oneDNN adds to them
          backward.run();
          inputErrorCopy.run(to);
        });
    float[] copy = new float[sizes.weights()];
    gradients.get(copy);
    return copy;
  }

  @Override
  public void close() {
    room.forEach(AlignedMemory::close);
  }
}
