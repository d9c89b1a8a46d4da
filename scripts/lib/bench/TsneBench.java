///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times t-SNE at the word of bench; no stage
//SOURCES Matrix.java
//SOURCES Worker.java
//SOURCES ../embedding/BarnesHutTsne.java
//SOURCES ../embedding/RandomizedPca.java
// those of Tsne.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.bench.Matrix;
import genrelab.bench.Worker;
import genrelab.embedding.BarnesHutTsne;
import genrelab.embedding.RandomizedPca;
import java.nio.file.Path;

/**
 * Our side of {@code tsne}: {@code run tsne FILE} answers the seconds of the map, at the stage's
 * defaults. Reading and the principal components come before, and are not in them.
 */
public class TsneBench {
  private static final int COMPONENTS = 50;
  private static final double PERPLEXITY = 30;
  private static final int ITERATIONS = 1000;
  private static final double THETA = 0.5;

  public static void main(String... args) {
    Worker.serve(words -> run(Path.of(words[2]), Long.parseLong(args[0])));
  }

  private static ObjectNode run(Path file, long seed) {
    double[][] components = RandomizedPca.fitTransform(Matrix.read(file), COMPONENTS, seed);
    long begin = System.nanoTime();
    new BarnesHutTsne(PERPLEXITY, ITERATIONS, THETA, seed).fitTransform(components);
    return Worker.object().put("fit", (System.nanoTime() - begin) / 1e9);
  }
}
