///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests explore: what its server gives and refuses, its export, its end by Ctrl-C.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//DEPS com.networknt:json-schema-validator:1.5.9
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../../Explore.java
//SOURCES ../explore/MapRun.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/explore/ExploredRun.java
//SOURCES ../../lib/explore/MapServer.java
//SOURCES ../../lib/explore/StaticPage.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/RunFolder.java
//RUNTIME_OPTIONS -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import genrelab.audio.Audio;
import genrelab.explore.ExploredRun;
import genrelab.explore.MapServer;
import genrelab.explore.StaticPage;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ExploreTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  @TempDir static Path shared;
  @TempDir Path temp;

  private static Path run;
  private static MapServer server;

  @BeforeAll
  static void start() {
    run = MapRun.withSound(shared.resolve("run"));
    var folder = new RunFolder(run);
    server = MapServer.start(ExploredRun.read(folder), folder, 0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  // --- the server, byte by byte: no client tidies these requests up

  private record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static Answer ask(String method, String path, String... headers) throws IOException {
    int port = server.address().getPort();
    try (var socket = new Socket("127.0.0.1", port)) {
      var request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
      if (Stream.of(headers).noneMatch(header -> header.startsWith("Host:"))) {
        request.append("Host: 127.0.0.1:").append(port).append("\r\n");
      }
      Stream.of(headers).forEach(header -> request.append(header).append("\r\n"));
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      var told = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      List<String> lines = text.substring(0, end).lines().toList();
      lines.stream()
          .skip(1)
          .forEach(line -> told.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
      return new Answer(
          Integer.parseInt(lines.get(0).split(" ")[1]),
          told,
          Arrays.copyOfRange(all, end + 4, all.length));
    }
  }

  private static String token() {
    return server.address().getPath();
  }

  private static Answer get(String name, String... headers) throws IOException {
    return ask("GET", token() + name, headers);
  }

  @Test
  void thePageAndItsPartsAreServed() throws IOException {
    Answer page = get("");
    assertEquals(200, page.status());
    assertEquals("text/html; charset=utf-8", page.headers().get("Content-Type"));
    assertTrue(page.headers().get("Content-Security-Policy").startsWith("default-src 'none'; "));
    assertEquals("no-referrer", page.headers().get("Referrer-Policy"), "the token stays here");
    var parts = Pattern.compile("(?:src|href)=\"([\\w.]+)\"").matcher(page.text());
    assertEquals(
        12, parts.results().filter(part -> status(token() + part.group(1)) == 200).count());
    assertFalse(page.text().contains("http:") || page.text().contains("https:"));
    assertFalse(page.text().matches("(?s).* on\\w+=.*"), "no script inside the page");
  }

  private static int status(String path) {
    try {
      return ask("GET", path).status();
    } catch (IOException error) {
      throw new AssertionError(error);
    }
  }

  @Test
  void withoutTheTokenNothingIsGiven() throws IOException {
    String token = token();
    String other = token.replace(token.charAt(1), token.charAt(1) == 'a' ? 'b' : 'a');
    for (String path :
        List.of(
            "/",
            "/run.js",
            other,
            other + "run.js",
            token.substring(0, 20),
            "/favicon.ico",
            token.toUpperCase(Locale.ROOT) + "x",
            "/x" + token)) {
      Answer refused = ask("GET", path);
      assertEquals(403, refused.status(), path);
      assertFalse(refused.text().contains("jazz"), refused.text());
    }
  }

  /** A page of another site may have a name of its own point to this machine. */
  @Test
  void anotherHostIsRefused() throws IOException {
    int port = server.address().getPort();
    for (String host :
        List.of(
            "evil.example:" + port,
            "evil.example",
            "127.0.0.1",
            "127.0.0.1:1",
            "127.0.0.1.evil.example:" + port)) {
      assertEquals(403, get("run.js", "Host: " + host).status(), host);
    }
    assertEquals(200, get("run.js", "Host: localhost:" + port).status());
  }

  @Test
  void noPathLeadsOut() throws IOException {
    for (String name :
        List.of(
            "../",
            "../../../../etc/passwd",
            "audio/../../run/segments.json",
            "segments.json",
            "audio/..%2f..%2fsegments.json",
            "%2e%2e/%2e%2e/etc/passwd",
            "audio/",
            "audio/t0.wav",
            "audio/99.wav",
            "audio/0.mp3",
            "features/9.js",
            "features/-1.js",
            "features/0",
            "//etc/passwd",
            "features/00000000000000000000.js",
            "run.js/",
            "index.html%00.js")) {
      int status = get(name).status();
      assertTrue(status == 404 || status == 403, name + ": " + status);
    }
    assertEquals(405, ask("POST", token()).status());
    assertEquals(405, ask("DELETE", token() + "audio/0.wav").status());
  }

  @Test
  void audioComesByRanges() throws IOException {
    byte[] file = Files.readAllBytes(run.resolve("audio/t2.wav"));
    Answer whole = get("audio/2.wav");
    assertEquals(200, whole.status());
    assertEquals("bytes", whole.headers().get("Accept-Ranges"));
    assertEquals("audio/wav", whole.headers().get("Content-Type"));
    assertArrayEquals(file, whole.body());
    assertRange(file, "bytes=0-99", 0, 99);
    assertRange(file, "bytes=100-", 100, file.length - 1);
    assertRange(file, "bytes=-50", file.length - 50, file.length - 1);
    assertRange(file, "bytes=60000-99999999", 60_000, file.length - 1);
    assertRange(file, "bytes=-99999999", 0, file.length - 1);
    for (String beyond : List.of("bytes=%d-".formatted(file.length), "bytes=-0")) {
      Answer none = get("audio/2.wav", "Range: " + beyond);
      assertEquals(416, none.status(), beyond);
      assertEquals("bytes */" + file.length, none.headers().get("Content-Range"));
    }
    for (String strange :
        List.of("bytes=9-1", "bytes=", "bytes=0-1,5-6", "lines=1-2", "bytes=x-")) {
      assertEquals(200, get("audio/2.wav", "Range: " + strange).status(), strange);
    }
    Answer head = ask("HEAD", token() + "audio/2.wav", "Range: bytes=5-9");
    assertEquals(206, head.status());
    assertEquals(0, head.body().length);
    assertEquals("5", head.headers().get("Content-Length"));
  }

  private static void assertRange(byte[] file, String header, int first, int last)
      throws IOException {
    Answer part = get("audio/2.wav", "Range: " + header);
    assertEquals(206, part.status(), header);
    assertEquals(
        "bytes %d-%d/%d".formatted(first, last, file.length), part.headers().get("Content-Range"));
    assertArrayEquals(Arrays.copyOfRange(file, first, last + 1), part.body(), header);
  }

  /** As the page draws them: standardised by coefficient, frame by frame. */
  @Test
  void featuresComeByTrack() throws IOException {
    String script = get("features/1.js").text();
    var told =
        Pattern.compile("explore\\.features\\(1, (\\{.*?\\}), (\\{.*\\})\\);").matcher(script);
    assertTrue(told.find(), script);
    JsonNode scale = Store.JSON.readTree(told.group(1));
    assertEquals(
        "mfcc 20 13",
        scale.path("key").asText() + " " + scale.path("frames") + " " + scale.path("values"));
    byte[] image =
        Base64.getDecoder().decode(Store.JSON.readTree(told.group(2)).path("2").asText());
    Features features = Features.read(run.resolve("mfcc.json"));
    double mean = 0;
    double square = 0;
    for (float[] segment : features.values()) {
      for (int frame = 0; frame < 20; frame++) {
        double value = segment[13 * frame + 4];
        mean += value / (20 * features.size());
        square += value * value / (20 * features.size());
      }
    }
    double value = features.values()[6][13 * 7 + 4]; // segment 2 of track 1, frame 7
    double expected = 255 * (0.5 + (value - mean) / Math.sqrt(square - mean * mean) / 6);
    assertEquals(expected, image[13 * 7 + 4] & 255, 1.5);
  }

  @Test
  void aFeatureFolderGivesTheSameFeatures() throws IOException {
    Path copy = copy();
    Features.read(run.resolve("mfcc.json")).write(copy.resolve("mfcc"));
    Files.delete(copy.resolve("mfcc.json"));
    Path out = temp.resolve("out");
    assertEquals(0, explore("--results", copy.toString(), "--export", out.toString()).exit());
    assertEquals(get("features/1.js").text(), Files.readString(out.resolve("features/1.js")));
  }

  @Test
  void theRunIsAsTheSchemaSays() throws IOException {
    JsonNode told = runScript(get("run.js").text());
    JsonNode schema =
        Store.JSON.readTree(HOME.resolve("data/schemas/explore.schema.json").toFile());
    var factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    assertEquals(Set.of(), factory.getSchema(schema).validate(told));
    assertEquals(36, told.at("/segments/x").size());
    assertEquals(MapRun.GENRES, Store.JSON.convertValue(told.path("genres"), List.class));
    assertTrue(told.path("synthetic").asBoolean());
    assertEquals(2.0, told.at("/segments/start/2").asDouble());
    assertEquals(108, told.at("/networks/0/probabilities").size());
  }

  private static JsonNode runScript(String script) throws IOException {
    return Store.JSON.readTree(script.substring(script.indexOf('(') + 1, script.lastIndexOf(')')));
  }

  // --- the stage

  private static StageRun explore(String... options) {
    return StageRun.of(new Explore(), options);
  }

  /** A run without sound, of which the test may change the files. */
  private Path copy() throws IOException {
    Path copy = Files.createDirectories(temp.resolve("copy"));
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(run.relativize(file));
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    return copy;
  }

  private static Map<String, byte[]> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, byte[]>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(Store.slashed(folder.relativize(file)), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @Test
  void theExportIsTheSameAgainAndKeepsNothingOfAnEarlierOne() throws IOException {
    Path out = temp.resolve("page");
    StageRun told = explore("--results", run.toString(), "--export", out.toString(), "--audio");
    assertEquals(0, told.exit(), told.stderr());
    assertEquals(out.resolve("index.html").toString(), told.stdout().strip());
    Map<String, byte[]> first = contents(out);
    assertEquals(13 + 2 * MapRun.TRACKS, first.size(), first.keySet().toString());
    assertArrayEquals(Files.readAllBytes(run.resolve("audio/t4.wav")), first.get("audio/4.wav"));
    explore("--results", run.toString(), "--export", out.toString(), "--audio");
    contents(out).forEach((name, bytes) -> assertArrayEquals(first.get(name), bytes, name));

    assertEquals(0, explore("--results", run.toString(), "--export", out.toString()).exit());
    assertEquals(13 + MapRun.TRACKS, contents(out).size(), "no sound is left behind");
    assertTrue(StaticPage.isExport(out));
  }

  @Test
  void aFolderOfSomebodyElseIsLeftAlone() throws IOException {
    Path out = Files.createDirectories(temp.resolve("site"));
    String[] options = {"--results", run.toString(), "--export", out.toString()};
    Files.writeString(out.resolve("index.html"), "<h1>My thesis</h1>");
    assertRefused(explore(options), "it holds files that are not explore's (index.html)");
    assertEquals(1, contents(out).size());
    Files.delete(out.resolve("index.html"));
    assertEquals(0, explore(options).exit());
    Files.writeString(out.resolve("notes.txt"), "mine");
    assertRefused(explore(options), "it holds files that are not explore's (notes.txt)");
    assertEquals("mine", Files.readString(out.resolve("notes.txt")));
  }

  private static void assertRefused(StageRun told, String why) {
    assertEquals(1, told.exit());
    assertTrue(told.stderr().contains(why), told.stderr());
    assertEquals(1, told.stderr().lines().count(), told.stderr());
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() throws IOException {
    assertEquals(2, explore("--results", run.toString(), "--audio").exit());
    assertEquals(2, explore("--results", run.toString(), "--port", "99999").exit());
    String taken = String.valueOf(server.address().getPort());
    assertRefused(explore("--results", run.toString(), "--port", taken), "it is taken");
    Path copy = copy();
    Path out = temp.resolve("out");
    String[] options = {"--results", copy.toString(), "--export", out.toString()};
    Path points = copy.resolve("tsne.json");
    List<Rows.Point> rows = Store.readRows(points, Rows.Point.class);
    Store.writeRows(points, Stream.concat(rows.stream(), rows.stream().limit(1)).toList());
    assertRefused(explore(options), "twice");
    Files.writeString(
        points, Files.readString(run.resolve("tsne.json")).replace("\"jazz\"", "\"ska\""));
    assertRefused(explore(options), "is of jazz, but of ska in tsne.json");
    Files.delete(points);
    assertRefused(explore(options), "environment/jbang tsne --features");
    assertFalse(Files.exists(out), "nothing is written");
  }

  /** Whatever a manifest names: only audio that is still what was cut is given away. */
  @Test
  void onlyTheRunsAudioIsFound() throws IOException {
    Path copy = copy();
    Path secret = Files.writeString(temp.resolve("secret.txt"), "a secret");
    Path manifest = copy.resolve("segments.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("audio/t0.wav", secret.toString())
            .replace("audio/t1.wav", "audio/gone.wav")
            .replace("audio/t2.wav", "audio"));
    List<Rows.Segment> rows = Store.readRows(manifest, Rows.Segment.class);
    Store.writeRows(
        manifest,
        rows.stream()
            .map(
                row ->
                    row.file().endsWith("t3.wav")
                        ? new Rows.Segment(
                            row.track(),
                            row.genre(),
                            "",
                            row.segment(),
                            row.file(),
                            row.start(),
                            row.length(),
                            row.rate(),
                            "",
                            7L,
                            7L)
                        : row)
            .toList());
    ExploredRun read = ExploredRun.read(new RunFolder(copy));
    assertEquals(Set.of(4, 5, 6, 7, 8), read.audio().keySet());
  }

  @Test
  void whatBrowsersCantPlayIsDecoded() throws Exception {
    Path copy = copy();
    Path manifest = copy.resolve("segments.json");
    Path au = copy.resolve("audio/t0.au");
    try (var wav = AudioSystem.getAudioInputStream(copy.resolve("audio/t0.wav").toFile())) {
      AudioSystem.write(wav, AudioFileFormat.Type.AU, au.toFile());
    }
    Files.writeString(manifest, Files.readString(manifest).replace("audio/t0.wav", "audio/t0.au"));
    var track = ExploredRun.read(new RunFolder(copy)).tracks().get(0).audio().orElseThrow();
    assertEquals("audio/wav", track.mediaType());
    Path wav = Files.write(temp.resolve("decoded.wav"), track.wav());
    Audio decoded = Audio.read(wav);
    Audio original = Audio.read(au);
    assertEquals(original.rate(), decoded.rate());
    assertArrayEquals(original.samples(), decoded.samples(), 1e-4f);
  }

  @Test
  void ctrlCEndsTheServerWithALine() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/kill")) || Files.isExecutable(Path.of("/usr/bin/kill")));
    Process process = StageRun.process("Explore", "--results", run.toString()).start();
    try (var out = process.inputReader()) {
      String line = out.readLine();
      assertEquals("36 segments of 9 tracks, 9 of them with audio", line);
      assertTrue(out.readLine().contains("Ctrl-C"));
      assertTrue(out.readLine().matches("http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/"));
      new ProcessBuilder("kill", "-TERM", String.valueOf(process.pid())).start().waitFor();
      assertEquals("explore: the server has ended", out.readLine());
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(143, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  /** A genre has the same colour here as in the report's figures. */
  @Test
  void coloursAreTheReports() throws IOException {
    Path lib = HOME.resolve("scripts/lib");
    String theme = Files.readString(lib.resolve("figures/Theme.java"));
    String marks = Files.readString(lib.resolve("explore/page/marks.js"));
    List<String> report =
        colours(
            "0x([0-9A-F]{6})", theme.substring(theme.indexOf("CLASSES"), theme.indexOf("SHAPES")));
    List<String> here =
        colours(
            "#([0-9a-f]{6})", marks.substring(marks.indexOf("COLOURS"), marks.indexOf("SHAPES")));
    assertEquals(10, report.size());
    assertEquals(report, here);
  }

  private static List<String> colours(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1).toLowerCase(Locale.ROOT))
        .toList();
  }
}
