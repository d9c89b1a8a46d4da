// Lloyd's algorithm with k-means++ starts.
//DEPS org.tribuo:tribuo-clustering-kmeans:4.3.2

package genrelab.clustering;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.tribuo.Dataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.la.SGDVector;
import org.tribuo.math.protos.DistanceProto;

/**
 * Tribuo's K-means (k-means++, Lloyd), mended in three places: its result is the same on any number
 * of threads, a cluster that loses its last segment gets another, and distances are summed four
 * times as fast.
 */
public final class KMeansLloyd extends KMeansTrainer {
  private final Euclidean distance;
  private final Runnable onIteration;
  private int iterationsDone;
  private long trainNanos;
  private long began;

  /** For OLCUT, which makes a trainer from its provenance and sets the fields itself. */
  @SuppressWarnings("unused")
  private KMeansLloyd() {
    this(2, 1, 1, 1, () -> {});
  }

  /**
   * A trainer for one start.
   *
   * @param clusters how many, at least 1
   * @param iterations at the most; it ends sooner when no segment changes its cluster
   * @param threads change the time, not the result
   * @param onIteration called after each
   */
  public KMeansLloyd(int clusters, int iterations, int threads, long seed, Runnable onIteration) {
    this(new Euclidean(), clusters, iterations, threads, seed, onIteration);
  }

  private KMeansLloyd(
      Euclidean distance,
      int clusters,
      int iterations,
      int threads,
      long seed,
      Runnable onIteration) {
    super(clusters, iterations, distance, Initialisation.PLUSPLUS, threads, seed);
    this.distance = distance;
    this.onIteration = onIteration;
  }

  @Override
  public KMeansModel train(
      Dataset<ClusterID> examples, Map<String, Provenance> runProvenance, int invocationCount) {
    iterationsDone = 0;
    distance.firstCall = 0;
    began = System.nanoTime();
    KMeansModel model = super.train(examples, runProvenance, invocationCount);
    trainNanos = System.nanoTime() - began;
    return model;
  }

  /** Iterations of the last training, the one in which nothing changed included. */
  public int iterationsDone() {
    return iterationsDone;
  }

  /** Seconds in which the last training turned Tribuo's examples into vectors. */
  public double conversionSeconds() {
    return (distance.firstCall - began) / 1e9;
  }

  /** Seconds of k-means++ and Lloyd's iterations of the last training, without the conversion. */
  public double clusteringSeconds() {
    return trainNanos / 1e9 - conversionSeconds();
  }

  /**
   * New centroids. Sums run in the order of the segments, whichever thread assigned them; an empty
   * cluster takes the segment farthest from its centroid, as scikit-learn's does.
   */
  @Override
  protected void mStep(
      ForkJoinPool pool,
      DenseVector[] centroids,
      Map<Integer, List<Integer>> assigned,
      SGDVector[] data,
      double[] weights) {
    assigned.values().forEach(Collections::sort);
    var stillEmpty = new HashMap<Integer, DenseVector>();
    for (int c = 0; c < centroids.length; c++) {
      if (assigned.get(c).isEmpty() && !takeFarthest(c, centroids, assigned, data)) {
        stillEmpty.put(c, centroids[c].copy());
      }
    }
    super.mStep(pool, centroids, assigned, data, weights);
    // Tribuo would put it at the origin, where it may be nearest to what was not trained on
    stillEmpty.forEach((c, before) -> centroids[c].setElements(before));
    iterationsDone++;
    onIteration.run();
  }

  /** False where every segment is at its centroid: fewer different segments than clusters. */
  private boolean takeFarthest(
      int empty, DenseVector[] centroids, Map<Integer, List<Integer>> assigned, SGDVector[] data) {
    double largest = 0;
    int from = -1;
    int farthest = -1;
    for (int c = 0; c < centroids.length; c++) {
      List<Integer> members = assigned.get(c);
      for (int i : members.size() < 2 ? List.<Integer>of() : members) {
        double far = distance.computeDistance(centroids[c], data[i]);
        if (far > largest) {
          largest = far;
          from = c;
          farthest = i;
        }
      }
    }
    if (from < 0) {
      return false;
    }
    assigned.get(from).remove(Integer.valueOf(farthest));
    assigned.get(empty).add(farthest);
    return true;
  }

  /**
   * Euclidean distance as Tribuo's {@link L2Distance}, in eight partial sums: one sum alone waits
   * for its last addition before each next one.
   */
  public static final class Euclidean implements org.tribuo.math.distance.Distance {
    private static final L2Distance TRIBUOS = new L2Distance();

    private long firstCall;

    @Override
    public double computeDistance(SGDVector first, SGDVector second) {
      if (firstCall == 0) {
        firstCall = System.nanoTime(); // k-means++ begins, on one thread
      }
      return first instanceof DenseVector a && second instanceof DenseVector b
          ? distance(a, b)
          : TRIBUOS.computeDistance(first, second);
    }

    private static double distance(DenseVector a, DenseVector b) {
      int size = a.size();
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      double s4 = 0;
      double s5 = 0;
      double s6 = 0;
      double s7 = 0;
      int i = 0;
      for (; i < size - 7; i += 8) {
        double d0 = a.get(i) - b.get(i);
        double d1 = a.get(i + 1) - b.get(i + 1);
        double d2 = a.get(i + 2) - b.get(i + 2);
        double d3 = a.get(i + 3) - b.get(i + 3);
        double d4 = a.get(i + 4) - b.get(i + 4);
        double d5 = a.get(i + 5) - b.get(i + 5);
        double d6 = a.get(i + 6) - b.get(i + 6);
        double d7 = a.get(i + 7) - b.get(i + 7);
        s0 += d0 * d0;
        s1 += d1 * d1;
        s2 += d2 * d2;
        s3 += d3 * d3;
        s4 += d4 * d4;
        s5 += d5 * d5;
        s6 += d6 * d6;
        s7 += d7 * d7;
      }
      for (; i < size; i++) {
        double d = a.get(i) - b.get(i);
        s0 += d * d;
      }
      return Math.sqrt(s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7)));
    }

    /** A saved model needs nothing of ours: it is Tribuo's distance. */
    @Override
    public DistanceProto serialize() {
      return TRIBUOS.serialize();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
      return new ConfiguredObjectProvenanceImpl(this, "Distance");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Euclidean;
    }

    @Override
    public int hashCode() {
      return 31;
    }

    @Override
    public String toString() {
      return "Euclidean()";
    }
  }
}
