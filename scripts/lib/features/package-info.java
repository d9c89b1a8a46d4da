/**
 * MFCCs and log-mel spectra of segments, and the features JSON.
 *
 * <p>May use {@code audio}, {@code corpus}, {@code kit} and {@code results}. Values follow librosa
 * 0.11; the Fourier transform is TarsosDSP's.
 */
package genrelab.features;
