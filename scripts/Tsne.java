///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION A 2-D map of the segments: PCA, then Barnes-Hut t-SNE.
//SOURCES lib/corpus/StratifiedSample.java
//SOURCES lib/embedding/BarnesHutTsne.java
//SOURCES lib/embedding/RandomizedPca.java
//SOURCES lib/embedding/Trustworthiness.java
//SOURCES lib/features/FeatureMatrix.java
//SOURCES lib/features/Features.java
//SOURCES lib/evaluation/TrainingRecord.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Parallel.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.corpus.StratifiedSample;
import genrelab.embedding.BarnesHutTsne;
import genrelab.embedding.RandomizedPca;
import genrelab.embedding.Trustworthiness;
import genrelab.evaluation.TrainingRecord;
import genrelab.features.Features;
import genrelab.kit.Output;
import genrelab.kit.Parallel;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Embeds the segments in the plane, so that a look tells which genres and clusters mix.
 *
 * <p>The flattened segments (frames · coefficients values each) are reduced to their first
 * principal components, which go through Barnes-Hut t-SNE. The values are neither scaled nor
 * standardised: the paper does not say that its Figure 1 did, and its networks and clusters saw
 * them unscaled. Distances between far groups in a t-SNE map mean little; the trustworthiness
 * printed (5 neighbours, against the principal components) tells how far its neighbourhoods can be
 * trusted.
 */
@Command(
    name = "tsne",
    description = "A 2-D map of the segments: PCA, then Barnes-Hut t-SNE, from features JSON.")
public final class Tsne implements Callable<Integer> {
  private static final int MIN_SEGMENTS = 10;
  private static final int NEIGHBOURS = 5;

  @Option(
      names = "--features",
      required = true,
      paramLabel = "FILE",
      description = "Features, JSON or folder, with clusters or without.")
  Path featuresFile;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "tsne.json",
      description = "Rows (x, y, genre, cluster, track, segment) (default: ${DEFAULT-VALUE}).")
  @Output({"x", "y", "track"})
  Path out;

  @Option(
      names = "--perplexity",
      defaultValue = "30",
      description =
          "Effective number of neighbours of each segment; less than a third of the segments"
              + " (default: ${DEFAULT-VALUE}).")
  double perplexity;

  @Option(
      names = "--iterations",
      defaultValue = "1000",
      description = "Of gradient descent (default: ${DEFAULT-VALUE}).")
  int iterations;

  @Option(
      names = "--theta",
      defaultValue = "0.5",
      description =
          "Barnes-Hut angle: larger is coarser and faster, 0 is exact (default: ${DEFAULT-VALUE}).")
  double theta;

  @Option(
      names = "--dimensions",
      defaultValue = "50",
      description = "Principal components to keep (default: ${DEFAULT-VALUE}).")
  int dimensions;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Embed only N segments, drawn so that genres keep their shares; X-run.json beside --out"
              + " X.json then records it (default: all segments).")
  int sample;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--threads",
      description =
          "Number of threads (default: all processors). The map is the same with any number.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Spec CommandSpec spec;

  public static void main(String... args) {
    System.exit(Stage.run(new Tsne(), args));
  }

  @Override
  public Integer call() {
    checkOptions();
    Instant started = Instant.now();
    if (sample > 0) {
      Stage.alsoWrites(recordFile(), "stage", "options");
    }
    Features features = Features.read(featuresFile);
    int[] rows = embedded(features);
    reducePerplexity(rows.length);
    requireFitsMemory(features, rows.length);
    float[][] values = features.matrix().subset(rows).toArray();
    requireVariance(values);
    long begin = System.nanoTime();
    double[][] components = RandomizedPca.fitTransform(values, dimensions, seed);
    long reduced = System.nanoTime();
    var tsne = new BarnesHutTsne(perplexity, iterations, theta, seed);
    double[][] map = Parallel.on(threads, () -> tsne.fitTransform(components));
    long embedded = System.nanoTime();
    write(features, rows, map, started);
    System.out.printf(
        "%s: %d segments%s; PCA %.1f s, t-SNE %.1f s%n",
        out,
        map.length,
        map.length < features.size()
            ? " (a sample of %d, stratified by genre)".formatted(features.size())
            : "",
        (reduced - begin) / 1e9,
        (embedded - reduced) / 1e9);
    System.out.printf(
        "trustworthiness (%d neighbours, against %d principal components): %.4f%n",
        NEIGHBOURS,
        components[0].length,
        Parallel.on(threads, () -> Trustworthiness.score(components, map, NEIGHBOURS)));
    return 0;
  }

  private void checkOptions() {
    Stage.requireOption(
        perplexity >= 1 && perplexity < 1e6, "--perplexity must be at least 1, not %s", perplexity);
    Stage.requireOption(iterations >= 1, "--iterations must be at least 1, not %s", iterations);
    Stage.requireOption(theta >= 0 && theta <= 2, "--theta must be between 0 and 2, not %s", theta);
    Stage.requireOption(threads >= 1, "--threads must be at least 1, not %s", threads);
    Stage.requireOption(
        sample == 0 || sample >= MIN_SEGMENTS,
        "--sample must be at least %s, not %s",
        MIN_SEGMENTS,
        sample);
    Stage.requireOption(dimensions >= 2, "--dimensions must be at least 2, not %s", dimensions);
  }

  /** The places of the segments to embed: all, or a sample that keeps the genres' shares. */
  private int[] embedded(Features features) {
    return sample == 0 || sample >= features.size()
        ? IntStream.range(0, features.size()).toArray()
        : StratifiedSample.draw(features.labels(), sample, seed);
  }

  /** The values are embedded in memory: better told before than by a full heap. */
  private void requireFitsMemory(Features features, int size) {
    long bytes = 4L * size * features.frames() * features.coefficients();
    if (!features.matrix().inMemory() && bytes > Runtime.getRuntime().maxMemory() / 2) {
      throw new Stage.Failure(
          "%s: %,d segments (%d MB) are too many to embed; give --sample 10000",
          featuresFile, size, bytes >> 20);
    }
  }

  private void write(Features features, int[] rows, double[][] map, Instant started) {
    Store.writeRows(
        out,
        IntStream.range(0, map.length).mapToObj(i -> point(features, rows[i], map[i])).toList());
    if (sample > 0) {
      new TrainingRecord(
              "tsne",
              List.of(
                  "--perplexity=" + perplexity,
                  "--iterations=" + iterations,
                  "--theta=" + theta,
                  "--dimensions=" + dimensions,
                  "--sample=" + rows.length,
                  "--of=" + features.size(),
                  "--seed=" + seed),
              seed,
              List.of(Features.identity(featuresFile)),
              "elki",
              "0.8.0",
              started)
          .writeTo(recordFile());
    }
  }

  private Path recordFile() {
    String name = out.getFileName().toString().replaceFirst("\\.json(\\.gz)?$", "");
    return out.resolveSibling(name + "-run.json");
  }

  /** Each segment needs 3 · perplexity others as neighbours. */
  private void reducePerplexity(int size) {
    if (size < MIN_SEGMENTS) {
      throw new Stage.Failure(
          "%s: %d segments are too few for a map; give features with %d or more",
          featuresFile, size, MIN_SEGMENTS);
    }
    if (3 * perplexity < size) {
      return;
    }
    double most = Math.floor((size - 1) / 3.0);
    Stage.requireOption(
        !spec.commandLine().getParseResult().hasMatchedOption("--perplexity"),
        "--perplexity must be under a third of the %d segments, %.0f at most, not %s",
        size,
        most,
        perplexity);
    Stage.warn("perplexity %.0f instead of %.0f: only %d segments", most, perplexity, size);
    perplexity = most;
  }

  private void requireVariance(float[][] values) {
    if (Arrays.stream(values).allMatch(row -> Arrays.equals(row, values[0]))) {
      throw new Stage.Failure(
          "%s: all segments are the same; check how these features were made", featuresFile);
    }
  }

  private static Rows.Point point(Features features, int i, double[] position) {
    return new Rows.Point(
        position[0],
        position[1],
        features.genre(i),
        features.clusters() == null ? -1 : features.clusters()[i],
        features.tracks()[i],
        features.segments()[i]);
  }
}
