//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES Run.java
//SOURCES Sound.java
//SOURCES ../features/Features.java
//SOURCES ../features/FrameStatistics.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../features/Standardization.java

package genrelab.notebook;

import genrelab.features.Features;
import genrelab.features.FrameStatistics;
import genrelab.features.SegmentFeatures;
import genrelab.features.Standardization;
import java.util.Arrays;
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
  private final Standardization scaling;

  /** Of each segment, standardised. */
  private final float[][] statistics;

  MfccNeighbours(Features features) {
    this.features = features;
    float[][] unscaled =
        IntStream.range(0, features.size())
            .mapToObj(row -> statistics(features.values(row)))
            .toArray(float[][]::new);
    this.scaling = Standardization.fit(unscaled, 2 * features.coefficients());
    this.statistics = Arrays.stream(unscaled).map(scaling::apply).toArray(float[][]::new);
  }

  private float[] statistics(float[] mfcc) {
    return FrameStatistics.meansAndDeviations(mfcc, features.coefficients());
  }

  /** The nearest segments of a sound: track, segment, genre, distance. */
  Table of(Sound sound, SegmentFeatures how, int count) {
    float[] mfcc = how.extractor().apply(sound.resample(how.rate()).samples());
    float[] query = scaling.apply(statistics(mfcc));
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

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      double step = (double) a[d] - b[d];
      sum += step * step;
    }
    return Math.sqrt(sum);
  }
}
