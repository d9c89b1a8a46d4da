// Its models carry how they were made.
//DEPS org.tribuo:tribuo-clustering-core:4.3.2

package genrelab.clustering;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.tribuo.Model;
import org.tribuo.clustering.ClusterID;
import org.tribuo.provenance.ModelProvenance;

/**
 * A clustering of all segments.
 *
 * @param labels the cluster of each segment, from 0; −1 for noise
 * @param clusters their number
 * @param inertia sum of squared distances of the fitted segments to their centroid; NaN for
 *     HDBSCAN*
 * @param iterations of the start that was kept; 0 for HDBSCAN*
 * @param allIterations of all starts
 * @param seed of the start that was kept
 * @param provenance Tribuo's, from which the clustering can be made again
 * @param seconds of clustering
 */
public record Clustering(
    int[] labels,
    int clusters,
    double inertia,
    int iterations,
    int allIterations,
    long seed,
    ModelProvenance provenance,
    double seconds) {

  /** The number of segments in no cluster. */
  public long noise() {
    return IntStream.of(labels).filter(label -> label < 0).count();
  }

  /** The number of clusters without a segment. */
  public long empty() {
    return clusters - IntStream.of(labels).filter(label -> label >= 0).distinct().count();
  }

  /** Tribuo's own, but for the time, which would make each run's file another. */
  static ModelProvenance provenance(Model<ClusterID> model) {
    ModelProvenance provenance = model.getProvenance();
    return new ModelProvenance(
        provenance.getClassName(),
        OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
        provenance.getDatasetProvenance(),
        provenance.getTrainerProvenance());
  }
}
