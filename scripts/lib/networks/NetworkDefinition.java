//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES NetworkInput.java

package genrelab.networks;

import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Builds a network for an input; its weights are set afterwards, as Keras initialises them. */
public interface NetworkDefinition {
  ComputationGraph build(NetworkInput input);

  /** The class of a stage's script: the alias with a capital letter. */
  static String scriptOf(String alias) {
    return alias.substring(0, 1).toUpperCase(Locale.ROOT) + alias.substring(1);
  }

  /**
   * The definition in a network's script: the method {@code static ComputationGraph
   * network(NetworkInput)} of the class that is named as the alias, with a capital letter. A stage
   * that reads models includes the scripts by {@code //SOURCES}, or JBang does by {@code -s}.
   *
   * @param alias may come from a file of others: only classes without a package are looked for
   * @return empty where no such script is included
   */
  static Optional<NetworkDefinition> ofScript(String alias) {
    if (!alias.matches("[a-z][A-Za-z0-9_]*")) {
      return Optional.empty();
    }
    try {
      Class<?> type =
          Class.forName(scriptOf(alias), false, NetworkDefinition.class.getClassLoader());
      var network =
          MethodHandles.privateLookupIn(type, MethodHandles.lookup())
              .findStatic(
                  type,
                  "network",
                  MethodType.methodType(ComputationGraph.class, NetworkInput.class));
      return Optional.of(MethodHandleProxies.asInterfaceInstance(NetworkDefinition.class, network));
    } catch (ReflectiveOperationException | LinkageError none) { // LinkageError: another case
      return Optional.empty();
    }
  }
}
