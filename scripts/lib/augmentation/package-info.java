/**
 * Transformations of a segment's samples that leave its genre as it is: time stretch, pitch shift,
 * Gaussian noise.
 *
 * <p>May use {@code audio}. Time is stretched by TarsosDSP's WSOLA (Verhelst and Roelands, 1993).
 */
package genrelab.augmentation;
