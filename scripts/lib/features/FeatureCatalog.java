//SOURCES ../kit/OptionValues.java

package genrelab.features;

import genrelab.kit.OptionValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The features that the kit knows: the one place that readers of the features JSON, {@code import}
 * and plans read their keys and stages from.
 *
 * <p>To add a feature, write its stage's script, add its row here and its alias to {@code
 * jbang-catalog.json}.
 */
public final class FeatureCatalog {
  private FeatureCatalog() {}

  /** The options of {@link ExtractionOptions} that a plan may give. */
  private static final Map<String, String> COMMON =
      Map.of(
          "window", "hann|hamming",
          "n-fft", OptionValues.WHOLE,
          "hop", OptionValues.WHOLE,
          "mels", OptionValues.WHOLE,
          "sample-rate", OptionValues.WHOLE);

  /**
   * One kind of features.
   *
   * @param key of the values in the features JSON
   * @param stage that computes them; its script is the name with a capital letter
   * @param values what the values of a frame are
   * @param ending of its files in a plan's run: .json, or .json.gz where they are large
   * @param options that a plan may give the stage, and the values they take ({@link OptionValues})
   */
  public record Entry(
      String key, String stage, String values, String ending, Map<String, String> options) {}

  /** All features, the paper's first. */
  public static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              "mfcc",
              "mfcc",
              "coefficients",
              ".json",
              with(
                  COMMON,
                  Map.of(
                      "coefficients", OptionValues.WHOLE,
                      "delta", OptionValues.FLAG,
                      "flavour", "librosa|tarsos"))),
          new Entry("logmel", "logmel", "mel bands", ".json.gz", COMMON),
          new Entry(
              "embedding",
              "embed",
              "values",
              ".json",
              Map.of("model", OptionValues.TEXT, "contract", OptionValues.TEXT)));

  private static Map<String, String> with(Map<String, String> common, Map<String, String> own) {
    var all = new LinkedHashMap<>(common);
    all.putAll(own);
    return Map.copyOf(all);
  }

  /** The features of a key; empty for one that the kit does not know. */
  public static Optional<Entry> of(String key) {
    return ENTRIES.stream().filter(entry -> entry.key().equals(key)).findFirst();
  }

  /** The features that a stage computes; empty for another stage. */
  public static Optional<Entry> ofStage(String stage) {
    return ENTRIES.stream().filter(entry -> entry.stage().equals(stage)).findFirst();
  }

  /** The names of the stages, in the catalog's order. */
  public static List<String> stages() {
    return ENTRIES.stream().map(Entry::stage).toList();
  }

  /** The keys, in the catalog's order. */
  public static List<String> keys() {
    return ENTRIES.stream().map(Entry::key).toList();
  }
}
