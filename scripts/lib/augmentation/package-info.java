/**
 * Transformations of a segment's samples that leave its genre as it is: time stretch, pitch shift,
 * Gaussian noise; and the copies of training segments that are made with them.
 *
 * <p>May use {@code audio}, {@code corpus}, {@code kit} and {@code results}. Time is stretched by
 * TarsosDSP's WSOLA (Verhelst and Roelands, 1993).
 */
package genrelab.augmentation;
