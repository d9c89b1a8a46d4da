/**
 * Speed of the stages, beside librosa, scikit-learn, Keras and PyTorch in Python.
 *
 * <p>May use {@code kit}, {@code features}, {@code evaluation} and {@code results}. The classes
 * without a package time one stage each, in a process of its own.
 */
package genrelab.bench;
