///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests that a track longer than the heap passes through the stages that read audio
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Logmel.java
//SOURCES ../../Mfcc.java
//SOURCES ../../Segment.java
//SOURCES ../../Verify.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/features/Mel.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.audio.Audio;
import genrelab.features.Features;
import genrelab.features.Mel;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty minutes of sound, 106 MB of samples, in a heap of 64 MB. */
class LongTrackTest {
  private static final int RATE = 22050;
  private static final int SECONDS = 1200;
  private static final int PERIOD = 7 * RATE + 11; // no multiple of a segment

  @TempDir static Path folder;
  private static byte[] period;

  @BeforeAll
  static void writeLongTrack() throws IOException {
    var random = new Random(1);
    ByteBuffer samples = ByteBuffer.allocate(2 * PERIOD).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < PERIOD; i++) {
      samples.putShort((short) (3000 * random.nextGaussian()));
    }
    period = samples.array();
    Path file = folder.resolve("corpus/mix/mix.00000.wav");
    Files.createDirectories(file.getParent());
    int bytes = 2 * SECONDS * RATE;
    ByteBuffer header = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    header.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
    header.putShort((short) 2).putShort((short) 16);
    header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.array());
      for (int left = bytes; left > 0; left -= period.length) {
        out.write(period, 0, Math.min(left, period.length));
      }
    }
  }

  /** What a stage prints in a JVM of its own with a small heap; it must succeed. */
  private static String run(String stage, String... options) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                stage));
    command.addAll(List.of(options));
    Path log = folder.resolve("log");
    int exit =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    String printed = Files.readString(log);
    assertEquals(0, exit, stage + ": " + printed);
    return printed;
  }

  private static float[] samples(long start, int length) {
    var samples = new float[length];
    ByteBuffer values = ByteBuffer.wrap(period).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      samples[i] = values.getShort((int) ((start + i) % PERIOD) * 2) / 32768f;
    }
    return samples;
  }

  @Test
  void aTrackLongerThanTheHeapIsCheckedCutAndComputed() throws Exception {
    assertTrue(run("Verify", "--corpus", "corpus", "--rate", "" + RATE).contains("0 problems"));
    run("Segment", "--corpus", "corpus", "--wav", "wavs");
    List<Rows.Segment> rows = Store.readRows(folder.resolve("segments.json"), Rows.Segment.class);
    assertEquals(SECONDS / 3, rows.size());
    Rows.Segment last = rows.get(rows.size() - 1);
    assertArrayEquals(
        samples(last.start(), last.length()),
        Audio.read(folder.resolve("wavs/mix/mix.00000-399.wav")).samples());

    run("Mfcc");
    Features mfcc = Features.read(folder.resolve("mfcc.json"));
    Mel mel = new Mel(RATE, 2048, 512, 128, Mel.Window.hann, true);
    for (int i : new int[] {0, 1, 200, rows.size() - 1}) {
      float[] samples = samples(rows.get(i).start(), rows.get(i).length());
      assertArrayEquals(mel.mfcc(samples, 13), mfcc.values()[i], "segment " + i);
    }

    run("Logmel", "--sample-rate", "8000", "--n-fft", "1024", "--mels", "20");
    Features logmel = Features.readWithoutValues(folder.resolve("logmel.json.gz"));
    assertEquals(rows.size(), logmel.size());
  }
}
