//SOURCES ../corpus/DrawnSplit.java
//SOURCES Plan.java
//SOURCES StageArguments.java
//SOURCES Step.java
//SOURCES ../features/Features.java

package genrelab.study;

import genrelab.corpus.DrawnSplit;
import genrelab.features.Features;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Builds the steps of a run: for each stage its arguments, what it reads and what it writes. The
 * study and the plans of experiments share it.
 *
 * @param seed of all steps
 */
public record StageSteps(long seed) {

  /** Renders the synthetic corpus. */
  public Step demo(Path corpus, int tracks, int seconds) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--out", corpus)
            .with("--tracks", tracks)
            .with("--seconds", seconds)
            .with("--seed", seed);
    return step("demo", "demo", arguments, List.of(), List.of(corpus.resolve("SYNTHETIC.md")));
  }

  /** Copies features that another program computed into the run's folder. */
  public Step copy(Path features, Path file) {
    return step(Step.COPY, Step.COPY, StageArguments.NONE, List.of(features), List.of(file));
  }

  /** Lists what is wrong with a corpus's files. */
  public Step verify(Path corpus, Path file) {
    return corpus("verify", "verify", corpus, file, Map.of());
  }

  /** Cuts a corpus's tracks into segments. */
  public Step segment(String name, Path corpus, Path file, Map<String, String> options) {
    return corpus(name, "segment", corpus, file, options);
  }

  private Step corpus(
      String name, String alias, Path corpus, Path file, Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE.with("--corpus", corpus).with("--out", file).with(options);
    return step(name, alias, arguments, List.of(corpus), List.of(file));
  }

  /**
   * Computes the features of segments.
   *
   * @param alias a stage of {@link genrelab.features.FeatureCatalog}
   */
  public Step features(
      String name,
      String alias,
      Path segments,
      Path corpus,
      Path file,
      Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE.with("--segments", segments).with("--out", file).with(options);
    var inputs = new ArrayList<>(List.of(segments, corpus));
    inputs.addAll(Plan.filesOf(options));
    return step(name, alias, arguments, inputs, List.of(file));
  }

  /**
   * Clusters features.
   *
   * @param split on whose training set the clusters are fitted; null for all segments
   * @param file features with clusters; the clusters' tables lie beside it
   */
  public Step kmeans(
      String name, Path features, Path split, Path file, Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--features", features)
            .with("--out", file)
            .with("--seed", seed)
            .with(options);
    var inputs = new ArrayList<>(List.of(features));
    if (split != null) {
      arguments = arguments.with("--split", split);
      inputs.add(split);
    }
    List<Path> outputs =
        List.of(file, file.resolveSibling("clusters.json"), file.resolveSibling("clustering.json"));
    return step(name, "kmeans", arguments, inputs, outputs);
  }

  /**
   * Draws a split, or those of a cross-validation, and lists what lies on both sides of each in
   * {@code NAME-leaks.json} beside it.
   *
   * @param kind --segments or --features
   * @param artists a CSV of tracks and artists; null for none
   */
  public Step split(
      String name, String kind, Path input, Path artists, Path file, Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE
            .with(kind, input)
            .with("--out", file)
            .with(options)
            .with("--seed", seed);
    var inputs = new ArrayList<>(List.of(input));
    if (artists != null) {
      arguments = arguments.with("--artists", artists);
      inputs.add(artists);
    }
    inputs.addAll(Plan.filesOf(options));
    int folds = Plan.Split.folds(options);
    List<Path> files =
        folds == 0
            ? List.of(file)
            : IntStream.rangeClosed(1, folds)
                .mapToObj(fold -> DrawnSplit.foldFile(file, fold))
                .toList();
    List<Path> outputs =
        Stream.concat(files.stream(), files.stream().map(DrawnSplit::leaksFile)).toList();
    return step(name, "split", arguments, inputs, outputs);
  }

  /** Adds copies of a split's training segments, in a folder of their own. */
  public Step augment(
      String name,
      Path segments,
      Path split,
      Path corpus,
      Path folder,
      Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--segments", segments)
            .with("--split", split)
            .with("--out", folder)
            .with("--seed", seed)
            .with(options);
    return step(
        name,
        "augment",
        arguments,
        List.of(segments, split, corpus),
        List.of(folder.resolve("segments.json"), folder.resolve("split.json")));
  }

  /**
   * Trains and tests a network; an interrupted training goes on from its last epoch.
   *
   * @param script of a network that is no stage; null for an alias of the catalog
   */
  public Step network(
      String name,
      String alias,
      Path script,
      Path features,
      Path split,
      Path folder,
      Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--features", features)
            .with("--split", split)
            .with("--out", folder)
            .with(options)
            .with("--seed", seed)
            .with("--resume");
    var outputs = new ArrayList<>(List.of(folder.resolve("history.json")));
    outputs.addAll(testOutputs(folder));
    return new Step(name, alias, script, arguments, List.of(features, split), outputs, seed);
  }

  /**
   * Trains and tests a classical method.
   *
   * @param method of {@code baseline}
   */
  public Step baseline(
      String name,
      String method,
      Path features,
      Path split,
      Path folder,
      Map<String, String> options) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--method", method)
            .with("--features", features)
            .with("--split", split)
            .with("--out", folder)
            .with(options)
            .with("--seed", seed);
    return step(name, "baseline", arguments, List.of(features, split), testOutputs(folder));
  }

  /**
   * Makes one test of a cross-validation's.
   *
   * @param folds folders of its trainings
   */
  public Step pool(String name, List<Path> folds, Path folder) {
    return combined(name, Step.POOL, folds, folder);
  }

  /**
   * Makes one test of several runs': the ensemble by the mean of their probabilities.
   *
   * @param runs folders of the runs
   */
  public Step ensemble(String name, List<Path> runs, Path folder) {
    return combined(name, Step.ENSEMBLE, runs, folder);
  }

  private Step combined(String name, String how, List<Path> folders, Path folder) {
    List<Path> inputs =
        folders.stream()
            .flatMap(each -> Stream.of("predictions.json", "metrics.json").map(each::resolve))
            .toList();
    List<Path> outputs =
        Stream.of("predictions.json", "metrics.json", "report.json").map(folder::resolve).toList();
    return step(name, how, StageArguments.NONE, inputs, outputs);
  }

  /** What every tested classifier's folder holds, as far as later steps read it. */
  private static List<Path> testOutputs(Path folder) {
    return Stream.of("predictions.json", "metrics.json", "report.json", "model.zip")
        .map(folder::resolve)
        .toList();
  }

  /**
   * Embeds the test segments by a trained network.
   *
   * @param model the network's
   * @param features that it was trained on
   */
  public Step embed(Path model, Path features, Path split, Path file) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--model", model)
            .with("--features", features)
            .with("--split", split)
            .with("--out", file);
    return step("embed", "embed", arguments, List.of(model, features, split), List.of(file));
  }

  /** Embeds features in the plane: all segments of a features JSON, a sample of a folder's. */
  public Step tsne(Path features, Path file) {
    return tsne("tsne", features, file);
  }

  /** The same, of one of several t-SNEs of a run. */
  public Step tsne(String name, Path features, Path file) {
    StageArguments arguments =
        StageArguments.NONE.with("--features", features).with("--out", file).with("--seed", seed);
    if (Features.isFolder(features)) {
      arguments = arguments.with(Map.of("sample", "10000"));
    }
    return step(name, "tsne", arguments, List.of(features), List.of(file));
  }

  /**
   * Writes the report of a run.
   *
   * @param withoutPaper leaves the paper's figures out
   * @param inputs everything it reads
   */
  public Step report(
      Path run, Path folder, List<String> networks, boolean withoutPaper, List<Path> inputs) {
    StageArguments arguments =
        StageArguments.NONE
            .with("--results", run)
            .with("--out", folder)
            .with("--networks", String.join(",", networks));
    if (withoutPaper) {
      arguments = arguments.with("--no-paper");
    }
    return step("report", "report", arguments, inputs, List.of(folder.resolve("index.html")));
  }

  private Step step(
      String name, String alias, StageArguments arguments, List<Path> inputs, List<Path> outputs) {
    return new Step(name, alias, null, arguments, inputs, outputs, seed);
  }
}
