//SOURCES ClusterSource.java
//SOURCES Clustering.java
//SOURCES KMeansLloyd.java
//SOURCES ../kit/Parallel.java
//SOURCES ../kit/Progress.java

package genrelab.clustering;

import genrelab.kit.Parallel;
import genrelab.kit.Progress;
import java.util.Arrays;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.math.la.DenseVector;

/**
 * K-means: the best by inertia of several starts of {@link KMeansLloyd}.
 *
 * @param restarts number of starts, at least 1 (scikit-learn's {@code n_init})
 * @param iterations of a start at the most, at least 1 ({@code max_iter})
 * @param threads change the time, not the result
 * @param seed of the first start; each further start has the next
 */
public record KMeans(int restarts, int iterations, int threads, long seed) {

  /**
   * Fits centroids and assigns all segments to them.
   *
   * @param source the segments, of which the fitted ones make the centroids
   * @param dataset the fitted segments of {@code source}
   * @param clusters number of clusters, at most that of the fitted segments
   */
  public Clustering fit(ClusterSource source, MutableDataset<ClusterID> dataset, int clusters) {
    Clustering best = null;
    int allIterations = 0;
    double seconds = 0;
    double conversionSeconds = 0;
    String task = clusters + " clusters";
    try (ProgressBar progress = Progress.of(task, (long) restarts * iterations)) {
      for (int start = 0; start < restarts; start++) {
        long startSeed = seed + start;
        var trainer =
            new KMeansLloyd(clusters, iterations, threads, startSeed, () -> progress.step());
        KMeansModel model = trainer.train(dataset);
        allIterations += trainer.iterationsDone();
        seconds += trainer.clusteringSeconds();
        conversionSeconds += trainer.conversionSeconds();
        Clustering clustering =
            Parallel.on(threads, () -> assign(source, model, trainer.iterationsDone(), startSeed));
        if (best == null || clustering.inertia() < best.inertia()) {
          best = clustering;
        }
        progress.stepTo((start + 1L) * iterations); // it mostly ends before the last iteration
      }
    }
    return new Clustering(
        best.labels(),
        clusters,
        best.inertia(),
        best.iterations(),
        allIterations,
        best.seed(),
        best.provenance(),
        seconds,
        conversionSeconds);
  }

  private static Clustering assign(
      ClusterSource source, KMeansModel model, int iterations, long seed) {
    double[][] centroids =
        Arrays.stream(model.getCentroidVectors())
            .map(DenseVector::toArray)
            .toArray(double[][]::new);
    float[][] rows = source.rows();
    int[] labels = new int[rows.length];
    double[] squares = new double[rows.length];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(
            i -> {
              squares[i] = Double.POSITIVE_INFINITY;
              for (int c = 0; c < centroids.length; c++) {
                double square = squaredDistance(rows[i], centroids[c]);
                if (square < squares[i]) {
                  squares[i] = square;
                  labels[i] = c;
                }
              }
            });
    double inertia = 0;
    for (int i = 0; i < rows.length; i++) {
      inertia += source.fitted()[i] ? squares[i] : 0;
    }
    return new Clustering(
        labels,
        centroids.length,
        inertia,
        iterations,
        iterations,
        seed,
        Clustering.provenance(model),
        0,
        0);
  }

  private static double squaredDistance(float[] values, double[] centroid) {
    double sum = 0;
    for (int v = 0; v < values.length; v++) {
      double difference = values[v] - centroid[v];
      sum += difference * difference;
    }
    return sum;
  }
}
