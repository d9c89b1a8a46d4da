/**
 * Charts of results, as PNG, SVG and PDF.
 *
 * <p>The only package that uses XChart. May use {@code results}, {@code evaluation} and the layer
 * tables of {@code networks}.
 */
package genrelab.figures;
