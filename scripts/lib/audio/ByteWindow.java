package genrelab.audio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A file's bytes around a place that moves on: what lies before it is forgotten, so that a file of
 * any length is read in little memory.
 */
final class ByteWindow {
  /** Bytes behind the file's end that may be read, as zeros. */
  static final int SLACK = 16;

  private static final int USUAL = 1 << 16;
  // the largest frame that FLAC's header can tell of; no other format needs as much at once
  private static final int MOST = 1 << 24;

  private final InputStream in;
  private byte[] bytes = new byte[USUAL + SLACK];
  private long first;
  private long end;
  private long kept;
  private boolean ended;

  ByteWindow(InputStream in) {
    this.in = in;
  }

  /** The bytes there are, that of place {@link #first} at 0; another array after reading on. */
  byte[] bytes() {
    return bytes;
  }

  /** The place in the file of the first byte there is. */
  long first() {
    return first;
  }

  /** The place behind the last byte there is. */
  long end() {
    return end;
  }

  /** Where the place stands in {@link #bytes}. */
  int at(long place) {
    return (int) (place - first);
  }

  /** Whether the file goes on up to a place; if so, the bytes before it are there. */
  boolean reaches(long place) throws IOException {
    while (end < place && !ended) {
      readOn();
    }
    return end >= place;
  }

  /** Forgets what lies before a place, which may lie behind what has been read. */
  void keepFrom(long place) {
    kept = Math.max(kept, place);
  }

  private void readOn() throws IOException {
    if (end - first == bytes.length - SLACK) {
      int gone = at(Math.min(kept, end));
      if (gone == 0 && bytes.length > MOST) {
        throw new IOException("a part of it is too long");
      }
      byte[] from = bytes;
      bytes = gone == 0 ? new byte[2 * (from.length - SLACK) + SLACK] : from;
      first += gone;
      System.arraycopy(from, gone, bytes, 0, at(end));
    }
    int got = in.read(bytes, at(end), bytes.length - SLACK - at(end));
    if (got < 0) {
      ended = true;
      Arrays.fill(bytes, at(end), at(end) + SLACK, (byte) 0);
    } else {
      end += got;
    }
  }

  /** Whether a text of characters up to 255 stands at a place, a byte each. */
  boolean has(String text, long place) throws IOException {
    if (!reaches(place + text.length())) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((bytes[at(place) + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes from a place on, as many as there are up to a number. */
  byte[] copy(long place, int most) throws IOException {
    reaches(place + most);
    return Arrays.copyOfRange(bytes, at(place), at(Math.max(place, Math.min(end, place + most))));
  }

  /** Bytes that come as blocks; a single one is a block of one. */
  abstract static class Blocks extends InputStream {
    /** The next bytes, at least one and at most so many; -1 at the end. */
    abstract int next(byte[] to, int offset, int most) throws IOException;

    @Override
    public final int read(byte[] to, int offset, int length) throws IOException {
      return length == 0 ? 0 : next(to, offset, length);
    }

    @Override
    public final int read() throws IOException {
      byte[] one = new byte[1];
      return next(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
  }

  /** The file from a place on; nothing else may move the window then. */
  InputStream from(long place) {
    return new Blocks() {
      private long next = place;

      @Override
      int next(byte[] to, int offset, int length) throws IOException {
        keepFrom(next);
        if (!reaches(next + 1)) {
          return -1;
        }
        int count = (int) Math.min(length, end - next);
        System.arraycopy(bytes, at(next), to, offset, count);
        next += count;
        return count;
      }
    };
  }
}
