package genrelab.corpus;

/** What a split assigns to a part as a whole. */
public enum SplitBy {
  /** Each segment by itself, as the paper does. */
  segment,
  /** Each segment by itself, stratified by genre and cluster, as the paper does with K-means. */
  cluster,
  track,
  artist,
  /** Tracks, as lists say. */
  file
}
