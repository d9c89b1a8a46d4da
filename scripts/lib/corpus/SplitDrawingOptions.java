//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES ../results/Part.java
//SOURCES LabelledSegment.java
//SOURCES SplitBy.java
//SOURCES SplitDrawer.java

package genrelab.corpus;

import genrelab.kit.Stage;
import genrelab.results.Part;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
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

  @Option(
      names = "--known-share",
      defaultValue = "0",
      paramLabel = "SHARE",
      description =
          "Hold this share of each training track's segments out of the training, up to 0.5, and"
              + " test on them too: how well songs are recognised that the classifier has heard,"
              + " beside songs that it has not. Of segments, so not for baseline --level track"
              + " (default ${DEFAULT-VALUE}).")
  double knownShare;

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
        knownShare >= 0 && knownShare <= 0.5,
        "--known-share must be from 0 to 0.5, not %s",
        knownShare);
    Stage.requireOption(
        knownShare == 0 || folds == 0,
        "--known-share does not go with --folds, whose tests are pooled; leave one out");
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

  /**
   * Moves a share of each training track's segments to the known part, as {@code --known-share}
   * says.
   *
   * @param parts of the segments, changed
   * @param source the file whose segments were split, for messages
   * @throws Stage.Failure if no track has segments enough to hold one out
   */
  public void holdOutKnown(Map<LabelledSegment, Part> parts, Path source) {
    if (knownShare == 0) {
      return;
    }
    drawer().holdOutKnown(parts, knownShare);
    if (!parts.containsValue(Part.known)) {
      throw new Stage.Failure(
          "%s: no training track has segments enough to hold out a share of %s; raise"
              + " --known-share",
          source, knownShare);
    }
  }

  /** What draws splits with these options. */
  public SplitDrawer drawer() {
    return new SplitDrawer(by, stratify == Stratum.genre, seed);
  }
}
