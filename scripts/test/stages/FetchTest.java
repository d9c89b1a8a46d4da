///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests fetch against a server on the loopback address that misbehaves, and evil archives.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../Fetch.java
//SOURCES ../kit/StageRun.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/download/ResumableDownload.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.download.ResumableDownload;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server does, the corpus comes whole or not at all, and the user is told which. */
@Timeout(300)
class FetchTest {
  /** Writes one answer, knowing the request's line and headers; the socket is closed after it. */
  private interface Answer {
    void to(Request request, OutputStream out) throws IOException;
  }

  private record Request(int number, String path, List<String> headers) {
    String header(String name) {
      return headers.stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse(null);
    }

    /** Where the asked range starts, or 0. */
    int start() {
      String range = header("Range");
      return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }
  }

  @TempDir Path folder;
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private ServerSocket server;
  private volatile Answer answer;
  private Path out;
  private String stdout;
  private String stderr;

  @BeforeEach
  void serve() throws IOException {
    out = folder.resolve("corpus");
    server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    var thread = new Thread(this::answerAll, "server");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void answerAll() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String first = in.readLine();
        var headers = new ArrayList<String>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
          headers.add(line);
        }
        if (first == null) {
          continue;
        }
        var request = new Request(requests.size() + 1, first.split(" ")[1], headers);
        requests.add(request);
        answer.to(request, socket.getOutputStream());
      } catch (IOException gone) {
        // the client or the test is done with it
      }
    }
  }

  private static void head(OutputStream out, String status, String... headers) throws IOException {
    String text = "HTTP/1.1 " + status + "\r\nConnection: close\r\n";
    for (String header : headers) {
      text += header + "\r\n";
    }
    out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** As a good server answers: the whole file or its rest, cut after {@code most} bytes. */
  private static void send(Request request, OutputStream out, byte[] file, String etag, int most)
      throws IOException {
    boolean same = etag != null && etag.equals(request.header("If-Range"));
    int start = same ? request.start() : 0;
    String[] common = {
      "Content-Length: " + (file.length - start), etag == null ? "X-No: 1" : "ETag: " + etag
    };
    if (start > 0) {
      String range = "Content-Range: bytes %d-%d/%d".formatted(start, file.length - 1, file.length);
      head(out, "206 Partial Content", common[0], common[1], range);
    } else {
      head(out, "200 OK", common);
    }
    out.write(file, start, Math.min(most, file.length - start));
  }

  private static void await(CountDownLatch event) {
    try {
      event.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getLocalPort() + path;
  }

  private int fetch(String... args) {
    StageRun run = StageRun.of(new Fetch(), args);
    stdout = run.stdout();
    stderr = run.stderr();
    return run.exit();
  }

  private int gtzan(String... more) {
    var args = new ArrayList<>(List.of("gtzan", "--out", out.toString(), "--yes"));
    args.addAll(List.of(more));
    String[][] usual = {{"--url", url("/genres.tar.gz")}, {"--pause", "0.01"}, {"--timeout", "30"}};
    for (String[] option : usual) {
      if (!args.contains(option[0])) {
        args.addAll(List.of(option));
      }
    }
    return fetch(args.toArray(String[]::new));
  }

  /** An archive that could not be fetched: one line of error, no corpus. */
  private void assertFails(String words, String... more) {
    assertEquals(1, gtzan(more), stdout + stderr);
    String error = error();
    assertTrue(error.contains(words), error);
    assertFalse(Files.exists(out), "half a corpus");
  }

  private String error() {
    List<String> lines = stderr.lines().filter(line -> line.startsWith("error: ")).toList();
    assertEquals(1, lines.size(), stderr);
    assertFalse(stderr.contains("\tat "), stderr);
    return lines.get(0);
  }

  // --- archives

  private interface Entries {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }

  private static byte[] tarGz(Entries entries) {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      entries.writeTo(tar);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    var entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static final byte[] TRACK = noise(500_000, 1);

  /** Two megabytes that don't compress: four tracks and things that are none. */
  private static final byte[] GTZAN =
      tarGz(
          tar -> {
            put(tar, "genres/blues/blues.00000.wav", TRACK);
            put(tar, "genres/blues/blues.00001.wav", noise(500_000, 2));
            put(tar, "genres/rock/rock.00000.wav", noise(500_000, 3));
            put(tar, "genres/rock/rock.00001.au", noise(500_000, 4));
            put(tar, "genres/rock/._rock.00001.au", noise(100, 5));
            put(tar, "genres/bextract_single.mf", noise(100, 6));
          });

  private void assertWhole() throws IOException {
    assertEquals(
        List.of(
            ".fetched",
            "blues/blues.00000.wav",
            "blues/blues.00001.wav",
            "rock/rock.00000.wav",
            "rock/rock.00001.au"),
        files());
    assertArrayEquals(TRACK, Files.readAllBytes(out.resolve("blues/blues.00000.wav")));
    assertArrayEquals(noise(500_000, 4), Files.readAllBytes(out.resolve("rock/rock.00001.au")));
    assertFalse(Files.exists(folder.resolve("corpus.download")), "the archive is left");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile)
          .map(file -> out.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  private static String sha256(byte[] bytes, Path folder) throws IOException {
    return Store.sha256(Files.write(folder.resolve("sum"), bytes));
  }

  // --- a good server

  @Test
  void aCorpusComesWholeAndOnlyOnce() throws Exception {
    answer = (request, to) -> send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
    assertEquals(0, gtzan("--sha256", sha256(GTZAN, folder)), stderr);
    assertWhole();
    assertTrue(stdout.contains("Terms: The recordings are under their owners' copyright"), stdout);
    assertTrue(stderr.contains("4 tracks, where 1000 were expected"), stderr);
    assertTrue(
        Files.readString(out.resolve(".fetched")).contains(sha256(GTZAN, folder)), "its record");
    assertEquals(1, requests.size());

    assertEquals(0, gtzan(), stderr);
    assertTrue(stdout.contains("is there already"), stdout);
    assertEquals(1, requests.size(), "downloaded twice");
  }

  @Test
  void termsMustBeAccepted() {
    answer = (request, to) -> send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
    String[] args = {"gtzan", "--out", out.toString(), "--url", url("/a.tar.gz")};
    if (System.console() == null) {
      assertEquals(2, fetch(args));
      assertTrue(stderr.contains("--yes accepts the terms"), stderr);
      assertTrue(stdout.contains("Terms: "), stdout);
      assertEquals(0, requests.size(), "asked before the terms were accepted");
    }
  }

  @Test
  void wrongOptionsAreUsageErrors() {
    assertEquals(2, fetch("gtzam", "--out", out.toString(), "--yes"));
    assertTrue(
        stderr.contains("gtzan, fma-small, fma-medium, fma-large, fma-full, not gtzam"), stderr);
    assertEquals(2, fetch("gtzan", "--out", out.toString(), "--yes", "--url", "ftp://a/b"));
    assertEquals(2, fetch("gtzan", "--out", out.toString(), "--yes", "--sha256", "abc"));
    assertEquals(2, fetch("gtzan", "--out", out.toString(), "--yes", "--attempts", "0"));
    assertEquals(
        2, fetch("gtzan", "--out", out.toString(), "--yes", "--metadata-url", "http://a/b"));
  }

  @Test
  void anotherFolderIsLeftAlone() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("mine.txt"), "mine");
    assertEquals(1, gtzan());
    assertTrue(error().contains("is there, and not empty; choose another --out"), stderr);
    assertEquals(List.of("mine.txt"), files());
  }

  @Test
  void aLocalCopyIsUnpackedAndStays() throws IOException {
    Path copy = Files.write(folder.resolve("mine.tar.gz"), GTZAN);
    assertEquals(
        0, fetch("gtzan", "--out", out.toString(), "--yes", "--url", copy.toUri().toString()));
    assertWhole();
    assertTrue(Files.exists(copy));
    assertEquals(0, requests.size());
  }

  // --- broken connections

  @Test
  void brokenOffFiveTimesItArrivesWhole() throws Exception {
    answer =
        (request, to) ->
            send(request, to, GTZAN, "\"a\"", request.number() <= 5 ? 350_000 : Integer.MAX_VALUE);
    assertEquals(0, gtzan("--sha256", sha256(GTZAN, folder), "--attempts", "2"), stderr);
    assertWhole();
    assertEquals(6, requests.size());
    List<Integer> starts = requests.stream().map(Request::start).toList();
    for (int i = 1; i < 6; i++) {
      assertTrue(starts.get(i) > starts.get(i - 1), "it did not go on: " + starts);
      assertEquals("\"a\"", requests.get(i).header("If-Range"));
    }
  }

  @Test
  void aLaterRunGoesOn() throws Exception {
    answer =
        (request, to) -> {
          if (request.number() > 1) {
            throw new IOException("no answer at all");
          }
          send(request, to, GTZAN, "\"a\"", 1_000_000);
        };
    assertFails("broken off at", "--attempts", "2");
    assertTrue(error().contains("try again later, it goes on there"), stderr);
    requests.clear();
    answer = (request, to) -> send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertTrue(requests.get(0).start() > 900_000, "started over: " + requests);
  }

  @Test
  void anotherUrlStartsOver() throws Exception {
    answer =
        (request, to) -> {
          if (request.number() == 1) {
            send(request, to, noise(900_000, 9), "\"a\"", 800_000);
          }
        };
    assertFails("broken off at", "--attempts", "2", "--url", url("/other"));
    answer = (request, to) -> send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
    requests.clear();
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertEquals(0, requests.get(0).start());
  }

  @Test
  void withoutRangesItStartsOver() throws Exception {
    answer =
        (request, to) -> {
          head(to, "200 OK", "Content-Length: " + GTZAN.length, "ETag: \"a\"");
          to.write(GTZAN, 0, request.number() == 1 ? 700_000 : GTZAN.length);
        };
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertEquals(2, requests.size());
  }

  @Test
  void withoutAValidatorItStartsOver() throws Exception {
    answer =
        (request, to) ->
            send(request, to, GTZAN, null, request.number() == 1 ? 700_000 : GTZAN.length);
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertNull(requests.get(1).header("Range"), "what came before may be of another file");
  }

  @Test
  void aFileThatChangesMidwayIsNotMixed() throws Exception {
    byte[] old = noise(GTZAN.length, 8);
    answer =
        (request, to) -> {
          if (request.number() == 1) {
            send(request, to, old, "\"old\"", 900_000);
          } else {
            send(request, to, GTZAN, "\"new\"", Integer.MAX_VALUE);
          }
        };
    assertEquals(0, gtzan(), stderr);
    assertWhole();
  }

  /** A server that overlooks If-Range and sends the new file's end. */
  @Test
  void aRestOfAnotherFileIsNotTaken() throws Exception {
    answer =
        (request, to) -> {
          if (request.number() == 1) {
            send(request, to, noise(GTZAN.length, 8), "\"old\"", 900_000);
          } else if (request.start() > 0) {
            int start = request.start();
            head(
                to,
                "206 Partial Content",
                "ETag: \"new\"",
                "Content-Length: " + (GTZAN.length - start),
                "Content-Range: bytes %d-%d/%d".formatted(start, GTZAN.length - 1, GTZAN.length));
            to.write(GTZAN, start, GTZAN.length - start);
          } else {
            send(request, to, GTZAN, "\"new\"", Integer.MAX_VALUE);
          }
        };
    assertEquals(0, gtzan(), stderr);
    assertWhole();
  }

  @Test
  void aRangeThatIsNotTheOneAskedForIsNotTaken() throws Exception {
    answer =
        (request, to) -> {
          if (request.number() == 2) {
            head(
                to,
                "206 Partial Content",
                "ETag: \"a\"",
                "Content-Length: 10",
                "Content-Range: bytes 0-9/" + GTZAN.length);
            to.write(GTZAN, 0, 10);
          } else {
            int most = request.number() == 1 ? 900_000 : Integer.MAX_VALUE;
            send(request, to, GTZAN, "\"a\"", most);
          }
        };
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertEquals(0, requests.get(2).start());
  }

  @Test
  void aServerThatFallsSilentIsLeft() throws Exception {
    answer =
        (request, to) -> {
          send(request, to, GTZAN, "\"a\"", request.number() == 1 ? 700_000 : GTZAN.length);
          if (request.number() == 1) {
            to.flush();
            pause(4000);
          }
        };
    assertEquals(0, gtzan("--timeout", "1"), stderr);
    assertWhole();
    assertTrue(requests.get(1).start() > 0);
  }

  @Test
  void aBusyServerIsAskedAgain() throws Exception {
    answer =
        (request, to) -> {
          if (request.number() == 1) {
            head(to, "503 Busy", "Retry-After: 1", "Content-Length: 0");
          } else {
            send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
          }
        };
    long begin = System.nanoTime();
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertTrue(System.nanoTime() - begin > 950_000_000L, "did not wait as told");
    assertTrue(stderr.contains("the server answers 503; trying again"), stderr);
  }

  @Test
  void whatIsNotThereIsNotAskedForTwice() {
    answer = (request, to) -> head(to, "404 Not Found", "Content-Length: 0");
    assertFails("the server answers 404");
    assertEquals(1, requests.size());
  }

  // --- lies

  @Test
  void aLengthThatIsTooLargeIsToldAfterTheAttempts() {
    answer =
        (request, to) -> {
          int start = request.start();
          if (start >= GTZAN.length) {
            head(to, "416 Range Not Satisfiable", "Content-Length: 0");
            return;
          }
          head(to, "200 OK", "ETag: \"a\"", "Content-Length: " + (GTZAN.length + 5000));
          to.write(GTZAN);
        };
    assertFails("broken off at", "--attempts", "3");
    assertTrue(requests.size() <= 8, "asked %d times".formatted(requests.size()));
  }

  @Test
  void aLengthThatIsTooSmallIsADamagedArchive() {
    answer =
        (request, to) -> {
          head(to, "200 OK", "ETag: \"a\"", "Content-Length: " + (GTZAN.length - 5000));
          to.write(GTZAN);
        };
    assertFails("the archive is damaged");
  }

  @Test
  void withoutALengthTheWholeBodyIsTaken() throws Exception {
    answer =
        (request, to) -> {
          head(to, "200 OK");
          to.write(GTZAN);
        };
    assertEquals(0, gtzan("--sha256", sha256(GTZAN, folder)), stderr);
    assertWhole();
  }

  @Test
  void moreThanTheDiskHoldsIsNotBegun() {
    answer =
        (request, to) -> {
          head(to, "200 OK", "ETag: \"a\"", "Content-Length: " + (Long.MAX_VALUE / 4));
          pause(500);
        };
    assertFails("free space or choose another --out");
    assertEquals(1, requests.size());
  }

  @Test
  void aWrongChecksumIsRefusedAndTheFileThrownAway() throws Exception {
    answer = (request, to) -> send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
    String wrong = "0".repeat(64);
    assertFails(
        "its SHA-256 is %s, not %s".formatted(sha256(GTZAN, folder), wrong), "--sha256", wrong);
    assertFalse(Files.exists(folder.resolve("corpus.download/archive")));
    assertEquals(0, gtzan("--sha256", sha256(GTZAN, folder)), stderr);
    assertWhole();
  }

  @Test
  void theHostsOwnChecksumIsChecked() {
    answer =
        (request, to) -> {
          if (request.path().equals("/genres.tar.gz")) {
            head(
                to,
                "302 Found",
                "Location: /store",
                "X-Linked-Etag: \"" + "1".repeat(64) + "\"",
                "Content-Length: 0");
          } else {
            send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
          }
        };
    assertFails("not " + "1".repeat(64));
  }

  @Test
  void anErrorPageIsNoArchive() {
    byte[] page = "<html>quota exceeded</html>".getBytes(StandardCharsets.UTF_8);
    answer = (request, to) -> send(request, to, page, "\"a\"", Integer.MAX_VALUE);
    assertFails("is no tar.gz and no zip");
    answer = (request, to) -> send(request, to, new byte[0], "\"a\"", Integer.MAX_VALUE);
    assertFails("empty file", "--url", url("/empty"));
  }

  // --- redirects

  @Test
  void redirectsAreFollowedAndResumedFromTheStart() throws Exception {
    answer =
        (request, to) -> {
          if (request.path().equals("/genres.tar.gz")) {
            head(to, "307 Temporary", "Location: /b", "Content-Length: 0");
          } else if (request.path().equals("/b")) {
            head(to, "302 Found", "Location: " + url("/c"), "Content-Length: 0");
          } else {
            int most = request.number() == 3 ? 600_000 : Integer.MAX_VALUE;
            send(request, to, GTZAN, "\"a\"", most);
          }
        };
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertEquals(
        List.of("/genres.tar.gz", "/b", "/c", "/genres.tar.gz", "/b", "/c"),
        requests.stream().map(Request::path).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/genres.tar.gz", "", "file:///etc/passwd", "ftp://127.0.0.1/a", "http://"})
  void redirectsInACircleOrElsewhereAreRefused(String location) {
    answer = (request, to) -> head(to, "302 Found", "Location: " + location, "Content-Length: 0");
    assertFails("try another --url");
    assertTrue(requests.size() <= 6);
  }

  // --- evil archives

  private void assertRefused(String words, Entries entries) throws IOException {
    byte[] archive = tarGz(entries);
    answer = (request, to) -> send(request, to, archive, "\"a\"", Integer.MAX_VALUE);
    assertFails(words);
    assertFalse(Files.exists(folder.resolve("corpus.download/unpacked")), "left unpacked");
    assertFalse(Files.exists(folder.resolve("evil")), "written outside");
    assertFalse(Files.exists(folder.resolve("corpus.download/evil")), "written outside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "genres/../../evil",
        "/tmp/genrelab-evil",
        "C:/evil",
        "..\\evil",
        "genres/blues/../blues/blues.00001.wav",
        "a\nb"
      })
  void namesThatLeadOutAreRefused(String name) throws IOException {
    assertRefused(
        "leads out of the folder",
        tar -> {
          put(tar, "genres/blues/blues.00000.wav", TRACK);
          put(tar, name, new byte[10]);
        });
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void linksAndDevicesAreRefused(byte kind) throws IOException {
    assertRefused(
        "is a link, a device or unreadable",
        tar -> {
          var link = new TarArchiveEntry("genres/blues/blues.00000.wav", kind);
          link.setLinkName("/etc/passwd");
          tar.putArchiveEntry(link);
          tar.closeArchiveEntry();
        });
  }

  @Test
  void tracksThatOccurTwiceAreRefused() throws IOException {
    assertRefused(
        "holds blues/blues.00000.wav twice",
        tar -> {
          put(tar, "genres/blues/blues.00000.wav", new byte[10]);
          put(tar, "other/blues/blues.00000.wav", new byte[10]);
        });
  }

  @Test
  void tooManyEntriesAreRefused() throws IOException {
    assertRefused(
        "over 20000 entries",
        tar -> {
          for (int i = 0; i <= 20_000; i++) {
            put(tar, "a" + i, new byte[0]);
          }
        });
  }

  @Test
  void moreThanTheLimitIsRefusedBeforeItIsUnpacked() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var header = new TarArchiveEntry("genres/blues/blues.00000.wav");
    header.setSize(30_000_000_000L);
    try (var gzip = new GzipCompressorOutputStream(bytes)) {
      var tar = new TarArchiveOutputStream(gzip);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.putArchiveEntry(header);
      tar.flush();
      gzip.write(new byte[5120]);
    }
    answer = (request, to) -> send(request, to, bytes.toByteArray(), "\"a\"", Integer.MAX_VALUE);
    assertFails("unpacks to over 20.0 GB");
  }

  @Test
  void anArchiveWithoutTracksIsRefused() throws IOException {
    assertRefused("holds no track of gtzan", tar -> put(tar, "genres/readme.txt", new byte[10]));
  }

  @Test
  void aCutArchiveIsDamaged() {
    byte[] cut = Arrays.copyOf(GTZAN, GTZAN.length / 2);
    answer = (request, to) -> send(request, to, cut, "\"a\"", Integer.MAX_VALUE);
    assertFails("the archive is damaged");
    byte[] flipped = GTZAN.clone();
    flipped[GTZAN.length / 2] ^= 0x55;
    flipped[GTZAN.length - 6] ^= 0x55;
    answer = (request, to) -> send(request, to, flipped, "\"b\"", Integer.MAX_VALUE);
    assertFails("the archive is damaged", "--url", url("/flipped"));
  }

  private static byte[] zip(int unixMode, String name, byte[] content, int method) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(bytes)) {
      putZip(zip, name, content, method, unixMode);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return bytes.toByteArray();
  }

  private static void putZip(
      ZipArchiveOutputStream zip, String name, byte[] content, int method, int unixMode)
      throws IOException {
    var entry = new ZipArchiveEntry(name);
    entry.setUnixMode(unixMode);
    if (method == ZipMethod.BZIP2.getCode()) {
      var packed = new ByteArrayOutputStream();
      try (var bzip = new BZip2CompressorOutputStream(packed, 1)) {
        bzip.write(content);
      }
      entry.setMethod(method);
      entry.setSize(content.length);
      entry.setCompressedSize(packed.size());
      var crc = new java.util.zip.CRC32();
      crc.update(content);
      entry.setCrc(crc.getValue());
      zip.addRawArchiveEntry(entry, new ByteArrayInputStream(packed.toByteArray()));
      return;
    }
    zip.putArchiveEntry(entry);
    zip.write(content);
    zip.closeArchiveEntry();
  }

  @Test
  void zipsAreReadToo() throws IOException {
    byte[] archive = zip(0100644, "Data/genres_original/blues/blues.00000.wav", TRACK, 8);
    answer = (request, to) -> send(request, to, archive, "\"a\"", Integer.MAX_VALUE);
    assertEquals(0, gtzan(), stderr);
    assertArrayEquals(TRACK, Files.readAllBytes(out.resolve("blues/blues.00000.wav")));
  }

  @Test
  void evilZipsAreRefused() throws IOException {
    byte[] link = zip(0120777, "blues/blues.00000.wav", "/etc/passwd".getBytes(), 8);
    answer = (request, to) -> send(request, to, link, "\"a\"", Integer.MAX_VALUE);
    assertFails("is a link, a device or unreadable");
    byte[] out = zip(0100644, "../evil", new byte[10], 8);
    answer = (request, to) -> send(request, to, out, "\"a\"", Integer.MAX_VALUE);
    assertFails("leads out of the folder", "--url", url("/out.zip"));

    byte[] bomb = zip(0100644, "blues/blues.00000.wav", new byte[1_000_000], 8);
    ByteBuffer bytes = ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN);
    int central = bytes.getInt(bomb.length - 22 + 16);
    bytes.putInt(central + 24, 1000); // the size that the directory tells
    answer = (request, to) -> send(request, to, bomb, "\"a\"", Integer.MAX_VALUE);
    assertFails("longer than the 1000 bytes it says", "--url", url("/bomb.zip"));
  }

  // --- FMA

  private static final String TRACKS_CSV =
      """
      ,album,set,set,track,track,artist
      ,title,split,subset,genre_top,title,name
      track_id,,,,,,
      2,"A ""B""\nC",training,small,Hip-Hop,Food,"A, ""Way""\"
      5,D,training,small,Rock,E,Née
      7,D,training,medium,Rock,E,Other
      9,E,test,medium,Old-Time / Historic,F,Née
      12,F,validation,large,,G,None
      """;

  private int fma(byte[] audio, byte[] metadata) {
    return fma("fma-small", audio, metadata);
  }

  private int fma(String name, byte[] audio, byte[] metadata) {
    answer =
        (request, to) ->
            send(
                request,
                to,
                request.path().equals("/a.zip") ? audio : metadata,
                "\"a\"",
                Integer.MAX_VALUE);
    return fetch(
        name,
        "--out",
        out.toString(),
        "--yes",
        "--url",
        url("/a.zip"),
        "--metadata-url",
        url("/m.zip"));
  }

  /** Both archives are made with bzip2, as FMA's are; no real FMA file is used here. */
  @Test
  void fmaIsSortedIntoGenres() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(bytes)) {
      int bzip2 = ZipMethod.BZIP2.getCode();
      putZip(zip, "fma_small/README.txt", new byte[10], bzip2, 0100444);
      putZip(zip, "fma_small/000/000002.mp3", TRACK, bzip2, 0100444);
      putZip(zip, "fma_small/000/000005.mp3", new byte[20], bzip2, 0100444);
      putZip(zip, "fma_small/000/000007.mp3", new byte[20], bzip2, 0100444);
    }
    byte[] metadata =
        zip(
            0100444,
            "fma_metadata/tracks.csv",
            TRACKS_CSV.getBytes(StandardCharsets.UTF_8),
            ZipMethod.BZIP2.getCode());

    assertEquals(0, fma(bytes.toByteArray(), metadata), stderr);
    assertEquals(
        List.of(
            ".fetched",
            "Hip-Hop/000002.mp3",
            "Rock/000005.mp3",
            "artists.csv",
            "fma-split.csv",
            "manifest.csv"),
        files());
    assertArrayEquals(TRACK, Files.readAllBytes(out.resolve("Hip-Hop/000002.mp3")));
    assertEquals(
        "track,artist\n000002,\"A, \"\"Way\"\"\"\n000005,Née\n",
        Files.readString(out.resolve("artists.csv")));
  }

  private static byte[] fmaAudio(String... ids) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(bytes)) {
      for (String id : ids) {
        String name = "fma/%s/%s.mp3".formatted(id.substring(0, 3), id);
        putZip(zip, name, new byte[20], ZipMethod.BZIP2.getCode(), 0100444);
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] fmaMetadata() {
    byte[] csv = TRACKS_CSV.getBytes(StandardCharsets.UTF_8);
    return zip(0100444, "fma_metadata/tracks.csv", csv, ZipMethod.BZIP2.getCode());
  }

  /** A subset holds the smaller ones; track 7 is described, but not in the archive. */
  @Test
  void fmaMediumComesWithAManifestAndItsOwnSplit() throws IOException {
    assertEquals(
        0, fma("fma-medium", fmaAudio("000002", "000005", "000009", "000012"), fmaMetadata()));
    assertEquals(
        List.of(
            ".fetched",
            "artists.csv",
            "audio/000/000002.mp3",
            "audio/000/000005.mp3",
            "audio/000/000009.mp3",
            "fma-split.csv",
            "manifest.csv"),
        files());
    assertEquals(
        "track,file,genre,artist\n"
            + "000002,audio/000/000002.mp3,Hip-Hop,\"A, \"\"Way\"\"\"\n"
            + "000005,audio/000/000005.mp3,Rock,Née\n"
            + "000009,audio/000/000009.mp3,Old-Time / Historic,Née\n",
        Files.readString(out.resolve("manifest.csv")));
    assertEquals(
        "track,part\n000002,train\n000005,train\n000009,test\n",
        Files.readString(out.resolve("fma-split.csv")));
    assertTrue(stdout.contains("22 GiB"), stdout);
    assertTrue(stdout.contains("Size: 24.0 GB unpacked"), stdout);
    assertTrue(stdout.contains("/manifest.csv --expect fma` looks at each"), stdout);
    assertTrue(stderr.contains("3 tracks, where 25000 were expected"), stderr);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fma-large", "fma-full"})
  void tracksOfFmaWithoutATopGenreAreListedApart(String name) throws IOException {
    assertEquals(0, fma(name, fmaAudio("000002", "000012"), fmaMetadata()), stderr);
    assertEquals(
        "track,file,genre,artist\n000012,audio/000/000012.mp3,,None\n",
        Files.readString(out.resolve("unlabelled.csv")));
    assertFalse(Files.readString(out.resolve("manifest.csv")).contains("000012"));
    assertTrue(stdout.contains(name.equals("fma-full") ? "879 GiB" : "93 GiB"), stdout);
  }

  @Test
  void nothingIsDownloadedBeforeItsSizeIsConfirmed() throws IOException {
    if (System.console() == null) {
      assertEquals(2, fetch("fma-full", "--out", out.toString(), "--url", url("/a.zip")));
      assertTrue(stdout.contains("879 GiB"), stdout);
      assertTrue(stdout.contains("Size: 950.0 GB unpacked"), stdout);
      assertTrue(stderr.contains("--yes accepts the terms and the size"), stderr);
      assertEquals(0, requests.size());
    }
  }

  @Test
  void aSetThatFmaDoesNotHaveIsRefused() throws IOException {
    String other = TRACKS_CSV.replace("5,D,training", "5,D,practice");
    byte[] metadata =
        zip(0100644, "fma_metadata/tracks.csv", other.getBytes(StandardCharsets.UTF_8), 8);
    assertEquals(1, fma("fma-medium", fmaAudio("000002"), metadata), stderr);
    assertTrue(error().contains("track 5 is in the set 'practice'"), stderr);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no table", ",set\n,subset\ntrack_id,\n", "\"never closed"})
  void strangeMetadataIsRefused(String csv) {
    byte[] audio = zip(0100644, "fma_small/000/000002.mp3", new byte[10], 8);
    byte[] metadata =
        zip(0100644, "fma_metadata/tracks.csv", csv.getBytes(StandardCharsets.UTF_8), 8);
    assertEquals(1, fma(audio, metadata), stderr);
    assertTrue(error().contains("metadata: not FMA's metadata"), stderr);
    assertFalse(Files.exists(out));
  }

  @Test
  void genresThatAreNoFolderNamesAreRefused() {
    byte[] audio = zip(0100644, "fma_small/000/000002.mp3", new byte[10], 8);
    String evil = TRACKS_CSV.replace("Hip-Hop", "../evil");
    byte[] metadata =
        zip(0100644, "fma_metadata/tracks.csv", evil.getBytes(StandardCharsets.UTF_8), 8);
    assertEquals(1, fma(audio, metadata), stderr);
    assertTrue(error().contains("track 2 is of genre '../evil'"), stderr);
  }

  // --- kill, and two at once

  /** Fetch in a JVM of its own, killed in the middle of the download, then started again. */
  @Test
  void aKilledRunGoesOn() throws Exception {
    var killed = new CountDownLatch(1);
    answer =
        (request, to) -> {
          if (request.number() > 1) {
            send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
            return;
          }
          send(request, to, GTZAN, "\"a\"", 1_200_000);
          to.flush();
          await(killed);
        };
    Process process =
        StageRun.process(
                "Fetch", "gtzan", "--out", out.toString(), "--yes", "--url", url("/genres.tar.gz"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Path part = folder.resolve("corpus.download/archive.part");
    for (int i = 0; i < 550 && (!Files.exists(part) || Files.size(part) < 1_000_000); i++) {
      Thread.sleep(100);
    }
    assertTrue(
        Files.exists(part) && Files.size(part) >= 1_000_000,
        Files.readString(folder.resolve("log")));

    assertEquals(1, gtzan());
    assertTrue(error().contains("another fetch is at work here"), stderr);

    process.destroyForcibly();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    killed.countDown();
    assertFalse(Files.exists(out));
    assertEquals(0, gtzan(), stderr);
    assertWhole();
    assertTrue(requests.get(1).start() >= 1_000_000, "started over");
  }

  @Test
  void leftoversOfAnUnpackingAreReplaced() throws IOException {
    Path left = folder.resolve("corpus.download/unpacked/blues");
    Files.createDirectories(left);
    Files.write(left.resolve("blues.00000.wav"), new byte[3]);
    Files.write(left.resolve("blues.00009.wav"), new byte[3]);
    answer = (request, to) -> send(request, to, GTZAN, "\"a\"", Integer.MAX_VALUE);
    assertEquals(0, gtzan(), stderr);
    assertWhole();
  }

  @Test
  void httpsToHttpIsRefused() {
    URI secure = URI.create("https://example.org/a");
    URI other = URI.create("https://example.org/b");
    assertEquals(other, ResumableDownload.redirected(secure, secure, "/b"));
    String plain = "http://example.org/b";
    var refused =
        assertThrows(
            Stage.Failure.class, () -> ResumableDownload.redirected(secure, secure, plain));
    assertTrue(refused.getMessage().contains("from https to unencrypted " + plain));
    assertEquals(other, ResumableDownload.redirected(secure, URI.create(plain), other.toString()));
  }
}
