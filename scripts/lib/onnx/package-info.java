/**
 * Models in the ONNX format: graphs written, and models of other tools run by ONNX Runtime.
 *
 * <p>Knows nothing of the kit's own networks and baselines, which write themselves as such graphs
 * ({@code networks.NetworkOnnx}, {@code baselines.BaselineOnnx}). May use {@code kit}.
 */
package genrelab.onnx;
