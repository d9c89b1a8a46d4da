//SOURCES ../audio/Audio.java
//SOURCES ../results/Rows.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.audio.Audio;
import genrelab.results.Rows;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A track's whole segments, of equal length, one after another from its beginning; what is left at
 * its end is not used.
 *
 * @param count segments, at least 1
 * @param length samples of a segment, at the track's own rate
 * @param rate samples a second, Hz
 */
public record SegmentCut(int count, int length, int rate) {
  /**
   * Cuts a track by its length; see {@link Audio#length}.
   *
   * @param seconds of a segment
   * @throws Audio.Unreadable if the track can't be read, or holds no whole segment ({@code short})
   */
  public static SegmentCut of(Audio.Length whole, double seconds) throws Audio.Unreadable {
    int length = (int) Math.round(seconds * whole.rate());
    int count = Math.toIntExact(whole.samples() / length);
    if (count == 0) {
      throw new Audio.Unreadable("short", "it holds no whole segment");
    }
    return new SegmentCut(count, length, whole.rate());
  }

  /**
   * The segments as a manifest lists them.
   *
   * @param file as the manifest names it
   * @param bytes of the file; null where unknown, as {@code crc32}
   */
  public List<Rows.Segment> rows(Corpus.Track track, String file, Long bytes, Long crc32) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Rows.Segment(
                    track.id(),
                    track.genre(),
                    track.artist(),
                    i,
                    file,
                    (long) i * length,
                    length,
                    rate,
                    "",
                    bytes,
                    crc32))
        .toList();
  }
}
