//SOURCES TimedStage.java

package genrelab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is timed in one sequence of turns.
 *
 * @param warmUps turns of each process before those that count, for the JVM to compile and Keras to
 *     trace
 * @param limit in the measures' unit, asked for at the end; null where it is not known
 * @param turns what each process does, ours first; processes beyond them have no part in it
 */
public record Workload(
    TimedStage stage,
    List<Measure> measures,
    int warmUps,
    Supplier<Double> limit,
    List<Supplier<JsonNode>> turns) {
  /**
   * A figure of an answer.
   *
   * @param key its place in the answer
   */
  public record Measure(String name, String unit, String key) {}
}
