//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES FeatureCatalog.java
//SOURCES FeaturePart.java
//SOURCES FeatureFolder.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code features.json} of a feature folder.
 *
 * @param key a key of {@link FeatureCatalog}
 * @param mapping class names, sorted; the index is the label
 * @param frames frames a segment
 * @param values values a frame
 * @param parts in the order of the segments
 * @param params how the features were computed
 * @param provenance versions, seed, checksums of inputs
 */
public record FolderHeader(
    String key,
    List<String> mapping,
    int frames,
    int values,
    List<FeaturePart> parts,
    ObjectNode params,
    ObjectNode provenance) {
  /** The file's name. */
  public static final String FILE = "features.json";

  private static final ObjectReader READER =
      Store.JSON
          .readerFor(FolderHeader.class)
          .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Writes {@code features.json}: last, when all parts are in the folder. */
  public void write(Path folder) {
    Store.write(folder.resolve(FILE), content());
  }

  /** The file. */
  public Store.Content content() {
    return Store.json(this);
  }

  /**
   * Reads {@code features.json}; the parts are not looked at.
   *
   * @throws Stage.Failure if it is missing or broken
   */
  public static FolderHeader read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new Stage.Failure(
          "%s: no features.json in it; give a features JSON, or a feature folder that was written"
              + " to its end",
          folder);
    }
    try (InputStream in = Store.open(file)) {
      FolderHeader header = READER.readValue(in);
      header.check(file);
      return header;
    } catch (JsonProcessingException error) {
      throw new Stage.Failure(
          "%s: not the features.json of a feature folder (broken%s); make it again",
          file,
          error.getLocation() == null
              ? ""
              : " at line %d, column %d"
                  .formatted(error.getLocation().getLineNr(), error.getLocation().getColumnNr()));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private void check(Path file) {
    if (key == null || mapping == null || parts == null || params == null || provenance == null) {
      throw broken(file, "it lacks one of key, mapping, frames, values, parts, params, provenance");
    }
    if (FeatureCatalog.of(key).isEmpty()) {
      throw broken(
          file,
          "its key '%s' is none of %s"
              .formatted(Stage.oneLine(key), String.join(", ", FeatureCatalog.keys())));
    }
    if (mapping.contains(null)) {
      throw broken(file, "its mapping has a null");
    }
    if (frames < 1 || values < 1 || (long) frames * values > FeatureFolder.MOST_VALUES) {
      throw broken(file, "%d frames × %d values make no segment".formatted(frames, values));
    }
    if (parts.isEmpty()) {
      throw broken(file, "it holds no parts");
    }
    Set<String> seen = new HashSet<>();
    long rows = 0;
    for (FeaturePart part : parts) {
      if (part == null || part.name() == null || !part.name().matches("part-\\d{5}")) {
        throw broken(file, "a part's name is not part-NNNNN");
      }
      if (!seen.add(part.name())) {
        throw broken(file, part.name() + " is there twice");
      }
      if (part.rows() < 1 || (rows += part.rows()) > Integer.MAX_VALUE) {
        throw broken(file, "%s has %d rows".formatted(part.name(), part.rows()));
      }
      if (!isSha256(part.npySha256()) || !isSha256(part.csvSha256())) {
        throw broken(file, part.name() + " lacks its checksums");
      }
    }
  }

  private static boolean isSha256(String text) {
    return text != null && text.matches("[0-9a-f]{64}");
  }

  private static Stage.Failure broken(Path file, String why) {
    return new Stage.Failure("%s: %s; make it again", file, why);
  }
}
