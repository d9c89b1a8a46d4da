//SOURCES ../audio/Audio.java
//SOURCES ../audio/FileChecksum.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/Rows.java
//SOURCES Augmentation.java
//SOURCES CopyPlan.java

package genrelab.augmentation;

import genrelab.audio.Audio;
import genrelab.audio.FileChecksum;
import genrelab.kit.Stage;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The copies of one track's training segments. The track is read once.
 *
 * @param file the track's audio
 * @param segments of the track, at least one
 * @param beforeNewFile is told each file that is not there yet before it is written; from the
 *     thread that calls
 */
record TrackAugmentation(
    Path file, List<Rows.Segment> segments, CopyPlan plan, Consumer<Path> beforeNewFile)
    implements Callable<List<Rows.Segment>> {

  /**
   * Writes the copies.
   *
   * @return their rows, segment after segment
   * @throws Stage.Failure if the track is unreadable or another than the one that was cut
   */
  @Override
  public List<Rows.Segment> call() {
    Audio track = read();
    var rows = new ArrayList<Rows.Segment>();
    for (Rows.Segment row : segments) {
      if (row.rate() != track.rate() || row.start() + row.length() > track.samples().length) {
        throw new Stage.Failure("%s: it has changed since it was cut; run segment again", file);
      }
      Audio source = track.slice(row.start(), row.length());
      plan.copies().forEach(copy -> rows.add(write(row, source, copy)));
    }
    return rows;
  }

  private Audio read() {
    Audio audio;
    try {
      audio = Audio.read(file);
    } catch (Audio.Unreadable unusable) {
      throw new Stage.Failure(
          unusable,
          "%s: %s (%s); restore or remove it (verify lists all such files), then run segment again",
          file,
          unusable.problem,
          unusable.getMessage());
    }
    FileChecksum.requireSame(file, segments.get(0).bytes(), segments.get(0).crc32());
    return audio;
  }

  private Rows.Segment write(Rows.Segment row, Audio source, int copy) {
    Augmentation augmentation = plan.augmentation(copy);
    Random random = plan.random(row, copy);
    double amount = augmentation.draw(random);
    float[] samples = augmentation.apply(source.samples(), row.rate(), amount, random);
    String name = plan.fileName(row, copy);
    Path wav = plan.folder().resolve(name);
    if (!Files.exists(wav)) {
      beforeNewFile.accept(wav);
    }
    new Audio(samples, row.rate()).writeWav(wav);
    FileChecksum checksum = FileChecksum.of(wav);
    return new Rows.Segment(
        row.track(),
        row.genre(),
        row.artist(),
        plan.segmentNumber(row, copy),
        name,
        0,
        row.length(),
        row.rate(),
        augmentation.describe(amount),
        checksum.bytes(),
        checksum.crc32());
  }
}
