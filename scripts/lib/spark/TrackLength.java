package genrelab.spark;

import java.io.Serializable;

/**
 * How a track is cut, or why it can't be.
 *
 * @param count segments; 0 where there is a problem
 * @param length samples of a segment, at {@code rate}
 * @param rate the file's own, Hz
 * @param problem empty for a sound track
 */
public record TrackLength(
    String track, String file, int count, int length, int rate, String problem, String detail)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
