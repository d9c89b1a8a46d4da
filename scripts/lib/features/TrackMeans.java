//SOURCES FeatureMatrix.java
//SOURCES Features.java

package genrelab.features;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.stream.IntStream;

/** Features of whole tracks: the mean over each track's segments. */
public final class TrackMeans {
  private TrackMeans() {}

  /**
   * Averages segments' features over their tracks.
   *
   * @param segments all but the values
   * @param values of each segment in turn
   * @return one item a track, in the order of the tracks' first segments: its segment 0
   */
  public static Features of(Features segments, Iterator<float[]> values) {
    int width = segments.frames() * segments.coefficients();
    var placeOf = new LinkedHashMap<String, Integer>();
    for (String track : segments.tracks()) {
      placeOf.putIfAbsent(track, placeOf.size());
    }
    int tracks = placeOf.size();
    double[][] sums = new double[tracks][width];
    int[] counts = new int[tracks];
    int[] first = new int[tracks];
    for (int row = 0; row < segments.size(); row++) {
      int track = placeOf.get(segments.tracks()[row]);
      if (counts[track]++ == 0) {
        first[track] = row;
      }
      float[] segment = values.next();
      for (int v = 0; v < width; v++) {
        sums[track][v] += segment[v];
      }
    }
    float[][] means = new float[tracks][width];
    for (int track = 0; track < tracks; track++) {
      for (int v = 0; v < width; v++) {
        means[track][v] = (float) (sums[track][v] / counts[track]);
      }
    }
    Features tracksOnly = segments.subset(first);
    return new Features(
        segments.key(),
        segments.mapping(),
        tracksOnly.labels(),
        tracksOnly.tracks(),
        IntStream.range(0, tracks).map(track -> 0).toArray(),
        null,
        tracksOnly.artists(),
        segments.frames(),
        segments.coefficients(),
        FeatureMatrix.of(means),
        segments.params(),
        segments.provenance());
  }
}
