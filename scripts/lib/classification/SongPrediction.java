//SOURCES ../evaluation/SampleStatistics.java

package genrelab.classification;

import genrelab.evaluation.SampleStatistics;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A song's calibrated probabilities: of the whole, and segment by segment.
 *
 * @param name the file, as it was given
 * @param song probabilities of the whole song
 * @param probabilities segment × class; at least one segment
 * @param distances from the training segments, one a segment; null where the model has no
 *     out-of-distribution detection
 */
public record SongPrediction(
    String name, double[] song, double[][] probabilities, double[] distances) {
  /** More rows than this are hard to take in. */
  private static final int MAX_WINDOWS = 120;

  /** Consecutive segments per window: then 20, 40, 80, … */
  private static final int[] WINDOW_SIZES = {1, 2, 5, 10};

  /**
   * Consecutive segments, taken together.
   *
   * @param first the first one's number, from 0
   * @param count how many
   * @param probabilities mean of each class
   * @param distance median; null where the model has no out-of-distribution detection
   */
  public record Window(int first, int count, double[] probabilities, Double distance) {}

  /** The whole song. */
  public Window whole() {
    Window mean = window(0, probabilities.length);
    return new Window(0, probabilities.length, song, mean.distance());
  }

  /**
   * The song in windows, the last one shorter where its length is no multiple.
   *
   * @param size segments a window
   */
  public Stream<Window> windows(int size) {
    return IntStream.iterate(0, first -> first < probabilities.length, first -> first + size)
        .mapToObj(first -> window(first, Math.min(size, probabilities.length - first)));
  }

  private Window window(int first, int count) {
    int classes = probabilities[0].length;
    double[] means = new double[classes];
    for (int c = 0; c < classes; c++) {
      int label = c;
      means[c] =
          IntStream.range(first, first + count)
              .mapToDouble(s -> probabilities[s][label])
              .average()
              .orElseThrow();
    }
    Double distance =
        distances == null
            ? null
            : SampleStatistics.median(Arrays.copyOfRange(distances, first, first + count));
    return new Window(first, count, means, distance);
  }

  /** The smallest window size of 1, 2, 5, 10, 20, 40, … that makes at most 120 windows. */
  public int readableWindow() {
    int size = 1;
    for (int i = 1; probabilities.length > (long) MAX_WINDOWS * size; i++) {
      size = i < WINDOW_SIZES.length ? WINDOW_SIZES[i] : 2 * size;
    }
    return size;
  }
}
