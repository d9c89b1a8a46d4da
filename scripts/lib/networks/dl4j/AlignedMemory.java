//DEPS org.bytedeco:javacpp:1.5.7

package genrelab.networks.dl4j;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Memory outside of Java's heap that begins with a cache line; JavaCPP counts it. */
final class AlignedMemory implements AutoCloseable {
  private static final int LINE = 64;

  /** As many as threads worked at once, each as large as anything that was lent to it. */
  private static final Deque<AlignedMemory> AT_REST = new ConcurrentLinkedDeque<>();

  private final long size;
  private final BytePointer bytes;

  /**
   * @param size in bytes
   */
  AlignedMemory(long size) {
    this.size = size;
    bytes = new BytePointer(size + LINE);
  }

  /** Lends memory of undefined content, of so many bytes or more, for as long as the work takes. */
  static void lend(long size, Consumer<AlignedMemory> work) {
    AlignedMemory lent = AT_REST.poll();
    if (lent != null && lent.size < size) {
      lent.close();
      lent = null;
    }
    if (lent == null) {
      lent = new AlignedMemory(size);
    }
    try {
      work.accept(lent);
    } finally {
      AT_REST.push(lent);
    }
  }

  /** So many bytes, or as many more as make up whole cache lines. */
  static long padded(long size) {
    return (size + LINE - 1) / LINE * LINE;
  }

  /** Where the byte lies that is so many behind the first. */
  Pointer at(long offset) {
    return bytes.getPointer(LINE - bytes.address() % LINE + offset);
  }

  @Override
  public void close() {
    bytes.deallocate();
  }
}
