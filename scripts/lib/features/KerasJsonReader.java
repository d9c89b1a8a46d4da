//SOURCES ArrayAxes.java
//SOURCES Excerpt.java
//SOURCES FeatureArray.java
//SOURCES ImportIndex.java
//SOURCES ../corpus/Corpus.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.features;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.corpus.Corpus;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipException;

/**
 * A JSON of the Keras lineage, read twice: once for lengths and names, whose keys may come after
 * the values, and once for the values, an item at a time.
 */
public final class KerasJsonReader implements FeatureArray {
  private final Path source;
  private final String key;
  private final ArrayAxes axes;
  private final InputStream in;
  private final JsonParser json;
  private final List<String> mapping = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final List<String> tracks = new ArrayList<>();
  private final List<Integer> segments = new ArrayList<>();
  private final long[] shape = {0, -1, -1};
  private boolean found;
  private float[] current = new float[0];
  private int item = -1;

  /**
   * Opens a file and reads all but its values.
   *
   * @param key of the values: a key of {@link FeatureCatalog}
   * @param axes the first is the axis of items
   * @throws Stage.Failure if the file is broken, ragged or without that key
   */
  public KerasJsonReader(Path source, String key, ArrayAxes axes) throws IOException {
    this.source = source;
    this.key = key;
    this.axes = axes;
    try (InputStream once = Store.open(source);
        JsonParser first = parser(once)) {
      survey(first);
    } catch (JsonProcessingException | EOFException | ZipException error) {
      throw broken(error);
    }
    if (!found) {
      throw bad("it has no key %s; name the values' key by --key", key);
    }
    in = Store.open(source);
    json = parser(in);
    toValues();
    current = new float[Math.toIntExact(Math.max(0, shape[1] * shape[2]))];
  }

  /** Python writes NaN as a bare word: let it through here, to name its place. */
  private static JsonParser parser(InputStream in) throws IOException {
    JsonParser parser = Store.JSON.getFactory().createParser(in);
    return parser.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
  }

  private void survey(JsonParser first) throws IOException {
    expect(first, first.nextToken(), JsonToken.START_OBJECT, "the file");
    while (first.nextToken() != JsonToken.END_OBJECT) {
      String name = first.currentName();
      if (name == null) {
        throw new EOFException();
      }
      first.nextToken();
      switch (name) {
        case "mapping" -> {
          for (String genre : texts(first, name)) {
            mapping.add(Corpus.trackId(genre)); // some writers keep the folder's path
          }
        }
        case "labels" -> labels.addAll(wholes(first, name));
        case "tracks" -> tracks.addAll(texts(first, name));
        case "segments" -> segments.addAll(wholes(first, name));
        default -> {
          if (name.equals(key) && found) {
            throw bad("it has the key %s twice", key);
          }
          if (name.equals(key)) {
            found = true;
            measure(first, name, 0);
          } else {
            first.skipChildren();
          }
        }
      }
    }
    if (first.nextToken() != null) { // reads on to the end, where gzip has its checksum
      throw bad("something follows its end");
    }
    if (Set.copyOf(mapping).size() < mapping.size()) {
      throw bad("its mapping has a class twice: %s", Excerpt.of("" + mapping));
    }
  }

  private List<String> texts(JsonParser first, String name) throws IOException {
    var texts = new ArrayList<String>();
    for (JsonNode node : array(first, name)) {
      if (!node.isTextual() || node.asText().isEmpty()) {
        throw bad("%s[%d] is %s, not a name", name, texts.size(), Excerpt.of(node.toString()));
      }
      texts.add(node.asText());
    }
    return texts;
  }

  /** Whole numbers from 0; some writers have 3.0 for 3. */
  private List<Integer> wholes(JsonParser first, String name) throws IOException {
    var wholes = new ArrayList<Integer>();
    for (JsonNode node : array(first, name)) {
      int whole = node.asInt(-1);
      if (!node.isNumber() || whole < 0 || node.asDouble() != whole) {
        throw bad(
            "%s[%d] is %s, not a whole number from 0",
            name, wholes.size(), Excerpt.of(node.toString()));
      }
      wholes.add(whole);
    }
    return wholes;
  }

  private JsonNode array(JsonParser first, String name) throws IOException {
    expect(first, first.currentToken(), JsonToken.START_ARRAY, name);
    return first.readValueAsTree();
  }

  /** Counts the entries of each axis, and refuses ragged ones. */
  private void measure(JsonParser first, String place, int axis) throws IOException {
    expect(first, first.currentToken(), JsonToken.START_ARRAY, place);
    int length = 0;
    while (first.nextToken() != JsonToken.END_ARRAY) {
      if (axis < 2) {
        measure(first, place + "[" + length + "]", axis + 1);
      } else if (first.currentToken() == null || !first.currentToken().isNumeric()) {
        throw bad("%s[%d] is %s, not a number", place, length, Excerpt.of(first.getText()));
      }
      length++;
    }
    if (shape[axis] >= 0 && axis > 0 && shape[axis] != length) {
      throw bad("%s has %d entries, the first has %d", place, length, shape[axis]);
    }
    shape[axis] = length;
  }

  private void expect(JsonParser parser, JsonToken is, JsonToken wanted, String place)
      throws IOException {
    if (is == null) {
      throw new EOFException();
    }
    if (is != wanted) {
      throw bad("%s: expected %s, found %s", place, wanted.asString(), parser.getText());
    }
  }

  private Stage.Failure bad(String format, Object... what) {
    return new Stage.Failure(
        "%s: %s; make it again", source, String.format(Locale.ROOT, format, what));
  }

  private Stage.Failure broken(IOException error) {
    String where =
        error instanceof JsonProcessingException parse && parse.getLocation() != null
            ? String.format(
                Locale.ROOT,
                " at line %d, column %d",
                parse.getLocation().getLineNr(),
                parse.getLocation().getColumnNr())
            : "";
    return bad("no whole JSON (broken%s)", where);
  }

  private void toValues() throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean here = json.currentName().equals(key);
      json.nextToken();
      if (here) {
        return;
      }
      json.skipChildren();
    }
  }

  @Override
  public long[] shape() {
    return shape;
  }

  @Override
  public String type() {
    return "json";
  }

  @Override
  public List<ImportIndex.Entry> entries() {
    if (tracks.isEmpty() || segments.isEmpty() && !axes.wholeTracks()) {
      throw new Stage.Failure(
          "%s: it does not name %s; give --index with one row {track, segment, genre} for each",
          source, tracks.isEmpty() ? "its tracks" : "its segments' places");
    }
    if (tracks.size() != shape[0] || !axes.wholeTracks() && segments.size() != shape[0]) {
      throw bad(
          "%s has %d entries, tracks %d, segments %d",
          key, shape[0], tracks.size(), segments.size());
    }
    return IntStream.range(0, tracks.size())
        .mapToObj(
            i -> {
              String track = Corpus.trackId(tracks.get(i));
              String genre = genre(i);
              return new ImportIndex.Entry(
                  track,
                  axes.wholeTracks() ? 0 : segments.get(i),
                  genre.isEmpty() ? ImportIndex.genreOf(source, i, track) : genre,
                  null);
            })
        .toList();
  }

  /** The genre that mapping and labels give an item; empty where they are missing. */
  @Override
  public String genre(int i) {
    if (labels.isEmpty() || mapping.isEmpty()) {
      return "";
    }
    if (labels.size() != shape[0]) {
      throw bad("%s has %d entries, labels %d", key, shape[0], labels.size());
    }
    int label = labels.get(i);
    if (label < 0 || label >= mapping.size()) {
      throw bad("labels[%d] is %d, but there are %d classes", i, label, mapping.size());
    }
    return mapping.get(label);
  }

  @Override
  public double at(int wanted, int frame, int coefficient) {
    try {
      while (item < wanted) {
        next();
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    int inner = axes.frame() < axes.coefficient() ? coefficient : frame;
    int outer = axes.frame() < axes.coefficient() ? frame : coefficient;
    return current[outer * (int) shape[2] + inner];
  }

  private void next() throws IOException {
    int filled = 0;
    for (int depth = 0; filled < current.length || depth > 0; ) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else {
        current[filled++] = json.getFloatValue();
      }
    }
    item++;
  }

  @Override
  public void close() throws IOException {
    json.close();
    in.close();
  }
}
