/**
 * Large corpora on Apache Spark: tracks are dealt to tasks, each of which writes one part, and
 * parts that are there and whole are kept on a rerun.
 *
 * <p>The only package that uses Spark. May use {@code kit}, {@code results}, {@code audio}, {@code
 * corpus}, {@code features}, {@code clustering} and {@code classification}.
 */
package genrelab.spark;
