/**
 * Faster replacements of DL4J layers, with the same configuration, parameters and results.
 *
 * <p>{@code Layers} chooses between them and DL4J's own. Convolution, ReLU and max pooling are
 * oneDNN's primitives (the oneAPI Deep Neural Network Library, 2.5.2), run on Java's threads over
 * fixed chunks of samples, so that results do not depend on the number of threads. What is left of
 * our own: batch normalisation, whose statistics are those of all chunks, which oneDNN's does not
 * know; {@code JavaConvolution} for machines without oneDNN; the LSTM, which is faster than ND4J's.
 *
 * <p>Used by the networks' scripts; uses none of the other packages. DL4J 1.0.0-M2.1 is what they
 * are tested against.
 */
package genrelab.networks.dl4j;
