//SOURCES ../audio/Audio.java
//SOURCES ../results/Rows.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.audio.Audio;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What is wrong with a track's samples: unreadable, truncated, short, silent or clipped.
 *
 * @param track the track
 * @param rate its sample rate in Hz; 0 if it can't be read
 * @param problems none for a sound track
 */
record AudioCheck(Corpus.Track track, int rate, List<Rows.Problem> problems) {
  private static final float SILENT = 0.001f; // -60 dB
  private static final float FULL_SCALE = 0.999f;
  private static final int CLIPPED_RUN = 3;
  private static final double CLIPPED_SHARE = 0.01;

  /**
   * Reads a track and checks its samples.
   *
   * @param seconds under which it is short
   * @param problem makes a row of the kind of problem and its detail
   */
  static AudioCheck of(
      Corpus.Track track, double seconds, BiFunction<String, String, Rows.Problem> problem) {
    Audio audio;
    try {
      audio = Audio.read(track.file());
    } catch (Audio.Unreadable unusable) {
      return new AudioCheck(
          track, 0, List.of(problem.apply(unusable.problem, unusable.getMessage())));
    }
    var problems = new ArrayList<Rows.Problem>();
    long segment = Math.round(seconds * audio.rate());
    if (audio.samples().length < segment) {
      problems.add(
          problem.apply(
              "short",
              "%d samples, a segment of %s s takes %d"
                  .formatted(audio.samples().length, seconds, segment)));
    }
    float peak = 0;
    for (float sample : audio.samples()) {
      peak = Math.max(peak, Math.abs(sample));
    }
    if (peak < SILENT) {
      problems.add(
          problem.apply(
              "silent",
              peak == 0
                  ? "all samples are zero"
                  : "its loudest sample is at %.0f dB".formatted(20 * Math.log10(peak))));
    }
    double clipped = clippedShare(audio.samples());
    if (clipped > CLIPPED_SHARE) {
      problems.add(
          problem.apply(
              "clipped", "%.1f %% of its samples are at full scale".formatted(100 * clipped)));
    }
    return new AudioCheck(track, audio.rate(), problems);
  }

  /** The share of samples at full scale with neighbours there: a lone peak is no clipping. */
  private static double clippedShare(float[] samples) {
    long clipped = 0;
    int run = 0;
    for (int i = 0; i <= samples.length; i++) {
      if (i < samples.length && Math.abs(samples[i]) >= FULL_SCALE) {
        run++;
      } else {
        clipped += run >= CLIPPED_RUN ? run : 0;
        run = 0;
      }
    }
    return (double) clipped / samples.length;
  }
}
