//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Our side of {@link Peer}: times a stage's work at the word of {@code bench}. */
public final class Worker {
  private Worker() {}

  /** What answers an order. */
  public interface Orders {
    /**
     * Does what it is told.
     *
     * @param words of the order's line
     * @return a JSON object of figures
     */
    ObjectNode answer(String... words);
  }

  /** Answers orders from standard input on standard output until there are no more. */
  public static void serve(Orders orders) {
    Locale.setDefault(Locale.ROOT);
    var answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // what a stage prints is no answer
    answers.println(object().put("name", "genrelab " + Stage.VERSION));
    try {
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answers.println(orders.answer(line.split(" ")));
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (RuntimeException | Error error) {
      error.printStackTrace();
      String message = error instanceof Stage.Failure ? error.getMessage() : "" + error;
      answers.println(object().put("error", message));
    }
    System.exit(0); // whatever threads a library has left
  }

  /** An answer to fill. */
  public static ObjectNode object() {
    return Store.JSON.createObjectNode();
  }
}
