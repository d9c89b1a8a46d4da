//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process that stays up and times itself when told to: a library in Python, or a stage of ours.
 *
 * <p>It reads orders and writes answers, a line each. An answer is a JSON object; the first comes
 * unasked, with its {@code name}, or with what is {@code missing}. {@code error} ends it.
 */
public final class Peer implements AutoCloseable {
  /** The name of our own side. */
  public static final String OURS = "ours";

  private final String library;
  private final Path log;
  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private final JsonNode hello;

  /**
   * Starts it and waits for its first answer.
   *
   * @param library {@link #OURS} or a library's name
   * @param command what is started
   * @param folder where it works
   */
  public Peer(String library, List<String> command, Path folder) {
    this.library = library;
    this.log = folder.resolve(library + ".log");
    try {
      process = builder(library, command, folder).redirectError(log.toFile()).start();
    } catch (IOException error) {
      throw new Stage.Failure("%s: can't be started (%s)", command.get(0), error.getMessage());
    }
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    try {
      hello = answer();
    } catch (RuntimeException error) {
      process.destroy();
      throw error;
    }
  }

  /** What starts a process of a library's, or of ours. */
  private static ProcessBuilder builder(String library, List<String> command, Path folder) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    if (!library.equals(OURS)) {
      // set by our launcher, not by a user of the peer
      builder.environment().keySet().removeAll(Set.of("OPENBLAS_CORETYPE", "OMP_WAIT_POLICY"));
    }
    return builder;
  }

  public String library() {
    return library;
  }

  public JsonNode hello() {
    return hello;
  }

  /**
   * Gives an order and waits for its answer.
   *
   * @throws Stage.Failure if it tells an error or ends
   */
  public JsonNode ask(String order) {
    try {
      orders.write(order + "\n");
      orders.flush();
    } catch (IOException error) {
      throw ended(library, log);
    }
    return answer();
  }

  private JsonNode answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw ended(library, log);
      }
      return checked(library, line);
    } catch (IOException error) {
      throw ended(library, log);
    }
  }

  private static JsonNode checked(String library, String line) throws IOException {
    JsonNode answer = Store.JSON.readTree(line);
    if (answer.has("error")) {
      throw new Stage.Failure(
          "%s failed: %s; %s", library, answer.path("error").asText(), remedy(library));
    }
    return answer;
  }

  /**
   * Runs a whole process: starts it, gives it all its orders, and waits for its end.
   *
   * @param order a line for its standard input, or empty
   * @return wall time in ms, from start to end
   * @throws Stage.Failure if it fails or answers with an error
   */
  public static double wholeProcess(
      String library, List<String> command, Path folder, String order) {
    Path log = folder.resolve(library + ".log");
    Path told = folder.resolve(library + ".out");
    try {
      long begin = System.nanoTime();
      Process process =
          builder(library, command, folder)
              .redirectError(log.toFile())
              .redirectOutput(told.toFile())
              .start();
      try (Writer orders = process.outputWriter(StandardCharsets.UTF_8)) {
        orders.write(order.isEmpty() ? "" : order + "\n");
      }
      int exit = process.waitFor();
      double ms = (System.nanoTime() - begin) / 1e6;
      if (exit != 0) {
        throw ended(library, log);
      }
      if (!order.isEmpty()) {
        for (String line : Files.readAllLines(told)) {
          checked(library, line);
        }
      }
      return ms;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new Stage.Failure("interrupted; nothing was written");
    }
  }

  private static Stage.Failure ended(String library, Path log) {
    var lines = new ArrayList<>(List.of(""));
    try {
      Files.readString(log).lines().filter(line -> !line.isBlank()).forEach(lines::add);
    } catch (IOException noLog) {
      // then without its last words
    }
    String last = lines.get(lines.size() - 1);
    return new Stage.Failure(
        "%s: its process ended unasked%s; %s",
        library, last.isEmpty() ? "" : " (" + last.strip() + ")", remedy(library));
  }

  private static String remedy(String library) {
    return library.equals(OURS)
        ? "run the stage by itself to see why"
        : "mend its virtual environment or leave --peers out";
  }

  /** Ends it: by the end of its orders, or else by force. */
  @Override
  public void close() {
    try {
      orders.close();
      if (process.waitFor(2, TimeUnit.SECONDS)) {
        return;
      }
    } catch (IOException ended) {
      // so much the better
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
