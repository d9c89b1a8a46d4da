/**
 * Accuracy, F1, confusion, calibration, significance and out-of-distribution detection.
 *
 * <p>May use {@code results} and {@code kit}. Metrics follow scikit-learn, temperature scaling Guo
 * et al. (2017), McNemar's test Dietterich (1998).
 */
package genrelab.evaluation;
