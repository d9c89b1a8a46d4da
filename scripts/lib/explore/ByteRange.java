package genrelab.explore;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file, as HTTP's {@code Range} header asks for (RFC 9110, section 14).
 *
 * @param first place of its first byte
 * @param last place of its last byte
 */
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** A header that asks for bytes beyond the file's end. */
  static final class Unsatisfiable extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Reads the header.
   *
   * @param header null where there is none
   * @param size of the file, bytes
   * @return empty where the whole file is to be sent: without a header, with one that is malformed
   *     or asks for several parts, which a server may ignore
   */
  static Optional<ByteRange> of(String header, long size) throws Unsatisfiable {
    Matcher range = ONE.matcher(header == null ? "" : header.strip());
    if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
      return Optional.empty();
    }
    if (range.group(1).isEmpty()) { // so many bytes from the end
      long count = Long.parseLong(range.group(2));
      if (count == 0 || size == 0) {
        throw new Unsatisfiable();
      }
      return Optional.of(new ByteRange(Math.max(0, size - count), size - 1));
    }
    long first = Long.parseLong(range.group(1));
    long last = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
    if (last < first) {
      return Optional.empty();
    }
    if (first >= size) {
      throw new Unsatisfiable();
    }
    return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  long length() {
    return last - first + 1;
  }
}
