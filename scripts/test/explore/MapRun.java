//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../../lib/audio/Audio.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Store.java
//SOURCES ../../lib/results/Rows.java

import genrelab.audio.Audio;
import genrelab.features.Features;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Run folders for the map: one with sound and names that are out to do harm, and a large one. */
final class MapRun {
  static final String SCRIPT = "<script>document.title = 'owned'</script>";
  static final String QUOTES = "\"rock\" & 'roll'";

  /** In the order of their names. */
  static final List<String> GENRES = List.of(QUOTES, SCRIPT, "jazz");

  static final int TRACKS = 9;
  static final int SEGMENTS = 4;
  private static final int RATE = 8_000;

  private MapRun() {}

  static String track(int t) {
    return "<img src=x onerror=\"document.title = 'owned'\">." + t;
  }

  /** Nine tracks of four segments of a second, of which the last of each is predicted wrongly. */
  static Path withSound(Path folder) {
    var segments = new ArrayList<Rows.Segment>();
    var points = new ArrayList<Rows.Point>();
    var predictions = new ArrayList<Rows.Prediction>();
    for (int t = 0; t < TRACKS; t++) {
      String file = "audio/t%d.wav".formatted(t);
      tone(t).writeWav(folder.resolve(file));
      int genre = t % 3;
      for (int s = 0; s < SEGMENTS; s++) {
        segments.add(
            new Rows.Segment(
                track(t), GENRES.get(genre), "", s, file, (long) s * RATE, RATE, RATE, ""));
        points.add(new Rows.Point(3 * t, 2 * s, GENRES.get(genre), s, track(t), s));
        boolean wrong = s == SEGMENTS - 1;
        int said = wrong ? (genre + 1) % 3 : genre;
        float[] probabilities = {0.05f, 0.05f, 0.05f};
        probabilities[said] = wrong ? 0.6f + 0.03f * t : 0.9f;
        predictions.add(
            new Rows.Prediction(
                "cnn", 1, 0, track(t), s, GENRES.get(genre), GENRES.get(said), probabilities));
      }
    }
    Store.writeRows(folder.resolve("segments.json"), segments);
    Store.writeRows(folder.resolve("tsne.json"), points);
    Store.writeRows(folder.resolve("cnn/predictions.json"), predictions);
    Store.writeRows(folder.resolve("cnn/classes.json"), classes());
    features(segments).write(folder.resolve("mfcc.json"));
    return folder;
  }

  private static List<Rows.ClassName> classes() {
    return IntStream.range(0, 3).mapToObj(c -> new Rows.ClassName(c, GENRES.get(c))).toList();
  }

  private static Audio tone(int t) {
    float[] samples = new float[SEGMENTS * RATE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.3 * Math.sin(i * 0.1 * (t + 1)));
    }
    return new Audio(samples, RATE);
  }

  private static Features features(List<Rows.Segment> segments) {
    int size = segments.size();
    float[][] values = new float[size][20 * 13];
    for (int i = 0; i < size; i++) {
      for (int v = 0; v < values[i].length; v++) {
        values[i][v] = (float) (10 * Math.sin(i + v));
      }
    }
    return new Features(
        "mfcc",
        GENRES,
        segments.stream().mapToInt(row -> GENRES.indexOf(row.genre())).toArray(),
        segments.stream().map(Rows.Segment::track).toArray(String[]::new),
        segments.stream().mapToInt(Rows.Segment::segment).toArray(),
        null,
        20,
        13,
        values,
        Store.JSON.createObjectNode(),
        Store.JSON.createObjectNode().put("source", "test").put("synthetic", true));
  }

  /** Ten thousand points on a grid, and nothing else. */
  static Path large(Path folder) {
    Store.writeRows(
        folder.resolve("tsne.json"),
        IntStream.range(0, 10_000)
            .mapToObj(
                i ->
                    new Rows.Point(
                        i % 100, i / 100, GENRES.get(i / 10 % 3), -1, "track " + i / 10, i % 10))
            .toList());
    return folder;
  }
}
