//SOURCES ArrayAxes.java
//SOURCES Excerpt.java
//SOURCES FeatureArray.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A memory-mapped {@code .npy} file.
 *
 * <p>Read here and not by a library: org.jetbrains.bio:npy (0.3.5, 2021) and org.openlca:npy
 * (0.0.1) load the whole array, and the first reads unsigned integers as signed and no float16; the
 * format is a magic, a length and one Python dict of three keys (NumPy Enhancement Proposal 1).
 */
public final class NpyReader implements FeatureArray {
  private static final int CHUNK = 1 << 30; // a mapping's limit is 2 GiB; whole in any item size
  private static final Pattern TYPE =
      Pattern.compile("'descr':\\s*'([<>|=])(i1|u1|i2|u2|i4|u4|i8|f2|f4|f8)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape':\\s*\\(((?:\\s*\\d{1,18}\\s*(?:,|(?=\\))))*)\\s*\\)");
  private static final int MOST_HEADER = 1 << 20;

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
      long start = readHeader(channel);
      long bytes = Arrays.stream(shape).reduce(itemSize, Math::multiplyExact);
      if (Math.addExact(start, bytes) > channel.size()) {
        throw bad("truncated: %d bytes of %d", channel.size(), start + bytes);
      }
      chunks = new MappedByteBuffer[(int) ((bytes + CHUNK - 1) / CHUNK)];
      boolean big = type.startsWith(">");
      for (int i = 0; i < chunks.length; i++) {
        long from = (long) i * CHUNK;
        chunks[i] =
            channel.map(FileChannel.MapMode.READ_ONLY, start + from, Math.min(CHUNK, bytes - from));
        chunks[i].order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      }
    } catch (ArithmeticException overflow) {
      throw bad("shape %s is too large", Arrays.toString(shape));
    }
  }

  /** Reads the header; returns where the values begin. */
  private long readHeader(FileChannel channel) throws IOException {
    ByteBuffer prefix = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0);
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    if (prefix.limit() < 12 || !Arrays.equals(Arrays.copyOf(prefix.array(), 6), magic)) {
      throw bad("not an .npy file (no NumPy magic at its start)");
    }
    boolean first = prefix.get(6) == 1; // versions 2 and 3 have a four-byte length
    int begin = first ? 10 : 12;
    long length = first ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffffffffL;
    if (begin + length > channel.size()) {
      throw bad("truncated in its header");
    }
    if (length > MOST_HEADER) {
      throw bad("its header of %d bytes makes no sense", length);
    }
    ByteBuffer header = ByteBuffer.allocate(Math.toIntExact(length));
    readFully(channel, header, begin);
    parse(new String(header.array(), StandardCharsets.UTF_8));
    return begin + length;
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long from)
      throws IOException {
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // a read may be short
    }
    buffer.flip();
  }

  private void parse(String header) {
    if (header.isBlank()) {
      throw bad("its header is empty");
    }
    Matcher descr = TYPE.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher lengths = SHAPE.matcher(header);
    if (!descr.find()) {
      throw bad("unsupported dtype in %s; save it as float32", Excerpt.of(header));
    }
    if (!order.find() || !lengths.find()) {
      throw bad("broken header %s", Excerpt.of(header));
    }
    type = descr.group(1) + descr.group(2);
    decoder = DECODERS.get(descr.group(2));
    itemSize = descr.group(2).charAt(1) - '0';
    shape =
        Pattern.compile("\\d+")
            .matcher(lengths.group(1))
            .results()
            .mapToLong(number -> Long.parseLong(number.group()))
            .toArray();
    strides = new long[shape.length];
    boolean fortran = order.group(1).equals("True");
    long stride = 1;
    for (int i = 0; i < shape.length; i++) {
      int axis = fortran ? i : shape.length - 1 - i;
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
