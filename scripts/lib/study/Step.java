//SOURCES StageArguments.java

package genrelab.study;

import java.nio.file.Path;
import java.util.List;

/**
 * One stage of a run, with its arguments.
 *
 * @param name unique in the run, e.g. split-kmeans
 * @param alias of the catalog, {@link #COPY}, {@link #POOL} or {@link #ENSEMBLE}
 * @param script a network script that a plan names, run instead of the alias; a relative one is the
 *     kit's; null for none
 * @param inputs files and folders whose change makes it run again
 * @param outputs files it writes
 * @param seed for the record
 */
public record Step(
    String name,
    String alias,
    Path script,
    StageArguments arguments,
    List<Path> inputs,
    List<Path> outputs,
    long seed) {
  /** Not a stage: copies its input to its output. */
  public static final String COPY = "features";

  /** Not a stage: pools the tests of the folders that hold its inputs. */
  public static final String POOL = "pool";

  /** Not a stage: averages the probabilities of the runs whose folders hold its inputs. */
  public static final String ENSEMBLE = "ensemble";

  /** The plan's name of the run that this trains or combines: its own, without the seed. */
  String run() {
    String ending = "-seed" + seed;
    return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
  }

  /** The file that later steps read. */
  public Path output() {
    return outputs.get(0);
  }
}
