//SOURCES ../features/Features.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.networks;

import genrelab.features.Features;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Random crops: pieces of a segment's length that begin at any frame of a track, in place of its
 * segments, which follow one another without overlap.
 *
 * <p>A crop is cut from segments of one part that follow one another in their track, so that no
 * frame of another part gets in. A segment without such a neighbour, and an augmented copy, stay as
 * they are. Frames at the seam of two segments were computed with padding, as all features of
 * segments are at their ends.
 */
public final class RandomCrops {
  private final Features features;

  /** Of each row that has neighbours: the rows of its run of segments, in their order. */
  private final Map<Integer, int[]> runOf = new HashMap<>();

  /**
   * Crops of a part's tracks.
   *
   * @param rows of the part in the features
   */
  public RandomCrops(Features features, int[] rows) {
    this.features = features;
    Map<SegmentId, Integer> rowOf = new HashMap<>();
    for (int row : rows) {
      rowOf.put(features.id(row), row);
    }
    for (int row : rows) {
      SegmentId id = features.id(row);
      if (id.segment() < Rows.COPY && !rowOf.containsKey(after(id, -1))) {
        int length = 1;
        while (rowOf.containsKey(after(id, length))) {
          length++;
        }
        int[] run = new int[length];
        Arrays.setAll(run, place -> rowOf.get(after(id, place)));
        Arrays.stream(run).forEach(member -> runOf.put(member, run));
      }
    }
  }

  private static SegmentId after(SegmentId id, int segments) {
    return new SegmentId(id.track(), id.segment() + segments);
  }

  /**
   * A crop of the run of segments that a row is in.
   *
   * @return frames × coefficients, row by row; begins at each frame with the same probability
   */
  public float[] draw(int row, Random random) {
    int[] run = run(row);
    return crop(run, random.nextInt((run.length - 1) * features.frames() + 1));
  }

  /**
   * The crop that begins some frames behind a segment's first.
   *
   * @param frames from 0, up to a segment's length
   * @return frames × coefficients, row by row; the segment itself where no other follows it
   */
  public float[] later(int row, int frames) {
    int[] run = run(row);
    int place = features.id(row).segment() - features.id(run[0]).segment();
    int skipped = place + 1 < run.length ? frames : 0;
    return crop(run, place * features.frames() + skipped);
  }

  private int[] run(int row) {
    return runOf.getOrDefault(row, new int[] {row});
  }

  private float[] crop(int[] run, int frame) {
    int columns = features.coefficients();
    int length = features.frames() * columns;
    int first = frame / features.frames();
    int skipped = frame % features.frames() * columns;
    float[] crop = Arrays.copyOfRange(features.values(run[first]), skipped, skipped + length);
    if (skipped > 0) {
      System.arraycopy(features.values(run[first + 1]), 0, crop, length - skipped, skipped);
    }
    return crop;
  }
}
