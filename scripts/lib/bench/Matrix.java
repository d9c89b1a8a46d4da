//SOURCES ../kit/Stage.java

package genrelab.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Rows of values that two processes share by an {@code .npy} file of float32. */
public final class Matrix {
  private static final int HEADER = 128;

  private Matrix() {}

  /**
   * Random rows in clusters: normal noise of deviation 1 around centres that are two apart.
   *
   * @param count rows
   * @param width values a row
   * @param clusters as many rows belong to each
   */
  public static float[][] clusters(int count, int width, int clusters, long seed) {
    var random = new Random(seed);
    double spread = Math.sqrt(2.0 / width); // of centres, whose distance is √(2 · width) of it
    float[][] centres = new float[clusters][width];
    for (float[] centre : centres) {
      for (int v = 0; v < width; v++) {
        centre[v] = (float) (spread * random.nextGaussian());
      }
    }
    float[][] rows = new float[count][width];
    for (int i = 0; i < count; i++) {
      for (int v = 0; v < width; v++) {
        rows[i][v] = (float) (centres[i % clusters][v] + random.nextGaussian());
      }
    }
    return rows;
  }

  /** Writes rows of equal length, as numpy.save does. */
  public static void write(Path file, float[][] rows) {
    String shape =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(rows.length, rows[0].length);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    header.putShort((short) (HEADER - 10));
    header.put((shape + " ".repeat(HEADER - 11 - shape.length()) + "\n").getBytes());
    try (var out = Files.newOutputStream(file)) {
      out.write(header.array());
      ByteBuffer bytes = ByteBuffer.allocate(4 * rows[0].length).order(ByteOrder.LITTLE_ENDIAN);
      for (float[] row : rows) {
        bytes.asFloatBuffer().put(row);
        out.write(bytes.array());
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static float[][] read(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        var in = new DataInputStream(raw)) {
      String header = new String(in.readNBytes(HEADER), StandardCharsets.ISO_8859_1);
      String[] shape = header.replaceFirst("(?s).*\\((\\d+), (\\d+)\\).*", "$1 $2").split(" ");
      float[][] rows = new float[Integer.parseInt(shape[0])][Integer.parseInt(shape[1])];
      for (float[] row : rows) {
        byte[] bytes = new byte[4 * row.length];
        in.readFully(bytes);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
      }
      return rows;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
