//SOURCES Contract.java
//SOURCES MelFrontEnd.java

package genrelab.pretrained;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Cuts segments into the patches that a model takes: of the waveform, or of its log-mel spectrum.
 *
 * <p>One object serves one thread.
 */
public final class Patches implements UnaryOperator<float[]> {
  private final Contract contract;
  private final MelFrontEnd mel;

  /** Prepares the front end. */
  public Patches(Contract contract) {
    this.contract = contract;
    this.mel =
        contract.mel() == null ? null : new MelFrontEnd(contract.sampleRate(), contract.mel());
  }

  /**
   * The patches of a segment.
   *
   * @param samples at the contract's rate, at least one
   * @return patch × (frame × band or sample), one after another; only whole patches, but one at
   *     least: a segment that is too short is filled as the contract says
   */
  @Override
  public float[] apply(float[] samples) {
    float[] enough = filled(samples);
    if (mel != null) {
      return cut(mel.of(enough), contract.mel().bands());
    }
    return cut(contract.input().normalise() ? normalised(enough) : enough, 1);
  }

  private float[] filled(float[] samples) {
    int least = contract.leastSamples();
    if (samples.length >= least) {
      return samples;
    }
    float[] all = Arrays.copyOf(samples, least);
    boolean repeats = contract.patch() != null && contract.patch().fill() == Contract.Fill.repeat;
    for (int copy = 1; repeats && (copy + 1) * (long) samples.length <= least; copy++) {
      System.arraycopy(samples, 0, all, copy * samples.length, samples.length);
    }
    return all;
  }

  private float[] cut(float[] values, int width) {
    Contract.Patch patch = contract.patch();
    if (patch == null) {
      return values;
    }
    int rows = values.length / width;
    int count = 1 + (rows - patch.length()) / patch.hop();
    int size = patch.length() * width;
    float[] patches = new float[count * size];
    for (int p = 0; p < count; p++) {
      System.arraycopy(values, p * patch.hop() * width, patches, p * size, size);
    }
    return patches;
  }

  /** Mean 0 and variance 1, as the feature extractors of wav2vec 2.0 and its kin do. */
  private static float[] normalised(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += sample;
    }
    double mean = sum / samples.length;
    double squares = 0;
    for (float sample : samples) {
      squares += (sample - mean) * (sample - mean);
    }
    double deviation = Math.sqrt(squares / samples.length + 1e-7);
    float[] values = new float[samples.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((samples[i] - mean) / deviation);
    }
    return values;
  }
}
