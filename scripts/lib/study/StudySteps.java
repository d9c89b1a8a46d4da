//SOURCES ../networks/NetworkCatalog.java
//SOURCES StageSteps.java
//SOURCES Step.java
//SOURCES StudyTrainingOptions.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.study;

import genrelab.kit.Store;
import genrelab.networks.NetworkCatalog;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The steps of a study: segments and their features, clusters, splits, each network, t-SNE and the
 * report.
 */
public final class StudySteps {
  private static final List<String> EMBEDDING =
      List.of("embed", "kmeans-embedding", "tsne-embedding");

  /** As many as kmeans makes clusters, and tsne takes. */
  private static final int LEAST_EMBEDDED = 10;

  private final Inputs given;
  private final StudyTrainingOptions training;
  private final StageSteps stages;
  private final Path out;

  /**
   * What a study starts from.
   *
   * @param corpus or null
   * @param demo whether the corpus is the synthetic one, which is rendered first
   * @param features a features JSON or folder instead of a corpus, or null
   * @param artists a CSV of tracks and artists, or null
   */
  public record Inputs(Path corpus, boolean demo, Path features, Path artists) {}

  /**
   * Names what the steps share.
   *
   * @param seed of all steps
   * @param out the run's folder
   */
  public StudySteps(Inputs given, StudyTrainingOptions training, long seed, Path out) {
    this.given = given;
    this.training = training;
    this.stages = new StageSteps(seed);
    this.out = out;
  }

  /**
   * All steps, in the order in which they run.
   *
   * @param withoutPaper leaves the paper's figures out of the report
   */
  public List<Step> all(boolean withoutPaper) {
    Path segments = out.resolve("segments.json");
    boolean folder = given.features() != null && Files.isDirectory(given.features());
    Path mfcc = folder ? given.features() : out.resolve("mfcc.json");
    Path clustered = out.resolve(folder ? "mfcc-kmeans" : "mfcc-kmeans.json");
    var steps = new ArrayList<>(features(segments, mfcc));
    steps.add(stages.kmeans("kmeans", mfcc, null, clustered, Map.of()));
    steps.addAll(splits(segments, mfcc, clustered));
    for (NetworkCatalog.Entry entry : training.chosen()) {
      steps.add(network(entry, entry.flat() ? clustered : mfcc));
    }
    steps.add(stages.tsne(clustered, out.resolve("tsne.json")));
    List<Path> results = steps.stream().flatMap(step -> step.outputs().stream()).toList();
    steps.addAll(learnt(mfcc, folder)); // of what the report already depends on
    List<String> names = training.chosen().stream().map(NetworkCatalog.Entry::name).toList();
    steps.add(stages.report(out, out.resolve("report"), names, withoutPaper, results));
    return steps;
  }

  private List<Step> features(Path segments, Path mfcc) {
    if (given.features() != null) {
      if (mfcc.equals(given.features())) {
        return List.of(); // a folder is read where it is
      }
      return List.of(stages.copy(given.features(), mfcc));
    }
    Path corpus = given.corpus();
    var steps = new ArrayList<Step>();
    if (given.demo()) {
      steps.add(training.quick ? stages.demo(corpus, 5, 9) : stages.demo(corpus, 10, 30));
    }
    steps.add(stages.verify(corpus, out.resolve("verify.json")));
    steps.add(stages.segment("segment", corpus, segments, Map.of()));
    steps.add(stages.features("mfcc", "mfcc", segments, corpus, mfcc, Map.of()));
    return steps;
  }

  private List<Step> splits(Path segments, Path mfcc, Path clustered) {
    boolean imported = given.features() != null;
    var steps = new ArrayList<Step>();
    steps.add(
        stages.split(
            "split",
            imported ? "--features" : "--segments",
            imported ? mfcc : segments,
            given.artists(),
            splitFile(false),
            training.splitOptions()));
    if (training.chosen().stream().anyMatch(NetworkCatalog.Entry::flat)) {
      Map<String, String> byCluster = Map.of("by", "cluster");
      steps.add(
          stages.split("split-kmeans", "--features", clustered, null, splitFile(true), byCluster));
    }
    return steps;
  }

  private Path splitFile(boolean byCluster) {
    return out.resolve(byCluster ? "split-kmeans.json" : "split.json");
  }

  /** Whether a step is one of those that map and cluster what a network has learnt. */
  public static boolean isOfEmbedding(Step step) {
    return EMBEDDING.contains(step.name());
  }

  /** Whether the split, once it is drawn, has too few test segments to map and cluster them. */
  public boolean hasFewTestSegments() {
    return Store.readRows(splitFile(false), Rows.SplitRow.class).stream()
            .filter(row -> row.part() == Part.test)
            .count()
        < LEAST_EMBEDDED;
  }

  /**
   * What the first network that sees frames has learnt: its test segments, mapped and clustered.
   */
  private List<Step> learnt(Path mfcc, boolean folder) {
    return training.chosen().stream()
        .filter(entry -> !entry.isBaseline() && !entry.flat())
        .findFirst()
        .map(
            entry -> {
              Path of = out.resolve("embedding");
              Path embedding = of.resolve(folder ? "embedding" : "embedding.json");
              Path clustered = of.resolve(folder ? "embedding-kmeans" : "embedding-kmeans.json");
              Path model = out.resolve(entry.name()).resolve("model.zip");
              return List.of(
                  stages.embed(model, mfcc, splitFile(false), embedding),
                  stages.kmeans("kmeans-embedding", embedding, null, clustered, Map.of()),
                  stages.tsne("tsne-embedding", clustered, of.resolve("tsne.json")));
            })
        .orElse(List.of());
  }

  private Step network(NetworkCatalog.Entry entry, Path features) {
    Path folder = out.resolve(entry.name());
    Path split = splitFile(entry.flat());
    if (entry.isBaseline()) {
      Map<String, String> drawnBy = Map.of("split-by", training.splitBy);
      return stages.baseline(entry.name(), entry.name(), features, split, folder, drawnBy);
    }
    Map<String, String> options = training.optionsOf(entry, given.demo());
    return stages.network(entry.name(), entry.alias(), null, features, split, folder, options);
  }
}
