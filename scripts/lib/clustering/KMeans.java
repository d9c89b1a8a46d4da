//SOURCES ../features/FeatureMatrix.java
//SOURCES ClusterSource.java
//SOURCES Clustering.java
//SOURCES KMeansLloyd.java
//SOURCES NearestCentroid.java
//SOURCES ../kit/Parallel.java
//SOURCES ../kit/Progress.java

package genrelab.clustering;

import genrelab.features.FeatureMatrix;
import genrelab.kit.Parallel;
import genrelab.kit.Progress;
import java.util.Arrays;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
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
   * @param clusters number of clusters, at most that of the fitted segments
   */
  public Clustering fit(ClusterSource source, int clusters) {
    long begin = System.nanoTime();
    NearestCentroid all = Parallel.on(threads, () -> new NearestCentroid(source.rows()));
    FeatureMatrix fittedRows = source.fittedRows();
    NearestCentroid fitted =
        fittedRows.rows() == source.rows().rows()
            ? all
            : Parallel.on(threads, () -> new NearestCentroid(fittedRows));
    Clustering best = null;
    int allIterations = 0;
    String task = clusters + " clusters";
    try (ProgressBar progress = Progress.of(task, (long) restarts * iterations)) {
      for (int start = 0; start < restarts; start++) {
        long startSeed = seed + start;
        var trainer =
            new KMeansLloyd(clusters, iterations, threads, startSeed, () -> progress.step());
        KMeansModel model =
            trainer.train(source.featureNames(), source.datasetProvenance(), fitted);
        allIterations += trainer.iterationsDone();
        Clustering clustering =
            Parallel.on(
                threads, () -> assign(source, all, model, trainer.iterationsDone(), startSeed));
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
        (System.nanoTime() - begin) / 1e9);
  }

  private static Clustering assign(
      ClusterSource source, NearestCentroid nearest, KMeansModel model, int iterations, long seed) {
    double[][] centroids =
        Arrays.stream(model.getCentroidVectors())
            .map(DenseVector::toArray)
            .toArray(double[][]::new);
    int[] labels = nearest.labels(centroids);
    FeatureMatrix rows = source.rows();
    double[] squares =
        IntStream.range(0, rows.rows())
            .parallel()
            .filter(i -> source.fitted()[i])
            .mapToDouble(i -> squaredDistance(rows.row(i), centroids[labels[i]]))
            .toArray();
    double inertia = 0;
    for (double square : squares) {
      inertia += square; // in order, where a stream's sum would compensate
    }
    return new Clustering(
        labels,
        centroids.length,
        inertia,
        iterations,
        iterations,
        seed,
        Clustering.provenance(model),
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
