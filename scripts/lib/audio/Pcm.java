//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES Aiffc.java
//SOURCES Audio.java
//SOURCES ByteWindow.java
//SOURCES OtherFormat.java
//SOURCES WavFormat.java

package genrelab.audio;

import be.tarsos.dsp.io.TarsosDSPAudioFloatConverter;
import be.tarsos.dsp.io.TarsosDSPAudioFormat;
import be.tarsos.dsp.io.jvm.JVMAudioInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** Wav, au and aiff, by Java Sound's own readers, and aiff-c. */
final class Pcm implements Audio.Blocks {
  private static final int BLOCK_BYTES = 1 << 16;
  private static final int MAX_BITS = 64;

  /** What Java's readers take of a file before they know that it is theirs. */
  private static final int HEADER = 1 << 10;

  private final AudioInputStream stream;
  private final TarsosDSPAudioFormat format;
  private final byte[] bytes;
  private final boolean shorts;
  private final TarsosDSPAudioFloatConverter converter;
  private long done;

  Pcm(ByteWindow file) throws IOException, Audio.Unreadable, OtherFormat {
    stream = pcm(file);
    format = tarsosFormat(stream.getFormat());
    int frame = format.getFrameSize();
    bytes = new byte[Math.max(1, BLOCK_BYTES / frame) * frame];
    shorts =
        format.getEncoding() == TarsosDSPAudioFormat.Encoding.PCM_SIGNED
            && format.getSampleSizeInBits() == 16;
    converter = shorts ? null : TarsosDSPAudioFloatConverter.getConverter(format);
    if (!shorts && converter == null) {
      throw new Audio.Unreadable("unreadable", "samples of an unknown kind: " + format);
    }
  }

  @Override
  public int rate() {
    return Math.round(format.getSampleRate());
  }

  @Override
  public float[] next() throws IOException, Audio.Unreadable {
    int frames = stream.readNBytes(bytes, 0, bytes.length) / format.getFrameSize();
    long promised = stream.getFrameLength();
    if (frames == 0 && (done == 0 || promised > done)) {
      throw new Audio.Unreadable(
          "truncated", "%d of %d samples are there".formatted(done, Math.max(promised, 0)));
    }
    done += frames;
    int count = frames * format.getChannels();
    return frames == 0 ? null : mono(shorts ? shorts(count) : converted(count));
  }

  /** Integers are always numbers: these need not be looked at. */
  @Override
  public boolean isCountable() {
    return format.getEncoding() == TarsosDSPAudioFormat.Encoding.PCM_SIGNED
        || format.getEncoding() == TarsosDSPAudioFormat.Encoding.PCM_UNSIGNED;
  }

  /** Of the bytes that are there, which are read, but not made samples of. */
  @Override
  public long count() throws IOException {
    long length = 0;
    for (int n = stream.readNBytes(bytes, 0, bytes.length);
        n > 0;
        n = stream.readNBytes(bytes, 0, bytes.length)) {
      length += n;
    }
    long frames = length / format.getFrameSize();
    return frames == 0 || stream.getFrameLength() > frames ? -1 : frames;
  }

  /** The usual samples, in a quarter of {@link #converted}'s time. */
  private float[] shorts(int count) {
    ByteOrder order = format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ShortBuffer values = ByteBuffer.wrap(bytes).order(order).asShortBuffer();
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = values.get(i) / 32768f;
    }
    return samples;
  }

  private float[] converted(int count) {
    float[] samples = new float[count];
    converter.toFloatArray(bytes, samples);
    scaleAsLibrosa(samples, format);
    return samples;
  }

  private float[] mono(float[] interleaved) {
    int channels = format.getChannels();
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

  /** Java's description of the samples as TarsosDSP's, which itself takes floats for integers. */
  private static TarsosDSPAudioFormat tarsosFormat(AudioFormat format) throws Audio.Unreadable {
    // frames larger than a read's buffer would never be read, nor an end be seen
    boolean sane =
        format.getChannels() > 0
            && format.getChannels() <= Audio.MAX_CHANNELS
            && format.getSampleSizeInBits() <= MAX_BITS
            && format.getFrameSize() > 0
            && format.getSampleRate() >= Audio.MIN_RATE
            && format.getSampleRate() <= Audio.MAX_RATE;
    if (!sane) {
      throw new Audio.Unreadable("unreadable", "its header makes no sense: " + format);
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

  /**
   * Each of Java's readers begins anew, up to a wav file's format, before which there may be large
   * chunks. A larger buffer costs more than a short file's samples.
   */
  private static int headerBytes(WavFormat wav) {
    return Math.max(BLOCK_BYTES, Math.toIntExact(wav.place()) + HEADER);
  }

  private static AudioInputStream pcm(ByteWindow file)
      throws IOException, Audio.Unreadable, OtherFormat {
    var wav = WavFormat.of(file);
    try {
      AudioInputStream found =
          Aiffc.is(file)
              ? Aiffc.open(file.from(0))
              : AudioSystem.getAudioInputStream(
                  new BufferedInputStream(wav.plain(file), headerBytes(wav)));
      AudioFormat.Encoding encoding = found.getFormat().getEncoding();
      boolean plain =
          encoding == AudioFormat.Encoding.PCM_SIGNED
              || encoding == AudioFormat.Encoding.PCM_UNSIGNED
              || encoding == AudioFormat.Encoding.PCM_FLOAT;
      return plain
          ? found
          : AudioSystem.getAudioInputStream(AudioFormat.Encoding.PCM_SIGNED, found);
    } catch (UnsupportedAudioFileException | IllegalArgumentException error) {
      throw new OtherFormat(wav.other());
    }
  }
}
