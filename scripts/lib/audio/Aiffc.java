//SOURCES Audio.java
//SOURCES ByteWindow.java
//SOURCES OtherFormat.java

package genrelab.audio;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;

/**
 * AIFF-C, of which Java Sound knows µ-law alone: integers of either byte order (NONE, twos, sowt,
 * in24, in32, raw), floats (fl32, fl64), µ-law and A-law (Apple, <i>Audio Interchange File Format
 * AIFF-C</i>, 1991).
 */
final class Aiffc {
  private static final int MOST_HEADER = 1 << 20;

  private Aiffc() {}

  static boolean is(ByteWindow file) throws IOException {
    return file.has("FORM", 0) && file.has("AIFC", 8);
  }

  /**
   * Reads the header.
   *
   * @return the samples
   * @throws OtherFormat if they are coded in another way, or stand before their description
   * @throws Audio.Unreadable if it ends early or makes no sense
   */
  static AudioInputStream open(InputStream file) throws IOException, OtherFormat, Audio.Unreadable {
    var in = new DataInputStream(file);
    in.skipNBytes(12);
    AudioFormat format = null;
    long frames = 0;
    try {
      for (int read = 0; read < MOST_HEADER; ) {
        String chunk = id(in);
        long size = in.readInt() & 0xffffffffL;
        if (chunk.equals("SSND")) {
          if (format == null) {
            throw new OtherFormat("AIFF-C");
          }
          long offset = in.readInt() & 0xffffffffL;
          in.skipNBytes(4 + offset);
          return new AudioInputStream(in, format, frames);
        }
        if (chunk.equals("COMM") && size >= 22) {
          int channels = in.readUnsignedShort();
          frames = in.readInt() & 0xffffffffL;
          int bits = in.readUnsignedShort();
          format = format(channels, bits, extended(in), id(in));
          in.skipNBytes(size + size % 2 - 22);
        } else {
          in.skipNBytes(size + size % 2);
        }
        read += (int) Math.min(MOST_HEADER, 8 + size);
      }
    } catch (EOFException end) {
      throw new Audio.Unreadable("truncated", "it ends within its header", end);
    }
    throw new Audio.Unreadable("unreadable", "its header makes no sense");
  }

  private static String id(DataInputStream in) throws IOException {
    var id = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      id.append((char) in.readUnsignedByte());
    }
    return id.toString();
  }

  /** A number of 80 bits, as the 8087 has it; those of a sample rate are positive. */
  private static float extended(DataInputStream in) throws IOException {
    int exponent = in.readUnsignedShort();
    long mantissa = in.readLong();
    double value = (mantissa >>> 1) * 2.0; // unsigned
    return (float) (value * Math.pow(2, exponent - 16383 - 63));
  }

  /** Integers of a number of bits that fills no bytes stand at the left, zeros behind them. */
  private static AudioFormat format(int channels, int bits, float rate, String coding)
      throws OtherFormat, Audio.Unreadable {
    int bytes = (bits + 7) / 8;
    return switch (coding) {
      case "NONE", "twos" -> format(Encoding.PCM_SIGNED, rate, channels, bytes, true);
      case "sowt" -> format(Encoding.PCM_SIGNED, rate, channels, bytes, false);
      case "in24" -> format(Encoding.PCM_SIGNED, rate, channels, 3, true);
      case "in32" -> format(Encoding.PCM_SIGNED, rate, channels, 4, true);
      case "raw " -> format(Encoding.PCM_UNSIGNED, rate, channels, bytes, true);
      case "fl32", "FL32" -> format(Encoding.PCM_FLOAT, rate, channels, 4, true);
      case "fl64", "FL64" -> format(Encoding.PCM_FLOAT, rate, channels, 8, true);
      case "ulaw", "ULAW" -> format(Encoding.ULAW, rate, channels, 1, true);
      case "alaw", "ALAW" -> format(Encoding.ALAW, rate, channels, 1, true);
      default -> throw new OtherFormat("AIFF-C with coding " + coding.strip());
    };
  }

  private static AudioFormat format(
      Encoding encoding, float rate, int channels, int bytes, boolean bigEndian)
      throws Audio.Unreadable {
    if (channels < 1 || channels > Audio.MAX_CHANNELS || bytes < 1 || bytes > 8) {
      throw new Audio.Unreadable("unreadable", "its header makes no sense");
    }
    return new AudioFormat(encoding, rate, 8 * bytes, channels, bytes * channels, rate, bigEndian);
  }
}
