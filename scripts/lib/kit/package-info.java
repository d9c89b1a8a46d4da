/**
 * How every stage behaves at the shell and with files: exit codes, one-line messages, progress,
 * files that are written whole or not at all.
 *
 * <p>Everything else may use this package; it uses none of the others. Command lines are read by
 * picocli, JSON by Jackson.
 */
package genrelab.kit;
