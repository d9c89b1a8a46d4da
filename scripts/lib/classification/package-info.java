/**
 * Classification of songs with a trained model, and its embeddings of segments.
 *
 * <p>May use {@code networks}, {@code evaluation}, {@code features}, {@code audio}, {@code results}
 * and {@code kit}. A song is read piece by piece, so that its length is not bounded by memory.
 */
package genrelab.classification;
