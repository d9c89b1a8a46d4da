/**
 * A map of the segments: PCA, t-SNE, and a score of the map.
 *
 * <p>Randomised PCA (Halko, Martinsson and Tropp 2011) with EJML's linear algebra; Barnes-Hut t-SNE
 * (van der Maaten 2014), ELKI's with a parallel gradient; trustworthiness (Venna and Kaski 2001).
 * May use {@code features} and {@code kit}.
 */
package genrelab.embedding;
