//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES NetworkInput.java

package genrelab.networks;

import org.deeplearning4j.nn.graph.ComputationGraph;

/** Builds a network for an input; its weights are set afterwards, as Keras initialises them. */
public interface NetworkDefinition {
  ComputationGraph build(NetworkInput input);
}
