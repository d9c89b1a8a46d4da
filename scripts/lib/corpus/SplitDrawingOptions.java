//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES SplitBy.java
//SOURCES SplitDrawer.java

package genrelab.corpus;

import genrelab.kit.Stage;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** The options of {@code split} that say how parts are drawn. */
public final class SplitDrawingOptions {
  /** What has the same proportions in each part. */
  public enum Stratum {
    none,
    genre
  }

  @Option(
      names = "--by",
      defaultValue = "segment",
      description =
          "What stays together in one set: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  public SplitBy by;

  @Option(
      names = "--stratify",
      defaultValue = "none",
      description =
          "Same proportions in each set: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; --by"
              + " cluster always stratifies by genre and cluster).")
  Stratum stratify;

  @Option(
      names = "--ratios",
      defaultValue = "60:15:25",
      description = "Proportions of training, validation, test (default ${DEFAULT-VALUE}).")
  String ratios;

  @Option(
      names = "--folds",
      defaultValue = "0",
      paramLabel = "K",
      description =
          "Cross-validation: K splits, split-fold-1.json and so on. Each tests another Kth; the"
              + " first two of --ratios divide the rest (default: one split).")
  public int folds;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  public long seed;

  /**
   * Checks the options' ranges.
   *
   * @throws Stage.UsageError naming the first that is out of its range
   */
  public void checkOptions() {
    double[] shares = shares();
    Stage.requireOption(
        shares.length == 3 && Arrays.stream(shares).allMatch(share -> share > 0 && share < 1e9),
        "--ratios must be three positive numbers like 60:15:25, not %s",
        ratios);
    Stage.requireOption(
        folds == 0 || folds >= 2 && folds <= 1000, "--folds must be from 2 to 1000, not %s", folds);
    Stage.requireOption(
        folds == 0 || by != SplitBy.file, "--by file has its test list: leave --folds out");
  }

  /** The proportions of training, validation and test; empty where they are no numbers. */
  public double[] shares() {
    try {
      return Arrays.stream(ratios.split(":")).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException error) {
      return new double[0];
    }
  }

  /** What draws splits with these options. */
  public SplitDrawer drawer() {
    return new SplitDrawer(by, stratify == Stratum.genre, seed);
  }
}
