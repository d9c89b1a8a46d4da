//SOURCES ../audio/Audio.java
//SOURCES ../audio/Ffmpeg.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/Rows.java

package genrelab.explore;

import genrelab.audio.Audio;
import genrelab.audio.Ffmpeg;
import genrelab.kit.Stage;
import genrelab.results.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A track's audio as a browser plays it.
 *
 * @param file the corpus's file
 * @param ending of the file that the browser gets: its own, or wav where browsers can't play it
 */
public record TrackAudio(Path file, String ending) {
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "wav", "audio/wav",
          "mp3", "audio/mpeg",
          "flac", "audio/flac",
          "ogg", "audio/ogg",
          "oga", "audio/ogg");

  /** What is decoded for the browser. */
  private static final Set<String> DECODED = Set.of("au", "snd", "aif", "aiff", "aifc", "mp2");

  /** The largest file that is decoded, since the result is kept in memory. */
  private static final int MOST_DECODED_BYTES = 1 << 24;

  /**
   * The audio of a segment's track.
   *
   * @param manifest the file that its name is relative to
   * @return empty for an augmented copy, for a file that is not there or was changed since it was
   *     cut, and for one without an ending of audio, whatever the manifest says
   */
  static Optional<TrackAudio> of(Path manifest, Rows.Segment segment) {
    if (Rows.isCopy(segment.segment()) || !segment.transform().isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = manifest.toAbsolutePath().resolveSibling(segment.file()).normalize();
      String ending = ending(file);
      boolean played = MEDIA_TYPES.containsKey(ending);
      if (!Files.isRegularFile(file) || !played && !isDecoded(ending)) {
        return Optional.empty();
      }
      long size = Files.size(file);
      boolean changed = segment.bytes() != null && segment.bytes() != size;
      boolean tooLong = !played && size > MOST_DECODED_BYTES;
      return changed || tooLong
          ? Optional.empty()
          : Optional.of(new TrackAudio(file, played ? ending : "wav"));
    } catch (InvalidPathException | IOException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isDecoded(String ending) {
    return DECODED.contains(ending) || Ffmpeg.ENDINGS.contains(ending);
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Its media type, e.g. audio/wav. */
  public String mediaType() {
    return MEDIA_TYPES.get(ending);
  }

  /** Whether the browser gets the file itself. */
  public boolean isPlayedAsItIs() {
    return ending(file).equals(ending);
  }

  /**
   * The file decoded, as 16-bit mono wav.
   *
   * @throws Stage.Failure if it can't be read
   */
  public byte[] wav() {
    var samples = new ByteArrayOutputStream();
    int rate;
    try (Audio.Reader reader = Audio.open(file)) {
      rate = reader.rate();
      for (float[] block = reader.next(); block != null; block = reader.next()) {
        for (float sample : block) {
          int value = Math.max(-32768, Math.min(32767, Math.round(sample * 32768f)));
          samples.write(value);
          samples.write(value >> 8);
        }
      }
    } catch (Audio.Unreadable error) {
      throw new Stage.Failure(
          error, "%s: %s; run verify on its corpus", file, Stage.oneLine(error.getMessage()));
    }
    return wav(samples.toByteArray(), rate);
  }

  private static byte[] wav(byte[] samples, int rate) {
    ByteBuffer wav = ByteBuffer.allocate(44 + samples.length).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples.length);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1); // PCM, one channel
    wav.putInt(rate).putInt(2 * rate).putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples.length);
    return wav.put(samples).array();
  }
}
