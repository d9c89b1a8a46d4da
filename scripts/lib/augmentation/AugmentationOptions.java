//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES Augmentation.java
//SOURCES CopyPlan.java

package genrelab.augmentation;

import genrelab.augmentation.Augmentation.Transformation;
import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code augment} that say which copies are made of a segment. */
public final class AugmentationOptions {
  private static final int MOST_COPIES = 1000;

  @Option(
      names = "--stretch",
      defaultValue = "0.9:1.1",
      description =
          "Range of the tempo factor, 0.5 to 2, above 1 faster, or none (default"
              + " ${DEFAULT-VALUE}).")
  String stretch;

  @Option(
      names = "--pitch",
      defaultValue = "-2:2",
      description =
          "Range of the shift in semitones, -12 to 12, or none (default ${DEFAULT-VALUE}).")
  String pitch;

  @Option(
      names = "--noise",
      defaultValue = "20",
      description =
          "Signal-to-noise ratio or its range, dB, 0 to 80, or none (default ${DEFAULT-VALUE}).")
  String noise;

  @Option(
      names = "--copies",
      defaultValue = "1",
      description = "Copies of a segment by each transformation (default ${DEFAULT-VALUE}).")
  int copies;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(names = "--threads", description = "Tracks at a time (default: all processors).")
  public int threads = Runtime.getRuntime().availableProcessors();

  /**
   * The copies that these options ask for.
   *
   * @param folder that the copies are written below
   * @throws Stage.UsageError naming the first option that is out of its range
   */
  public CopyPlan plan(Path folder) {
    List<Augmentation> augmentations = augmentations();
    Stage.requireOption(
        !augmentations.isEmpty(), "--stretch, --pitch and --noise are all none: nothing to do");
    Stage.requireOption(
        copies >= 1 && copies * (long) augmentations.size() <= MOST_COPIES,
        "--copies must be from 1 to %s, not %s",
        MOST_COPIES / augmentations.size(),
        copies);
    Stage.requireOption(
        threads >= 1 && threads <= 1024, "--threads must be from 1 to 1024, not %s", threads);
    return new CopyPlan(folder, augmentations, copies, seed);
  }

  private List<Augmentation> augmentations() {
    var augmentations = new ArrayList<Augmentation>();
    addUnlessNone(augmentations, Transformation.stretch, stretch);
    addUnlessNone(augmentations, Transformation.pitch, pitch);
    addUnlessNone(augmentations, Transformation.noise, noise);
    return augmentations;
  }

  private static void addUnlessNone(
      List<Augmentation> augmentations, Transformation transformation, String range) {
    if (!range.equals("none")) {
      Optional<Augmentation> augmentation = Augmentation.parse(transformation, range);
      Stage.requireOption(
          augmentation.isPresent(),
          "--%s must be LOW:HIGH from %s to %s, or none, not %s",
          transformation,
          transformation.least,
          transformation.most,
          range);
      augmentations.add(augmentation.get());
    }
  }
}
