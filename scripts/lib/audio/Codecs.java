// LGPL; MPEG 1, 2 and 2.5, layers I to III, in plain Java, samples as floats
//DEPS com.googlecode.soundlibs:jlayer:1.0.1.4
// LGPL; JCraft's Vorbis decoder, the one that Java's other Vorbis packages wrap
//DEPS com.googlecode.soundlibs:jorbis:0.0.17.4
//SOURCES ByteWindow.java
//SOURCES Flac.java
//SOURCES OtherFormat.java
//SOURCES Audio.java

package genrelab.audio;

import com.jcraft.jogg.Packet;
import com.jcraft.jogg.Page;
import com.jcraft.jogg.StreamState;
import com.jcraft.jogg.SyncState;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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

  /**
   * Finds out what a file is.
   *
   * @return its samples; null if it may be wav, au or aiff
   * @throws OtherFormat if it is none of the six formats
   * @throws Audio.Unreadable if its beginning is damaged
   */
  static Audio.Blocks open(ByteWindow file) throws IOException, Audio.Unreadable, OtherFormat {
    for (String other : OTHERS) {
      if (file.has(other, 0)) {
        return null;
      }
    }
    long start = afterId3(file);
    if (file.has("fLaC", start)) {
      return new Flac(file, start);
    }
    if (file.has("OggS", start)) {
      return new Vorbis(file.from(start));
    }
    OtherFormat.refuse(file, start);
    long frame = firstMpegFrame(file, start);
    if (frame < 0) {
      throw new OtherFormat(null);
    }
    return new Mpeg(file, frame);
  }

  /** Where an ID3v2 tag ends, whose size is written in four bytes of seven bits. */
  private static long afterId3(ByteWindow file) throws IOException {
    long place = 0;
    while (file.has("ID3", place) && file.reaches(place + 10)) {
      byte[] bytes = file.bytes();
      int at = file.at(place);
      int size = bytes[at + 6] << 21 | bytes[at + 7] << 14 | bytes[at + 8] << 7 | bytes[at + 9];
      int footer = (bytes[at + 5] & 0x10) != 0 ? 10 : 0;
      place += 10 + Math.max(0, size) + footer;
      file.keepFrom(place);
    }
    return place;
  }

  /** Samples as they come, one channel's: the mean of those that a decoder gives. */
  private static final class Mono {
    private float[] samples = new float[8192];
    private int length;

    /** Makes room for so many more, behind {@link #length}, in {@link #samples}. */
    void reserve(int more) {
      if (length + more > samples.length) {
        samples = Arrays.copyOf(samples, Math.max(2 * length, length + more));
      }
    }

    /** Adds zeros up to a length. */
    void padTo(long to) {
      if (to > length) {
        reserve((int) (to - length));
        Arrays.fill(samples, length, (int) to, 0);
        length = (int) to;
      }
    }

    /** Those from one place to another, and begins anew. */
    float[] take(long from, long to) {
      int end = (int) Math.max(0, Math.min(length, to));
      int start = (int) Math.max(0, Math.min(end, from));
      length = 0;
      return Arrays.copyOfRange(samples, start, end);
    }
  }

  // --- Ogg Vorbis
  // ---------------------------------------------------------------------------------

  /** The file's first Vorbis stream; pages of others are passed over. */
  private static final class Vorbis implements Audio.Blocks {
    private static final int READ = 1 << 15;

    private final InputStream in;
    private final SyncState sync = new SyncState();
    private final StreamState stream = new StreamState();
    private final Page page = new Page();
    private final Packet packet = new Packet();
    private final Info info = new Info();
    private final Comment comment = new Comment();
    private final DspState dsp = new DspState();
    private final Mono mono = new Mono();
    private Block block;
    private int headers;
    private int serial = -1;
    private boolean begun;
    private boolean ended;
    private long last = -1;
    private long decoded;

    Vorbis(InputStream in) throws IOException, Audio.Unreadable, OtherFormat {
      this.in = in;
      sync.init();
      info.init();
      comment.init();
      while (headers < 3 && nextPacket()) {
        if (headers == 0) {
          OtherFormat.refuseOgg(packet.packet_base, packet.packet, packet.bytes);
        }
        if (headers == 2 && hasEmptyCodeBook()) {
          throw new Audio.Unreadable("unreadable", "its header makes no sense");
        }
        if (info.synthesis_headerin(comment, packet) < 0) {
          throw new Audio.Unreadable("unreadable", "its header makes no sense");
        }
        headers++;
      }
      if (headers < 3) {
        throw new Audio.Unreadable("truncated", "it ends within its header");
      }
      if (info.rate < Audio.MIN_RATE || info.rate > Audio.MAX_RATE) {
        throw new Audio.Unreadable("unreadable", "its header makes no sense");
      }
      dsp.synthesis_init(info);
      block = new Block(dsp);
    }

    @Override
    public int rate() {
      return info.rate;
    }

    @Override
    public float[] next() throws IOException, Audio.Unreadable {
      while (nextPacket()) {
        if (block.synthesis(packet) == 0) {
          dsp.synthesis_blockin(block);
          addPcm();
          long until = ended && last >= 0 ? last : Long.MAX_VALUE;
          int length = mono.length;
          float[] samples = mono.take(0, until - decoded);
          decoded += length;
          if (samples.length > 0) {
            return samples;
          }
        }
      }
      if (!ended) {
        throw new Audio.Unreadable("truncated", "it ends after %d samples".formatted(decoded));
      }
      return null;
    }

    @Override
    public boolean isCountable() {
      return true;
    }

    /**
     * By the packets' block sizes. Pages carry checksums, so that what passes here is what the
     * encoder wrote.
     */
    @Override
    public long count() throws IOException, Audio.Unreadable {
      long total = 0;
      long beforeLastPage = 0;
      int previous = 0;
      while (nextPacket()) {
        int size = info.blocksize(packet);
        if (size <= 0) {
          return -1;
        }
        total += previous == 0 ? 0 : previous / 4 + size / 4; // half of each window overlaps
        previous = size;
        if (!ended) {
          if (packet.granulepos >= 0 && packet.granulepos != total) {
            return -1; // begins within a longer stream, or has a gap
          }
          beforeLastPage = total;
        }
      }
      return ended && last >= beforeLastPage && last <= total ? last : -1;
    }

    /**
     * Whether the setup header holds a code book of dimension 0, over which JOrbis would never end:
     * its sync pattern, which begins at any bit, and 16 zeros (Vorbis I, 3.2.1).
     */
    private boolean hasEmptyCodeBook() {
      long window = -1;
      for (int bit = 0; bit < 8 * packet.bytes; bit++) {
        long next = packet.packet_base[packet.packet + bit / 8] >> bit % 8 & 1;
        window = (window >>> 1 | next << 39) & 0xFF_FFFF_FFFFL;
        if (window == 0x564342) {
          return true;
        }
      }
      return false;
    }

    /** Whether there is one more packet in the stream. */
    private boolean nextPacket() throws IOException, Audio.Unreadable {
      while (true) {
        int had = begun ? stream.packetout(packet) : 0;
        if (had < 0) {
          throw new Audio.Unreadable("unreadable", "a part of its audio data is missing");
        }
        if (had > 0) {
          return true;
        }
        if (ended || !nextPage()) {
          return false;
        }
      }
    }

    /** Takes one more page of the stream in, unless the file ends. */
    private boolean nextPage() throws IOException, Audio.Unreadable {
      while (true) {
        int got = sync.pageout(page);
        if (got < 0) {
          throw new Audio.Unreadable("unreadable", "its audio data is damaged");
        }
        if (got == 0) {
          int at = sync.buffer(READ);
          int count = in.read(sync.data, at, READ);
          if (count < 0) {
            return false;
          }
          sync.wrote(count);
          continue;
        }
        if (headers == 0) {
          serial = page.serialno();
          stream.init(serial);
          begun = true;
        }
        if (page.serialno() == serial) {
          if (stream.pagein(page) < 0) {
            throw new Audio.Unreadable("unreadable", "its audio data is damaged");
          }
          ended = page.eos() != 0;
          last = page.granulepos() >= 0 ? page.granulepos() : last;
          return true;
        }
      }
    }

    private void addPcm() {
      float[][][] pcm = new float[1][][];
      int[] offsets = new int[info.channels];
      for (int n = dsp.synthesis_pcmout(pcm, offsets);
          n > 0;
          n = dsp.synthesis_pcmout(pcm, offsets)) {
        mono.reserve(n);
        for (int i = 0; i < n; i++) {
          float sum = 0;
          for (int c = 0; c < info.channels; c++) {
            sum += pcm[0][c][offsets[c] + i];
          }
          mono.samples[mono.length++] = sum / info.channels;
        }
        dsp.synthesis_read(n);
      }
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
    static MpegHeader at(ByteWindow file, long place) throws IOException {
      if (!file.reaches(place + 4)) {
        return null;
      }
      int word = ByteBuffer.wrap(file.bytes()).getInt(file.at(place));
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
  private static long firstMpegFrame(ByteWindow file, long start) throws IOException {
    for (long place = start; place - start < MOST_JUNK; place++) {
      file.keepFrom(place);
      if (!file.reaches(place + 5)) {
        break;
      }
      MpegHeader header = MpegHeader.at(file, place);
      if (header != null && header.goesWith(MpegHeader.at(file, place + header.bytes()))) {
        return place;
      }
    }
    return -1;
  }

  /** The whole frames alone: jlayer loses frames beside tags and other things that are no audio. */
  private static final class MpegFrames extends ByteWindow.Blocks {
    private final ByteWindow file;
    private final MpegHeader first;
    private long place;

    /** What is left of the frame at the place. */
    private int left;

    MpegFrames(ByteWindow file, long start, MpegHeader first) {
      this.file = file;
      this.first = first;
      this.place = start;
    }

    @Override
    int next(byte[] to, int offset, int length) throws IOException {
      while (left == 0) {
        if (place < 0) {
          return -1;
        }
        file.keepFrom(place);
        MpegHeader header = MpegHeader.at(file, place);
        if (first.goesWith(header) && file.reaches(place + header.bytes())) {
          left = header.bytes();
        } else {
          place = firstMpegFrame(file, place + 1);
        }
      }
      int count = Math.min(length, left);
      System.arraycopy(file.bytes(), file.at(place), to, offset, count);
      place += count;
      left -= count;
      return count;
    }
  }

  /** How many whole frames follow one another up to the last; −1 if other things lie between. */
  private static long countFrames(ByteWindow file, long start, MpegHeader first)
      throws IOException {
    long frames = 0;
    long place = start;
    MpegHeader header = MpegHeader.at(file, place);
    while (first.goesWith(header) && file.reaches(place + header.bytes())) {
      frames++;
      place += header.bytes();
      file.keepFrom(place);
      header = MpegHeader.at(file, place);
    }
    return firstMpegFrame(file, place + 1) < 0 ? frames : -1;
  }

  /** What a Xing or Info tag says, which encoders write in place of the first frame's audio. */
  private record Xing(int frames, int delay, int padding) {
    static Xing in(ByteWindow file, long frame, MpegHeader header) throws IOException {
      int at = 4 + (header.version() == 3 ? (header.single() ? 17 : 32) : header.single() ? 9 : 17);
      if (file.has("VBRI", frame + 36)) {
        return new Xing(ByteBuffer.wrap(file.copy(frame + 36 + 14, 4)).getInt(), -1, -1);
      }
      boolean tagged = file.has("Xing", frame + at) || file.has("Info", frame + at);
      if (header.layer() != 3 || !tagged) {
        return null;
      }
      byte[] bytes = file.copy(frame, header.bytes());
      ByteBuffer tag = ByteBuffer.wrap(bytes, at + 4, bytes.length - (at + 4));
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

    void mixInto(Mono mono) {
      int count = filled[0];
      mono.reserve(count);
      float[] to = mono.samples;
      float[] left = channels[0];
      float[] right = channels[filled[1] > 0 ? 1 : 0]; // (a + a) / 2 is a
      for (int i = 0; i < count; i++) {
        to[mono.length + i] = (left[i] + right[i]) / 2 / JLAYER_SCALE;
      }
      mono.length += count;
    }
  }

  /**
   * MPEG audio. Where the encoder noted its delay and padding (LAME, ffmpeg), both are cut, and the
   * decoder's 529 samples with them, so that the track begins where it did before encoding; without
   * the note nothing is cut. libsndfile, through which librosa loads, does the same.
   */
  private static final class Mpeg implements Audio.Blocks {
    static {
      fillSharedTables();
    }

    private final ByteWindow file;
    private final long start;
    private final MpegHeader first;
    private final Xing tag;
    private final Bitstream stream;
    private final Decoder decoder = new Decoder();
    private final Samples samples = new Samples();
    private final Mono mono = new Mono();
    private final long from;
    private final long to;
    private int frames;
    private long decoded;

    Mpeg(ByteWindow file, long firstFrame) throws IOException {
      this.file = file;
      first = MpegHeader.at(file, firstFrame);
      tag = Xing.in(file, firstFrame, first);
      start = tag == null ? firstFrame : firstFrame + first.bytes();
      boolean noted = tag != null && tag.delay() >= 0 && tag.frames() > 0;
      from = noted ? tag.delay() + DECODER_DELAY : 0;
      to =
          noted
              ? (long) tag.frames() * first.samples() - tag.padding() + DECODER_DELAY
              : Long.MAX_VALUE;
      stream = new Bitstream(new MpegFrames(file, start, first));
      decoder.setOutputBuffer(samples);
    }

    /**
     * Lets jlayer fill the tables that its decoders share (Huffman codes, reordering, synthesis
     * window). The first decoder fills them, and a second one in another thread would take them
     * half filled; a class is initialised by one thread, and others wait for it.
     */
    private static void fillSharedTables() {
      byte[] silence = new byte[417]; // one frame of MPEG 1, layer III, 128 kbit/s, 44.1 kHz, mono
      ByteBuffer.wrap(silence).putInt(0xfffb90c0);
      var stream = new Bitstream(new ByteArrayInputStream(silence));
      var decoder = new Decoder();
      decoder.setOutputBuffer(new Samples());
      try {
        decoder.decodeFrame(stream.readFrame(), stream);
      } catch (BitstreamException | DecoderException error) {
        throw new AssertionError("a silent frame is sound", error);
      }
    }

    @Override
    public int rate() {
      return first.rate();
    }

    @Override
    public boolean isCountable() {
      return first.layer() == 3;
    }

    /** By the frames' headers. */
    @Override
    public long count() throws IOException {
      long whole = countFrames(file, start, first);
      if (whole < 0 || tag != null && whole < tag.frames() - 1) {
        return -1;
      }
      return Math.max(0, Math.min(whole * first.samples(), to) - from);
    }

    @Override
    public float[] next() throws Audio.Unreadable {
      try {
        for (Header header = stream.readFrame(); header != null; header = stream.readFrame()) {
          decoder.decodeFrame(header, stream);
          samples.mixInto(mono);
          // a stream cut out of a longer one begins with frames that need what went before
          frames++;
          mono.padTo((long) frames * first.samples() - decoded);
          stream.closeFrame();
          int length = mono.length;
          float[] block = mono.take(from - decoded, to - decoded);
          decoded += length;
          if (block.length > 0) {
            return block;
          }
        }
      } catch (BitstreamException | DecoderException damaged) {
        throw new Audio.Unreadable("unreadable", "frame %d is damaged".formatted(frames), damaged);
      }
      // some encoders count the tag's own frame too
      if (tag != null && frames < tag.frames() - 1) {
        throw new Audio.Unreadable(
            "truncated", "%d of %d frames are there".formatted(frames, tag.frames()));
      }
      return null;
    }
  }
}
