/**
 * Corpora from the network: resumed downloads, checksums, safe extraction, and where GTZAN's and
 * FMA's tracks go.
 *
 * <p>May use {@code kit}. Archives are read by Apache Commons Compress, tables by Commons CSV.
 */
package genrelab.download;
