//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES ByteWindow.java
//SOURCES Codecs.java
//SOURCES Ffmpeg.java
//SOURCES OtherFormat.java
//SOURCES Pcm.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.audio;

import be.tarsos.dsp.resample.Resampler;
import genrelab.kit.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * Audio as one channel of samples.
 *
 * @param samples in [−1, 1], the mean of the file's channels
 * @param rate samples a second, Hz
 */
public record Audio(float[] samples, int rate) {
  /** Longer tracks of a corpus are refused: a small broken or hostile file can claim any length. */
  public static final int MAX_TRACK_HOURS = 24;

  static final int MAX_CHANNELS = 64;
  static final int MIN_RATE = 100;

  /** FLAC's own limit; a filter for a rate beyond all sense would take gigabytes. */
  static final int MAX_RATE = 1 << 20;

  /** An audio file that can't be used: {@code problem} is one of verify's words for it. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** {@code unreadable}, {@code truncated} or a stage's own. */
    public final String problem;

    public Unreadable(String problem, String detail) {
      this(problem, detail, null);
    }

    /** As above, with what {@code --verbose} shows below it. */
    public Unreadable(String problem, String detail, Throwable cause) {
      super(detail, cause);
      this.problem = problem;
    }
  }

  /**
   * Reads a whole wav, au, aiff, aiff-c, flac, ogg (Vorbis) or mp3 file, or, where there is an
   * ffmpeg on PATH, one of the other formats that it reads; the contents tell which it is.
   *
   * @return its samples at the file's own rate, mixed to mono by the mean of the channels, scaled
   *     as librosa scales them (16-bit values / 32768)
   * @throws Unreadable if it is no audio file, ends before its header says, is damaged, or holds
   *     NaN
   */
  public static Audio read(Path file) throws Unreadable {
    try (Reader reader = open(file)) {
      return reader.all();
    }
  }

  /** As {@link #read}, from a file's bytes. */
  public static Audio decode(byte[] bytes) throws Unreadable {
    try (Reader reader = open(new ByteArrayInputStream(bytes))) {
      return reader.all();
    }
  }

  /**
   * Opens a file to read it piece by piece, in memory that does not grow with its length; the
   * samples are those that {@link #read} gives.
   *
   * @throws Unreadable if it is no audio file, or its beginning is damaged; what is wrong further
   *     on is told when it is read
   */
  public static Reader open(Path file) throws Unreadable {
    try {
      return open(Files.newInputStream(file), file);
    } catch (NoSuchFileException error) {
      throw new Unreadable("unreadable", "no such file");
    } catch (IOException error) {
      throw new Unreadable("unreadable", String.valueOf(error.getMessage()), error);
    }
  }

  /**
   * The length of a track.
   *
   * @param samples at least 1
   * @param rate samples a second, Hz
   */
  public record Length(long samples, int rate) {}

  /**
   * Counts a file's samples: as many as {@link #read} gives. Those of a layer III or Vorbis file
   * are counted by its headers, in a small part of the time that decoding takes, if these follow
   * one another without a gap to the end; any other file is decoded. Damage between sound headers
   * of an mp3 file shows only when it is decoded.
   *
   * @param maxHours a longer file is refused
   * @throws Unreadable as {@link #read}
   */
  public static Length length(Path file, int maxHours) throws Unreadable {
    try (Reader reader = open(file)) {
      if (!reader.blocks.isCountable()) {
        return reader.decodedLength(maxHours);
      }
      long samples = reader.count();
      if (samples > 0 && samples <= 3600L * maxHours * reader.rate()) {
        return new Length(samples, reader.rate());
      }
    }
    return decodedLength(file, maxHours);
  }

  /** As {@link #length}, by decoding the whole file, which finds any damage. */
  public static Length decodedLength(Path file, int maxHours) throws Unreadable {
    try (Reader reader = open(file)) {
      return reader.decodedLength(maxHours);
    }
  }

  /** As {@link #open(Path)}, from a file's bytes as they come; the reader closes them. */
  public static Reader open(InputStream bytes) throws Unreadable {
    return open(bytes, null);
  }

  private static Reader open(InputStream bytes, Path file) throws Unreadable {
    boolean opened = false;
    try {
      var reader = new Reader(bytes, file);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        closeQuietly(bytes);
      }
    }
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException error) {
      // it was read alone: nothing is lost
    }
  }

  /** A decoder's samples of one channel, as they come. */
  interface Blocks extends AutoCloseable {
    /** Samples a second, Hz. */
    int rate();

    /** The next samples, at least one; null at the end. */
    float[] next() throws IOException, Unreadable;

    /**
     * Counts the samples that {@link #next} would give from the beginning on, without decoding
     * them. To be called first, and nothing after it.
     *
     * @return −1 where that can't be told, or {@link #next} might refuse the file
     */
    default long count() throws IOException, Unreadable {
      return -1;
    }

    /** Whether {@link #count} may tell anything; where not, it need not be called. */
    default boolean isCountable() {
      return false;
    }

    /** Frees what is not memory. */
    @Override
    default void close() {}
  }

  /** An audio file that is read from its beginning to its end; see {@link #open(Path)}. */
  public static final class Reader implements AutoCloseable {
    // a few bytes of a damaged or hostile compressed file can promise hours
    private static final long MOST =
        Math.min(1 << 29, Math.max(1 << 22, Runtime.getRuntime().maxMemory() / 24));

    private final InputStream in;
    private final ByteWindow bytes;
    private final Blocks blocks;
    private long position;

    /** Read but not yet taken: what stands in it from a place on. */
    private float[] rest = {};

    private int taken;
    private boolean ended;
    private int maxHours = Integer.MAX_VALUE;

    private Reader(InputStream in, Path file) throws Unreadable {
      this.in = in;
      this.bytes = new ByteWindow(in);
      this.blocks = decoded(() -> decoder(bytes, file));
    }

    private static Blocks decoder(ByteWindow bytes, Path file) throws IOException, Unreadable {
      try {
        Blocks compressed = Codecs.open(bytes);
        return compressed != null ? compressed : new Pcm(bytes);
      } catch (OtherFormat other) {
        return Ffmpeg.open(bytes, file, other);
      }
    }

    private interface Decoding<T> {
      T run() throws IOException, Unreadable;
    }

    private static <T> T decoded(Decoding<T> decoding) throws Unreadable {
      try {
        return decoding.run();
      } catch (IOException error) {
        throw new Unreadable("unreadable", String.valueOf(error.getMessage()), error);
      } catch (OutOfMemoryError error) {
        throw new Unreadable("unreadable", "too large for the heap; give a larger one, -R=-Xmx8g");
      } catch (RuntimeException damaged) {
        // the decoders stumble in many ways over what no encoder wrote
        throw new Unreadable("unreadable", "its audio data is damaged", damaged);
      }
    }

    /** Samples a second, Hz. */
    public int rate() {
      return blocks.rate();
    }

    /** Lets {@link #next} refuse a file as unreadable once it has given so many hours. */
    public void limitHours(int hours) {
      maxHours = hours;
    }

    /** How many samples have been read, those that are yet to be taken too. */
    public long position() {
      return position;
    }

    /** How many of the file's bytes have been read, which tells how far one has come. */
    public long bytesRead() {
      return bytes.end();
    }

    /**
     * The next samples, as many as come by themselves.
     *
     * @return at least one; null at the end
     * @throws Unreadable if the file ends before its header says, is damaged, holds NaN, or is over
     *     its limit
     */
    public float[] next() throws Unreadable {
      if (taken < rest.length) {
        float[] left = Arrays.copyOfRange(rest, taken, rest.length);
        taken = rest.length;
        return left;
      }
      float[] block = ended ? null : decoded(blocks::next);
      if (block != null) {
        requireFinite(block, position);
        position += block.length;
        if (position > 3600L * maxHours * rate()) {
          throw new Unreadable("unreadable", "over %d hours; cut the file".formatted(maxHours));
        }
      } else if (position == 0) {
        throw new Unreadable("truncated", "it holds no samples");
      } else {
        ended = true;
      }
      return block;
    }

    /** The next samples, as many as are asked for; fewer at the end. */
    public float[] take(int count) throws Unreadable {
      float[] samples = new float[count];
      int filled = 0;
      while (filled < count) {
        if (taken == rest.length) {
          float[] block = next();
          if (block == null) {
            return Arrays.copyOf(samples, filled);
          }
          rest = block;
          taken = 0;
        }
        int some = Math.min(count - filled, rest.length - taken);
        System.arraycopy(rest, taken, samples, filled, some);
        filled += some;
        taken += some;
      }
      return samples;
    }

    /**
     * Reads the rest, only to see that it is sound.
     *
     * @return how many samples the whole file holds
     */
    public long skipRest() throws Unreadable {
      while (next() != null) {
        // on
      }
      return position;
    }

    private Length decodedLength(int hours) throws Unreadable {
      limitHours(hours);
      return new Length(skipRest(), rate());
    }

    private long count() {
      try {
        return blocks.count();
      } catch (IOException | Unreadable | RuntimeException damaged) {
        return -1; // decoding says what is wrong
      }
    }

    private Audio all() throws Unreadable {
      long most = blocks instanceof Pcm ? Integer.MAX_VALUE - 8 : MOST;
      var read = new ArrayList<float[]>();
      for (float[] block = next(); block != null; block = next()) {
        read.add(block);
        if (position > most) {
          throw new Unreadable(
              "unreadable", "over %d samples; cut the file, or give a larger heap".formatted(most));
        }
      }
      if (read.size() == 1) {
        return new Audio(read.get(0), rate());
      }
      float[] samples = new float[(int) position];
      int at = 0;
      for (float[] block : read) {
        System.arraycopy(block, 0, samples, at, block.length);
        at += block.length;
      }
      return new Audio(samples, rate());
    }

    /** Whether the samples come from ffmpeg. */
    public boolean isByFfmpeg() {
      return blocks instanceof Ffmpeg;
    }

    @Override
    public void close() {
      blocks.close();
      closeQuietly(in);
    }
  }

  private static void requireFinite(float[] samples, long from) throws Unreadable {
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new Unreadable("unreadable", "sample %d is %s".formatted(from + i, samples[i]));
      }
    }
  }

  /** The samples from {@code start} on, {@code length} of them. */
  public Audio slice(long start, int length) {
    return new Audio(
        Arrays.copyOfRange(samples, Math.toIntExact(start), Math.toIntExact(start + length)), rate);
  }

  /**
   * Samples at another rate, by TarsosDSP's high-quality resampler (libresample, after Smith's
   * band-limited interpolation): for any factor, as shifts of pitch need; features go through
   * {@code Resampling}, which responds as librosa's.
   *
   * @param factor the new rate / the old one
   * @return ceil(samples · factor) samples
   */
  public static float[] resample(float[] samples, double factor) {
    int length = (int) Math.ceil(samples.length * factor);
    float[] out = new float[length];
    var resampler = new Resampler(true, factor, factor);
    int read = 0;
    int written = 0;
    while (written < length) {
      Resampler.Result step =
          resampler.process(
              factor, samples, read, samples.length - read, true, out, written, length - written);
      read += step.inputSamplesConsumed;
      written += step.outputSamplesGenerated;
      if (step.inputSamplesConsumed == 0 && step.outputSamplesGenerated == 0) {
        break;
      }
    }
    return out;
  }

  /** Writes 16-bit mono wav, as GTZAN's files are. */
  public void writeWav(Path file) {
    byte[] bytes = new byte[2 * samples.length];
    for (int i = 0; i < samples.length; i++) {
      int value = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768f)));
      bytes[2 * i] = (byte) value;
      bytes[2 * i + 1] = (byte) (value >> 8);
    }
    var format = new AudioFormat(rate, 16, 1, true, false);
    Store.write(
        file,
        out -> {
          try (var stream =
              new AudioInputStream(new ByteArrayInputStream(bytes), format, samples.length)) {
            AudioSystem.write(stream, AudioFileFormat.Type.WAVE, out);
          }
        });
  }
}
