//SOURCES ../results/SegmentId.java

package genrelab.corpus;

import genrelab.results.SegmentId;

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
}
