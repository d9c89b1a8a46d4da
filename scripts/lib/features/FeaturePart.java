//SOURCES PartTable.java
//SOURCES ../kit/Store.java

package genrelab.features;

import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One part of a feature folder, as {@code features.json} names it.
 *
 * @param name {@code part-00000}; its files are {@code part-00000.npy} and {@code part-00000.csv}
 * @param rows segments
 * @param npySha256 SHA-256 of the values' file, in hex
 * @param csvSha256 SHA-256 of the table's file, in hex
 */
public record FeaturePart(String name, int rows, String npySha256, String csvSha256) {
  /** The name of a part; parts are numbered from 0. */
  public static String name(int number) {
    return String.format(Locale.ROOT, "part-%05d", number);
  }

  /** Reads what {@code features.json} says of a part that is there: its rows and checksums. */
  public static FeaturePart of(Path folder, String name) {
    return new FeaturePart(
        name,
        PartTable.read(csv(folder, name)).size(),
        Store.sha256(npy(folder, name)),
        Store.sha256(csv(folder, name)));
  }

  /** float32, little-endian, segments × frames × values in C order. */
  public static Path npy(Path folder, String name) {
    return folder.resolve(name + ".npy");
  }

  /** A row a segment; see {@link PartTable}. */
  public static Path csv(Path folder, String name) {
    return folder.resolve(name + ".csv");
  }
}
