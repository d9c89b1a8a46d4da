//DEPS org.bytedeco:dnnl:2.5.2-1.5.7
//DEPS org.bytedeco:dnnl:2.5.2-1.5.7:${genrelab.onednn:linux-x86_64}
//DEPS org.bytedeco:opencl:3.0-1.5.7:${genrelab.onednn:linux-x86_64}
//DEPS org.nd4j:nd4j-api:1.0.0-M2.1
//SOURCES Threads.java

package genrelab.networks.dl4j;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntConsumer;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Intel's oneDNN 2.5.2, called directly: whether it is there, and its engine.
 *
 * <p>ND4J holds a oneDNN too, but gives it a single convolution at a time, without pooling, in
 * DL4J's layout, which is not the one that its kernels like best, and on OpenMP's threads.
 */
final class OneDnn {
  /**
   * Held for reading while oneDNN works, for writing when the process ends: its exit frees the code
   * that oneDNN has generated, and a thread that still runs it crashes.
   */
  private static final ReadWriteLock IN_USE = new ReentrantReadWriteLock();

  /** A task takes less than a second; an exit is not held up for longer than this. */
  private static final int SECONDS_AT_EXIT = 10;

  private static final boolean AVAILABLE = isLoaded();

  private OneDnn() {}

  /** Whether oneDNN has a build for this machine. */
  static boolean isAvailable() {
    return AVAILABLE;
  }

  private static boolean isLoaded() {
    Nd4j.getExecutioner(); // first, so that both use the OpenMP that ND4J brings
    try {
      Loader.load(dnnl.class);
      Runtime.getRuntime().addShutdownHook(new Thread(OneDnn::finish));
      return Engine.CPU.asBoolean();
    } catch (LinkageError | RuntimeException error) { // no jar for it, or not the machine's
      return false;
    }
  }

  /** Waits for the tasks at work, and lets no other begin. */
  private static void finish() {
    try {
      IN_USE.writeLock().tryLock(SECONDS_AT_EXIT, TimeUnit.SECONDS);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt(); // the exit goes on
    }
  }

  /** Loaded with its first use. */
  private static final class Engine {
    static final engine CPU = new engine(engine.kind.cpu, 0);
  }

  static engine engine() {
    return Engine.CPU;
  }

  /**
   * Does tasks 0 to count − 1 on Java's threads, each of them with one thread of OpenMP: oneDNN
   * counts those when it makes a primitive and when it runs it. Does not return where the process
   * is ending.
   */
  static void share(int count, IntConsumer task) {
    NativeOps nativeOps = NativeOpsHolder.getInstance().getDeviceNativeOps();
    Threads.share(
        count,
        number -> {
          IN_USE.readLock().lock();
          int before = nativeOps.ompGetMaxThreads();
          nativeOps.setOmpNumThreads(1);
          try {
            task.accept(number);
          } finally {
            nativeOps.setOmpNumThreads(before);
            IN_USE.readLock().unlock();
          }
        });
  }

  /** Where an array's value lies that is so many floats behind the first. */
  static FloatPointer at(INDArray array, long offset) {
    return new FloatPointer(array.data().addressPointer()).getPointer(offset);
  }
}
