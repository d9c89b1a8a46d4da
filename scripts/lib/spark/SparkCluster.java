//DEPS org.apache.spark:spark-core_2.13:4.0.1
// Spark's Scala module refuses the databind of another version.
//DEPS com.fasterxml.jackson.module:jackson-module-scala_2.13:2.19.2
//DEPS me.tongfei:progressbar:0.10.2
//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES PartFolder.java
//SOURCES PartPlan.java
//SOURCES PartTask.java
//SOURCES PartWork.java

package genrelab.spark;

import genrelab.kit.Progress;
import genrelab.kit.Stage;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** A Spark application: on this machine ({@code local[*]}), or on a cluster. */
public final class SparkCluster implements AutoCloseable {
  /** A master that takes longer to answer is none. */
  private static final int SECONDS_TO_START = 25;

  /** A master that takes longer to start an executor has no workers for it. */
  private static final int SECONDS_TO_EXECUTOR = 240;

  private static final Pattern MASTER =
      Pattern.compile("local(\\[(\\*|[1-9]\\d{0,3})])?|spark://([^:/,]+):(\\d{1,5})|yarn|k8s://.+");

  /** What a cluster has already: Spark, what it brings, and what it talks with. */
  private static final Pattern SPARKS_OWN =
      Pattern.compile(
          ".*/(org/apache/(spark|hadoop|arrow|parquet|orc|avro|curator|zookeeper|hive|ivy|logging"
              + "|datasketches|xbean)|org/scala-lang|io/netty|com/fasterxml/jackson"
              + "|org/slf4j|org/rocksdb|io/dropwizard|org/glassfish|org/json4s)/.*");

  private static final Pattern FAILURE =
      Pattern.compile("genrelab\\.kit\\.Stage\\$Failure: ([^\\n]*)");
  private static final Pattern LAST_TASK = Pattern.compile("most recent failure: ([^\\n]*)");

  private final JavaSparkContext context;

  private SparkCluster(JavaSparkContext context) {
    this.context = context;
  }

  /** Whether a master's address has one of the forms that are known. */
  public static boolean isMaster(String master) {
    return MASTER.matcher(master).matches();
  }

  /**
   * Starts the application.
   *
   * @param master {@code local[N]}, {@code local[*]}, {@code spark://host:port}, {@code yarn} or
   *     {@code k8s://…}
   * @param conf Spark's own settings, which go before the kit's
   * @throws Stage.Failure if the master can't be reached in half a minute, or gives no executor in
   *     two
   */
  public static SparkCluster start(String master, Map<String, String> conf) {
    Matcher address = MASTER.matcher(master);
    boolean standalone = address.matches() && address.group(3) != null;
    if (standalone) {
      requireReachable(master, address.group(3), Integer.parseInt(address.group(4)));
    }
    boolean local = master.startsWith("local");
    var settings = new SparkConf().setAppName("genrelab").setMaster(master);
    settings.set("spark.ui.enabled", "false");
    settings.set("spark.executor.extraJavaOptions", "-Djava.awt.headless=true " + dl4jOptions());
    if (!local) {
      settings.set("spark.jars", String.join(",", jars()));
    }
    conf.forEach(settings::set);
    var cluster = new SparkCluster(inTime(master, settings));
    if (!local) {
      cluster.requireExecutor(master);
    }
    return cluster;
  }

  private static String dl4jOptions() {
    return "-Dorg.eclipse.deeplearning4j.helpers.disable=false";
  }

  /** The kit's own jar and the libraries that a cluster does not have. */
  static List<String> jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !SPARKS_OWN.matcher(entry.replace('\\', '/')).matches())
        .toList();
  }

  private static void requireReachable(String master, String host, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 5000);
    } catch (IOException | IllegalArgumentException error) {
      throw new Stage.Failure(
          "%s: no master can be reached there (%s); start one, or give another --master",
          master, Stage.oneLine(String.valueOf(error.getMessage())));
    }
  }

  /**
   * A port that answers, but not as a master of this version, would make Spark try for a minute.
   */
  private static JavaSparkContext inTime(String master, SparkConf settings) {
    var started = new CompletableFuture<JavaSparkContext>();
    var thread =
        new Thread(
            () -> {
              try {
                started.complete(new JavaSparkContext(settings));
              } catch (Throwable error) {
                started.completeExceptionally(error);
              }
            },
            "spark-start");
    thread.setDaemon(true);
    thread.start();
    try {
      return started.get(master.startsWith("spark:") ? SECONDS_TO_START : 600, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw noMaster(master, "it has not answered in %d s".formatted(SECONDS_TO_START));
    } catch (ExecutionException error) {
      throw noMaster(master, String.valueOf(error.getCause().getMessage()));
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted; finished parts are kept");
    }
  }

  private static Stage.Failure noMaster(String master, String why) {
    return new Stage.Failure(
        "%s: no Spark could be started (%s); its master must be of the kit's version, %s",
        master,
        Stage.oneLine(why.lines().findFirst().orElse("")),
        org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }

  private void requireExecutor(String master) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_EXECUTOR);
    while (context.sc().statusTracker().getExecutorInfos().length < 2) { // the driver is one
      if (System.nanoTime() > end) {
        close();
        throw new Stage.Failure(
            "%s: it gave no executor in %d s; start workers with free cores and"
                + " spark.executor.memory (1g), see --conf",
            master, SECONDS_TO_EXECUTOR);
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
        throw new Stage.Failure("interrupted; finished parts are kept");
      }
    }
  }

  /** The application's context, for what is no list of tracks. */
  JavaSparkContext context() {
    return context;
  }

  /** Cores that tasks run on. */
  int cores() {
    return Math.max(1, context.defaultParallelism());
  }

  /**
   * Applies a function to each item, in tasks of consecutive items, with a progress bar.
   *
   * @param tasks how many
   * @param steps of each task: tracks
   * @return the results, in the items' order
   * @throws Stage.Failure if a task failed four times (on one machine: once)
   */
  <T, R> List<R> map(String name, List<T> items, int tasks, int[] steps, Function<T, R> function) {
    try (ProgressBar progress =
        Progress.of(name, Arrays.stream(steps).asLongStream().sum(), "tracks")) {
      var listener = new TaskListener(steps, progress);
      context.sc().addSparkListener(listener);
      try {
        return context.parallelize(items, tasks).map(function).collect();
      } finally {
        context.sc().removeSparkListener(listener);
      }
    } catch (Exception error) { // Scala declares none of those that it throws
      throw failure(error);
    }
  }

  /**
   * Makes parts, one a task.
   *
   * @param folder theirs
   */
  List<PartTask.Outcome> makeParts(
      String name, List<PartPlan> plans, PartFolder folder, PartWork work) {
    return map(
        name,
        plans,
        plans.size(),
        plans.stream().mapToInt(plan -> plan.tracks().size()).toArray(),
        new PartTask(folder, work));
  }

  /** What a task's or Spark's failure tells in one line. */
  static Stage.Failure failure(Exception error) {
    if (error instanceof Stage.Failure told) {
      return told;
    }
    String text = String.valueOf(error.getMessage());
    Matcher told = FAILURE.matcher(text);
    if (told.find()) {
      return new Stage.Failure("%s", told.group(1));
    }
    Matcher last = LAST_TASK.matcher(text);
    return new Stage.Failure(
        "Spark ended the job (%s); finished parts are kept, the same command goes on",
        Stage.oneLine(last.find() ? last.group(1) : text.lines().findFirst().orElse("unknown")));
  }

  @Override
  public void close() {
    context.close();
  }

  /** Steps as tasks end, each once. */
  private static final class TaskListener extends SparkListener {
    private final int[] steps;
    private final ProgressBar progress;
    private final BitSet done = new BitSet();

    TaskListener(int[] steps, ProgressBar progress) {
      this.steps = steps;
      this.progress = progress;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      int task = end.taskInfo().index();
      if (end.taskInfo().successful() && task < steps.length && !done.get(task)) {
        done.set(task);
        progress.stepBy(steps[task]);
      }
    }
  }
}
