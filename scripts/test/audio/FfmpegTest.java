///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests audio that only ffmpeg reads.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/audio/Ffmpeg.java
//SOURCES ../../lib/audio/Resampling.java
//RUNTIME_OPTIONS -Xmx512m -XX:TieredStopAtLevel=1 -Djava.awt.headless=true

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import genrelab.audio.Audio;
import genrelab.audio.Ffmpeg;
import genrelab.audio.Resampling;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Formats that only ffmpeg reads: librosa's samples where there is one, one line where there is
 * none. What a bad ffmpeg may do is done by scripts in its place.
 */
class FfmpegTest {
  private static final String PROGRAM = "genrelab.ffmpeg";
  private static final String SECONDS = "genrelab.ffmpeg.seconds";

  @TempDir Path folder;

  @AfterEach
  void asBefore() {
    System.clearProperty(PROGRAM);
    System.clearProperty(SECONDS);
  }

  private static Path golden(String name) {
    return Path.of(System.getenv("GENRELAB_HOME"), "data/golden/audio", name);
  }

  private static void requireFfmpeg() {
    assumeTrue(Ffmpeg.program().isPresent(), "there is no ffmpeg on PATH");
  }

  private static Audio.Unreadable refused(Path file) {
    return assertThrows(Audio.Unreadable.class, () -> Audio.read(file));
  }

  /** The file from a path and from a stream, which has no name and can't be read twice. */
  @ParameterizedTest
  @ValueSource(strings = {"chirp.m4a", "chirp.opus", "chirp.wma", "chirp.ac3"})
  void resampledItIsWhatLibrosaLoads(String name) throws Exception {
    requireFfmpeg();
    JsonNode golden = new ObjectMapper().readTree(golden("librosa-ffmpeg.json").toFile());
    JsonNode expected = golden.get("files").get(name);
    int rate = golden.get("rate").asInt();
    Audio audio = Audio.read(golden(name));
    float[] samples = Resampling.resample(audio.samples(), audio.rate(), rate);

    assertEquals(expected.get("length").asInt(), samples.length);
    int first = golden.get("first").asInt();
    assertTrue(expected.get("samples").size() >= 40);
    for (int i = 0; i < expected.get("samples").size(); i++) {
      double value = expected.get("samples").get(i).asDouble();
      assertEquals(value, samples[first + i], 1e-3, name + " sample " + (first + i));
    }
    byte[] bytes = Files.readAllBytes(golden(name));
    try (Audio.Reader reader = Audio.open(new ByteArrayInputStream(bytes))) {
      assertTrue(reader.isByFfmpeg());
      assertArrayEquals(audio.samples(), reader.take(audio.samples().length));
      assertEquals(audio.samples().length, reader.skipRest());
    }
    assertEquals(audio.samples().length, Audio.length(golden(name), 24).samples());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-i -y.m4a", "it's \"quoted\" $(x) %d.m4a", "http:a.m4a", "concat:a|b"})
  void aFilesNameIsNothingButAName(String name) throws Exception {
    requireFfmpeg();
    assumeTrue(File.separatorChar == '/', "Windows has no such names");
    Path file = Files.copy(golden("chirp.m4a"), folder.resolve(name));
    assertEquals(22050, Audio.read(file).samples().length);
  }

  /** Of a concat list ffmpeg would read the file that it names, which may be any on the disk. */
  @ParameterizedTest
  @CsvSource({
    "'ffconcat version 1.0\nfile chirp.m4a\n', a.m4a",
    "'#EXTM3U\n#EXTINF:1,\nchirp.m4a\n#EXT-X-ENDLIST\n', b.m3u8",
    "'v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n', c.sdp"
  })
  void aFileThatNamesOthersIsRefused(String text, String name) throws Exception {
    requireFfmpeg();
    Files.copy(golden("chirp.m4a"), folder.resolve("chirp.m4a"));
    Path list = Files.writeString(folder.resolve(name), text);
    assertEquals("not an audio file of a known format", refused(list).getMessage());
  }

  @Test
  void aCutFileIsRefused() throws Exception {
    requireFfmpeg();
    for (String name : List.of("chirp.m4a", "chirp.wma")) {
      Path cut = folder.resolve(name);
      Files.write(cut, Arrays.copyOf(Files.readAllBytes(golden(name)), 4500));
      assertTrue(refused(cut).getMessage().startsWith("ffmpeg: "), name);
    }
  }

  @ParameterizedTest
  @CsvSource({"chirp.m4a, MP4", "chirp.opus, Ogg with Opus", "chirp.wma, WMA", "chirp.ac3, AC-3"})
  void withoutFfmpegOneLineSaysWhatToInstall(String name, String format) {
    System.setProperty(PROGRAM, "none");
    Audio.Unreadable error = refused(golden(name));
    assertEquals("needs ffmpeg", error.problem);
    assertTrue(error.getMessage().contains(format), error.getMessage());
    assertTrue(error.getMessage().contains("install ffmpeg"), error.getMessage());
  }

  // ---- what stands in for ffmpeg

  private void ffmpegIs(String... lines) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to write a program in");
    Path script = folder.resolve("ffmpeg");
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertTrue(script.toFile().setExecutable(true));
    System.setProperty(PROGRAM, script.toString());
  }

  /** An au header of 32-bit floats, mono, 8000 Hz, and one sample of 0.5. */
  private static final String HEADER =
      "printf '.snd\\0\\0\\0\\030\\377\\377\\377\\377\\0\\0\\0\\006\\0\\0\\037\\100\\0\\0\\0\\001'";

  private static final String SAMPLE = "printf '\\077\\0\\0\\0'";

  private static long children() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).count();
  }

  private static void waitUntilNoneIsLeft() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          while (children() > 0) {
            Thread.sleep(10);
          }
        });
  }

  @Test
  void itIsAskedForFloatsAtTheFilesOwnRateFromALocalFile() throws Exception {
    Path arguments = folder.resolve("arguments");
    ffmpegIs("for a in \"$@\"; do echo \"$a\" >> '" + arguments + "'; done", HEADER, SAMPLE);
    Path file = Files.copy(golden("chirp.m4a"), folder.resolve("-f.m4a"));
    Audio audio = Audio.read(file);
    assertEquals(8000, audio.rate());
    assertArrayEquals(new float[] {0.5f}, audio.samples());

    List<String> given = Files.readAllLines(arguments);
    assertTrue(given.contains("file:" + file), given.toString());
    assertEquals("file,pipe", given.get(given.indexOf("-protocol_whitelist") + 1));
    List<String> formats = List.of(given.get(given.indexOf("-format_whitelist") + 1).split(","));
    assertTrue(formats.contains("mov"), formats.toString());
    for (String namesOthers : List.of("concat", "hls", "dash", "sdp", "rtsp", "image2", "lavfi")) {
      assertFalse(formats.contains(namesOthers), namesOthers);
    }
    assertFalse(given.contains("-ar"), "its own rate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep 100 & sleep 100", "exec sleep 100"})
  void oneThatHangsIsEnded(String hang) throws Exception {
    System.setProperty(SECONDS, "1");
    for (String start : List.of("", HEADER + "; " + SAMPLE)) {
      ffmpegIs(start, hang);
      Audio.Unreadable error =
          assertTimeoutPreemptively(Duration.ofSeconds(30), () -> refused(golden("chirp.m4a")));
      assertTrue(error.getMessage().contains("hangs"), error.getMessage());
      waitUntilNoneIsLeft();
    }
  }

  @Test
  void oneThatNeverEndsIsEndedAtTheReadersLimit() throws Exception {
    ffmpegIs(HEADER, "exec cat /dev/zero");
    Audio.Unreadable whole = refused(golden("chirp.m4a"));
    assertTrue(whole.getMessage().startsWith("over "), whole.getMessage());
    assertEquals(
        "over 1 hours; cut the file",
        assertThrows(Audio.Unreadable.class, () -> Audio.length(golden("chirp.m4a"), 1))
            .getMessage());
    waitUntilNoneIsLeft();
  }

  @Test
  void aReaderThatIsClosedEarlyEndsIt() throws Exception {
    ffmpegIs(HEADER, "exec cat /dev/zero");
    try (Audio.Reader reader = Audio.open(golden("chirp.m4a"))) {
      assertEquals(1000, reader.take(1000).length);
      assertEquals(1, children());
    }
    waitUntilNoneIsLeft();
  }

  @ParameterizedTest
  @CsvSource({
    "'echo \"[mov @ 0x1] [x] no such thing\" >&2; exit 1', ffmpeg: no such thing",
    "'exit 3', ffmpeg: exit code 3",
    "'exit 0', ffmpeg finds no audio in it",
    "'head -c 100 /dev/zero', ffmpeg's answer makes no sense",
    "'yes complaint | head -c 1000000 >&2; exit 1', ffmpeg: complaint"
  })
  void oneThatFailsIsToldOf(String behaviour, String told) throws Exception {
    ffmpegIs(behaviour);
    assertEquals(told, refused(golden("chirp.m4a")).getMessage());
  }

  @Test
  void samplesBeforeAFailureAreNoWholeTrack() throws Exception {
    ffmpegIs(HEADER, SAMPLE, "echo 'x: File ended prematurely' >&2");
    assertEquals("truncated", refused(golden("chirp.m4a")).problem);
    ffmpegIs(HEADER, SAMPLE, "exit 183");
    assertEquals("ffmpeg: exit code 183", refused(golden("chirp.m4a")).getMessage());
  }

  @Test
  void noCopyOfAStreamStays() throws Exception {
    ffmpegIs(HEADER, SAMPLE);
    long before = copies();
    byte[] bytes = Files.readAllBytes(golden("chirp.m4a"));
    assertEquals(1, Audio.decode(bytes).samples().length);
    ffmpegIs("exit 1");
    assertThrows(Audio.Unreadable.class, () -> Audio.decode(bytes));
    assertEquals(before, copies());
  }

  private static long copies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().startsWith("genrelab-")).count();
    }
  }
}
