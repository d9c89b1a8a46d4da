//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Spark master and workers of one core on this machine, each a process of its own. */
final class StandaloneCluster implements AutoCloseable {
  private static final String VERSION = "4.0.1";

  private final Path home;
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final int port;
  private final int page;

  /**
   * Finds a whole distribution of Spark: SPARK_HOME, or what {@code pip install pyspark} brought.
   * Skips the test where there is none of the kit's version.
   *
   * @param folder of logs, and of what the workers keep
   */
  StandaloneCluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    home = distribution();
    port = freePort();
    page = freePort();
  }

  private static Path distribution() throws IOException, InterruptedException {
    String home = System.getenv("SPARK_HOME");
    if (home == null) {
      Process python =
          new ProcessBuilder("python3", "-c", "import pyspark; print(pyspark.__path__[0])")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said =
          new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      home = python.waitFor() == 0 ? said : null;
    }
    Path jar = home == null ? null : Path.of(home, "jars/spark-core_2.13-" + VERSION + ".jar");
    assumeTrue(
        jar != null && Files.exists(jar),
        "no Spark " + VERSION + ": pip install pyspark==" + VERSION + ", or set SPARK_HOME");
    return Path.of(home);
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its address for {@code --master}. */
  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Starts the master, and waits until it answers. */
  void startMaster() throws IOException, InterruptedException {
    start(
        "master.log",
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        "" + port,
        "--webui-port",
        "" + page);
    awaitWorkers(0);
  }

  Process startWorker(String log) throws IOException {
    return start(
        log,
        "org.apache.spark.deploy.worker.Worker",
        "--host",
        "127.0.0.1",
        "--webui-port",
        "0",
        "-c",
        "1",
        "-m",
        "600m",
        master());
  }

  private Process start(String log, String... args) throws IOException {
    var command = new ArrayList<>(List.of("" + home.resolve("bin/spark-class")));
    command.addAll(List.of(args));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile());
    builder.environment().put("SPARK_HOME", "" + home);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_DAEMON_MEMORY", "256m");
    builder.environment().put("SPARK_WORKER_DIR", "" + folder.resolve("work"));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** Waits until the master's page of JSON counts so many workers. */
  void awaitWorkers(int workers) throws IOException, InterruptedException {
    String wanted = "\"aliveworkers\":" + workers;
    String said = "";
    for (int i = 0; i < 1200; i++) {
      try (var json =
          URI.create("http://127.0.0.1:%d/json/".formatted(page)).toURL().openStream()) {
        said = new String(json.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s", "");
        if (said.contains(wanted)) {
          return;
        }
      } catch (IOException notYet) {
        said = notYet.toString();
      }
      Thread.sleep(100);
    }
    throw new AssertionError(said + Files.readString(folder.resolve("master.log")));
  }

  /** Kills a process and those that it has started. */
  static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    processes.forEach(StandaloneCluster::kill);
  }
}
