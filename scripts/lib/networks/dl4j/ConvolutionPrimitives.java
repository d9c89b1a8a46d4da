//DEPS org.bytedeco:dnnl:2.5.2-1.5.7
//SOURCES ConvolutionSizes.java
//SOURCES OneDnn.java
//SOURCES PrimitiveSequence.java

package genrelab.networks.dl4j;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Convolution, ReLU and max pooling of a few samples by oneDNN, forward and backward.
 *
 * <p>Activations lie [sample, row, column, channel], weights as DL4J has them. Pointers to either
 * are given to each call, so that nothing is copied; the convolved planes, the largest arrays, stay
 * here. For one thread at a time.
 */
final class ConvolutionPrimitives {
  private static final memory.data_type FLOAT = memory.data_type.f32;
  private static final long[] STRIDE = {1, 1};
  private static final long[] POOL_STRIDE = {2, 2};

  private final ConvolutionSizes sizes;
  private final boolean first;
  private final int samples;
  private final engine engine = OneDnn.engine();
  private final primitive_attr attributes = PrimitiveSequence.attributes();

  private final long[] paddingBefore;
  private final long[] paddingAfter;
  private final long[] window;
  private final long[] poolBefore;
  private final long[] poolAfter;

  // what lies outside
  private final memory input;
  private final memory weights;
  private final memory biases;
  private final memory output;
  private final memory outputErrors;
  private final memory inputErrors;

  // what lies here
  private final memory weightGradients;
  private final memory biasGradients;
  private final memory convolved;
  private final memory pooled;
  private final memory places;

  private final convolution_forward.primitive_desc convolution;
  private final pooling_forward.primitive_desc pooling;

  private final PrimitiveSequence training = new PrimitiveSequence();
  private final PrimitiveSequence inference = new PrimitiveSequence();
  private final PrimitiveSequence backward = new PrimitiveSequence();

  /**
   * Makes the primitives, for as many samples.
   *
   * @param first whether the input is the network's, which needs no gradient
   */
  ConvolutionPrimitives(ConvolutionSizes sizes, int samples, boolean first) {
    this.sizes = sizes;
    this.samples = samples;
    this.first = first;
    paddingBefore = new long[] {sizes.top(), sizes.left()};
    paddingAfter = new long[] {sizes.bottom(), sizes.right()};
    window = new long[] {sizes.poolRows(), sizes.poolColumns()};
    poolBefore = new long[] {sizes.poolPaddingRows() / 2, sizes.poolPaddingColumns() / 2};
    poolAfter =
        new long[] {
          sizes.poolPaddingRows() - poolBefore[0], sizes.poolPaddingColumns() - poolBefore[1]
        };
    // of one channel both are the same, but oneDNN's fast kernels for it look for channels first
    input =
        outside(laid(first ? memory.format_tag.nchw : memory.format_tag.nhwc, inputDimensions()));
    weights = outside(storedWeights());
    biases = outside(biasLayout());
    output = outside(laid(memory.format_tag.nhwc, outputDimensions()));
    outputErrors = outside(laid(memory.format_tag.nhwc, outputDimensions()));
    inputErrors = outside(laid(memory.format_tag.nhwc, inputDimensions()));
    weightGradients = inside(laid(memory.format_tag.oihw, weightDimensions()));
    biasGradients = inside(biasLayout());

    convolution = convolution();
    convolved = inside(convolution.dst_desc());
    pooling = pooling(dnnl_forward_training);
    pooled = first ? inside(pooling.dst_desc()) : output;
    places = outside(pooling.workspace_desc());
    addForward();
    addBackward();
  }

  // ---- layouts

  private long[] inputDimensions() {
    return new long[] {samples, sizes.channels(), sizes.rows(), sizes.columns()};
  }

  private long[] convolvedDimensions() {
    return new long[] {samples, sizes.filters(), sizes.convolvedRows(), sizes.convolvedColumns()};
  }

  private long[] outputDimensions() {
    return new long[] {samples, sizes.filters(), sizes.pooledRows(), sizes.pooledColumns()};
  }

  private long[] weightDimensions() {
    return new long[] {
      sizes.filters(), sizes.channels(), sizes.kernelRows(), sizes.kernelColumns()
    };
  }

  private static memory.desc laid(memory.format_tag tag, long... dimensions) {
    return new memory.desc(dimensions, FLOAT, tag);
  }

  /**
   * Between convolution and pooling: oneDNN's choice for the network's input, whose one channel has
   * no fast kernel for channels that lie last.
   */
  private memory.desc inner(long... dimensions) {
    return laid(first ? memory.format_tag.any : memory.format_tag.nhwc, dimensions);
  }

  /** DL4J's [filter, channel, row, column], without idle ones. */
  private memory.desc storedWeights() {
    return new memory.desc(weightDimensions(), FLOAT, sizes.weightStrides());
  }

  private memory.desc anyWeights() {
    return laid(memory.format_tag.any, weightDimensions());
  }

  private memory.desc biasLayout() {
    return laid(memory.format_tag.x, sizes.filters());
  }

  /** A memory whose place is given before each run. */
  private memory outside(memory.desc layout) {
    return new memory(layout, engine, new Pointer());
  }

  private memory inside(memory.desc layout) {
    return new memory(layout, engine);
  }

  // ---- forward

  private convolution_forward.primitive_desc convolution() {
    var relu = new post_ops();
    relu.append_eltwise(1, dnnl_eltwise_relu, 0, 0);
    primitive_attr withRelu = PrimitiveSequence.attributes();
    withRelu.set_post_ops(relu);
    var description =
        new convolution_forward.desc(
            dnnl_forward_training,
            dnnl_convolution_direct,
            input.get_desc(),
            anyWeights(),
            biases.get_desc(),
            inner(convolvedDimensions()),
            STRIDE,
            paddingBefore,
            paddingAfter);
    return new convolution_forward.primitive_desc(description, withRelu, engine);
  }

  private pooling_forward.primitive_desc pooling(int purpose) {
    var description =
        new pooling_forward.desc(
            purpose,
            dnnl_pooling_max,
            convolved.get_desc(),
            inner(outputDimensions()),
            POOL_STRIDE,
            window,
            poolBefore,
            poolAfter);
    return new pooling_forward.primitive_desc(description, attributes, engine);
  }

  private void addForward() {
    memory packed = inside(convolution.weights_desc());
    var convolving = new convolution_forward(convolution);
    for (PrimitiveSequence sequence : new PrimitiveSequence[] {training, inference}) {
      sequence.addReorder(weights, packed);
      sequence.add(
          convolving,
          convolution,
          DNNL_ARG_SRC,
          input,
          DNNL_ARG_WEIGHTS,
          packed,
          DNNL_ARG_BIAS,
          biases,
          DNNL_ARG_DST,
          convolved);
    }
    training.add(
        new pooling_forward(pooling),
        pooling,
        DNNL_ARG_SRC,
        convolved,
        DNNL_ARG_DST,
        pooled,
        DNNL_ARG_WORKSPACE,
        places);
    pooling_forward.primitive_desc valuesOnly = pooling(dnnl_forward_inference);
    inference.add(
        new pooling_forward(valuesOnly), valuesOnly, DNNL_ARG_SRC, convolved, DNNL_ARG_DST, pooled);
    if (first) {
      training.addReorder(pooled, output);
      inference.addReorder(pooled, output);
    }
  }

  // ---- backward

  private void addBackward() {
    memory passed = inside(output.get_desc());
    addRelu(passed);
    memory pooledErrors = passed;
    if (first) {
      pooledErrors = inside(pooled.get_desc());
      backward.addReorder(passed, pooledErrors);
    }
    memory convolvedErrors = convolved; // whose values are no longer needed
    var unpooling =
        new pooling_backward.primitive_desc(
            new pooling_backward.desc(
                dnnl_pooling_max,
                convolvedErrors.get_desc(),
                pooledErrors.get_desc(),
                POOL_STRIDE,
                window,
                poolBefore,
                poolAfter),
            attributes,
            engine,
            pooling);
    backward.add(
        new pooling_backward(unpooling),
        unpooling,
        DNNL_ARG_DIFF_DST,
        pooledErrors,
        DNNL_ARG_WORKSPACE,
        places,
        DNNL_ARG_DIFF_SRC,
        convolvedErrors);
    addWeightGradients(convolvedErrors);
    if (!first) {
      addInputErrors(convolvedErrors);
    }
  }

  /** Errors of what ReLU let pass; after pooling, where there are fewer values. */
  private void addRelu(memory passed) {
    memory.desc layout = output.get_desc();
    var forward =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, layout, 0, 0),
            attributes,
            engine);
    var relu =
        new eltwise_backward.primitive_desc(
            new eltwise_backward.desc(dnnl_eltwise_relu_use_dst_for_bwd, layout, layout, 0, 0),
            attributes,
            engine,
            forward);
    backward.add(
        new eltwise_backward(relu),
        relu,
        DNNL_ARG_DST,
        output,
        DNNL_ARG_DIFF_DST,
        outputErrors,
        DNNL_ARG_DIFF_SRC,
        passed);
  }

  private void addWeightGradients(memory convolvedErrors) {
    var description =
        new convolution_backward_weights.primitive_desc(
            new convolution_backward_weights.desc(
                dnnl_convolution_direct,
                input.get_desc(),
                anyWeights(),
                biases.get_desc(),
                convolvedErrors.get_desc(),
                STRIDE,
                paddingBefore,
                paddingAfter),
            attributes,
            engine,
            convolution);
    memory packed = inside(description.diff_weights_desc());
    backward.add(
        new convolution_backward_weights(description),
        description,
        DNNL_ARG_SRC,
        input,
        DNNL_ARG_DIFF_DST,
        convolvedErrors,
        DNNL_ARG_DIFF_WEIGHTS,
        packed,
        DNNL_ARG_DIFF_BIAS,
        biasGradients);
    backward.addReorder(packed, weightGradients);
  }

  private void addInputErrors(memory convolvedErrors) {
    var description =
        new convolution_backward_data.primitive_desc(
            new convolution_backward_data.desc(
                dnnl_convolution_direct,
                inputErrors.get_desc(),
                anyWeights(),
                convolvedErrors.get_desc(),
                STRIDE,
                paddingBefore,
                paddingAfter),
            attributes,
            engine,
            convolution);
    memory packed = inside(description.weights_desc());
    backward.addReorder(weights, packed);
    backward.add(
        new convolution_backward_data(description),
        description,
        DNNL_ARG_DIFF_DST,
        convolvedErrors,
        DNNL_ARG_WEIGHTS,
        packed,
        DNNL_ARG_DIFF_SRC,
        inputErrors);
  }

  // ---- running

  /** Bytes in which {@link #train} notes where pooled values come from. */
  long bytesOfPlaces() {
    return places.get_desc().get_size();
  }

  /** The first of the stored weights that is not idle. */
  private FloatPointer active(FloatPointer stored) {
    return stored.getPointer(sizes.firstWeight());
  }

  /** Input to output, without notes for the way back. */
  void infer(
      FloatPointer from, FloatPointer weightValues, FloatPointer biasValues, FloatPointer to) {
    input.set_data_handle(from);
    weights.set_data_handle(active(weightValues));
    biases.set_data_handle(biasValues);
    output.set_data_handle(to);
    inference.run();
  }

  /** Input to output, and notes for the way back. */
  void train(
      FloatPointer from,
      FloatPointer weightValues,
      FloatPointer biasValues,
      FloatPointer to,
      BytePointer notes) {
    input.set_data_handle(from);
    weights.set_data_handle(active(weightValues));
    biases.set_data_handle(biasValues);
    output.set_data_handle(to);
    places.set_data_handle(notes);
    training.run();
  }

  /**
   * The output's errors to the input's, and to gradients, see {@link #gradients}.
   *
   * @param from the input as it was on the way forward, {@code to} the output
   * @param errorsTo the input's errors; unused in the first layer
   */
  void back(
      FloatPointer from,
      FloatPointer weightValues,
      FloatPointer to,
      BytePointer notes,
      FloatPointer errors,
      FloatPointer errorsTo) {
    input.set_data_handle(from);
    weights.set_data_handle(active(weightValues));
    output.set_data_handle(to);
    places.set_data_handle(notes);
    outputErrors.set_data_handle(errors);
    if (!first) {
      inputErrors.set_data_handle(errorsTo);
    }
    backward.run();
  }

  /** Copies the gradients of the last way back, those of the weights without idle ones. */
  void gradients(float[] weightGradient, float[] biasGradient) {
    new FloatPointer(weightGradients.get_data_handle()).get(weightGradient);
    new FloatPointer(biasGradients.get_data_handle()).get(biasGradient);
  }
}
