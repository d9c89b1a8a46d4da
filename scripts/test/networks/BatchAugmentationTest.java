///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests of augmentation of the training segments, and of test-time augmentation
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../kit/StageRun.java
//SOURCES ../../Compact.java
//SOURCES ../../lib/networks/BatchAugmentation.java
//SOURCES ../../lib/networks/ModelFile.java
//SOURCES ../../lib/networks/NetworkDefinition.java
//SOURCES ../../lib/networks/Predictor.java
//SOURCES ../../lib/features/Standardization.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/results/Part.java
//SOURCES ../../lib/results/SegmentId.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.features.Features;
import genrelab.features.Standardization;
import genrelab.kit.Store;
import genrelab.networks.BatchAugmentation;
import genrelab.networks.ModelFile;
import genrelab.networks.NetworkDefinition;
import genrelab.networks.Predictor;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BatchAugmentationTest {
  private static final int FRAMES = 20;
  private static final int COEFFICIENTS = 8;

  @TempDir Path folder;

  // ---- masks

  @Test
  void masksAreOneRunOfFramesAndOneOfCoefficientsOfTheMean() {
    var augmentation = new BatchAugmentation(6, 3, 0, 0);
    float[] mean = new float[COEFFICIENTS];
    for (int c = 0; c < COEFFICIENTS; c++) {
      mean[c] = -100 - c;
    }
    float[] segment = new float[FRAMES * COEFFICIENTS];
    for (int i = 0; i < segment.length; i++) {
      segment[i] = i;
    }
    var random = new Random(3);
    int[] framesMasked = new int[7];
    int[] coefficientsMasked = new int[4];
    for (int draw = 0; draw < 3000; draw++) {
      float[] masked = augmentation.mask(segment, mean, random);
      boolean[] frames = new boolean[FRAMES];
      boolean[] coefficients = new boolean[COEFFICIENTS];
      for (int f = 0; f < FRAMES; f++) {
        int row = f;
        frames[f] =
            IntStream.range(0, COEFFICIENTS)
                .allMatch(c -> masked[row * COEFFICIENTS + c] == mean[c]);
      }
      for (int c = 0; c < COEFFICIENTS; c++) {
        int column = c;
        coefficients[c] =
            IntStream.range(0, FRAMES)
                .allMatch(f -> masked[f * COEFFICIENTS + column] == mean[column]);
      }
      for (int i = 0; i < segment.length; i++) {
        boolean covered = frames[i / COEFFICIENTS] || coefficients[i % COEFFICIENTS];
        assertEquals(covered ? mean[i % COEFFICIENTS] : segment[i], masked[i]);
      }
      framesMasked[run(frames)]++;
      coefficientsMasked[run(coefficients)]++;
    }
    for (int count : framesMasked) {
      assertEquals(3000 / 7.0, count, 80, "widths are as likely as each other, 0 and 6 too");
    }
    for (int count : coefficientsMasked) {
      assertEquals(3000 / 4.0, count, 100);
    }
  }

  /** How many are set; they must lie side by side. */
  private static int run(boolean[] places) {
    int[] set = IntStream.range(0, places.length).filter(i -> places[i]).toArray();
    assertTrue(set.length == 0 || set[set.length - 1] - set[0] == set.length - 1);
    return set.length;
  }

  @Test
  void withoutMasksASegmentIsItself() {
    float[] segment = {1, 2};
    assertSame(
        segment, new BatchAugmentation(0, 0, 0, 0.5).mask(segment, new float[2], new Random(1)));
  }

  @Test
  void masksWiderThanTheSegmentAreCutToIt() {
    float[] segment = {1, 2, 3, 4};
    var augmentation = new BatchAugmentation(99, 99, 0, 0);
    var random = new Random(1);
    for (int draw = 0; draw < 100; draw++) {
      assertEquals(4, augmentation.mask(segment, new float[2], random).length);
    }
    assertArrayEquals(new float[] {1, 2, 3, 4}, segment, "the data themselves stay");
  }

  // ---- shifts

  @Test
  void aShiftMovesEachFrameByTheSameNumberOfCoefficients() {
    var augmentation = new BatchAugmentation(0, 0, 2, 0);
    float[] mean = {-1, -2, -3, -4};
    float[] segment = {10, 11, 12, 13, 20, 21, 22, 23};
    float[][] expected = {
      {12, 13, -3, -4, 22, 23, -3, -4},
      {11, 12, 13, -4, 21, 22, 23, -4},
      {10, 11, 12, 13, 20, 21, 22, 23},
      {-1, 10, 11, 12, -1, 20, 21, 22},
      {-1, -2, 10, 11, -1, -2, 20, 21}
    };
    int[] drawn = new int[5];
    var random = new Random(3);
    for (int draw = 0; draw < 1000; draw++) {
      float[] moved = augmentation.shift(segment, mean, random);
      int which =
          IntStream.range(0, 5)
              .filter(i -> Arrays.equals(expected[i], moved))
              .findFirst()
              .orElseThrow();
      drawn[which]++;
    }
    for (int count : drawn) {
      assertEquals(200, count, 60, "each shift is as likely as another");
    }
    assertSame(segment, new BatchAugmentation(0, 0, 0, 0).shift(segment, mean, random));
  }

  // ---- mixup

  /** Moments of the larger of λ and 1 − λ: λ is uniform for α = 1; near 1 for a small α. */
  @Test
  void sharesAreOfABetaDistribution() {
    assertEquals(0.75, meanShare(1), 0.005);
    assertTrue(meanShare(0.1) > 0.93, "" + meanShare(0.1));
    double second =
        new Random(5)
            .ints(20_000)
            .mapToDouble(seed -> new BatchAugmentation(0, 0, 0, 0.4).share(new Random(seed)))
            .map(share -> share * (1 - share))
            .average()
            .orElseThrow();
    // E[λ (1 − λ)] of Beta(α, α) is α / (2 (2 α + 1))
    assertEquals(0.4 / (2 * 1.8), second, 0.003);
  }

  private static double meanShare(double alpha) {
    var augmentation = new BatchAugmentation(0, 0, 0, alpha);
    var random = new Random(4);
    return IntStream.range(0, 20_000)
        .mapToDouble(i -> augmentation.share(random))
        .average()
        .orElseThrow();
  }

  @Test
  void rowsAreMixedWithTheirNeighbours() {
    INDArray rows = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    INDArray mixed = BatchAugmentation.mix(rows, 0.75);
    assertArrayEquals(new float[] {0.75f, 0.25f, 0}, mixed.getRow(0).toFloatVector());
    assertArrayEquals(new float[] {0.25f, 0, 0.75f}, mixed.getRow(2).toFloatVector());
    INDArray images = Nd4j.arange(24).castTo(Nd4j.dataType()).reshape(2, 1, 3, 4);
    INDArray both = BatchAugmentation.mix(images, 0.5);
    assertArrayEquals(images.shape(), both.shape());
    assertEquals((5 + 17) / 2.0, both.getDouble(0, 0, 1, 1));
    assertEquals(images, BatchAugmentation.mix(images, 1));
  }

  // ---- training

  /** Two genres of noise that differ in one coefficient; 8 tracks of 4 segments. */
  private void writeData() {
    var random = new Random(7);
    int size = 32;
    int[] labels = new int[size];
    int[] segments = new int[size];
    String[] tracks = new String[size];
    float[][] values = new float[size][FRAMES * COEFFICIENTS];
    var parts = new ArrayList<Rows.SplitRow>();
    for (int i = 0; i < size; i++) {
      int track = i / 4;
      labels[i] = track % 2;
      segments[i] = i % 4;
      tracks[i] = (labels[i] == 0 ? "blues" : "jazz") + ".%05d".formatted(track);
      for (int v = 0; v < values[i].length; v++) {
        boolean telling = v % COEFFICIENTS == 3 && labels[i] == 1;
        values[i][v] = (float) (random.nextGaussian() + (telling ? 4 : 0));
      }
      String part = track < 4 ? "train" : track < 6 ? "validation" : "test";
      parts.add(new Rows.SplitRow(tracks[i], segments[i], Part.valueOf(part)));
    }
    var empty = Store.JSON.createObjectNode();
    new Features(
            "logmel",
            List.of("blues", "jazz"),
            labels,
            tracks,
            segments,
            null,
            FRAMES,
            COEFFICIENTS,
            values,
            empty,
            empty)
        .write(folder.resolve("mfcc.json"));
    Store.writeRows(folder.resolve("split.json"), parts);
  }

  private StageRun train(String name, String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "--features=" + folder.resolve("mfcc.json"),
                "--split=" + folder.resolve("split.json"),
                "--out=" + folder.resolve(name),
                "--batch=8"));
    args.addAll(List.of(more));
    if (args.stream().noneMatch(option -> option.startsWith("--epochs"))) {
      args.add("--epochs=2");
    }
    return StageRun.of(new Compact(), args.toArray(String[]::new));
  }

  private String predictions(String name) throws Exception {
    return Files.readString(folder.resolve(name).resolve("predictions.json"));
  }

  @Test
  void trainingIsAugmentedAsToldAndTheSameAgain() throws Exception {
    writeData();
    String[] masks = {"--mask-frames=5", "--mask-coefficients=3", "--mixup=0.4"};
    for (String name : List.of("masked", "again")) {
      StageRun run = train(name, masks);
      assertEquals(0, run.exit(), run.stderr());
    }
    assertEquals(0, train("plain").exit());
    assertEquals(0, train("mixed", "--mixup=0.4").exit());
    assertEquals(predictions("masked"), predictions("again"));
    assertNotEquals(predictions("masked"), predictions("plain"));
    assertNotEquals(predictions("mixed"), predictions("plain"));
    assertNotEquals(predictions("mixed"), predictions("masked"));
  }

  @Test
  void cropsShiftsAndAveragedWeightsChangeTheTrainingAndAreTheSameAgain() throws Exception {
    writeData();
    assertEquals(0, train("plain").exit());
    for (String option :
        List.of("--random-crops", "--shift-coefficients=2", "--ema-momentum=0.9")) {
      for (String name : List.of("changed", "again")) {
        StageRun run = train(name, option);
        assertEquals(0, run.exit(), run.stderr());
      }
      assertEquals(predictions("changed"), predictions("again"), option);
      assertNotEquals(predictions("changed"), predictions("plain"), option);
    }
  }

  /**
   * The mean over crops and shifts, recomputed by the trained network on the variants one by one.
   */
  @Test
  void testTimeAugmentationAveragesTheVariantsOfASegment() throws Exception {
    writeData();
    assertEquals(0, train("plain").exit());
    StageRun run = train("varied", "--test-crops=2", "--test-shift-coefficients=1");
    assertEquals(0, run.exit(), run.stderr());
    Path model = folder.resolve("varied/model.zip");
    var predictor =
        new Predictor(ModelFile.read(model), NetworkDefinition.ofScript("compact").orElseThrow());
    Features features = Features.read(folder.resolve("mfcc.json"));
    float[] mean = trainingMean(features);
    List<Rows.Prediction> alone = rows("plain");
    List<Rows.Prediction> varied = rows("varied");
    for (int place = 0; place < varied.size(); place++) {
      SegmentId id = varied.get(place).id();
      float[] segment = features.values(row(features, id));
      int next = row(features, new SegmentId(id.track(), id.segment() + 1));
      int half = features.frames() / 2 * features.coefficients();
      float[] crop = segment;
      if (next >= 0) {
        crop = Arrays.copyOf(Arrays.copyOfRange(segment, half, segment.length), segment.length);
        System.arraycopy(features.values(next), 0, crop, segment.length - half, half);
      }
      float[][] variants = {
        BatchAugmentation.shifted(segment, mean, -1),
        segment,
        BatchAugmentation.shifted(segment, mean, 1),
        BatchAugmentation.shifted(crop, mean, -1),
        crop,
        BatchAugmentation.shifted(crop, mean, 1)
      };
      float[][] predicted = predictor.predict(variants);
      for (int c = 0; c < predicted[0].length; c++) {
        int genre = c;
        double expected = Arrays.stream(predicted).mapToDouble(p -> p[genre]).average().orElse(0);
        assertEquals(expected, varied.get(place).probabilities()[c], 1e-5, id.toString());
        assertEquals(
            predicted[1][c], alone.get(place).probabilities()[c], 1e-5, "the same network");
      }
    }
    assertNotEquals(predictions("plain"), predictions("varied"));
    assertEquals(
        metric("plain", "temperature"),
        metric("varied", "temperature"),
        "classify, which uses it, takes segments alone");
    String card = Files.readString(folder.resolve("varied/card.md"));
    assertTrue(card.contains("2 crops of each segment, each shifted by -1 to 1 mel bands"), card);
    assertFalse(Files.readString(folder.resolve("plain/card.md")).contains("Test-time"));
  }

  private List<Rows.Prediction> rows(String name) {
    return Store.readRows(folder.resolve(name).resolve("predictions.json"), Rows.Prediction.class);
  }

  private double metric(String name, String metric) {
    return Store.readRows(folder.resolve(name).resolve("metrics.json"), Rows.Metric.class).stream()
        .filter(row -> row.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private float[] trainingMean(Features features) {
    List<float[]> training =
        Store.readRows(folder.resolve("split.json"), Rows.SplitRow.class).stream()
            .filter(row -> row.part() == Part.train)
            .map(row -> features.values(row(features, row.id())))
            .toList();
    return Standardization.fit(training, COEFFICIENTS).mean();
  }

  private static int row(Features features, SegmentId id) {
    return IntStream.range(0, features.size())
        .filter(row -> features.id(row).equals(id))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void piecesHeldOutOfTrainingTracksAreTestedToo() throws Exception {
    writeData();
    List<Rows.SplitRow> held =
        Store.readRows(folder.resolve("split.json"), Rows.SplitRow.class).stream()
            .map(
                row ->
                    row.part() == Part.train && row.segment() == 3
                        ? new Rows.SplitRow(row.track(), 3, Part.known)
                        : row)
            .toList();
    Store.writeRows(folder.resolve("split.json"), held);
    StageRun run = train("known");
    assertEquals(0, run.exit(), run.stderr());
    List<Rows.Prediction> known =
        Store.readRows(folder.resolve("known/predictions-known.json"), Rows.Prediction.class);
    assertEquals(
        held.stream().filter(row -> row.part() == Part.known).map(Rows.SplitRow::id).toList(),
        known.stream().map(Rows.Prediction::id).toList());
    double right =
        known.stream().filter(row -> row.truth().equals(row.predicted())).count()
            / (double) known.size();
    assertEquals(
        right,
        Store.readRows(folder.resolve("known/metrics.json"), Rows.Metric.class).stream()
            .filter(row -> row.metric().equals("known_accuracy"))
            .findFirst()
            .orElseThrow()
            .value());
  }

  /** The test is of the averaged weights, and so is what a resumed training goes on with. */
  @Test
  void aTrainingWithAveragedWeightsGoesOnAsIfItHadNotEnded() throws Exception {
    writeData();
    String[] options = {"--ema-momentum=0.9", "--random-crops"};
    assertEquals(0, train("whole", "--epochs=4", options[0], options[1]).exit());
    // a folder in the way of its results leaves a training of two epochs with its checkpoint alone
    Path obstacle = folder.resolve("resumed/history.json/obstacle");
    Files.createDirectories(obstacle);
    assertEquals(1, train("resumed", "--epochs=2", options[0], options[1]).exit());
    Files.delete(obstacle);
    Files.delete(obstacle.getParent());
    StageRun resumed = train("resumed", "--epochs=4", options[0], options[1], "--resume");
    assertEquals(0, resumed.exit(), resumed.stderr());
    assertTrue(resumed.stdout().contains("going on after epoch 2"), resumed.stdout());
    assertEquals(predictions("whole"), predictions("resumed"));
  }

  @Test
  void cropsDoNotGoWithClustersNorShiftsWithMfccs() throws Exception {
    writeData();
    for (String option : List.of("--random-crops", "--test-crops=2")) {
      StageRun clusters = train("wrong", option, "--clusters=one-hot");
      assertEquals(2, clusters.exit());
      assertTrue(clusters.stderr().contains("--clusters one-hot"), clusters.stderr());
    }
    Path features = folder.resolve("mfcc.json");
    Files.writeString(features, Files.readString(features).replace("\"logmel\"", "\"mfcc\""));
    for (String option : List.of("--shift-coefficients", "--test-shift-coefficients")) {
      StageRun shift = train("wrong", option + "=1");
      assertEquals(1, shift.exit());
      assertTrue(shift.stderr().contains(option + " moves mel bands"), shift.stderr());
    }
  }

  @Test
  void wrongOptionsAreUsageErrors() {
    writeData();
    for (String option :
        List.of(
            "--mask-frames=-1",
            "--mask-coefficients=-2",
            "--mixup=1.5",
            "--shift-coefficients=-1",
            "--ema-momentum=1")) {
      StageRun run = train("wrong", option);
      assertEquals(2, run.exit(), option);
      assertTrue(run.stderr().contains(option.split("=")[0] + " must be"), run.stderr());
    }
  }
}
