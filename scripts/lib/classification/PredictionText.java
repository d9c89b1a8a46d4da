//SOURCES SongClassifier.java
//SOURCES SongPrediction.java

package genrelab.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Songs' predictions as {@code classify} prints them and writes them into a plot.
 *
 * @param classifier whose predictions they are
 * @param top how many genres of a song or a window
 */
public record PredictionText(SongClassifier classifier, int top) {
  /** What must be known of the model before its first prediction, a line each. */
  public List<String> modelWarnings() {
    var warnings = new ArrayList<String>();
    if (classifier.isSynthetic()) {
      warnings.add(
          "SYNTHETIC: this model was trained on computer-rendered sound and knows no music");
    }
    if (!classifier.isCalibrated()) {
      warnings.add("this model has no calibration: its confidence need not match its accuracy");
      return warnings;
    }
    if (!classifier.isCalibratedForSongs()) {
      warnings.add("this model is calibrated for segments, not for songs: train it again");
    }
    if (classifier.isCalibratedOnKnownSongs()) {
      warnings.add(
          "calibrated on songs that the model was trained on: of new songs, fewer are right than"
              + " it says; train on a split by artist");
    }
    return warnings;
  }

  /** The genres of a song; a second line where it is out of distribution. */
  public List<String> song(SongPrediction song) {
    SongPrediction.Window whole = song.whole();
    var lines = new ArrayList<String>();
    lines.add(
        "%s: %s (%d segments of %s s%s)"
            .formatted(
                song.name(),
                topGenres(whole),
                whole.count(),
                classifier.segmentSeconds(),
                classifier.isSynthetic() ? "; SYNTHETIC model" : ""));
    if (classifier.isOutOfDistribution(whole)) {
      lines.add(
          "  out of distribution (distance %.1f, threshold %.1f): don't rely on this prediction"
              .formatted(whole.distance(), classifier.threshold()));
    }
    return lines;
  }

  /** A line for each segment, or window of segments where there are many. */
  public List<String> timeline(SongPrediction song) {
    int windowSize = song.readableWindow();
    var lines = new ArrayList<String>();
    if (windowSize > 1) {
      lines.add("  " + means(windowSize) + ":");
    }
    song.windows(windowSize).forEach(window -> lines.add(line(window, windowSize)));
    return lines;
  }

  /** What must be known of a song's plot, for its subtitle; may be empty. */
  public String plotNotes(SongPrediction song) {
    var notes = new ArrayList<String>();
    if (classifier.isSynthetic()) {
      notes.add("model of SYNTHETIC sound, which knows no music");
    }
    if (classifier.isOutOfDistribution(song.whole())) {
      notes.add("out of distribution");
    }
    if (song.readableWindow() > 1) {
      notes.add(means(song.readableWindow()));
    }
    return String.join("; ", notes);
  }

  private String means(int segments) {
    return "means of %d segments (%s s)"
        .formatted(segments, segments * classifier.segmentSeconds());
  }

  private String line(SongPrediction.Window window, int windowSize) {
    long tenths = Math.round(window.first() * classifier.segmentSeconds() * 10);
    String start =
        windowSize == 1
            ? "%3d:%04.1f".formatted(tenths / 600, tenths % 600 / 10.0)
            : "%3d:%02d:%02d".formatted(tenths / 36000, tenths / 600 % 60, tenths / 10 % 60);
    String mark = classifier.isOutOfDistribution(window) ? "  (out of distribution)" : "";
    return "  %s  %s%s".formatted(start, topGenres(window), mark);
  }

  private String topGenres(SongPrediction.Window window) {
    double[] probabilities = window.probabilities();
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
        .limit(top)
        .map(c -> "%s %.0f %%".formatted(classifier.genres().get(c), 100 * probabilities[c]))
        .collect(Collectors.joining(", "));
  }
}
