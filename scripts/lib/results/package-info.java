/**
 * Rows of the result files, and the published figures that they are compared with.
 *
 * <p>Records without logic; uses none of the other packages. JSON Schemas of the files stand in
 * {@code data/schemas}.
 */
package genrelab.results;
