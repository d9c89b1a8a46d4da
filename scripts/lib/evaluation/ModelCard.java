//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ClassWeights.java
//SOURCES ../results/Part.java
// What a reader finds in data/cards is the template that each model's card is filled into:
//FILES model-card.md=../../../data/cards/model.md

package genrelab.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.results.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A model's card, after Mitchell et al., <i>Model cards for model reporting</i> (2019). */
public final class ModelCard {
  private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

  private final JsonNode description;

  private ModelCard(JsonNode description) {
    this.description = description;
  }

  /**
   * What a stranger must know before using a model, in Markdown: the template {@code
   * data/cards/model.md}, filled from the model's own record.
   *
   * @param description {@code model.json}
   * @param specific what the kind of model fills in itself: {@code classifier}, {@code input},
   *     {@code weights} and {@code library}
   */
  public static String of(JsonNode description, Map<String, String> specific) {
    var values = new HashMap<>(specific);
    values.putAll(new ModelCard(description).values());
    return PLACE
        .matcher(template())
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new IllegalStateException("model card: nothing fills " + found.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /**
   * Adds the weights of a training's loss to {@code model.json}; nothing where it has none.
   *
   * @param mapping class names in label order
   * @param weights one a class
   */
  public static void recordClassWeights(
      ObjectNode model, ClassWeights weighting, List<String> mapping, double[] weights) {
    if (weighting == ClassWeights.none) {
      return;
    }
    ObjectNode record = model.putObject("classWeights");
    for (int c = 0; c < weights.length; c++) {
      record.put(mapping.get(c), weights[c]);
    }
  }

  private static String template() {
    try (InputStream in = ModelCard.class.getResourceAsStream("/model-card.md")) {
      if (in == null) {
        throw new IllegalStateException("/model-card.md is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private Map<String, String> values() {
    JsonNode split = description.path("split");
    boolean synthetic = description.at("/features/provenance/synthetic").asBoolean();
    String source = description.at("/features/provenance/source").asText("");
    var values = new HashMap<String, String>();
    values.put(
        "warning",
        synthetic
            ? "**Trained on a SYNTHETIC demo corpus: it has heard no music, and its figures say"
                + " nothing about music.**\n\n"
            : "");
    values.put("network", description.path("network").asText("unnamed"));
    values.put("genres", words(description.path("mapping"), ", "));
    values.put("genrelab", description.path("genrelab").asText("unknown"));
    values.put("options", words(description.path("options"), " "));
    values.put(
        "data",
        synthetic
            ? "A SYNTHETIC demo corpus, rendered by a program (data/cards/demo.md)."
            : source.equals("import")
                ? "Imported features; which audio they were made of, this record does not know."
                : "Audio that its trainer supplied; this record holds checksums, not the corpus's"
                    + " name. For GTZAN, data/cards/gtzan.md tells its faults.");
    var parts = new StringBuilder();
    for (Part part : Part.USED) {
      parts.append(
          String.format(Locale.ROOT, "| %s | %,d |\n", part, split.path(part.name()).asLong()));
    }
    values.put("parts", parts.toString().strip());
    values.put("split", split.path("by").asText("unknown"));
    long sides = split.path("testTracksInTraining").asLong();
    values.put(
        "sides",
        sides == 0
            ? "No track of the test has segments in training."
            : String.format(
                Locale.ROOT,
                "%,d tracks of the test also have segments in training, so that the results tell"
                    + " how well known songs are recognised, not how well new ones are.",
                sides));
    values.put("weighting", weighting());
    values.put("features", description.at("/features/params").toString());
    values.put("results", results());
    values.put("calibration", calibration());
    values.put(
        "licence",
        synthetic
            ? "Nobody's recordings went into the training."
            : "The training audio's may bind the weights; GTZAN, for one, has none and no copyright"
                + " clearance.");
    return values;
  }

  /** "Loss weighted by genre, …", with a space after it; empty where it was not. */
  private String weighting() {
    JsonNode weights = description.path("classWeights");
    if (weights.isEmpty()) {
      return "";
    }
    var each = new StringJoiner(", ");
    weights
        .properties()
        .forEach(
            genre ->
                each.add(
                    String.format(
                        Locale.ROOT, "%s %.3g", genre.getKey(), genre.getValue().asDouble())));
    return "Loss weighted by genre, n / (k · n_c) of the training part: %s. ".formatted(each);
  }

  private static String words(JsonNode list, String between) {
    var words = new StringJoiner(between);
    list.forEach(word -> words.add(word.asText()));
    return words.toString();
  }

  private Optional<JsonNode> metric(String level, String name) {
    for (JsonNode row : description.path("metrics")) {
      if (row.path("level").asText().equals(level) && row.path("metric").asText().equals(name)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  /** A share with its interval, e.g. "61.5 % (58.0 to 65.1)"; a dash where it was not measured. */
  private String share(String level, String name) {
    return metric(level, name)
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "%.1f %% (%.1f to %.1f)",
                    100 * row.path("value").asDouble(),
                    100 * row.path("low").asDouble(),
                    100 * row.path("high").asDouble()))
        .orElse("–");
  }

  private String results() {
    if (description.path("metrics").isEmpty()) {
      return "These weights were not tested: the results of the training are of another epoch's.";
    }
    var text = new StringBuilder("95 % intervals: bootstrap over the test's tracks.\n\n");
    JsonNode augmented = description.path("testTimeAugmentation");
    if (!augmented.isMissingNode()) {
      text.append(
          String.format(
              Locale.ROOT,
              "Test-time augmentation: these figures are of the mean prediction of %d crops of each"
                  + " segment, each shifted by %d to %d mel bands. `classify` takes the segment"
                  + " alone, for which the temperatures below were fitted.\n\n",
              augmented.path("testCrops").asInt(),
              -augmented.path("testShiftCoefficients").asInt(),
              augmented.path("testShiftCoefficients").asInt()));
    }
    text.append("| | segments | tracks |\n| --- | --- | --- |\n");
    for (String name : List.of("accuracy", "balanced accuracy", "macro F1")) {
      String metric = "test_" + name.toLowerCase(Locale.ROOT).replace(' ', '_');
      row(text, name, share("segment", metric), share("track", metric));
    }
    text.append("\n| genre, segments | precision | recall | F1 |\n| --- | --- | --- | --- |\n");
    for (JsonNode genre : description.path("mapping")) {
      row(
          text,
          genre.asText(),
          share("segment", "test_precision:" + genre.asText()),
          share("segment", "test_recall:" + genre.asText()),
          share("segment", "test_f1:" + genre.asText()));
    }
    return text.toString().strip();
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private String calibration() {
    JsonNode fitted = description.path("calibration");
    if (!fitted.has("temperature")) {
      return "None was fitted: confidences are as the network gives them.";
    }
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Temperature %.2f for segments (Guo et al., 2017), fitted on the validation part.",
            fitted.path("temperature").asDouble()));
    appendError(text, "segment");
    JsonNode ofTracks = description.path("trackCalibration");
    if (ofTracks.has("temperature")) {
      text.append(
          String.format(
              Locale.ROOT,
              " Temperature %.2f for songs, on the mean of their segments' probabilities, fitted on"
                  + " the %,d tracks of the validation part.",
              ofTracks.path("temperature").asDouble(),
              ofTracks.path("tracks").asInt()));
      appendError(text, "track");
    }
    int known = ofTracks.path("tracksInTraining").asInt();
    if (known > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%nThe validation part holds segments of %,d tracks that are also in training. On"
                  + " songs that it knows, a classifier is right more often than on new ones: of"
                  + " new songs, its confidence is too high. For those, validate on other artists"
                  + " (`split --by artist`, or published lists).",
              known));
    }
    return text.toString();
  }

  private void appendError(StringBuilder text, String level) {
    Optional<JsonNode> before = metric(level, "test_ece");
    Optional<JsonNode> after = metric(level, "test_ece_calibrated");
    if (before.isPresent() && after.isPresent()) {
      text.append(
          String.format(
              Locale.ROOT,
              " Expected calibration error on the test's %ss: %.3f as trained, %.3f with it.",
              level,
              before.get().path("value").asDouble(),
              after.get().path("value").asDouble()));
    }
  }
}
