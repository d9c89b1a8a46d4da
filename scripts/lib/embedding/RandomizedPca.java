// EJML: dense linear algebra.
//DEPS org.ejml:ejml-ddense:0.44.0
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Progress.java

package genrelab.embedding;

import genrelab.kit.Progress;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * Principal component analysis by a randomised range finder with power iterations (Halko,
 * Martinsson and Tropp 2011, algorithm 4.4).
 *
 * <p>With 10 columns of oversampling and 4 power iterations the leading components are those of a
 * full decomposition to far more digits than t-SNE needs.
 */
public final class RandomizedPca {
  private static final int OVERSAMPLING = 10;
  private static final int POWER_ITERATIONS = 4;

  private RandomizedPca() {}

  /**
   * Fits the components and projects the rows on them.
   *
   * @param values sample × feature, at least one row, all of one length
   * @param components to keep; fewer where samples or features are fewer
   * @param seed of the random test matrix
   * @return sample × component, centred, by falling variance; each component's sign is such that
   *     its largest score is positive
   */
  public static double[][] fitTransform(float[][] values, int components, long seed) {
    int oversampled =
        Math.min(components + OVERSAMPLING, Math.min(values.length, values[0].length));
    var matrix = new Centred(values);
    try (ProgressBar bar = Progress.of("PCA", (2L * POWER_ITERATIONS + 2) * matrix.blocks())) {
      DMatrixRMaj range = gaussian(values[0].length, oversampled, new Random(seed));
      for (int i = 0; i < POWER_ITERATIONS; i++) {
        DMatrixRMaj left = orthonormal(matrix.times(range, bar));
        range = orthonormal(matrix.transposedTimes(left, bar));
      }
      DMatrixRMaj left = orthonormal(matrix.times(range, bar));
      return scores(left, matrix.transposedTimes(left, bar), Math.min(components, oversampled));
    }
  }

  private static DMatrixRMaj gaussian(int rows, int columns, Random random) {
    var matrix = new DMatrixRMaj(rows, columns);
    Arrays.setAll(matrix.data, i -> random.nextGaussian());
    return matrix;
  }

  private static DMatrixRMaj orthonormal(DMatrixRMaj matrix) {
    QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(matrix.numRows, matrix.numCols);
    qr.decompose(matrix);
    return qr.getQ(null, true);
  }

  /** With A ≈ Q·B and B·Bᵀ = U·Λ·Uᵀ, the scores are Q·U·√Λ: no decomposition of B itself. */
  private static double[][] scores(DMatrixRMaj q, DMatrixRMaj bTransposed, int count) {
    var gram = new DMatrixRMaj(q.numCols, q.numCols);
    CommonOps_DDRM.multTransA(bTransposed, bTransposed, gram);
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(q.numCols, true, true);
    eigen.decompose(gram);
    int[] byVariance =
        IntStream.range(0, q.numCols)
            .boxed()
            .sorted((a, b) -> Double.compare(variance(eigen, b), variance(eigen, a)))
            .mapToInt(Integer::intValue)
            .toArray();
    var scores = new double[q.numRows][count];
    var column = new DMatrixRMaj(q.numRows, 1);
    for (int c = 0; c < count; c++) {
      CommonOps_DDRM.mult(q, eigen.getEigenVector(byVariance[c]), column);
      double length = Math.sqrt(Math.max(0, variance(eigen, byVariance[c])));
      double largest = 0;
      for (double score : column.data) {
        largest = Math.abs(score) > Math.abs(largest) ? score : largest;
      }
      for (int i = 0; i < scores.length; i++) {
        scores[i][c] = column.data[i] * Math.copySign(length, largest);
      }
    }
    return scores;
  }

  private static double variance(EigenDecomposition_F64<DMatrixRMaj> eigen, int i) {
    return eigen.getEigenvalue(i).getReal();
  }

  /** The values with each column's mean taken off, multiplied a block of rows at a time. */
  private static final class Centred {
    private static final int BLOCK = 256;

    private final float[][] values;
    private final double[] mean;

    Centred(float[][] values) {
      this.values = values;
      this.mean = new double[values[0].length];
      for (float[] row : values) {
        for (int c = 0; c < mean.length; c++) {
          mean[c] += row[c] / values.length;
        }
      }
    }

    int blocks() {
      return (values.length + BLOCK - 1) / BLOCK;
    }

    private DMatrixRMaj block(int b) {
      int first = b * BLOCK;
      var block = new DMatrixRMaj(Math.min(BLOCK, values.length - first), mean.length);
      for (int i = 0; i < block.numRows; i++) {
        for (int c = 0; c < mean.length; c++) {
          block.data[i * mean.length + c] = values[first + i][c] - mean[c];
        }
      }
      return block;
    }

    DMatrixRMaj times(DMatrixRMaj right, ProgressBar bar) {
      var product = new DMatrixRMaj(values.length, right.numCols);
      for (int b = 0; b < blocks(); b++) {
        DMatrixRMaj block = block(b);
        var part = new DMatrixRMaj(block.numRows, right.numCols);
        CommonOps_DDRM.mult(block, right, part);
        CommonOps_DDRM.insert(part, product, b * BLOCK, 0);
        bar.step();
      }
      return product;
    }

    DMatrixRMaj transposedTimes(DMatrixRMaj left, ProgressBar bar) {
      var product = new DMatrixRMaj(mean.length, left.numCols);
      for (int b = 0; b < blocks(); b++) {
        DMatrixRMaj block = block(b);
        int first = b * BLOCK;
        DMatrixRMaj rows =
            CommonOps_DDRM.extract(left, first, first + block.numRows, 0, left.numCols);
        CommonOps_DDRM.multAddTransA(block, rows, product);
        bar.step();
      }
      return product;
    }
  }
}
