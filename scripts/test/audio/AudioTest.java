///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests how audio files are read, resampled and written.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/audio/Resampling.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import genrelab.audio.Audio;
import genrelab.audio.Resampling;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Audio files give librosa's numbers, or say what is wrong with them. */
class AudioTest {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;

  @TempDir Path folder;

  /** The decoders here alone are under test. */
  @BeforeAll
  static void withoutFfmpeg() {
    System.setProperty("genrelab.ffmpeg", "none");
  }

  /** A wav file as the format's description has it, byte by byte: no code under test makes it. */
  private static byte[] wav(int kind, int channels, int rate, int bits, byte[] data) {
    int frame = channels * bits / 8;
    return ByteBuffer.allocate(44 + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(36 + data.length)
        .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
        .putInt(16)
        .putShort((short) kind)
        .putShort((short) channels)
        .putInt(rate)
        .putInt(rate * frame)
        .putShort((short) frame)
        .putShort((short) bits)
        .put("data".getBytes(StandardCharsets.US_ASCII))
        .putInt(data.length)
        .put(data)
        .array();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] shorts(ByteOrder order, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(order);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }

  private Path file(String name, byte[] contents) throws IOException {
    return Files.write(folder.resolve(name), contents);
  }

  private Audio read(byte[] contents) throws Exception {
    return Audio.read(file("a.wav", contents));
  }

  @Test
  void sixteenBitsAreDividedBy32768() throws Exception {
    byte[] data = shorts(ByteOrder.LITTLE_ENDIAN, -32768, 32767, 1, 0, -1, 12345);
    Audio audio = read(wav(PCM, 1, 22050, 16, data));

    assertEquals(22050, audio.rate());
    float[] exact = {-1, 32767 / 32768f, 1 / 32768f, 0, -1 / 32768f, 12345 / 32768f};
    assertArrayEquals(exact, audio.samples(), 1e-10f);
  }

  /** Wav's 8 bits have no sign: 128 is zero. */
  @Test
  void eightBitsAreCentredOn128() throws Exception {
    float[] samples = read(wav(PCM, 1, 8000, 8, bytes(0, 64, 127, 128, 129, 255))).samples();

    assertArrayEquals(new float[] {-1, -0.5f, -1 / 128f, 0, 1 / 128f, 127 / 128f}, samples, 1e-7f);
  }

  @Test
  void twentyFourBitsAreDividedByTwoToThe23() throws Exception {
    byte[] data = bytes(0, 0, 0x80, 0xff, 0xff, 0x7f, 0, 0, 0x40, 0, 1, 0, 0xff, 0xff, 0xff);
    float[] samples = read(wav(PCM, 1, 48000, 24, data)).samples();

    assertArrayEquals(
        new float[] {-1, 8388607 / 8388608f, 0.5f, 256 / 8388608f, -1 / 8388608f}, samples, 1e-10f);
  }

  /** Frames of three bytes straddle the reader's buffers. */
  @Test
  void longTwentyFourBitFilesAreReadToTheirEnd() throws Exception {
    byte[] data = new byte[3 * 100_001];
    data[data.length - 1] = 0x20;
    float[] samples = read(wav(PCM, 1, 48000, 24, data)).samples();

    assertEquals(100_001, samples.length);
    assertEquals(0.25f, samples[100_000], 1e-7f);
  }

  @Test
  void floatsAreTakenAsTheyAre() throws Exception {
    ByteBuffer floats = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(0.25f).putFloat(-1).putFloat(1e-6f);
    assertArrayEquals(
        new float[] {0.25f, -1, 1e-6f}, read(wav(FLOAT, 1, 44100, 32, floats.array())).samples());

    ByteBuffer doubles = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    doubles.putDouble(0.25).putDouble(-0.5);
    assertArrayEquals(
        new float[] {0.25f, -0.5f}, read(wav(FLOAT, 1, 44100, 64, doubles.array())).samples());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void samplesThatAreNoNumbersAreRefusedByPlace(float bad) throws Exception {
    ByteBuffer floats = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(0.25f).putFloat(bad).putFloat(0);
    var error = refused(wav(FLOAT, 1, 44100, 32, floats.array()));

    assertEquals("unreadable", error.problem);
    assertEquals("sample 1 is " + bad, error.getMessage());
  }

  @Test
  void channelsAreMixedByTheirMean() throws Exception {
    byte[] data = shorts(ByteOrder.LITTLE_ENDIAN, 8192, 16384, -8192, 8192, -32768, -32768);
    float[] samples = read(wav(PCM, 2, 44100, 16, data)).samples();

    assertArrayEquals(new float[] {0.375f, 0, -1}, samples, 1e-7f);
  }

  @Test
  void auIsBigEndian() throws Exception {
    byte[] data = shorts(ByteOrder.BIG_ENDIAN, 256, -32768, 1);
    byte[] au =
        ByteBuffer.allocate(24 + data.length)
            .put(".snd".getBytes(StandardCharsets.US_ASCII))
            .putInt(24)
            .putInt(data.length)
            .putInt(3) // 16-bit linear PCM
            .putInt(22050)
            .putInt(1)
            .put(data)
            .array();
    Audio audio = Audio.read(file("a.au", au));

    assertEquals(22050, audio.rate());
    assertArrayEquals(new float[] {256 / 32768f, -1, 1 / 32768f}, audio.samples(), 1e-10f);
    var error = assertThrows(Audio.Unreadable.class, () -> readCut("b.au", au, 4));
    assertEquals("truncated", error.problem);
  }

  @Test
  void aiffIsReadToo() throws Exception {
    var bytes = new ByteArrayOutputStream();
    byte[] data = shorts(ByteOrder.BIG_ENDIAN, 256, -32768);
    var format = new AudioFormat(16000, 16, 1, true, true);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(data), format, 2),
        AudioFileFormat.Type.AIFF,
        bytes);
    Audio audio = Audio.read(file("a.aiff", bytes.toByteArray()));

    assertEquals(16000, audio.rate());
    assertArrayEquals(new float[] {256 / 32768f, -1}, audio.samples(), 1e-10f);
    for (int cut = 1; cut < bytes.size(); cut++) {
      int missing = cut;
      assertThrows(Audio.Unreadable.class, () -> readCut("cut.aiff", bytes.toByteArray(), missing));
    }
  }

  private void readCut(String name, byte[] whole, int missing) throws Exception {
    Audio.read(file(name, Arrays.copyOf(whole, whole.length - missing)));
  }

  private Audio.Unreadable refused(byte[] contents) {
    return assertThrows(Audio.Unreadable.class, () -> read(contents));
  }

  @Test
  void aFileThatEndsEarlyIsTruncated() {
    byte[] whole = wav(PCM, 1, 22050, 16, new byte[2000]);
    var error = refused(Arrays.copyOf(whole, 44 + 1000));
    assertEquals("truncated", error.problem);
    assertEquals("500 of 1000 samples are there", error.getMessage());

    assertEquals("truncated", refused(Arrays.copyOf(whole, whole.length - 1)).problem);
    assertEquals("truncated", refused(Arrays.copyOf(whole, 44)).problem);
  }

  @Test
  void whatIsNoAudioIsUnreadable() {
    String text = "no audio at all, but longer than any header of an audio file would be";
    assertEquals("unreadable", refused(text.getBytes(StandardCharsets.UTF_8)).problem);
    assertEquals("unreadable", refused(new byte[0]).problem);
    assertEquals("unreadable", refused(new byte[10_000]).problem);
    assertEquals(
        "unreadable", refused(Arrays.copyOf(wav(PCM, 1, 22050, 16, new byte[99]), 30)).problem);

    Path nowhere = folder.resolve("nowhere.wav");
    var error = assertThrows(Audio.Unreadable.class, () -> Audio.read(nowhere));
    assertEquals("no such file", error.getMessage());
  }

  /** {@code --verbose} shows where a decoder stumbled. */
  @Test
  void whatADecoderStumblesOverIsKeptAsTheCause() {
    var broken =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("a decoder's own fault");
          }
        };
    var error = assertThrows(Audio.Unreadable.class, () -> Audio.open(broken));
    assertEquals("its audio data is damaged", error.getMessage());
    assertEquals("a decoder's own fault", error.getCause().getMessage());
  }

  /** Whatever a header's byte says, reading ends, with samples or with the one exception. */
  @Test
  void noHeaderHangsOrBreaksTheReader() {
    byte[] whole = wav(PCM, 2, 22050, 16, new byte[4000]);
    int[] refusals = new int[1];
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (int place = 0; place < 44; place++) {
            for (int value : new int[] {0, 1, 3, 7, 127, 128, 255}) {
              byte[] damaged = whole.clone();
              damaged[place] = (byte) value;
              try {
                assertTrue(read(damaged).samples().length > 0);
              } catch (Audio.Unreadable refused) {
                assertNotNull(refused.getMessage());
                refusals[0]++;
              }
            }
          }
        });
    assertTrue(refusals[0] > 60, refusals[0] + " damaged headers were refused");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 16",
    "2, 99, 16",
    "2, -1, 16",
    "0, 22050, 16",
    "65535, 22050, 16",
    "1, 22050, 0",
    "1, 22050, 65528",
    "1, 22050, 16000"
  })
  void headersThatMakeNoSenseAreRefused(int channels, int rate, int bits) {
    byte[] damaged = wav(PCM, 1, 22050, 16, new byte[20_000]);
    ByteBuffer header = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
    header.putShort(22, (short) channels).putInt(24, rate).putShort(34, (short) bits);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertEquals("unreadable", refused(damaged).problem));
  }

  /** The chirp that environment/golden-audio.py encodes. */
  private static float[] chirp(int rate, double highest) {
    float[] samples = new float[rate];
    for (int i = 0; i < rate; i++) {
      double t = (double) i / rate;
      double signal = 0.5 * Math.sin(2 * Math.PI * (100 * t + (highest - 100) / 2 * t * t));
      samples[i] = (float) (Math.floor(signal * 32768 + 0.5) / 32768);
    }
    return samples;
  }

  private static float[] stereoChirp() {
    float[] left = chirp(44100, 6000);
    float[] right = chirp(44100, 3000);
    for (int i = 0; i < left.length; i++) {
      left[i] = (left[i] + right[i]) / 2;
    }
    return left;
  }

  private static Path golden(String name) {
    return Path.of(System.getenv("GENRELAB_HOME"), "data/golden/audio", name);
  }

  private static double correlation(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void flacIsTheEncodedSamplesExactly() throws Exception {
    Audio mono = Audio.read(golden("mono-22050.flac"));
    assertEquals(22050, mono.rate());
    assertArrayEquals(chirp(22050, 6000), mono.samples());
    Audio stereo = Audio.read(golden("stereo-44100.flac"));
    assertEquals(44100, stereo.rate());
    assertArrayEquals(Arrays.copyOf(stereoChirp(), 11025), stereo.samples());
  }

  /** By libFLAC 1.4.3 through libsndfile 1.2.2, at compression level 0. */
  private static final String[] FLACS = {
    """
    ZkxhQwAAACIEgASAAABdAABdB9AAcAAAAHhL3sJnd9Dr1XtBfdXItMrIhAAAKCAAAAByZWZlcmVuY2UgbGli
    RkxBQyAxLjQuMyAyMDIzMDYyMwAAAAD/+GgCAHfOGAA3UFEA4iIiIiAD4AEREREREAHwAIiIiIiIAPgARERE
    REQAfAAiIiIiIgA+ABERERERAB8ACIiIiIiAD4AEREREREAHwAIiIiIiIAPgAREREREAj0Q=\
    """,
    """
    ZkxhQwAAACIEgASAAAB7AAB7B9AC8AAAAKAHQ7DCUTMB1/lwullJ5SQahAAAKCAAAAByZWZlcmVuY2UgbGli
    RkxBQyAxLjQuMyAyMDIzMDYyMwAAAAD/+GgYAJ99GAAADAkXKCFjDD//w///w///w///1gAAP4AABBBBBBBB
    BBBBBBBBBAH//+H//+H//+MAAADV4ZYCQSGH//h///h///rAACeAAFEEEEEEEEEEEEEEEEAf//4f//6wAAng
    ABRBBBBBBBBBBBBBBBAH//+AjOM=\
    """,
    """
    ZkxhQwAAACIEgASAAACrAACrB9ADcAAAASyLCo+HY77jgYp6qcct+HYzhAAAKCAAAAByZWZlcmVuY2UgbGli
    RkxBQyAxLjQuMyAyMDIzMDYyMwAAAAD/+HgcAAEr+BgAAAABNikCZ6gDlIMAP///////////////////////
    /////////////////////////8YAAAAAEz1AJeYAN/vCD///////////4f///////////9IQhCEIQhCEIQhC
    EIQhCEIQhCEIQhCEIQhCEIQhCEIQgAAAAAAAAAAAAfgAAAAAAAAAAAAIQhCEIQhCEIQhCEIQhAP/////////
    //+AZbs=\
    """,
    """
    ZkxhQwAAACIEgASAAAAYAAGBB9ABcAAABIZPIi7UKCZ6fLDneOWHVrHehAAAKCAAAAByZWZlcmVuY2UgbGli
    RkxBQyAxLjQuMyAyMDIzMDYyMwAAAAD/+DgMAMYYAAAAAR3BAjcIA0vbDD///////////////////////D//
    /////////////////////9IQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQ
    hCEIQhCEIQhCEIQhCEIAAAAAAAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAAAACEIQhCEIQhCEIQhC
    EIQhCEIQhCEIQhCEIQhCEIB///////////////////////+H///////////////////////6QhCEIQhCEIQh
    CEIQhCEIQhCEIQhCEIQhCEIQhCEIQAAAAAAAAAAAAAAAAAAAAAAAB+AAAAAAAAAAAAAAAAAAAAAAAAEIQhCE
    IQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQhCEIQD///////////
    ////////////8P///////////////////////x1F//hoDAEFrhgAAAABHcECNwgDS9sAMPzL\
    """
  };

  private static byte[] flac(int index) {
    return Base64.getMimeDecoder().decode(FLACS[index]);
  }

  /** Integers that rise and fall; the encoder's prediction takes the smooth ones. */
  private static int cubic(int i, int period) {
    int p = i % period;
    return p * (period - p) * (period / 2 - p);
  }

  /** The last file ends in a block of six samples, predicted from four. */
  @ParameterizedTest
  @CsvSource({
    "0, 8, 120, 12, 12",
    "1, 16, 160, 80, 60",
    "2, 24, 300, 400, 200",
    "3, 24, 1158, 384, 384"
  })
  void flacOfEveryDepthIsTheEncodedSamplesExactly(
      int index, int bits, int length, int left, int right) throws Exception {
    float[] expected = new float[length];
    for (int i = 0; i < length; i++) {
      expected[i] = (float) ((cubic(i, left) + cubic(i, right)) / Math.pow(2, bits));
    }
    Audio audio = read(flac(index));
    assertEquals(32000, audio.rate());
    assertArrayEquals(expected, audio.samples());
  }

  @Test
  void flacThatIsNotWhatItsHeaderSaysIsRefused() {
    byte[] other = flac(1);
    other[26] ^= 1; // the first of its MD5
    assertTrue(refused(other).getMessage().contains("MD5"));
    byte[] longer = flac(1);
    longer[25]++;
    assertEquals("truncated", refused(longer).problem);
    byte[] shorter = flac(1);
    shorter[25]--;
    assertEquals("unreadable", refused(shorter).problem);
  }

  private static int crc(byte[] bytes, int end, int width, int polynomial) {
    int crc = 0;
    for (int i = 0; i < end * 8; i++) {
      int bit = bytes[i / 8] >> (7 - i % 8) & 1;
      int top = crc >> (width - 1) & 1;
      crc = (crc << 1 ^ (top == bit ? 0 : polynomial)) & ((1 << width) - 1);
    }
    return crc;
  }

  /** A thousand sound frames of 13 bytes, each of 65,535 equal samples: 50 minutes in 13 kB. */
  @Test
  void flacThatUnfoldsWithoutBoundIsRefused() {
    byte[] frame = bytes(0xff, 0xf8, 0x70, 0, 0, 0xff, 0xfe, 0, 0, 0, 1, 0, 0);
    frame[7] = (byte) crc(frame, 7, 8, 0x07);
    int crc = crc(frame, 11, 16, 0x8005);
    frame[11] = (byte) (crc >> 8);
    frame[12] = (byte) crc;
    byte[] header = Arrays.copyOf(flac(0), 42);
    header[4] = (byte) 0x80; // no other metadata
    header[21] = (byte) 0xf0; // 16 bits; how many samples and their MD5 is left open
    Arrays.fill(header, 22, 42, (byte) 0);
    ByteBuffer hostile = ByteBuffer.allocate(42 + 1000 * frame.length).put(header);
    for (int i = 0; i < 1000; i++) {
      hostile.put(frame);
    }
    var error = refused(hostile.array());
    assertEquals("unreadable", error.problem);
    assertTrue(error.getMessage().startsWith("over "), error.getMessage());
  }

  /** Encoder's and decoder's delay are cut: no alignment is needed. */
  @Test
  void oggAndMp3AreTheSourceAtTheSamePlaceAndLength() throws Exception {
    for (String name : new String[] {"stereo-44100.ogg", "stereo-44100.mp3"}) {
      Audio audio = Audio.read(golden(name));
      assertEquals(44100, audio.rate(), name);
      assertEquals(44100, audio.samples().length, name);
      double correlation = correlation(stereoChirp(), audio.samples());
      assertTrue(correlation >= 0.999, name + " " + correlation);
    }
    Audio audio = Audio.read(golden("mono-22050.mp3"));
    assertEquals(22050, audio.rate());
    assertEquals(22050, audio.samples().length);
    assertTrue(correlation(chirp(22050, 6000), audio.samples()) >= 0.999);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mono-22050.flac",
        "stereo-44100.flac",
        "stereo-44100.ogg",
        "stereo-44100.mp3",
        "mono-22050.mp3"
      })
  void compressedAudioIsWhatLibrosaLoads(String name) throws Exception {
    JsonNode golden = new ObjectMapper().readTree(golden("librosa.json").toFile());
    JsonNode expected = golden.get("files").get(name);
    Audio audio = Audio.read(golden(name));

    assertEquals(expected.get("rate").asInt(), audio.rate());
    assertEquals(expected.get("length").asInt(), audio.samples().length);
    int first = golden.get("first").asInt();
    assertTrue(expected.get("samples").size() >= 40);
    for (int i = 0; i < expected.get("samples").size(); i++) {
      double value = expected.get("samples").get(i).asDouble();
      assertEquals(value, audio.samples()[first + i], 1e-5, name + " sample " + (first + i));
    }
  }

  /** Bytes that come one or seven at a time, pieces of odd lengths: the whole file's samples. */
  @ParameterizedTest
  @ValueSource(
      strings = {"mono-22050.flac", "stereo-44100.flac", "stereo-44100.ogg", "stereo-44100.mp3"})
  void readPieceByPieceAFileGivesTheSameSamples(String name) throws Exception {
    byte[] bytes = Files.readAllBytes(golden(name));
    Audio whole = Audio.decode(bytes);
    for (int most : new int[] {1, 7}) {
      var slow =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
              return super.read(to, offset, Math.min(length, most));
            }
          };
      try (Audio.Reader reader = Audio.open(slow)) {
        float[] first = reader.take(1001);
        float[] rest = reader.take(whole.samples().length);
        assertArrayEquals(Arrays.copyOf(whole.samples(), 1001), first);
        assertArrayEquals(Arrays.copyOfRange(whole.samples(), 1001, whole.samples().length), rest);
        assertEquals(whole.samples().length, reader.skipRest());
      }
    }
    float[] resampled = Resampling.resample(whole.samples(), whole.rate(), 16000);
    try (Audio.Reader reader = Audio.open(golden(name))) {
      var track = new Resampling.Track(reader, 16000);
      int length = whole.rate() / 7;
      int count = (int) Math.round(length * 16000.0 / whole.rate());
      int pieces = 0;
      for (float[] piece = track.piece(0, length, count);
          piece != null;
          piece = track.piece((long) pieces * length, length, count)) {
        int from = (int) Math.round((double) pieces * length * 16000 / whole.rate());
        assertArrayEquals(Arrays.copyOfRange(resampled, from, from + count), piece);
        pieces++;
      }
      assertEquals(whole.samples().length / length, pieces);
    }
  }

  /** Without the encoder's note nothing is cut: 1,105 samples of delay stand before the sound. */
  @Test
  void anMp3WithoutTagKeepsItsDelay() throws Exception {
    byte[] whole = Files.readAllBytes(golden("stereo-44100.mp3"));
    int second = 1;
    while (!(whole[second] == (byte) 0xff && (whole[second + 1] & 0xe0) == 0xe0)) {
      second++;
    }
    byte[] bare = Arrays.copyOfRange(whole, second, whole.length);
    float[] samples = Audio.read(file("bare.mp3", bare)).samples();
    assertEquals(0, samples.length % 1152);
    float[] later = Arrays.copyOfRange(samples, 1105, 1105 + 44100);
    assertTrue(correlation(stereoChirp(), later) >= 0.999);
  }

  @Test
  void tagsAroundCompressedAudioArePassedOver() throws Exception {
    byte[] before = new byte[10 + 300];
    System.arraycopy("ID3".getBytes(StandardCharsets.US_ASCII), 0, before, 0, 3);
    before[8] = 2; // 2 · 128 + 44 bytes
    before[9] = 44;
    byte[] after = new byte[128];
    System.arraycopy("TAG".getBytes(StandardCharsets.US_ASCII), 0, after, 0, 3);
    for (String name : new String[] {"stereo-44100.mp3", "mono-22050.flac"}) {
      var tagged = new ByteArrayOutputStream();
      tagged.write(before);
      tagged.write(Files.readAllBytes(golden(name)));
      tagged.write(after);
      Audio audio = Audio.read(file("tagged-" + name, tagged.toByteArray()));
      assertArrayEquals(Audio.read(golden(name)).samples(), audio.samples(), name);
    }
  }

  private static String length(Path file, boolean decoded) {
    try {
      return (decoded ? Audio.decodedLength(file, 24) : Audio.length(file, 24)).toString();
    } catch (Audio.Unreadable refused) {
      return refused.problem + ": " + refused.getMessage();
    }
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Sound, tagged, without the encoder's note, cut at either end, with junk inside, two in one. */
  @ParameterizedTest
  @ValueSource(
      strings = {"stereo-44100.mp3", "mono-22050.mp3", "stereo-44100.ogg", "stereo-44100.flac"})
  void countedSamplesAreAsManyAsDecoded(String name) throws Exception {
    byte[] whole = Files.readAllBytes(golden(name));
    byte[] tag = Arrays.copyOf("TAG".getBytes(StandardCharsets.US_ASCII), 128);
    byte[] id3 = Arrays.copyOf("ID3".getBytes(StandardCharsets.US_ASCII), 10);
    var variants = new ArrayList<byte[]>(List.of(whole, joined(id3, whole), joined(whole, tag)));
    variants.add(joined(whole, whole));
    variants.add(joined(whole, Files.readAllBytes(golden("mono-22050.mp3"))));
    variants.add(joined(new byte[500], whole));
    var random = new Random(2);
    for (int i = 0; i < 40; i++) {
      int place = 60 + random.nextInt(whole.length - 60);
      byte[] head = Arrays.copyOf(whole, place);
      byte[] rest = Arrays.copyOfRange(whole, place, whole.length);
      byte[] after = Arrays.copyOfRange(rest, Math.min(rest.length, 300), rest.length);
      variants.addAll(List.of(head, rest, joined(head, new byte[37], rest), joined(head, after)));
    }
    int counted = 0;
    int unlike = 0;
    for (int i = 0; i < variants.size(); i++) {
      Path file = file("variant-" + i, variants.get(i));
      String decoded = length(file, true);
      counted += decoded.startsWith("Length") ? 1 : 0;
      unlike += decoded.equals(length(file, false)) ? 0 : 1;
    }
    assertTrue(counted >= (name.endsWith("mp3") ? 40 : 3), counted + " sound ones");
    assertEquals(0, unlike, "of " + variants.size());
    assertEquals(
        Audio.read(golden(name)).samples().length, Audio.length(golden(name), 24).samples());
  }

  /**
   * An ogg file's pages carry checksums; an mp3 file's frames do not: the decoder stumbles over
   * some of those that headers say nothing about. Of a flac file, its MD5 has no checksum.
   */
  @ParameterizedTest
  @CsvSource({
    "stereo-44100.mp3, 15",
    "mono-22050.mp3, 15",
    "stereo-44100.ogg, 0",
    "stereo-44100.flac, 5"
  })
  void mostDamageThatDecodingFindsIsFoundByCountingToo(String name, int most) throws Exception {
    byte[] whole = Files.readAllBytes(golden(name));
    var random = new Random(4);
    int unlike = 0;
    int refusals = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int k = 0; k < 4; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = file("damaged", damaged);
      String decoded = length(file, true);
      refusals += decoded.startsWith("Length") ? 0 : 1;
      if (!decoded.equals(length(file, false))) {
        assertTrue(decoded.startsWith("unreadable"), decoded);
        unlike++;
      }
    }
    assertTrue(refusals > 5, refusals + " were refused");
    assertTrue(unlike <= most, unlike + " of 300 differ");
  }

  /** The MD5 is of samples, which are not decoded. */
  @Test
  void flacAndIntegersAreCountedWithoutDecoding() throws Exception {
    byte[] other = Files.readAllBytes(golden("mono-22050.flac"));
    other[26] ^= 1; // the first of its MD5
    Path file = file("other.flac", other);
    assertEquals(22050, Audio.length(file, 24).samples());
    assertThrows(Audio.Unreadable.class, () -> Audio.decodedLength(file, 24));
    for (int bits : new int[] {8, 16, 24, 32}) {
      byte[] data = new byte[2 * bits / 8 * 30_011];
      byte[] whole = wav(PCM, 2, 8000, bits, data);
      assertEquals("Length[samples=30011, rate=8000]", length(file("a.wav", whole), false));
      Path cut = file("cut.wav", Arrays.copyOf(whole, whole.length - 7));
      assertTrue(length(cut, false).startsWith("truncated"), length(cut, false));
      assertEquals(length(cut, true), length(cut, false));
    }
  }

  @Test
  void aLengthOverTheLimitIsRefused() throws Exception {
    Path hours = folder.resolve("long.wav");
    new Audio(new float[3600 * 100 + 1], 100).writeWav(hours);
    assertEquals(3600 * 100 + 1, Audio.length(hours, 2).samples());
    assertThrows(Audio.Unreadable.class, () -> Audio.length(hours, 1));
    assertThrows(Audio.Unreadable.class, () -> Audio.length(golden("stereo-44100.mp3"), 0));
  }

  /** The contents tell the format, not the name. */
  @Test
  void aWrongExtensionDoesNotMatter() throws Exception {
    Path misnamed = file("a.wav", Files.readAllBytes(golden("mono-22050.flac")));
    assertArrayEquals(chirp(22050, 6000), Audio.read(misnamed).samples());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mono-22050.flac", "stereo-44100.flac", "stereo-44100.ogg", "stereo-44100.mp3"})
  void compressedFilesThatEndEarlyAreTruncated(String name) throws Exception {
    byte[] whole = Files.readAllBytes(golden(name));
    for (int eighth = 3; eighth < 8; eighth++) {
      byte[] cut = Arrays.copyOf(whole, whole.length * eighth / 8);
      assertEquals("truncated", refused(cut).problem, name + " " + eighth);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mono-22050.flac", "stereo-44100.flac", "stereo-44100.ogg", "stereo-44100.mp3"})
  void damagedCompressedFilesEndInSamplesOrARefusal(String name) throws Exception {
    byte[] whole = Files.readAllBytes(golden(name));
    var random = new Random(3);
    int[] refusals = new int[1];
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            for (int k = 0; k < 4; k++) {
              int range = i % 2 == 0 ? 200 : damaged.length;
              damaged[random.nextInt(range)] = (byte) random.nextInt();
            }
            try {
              assertTrue(read(damaged).samples().length <= 1 << 20);
            } catch (Audio.Unreadable refused) {
              assertNotNull(refused.getMessage());
              refusals[0]++;
            }
          }
        });
    // flac and ogg have checksums; mp3's frames mostly have none
    int expected = name.endsWith("mp3") ? 5 : 285;
    assertTrue(refusals[0] >= expected, refusals[0] + " of 300 were refused");
  }

  @ParameterizedTest
  @CsvSource({"16, 1", "24, 1", "32, 1", "32, 3", "64, 3", "8, 6", "8, 7"})
  void extensibleWavIsReadToo(int bits, int kind) throws Exception {
    int bytes = bits / 8;
    ByteBuffer data = ByteBuffer.allocate(3 * bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : new double[] {0.25, -0.5, 0}) {
      if (kind == FLOAT) {
        if (bits == 32) data.putFloat((float) value);
        else data.putDouble(value);
      } else if (kind == A_LAW || kind == MU_LAW) {
        data.put((byte) law(kind == A_LAW, value));
      } else {
        long scaled = (long) (value * Math.pow(2, bits - 1));
        for (int b = 0; b < bytes; b++) {
          data.put((byte) (scaled >> 8 * b));
        }
      }
    }
    byte[] extensible =
        ByteBuffer.allocate(68 + data.capacity())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put("RIFF".getBytes(StandardCharsets.US_ASCII))
            .putInt(60 + data.capacity())
            .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
            .putInt(40)
            .putShort((short) 0xfffe)
            .putShort((short) 1)
            .putInt(48000)
            .putInt(48000 * bytes)
            .putShort((short) bytes)
            .putShort((short) bits)
            .putShort((short) 22)
            .putShort((short) bits)
            .putInt(4) // front centre
            .putInt(kind)
            .putInt(0x00100000)
            .putLong(0x719b3800aa000080L)
            .put("data".getBytes(StandardCharsets.US_ASCII))
            .putInt(data.capacity())
            .put(data.array())
            .array();
    Audio audio = read(extensible);
    assertEquals(48000, audio.rate());
    boolean law = kind == A_LAW || kind == MU_LAW;
    assertArrayEquals(new float[] {0.25f, -0.5f, 0}, audio.samples(), law ? 0.02f : 1e-9f);
  }

  /** G.711's code of a quarter, minus a half and zero. */
  private static int law(boolean a, double value) {
    return value > 0 ? a ? 0xb5 : 0x9f : value < 0 ? a ? 0x25 : 0x0f : a ? 0xd5 : 0xff;
  }

  /** An aiff-c file, with a chunk of no meaning and an offset before its samples. */
  private static byte[] aiffc(String coding, int bits, int frames, byte[] data) {
    int form = 4 + 8 + 4 + 8 + 24 + 8 + 6 + 8 + 8 + 2 + data.length;
    return ByteBuffer.allocate(8 + form)
        .put("FORM".getBytes(StandardCharsets.US_ASCII))
        .putInt(form)
        .put("AIFCFVER".getBytes(StandardCharsets.US_ASCII))
        .putInt(4)
        .putInt(0xa2805140)
        .put("COMM".getBytes(StandardCharsets.US_ASCII))
        .putInt(24)
        .putShort((short) 1)
        .putInt(frames)
        .putShort((short) bits)
        .putShort((short) (16383 + 15)) // 44,100 as an 80-bit float
        .putLong(44100L << 48)
        .put(coding.getBytes(StandardCharsets.US_ASCII))
        .putShort((short) 0) // its name: none
        .put("NAME".getBytes(StandardCharsets.US_ASCII))
        .putInt(5) // and a byte to fill
        .put(new byte[6])
        .put("SSND".getBytes(StandardCharsets.US_ASCII))
        .putInt(8 + 2 + data.length)
        .putInt(2)
        .putInt(0)
        .put(new byte[2])
        .put(data)
        .array();
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, 8", "NONE, 16", "NONE, 24", "NONE, 32", "twos, 16", "sowt, 16", "in24, 24", "in32, 32",
    "'raw ', 8", "fl32, 32", "FL32, 32", "fl64, 64", "FL64, 64", "ulaw, 16", "ULAW, 8", "alaw, 16",
    "ALAW, 8"
  })
  void aiffcIsReadToo(String coding, int bits) throws Exception {
    boolean law = coding.toLowerCase(Locale.ROOT).endsWith("law");
    ByteBuffer data = ByteBuffer.allocate(law ? 3 : 3 * bits / 8);
    data.order(coding.equals("sowt") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    for (double value : new double[] {0.25, -0.5, 0}) {
      long scaled = (long) (value * Math.pow(2, bits - 1));
      switch (coding) {
        case "fl32", "FL32" -> data.putFloat((float) value);
        case "fl64", "FL64" -> data.putDouble(value);
        case "ulaw", "ULAW" -> data.put((byte) law(false, value));
        case "alaw", "ALAW" -> data.put((byte) law(true, value));
        case "raw " -> data.put((byte) (scaled + 128));
        case "sowt" -> data.putShort((short) scaled);
        default -> {
          for (int shift = bits - 8; shift >= 0; shift -= 8) {
            data.put((byte) (scaled >> shift));
          }
        }
      }
    }
    byte[] whole = aiffc(coding, bits, 3, data.array());
    Audio audio = read(whole);
    assertEquals(44100, audio.rate());
    assertArrayEquals(new float[] {0.25f, -0.5f, 0}, audio.samples(), law ? 0.02f : 1e-9f);
    for (int cut = 1; cut < whole.length; cut++) {
      Audio.Unreadable error = refused(Arrays.copyOf(whole, whole.length - cut));
      assertTrue(List.of("truncated", "unreadable").contains(error.problem), error.problem);
    }
    assertArrayEquals(audio.samples(), read(joined(whole, new byte[99])).samples());
  }

  @Test
  void codingsThatAreNotReadAreNamed() {
    assertNeedsFfmpeg(aiffc("ima4", 16, 3, new byte[34]), "AIFF-C with coding ima4");
    assertNeedsFfmpeg(wav(2, 1, 22050, 4, new byte[256]), "WAV with coding 0x0002");
  }

  private void assertNeedsFfmpeg(byte[] contents, String coding) {
    Audio.Unreadable error = refused(contents);
    assertEquals("needs ffmpeg", error.problem);
    assertTrue(error.getMessage().contains(coding), error.getMessage());
  }

  @Test
  void thirtyTwoBitIntegersAreDividedByTwoToThe31() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(Integer.MIN_VALUE).putInt(1 << 30).putInt(-(1 << 20));
    float[] samples = read(wav(PCM, 1, 48000, 32, data.array())).samples();
    assertArrayEquals(new float[] {-1, 0.5f, -1 / 2048f}, samples, 1e-9f);
  }

  /** G.711: values of the standard's tables, by au's encodings 1 and 27. */
  @ParameterizedTest
  @CsvSource({
    "1, 0x80, 32124",
    "1, 0xff, 0",
    "1, 0x00, -32124",
    "27, 0xaa, 32256",
    "27, 0x2a, -32256"
  })
  void muLawAndALawAu(int encoding, String code, int expected) throws Exception {
    byte[] au =
        ByteBuffer.allocate(26)
            .put(".snd".getBytes(StandardCharsets.US_ASCII))
            .putInt(24)
            .putInt(2)
            .putInt(encoding)
            .putInt(8000)
            .putInt(1)
            .put(bytes(Integer.decode(code), Integer.decode(code)))
            .array();
    float[] samples = Audio.read(file("a.au", au)).samples();
    assertArrayEquals(new float[] {expected / 32768f, expected / 32768f}, samples, 1e-9f);
  }

  /** jlayer's first decoder fills tables that all its decoders share, unguarded. */
  @Test
  void theFirstMp3FilesOfAProcessMayBeDecodedAtOnce() throws Exception {
    byte[] bytes = Files.readAllBytes(golden("mono-22050.mp3"));
    int threads = 8;
    try (var fresh = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Class<?> audio = fresh.loadClass(Audio.class.getName());
      ((AutoCloseable) audio.getMethod("open", Path.class).invoke(null, golden("mono-22050.mp3")))
          .close();
      Field table =
          fresh.loadClass("javazoom.jl.decoder.LayerIIIDecoder").getDeclaredField("reorder_table");
      table.setAccessible(true);
      int[][] rows = (int[][]) table.get(null);
      assertNotNull(rows, "filled before any frame is decoded");
      assertTrue(Arrays.stream(rows).noneMatch(Objects::isNull));

      Method decode = audio.getMethod("decode", byte[].class);
      var together = new CyclicBarrier(threads);
      Callable<Object> task =
          () -> {
            together.await();
            return decode.invoke(null, (Object) bytes);
          };
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        for (Future<Object> decoded : pool.invokeAll(Collections.nCopies(threads, task))) {
          assertNotNull(decoded.get());
        }
      } finally {
        pool.shutdown();
      }
    }
  }

  private static URL[] classPath() throws IOException {
    var urls = new ArrayList<URL>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  @Test
  void slicesAreTheSamplesAsked() {
    Audio audio = new Audio(new float[] {0, 1, 2, 3, 4, 5}, 10);
    assertArrayEquals(new float[] {2, 3, 4}, audio.slice(2, 3).samples());
    assertEquals(10, audio.slice(2, 3).rate());
  }

  @Test
  void writtenWavIsReadBackExactly() throws Exception {
    float[] samples = {-1, 32767 / 32768f, 1 / 32768f, 0, 0.5f};
    Path file = folder.resolve("new/folder/out.wav");
    new Audio(samples, 22050).writeWav(file);

    assertArrayEquals(samples, Audio.read(file).samples(), 1e-10f);
    assertEquals(44 + 2 * samples.length, Files.size(file));
    new Audio(new float[] {3, -3}, 22050).writeWav(file);
    assertArrayEquals(new float[] {32767 / 32768f, -1}, Audio.read(file).samples(), 1e-10f);
  }

  @Test
  void aReaderHoldsLittleOfALongFile() throws Exception {
    int samples = 10_000_000;
    byte[] bytes = new byte[44 + samples];
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples);
    header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    header.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(8000);
    header.putShort((short) 1).putShort((short) 8);
    header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples);
    try (Audio.Reader reader = Audio.open(new ByteArrayInputStream(bytes))) {
      for (int taken = 100_000; taken <= samples; taken += 100_000) {
        assertEquals(100_000, reader.take(100_000).length);
        assertTrue(reader.position() - taken <= 1 << 17, "samples at " + taken);
        assertTrue(reader.bytesRead() - taken <= 1 << 21, "bytes at " + taken);
      }
      assertEquals(0, reader.take(1).length);
    }
  }

  @Test
  void aReaderRefusesMoreHoursThanItsLimit() throws Exception {
    Path file = folder.resolve("hours.wav");
    new Audio(new float[2 * 3600 * 100 + 1], 100).writeWav(file);
    try (Audio.Reader reader = Audio.open(file)) {
      reader.limitHours(2);
      assertEquals(
          "over 2 hours; cut the file",
          assertThrows(Audio.Unreadable.class, reader::skipRest).getMessage());
    }
    try (Audio.Reader reader = Audio.open(file)) {
      reader.limitHours(3);
      assertEquals(2 * 3600 * 100 + 1, reader.skipRest());
    }
  }
}
