// Reads zip with bzip2, which FMA uses and the JDK can't, and tells links in tar and zip.
//DEPS org.apache.commons:commons-compress:1.28.0
//DEPS commons-io:commons-io:2.20.0
//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES DownloadableCorpus.java
//SOURCES ResumableDownload.java

package genrelab.download;

import static genrelab.download.ResumableDownload.gigabytes;

import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.io.FileUtils;

/**
 * Unpacks the tracks of a tar.gz or zip that may be hostile: no entry leaves the folder, is a link,
 * or grows beyond what it says; their number and size are limited.
 */
public final class ArchiveExtractor {
  private static final int LEAST_ENTRIES = 20_000;
  private static final long LEAST_UNPACKED = 20_000_000_000L;
  private static final int MAX_NAME = 1024;

  /** What no archive of this corpus exceeds. */
  private final int maxEntries;

  private final long maxUnpacked;
  private final Path archive;
  private final Path folder;
  private final DownloadableCorpus corpus;
  private final UnaryOperator<String> place;
  private final Set<String> names = new HashSet<>();
  private int entries;
  private long bytes;
  private int files;
  private ProgressBar progress;

  /**
   * @param archive of the corpus
   * @param folder where tracks go, made anew
   * @param place an entry's name → its place in the folder, or null to leave it out
   */
  public ArchiveExtractor(
      DownloadableCorpus corpus, Path archive, Path folder, UnaryOperator<String> place) {
    this.corpus = corpus;
    maxEntries = Math.max(LEAST_ENTRIES, 2 * corpus.tracks());
    maxUnpacked = Math.max(LEAST_UNPACKED, 2 * corpus.unpackedBytes());
    this.archive = archive;
    this.folder = folder;
    this.place = place;
  }

  /**
   * Unpacks the tracks.
   *
   * @return how many they are
   * @throws Stage.Failure if the archive is damaged, holds no track, or an entry is not harmless;
   *     nothing is left of the folder then
   */
  public int run() {
    try (var in = new BufferedInputStream(Files.newInputStream(archive))) {
      in.mark(4);
      int magic = in.read() << 8 | in.read();
      in.reset();
      try (ProgressBar bar = Progress.of("unpack", corpus.tracks())) {
        progress = bar;
        if (magic == 0x1f8b) {
          untar(in);
        } else if (magic == 0x504b) {
          unzip();
        } else {
          throw refused("is no tar.gz and no zip");
        }
        if (files == 0) {
          throw refused("holds no track of " + corpus.name());
        }
        return files;
      }
    } catch (FileSystemException local) {
      FileUtils.deleteQuietly(folder.toFile());
      throw new UncheckedIOException(local);
    } catch (IOException | RuntimeException broken) {
      FileUtils.deleteQuietly(folder.toFile());
      if (broken instanceof Stage.Failure failure) {
        throw failure;
      }
      String why = broken instanceof EOFException ? "it ends early" : broken.getMessage();
      throw new Stage.Failure(
          "%s: the archive is damaged (%s); delete it and fetch again", archive, why);
    }
  }

  private void untar(InputStream in) throws IOException {
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
        take(entry.getName(), plain, entry.isDirectory(), entry.getSize(), tar);
      }
    }
  }

  private void unzip() throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        int kind = entry.getUnixMode() & 0170000;
        boolean plain =
            (kind == 0 || kind == 0100000 || kind == 0040000)
                && !entry.isUnixSymlink()
                && zip.canReadEntryData(entry);
        try (InputStream in = plain ? zip.getInputStream(entry) : null) {
          take(entry.getName(), plain, entry.isDirectory(), entry.getSize(), in);
        }
      }
    }
  }

  private Stage.Failure refused(String what) {
    return new Stage.Failure("%s: %s; nothing was unpacked, use another copy", archive, what);
  }

  private void take(String name, boolean plain, boolean directory, long size, InputStream content)
      throws IOException {
    if (++entries > maxEntries) {
      throw refused("holds over %d entries".formatted(maxEntries));
    }
    if (!isSafe(name)) {
      throw refused("entry '%s' leads out of the folder".formatted(printable(name)));
    }
    if (!plain) {
      throw refused("entry '%s' is a link, a device or unreadable".formatted(printable(name)));
    }
    if (size < 0 || size > maxUnpacked - bytes) {
      throw refused("unpacks to over %s".formatted(gigabytes(maxUnpacked)));
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
