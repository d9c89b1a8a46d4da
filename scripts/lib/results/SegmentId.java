package genrelab.results;

/**
 * What identifies a segment in every file of a run.
 *
 * @param track the track's id: its file's base name without extension
 * @param segment place in its track, from 0; of an augmented copy see {@link Rows#COPY}
 */
public record SegmentId(String track, int segment) {
  @Override
  public String toString() {
    return "segment %d of %s".formatted(segment, track);
  }
}
