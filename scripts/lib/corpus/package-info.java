/**
 * Tracks, genres, artists and segments, and how segments are split into training, validation and
 * test sets.
 *
 * <p>May use {@code audio}, {@code kit} and {@code results}. A corpus lies as GTZAN does
 * (Tzanetakis and Cook, 2002): one folder a genre.
 */
package genrelab.corpus;
