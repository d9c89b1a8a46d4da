//SOURCES ArrayAxes.java
//SOURCES FeatureArray.java
//SOURCES NpyHeader.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * A memory-mapped {@code .npy} file.
 *
 * <p>Read here and not by a library: org.jetbrains.bio:npy (0.3.5, 2021) and org.openlca:npy
 * (0.0.1) load the whole array, and the first reads unsigned integers as signed and no float16.
 */
public final class NpyReader implements FeatureArray {
  private static final int CHUNK = 1 << 30; // a mapping's limit is 2 GiB; whole in any item size

  private final String name;
  private final ArrayAxes axes;
  private String type;
  private int itemSize;
  private Decoder decoder;
  private long[] shape;
  private long[] strides;
  private MappedByteBuffer[] chunks;

  /**
   * Opens a file.
   *
   * @param name what messages call it
   * @param axes what {@link #at} takes the array's axes for; they need not fit its shape yet
   * @throws Stage.Failure if it is truncated or no array of numbers
   */
  public NpyReader(Path file, String name, ArrayAxes axes) throws IOException {
    this.name = name;
    this.axes = axes;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(channel, name);
      take(header);
      long start = header.length();
      long bytes = header.valueBytes();
      if (Math.addExact(start, bytes) > channel.size()) {
        throw bad("truncated: %d bytes of %d", channel.size(), start + bytes);
      }
      chunks = new MappedByteBuffer[(int) ((bytes + CHUNK - 1) / CHUNK)];
      for (int i = 0; i < chunks.length; i++) {
        long from = (long) i * CHUNK;
        chunks[i] =
            channel.map(FileChannel.MapMode.READ_ONLY, start + from, Math.min(CHUNK, bytes - from));
        chunks[i].order(header.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      }
    } catch (ArithmeticException overflow) {
      throw bad("shape %s is too large", Arrays.toString(shape));
    }
  }

  private void take(NpyHeader header) {
    type = header.type();
    decoder = DECODERS.get(type.substring(1));
    itemSize = header.itemSize();
    shape = header.shape();
    strides = new long[shape.length];
    long stride = 1;
    for (int i = 0; i < shape.length; i++) {
      int axis = header.fortranOrder() ? i : shape.length - 1 - i;
      strides[axis] = stride;
      stride *= shape[axis];
    }
  }

  private Stage.Failure bad(String format, Object... what) {
    return new Stage.Failure(
        "%s: %s; save it again with numpy.save", name, String.format(Locale.ROOT, format, what));
  }

  @Override
  public long[] shape() {
    return shape;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public double at(int item, int frame, int coefficient) {
    long place =
        item * strides[axes.item()]
            + frame * strides[axes.frame()]
            + coefficient * strides[axes.coefficient()];
    long bytes = place * itemSize;
    return decoder.decode(chunks[(int) (bytes / CHUNK)], (int) (bytes % CHUNK));
  }

  @Override
  public void close() {
    chunks = null;
  }

  /** Reads one number at a byte of a buffer that has the file's byte order. */
  private interface Decoder {
    double decode(ByteBuffer bytes, int at);
  }

  private static final Map<String, Decoder> DECODERS =
      Map.of(
          "i1", ByteBuffer::get,
          "u1", (bytes, at) -> bytes.get(at) & 0xff,
          "i2", ByteBuffer::getShort,
          "u2", (bytes, at) -> bytes.getShort(at) & 0xffff,
          "i4", ByteBuffer::getInt,
          "u4", (bytes, at) -> bytes.getInt(at) & 0xffffffffL,
          "i8", ByteBuffer::getLong,
          "f2", (bytes, at) -> half(bytes.getShort(at)),
          "f4", ByteBuffer::getFloat,
          "f8", ByteBuffer::getDouble);

  /** IEEE 754 binary16; the JDK converts it only from 20 on. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (0x400 | fraction), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
