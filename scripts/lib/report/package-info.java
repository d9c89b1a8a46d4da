/**
 * Tables of results, in HTML and LaTeX, and the report page.
 *
 * <p>May use {@code figures}, {@code study}, {@code networks}' architecture, {@code evaluation},
 * {@code results} and {@code kit}.
 */
package genrelab.report;
