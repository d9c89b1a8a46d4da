/**
 * Charts of results, as PNG, SVG and PDF.
 *
 * <p>{@code Charts} has a method for each kind of chart, {@code Figures} the files for print; each
 * kind is a class of its own, and what all have is {@code Theme}, {@code Text}, {@code Caption} and
 * {@code Plot}. The only package that uses XChart, which is behind {@code Chart}. May use {@code
 * results}, {@code evaluation}, {@code kit} and the layer tables of {@code networks}.
 */
package genrelab.figures;
