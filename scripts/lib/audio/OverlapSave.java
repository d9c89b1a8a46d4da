//DEPS com.github.axet:TarsosDSP:2.4-1
//SOURCES RateConverter.java
//SOURCES ResamplingFilter.java

package genrelab.audio;

import be.tarsos.dsp.util.fft.FFT;
import java.util.Arrays;

/**
 * Convolution by FFT, block by block (overlap-save): a block's spectrum is multiplied by the
 * filter's, and cut or zero-padded to the new rate's number of bins. For music brought from 44.1
 * kHz to 22,050 Hz four times as fast as convolution sample by sample.
 *
 * <p>Blocks begin at fixed places of a track, so that its samples do not depend on how it is read.
 */
final class OverlapSave implements RateConverter {
  private static final int LEAST_BLOCK = 4096;
  private static final int MOST_BLOCK = 1 << 16;

  /** What blocks have in common: to be shared by threads. */
  static final class Plan {
    /** A block's length and the part of it at each end that is not valid, of the old samples. */
    private final int in;

    private final int overlapIn;

    /** The same of the new samples. */
    private final int out;

    private final int overlapOut;

    /** The filter's spectrum, which is real, with the inverse FFT's scale. */
    private final float[] response;

    private Plan(ResamplingFilter filter, int units, int overlap) {
      in = units * filter.down();
      overlapIn = overlap * filter.down();
      out = units * filter.up();
      overlapOut = overlap * filter.up();
      float[] impulse = new float[in];
      for (int i = 1 - filter.half(); i < filter.half(); i++) {
        impulse[Math.floorMod(i, in)] = (float) filter.at(i);
      }
      new FFT(in).forwardTransform(impulse);
      response = new float[Math.min(in, out) / 2];
      for (int bin = 0; bin < response.length; bin++) {
        response[bin] = impulse[2 * bin] * out / in;
      }
    }

    /**
     * Plans the blocks of a filter.
     *
     * @return null where they would be too long, since the two rates have too little in common
     */
    static Plan of(ResamplingFilter filter) {
      int overlap = (filter.half() + filter.down() - 1) / filter.down();
      int units = 2;
      while (units < 16 * overlap || units * longest(filter) < LEAST_BLOCK) {
        units *= 2;
      }
      return units * longest(filter) > MOST_BLOCK ? null : new Plan(filter, units, overlap);
    }

    private static long longest(ResamplingFilter filter) {
      return Math.max(filter.up(), filter.down());
    }
  }

  private final Plan plan;
  private final FFT forward;
  private final FFT backward;
  private final float[] old;
  private final float[] made;

  OverlapSave(Plan plan) {
    this.plan = plan;
    forward = new FFT(plan.in);
    backward = new FFT(plan.out);
    old = new float[plan.in];
    made = new float[plan.out];
  }

  private int validIn() {
    return plan.in - 2 * plan.overlapIn;
  }

  private int validOut() {
    return plan.out - 2 * plan.overlapOut;
  }

  @Override
  public long ready(long samples) {
    return Math.max(0, samples - plan.overlapIn) / validIn() * validOut();
  }

  @Override
  public long firstFor(long n) {
    return n / validOut() * validIn() - plan.overlapIn;
  }

  @Override
  public void fill(float[] out, long n, float[] samples, int count, long before) {
    for (int done = 0; done < out.length; done += validOut()) {
      block(samples, count, (int) (firstFor(n + done) - before));
      System.arraycopy(made, plan.overlapOut, out, done, Math.min(validOut(), out.length - done));
    }
  }

  /** Makes one block of the old samples from {@code first} on. */
  private void block(float[] samples, int count, int first) {
    int from = Math.min(plan.in, Math.max(0, -first));
    int to = Math.max(from, Math.min(plan.in, count - first));
    Arrays.fill(old, 0, from, 0);
    System.arraycopy(samples, first + from, old, from, to - from);
    Arrays.fill(old, to, plan.in, 0);
    forward.forwardTransform(old);
    float[] response = plan.response;
    made[0] = old[0] * response[0];
    made[1] = 0; // half the rate, where the filter has nothing left
    for (int bin = 1; bin < response.length; bin++) {
      made[2 * bin] = old[2 * bin] * response[bin];
      made[2 * bin + 1] = old[2 * bin + 1] * response[bin];
    }
    Arrays.fill(made, 2 * response.length, plan.out, 0);
    backward.backwardsTransform(made);
  }
}
