//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES Augmentation.java

package genrelab.augmentation;

import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The copies of each segment: how they are transformed, numbered and named. Copies are counted from
 * 1; each is transformed once, by the augmentations in turn.
 *
 * @param folder that the copies are written below, a folder a genre
 * @param augmentations at least one
 * @param copiesByEach copies of a segment by each augmentation, at least 1
 * @param seed of all copies' random numbers
 */
public record CopyPlan(Path folder, List<Augmentation> augmentations, int copiesByEach, long seed) {
  /** The numbers of a segment's copies, ascending. */
  public IntStream copies() {
    return IntStream.rangeClosed(1, copiesByEach * augmentations.size());
  }

  /** What a copy is transformed by. */
  public Augmentation augmentation(int copy) {
    return augmentations.get((copy - 1) % augmentations.size());
  }

  /** A copy's segment number, which tells its source: see {@link Rows#COPY}. */
  public int segmentNumber(Rows.Segment source, int copy) {
    return copy * Rows.COPY + source.segment();
  }

  /** A copy's file, relative to the folder. */
  public String fileName(Rows.Segment source, int copy) {
    return "%s/%s-%02d-copy-%d.wav"
        .formatted(source.genre(), source.track(), source.segment(), copy);
  }

  /** A copy's own random numbers, whatever else is copied. */
  public Random random(Rows.Segment source, int copy) {
    String name = "%d %d %d %s".formatted(seed, copy, source.segment(), source.track());
    return new Random(Long.parseUnsignedLong(Store.sha256(name).substring(0, 16), 16));
  }

  /** Whether a segment's genre and track lead to a file in a genre's folder, and not elsewhere. */
  public boolean staysInFolder(Rows.Segment source) {
    Path root = folder.toAbsolutePath().normalize();
    Path copy = root.resolve(fileName(source, 1)).normalize();
    return copy.startsWith(root) && copy.getNameCount() == root.getNameCount() + 2;
  }
}
