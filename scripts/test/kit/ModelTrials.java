//SOURCES Trials.java
//SOURCES ../../lib/networks/TrainedModel.java
//SOURCES ../../lib/networks/ModelFile.java

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import genrelab.networks.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Model files. */
final class ModelTrials extends Trials {
  ModelTrials(Path folder, Path run) {
    super(folder, run);
  }

  @Override
  List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    byte[] zip = bytesOf("model.zip", file -> ModelFile.write(model(), file));
    Reading read = (in, out) -> run(new ReadModel(), in.toString());
    cases.add(cut("a model zip", zip, "model.zip", read));
    byte[] trained = Files.readAllBytes(run().resolve("cnn/model.zip"));
    Reading classify = stage("classify", "cnn/model.zip");
    cases.add(cut("`classify`: a model zip", trained, "model.zip", classify));
    cases.add(cut("`export`: a model zip", trained, "model.zip", stage("export", "cnn/model.zip")));
    cases.add(cut("`embed`: a model zip", trained, "model.zip", stage("embed", "cnn/model.zip")));
    cases.add(flipped("a model zip with a bit flipped in every seventh byte", zip, 7));
    cases.add(
        flipped(
            "a trained model zip with a bit flipped in 100 places", trained, trained.length / 100));
    return cases;
  }

  /** Reads a model as every stage that takes one does. */
  @picocli.CommandLine.Command(name = "read-model")
  static final class ReadModel implements Callable<Integer> {
    @picocli.CommandLine.Parameters(index = "0")
    Path file;

    @Override
    public Integer call() {
      ModelFile.read(file);
      return 0;
    }
  }

  /** Of a small model every seventh byte, of a trained one a bit here and there. */
  private Case flipped(String input, byte[] zip, int step) throws IOException {
    Path sound = Files.write(fresh("flip").resolve("model.zip"), zip);
    float[] parameters = ModelFile.read(sound).parameters();
    int refused = 0;
    for (int i = 0; i < zip.length; i += step) {
      byte[] changed = zip.clone();
      changed[i] ^= (byte) (1 << i % 8);
      Path file = Files.write(sound.resolveSibling("flipped.zip"), changed);
      Outcome outcome = run(new ReadModel(), file.toString());
      assertClean(outcome, file.resolveSibling("none"));
      refused += outcome.exit();
      if (outcome.exit() == 0) {
        assertArrayEquals(parameters, ModelFile.read(file).parameters(), "byte " + i);
      }
    }
    return new Case(
        input,
        "a one-line error, or the byte did not matter",
        refused > 0 ? "one-line errors, no other weights" : "nothing refused");
  }
}
