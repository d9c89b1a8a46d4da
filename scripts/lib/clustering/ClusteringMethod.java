package genrelab.clustering;

/** The algorithms that segments are clustered by. */
public enum ClusteringMethod {
  kmeans("K-means"),
  hdbscan("HDBSCAN*");

  private final String title;

  ClusteringMethod(String title) {
    this.title = title;
  }

  /** The name to print. */
  public String title() {
    return title;
  }
}
