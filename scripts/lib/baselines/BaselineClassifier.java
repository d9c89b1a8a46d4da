// Logistic regression, support vector machines, forests and nearest neighbours.
//DEPS org.tribuo:tribuo-classification-liblinear:4.3.2
//DEPS org.tribuo:tribuo-classification-libsvm:4.3.2
//DEPS org.tribuo:tribuo-classification-tree:4.3.2
//DEPS org.tribuo:tribuo-common-nearest-neighbour:4.3.2
//SOURCES ../features/Standardization.java
//SOURCES ../results/BaselineMethod.java

package genrelab.baselines;

import de.bwaldvogel.liblinear.Linear;
import genrelab.features.Standardization;
import genrelab.results.BaselineMethod;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import libsvm.svm;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.WeightedLabels;
import org.tribuo.classification.baseline.DummyClassifierTrainer;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.classification.libsvm.LibSVMClassificationTrainer;
import org.tribuo.classification.libsvm.SVMClassificationType;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.common.nearest.KNNModel;
import org.tribuo.common.nearest.KNNTrainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.neighbour.NeighboursQueryFactoryType;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * A classifier on vectors of statistics, by Tribuo.
 *
 * @param mapping class names in label order
 * @param standardization of each statistic, by the training vectors
 * @param model Tribuo's
 */
public record BaselineClassifier(
    List<String> mapping, Standardization standardization, Model<Label> model) {
  private static final LabelFactory FACTORY = new LabelFactory();

  /** Kept, since a logger that nothing refers to forgets its level. */
  private static final Logger LOGGER = Logger.getLogger("org.tribuo");

  /** scikit-learn's {@code n_neighbors}. */
  private static final int NEIGHBOURS = 5;

  /** scikit-learn's {@code n_estimators}. */
  private static final int TREES = 100;

  /** scikit-learn's {@code tol} and {@code max_iter}, with room. */
  private static final double LOGISTIC_TOLERANCE = 1e-4;

  private static final int LOGISTIC_ITERATIONS = 1000;

  /**
   * Trains a classifier.
   *
   * @param vectors of statistics, all of one length, not standardised
   * @param labels the true class of each vector
   * @param cost C of the SVM and of the logistic regression, above 0: the smaller, the stronger the
   *     regularisation
   * @param classWeights one a class: of the SVM and the logistic regression C of a class is cost
   *     times its weight, of the forest a vector counts as its class's weight in each tree's
   *     impurity; the other methods take none
   * @param threads of the nearest neighbours; change the time, not the result
   */
  static BaselineClassifier train(
      BaselineMethod method,
      float[][] vectors,
      int[] labels,
      List<String> mapping,
      double cost,
      double[] classWeights,
      int threads,
      long seed) {
    silence();
    int statistics = vectors[0].length;
    Standardization standardization = Standardization.fit(vectors, statistics);
    var source =
        new SimpleDataSourceProvenance(
            "summary statistics of the training part",
            OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), // the same bytes every time
            FACTORY);
    var dataset = new MutableDataset<Label>(source, FACTORY);
    for (int r = 0; r < vectors.length; r++) {
      var vector = example(new Label(mapping.get(labels[r])), standardization.apply(vectors[r]));
      vector.setWeight((float) classWeights[labels[r]]);
      dataset.add(vector);
    }
    float leastWeight = (float) DoubleStream.of(classWeights).min().orElse(1);
    String mostFrequent = mapping.get(mostFrequent(labels, mapping.size()));
    Trainer<Label> trainer =
        trainer(method, mostFrequent, statistics, cost, leastWeight, threads, seed);
    if (trainer instanceof WeightedLabels weighted) {
      weighted.setLabelWeights(
          IntStream.range(0, mapping.size())
              .boxed()
              .collect(
                  Collectors.toMap(c -> new Label(mapping.get(c)), c -> (float) classWeights[c])));
    }
    Model<Label> model = trainer.train(dataset);
    return new BaselineClassifier(mapping, standardization, model);
  }

  /** The most frequent label, the first of equally frequent ones. */
  private static int mostFrequent(int[] labels, int classes) {
    int[] counts = new int[classes];
    int most = 0;
    for (int label : labels) {
      counts[label]++;
    }
    for (int c = 1; c < classes; c++) {
      most = counts[c] > counts[most] ? c : most;
    }
    return most;
  }

  private static Trainer<Label> trainer(
      BaselineMethod method,
      String mostFrequent,
      int statistics,
      double cost,
      float leastWeight,
      int threads,
      long seed) {
    return switch (method) {
      case majority -> DummyClassifierTrainer.createConstantTrainer(mostFrequent);
      case knn ->
          new KNNTrainer<>(
              NEIGHBOURS,
              new L2Distance(),
              1, // vectors are predicted in parallel, see probabilities
              new VotingCombiner(),
              KNNModel.Backend.STREAMS,
              NeighboursQueryFactoryType.BRUTE_FORCE);
      case logistic ->
          new LibLinearClassificationTrainer(
              new LinearClassificationType(LinearClassificationType.LinearType.L2R_LR),
              cost,
              LOGISTIC_ITERATIONS,
              LOGISTIC_TOLERANCE,
              seed);
      case forest ->
          new RandomForestTrainer<>(
              new CARTClassificationTrainer(
                  Integer.MAX_VALUE,
                  Math.min(1, leastWeight), // a leaf may hold one vector
                  0,
                  (float) (1 / Math.sqrt(statistics)), // scikit-learn's max_features="sqrt"
                  false,
                  new GiniIndex(),
                  seed),
              new FullyWeightedVotingCombiner(),
              TREES,
              seed);
      case svm -> {
        var parameters =
            new SVMParameters<>(
                new SVMClassificationType(SVMClassificationType.SVMMode.C_SVC), KernelType.RBF);
        parameters.setCost(cost);
        parameters.setGamma(1.0 / statistics); // gamma="scale" of standardised values
        parameters.setCacheSize(500);
        parameters.setProbability();
        yield new LibSVMClassificationTrainer(parameters, seed);
      }
    };
  }

  /** LIBSVM and LIBLINEAR print their progress; Tribuo logs each tree of a forest. */
  private static void silence() {
    LOGGER.setLevel(Level.WARNING);
    svm.svm_set_print_string_function(text -> {});
    Linear.disableDebugOutput();
  }

  /** Named so that Tribuo's order by name is the order of the values. */
  private static Example<Label> example(Label label, float[] values) {
    String[] names = new String[values.length];
    double[] doubles = new double[values.length];
    for (int v = 0; v < values.length; v++) {
      names[v] = "v%05d".formatted(v);
      doubles[v] = values[v];
    }
    return new ArrayExample<>(label, names, doubles);
  }

  /**
   * Probabilities of vectors' classes.
   *
   * @param vectors not standardised
   * @return vector × class; each row sums to 1
   */
  float[][] probabilities(float[][] vectors) {
    return IntStream.range(0, vectors.length)
        .parallel()
        .mapToObj(r -> probabilities(vectors[r]))
        .toArray(float[][]::new);
  }

  private float[] probabilities(float[] vector) {
    Prediction<Label> prediction =
        model.predict(example(LabelFactory.UNKNOWN_LABEL, standardization.apply(vector)));
    Map<String, Label> scores = prediction.getOutputScores();
    float[] probabilities = new float[mapping.size()];
    if (scores.isEmpty()) { // a dummy classifier's
      probabilities[mapping.indexOf(prediction.getOutput().getLabel())] = 1;
    }
    double sum = scores.values().stream().mapToDouble(Label::getScore).sum();
    for (Map.Entry<String, Label> score : scores.entrySet()) {
      probabilities[mapping.indexOf(score.getKey())] = (float) (score.getValue().getScore() / sum);
    }
    return probabilities;
  }
}
