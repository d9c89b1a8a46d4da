//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
// CloseShieldOutputStream: a file stays locked until it has its name.
//DEPS commons-io:commons-io:2.20.0
//SOURCES CleanupOnExit.java
//SOURCES Outputs.java

package genrelab.kit;

import static java.nio.channels.Channels.newOutputStream;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.apache.commons.io.output.CloseShieldOutputStream;

/** Files as the stages exchange them: written whole or not at all, JSON rows, checksums. */
public final class Store {
  private static final int BUFFER = 1 << 16;

  /** Jackson as every file of the kit is read and written. */
  public static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  /** Rows with a number left out, or as text, or followed by something, are somebody's mistake. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final ObjectWriter PRETTY =
      JSON.writer(
          new DefaultPrettyPrinter()
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private Store() {}

  /** What writes a file's contents. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file under a temporary name beside it and renames it when it is whole, so that no
   * reader sees half a file and a failed or interrupted run leaves the earlier one. A name ending
   * in {@code .gz} is compressed.
   *
   * @throws Stage.Failure if another run is writing the same file, or it is a folder, an input of
   *     this stage, or of another kind than the new contents
   * @throws UncheckedIOException if the folder can't be written or is full
   */
  public static void write(Path file, Content content) {
    requireNoFolder(file);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    createFolder(file.toAbsolutePath().getParent());
    try (var begun = new CleanupOnExit<>(() -> locked(part, file), channel -> deleteQuietly(part));
        FileChannel channel = begun.value()) {
      writeAndRename(channel, part, file, content);
    } catch (FileSystemException error) {
      throw new UncheckedIOException(error);
    } catch (IOException error) {
      throw new UncheckedIOException(
          new FileSystemException(file.toString(), null, error.getMessage()));
    }
  }

  private static FileChannel locked(Path part, Path file) throws IOException {
    FileChannel channel = FileChannel.open(part, CREATE, WRITE);
    boolean ours = false;
    try {
      // gone if the other run has finished between our two steps: what we opened is its file then
      ours = channel.tryLock() != null && Files.exists(part);
    } finally {
      if (!ours) {
        channel.close();
      }
    }
    if (!ours) {
      throw new Stage.Failure(
          "%s: another run is writing it; wait for that, or write elsewhere", file);
    }
    return channel;
  }

  private static void writeAndRename(FileChannel channel, Path part, Path file, Content content)
      throws IOException {
    try {
      channel.truncate(0); // what a killed run has left
      var buffered = new BufferedOutputStream(newOutputStream(channel), BUFFER);
      if (file.toString().endsWith(".gz")) {
        var zipped = new GZIPOutputStream(buffered, BUFFER);
        content.writeTo(CloseShieldOutputStream.wrap(zipped));
        zipped.finish();
      } else {
        content.writeTo(CloseShieldOutputStream.wrap(buffered));
      }
      buffered.flush();
      Outputs.requireReplaceable(part, file);
      // still open, and so locked: nobody else may begin before it has its name
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException | Error error) {
      deleteQuietly(part);
      throw error;
    }
  }

  private static void deleteQuietly(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException ignored) {
      // the first error is the one to tell
    }
  }

  /** Makes a folder and its parents, or says plainly why it can't. */
  public static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException error) {
      throw new Stage.Failure(
          "%s: can't make this folder (%s); choose a folder that can be written",
          folder, systemsReason(error));
    }
  }

  private static String systemsReason(IOException error) {
    if (error instanceof FileAlreadyExistsException) {
      return "a file is in its place";
    }
    if (error instanceof AccessDeniedException) {
      return "access denied";
    }
    return error instanceof FileSystemException told && told.getReason() != null
        ? told.getReason()
        : error.getClass().getSimpleName();
  }

  private static void requireNoFolder(Path file) {
    if (Files.isDirectory(file)) {
      throw new Stage.Failure("%s: this is a folder; name a file", file);
    }
  }

  /** Opens a file for reading, through gzip where its name ends in {@code .gz}. */
  public static InputStream open(Path file) throws IOException {
    requireNoFolder(file);
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in, BUFFER) : in;
  }

  /** Writes records as an array of rows, one row a line; a file {@code -} is standard output. */
  public static void writeRows(Path file, List<?> rows) {
    if (Stage.isStandardOutput(file)) {
      try {
        writeRows(Stage.standardOutput(), rows);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    } else {
      write(file, out -> writeRows(out, rows));
    }
  }

  private static void writeRows(OutputStream out, List<?> rows) throws IOException {
    for (int i = 0; i < rows.size(); i++) {
      out.write((i == 0 ? "[\n" : ",\n").getBytes(StandardCharsets.UTF_8));
      out.write(JSON.writeValueAsBytes(rows.get(i)));
    }
    out.write((rows.isEmpty() ? "[]\n" : "\n]\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes one JSON value, indented. */
  public static void writeJson(Path file, Object value) {
    write(
        file,
        out -> {
          out.write(PRETTY.writeValueAsBytes(value));
          out.write('\n');
        });
  }

  /**
   * Reads an array of rows. Texts and arrays must be there, numbers finite; of numbers, only the
   * boxed ones may be null.
   *
   * @throws Stage.Failure if the file is missing, is no JSON, or its rows have another form
   */
  public static <T> List<T> readRows(Path file, Class<T> row) {
    try (InputStream in = open(file)) {
      List<T> rows = STRICT.readerForListOf(row).readValue(in);
      if (rows == null) {
        throw noRows(file, row, "it holds null");
      }
      for (int i = 0; i < rows.size(); i++) {
        String fault = fault(rows.get(i));
        if (fault != null) {
          throw noRows(file, row, "row %d: %s".formatted(i, fault));
        }
      }
      return rows;
    } catch (JsonProcessingException error) {
      throw noRows(file, row, place(error) + reason(error));
    } catch (EOFException | ZipException error) { // of gzip
      throw noRows(file, row, error.getMessage());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static Stage.Failure noRows(Path file, Class<?> row, String why) {
    return new Stage.Failure(
        "%s: not an array of %s rows (%s); make it again", file, row.getSimpleName(), why);
  }

  /** What Jackson says, without its own types, features and hints to programmers. */
  private static String reason(JsonProcessingException error) {
    if (error instanceof UnrecognizedPropertyException) {
      return "there is no such column";
    }
    if (error instanceof ValueInstantiationException && error.getCause() != null) {
      return error.getCause().getMessage();
    }
    String message = error.getOriginalMessage().lines().findFirst().orElse("");
    if (message.startsWith("Trailing token")) {
      return "something follows its end";
    }
    return message.replaceFirst(" \\((?:set|but|token) .*", "").replaceAll("`\\S*\\.", "`");
  }

  private static String place(JsonProcessingException error) {
    if (!(error instanceof JsonMappingException mapping)
        || mapping.getPath().isEmpty()
        || mapping.getPath().get(0).getIndex() < 0) {
      return "";
    }
    String column =
        mapping.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(name -> name != null)
            .findFirst()
            .map(name -> ", " + name)
            .orElse("");
    return "row " + mapping.getPath().get(0).getIndex() + column + ": ";
  }

  /** What a row lacks, or which of its numbers is none; null for a sound one. */
  private static String fault(Object row) {
    if (row == null) {
      return "null";
    }
    if (!row.getClass().isRecord()) {
      return null;
    }
    for (RecordComponent column : row.getClass().getRecordComponents()) {
      Object value = value(row, column);
      if (value == null && !Number.class.isAssignableFrom(column.getType())) {
        return "it lacks " + name(column);
      }
      if (value instanceof Double number && !Double.isFinite(number)) {
        return "%s is %s".formatted(name(column), number);
      }
      if (value instanceof float[] numbers) {
        for (float number : numbers) {
          if (!Float.isFinite(number)) {
            return "%s hold %s".formatted(name(column), number);
          }
        }
      }
    }
    return null;
  }

  private static Object value(Object row, RecordComponent column) {
    try {
      return column.getAccessor().invoke(row);
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }

  private static String name(RecordComponent column) {
    JsonProperty named = column.getAccessor().getAnnotation(JsonProperty.class);
    return named == null ? column.getName() : named.value();
  }

  /** SHA-256 of a file's bytes, in hex. */
  public static String sha256(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      MessageDigest digest = sha256();
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** SHA-256 of a text's UTF-8 bytes, in hex. */
  public static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException error) {
      throw new AssertionError("every JDK has SHA-256", error);
    }
  }
}
