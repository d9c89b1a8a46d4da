/**
 * Accuracy, F1, confusion, calibration and significance of predictions.
 *
 * <p>May use {@code results}. Metrics follow scikit-learn, temperature scaling Guo et al. (2017),
 * McNemar's test Dietterich (1998).
 */
package genrelab.evaluation;
