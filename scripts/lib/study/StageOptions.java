//SOURCES ../kit/Stage.java

package genrelab.study;

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

  private static final String WHOLE = "a whole number from 1";
  private static final String COUNT = "a whole number from 0";
  private static final String NUMBER = "a number";
  private static final String TEXT = "a text";
  private static final String FLAG = "true|false";

  /** By stage and option: the allowed words, or one of the kinds above. */
  private static final Map<String, Map<String, String>> ALLOWED =
      Map.of(
          NETWORK,
          Map.ofEntries(
              Map.entry("shape", "frames|flat"),
              Map.entry("clusters", "none|one-hot"),
              Map.entry("scale", "none|standardise"),
              Map.entry("epochs", WHOLE),
              Map.entry("batch", WHOLE),
              Map.entry("learning-rate", NUMBER),
              Map.entry("decay", NUMBER),
              Map.entry("mask-frames", COUNT),
              Map.entry("mask-coefficients", COUNT),
              Map.entry("mixup", NUMBER),
              Map.entry("early-stopping", COUNT),
              Map.entry("test-model", "last|best")),
          BASELINE,
          Map.of("cost", NUMBER),
          "split",
          Map.of(
              "by", "segment|cluster|track|artist|file",
              "stratify", "none|genre",
              "ratios", TEXT,
              "lists", TEXT,
              "exclude", TEXT,
              "train-size", WHOLE,
              "repetitions", TEXT),
          "augment",
          Map.of("stretch", TEXT, "pitch", TEXT, "noise", TEXT, "copies", WHOLE),
          "mfcc",
          Map.of(
              "coefficients",
              WHOLE,
              "delta",
              FLAG,
              "flavour",
              "librosa|tarsos",
              "window",
              "hann|hamming",
              "n-fft",
              WHOLE,
              "hop",
              WHOLE,
              "mels",
              WHOLE,
              "sample-rate",
              WHOLE),
          "logmel",
          Map.of(
              "window",
              "hann|hamming",
              "n-fft",
              WHOLE,
              "hop",
              WHOLE,
              "mels",
              WHOLE,
              "sample-rate",
              WHOLE),
          "kmeans",
          Map.of(
              "clusters", WHOLE,
              "fit-on", "all|train",
              "input", "flat|stats",
              "standardise", FLAG,
              "restarts", WHOLE,
              "iterations", WHOLE));

  private StageOptions() {}

  /**
   * The options that a plan may give a stage, by the long names that the stage itself has.
   *
   * @param stage network, baseline, split, augment, mfcc, logmel or kmeans
   */
  public static Set<String> of(String stage) {
    return Set.copyOf(ALLOWED.get(stage).keySet());
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
    return ALLOWED.get(stage).get(option).replace("|", " or ");
  }

  static boolean isValid(String stage, String option, String value) {
    String allowed = ALLOWED.get(stage).get(option);
    return switch (allowed) {
      case WHOLE -> value.matches("[1-9][0-9]{0,8}");
      case COUNT -> value.matches("[0-9]{1,9}");
      case NUMBER -> value.matches("[0-9]*\\.?[0-9]+([eE]-?[0-9]{1,2})?");
      case TEXT -> !value.startsWith("-") || value.matches("-[0-9].*");
      default -> List.of(allowed.split("\\|")).contains(value);
    };
  }
}
