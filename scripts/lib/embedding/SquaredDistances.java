//SOURCES ../features/SampleBlock.java

package genrelab.embedding;

import genrelab.features.SampleBlock;
import java.util.stream.IntStream;

/** Squared Euclidean distances between all samples, as {@link SampleBlock} sums them. */
final class SquaredDistances {
  private final double[][] samples;
  private final SampleBlock[] blocks;

  /**
   * Takes over the samples.
   *
   * @param samples sample × feature
   */
  SquaredDistances(double[][] samples) {
    this.samples = samples;
    blocks =
        IntStream.iterate(0, from -> from < samples.length, from -> from + SampleBlock.SIZE)
            .mapToObj(
                from ->
                    new SampleBlock(
                        this::value,
                        samples[0].length,
                        from,
                        Math.min(from + SampleBlock.SIZE, samples.length)))
            .toArray(SampleBlock[]::new);
  }

  private double value(int sample, int feature) {
    return samples[sample][feature];
  }

  /**
   * The distances of some samples to all.
   *
   * @return sample from begin to before end × sample; 0 for itself
   */
  double[][] of(int begin, int end) {
    var distances = new double[end - begin][samples.length];
    int first = 0;
    for (SampleBlock block : blocks) {
      double[][] ofBlock = block.squaredDistances(this::value, begin, end);
      for (int i = 0; i < ofBlock.length; i++) {
        System.arraycopy(ofBlock[i], 0, distances[i], first, block.size());
      }
      first += block.size();
    }
    return distances;
  }
}
