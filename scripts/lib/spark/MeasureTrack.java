//DEPS org.apache.spark:spark-core_2.13:4.0.1
//SOURCES ../audio/Audio.java
//SOURCES ../corpus/SegmentCut.java
//SOURCES TrackLength.java
//SOURCES TrackSource.java

package genrelab.spark;

import genrelab.audio.Audio;
import genrelab.corpus.SegmentCut;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.function.Function;

/**
 * Finds how many segments a track holds, as {@code segment} does: by its headers where they tell.
 *
 * @param seconds of a segment
 */
record MeasureTrack(double seconds) implements Function<TrackSource, TrackLength> {
  private static final long serialVersionUID = 1L;

  @Override
  public TrackLength call(TrackSource track) {
    Path file = Path.of(track.file());
    if (!Files.isRegularFile(file)) {
      return failed(track, "missing", "no such file");
    }
    try {
      SegmentCut cut = SegmentCut.of(Audio.length(file, Audio.MAX_TRACK_HOURS), seconds);
      return new TrackLength(
          track.id(), track.file(), cut.count(), cut.length(), cut.rate(), "", "");
    } catch (Audio.Unreadable unusable) {
      return failed(track, unusable.problem, unusable.getMessage());
    } catch (RuntimeException broken) { // of a decoder, or of a disk: one track is no reason to end
      return failed(track, "unreadable", broken.toString());
    }
  }

  private static TrackLength failed(TrackSource track, String problem, String detail) {
    return new TrackLength(track.id(), track.file(), 0, 0, 0, problem, detail);
  }
}
