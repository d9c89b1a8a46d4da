/**
 * Models that other projects trained, as ONNX files with a contract beside them: what the contract
 * says, the inputs that it asks for, the model run on them.
 *
 * <p>May use {@code onnx} and {@code kit}. Front ends follow TensorFlow's AudioSet models (YAMNet,
 * VGGish) and librosa (MusiCNN).
 */
package genrelab.pretrained;
