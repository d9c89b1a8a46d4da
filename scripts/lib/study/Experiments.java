//DEPS tech.tablesaw:tablesaw-core:0.44.4
//SOURCES ../features/Features.java
//SOURCES Plan.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES Steps.java
//SOURCES ../kit/Store.java

package genrelab.study;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Carries a {@link Plan} out: each split, features and training as a step of its own, skipped where
 * it is up to date, then rows and tables of what came out.
 *
 * <p>All runs of the first seed come first, so that a plan that is stopped early has seen each run
 * once. A step that fails is told and the others go on. Nothing is chosen by the test parts: each
 * run is tested once, and the tables show validation and test side by side.
 */
public final class Experiments {
  private final Plan plan;
  private final Given given;
  private final Path out;

  private final Map<String, Steps.Step> steps = new LinkedHashMap<>();

  /** The step of each training, run by run and seed by seed. */
  private final Map<Training, Steps.Step> trainings = new LinkedHashMap<>();

  /**
   * What there is to begin with.
   *
   * @param corpus or null
   * @param features files by the plan's names
   * @param artists a CSV of tracks and artists, or null
   */
  public record Given(Path corpus, Map<String, Path> features, Path artists) {}

  private record Training(PlannedRun run, long seed) {
    String name() {
      return run.name() + "-seed" + seed;
    }
  }

  /**
   * Works out the steps of a plan.
   *
   * @param out the plan's folder of results
   * @throws Stage.Failure if the plan needs what isn't given
   */
  public Experiments(Plan plan, Given given, Path out) {
    this.plan = plan;
    this.given = absolute(given);
    this.out = out.toAbsolutePath().normalize();
    checkGiven();
    for (long seed : plan.seeds()) {
      for (PlannedRun run : plan.runs()) {
        var training = new Training(run, seed);
        trainings.put(training, network(training));
      }
    }
  }

  private static Given absolute(Given given) {
    var features = new LinkedHashMap<String, Path>();
    given.features().forEach((name, file) -> features.put(name, file.toAbsolutePath().normalize()));
    return new Given(
        given.corpus() == null ? null : given.corpus().toAbsolutePath().normalize(),
        features,
        given.artists() == null ? null : given.artists().toAbsolutePath().normalize());
  }

  /** Says what there is to do, a line a step. */
  public void list() {
    tellPlan();
    steps.values().forEach(step -> Stage.results().printf("%s: %s%n", step.name(), step.alias()));
  }

  /**
   * Runs what isn't up to date and writes {@code experiments.json}, {@code .md} and {@code .csv}
   * after each training.
   *
   * @param kit see {@link Steps}
   * @throws Stage.Failure if steps failed; the others are done
   */
  public void run(String kit) {
    tellPlan();
    Store.createFolder(out);
    var runner = new Steps(kit, out);
    var failed = new ArrayList<String>();
    Set<Path> missing = new LinkedHashSet<>();
    var finished = new LinkedHashSet<String>();
    for (Steps.Step step : steps.values()) {
      try {
        if (step.inputs().stream().anyMatch(missing::contains)) {
          throw new Stage.Failure("== %s: left out, its input is missing", step.name());
        }
        runner.run(step);
        finished.add(step.name());
        if (trainings.containsValue(step)) {
          write(finished);
        }
      } catch (Stage.Failure failure) {
        Stage.warn("%s", failure.getMessage());
        missing.addAll(step.outputs());
        failed.add(step.name());
      }
    }
    tellTable(finished);
    if (!failed.isEmpty()) {
      throw new Stage.Failure(
          "plan %s: %d of %d steps failed (%s), see above; the same line goes on from there",
          plan.name(), failed.size(), steps.size(), String.join(", ", failed));
    }
  }

  private void tellPlan() {
    System.out.printf(
        "plan %s: %s%n%d runs × %d seeds, %d steps: %s%n",
        plan.name(), plan.question(), plan.runs().size(), plan.seeds().size(), steps.size(), out);
  }

  // ---- what there is to do

  private void checkGiven() {
    for (var entry : given.features().entrySet()) {
      Plan.FeatureSet made = plan.features().get(entry.getKey());
      List<String> allowed =
          plan.features().keySet().stream()
              .filter(name -> !plan.features().get(name).isClustered())
              .toList();
      Stage.requireOption(
          made != null && !made.isClustered(),
          "--features %s=…: plan %s takes %s",
          entry.getKey(),
          plan.name(),
          String.join(", ", allowed));
      if (!Files.isRegularFile(entry.getValue())) {
        throw new Stage.Failure("%s: no such features file; check the path", entry.getValue());
      }
    }
    for (Path file : Stream.of(given.artists()).filter(path -> path != null).toList()) {
      if (!Files.isRegularFile(file)) {
        throw new Stage.Failure("%s: no such file; give a CSV of track and artist", file);
      }
    }
  }

  private Path add(Steps.Step step) {
    Steps.Step other = steps.putIfAbsent(step.name(), step);
    if (other != null && !other.outputs().equals(step.outputs())) {
      throw new Stage.Failure(
          "%s: two of its steps would be called %s; give its features, splits or augmentations"
              + " other names",
          plan.file(), step.name());
    }
    return step.outputs().get(0);
  }

  private static List<String> line(Map<String, String> options, Object... more) {
    var line = new ArrayList<>(Arrays.stream(more).map(String::valueOf).toList());
    options.forEach(
        (name, value) -> {
          if (value.equals("true")) {
            line.add("--" + name);
          } else if (!value.equals("false")) {
            // one word, so that no value is taken for an option, e.g. --pitch=-2:2
            line.add("--" + name + "=" + value);
          }
        });
    return line;
  }

  private Steps.Step network(Training training) {
    PlannedRun run = training.run();
    long seed = training.seed();
    Path split = split(run.split(), run.augmentation(), seed);
    Path features = features(run.features(), run.split(), run.augmentation(), seed);
    Path folder = out.resolve(training.name());
    var options = new LinkedHashMap<>(run.options());
    options.put("epochs", "" + plan.epochsOf(run));
    options.put("seed", "" + seed);
    options.put("split-by", plan.splits().get(run.split()).by());
    List<String> line =
        line(options, "--features", features, "--split", split, "--out", folder, "--resume");
    List<Path> outputs =
        Stream.of("history.json", "predictions.json", "metrics.json", "report.json", "model.zip")
            .map(folder::resolve)
            .toList();
    var step =
        new Steps.Step(
            training.name(), run.network(), line, List.of(features, split), outputs, seed);
    add(step);
    return step;
  }

  private Path split(String name, String augmentation, long seed) {
    if (!augmentation.equals(Plan.NONE)) {
      return augmented(name, augmentation, seed).resolveSibling("split.json");
    }
    Plan.Split split = plan.splits().get(name);
    Path file = out.resolve("splits").resolve(name + "-seed" + seed + ".json");
    Path leaks = file.resolveSibling(name + "-seed" + seed + "-leaks.json");
    var inputs = new ArrayList<Path>();
    String kind = "--features";
    if (!split.features().isEmpty()) {
      inputs.add(features(split.features(), name, Plan.NONE, seed));
    } else if (given.corpus() != null) {
      kind = "--segments";
      inputs.add(segments());
    } else {
      inputs.add(firstGiven(name));
    }
    List<String> line = line(split.options(), kind, inputs.get(0), "--out", file, "--seed", seed);
    if (given.artists() != null) {
      line.addAll(List.of("--artists", given.artists().toString()));
      inputs.add(given.artists());
    } else if (split.by().equals("artist") && given.corpus() == null) {
      throw new Stage.Failure(
          "%s: splits.%s: by artist needs --artists FILE, a CSV of track and artist, beside"
              + " --features",
          plan.file(), name);
    }
    inputs.addAll(Plan.filesOf(split.options()));
    return add(
        new Steps.Step(
            "split-" + name + "-seed" + seed, "split", line, inputs, List.of(file, leaks), seed));
  }

  /** What to split where there is no audio: the same segments are in all features of a plan. */
  private Path firstGiven(String split) {
    return plan.features().keySet().stream()
        .filter(given.features()::containsKey)
        .map(given.features()::get)
        .findFirst()
        .orElseThrow(() -> lacking("splits." + split, plainFeatures()));
  }

  private String plainFeatures() {
    return plan.features().keySet().stream()
        .filter(name -> !plan.features().get(name).isClustered())
        .findFirst()
        .orElse("NAME");
  }

  private Stage.Failure lacking(String key, String features) {
    return new Stage.Failure(
        "%s: %s: give --features %s=FILE or --corpus DIR", plan.file(), key, features);
  }

  private Path features(String name, String split, String augmentation, long seed) {
    Plan.FeatureSet made = plan.features().get(name);
    boolean plain = augmentation.equals(Plan.NONE);
    String place = plain ? "" : "-" + augmentation + "-" + split + "-seed" + seed;
    if (made.isClustered()) {
      return clustered(name, made, split, augmentation, seed);
    }
    if (given.features().containsKey(name)) {
      if (!plain) {
        throw new Stage.Failure(
            "%s: augmentations.%s: copies are made of audio; give --corpus DIR, not --features",
            plan.file(), augmentation);
      }
      return given.features().get(name);
    }
    if (given.corpus() == null) {
      throw lacking("features." + name, name);
    }
    Path segments = plain ? segments() : augmented(split, augmentation, seed);
    String ending = made.stage().equals("logmel") ? ".json.gz" : ".json";
    Path file = out.resolve("features").resolve(name + place + ending);
    return add(
        new Steps.Step(
            name + place,
            made.stage(),
            line(made.options(), "--segments", segments, "--out", file),
            List.of(segments, given.corpus()),
            List.of(file),
            seed));
  }

  private Path clustered(
      String name, Plan.FeatureSet made, String split, String augmentation, long seed) {
    boolean plain = augmentation.equals(Plan.NONE);
    String place =
        name
            + (plain ? "" : "-" + augmentation)
            + (plain && !made.isFitOnTraining() ? "" : "-" + split)
            + "-seed"
            + seed;
    Path of = features(made.of(), split, augmentation, seed);
    var inputs = new ArrayList<>(List.of(of));
    Path folder = out.resolve("features").resolve(place);
    Path file = folder.resolve("features.json");
    List<String> line = line(made.options(), "--features", of, "--out", file, "--seed", seed);
    if (made.isFitOnTraining()) {
      Path parts = split(split, augmentation, seed);
      line.addAll(List.of("--split", parts.toString()));
      inputs.add(parts);
    }
    List<Path> outputs =
        List.of(file, folder.resolve("clusters.json"), folder.resolve("clustering.json"));
    return add(new Steps.Step(place, "kmeans", line, inputs, outputs, seed));
  }

  private Path segments() {
    Path file = out.resolve("segments.json");
    return add(
        new Steps.Step(
            "segment",
            "segment",
            List.of("--corpus", given.corpus().toString(), "--out", file.toString()),
            List.of(given.corpus()),
            List.of(file),
            plan.seeds().get(0)));
  }

  /** The segments of a split with the copies of its training part. */
  private Path augmented(String split, String augmentation, long seed) {
    if (given.corpus() == null) {
      throw new Stage.Failure(
          "%s: augmentations.%s: copies are made of audio; give --corpus DIR, not --features",
          plan.file(), augmentation);
    }
    String name = augmentation + "-" + split + "-seed" + seed;
    Path folder = out.resolve("augmented").resolve(name);
    Path segments = segments();
    Path parts = split(split, Plan.NONE, seed);
    List<String> line =
        line(
            plan.augmentations().get(augmentation),
            "--segments",
            segments,
            "--split",
            parts,
            "--out",
            folder,
            "--seed",
            seed);
    return add(
        new Steps.Step(
            name,
            "augment",
            line,
            List.of(segments, parts, given.corpus()),
            List.of(folder.resolve("segments.json"), folder.resolve("split.json")),
            seed));
  }

  // ---- what came out

  /** The figures of one run of the matrix, a list a seed. */
  private record Result(PlannedRun run, List<Long> seeds, List<List<Rows.Experiment>> figures) {
    double[] all(String level, String metric, ToDoubleFunction<Rows.Experiment> value) {
      return figures.stream().map(rows -> find(rows, level, metric)).mapToDouble(value).toArray();
    }

    double[] values(String level, String metric) {
      return all(level, metric, Rows.Experiment::value);
    }

    Rows.Experiment first(String level, String metric) {
      return find(figures.get(0), level, metric);
    }

    private static Rows.Experiment find(List<Rows.Experiment> rows, String level, String metric) {
      return rows.stream()
          .filter(row -> row.level().equals(level) && row.metric().equals(metric))
          .findFirst()
          .orElseThrow(
              () -> new Stage.Failure("%s: no %s of %ss", rows.get(0).run(), metric, level));
    }
  }

  private List<Result> results(Set<String> finished) {
    var results = new ArrayList<Result>();
    for (PlannedRun run : plan.runs()) {
      var seeds = new ArrayList<Long>();
      var figures = new ArrayList<List<Rows.Experiment>>();
      for (long seed : plan.seeds()) {
        var training = new Training(run, seed);
        if (finished.contains(training.name())) {
          seeds.add(seed);
          figures.add(figures(training));
        }
      }
      if (!seeds.isEmpty()) {
        results.add(new Result(run, seeds, figures));
      }
    }
    return results;
  }

  private List<Rows.Experiment> figures(Training training) {
    Path folder = out.resolve(training.name());
    List<Rows.Metric> metrics = Store.readRows(folder.resolve("metrics.json"), Rows.Metric.class);
    boolean synthetic = isSynthetic(folder);
    long epochs = 0;
    long parameters = 0;
    for (Rows.Metric row : metrics) {
      epochs = row.metric().equals("epochs") ? (long) row.value() : epochs;
      parameters = row.metric().equals("trainable_parameters") ? (long) row.value() : parameters;
    }
    var rows = new ArrayList<Rows.Experiment>();
    for (Rows.Metric row : metrics) {
      if (!Set.of("epochs", "trainable_parameters").contains(row.metric())) {
        rows.add(experiment(training, epochs, parameters, synthetic, row));
      }
    }
    long tracks =
        Store.readRows(folder.resolve("predictions.json"), Rows.Prediction.class).stream()
            .map(Rows.Prediction::track)
            .distinct()
            .count();
    if (metrics.stream().noneMatch(row -> row.metric().equals("test_tracks"))) {
      var counted =
          new Rows.Metric(
              "", training.seed(), 0, "", "track", "test_tracks", tracks, tracks, tracks);
      rows.add(experiment(training, epochs, parameters, synthetic, counted));
    }
    return rows;
  }

  private Rows.Experiment experiment(
      Training training, long epochs, long parameters, boolean synthetic, Rows.Metric row) {
    PlannedRun run = training.run();
    return new Rows.Experiment(
        plan.name(),
        run.name(),
        run.network(),
        run.features(),
        plan.clustersOf(run),
        run.split(),
        run.augmentation(),
        otherOptions(run),
        training.seed(),
        (int) epochs,
        parameters,
        row.level(),
        row.metric(),
        row.value(),
        row.low(),
        row.high(),
        synthetic);
  }

  private static String otherOptions(PlannedRun run) {
    return String.join(
        " ",
        run.options().entrySet().stream()
            .filter(option -> !Set.of("clusters", "epochs").contains(option.getKey()))
            .map(option -> option.getKey() + "=" + option.getValue())
            .toList());
  }

  private void write(Set<String> finished) {
    List<Result> results = results(finished);
    Store.writeRows(
        out.resolve("experiments.json"),
        results.stream()
            .flatMap(result -> result.figures().stream())
            .flatMap(List::stream)
            .toList());
    Table table = table(results);
    Store.write(
        out.resolve("plan.yaml"),
        content -> content.write(plan.yaml().getBytes(StandardCharsets.UTF_8)));
    Store.write(
        out.resolve("experiments.md"),
        content -> content.write(markdown(table, results).getBytes(StandardCharsets.UTF_8)));
    Table numbers = numbers(results);
    Store.write(
        out.resolve("experiments.csv"),
        content -> {
          var writer = new OutputStreamWriter(content, StandardCharsets.UTF_8);
          numbers.write().csv(writer);
          writer.flush();
        });
  }

  private void tellTable(Set<String> finished) {
    List<Result> results = results(finished);
    if (results.isEmpty()) {
      return;
    }
    write(finished);
    System.out.println();
    Stage.results().println(table(results).print(results.size()));
    notes(results).forEach(Stage.results()::println);
    System.out.println(out.resolve("experiments.md"));
  }

  /** The table that is printed and shown in Markdown: percentages, one row a run. */
  private Table table(List<Result> results) {
    var columns = new LinkedHashMap<String, List<String>>();
    for (Result result : results) {
      var cells = new LinkedHashMap<String, String>();
      cells.put("run", result.run().name());
      cells.put(
          "parameters",
          String.format(Locale.ROOT, "%,d", result.figures().get(0).get(0).parameters()));
      cells.put("epochs", range(result.figures().stream().mapToDouble(f -> f.get(0).epochs())));
      cells.put("seeds", "" + result.seeds().size());
      cells.put("training", percent(result.values("segment", "train_accuracy")));
      cells.put("validation", percent(result.values("segment", "validation_accuracy")));
      cells.put("test, segments", percent(result.values("segment", "test_accuracy")));
      cells.put("95 %, segments", interval(result.first("segment", "test_accuracy")));
      cells.put("test, tracks", percent(result.values("track", "test_accuracy")));
      cells.put("95 %, tracks", interval(result.first("track", "test_accuracy")));
      cells.put(
          "tested segments / tracks",
          range(Arrays.stream(result.values("segment", "test_segments")))
              + " / "
              + range(Arrays.stream(result.values("track", "test_tracks"))));
      cells.put(
          "tracks on both sides",
          range(Arrays.stream(result.values("track", "tracks_on_both_sides"))));
      cells.forEach(
          (column, cell) -> columns.computeIfAbsent(column, c -> new ArrayList<>()).add(cell));
    }
    Table table = Table.create(title(results));
    columns.forEach((name, cells) -> table.addColumns(StringColumn.create(name, cells)));
    return table;
  }

  /** The same for other programs: shares from 0 to 1, names in columns of their own. */
  private Table numbers(List<Result> results) {
    var table = Table.create(plan.name());
    Map<String, List<String>> names = new LinkedHashMap<>();
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (Result result : results) {
      Rows.Experiment row = result.first("segment", "test_accuracy");
      Map<String, String> texts = new LinkedHashMap<>();
      texts.put("plan", row.plan());
      texts.put("run", row.run());
      texts.put("network", row.network());
      texts.put("features", row.features());
      texts.put("clusters", row.clusters());
      texts.put("split", row.split());
      texts.put("augmentation", row.augmentation());
      texts.put("options", row.options());
      texts.forEach((name, text) -> names.computeIfAbsent(name, n -> new ArrayList<>()).add(text));
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("seeds", (double) result.seeds().size());
      numbers.put("epochs", (double) row.epochs());
      numbers.put("parameters", (double) row.parameters());
      for (List<String> figure :
          List.of(
              List.of("segment", "train_accuracy"),
              List.of("segment", "validation_accuracy"),
              List.of("segment", "test_accuracy"),
              List.of("track", "test_accuracy"))) {
        double[] all = result.values(figure.get(0), figure.get(1));
        String name = figure.get(0) + "_" + figure.get(1);
        numbers.put(name, mean(all));
        numbers.put(name + "_deviation", all.length < 2 ? null : deviation(all));
        if (figure.get(1).startsWith("test")) {
          numbers.put(name + "_low_first_seed", result.first(figure.get(0), figure.get(1)).low());
          numbers.put(name + "_high_first_seed", result.first(figure.get(0), figure.get(1)).high());
        }
      }
      numbers.put("test_segments", result.first("segment", "test_segments").value());
      numbers.put("test_tracks", result.first("track", "test_tracks").value());
      numbers.put("tracks_on_both_sides", result.first("track", "tracks_on_both_sides").value());
      numbers.forEach(
          (name, number) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(number));
    }
    names.forEach((name, column) -> table.addColumns(StringColumn.create(name, column)));
    values.forEach((name, column) -> table.addColumns(column(name, column)));
    return table;
  }

  private static DoubleColumn column(String name, List<Double> values) {
    DoubleColumn column = DoubleColumn.create(name);
    for (Double value : values) {
      if (value == null) {
        column.appendMissing();
      } else {
        column.append(value);
      }
    }
    return column;
  }

  private String title(List<Result> results) {
    return "Plan %s: accuracy, %%%s"
        .formatted(
            plan.name(),
            results.get(0).figures().get(0).get(0).synthetic() ? " (SYNTHETIC demo corpus)" : "");
  }

  private List<String> notes(List<Result> results) {
    long looks = results.stream().mapToLong(result -> result.seeds().size()).sum();
    var notes = new ArrayList<String>();
    notes.add(
        "Mean ± standard deviation over seeds; 95 %: bootstrap over the test tracks of seed "
            + results.get(0).seeds().get(0)
            + (results.stream().map(result -> result.seeds().get(0)).distinct().count() > 1
                ? ", or of a run's first finished seed."
                : "."));
    notes.add("No training chooses anything by the test, whose figures stand beside the others.");
    notes.add(
        (looks == 1 ? "1 training" : looks + " trainings, each")
            + " tested once; what else was tested on the same tracks is not counted.");
    long planned = (long) plan.runs().size() * plan.seeds().size();
    if (looks < planned) {
      notes.add(planned - looks + " of " + planned + " trainings are not done.");
    }
    return notes;
  }

  private String markdown(Table table, List<Result> results) {
    var text = new StringBuilder();
    text.append("# ").append(table.name()).append("\n\n").append(plan.question()).append("\n\n");
    text.append("| ");
    text.append(String.join(" | ", table.columnNames()));
    text.append(" |\n|").append(" --- |".repeat(table.columnCount())).append('\n');
    for (int r = 0; r < table.rowCount(); r++) {
      text.append('|');
      for (int c = 0; c < table.columnCount(); c++) {
        text.append(' ').append(table.getString(r, c)).append(" |");
      }
      text.append('\n');
    }
    notes(results).forEach(note -> text.append('\n').append(note).append('\n'));
    return text.toString();
  }

  /** Whether a training's model says that its features are of synthetic audio. */
  private static boolean isSynthetic(Path folder) {
    try (ZipFile zip = new ZipFile(folder.resolve("model.zip").toFile())) {
      ZipEntry entry = zip.getEntry("model.json");
      JsonNode description = Store.JSON.readTree(zip.getInputStream(entry));
      return description.at("/features/provenance/synthetic").asBoolean();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static String percent(double[] shares) {
    String mean = String.format(Locale.ROOT, "%.2f", 100 * mean(shares));
    return shares.length < 2
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.2f", 100 * deviation(shares));
  }

  private static String interval(Rows.Experiment row) {
    return String.format(Locale.ROOT, "%.1f to %.1f", 100 * row.low(), 100 * row.high());
  }

  private static String range(java.util.stream.DoubleStream values) {
    var all = values.summaryStatistics();
    return all.getMin() == all.getMax()
        ? String.format(Locale.ROOT, "%,.0f", all.getMin())
        : String.format(Locale.ROOT, "%,.0f to %,.0f", all.getMin(), all.getMax());
  }

  /** Arithmetic mean. */
  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** Standard deviation of a sample, by n − 1. */
  static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }
}
