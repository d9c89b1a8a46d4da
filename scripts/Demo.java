///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Writes a deterministic synthetic corpus of ten genres in GTZAN's layout
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/corpus/ArtistTable.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/demo/Genres.java
//SOURCES lib/demo/Signals.java
//SOURCES lib/demo/SyntheticTrack.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.corpus.ArtistTable;
import genrelab.corpus.Corpus;
import genrelab.demo.Genres;
import genrelab.demo.Signals;
import genrelab.demo.SyntheticTrack;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Renders tracks of ten synthetic genres, so that every stage can be tried without a download.
 *
 * <p>The bytes are the same on every machine and for any number of threads: random numbers are
 * seeded for each track, and no function is used whose last digit depends on the machine.
 */
@Command(
    name = "demo",
    description =
        "Writes a deterministic synthetic corpus of ten genres in GTZAN's layout: "
            + "GENRE/GENRE.NNNNN.wav (22,050 Hz, mono, 16 bits), artists.csv, and SYNTHETIC.md, "
            + "which marks it. No musical recording: figures from it say nothing about music.")
public final class Demo implements Callable<Integer> {

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the corpus: new, empty, or an earlier synthetic corpus.")
  @Output
  Path out;

  @Option(
      names = "--tracks",
      paramLabel = "N",
      description = "Tracks of each genre, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  int tracks = 10;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Length of a track in seconds, 1 to 600 (default: ${DEFAULT-VALUE}).")
  int seconds = 30;

  @Option(
      names = "--seed",
      paramLabel = "K",
      description = "Another seed, another corpus (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  public static void main(String... args) {
    System.exit(Stage.run(new Demo(), args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Stage.requireOption(
        tracks >= 1 && tracks <= 1000, "--tracks must be from 1 to 1000, not %s", tracks);
    Stage.requireOption(
        seconds >= 1 && seconds <= 600, "--seconds must be from 1 to 600, not %s", seconds);
    requireFreeFolder();
    // the mark comes first: whatever an interrupted run leaves is known to be synthetic
    Corpus.markSynthetic(out, mark());
    removeSurplusTracks();
    List<SyntheticTrack> corpus = tracks(tracks);
    writeArtists(corpus);
    render(corpus);
    System.out.printf(
        "%d synthetic tracks (%.1f minutes) of %d genres in %s; no musical recordings%n",
        corpus.size(), corpus.size() * seconds / 60.0, Genres.ALL.size(), out);
    return 0;
  }

  /** So many tracks of every genre, genre after genre. */
  private static List<SyntheticTrack> tracks(int ofGenre) {
    return Genres.ALL.stream()
        .flatMap(
            genre ->
                IntStream.range(0, ofGenre).mapToObj(number -> new SyntheticTrack(genre, number)))
        .toList();
  }

  private void requireFreeFolder() throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new Stage.Failure("%s: not a folder; choose another name for the corpus", out);
    }
    boolean synthetic = Corpus.isSynthetic(tracks(1).get(0).file(out));
    if (Files.exists(out) && !synthetic) {
      try (Stream<Path> entries = Files.list(out)) {
        if (entries.findAny().isPresent()) {
          throw new Stage.Failure(
              "%s: not empty and not a synthetic corpus; choose a new or empty folder", out);
        }
      }
    }
  }

  private String mark() {
    return String.format(
        Locale.ROOT,
        """
        # Synthetic corpus

        Every track here is synthetic: rendered by a program, `genrelab demo --tracks %d --seconds \
        %d --seed %d`
        (genrelab %s). There is no musical recording in it, and the genres are rough imitations.
        Its artists are synthetic too (`artists.csv`).

        **Figures from this corpus say nothing about music.** It is for trying the stages and for
        tests.
        """,
        tracks,
        seconds,
        seed,
        Stage.VERSION);
  }

  /** Removes an earlier, larger corpus's tracks, which mark and artists would not cover. */
  private void removeSurplusTracks() throws IOException {
    for (SyntheticTrack track : tracks(1000)) {
      if (track.number() >= tracks) {
        Files.deleteIfExists(track.file(out));
      }
    }
  }

  private void writeArtists(List<SyntheticTrack> corpus) {
    var artists = new LinkedHashMap<String, String>();
    corpus.forEach(track -> artists.put(track.id(), track.artist()));
    ArtistTable.write(out.resolve("artists.csv"), artists);
  }

  private void render(List<SyntheticTrack> corpus) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads());
    try (ProgressBar progress = Progress.of("Synthetic tracks", corpus.size())) {
      var jobs = new ArrayList<Future<?>>();
      for (SyntheticTrack track : corpus) {
        jobs.add(
            pool.submit(
                () -> {
                  track.render(seconds, seed).writeWav(track.file(out));
                  progress.step();
                }));
      }
      for (Future<?> job : jobs) {
        job.get();
      }
    } catch (ExecutionException error) {
      if (error.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(error.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** One a processor, but no more than half the heap can hold. */
  private int threads() {
    long bytesOfTrack = (long) seconds * Signals.RATE * 3 * Float.BYTES;
    long fitting = Runtime.getRuntime().maxMemory() / 2 / bytesOfTrack;
    return (int) Math.max(1, Math.min(fitting, Runtime.getRuntime().availableProcessors()));
  }
}
