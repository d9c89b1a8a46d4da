//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../kit/Stage.java
//SOURCES ../evaluation/ModelCard.java
//SOURCES InputPreparation.java
//SOURCES NetworkDefinition.java
//SOURCES NetworkInput.java
//SOURCES ../kit/Store.java

package genrelab.networks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.evaluation.ModelCard;
import genrelab.kit.Stage;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained network, usable without the files it came from.
 *
 * @param description network, options, class names, features, layers, split, metrics
 * @param preparation how segments become the network's inputs
 * @param input what the network is built from
 * @param parameters all of them, batch normalisation's running statistics too, in DL4J's order
 */
public record TrainedModel(
    ObjectNode description, InputPreparation preparation, NetworkInput input, float[] parameters) {
  /** The network with its trained parameters. */
  public ComputationGraph network(NetworkDefinition definition) {
    ComputationGraph network = definition.build(input);
    if (network.numParams() != parameters.length) {
      throw new Stage.Failure(
          "the model has %d parameters, its network takes %d; it was written by another version",
          parameters.length, network.numParams());
    }
    network.params().assign(Nd4j.createFromArray(parameters));
    return network;
  }

  /** The model's card: see {@link ModelCard}. */
  public String card() {
    boolean scaled = false;
    for (int c = 0; c < preparation.coefficients(); c++) {
      scaled |= preparation.mean()[c] != 0 || preparation.deviation()[c] != 1;
    }
    return ModelCard.of(
        description,
        Map.of(
            "classifier",
            String.format(
                Locale.ROOT,
                "| network | %s, %,d parameters, batch normalisation's running statistics included"
                    + " |",
                description.path("architecture").asText("unknown"),
                parameters.length),
            "input",
            "%d × %d values (frames × coefficients)%s%s of one segment; %s"
                .formatted(
                    preparation.frames(),
                    preparation.coefficients(),
                    preparation.shape() == NetworkInput.Shape.flat ? ", flattened" : "",
                    preparation.clusters() > 0
                        ? ", and its one-hot cluster of " + preparation.clusters()
                        : "",
                    scaled ? "each coefficient standardised by training" : "unscaled"),
            "weights",
            "of epoch " + description.path("epoch").asText("unknown"),
            "library",
            "DL4J " + description.path("dl4j").asText("unknown")));
  }
}
