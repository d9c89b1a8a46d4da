//SOURCES FeatureFolder.java
//SOURCES FeaturePart.java
//SOURCES PartTable.java
//SOURCES ../kit/CleanupOnExit.java
//SOURCES ../kit/Store.java

package genrelab.features;

import genrelab.kit.CleanupOnExit;
import genrelab.kit.Store;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Writes one part of a feature folder whose number of segments is not known beforehand, as where
 * several processes write a folder's parts.
 *
 * <p>Values wait in a temporary file. {@link #finish} gives both files of the part their names when
 * they are whole; without it nothing is left behind. When all parts are there, {@link
 * FolderHeader#write} makes them a folder. The files are those that {@link Features#write} writes
 * of the same segments.
 */
public final class FeaturePartWriter implements AutoCloseable {
  private final Path folder;
  private final String name;
  private final int frames;
  private final int coefficients;
  private final List<PartTable.Row> rows = new ArrayList<>();
  private final Path waiting;
  private final CleanupOnExit<FileChannel> cleanup;
  private final FileChannel channel;
  private final OutputStream values;

  /**
   * Begins a part.
   *
   * @param folder is made where it is not there
   * @param number of the part, from 0
   * @param frames frames a segment
   * @param coefficients values a frame
   */
  public FeaturePartWriter(Path folder, int number, int frames, int coefficients) {
    this.folder = folder;
    this.name = FeaturePart.name(number);
    this.frames = frames;
    this.coefficients = coefficients;
    Store.createFolder(folder);
    try {
      waiting = Files.createTempFile(folder.toAbsolutePath(), name + "-", ".values.part");
      cleanup =
          new CleanupOnExit<>(
              () -> FileChannel.open(waiting, StandardOpenOption.WRITE),
              open -> Store.delete(waiting));
      channel = cleanup.value();
      values = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Segments so far. */
  public int rows() {
    return rows.size();
  }

  /**
   * Adds a segment.
   *
   * @param segment frames · coefficients finite values
   */
  public void add(PartTable.Row row, float[] segment) {
    if (segment.length != frames * coefficients) {
      throw new IllegalArgumentException(
          "%d values instead of %d × %d".formatted(segment.length, frames, coefficients));
    }
    try {
      values.write(FeatureFolder.bytes(segment));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    rows.add(row);
  }

  /**
   * Takes the last segments back, as where a track turns out to be damaged at its end.
   *
   * @param rows segments that stay
   */
  public void keep(int rows) {
    try {
      values.flush();
      channel.truncate(4L * rows * frames * coefficients);
      this.rows.subList(rows, this.rows.size()).clear();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /**
   * Writes both files and gives them their names, the table first: where the values' file is there,
   * the part is whole.
   *
   * @return what {@code features.json} says of the part
   */
  public FeaturePart finish() {
    try {
      values.close();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    var sha256 = new String[2];
    var files = new LinkedHashMap<Path, Store.Content>();
    files.put(
        FeaturePart.csv(folder, name),
        out ->
            sha256[1] =
                FeatureFolder.digested(out, file -> PartTable.write(file, rows.iterator())));
    files.put(
        FeaturePart.npy(folder, name),
        out ->
            sha256[0] =
                FeatureFolder.digested(
                    out,
                    file -> {
                      file.write(FeatureFolder.header(rows.size(), frames, coefficients));
                      Files.copy(waiting, file);
                    }));
    Store.writeTogether(files);
    close();
    return new FeaturePart(name, rows.size(), sha256[0], sha256[1]);
  }

  /** Deletes what was not finished. */
  @Override
  public void close() {
    try {
      values.close();
    } catch (IOException ignored) {
      // it is deleted
    }
    Store.delete(waiting);
    cleanup.close();
  }
}
