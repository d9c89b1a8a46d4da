//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES FeatureMatrix.java
//SOURCES FeaturePart.java
//SOURCES Features.java
//SOURCES FolderHeader.java
//SOURCES MappedParts.java
//SOURCES NpyHeader.java
//SOURCES PartTable.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.features;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Features as a folder: {@code features.json} (see {@link FolderHeader}) and parts of values and
 * tables, for more segments than a JSON is good for.
 *
 * <p>Values are read through mapped files, so that a stage holds no more of them than it works on.
 * Python reads a part by {@code numpy.load("part-00000.npy", mmap_mode="r")}.
 */
public final class FeatureFolder {
  /** A file of values, its header aside. */
  public static final long MOST_BYTES = 1L << 30;

  /** Floats of a segment. */
  static final long MOST_VALUES = 1L << 24;

  private FeatureFolder() {}

  /** Segments of a part, as the kit's stages fill it: as many as make 1 GiB with the header. */
  public static int rowsOfPart(int frames, int values) {
    long header = NpyHeader.bytes("<f4", Integer.MAX_VALUE, frames, values).length;
    return (int) Math.max(1, (MOST_BYTES - header) / (4L * frames * values));
  }

  // ---- writing

  /**
   * Names the {@code features.json} that a stage writes where its output is a folder, so that a
   * file of another kind is not replaced; does nothing for a features JSON.
   */
  public static void nameOutputs(Path out) {
    if (Features.isFolder(out)) {
      Stage.alsoWrites(out.resolve(FolderHeader.FILE), "mapping", "parts");
    }
  }

  /**
   * A folder's files, parts first, for {@link Store#writeTogether}, which asks for them in their
   * order.
   *
   * @param features all but the values
   * @param rows one array of frames · coefficients a segment
   * @param rowsOfPart segments of a part, at the most
   */
  public static Map<Path, Store.Content> contents(
      Path folder, Features features, Iterator<float[]> rows, int rowsOfPart) {
    int parts = (features.size() + rowsOfPart - 1) / rowsOfPart;
    int[] sizes = new int[parts];
    Arrays.setAll(sizes, part -> Math.min(rowsOfPart, features.size() - part * rowsOfPart));
    return contents(folder, features, rows, sizes);
  }

  /** As {@link #contents(Path, Features, Iterator, int)}, with the segments of each part. */
  static Map<Path, Store.Content> contents(
      Path folder, Features features, Iterator<float[]> rows, int[] sizes) {
    var files = new LinkedHashMap<Path, Store.Content>();
    var parts = new ArrayList<FeaturePart>();
    int next = 0;
    for (int number = 0; number < sizes.length; number++) {
      int first = next;
      int count = sizes[number];
      next += count;
      String name = FeaturePart.name(number);
      var sha256 = new String[1];
      files.put(
          FeaturePart.npy(folder, name),
          out ->
              sha256[0] =
                  digested(
                      out,
                      file -> {
                        file.write(header(count, features.frames(), features.coefficients()));
                        for (int row = 0; row < count; row++) {
                          file.write(bytes(rows.next()));
                        }
                      }));
      files.put(
          FeaturePart.csv(folder, name),
          out -> {
            String csv =
                digested(out, file -> PartTable.write(file, table(features, first, count)));
            parts.add(new FeaturePart(name, count, sha256[0], csv));
          });
    }
    files.put(
        folder.resolve(FolderHeader.FILE),
        out ->
            new FolderHeader(
                    features.key(),
                    features.mapping(),
                    features.frames(),
                    features.coefficients(),
                    parts,
                    features.params(),
                    features.provenance())
                .content()
                .writeTo(out));
    return files;
  }

  /** What stands before the values of a part's file. */
  static byte[] header(int rows, int frames, int values) {
    return NpyHeader.bytes("<f4", rows, frames, values);
  }

  /** Values as a part's file holds them. */
  static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Writes a content; returns its SHA-256 in hex. */
  static String digested(OutputStream out, Store.Content content) throws IOException {
    var digest = new DigestOutputStream(out, Store.sha256Digest());
    content.writeTo(digest);
    digest.flush();
    return HexFormat.of().formatHex(digest.getMessageDigest().digest());
  }

  private static Iterator<PartTable.Row> table(Features features, int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(
            row ->
                new PartTable.Row(
                    features.tracks()[row],
                    features.segments()[row],
                    features.labels()[row],
                    features.genre(row),
                    features.artists() == null ? "" : features.artists()[row],
                    features.clusters() == null ? null : (Integer) features.clusters()[row]))
        .iterator();
  }

  /**
   * Deletes the parts of earlier, longer features that a folder just written leaves over; does
   * nothing for a features JSON.
   */
  public static void deleteOtherParts(Path folder) {
    if (!Features.isFolder(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      FeaturePart.others(names, FolderHeader.read(folder).parts())
          .forEach(name -> Store.delete(folder.resolve(name)));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  // ---- reading

  /**
   * Opens a folder.
   *
   * @param withValues whether values are needed: they are then checked, by their checksum and for
   *     being finite, which reads each part once
   * @throws Stage.Failure naming the file that is missing, cut off, altered or of other features
   */
  static Features read(Path folder, boolean withValues) {
    FolderHeader header = FolderHeader.read(folder);
    var rows = new ArrayList<PartTable.Row>();
    for (FeaturePart part : header.parts()) {
      rows.addAll(readTable(folder, header, part));
    }
    MappedParts values = MappedParts.open(folder, header);
    if (withValues) {
      values.verify();
    }
    boolean clustered = rows.get(0).cluster() != null;
    boolean named = rows.stream().anyMatch(row -> !row.artist().isEmpty());
    requireClustersOfAll(folder, rows, clustered);
    var features =
        new Features(
            header.key(),
            header.mapping(),
            rows.stream().mapToInt(PartTable.Row::label).toArray(),
            rows.stream().map(PartTable.Row::track).toArray(String[]::new),
            rows.stream().mapToInt(PartTable.Row::segment).toArray(),
            clustered ? rows.stream().mapToInt(PartTable.Row::cluster).toArray() : null,
            named ? rows.stream().map(PartTable.Row::artist).toArray(String[]::new) : null,
            header.frames(),
            header.values(),
            withValues ? values : null,
            header.params(),
            header.provenance());
    features.requireConsistent(folder);
    return features;
  }

  /**
   * Maps a folder's values without reading them all, where somebody else has checked them.
   *
   * @throws Stage.Failure if a part is missing, truncated, or of another shape
   */
  public static FeatureMatrix mapped(Path folder) {
    return MappedParts.open(folder, FolderHeader.read(folder));
  }

  private static List<PartTable.Row> readTable(Path folder, FolderHeader header, FeaturePart part) {
    Path file = FeaturePart.csv(folder, part.name());
    requireThere(file);
    List<PartTable.Row> rows = PartTable.read(file);
    if (rows.size() != part.rows()) {
      throw new Stage.Failure(
          "%s: it has %d rows, features.json gives the part %d; copy the folder again, or make it"
              + " again",
          file, rows.size(), part.rows());
    }
    if (!Store.sha256(file).equals(part.csvSha256())) {
      throw altered(file);
    }
    for (int i = 0; i < rows.size(); i++) {
      PartTable.Row row = rows.get(i);
      if (row.label() < 0
          || row.label() >= header.mapping().size()
          || !header.mapping().get(row.label()).equals(row.genre())) {
        throw new Stage.Failure(
            "%s: row %d is of genre %s with label %d, which features.json gives another; make it"
                + " again",
            file, i, Stage.oneLine(row.genre()), row.label());
      }
    }
    return rows;
  }

  static void requireThere(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Stage.Failure(
          "%s: no such file, but features.json names this part; copy the folder again, or make it"
              + " again",
          file);
    }
  }

  static Stage.Failure altered(Path file) {
    return new Stage.Failure(
        "%s: not the part that features.json names (its SHA-256 differs); copy the folder again, or"
            + " make it again",
        file);
  }

  private static void requireClustersOfAll(
      Path folder, List<PartTable.Row> rows, boolean clustered) {
    for (PartTable.Row row : rows) {
      if ((row.cluster() != null) != clustered) {
        throw new Stage.Failure(
            "%s: some of its segments have clusters and some have none; cluster them together",
            folder);
      }
    }
  }
}
