//DEPS org.nd4j:nd4j-api:1.0.0-M2.1

package genrelab.networks;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What happens to the training segments of a batch, anew each time they are seen.
 *
 * <p>Works on features alone, so also where there is no audio.
 *
 * @param frames widest time mask in frames; 0 for none
 * @param coefficients widest frequency mask in coefficients or mel bands; 0 for none
 * @param shift of log-mels: largest shift in mel bands, up or down; 0 for none
 * @param mixup α of mixup's Beta(α, α), above 0 and at most 1; 0 for none
 */
public record BatchAugmentation(int frames, int coefficients, int shift, double mixup) {

  /**
   * Masks a run of frames and a run of coefficients, each of a width from 0 to the widest and at a
   * place of its own, with the mean of the training segments.
   *
   * <p>Park et al., <i>SpecAugment: a simple data augmentation method for automatic speech
   * recognition</i> (2019), one mask of each kind, without time warping.
   *
   * @param segment frames × coefficients, row by row; unchanged
   * @param mean of each coefficient over the training segments
   * @return a masked copy; the segment itself where both widths are 0
   */
  public float[] mask(float[] segment, float[] mean, Random random) {
    if (frames == 0 && coefficients == 0) {
      return segment;
    }
    int columns = mean.length;
    int rows = segment.length / columns;
    Run time = Run.draw(frames, rows, random);
    Run frequency = Run.draw(coefficients, columns, random);
    float[] masked = segment.clone();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (time.covers(row) || frequency.covers(column)) {
          masked[row * columns + column] = mean[column];
        }
      }
    }
    return masked;
  }

  /**
   * Moves a segment along the frequency axis by a number of mel bands drawn from −shift to shift;
   * the mean of the training segments fills the gap.
   *
   * @param segment frames × coefficients, row by row; unchanged
   * @return a moved copy; the segment itself where nothing is moved
   */
  public float[] shift(float[] segment, float[] mean, Random random) {
    if (shift == 0) {
      return segment;
    }
    int widest = Math.min(shift, mean.length - 1);
    return shifted(segment, mean, random.nextInt(2 * widest + 1) - widest);
  }

  /**
   * Moves a segment along the frequency axis.
   *
   * @param segment frames × coefficients, row by row; unchanged
   * @param mean what fills the gap, one a coefficient
   * @param by mel bands: up, or down where it is negative
   */
  public static float[] shifted(float[] segment, float[] mean, int by) {
    int columns = mean.length;
    float[] moved = new float[segment.length];
    for (int i = 0; i < moved.length; i++) {
      int column = i % columns;
      int from = column - by;
      moved[i] = from >= 0 && from < columns ? segment[i - by] : mean[column];
    }
    return moved;
  }

  private record Run(int from, int width) {
    static Run draw(int widest, int length, Random random) {
      int width = random.nextInt(Math.min(widest, length) + 1);
      return new Run(random.nextInt(length - width + 1), width);
    }

    boolean covers(int place) {
      return place >= from && place < from + width;
    }
  }

  /**
   * How much of each row of a batch stays, from a half to 1: λ or 1 − λ, whichever is more, λ from
   * Beta(α, α).
   *
   * <p>Zhang et al., <i>mixup: beyond empirical risk minimization</i> (2018); drawn as Jöhnk (1964)
   * does for α up to 1.
   */
  public double share(Random random) {
    double a;
    double b;
    do {
      a = Math.pow(random.nextDouble(), 1 / mixup);
      b = Math.pow(random.nextDouble(), 1 / mixup);
    } while (a + b > 1 || a + b == 0);
    return Math.max(a, b) / (a + b);
  }

  /**
   * Mixes each row of a batch with its neighbour, the last with the first: batches are in random
   * order already. Labels are mixed alike, by the same share.
   *
   * @param rows of a batch, of any shape behind the first axis
   */
  public static INDArray mix(INDArray rows, double share) {
    float[] values = rows.dup('c').data().asFloat();
    int width = (int) (rows.length() / rows.size(0));
    float[] mixed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float other = values[(i + width) % values.length];
      mixed[i] = (float) (share * values[i] + (1 - share) * other);
    }
    return Nd4j.create(mixed, rows.shape(), 'c');
  }
}
