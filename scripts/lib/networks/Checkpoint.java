//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES CodeChecksum.java
//SOURCES ModelFile.java
//SOURCES Dl4j.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/Metrics.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../features/Features.java
//SOURCES dl4j/Threads.java
//SOURCES ../results/Part.java

package genrelab.networks;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The state of a training after an epoch, in {@code checkpoint.bin}: weights, Adam's moments, the
 * best epoch's weights, the averaged weights and the history.
 *
 * <p>A checkpoint goes on only with the same options, inputs and code.
 */
final class Checkpoint {
  private final Path file;
  private final String training;

  /**
   * The checkpoint of a training, which may not be there.
   *
   * @param alias the stage, whose script defines the network
   * @param training what decides the result: name, options, inputs; epochs may be more
   */
  Checkpoint(Path file, String alias, String training) {
    this.file = file;
    this.training = Store.sha256(training + Stage.VERSION + Dl4j.VERSION + CodeChecksum.of(alias));
  }

  /** What a training goes on from. */
  record State(int epoch, List<Rows.Epoch> history, float[] bestWeights, float[] averagedWeights) {}

  void write(ComputationGraph network, State state) {
    Store.write(
        file,
        out -> {
          var data = new DataOutputStream(out);
          data.writeUTF(training);
          data.writeInt(state.epoch());
          data.writeInt(network.getIterationCount());
          writeBlock(data, Store.JSON.writeValueAsBytes(state.history()));
          writeBlock(data, ModelFile.bytes(ModelFile.floats(network.params())));
          writeBlock(
              data, ModelFile.bytes(ModelFile.floats(network.getUpdater().getStateViewArray())));
          writeBlock(data, ModelFile.bytes(state.bestWeights()));
          writeBlock(data, ModelFile.bytes(state.averagedWeights()));
          data.flush();
        });
  }

  /**
   * Puts weights and Adam's moments back as after the checkpoint's epoch.
   *
   * @param epochs that the training shall have; a later checkpoint is of no use
   * @return empty where there is no checkpoint, or one of another training, which is told
   * @throws Stage.Failure if the file is damaged
   */
  Optional<State> restore(ComputationGraph network, String name, int epochs) {
    if (!Files.exists(file)) {
      System.out.println(name + ": no checkpoint, starting at epoch 1");
      return Optional.empty();
    }
    try (InputStream in = Store.open(file);
        var data = new DataInputStream(in)) {
      if (!data.readUTF().equals(training)) {
        System.out.println(
            name
                + ": the checkpoint is of other options, inputs or code (a script or a library"
                + " file was changed), starting at epoch 1");
        return Optional.empty();
      }
      int epoch = data.readInt();
      if (epoch > epochs) {
        System.out.printf("%s: the checkpoint is of epoch %d, starting at epoch 1%n", name, epoch);
        return Optional.empty();
      }
      int iteration = data.readInt();
      List<Rows.Epoch> history =
          Store.JSON.readerForListOf(Rows.Epoch.class).readValue(readBlock(data));
      network.params().assign(Nd4j.createFromArray(ModelFile.floats(readBlock(data))));
      network
          .getUpdater()
          .getStateViewArray()
          .assign(Nd4j.createFromArray(ModelFile.floats(readBlock(data))));
      float[] bestWeights = ModelFile.floats(readBlock(data));
      float[] averagedWeights = ModelFile.floats(readBlock(data));
      network.getConfiguration().setIterationCount(iteration);
      network.getConfiguration().setEpochCount(epoch);
      System.out.printf("%s: going on after epoch %d%n", name, epoch);
      return Optional.of(new State(epoch, history, bestWeights, averagedWeights));
    } catch (IOException | RuntimeException error) { // of sizes that don't fit too
      throw new Stage.Failure("%s: broken checkpoint; remove it, or run without --resume", file);
    }
  }

  void delete() {
    Store.delete(file);
  }

  private static void writeBlock(DataOutputStream data, byte[] block) throws IOException {
    data.writeInt(block.length);
    data.write(block);
  }

  private byte[] readBlock(DataInputStream data) throws IOException {
    int length = data.readInt();
    if (length < 0 || length > Files.size(file)) {
      throw new EOFException("a block of " + length + " bytes");
    }
    byte[] block = new byte[length];
    data.readFully(block);
    return block;
  }
}
