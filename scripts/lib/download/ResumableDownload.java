//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.download;

import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;

/**
 * One file over HTTP, in as many attempts as it takes: each goes on where the last one broke off,
 * by range requests (RFC 9110, section 14) if the file on the server is still the same.
 */
public final class ResumableDownload {
  /**
   * When to give up.
   *
   * @param attempts broken connections in a row that brought nothing
   * @param pause seconds before the second attempt, doubled each time up to 60 s
   * @param timeout seconds after which a silent connection is broken
   */
  public record Patience(int attempts, double pause, double timeout) {}

  /** What is known of the file on the server, kept beside the part that has come. */
  private static final class State {
    public String url;

    /** A strong ETag, else the date of the last change; null if the server names neither. */
    public String validator;

    /** −1 where the server doesn't say. */
    public long length = -1;

    /** What the server says it is, or null. */
    public String sha256;
  }

  /** A broken attempt that may go better another time. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;
    final long waitSeconds;

    Broken(String message, long waitSeconds) {
      super(message);
      this.waitSeconds = waitSeconds;
    }
  }

  private static final int MAX_REDIRECTS = 5;
  private static final long LEAST_LIMIT = 20_000_000_000L;

  private final URI url;
  private final Path file;
  private final long unpackedBytes;
  private final Patience patience;
  private final Path part;
  private final Path note;
  private State state = new State();
  private ProgressBar progress;

  /**
   * @param file where it goes; a part that has come, and a note of what it is, lie beside it
   * @param unpackedBytes the space that unpacking takes; −1 for as much as the file itself
   */
  public ResumableDownload(URI url, Path file, long unpackedBytes, Patience patience) {
    this.url = url;
    this.file = file;
    this.unpackedBytes = unpackedBytes;
    this.patience = patience;
    part = file.resolveSibling(file.getFileName() + ".part");
    note = file.resolveSibling(file.getFileName() + ".json");
  }

  /**
   * Downloads what has not come yet.
   *
   * @throws Stage.Failure if the server refuses, the disk is too small, or connections break too
   *     often without bringing anything
   */
  public void run() {
    remember();
    if (Files.exists(file)) {
      return;
    }
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(Math.round(1000 * patience.timeout())))
            .build();
    int failures = 0;
    long best = size();
    try (ProgressBar bar =
        Progress.ofBytes("download " + file.getFileName(), Math.max(0, state.length))) {
      progress = bar;
      while (true) {
        try {
          attempt(client);
          return;
        } catch (FileSystemException local) {
          throw new UncheckedIOException(local);
        } catch (IOException broken) {
          boolean further = size() > best;
          best = Math.max(best, size());
          failures = further ? 1 : failures + 1;
          if (failures >= patience.attempts() && !further) {
            throw new Stage.Failure(
                "%s: broken off at %s, %d times in a row (%s); try again later, it goes on there",
                url, place(), failures, why(broken));
          }
          Stage.warn("%s: %s; trying again", place(), why(broken));
          sleep(failures, broken instanceof Broken told ? told.waitSeconds : 0);
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          throw new Stage.Failure("%s: interrupted at %s", url, place());
        }
      }
    }
  }

  /** What an earlier run left, if it was of the same URL. */
  private void remember() {
    try {
      State earlier = Files.exists(note) ? Store.JSON.readValue(note.toFile(), State.class) : null;
      if (earlier != null && url.toString().equals(earlier.url)) {
        state = earlier;
        return;
      }
    } catch (IOException unreadable) {
      // as if there were none
    }
    discard();
  }

  /** The SHA-256 that the server names, in hex; null where it names none. */
  public String announcedSha256() {
    return state.sha256;
  }

  /** Deletes whatever has come. */
  public void discard() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(part);
      Files.deleteIfExists(note);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    state = new State();
  }

  private long size() {
    try {
      return Files.exists(part) ? Files.size(part) : 0;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private String place() {
    return state.length < 0
        ? gigabytes(size())
        : "%s of %s".formatted(gigabytes(size()), gigabytes(state.length));
  }

  private void attempt(HttpClient client) throws IOException, InterruptedException {
    long have = state.validator == null ? 0 : size();
    if (state.length > 0 && have == state.length) {
      complete();
      return;
    }
    if (have > state.length && state.length >= 0) {
      discard();
      have = 0;
    }
    var linked = new State();
    HttpResponse<InputStream> response = ask(client, have, linked);
    try (InputStream body = response.body()) {
      boolean goesOn = accepts(response, have, linked);
      have = goesOn ? have : 0;
      long rest = goesOn ? state.length - have : state.length;
      requireSpace(rest);
      progress.maxHint(Math.max(0, state.length));
      progress.stepTo(have);
      receive(body, goesOn);
    }
    if (state.length >= 0 && size() != state.length) {
      throw new Broken("the connection ended early", 0);
    }
    complete();
  }

  /** Asks for the file from {@code have} on, through redirects. */
  private HttpResponse<InputStream> ask(HttpClient client, long have, State linked)
      throws IOException, InterruptedException {
    URI at = url;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(at)
              .timeout(Duration.ofMillis(Math.round(1000 * patience.timeout())))
              .header("User-Agent", "genrelab/" + Stage.VERSION);
      if (have > 0) {
        request.header("Range", "bytes=" + have + "-").header("If-Range", state.validator);
      }
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      noteLinked(response.headers(), linked);
      int status = response.statusCode();
      if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
        return response;
      }
      response.body().close();
      at = redirected(url, at, response.headers().firstValue("Location").orElse(""));
    }
    throw new Stage.Failure("%s: redirected over %d times; try another --url", url, MAX_REDIRECTS);
  }

  /** Hugging Face names a large file's SHA-256 in the answer that redirects to its store. */
  private void noteLinked(HttpHeaders headers, State linked) {
    String value = headers.firstValue("X-Linked-Etag").orElse("").replace("\"", "");
    if (value.matches("[0-9a-f]{64}")) {
      linked.sha256 = value;
    }
  }

  /** Whether the body goes on after what is there; if not, it is the whole file. */
  private boolean accepts(HttpResponse<InputStream> response, long have, State linked)
      throws IOException {
    int status = response.statusCode();
    HttpHeaders headers = response.headers();
    if (status == 206 && have > 0) {
      String range = headers.firstValue("Content-Range").orElse("");
      String validator = validator(headers);
      boolean same = validator == null || validator.equals(state.validator);
      boolean fits = range.equals("bytes %d-%d/%d".formatted(have, state.length - 1, state.length));
      if (same && fits) {
        return true;
      }
      discard();
      throw new Broken("the file on the server changed or its ranges disagree; starting over", 0);
    }
    if (status == 416) {
      discard();
      throw new Broken("the server has no bytes from there on; starting over", 0);
    }
    if (status == 408 || status == 429 || status >= 500) {
      long wait = 0;
      String after = headers.firstValue("Retry-After").orElse("");
      if (after.matches("\\d{1,4}")) {
        wait = Math.min(60, Long.parseLong(after));
      }
      throw new Broken("the server answers " + status, wait);
    }
    if (status != 200) {
      throw new Stage.Failure(
          "%s: the server answers %d; check the address, or name another copy by --url",
          url, status);
    }
    String encoding = headers.firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equals("identity")) {
      throw new Stage.Failure("%s: sent as %s, not as it is; try another --url", url, encoding);
    }
    discard();
    state.url = url.toString();
    state.validator = validator(headers);
    state.length = headers.firstValueAsLong("Content-Length").orElse(-1);
    state.sha256 = linked.sha256;
    Store.writeJson(note, state);
    return false;
  }

  private String validator(HttpHeaders headers) {
    String etag = headers.firstValue("ETag").orElse("");
    return etag.startsWith("\"")
        ? etag
        : headers.firstValue("Last-Modified").filter(date -> etag.isEmpty()).orElse(null);
  }

  private void requireSpace(long rest) throws IOException {
    long unpacked = unpackedBytes >= 0 ? unpackedBytes : Math.max(0, state.length);
    long needed = Math.max(0, rest) + unpacked;
    long free = Files.getFileStore(file.getParent()).getUsableSpace();
    if (needed < 0 || free < needed) {
      throw new Stage.Failure(
          "%s: %s are free, download and unpacking take %s; free space or choose another --out",
          file.getParent(), gigabytes(free), gigabytes(needed < 0 ? Long.MAX_VALUE : needed));
    }
  }

  private void receive(InputStream body, boolean append) throws IOException {
    var last = new AtomicLong(System.nanoTime());
    long limit = Math.round(1e9 * patience.timeout());
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, "fetch-watch");
              thread.setDaemon(true);
              return thread;
            });
    Runnable closeIfSilent =
        () -> {
          if (System.nanoTime() - last.get() > limit) {
            try {
              body.close(); // the waiting read then ends
            } catch (IOException alreadyBroken) {
              // the read tells
            }
          }
        };
    watch.scheduleWithFixedDelay(closeIfSilent, 500, 500, TimeUnit.MILLISECONDS);
    try (OutputStream to =
        append
            ? Files.newOutputStream(part, StandardOpenOption.APPEND)
            : Files.newOutputStream(part)) {
      byte[] buffer = new byte[1 << 16];
      long received = size();
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        last.set(System.nanoTime());
        write(to, buffer, n);
        progress.stepBy(n);
        received += n;
        long most = Math.max(LEAST_LIMIT, 2 * unpackedBytes);
        if (received > most) {
          throw new Stage.Failure(
              "%s: it sends over %s without an end; check the URL", url, gigabytes(most));
        }
      }
    } finally {
      watch.shutdownNow();
    }
  }

  private void write(OutputStream to, byte[] buffer, int length) throws FileSystemException {
    try {
      to.write(buffer, 0, length);
    } catch (IOException full) {
      throw new FileSystemException(part.toString(), null, full.getMessage());
    }
  }

  private void complete() throws IOException {
    if (size() == 0) {
      throw new Stage.Failure("%s: the server sends an empty file; try another --url", url);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void sleep(int failures, long least) {
    double seconds =
        Math.max(least, Math.min(60, patience.pause() * (1L << Math.min(10, failures - 1))));
    try {
      Thread.sleep(Math.round(1000 * seconds));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("%s: interrupted at %s", url, place());
    }
  }

  private String why(IOException error) {
    String message = error.getMessage();
    String kind = error.getClass().getSimpleName();
    return message == null || message.isBlank() ? kind : message.lines().findFirst().orElse(kind);
  }

  /** A number of bytes in MB or GB. */
  public static String gigabytes(long bytes) {
    return bytes < 1_000_000_000L
        ? "%.1f MB".formatted(bytes / 1e6)
        : "%.1f GB".formatted(bytes / 1e9);
  }

  /** Whether a URL is one that can be downloaded, not a local file. */
  public static boolean isWeb(URI url) {
    return "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
  }

  /** Where a redirect leads, if that is no worse than where it comes from. */
  public static URI redirected(URI url, URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException error) {
      throw new Stage.Failure("%s: redirects to '%s', no URL; try another --url", url, location);
    }
    if (location.isEmpty() || !isWeb(to) || to.getHost() == null) {
      throw new Stage.Failure("%s: redirects to '%s'; try another --url", url, location);
    }
    if ("https".equalsIgnoreCase(from.getScheme()) && "http".equalsIgnoreCase(to.getScheme())) {
      throw new Stage.Failure(
          "%s: redirects from https to unencrypted %s, which is refused; try another --url",
          url, to);
    }
    return to;
  }
}
