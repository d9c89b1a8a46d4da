// Numbers as text, whatever the machine's language; tables for notebooks and the report alike:
//DEPS tech.tablesaw:tablesaw-core:0.44.4
// Tablesaw logs through it; without one it warns:
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES ../figures/Charts.java
//SOURCES ../evaluation/ConfusionMatrix.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../results/Paper.java
//SOURCES ../study/Plan.java
//SOURCES ../results/Rows.java
//SOURCES ../evaluation/Significance.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/SegmentId.java
//SOURCES ../figures/Chart.java

package genrelab.report;

import genrelab.evaluation.ConfusionMatrix;
import genrelab.evaluation.Metrics;
import genrelab.evaluation.Significance;
import genrelab.figures.Chart;
import genrelab.figures.Charts;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Paper;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import genrelab.study.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * What came out of a plan: each run's accuracy on the test and the differences between runs, with
 * intervals that count both that other tracks could have been tested and that other seeds could
 * have been drawn.
 *
 * <p>Works from {@code experiments.json} alone, as {@code study --plan} writes it. Differences are
 * paired where the runs' predictions lie beside it, in {@code RUN-seedN/predictions.json}.
 *
 * <p>Shares are in 0..1; tables and charts show percent.
 *
 * @param plan its name
 * @param question what it asks; empty where neither the plan nor experiments.md is there
 * @param synthetic whether the figures are of the demo corpus, as experiments.md says
 * @param runs in the order of experiments.json, which is the plan's
 */
public record PlanResults(
    String plan, String question, boolean synthetic, Path folder, List<Run> runs) {
  /** What was judged. */
  public static final List<String> LEVELS = List.of("segment", "track");

  /** Standard errors to the ends of a 95 % interval, by the normal approximation. */
  private static final double NORMAL = 1.959964;

  private static final int DRAWS = 2000;

  /**
   * One place in the plan's matrix.
   *
   * @param figures its rows, of all seeds
   * @param published the paper's accuracy of segments, where the run is what the paper did; or null
   */
  public record Run(String name, List<Rows.Experiment> figures, Double published) {
    private Rows.Experiment one() {
      return figures.get(0);
    }

    /** The network's alias. */
    public String network() {
      return one().network();
    }

    /** The plan's name of the split. */
    public String split() {
      return one().split();
    }

    /** Seeds that are done, ascending. */
    public List<Long> seeds() {
      return figures.stream().map(Rows.Experiment::seed).distinct().sorted().toList();
    }

    private List<Rows.Experiment> rows(String level, String metric) {
      return figures.stream()
          .filter(row -> row.level().equals(level) && row.metric().equals(metric))
          .sorted(Comparator.comparingLong(Rows.Experiment::seed))
          .toList();
    }

    /** A figure of each seed, in the order of {@link #seeds}; empty where it was not measured. */
    public double[] values(String level, String metric) {
      return rows(level, metric).stream().mapToDouble(Rows.Experiment::value).toArray();
    }
  }

  /**
   * A mean over seeds and how sure it is.
   *
   * @param deviation over seeds, of a sample; NaN for one seed
   * @param low lower end of the 95 % interval of the mean
   * @param values of the single seeds
   */
  public record Estimate(
      double mean, double deviation, double low, double high, List<Double> values) {}

  /**
   * How much higher one run's accuracy is than another's.
   *
   * @param what the difference means; may be empty
   * @param paired whether both were judged on the same tracks, one by one; else by normal
   *     approximation from the two runs' intervals
   */
  public record Difference(String a, String b, String what, boolean paired, Estimate estimate) {}

  // --- reading -----------------------------------------------------------------------------------

  /**
   * The results of all plans in a folder, by the plans' names.
   *
   * @param results holds one folder a plan, each with an experiments.json
   * @param plans holds the plans' YAML files
   */
  public static List<PlanResults> all(Path results, Path plans) {
    if (!Files.isDirectory(results)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.walk(results, 2)) {
      return folders
          .filter(Files::isDirectory)
          .filter(folder -> file(folder, "experiments.json").isPresent())
          .sorted()
          .map(folder -> read(folder, plans))
          .toList();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The results of one plan, beside which its YAML file may lie. */
  public static PlanResults read(Path folder) {
    return read(folder, folder);
  }

  /**
   * The results of one plan.
   *
   * @param folder holds experiments.json
   * @param plans holds the plan's YAML file; else it is that which ships, if there is one
   * @throws Stage.Failure if there are no results
   */
  public static PlanResults read(Path folder, Path plans) {
    Path file =
        file(folder, "experiments.json")
            .orElseThrow(
                () ->
                    new Stage.Failure(
                        "%s: no experiments.json; give a folder that study --plan wrote", folder));
    List<Rows.Experiment> rows = Store.readRows(file, Rows.Experiment.class);
    if (rows.isEmpty()) {
      throw new Stage.Failure("%s: no training is done yet; run study --plan again", file);
    }
    String name = rows.get(0).plan();
    Optional<Plan> plan = plan(plans, name);
    List<String> page = page(folder);
    String asked =
        plan.map(Plan::question)
            .orElse(page.stream().skip(1).filter(line -> !line.isBlank()).findFirst().orElse(""));
    Map<String, List<Rows.Experiment>> runs =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    Rows.Experiment::run, LinkedHashMap::new, Collectors.toList()));
    return new PlanResults(
        name,
        asked,
        !page.isEmpty() && page.get(0).contains("SYNTHETIC"),
        folder,
        runs.entrySet().stream()
            .map(run -> new Run(run.getKey(), run.getValue(), published(plan, run.getValue())))
            .toList());
  }

  private static Optional<Path> file(Path folder, String name) {
    return Stream.of(name, name + ".gz")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Optional<Plan> plan(Path plans, String name) {
    Path file = plans.resolve(name + ".yaml");
    if (Files.isRegularFile(file)) {
      return Optional.of(Plan.read(file.toString()));
    }
    return Plan.SHIPPED.contains(name) ? Optional.of(Plan.shipped(name)) : Optional.empty();
  }

  private static List<String> page(Path folder) {
    Path file = folder.resolve("experiments.md");
    try {
      return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /**
   * The paper's figure, where the run is the paper's: its network, its input, its way to split, and
   * as many epochs as the plan's longest run.
   */
  private static Double published(Optional<Plan> plan, List<Rows.Experiment> rows) {
    Rows.Experiment run = rows.get(0);
    if (plan.isEmpty() || !run.augmentation().equals(Plan.NONE)) {
      return null;
    }
    boolean flat = run.options().equals("shape=flat");
    Plan.Split split = plan.get().splits().get(run.split());
    Plan.FeatureSet features = plan.get().features().get(run.features());
    int longest = plan.get().runs().stream().mapToInt(plan.get()::epochsOf).max().orElseThrow();
    boolean same =
        (flat || run.options().isEmpty())
            && run.epochs() >= longest
            && split != null
            && split.by().equals(flat ? "cluster" : "segment")
            && split.options().keySet().stream().allMatch(List.of("by", "ratios")::contains)
            && run.clusters().equals(flat ? "stratum" : Plan.NONE)
            && features != null
            && features.stage().equals("mfcc")
            && features.options().getOrDefault("coefficients", "13").equals("13")
            && !features.options().getOrDefault("delta", "false").equals("true");
    return same
        ? Paper.of(run.network() + (flat ? "-kmeans" : ""))
            .map(Paper.Network::testAccuracy)
            .orElse(null)
        : null;
  }

  /** Plans that have no results in a folder, by name, and the command that makes them. */
  public static Map<String, String> lacking(Path results, Path plans) {
    var there = all(results, plans).stream().map(PlanResults::plan).collect(Collectors.toSet());
    var lacking = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(plans)) {
      files
          .filter(file -> file.toString().endsWith(".yaml"))
          .map(file -> Plan.read(file.toString()))
          .filter(plan -> !there.contains(plan.name()))
          .forEach(plan -> lacking.put(plan.name(), command(plan)));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return lacking;
  }

  private static String command(Plan plan) {
    boolean artists =
        plan.splits().values().stream().anyMatch(split -> split.by().equals("artist"));
    return "environment/jbang study --plan %s --corpus data/corpora/gtzan%s"
        .formatted(plan.name(), artists ? " --artists artists.csv" : "");
  }

  // --- how sure ----------------------------------------------------------------------------------

  /**
   * A run's accuracy on the test.
   *
   * <p>Its variance is that of the tracks, as wide as in a single training since seeds test the
   * same corpus again, and that of the seeds, divided by their number. The latter is pooled over
   * the plan's runs of the same split: another seed draws another split, which matters far more
   * where artists are kept whole than where segments are scattered. With one seed the interval is
   * the training's own bootstrap over test tracks.
   *
   * @param level segment or track
   */
  public Estimate accuracy(Run run, String level) {
    List<Rows.Experiment> rows = run.rows(level, "test_accuracy");
    if (rows.size() == 1) {
      Rows.Experiment one = rows.get(0);
      return new Estimate(one.value(), Double.NaN, one.low(), one.high(), List.of(one.value()));
    }
    double[] values = run.values(level, "test_accuracy");
    return estimate(values, variance(run, level));
  }

  private double variance(Run run, String level) {
    List<Rows.Experiment> rows = run.rows(level, "test_accuracy");
    double tracks =
        rows.stream().mapToDouble(row -> square(error(row.low(), row.high()))).average().orElse(0);
    List<double[]> alike =
        runs.stream()
            .filter(each -> each.split().equals(run.split()))
            .map(each -> each.values(level, "test_accuracy"))
            .toList();
    return tracks + seeds(alike) / rows.size();
  }

  private static Estimate estimate(double[] values, double variance) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double half = NORMAL * Math.sqrt(variance);
    return new Estimate(
        mean,
        Math.sqrt(sampleVariance(values)),
        mean - half,
        mean + half,
        Arrays.stream(values).boxed().toList());
  }

  /** The variance from seed to seed, pooled over groups; 0 where each has one. */
  private static double seeds(List<double[]> groups) {
    double squares = 0;
    int degrees = 0;
    for (double[] values : groups) {
      if (values.length > 1) {
        squares += (values.length - 1) * sampleVariance(values);
        degrees += values.length - 1;
      }
    }
    return degrees == 0 ? 0 : squares / degrees;
  }

  private static double sampleVariance(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    return values.length < 2
        ? Double.NaN
        : Arrays.stream(values).map(value -> square(value - mean)).sum() / (values.length - 1);
  }

  /** The standard error that a 95 % interval stands for. */
  private static double error(double low, double high) {
    return (high - low) / (2 * NORMAL);
  }

  private static double square(double value) {
    return value * value;
  }

  // --- differences -------------------------------------------------------------------------------

  private record Pair(Run a, Run b, String what) {}

  /**
   * The plan's comparisons: for leakage, what is worth how much; else each network's later runs
   * against its earlier ones, or, where each network has one run, networks against each other.
   *
   * @param level segment or track
   */
  public List<Difference> differences(String level) {
    List<Pair> pairs = pairs();
    var paired = new LinkedHashMap<Pair, List<Significance.Difference>>();
    for (Pair pair : pairs) {
      List<Significance.Difference> bySeed = paired(pair, level);
      if (!bySeed.isEmpty()) {
        paired.put(pair, bySeed);
      }
    }
    double seeds = seeds(paired.values().stream().map(PlanResults::differencesOf).toList());
    return pairs.stream()
        .map(
            pair -> {
              List<Significance.Difference> bySeed = paired.get(pair);
              return new Difference(
                  pair.a().name(),
                  pair.b().name(),
                  pair.what(),
                  bySeed != null,
                  bySeed == null ? unpaired(pair, level) : paired(bySeed, seeds));
            })
        .toList();
  }

  private List<Pair> pairs() {
    if (plan.equals("leakage")) {
      return leakage();
    }
    var byNetwork =
        runs.stream()
            .collect(Collectors.groupingBy(Run::network, LinkedHashMap::new, Collectors.toList()));
    boolean one = byNetwork.values().stream().allMatch(group -> group.size() == 1);
    var pairs = new ArrayList<Pair>();
    for (List<Run> group : one ? List.of(runs) : byNetwork.values()) {
      for (int b = 0; b < group.size(); b++) {
        for (int a = b + 1; a < group.size(); a++) {
          // of many runs, each against the first alone
          if (b == 0 || group.size() <= 4) {
            pairs.add(new Pair(group.get(a), group.get(b), ""));
          }
        }
      }
    }
    return pairs;
  }

  private List<Pair> leakage() {
    var pairs = new ArrayList<Pair>();
    for (String network : runs.stream().map(Run::network).distinct().toList()) {
      Function<String, Optional<Run>> of =
          split ->
              runs.stream()
                  .filter(run -> run.network().equals(network) && run.split().equals(split))
                  .findFirst();
      for (List<String> each :
          List.of(
              List.of("segment", "track", "having heard the song"),
              List.of("track", "artist", "having heard its artist"),
              List.of("segment", "artist", "both together"))) {
        of.apply(each.get(0))
            .ifPresent(
                a -> of.apply(each.get(1)).ifPresent(b -> pairs.add(new Pair(a, b, each.get(2)))));
      }
    }
    return pairs;
  }

  /** The difference of two runs that were tested on other tracks, or whose answers aren't there. */
  private Estimate unpaired(Pair pair, String level) {
    double[] a = pair.a().values(level, "test_accuracy");
    double[] b = pair.b().values(level, "test_accuracy");
    double variance = variance(pair.a(), level) + variance(pair.b(), level);
    double mean =
        Arrays.stream(a).average().orElse(Double.NaN)
            - Arrays.stream(b).average().orElse(Double.NaN);
    double half = NORMAL * Math.sqrt(variance);
    List<Double> bySeed =
        pair.a().seeds().equals(pair.b().seeds())
            ? java.util.stream.IntStream.range(0, a.length).mapToObj(s -> a[s] - b[s]).toList()
            : List.of();
    double deviation =
        Math.sqrt(sampleVariance(bySeed.stream().mapToDouble(value -> value).toArray()));
    return new Estimate(mean, deviation, mean - half, mean + half, bySeed);
  }

  private static double[] differencesOf(List<Significance.Difference> bySeed) {
    return bySeed.stream().mapToDouble(Significance.Difference::difference).toArray();
  }

  private static Estimate paired(List<Significance.Difference> bySeed, double seeds) {
    if (bySeed.size() == 1) {
      Significance.Difference one = bySeed.get(0);
      return new Estimate(
          one.difference(), Double.NaN, one.low(), one.high(), List.of(one.difference()));
    }
    double tracks =
        bySeed.stream()
            .mapToDouble(one -> square(error(one.low(), one.high())))
            .average()
            .orElse(0);
    return estimate(differencesOf(bySeed), tracks + seeds / bySeed.size());
  }

  /** A paired bootstrap over the tracks of each seed; none where a seed's tests differ. */
  private List<Significance.Difference> paired(Pair pair, String level) {
    if (!pair.a().seeds().equals(pair.b().seeds())) {
      return List.of();
    }
    var bySeed = new ArrayList<Significance.Difference>();
    for (long seed : pair.a().seeds()) {
      List<Rows.Prediction> a = predictions(pair.a(), seed);
      List<Rows.Prediction> b = predictions(pair.b(), seed);
      if (a.isEmpty() || !tested(a).equals(tested(b))) {
        return List.of();
      }
      List<String> mapping =
          List.copyOf(
              Stream.concat(a.stream(), b.stream())
                  .flatMap(row -> Stream.of(row.truth(), row.predicted()))
                  .collect(Collectors.toCollection(TreeSet::new)));
      if (mapping.size() != a.get(0).probabilities().length) {
        return List.of(); // which probability is whose can't be told
      }
      bySeed.add(
          Significance.difference(
              List.of(new Metrics(mapping, a)),
              List.of(new Metrics(mapping, b)),
              Metrics.Level.valueOf(level),
              ConfusionMatrix::accuracy,
              DRAWS,
              seed));
    }
    return bySeed;
  }

  private List<Rows.Prediction> predictions(Run run, long seed) {
    return file(folder.resolve(run.name() + "-seed" + seed), "predictions.json")
        .map(file -> Store.readRows(file, Rows.Prediction.class))
        .orElse(List.of())
        .stream()
        .sorted(
            Comparator.comparing(Rows.Prediction::track).thenComparing(Rows.Prediction::segment))
        .toList();
  }

  private static List<SegmentId> tested(List<Rows.Prediction> rows) {
    return rows.stream().map(Rows.Prediction::id).toList();
  }

  // --- tables ------------------------------------------------------------------------------------

  /** One row a run: accuracy of segments and of tracks, and what was tested. */
  public Table accuracies() {
    Table table =
        Table.create(
            plan,
            StringColumn.create("run", runs.stream().map(Run::name)),
            text(
                "epochs",
                run -> range(run.figures().stream().mapToDouble(Rows.Experiment::epochs))),
            text("seeds", run -> "" + run.seeds().size()));
    for (String level : LEVELS) {
      List<Estimate> estimates = runs.stream().map(run -> accuracy(run, level)).toList();
      addEstimates(table, level + "s, %", ", " + level + "s", estimates);
    }
    return table.addColumns(
        text("tested segments", run -> range(run.values("segment", "test_segments"))),
        text("tested tracks", run -> range(run.values("track", "test_tracks"))),
        text("tracks on both sides", run -> range(run.values("track", "tracks_on_both_sides"))));
  }

  /** One row a comparison, in points of percent. */
  public Table differenceTable(String level) {
    List<Difference> differences = differences(level);
    Table table =
        Table.create(
            plan,
            StringColumn.create(
                "difference", differences.stream().map(row -> row.a() + " \u2212 " + row.b())));
    if (differences.stream().anyMatch(row -> !row.what().isEmpty())) {
      table.addColumns(
          StringColumn.create("what it is worth", differences.stream().map(Difference::what)));
    }
    addEstimates(
        table, level + "s, points", "", differences.stream().map(Difference::estimate).toList());
    return table.addColumns(
        StringColumn.create(
            "how",
            differences.stream().map(row -> row.paired() ? "paired" : "normal approximation")));
  }

  private static void addEstimates(
      Table table, String name, String more, List<Estimate> estimates) {
    table.addColumns(
        percent(name, estimates.stream().mapToDouble(Estimate::mean)),
        percent("±" + more, estimates.stream().mapToDouble(Estimate::deviation)),
        percent("95 % from" + more, estimates.stream().mapToDouble(Estimate::low)),
        percent("to" + more, estimates.stream().mapToDouble(Estimate::high)));
  }

  private StringColumn text(String name, Function<Run, String> cell) {
    return StringColumn.create(name, runs.stream().map(cell));
  }

  private static DoubleColumn percent(String name, DoubleStream shares) {
    DoubleColumn column = DoubleColumn.create(name, shares.map(share -> 100 * share));
    column.setPrintFormatter(
        new NumberColumnFormatter(
            new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT))));
    return column;
  }

  private static String range(double... values) {
    return range(Arrays.stream(values));
  }

  private static String range(DoubleStream values) {
    var all = values.summaryStatistics();
    return all.getCount() == 0
        ? ""
        : all.getMin() == all.getMax()
            ? String.format(Locale.ROOT, "%,.0f", all.getMin())
            : String.format(Locale.ROOT, "%,.0f to %,.0f", all.getMin(), all.getMax());
  }

  // --- figures -----------------------------------------------------------------------------------

  /** How intervals were made, in a line. */
  public String howSure() {
    return runs.stream().anyMatch(run -> run.seeds().size() > 1)
        ? "Mean over seeds, ± standard deviation over seeds; 95 % intervals of the mean count other"
            + " tracks and other seeds. No training chooses anything by the test."
        : "One seed: 95 % intervals are bootstraps over test tracks and say nothing of other seeds."
            + " No training chooses anything by the test.";
  }

  /**
   * The accuracy of each run, of segments and of tracks.
   *
   * @param where what it was tested on, e.g. GTZAN; may be empty
   */
  public Chart chart(String where) {
    List<Charts.Line> lines =
        runs.stream()
            .map(
                run ->
                    new Charts.Line(
                        run.name(),
                        LEVELS.stream().map(level -> shown(accuracy(run, level))).toList(),
                        run.published() == null ? Double.NaN : 100 * run.published()))
            .toList();
    return Charts.intervals(
        lines,
        List.of("segments", "tracks"),
        "published (segments)",
        "accuracy on the test (%)",
        false,
        "Plan " + plan + ": accuracy on the test, with 95 % intervals",
        subtitle(where));
  }

  /** The differences between runs; see {@link #differences}. */
  public Chart differenceChart(String where) {
    Map<String, List<Difference>> byLevel =
        LEVELS.stream().collect(Collectors.toMap(level -> level, this::differences));
    List<Difference> first = byLevel.get("segment");
    var lines = new ArrayList<Charts.Line>();
    for (int i = 0; i < first.size(); i++) {
      Difference row = first.get(i);
      int line = i;
      String pair = row.a() + " \u2212 " + row.b();
      lines.add(
          new Charts.Line(
              row.what().isEmpty() ? pair : network(row.a()) + ": " + row.what(),
              LEVELS.stream().map(level -> shown(byLevel.get(level).get(line).estimate())).toList(),
              Double.NaN));
    }
    return Charts.intervals(
        lines,
        List.of("segments", "tracks"),
        "",
        "difference of accuracy on the test (points of percent)",
        true,
        plan.equals("leakage")
            ? "What leakage is worth, with 95 % intervals"
            : "Plan " + plan + ": differences between runs, with 95 % intervals",
        subtitle(where));
  }

  private String network(String run) {
    return runs.stream()
        .filter(each -> each.name().equals(run))
        .findFirst()
        .orElseThrow()
        .network();
  }

  private static Charts.Interval shown(Estimate estimate) {
    return new Charts.Interval(
        100 * estimate.mean(),
        100 * estimate.low(),
        100 * estimate.high(),
        estimate.values().stream().mapToDouble(value -> 100 * value).toArray());
  }

  private String subtitle(String where) {
    var seeds = new TreeSet<Long>();
    runs.forEach(run -> seeds.addAll(run.seeds()));
    String listed = seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    double[] segments = all("segment", "test_segments");
    double[] tracks = all("track", "test_tracks");
    return Stream.of(
            where,
            (seeds.size() == 1 ? "seed " : "seeds ") + listed,
            range(
                    runs.stream()
                        .flatMap(run -> run.figures().stream())
                        .mapToDouble(Rows.Experiment::epochs))
                + " epochs",
            "n = " + range(segments) + " test segments of " + range(tracks) + " tracks",
            synthetic ? "SYNTHETIC demo corpus" : "")
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" \u00b7 "));
  }

  private double[] all(String level, String metric) {
    return runs.stream().flatMapToDouble(run -> Arrays.stream(run.values(level, metric))).toArray();
  }
}
