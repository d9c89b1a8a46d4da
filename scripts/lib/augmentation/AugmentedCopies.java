//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/Rows.java
//SOURCES CopyPlan.java
//SOURCES TrackAugmentation.java
//SOURCES TrainingSegments.java

package genrelab.augmentation;

import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;

/** The copies that a run makes, several tracks at a time: all of them, or none. */
public final class AugmentedCopies {
  private final TrainingSegments segments;
  private final CopyPlan plan;
  private final int threads;

  /** Copies that this run makes and no earlier one made; without a manifest they are nothing. */
  private final Set<Path> newFiles = ConcurrentHashMap.newKeySet();

  /**
   * Copies to make.
   *
   * @param threads tracks at a time; change the time, not the result
   */
  public AugmentedCopies(TrainingSegments segments, CopyPlan plan, int threads) {
    this.segments = segments;
    this.plan = plan;
    this.threads = threads;
  }

  /**
   * Writes the copies.
   *
   * @return their rows in the order of the training segments' tracks, whatever the threads
   * @throws Stage.Failure if a track is unreadable or another than the one that was cut, or this
   *     thread is interrupted; the new copies are deleted then
   */
  public List<Rows.Segment> write() {
    Collection<List<Rows.Segment>> tracks = segments.tracks();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream())); // WSOLA prints its options
    try (ProgressBar progress = Progress.of("augment", tracks.size())) {
      var jobs = new ArrayList<Future<List<Rows.Segment>>>();
      for (List<Rows.Segment> track : tracks) {
        Path file = segments.audioFile(track.get(0));
        jobs.add(pool.submit(new TrackAugmentation(file, track, plan, newFiles::add)));
      }
      var rows = new ArrayList<Rows.Segment>();
      for (Future<List<Rows.Segment>> job : jobs) {
        rows.addAll(job.get());
        progress.step();
      }
      return rows;
    } catch (ExecutionException error) {
      end(pool);
      deleteNewFiles();
      throw error.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(error.getCause());
    } catch (InterruptedException error) {
      end(pool);
      deleteNewFiles();
      throw new Stage.Failure("interrupted; nothing was written");
    } finally {
      System.setOut(stdout);
      pool.shutdownNow();
    }
  }

  /** Ends the threads, and waits for what they are writing. */
  private static void end(ExecutorService pool) {
    pool.shutdownNow();
    try {
      pool.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }

  private void deleteNewFiles() {
    for (Path wav : newFiles) {
      try {
        Files.deleteIfExists(wav);
      } catch (IOException error) {
        Stage.warn("%s: can't be removed; remove it by hand", wav);
      }
    }
  }
}
