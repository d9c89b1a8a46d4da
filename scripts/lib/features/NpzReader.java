//SOURCES ArrayAxes.java
//SOURCES Excerpt.java
//SOURCES FeatureArray.java
//SOURCES NpyReader.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** One array of an {@code .npz} archive, unpacked to a temporary file while it is open. */
public final class NpzReader implements FeatureArray {
  private final Path source;
  private final Path member;
  private final NpyReader values;

  /** The name of the array that is read. */
  private String array;

  /** The names of all arrays, for messages. */
  private String arrays;

  /**
   * Opens an array.
   *
   * @param array its name, or null for the first of the archive
   * @param axes what {@link #at} takes the array's axes for; they need not fit its shape yet
   * @throws Stage.Failure if the archive is broken, lacks the array, or it is no array of numbers
   */
  public NpzReader(Path source, String array, ArrayAxes axes) throws IOException {
    this.source = source;
    member = extract(array);
    try {
      values = new NpyReader(member, source + " (" + Excerpt.of(this.array) + ")", axes);
    } catch (Stage.Failure error) {
      Files.deleteIfExists(member);
      throw array != null
          ? error
          : new Stage.Failure(
              "%s; or give another array: --array one of %s", error.getMessage(), arrays);
    } catch (IOException | RuntimeException error) {
      Files.deleteIfExists(member);
      throw error;
    }
  }

  /** The name of the array that is read. */
  public String array() {
    return array;
  }

  /**
   * Copies one array out of an .npz: most are compressed, so that they can't be mapped in place.
   */
  private Path extract(String array) throws IOException {
    Path member = Files.createTempFile("genrelab-import-", ".npy");
    member.toFile().deleteOnExit(); // Windows won't delete a mapped file before
    try (ZipFile zip = new ZipFile(source.toFile())) {
      List<String> names =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".npy"))
              .map(name -> name.substring(0, name.length() - ".npy".length()))
              .toList();
      arrays = Excerpt.of("" + names);
      if (names.isEmpty()) {
        throw new Stage.Failure("%s: no arrays in it; save one with numpy.savez", source);
      }
      if (array != null && !names.contains(array)) {
        throw new Stage.Failure("%s: no array %s; give --array one of: %s", source, array, arrays);
      }
      this.array = array == null ? names.get(0) : array;
      unpack(zip, zip.getEntry(this.array + ".npy"), member);
      return member;
    } catch (ZipException | EOFException error) {
      Files.deleteIfExists(member);
      throw new Stage.Failure(
          "%s: no whole .npz archive (%s); copy or save it again", source, error.getMessage());
    } catch (IOException | RuntimeException error) {
      Files.deleteIfExists(member);
      throw error;
    }
  }

  /** Unpacks as many bytes as the archive says, with the checksum that it says. */
  private void unpack(ZipFile zip, ZipEntry entry, Path member) throws IOException {
    long free = Files.getFileStore(member).getUsableSpace();
    if (entry.getSize() > free) {
      throw new Stage.Failure(
          "%s: %s takes %d MB unpacked, and %d MB are free in %s; free space there",
          source, Excerpt.of(array), entry.getSize() >> 20, free >> 20, member.getParent());
    }
    var in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
    try (in;
        OutputStream to = Files.newOutputStream(member)) {
      byte[] buffer = new byte[1 << 16];
      long left = entry.getSize();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        left -= n;
        if (left < 0) {
          break;
        }
        to.write(buffer, 0, n);
      }
      if (left != 0 || in.getChecksum().getValue() != entry.getCrc()) {
        throw new ZipException(Excerpt.of(array) + " is damaged");
      }
    }
  }

  @Override
  public long[] shape() {
    return values.shape();
  }

  @Override
  public String type() {
    return values.type();
  }

  @Override
  public double at(int item, int frame, int coefficient) {
    return values.at(item, frame, coefficient);
  }

  @Override
  public void close() throws IOException {
    values.close();
    Files.deleteIfExists(member);
  }
}
