//SOURCES ../audio/Audio.java
//SOURCES ../audio/FileChecksum.java
//SOURCES ../results/Rows.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.audio.Audio;
import genrelab.audio.FileChecksum;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What is wrong with a track's samples: unreadable, truncated, short, silent or clipped.
 *
 * @param track the track
 * @param rate its sample rate in Hz; 0 if it can't be read
 * @param byFfmpeg whether ffmpeg reads it, and nothing else does
 * @param length null if it was not asked for, the track can't be read to its end, or was changed
 *     meanwhile
 * @param checksum of what was read; null where the length is
 * @param problems none for a sound track
 */
record AudioCheck(
    Corpus.Track track,
    int rate,
    boolean byFfmpeg,
    Audio.Length length,
    FileChecksum checksum,
    List<Rows.Problem> problems) {
  private static final float SILENT = 0.001f; // -60 dB
  private static final float FULL_SCALE = 0.999f;
  private static final int CLIPPED_RUN = 3;
  private static final double CLIPPED_SHARE = 0.01;

  /**
   * Reads a track and checks its samples.
   *
   * @param seconds under which it is short
   * @param withLength whether to keep its length; this reads the file twice more, for its checksum
   * @param problem makes a row of the kind of problem and its detail
   */
  static AudioCheck of(
      Corpus.Track track,
      double seconds,
      boolean withLength,
      BiFunction<String, String, Rows.Problem> problem) {
    int rate;
    boolean byFfmpeg;
    FileChecksum checksum;
    var levels = new Levels();
    try (Audio.Reader audio = Audio.open(track.file())) {
      audio.limitHours(Audio.MAX_TRACK_HOURS);
      rate = audio.rate();
      byFfmpeg = audio.isByFfmpeg();
      checksum = withLength ? FileChecksum.of(track.file()) : null;
      for (float[] block = audio.next(); block != null; block = audio.next()) {
        levels.add(block);
      }
      levels.end();
      if (checksum != null && !FileChecksum.of(track.file()).equals(checksum)) {
        checksum = null;
      }
    } catch (Audio.Unreadable unusable) {
      return new AudioCheck(
          track,
          0,
          false,
          null,
          null,
          List.of(problem.apply(unusable.problem, unusable.getMessage())));
    }
    Audio.Length length = checksum == null ? null : new Audio.Length(levels.samples, rate);
    var problems = new ArrayList<Rows.Problem>();
    long segment = Math.round(seconds * rate);
    if (levels.samples < segment) {
      problems.add(
          problem.apply(
              "short",
              "%d samples, a segment of %s s takes %d"
                  .formatted(levels.samples, seconds, segment)));
    }
    if (levels.peak < SILENT) {
      problems.add(
          problem.apply(
              "silent",
              levels.peak == 0
                  ? "all samples are zero"
                  : "its loudest sample is at %.0f dB".formatted(20 * Math.log10(levels.peak))));
    }
    double clipped = (double) levels.clipped / levels.samples;
    if (clipped > CLIPPED_SHARE) {
      problems.add(
          problem.apply(
              "clipped", "%.1f %% of its samples are at full scale".formatted(100 * clipped)));
    }
    return new AudioCheck(track, rate, byFfmpeg, length, checksum, problems);
  }

  /** A track's loudest sample and its clipped ones, of blocks as they are read. */
  private static final class Levels {
    private long samples;
    private float peak;

    /** Samples at full scale with neighbours there: a lone peak is no clipping. */
    private long clipped;

    private long run;

    void add(float[] block) {
      samples += block.length;
      for (float sample : block) {
        float level = Math.abs(sample);
        peak = Math.max(peak, level);
        if (level >= FULL_SCALE) {
          run++;
        } else {
          end();
        }
      }
    }

    /** Ends a run of samples at full scale. */
    void end() {
      clipped += run >= CLIPPED_RUN ? run : 0;
      run = 0;
    }
  }
}
