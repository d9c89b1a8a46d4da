/**
 * What notebooks ask and run: {@code Run} answers with tables, charts and sounds, {@code Kit} runs
 * stages, {@code Html} and {@code KernelExtension} show the values.
 *
 * <p>May use every package but {@code networks}' training: stages run in processes of their own, so
 * that notebooks do not need DL4J. Tables are Tablesaw's, charts XChart's.
 */
package genrelab.notebook;
