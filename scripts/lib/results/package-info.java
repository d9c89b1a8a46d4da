/**
 * Rows of the result files, the run folder that holds them, and the paper's published figures.
 *
 * <p>May use {@code kit}. JSON Schemas of the files stand in {@code data/schemas}.
 */
package genrelab.results;
