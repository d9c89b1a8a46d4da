//SOURCES ../features/FeatureMatrix.java
//SOURCES ../features/Features.java
//SOURCES ../kit/Parallel.java
//SOURCES ../results/Rows.java
//SOURCES AgreementScores.java
//SOURCES Clustering.java
//SOURCES ClusteringMethod.java
//SOURCES Silhouette.java

package genrelab.clustering;

import genrelab.features.FeatureMatrix;
import genrelab.features.Features;
import genrelab.kit.Parallel;
import genrelab.results.Rows;

/** Scores clusterings of the same segments: by the genres, and by the silhouette without them. */
public final class ClusteringEvaluation {
  private final int[] genres;
  private final Silhouette silhouette;
  private final int sampleSize;
  private final int threads;

  /**
   * Draws the silhouette's sample and computes its distances.
   *
   * @param data the segments with their genres
   * @param rows what was clustered, a row a segment
   * @param silhouetteSample segments to draw for the silhouette; all where there are fewer
   * @param threads change the time, not the result
   * @param seed of the draw
   */
  public ClusteringEvaluation(
      Features data, FeatureMatrix rows, int silhouetteSample, int threads, long seed) {
    int[] sample = Silhouette.sample(data.size(), silhouetteSample, seed);
    this.genres = data.labels();
    this.silhouette = Parallel.on(threads, () -> new Silhouette(rows, sample));
    this.sampleSize = Math.min(silhouetteSample, data.size());
    this.threads = threads;
  }

  /** A clustering's row of {@code clustering.json}. */
  public Rows.ClusteringScores scores(ClusteringMethod method, Clustering clustering) {
    AgreementScores agreement = AgreementScores.of(genres, clustering.labels());
    double score = Parallel.on(threads, () -> silhouette.score(clustering.labels()));
    return new Rows.ClusteringScores(
        method.name(),
        clustering.clusters(),
        clustering.noise(),
        clustering.iterations(),
        nullUnlessFinite(clustering.inertia()),
        nullUnlessFinite(score),
        sampleSize,
        agreement.purity(),
        agreement.nmi(),
        agreement.ami(),
        agreement.ari());
  }

  /** JSON has no NaN. */
  private static Double nullUnlessFinite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
