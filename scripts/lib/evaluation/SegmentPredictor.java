package genrelab.evaluation;

/** A trained classifier that predicts segments. */
public interface SegmentPredictor {
  /** Whether {@link #predict} would begin at once. */
  default boolean isReady() {
    return true;
  }

  /**
   * Probabilities without calibration.
   *
   * @param segments one array of frames · coefficients each
   * @return segment × class; each row sums to 1
   */
  float[][] predict(float[][] segments);
}
