//SOURCES Audio.java
//SOURCES ByteWindow.java
//SOURCES OtherFormat.java

package genrelab.audio;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Audio that only the program {@code ffmpeg} reads: AAC and ALAC (m4a), Opus, WMA, AC-3 and so on,
 * as librosa loads it through audioread.
 *
 * <p>ffmpeg is a process of its own, started without a shell, that writes the file's first audio
 * stream as 32-bit floats at the file's own rate to a pipe. It may open local files only, as none
 * of the formats that name other files or addresses (playlists, concat, DASH). It is ended when it
 * gives nothing for a minute, takes longer than the music plays, or the reader is closed.
 */
public final class Ffmpeg implements Audio.Blocks {
  /** Endings of files that need ffmpeg, in lower case. */
  public static final Set<String> ENDINGS =
      Set.of(
          "3gp", "aac", "ac3", "alac", "amr", "ape", "asf", "caf", "dff", "dsf", "dts", "eac3",
          "m4a", "m4b", "m4p", "mka", "mp4", "mpc", "opus", "ra", "rm", "spx", "tta", "w64", "webm",
          "wma", "wv");

  /** What to do where there is none. */
  public static final String INSTALL =
      "install ffmpeg (apt, dnf, brew or winget install ffmpeg) so that it is on PATH, or convert"
          + " to flac";

  /** A path in place of the one on PATH; none for no ffmpeg at all. */
  private static final String PROPERTY = "genrelab.ffmpeg";

  /** Seconds without a sample after which ffmpeg is ended, in place of a minute. */
  private static final String PATIENCE = "genrelab.ffmpeg.seconds";

  private static final String DEMUXERS =
      "aac,ac3,eac3,aiff,ape,amr,amrnb,amrwb,asf,au,avi,caf,dsf,dts,dtshd,flac,flv,iff,loas,"
          + "matroska,mlp,mov,mpc,mpc8,mpeg,mpegts,ogg,oma,qcp,rm,shn,tak,truehd,tta,voc,w64,wav,"
          + "wv,xwma";

  /** The problem of a file that needs ffmpeg where there is none. */
  public static final String NEEDED = "needs ffmpeg";

  private static final long MOST_COPIED = 1L << 31;
  private static final int BLOCK_BYTES = 1 << 16;
  private static final int MOST_HEADER = 1 << 16;
  private static final int AU_FLOAT = 6;

  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final Path copy;
  private final Process process;
  private final InputStream out;
  private final Complaint complaint;
  private final int rate;
  private final int channels;
  private final byte[] bytes;
  private volatile boolean stopped;
  private double secondsWaited;
  private long samples;

  private static ScheduledThreadPoolExecutor clock() {
    var clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, "ffmpeg's clock");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  /** The program, if there is one on PATH. */
  public static Optional<Path> program() {
    String given = System.getProperty(PROPERTY);
    if (given != null) {
      return Optional.of(given).filter(path -> !path.equals("none")).map(Path::of);
    }
    String name = File.separatorChar == '\\' ? "ffmpeg.exe" : "ffmpeg";
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator)) {
      try {
        Path program = Path.of(folder).resolve(name);
        // a relative folder would start what lies beside somebody's music
        if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
          return Optional.of(program);
        }
      } catch (InvalidPathException notAFolder) {
        // the next
      }
    }
    return Optional.empty();
  }

  /**
   * Reads what no decoder here does.
   *
   * @param bytes the beginning of which has been looked at
   * @param file where they stand; null if they come from elsewhere
   * @param format what is known of it
   * @throws Audio.Unreadable if there is no ffmpeg, or it can't read the file either
   */
  static Ffmpeg open(ByteWindow bytes, Path file, OtherFormat format)
      throws IOException, Audio.Unreadable {
    Optional<Path> program = program();
    Audio.Unreadable unread = null;
    try {
      if (program.isPresent()) {
        return open(program.get(), format, bytes, file);
      }
    } catch (Audio.Unreadable error) {
      unread = error;
    }
    if (format.name == null) {
      throw new Audio.Unreadable("unreadable", "not an audio file of a known format", unread);
    }
    throw unread != null
        ? unread
        : new Audio.Unreadable(NEEDED, "only ffmpeg reads %s; %s".formatted(format.name, INSTALL));
  }

  private static Ffmpeg open(Path program, OtherFormat format, ByteWindow bytes, Path file)
      throws IOException, Audio.Unreadable {
    boolean seekable =
        file != null
            && file.getFileSystem().equals(FileSystems.getDefault())
            && Files.isRegularFile(file);
    if (seekable) {
      return open(program, format, file, null);
    }
    Path copy = Files.createTempFile("genrelab-", ".audio");
    boolean opened = false;
    try {
      copy(bytes, copy);
      Ffmpeg ffmpeg = open(program, format, copy, copy);
      opened = true;
      return ffmpeg;
    } finally {
      if (!opened) {
        Files.deleteIfExists(copy);
      }
    }
  }

  private static Ffmpeg open(Path program, OtherFormat format, Path file, Path copy)
      throws IOException, Audio.Unreadable {
    if (!OtherFormat.OGG_OPUS.equals(format.name)) {
      return new Ffmpeg(program, List.of(), file, copy);
    }
    try {
      // ffmpeg's own decoder differs from it by up to 0.002
      return new Ffmpeg(program, List.of("-c:a", "libopus"), file, copy);
    } catch (Audio.Unreadable unread) {
      if (unread.getMessage().contains("Unknown decoder")) {
        return new Ffmpeg(program, List.of(), file, copy);
      }
      throw unread;
    }
  }

  /** A file of its own, since m4a files have their table of contents at the end. */
  private static void copy(ByteWindow bytes, Path to) throws IOException, Audio.Unreadable {
    try (InputStream in = bytes.from(bytes.first());
        OutputStream out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[BLOCK_BYTES];
      long length = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        length += n;
        if (length > MOST_COPIED) {
          throw new Audio.Unreadable("unreadable", "over 2 GiB from a pipe; name a file");
        }
        out.write(buffer, 0, n);
      }
    }
  }

  /**
   * Starts ffmpeg.
   *
   * @param decoder options that choose one
   * @param file a regular file of the default file system
   * @param copy a file to delete in the end, or null
   * @throws Audio.Unreadable if it holds no audio that ffmpeg can read
   */
  private Ffmpeg(Path program, List<String> decoder, Path file, Path copy)
      throws IOException, Audio.Unreadable {
    this.copy = copy;
    process = new ProcessBuilder(command(program, decoder, file)).start();
    process.getOutputStream().close();
    out = process.getInputStream();
    complaint = new Complaint(process.getErrorStream());
    boolean opened = false;
    try {
      ByteBuffer header = ByteBuffer.wrap(bytesOfHeader());
      rate = header.getInt(16);
      channels = header.getInt(20);
      boolean sane =
          header.getInt(12) == AU_FLOAT
              && rate >= Audio.MIN_RATE
              && rate <= Audio.MAX_RATE
              && channels >= 1
              && channels <= Audio.MAX_CHANNELS;
      if (!sane) {
        throw new Audio.Unreadable("unreadable", "its header makes no sense");
      }
      bytes = new byte[BLOCK_BYTES / (4 * channels) * (4 * channels)];
      opened = true;
    } finally {
      if (!opened) {
        stop();
      }
    }
  }

  private static List<String> command(Path program, List<String> decoder, Path file) {
    String longest = String.valueOf(3600 * Audio.MAX_TRACK_HOURS + 60);
    var command = new ArrayList<String>(List.of(program.toString(), "-nostdin", "-hide_banner"));
    command.addAll(List.of("-loglevel", "error"));
    command.add("-xerror"); // damage is an error, not something to conceal
    command.addAll(List.of("-protocol_whitelist", "file,pipe", "-format_whitelist", DEMUXERS));
    command.addAll(decoder);
    // whatever the name begins with, it is a file
    command.addAll(List.of("-i", "file:" + file.toAbsolutePath()));
    command.addAll(List.of("-map", "0:a:0", "-t", longest, "-c:a", "pcm_f32be", "-f", "au"));
    command.add("pipe:1");
    return command;
  }

  /** An au file's header: its magic, its own length, and four numbers that are asked for above. */
  private byte[] bytesOfHeader() throws IOException, Audio.Unreadable {
    byte[] start = new byte[24];
    if (fill(start) < start.length) {
      finish();
      throw new Audio.Unreadable("unreadable", "ffmpeg finds no audio in it");
    }
    int length = ByteBuffer.wrap(start).getInt(4);
    boolean au = new String(start, 0, 4, StandardCharsets.US_ASCII).equals(".snd");
    if (!au || length < start.length || length > MOST_HEADER) {
      throw new Audio.Unreadable("unreadable", "ffmpeg's answer makes no sense");
    }
    fill(new byte[length - start.length]);
    return start;
  }

  @Override
  public int rate() {
    return rate;
  }

  @Override
  public float[] next() throws IOException, Audio.Unreadable {
    int frames = fill(bytes) / (4 * channels);
    if (frames == 0) {
      finish();
      return null;
    }
    samples += frames;
    FloatBuffer values = ByteBuffer.wrap(bytes).asFloatBuffer();
    float[] mono = new float[frames];
    for (int i = 0; i < frames; i++) {
      float sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += values.get(i * channels + c);
      }
      mono[i] = sum / channels;
    }
    return mono;
  }

  /** As many bytes as there are room for; fewer at the end. */
  private int fill(byte[] to) throws IOException, Audio.Unreadable {
    double patience = Integer.getInteger(PATIENCE, 60);
    double played = rate == 0 ? 0 : (double) samples / rate;
    double allowed = Math.max(0, Math.min(patience, patience + played - secondsWaited));
    Future<?> alarm = CLOCK.schedule(this::stop, (long) (1000 * allowed), TimeUnit.MILLISECONDS);
    long begin = System.nanoTime();
    try {
      return out.readNBytes(to, 0, to.length);
    } catch (IOException closed) {
      if (stopped) {
        return 0;
      }
      throw closed;
    } finally {
      secondsWaited += (System.nanoTime() - begin) / 1e9;
      boolean inTime = alarm.cancel(false) && !stopped;
      if (!inTime) {
        throw new Audio.Unreadable(
            "unreadable", "ffmpeg hangs over it, or is slower than the music plays");
      }
    }
  }

  /** Sees whether ffmpeg came to the file's end without a complaint. */
  private void finish() throws IOException, Audio.Unreadable {
    int exit;
    try {
      if (!process.waitFor(Integer.getInteger(PATIENCE, 60), TimeUnit.SECONDS)) {
        throw new Audio.Unreadable("unreadable", "ffmpeg does not end");
      }
      exit = process.exitValue();
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", error);
    }
    String words = complaint.firstLine();
    if (words.contains("ended prematurely") || words.contains("partial file")) {
      throw new Audio.Unreadable(
          "truncated", "%d samples are there; ffmpeg: %s".formatted(samples, words));
    }
    if (exit != 0) {
      throw new Audio.Unreadable(
          "unreadable", "ffmpeg: " + (words.isEmpty() ? "exit code " + exit : words));
    }
  }

  @Override
  public void close() {
    stop();
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException error) {
        copy.toFile().deleteOnExit();
      }
    }
  }

  private void stop() {
    stopped = true;
    // a wrapper's children too: they hold the pipe open
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** What ffmpeg says on standard error, read lest it waits for a reader. */
  private static final class Complaint {
    private static final int KEPT = 1 << 12;

    private final byte[] first = new byte[KEPT];
    private int length;
    private final Thread reader;

    Complaint(InputStream err) {
      reader = new Thread(() -> read(err), "ffmpeg's complaints");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(InputStream err) {
      byte[] buffer = new byte[KEPT];
      try (var in = err) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          int some = Math.min(n, KEPT - length);
          System.arraycopy(buffer, 0, first, length, some);
          length += some;
        }
      } catch (IOException ended) {
        // what was said until then
      }
    }

    /** The first line, without the part of ffmpeg that says it; empty if there is none. */
    String firstLine() throws IOException {
      try {
        reader.join(1000);
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", error);
      }
      String text = new String(first, 0, length, StandardCharsets.UTF_8);
      return text.lines().findFirst().orElse("").replaceFirst("^(\\[[^]]*\\] ?)+", "").strip();
    }
  }
}
