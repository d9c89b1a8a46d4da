//SOURCES ../audio/Audio.java
//SOURCES ../audio/FileChecksum.java
//SOURCES ../corpus/Corpus.java
//SOURCES Features.java
//SOURCES Mel.java
//SOURCES ../audio/Resampling.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../kit/Progress.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.audio.Audio;
import genrelab.audio.FileChecksum;
import genrelab.audio.Resampling;
import genrelab.corpus.Corpus;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;

/**
 * The way from a manifest of segments to the features JSON, which {@code mfcc} and {@code logmel}
 * share.
 *
 * <p>Tracks stream through: each is read once, a few at a time, and written in the manifest's order
 * whatever the threads, so that memory does not grow with the corpus.
 *
 * @param segments the manifest of segments
 * @param rate Hz; other audio is resampled to it
 * @param nFft samples a frame
 * @param hop samples from frame to frame
 * @param centre whether frames are centred on multiples of the hop
 * @param threads tracks computed at a time, at least 1
 */
public record Extraction(Path segments, int rate, int nFft, int hop, boolean centre, int threads) {
  private static final int TRACKS_AHEAD_OF_EACH_THREAD = 2;

  /**
   * Computes every segment's features and writes them, each track as soon as it is its turn.
   *
   * @param key {@code mfcc} or {@code logmel}
   * @param out a {@code .json} or {@code .json.gz} file
   * @param least frames that a segment must have, at least 1
   * @param width values a frame
   * @param params what is recorded beside the segments' length
   * @param extractors makes, for a thread of its own, what turns a segment's samples at {@link
   *     #rate} into frames × width values
   * @return what was written, without values
   * @throws Stage.Failure if the manifest lists nothing, its segments make unequal numbers of
   *     frames, or a track can't be read or is not what it was when it was cut
   */
  public Features write(
      String key,
      Path out,
      int least,
      int width,
      ObjectNode params,
      Supplier<UnaryOperator<float[]>> extractors) {
    return compute(
        key, least, width, params, extractors, (header, values) -> header.write(out, values));
  }

  /**
   * Computes every segment's features as {@link #write} does, and hands them to a receiver.
   *
   * @param to takes what is known beforehand and, as they come, the values; must take them all
   */
  public Features compute(
      String key,
      int least,
      int width,
      ObjectNode params,
      Supplier<UnaryOperator<float[]>> extractors,
      BiConsumer<Features, Iterator<float[]>> to) {
    List<Rows.Segment> rows = Store.readRows(segments, Rows.Segment.class);
    int frames = framesOfEach(rows, least);
    var tracks = new LinkedHashMap<String, List<Rows.Segment>>();
    rows.forEach(row -> tracks.computeIfAbsent(row.file(), f -> new ArrayList<>()).add(row));
    requireOneRunATrack(rows, tracks.size());
    params.put("seconds", (double) rows.get(0).length() / rows.get(0).rate());
    Features header = header(key, rows, frames, width, params);

    var extractor = ThreadLocal.withInitial(extractors);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (ProgressBar progress = Progress.of(key, tracks.size())) {
      var perTrack =
          inOrder(
              pool,
              tracks.values().stream()
                  .<Callable<List<float[]>>>map(track -> () -> values(track, extractor.get()))
                  .iterator(),
              progress);
      to.accept(header, perTrack.flatMap(List::stream).iterator());
    } finally {
      pool.shutdownNow();
    }
    return header;
  }

  /** All segments give the same number of frames, or the set is no rectangle. */
  private int framesOfEach(List<Rows.Segment> rows, int least) {
    if (rows.isEmpty()) {
      throw new Stage.Failure("%s: it lists no segments; run segment again", segments);
    }
    int first = frames(rows.get(0));
    for (Rows.Segment row : rows) {
      int frames = frames(row);
      if (frames != first) {
        throw new Stage.Failure(
            "%s: segment %d of %s makes %d frames, the first %d; cut equal segments",
            segments, row.segment(), row.track(), frames, first);
      }
    }
    if (first < least) {
      throw new Stage.Failure(
          "%s: its segments make %d frames; cut segments of at least %d samples",
          segments, first, (long) (least - 1) * hop + (centre ? 1 : nFft));
    }
    return first;
  }

  private int frames(Rows.Segment row) {
    int samples = samplesAtRate(row);
    return samples < 1 ? 0 : Mel.frames(samples, nFft, hop, centre);
  }

  private int samplesAtRate(Rows.Segment row) {
    return (int) Math.round((double) row.length() * rate / row.rate());
  }

  private void requireOneRunATrack(List<Rows.Segment> rows, int tracks) {
    long runs =
        1
            + IntStream.range(1, rows.size())
                .filter(i -> !rows.get(i).file().equals(rows.get(i - 1).file()))
                .count();
    if (runs != tracks) {
      throw new Stage.Failure(
          "%s: a file's segments do not stand together; run segment again", segments);
    }
  }

  private Features header(
      String key, List<Rows.Segment> rows, int frames, int width, ObjectNode params) {
    List<String> mapping =
        new ArrayList<>(new TreeSet<>(rows.stream().map(Rows.Segment::genre).toList()));
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "audio").put("genrelab", Stage.VERSION).put("TarsosDSP", "2.4");
    provenance.put("synthetic", Corpus.isSynthetic(audioFile(rows.get(0))));
    provenance.putObject("inputs").put(segments.getFileName().toString(), Store.sha256(segments));
    return new Features(
        key,
        mapping,
        rows.stream().mapToInt(row -> mapping.indexOf(row.genre())).toArray(),
        rows.stream().map(Rows.Segment::track).toArray(String[]::new),
        rows.stream().mapToInt(Rows.Segment::segment).toArray(),
        null,
        frames,
        width,
        null,
        params,
        provenance);
  }

  private Path audioFile(Rows.Segment row) {
    return segments.toAbsolutePath().getParent().resolve(row.file()).normalize();
  }

  /** The values of one track's segments, in their order. */
  private List<float[]> values(List<Rows.Segment> track, UnaryOperator<float[]> extractor) {
    Path file = audioFile(track.get(0));
    Audio audio;
    try {
      audio = Audio.read(file);
    } catch (Audio.Unreadable unusable) {
      throw new Stage.Failure(
          "%s: %s (%s); run segment again", file, unusable.problem, unusable.getMessage());
    }
    FileChecksum.requireSame(file, track.get(0).bytes(), track.get(0).crc32());
    for (Rows.Segment row : track) {
      if (row.rate() != audio.rate() || row.start() + row.length() > audio.samples().length) {
        throw new Stage.Failure("%s: it has changed since it was cut; run segment again", file);
      }
    }
    // the whole track, as librosa.load does: pieces would each begin and end with a transient
    float[] samples = Resampling.resample(audio.samples(), audio.rate(), rate);
    var values = new ArrayList<float[]>();
    for (Rows.Segment row : track) {
      int start = Math.toIntExact(Math.round((double) row.start() * rate / row.rate()));
      // past the end by a rounded sample at most
      values.add(extractor.apply(Arrays.copyOfRange(samples, start, start + samplesAtRate(row))));
    }
    return values;
  }

  /** Runs jobs a few ahead of their reader and gives their results in the jobs' order. */
  private <T> Stream<T> inOrder(
      ExecutorService pool, Iterator<Callable<T>> jobs, ProgressBar progress) {
    var ahead = new ArrayDeque<Future<T>>();
    return Stream.generate(
            () -> {
              while (ahead.size() < TRACKS_AHEAD_OF_EACH_THREAD * threads && jobs.hasNext()) {
                ahead.add(pool.submit(jobs.next()));
              }
              return ahead.poll();
            })
        .takeWhile(job -> job != null)
        .map(job -> await(job, progress));
  }

  private static <T> T await(Future<T> job, ProgressBar progress) {
    try {
      T result = job.get();
      progress.step();
      return result;
    } catch (ExecutionException error) {
      if (error.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (error.getCause() instanceof Error cause) { // of memory: Stage says what to do
        throw cause;
      }
      throw new IllegalStateException(error.getCause());
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted; nothing was written");
    }
  }
}
