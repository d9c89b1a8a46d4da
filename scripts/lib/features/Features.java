//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../corpus/LabelledSegment.java
//SOURCES FeatureCatalog.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.features;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.LabelledSegment;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipException;

/**
 * The features JSON, both kinds of the paper: without clusters, and with them.
 *
 * <p>Keys {@code mapping}, {@code labels} and {@code mfcc} are those of the Keras tutorials'
 * lineage, so that their readers read these files.
 *
 * @param key a key of {@link FeatureCatalog}
 * @param mapping class names, sorted; the index is the label
 * @param labels one a segment
 * @param tracks the track of each segment
 * @param segments the place of each segment in its track
 * @param clusters the cluster of each segment, or null
 * @param frames frames a segment
 * @param coefficients values a frame
 * @param values segment × (frame · coefficients + coefficient), finite
 * @param params how the features were computed
 * @param provenance versions, seed, checksums of inputs
 */
public record Features(
    String key,
    List<String> mapping,
    int[] labels,
    String[] tracks,
    int[] segments,
    int[] clusters,
    int frames,
    int coefficients,
    float[][] values,
    ObjectNode params,
    ObjectNode provenance) {

  public int size() {
    return labels.length;
  }

  public String genre(int row) {
    return mapping.get(labels[row]);
  }

  /** What identifies each segment, in the file's order. */
  public List<SegmentId> ids() {
    return IntStream.range(0, size()).mapToObj(this::id).toList();
  }

  /** Each segment's genre, in the file's order. */
  public List<String> genres() {
    return IntStream.range(0, size()).mapToObj(this::genre).toList();
  }

  public SegmentId id(int row) {
    return new SegmentId(tracks[row], segments[row]);
  }

  /**
   * The segments with what a split may depend on, in the file's order.
   *
   * @param artists by track; the others' are unknown
   */
  public List<LabelledSegment> labelledSegments(Map<String, String> artists) {
    return IntStream.range(0, size())
        .mapToObj(
            row ->
                new LabelledSegment(
                    id(row),
                    genre(row),
                    artists.getOrDefault(tracks[row], ""),
                    clusters == null ? -1 : clusters[row]))
        .toList();
  }

  /** The same segments with their clusters: the paper's second kind of file. */
  public Features withClusters(int[] assigned, ObjectNode how) {
    return new Features(
        key,
        mapping,
        labels,
        tracks,
        segments,
        assigned,
        frames,
        coefficients,
        values,
        params,
        how);
  }

  /** Writes the file; see {@link #write(Path, Iterator)}. */
  public void write(Path file) {
    write(file, Arrays.asList(values).iterator());
  }

  /**
   * Writes the file with values that are made as they are written, so that a corpus of any size
   * streams through; this record's own {@code values} may then be null.
   *
   * @param rows one array of frames · coefficients a segment, in the order of {@code labels}
   */
  public void write(Path file, Iterator<float[]> rows) {
    Store.write(file, content(rows));
  }

  /** What {@link #write(Path)} writes, for {@link Store#writeTogether}. */
  public Store.Content content() {
    return content(Arrays.asList(values).iterator());
  }

  private Store.Content content(Iterator<float[]> rows) {
    return out -> {
      try (JsonGenerator json = Store.JSON.getFactory().createGenerator(out)) {
        json.disable(StreamWriteFeature.AUTO_CLOSE_TARGET.mappedFeature());
        json.writeStartObject();
        json.writeFieldName("mapping");
        json.writeArray(mapping.toArray(String[]::new), 0, mapping.size());
        json.writeFieldName("labels");
        json.writeArray(labels, 0, labels.length);
        json.writeArrayFieldStart(key);
        for (int i = 0; i < labels.length; i++) {
          writeSegment(json, rows.next());
        }
        json.writeEndArray();
        json.writeFieldName("tracks");
        json.writeArray(tracks, 0, tracks.length);
        json.writeFieldName("segments");
        json.writeArray(segments, 0, segments.length);
        if (clusters != null) {
          json.writeFieldName("clusters");
          json.writeArray(clusters, 0, clusters.length);
        }
        json.writeFieldName("params");
        json.writeTree(params);
        json.writeFieldName("provenance");
        json.writeTree(provenance);
        json.writeEndObject();
        json.writeRaw('\n');
      }
    };
  }

  private void writeSegment(JsonGenerator json, float[] segment) throws IOException {
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
   * Reads a features JSON, streaming.
   *
   * @throws Stage.Failure if the file is truncated, ragged, holds NaN, lacks a key, or has lengths
   *     that disagree, a segment twice, a track of two genres or a control character in a class
   *     name; the message names key and place
   */
  public static Features read(Path file) {
    return read(file, true);
  }

  /** Reads all but the values, which are checked and let go: {@code values} is null. */
  public static Features readWithoutValues(Path file) {
    return read(file, false);
  }

  private static Features read(Path file, boolean keepValues) {
    try (InputStream in = Store.open(file);
        JsonParser json = Store.JSON.getFactory().createParser(in)) {
      json.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature()); // to name its place
      return new Reader(file, json, keepValues).read();
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
    private static final int MOST_CLUSTERS = 999_999;

    private final Path file;
    private final JsonParser json;
    private final boolean keepValues;
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

    Reader(Path file, JsonParser json, boolean keepValues) {
      this.file = file;
      this.json = json;
      this.keepValues = keepValues;
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
      return new Features(
          key,
          mapping,
          labels,
          tracks.toArray(String[]::new),
          segments,
          clusters,
          frames,
          coefficients,
          keepValues ? values.toArray(float[][]::new) : null,
          params,
          provenance);
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
        if (keepValues) {
          values.add(Arrays.copyOf(segment, filled));
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
      if (Set.copyOf(mapping).size() < mapping.size()) {
        throw bad("its mapping has a class twice: %s", mapping);
      }
      for (int i = 0; i < mapping.size(); i++) {
        String name = Stage.oneLine(mapping.get(i));
        if (!name.equals(mapping.get(i))) {
          throw bad("mapping[%d] (%s) has a control character", i, name);
        }
        if (Rows.ClassReport.AVERAGES.contains(name)) {
          throw bad("mapping[%d] is '%s', as reports call a mean over genres", i, name);
        }
      }
      if (!mapping.equals(mapping.stream().sorted().toList())) {
        throw bad("its mapping is not in alphabetical order; bring it in through import");
      }
      var seen = new HashSet<SegmentId>();
      var labelOf = new HashMap<String, Integer>();
      for (int i = 0; i < size; i++) {
        var id = new SegmentId(tracks.get(i), segments[i]);
        if (!seen.add(id)) {
          throw bad("it has %s twice", id);
        }
        if (clusters != null && (clusters[i] < -1 || clusters[i] > MOST_CLUSTERS)) {
          throw bad("clusters[%d] is %d, not from -1 (none) to %d", i, clusters[i], MOST_CLUSTERS);
        }
        if (labels[i] < 0 || labels[i] >= mapping.size()) {
          throw bad("labels[%d] is %d, but there are %d classes", i, labels[i], mapping.size());
        }
        Integer other = labelOf.putIfAbsent(tracks.get(i), labels[i]);
        if (other != null && other != labels[i]) { // two of one name would be split as one
          throw bad(
              "track %s is of two genres, %s and %s",
              tracks.get(i), mapping.get(other), mapping.get(labels[i]));
        }
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
