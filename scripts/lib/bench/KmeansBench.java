///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times K-means at the word of bench; no stage
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-nop:2.0.17
//SOURCES Matrix.java
//SOURCES Worker.java
//SOURCES ../clustering/ClusterSource.java
//SOURCES ../features/Features.java
//SOURCES ../clustering/KMeansLloyd.java
//SOURCES ../clustering/NearestCentroid.java
//SOURCES ../kit/Parallel.java
// those of Kmeans.java
//RUNTIME_OPTIONS -Xmx3g -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.bench.Matrix;
import genrelab.bench.Worker;
import genrelab.clustering.ClusterSource;
import genrelab.clustering.KMeansLloyd;
import genrelab.clustering.NearestCentroid;
import genrelab.features.Features;
import genrelab.kit.Parallel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;

/**
 * Our side of {@code kmeans}: one start of the stage's K-means, on all processors.
 *
 * <p>{@code run kmeans FILE ITERATIONS} answers {@code fit}, the ms of k-means++ and so many
 * iterations, and {@code iteration}, the ms of one: from the first's end to the last's, by their
 * number. Reading and the data set come before, and are not in them.
 */
public class KmeansBench {
  private static final int CLUSTERS = 10;

  /** Kept, since a logger that nobody holds forgets its level. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  private static ClusterSource source;
  private static MutableDataset<ClusterID> dataset;

  public static void main(String... args) {
    long seed = Long.parseLong(args[0]);
    TRIBUO.setLevel(Level.WARNING);
    Worker.serve(words -> run(Path.of(words[2]), Integer.parseInt(words[3]), seed));
  }

  private static ObjectNode run(Path file, int iterations, long seed) {
    if (dataset == null) {
      source =
          new ClusterSource(
              features(Matrix.read(file)), file, ClusterSource.Input.flat, false, null);
      dataset = new MutableDataset<>(source);
    }
    var ends = new ArrayList<Long>();
    int threads = Runtime.getRuntime().availableProcessors();
    var trainer =
        new KMeansLloyd(CLUSTERS, iterations, threads, seed, () -> ends.add(System.nanoTime()));
    long begin = System.nanoTime();
    trainer.train(dataset, Parallel.on(threads, () -> new NearestCentroid(source.rows())));
    double fit = (System.nanoTime() - begin) / 1e6;
    int done = trainer.iterationsDone();
    double ms = done < 2 ? 0 : (ends.get(done - 1) - ends.get(0)) / 1e6 / (done - 1);
    return Worker.object().put("fit", fit).put("iteration", ms).put("iterations", done);
  }

  /** Rows as the stage reads them; of what they are, K-means knows nothing. */
  private static Features features(float[][] rows) {
    String[] tracks = Collections.nCopies(rows.length, "").toArray(String[]::new);
    return new Features(
        "mfcc",
        List.of(""),
        new int[rows.length],
        tracks,
        new int[rows.length],
        null,
        1,
        rows[0].length,
        rows,
        Worker.object(),
        Worker.object());
  }
}
