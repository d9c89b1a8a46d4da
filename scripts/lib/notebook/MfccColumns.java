//DEPS tech.tablesaw:tablesaw-core:0.44.4

package genrelab.notebook;

import tech.tablesaw.api.DoubleColumn;

/** Coefficients over the frames of a segment, to compute statistics of. */
public final class MfccColumns {
  private MfccColumns() {}

  /**
   * One coefficient over time.
   *
   * @param mfcc frames × coefficients, row by row
   * @param coefficients values a frame
   * @param c which, from 0
   */
  public static DoubleColumn of(float[] mfcc, int coefficients, int c) {
    double[] values = new double[mfcc.length / coefficients];
    for (int frame = 0; frame < values.length; frame++) {
      values[frame] = mfcc[frame * coefficients + c];
    }
    return DoubleColumn.create("coefficient " + c, values);
  }
}
