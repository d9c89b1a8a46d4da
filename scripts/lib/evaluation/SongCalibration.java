//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES Calibration.java
//SOURCES TestResults.java
//SOURCES ../results/Rows.java

package genrelab.evaluation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A classifier's temperatures: one for segments, and one for songs, by the mean of their segments'
 * probabilities.
 *
 * <p>The mean over a song's segments is less confident than a segment, and more often right, so
 * that the segments' temperature leaves it underconfident.
 *
 * @param segments fitted on the validation part's segments
 * @param songs fitted on the validation part's tracks; its count is of tracks
 * @param knownSongs how many of these tracks are in training too: on songs that it knows, a
 *     classifier is right more often, and its temperature leaves it overconfident on new ones
 */
public record SongCalibration(Calibration segments, Calibration songs, int knownSongs) {

  /** Tracks by the mean of their segments' probabilities. */
  private record Tracks(float[][] probabilities, int[] labels) {
    static Tracks of(List<String> tracks, float[][] probabilities, int[] labels) {
      Map<String, List<Integer>> segments = new LinkedHashMap<>();
      for (int s = 0; s < labels.length; s++) {
        segments.computeIfAbsent(tracks.get(s), track -> new ArrayList<>()).add(s);
      }
      var means = new ArrayList<float[]>();
      segments
          .values()
          .forEach(places -> means.add(mean(places.stream().map(s -> probabilities[s]).toList())));
      return new Tracks(
          means.toArray(float[][]::new),
          segments.values().stream().mapToInt(places -> labels[places.get(0)]).toArray());
    }

    private static float[] mean(List<float[]> segments) {
      double[] sums = new double[segments.get(0).length];
      segments.forEach(segment -> Arrays.setAll(sums, c -> sums[c] + segment[c]));
      float[] mean = new float[sums.length];
      for (int c = 0; c < mean.length; c++) {
        mean[c] = (float) (sums[c] / segments.size());
      }
      return mean;
    }
  }

  /**
   * Fits both temperatures.
   *
   * @param tracks of the validation part's segments
   * @param probabilities segment × class, without calibration
   * @param labels the true class of each segment
   * @param training tracks that the classifier was trained on
   */
  public static SongCalibration fit(
      List<String> tracks, float[][] probabilities, int[] labels, Set<String> training) {
    Tracks songs = Tracks.of(tracks, probabilities, labels);
    return new SongCalibration(
        Calibration.fit(probabilities, labels),
        Calibration.fit(songs.probabilities(), songs.labels()),
        (int) tracks.stream().distinct().filter(training::contains).count());
  }

  /**
   * The rows of {@code metrics.json}: both temperatures, and how far confidence and accuracy of the
   * test's segments and tracks lie apart with them.
   *
   * @param tracks of the test's segments
   * @param probabilities segment × class, without calibration
   */
  public List<Rows.Metric> metrics(
      TestResults test, List<String> tracks, float[][] probabilities, int[] labels) {
    Tracks means = Tracks.of(tracks, probabilities, labels);
    return List.of(
        test.exact("network", "temperature", segments.temperature()),
        test.exact("network", "track_temperature", songs.temperature()),
        test.exact(
            "segment",
            "test_ece_calibrated",
            Calibration.error(segments.apply(probabilities), labels)),
        test.exact(
            "track",
            "test_ece_calibrated",
            Calibration.error(songs.apply(means.probabilities()), means.labels())));
  }

  /** Adds the model's record of them: {@code calibration} and {@code trackCalibration}. */
  public void record(ObjectNode model) {
    ObjectNode ofSegments = model.putObject("calibration");
    ofSegments.put("temperature", segments.temperature()).put("segments", segments.segments());
    ofSegments.put("before", segments.before()).put("after", segments.after());
    ObjectNode ofTracks = model.putObject("trackCalibration");
    ofTracks.put("temperature", songs.temperature()).put("tracks", songs.segments());
    ofTracks.put("tracksInTraining", knownSongs);
    ofTracks.put("before", songs.before()).put("after", songs.after());
  }
}
