// Tribuo's provenance as JSON.
//DEPS com.oracle.labs.olcut:olcut-config-json:5.3.1
//SOURCES ../features/Features.java
//SOURCES ../kit/Store.java
//SOURCES Clustering.java
//SOURCES ClusteringMethod.java
//SOURCES ClusteringOptions.java

package genrelab.clustering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.config.json.JsonProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import genrelab.features.Features;
import genrelab.kit.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** How a clustering was made, as its files record it. */
public final class ClusteringProvenance {
  private ClusteringProvenance() {}

  /**
   * The provenance of the features with clusters: that of the features, and under the method's name
   * its options, result and inputs.
   *
   * @param ofFeatures the provenance of the features that were clustered
   * @param features their file
   */
  public static ObjectNode withClustering(
      ObjectNode ofFeatures, Path features, ClusteringOptions options, Clustering clustering) {
    ObjectNode provenance = ofFeatures.deepCopy();
    ObjectNode node = provenance.putObject(options.method.name());
    node.put("method", options.method.name());
    node.put("tribuo", clustering.provenance().getTribuoVersion());
    node.put("input", options.input().name()).put("standardise", options.standardise);
    node.put("clusters", clustering.clusters()).put("seed", options.seed);
    if (options.method == ClusteringMethod.kmeans) {
      node.put("initialisation", "k-means++").put("restarts", options.restarts);
      node.put("iterations", options.iterations).put("bestSeed", clustering.seed());
      node.put("bestIterations", clustering.iterations()).put("inertia", clustering.inertia());
    } else {
      node.put("minClusterSize", options.minClusterSize).put("minSamples", options.minSamples);
    }
    node.put("fitOn", options.fitOn.name()).put("transductive", options.isTransductive());
    ObjectNode inputs = node.putObject("inputs");
    Path identity = Features.identity(features);
    inputs.put(identity.getFileName().toString(), Store.sha256(identity));
    if (options.split != null) {
      inputs.put(options.split.getFileName().toString(), Store.sha256(options.split));
    }
    return provenance;
  }

  /** {@code clustering-provenance.json}: Tribuo's, from which the clustering can be made again. */
  public static Store.Content ofTribuo(Clustering clustering) {
    String json =
        new JsonProvenanceSerialization(true)
            .serializeToString(ProvenanceUtil.marshalProvenance(clustering.provenance()));
    byte[] bytes = (json.strip() + "\n").getBytes(StandardCharsets.UTF_8);
    return out -> out.write(bytes);
  }
}
