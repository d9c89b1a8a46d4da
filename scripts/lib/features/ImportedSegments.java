//SOURCES ArrayAxes.java
//SOURCES FeatureArray.java
//SOURCES ImportIndex.java
//SOURCES ../kit/Stage.java

package genrelab.features;

import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.List;

/**
 * The segments that an array's items become: each item one segment, or each whole track as many as
 * it has room for.
 *
 * @param source the array's file, for messages
 * @param array the stored values
 * @param axes the array's
 * @param entries what each item is
 * @param key a key of {@link FeatureCatalog}
 * @param frames frames a segment
 * @param scale value = stored × scale + offset
 * @param offset see {@code scale}
 */
public record ImportedSegments(
    Path source,
    FeatureArray array,
    ArrayAxes axes,
    List<ImportIndex.Entry> entries,
    String key,
    int frames,
    double scale,
    double offset) {

  public int size() {
    return entries.size() * segmentsEach();
  }

  /** Values a frame. */
  public int coefficients() {
    return (int) array.shape()[axes.coefficient()];
  }

  /** The item that a segment is of. */
  public ImportIndex.Entry entry(int row) {
    return entries.get(row / segmentsEach());
  }

  /** A segment's place in its track, from 0. */
  public int segment(int row) {
    return entry(row).segment() + row % segmentsEach();
  }

  private int segmentsEach() {
    return axes.wholeTracks() ? (int) array.shape()[axes.frame()] / frames : 1;
  }

  /**
   * A segment's values; rows are asked for in ascending order.
   *
   * @return frame · coefficients + coefficient
   * @throws Stage.Failure naming the place of a value that is not finite
   */
  public float[] values(int row) {
    int coefficients = coefficients();
    var segment = new float[frames * coefficients];
    int item = row / segmentsEach();
    int first = row % segmentsEach() * frames;
    int n = 0;
    for (int frame = 0; frame < frames; frame++) {
      for (int c = 0; c < coefficients; c++) {
        float value = rounded(array.at(item, first + frame, c) * scale + offset);
        if (!Float.isFinite(value)) {
          throw new Stage.Failure(
              "%s: the value at %s %d (track %s), frame %d, coefficient %d is %s;"
                  + " compute these features again",
              source, axes.itemName(), item, entry(row).track(), first + frame, c, value);
        }
        segment[n++] = value;
      }
    }
    return segment;
  }

  /** Log-mel files are ten times an MFCC's: three decimals (of a dB) are more than they hold. */
  private float rounded(double value) {
    return key.equals("logmel") && Double.isFinite(value)
        ? (float) (Math.rint(value * 1000) / 1000)
        : (float) value;
  }
}
