/**
 * What the notebooks read a run with.
 *
 * <p>May use every package but {@code networks}' training: notebooks show results, they do not need
 * DL4J. Tables are Tablesaw's, charts XChart's.
 */
package genrelab.notebook;
