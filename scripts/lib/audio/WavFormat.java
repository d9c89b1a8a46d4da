//SOURCES ByteWindow.java

package genrelab.audio;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * What a wav file's format chunk says of its coding.
 *
 * @param place of the coding's tag in the file; −1 where it is no wav file or ends before
 * @param tag the coding, of the extensible form's GUID where it has that
 * @param extensible whether it is of the extensible form (WAVE_FORMAT_EXTENSIBLE)
 */
record WavFormat(long place, int tag, boolean extensible) {
  private static final int EXTENSIBLE = 0xfffe;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final Set<Integer> READ = Set.of(1, 3, A_LAW, MU_LAW);

  /** The last 14 bytes of all the codings' GUIDs. */
  private static final String GUID = "\0\0\0\0\u0010\0\u0080\0\0\u00aa\0\u0038\u009b\u0071";

  /** Chunks before that of the format may be large. */
  private static final int MOST_HEADER = 1 << 20;

  /** Reads a file's header; the window keeps all of it. */
  static WavFormat of(ByteWindow file) throws IOException {
    var none = new WavFormat(-1, -1, false);
    if (!file.has("RIFF", 0) || !file.has("WAVE", 8)) {
      return none;
    }
    long chunk = 12;
    while (chunk < MOST_HEADER && file.reaches(chunk + 8)) {
      ByteBuffer bytes = ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      long size = bytes.getInt(file.at(chunk + 4)) & 0xffffffffL;
      if (file.has("fmt ", chunk) && file.reaches(chunk + 8 + 16)) {
        return format(file, chunk + 8, size);
      }
      chunk += 8 + size + size % 2;
    }
    return none;
  }

  private static WavFormat format(ByteWindow file, long place, long size) throws IOException {
    boolean hasGuid = size >= 40 && file.reaches(place + 40);
    ByteBuffer bytes = ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int tag = bytes.getShort(file.at(place)) & 0xffff;
    boolean extensible = tag == EXTENSIBLE && hasGuid && file.has(GUID, place + 26);
    int coding = extensible ? bytes.getShort(file.at(place + 24)) & 0xffff : tag;
    return new WavFormat(place, coding, extensible);
  }

  /** The file's bytes, so that Java Sound reads them: it knows A-law and µ-law by plain tags. */
  InputStream plain(ByteWindow file) throws IOException {
    if (!extensible || tag != A_LAW && tag != MU_LAW) {
      return file.from(0);
    }
    byte[] start = file.copy(0, (int) place + 2);
    start[(int) place] = (byte) tag;
    start[(int) place + 1] = 0;
    return new SequenceInputStream(new ByteArrayInputStream(start), file.from(place + 2));
  }

  /** The coding if it is one that is not read here, in words; else null. */
  String other() {
    return place < 0 || READ.contains(tag) ? null : "WAV with coding 0x%04x".formatted(tag);
  }
}
