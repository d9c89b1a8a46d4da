package genrelab.kit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Passes UTF-8 text on with its control characters made visible, as {@code \u001b}: a file or genre
 * name can neither move the cursor, nor colour or retitle the terminal, nor reverse what follows
 * it.
 *
 * <p>Line ends and tabs stay. Replaced are the other controls of C0 and C1, delete, and the
 * bidirectional controls U+202A to U+202E and U+2066 to U+2069.
 */
final class PrintableStream extends FilterOutputStream {
  /** The beginning of a character or line end of which the rest has yet to come. */
  private final byte[] begun = new byte[2];

  private int length;

  PrintableStream(OutputStream out) {
    super(out);
  }

  /** A text as this stream prints it, line ends and tabs made visible too. */
  static String line(String text) {
    var line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || isBidirectionalControl(c)) {
                line.append(escaped(c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  private static boolean isBidirectionalControl(int c) {
    return c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
  }

  private static String escaped(int c) {
    return String.format(Locale.ROOT, "\\u%04x", c);
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] text, int offset, int count) throws IOException {
    int written = offset;
    for (int i = offset; i < offset + count; i++) {
      if (length == 0 && !isSuspect(text[i])) {
        continue;
      }
      out.write(text, written, i - written);
      written = i + 1;
      put(text[i]);
    }
    out.write(text, written, offset + count - written);
  }

  /** Whether a byte is a control, or may begin one: C1's begin with C2, bidirectional ones E2. */
  private static boolean isSuspect(byte b) {
    return b >= 0 && b < ' ' && b != '\n' && b != '\t'
        || b == 0x7f
        || b == (byte) 0xc2
        || b == (byte) 0xe2;
  }

  private void put(byte b) throws IOException {
    if (length == 0) {
      if (b == '\r' || b < 0) {
        begun[length++] = b;
      } else {
        escape(b);
      }
      return;
    }
    if (begun[0] == '\r') {
      length = 0;
      if (b == '\n') {
        out.write(new byte[] {'\r', '\n'});
      } else {
        escape('\r');
        write(b);
      }
      return;
    }
    boolean continues = (b & 0xc0) == 0x80;
    if (continues && begun[0] == (byte) 0xe2 && length == 1) {
      begun[length++] = b;
      return;
    }
    byte[] whole = Arrays.copyOf(begun, length + (continues ? 1 : 0));
    length = 0;
    if (!continues) { // no UTF-8
      out.write(whole);
      write(b);
      return;
    }
    whole[whole.length - 1] = b;
    int c = new String(whole, StandardCharsets.UTF_8).codePointAt(0);
    if (Character.isISOControl(c) || isBidirectionalControl(c)) {
      escape(c);
    } else {
      out.write(whole);
    }
  }

  private void escape(int c) throws IOException {
    out.write(escaped(c).getBytes(StandardCharsets.US_ASCII));
  }
}
