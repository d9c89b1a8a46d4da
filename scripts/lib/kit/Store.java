//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES CleanupOnExit.java
//SOURCES PartFiles.java
//SOURCES Stage.java

package genrelab.kit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

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
          .addModule(new SimpleModule().addDeserializer(String.class, new SharedText()))
          .build();

  /** Equal texts of a file are one string: a track's name stands in each of its rows. */
  private static final class SharedText extends StdScalarDeserializer<String> {
    private static final long serialVersionUID = 1L;

    SharedText() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser json, DeserializationContext context) throws IOException {
      String text = StringDeserializer.instance.deserialize(json, context);
      @SuppressWarnings("unchecked")
      var known = (Map<String, String>) context.getAttribute(SharedText.class);
      if (known == null) {
        known = new HashMap<>();
        context.setAttribute(SharedText.class, known);
      }
      String before = text == null ? null : known.putIfAbsent(text, text);
      return before == null ? text : before;
    }
  }

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
    writeTogether(Map.of(file, content));
  }

  /**
   * Writes files that belong together as {@link #write} does, none of which gets its name before
   * all are whole.
   *
   * @param files contents by file, in the order in which they are written
   */
  public static void writeTogether(Map<Path, Content> files) {
    files.keySet().forEach(Store::requireNoFolder);
    files.keySet().forEach(file -> createFolder(file.toAbsolutePath().getParent()));
    try (var begun = new CleanupOnExit<>(() -> PartFiles.open(files.keySet()), PartFiles::delete);
        PartFiles parts = begun.value()) {
      files.forEach(parts::write);
      parts.rename();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
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

  /**
   * A path with slashes on every system, as files name it. Only Windows' separators become slashes;
   * elsewhere a backslash is part of a name.
   */
  public static String slashed(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  /** Whether two paths are one file or folder, through links too. */
  public static boolean isSame(Path one, Path other) {
    if (one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())) {
      return true;
    }
    try {
      return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /**
   * Deletes a file, if it is there.
   *
   * @throws UncheckedIOException if it can't be deleted
   */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Opens a file for reading, through gzip where its name ends in {@code .gz}. */
  public static InputStream open(Path file) throws IOException {
    requireNoFolder(file);
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in, BUFFER) : in;
  }

  /**
   * Writes records as an array of rows, one row a line; a file {@code -} is standard output.
   *
   * @param rows gone through once: they may be made as they are written
   */
  public static void writeRows(Path file, Iterable<?> rows) {
    if (Stage.isStandardOutput(file)) {
      try {
        writeRows(Stage.standardOutput(), rows);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    } else {
      write(file, rows(rows));
    }
  }

  /** Records as an array of rows, one row a line, for {@link #writeTogether}. */
  public static Content rows(Iterable<?> rows) {
    return out -> writeRows(out, rows);
  }

  private static void writeRows(OutputStream out, Iterable<?> rows) throws IOException {
    boolean empty = true;
    for (Object row : rows) {
      out.write((empty ? "[\n" : ",\n").getBytes(StandardCharsets.UTF_8));
      out.write(JSON.writeValueAsBytes(row));
      empty = false;
    }
    out.write((empty ? "[]\n" : "\n]\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes one JSON value, indented. */
  public static void writeJson(Path file, Object value) {
    write(file, json(value));
  }

  /** One JSON value, indented, for {@link #writeTogether}. */
  public static Content json(Object value) {
    return out -> {
      out.write(PRETTY.writeValueAsBytes(value));
      out.write('\n');
    };
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
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** SHA-256 of what is read to its end, in hex. */
  public static String sha256(InputStream in) throws IOException {
    MessageDigest digest = sha256Digest();
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of a text's UTF-8 bytes, in hex. */
  public static String sha256(String text) {
    return HexFormat.of().formatHex(sha256Digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** SHA-256, for what is read or written piece by piece. */
  public static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException error) {
      throw new AssertionError("every JDK has SHA-256", error);
    }
  }
}
