//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../evaluation/SongCalibration.java
//SOURCES ../evaluation/ModelCard.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../evaluation/TestResults.java
//SOURCES ../evaluation/TrainingRecord.java
//SOURCES ../features/SplitFeatures.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES Dl4j.java
//SOURCES LayerTable.java
//SOURCES ModelFile.java
//SOURCES NetworkGraph.java
//SOURCES SegmentScores.java
//SOURCES TestTimeAugmentation.java
//SOURCES TrainedModel.java
//SOURCES TrainingData.java
//SOURCES TrainingHistory.java
//SOURCES TrainingOptions.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../kit/Progress.java
//SOURCES dl4j/Threads.java
//SOURCES ../features/Features.java

package genrelab.networks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.evaluation.ModelCard;
import genrelab.evaluation.OutOfDistribution;
import genrelab.evaluation.SongCalibration;
import genrelab.evaluation.TestResults;
import genrelab.evaluation.TrainingRecord;
import genrelab.features.Features;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** Tests a trained network and writes its folder. */
final class TrainingResults {
  private final String alias;
  private final String name;
  private final TrainingOptions options;
  private final TrainingData data;
  private final ComputationGraph network;
  private final TrainingHistory history;
  private final TestTimeAugmentation augmentation;
  private final OutOfDistribution outOfDistribution;

  /**
   * The results of a training.
   *
   * @param network with the last epoch's weights
   */
  TrainingResults(
      String alias,
      TrainingOptions options,
      TrainingData data,
      ComputationGraph network,
      TrainingHistory history) {
    this.alias = alias;
    this.name = options.networkName(alias);
    this.options = options;
    this.data = data;
    this.network = network;
    this.history = history;
    augmentation = new TestTimeAugmentation(data, options);
    outOfDistribution =
        OutOfDistribution.fit(
            data.values(Part.train), data.values(Part.validation), data.features().coefficients());
  }

  /** Tests the weights that the options name, and writes every file. */
  void write(Instant started) {
    float[] lastWeights = ModelFile.floats(network.params());
    if (options.testModel == TrainingOptions.TestModel.best) {
      network.params().assign(Nd4j.createFromArray(history.bestWeights()));
    }
    int[] rows = data.rows(Part.test);
    SegmentScores score = testScores(rows);
    requireFinite(score.probabilities());
    TestResults test = test(rows, score);
    List<Rows.Metric> metrics = metrics(test);
    int[] knownRows = data.rows(Part.known);
    Optional<TestResults> known =
        knownRows.length == 0
            ? Optional.empty()
            : Optional.of(test(knownRows, testScores(knownRows)));
    known.ifPresent(held -> metrics.addAll(held.knownMetrics()));
    SongCalibration last = calibration(lastWeights);
    SongCalibration best =
        history.bestEpoch() == history.epochs().size() ? last : calibration(history.bestWeights());
    SongCalibration tested = options.testModel == TrainingOptions.TestModel.best ? best : last;
    metrics.addAll(
        tested.metrics(test, data.tracksOf(rows), score.probabilities(), data.labelsOf(rows)));
    Store.writeRows(options.out.resolve("history.json"), history.epochs());
    test.write(options.out, metrics, known);
    writeModel("model.zip", metrics, lastWeights, history.epochs().size(), last);
    writeModel("model-best.zip", metrics, history.bestWeights(), history.bestEpoch(), best);
    writeRun(started);
    test.print(metrics);
    System.out.println(options.out);
  }

  private TestResults test(int[] rows, SegmentScores score) {
    return new TestResults(
        name,
        options.seed,
        options.fold,
        data.splitBy(),
        data.features().mapping(),
        data.idsOf(rows),
        data.genresOf(rows),
        score.probabilities());
  }

  private void requireFinite(float[][] probabilities) {
    for (float[] segment : probabilities) {
      for (float probability : segment) {
        if (!Float.isFinite(probability)) {
          throw new Stage.Failure(
              "%s: the network gives no finite probabilities; train with a smaller --learning-rate",
              options.out);
        }
      }
    }
  }

  private SegmentScores scores(int[] rows) {
    return SegmentScores.of(network, data, rows, options.batch);
  }

  /** With test-time augmentation, where it is asked for. */
  private SegmentScores testScores(int[] rows) {
    return augmentation.isNone()
        ? scores(rows)
        : SegmentScores.of(network, data, rows, options.batch, augmentation.variants(rows));
  }

  private int testedEpoch() {
    return options.testModel == TrainingOptions.TestModel.best
        ? history.bestEpoch()
        : history.epochs().size();
  }

  private List<Rows.Metric> metrics(TestResults test) {
    List<Rows.Metric> rows = test.estimates();
    int tested = testedEpoch();
    Rows.Epoch epoch = history.epochs().get(tested - 1);
    rows.add(test.exact("segment", "train_accuracy", epoch.accuracy()));
    rows.add(test.exact("segment", "validation_accuracy", epoch.valAccuracy()));
    rows.add(test.exact("segment", "test_segments", data.rows(Part.test).length));
    rows.add(test.exact("track", "tracks_on_both_sides", data.tracksOnBothSides()));
    rows.add(
        test.exact("network", "trainable_parameters", NetworkGraph.trainableParameters(network)));
    rows.add(test.exact("network", "steps_per_epoch", data.steps()));
    rows.add(test.exact("network", "epochs", history.epochs().size()));
    rows.add(test.exact("network", "best_epoch", history.bestEpoch()));
    return rows;
  }

  /** Fitted on the validation part, with these weights. */
  private SongCalibration calibration(float[] weights) {
    network.params().assign(Nd4j.createFromArray(weights));
    int[] rows = data.rows(Part.validation);
    return SongCalibration.fit(
        data.tracksOf(rows),
        scores(rows).probabilities(),
        data.labelsOf(rows),
        Set.copyOf(data.tracksOf(data.rows(Part.train))));
  }

  private void writeModel(
      String file,
      List<Rows.Metric> metrics,
      float[] weights,
      int epoch,
      SongCalibration calibration) {
    ObjectNode description = description();
    description.put("epoch", epoch);
    calibration.record(description);
    description.set("familiarity", Store.JSON.valueToTree(outOfDistribution));
    if (epoch == testedEpoch()) {
      description.set("metrics", Store.JSON.valueToTree(metrics));
    }
    var model = new TrainedModel(description, data.preparation(), data.input(), weights);
    ModelFile.write(model, options.out.resolve(file));
    if (epoch == testedEpoch()) {
      byte[] card = model.card().getBytes(StandardCharsets.UTF_8);
      Store.write(options.out.resolve("card.md"), out -> out.write(card));
    }
  }

  private ObjectNode description() {
    ObjectNode model = Store.JSON.createObjectNode();
    model.put("genrelab", Stage.VERSION).put("dl4j", Dl4j.VERSION);
    model.put("network", name).put("architecture", alias);
    model.set("layers", Store.JSON.valueToTree(LayerTable.of(network, data.preparation())));
    model.set("options", Store.JSON.valueToTree(options.asList(data.splitBy())));
    data.describe(model);
    augmentation.record(model);
    ModelCard.recordClassWeights(
        model, options.classWeights, data.features().mapping(), data.classWeights());
    return model;
  }

  private void writeRun(Instant started) {
    new TrainingRecord(
            alias,
            options.asList(data.splitBy()),
            options.seed,
            List.of(Features.identity(options.features), options.split),
            "dl4j",
            Dl4j.VERSION,
            started)
        .write(options.out);
  }
}
