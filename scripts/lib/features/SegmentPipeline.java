//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Segments' values in their tracks' order, computed by several threads: a track is one thread's
 * work, and begun a little ahead of its turn. Memory grows neither with the tracks' number nor with
 * their length: a thread waits where its values are not taken.
 *
 * <p>Threads take tracks in their order, so the one whose turn it is always has a thread.
 *
 * @param <T> a segment
 */
final class SegmentPipeline<T> implements Iterator<float[]>, AutoCloseable {
  private static final int TRACKS_AHEAD_OF_EACH_THREAD = 2;

  /** Stands where values would be, had their computation not failed. */
  private static final float[] FAILED = {};

  private record RunningTrack(BlockingQueue<float[]> values, int segments, Future<?> work) {}

  private final Iterator<List<T>> tracks;
  private final BiConsumer<List<T>, Consumer<float[]>> compute;
  private final int segmentsAhead;
  private final int tracksAhead;
  private final Runnable afterTrack;
  private final ExecutorService pool;
  private final ArrayDeque<RunningTrack> running = new ArrayDeque<>();

  /** Of the first track of {@code running}. */
  private int taken;

  /**
   * Begins nothing yet.
   *
   * @param tracks each with one segment at least
   * @param compute hands on the values of each of a track's segments in their order, none of them
   *     empty
   * @param threads at least 1
   * @param segmentsAhead how many of a track's segments may wait to be taken, at least 1
   * @param afterTrack runs as each track is done
   */
  SegmentPipeline(
      Iterator<List<T>> tracks,
      BiConsumer<List<T>, Consumer<float[]>> compute,
      int threads,
      int segmentsAhead,
      Runnable afterTrack) {
    this.tracks = tracks;
    this.compute = compute;
    this.segmentsAhead = segmentsAhead;
    this.tracksAhead = TRACKS_AHEAD_OF_EACH_THREAD * threads;
    this.afterTrack = afterTrack;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  @Override
  public boolean hasNext() {
    return !running.isEmpty() || tracks.hasNext();
  }

  /**
   * The next segment's values.
   *
   * @throws RuntimeException what the track's computation failed with, at its last segment at the
   *     latest
   */
  @Override
  public float[] next() {
    while (running.size() < tracksAhead && tracks.hasNext()) {
      running.add(begin(tracks.next()));
    }
    if (running.isEmpty()) {
      throw new NoSuchElementException();
    }
    RunningTrack track = running.peek();
    float[] values = takeFrom(track);
    taken++;
    if (values == FAILED || taken == track.segments()) {
      await(track.work());
      running.remove();
      taken = 0;
      afterTrack.run();
    }
    return values;
  }

  private RunningTrack begin(List<T> segments) {
    var values =
        new ArrayBlockingQueue<float[]>(Math.min(segments.size(), segmentsAhead) + 1); // FAILED
    return new RunningTrack(values, segments.size(), pool.submit(() -> run(segments, values)));
  }

  private void run(List<T> segments, BlockingQueue<float[]> values) {
    boolean done = false;
    try {
      compute.accept(segments, each -> put(values, each));
      done = true;
    } finally {
      if (!done) {
        put(values, FAILED);
      }
    }
  }

  private static void put(BlockingQueue<float[]> queue, float[] values) {
    try {
      queue.put(values);
    } catch (InterruptedException closed) {
      throw interrupted();
    }
  }

  private static float[] takeFrom(RunningTrack track) {
    try {
      return track.values().take();
    } catch (InterruptedException error) {
      throw interrupted();
    }
  }

  private static void await(Future<?> work) {
    try {
      work.get();
    } catch (ExecutionException error) {
      if (error.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (error.getCause() instanceof Error cause) { // of memory: Stage says what to do
        throw cause;
      }
      throw new IllegalStateException(error.getCause());
    } catch (InterruptedException error) {
      throw interrupted();
    }
  }

  private static Stage.Failure interrupted() {
    Thread.currentThread().interrupt();
    return new Stage.Failure("interrupted; nothing was written");
  }

  /** Ends the threads; what was not taken is lost. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
