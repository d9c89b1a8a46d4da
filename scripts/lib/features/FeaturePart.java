//SOURCES PartTable.java
//SOURCES ../kit/Store.java

package genrelab.features;

import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One part of a feature folder, as {@code features.json} names it.
 *
 * @param name {@code part-00000}; its files are {@code part-00000.npy} and {@code part-00000.csv}
 * @param rows segments
 * @param npySha256 SHA-256 of the values' file, in hex
 * @param csvSha256 SHA-256 of the table's file, in hex
 */
public record FeaturePart(String name, int rows, String npySha256, String csvSha256) {
  private static final Pattern FILE = Pattern.compile("part-\\d{5}\\.(npy|csv)");

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

  /**
   * Files of parts that a folder does not have, such as those of earlier, longer features.
   *
   * @param files names of the folder's files
   * @param parts those that it has
   */
  public static List<String> others(List<String> files, List<FeaturePart> parts) {
    Set<String> own = parts.stream().map(FeaturePart::name).collect(Collectors.toSet());
    return files.stream()
        .filter(file -> FILE.matcher(file).matches() && !own.contains(file.substring(0, 10)))
        .sorted()
        .toList();
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
