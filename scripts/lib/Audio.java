//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES Codecs.java
//SOURCES Stage.java
//SOURCES Store.java

package genrelab;

import be.tarsos.dsp.io.TarsosDSPAudioFloatConverter;
import be.tarsos.dsp.io.TarsosDSPAudioFormat;
import be.tarsos.dsp.io.jvm.JVMAudioInputStream;
import be.tarsos.dsp.resample.Resampler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Audio as one channel of samples.
 *
 * @param samples in [−1, 1], the mean of the file's channels
 * @param rate samples a second, Hz
 */
public record Audio(float[] samples, int rate) {
  private static final int MAX_CHANNELS = 64;
  private static final int MAX_BITS = 64;
  static final int MIN_RATE = 100;

  /** An audio file that can't be used: {@code problem} is one of verify's words for it. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** {@code unreadable} or {@code truncated}. */
    public final String problem;

    Unreadable(String problem, String detail) {
      super(detail);
      this.problem = problem;
    }
  }

  /**
   * Reads a whole wav, au, aiff, flac, ogg (Vorbis) or mp3 file; its contents tell which it is.
   *
   * @return its samples at the file's own rate, mixed to mono by the mean of the channels, scaled
   *     as librosa scales them (16-bit values / 32768)
   * @throws Unreadable if it is no audio file, ends before its header says, is damaged, or holds
   *     NaN
   */
  public static Audio read(Path file) throws Unreadable {
    try {
      return decode(Files.readAllBytes(file));
    } catch (NoSuchFileException error) {
      throw new Unreadable("unreadable", "no such file");
    } catch (IOException error) {
      throw new Unreadable("unreadable", String.valueOf(error.getMessage()));
    }
  }

  /** As {@link #read}, from a file's bytes. */
  public static Audio decode(byte[] bytes) throws Unreadable {
    Audio decoded = Codecs.decode(bytes);
    if (decoded != null) {
      requireFinite(decoded.samples);
      return decoded;
    }
    try {
      return uncompressed(bytes);
    } catch (IOException error) {
      throw new Unreadable("unreadable", String.valueOf(error.getMessage()));
    }
  }

  /** Wav, au and aiff, by Java Sound's own readers. */
  private static Audio uncompressed(byte[] file) throws IOException, Unreadable {
    try (InputStream raw = new ByteArrayInputStream(file);
        AudioInputStream stream = pcm(AudioSystem.getAudioInputStream(raw))) {
      TarsosDSPAudioFormat format = tarsosFormat(stream.getFormat());
      byte[] bytes = stream.readAllBytes();
      int channels = format.getChannels();
      int frames = bytes.length / format.getFrameSize();
      long promised = stream.getFrameLength();
      if (frames == 0 || promised > frames) {
        throw new Unreadable(
            "truncated", "%d of %d samples are there".formatted(frames, Math.max(promised, 0)));
      }
      float[] interleaved =
          format.getEncoding() == TarsosDSPAudioFormat.Encoding.PCM_SIGNED
                  && format.getSampleSizeInBits() == 16
              ? shorts(bytes, frames * channels, format.isBigEndian())
              : converted(bytes, frames * channels, format);
      return new Audio(mono(interleaved, channels), Math.round(format.getSampleRate()));
    } catch (UnsupportedAudioFileException | IllegalArgumentException error) {
      throw new Unreadable("unreadable", "not an audio file of a known format");
    }
  }

  /** The usual samples, in a quarter of {@link #converted}'s time. */
  private static float[] shorts(byte[] bytes, int count, boolean bigEndian) {
    short[] values = new short[count];
    ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer.wrap(bytes).order(order).asShortBuffer().get(values);
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = values[i] / 32768f;
    }
    return samples;
  }

  private static float[] converted(byte[] bytes, int count, TarsosDSPAudioFormat format)
      throws Unreadable {
    TarsosDSPAudioFloatConverter converter = TarsosDSPAudioFloatConverter.getConverter(format);
    if (converter == null) {
      throw new Unreadable("unreadable", "samples of an unknown kind: " + format);
    }
    float[] samples = new float[count];
    converter.toFloatArray(bytes, samples);
    scaleAsLibrosa(samples, format);
    requireFinite(samples);
    return samples;
  }

  /** Java's description of the samples as TarsosDSP's, which itself takes floats for integers. */
  private static TarsosDSPAudioFormat tarsosFormat(AudioFormat format) throws Unreadable {
    // frames larger than a read's buffer would never be read, nor an end be seen
    boolean sane =
        format.getChannels() > 0
            && format.getChannels() <= MAX_CHANNELS
            && format.getSampleSizeInBits() <= MAX_BITS
            && format.getFrameSize() > 0
            && format.getSampleRate() >= MIN_RATE;
    if (!sane) {
      throw new Unreadable("unreadable", "its header makes no sense: " + format);
    }
    if (!format.getEncoding().equals(AudioFormat.Encoding.PCM_FLOAT)) {
      return JVMAudioInputStream.toTarsosDSPFormat(format);
    }
    return new TarsosDSPAudioFormat(
        new TarsosDSPAudioFormat.Encoding("PCM_FLOAT"),
        format.getSampleRate(),
        format.getSampleSizeInBits(),
        format.getChannels(),
        format.getFrameSize(),
        format.getFrameRate(),
        format.isBigEndian());
  }

  /** TarsosDSP divides integers by the largest one, e.g. 32767; librosa by one more. */
  private static void scaleAsLibrosa(float[] samples, TarsosDSPAudioFormat format) {
    boolean signed = format.getEncoding() == TarsosDSPAudioFormat.Encoding.PCM_SIGNED;
    boolean unsigned = format.getEncoding() == TarsosDSPAudioFormat.Encoding.PCM_UNSIGNED;
    if (signed || unsigned) {
      double full = Math.pow(2, format.getSampleSizeInBits() - 1);
      float factor = (float) ((full - 1) / full);
      // and it takes the largest signed value for the zero of unsigned ones, e.g. 127
      float zero = unsigned ? (float) (1 / full) : 0;
      for (int i = 0; i < samples.length; i++) {
        samples[i] = samples[i] * factor - zero;
      }
    }
  }

  private static void requireFinite(float[] samples) throws Unreadable {
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new Unreadable("unreadable", "sample %d is %s".formatted(i, samples[i]));
      }
    }
  }

  private static AudioInputStream pcm(AudioInputStream stream) {
    AudioFormat format = stream.getFormat();
    boolean plain =
        format.getEncoding() == AudioFormat.Encoding.PCM_SIGNED
            || format.getEncoding() == AudioFormat.Encoding.PCM_UNSIGNED
            || format.getEncoding() == AudioFormat.Encoding.PCM_FLOAT;
    return plain
        ? stream
        : AudioSystem.getAudioInputStream(AudioFormat.Encoding.PCM_SIGNED, stream);
  }

  private static float[] mono(float[] interleaved, int channels) {
    if (channels == 1) {
      return interleaved;
    }
    float[] mono = new float[interleaved.length / channels];
    for (int i = 0; i < mono.length; i++) {
      float sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += interleaved[i * channels + c];
      }
      mono[i] = sum / channels;
    }
    return mono;
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
