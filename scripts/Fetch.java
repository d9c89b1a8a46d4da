///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Downloads a corpus (GTZAN, FMA small), checks it and unpacks it, one folder a genre
// Reads zip with bzip2, which FMA uses and the JDK can't, and tells links in tar and zip.
//DEPS org.apache.commons:commons-compress:1.28.0
// FMA's tracks.csv has quoted cells with line breaks.
//DEPS org.apache.commons:commons-csv:1.14.1
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Console;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Downloads a corpus and lays it out as every stage reads it: one folder a genre.
 *
 * <p>The archive is kept in {@code DIR.download} until all is done: a broken or killed run goes on
 * where it was. {@code DIR} itself appears whole or not at all, and a corpus that is there is not
 * downloaded again.
 */
@Command(
    name = "fetch",
    description = {
      "Downloads a corpus (gtzan, fma-small), checks it and unpacks it, one folder a genre.",
      "Shows its terms first. Broken off, the same command goes on where it was."
    })
public class Fetch implements Callable<Integer> {
  /** What a corpus is and where it comes from. */
  private record Source(
      String title,
      URI archive,
      String checksum,
      URI metadata,
      String metadataChecksum,
      int tracks,
      long unpackedBytes,
      String terms) {}

  private static final Map<String, Source> SOURCES =
      Map.of(
          "gtzan",
          new Source(
              "GTZAN (Tzanetakis and Cook, 2002), 1,000 excerpts of 30 s, 10 genres, 1.2 GB",
              URI.create(
                  "https://huggingface.co/datasets/marsyas/gtzan/resolve/main/data/genres.tar.gz"),
              // the host names its SHA-256 with each download, which is then checked
              null,
              null,
              null,
              1000,
              1_400_000_000L,
              "The recordings are under their owners' copyright; the collection has no licence."
                  + " Its makers gave it out for research on music genre recognition."
                  + " Whether you may use it is yours to settle; don't pass it on."),
          "fma-small",
          new Source(
              "FMA small (Defferrard et al., 2017), 8,000 clips of 30 s, 8 genres, 7.2 GiB",
              URI.create("https://os.unil.cloud.switch.ch/fma/fma_small.zip"),
              // both SHA-1 as published in https://github.com/mdeff/fma, release of 2017-05-09
              "ade154f733639d52e35e32f5593efe5be76c6d70",
              URI.create("https://os.unil.cloud.switch.ch/fma/fma_metadata.zip"),
              "f0df49ffe5f2a6008d7dc83c6915b31835dfe733",
              8000,
              8_000_000_000L,
              "The audio is under the licence each artist chose, most of them Creative Commons; the"
                  + " metadata is CC BY 4.0. The dataset is meant for research; cite"
                  + " arXiv:1612.01840."));

  private static final Pattern GTZAN_TRACK =
      Pattern.compile(
          "(?:.*/)?(blues|classical|country|disco|hiphop|jazz|metal|pop|reggae|rock)"
              + "/(\\1\\.\\d{5}\\.(?:wav|au))");
  private static final Pattern FMA_TRACK = Pattern.compile("(?:.*/)?\\d{3}/(\\d{6})\\.mp3");
  private static final int MAX_ENTRIES = 20_000;
  private static final long MAX_UNPACKED = 20_000_000_000L;
  private static final int MAX_NAME = 1024;
  private static final String MARKER = ".fetched";

  /** What the shell completes. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("gtzan", "fma-small").iterator();
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "gtzan or fma-small.")
  String name;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The corpus's folder to make; it must not exist, or be empty.")
  @Output
  Path out;

  @Option(
      names = "--url",
      description =
          "Another copy of the archive (tar.gz or zip), http, https or file. Without --sha256 its"
              + " checksum is told but not checked.")
  URI url;

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "The SHA-256 that the archive must have.")
  String sha256;

  @Option(
      names = "--metadata-url",
      paramLabel = "URL",
      description = "fma-small: another copy of fma_metadata.zip, whose tracks.csv has the genres.")
  URI metadataUrl;

  @Option(names = "--yes", description = "Accept the terms; needed where nobody can be asked.")
  boolean yes;

  @Option(
      names = "--attempts",
      defaultValue = "8",
      description =
          "Give up after so many broken connections in a row that brought nothing, 1 to 100"
              + " (default ${DEFAULT-VALUE}).")
  int attempts;

  @Option(
      names = "--pause",
      defaultValue = "1",
      paramLabel = "SECONDS",
      description =
          "Wait before the second attempt, doubled each time up to 60 s (default"
              + " ${DEFAULT-VALUE}).")
  double pause;

  @Option(
      names = "--timeout",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description =
          "A connection that is silent for so long is broken, 1 to 3600 (default"
              + " ${DEFAULT-VALUE}).")
  double timeout;

  private Source source;

  public static void main(String... args) {
    System.exit(Stage.run(new Fetch(), args));
  }

  @Override
  public Integer call() {
    checkOptions();
    Path work = out.toAbsolutePath().normalize();
    work = work.resolveSibling(work.getFileName() + ".download");
    try {
      if (isThere()) {
        clear(work);
        return 0;
      }
      showTermsAndAsk();
      Store.createFolder(work);
      int tracks = bring(work);
      deleteTree(work);
      tell(tracks);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return 0;
  }

  /** Downloads, checks and unpacks; how many tracks came of it. */
  private int bring(Path work) throws IOException {
    FileChannel lock = lock(work);
    try {
      Path archive = work.resolve("archive");
      String checksum = fetch(archive, source.archive(), url, source.checksum(), sha256);
      Function<String, String> place = Fetch::gtzanPlace;
      Map<String, String> artists = new TreeMap<>();
      if (source.metadata() != null) {
        Path metadata = work.resolve("metadata");
        fetch(metadata, source.metadata(), metadataUrl, source.metadataChecksum(), null);
        place = fmaPlaces(local(metadata, metadataUrl), artists);
      }
      Path unpacked = work.resolve("unpacked");
      deleteTree(unpacked);
      int tracks = unpack(local(archive, url), unpacked, place);
      finish(unpacked, tracks, checksum, artists);
      return tracks;
    } finally {
      lock.close();
    }
  }

  private void checkOptions() {
    source = SOURCES.get(name);
    Stage.requireOption(source != null, "NAME must be gtzan or fma-small, not %s", name);
    Stage.requireOption(
        sha256 == null || sha256.matches("[0-9a-fA-F]{64}"), "--sha256 must be 64 hex digits");
    Stage.requireOption(
        attempts >= 1 && attempts <= 100, "--attempts must be from 1 to 100, not %s", attempts);
    Stage.requireOption(pause >= 0 && pause <= 60, "--pause must be from 0 to 60, not %s", pause);
    Stage.requireOption(
        timeout >= 1 && timeout <= 3600, "--timeout must be from 1 to 3600, not %s", timeout);
    Stage.requireOption(
        metadataUrl == null || source.metadata() != null, "--metadata-url is for fma-small");
    checkUrl("--url", url);
    checkUrl("--metadata-url", metadataUrl);
  }

  private static void checkUrl(String option, URI url) {
    boolean web = url != null && url.getHost() != null && isWeb(url);
    boolean file = url != null && "file".equals(url.getScheme()) && url.getPath() != null;
    Stage.requireOption(
        url == null || web || file, "%s must be an http, https or file URL, not %s", option, url);
  }

  private static boolean isWeb(URI url) {
    return "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
  }

  /** Whether the corpus is there already; fails if something else is. */
  private boolean isThere() {
    if (Files.exists(out.resolve(MARKER))) {
      System.out.printf("%s is there already; delete the folder to fetch it again%n", out);
      return true;
    }
    if (Files.exists(out)) {
      try (Stream<Path> entries = Files.isDirectory(out) ? Files.list(out) : Stream.of(out)) {
        if (entries.findAny().isPresent()) {
          throw new Stage.Failure("%s: is there, and not empty; choose another --out", out);
        }
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
    return false;
  }

  /** Removes what a run has left that was killed after its corpus was there. */
  private static void clear(Path work) throws IOException {
    if (Files.isDirectory(work)) {
      lock(work).close();
      deleteTree(work);
    }
  }

  private void showTermsAndAsk() {
    PrintStream told = yes ? System.out : Stage.results(); // part of the question
    told.println(source.title());
    told.println("from " + (url == null ? source.archive() : url));
    told.println("Terms: " + source.terms());
    if (yes) {
      return;
    }
    Console console = System.console();
    String answer = console == null ? null : console.readLine("Download it to %s? [y/N] ", out);
    Stage.requireOption(answer != null, "nobody can be asked here; --yes accepts the terms");
    if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
      throw new Stage.Failure("%s: nothing was downloaded, since the terms were declined", out);
    }
  }

  private static FileChannel lock(Path work) throws IOException {
    FileChannel channel =
        FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameJvm) {
      // told below
    }
    channel.close();
    throw new Stage.Failure("%s: another fetch is at work here; wait for it", work);
  }

  private static Path local(Path download, URI from) {
    return from != null && "file".equals(from.getScheme()) ? Path.of(from) : download;
  }

  // --- download

  /** Brings one file and checks it; its SHA-256. */
  private String fetch(
      Path file, URI official, URI other, String officialChecksum, String wantedSha256) {
    URI from = other == null ? official : other;
    var download = new Download(file, from);
    if (isWeb(from)) {
      download.run();
    }
    String wanted = wantedSha256 != null ? wantedSha256 : other == null ? officialChecksum : null;
    wanted = wanted == null ? download.state.sha256 : wanted;
    return check(local(file, other), from, wanted == null ? "" : wanted, download);
  }

  /** Compares a checksum, whose length tells its kind, and returns the SHA-256. */
  private String check(Path file, URI from, String wanted, Download download) {
    String algorithm = wanted.length() == 40 ? "SHA-1" : "SHA-256";
    MessageDigest sha = digest("SHA-256");
    MessageDigest other = digest(algorithm);
    try (InputStream in = Files.newInputStream(file);
        ProgressBar progress = Progress.ofBytes("checksum", Files.size(file))) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha.update(buffer, 0, n);
        other.update(buffer, 0, n);
        progress.stepBy(n);
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    String hex = HexFormat.of().formatHex(sha.digest());
    String found = HexFormat.of().formatHex(other.digest());
    if (wanted.isEmpty()) {
      Stage.warn("not checked, since no checksum is known for %s: SHA-256 %s", from, hex);
    } else if (!found.equalsIgnoreCase(wanted)) {
      if (isWeb(from)) {
        download.discard();
      }
      throw new Stage.Failure(
          "%s: its %s is %s, not %s; it was damaged on the way or is another file; fetch again",
          from, algorithm, found, wanted);
    }
    return hex;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException error) {
      throw new AssertionError("every JDK has " + algorithm, error);
    }
  }

  /** What is known of the file on the server, kept beside the part that has come. */
  static final class State {
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

  /** One file over HTTP, with as many attempts as it takes. */
  private final class Download {
    private static final int MAX_REDIRECTS = 5;
    private final URI url;
    private final Path file;
    private final Path part;
    private final Path note;
    private State state = new State();
    private ProgressBar progress;

    Download(Path file, URI url) {
      this.url = url;
      this.file = file;
      part = file.resolveSibling(file.getFileName() + ".part");
      note = file.resolveSibling(file.getFileName() + ".json");
    }

    void run() {
      remember();
      if (Files.exists(file)) {
        return;
      }
      HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(Duration.ofMillis(Math.round(1000 * timeout)))
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
            if (failures >= attempts && !further) {
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
        State earlier =
            Files.exists(note) ? Store.JSON.readValue(note.toFile(), State.class) : null;
        if (earlier != null && url.toString().equals(earlier.url)) {
          state = earlier;
          return;
        }
      } catch (IOException unreadable) {
        // as if there were none
      }
      discard();
    }

    void discard() {
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
                .timeout(Duration.ofMillis(Math.round(1000 * timeout)))
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
      throw new Stage.Failure(
          "%s: redirected over %d times; try another --url", url, MAX_REDIRECTS);
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
        boolean fits =
            range.equals("bytes %d-%d/%d".formatted(have, state.length - 1, state.length));
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
      long unpacked = Fetch.this.url == null ? source.unpackedBytes() : Math.max(0, state.length);
      long needed = Math.max(0, rest) + unpacked;
      long free = Files.getFileStore(file.getParent()).getUsableSpace();
      if (needed < 0 || free < needed) {
        throw new Stage.Failure(
            "%s: %s are free, download and unpacking take %s; free space or choose another --out",
            out, gigabytes(free), gigabytes(needed < 0 ? Long.MAX_VALUE : needed));
      }
    }

    private void receive(InputStream body, boolean append) throws IOException {
      var last = new AtomicLong(System.nanoTime());
      long patience = Math.round(1e9 * timeout);
      ScheduledExecutorService watch =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                var thread = new Thread(task, "fetch-watch");
                thread.setDaemon(true);
                return thread;
              });
      Runnable closeIfSilent =
          () -> {
            if (System.nanoTime() - last.get() > patience) {
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
          if (received > MAX_UNPACKED) {
            throw new Stage.Failure(
                "%s: it sends over %s without an end; check the URL", url, gigabytes(MAX_UNPACKED));
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
      double seconds = Math.max(least, Math.min(60, pause * (1L << Math.min(10, failures - 1))));
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
  }

  /** Where a redirect leads, if that is no worse than where it comes from. */
  static URI redirected(URI url, URI from, String location) {
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

  private static String gigabytes(long bytes) {
    return bytes < 1_000_000_000L
        ? "%.1f MB".formatted(bytes / 1e6)
        : "%.1f GB".formatted(bytes / 1e9);
  }

  // --- where tracks go

  private static String gtzanPlace(String entry) {
    Matcher track = GTZAN_TRACK.matcher(entry);
    return track.matches() ? track.group(1) + "/" + track.group(2) : null;
  }

  /** Folder and name of each track of the small subset, from the metadata's tracks.csv. */
  private static Function<String, String> fmaPlaces(Path metadata, Map<String, String> artists) {
    var genres = new HashMap<String, String>();
    try (ZipFile zip = ZipFile.builder().setPath(metadata).get()) {
      ZipArchiveEntry entry = zip.getEntry("fma_metadata/tracks.csv");
      if (entry == null || !zip.canReadEntryData(entry)) {
        throw new Stage.Failure(
            "%s: it holds no fma_metadata/tracks.csv; give FMA's fma_metadata.zip", metadata);
      }
      try (var text =
              new BufferedReader(
                  new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8));
          CSVParser rows = CSVFormat.DEFAULT.parse(text)) {
        readFmaTracks(rows, genres, artists);
      }
    } catch (IOException | RuntimeException broken) {
      if (broken instanceof Stage.Failure failure) {
        throw failure;
      }
      throw new Stage.Failure(
          "%s: not FMA's metadata (%s); fetch it again", metadata, broken.getMessage());
    }
    return entry -> {
      Matcher track = FMA_TRACK.matcher(entry);
      String genre = track.matches() ? genres.get(track.group(1)) : null;
      return genre == null ? null : genre + "/" + track.group(1) + ".mp3";
    };
  }

  /** Two header rows name the columns: group and name; a third one has track_id alone. */
  private static void readFmaTracks(
      CSVParser rows, Map<String, String> genres, Map<String, String> artists) {
    var iterator = rows.iterator();
    CSVRecord groups = iterator.next();
    CSVRecord names = iterator.next();
    int subset = column(groups, names, "set", "subset");
    int genreTop = column(groups, names, "track", "genre_top");
    int artist = column(groups, names, "artist", "name");
    while (iterator.hasNext()) {
      CSVRecord row = iterator.next();
      if (row.get(0).matches("\\d{1,6}") && row.get(subset).equals("small")) {
        String genre = row.get(genreTop);
        if (!genre.matches("[\\w&' -]{1,60}") || genre.isBlank()) {
          throw new IllegalArgumentException(
              "track %s is of genre '%s'".formatted(row.get(0), genre));
        }
        String id = "%06d".formatted(Integer.parseInt(row.get(0)));
        genres.put(id, genre);
        artists.put(id, row.get(artist).replaceAll("\\s+", " ").strip());
      }
    }
    if (genres.isEmpty()) {
      throw new IllegalArgumentException("no track of the small subset is in it");
    }
  }

  private static int column(CSVRecord groups, CSVRecord names, String group, String name) {
    for (int i = 0; i < Math.min(groups.size(), names.size()); i++) {
      if (groups.get(i).equals(group) && names.get(i).equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("tracks.csv has no column %s, %s".formatted(group, name));
  }

  // --- unpack

  /** Unpacks what {@code place} finds a place for; how many files that are. */
  private int unpack(Path archive, Path folder, Function<String, String> place) {
    try (var in = new BufferedInputStream(Files.newInputStream(archive))) {
      in.mark(4);
      int magic = in.read() << 8 | in.read();
      in.reset();
      try (ProgressBar progress = Progress.of("unpack", source.tracks())) {
        var target = new Target(archive, folder, place, progress);
        if (magic == 0x1f8b) {
          untar(in, target);
        } else if (magic == 0x504b) {
          unzip(archive, target);
        } else {
          throw target.refused("is no tar.gz and no zip");
        }
        if (target.files == 0) {
          throw target.refused("holds no track of " + name);
        }
        return target.files;
      }
    } catch (FileSystemException local) {
      deleteQuietly(folder);
      throw new UncheckedIOException(local);
    } catch (IOException | RuntimeException broken) {
      deleteQuietly(folder);
      if (broken instanceof Stage.Failure failure) {
        throw failure;
      }
      String why = broken instanceof EOFException ? "it ends early" : broken.getMessage();
      throw new Stage.Failure(
          "%s: the archive is damaged (%s); delete it and fetch again", archive, why);
    }
  }

  private static void untar(InputStream in, Target target) throws IOException {
    var gzip =
        GzipCompressorInputStream.builder()
            .setInputStream(in)
            .setDecompressConcatenated(true)
            .get();
    try (var tar = new TarArchiveInputStream(gzip, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        boolean plain =
            !entry.isLink()
                && !entry.isSymbolicLink()
                && !entry.isCharacterDevice()
                && !entry.isBlockDevice()
                && !entry.isFIFO()
                && !entry.isSparse()
                && tar.canReadEntryData(entry);
        target.take(entry.getName(), plain, entry.isDirectory(), entry.getSize(), tar);
      }
    }
  }

  private static void unzip(Path archive, Target target) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        int kind = entry.getUnixMode() & 0170000;
        boolean plain =
            (kind == 0 || kind == 0100000 || kind == 0040000)
                && !entry.isUnixSymlink()
                && zip.canReadEntryData(entry);
        try (InputStream in = plain ? zip.getInputStream(entry) : null) {
          target.take(entry.getName(), plain, entry.isDirectory(), entry.getSize(), in);
        }
      }
    }
  }

  /** The folder that entries go to, if they are harmless. */
  private static final class Target {
    private final Path archive;
    private final Path folder;
    private final Function<String, String> place;
    private final ProgressBar progress;
    private final Set<String> names = new HashSet<>();
    private int entries;
    private long bytes;
    private int files;

    Target(Path archive, Path folder, Function<String, String> place, ProgressBar progress) {
      this.archive = archive;
      this.folder = folder;
      this.place = place;
      this.progress = progress;
    }

    Stage.Failure refused(String what) {
      return new Stage.Failure("%s: %s; nothing was unpacked, use another copy", archive, what);
    }

    void take(String name, boolean plain, boolean directory, long size, InputStream content)
        throws IOException {
      if (++entries > MAX_ENTRIES) {
        throw refused("holds over %d entries".formatted(MAX_ENTRIES));
      }
      if (!isSafe(name)) {
        throw refused("entry '%s' leads out of the folder".formatted(printable(name)));
      }
      if (!plain) {
        throw refused("entry '%s' is a link, a device or unreadable".formatted(printable(name)));
      }
      if (size < 0 || size > MAX_UNPACKED - bytes) {
        throw refused("unpacks to over %s".formatted(gigabytes(MAX_UNPACKED)));
      }
      bytes += size;
      String goes = directory ? null : place.apply(name);
      if (goes == null) {
        return;
      }
      // names that differ in case alone are one file on macOS and Windows
      if (!names.add(goes.toLowerCase(Locale.ROOT))) {
        throw refused("holds %s twice".formatted(goes));
      }
      write(folder.resolve(goes), size, content);
      files++;
      progress.step();
    }

    private void write(Path file, long size, InputStream content) throws IOException {
      Store.createFolder(file.getParent());
      long left = size;
      try (OutputStream to = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
          left -= n;
          if (left < 0) {
            throw refused("an entry is longer than the %d bytes it says".formatted(size));
          }
          try {
            to.write(buffer, 0, n);
          } catch (IOException full) {
            throw new FileSystemException(file.toString(), null, full.getMessage());
          }
        }
      }
      if (left != 0) {
        throw refused("an entry is shorter than the %d bytes it says".formatted(size));
      }
    }

    private static boolean isSafe(String name) {
      boolean local =
          !name.isEmpty()
              && name.length() <= MAX_NAME
              && !name.startsWith("/")
              && !name.contains("\\")
              && !name.contains(":")
              && name.chars().noneMatch(Character::isISOControl);
      return local && List.of(name.split("/")).stream().noneMatch(".."::equals);
    }

    private static String printable(String name) {
      String clean = name.replaceAll("\\p{Cntrl}", "?");
      return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
    }
  }

  // --- finish

  private void finish(Path unpacked, int tracks, String checksum, Map<String, String> artists)
      throws IOException {
    if (!artists.isEmpty()) {
      var csv = new StringBuilder("track,artist\n");
      artists.forEach(
          (track, artist) ->
              csv.append(track).append(",\"").append(artist.replace("\"", "\"\"")).append("\"\n"));
      Files.writeString(unpacked.resolve("artists.csv"), csv);
    }
    Files.writeString(
        unpacked.resolve(MARKER),
        "%s%nfrom %s%nSHA-256 %s%n%d tracks%n"
            .formatted(source.title(), url == null ? source.archive() : url, checksum, tracks));
    Files.deleteIfExists(out); // an empty folder
    Path parent = out.toAbsolutePath().getParent();
    Store.createFolder(parent);
    Files.move(unpacked, out, StandardCopyOption.ATOMIC_MOVE);
  }

  private void tell(int tracks) {
    if (tracks != source.tracks()) {
      Stage.warn("%d tracks, where %d were expected", tracks, source.tracks());
    }
    System.out.printf("%d tracks: %s; `verify --corpus %s` looks at each%n", tracks, out, out);
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes ignored)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException error)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void deleteQuietly(Path folder) {
    try {
      deleteTree(folder);
    } catch (IOException ignored) {
      // the first error is the one to tell
    }
  }
}
