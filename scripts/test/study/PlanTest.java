///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests plans of experiments: what is refused, and which steps a plan makes.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/study/Experiments.java
//SOURCES ../../lib/study/KitLocation.java
//SOURCES ../../lib/study/Plan.java
//SOURCES ../../lib/study/StageOptions.java
//SOURCES ../../lib/results/Rows.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/study/ExperimentSteps.java
//SOURCES ../../lib/study/ExperimentTables.java
//SOURCES ../../lib/study/RunResult.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import genrelab.kit.Stage;
import genrelab.results.Rows;
import genrelab.study.ExperimentSteps;
import genrelab.study.ExperimentTables;
import genrelab.study.Experiments;
import genrelab.study.KitLocation;
import genrelab.study.Plan;
import genrelab.study.RunResult;
import genrelab.study.StageOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A plan's file is checked before anything runs. */
class PlanTest {
  private static final Path HOME = Path.of(System.getenv("GENRELAB_HOME"));

  static final String SOUND =
      """
      name: tiny
      question: Does it run?
      seeds: [1, 2]
      epochs: {lstm: 1, cnn: 2}
      features:
        mfcc: {stage: mfcc}
        kmeans: {stage: kmeans, of: mfcc, clusters: 2, fit-on: train}
        all: {stage: kmeans, of: mfcc, clusters: 2}
      splits:
        track: {by: track, stratify: genre, ratios: 60:15:25}
        cluster: {by: cluster, features: all}
        lists: {by: file, lists: [train.txt, valid.txt, test.txt]}
        artist: {by: artist}
      augmentations:
        noisy: {stretch: none, pitch: -2:2, noise: 20}
      runs:
        - {network: lstm, features: kmeans, split: track, clusters: one-hot}
      """;

  /** The space is meant: paths with one must work. */
  @TempDir Path folder;

  record Result(int exit, String text) {}

  private Path plan(String yaml) throws IOException {
    return plan(folder, yaml);
  }

  static Path plan(Path folder, String yaml) throws IOException {
    Path file = folder.resolve("a plan.yaml");
    Files.writeString(file, yaml);
    return file;
  }

  static Result study(String... args) throws Exception {
    var command = new ArrayList<>(List.of(System.getenv("GENRELAB_JBANG"), "study"));
    command.addAll(List.of(args));
    Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
    run.getOutputStream().close();
    String text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(run.waitFor(), text);
  }

  /** The steps of a plan, from a corpus that need not be there. */
  private List<String> steps(Plan plan) {
    return steps(plan, new ExperimentSteps.Inputs(folder, Map.of(), null));
  }

  private List<String> steps(Plan plan, ExperimentSteps.Inputs given) {
    var text = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
    try {
      new Experiments(plan, given, folder.resolve("out")).list();
    } finally {
      System.setOut(console);
    }
    return text.toString(StandardCharsets.UTF_8).lines().skip(2).toList();
  }

  // ---- plans

  @ParameterizedTest
  @CsvSource({
    "augmentation,3,3",
    "baselines,26,3",
    "controlled,6,3",
    "folds,6,2",
    "hybrid,4,3",
    "ingredients,19,1",
    "inputs,10,3",
    "leakage,6,3",
    "paper,5,1",
    "recipe,3,3",
    "refit,2,3",
    "shape,4,3"
  })
  void shippedPlansAreSound(String name, int runs, int seeds) {
    Plan plan = Plan.read(name);
    assertEquals(name, plan.name());
    assertEquals(runs, plan.runs().size());
    assertEquals(seeds, plan.seeds().size());
    long trainings =
        steps(plan).stream()
            .filter(step -> step.matches(".*: (cnn|lstm|hybrid|compact|musical|baseline)"))
            .count();
    long expected =
        plan.runs().stream()
            .filter(run -> run.members().isEmpty())
            .mapToLong(run -> Math.max(1, plan.splits().get(run.split()).folds()))
            .sum();
    assertEquals(expected * seeds, trainings);
  }

  @Test
  void everyShippedPlanIsReadByItsNameAndTellsItsCost() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("data/plans"))) {
      List<Path> plans = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
      assertEquals(
          Plan.SHIPPED,
          plans.stream().map(file -> file.getFileName().toString().replace(".yaml", "")).toList());
      for (Path plan : plans) {
        assertTrue(Files.readString(plan).contains("# Cost on GTZAN"), plan.toString());
        assertEquals(Plan.read(plan.toString()).runs(), Plan.read(nameOf(plan)).runs());
      }
    }
  }

  private static String nameOf(Path shipped) {
    return shipped.getFileName().toString().replace(".yaml", "");
  }

  /** As a run's folder holds it, plan.yaml. */
  @Test
  void aCopyOfAShippedPlanFindsTheKitsNetworks() throws IOException {
    Path copy = plan(Plan.shipped("ingredients").yaml());
    Plan plan = Plan.read(copy.toString());
    assertEquals(Plan.shipped("ingredients").scripts(), plan.scripts());
    var inputs = new ExperimentSteps.Inputs(folder, Map.of(), null);
    var experiments = new Experiments(plan, inputs, folder.resolve("out"));
    experiments.requireScripts(KitLocation.at(HOME.toString()));
    KitLocation other = KitLocation.at(kitWithoutNetworks().toString());
    var failure = assertThrows(Stage.Failure.class, () -> experiments.requireScripts(other));
    assertTrue(failure.getMessage().contains("networks.musical.script: no file"), "" + failure);
  }

  private Path kitWithoutNetworks() throws IOException {
    Path kit = Files.createDirectories(folder.resolve("kit"));
    Files.writeString(kit.resolve("jbang-catalog.json"), "{}");
    return kit;
  }

  // ---- comparisons

  @Test
  void declaredComparisonsPairRunsThatDifferInNothingElse() throws IOException {
    assertEquals(
        List.of(
            "cnn-mfcc-segment - cnn-mfcc-track: having heard the song",
            "cnn-mfcc-track - cnn-mfcc-artist: having heard its artist",
            "cnn-mfcc-segment - cnn-mfcc-artist: both together",
            "lstm-mfcc-segment - lstm-mfcc-track: having heard the song",
            "lstm-mfcc-track - lstm-mfcc-artist: having heard its artist",
            "lstm-mfcc-segment - lstm-mfcc-artist: both together"),
        comparisons(Plan.read("leakage")));
    String matrix =
        SOUND.replace(
            "lstm, features: kmeans, split: track, clusters: one-hot",
            "[cnn, lstm], features: kmeans, split: [track, artist], clusters: [none, one-hot]");
    Plan plan =
        Plan.read(
            plan(matrix
                    + "comparisons:\n"
                    + "  - {a: {clusters: one-hot}, b: {clusters: none}, effect: the cluster}\n"
                    + "  - {a: lstm-kmeans-track, b: cnn-kmeans-artist}\n")
                .toString());
    assertEquals(
        List.of(
            "cnn-kmeans-track-one-hot - cnn-kmeans-track: the cluster",
            "cnn-kmeans-artist-one-hot - cnn-kmeans-artist: the cluster",
            "lstm-kmeans-track-one-hot - lstm-kmeans-track: the cluster",
            "lstm-kmeans-artist-one-hot - lstm-kmeans-artist: the cluster",
            "lstm-kmeans-track - cnn-kmeans-artist: "),
        comparisons(plan));
  }

  private static List<String> comparisons(Plan plan) {
    return plan.comparisons().stream()
        .map(pair -> pair.a() + " - " + pair.b() + ": " + pair.effect())
        .toList();
  }

  @Test
  void theControlledPlanHoldsTheInputFixed() {
    Plan plan = Plan.read("controlled");
    assertEquals(
        List.of("none", "none", "one-hot", "one-hot", "stratum", "stratum"),
        plan.runs().stream().map(plan::clustersOf).sorted().toList());
    assertTrue(plan.runs().stream().noneMatch(run -> run.options().containsKey("shape")));
  }

  @Test
  void theLeakagePlanDiffersInNothingButWhatIsDrawnWhole() {
    var rest =
        Plan.read("leakage").splits().values().stream()
            .map(
                split -> {
                  var options = new TreeMap<>(split.options());
                  options.remove("by");
                  options.remove(
                      "known-share"); // of tracks that are drawn whole, which segments aren't
                  return options;
                })
            .distinct()
            .toList();
    assertEquals(1, rest.size());
    assertTrue(rest.get(0).keySet().containsAll(List.of("exclude", "train-size")));
  }

  /** What a plan may say is what the stages take. */
  @ParameterizedTest
  @CsvSource({
    "network,lib/networks/TrainingOptions.java",
    "baseline,Baseline.java",
    "split,Split.java",
    "augment,Augment.java",
    "mfcc,Mfcc.java",
    "logmel,Logmel.java",
    "kmeans,Kmeans.java"
  })
  void optionsAreThoseOfTheStages(String stage, String source) throws IOException {
    Path script = HOME.resolve("scripts").resolve(source);
    var text = new StringBuilder(Files.readString(script));
    for (String line : Files.readAllLines(script)) {
      if (line.matches("//SOURCES .*Options\\.java")) { // its groups of options
        Path group = script.resolveSibling(line.substring("//SOURCES ".length()));
        text.append(Files.readString(group));
      }
    }
    for (String option : StageOptions.of(stage)) {
      assertTrue(text.indexOf("names = \"--" + option + "\"") >= 0, stage + ": " + option);
    }
  }

  @Test
  void listsMakeARunOfEachCombination() throws IOException {
    Plan plan =
        Plan.read(
            plan(SOUND.replace(
                    "{network: lstm, features: kmeans, split: track, clusters: one-hot}",
                    "{network: [cnn, lstm], features: [mfcc, kmeans], split: track,"
                        + " augmentation: [none, noisy], learning-rate: 0.001}"))
                .toString());
    assertEquals(8, plan.runs().size());
    assertEquals("cnn-mfcc-track-learning-rate-0_001", plan.runs().get(0).name());
    assertEquals("cnn-mfcc-track-noisy-learning-rate-0_001", plan.runs().get(1).name());
    List<String> steps = steps(plan);
    assertTrue(steps.contains("noisy-track-seed1: augment"), steps.toString());
    assertTrue(steps.contains("mfcc-noisy-track-seed2: mfcc"), steps.toString());
    assertTrue(steps.contains("kmeans-noisy-track-seed2: kmeans"), steps.toString());
    assertEquals(steps.size(), steps.stream().distinct().count());
    assertEquals(2, plan.epochsOf(plan.runs().get(0)));
    Plan shared =
        Plan.read(
            plan(SOUND
                    .replace("seeds:", "training: {scale: standardise, decay: 0.9}\nseeds:")
                    .replace("clusters: one-hot}", "decay: 0.8}"))
                .toString());
    Plan labelled =
        Plan.read(plan(SOUND.replace("one-hot}", "one-hot, decay: 0.8, label: slow}")).toString());
    assertEquals("lstm-kmeans-track-slow", labelled.runs().get(0).name());
    assertEquals("one-hot", labelled.clustersOf(labelled.runs().get(0)));
    assertEquals("lstm-kmeans-track-decay-0_8", shared.runs().get(0).name());
    assertEquals(Map.of("scale", "standardise", "decay", "0.8"), shared.runs().get(0).options());
    Plan other = plan.with(List.of(7L), 9);
    assertEquals(9, other.epochsOf(other.runs().get(0)));
    assertEquals(List.of(7L), other.seeds());
  }

  @Test
  void featuresOfOtherSegmentsHaveSplitsOfTheirOwn() throws IOException {
    Plan plan =
        Plan.read(
            plan(SOUND
                    .replace(
                        "mfcc: {stage: mfcc}",
                        "mfcc: {stage: mfcc}\n  long: {stage: mfcc, segment-seconds: 10}\n"
                            + "  groups: {stage: kmeans, of: long, clusters: 2}")
                    .replace(
                        "artist: {by: artist}",
                        "artist: {by: artist}\n  whole: {by: track, features: long}")
                    .replace(
                        "- {network: lstm",
                        "- {network: cnn, features: [long, groups], split: whole}\n"
                            + "  - {network: lstm"))
                .toString());
    List<String> steps = steps(plan);
    for (String step :
        List.of(
            "segment: segment",
            "segment-10s: segment",
            "split-whole-seed1: split",
            "long: mfcc",
            "groups-seed2: kmeans",
            "cnn-groups-whole-seed2: cnn")) {
      assertTrue(steps.contains(step), step + " of " + steps);
    }
    Path some = Files.writeString(folder.resolve("some.json"), "{}");
    var threeSeconds = new ExperimentSteps.Inputs(null, Map.of("mfcc", some), null);
    assertRefused("splits.whole: give --features long=FILE", plan, threeSeconds);
  }

  static Stream<List<String>> broken() {
    return Stream.of(
        List.of("name: tiny", "nam: tiny", "unknown key 'nam'; allowed: augmentations, comp"),
        List.of("name: tiny", "name: ../up", "name: '../up' is not a name"),
        List.of("question: Does it run?", "", "'question' is missing"),
        List.of("seeds: [1, 2]", "seeds: [1, 1]", "seeds: must be different"),
        List.of("seeds:", "training: {scales: none}\nseeds:", "training: unknown key 'scales'"),
        List.of("seeds:", "training: {epochs: 3}\nseeds:", "training: epochs: is a key of its own"),
        List.of("lstm: 1,", "lstm: 0,", "epochs.lstm: must be from 1 to 10000"),
        List.of(
            "seeds:", "networks: {cnn: {script: a.java}}\nseeds:", "networks.cnn: the kit has a"),
        List.of(
            "seeds:", "networks: {a: {file: a.java}}\nseeds:", "networks.a: unknown key 'file'"),
        List.of("lstm: 1,", "gru: 1,", "epochs: unknown key 'gru'; allowed: cnn, compact,"),
        List.of(
            "stage: mfcc",
            "stage: cqt",
            "features.mfcc.stage: must be mfcc, logmel, embed or kmeans"),
        List.of(
            "stage: mfcc",
            "stage: No 7",
            "features.mfcc.stage: must be mfcc, logmel, embed or kmeans"),
        List.of("of: mfcc, clusters: 2}", "of: kmeans}", "features.all.of: must be features"),
        List.of("clusters: 2, fit", "cluster: 2, fit", "features.kmeans: unknown key 'cluster'"),
        List.of("fit-on: train", "fit-on: test", "features.kmeans.fit-on: must be all or train"),
        List.of("by: track", "by: album", "splits.track.by: must be segment or cluster"),
        List.of("by: track,", "by: track, folds: 1,", "splits.track.folds: must be 2 or more"),
        List.of("by: track,", "by: track, folds: 3,", "fit-on: train does not go with a split of"),
        List.of("features: all", "features: kmeans", "splits.cluster.features: must be features"),
        List.of(
            "by: artist", "by: artist, features: all", "splits.artist.features: must be features"),
        List.of(
            "stage: mfcc",
            "stage: mfcc, segment-seconds: 0",
            "features.mfcc.segment-seconds: must be from 0.1 to 60"),
        List.of(
            "stage: mfcc",
            "stage: mfcc, segment-seconds: 10",
            "runs[1].split: 'track' is of segments of 3 s, 'kmeans' of 10 s; use a split with"
                + " features: mfcc"),
        List.of(", lists: [train.txt, valid.txt, test.txt]", "", "by: file and lists: go together"),
        List.of("noise: 20", "hiss: 20", "augmentations.noisy: unknown key 'hiss'"),
        List.of("network: lstm", "network: gru", "runs[1].network: unknown 'gru'; allowed: cnn"),
        List.of("split: track", "split: album", "runs[1].split: unknown 'album'; allowed: artist"),
        List.of("split: track", "split: []", "runs[1].split: must have at least one value"),
        List.of("split: track,", "", "runs[1]: 'split' is missing"),
        List.of("clusters: one-hot", "clusters: two", "runs[1].clusters: must be none or one-hot"),
        List.of("clusters: one-hot", "units: 9", "runs[1]: unknown key 'units'; allowed: aug"),
        List.of("features: kmeans, split", "features: mfcc, split", "one-hot needs features"),
        List.of("network: lstm", "network: [lstm, lstm]", "is there twice"),
        List.of("runs:", "comparisons: []\nruns:", "comparisons: must be a list"),
        List.of("runs:", "comparisons: [{a: {split: track}}]\nruns:", "'b' is missing"),
        List.of(
            "runs:",
            "comparisons: [{a: x, b: y}]\nruns:",
            "comparisons[1].a: unknown run 'x'; runs"),
        List.of(
            "runs:",
            "comparisons: [{a: {split: track}, b: {split: artist}}]\nruns:",
            "comparisons[1]: no two runs differ in this alone"),
        List.of(
            "runs:",
            "comparisons: [{a: {units: 9}, b: {units: 8}}]\nruns:",
            "comparisons[1].a: unknown key 'units'"),
        List.of("name: tiny", "name: tiny\nname: tiny", "not the YAML of a plan (Duplicate"),
        List.of("name: tiny", "name: !!java.net.URL [x]", "tags, anchors and aliases"),
        List.of("name: tiny", "name: &a tiny\nalias: *a", "tags, anchors and aliases"),
        List.of("name: tiny", "name: [[[[[[[[[[a]]]]]]]]]]", "nesting depth"),
        List.of("name: tiny", "name: " + "x".repeat(70_000), "YAML"),
        List.of("name: tiny", "name: {", "not the YAML of a plan"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void brokenPlansAreRefusedByFileKeyAndWhatIsAllowed(List<String> broken) throws IOException {
    String yaml = SOUND.replace(broken.get(0), broken.get(1));
    Path file = plan(yaml);
    var failure = assertThrows(Stage.Failure.class, () -> Plan.read(file.toString()));
    assertTrue(failure.getMessage().startsWith(file + ": "), failure.getMessage());
    assertTrue(failure.getMessage().contains(broken.get(2)), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
  }

  @Test
  void whatIsNotGivenIsToldBeforeAnythingRuns() throws IOException {
    Plan artists = Plan.read(plan(SOUND.replace("split: track", "split: artist")).toString());
    Path some = Files.writeString(folder.resolve("some.json"), "{}");
    var nothing = new ExperimentSteps.Inputs(null, Map.of(), null);
    var features = new ExperimentSteps.Inputs(null, Map.of("mfcc", some), null);
    var unknown = new ExperimentSteps.Inputs(null, Map.of("cqt", some), null);
    assertRefused("give --features mfcc=FILE or --corpus DIR", artists, nothing);
    assertRefused("splits.artist: by artist needs --artists FILE", artists, features);
    assertThrows(Stage.UsageError.class, () -> steps(artists, unknown));
    Plan noisy =
        Plan.read(
            plan(SOUND.replace("split: track,", "split: track, augmentation: noisy,")).toString());
    assertRefused("augmentations.noisy: copies are made of audio", noisy, features);
  }

  private void assertRefused(String message, Plan plan, ExperimentSteps.Inputs given) {
    var failure = assertThrows(Stage.Failure.class, () -> steps(plan, given));
    assertTrue(failure.getMessage().contains(message), failure.getMessage());
  }

  @Test
  void wrongOptionsAreUsageErrors() throws Exception {
    Result unknown = study("--plan", "leek", "--dry-run");
    assertEquals(2, unknown.exit(), unknown.text());
    assertTrue(
        unknown
            .text()
            .contains(
                "augmentation, baselines, controlled, folds, hybrid, ingredients, inputs,"
                    + " leakage, paper, probe, recipe, refit, shape"));
    Result networks = study("--plan", "paper", "--networks", "cnn");
    assertEquals(2, networks.exit(), networks.text());
    assertTrue(networks.text().contains("--networks does not go with --plan"), networks.text());
  }

  @Test
  void theProbeEmbedsByTheModelThatIsGiven() throws Exception {
    String corpus = folder.resolve("corpus").toString();
    Files.createDirectories(folder.resolve("corpus/rock"));
    Result without = study("--plan", "probe", "--corpus", corpus, "--dry-run");
    assertEquals(1, without.exit(), without.text());
    assertTrue(without.text().contains("--model FILE"), without.text());
    Result with = study("--plan", "probe", "--corpus", corpus, "--model", "m.onnx", "--dry-run");
    assertEquals(0, with.exit(), with.text());
    assertTrue(with.text().contains("embed"), with.text());
    Result other = study("--plan", "paper", "--corpus", corpus, "--model", "m.onnx", "--dry-run");
    assertEquals(2, other.exit(), other.text());
    assertTrue(other.text().contains("no features of stage embed"), other.text());
  }

  static final String ENSEMBLE =
      """
      name: together
      question: Do two know more than one?
      seeds: [1, 2]
      features:
        mfcc: {stage: mfcc}
      splits:
        track: {by: track, stratify: genre}
        other: {by: track, ratios: "50:25:25"}
      runs:
        - {network: [knn, majority], features: mfcc, split: [track, other]}
      ensembles:
        both: [knn-mfcc-track, majority-mfcc-track]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[knn-mfcc-track];must be a list of two runs or more",
        "[knn-mfcc-track, svm-mfcc-track];unknown run 'svm-mfcc-track'; runs: knn-mfcc-track",
        "[knn-mfcc-track, knn-mfcc-track];knn-mfcc-track is there twice",
        "[knn-mfcc-track, knn-mfcc-other];must be of the same split"
      })
  void aBrokenEnsembleIsNamed(String members, String told) throws IOException {
    String yaml = ENSEMBLE.replace("[knn-mfcc-track, majority-mfcc-track]", members);
    Path file = plan(yaml);
    Stage.Failure failure = assertThrows(Stage.Failure.class, () -> Plan.read(file.toString()));
    assertTrue(failure.getMessage().contains("ensembles.both: "), failure.getMessage());
    assertTrue(failure.getMessage().contains(told), failure.getMessage());
  }

  @Test
  void aBaselineHasNoEpochs() throws IOException {
    Path file =
        plan(
            SOUND
                .replace("network: lstm", "network: svm")
                .replace("clusters: one-hot", "epochs: 3"));
    var failure = assertThrows(Stage.Failure.class, () -> Plan.read(file.toString()));
    assertTrue(
        failure.getMessage().contains("epochs: svm has no such option"), failure.getMessage());
  }

  @Test
  void aQuestionStandsInMarkdownAsItself() throws IOException {
    Plan plan =
        Plan.read(
            plan(SOUND.replace("Does it run?", "'Is <script>x</script> *a* [link](b) & c?'"))
                .toString());
    var figures = new ArrayList<Rows.Experiment>();
    for (String name : "train validation test".split(" ")) {
      for (String level : "segment track".split(" ")) {
        figures.add(figure(level, name + "_accuracy", 0.5));
      }
    }
    figures.add(figure("segment", "test_segments", 10));
    figures.add(figure("track", "test_tracks", 5));
    figures.add(figure("track", "tracks_on_both_sides", 0));
    var result = new RunResult(plan.runs().get(0), List.of(1L), List.of(figures));
    String page = new ExperimentTables(plan, List.of(result)).markdown();
    assertEquals(
        "Is &lt;script&gt;x&lt;/script&gt; \\*a\\* \\[link\\](b) &amp; c?",
        page.lines().toList().get(2));
  }

  private static Rows.Experiment figure(String level, String metric, double value) {
    return new Rows.Experiment(
        "tiny", "r", "cnn", "mfcc", "none", "track", "none", "", 1, 1, 9, level, metric, value,
        value, value, false);
  }
}
