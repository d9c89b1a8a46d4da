//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.corpus;

import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A segment with what a split may depend on.
 *
 * @param artist empty where unknown
 * @param cluster of K-means; −1 where there are none
 */
public record LabelledSegment(SegmentId id, String genre, String artist, int cluster) {
  public String track() {
    return id.track();
  }

  /** Whether it is an augmented copy. */
  public boolean isCopy() {
    return Rows.isCopy(id.segment());
  }

  /** The tracks of segments, sorted. */
  public static Set<String> tracks(Collection<LabelledSegment> segments) {
    return segments.stream()
        .map(LabelledSegment::track)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
