///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests how audio files are read, resampled and written.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../lib/Audio.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.Audio;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Audio files give librosa's numbers, or say what is wrong with them. */
class AudioTest {
  private static final int PCM = 1;
  private static final int FLOAT = 3;

  @TempDir Path folder;

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

  @Test
  void slicesAreTheSamplesAsked() {
    Audio audio = new Audio(new float[] {0, 1, 2, 3, 4, 5}, 10);
    assertArrayEquals(new float[] {2, 3, 4}, audio.slice(2, 3).samples());
    assertEquals(10, audio.slice(2, 3).rate());
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 44100, 22050", "48000, 48000, 22050", "44100, 10001, 5001", "8000, 1000, 2757",
    "11025, 1001, 2002", "16000, 999, 1377", "22050, 321, 321", "96000, 1, 1"
  })
  void resamplingGivesTheRoundedUpLength(int rate, int samples, int expected) {
    Audio audio = new Audio(new float[samples], rate).resample(22050);
    assertEquals(expected, audio.samples().length);
    assertEquals(22050, audio.rate());
  }

  @ParameterizedTest
  @ValueSource(ints = {44100, 48000, 16000, 8000})
  void aSineStaysASine(int rate) {
    float[] resampled = sine(1000, rate).resample(22050).samples();
    float[] expected = sine(1000, 22050).samples();

    assertEquals(expected.length, resampled.length);
    double product = 0;
    double power = 0;
    double expectedPower = 0;
    for (int i = 200; i < expected.length - 200; i++) {
      product += resampled[i] * expected[i];
      power += resampled[i] * resampled[i];
      expectedPower += expected[i] * expected[i];
    }
    double correlation = product / Math.sqrt(power * expectedPower);
    assertTrue(correlation > 0.999, "correlation " + correlation);
    assertEquals(1, power / expectedPower, 0.01, "it must not get louder or softer");
  }

  /** 15 kHz is above what 22,050 Hz can hold: it must vanish, not fold down to 7,050 Hz. */
  @Test
  void whatTheNewRateCantHoldIsFilteredOut() {
    float[] resampled = sine(15000, 44100).resample(22050).samples();
    double power = 0;
    for (int i = 200; i < resampled.length - 200; i++) {
      power += resampled[i] * resampled[i] / (resampled.length - 400);
    }
    assertTrue(10 * Math.log10(power / 0.5) < -50, "power " + power);
  }

  private static Audio sine(double hz, int rate) {
    float[] samples = new float[rate];
    for (int i = 0; i < rate; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * hz * i / rate);
    }
    return new Audio(samples, rate);
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
}
