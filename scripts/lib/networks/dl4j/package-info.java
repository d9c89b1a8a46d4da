/**
 * Faster replacements of DL4J layers, with the same configuration, parameters and results.
 *
 * <p>{@code Layers} chooses between them and DL4J's own. Used by the networks' scripts; uses none
 * of the other packages. DL4J 1.0.0-M2.1 is what they are tested against.
 */
package genrelab.networks.dl4j;
