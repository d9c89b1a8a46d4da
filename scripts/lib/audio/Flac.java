//SOURCES ByteWindow.java
//SOURCES Audio.java

package genrelab.audio;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A decoder of native FLAC streams (RFC 9639), bit by bit: exactly the encoder's samples, or a
 * refusal.
 *
 * <p>Own code, since the decoders on Maven Central fall short: jflac-codec 1.5.2 (2017) prints to
 * the standard output while it decodes damaged files and escaped partitions; javasound-flac 1.4.1,
 * a fork without that, takes valid files for damaged whose last block is shorter than twice its
 * predictor's order (14 of 594 by libFLAC with last blocks of 1 to 33 samples); neither reads 32
 * bits. Nayuki's FLAC library is not published there.
 */
final class Flac implements Audio.Blocks {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int[] CRC16 = crc16Table();
  private static final int[][] FIXED = {{}, {1}, {2, -1}, {3, -3, 1}, {4, -6, 4, -1}};
  private static final int HEADER = 4 + 4 + 34;
  // of a peek's 64 bits, up to 7 are behind the place
  private static final int PEEK = 57;

  private final ByteWindow file;
  private long bit;

  private final int rate;
  private final int channels;
  private final int depth;
  private final long total;
  private final byte[] md5;
  private final MessageDigest digest = digest();
  private long done;

  /**
   * Reads a file's header.
   *
   * @param start where its {@code fLaC} stands
   * @throws Audio.Unreadable if it ends early or makes no sense
   */
  Flac(ByteWindow file, long start) throws IOException, Audio.Unreadable {
    this.file = file;
    if (!file.reaches(start + HEADER) || (file.bytes()[file.at(start + 4)] & 0x7f) != 0) {
      throw new Audio.Unreadable("truncated", "it ends within its header");
    }
    bit = 8 * (start + 8 + 10);
    rate = (int) bits(20);
    channels = (int) bits(3) + 1;
    depth = (int) bits(5) + 1;
    total = bits(36);
    md5 = file.copy(start + HEADER - 16, 16);
    if (rate < Audio.MIN_RATE || depth < 4) {
      throw new Audio.Unreadable("unreadable", "its header makes no sense");
    }
    skipMetadata(start + 4);
  }

  @Override
  public int rate() {
    return rate;
  }

  @Override
  public boolean isCountable() {
    return total > 0;
  }

  /**
   * By the frames' headers and checksums, of which each frame has one: what passes here is what the
   * encoder wrote, to the last sample that the file's header promises. Only the MD5 is not looked
   * at.
   */
  @Override
  public long count() throws IOException {
    long counted = 0;
    while (counted < total) {
      long start = bit / 8;
      file.keepFrom(start);
      int size;
      try {
        size = header().size();
      } catch (Damaged damaged) {
        return -1;
      }
      long behind = bit / 8;
      if (!file.reaches(behind) || crc8(start, behind) != 0) {
        return -1;
      }
      counted += size;
      boolean last = counted >= total;
      long end = frameEnd(start, behind, last);
      if (end < 0) {
        return -1;
      }
      bit = 8 * end;
    }
    return counted == total ? total : -1;
  }

  /**
   * Where a frame ends: where its checksum comes out and another frame begins; the last one, at the
   * end of the file, so that none of it is missing.
   *
   * @return −1 if nowhere
   */
  private long frameEnd(long start, long behindHeader, boolean last) throws IOException {
    int crc = crc16(start, behindHeader);
    long place = behindHeader;
    while (file.reaches(place + 1)) {
      byte[] bytes = file.bytes();
      int stop = file.at(file.end());
      int i = file.at(place);
      do {
        crc = (crc << 8 ^ CRC16[crc >> 8 ^ bytes[i++] & 0xff]) & 0xffff;
      } while (i < stop && (crc != 0 || last));
      place = file.first() + i;
      if (crc == 0 && !last && file.reaches(place + 2)) {
        int word = ByteBuffer.wrap(file.bytes()).getShort(file.at(place));
        if ((word & 0xfffe) == 0xfff8) {
          return place;
        }
      }
    }
    return last && crc == 0 ? place : -1;
  }

  private void skipMetadata(long first) throws IOException, Audio.Unreadable {
    long at = first;
    boolean last = false;
    while (!last) {
      file.keepFrom(at);
      if (!file.reaches(at + 4)) {
        throw truncated();
      }
      int header = ByteBuffer.wrap(file.bytes()).getInt(file.at(at));
      last = header < 0;
      at += 4 + (header & 0xffffff);
    }
    bit = 8 * at;
  }

  /**
   * The next frame's samples, the mean of each one's channels, in [−1, 1].
   *
   * @return null at the end
   * @throws Audio.Unreadable if the file ends early, or its checksums say that it is damaged
   */
  @Override
  public float[] next() throws IOException, Audio.Unreadable {
    file.keepFrom(bit / 8);
    boolean more = file.reaches(bit / 8 + 2);
    if (total > 0 ? done >= total : !more || !sync()) {
      finish();
      return null;
    }
    if (!file.reaches(bit / 8 + 1)) {
      throw truncated();
    }
    long[][] block;
    try {
      block = frame();
    } catch (Damaged damaged) {
      throw file.reaches(bit / 8) ? damage("around sample " + done) : truncated();
    }
    float scale = (float) (1 / Math.pow(2, depth - 1));
    int width = (depth + 7) / 8;
    float[] means = new float[block[0].length];
    byte[] raw = new byte[means.length * channels * width];
    int n = 0;
    for (int i = 0; i < means.length; i++) {
      long sum = 0;
      for (long[] channel : block) {
        sum += channel[i];
        for (int b = 0; b < width; b++) {
          raw[n++] = (byte) (channel[i] >> 8 * b);
        }
      }
      means[i] = sum * scale / channels;
    }
    digest.update(raw);
    done += means.length;
    return means;
  }

  private void finish() throws Audio.Unreadable {
    if (total > 0 && done > total) {
      throw damage("%d samples instead of %d".formatted(done, total));
    }
    boolean noted = !Arrays.equals(md5, new byte[16]);
    if (noted && !Arrays.equals(md5, digest.digest())) {
      throw damage("its MD5 differs");
    }
  }

  private Audio.Unreadable truncated() {
    return new Audio.Unreadable("truncated", "%d of %d samples are there".formatted(done, total));
  }

  private static Audio.Unreadable damage(String where) {
    return new Audio.Unreadable("unreadable", "its audio data is damaged (%s)".formatted(where));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException error) {
      throw new AssertionError("every JDK has MD5", error);
    }
  }

  // --- frames
  // -------------------------------------------------------------------------------------

  private static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged() {
      super(null, null, false, false);
    }
  }

  private static void require(boolean sound) throws Damaged {
    if (!sound) {
      throw new Damaged();
    }
  }

  private boolean sync() throws IOException {
    return (peek() >>> 49) == 0x7ffc; // fourteen bits and a reserved zero
  }

  /** What a frame's header says: samples of a channel, and how the channels were joined. */
  private record FrameHeader(int size, int mode) {}

  private FrameHeader header() throws IOException, Damaged {
    require(sync());
    bit += 16;
    int sizeCode = (int) bits(4);
    int rateCode = (int) bits(4);
    int mode = (int) bits(4);
    int depthCode = (int) bits(3);
    require(bits(1) == 0 && sizeCode != 0 && rateCode != 15 && mode <= 10);
    int ones = Long.numberOfLeadingZeros(~peek());
    require(ones <= 7 && ones != 1);
    bit += 8L * Math.max(1, ones); // the frame's number
    int size =
        sizeCode == 1
            ? 192
            : sizeCode <= 5
                ? 576 << (sizeCode - 2)
                : sizeCode == 6
                    ? (int) bits(8) + 1
                    : sizeCode == 7 ? (int) bits(16) + 1 : 256 << (sizeCode - 8);
    bit += rateCode == 12 ? 8 : rateCode > 12 ? 16 : 0;
    bit += 8; // the header's checksum; the frame's covers it too
    int[] depths = {depth, 8, 12, -1, 16, 20, 24, 32};
    require(depths[depthCode] == depth && (mode < 8 ? mode + 1 : 2) == channels);
    return new FrameHeader(size, mode);
  }

  /** One frame's samples by channel. */
  private long[][] frame() throws IOException, Damaged {
    long start = bit / 8;
    FrameHeader header = header();
    int size = header.size();
    int mode = header.mode();
    long[][] block = new long[channels][size];
    for (int c = 0; c < channels; c++) {
      boolean side = mode == 8 && c == 1 || mode == 9 && c == 0 || mode == 10 && c == 1;
      subframe(block[c], side ? depth + 1 : depth);
    }
    if (mode >= 8) {
      unjoin(block[0], block[1], mode);
    }
    bit = (bit + 7) / 8 * 8;
    long stop = bit / 8;
    require(file.reaches(stop + 2) && bits(16) == crc16(start, stop));
    return block;
  }

  private static void unjoin(long[] first, long[] second, int mode) {
    for (int i = 0; i < first.length; i++) {
      if (mode == 8) {
        second[i] = first[i] - second[i];
      } else if (mode == 9) {
        first[i] += second[i];
      } else {
        long middle = first[i] << 1 | second[i] & 1;
        first[i] = middle + second[i] >> 1;
        second[i] = middle - second[i] >> 1;
      }
    }
  }

  private void subframe(long[] out, int depthAndWaste) throws IOException, Damaged {
    require(bits(1) == 0);
    int type = (int) bits(6);
    int waste = bits(1) == 0 ? 0 : (int) unary() + 1;
    int width = depthAndWaste - waste;
    require(width > 0);
    if (type == 0) {
      Arrays.fill(out, signed(width));
    } else if (type == 1) {
      for (int i = 0; i < out.length; i++) {
        out[i] = signed(width);
      }
    } else if (type >= 8 && type <= 12) {
      int order = type - 8;
      warmUp(out, order, width);
      residual(out, order);
      predict(out, FIXED[order], 0);
    } else {
      require(type >= 32);
      int[] coefficients = new int[type - 31];
      warmUp(out, coefficients.length, width);
      int precision = (int) bits(4) + 1;
      int shift = (int) signed(5);
      require(precision < 16 && shift >= 0);
      for (int i = 0; i < coefficients.length; i++) {
        coefficients[i] = (int) signed(precision);
      }
      residual(out, coefficients.length);
      predict(out, coefficients, shift);
    }
    if (waste > 0) {
      for (int i = 0; i < out.length; i++) {
        out[i] <<= waste;
      }
    }
  }

  private void warmUp(long[] out, int order, int width) throws IOException, Damaged {
    require(order <= out.length);
    for (int i = 0; i < order; i++) {
      out[i] = signed(width);
    }
  }

  private static void predict(long[] out, int[] coefficients, int shift) {
    for (int i = coefficients.length; i < out.length; i++) {
      long sum = 0;
      for (int k = 0; k < coefficients.length; k++) {
        sum += coefficients[k] * out[i - 1 - k];
      }
      out[i] += sum >> shift;
    }
  }

  private void residual(long[] out, int order) throws IOException, Damaged {
    int method = (int) bits(2);
    require(method <= 1);
    int partitions = 1 << bits(4);
    require(out.length % partitions == 0 && out.length / partitions >= order);
    int parameterBits = 4 + method;
    int i = order;
    for (int p = 1; p <= partitions; p++) {
      int parameter = (int) bits(parameterBits);
      boolean escaped = parameter == (1 << parameterBits) - 1;
      int raw = escaped ? (int) bits(5) : 0;
      for (int stop = out.length / partitions * p; i < stop; i++) {
        if (escaped) {
          out[i] = raw == 0 ? 0 : signed(raw);
        } else {
          long folded = unary() << parameter | bits(parameter);
          out[i] = folded >>> 1 ^ -(folded & 1);
        }
      }
      require(file.reaches(bit / 8));
    }
  }

  // --- bits
  // ---------------------------------------------------------------------------------------

  /** The next 57 bits or more at the left end; zeros after the file's end. */
  private long peek() throws IOException {
    long at = bit >>> 3;
    if (at + 8 > file.end() && !file.reaches(at + 8) && at >= file.end()) {
      return 0;
    }
    return (long) LONGS.get(file.bytes(), file.at(at)) << (bit & 7);
  }

  private long bits(int count) throws IOException {
    long value = count == 0 ? 0 : peek() >>> (64 - count);
    bit += count;
    return value;
  }

  private long signed(int count) throws IOException {
    long value = peek() >> (64 - count);
    bit += count;
    return value;
  }

  private long unary() throws IOException, Damaged {
    long zeros = 0;
    while (true) {
      int run = Long.numberOfLeadingZeros(peek());
      if (run < PEEK) {
        bit += run + 1;
        return zeros + run;
      }
      zeros += PEEK;
      bit += PEEK;
      require(file.reaches(bit / 8 + 1));
    }
  }

  private static int[] crc16Table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i << 8;
      for (int b = 0; b < 8; b++) {
        crc = crc << 1 ^ ((crc & 0x8000) != 0 ? 0x8005 : 0);
      }
      table[i] = crc & 0xffff;
    }
    return table;
  }

  private int crc8(long from, long to) {
    byte[] bytes = file.bytes();
    int crc = 0;
    for (int i = file.at(from); i < file.at(to); i++) {
      crc ^= bytes[i] & 0xff;
      for (int b = 0; b < 8; b++) {
        crc = (crc << 1 ^ ((crc & 0x80) != 0 ? 0x07 : 0)) & 0xff;
      }
    }
    return crc;
  }

  private int crc16(long from, long to) {
    byte[] bytes = file.bytes();
    int crc = 0;
    for (int i = file.at(from); i < file.at(to); i++) {
      crc = (crc << 8 ^ CRC16[crc >> 8 ^ bytes[i] & 0xff]) & 0xffff;
    }
    return crc;
  }
}
