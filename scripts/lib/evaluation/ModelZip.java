//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The zip of a trained model: its record {@code model.json}, its parameters, its card.
 *
 * <p>A model may come from others: sizes are bounded before anything is read.
 */
public final class ModelZip {
  private static final String RECORD = "model.json";
  private static final int MAX_RECORD = 16 << 20;
  private static final int MAX_PARAMETERS = 256 << 20;

  private ModelZip() {}

  /**
   * Writes the zip; the same model gives the same bytes.
   *
   * @param parameters the name of their entry
   * @param card Markdown
   */
  public static void write(
      Path file, ObjectNode record, String parameters, byte[] values, String card) {
    Store.write(
        file,
        out -> {
          try (var zip = new ZipOutputStream(out)) {
            entry(zip, RECORD, Store.JSON.writeValueAsBytes(record));
            entry(zip, parameters, values);
            entry(zip, "card.md", card.getBytes(StandardCharsets.UTF_8));
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

  /** What is made of a model's record and parameters. */
  public interface Reader<T> {
    T read(ObjectNode record, byte[] parameters) throws IOException;
  }

  /**
   * The format that a model's record names.
   *
   * @throws Stage.Failure if the file is missing or no model
   */
  public static String format(Path file) {
    return open(file, zip -> record(zip, file).path("format").asText());
  }

  /**
   * Reads a model.
   *
   * @param format that its record must name
   * @param parameters the name of the zip's entry
   * @throws Stage.Failure if the file is missing, no zip, or no sound model of this format
   */
  public static <T> T read(Path file, String format, String parameters, Reader<T> reader) {
    return open(
        file,
        zip -> {
          JsonNode record = record(zip, file);
          if (!record.path("format").asText().equals(format)) {
            throw broken(file, "its format is '" + record.path("format").asText() + "'");
          }
          return reader.read((ObjectNode) record, bytes(zip, parameters, MAX_PARAMETERS, file));
        });
  }

  private interface Content<T> {
    T of(ZipFile zip) throws IOException;
  }

  private static <T> T open(Path file, Content<T> content) {
    try (var zip = new ZipFile(file.toFile())) {
      return content.of(zip);
    } catch (NoSuchFileException missing) {
      throw new Stage.Failure("%s: no such file; train a network first", file);
    } catch (AccessDeniedException denied) {
      throw new UncheckedIOException(denied);
    } catch (IOException | IllegalArgumentException error) { // of the zip, or of JSON
      throw broken(file, "it is damaged");
    }
  }

  private static JsonNode record(ZipFile zip, Path file) throws IOException {
    return Store.JSON.readTree(bytes(zip, RECORD, MAX_RECORD, file));
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

  /** A file that is no model, with the reason. */
  public static Stage.Failure broken(Path file, String why) {
    return new Stage.Failure("%s: not a model of this kit (%s); train again", file, why);
  }
}
