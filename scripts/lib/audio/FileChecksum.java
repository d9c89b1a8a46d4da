//SOURCES ../kit/Stage.java

package genrelab.audio;

import genrelab.kit.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * What tells whether an audio file is still the one that was cut. It guards against mistakes, not
 * against forgery, and costs a small part of decoding the file.
 *
 * @param bytes the file's size
 * @param crc32 of its bytes, unsigned, as Python's {@code zlib.crc32} gives it
 */
public record FileChecksum(long bytes, long crc32) {
  /** Reads a file. */
  public static FileChecksum of(Path file) {
    var crc = new CRC32();
    var buffer = new byte[1 << 16];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
        bytes += n;
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return new FileChecksum(bytes, crc.getValue());
  }

  /**
   * Checks a file against what its manifest says.
   *
   * @param bytes its size then, or null where the manifest does not say
   * @param crc32 its checksum then, or null
   * @throws Stage.Failure if it is another now
   */
  public static void requireSame(Path file, Long bytes, Long crc32) {
    if (bytes != null && crc32 != null && !of(file).equals(new FileChecksum(bytes, crc32))) {
      throw new Stage.Failure("%s: it has changed since it was cut; run segment again", file);
    }
  }
}
