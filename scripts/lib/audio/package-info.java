/**
 * Decoding of wav, au, aiff, mp3, flac and ogg, and of other formats by ffmpeg; resampling.
 *
 * <p>May use {@code kit}. mp3 is decoded by jlayer, ogg by jorbis, wav, au and aiff by TarsosDSP
 * and Java Sound; the resampler follows soxr's high-quality filter, which librosa uses.
 */
package genrelab.audio;
