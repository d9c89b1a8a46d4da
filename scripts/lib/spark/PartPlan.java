//SOURCES ../corpus/SegmentCut.java
//SOURCES TrackSource.java

package genrelab.spark;

import genrelab.corpus.SegmentCut;
import java.io.Serializable;
import java.util.List;

/**
 * The tracks of a part.
 *
 * @param number of the part, from 0
 * @param cuts of the tracks; empty where they are not cut beforehand
 */
record PartPlan(int number, List<TrackSource> tracks, List<Cut> cuts) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A {@link SegmentCut} on its way to a task. */
  record Cut(int count, int length, int rate) implements Serializable {
    private static final long serialVersionUID = 1L;

    SegmentCut segments() {
      return new SegmentCut(count, length, rate);
    }
  }
}
