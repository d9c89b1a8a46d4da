///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times t-SNE at the word of bench; no stage
//SOURCES Matrix.java
//SOURCES Worker.java
//SOURCES ../../Tsne.java
// those of Tsne.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.bench.Matrix;
import genrelab.bench.Worker;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Our side of {@code tsne}: {@code run tsne FILE} answers the seconds of the map, at the stage's
 * defaults. Reading and the principal components come before, and are not in them.
 */
public class TsneBench {
  private static final int COMPONENTS = 50;

  public static void main(String... args) {
    Worker.serve(words -> run(Path.of(words[2]), args[0]));
  }

  private static ObjectNode run(Path file, String seed) {
    var stage = new Tsne();
    new CommandLine(stage).parseArgs("--features", "" + file, "--seed", seed);
    double[][] components =
        Tsne.principalComponents(Matrix.read(file), COMPONENTS, Long.parseLong(seed));
    long begin = System.nanoTime();
    stage.embed(components);
    return Worker.object().put("fit", (System.nanoTime() - begin) / 1e9);
  }
}
