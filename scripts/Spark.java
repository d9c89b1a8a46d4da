///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Computes features, clusters and genres of large corpora on Apache Spark
//DEPS info.picocli:picocli:4.7.7
// Spark is told to log nowhere: what went wrong is in the exception.
//DEPS org.slf4j:slf4j-nop:2.0.17
// Tablesaw's: DL4J asks for an older one, without what tables are sorted by
//DEPS it.unimi.dsi:fastutil:8.5.13
// the networks that a model may be of
//SOURCES Cnn.java
//SOURCES Compact.java
//SOURCES Hybrid.java
//SOURCES Lstm.java
//SOURCES lib/classification/SongModel.java
//SOURCES lib/corpus/CorpusOptions.java
//SOURCES lib/features/FeatureOptions.java
//SOURCES lib/features/Mel.java
//SOURCES lib/features/MfccOptions.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/spark/ClassifyJob.java
//SOURCES lib/spark/CorpusSource.java
//SOURCES lib/spark/FeatureJob.java
//SOURCES lib/spark/SparkCluster.java
//SOURCES lib/features/FeatureFolder.java
//SOURCES lib/spark/KmeansJob.java
//SOURCES lib/spark/PartFolder.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
//RUNTIME_OPTIONS -Dslf4j.provider=org.slf4j.nop.NOPServiceProvider -Dslf4j.internal.verbosity=ERROR
//RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=2g -Dorg.bytedeco.javacpp.maxphysicalbytes=6g
//RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false
// what Spark's launcher opens (org.apache.spark.launcher.JavaModuleOptions)
//RUNTIME_OPTIONS -Djdk.reflect.useDirectMethodHandle=false -Dio.netty.tryReflectionSetAccessible=true
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.invoke=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/java.lang.reflect=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/java.net=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/jdk.internal.ref=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/sun.nio.cs=ALL-UNNAMED --add-opens=java.base/sun.security.action=ALL-UNNAMED
//RUNTIME_OPTIONS --add-opens=java.base/sun.util.calendar=ALL-UNNAMED

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.classification.SongModel;
import genrelab.corpus.CorpusOptions;
import genrelab.features.FeatureFolder;
import genrelab.features.FeatureOptions;
import genrelab.features.Mel;
import genrelab.features.MfccOptions;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.spark.ClassifyJob;
import genrelab.spark.CorpusSource;
import genrelab.spark.FeatureJob;
import genrelab.spark.KmeansJob;
import genrelab.spark.PartFolder;
import genrelab.spark.SparkCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Large corpora on Apache Spark, on this machine or on a cluster whose machines see the corpus and
 * the output under the same paths.
 *
 * <p>The list of tracks is dealt to tasks, not the files' bytes. A task makes one part by the kit's
 * own code: a temporary name first, then the part's. A rerun keeps the parts that are there and
 * whole.
 */
@Command(
    name = "spark",
    description = {
      "Works on large corpora on Apache Spark, by many cores or machines: features computes the"
          + " parts that mfcc or logmel would write, kmeans clusters their segments by MLlib,"
          + " classify tells each track's genre by a trained model.",
      "Parts that are there and whole are kept, so the same command goes on after an interruption."
          + " Tracks that can't be read become rows of errors.csv."
    })
public class Spark implements Callable<Integer> {
  /** What is to be done. */
  enum Task {
    features,
    kmeans,
    classify
  }

  /** Whose features. */
  enum Key {
    mfcc,
    logmel
  }

  /** What is clustered. */
  enum Input {
    flat,
    stats
  }

  static final class Source extends CorpusOptions {
    @Option(
        names = "--features",
        paramLabel = "DIR",
        description = "Of kmeans: the feature folder to cluster; all machines must see it.")
    Path features;

    CorpusSource tracks() {
      return manifest != null ? CorpusSource.ofManifest(manifest) : CorpusSource.ofFolder(corpus);
    }
  }

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "TASK", description = "${COMPLETION-CANDIDATES}.")
  Task task;

  @ArgGroup(multiplicity = "1")
  Source source;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of parts to make, or to go on with; all machines must see it. Of features and"
              + " classify, a URI too that Hadoop opens, such as hdfs://HOST:PORT/DIR (settings by"
              + " --conf spark.hadoop.…). features makes a feature folder, classify parts of CSV;"
              + " kmeans makes features with clusters (a folder or .json), with clusters.json and"
              + " clustering.json beside it.")
  @Output
  Path out;

  @Option(
      names = "--master",
      defaultValue = "local[*]",
      description =
          "local[*] (this machine's cores), local[N], spark://HOST:PORT, or another of Spark's"
              + " masters (default ${DEFAULT-VALUE}).")
  String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, e.g. spark.executor.memory=2g; may be repeated.")
  Map<String, String> conf = new TreeMap<>();

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "Of classify: the model.zip of a network or baseline; all machines must see it.")
  Path model;

  @Option(
      names = "--clusters",
      defaultValue = "10",
      description = "Of kmeans: number of clusters, 2 to 1000 (default ${DEFAULT-VALUE}).")
  int clusters;

  @Option(
      names = "--iterations",
      defaultValue = "300",
      description = "Of kmeans: iterations at the most (default ${DEFAULT-VALUE}).")
  int iterations;

  @Option(
      names = "--input",
      defaultValue = "flat",
      description =
          "Of kmeans, what stands for a segment, ${COMPLETION-CANDIDATES}: all its values, or the"
              + " mean and deviation of each coefficient (default ${DEFAULT-VALUE}).")
  Input input;

  @Option(
      names = "--silhouette-sample",
      defaultValue = "2000",
      description =
          "Of kmeans: segments drawn for the silhouette, 10 to 20000 (default ${DEFAULT-VALUE}).")
  int silhouetteSample;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of kmeans: seed of the start and of the sample (default ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--key",
      defaultValue = "mfcc",
      description = "Of features, which: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  Key key;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Length of a segment, 0.1 to 60 s (default ${DEFAULT-VALUE}).")
  double seconds;

  @Mixin FeatureOptions options = new FeatureOptions();
  @Mixin MfccOptions mfcc = new MfccOptions();

  public static void main(String... args) {
    System.exit(Stage.run(new Spark(), args));
  }

  @Override
  public Integer call() {
    checkOptions();
    if (task == Task.classify) {
      SongModel.read(model); // what is wrong with it is known before Spark is started
    }
    if (task == Task.kmeans) {
      return kmeans();
    }
    ObjectNode params = task == Task.features ? params() : null;
    CorpusSource tracks = source.tracks();
    PartFolder parts = PartFolder.of(given("--out"), conf);
    try (SparkCluster cluster = SparkCluster.start(master, conf)) {
      if (task == Task.features) {
        print(
            parts,
            new FeatureJob(tracks, parts, key.name(), params, seconds, options.partTracks)
                .run(cluster));
      } else {
        print(parts, new ClassifyJob(tracks, parts, model, options.partTracks).run(cluster));
      }
    }
    return 0;
  }

  private int kmeans() {
    var job =
        new KmeansJob(
            source.features,
            out,
            input == Input.stats,
            clusters,
            iterations,
            seed,
            silhouetteSample);
    FeatureFolder.nameOutputs(out);
    Stage.alsoWrites(job.beside("clusters.json"), "cluster", "genre", "count");
    Stage.alsoWrites(job.beside("clustering.json"), "method", "clusters");
    try (SparkCluster cluster = SparkCluster.start(master, conf)) {
      KmeansJob.Result result = job.run(cluster);
      System.out.println(result.table());
      System.out.printf(
          "%d clusters, inertia %.4e (k-means||, seed %d, %d iterations), purity %.3f, NMI %.3f:"
              + " %s, %s, %s%n",
          clusters,
          result.scores().inertia(),
          seed,
          result.scores().iterations(),
          result.scores().purity(),
          result.scores().nmi(),
          out,
          job.beside("clusters.json"),
          job.beside("clustering.json"));
    }
    return 0;
  }

  private ObjectNode params() {
    if (key == Key.mfcc) {
      mfcc.complete(options);
      return mfcc.params(options);
    }
    options.defaults(128, Mel.Window.hann, true);
    options.checkOptions();
    return options.logMelParams();
  }

  /** An option as it was given: a URI is no path. */
  private String given(String option) {
    return spec.commandLine().getParseResult().matchedOption(option).originalStringValues().get(0);
  }

  private void checkOptions() {
    Stage.requireOption(
        seconds >= 0.1 && seconds <= 60, "--seconds must be from 0.1 to 60, not %s", seconds);
    Stage.requireOption(
        SparkCluster.isMaster(master),
        "--master must be local[*], local[N], spark://HOST:PORT, yarn or k8s://…, not %s",
        master);
    Stage.requireOption(key == Key.mfcc || !mfcc.delta, "--delta goes with --key mfcc");
    Stage.requireOption(
        (task == Task.classify) == (model != null), "classify takes a --model, other tasks none");
    Stage.requireOption(
        (task == Task.kmeans) == (source.features != null),
        "kmeans takes --features, other tasks --manifest or --corpus");
    Stage.requireOption(
        task != Task.kmeans
            || !PartFolder.isUri(given("--out")) && !PartFolder.isUri(given("--features")),
        "kmeans takes folders that are mounted, no URI");
    Stage.requireOption(
        clusters >= 2 && clusters <= 1000, "--clusters must be from 2 to 1000, not %s", clusters);
    Stage.requireOption(
        iterations >= 1 && iterations <= 10_000,
        "--iterations must be from 1 to 10000, not %s",
        iterations);
    Stage.requireOption(
        silhouetteSample >= 10 && silhouetteSample <= 20_000,
        "--silhouette-sample must be from 10 to 20000, not %s",
        silhouetteSample);
  }

  private static void warn(PartFolder parts, int repaired, int errors) {
    if (repaired > 0) {
      Stage.warn(
          "%s: %d parts were not what had been written, and were made again",
          parts.address(""), repaired);
    }
    if (errors > 0) {
      Stage.warn(
          "%d tracks were left out: %s names the problems", errors, parts.address("errors.csv"));
    }
  }

  private static void print(PartFolder parts, FeatureJob.Result result) {
    warn(parts, result.repaired(), result.errors());
    System.out.printf(
        "%d segments × %d frames × %d values of %d tracks in %d parts, %d of them there already:"
            + " %s%n",
        result.segments(),
        result.header().frames(),
        result.header().values(),
        result.tracks(),
        result.header().parts().size(),
        result.kept(),
        parts.address(""));
  }

  private static void print(PartFolder parts, ClassifyJob.Result result) {
    warn(parts, result.repaired(), result.errors());
    System.out.printf(
        "genres of %d tracks in %d parts, %d of them there already: %s%n",
        result.tracks(), result.parts(), result.kept(), parts.address(""));
  }
}
