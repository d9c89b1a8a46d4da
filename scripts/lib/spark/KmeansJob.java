//DEPS org.apache.spark:spark-mllib_2.13:4.0.1
//SOURCES ../clustering/AgreementScores.java
//SOURCES ../clustering/ClusterTables.java
//SOURCES ../clustering/Clustering.java
//SOURCES ../clustering/ClusteringMethod.java
//SOURCES ../clustering/Silhouette.java
//SOURCES ../features/FeatureFolder.java
//SOURCES ../features/FeaturePart.java
//SOURCES ../features/Features.java
//SOURCES ../features/FolderHeader.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES PartVectors.java
//SOURCES SparkCluster.java

package genrelab.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.clustering.AgreementScores;
import genrelab.clustering.ClusterTables;
import genrelab.clustering.Clustering;
import genrelab.clustering.ClusteringMethod;
import genrelab.clustering.Silhouette;
import genrelab.features.FeatureFolder;
import genrelab.features.FeaturePart;
import genrelab.features.Features;
import genrelab.features.FolderHeader;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.clustering.KMeans;
import org.apache.spark.mllib.clustering.KMeansModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.storage.StorageLevel;

/**
 * K-means of a feature folder's segments by Spark's MLlib, begun by k-means‖ (Bahmani et al.,
 * 2012): the tables and scores of {@code kmeans}, of another start.
 *
 * @param features a feature folder, which all machines see
 * @param out features with clusters; clusters.json and clustering.json go beside it
 * @param stats whether means and deviations are clustered, else all values
 * @param silhouetteSample segments drawn for the silhouette
 */
public record KmeansJob(
    Path features,
    Path out,
    boolean stats,
    int clusters,
    int iterations,
    long seed,
    int silhouetteSample) {
  /** What came of it: the scores, and the largest genres of each cluster, to print. */
  public record Result(Rows.ClusteringScores scores, String table) {}

  /** The files beside {@code out}. */
  public Path beside(String name) {
    return out.resolveSibling(name);
  }

  /** Clusters and writes everything. */
  public Result run(SparkCluster cluster) {
    Features data = Features.read(features);
    if (data.size() < clusters) {
      throw new Stage.Failure(
          "%s: %d segments can't make %d clusters; give fewer --clusters",
          features, data.size(), clusters);
    }
    List<int[]> parts = parts();
    var vectors =
        new PartVectors(
            features.toAbsolutePath().normalize().toString(), data.coefficients(), stats);
    Clustering clustering = fit(cluster, parts, vectors);
    AgreementScores agreement = AgreementScores.of(data.labels(), clustering.labels());
    Double silhouette = silhouette(data, clustering.labels(), vectors);
    var scores =
        new Rows.ClusteringScores(
            ClusteringMethod.kmeans.name(),
            clusters,
            0,
            clustering.iterations(),
            clustering.inertia(),
            silhouette,
            Math.min(silhouetteSample, data.size()),
            agreement.purity(),
            agreement.nmi(),
            agreement.ami(),
            agreement.ari());
    List<Rows.Cluster> contingency = ClusterTables.contingency(data, clustering);
    var files = new LinkedHashMap<Path, Store.Content>();
    files.putAll(
        data.withClusters(clustering.labels(), provenance(data, clustering)).contents(out));
    files.put(beside("clusters.json"), Store.rows(contingency));
    files.put(beside("clustering.json"), Store.rows(List.of(scores)));
    Store.writeTogether(files);
    FeatureFolder.deleteOtherParts(out);
    return new Result(
        scores, ClusterTables.largestGenres(contingency, data.mapping().size()).print());
  }

  /** First row and end of each part. */
  private List<int[]> parts() {
    var parts = new ArrayList<int[]>();
    int from = 0;
    for (FeaturePart part : FolderHeader.read(features).parts()) {
      parts.add(new int[] {from, from + part.rows()});
      from += part.rows();
    }
    return parts;
  }

  private Clustering fit(SparkCluster cluster, List<int[]> parts, PartVectors vectors) {
    long begin = System.nanoTime();
    try {
      JavaRDD<Vector> rows =
          cluster
              .context()
              .parallelize(parts, parts.size())
              .flatMap(vectors)
              .persist(StorageLevel.MEMORY_AND_DISK());
      KMeansModel model =
          new KMeans()
              .setK(clusters)
              .setMaxIterations(iterations)
              .setSeed(seed)
              .setInitializationMode(KMeans.K_MEANS_PARALLEL())
              .run(rows.rdd());
      int[] labels = model.predict(rows).collect().stream().mapToInt(Integer::intValue).toArray();
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Clustering(
          labels,
          clusters,
          model.trainingCost(),
          model.numIter(),
          model.numIter(),
          seed,
          null,
          seconds);
    } catch (Stage.Failure told) {
      throw told;
    } catch (Exception error) { // Scala declares none of those that it throws
      throw SparkCluster.failure(error);
    }
  }

  /** Null where the sample has one cluster. */
  private Double silhouette(Features data, int[] labels, PartVectors vectors) {
    int[] sample = Silhouette.sample(data.size(), silhouetteSample, seed);
    float[][] rows =
        Arrays.stream(sample)
            .mapToObj(row -> vectors.values(data.matrix().row(row)))
            .toArray(float[][]::new);
    int[] all = IntStream.range(0, sample.length).toArray();
    double score =
        new Silhouette(rows, all).score(Arrays.stream(sample).map(row -> labels[row]).toArray());
    return Double.isFinite(score) ? score : null;
  }

  private ObjectNode provenance(Features data, Clustering clustering) {
    ObjectNode provenance = data.provenance().deepCopy();
    ObjectNode node = provenance.putObject("kmeans").put("method", "kmeans");
    node.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    node.put("input", stats ? "stats" : "flat").put("clusters", clusters).put("seed", seed);
    node.put("initialisation", "k-means||").put("iterations", iterations);
    node.put("bestIterations", clustering.iterations()).put("inertia", clustering.inertia());
    node.put("fitOn", "all").put("transductive", true);
    Path header = features.resolve(FolderHeader.FILE);
    node.putObject("inputs").put(features.getFileName().toString(), Store.sha256(header));
    return provenance;
  }
}
