///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Downloads a corpus (GTZAN, FMA), checks it and unpacks it
// Deletes folders.
//DEPS commons-io:commons-io:2.20.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/download/ArchiveExtractor.java
//SOURCES lib/download/ArchivedTracks.java
//SOURCES lib/download/Checksum.java
//SOURCES lib/download/DownloadableCorpus.java
//SOURCES lib/download/FmaFiles.java
//SOURCES lib/download/ResumableDownload.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.download.ArchiveExtractor;
import genrelab.download.ArchivedTracks;
import genrelab.download.Checksum;
import genrelab.download.DownloadableCorpus;
import genrelab.download.FmaFiles;
import genrelab.download.ResumableDownload;
import genrelab.download.ResumableDownload.Patience;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Downloads a corpus and lays it out as stages read it: one folder a genre, or with a manifest of
 * tracks, files, genres and artists.
 *
 * <p>The archive is kept in {@code DIR.download} until all is done: a broken or killed run goes on
 * where it was. {@code DIR} itself appears whole or not at all, and a corpus that is there is not
 * downloaded again.
 */
@Command(
    name = "fetch",
    description = {
      "Downloads a corpus (gtzan, fma-small, fma-medium, fma-large, fma-full), checks it and"
          + " unpacks it: gtzan and fma-small into one folder a genre, the others below audio.",
      "With FMA come manifest.csv (track, file, genre, artist) and fma-split.csv, its own split.",
      "Shows size and terms first. Broken off, the same command goes on where it was."
    })
public class Fetch implements Callable<Integer> {
  private static final String MARKER = ".fetched";

  /** What the shell completes. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return DownloadableCorpus.ALL.stream().map(DownloadableCorpus::name).iterator();
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
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
      description =
          "FMA: another copy of fma_metadata.zip, whose tracks.csv has genres, artists and split.")
  URI metadataUrl;

  @Option(names = "--yes", description = "Accept size and terms; needed where nobody can be asked.")
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

  private DownloadableCorpus corpus;

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
      int tracks = download(work);
      FileUtils.deleteDirectory(work.toFile());
      printTracks(tracks);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return 0;
  }

  /** Downloads, checks and unpacks; how many tracks came of it. */
  private int download(Path work) throws IOException {
    FileChannel lock = lock(work);
    try {
      Path archive = work.resolve("archive");
      String published = sha256 != null ? sha256 : url == null ? corpus.checksum() : null;
      String checksum = fetch(archive, corpus.archive(), url, published);
      ArchivedTracks archived = archived(work);
      Path unpacked = work.resolve("unpacked");
      FileUtils.deleteDirectory(unpacked.toFile());
      int tracks =
          new ArchiveExtractor(corpus, local(archive, url), unpacked, archived.place()).run();
      finish(unpacked, tracks, checksum, archived);
      return tracks;
    } finally {
      lock.close();
    }
  }

  private ArchivedTracks archived(Path work) throws IOException {
    if (corpus.metadata() == null) {
      return ArchivedTracks.gtzan();
    }
    Path metadata = work.resolve("metadata");
    String published = metadataUrl == null ? corpus.metadataChecksum() : null;
    fetch(metadata, corpus.metadata(), metadataUrl, published);
    return ArchivedTracks.fma(local(metadata, metadataUrl), corpus.subset(), corpus.isByGenre());
  }

  private void checkOptions() {
    corpus =
        DownloadableCorpus.named(name)
            .orElseThrow(
                () ->
                    new Stage.UsageError(
                        "NAME must be one of %s, not %s", DownloadableCorpus.names(), name));
    Stage.requireOption(
        sha256 == null || sha256.matches("[0-9a-fA-F]{64}"), "--sha256 must be 64 hex digits");
    Stage.requireOption(
        attempts >= 1 && attempts <= 100, "--attempts must be from 1 to 100, not %s", attempts);
    Stage.requireOption(pause >= 0 && pause <= 60, "--pause must be from 0 to 60, not %s", pause);
    Stage.requireOption(
        timeout >= 1 && timeout <= 3600, "--timeout must be from 1 to 3600, not %s", timeout);
    Stage.requireOption(
        metadataUrl == null || corpus.metadata() != null, "--metadata-url is for FMA");
    checkUrl("--url", url);
    checkUrl("--metadata-url", metadataUrl);
  }

  private static void checkUrl(String option, URI url) {
    boolean web = url != null && url.getHost() != null && ResumableDownload.isWeb(url);
    boolean file = url != null && "file".equals(url.getScheme()) && url.getPath() != null;
    Stage.requireOption(
        url == null || web || file, "%s must be an http, https or file URL, not %s", option, url);
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
      FileUtils.deleteDirectory(work.toFile());
    }
  }

  private void showTermsAndAsk() {
    PrintStream told = yes ? System.out : Stage.results(); // part of the question
    told.println(corpus.title());
    told.println("from " + (url == null ? corpus.archive() : url));
    told.printf(
        "Size: %s unpacked, and as much again for the archive until it is unpacked%n",
        ResumableDownload.gigabytes(corpus.unpackedBytes()));
    told.println("Terms: " + corpus.terms());
    if (yes) {
      return;
    }
    Console console = System.console();
    String answer = console == null ? null : console.readLine("Download it to %s? [y/N] ", out);
    Stage.requireOption(
        answer != null, "nobody can be asked here; --yes accepts the terms and the size");
    if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
      throw new Stage.Failure("%s: nothing was downloaded, since that was declined", out);
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

  // ---- download

  /** Downloads one file and checks it; its SHA-256. */
  private String fetch(Path file, URI official, URI other, String published) throws IOException {
    URI from = other == null ? official : other;
    long unpackedBytes = url == null ? corpus.unpackedBytes() : -1;
    var download =
        new ResumableDownload(from, file, unpackedBytes, new Patience(attempts, pause, timeout));
    if (ResumableDownload.isWeb(from)) {
      download.run();
    }
    Checksum found = Checksum.of(local(file, other));
    String wanted = published == null ? download.announcedSha256() : published;
    if (wanted == null) {
      Stage.warn(
          "not checked, since no checksum is known for %s: SHA-256 %s", from, found.sha256());
    } else if (!found.like(wanted).equalsIgnoreCase(wanted)) {
      if (ResumableDownload.isWeb(from)) {
        download.discard();
      }
      throw new Stage.Failure(
          "%s: its %s is %s, not %s; it was damaged on the way or is another file; fetch again",
          from, Checksum.algorithm(wanted), found.like(wanted), wanted);
    }
    return found.sha256();
  }

  // ---- finish

  private void finish(Path unpacked, int tracks, String checksum, ArchivedTracks archived)
      throws IOException {
    if (!archived.fma().isEmpty()) {
      new FmaFiles(unpacked, corpus.isByGenre(), archived.fma()).write();
    }
    Files.writeString(
        unpacked.resolve(MARKER),
        "%s%nfrom %s%nSHA-256 %s%n%d tracks%n"
            .formatted(corpus.title(), url == null ? corpus.archive() : url, checksum, tracks));
    Files.deleteIfExists(out); // an empty folder
    Path parent = out.toAbsolutePath().getParent();
    Store.createFolder(parent);
    Files.move(unpacked, out, StandardCopyOption.ATOMIC_MOVE);
  }

  private void printTracks(int tracks) {
    if (tracks != corpus.tracks()) {
      Stage.warn("%d tracks, where %d were expected", tracks, corpus.tracks());
    }
    String source =
        corpus.isByGenre() ? "--corpus " + out : "--manifest " + out.resolve("manifest.csv");
    System.out.printf(
        "%d tracks: %s; `verify %s%s` looks at each%n",
        tracks, out, source, corpus.subset() == null ? "" : " --expect fma");
  }
}
