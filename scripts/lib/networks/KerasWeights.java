//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1

package genrelab.networks;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Starting weights as Keras draws them, so that learning curves can be compared.
 *
 * <p>Glorot uniform for kernels (Glorot and Bengio, 2010), orthogonal recurrent kernels (Saxe et
 * al., 2013), zero biases but 1 for forget gates. DL4J's own Glorot takes other fans for LSTMs, and
 * its random numbers depend on the backend; these depend on the seed alone.
 *
 * <p>What can't be matched is chance itself: Keras's generator draws other numbers from the same
 * seed, here and for dropout and the order of batches. So curves agree in their course, not in
 * digits.
 */
public final class KerasWeights {
  private KerasWeights() {}

  /** Sets a fresh network's weights; biases and batch normalisation stay as DL4J starts them. */
  public static void set(ComputationGraph network, long seed) {
    var random = new SplittableRandom(seed);
    for (Layer layer : network.getLayers()) {
      INDArray kernel = layer.paramTable().get("W");
      INDArray recurrent = layer.paramTable().get("RW");
      if (kernel != null) {
        kernel.assign(glorotUniform(kernel.shape(), random));
      }
      if (recurrent != null) {
        recurrent.assign(orthogonal((int) recurrent.size(0), (int) recurrent.size(1), random));
      }
    }
  }

  /** Uniform in ± sqrt(6 / (fan in + fan out)); shapes [in, out] or [out, in, rows, columns]. */
  private static INDArray glorotUniform(long[] shape, SplittableRandom random) {
    long field = shape.length == 4 ? shape[2] * shape[3] : 1;
    double limit = Math.sqrt(6.0 / ((shape[0] + shape[1]) * field));
    long length = shape[0] * shape[1] * field;
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return Nd4j.create(values, shape, 'c');
  }

  /** Orthonormal rows by Gram and Schmidt from normal draws; needs rows ≤ columns. */
  private static INDArray orthogonal(int rows, int columns, SplittableRandom random) {
    double[][] basis = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        basis[r][c] = random.nextGaussian();
      }
      // twice is enough to be orthogonal to the last digits (Giraud et al., 2005)
      for (int pass = 0; pass < 2; pass++) {
        for (int earlier = 0; earlier < r; earlier++) {
          double overlap = dot(basis[r], basis[earlier]);
          for (int c = 0; c < columns; c++) {
            basis[r][c] -= overlap * basis[earlier][c];
          }
        }
      }
      double norm = Math.sqrt(dot(basis[r], basis[r]));
      for (int c = 0; c < columns; c++) {
        basis[r][c] /= norm;
      }
    }
    return Nd4j.createFromArray(basis);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
