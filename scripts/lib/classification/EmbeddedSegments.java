//SOURCES EmbeddingModel.java

package genrelab.classification;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The embeddings of segments, computed batch by batch as they are asked for, so that a corpus of
 * any size streams through.
 */
public final class EmbeddedSegments implements Iterator<float[]> {
  /** As a classifier's, and as its memory allows. */
  private static final int BATCH = 32;

  private static final int MOST_VALUES = 1 << 21;

  private final EmbeddingModel.Function function;
  private final Iterator<float[]> segments;

  /** Of the segments in their order; null where there are none. */
  private final int[] clusters;

  private float[][] batch;
  private int taken;
  private int read;

  /**
   * Embeds the first batch.
   *
   * @param segments at least one
   * @param clusters of all segments; null for none
   */
  public EmbeddedSegments(
      EmbeddingModel.Function function, Iterator<float[]> segments, int[] clusters) {
    this.function = function;
    this.segments = segments;
    this.clusters = clusters;
    this.batch = nextBatch();
  }

  /** Values of an embedding. */
  public int size() {
    return batch[0].length;
  }

  @Override
  public boolean hasNext() {
    return taken < batch.length || segments.hasNext();
  }

  @Override
  public float[] next() {
    if (taken == batch.length) {
      if (!segments.hasNext()) {
        throw new NoSuchElementException();
      }
      batch = nextBatch();
      taken = 0;
    }
    return batch[taken++];
  }

  private float[][] nextBatch() {
    List<float[]> next = new ArrayList<>();
    long values = 0;
    while (segments.hasNext() && next.size() < BATCH && values < MOST_VALUES) {
      float[] segment = segments.next();
      next.add(segment);
      values += segment.length;
    }
    int[] of = new int[next.size()];
    if (clusters != null) {
      of = Arrays.copyOfRange(clusters, read, read + next.size());
    }
    read += next.size();
    return function.embed(next.toArray(float[][]::new), of);
  }
}
