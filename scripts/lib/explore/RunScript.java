//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ExploredRun.java
//SOURCES SegmentImages.java
//SOURCES TrackAudio.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A run as the page's script {@code run.js}: a call with the JSON object that {@code
 * data/schemas/explore.schema.json} describes. A script rather than JSON, since a page of the file
 * system may load nothing else.
 */
final class RunScript {
  static final String NAME = "run.js";

  /** By which the exported scripts are known to be {@code explore}'s. */
  private static final String MARK = "// genrelab explore\n";

  private static final String BEFORE = MARK + "explore.load(";
  private static final String AFTER = ");\n";

  private RunScript() {}

  /** The script in UTF-8. */
  static byte[] of(ExploredRun run, boolean withAudio) {
    var script = new ByteArrayOutputStream();
    script.writeBytes(BEFORE.getBytes(StandardCharsets.UTF_8));
    try (JsonGenerator json = Store.JSON.createGenerator(script)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(run, withAudio, json);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    script.writeBytes(AFTER.getBytes(StandardCharsets.UTF_8));
    return script.toByteArray();
  }

  /** The features of one track's segments as a script, each as the bytes of an image in base64. */
  static byte[] ofTrack(int track, ExploredRun run, SegmentImages images) {
    var encoded = new TreeMap<Integer, String>();
    for (ExploredRun.Segment segment : run.segments()) {
      if (segment.track() == track) {
        images.base64(segment.id()).ifPresent(i -> encoded.put(segment.id().segment(), i));
      }
    }
    try {
      return (MARK
              + "explore.features(%d, %s, %s);\n"
                  .formatted(
                      track,
                      Store.JSON.writeValueAsString(images.scale()),
                      Store.JSON.writeValueAsString(encoded)))
          .getBytes(StandardCharsets.UTF_8);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Where the page finds a track's audio, relative to itself; safe whatever the track's name. */
  static String audioName(int track, TrackAudio audio) {
    return "audio/%d.%s".formatted(track, audio.ending());
  }

  private static void write(ExploredRun run, boolean withAudio, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("version", Stage.VERSION);
    json.writeStringField("run", run.name());
    json.writePOJOField("synthetic", run.synthetic().orElse(null));
    json.writePOJOField("genres", run.genres());
    Map<String, Integer> genres = indices(run.genres());
    json.writeArrayFieldStart("tracks");
    for (int i = 0; i < run.tracks().size(); i++) {
      ExploredRun.Track track = run.tracks().get(i);
      int index = i;
      json.writeStartObject();
      json.writeStringField("track", track.id());
      json.writeNumberField("genre", genres.get(track.genre()));
      json.writeStringField("artist", track.artist());
      json.writeStringField(
          "audio", track.audio().filter(a -> withAudio).map(a -> audioName(index, a)).orElse(null));
      json.writeEndObject();
    }
    json.writeEndArray();
    writeSegments(run.segments(), json);
    json.writeArrayFieldStart("networks");
    Map<SegmentId, Integer> rows = new HashMap<>();
    run.segments().forEach(segment -> rows.put(segment.id(), rows.size()));
    for (ExploredRun.Network network : run.networks()) {
      writeNetwork(network, genres, rows, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static Map<String, Integer> indices(List<String> names) {
    var indices = new HashMap<String, Integer>();
    names.forEach(name -> indices.put(name, indices.size()));
    return indices;
  }

  /** One array a column: a fifth of the size of one object a segment. */
  private static void writeSegments(List<ExploredRun.Segment> segments, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart("segments");
    column("x", segments, s -> s.point().map(p -> rounded(p.x())).orElse(null), json);
    column("y", segments, s -> s.point().map(p -> rounded(p.y())).orElse(null), json);
    column("track", segments, ExploredRun.Segment::track, json);
    column("segment", segments, s -> s.id().segment(), json);
    column("cluster", segments, s -> s.point().map(Rows.Point::cluster).orElse(-1), json);
    column("start", segments, s -> s.manifest().map(RunScript::start).orElse(null), json);
    column("seconds", segments, s -> s.manifest().map(RunScript::seconds).orElse(null), json);
    json.writeEndObject();
  }

  private static void column(
      String name,
      List<ExploredRun.Segment> segments,
      Function<ExploredRun.Segment, Number> value,
      JsonGenerator json)
      throws IOException {
    json.writePOJOField(name, segments.stream().map(value).toList());
  }

  private static double rounded(double coordinate) {
    return Math.round(coordinate * 1000) / 1000.0;
  }

  private static double start(Rows.Segment row) {
    return (double) row.start() / row.rate();
  }

  private static double seconds(Rows.Segment row) {
    return (double) row.length() / row.rate();
  }

  private static void writeNetwork(
      ExploredRun.Network network,
      Map<String, Integer> genres,
      Map<SegmentId, Integer> rows,
      JsonGenerator json)
      throws IOException {
    List<Rows.Prediction> predictions = network.predictions();
    json.writeStartObject();
    json.writeStringField("name", network.name());
    json.writeStringField("title", network.title());
    json.writeStringField("split", network.split());
    ints("classes", network.classes().stream().mapToInt(genres::get), json);
    ints("rows", predictions.stream().mapToInt(row -> rows.get(row.id())), json);
    ints("predicted", predictions.stream().mapToInt(row -> genres.get(row.predicted())), json);
    // of each prediction one a class, in thousandths
    ints(
        "probabilities",
        predictions.stream()
            .flatMapToInt(
                row ->
                    IntStream.range(0, row.probabilities().length)
                        .map(c -> Math.round(1000 * row.probabilities()[c]))),
        json);
    json.writeEndObject();
  }

  private static void ints(String name, IntStream values, JsonGenerator json) throws IOException {
    int[] array = values.toArray();
    json.writeFieldName(name);
    json.writeArray(array, 0, array.length);
  }
}
