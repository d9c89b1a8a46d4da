///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests runs of plans: what is run, what is skipped, and what the tables say.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES PlanSchemaTest.java
//SOURCES PlanTest.java
//SOURCES ../kit/SchemaTest.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of a plan ends in the stages' own figures, and goes on where it ended. */
class PlanRunTest {
  /** The space is meant: paths with one must work. */
  @TempDir Path folder;

  /** 2 genres × 10 tracks × 2 segments of noise that differs in its mean. */
  private Path features() {
    int size = 40;
    var random = new Random(1);
    float[][] values = new float[size][12 * 13];
    String[] tracks = new String[size];
    int[] labels = new int[size];
    int[] segments = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i / 20;
      tracks[i] = (labels[i] == 0 ? "blues" : "jazz") + ".%05d".formatted(i % 20 / 2);
      segments[i] = i % 2;
      for (int v = 0; v < values[i].length; v++) {
        values[i][v] = (float) random.nextGaussian() + 2 * labels[i];
      }
    }
    Path file = folder.resolve("some features.json");
    new Features(
            "mfcc",
            List.of("blues", "jazz"),
            labels,
            tracks,
            segments,
            null,
            12,
            13,
            values,
            Store.JSON.createObjectNode(),
            Store.JSON.createObjectNode().put("synthetic", true))
        .write(file);
    return file;
  }

  /** The options that run a plan on {@link #features}, into the test's folder. */
  private String[] line(String yaml, String... more) throws IOException {
    var options = new ArrayList<>(List.of("--plan", "" + PlanTest.plan(folder, yaml)));
    options.addAll(List.of("--features", "mfcc=" + features(), "--out", "" + folder));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private static List<String> steps(PlanTest.Result run) {
    return run.text().lines().filter(text -> text.startsWith("== ")).toList();
  }

  private static void assertUpToDate(PlanTest.Result run) {
    assertTrue(steps(run).stream().allMatch(step -> step.endsWith(": up to date")), run.text());
  }

  @Test
  void aPlanRunsGoesOnAndTellsTheStagesFigures() throws Exception {
    String[] line = {
      "--plan",
      PlanTest.plan(folder, PlanTest.SOUND).toString(),
      "--features",
      "mfcc=" + features(),
      "--out",
      folder.resolve("all results").toString()
    };
    Path out = folder.resolve("all results/tiny");
    PlanTest.Result first = PlanTest.study(line);
    assertEquals(0, first.exit(), first.text());
    String run = "lstm-kmeans-track-one-hot";
    List<Rows.Experiment> rows =
        Store.readRows(out.resolve("experiments.json"), Rows.Experiment.class);
    assertEquals(List.of(), SchemaTest.violations(out.resolve("experiments.json"), "experiments"));
    assertEquals(List.of(), SchemaTest.violations(out.resolve("run.json"), "run"));
    assertTrue(rows.stream().allMatch(Rows.Experiment::synthetic));
    assertEquals(PlanTest.SOUND, Files.readString(out.resolve("plan.yaml")));
    double sum = 0;
    for (int seed = 1; seed <= 2; seed++) {
      long here = seed;
      var metrics =
          Store.readRows(out.resolve(run + "-seed" + seed + "/metrics.json"), Rows.Metric.class);
      for (Rows.Metric metric : metrics) {
        if (metric.metric().equals("epochs") || metric.metric().equals("trainable_parameters")) {
          continue;
        }
        Rows.Experiment row =
            rows.stream()
                .filter(r -> r.seed() == here && r.level().equals(metric.level()))
                .filter(r -> r.metric().equals(metric.metric()))
                .findFirst()
                .orElseThrow();
        assertEquals(run, row.run());
        assertEquals("one-hot", row.clusters());
        assertEquals(1, row.epochs());
        assertEquals(metric.value(), row.value());
        assertEquals(metric.low(), row.low());
        assertEquals(metric.high(), row.high());
        boolean test = metric.metric().equals("test_accuracy") && metric.level().equals("track");
        sum += test ? metric.value() : 0;
      }
    }
    List<String> csv = Files.readAllLines(out.resolve("experiments.csv"));
    assertEquals(2, csv.size());
    int column = List.of(csv.get(0).split(",")).indexOf("track_test_accuracy");
    assertEquals(sum / 2, Double.parseDouble(csv.get(1).split(",")[column]), 1e-12);
    String page = Files.readString(out.resolve("experiments.md"));
    for (String text : List.of(page, first.text())) {
      assertTrue(text.contains("Does it run?"), text);
      assertTrue(text.contains("SYNTHETIC"), text);
      assertTrue(text.contains("2 trainings, each tested once"), text);
      assertTrue(text.contains("%.2f ± ".formatted(100 * sum / 2)), text);
    }
    assertTrue(first.text().contains("--resume"), "a killed training would begin anew");

    PlanTest.Result second = PlanTest.study(line);
    assertEquals(0, second.exit(), second.text());
    assertEquals(6, steps(second).size(), second.text());
    assertUpToDate(second);
    assertEquals(page, Files.readString(out.resolve("experiments.md")));
  }

  @Test
  void aPlanRunsBaselinesWithoutTheNetworksOptions() throws Exception {
    String yaml =
        """
        name: classical
        question: What do statistics reach?
        training: {scale: standardise}
        features:
          mfcc: {stage: mfcc}
        splits:
          track: {by: track, ratios: "50:25:25"}
        runs:
          - {network: [majority, logistic], features: mfcc, split: track}
          - {network: logistic, features: mfcc, split: track, cost: 0.01}
        """;
    PlanTest.Result run =
        PlanTest.study(
            "--plan",
            PlanTest.plan(folder, yaml).toString(),
            "--features",
            "mfcc=" + features(),
            "--out",
            "" + folder);
    assertEquals(0, run.exit(), run.text());
    Path out = folder.resolve("classical");
    assertEquals(List.of(), SchemaTest.violations(out.resolve("experiments.json"), "experiments"));
    List<Rows.Experiment> rows =
        Store.readRows(out.resolve("experiments.json"), Rows.Experiment.class).stream()
            .filter(row -> row.metric().equals("test_accuracy") && row.level().equals("segment"))
            .toList();
    assertEquals(
        List.of("majority-mfcc-track", "logistic-mfcc-track", "logistic-mfcc-track-cost-0_01"),
        rows.stream().map(Rows.Experiment::run).toList());
    assertEquals(
        List.of("", "", "cost=0.01"), rows.stream().map(Rows.Experiment::options).toList());
    assertTrue(rows.stream().allMatch(row -> row.epochs() == 0 && row.parameters() == 0));
    assertEquals(0.5, rows.get(0).value(), 0.2, "the majority of two genres");
    assertEquals(1, rows.get(1).value(), "genres differ in their mean");
  }

  @Test
  void aPlanPoolsTheTestsOfFolds() throws Exception {
    String yaml =
        """
        name: crossed
        question: Is every track tested once?
        seeds: [1, 2]
        features:
          mfcc: {stage: mfcc}
        splits:
          folds: {by: track, folds: 4, stratify: genre}
        runs:
          - {network: knn, features: mfcc, split: folds}
        """;
    String[] line = line(yaml);
    PlanTest.Result first = PlanTest.study(line);
    assertEquals(0, first.exit(), first.text());
    Path out = folder.resolve("crossed");
    for (String name : List.of("knn-mfcc-folds-seed1", "knn-mfcc-folds-seed2")) {
      List<Rows.Prediction> pooled = predictions(out.resolve(name));
      var ofFolds = new ArrayList<String>();
      for (int fold = 1; fold <= 4; fold++) {
        List<Rows.Prediction> rows = predictions(out.resolve(name + "-fold" + fold));
        assertEquals(fold, rows.get(0).fold());
        rows.forEach(row -> ofFolds.add(row.id() + " " + row.predicted()));
      }
      assertEquals(ofFolds, pooled.stream().map(row -> row.id() + " " + row.predicted()).toList());
      assertEquals(40, pooled.stream().map(Rows.Prediction::id).distinct().count());
      double right =
          pooled.stream().filter(row -> row.predicted().equals(row.truth())).count() / 40.0;
      Rows.Metric accuracy =
          Store.readRows(out.resolve(name).resolve("metrics.json"), Rows.Metric.class).stream()
              .filter(row -> row.metric().equals("test_accuracy"))
              .findFirst()
              .orElseThrow();
      assertEquals(right, accuracy.value());
    }
    String page = Files.readString(out.resolve("experiments.md"));
    assertTrue(page.contains("8 trainings, each tested once"), page);
    assertTrue(page.contains("| 40 / 20 |"), page);
    assertTrue(page.contains("SYNTHETIC"), page);

    PlanTest.Result second = PlanTest.study(line);
    assertEquals(2 * (1 + 4 + 1), steps(second).size(), second.text());
    assertUpToDate(second);
  }

  @Test
  void anEnsembleAveragesTheProbabilitiesOfItsRuns() throws Exception {
    String[] line = line(PlanTest.ENSEMBLE);
    PlanTest.Result run = PlanTest.study(line);
    assertEquals(0, run.exit(), run.text());
    Path out = folder.resolve("together");
    for (int seed = 1; seed <= 2; seed++) {
      List<Rows.Prediction> both = predictions(out.resolve("both-seed" + seed));
      List<Rows.Prediction> a = predictions(out.resolve("knn-mfcc-track-seed" + seed));
      List<Rows.Prediction> b = predictions(out.resolve("majority-mfcc-track-seed" + seed));
      assertEquals(a.size(), both.size());
      for (int row = 0; row < both.size(); row++) {
        Rows.Prediction mean = both.get(row);
        int place = row;
        Rows.Prediction one =
            a.stream().filter(each -> each.id().equals(mean.id())).findFirst().orElseThrow();
        Rows.Prediction other =
            b.stream().filter(each -> each.id().equals(mean.id())).findFirst().orElseThrow();
        for (int c = 0; c < 2; c++) {
          double expected = (one.probabilities()[c] + other.probabilities()[c]) / 2;
          assertEquals(expected, mean.probabilities()[c], 1e-6, "row " + place);
        }
      }
      Path model = out.resolve("both-seed" + seed).resolve("model.zip");
      assertFalse(Files.exists(model), "an ensemble has no model of its own");
    }
    String page = Files.readString(out.resolve("experiments.md"));
    assertTrue(page.lines().anyMatch(row -> row.startsWith("| both |")), page);
    assertTrue(page.contains("8 trainings and 2 ensembles, each tested once"), page);
    PlanTest.Result again = PlanTest.study(line);
    assertUpToDate(again);
  }

  @Test
  void anEnsembleOfFoldsAveragesTheirPooledTests() throws Exception {
    String yaml =
        PlanTest.ENSEMBLE
            .replace("stratify: genre}", "stratify: genre, folds: 2}")
            .replace("[1, 2]", "[1]");
    PlanTest.Result run =
        PlanTest.study(
            "--plan",
            "" + PlanTest.plan(folder, yaml),
            "--features",
            "mfcc=" + features(),
            "--out",
            "" + folder);
    assertEquals(0, run.exit(), run.text());
    List<Rows.Prediction> both = predictions(folder.resolve("together/both-seed1"));
    assertEquals(40, both.stream().map(Rows.Prediction::id).distinct().count());
    assertEquals("both", both.get(0).network());
  }

  private static List<Rows.Prediction> predictions(Path run) {
    return Store.readRows(run.resolve("predictions.json"), Rows.Prediction.class);
  }

  /** Writes what a trained network's folder holds, as far as a plan reads it. */
  private static final String OWN_NETWORK =
      """
      //JAVA 17+
      import java.io.*;
      import java.nio.file.*;
      import java.util.*;
      import java.util.zip.*;

      class Mine {
        public static void main(String... args) throws Exception {
          var options = List.of(args);
          Path out = Files.createDirectories(Path.of(options.get(options.indexOf("--out") + 1)));
          String row = "{'network':'mine','seed':1,'fold':0,'split':'track','level':'%s',"
              + "'metric':'%s','value':%s,'low':0.4,'high':0.6}";
          var metrics = new ArrayList<String>();
          for (String name : "train validation test".split(" ")) {
            for (String level : "segment track".split(" ")) {
              metrics.add(row.formatted(level, name + "_accuracy", "0.5"));
            }
          }
          metrics.add(row.formatted("segment", "test_segments", "10"));
          metrics.add(row.formatted("track", "test_tracks", "5"));
          metrics.add(row.formatted("track", "tracks_on_both_sides", "0"));
          metrics.add(row.formatted("network", "epochs", options.get(options.indexOf("--epochs") + 1)));
          metrics.add(row.formatted("network", "trainable_parameters", "99"));
          Files.writeString(out.resolve("metrics.json"), metrics.toString().replace((char) 39, '"'));
          for (String name : "history predictions report".split(" ")) {
            Files.writeString(out.resolve(name + ".json"), "[]");
          }
          try (var zip = new ZipOutputStream(Files.newOutputStream(out.resolve("model.zip")))) {
            zip.putNextEntry(new ZipEntry("model.json"));
            zip.write("{}".getBytes());
          }
        }
      }
      """;

  @Test
  void aPlanTrainsANetworkOfOnesOwn() throws Exception {
    String yaml =
        PlanTest.SOUND
            .replace("seeds: [1, 2]", "seeds: 1")
            .replace("{lstm: 1, cnn: 2}", "{mine: 3}\nnetworks:\n  mine: {script: code/Mine.java}")
            .replace(
                "{network: lstm, features: kmeans, split: track, clusters: one-hot}",
                "{network: mine, features: mfcc, split: track, learning-rate: 0.5, label: own}");
    assertEquals(List.of(), PlanSchemaTest.schemaViolations(folder, yaml));
    String[] line = line(yaml);
    PlanTest.Result without = PlanTest.study(line);
    assertEquals(1, without.exit(), without.text());
    assertTrue(without.text().contains("networks.mine.script: no file"), without.text());
    Files.createDirectories(folder.resolve("code"));
    Files.writeString(folder.resolve("code/Mine.java"), OWN_NETWORK);
    PlanTest.Result run = PlanTest.study(line);
    assertEquals(0, run.exit(), run.text());
    Path results = folder.resolve("tiny/experiments.json");
    assertEquals(List.of(), SchemaTest.violations(results, "experiments"));
    Rows.Experiment row = Store.readRows(results, Rows.Experiment.class).get(0);
    assertEquals("mine", row.network());
    assertEquals("mine-mfcc-track-own", row.run());
    assertEquals(3, row.epochs());
    assertEquals(99, row.parameters());
    assertTrue(run.text().contains("--learning-rate 0.5"), run.text());
    assertTrue(PlanTest.study(line).text().contains("== mine-mfcc-track-own-seed1: up to date"));
    Files.writeString(folder.resolve("code/Mine.java"), OWN_NETWORK + "// changed\n");
    assertTrue(
        PlanTest.study(line).text().contains("== mine --features"), "its script has changed");
  }

  @Test
  void aFailingStepIsToldAndWhatHangsOnItLeftOut() throws Exception {
    String yaml = PlanTest.SOUND.replace("clusters: 2, fit", "clusters: 500, fit");
    PlanTest.Result broken = PlanTest.study(line(yaml, "--seeds", "1"));
    assertEquals(1, broken.exit(), broken.text());
    assertTrue(broken.text().contains("lstm-kmeans-track-one-hot-seed1: left out"), broken.text());
    assertTrue(broken.text().contains("2 of 3 steps failed (kmeans-track-seed1"), broken.text());
    assertTrue(Files.exists(folder.resolve("tiny/splits/track-seed1.json")));
  }
}
