//SOURCES TrackSource.java
package genrelab.spark;

import java.io.Serializable;

/**
 * A row of {@code errors.csv}: a track that was left out.
 *
 * @param problem its kind, e.g. missing, unreadable, truncated or short
 */
record TrackError(String track, String file, String problem, String detail)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static TrackError of(TrackSource track, String problem, String detail) {
    return new TrackError(track.id(), track.file(), problem, detail == null ? "" : detail);
  }
}
