//SOURCES ../results/Paper.java
//SOURCES ../study/Plan.java
//SOURCES ../results/Rows.java
//SOURCES ../results/RunFolder.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.report;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Paper;
import genrelab.results.Rows;
import genrelab.study.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of a plan: the metrics of its runs, as {@code study --plan} writes them into {@code
 * experiments.json}, and what the plan says of them.
 *
 * <p>{@link PlanStatistics} estimates accuracies and differences, {@link PlanTables} and {@link
 * PlanCharts} show them.
 *
 * @param plan its name
 * @param question what it asks; empty where the plan's file is missing
 * @param synthetic whether the audio was the synthetic demo corpus, as the rows record
 * @param runs in the order of experiments.json, which is the plan's
 * @param comparisons that the plan declares; none where it declares none or its file is missing
 */
public record PlanResults(
    String plan,
    String question,
    boolean synthetic,
    Path folder,
    List<RunMetrics> runs,
    List<Plan.Comparison> comparisons) {
  /** The levels that accuracy is measured on. */
  public static final List<String> LEVELS = List.of("segment", "track");

  /**
   * The metrics of one run of the plan.
   *
   * @param metrics rows of all seeds
   * @param published the paper's accuracy of segments, where the run is what the paper did; or null
   */
  public record RunMetrics(String name, List<Rows.Experiment> metrics, Double published) {
    private Rows.Experiment one() {
      return metrics.get(0);
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
      return metrics.stream().map(Rows.Experiment::seed).distinct().sorted().toList();
    }

    List<Rows.Experiment> rows(String level, String metric) {
      return metrics.stream()
          .filter(row -> row.level().equals(level) && row.metric().equals(metric))
          .sorted(Comparator.comparingLong(Rows.Experiment::seed))
          .toList();
    }

    /** A metric of each seed, in the order of {@link #seeds}; empty where it was not measured. */
    public double[] values(String level, String metric) {
      return rows(level, metric).stream().mapToDouble(Rows.Experiment::value).toArray();
    }
  }

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

  /** The results of one plan, beside which {@code study} puts the plan's YAML file. */
  public static PlanResults read(Path folder) {
    return read(folder, folder);
  }

  /**
   * The results of one plan.
   *
   * @param folder holds experiments.json
   * @param plans holds the plan's YAML file, where the results have no copy of it
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
    Optional<Plan> plan =
        plan(folder.resolve("plan.yaml")).or(() -> plan(plans.resolve(name + ".yaml")));
    Map<String, List<Rows.Experiment>> runs =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    Rows.Experiment::run, LinkedHashMap::new, Collectors.toList()));
    return new PlanResults(
        name,
        plan.map(Plan::question).orElse(""),
        rows.get(0).synthetic(),
        folder,
        runs.entrySet().stream()
            .map(
                run ->
                    new RunMetrics(run.getKey(), run.getValue(), published(plan, run.getValue())))
            .toList(),
        plan.map(Plan::comparisons).orElse(List.of()));
  }

  private static Optional<Path> file(Path folder, String name) {
    return Stream.of(name, name + ".gz")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Optional<Plan> plan(Path file) {
    return Files.isRegularFile(file) ? Optional.of(Plan.read(file.toString())) : Optional.empty();
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
            && features.segmentSeconds() == Plan.SEGMENT_SECONDS
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
}
