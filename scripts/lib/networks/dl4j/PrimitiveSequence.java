//DEPS org.bytedeco:dnnl:2.5.2-1.5.7
//SOURCES OneDnn.java

package genrelab.networks.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;

/**
 * Primitives of oneDNN that run one after the other, with the memories that they read and write.
 *
 * <p>For one thread at a time, but any: a primitive made with {@link #attributes} has its
 * scratchpad here, not with the thread that made it.
 */
final class PrimitiveSequence {
  private record Step(
      primitive primitive, IntMemoryMap memories, primitive_desc_base description) {}

  private final stream stream = new stream(OneDnn.engine());
  private final List<Step> steps = new ArrayList<>();

  /** Attributes for every primitive that is to be {@link #add added}. */
  static primitive_attr attributes() {
    var attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  /**
   * Adds a primitive.
   *
   * @param description that it was made of
   * @param arguments oneDNN's number of an argument, its memory, the next one's number, …
   */
  void add(primitive primitive, primitive_desc_base description, Object... arguments) {
    var memories = new HashMap<Integer, memory>();
    for (int a = 0; a < arguments.length; a += 2) {
      memories.put((Integer) arguments[a], (memory) arguments[a + 1]);
    }
    add(primitive, description, memories);
  }

  /**
   * Adds a primitive.
   *
   * @param description that it was made of
   * @param arguments memories by oneDNN's numbers of arguments; a scratchpad may be among them, to
   *     be shared with other primitives
   */
  void add(primitive primitive, primitive_desc_base description, Map<Integer, memory> arguments) {
    var memories = new IntMemoryMap();
    arguments.forEach(memories::put);
    memory.desc scratchpad = description.scratchpad_desc();
    boolean own = !arguments.containsKey(dnnl.DNNL_ARG_SCRATCHPAD);
    if (own && scratchpad.get_size() > 0) {
      memories.put(dnnl.DNNL_ARG_SCRATCHPAD, new memory(scratchpad, OneDnn.engine()));
    }
    steps.add(new Step(primitive, memories, description));
  }

  /** Adds a copy from one layout to another; nothing where both are the same. */
  void addReorder(memory from, memory to) {
    var description = new reorder.primitive_desc(from, to, attributes(), false);
    add(new reorder(description), description, dnnl.DNNL_ARG_FROM, from, dnnl.DNNL_ARG_TO, to);
  }

  /** Runs all, and returns when all is done. */
  void run() {
    for (Step step : steps) {
      step.primitive().execute(stream, step.memories());
    }
    stream._wait();
  }
}
