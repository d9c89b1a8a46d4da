/**
 * K-means and HDBSCAN* of segments, and scores of a clustering.
 *
 * <p>K-means (k-means++ starts, Lloyd's iterations) and HDBSCAN* (Campello, Moulavi and Sander
 * 2013) are Tribuo's; scores are scikit-learn's: purity, normalised and adjusted mutual information
 * (Vinh et al. 2010), adjusted Rand index (Hubert and Arabie 1985), silhouette (Rousseeuw 1987).
 * May use {@code corpus}, {@code features}, {@code kit} and {@code results}.
 */
package genrelab.clustering;
