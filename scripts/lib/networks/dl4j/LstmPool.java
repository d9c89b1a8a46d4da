//SOURCES LstmPrimitives.java

package genrelab.networks.dl4j;

import genrelab.networks.dl4j.LstmPrimitives.Sizes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A layer's primitives at rest, by their sizes.
 *
 * <p>Those of the sizes that were used last stay: training and inference, full and last chunks of a
 * batch. What others hold outside of Java's heap, which the garbage collector does not see, is
 * freed.
 */
final class LstmPool {
  private static final int SIZES = 4;

  private final Map<Sizes, Deque<LstmPrimitives>> atRest = new LinkedHashMap<>(16, 0.75f, true);

  /** Primitives that nobody else has until they are {@link #giveBack given back}. */
  LstmPrimitives take(Sizes sizes) {
    synchronized (this) {
      LstmPrimitives found = of(sizes).poll();
      if (found != null) {
        return found;
      }
    }
    return new LstmPrimitives(sizes);
  }

  synchronized void giveBack(LstmPrimitives primitives) {
    of(primitives.sizes()).push(primitives);
  }

  private Deque<LstmPrimitives> of(Sizes sizes) {
    Deque<LstmPrimitives> found = atRest.computeIfAbsent(sizes, s -> new ArrayDeque<>());
    if (atRest.size() > SIZES) {
      Sizes eldest = atRest.keySet().iterator().next();
      atRest.remove(eldest).forEach(LstmPrimitives::close);
    }
    return found;
  }
}
