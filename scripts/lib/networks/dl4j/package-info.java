/**
 * Faster replacements of DL4J layers, with the same configuration, parameters and results.
 *
 * <p>{@code Layers} chooses between them and DL4J's own. Convolution, ReLU, max pooling and the
 * LSTM are oneDNN's primitives (the oneAPI Deep Neural Network Library, 2.5.2), run on Java's
 * threads over fixed chunks of samples, so that results do not depend on the number of threads.
 * What is left of our own: batch normalisation, whose statistics are those of all chunks, which
 * oneDNN's does not know; {@code JavaConvolution} and {@code JavaLstm} for machines without oneDNN,
 * where they are several times faster than ND4J's, the latter also for double precision.
 *
 * <p>Used by the networks' scripts; uses none of the other packages. DL4J 1.0.0-M2.1 is what they
 * are tested against.
 */
package genrelab.networks.dl4j;
