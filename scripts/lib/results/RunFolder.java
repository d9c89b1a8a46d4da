//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES BaselineMethod.java
//SOURCES Paper.java
//SOURCES Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.results;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A run folder: the files that the stages wrote for one corpus, and one folder a network.
 *
 * <p>Any file may be missing, or be there in its gzipped form; {@link #command} tells which stage
 * writes it. Nothing is read before it is asked for.
 */
public final class RunFolder {
  /** Features files whose header tells how the run's features were computed, the first counts. */
  private static final List<String> FEATURES =
      List.of(
          "mfcc.json",
          "mfcc-kmeans.json",
          "logmel.json",
          "mfcc/features.json",
          "mfcc-kmeans/features.json",
          "logmel/features.json");

  private static final List<String> NETWORK_FILES =
      List.of("history.json", "predictions.json", "metrics.json");

  private final Path folder;
  private final Path shown;

  /**
   * How features were computed: a features JSON without its values.
   *
   * @param mapping class names in the order of the labels
   * @param params of the features' stage
   * @param provenance where the features come from; a missing node in files without
   */
  public record FeaturesHeader(List<String> mapping, JsonNode params, JsonNode provenance) {}

  /** Opens a run folder; it need not exist. */
  public RunFolder(Path folder) {
    this(folder, folder);
  }

  /**
   * Opens a run folder.
   *
   * @param shown the folder as commands and messages name it
   */
  public RunFolder(Path folder, Path shown) {
    this.folder = folder;
    this.shown = shown;
  }

  public Path path() {
    return folder;
  }

  public boolean exists() {
    return Files.isDirectory(folder);
  }

  /** The file or its gzipped form. */
  public Optional<Path> find(String name) {
    return Stream.of(name, name + ".gz")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * A run's features: {@code KEY.json}, its gzipped form, or the feature folder {@code KEY}.
   *
   * @param key e.g. mfcc, or mfcc-kmeans for those with clusters
   */
  public Optional<Path> findFeatures(String key) {
    return find(key + ".json")
        .or(
            () ->
                Optional.of(folder.resolve(key))
                    .filter(parts -> Files.isRegularFile(parts.resolve("features.json"))));
  }

  public boolean has(String name) {
    return find(name).isPresent();
  }

  /**
   * The rows of a result file; none where it is missing.
   *
   * @throws Stage.Failure if the file has other rows
   */
  public <T> List<T> rows(String name, Class<T> row) {
    return find(name).map(file -> Store.readRows(file, row)).orElse(List.of());
  }

  /**
   * The folders of classifiers: baselines, then the paper's networks in its order, then the others
   * by name.
   */
  public List<String> networks() {
    if (!exists()) {
      return List.of();
    }
    List<String> first =
        Stream.concat(
                Arrays.stream(BaselineMethod.values()).map(BaselineMethod::name),
                Paper.NETWORKS.stream().map(Paper.Network::network))
            .toList();
    try (Stream<Path> files = Files.list(folder)) {
      List<String> found =
          files
              .filter(Files::isDirectory)
              .map(network -> network.getFileName().toString())
              .filter(name -> NETWORK_FILES.stream().anyMatch(file -> has(name + "/" + file)))
              .sorted()
              .toList();
      return Stream.concat(
              first.stream().filter(found::contains),
              found.stream().filter(name -> !first.contains(name)))
          .toList();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  // --- features ----------------------------------------------------------------------------------

  /** The header of the run's features; empty where no features file is there. */
  public Optional<FeaturesHeader> features() {
    return FEATURES.stream().filter(this::has).findFirst().flatMap(this::features);
  }

  /**
   * The header of one features file; empty where it is missing.
   *
   * @throws Stage.Failure if it is damaged
   */
  public Optional<FeaturesHeader> features(String name) {
    return find(name).map(RunFolder::readHeader);
  }

  /** The corpus's genres: the features' mapping, else those of segments or clusters. */
  public Set<String> genres() {
    Set<String> mapping = features().map(header -> Set.copyOf(header.mapping())).orElse(Set.of());
    if (mapping.isEmpty()) {
      mapping =
          rows("segments.json", Rows.Segment.class).stream()
              .map(Rows.Segment::genre)
              .collect(Collectors.toSet());
    }
    if (mapping.isEmpty()) {
      mapping =
          rows("clusters.json", Rows.Cluster.class).stream()
              .map(Rows.Cluster::genre)
              .collect(Collectors.toSet());
    }
    return mapping;
  }

  /** Reads past the values, of which there may be gigabytes. */
  private static FeaturesHeader readHeader(Path file) {
    List<String> mapping = List.of();
    JsonNode params = MissingNode.getInstance();
    JsonNode provenance = MissingNode.getInstance();
    try (InputStream in = Store.open(file);
        JsonParser json = Store.JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(json, "not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "mapping" -> mapping = List.of(json.readValueAs(String[].class));
          case "params" -> params = json.readValueAsTree();
          case "provenance" -> provenance = json.readValueAsTree();
          default -> json.skipChildren();
        }
      }
    } catch (JsonProcessingException | EOFException | ZipException error) {
      throw new Stage.Failure("%s: not a complete features JSON; compute it again", file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return new FeaturesHeader(mapping, params, provenance);
  }

  /**
   * Whether the run's audio is the synthetic demo corpus: as the features' provenance says, else
   * that of a trained model, else the run's record of its stages. Empty where none of them is there
   * to tell.
   */
  public Optional<Boolean> synthetic() {
    boolean rendered =
        has("run.json")
            && rows("run.json", Rows.StageRecord.class).stream()
                .anyMatch(stage -> "demo".equals(stage.stage()));
    if (rendered) { // first, since features take seconds to read through
      return Optional.of(true);
    }
    Optional<Boolean> recorded =
        features().map(header -> header.provenance().path("synthetic").asBoolean());
    return recorded.isPresent()
        ? recorded
        : networks().stream().flatMap(name -> modelSynthetic(name).stream()).findFirst();
  }

  private Optional<Boolean> modelSynthetic(String network) {
    return find(network + "/model.zip")
        .map(RunFolder::modelDescription)
        .map(description -> description.at("/features/provenance/synthetic"))
        .filter(JsonNode::isBoolean)
        .map(JsonNode::asBoolean);
  }

  private static JsonNode modelDescription(Path model) {
    try (ZipFile zip = new ZipFile(model.toFile())) {
      ZipEntry entry = zip.getEntry("model.json");
      return entry == null
          ? MissingNode.getInstance()
          : Store.JSON.readTree(zip.getInputStream(entry));
    } catch (ZipException | JsonProcessingException damaged) {
      return MissingNode.getInstance();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  // --- what makes a file -------------------------------------------------------------------------

  /**
   * The command that writes a file of the run, as typed in the kit's folder.
   *
   * @param name e.g. {@code tsne.json} or {@code cnn/metrics.json}
   */
  public String command(String name) {
    return "environment/jbang " + arguments(name);
  }

  private String arguments(String name) {
    String segments = argument("segments.json");
    String mfcc = argument("mfcc.json");
    String clustered = argument("mfcc-kmeans.json");
    String kmeans = "kmeans --features %s --out %s --seed 1".formatted(mfcc, clustered);
    return switch (name) {
      case "segments.json" -> "segment --corpus CORPUS --out " + segments;
      case "verify.json" -> "verify --corpus CORPUS --out " + argument(name);
      case "mfcc.json" -> "mfcc --segments %s --out %s".formatted(segments, mfcc);
      case "mfcc-kmeans.json", "clusters.json", "clustering.json" -> kmeans;
      case "sweep.json" -> kmeans + " --sweep 2:20";
      case "tsne.json" ->
          "tsne --features %s --out %s --seed 1".formatted(clustered, argument(name));
      case "embedding/tsne.json" ->
          "embed --model %s --features %s --split %s --out %s && environment/jbang tsne --features %s --out %s"
              .formatted(
                  argument("cnn/model.zip"),
                  mfcc,
                  argument("split.json"),
                  argument("embedding/embedding.json"),
                  argument("embedding/embedding.json"),
                  argument(name));
      case "split.json" ->
          "split --segments %s --by segment --out %s --seed 1".formatted(segments, argument(name));
      case "split-kmeans.json" ->
          "split --features %s --by cluster --out %s --seed 1".formatted(clustered, argument(name));
      case "bench.json" -> "bench --peers --out " + argument(name);
      default ->
          name.contains("/")
              ? training(name.substring(0, name.indexOf('/')))
              : "study --corpus CORPUS --out " + quoted(shown);
    };
  }

  /** By convention a network's folder is named after its alias. */
  private String training(String network) {
    if (BaselineMethod.isNameOf(network)) {
      return "baseline --features %s --split %s --out %s --method %s --seed 1"
          .formatted(argument("mfcc.json"), argument("split.json"), argument(network), network);
    }
    boolean flat = network.endsWith("-kmeans");
    return "%s --features %s --split %s%s --out %s --seed 1"
        .formatted(
            network.replace("-kmeans", ""),
            argument(flat ? "mfcc-kmeans.json" : "mfcc.json"),
            argument(flat ? "split-kmeans.json" : "split.json"),
            flat ? " --shape flat" : "",
            argument(network));
  }

  /** A file of the run as an argument at the shell. */
  private String argument(String name) {
    return quoted(shown.resolve(name));
  }

  /** The run folder as an argument at the shell. */
  public String argument() {
    return quoted(shown);
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
