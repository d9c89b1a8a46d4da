package genrelab.kit;

import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/** Work on a given number of threads. */
public final class Parallel {
  private Parallel() {}

  /**
   * Runs work in a pool of its own. Parallel streams that the work starts use the pool's threads
   * alone; elsewhere they would use all processors.
   *
   * @param threads at least 1
   * @return what the work returns
   */
  public static <T> T on(int threads, Supplier<T> work) {
    var pool = new ForkJoinPool(threads);
    try {
      return pool.submit(work::get).join();
    } finally {
      pool.shutdown();
    }
  }
}
