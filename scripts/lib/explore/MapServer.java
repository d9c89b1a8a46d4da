//SOURCES ByteRange.java
//SOURCES ExploredRun.java
//SOURCES PageFiles.java
//SOURCES RunScript.java
//SOURCES SegmentImages.java
//SOURCES TrackAudio.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/RunFolder.java

package genrelab.explore;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import genrelab.kit.Stage;
import genrelab.results.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves a run's map on the loopback address, to whoever knows the address with its random token.
 *
 * <p>What is asked for is looked up by name: no part of an address becomes a path of the file
 * system. The {@code Host} header must be this server's, so that no page of another site gets in by
 * a name that it points to this machine (DNS rebinding).
 */
public final class MapServer implements AutoCloseable {
  private static final Pattern TRACK = Pattern.compile("features/(\\d{1,9})\\.js");
  private static final int THREADS = 8;
  private static final int COPIED = 1 << 16;

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final ExploredRun run;
  private final HttpServer server;
  private final ExecutorService threads;
  private final String token;
  private final Map<String, byte[]> pages = new HashMap<>();
  private final Map<String, TrackAudio> audio = new HashMap<>();
  private final CompletableFuture<SegmentImages> images;

  /** A decoded track, the last one that was asked for. */
  private record Decoded(TrackAudio audio, byte[] wav) {}

  private Decoded decoded = new Decoded(null, null);

  private MapServer(ExploredRun run, CompletableFuture<SegmentImages> images, HttpServer server) {
    this.run = run;
    this.images = images;
    this.server = server;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    token = HexFormat.of().formatHex(random);
    pages.putAll(PageFiles.read());
    pages.put("", pages.get(PageFiles.INDEX));
    pages.put(RunScript.NAME, RunScript.of(run, true));
    run.audio().forEach((track, file) -> audio.put(RunScript.audioName(track, file), file));
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              var thread = new Thread(task, "explore");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a server. Features are read while it runs already; where they are damaged, a warning
   * says so, and the page goes without.
   *
   * @param port 0 for any that is free
   * @throws Stage.Failure if the port is taken
   */
  public static MapServer start(ExploredRun run, RunFolder folder, int port) {
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (BindException taken) {
      throw new Stage.Failure(
          "port %d: it is taken; name another with --port, or leave it out", port);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    var server = new MapServer(run, CompletableFuture.supplyAsync(() -> images(folder)), http);
    http.createContext("/", server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  private static SegmentImages images(RunFolder folder) {
    try {
      return SegmentImages.file(folder).map(SegmentImages::read).orElseGet(SegmentImages::none);
    } catch (Stage.Failure | UncheckedIOException error) {
      Stage.warn("%s; the map goes without features", error.getMessage());
      return SegmentImages.none();
    }
  }

  /** The page's address, with the token. */
  public URI address() {
    return URI.create("http://127.0.0.1:%d/%s/".formatted(server.getAddress().getPort(), token));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("Cache-Control", "no-store");
      Optional<String> name = name(exchange);
      if (name.isEmpty()) {
        refuse(exchange, 403, "not this server's address and token");
      } else if (!exchange.getRequestMethod().matches("GET|HEAD")) {
        headers.set("Allow", "GET, HEAD");
        refuse(exchange, 405, "GET and HEAD alone");
      } else {
        send(exchange, name.get());
      }
    } catch (Stage.Failure failure) { // an audio file that can't be decoded
      Stage.warn("%s", failure.getMessage());
      refuse(exchange, 404, "it can't be read");
    }
  }

  /** What is asked for; empty where Host or token is another. */
  private Optional<String> name(HttpExchange exchange) {
    String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
    String path = exchange.getRequestURI().getRawPath();
    String before = "/" + token + "/";
    boolean known =
        host.matches("(127\\.0\\.0\\.1|localhost):" + server.getAddress().getPort())
            && path != null
            && path.length() >= before.length()
            && MessageDigest.isEqual( // in a time that does not tell how much of it is right
                path.substring(0, before.length()).getBytes(StandardCharsets.UTF_8),
                before.getBytes(StandardCharsets.UTF_8));
    return known ? Optional.of(path.substring(before.length())) : Optional.empty();
  }

  private void send(HttpExchange exchange, String name) throws IOException {
    Matcher track = TRACK.matcher(name);
    if (pages.containsKey(name)) {
      String type = PageFiles.mediaType(name.isEmpty() ? PageFiles.INDEX : name);
      send(exchange, type, pages.get(name));
    } else if (audio.containsKey(name)) {
      sendAudio(exchange, audio.get(name));
    } else if (track.matches() && Integer.parseInt(track.group(1)) < run.tracks().size()) {
      int index = Integer.parseInt(track.group(1));
      send(exchange, PageFiles.mediaType(name), RunScript.ofTrack(index, run, images.join()));
    } else {
      refuse(exchange, 404, "there is no such page");
    }
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    respond(exchange, 200, body.length, out -> out.write(body));
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    respond(exchange, status, body.length, out -> out.write(body));
  }

  private void sendAudio(HttpExchange exchange, TrackAudio track) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", track.mediaType());
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    byte[] wav = track.isPlayedAsItIs() ? null : decoded(track);
    long size = wav == null ? Files.size(track.file()) : wav.length;
    try {
      Optional<ByteRange> range =
          ByteRange.of(exchange.getRequestHeaders().getFirst("Range"), size);
      ByteRange part = range.orElse(new ByteRange(0, size - 1));
      range.ifPresent(
          some ->
              exchange
                  .getResponseHeaders()
                  .set(
                      "Content-Range",
                      "bytes %d-%d/%d".formatted(some.first(), some.last(), size)));
      respond(
          exchange,
          range.isPresent() ? 206 : 200,
          part.length(),
          out -> {
            if (wav == null) {
              copy(track, part, out);
            } else {
              out.write(wav, (int) part.first(), (int) part.length());
            }
          });
    } catch (ByteRange.Unsatisfiable beyond) {
      exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
      refuse(exchange, 416, "it has %d bytes".formatted(size));
    }
  }

  private synchronized byte[] decoded(TrackAudio track) {
    if (!track.equals(decoded.audio())) {
      decoded = new Decoded(track, track.wav());
    }
    return decoded.wav();
  }

  private static void copy(TrackAudio track, ByteRange part, OutputStream out) throws IOException {
    try (SeekableByteChannel file = Files.newByteChannel(track.file())) {
      InputStream in = Channels.newInputStream(file.position(part.first()));
      byte[] buffer = new byte[COPIED];
      for (long left = part.length(); left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          break;
        }
        out.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void respond(HttpExchange exchange, int status, long length, Body body)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(length));
    }
    exchange.sendResponseHeaders(status, head || length == 0 ? -1 : length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        body.writeTo(out);
      } catch (IOException gone) {
        // the browser has what it wants of a long file, and closes
      }
    }
  }
}
