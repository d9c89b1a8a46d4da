//DEPS org.nd4j:nd4j-api:1.0.0-M2.1
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../features/Features.java
//SOURCES ../features/SplitFeatures.java
//SOURCES ../kit/Stage.java
//SOURCES ../results/Part.java
//SOURCES EpochShuffle.java
//SOURCES InputPreparation.java
//SOURCES NetworkInput.java
//SOURCES TrainingOptions.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../kit/Store.java
//SOURCES dl4j/Threads.java
//SOURCES ../results/Rows.java
//SOURCES ../features/Standardization.java

package genrelab.networks;

import genrelab.features.Features;
import genrelab.features.SplitFeatures;
import genrelab.features.Standardization;
import genrelab.kit.Stage;
import genrelab.results.Part;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The segments of a training: their features and parts, and the batches made of them. */
final class TrainingData extends SplitFeatures {
  private final TrainingOptions options;
  private final NetworkInput input;
  private final InputPreparation preparation;

  /** Of each coefficient over the training segments; what masks put in its place. */
  private float[] trainingMean;

  /**
   * Reads features and split.
   *
   * @throws Stage.Failure if a file is missing or broken, or they do not fit together
   */
  TrainingData(TrainingOptions options, InputPreparation.Layout layout) {
    super(options.features, options.split, options.splitBy);
    this.options = options;
    input = networkInput();
    preparation = preparation(layout);
  }

  NetworkInput input() {
    return input;
  }

  InputPreparation preparation() {
    return preparation;
  }

  float[] trainingMean() {
    return trainingMean;
  }

  /** The weight of each class in the loss, of the training segments. */
  double[] classWeights() {
    return options.classWeights.of(labelsOf(rows(Part.train)), input.classes());
  }

  /** The orders of the training segments. */
  EpochShuffle shuffle() {
    return new EpochShuffle(rows(Part.train), 4L * features().frames() * features().coefficients());
  }

  /** Steps an epoch. */
  int steps() {
    return (rows(Part.train).length + options.batch - 1) / options.batch;
  }

  private InputPreparation preparation(InputPreparation.Layout layout) {
    Features features = features();
    int coefficients = features.coefficients();
    Standardization standardization = Standardization.fit(values(Part.train), coefficients);
    float[] mean = standardization.mean();
    float[] deviation = standardization.deviation();
    trainingMean = mean.clone();
    if (options.scale == TrainingOptions.Scale.none) {
      Arrays.fill(mean, 0);
      Arrays.fill(deviation, 1);
    }
    return new InputPreparation(
        layout, options.shape, features.frames(), coefficients, mean, deviation, input.clusters());
  }

  private NetworkInput networkInput() {
    Features features = features();
    if (options.shiftCoefficients + options.testShift > 0 && !features.key().equals("logmel")) {
      throw new Stage.Failure(
          "%s: %s moves mel bands, which %s has none of; give log-mels",
          options.features,
          options.shiftCoefficients > 0 ? "--shift-coefficients" : "--test-shift-coefficients",
          features.key());
    }
    if (features.mapping().size() < 2) {
      throw new Stage.Failure(
          "%s: it has one genre, %s; a network needs two or more",
          options.features, features.mapping().get(0));
    }
    boolean flat = options.shape == NetworkInput.Shape.flat;
    int clusters = 0;
    if (options.clusters == TrainingOptions.Clusters.oneHot) {
      if (features.clusters() == null) {
        throw new Stage.Failure(
            "%s: it has no clusters for --clusters one-hot; run kmeans first", options.features);
      }
      clusters = 1 + Arrays.stream(features.clusters()).max().orElseThrow();
      if (clusters < 1) {
        throw new Stage.Failure(
            "%s: all its segments are noise (cluster -1), nothing for --clusters one-hot; cluster"
                + " with another method",
            options.features);
      }
      if (clusters > NetworkInput.MOST_CLASSES) {
        throw new Stage.Failure(
            "%s: %,d clusters are too many for --clusters one-hot, which takes %,d; cluster with"
                + " fewer",
            options.features, clusters, NetworkInput.MOST_CLASSES);
      }
    }
    return new NetworkInput(
        options.shape,
        flat ? features.frames() * features.coefficients() : features.frames(),
        flat ? 1 : features.coefficients(),
        clusters,
        features.mapping().size(),
        options.learningRate,
        options.seed);
  }

  INDArray[] inputs(int[] rows) {
    return inputs(rows, features()::values);
  }

  /** The inputs of a batch whose segments are made of the rows' by a function. */
  INDArray[] inputs(int[] rows, IntFunction<float[]> segment) {
    float[][] segments = new float[rows.length][];
    int[] clusters = new int[rows.length];
    for (int r = 0; r < rows.length; r++) {
      segments[r] = segment.apply(rows[r]);
      clusters[r] = input.clusters() == 0 ? 0 : features().clusters()[rows[r]];
    }
    return preparation.inputs(segments, clusters);
  }

  INDArray labels(int[] rows) {
    return InputPreparation.oneHot(labelsOf(rows), input.classes());
  }
}
