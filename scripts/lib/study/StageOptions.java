//SOURCES ../features/FeatureCatalog.java
//SOURCES ../kit/OptionValues.java
//SOURCES ../kit/Stage.java

package genrelab.study;

import genrelab.features.FeatureCatalog;
import genrelab.kit.OptionValues;
import genrelab.kit.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The options that a plan or {@code study} may pass to a stage, and the values they take. */
public final class StageOptions {
  /** The options of every network, under one name. */
  public static final String NETWORK = "network";

  /** The options of every baseline. */
  public static final String BASELINE = "baseline";

  /**
   * By stage and option, but for the stages of features: the allowed words, or one of the kinds of
   * {@link OptionValues}.
   */
  private static final Map<String, Map<String, String>> ALLOWED =
      Map.of(
          NETWORK,
          Map.ofEntries(
              Map.entry("shape", "frames|flat"),
              Map.entry("clusters", "none|one-hot"),
              Map.entry("scale", "none|standardise"),
              Map.entry("epochs", OptionValues.WHOLE),
              Map.entry("batch", OptionValues.WHOLE),
              Map.entry("learning-rate", OptionValues.NUMBER),
              Map.entry("decay", OptionValues.NUMBER),
              Map.entry("mask-frames", OptionValues.COUNT),
              Map.entry("mask-coefficients", OptionValues.COUNT),
              Map.entry("mixup", OptionValues.NUMBER),
              Map.entry("shift-coefficients", OptionValues.COUNT),
              Map.entry("random-crops", OptionValues.FLAG),
              Map.entry("ema-momentum", OptionValues.NUMBER),
              Map.entry("class-weights", "none|balanced"),
              Map.entry("early-stopping", OptionValues.COUNT),
              Map.entry("test-model", "last|best"),
              Map.entry("test-crops", OptionValues.WHOLE),
              Map.entry("test-shift-coefficients", OptionValues.COUNT)),
          BASELINE,
          Map.of(
              "level", "segment|track",
              "summary", "statistics|mean|full",
              "cost", OptionValues.NUMBER,
              "class-weights", "none|balanced"),
          "split",
          Map.of(
              "by", "segment|cluster|track|artist|file",
              "stratify", "none|genre",
              "ratios", OptionValues.TEXT,
              "lists", OptionValues.TEXT,
              "exclude", OptionValues.TEXT,
              "train-size", OptionValues.WHOLE,
              "known-share", OptionValues.NUMBER,
              "folds", OptionValues.WHOLE,
              "repetitions", OptionValues.TEXT),
          "augment",
          Map.of(
              "stretch",
              OptionValues.TEXT,
              "pitch",
              OptionValues.TEXT,
              "noise",
              OptionValues.TEXT,
              "copies",
              OptionValues.WHOLE),
          "kmeans",
          Map.of(
              "clusters", OptionValues.WHOLE,
              "fit-on", "all|train",
              "input", "flat|stats",
              "standardise", OptionValues.FLAG,
              "restarts", OptionValues.WHOLE,
              "iterations", OptionValues.WHOLE));

  private StageOptions() {}

  /**
   * The options that a plan may give a stage, by the long names that the stage itself has.
   *
   * @param stage network, baseline, split, augment, kmeans or a stage of {@link FeatureCatalog}
   */
  public static Set<String> of(String stage) {
    return Set.copyOf(options(stage).keySet());
  }

  private static Map<String, String> options(String stage) {
    return FeatureCatalog.ofStage(stage)
        .map(FeatureCatalog.Entry::options)
        .orElseGet(() -> ALLOWED.get(stage));
  }

  /**
   * Reads options as they stand at the shell: {@code --scale standardise} or {@code
   * --scale=standardise}.
   *
   * @param stage as for {@link #of}
   * @param without options that may not be given here
   * @throws Stage.UsageError for an unknown option, one without a value, or a value it can't have
   */
  public static Map<String, String> parse(String stage, List<String> without, List<String> words) {
    var names = new TreeSet<>(of(stage));
    names.removeAll(without);
    var options = new LinkedHashMap<String, String>();
    for (int i = 0; i < words.size(); i++) {
      String[] parts = words.get(i).split("=", 2);
      String name = parts[0].startsWith("--") ? parts[0].substring(2) : "";
      Stage.requireOption(
          names.contains(name),
          "after --, '%s' is no option of the networks; there are --%s",
          parts[0],
          String.join(", --", names));
      Stage.requireOption(
          parts.length == 2 || i + 1 < words.size(), "after --, --%s needs a value", name);
      String value = parts.length == 2 ? parts[1] : words.get(++i);
      Stage.requireOption(
          isValid(stage, name, value),
          "after --, --%s must be %s, not '%s'",
          name,
          allowed(stage, name),
          value);
      options.put(name, value);
    }
    return options;
  }

  /** The values that an option takes, for a message: e.g. "frames or flat", "a number". */
  static String allowed(String stage, String option) {
    return OptionValues.named(options(stage).get(option));
  }

  static boolean isValid(String stage, String option, String value) {
    return OptionValues.contain(options(stage).get(option), value);
  }
}
