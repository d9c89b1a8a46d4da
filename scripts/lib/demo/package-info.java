/**
 * The synthetic demo corpus: genres, artists, composition, synthesizer, mix.
 *
 * <p>A {@link Genre} is one row of a table: tempo, harmony, step patterns, voices, mix. A track is
 * composed from it, and played in the style that its artist's tracks share. The same seed gives the
 * same bytes on every machine. May use {@code audio}.
 */
package genrelab.demo;
