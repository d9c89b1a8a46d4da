//SOURCES FeatureArray.java
//SOURCES Features.java
//SOURCES ImportIndex.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A feature folder as an array to import, with the tracks and genres that its tables name. */
public final class FolderArray implements FeatureArray {
  private final Features features;

  /** The row read last. */
  private float[] segment;

  private int row = -1;

  /**
   * Opens a folder.
   *
   * @param key what its values must be
   * @throws Stage.Failure if it is broken, or its values are of another key
   */
  public FolderArray(Path folder, String key) {
    features = Features.read(folder);
    if (!features.key().equals(key)) {
      throw new Stage.Failure(
          "%s: it holds %s, not %s; give --key %s", folder, features.key(), key, features.key());
    }
  }

  @Override
  public long[] shape() {
    return new long[] {features.size(), features.frames(), features.coefficients()};
  }

  @Override
  public String type() {
    return "<f4";
  }

  @Override
  public double at(int item, int frame, int coefficient) {
    if (item != row) {
      segment = features.values(item);
      row = item;
    }
    return segment[frame * features.coefficients() + coefficient];
  }

  @Override
  public List<ImportIndex.Entry> entries() {
    return IntStream.range(0, features.size())
        .mapToObj(
            i ->
                new ImportIndex.Entry(
                    features.tracks()[i],
                    features.segments()[i],
                    features.genre(i),
                    features.labels()[i]))
        .toList();
  }

  @Override
  public String genre(int item) {
    return features.genre(item);
  }

  @Override
  public void close() {}
}
