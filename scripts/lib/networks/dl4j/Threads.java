//DEPS org.nd4j:nd4j-api:1.0.0-M2.1

package genrelab.networks.dl4j;

import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The threads that a network works with. */
public final class Threads {
  private static final ExecutorService WORKERS =
      Executors.newCachedThreadPool(
          task -> {
            var thread = new Thread(task, "layer");
            thread.setDaemon(true);
            return thread;
          });

  private static volatile int layers = available();

  private Threads() {}

  /** The machine's processors. */
  public static int available() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * Sets how many threads work, from 1 on.
   *
   * @param layers those of our own layers (default: {@link #available()}); their results don't
   *     depend on it
   * @param nd4j those of an operation of ND4J (default: ND4J's choice); the last digits depend on
   *     it. After each operation they wait for the next in a busy loop and hold up ours: where
   *     small operations stand between our layers, 1 is best
   * @param blas those of a matrix product of OpenBLAS, which wait in a busy loop too
   */
  public static void use(int layers, int nd4j, int blas) {
    Threads.layers = layers;
    Nd4j.getExecutioner(); // loads the native code, which what follows alone does not
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(nd4j);
    Nd4j.factory().blas().setMaxThreads(blas);
  }

  /** Does tasks 0 to count − 1 on this thread and others, and returns when all are done. */
  static void share(int count, IntConsumer task) {
    var next = new AtomicInteger();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            task.accept(i);
          }
        };
    var others = new ArrayList<CompletableFuture<Void>>();
    for (int thread = 1; thread < Math.min(count, layers); thread++) {
      others.add(CompletableFuture.runAsync(worker, WORKERS));
    }
    try {
      worker.run();
    } finally {
      others.forEach(CompletableFuture::join);
    }
  }
}
