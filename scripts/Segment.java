///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Cuts a corpus's tracks into non-overlapping segments: a manifest of offsets
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/audio/Audio.java
//SOURCES lib/audio/Ffmpeg.java
//SOURCES lib/audio/FileChecksum.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/corpus/CorpusOptions.java
//SOURCES lib/corpus/SegmentCut.java
//SOURCES lib/corpus/TrackIndex.java
//SOURCES lib/corpus/TrackLengths.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
// a track is garbage as soon as it is counted: a small young generation holds the memory down, and a
// heap that begins small is collected before it grows
//RUNTIME_OPTIONS -Xmx1g -Xms64m -Xmn32m -XX:+UseSerialGC -Djava.awt.headless=true

import genrelab.audio.Audio;
import genrelab.audio.Ffmpeg;
import genrelab.audio.FileChecksum;
import genrelab.corpus.Corpus;
import genrelab.corpus.CorpusOptions;
import genrelab.corpus.SegmentCut;
import genrelab.corpus.TrackLengths;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Cuts every track of a corpus into non-overlapping segments of equal length.
 *
 * <p>A track's last samples that fill no whole segment are left out, as in the paper. No audio is
 * copied: the manifest says which samples of which file a segment is, and {@code --wav} writes the
 * segments as files for those who want to hear them. Tracks are read piece by piece, in memory that
 * does not grow with their length.
 */
@Command(
    name = "segment",
    description = "Cuts a corpus's tracks into non-overlapping segments: a manifest of offsets.")
public class Segment implements Callable<Integer> {
  private static final int NAMED = 10;

  @ArgGroup(multiplicity = "1")
  CorpusOptions source;

  @Option(
      names = "--out",
      defaultValue = "segments.json",
      description = "The manifest to write (default ${DEFAULT-VALUE}).")
  @Output({"track", "genre", "start"})
  Path out;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Length of a segment, 0.1 to 60 s (default ${DEFAULT-VALUE}).")
  double seconds;

  @Option(
      names = "--lengths",
      paramLabel = "FILE",
      description =
          "What verify --lengths wrote: tracks whose checksums are still the same are not read"
              + " again to count their samples.")
  Path lengths;

  @Option(names = "--wav", description = "Also write each segment as a wav file below this folder.")
  @Output
  Path wav;

  public static void main(String... args) {
    System.exit(Stage.run(new Segment(), args));
  }

  /**
   * What became of a track: its segments, whose rows are made as they are written, or why it was
   * skipped.
   */
  private record Cut(
      Corpus.Track track, SegmentCut segments, FileChecksum checksum, String skipped) {
    int count() {
      return skipped == null ? segments.count() : 0;
    }
  }

  @Override
  public Integer call() {
    Stage.requireOption(
        seconds >= 0.1 && seconds <= 60, "--seconds must be from 0.1 to 60, not %s", seconds);
    Corpus tracks = source.open();
    TrackLengths known = lengths == null ? TrackLengths.none() : TrackLengths.read(lengths);
    List<Cut> cuts = cutAll(tracks, known);
    if (cuts.stream().allMatch(cut -> cut.count() == 0)) {
      throw new Stage.Failure(
          "%s: no track holds a whole segment of %s s; `verify` lists what is wrong",
          source, seconds);
    }
    Iterable<Rows.Segment> rows = () -> cuts.stream().flatMap(this::rows).iterator();
    Store.writeRows(out, rows);
    tell(tracks, cuts);
    return 0;
  }

  private Stream<Rows.Segment> rows(Cut cut) {
    if (cut.skipped() != null) {
      return Stream.empty();
    }
    String file = fromManifest(cut.track().file());
    return cut
        .segments()
        .rows(cut.track(), file, cut.checksum().bytes(), cut.checksum().crc32())
        .stream();
  }

  private List<Cut> cutAll(Corpus corpus, TrackLengths known) {
    List<Corpus.Track> tracks = corpus.tracks();
    try (ProgressBar progress = Progress.of("segment", tracks.size())) {
      return tracks.parallelStream()
          .map(track -> cut(track, corpus.root(), known))
          .peek(done -> progress.step())
          .toList();
    }
  }

  private Cut cut(Corpus.Track track, Path root, TrackLengths known) {
    try {
      FileChecksum checksum = checksum(track.file());
      Optional<Audio.Length> found = known.of(root, track.file(), checksum);
      Audio.Length whole =
          found.isPresent()
              ? found.get()
              : wav == null
                  ? Audio.length(track.file(), Audio.MAX_TRACK_HOURS)
                  : Audio.decodedLength(track.file(), Audio.MAX_TRACK_HOURS);
      SegmentCut cut = SegmentCut.of(whole, seconds);
      if (wav != null) { // only now, that it is known to be sound to its end
        writeWavs(track, cut.count(), cut.length());
      }
      return new Cut(track, cut, checksum, null);
    } catch (Audio.Unreadable unusable) {
      return new Cut(track, null, null, unusable.problem + ": " + unusable.getMessage());
    }
  }

  private static FileChecksum checksum(Path file) throws Audio.Unreadable {
    try {
      return FileChecksum.of(file);
    } catch (UncheckedIOException error) {
      throw new Audio.Unreadable("unreadable", error.getCause().getMessage(), error);
    }
  }

  private void writeWavs(Corpus.Track track, int count, int length) throws Audio.Unreadable {
    try (Audio.Reader audio = Audio.open(track.file())) {
      for (int i = 0; i < count; i++) {
        String name = "%s-%02d.wav".formatted(track.id(), i);
        Path file = wav.resolve(track.genre()).resolve(name);
        new Audio(audio.take(length), audio.rate()).writeWav(file);
      }
    }
  }

  /** The file as the manifest names it: relative to its folder, so that both can move together. */
  private String fromManifest(Path file) {
    Path folder = out.toAbsolutePath().normalize().getParent();
    Path audio = file.toAbsolutePath().normalize();
    boolean sameDisk = folder.getRoot().equals(audio.getRoot());
    return Store.slashed(sameDisk ? folder.relativize(audio) : audio);
  }

  /** Prints what was not read, track or not, and what became of the rest. */
  private void tell(Corpus corpus, List<Cut> cuts) {
    List<Cut> skipped = cuts.stream().filter(cut -> cut.skipped() != null).toList();
    var needFfmpeg = new ArrayList<Path>();
    for (Cut cut : skipped) {
      if (cut.skipped().startsWith(Ffmpeg.NEEDED)) {
        needFfmpeg.add(cut.track().file());
      } else {
        System.err.printf("skipped %s: %s%n", cut.track().file(), cut.skipped());
      }
    }
    List<Rows.Problem> unread = corpus.unexpected();
    for (Rows.Problem problem : unread) {
      Path file = corpus.root().resolve(problem.file());
      if (problem.problem().equals(Ffmpeg.NEEDED)) {
        needFfmpeg.add(file);
      } else {
        System.err.printf("skipped %s: %s%n", file, problem.detail());
      }
    }
    if (!needFfmpeg.isEmpty()) {
      System.err.printf(
          "skipped %d files that need ffmpeg (%s%s): %s%n",
          needFfmpeg.size(),
          needFfmpeg.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", ")),
          needFfmpeg.size() > NAMED ? ", …" : "",
          Ffmpeg.INSTALL);
    }
    Set<String> empty = new TreeSet<>();
    skipped.forEach(cut -> empty.add(cut.track().genre()));
    unread.stream().map(Rows.Problem::genre).filter(genre -> !genre.isEmpty()).forEach(empty::add);
    cuts.stream().filter(cut -> cut.count() > 0).forEach(cut -> empty.remove(cut.track().genre()));
    empty.forEach(
        genre -> Stage.warn("genre %s has no segments; all its files are skipped", genre));
    System.out.printf(
        "%d segments of %s s from %d tracks, %d skipped: %s%n",
        cuts.stream().mapToLong(Cut::count).sum(),
        seconds,
        cuts.size() - skipped.size(),
        skipped.size() + unread.size(),
        out);
  }
}
