/**
 * Classical classifiers on summary statistics of a segment or track: what a network must surpass.
 *
 * <p>The classifiers are Tribuo's (LIBLINEAR, LIBSVM, CART forests, k nearest neighbours); with the
 * same settings they are scikit-learn's. May use {@code features}, {@code evaluation}, {@code
 * corpus}, {@code results} and {@code kit}.
 */
package genrelab.baselines;
