/**
 * K-means and HDBSCAN* of segments, and scores of a clustering.
 *
 * <p>May use {@code features}, {@code kit} and {@code results}. K-means and HDBSCAN* are Tribuo's;
 * scores are those of scikit-learn.
 */
package genrelab.clustering;
