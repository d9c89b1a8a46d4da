//SOURCES KitFolder.java
//SOURCES ../kit/Store.java

package genrelab.notebook;

import genrelab.kit.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A script that trains a network of one's own by the kit's training loop: the same options, split,
 * files and intervals as the kit's own networks.
 */
public final class NetworkScript {
  /** What networks of DL4J's layers import, beside the kit's. */
  private static final String SCRIPT =
      """
      ///usr/bin/env jbang "$0" "$@" ; exit $?
      //JAVA 17+
      //DESCRIPTION Trains, validates and tests the network NAME
      //DEPS info.picocli:picocli:4.7.7
      //DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
      //SOURCES LIB/kit/Stage.java
      //SOURCES LIB/networks/InputPreparation.java
      //SOURCES LIB/networks/NetworkGraph.java
      //SOURCES LIB/networks/NetworkInput.java
      //SOURCES LIB/networks/TrainedModel.java
      //SOURCES LIB/networks/Training.java
      //SOURCES LIB/networks/TrainingOptions.java
      //SOURCES LIB/networks/dl4j/Layers.java
      //RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true
      //RUNTIME_OPTIONS -Dorg.bytedeco.javacpp.maxbytes=4g -Dorg.bytedeco.javacpp.maxphysicalbytes=8g
      //RUNTIME_OPTIONS -Dorg.eclipse.deeplearning4j.helpers.disable=false

      import genrelab.kit.Stage;
      import genrelab.networks.*;
      import genrelab.networks.dl4j.Layers;
      import java.util.concurrent.Callable;
      import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
      import org.deeplearning4j.nn.conf.*;
      import org.deeplearning4j.nn.conf.graph.*;
      import org.deeplearning4j.nn.conf.inputs.InputType;
      import org.deeplearning4j.nn.conf.layers.*;
      import org.deeplearning4j.nn.graph.ComputationGraph;
      import org.nd4j.linalg.activations.Activation;
      import picocli.CommandLine.Command;
      import picocli.CommandLine.Mixin;

      /** A network written in a notebook. */
      @Command(name = "ALIAS", description = "Trains, validates and tests the network NAME.")
      public class NAME implements Callable<Integer> {
        @Mixin TrainingOptions options;

        public static void main(String... args) {
          System.exit(Stage.run(new NAME(), args));
        }

        @Override
        public Integer call() {
          return new Training("ALIAS", options, InputPreparation.Layout.LAYOUT, NAME::network).run();
        }

      CODE}
      """;

  private NetworkScript() {}

  /**
   * Writes a script, for {@link Kit#run}.
   *
   * @param file named after the network, with a capital letter, e.g. {@code
   *     data/runs/mine/Mine.java}; relative to the kit's folder
   * @param layout of the input: image (frames × coefficients, for convolutions) or sequence (steps
   *     in time)
   * @param network a method {@code static ComputationGraph network(NetworkInput input)}
   * @return the file, as {@link Kit#run} takes it
   */
  public static String write(String file, String layout, String network) {
    Path path = KitFolder.resolve(file);
    String name = path.getFileName().toString().replace(".java", "");
    Path lib = path.getParent().relativize(KitFolder.path().resolve("scripts/lib"));
    String script =
        SCRIPT
            .replace("LIB", Store.slashed(lib))
            .replace("LAYOUT", layout)
            .replace("ALIAS", name.toLowerCase(Locale.ROOT))
            .replace("NAME", name)
            .replace("CODE", network.indent(2));
    Store.write(path, out -> out.write(script.getBytes(StandardCharsets.UTF_8)));
    return file;
  }
}
