//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//DEPS org.deeplearning4j:deeplearning4j-nn:1.0.0-M2.1
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
// What a reader finds in data/cards is what each model's card is filled into:
//FILES model-card.md=../../../data/cards/model.md

package genrelab.networks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained network as one zip file, usable without the files it came from.
 *
 * <p>Our own JSON and raw parameters: {@code model.json}, {@code parameters.f32} (little endian, in
 * DL4J's order), {@code card.md}. No Java objects, so safe to take from others.
 *
 * @param description network, options, class names, features, split, metrics
 * @param preparation how segments become the network's inputs
 * @param input what its architecture is built from
 * @param parameters all of them, batch normalisation's running statistics too
 */
public record TrainedModel(
    ObjectNode description, Preparation preparation, Input input, float[] parameters) {
  private static final String FORMAT = "genrelab model 1";
  private static final int MOST_JSON = 16 << 20;
  private static final int MOST_PARAMETERS = 256 << 20;
  private static final int MOST_VALUES = 1 << 17;
  static final int MOST_CLASSES = 1000;

  /** Whether the network sees frames, as published without K-means, or the flattened segment. */
  public enum Shape {
    frames,
    flat
  }

  /** Whether the network is told the segment's cluster. */
  public enum Clusters {
    none,
    oneHot
  }

  /**
   * Whether each coefficient is brought to mean 0 and deviation 1, learned from training segments.
   */
  public enum Scale {
    none,
    standardise
  }

  /**
   * What a network must know to be built.
   *
   * @param frames steps or rows of the input
   * @param coefficients values a step, or columns of the input
   * @param clusters length of the one-hot cluster, 0 for none
   * @param classes genres
   */
  public record Input(
      Shape shape,
      int frames,
      int coefficients,
      int clusters,
      int classes,
      double learningRate,
      long seed) {}

  /** Builds a network's graph; weights are set afterwards, as Keras starts them. */
  public interface Architecture {
    ComputationGraph build(Input input);
  }

  /** How a network wants its segments. */
  public enum Layout {
    /**
     * One channel of rows (frames) and columns (coefficients): [segment, 1, frame, coefficient].
     */
    image,
    /** A sequence: [segment, coefficient, frame], as DL4J's recurrent layers want it. */
    sequence
  }

  /**
   * How segments become a network's inputs.
   *
   * @param mean of each coefficient, subtracted first
   * @param deviation of each coefficient, divided by then
   * @param clusters length of the one-hot cluster, 0 for none
   */
  public record Preparation(
      Layout layout,
      Shape shape,
      int frames,
      int coefficients,
      float[] mean,
      float[] deviation,
      int clusters) {

    /**
     * The inputs of a batch: features in the network's layout, then clusters where it takes them.
     *
     * @param segments one array of frames · coefficients each
     * @param clusterOf one a segment; ignored where the network takes none
     * @throws Stage.Failure if a segment has another size; both are named
     */
    public INDArray[] inputs(float[][] segments, int[] clusterOf) {
      int width = frames * coefficients;
      boolean transposed = layout == Layout.sequence && shape == Shape.frames;
      float[] values = new float[segments.length * width];
      for (int s = 0; s < segments.length; s++) {
        if (segments[s].length != width) {
          throw new Stage.Failure(
              "a segment of %d values does not fit this network, which takes %d × %d (frames ×"
                  + " coefficients); compute the features as the model's were",
              segments[s].length, frames, coefficients);
        }
        for (int i = 0; i < width; i++) {
          int c = i % coefficients;
          int place = transposed ? c * frames + i / coefficients : i;
          values[s * width + place] = (segments[s][i] - mean[c]) / deviation[c];
        }
      }
      int rows = shape == Shape.flat ? width : frames;
      int columns = shape == Shape.flat ? 1 : coefficients;
      long[] form =
          layout == Layout.image
              ? new long[] {segments.length, 1, rows, columns}
              : new long[] {segments.length, columns, rows};
      INDArray features = Nd4j.create(values, form, 'c');
      return clusters == 0
          ? new INDArray[] {features}
          : new INDArray[] {features, oneHot(clusterOf, clusters)};
    }
  }

  /** Rows of zeros with a one at each given place; none at −1, the cluster of noise. */
  public static INDArray oneHot(int[] places, int length) {
    float[] ones = new float[places.length * length];
    for (int r = 0; r < places.length; r++) {
      if (places[r] >= 0) {
        ones[r * length + places[r]] = 1;
      }
    }
    return Nd4j.create(ones, new long[] {places.length, length}, 'c');
  }

  /** The network with its trained parameters. */
  public ComputationGraph network(Architecture architecture) {
    ComputationGraph network = architecture.build(input);
    if (network.numParams() != parameters.length) {
      throw new Stage.Failure(
          "the model has %d parameters, its network takes %d; it was written by another version",
          parameters.length, network.numParams());
    }
    network.params().assign(Nd4j.createFromArray(parameters));
    return network;
  }

  /** Writes the zip; the same model gives the same bytes. */
  public void write(Path file) {
    ObjectNode json = description.deepCopy().put("format", FORMAT);
    json.set("preparation", Store.JSON.valueToTree(preparation));
    json.set("input", Store.JSON.valueToTree(input));
    Store.write(
        file,
        out -> {
          try (var zip = new ZipOutputStream(out)) {
            entry(zip, "model.json", Store.JSON.writeValueAsBytes(json));
            entry(zip, "parameters.f32", bytes(parameters));
            entry(zip, "card.md", card().getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /**
   * Reads a model, which may come from others: sizes are bounded before anything is built of them,
   * and no Java objects are read.
   *
   * @throws Stage.Failure if the file is missing, no zip, or no sound model of this format
   */
  public static TrainedModel read(Path file) {
    try (var zip = new ZipFile(file.toFile())) {
      JsonNode model = Store.JSON.readTree(bytes(zip, "model.json", MOST_JSON, file));
      if (!model.path("format").asText().equals(FORMAT)) {
        throw broken(file, "its format is '" + model.path("format").asText() + "'");
      }
      byte[] parameters = bytes(zip, "parameters.f32", MOST_PARAMETERS, file);
      if (parameters.length % 4 != 0) {
        throw broken(file, "parameters.f32 ends within a number");
      }
      var read =
          new TrainedModel(
              (ObjectNode) model,
              Store.JSON.treeToValue(model.path("preparation"), Preparation.class),
              Store.JSON.treeToValue(model.path("input"), Input.class),
              floats(parameters));
      read.requireSound(file);
      return read;
    } catch (NoSuchFileException missing) {
      throw new Stage.Failure("%s: no such file; train a network first", file);
    } catch (AccessDeniedException denied) {
      throw new UncheckedIOException(denied);
    } catch (IOException | IllegalArgumentException error) { // of the zip, or of JSON
      throw broken(file, "it is damaged");
    }
  }

  private static byte[] bytes(ZipFile zip, String name, int most, Path file) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw broken(file, name + " is missing");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(most + 1); // the zip's own word on the size may be wrong
      if (bytes.length > most) {
        throw broken(file, "%s is over %d MB".formatted(name, most >> 20));
      }
      var checksum = new CRC32(); // which ZipFile does not look at
      checksum.update(bytes);
      if (checksum.getValue() != entry.getCrc()) {
        throw broken(file, name + " is damaged");
      }
      return bytes;
    }
  }

  private void requireSound(Path file) {
    if (preparation == null || input == null) {
      throw broken(file, "preparation or input is missing");
    }
    boolean sound =
        preparation.layout != null
            && preparation.shape != null
            && input.shape == preparation.shape
            && within(preparation.frames, 1, MOST_VALUES)
            && within(preparation.coefficients, 1, MOST_VALUES)
            && within((long) preparation.frames * preparation.coefficients, 1, MOST_VALUES)
            && (long) input.frames * input.coefficients
                == (long) preparation.frames * preparation.coefficients
            && input.coefficients == (input.shape == Shape.flat ? 1 : preparation.coefficients)
            && within(input.classes, 1, MOST_CLASSES)
            && within(input.clusters, 0, MOST_CLASSES)
            && input.clusters == preparation.clusters
            && preparation.mean != null
            && preparation.deviation != null
            && preparation.mean.length == preparation.coefficients
            && preparation.deviation.length == preparation.coefficients;
    if (!sound) {
      throw broken(file, "the sizes of its input make no sense");
    }
    for (int c = 0; c < preparation.coefficients; c++) {
      if (!Float.isFinite(preparation.mean[c]) || !(preparation.deviation[c] > 0)) {
        throw broken(file, "its scaling of coefficient " + c + " makes no sense");
      }
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!Float.isFinite(parameters[i])) {
        throw broken(file, "parameter %d is %s".formatted(i, parameters[i]));
      }
    }
  }

  private static boolean within(long value, long least, long most) {
    return value >= least && value <= most;
  }

  private static Stage.Failure broken(Path file, String why) {
    return new Stage.Failure("%s: not a model of this kit (%s); train again", file, why);
  }

  // ---- model card

  private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

  /**
   * What a stranger must know before using it, in Markdown: the template {@code
   * data/cards/model.md}, filled from the model's own record.
   */
  public String card() {
    Map<String, String> values = cardValues();
    return PLACE
        .matcher(cardTemplate())
        .replaceAll(
            found -> {
              String value = values.get(found.group(1));
              if (value == null) {
                throw new IllegalStateException("model card: nothing fills " + found.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private static String cardTemplate() {
    try (InputStream in = TrainedModel.class.getResourceAsStream("/model-card.md")) {
      if (in == null) {
        throw new IllegalStateException("/model-card.md is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private Map<String, String> cardValues() {
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
    values.put("architecture", description.path("architecture").asText("unknown"));
    values.put("parameters", String.format(Locale.ROOT, "%,d", parameters.length));
    values.put(
        "input",
        "%d × %d values (frames × coefficients)%s%s"
            .formatted(
                preparation.frames(),
                preparation.coefficients(),
                preparation.shape() == Shape.flat ? ", flattened" : "",
                preparation.clusters() > 0
                    ? ", and its one-hot cluster of " + preparation.clusters()
                    : ""));
    boolean scaled = false;
    for (int c = 0; c < preparation.coefficients(); c++) {
      scaled |= preparation.mean()[c] != 0 || preparation.deviation()[c] != 1;
    }
    values.put("scaling", scaled ? "each coefficient standardised by training" : "unscaled");
    values.put("genres", words(description.path("mapping"), ", "));
    values.put("epoch", description.path("epoch").asText("unknown"));
    values.put("genrelab", description.path("genrelab").asText("unknown"));
    values.put("dl4j", description.path("dl4j").asText("unknown"));
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
    for (String part : List.of("train", "validation", "test")) {
      parts.append(String.format(Locale.ROOT, "| %s | %,d |\n", part, split.path(part).asLong()));
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
    values.put("features", description.at("/features/params").toString());
    values.put("results", cardResults());
    values.put("calibration", cardCalibration());
    values.put(
        "licence",
        synthetic
            ? "Nobody's recordings went into the training."
            : "The training audio's may bind the weights; GTZAN, for one, has none and no copyright"
                + " clearance.");
    return values;
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

  private String cardResults() {
    if (description.path("metrics").isEmpty()) {
      return "These weights were not tested: the results of the training are of another epoch's.";
    }
    var text = new StringBuilder("95 % intervals: bootstrap over the test's tracks.\n\n");
    text.append("| | segments | tracks |\n| --- | --- | --- |\n");
    for (String[] row : new String[][] {{"accuracy", "accuracy"}, {"macro F1", "macro_f1"}}) {
      cardRow(text, row[0], share("segment", "test_" + row[1]), share("track", "test_" + row[1]));
    }
    text.append("\n| genre, segments | precision | recall | F1 |\n| --- | --- | --- | --- |\n");
    for (JsonNode genre : description.path("mapping")) {
      cardRow(
          text,
          genre.asText(),
          share("segment", "test_precision:" + genre.asText()),
          share("segment", "test_recall:" + genre.asText()),
          share("segment", "test_f1:" + genre.asText()));
    }
    return text.toString().strip();
  }

  private static void cardRow(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private String cardCalibration() {
    JsonNode fitted = description.path("calibration");
    if (!fitted.has("temperature")) {
      return "None was fitted: confidences are as the network gives them.";
    }
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Temperature %.2f (Guo et al., 2017), fitted on the validation part.",
            fitted.path("temperature").asDouble()));
    Optional<JsonNode> before = metric("segment", "test_ece");
    Optional<JsonNode> after = metric("segment", "test_ece_calibrated");
    if (before.isPresent() && after.isPresent()) {
      text.append(
          String.format(
              Locale.ROOT,
              " Expected calibration error on the test's segments: %.3f as trained, %.3f with it.",
              before.get().path("value").asDouble(),
              after.get().path("value").asDouble()));
    }
    return text.toString();
  }

  /** Little-endian bytes of single-precision values. */
  static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  static float[] floats(INDArray array) {
    return array.dup().data().asFloat();
  }
}
