//SOURCES NetworkResults.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/BaselineMethod.java
//SOURCES ../results/Paper.java
//SOURCES ../results/Part.java
//SOURCES ../results/RunFolder.java
//SOURCES ../results/Rows.java

package genrelab.report;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.BaselineMethod;
import genrelab.results.Paper;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.RunFolder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a report shows of a run: all rows, read and checked before anything is drawn, and what is
 * missing.
 *
 * @param features header of the features; empty where no features file is there
 * @param clusteringScores of {@code clustering.json}
 * @param splits the rows of each split, by the split file's SHA-256
 * @param stages the run's own record
 * @param networks those that have results
 * @param learnt what a network has learnt of the test segments; null where {@code embedding} has no
 *     t-SNE
 * @param withPaper whether the paper's figures stand beside these: the corpus has GTZAN's genres
 */
public record RunResults(
    RunFolder folder,
    Optional<RunFolder.FeaturesHeader> features,
    Optional<Boolean> synthetic,
    List<Rows.Segment> segments,
    List<Rows.Problem> problems,
    List<Rows.Cluster> clusters,
    List<Rows.ClusteringScores> clusteringScores,
    List<Rows.Point> points,
    List<Rows.Experiment> experiments,
    Map<String, List<Rows.SplitRow>> splits,
    List<Rows.StageRecord> stages,
    List<NetworkResults> networks,
    List<MissingPart> missing,
    Learnt learnt,
    boolean withPaper) {

  /**
   * Embeddings by a trained network: the folder {@code embedding} of a run.
   *
   * @param network its name
   * @param points their t-SNE
   * @param scores of their clusters; none where they were not clustered
   */
  public record Learnt(
      String network, List<Rows.Point> points, List<Rows.ClusteringScores> scores) {}

  /**
   * A part that the report leaves out since its file is missing, and the command that writes it.
   */
  public record MissingPart(String part, String command) {}

  /**
   * Reads a run.
   *
   * @param wanted folders of networks; null for the paper's four and all others
   * @param withoutPaper leaves out the paper's figures whatever the genres
   * @throws Stage.Failure if a file is damaged, does not fit the others, or nothing is there
   */
  public static RunResults read(RunFolder run, List<String> wanted, boolean withoutPaper) {
    RunResults results = new Reader(run, withoutPaper).read(wanted);
    if (results.networks.isEmpty()
        && results.clusters.isEmpty()
        && results.points.isEmpty()
        && results.experiments.isEmpty()) {
      throw new Stage.Failure(
          "%s: %s; environment/jbang study --corpus CORPUS --out %s makes results",
          run.path(),
          run.exists() ? "no results to report in this folder" : "no such folder",
          run.argument());
    }
    return results;
  }

  public boolean isSynthetic() {
    return synthetic.orElse(false);
  }

  /** A caption or subtitle, marked where the corpus is synthetic. */
  public String marked(String text) {
    return text + (isSynthetic() ? " · SYNTHETIC demo corpus" : "");
  }

  /** The paper's figures of a network; empty for networks that the paper does not have. */
  public Optional<Paper.Network> paper(NetworkResults network) {
    return withPaper ? Paper.of(network.name()) : Optional.empty();
  }

  /** The run's record of its stages, then each network's; a stage may stand in both. */
  public List<Rows.StageRecord> allStages() {
    return Stream.concat(stages.stream(), networks.stream().flatMap(n -> n.stages().stream()))
        .distinct()
        .toList();
  }

  /** The seed of a stage's last run; null where it has none. */
  public Long seedOf(String stage) {
    return stages.stream()
        .filter(run -> stage.equals(run.stage()) && run.seed() != null)
        .map(Rows.StageRecord::seed)
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  /** Segments of the run, as far as its manifest, its splits or its embedding tell. */
  public int segmentCount() {
    int split = splits.values().stream().mapToInt(List::size).max().orElse(0);
    return Math.max(points.size(), Math.max(segments.size(), split));
  }

  /** Segments in each part of a network's split; empty where the split file is another one. */
  public Map<Part, Long> partSizes(NetworkResults network) {
    return network.stages().stream()
        .filter(stage -> stage.inputs() != null)
        .flatMap(stage -> stage.inputs().values().stream())
        .map(splits::get)
        .filter(rows -> rows != null)
        .findFirst()
        .map(
            rows ->
                rows.stream()
                    .collect(Collectors.groupingBy(Rows.SplitRow::part, Collectors.counting())))
        .orElse(Map.of());
  }

  /** Reads file by file and notes what is missing, in the order of the page. */
  private static final class Reader {
    private final RunFolder run;
    private final boolean withoutPaper;
    private final List<MissingPart> missing = new ArrayList<>();
    private boolean withPaper;

    Reader(RunFolder run, boolean withoutPaper) {
      this.run = run;
      this.withoutPaper = withoutPaper;
    }

    RunResults read(List<String> wanted) {
      Optional<RunFolder.FeaturesHeader> features = run.features();
      Set<String> genres = run.genres();
      withPaper = !withoutPaper && (genres.isEmpty() || genres.equals(Paper.GENRES));
      if (features.isEmpty()) {
        lacks("Parameters of the features, and whether the corpus is synthetic", "mfcc.json");
      }
      List<Rows.Segment> segments =
          read("segments.json", Rows.Segment.class, "Numbers of tracks and segments");
      List<Rows.Problem> problems = read("verify.json", Rows.Problem.class, "Skipped tracks");
      List<Rows.Cluster> clusters = read("clusters.json", Rows.Cluster.class, "Cluster purity");
      List<Rows.ClusteringScores> scores = run.rows("clustering.json", Rows.ClusteringScores.class);
      List<Rows.Experiment> experiments = run.rows("experiments.json", Rows.Experiment.class);
      List<Rows.Point> points =
          read("tsne.json", Rows.Point.class, withPaper ? "Figure 1" : "t-SNE");
      var splits = new LinkedHashMap<String, List<Rows.SplitRow>>();
      for (String name : List.of("split.json", "split-kmeans.json")) {
        List<Rows.SplitRow> rows =
            read(name, Rows.SplitRow.class, "Sizes of training, validation and test (%s)");
        run.find(name).ifPresent(file -> splits.put(Store.sha256(file), rows));
      }
      List<Rows.StageRecord> stages = read("run.json", Rows.StageRecord.class, "Record of the run");
      List<NetworkResults> networks = networks(wanted, experiments, features);
      if (!points.isEmpty() && points.stream().allMatch(point -> point.cluster() < 0)) {
        missing.add(
            new MissingPart(
                (withPaper ? "Figure 1" : "t-SNE") + " by cluster: tsne.json has no clusters",
                run.command("tsne.json")));
      }
      return new RunResults(
          run,
          features,
          run.synthetic(),
          segments,
          problems,
          clusters,
          scores,
          points,
          experiments,
          splits,
          stages,
          networks,
          missing,
          learnt(),
          withPaper);
    }

    private Learnt learnt() {
      List<Rows.Point> points = run.rows("embedding/tsne.json", Rows.Point.class);
      if (points.isEmpty()) {
        return null;
      }
      String network =
          Stream.of("embedding", "embedding-kmeans")
              .flatMap(name -> run.findFeatures("embedding/" + name).stream())
              .map(file -> Files.isDirectory(file) ? file.resolve("features.json") : file)
              .flatMap(file -> run.features(Store.slashed(run.path().relativize(file))).stream())
              .map(header -> header.params().path("model").asText())
              .findFirst()
              .orElse("network");
      return new Learnt(
          Stage.oneLine(network),
          points,
          run.rows("embedding/clustering.json", Rows.ClusteringScores.class));
    }

    private <T> List<T> read(String name, Class<T> row, String part) {
      if (!run.has(name)) {
        lacks(part.formatted(name), name);
      }
      return run.rows(name, row);
    }

    private void lacks(String part, String name) {
      missing.add(new MissingPart("%s (%s)".formatted(part, name), run.command(name)));
    }

    private List<NetworkResults> networks(
        List<String> wanted,
        List<Rows.Experiment> experiments,
        Optional<RunFolder.FeaturesHeader> features) {
      var networks = new ArrayList<NetworkResults>();
      for (String name : names(wanted, experiments)) {
        NetworkResults network = NetworkResults.read(run, name);
        features.ifPresent(header -> requireSameGenres(network, header.mapping()));
        if (network.isEmpty()) {
          missing.add(new MissingPart("The network " + name, run.command(name + "/metrics.json")));
          continue;
        }
        networks.add(network);
        boolean layered = !network.isBaseline();
        lacks(network, layered && network.history().isEmpty(), "history.json", "training curves");
        lacks(network, network.predictions().isEmpty(), "predictions.json", "confusion matrix");
        lacks(network, network.metrics().isEmpty(), "metrics.json", "accuracies");
        lacks(network, network.report().isEmpty(), "report.json", "classification report");
        lacks(network, network.stages().isEmpty(), "run.json", "record of the training");
        lacks(
            network,
            layered && network.architecture().isEmpty(),
            "model.zip",
            "architecture, which only a model of this version tells");
      }
      return networks;
    }

    private void lacks(NetworkResults network, boolean is, String file, String part) {
      if (is) {
        String name = network.name() + "/" + file;
        lacks("%s: %s".formatted(network.title(), part), name);
      }
    }

    /** A plan's trainings stand in the plan's table; its folder need not hold the paper's four. */
    private Set<String> names(List<String> wanted, List<Rows.Experiment> experiments) {
      if (wanted != null) {
        return new LinkedHashSet<>(wanted);
      }
      Set<String> planned =
          experiments.stream()
              .map(row -> row.run() + "-seed" + row.seed())
              .collect(Collectors.toSet());
      List<String> published = Paper.NETWORKS.stream().map(Paper.Network::network).toList();
      List<String> found = run.networks().stream().filter(name -> !planned.contains(name)).toList();
      var names = new LinkedHashSet<>(found.stream().filter(BaselineMethod::isNameOf).toList());
      if (withPaper && (experiments.isEmpty() || found.stream().anyMatch(published::contains))) {
        names.addAll(published);
      }
      names.addAll(found);
      return names;
    }

    /** Each prediction must be one of its corpus's genres, with a probability of each. */
    private void requireSameGenres(NetworkResults network, List<String> mapping) {
      for (Rows.Prediction row : network.predictions()) {
        if (!mapping.contains(row.truth())
            || !mapping.contains(row.predicted())
            || row.probabilities().length != mapping.size()) {
          throw new Stage.Failure(
              "%s: segment %d of %s does not fit the genres of %s; train on these features again",
              run.find(network.name() + "/predictions.json").orElseThrow(),
              row.segment(),
              row.track(),
              run.find("mfcc.json").orElse(run.path()));
        }
      }
    }
  }
}
