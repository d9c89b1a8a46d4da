//SOURCES ../audio/Audio.java
//SOURCES ../audio/FileChecksum.java
//SOURCES ../audio/Resampling.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/Rows.java

package genrelab.features;

import genrelab.audio.Audio;
import genrelab.audio.FileChecksum;
import genrelab.audio.Resampling;
import genrelab.kit.Stage;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Features of one track's segments, read piece by piece. */
public final class TrackExtraction {
  private TrackExtraction() {}

  /** Samples of a segment at another rate than its own. */
  public static int samplesAt(int rate, Rows.Segment row) {
    return (int) Math.round((double) row.length() * rate / row.rate());
  }

  /**
   * Computes the values of a track's segments, in their order.
   *
   * @param file of all of them
   * @param rate that the audio is brought to, Hz
   * @param extractor turns a segment's samples into its values
   * @throws Audio.Unreadable if the file can't be read to its end
   * @throws Stage.Failure if it is not what it was when it was cut
   */
  public static void compute(
      Path file,
      List<Rows.Segment> track,
      int rate,
      UnaryOperator<float[]> extractor,
      Consumer<float[]> receiver)
      throws Audio.Unreadable {
    int done = 0;
    while (done < track.size()) {
      done += computeRun(file, track.subList(done, track.size()), rate, extractor, receiver);
    }
  }

  /**
   * Reads a file once, piece by piece, and computes its first segments: all of them, or those
   * before one that begins before its predecessor, as in a manifest that was sorted anew.
   *
   * @return how many
   */
  private static int computeRun(
      Path file,
      List<Rows.Segment> segments,
      int rate,
      UnaryOperator<float[]> extractor,
      Consumer<float[]> receiver)
      throws Audio.Unreadable {
    try (Audio.Reader audio = Audio.open(file)) {
      audio.limitHours(Audio.MAX_TRACK_HOURS);
      FileChecksum.requireSame(file, segments.get(0).bytes(), segments.get(0).crc32());
      // resampled as one, as librosa.load does: pieces would each begin and end with a transient
      var resampled = new Resampling.Track(audio, rate);
      int done = 0;
      long earliest = 0;
      while (done < segments.size() && segments.get(done).start() >= earliest) {
        Rows.Segment row = segments.get(done);
        float[] samples =
            row.rate() == audio.rate()
                ? resampled.piece(row.start(), row.length(), samplesAt(rate, row))
                : null;
        if (samples == null) {
          throw new Stage.Failure("%s: it has changed since it was cut; run segment again", file);
        }
        receiver.accept(extractor.apply(samples));
        earliest = row.start();
        done++;
      }
      audio.skipRest(); // sound to its end, as when it was cut
      return done;
    }
  }
}
