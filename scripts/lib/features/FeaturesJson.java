//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES FeatureCatalog.java
//SOURCES FeatureMatrix.java
//SOURCES Features.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.features;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.zip.ZipException;

/** The features JSON, written and read as a stream. */
final class FeaturesJson {
  private FeaturesJson() {}

  /**
   * The file's content, with values that are made as they are written.
   *
   * @param rows one array of frames · coefficients a segment, in the order of the labels
   */
  static Store.Content content(Features features, Iterator<float[]> rows) {
    return out -> {
      try (JsonGenerator json = Store.JSON.getFactory().createGenerator(out)) {
        json.disable(StreamWriteFeature.AUTO_CLOSE_TARGET.mappedFeature());
        json.writeStartObject();
        json.writeFieldName("mapping");
        json.writeArray(features.mapping().toArray(String[]::new), 0, features.mapping().size());
        json.writeFieldName("labels");
        json.writeArray(features.labels(), 0, features.size());
        json.writeArrayFieldStart(features.key());
        for (int i = 0; i < features.size(); i++) {
          writeSegment(json, rows.next(), features.frames(), features.coefficients());
        }
        json.writeEndArray();
        json.writeFieldName("tracks");
        json.writeArray(features.tracks(), 0, features.size());
        json.writeFieldName("segments");
        json.writeArray(features.segments(), 0, features.size());
        if (features.clusters() != null) {
          json.writeFieldName("clusters");
          json.writeArray(features.clusters(), 0, features.size());
        }
        json.writeFieldName("params");
        json.writeTree(features.params());
        json.writeFieldName("provenance");
        json.writeTree(features.provenance());
        json.writeEndObject();
        json.writeRaw('\n');
      }
    };
  }

  private static void writeSegment(
      JsonGenerator json, float[] segment, int frames, int coefficients) throws IOException {
    json.writeStartArray();
    for (int frame = 0; frame < frames; frame++) {
      json.writeStartArray();
      for (int c = 0; c < coefficients; c++) {
        json.writeNumber(segment[frame * coefficients + c]);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /**
   * Reads a file; see {@link Features#read}.
   *
   * @param keepValues whether the values are kept, which are checked in any case
   */
  static Features read(Path file, boolean keepValues) {
    return read(file, keepValues ? null : (segment, coefficients) -> {});
  }

  /**
   * Reads a file; see {@link Features#readValues}.
   *
   * @param values is given each segment's; null to keep them
   */
  static Features read(Path file, ObjIntConsumer<float[]> values) {
    try (InputStream in = Store.open(file);
        JsonParser json = Store.JSON.getFactory().createParser(in)) {
      json.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature()); // to name its place
      return new Reader(file, json, values).read();
    } catch (JsonProcessingException | EOFException | ZipException error) {
      String where =
          error instanceof JsonProcessingException parse && parse.getLocation() != null
              ? " at line %d, column %d"
                  .formatted(parse.getLocation().getLineNr(), parse.getLocation().getColumnNr())
              : "";
      throw new Stage.Failure(
          "%s: not a whole features JSON (broken%s); make it again", file, where);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** One pass over the file's keys, in whatever order they come. */
  private static final class Reader {
    private final Path file;
    private final JsonParser json;
    private final ObjIntConsumer<float[]> consumer; // null where the values are kept
    private String key;
    private List<String> mapping;
    private int[] labels;
    private List<String> tracks;
    private int[] segments;
    private int[] clusters;
    private int frames = -1;
    private int coefficients = -1;
    private final List<float[]> values = new ArrayList<>();
    private int size;
    private float[] segment = new float[0];
    private ObjectNode params = Store.JSON.createObjectNode();
    private ObjectNode provenance = Store.JSON.createObjectNode();

    Reader(Path file, JsonParser json, ObjIntConsumer<float[]> consumer) {
      this.file = file;
      this.json = json;
      this.consumer = consumer;
    }

    Features read() throws IOException {
      expect(json.nextToken(), JsonToken.START_OBJECT, "the file");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        if (json.currentToken() == null) {
          throw new EOFException();
        }
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "mapping" -> mapping = strings(name);
          case "labels" -> labels = ints(name);
          case "tracks" -> tracks = strings(name);
          case "segments" -> segments = ints(name);
          case "clusters" -> clusters = ints(name);
          case "params" -> params = object(name);
          case "provenance" -> provenance = object(name);
          default -> {
            if (FeatureCatalog.of(name).isPresent()) {
              readValues(name);
            } else {
              json.skipChildren();
            }
          }
        }
      }
      if (json.nextToken() != null) { // reads on to the end, where gzip has its checksum
        throw bad("something follows its end");
      }
      check();
      var features =
          new Features(
              key,
              mapping,
              labels,
              tracks.toArray(String[]::new),
              segments,
              clusters,
              null,
              frames,
              coefficients,
              consumer == null ? FeatureMatrix.of(values.toArray(float[][]::new)) : null,
              params,
              provenance);
      features.requireConsistent(file);
      return features;
    }

    private void readValues(String name) throws IOException {
      key = name;
      expect(json.currentToken(), JsonToken.START_ARRAY, name);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.START_ARRAY, place(0, -1));
        int frame = 0;
        int filled = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          expect(json.currentToken(), JsonToken.START_ARRAY, place(frame, -1));
          int width = 0;
          while (json.nextToken() != JsonToken.END_ARRAY) {
            if (filled == segment.length) {
              segment = Arrays.copyOf(segment, Math.max(1024, 2 * filled));
            }
            segment[filled++] = number(frame, width++);
          }
          if (coefficients < 0) {
            coefficients = width;
          }
          if (width != coefficients || width == 0) {
            throw bad(
                "%s has %d coefficients, the first frame %d",
                place(frame, -1), width, coefficients);
          }
          frame++;
        }
        if (frames < 0) {
          frames = frame;
        }
        if (frame != frames || frame == 0) {
          throw bad("%s[%d] has %d frames, the first %d", key, size, frame, frames);
        }
        if (consumer == null) {
          values.add(Arrays.copyOf(segment, filled));
        } else {
          consumer.accept(Arrays.copyOf(segment, filled), coefficients);
        }
        size++;
      }
    }

    private float number(int frame, int coefficient) throws IOException {
      // Python's json module writes NaN as a bare word or as a string; both are refused here
      float value = json.currentToken().isNumeric() ? json.getFloatValue() : Float.NaN;
      if (!Float.isFinite(value)) {
        throw bad("%s is %s, not a finite number", place(frame, coefficient), json.getText());
      }
      return value;
    }

    private String place(int frame, int coefficient) {
      return "%s[%d][%d]".formatted(key, size, frame)
          + (coefficient < 0 ? "" : "[" + coefficient + "]");
    }

    private void check() {
      if (mapping == null || labels == null || key == null) {
        throw bad("it lacks %s", mapping == null ? "mapping" : labels == null ? "labels" : "mfcc");
      }
      if (tracks == null || segments == null) {
        throw bad(
            "it lacks %s, without which no split is honest",
            tracks == null ? "tracks" : "segments");
      }
      if (size == 0) {
        throw bad("it holds no segments");
      }
      checkLength("labels", labels.length);
      checkLength("tracks", tracks.size());
      checkLength("segments", segments.length);
      if (clusters != null) {
        checkLength("clusters", clusters.length);
      }
    }

    private void checkLength(String name, int length) {
      if (length != size) {
        throw bad("%s has %d entries, %s has %d", name, length, key, size);
      }
    }

    private List<String> strings(String name) throws IOException {
      expect(json.currentToken(), JsonToken.START_ARRAY, name);
      var list = new ArrayList<String>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_STRING, name);
        list.add(json.getText());
      }
      return list;
    }

    private int[] ints(String name) throws IOException {
      expect(json.currentToken(), JsonToken.START_ARRAY, name);
      int[] list = new int[1024];
      int n = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
        if (n == list.length) {
          list = Arrays.copyOf(list, 2 * n);
        }
        list[n++] = json.getIntValue();
      }
      return Arrays.copyOf(list, n);
    }

    private ObjectNode object(String name) throws IOException {
      expect(json.currentToken(), JsonToken.START_OBJECT, name);
      return json.readValueAsTree();
    }

    private void expect(JsonToken found, JsonToken wanted, String where) throws IOException {
      if (found == null) {
        throw new EOFException();
      }
      if (found != wanted) {
        throw bad(
            "%s: expected %s, found %s",
            where, wanted.asString() == null ? wanted : wanted.asString(), json.getText());
      }
    }

    private Stage.Failure bad(String format, Object... what) {
      return new Stage.Failure(
          "%s: %s; make it again", file, String.format(java.util.Locale.ROOT, format, what));
    }
  }
}
