//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Run.java
//SOURCES Sound.java
//SOURCES ../features/Features.java
//SOURCES ../features/SegmentFeatures.java

package genrelab.notebook;

import genrelab.features.Features;
import genrelab.features.SegmentFeatures;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Segments of a run that sound alike by their timbre: nearest neighbours by the Euclidean distance
 * of means and standard deviations of the MFCCs, each standardised over the run's segments.
 */
final class MfccNeighbours {
  private final Features features;
  private final double[][] statistics;
  private final double[] deviation;

  MfccNeighbours(Features features) {
    this.features = features;
    this.statistics =
        IntStream.range(0, features.size())
            .mapToObj(row -> statistics(features.values(row), features.coefficients()))
            .toArray(double[][]::new);
    int width = 2 * features.coefficients();
    this.deviation = new double[width];
    for (int d = 0; d < width; d++) {
      int column = d;
      double[] values =
          IntStream.range(0, statistics.length)
              .mapToDouble(row -> statistics[row][column])
              .toArray();
      double average =
          IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
      deviation[d] =
          Math.sqrt(
              IntStream.range(0, values.length)
                  .mapToDouble(i -> (values[i] - average) * (values[i] - average))
                  .average()
                  .orElse(0));
    }
  }

  /** Mean and standard deviation of each coefficient over the frames. */
  private static double[] statistics(float[] mfcc, int coefficients) {
    double[] result = new double[2 * coefficients];
    int frames = mfcc.length / coefficients;
    for (int c = 0; c < coefficients; c++) {
      double sum = 0;
      double squares = 0;
      for (int t = 0; t < frames; t++) {
        double value = mfcc[t * coefficients + c];
        sum += value;
        squares += value * value;
      }
      result[c] = sum / frames;
      result[coefficients + c] = Math.sqrt(Math.max(0, squares / frames - result[c] * result[c]));
    }
    return result;
  }

  /** The nearest segments of a sound: track, segment, genre, distance. */
  Table of(Sound sound, SegmentFeatures how, int count) {
    float[] mfcc = how.extractor().apply(sound.resample(how.rate()).samples());
    double[] query = statistics(mfcc, features.coefficients());
    double[] distances =
        IntStream.range(0, statistics.length)
            .mapToDouble(row -> distance(query, statistics[row]))
            .toArray();
    List<Integer> nearest =
        IntStream.range(0, distances.length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> distances[row]))
            .limit(count)
            .toList();
    return Table.create(
        "Segments nearest to " + sound.title(),
        StringColumn.create("track", nearest.stream().map(row -> features.id(row).track())),
        IntColumn.create("segment", nearest.stream().mapToInt(row -> features.segments()[row])),
        StringColumn.create("genre", nearest.stream().map(features::genre)),
        DoubleColumn.create("distance", nearest.stream().mapToDouble(row -> distances[row])));
  }

  private double distance(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      double step = deviation[d] > 0 ? (a[d] - b[d]) / deviation[d] : 0;
      sum += step * step;
    }
    return Math.sqrt(sum);
  }
}
