//DEPS org.bytedeco:dnnl:2.5.2-1.5.7
//SOURCES PrimitiveSequence.java
//SOURCES OneDnn.java

package genrelab.networks.dl4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Copies between an array of any strides and a memory of oneDNN, by oneDNN's reorder, which
 * transposes faster than loops. One reorder is kept for each set of strides.
 */
final class StridedCopy {
  /** So many sets of strides are kept: batches of other sizes have others. */
  private static final int KEPT = 8;

  /** Values of an array from one on, and how far it is to the next in each dimension. */
  record Strided(FloatPointer first, List<Long> strides) {}

  private record Reorder(memory outside, PrimitiveSequence sequence) {}

  private final memory inside;
  private final long[] dimensions;
  private final boolean inwards;
  private final Map<List<Long>, Reorder> reorders = new HashMap<>();

  /**
   * @param inwards whether copies go to the memory, or else from it
   */
  StridedCopy(memory inside, long[] dimensions, boolean inwards) {
    this.inside = inside;
    this.dimensions = dimensions;
    this.inwards = inwards;
  }

  void run(Strided values) {
    if (reorders.size() >= KEPT && !reorders.containsKey(values.strides)) {
      reorders.clear();
    }
    Reorder reorder = reorders.computeIfAbsent(values.strides, this::reorder);
    reorder.outside.set_data_handle(values.first);
    reorder.sequence.run();
  }

  private Reorder reorder(List<Long> strides) {
    long[] apart = strides.stream().mapToLong(Long::longValue).toArray();
    var layout = new memory.desc(dimensions, memory.data_type.f32, apart);
    var outside = new memory(layout, OneDnn.engine(), new Pointer());
    var sequence = new PrimitiveSequence();
    if (inwards) {
      sequence.addReorder(outside, inside);
    } else {
      sequence.addReorder(inside, outside);
    }
    return new Reorder(outside, sequence);
  }
}
