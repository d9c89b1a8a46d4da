/**
 * Training, validation and test of a network, its checkpoint and its model file.
 *
 * <p>May use every package above it in the data flow, up to {@code evaluation}. Networks are DL4J
 * computation graphs that start with Keras's weights; they are defined in the stages' scripts.
 */
package genrelab.networks;
