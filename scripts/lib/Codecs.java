// LGPL; MPEG 1, 2 and 2.5, layers I to III, in plain Java, samples as floats
//DEPS com.googlecode.soundlibs:jlayer:1.0.1.4
// LGPL; JCraft's Vorbis decoder, the one that Java's other Vorbis packages wrap
//DEPS com.googlecode.soundlibs:jorbis:0.0.17.4
//SOURCES Flac.java

package genrelab;

import com.jcraft.jogg.Packet;
import com.jcraft.jogg.Page;
import com.jcraft.jogg.StreamState;
import com.jcraft.jogg.SyncState;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.BitstreamException;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.DecoderException;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.Obuffer;

/**
 * Compressed audio: FLAC, Ogg Vorbis and MP3, told by their first bytes.
 *
 * <p>The decoders are called directly, not through Java Sound: only so do MP3 and Vorbis keep more
 * than 16 bits, and an encoder's delay can be cut as librosa's reader (libsndfile) cuts it.
 */
final class Codecs {
  // what begins like this is wav, au or aiff, whatever its samples look like
  private static final List<String> OTHERS = List.of("RIFF", ".snd", "FORM");

  private Codecs() {}

  /** Samples of one channel, the mean of those that a decoder gives. */
  private static final class Mono {
    // a few bytes of a damaged or hostile file can promise hours
    private static final long MOST =
        Math.min(1 << 29, Math.max(1 << 22, Runtime.getRuntime().maxMemory() / 24));
    private float[] samples = new float[1 << 16];
    private int length;

    void add(float sample) throws Audio.Unreadable {
      if (length == samples.length) {
        grow(length + 1L);
      }
      samples[length++] = sample;
    }

    void padTo(long wanted) throws Audio.Unreadable {
      if (wanted > samples.length) {
        grow(wanted);
      }
      length = (int) Math.max(length, wanted);
    }

    private void grow(long wanted) throws Audio.Unreadable {
      if (wanted > MOST) {
        throw new Audio.Unreadable(
            "unreadable", "over %d samples; cut the file, or give a larger heap".formatted(MOST));
      }
      samples = Arrays.copyOf(samples, (int) Math.min(MOST, Math.max(wanted, 2L * length)));
    }

    Audio audio(long from, long to, int rate) throws Audio.Unreadable {
      int end = (int) Math.min(length, to);
      int start = (int) Math.min(end, Math.max(0, from));
      if (start == end) {
        throw new Audio.Unreadable("truncated", "it holds no samples");
      }
      return new Audio(Arrays.copyOfRange(samples, start, end), rate);
    }
  }

  /**
   * Decodes a file's bytes.
   *
   * @return its samples, mixed to mono by the mean of the channels; null if the bytes are none of
   *     the three formats
   * @throws Audio.Unreadable if they are damaged or end early
   */
  static Audio decode(byte[] bytes) throws Audio.Unreadable {
    for (String other : OTHERS) {
      if (begins(bytes, 0, other)) {
        return null;
      }
    }
    int start = afterId3(bytes);
    try {
      if (begins(bytes, start, "fLaC")) {
        var mono = new Mono();
        int rate = Flac.decode(bytes, start, mono::add);
        return mono.audio(0, Long.MAX_VALUE, rate);
      }
      if (begins(bytes, start, "OggS")) {
        return vorbis(bytes, start);
      }
      int frame = firstMpegFrame(bytes, start);
      return frame < 0 ? null : mpeg(bytes, frame);
    } catch (RuntimeException | OutOfMemoryError damaged) {
      // the decoders stumble in many ways over what no encoder wrote
      throw new Audio.Unreadable("unreadable", "its audio data is damaged");
    }
  }

  private static boolean begins(byte[] bytes, int at, String magic) {
    return bytes.length - at >= magic.length()
        && new String(bytes, at, magic.length(), StandardCharsets.ISO_8859_1).equals(magic);
  }

  /** Where an ID3v2 tag ends, whose size is written in four bytes of seven bits. */
  private static int afterId3(byte[] bytes) {
    int at = 0;
    while (begins(bytes, at, "ID3") && bytes.length - at >= 10) {
      int size = bytes[at + 6] << 21 | bytes[at + 7] << 14 | bytes[at + 8] << 7 | bytes[at + 9];
      int footer = (bytes[at + 5] & 0x10) != 0 ? 10 : 0;
      if (size < 0 || size > bytes.length - at - 10 - footer) {
        return bytes.length;
      }
      at += 10 + size + footer;
    }
    return at;
  }

  // --- Ogg Vorbis
  // ---------------------------------------------------------------------------------

  /** The file's first Vorbis stream; pages of others are passed over. */
  private static Audio vorbis(byte[] bytes, int start) throws Audio.Unreadable {
    var sync = new SyncState();
    sync.init();
    int at = sync.buffer(bytes.length - start);
    System.arraycopy(bytes, start, sync.data, at, bytes.length - start);
    sync.wrote(bytes.length - start);

    var stream = new StreamState();
    var page = new Page();
    var packet = new Packet();
    var info = new Info();
    info.init();
    var comment = new Comment();
    comment.init();
    var dsp = new DspState();
    Block block = null;
    var mono = new Mono();
    int headers = 0;
    int serial = -1;
    boolean ended = false;
    long last = -1;
    for (int got = sync.pageout(page); got != 0 && !ended; got = sync.pageout(page)) {
      if (got < 0) {
        throw new Audio.Unreadable("unreadable", "its audio data is damaged");
      }
      if (headers == 0) {
        serial = page.serialno();
        stream.init(serial);
      }
      if (page.serialno() != serial) {
        continue;
      }
      if (stream.pagein(page) < 0) {
        throw new Audio.Unreadable("unreadable", "its audio data is damaged");
      }
      ended = page.eos() != 0;
      last = page.granulepos() >= 0 ? page.granulepos() : last;
      for (int had = stream.packetout(packet); had != 0; had = stream.packetout(packet)) {
        if (had < 0) {
          throw new Audio.Unreadable("unreadable", "a part of its audio data is missing");
        }
        if (headers < 3) {
          if (info.synthesis_headerin(comment, packet) < 0) {
            throw new Audio.Unreadable("unreadable", "an ogg file without Vorbis audio");
          }
          headers++;
          if (headers == 3) {
            dsp.synthesis_init(info);
            block = new Block(dsp);
          }
        } else if (block.synthesis(packet) == 0) {
          dsp.synthesis_blockin(block);
          addPcm(dsp, info.channels, mono);
        }
      }
    }
    if (!ended) {
      throw new Audio.Unreadable("truncated", "it ends after %d samples".formatted(mono.length));
    }
    if (info.rate < Audio.MIN_RATE) {
      throw new Audio.Unreadable("unreadable", "its header makes no sense");
    }
    return mono.audio(0, last < 0 ? Long.MAX_VALUE : last, info.rate);
  }

  private static void addPcm(DspState dsp, int channels, Mono mono) throws Audio.Unreadable {
    float[][][] pcm = new float[1][][];
    int[] offsets = new int[channels];
    for (int n = dsp.synthesis_pcmout(pcm, offsets);
        n > 0;
        n = dsp.synthesis_pcmout(pcm, offsets)) {
      for (int i = 0; i < n; i++) {
        float sum = 0;
        for (int c = 0; c < channels; c++) {
          sum += pcm[0][c][offsets[c] + i];
        }
        mono.add(sum / channels);
      }
      dsp.synthesis_read(n);
    }
  }

  // --- MP3
  // ----------------------------------------------------------------------------------------

  private static final int[][] MPEG_KBITS = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, // 1, layer I
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}, // 1, layer II
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // 1, layer III
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}, // 2, layer I
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160} // 2, layers II and III
  };
  private static final int[] MPEG_RATES = {44100, 48000, 32000};
  // what jlayer's synthesis multiplies samples by
  private static final float JLAYER_SCALE = 32700;
  // a decoder's own delay, which the Xing tag's counts leave out
  private static final int DECODER_DELAY = 529;
  // how far readers look for the first frame
  private static final int MOST_JUNK = 1 << 16;

  /** What the four bytes of an MPEG audio frame's header say; null where they are none. */
  private record MpegHeader(int version, int layer, int rate, boolean single, int bytes) {
    static MpegHeader at(byte[] bytes, int at) {
      if (at < 0 || bytes.length - at < 4) {
        return null;
      }
      int word = ByteBuffer.wrap(bytes).getInt(at);
      int version = word >>> 19 & 3; // 0 is MPEG 2.5, 2 is MPEG 2, 3 is MPEG 1
      int layer = 4 - (word >>> 17 & 3);
      int bitrate = word >>> 12 & 15;
      int rate = word >>> 10 & 3;
      if (word >>> 21 != 0x7ff || version == 1 || layer == 4 || rate == 3) {
        return null;
      }
      if (bitrate == 0 || bitrate == 15) { // 0 is "free", which no common encoder writes
        return null;
      }
      int kbits = MPEG_KBITS[version == 3 ? layer - 1 : layer == 1 ? 3 : 4][bitrate];
      int hz = MPEG_RATES[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
      int padding = word >>> 9 & 1;
      int length =
          layer == 1
              ? (12_000 * kbits / hz + padding) * 4
              : (layer == 3 && version != 3 ? 72_000 : 144_000) * kbits / hz + padding;
      return new MpegHeader(version, layer, hz, (word >>> 6 & 3) == 3, length);
    }

    int samples() {
      return layer == 1 ? 384 : layer == 3 && version != 3 ? 576 : 1152;
    }

    boolean goesWith(MpegHeader next) {
      return next != null
          && next.version == version
          && next.layer == layer
          && next.rate == rate
          && next.single == single;
    }
  }

  /** The first frame from {@code start} on that another one follows, or −1. */
  private static int firstMpegFrame(byte[] bytes, int start) {
    for (int at = start; at < bytes.length - 4 && at - start < MOST_JUNK; at++) {
      MpegHeader header = MpegHeader.at(bytes, at);
      if (header != null && header.goesWith(MpegHeader.at(bytes, at + header.bytes()))) {
        return at;
      }
    }
    return -1;
  }

  /** The whole frames alone: jlayer loses frames beside tags and other things that are no audio. */
  private static ByteArrayInputStream mpegFrames(byte[] bytes, int start, MpegHeader first) {
    var frames = new ByteArrayOutputStream(bytes.length - start);
    int at = start;
    while (at >= 0 && at < bytes.length) {
      MpegHeader header = MpegHeader.at(bytes, at);
      if (first.goesWith(header) && header.bytes() <= bytes.length - at) {
        frames.write(bytes, at, header.bytes());
        at += header.bytes();
      } else {
        at = firstMpegFrame(bytes, at + 1);
      }
    }
    return new ByteArrayInputStream(frames.toByteArray());
  }

  /** What a Xing or Info tag says, which encoders write in place of the first frame's audio. */
  private record Xing(int frames, int delay, int padding) {
    static Xing in(byte[] bytes, int frame, MpegHeader header) {
      int at =
          frame
              + 4
              + (header.version() == 3 ? (header.single() ? 17 : 32) : header.single() ? 9 : 17);
      if (begins(bytes, frame + 36, "VBRI")) {
        return new Xing(ByteBuffer.wrap(bytes).getInt(frame + 36 + 14), -1, -1);
      }
      if (header.layer() != 3 || !begins(bytes, at, "Xing") && !begins(bytes, at, "Info")) {
        return null;
      }
      ByteBuffer tag = ByteBuffer.wrap(bytes, at + 4, header.bytes() - (at + 4 - frame));
      int flags = tag.getInt();
      int frames = (flags & 1) != 0 ? tag.getInt() : -1;
      int rest = tag.position() + ((flags & 2) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 100 : 0);
      int lame = rest + ((flags & 8) != 0 ? 4 : 0);
      if (lame + 24 > tag.limit() || bytes[lame] == 0) {
        return new Xing(frames, -1, -1);
      }
      int counts = tag.getInt(lame + 20) & 0xffffff; // twelve bits each
      return new Xing(frames, counts >>> 12, counts & 0xfff);
    }
  }

  /** Where the decoder puts its samples, 32 of a channel at a time. */
  private static final class Samples extends Obuffer {
    private final float[][] channels = new float[MAXCHANNELS][1152];
    private final int[] filled = new int[MAXCHANNELS];

    @Override
    public void appendSamples(int channel, float[] values) {
      System.arraycopy(values, 0, channels[channel], filled[channel], 32);
      filled[channel] += 32;
    }

    @Override
    public void append(int channel, short value) {
      channels[channel][filled[channel]++] = value;
    }

    @Override
    public void clear_buffer() {
      Arrays.fill(filled, 0);
    }

    @Override
    public void write_buffer(int ignored) {}

    @Override
    public void close() {}

    @Override
    public void set_stop_flag() {}

    void mixInto(Mono mono) throws Audio.Unreadable {
      boolean both = filled[1] > 0;
      for (int i = 0; i < filled[0]; i++) {
        float sum = both ? (channels[0][i] + channels[1][i]) / 2 : channels[0][i];
        mono.add(sum / JLAYER_SCALE);
      }
    }
  }

  /**
   * MPEG audio. Where the encoder noted its delay and padding (LAME, ffmpeg), both are cut, and the
   * decoder's 529 samples with them, so that the track begins where it did before encoding; without
   * the note nothing is cut. libsndfile, through which librosa loads, does the same.
   */
  private static Audio mpeg(byte[] bytes, int start) throws Audio.Unreadable {
    MpegHeader first = MpegHeader.at(bytes, start);
    Xing tag = Xing.in(bytes, start, first);
    int from = tag == null ? start : start + first.bytes();
    var stream = new Bitstream(mpegFrames(bytes, from, first));
    var decoder = new Decoder();
    var samples = new Samples();
    decoder.setOutputBuffer(samples);
    var mono = new Mono();
    int frames = 0;
    try {
      for (Header header = stream.readFrame(); header != null; header = stream.readFrame()) {
        decoder.decodeFrame(header, stream);
        samples.mixInto(mono);
        // a stream cut out of a longer one begins with frames that need what went before
        frames++;
        mono.padTo((long) frames * first.samples());
        stream.closeFrame();
      }
    } catch (BitstreamException | DecoderException damaged) {
      throw new Audio.Unreadable("unreadable", "frame %d is damaged".formatted(frames));
    }
    // some encoders count the tag's own frame too
    if (tag != null && frames < tag.frames() - 1) {
      throw new Audio.Unreadable(
          "truncated", "%d of %d frames are there".formatted(frames, tag.frames()));
    }
    boolean noted = tag != null && tag.delay() >= 0 && tag.frames() > 0;
    long skipped = noted ? tag.delay() + DECODER_DELAY : 0;
    long end =
        noted
            ? (long) tag.frames() * first.samples() - tag.padding() + DECODER_DELAY
            : Long.MAX_VALUE;
    return mono.audio(skipped, end, first.rate());
  }
}
