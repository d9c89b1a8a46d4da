//SOURCES RateConverter.java
//SOURCES ResamplingFilter.java

package genrelab.audio;

import java.util.stream.IntStream;

/**
 * Direct convolution, for ratios of rates that common formats do not have, such as 44,101 to 22,050
 * Hz: one filter a phase; where there are more than 1024 phases, between the two nearest of 1024.
 */
final class PolyphaseConverter implements RateConverter {
  private static final int MOST_PHASES = 1024;

  private final long step;
  private final long phases;
  private final int half;
  private final float[][] filters;

  PolyphaseConverter(ResamplingFilter filter) {
    step = filter.down();
    phases = filter.up();
    half = filter.half();
    int stored = (int) Math.min(phases, MOST_PHASES);
    filters =
        IntStream.rangeClosed(0, stored)
            .mapToObj(phase -> weights(filter, (double) phase / stored))
            .toArray(float[][]::new);
  }

  /** Weights of the old samples around a place {@code fraction} behind one of them. */
  private static float[] weights(ResamplingFilter filter, double fraction) {
    int half = filter.half();
    float[] weights = new float[2 * half];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = (float) filter.at(k - half + 1 - fraction);
    }
    return weights;
  }

  @Override
  public long ready(long samples) {
    return (Math.max(0, samples - half) * phases + step - 1) / step;
  }

  @Override
  public long firstFor(long n) {
    return n * step / phases - half + 1;
  }

  @Override
  public void fill(float[] out, long n, float[] samples, int count, long before) {
    int stored = filters.length - 1;
    for (int i = 0; i < out.length; i++) {
      int first = (int) (firstFor(n + i) - before);
      double phase = (double) ((n + i) * step % phases) * stored / phases;
      int below = (int) phase;
      float part = (float) (phase - below);
      float value = dot(filters[below], samples, count, first);
      out[i] =
          part == 0
              ? value
              : value + part * (dot(filters[below + 1], samples, count, first) - value);
    }
  }

  private static float dot(float[] weights, float[] samples, int count, int first) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int k = Math.max(0, -first);
    int end = Math.min(weights.length, count - first);
    for (; k < end - 3; k += 4) {
      a += weights[k] * samples[first + k];
      b += weights[k + 1] * samples[first + k + 1];
      c += weights[k + 2] * samples[first + k + 2];
      d += weights[k + 3] * samples[first + k + 3];
    }
    for (; k < end; k++) {
      a += weights[k] * samples[first + k];
    }
    return (a + b) + (c + d);
  }
}
