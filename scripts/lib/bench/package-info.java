/**
 * Speed of the stages, beside librosa, scikit-learn, Keras and PyTorch in Python.
 *
 * <p>May use {@code kit}. The classes without a package time one stage each, in a process of its
 * own.
 */
package genrelab.bench;
