//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2

package genrelab.kit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** What a file holds, by its name's ending and its first bytes. */
enum FileKind {
  audio("audio"),
  archive("an archive or a model (zip)"),
  array("a NumPy array"),
  image("an image"),
  other("text or data");

  private static final List<String> AUDIO_ENDINGS =
      List.of(
          ".wav", ".au", ".snd", ".aif", ".aiff", ".aifc", ".flac", ".ogg", ".oga", ".opus", ".mp3",
          ".m4a", ".aac", ".wma");

  private final String title;

  FileKind(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Whether it is of a kind that no table or JSON file may replace. */
  boolean isPrecious() {
    return this != other;
  }

  static FileKind of(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (AUDIO_ENDINGS.stream().anyMatch(name::endsWith)) {
      return audio;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(12);
    }
    if (begins(head, "fLaC")
        || begins(head, "OggS")
        || begins(head, ".snd")
        || begins(head, "ID3")) {
      return audio;
    }
    if (begins(head, "RIFF") || begins(head, "FORM") || isMp4(head) || isMpegFrame(head)) {
      return audio;
    }
    if (begins(head, "PK\3\4") || begins(head, "PK\5\6")) {
      return archive;
    }
    if (begins(head, "\u0093NUMPY")) {
      return array;
    }
    return begins(head, "\u0089PNG") || begins(head, "\u00ff\u00d8\u00ff") ? image : other;
  }

  private static boolean begins(byte[] head, String magic) {
    byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= wanted.length
        && Arrays.equals(head, 0, wanted.length, wanted, 0, wanted.length);
  }

  private static boolean isMp4(byte[] head) {
    return head.length >= 8 && new String(head, 4, 4, StandardCharsets.ISO_8859_1).equals("ftyp");
  }

  /** The 11 bits with which an MPEG audio frame begins. */
  private static boolean isMpegFrame(byte[] head) {
    return head.length >= 2
        && (head[0] & 0xff) == 0xff
        && (head[1] & 0xe0) == 0xe0
        && !isJpeg(head);
  }

  private static boolean isJpeg(byte[] head) {
    return begins(head, "\u00ff\u00d8\u00ff");
  }

  /**
   * Whether a file is empty, or JSON whose object or first row has these keys (no rows at all will
   * do), or text whose first line holds them all between commas.
   */
  static boolean hasColumns(Path file, Set<String> columns) throws IOException {
    if (Files.size(file) == 0) {
      return true;
    }
    String first;
    try (var reader =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      char[] head = new char[200];
      int length = Math.max(0, reader.read(head));
      first = new String(head, 0, length).strip();
    }
    if (first.startsWith("[") || first.startsWith("{")) {
      return jsonHasKeys(file, columns);
    }
    List<String> header = List.of(first.lines().findFirst().orElse("").split(","));
    return header.containsAll(columns);
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
  }

  private static boolean jsonHasKeys(Path file, Set<String> keys) throws IOException {
    var missing = new HashSet<>(keys);
    try (JsonParser json = new JsonFactory().createParser(open(file))) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        token = json.nextToken();
      }
      if (token == JsonToken.END_ARRAY) {
        return true;
      }
      if (token != JsonToken.START_OBJECT) {
        return false;
      }
      while (!missing.isEmpty() && json.nextToken() == JsonToken.FIELD_NAME) {
        missing.remove(json.currentName());
        json.nextToken();
        json.skipChildren();
      }
      return missing.isEmpty();
    }
  }
}
