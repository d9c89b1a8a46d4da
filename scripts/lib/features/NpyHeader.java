//SOURCES Excerpt.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header of an {@code .npy} file: a magic, a length and one Python dict of three keys (NumPy
 * Enhancement Proposal 1).
 *
 * @param type NumPy's name of the number format, such as {@code <f4}
 * @param fortranOrder whether the first axis varies fastest
 * @param shape lengths of the axes
 * @param length bytes before the values
 */
record NpyHeader(String type, boolean fortranOrder, long[] shape, long length) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE =
      Pattern.compile("'descr':\\s*'([<>|=](?:i1|u1|i2|u2|i4|u4|i8|f2|f4|f8|U\\d+))'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape':\\s*\\(((?:\\s*\\d{1,18}\\s*(?:,|(?=\\))))*)\\s*\\)");
  private static final int MOST_HEADER = 1 << 20;

  /** Values begin at a multiple of this, as NumPy aligns them. */
  private static final int ALIGNMENT = 64;

  private static final int PREFIX = 10;

  /**
   * Reads a header.
   *
   * @param name what messages call the file
   * @throws Stage.Failure if it is truncated or no array of numbers
   */
  static NpyHeader read(FileChannel channel, String name) throws IOException {
    ByteBuffer prefix = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0);
    if (prefix.limit() < 12 || !Arrays.equals(Arrays.copyOf(prefix.array(), 6), MAGIC)) {
      throw bad(name, "not an .npy file (no NumPy magic at its start)");
    }
    boolean first = prefix.get(6) == 1; // versions 2 and 3 have a four-byte length
    int begin = first ? PREFIX : PREFIX + 2;
    long length = first ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffffffffL;
    if (begin + length > channel.size()) {
      throw bad(name, "truncated in its header");
    }
    if (length > MOST_HEADER) {
      throw bad(name, "its header of %d bytes makes no sense", length);
    }
    ByteBuffer header = ByteBuffer.allocate(Math.toIntExact(length));
    readFully(channel, header, begin);
    return parse(new String(header.array(), StandardCharsets.UTF_8), begin + length, name);
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long from)
      throws IOException {
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // a read may be short
    }
    buffer.flip();
  }

  private static NpyHeader parse(String header, long length, String name) {
    if (header.isBlank()) {
      throw bad(name, "its header is empty");
    }
    Matcher descr = TYPE.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher lengths = SHAPE.matcher(header);
    if (!descr.find() || descr.group(1).contains("U")) {
      throw bad(name, "unsupported dtype in %s; save it as float32", Excerpt.of(header));
    }
    if (!order.find() || !lengths.find()) {
      throw bad(name, "broken header %s", Excerpt.of(header));
    }
    long[] shape =
        Pattern.compile("\\d+")
            .matcher(lengths.group(1))
            .results()
            .mapToLong(number -> Long.parseLong(number.group()))
            .toArray();
    return new NpyHeader(descr.group(1), order.group(1).equals("True"), shape, length);
  }

  /**
   * Bytes before the values of an array in C order, as NumPy writes them (format 1.0).
   *
   * @param type such as {@code <f4} or {@code <U12}
   */
  static byte[] bytes(String type, long... shape) {
    String lengths =
        Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dict =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type, shape.length == 1 ? lengths + "," : lengths);
    int size = (PREFIX + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    String padded = dict + " ".repeat(size - PREFIX - dict.length() - 1) + "\n";
    return ByteBuffer.allocate(size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (size - PREFIX))
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  /**
   * Bytes that values of the shape take.
   *
   * @throws ArithmeticException if that is more than a long holds
   */
  long valueBytes() {
    return Arrays.stream(shape).reduce(itemSize(), Math::multiplyExact);
  }

  int itemSize() {
    return type.charAt(2) - '0';
  }

  boolean isBigEndian() {
    return type.startsWith(">");
  }

  private static Stage.Failure bad(String name, String format, Object... what) {
    return new Stage.Failure(
        "%s: %s; save it again with numpy.save", name, String.format(Locale.ROOT, format, what));
  }
}
