// HDBSCAN* (Campello et al. 2013).
//DEPS org.tribuo:tribuo-clustering-hdbscan:4.3.2
//SOURCES ClusterSource.java
//SOURCES Clustering.java

package genrelab.clustering;

import java.util.ArrayList;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.hdbscan.HdbscanModel;
import org.tribuo.clustering.hdbscan.HdbscanTrainer;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.neighbour.bruteforce.NeighboursBruteForceFactory;

/**
 * HDBSCAN* (Campello, Moulavi and Sander 2013), Tribuo's: finds the number of clusters itself, and
 * labels what is in none as noise.
 *
 * @param minClusterSize fewest segments of a cluster, at least 2
 * @param minSamples the neighbour, counting from the segment itself, whose distance is the core
 *     distance, at least 1; more means more noise
 * @param threads change the time, not the result
 */
public record Hdbscan(int minClusterSize, int minSamples, int threads) {

  /**
   * Fits clusters and assigns all segments to them.
   *
   * @param source the segments, of which the fitted ones make the clusters
   * @param seed is recorded; nothing here is random
   */
  public Clustering fit(ClusterSource source, long seed) {
    long begin = System.nanoTime();
    var trainer =
        new HdbscanTrainer(
            minClusterSize, minSamples, new NeighboursBruteForceFactory(new L2Distance(), threads));
    HdbscanModel model = trainer.train(new MutableDataset<>(source));
    int[] tribuos = new int[source.rows().rows()];
    int fitted = 0;
    for (int i = 0; i < tribuos.length; i++) {
      tribuos[i] =
          source.fitted()[i]
              ? model.getClusterLabels().get(fitted++)
              : model.predict(source.example(i)).getOutput().getID();
    }
    // Tribuo calls noise 0, and numbers the clusters as its hierarchy of them grew
    var names = new ArrayList<>(new TreeSet<>(model.getClusterLabels()));
    names.remove(Integer.valueOf(0));
    return new Clustering(
        IntStream.of(tribuos).map(names::indexOf).toArray(),
        names.size(),
        Double.NaN,
        0,
        0,
        seed,
        Clustering.provenance(model),
        (System.nanoTime() - begin) / 1e9);
  }
}
