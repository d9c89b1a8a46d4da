//DEPS org.apache.spark:spark-mllib_2.13:4.0.1
//SOURCES ../features/FeatureFolder.java
//SOURCES ../features/FeatureMatrix.java
//SOURCES ../features/FrameStatistics.java

package genrelab.spark;

import genrelab.features.FeatureFolder;
import genrelab.features.FeatureMatrix;
import genrelab.features.FrameStatistics;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;

/**
 * The segments of a part as MLlib's vectors, read from the part's file.
 *
 * @param folder of the features, the same path on every machine
 * @param coefficients values a frame
 * @param stats whether a segment stands for itself by the mean and deviation of each coefficient,
 *     else by all its values
 */
record PartVectors(String folder, int coefficients, boolean stats)
    implements FlatMapFunction<int[], Vector> {
  private static final long serialVersionUID = 1L;

  /** Rows from the first to before the second number. */
  @Override
  public Iterator<Vector> call(int[] rows) {
    FeatureMatrix matrix = FeatureFolder.mapped(Path.of(folder));
    return IntStream.range(rows[0], rows[1])
        .mapToObj(row -> Vectors.dense(doubles(values(matrix.row(row)))))
        .iterator();
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** What stands for a segment, as {@code kmeans --input} has it. */
  float[] values(float[] segment) {
    return stats ? FrameStatistics.meansAndDeviations(segment, coefficients) : segment;
  }
}
