//SOURCES SongPrediction.java
//SOURCES ../audio/Audio.java
//SOURCES ../audio/Resampling.java
//SOURCES ../evaluation/Calibration.java
//SOURCES ../evaluation/OutOfDistribution.java
//SOURCES ../evaluation/SegmentPredictor.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../kit/Progress.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES SongModel.java

package genrelab.classification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import genrelab.audio.Audio;
import genrelab.audio.Resampling;
import genrelab.evaluation.Calibration;
import genrelab.evaluation.OutOfDistribution;
import genrelab.evaluation.SegmentPredictor;
import genrelab.features.SegmentFeatures;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import me.tongfei.progressbar.ProgressBar;

/**
 * Predicts songs' genres with a trained model.
 *
 * <p>A song is cut into segments of the model's length from its beginning; what is left at the end
 * is not used. Features are computed as the model's record says, by the code that computed those it
 * was trained on. Segments' probabilities are calibrated by the model's temperature for segments
 * ({@link Calibration}), the mean over the song's segments by that for songs ({@link
 * SongCalibration}).
 */
public final class SongClassifier {
  private static final int BATCH = 32;

  /** Batches that are read while the network is being built. */
  private static final int BATCHES_AHEAD = 8;

  /** Segments of a song that takes long enough for a progress bar. */
  private static final int SHOWS_PROGRESS = 200;

  private final List<String> genres;
  private final boolean synthetic;
  private final double seconds;
  private final int rate;
  private final UnaryOperator<float[]> extractor;
  private final Calibration calibration;

  /** Of the mean over a song's segments; null where the model has none: of an earlier version. */
  private final Calibration songCalibration;

  private final boolean calibratedOnKnownSongs;

  /** Null where the model has none. */
  private final OutOfDistribution detector;

  private final SegmentPredictor predictor;

  /**
   * Checks the model's record, then begins to load it.
   *
   * @param file the model's, for messages
   * @throws Stage.Failure if the model is damaged, or can't classify audio: its features were
   *     imported, or its network takes clusters
   */
  public SongClassifier(Path file, SongModel model) {
    JsonNode record = model.description();
    int width = 0; // of a frame; what others take is their own matter
    if (model.pretrained() != null) {
      seconds = model.pretrained().contract().seconds();
      rate = model.pretrained().contract().sampleRate();
      extractor = model.pretrained().audio().extractors().get();
    } else {
      SegmentFeatures features = features(file, record.path("features"), model);
      seconds = features.seconds();
      rate = features.rate();
      extractor = features.extractor();
      width = features.width();
    }
    synthetic = record.at("/features/provenance/synthetic").asBoolean();
    genres =
        StreamSupport.stream(record.path("mapping").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    if (genres.size() != model.classes()) {
      throw damaged(file, "it names %d genres for %d classes", genres.size(), model.classes());
    }
    if (model.takesClusters()) {
      throw new Stage.Failure(
          "%s: this network takes each segment's cluster, which a new song has none of; give a"
              + " model trained with --clusters none",
          file);
    }
    calibration = calibration(file, record.path("calibration"));
    JsonNode ofSongs = record.path("trackCalibration");
    songCalibration = ofSongs.isObject() ? calibration(file, ofSongs) : null;
    calibratedOnKnownSongs = calibratedOnKnownSongs(record);
    detector = detector(file, record.path("familiarity"), width);
    predictor = model.predictor().get();
  }

  private static Stage.Failure damaged(Path file, String why, Object... values) {
    return new Stage.Failure(
        "%s: damaged model (%s); train again", file, String.format(Locale.ROOT, why, values));
  }

  private static SegmentFeatures features(Path file, JsonNode record, SongModel model) {
    if (record.at("/provenance/source").asText().equals("import")) {
      throw new Stage.Failure(
          "%s: trained on features that were imported, so it does not say how to compute them from"
              + " audio; give a model trained on features of mfcc or logmel",
          file);
    }
    SegmentFeatures features;
    try {
      features = SegmentFeatures.of(record.path("key").asText(), record.path("params"));
    } catch (IllegalArgumentException missing) {
      throw new Stage.Failure(
          "%s: classify can't compute its features from audio (%s); give a model"
              + " trained on features of mfcc or logmel",
          file, missing.getMessage());
    }
    int samples = (int) Math.round(features.seconds() * features.rate());
    if (samples < 1
        || features.frames(samples) != model.frames()
        || features.width() != model.coefficients()) {
      throw damaged(file, "its features' record does not fit its network's input");
    }
    return features;
  }

  private int samples() {
    return (int) Math.round(seconds * rate);
  }

  private static Calibration calibration(Path file, JsonNode record) {
    if (!record.isObject()) {
      return Calibration.NONE;
    }
    double temperature = record.path("temperature").asDouble();
    if (!(temperature >= 0.01 && temperature <= 100)) {
      throw damaged(file, "its temperature is %s", temperature);
    }
    int fittedOn = record.path(record.has("tracks") ? "tracks" : "segments").asInt();
    return new Calibration(
        temperature, fittedOn, record.path("before").asDouble(), record.path("after").asDouble());
  }

  private static OutOfDistribution detector(Path file, JsonNode record, int values) {
    if (!record.isObject()) {
      return null;
    }
    try {
      OutOfDistribution detector = Store.JSON.treeToValue(record, OutOfDistribution.class);
      detector.check();
      if (detector.values() != values) {
        throw damaged(file, "its out-of-distribution detection is of other features");
      }
      return detector;
    } catch (JsonProcessingException | IllegalArgumentException error) {
      throw damaged(file, "its out-of-distribution detection (familiarity) is not readable");
    }
  }

  /** The model's classes, in the order of the probabilities. */
  public List<String> genres() {
    return genres;
  }

  /** Whether the model was trained on synthetic audio. */
  public boolean isSynthetic() {
    return synthetic;
  }

  /** Whether the model has a temperature. */
  public boolean isCalibrated() {
    return calibration.segments() > 0;
  }

  /** Whether the model has a temperature for songs, beside that for segments. */
  public boolean isCalibratedForSongs() {
    return songCalibration != null;
  }

  /** Whether the temperatures were fitted on songs that the model was trained on. */
  public boolean isCalibratedOnKnownSongs() {
    return calibratedOnKnownSongs;
  }

  /** Where the record does not tell of the validation part, it was drawn as the test was. */
  private static boolean calibratedOnKnownSongs(JsonNode record) {
    JsonNode known = record.at("/trackCalibration/tracksInTraining");
    return (known.isMissingNode() ? record.at("/split/testTracksInTraining") : known).asInt() > 0;
  }

  /** Length of a segment, in seconds. */
  public double segmentSeconds() {
    return seconds;
  }

  /** The largest distance that is in distribution; NaN where the model has no detection. */
  public double threshold() {
    return detector == null ? Double.NaN : detector.threshold();
  }

  /** Whether a window is out of distribution: never where the model has no detection. */
  public boolean isOutOfDistribution(SongPrediction.Window window) {
    return detector != null && detector.isOutside(window.distance());
  }

  // ---- prediction

  /**
   * Predicts a song, with a progress bar if it is long.
   *
   * @param name of the song
   * @param bytes of its file; 0 where unknown
   * @param maxHours of audio
   * @return null if it is shorter than a segment
   * @throws Audio.Unreadable if it can't be decoded, or is longer than {@code maxHours}
   */
  public SongPrediction predict(String name, Audio.Reader audio, long bytes, double maxHours)
      throws Audio.Unreadable {
    // resampled as one: pieces resampled by themselves would begin and end with a transient
    var track = new Resampling.Track(audio, rate);
    long length = Math.round(seconds * audio.rate());
    var output = new ArrayList<float[]>();
    var distances = new ArrayList<Double>();
    var ahead = new ArrayDeque<float[][]>();
    long read = 0;
    boolean more = true;
    ProgressBar progress = null;
    try {
      while (more || !ahead.isEmpty()) {
        while (more && (ahead.isEmpty() || ahead.size() < BATCHES_AHEAD && !predictor.isReady())) {
          float[][] batch = nextBatch(track, read, length);
          more = batch.length == BATCH;
          read += batch.length;
          if (read * seconds > 3600 * maxHours) {
            throw new Audio.Unreadable(
                "long", "it holds over %s hours; cut it, or raise --longest".formatted(maxHours));
          }
          if (batch.length > 0) {
            ahead.add(batch);
          }
        }
        if (!ahead.isEmpty()) {
          predict(ahead.remove(), output, distances);
        }
        // estimated from how much audio the bytes so far have held
        double whole = (double) read * bytes / audio.bytesRead();
        long expected = bytes == 0 && more ? -1 : Math.max(read, more ? Math.round(whole) : 0);
        if (progress == null && Math.max(read, expected) > SHOWS_PROGRESS) {
          progress = Progress.of(name, expected);
        }
        if (progress != null) {
          progress.maxHint(expected).stepTo(output.size());
        }
      }
    } finally {
      if (progress != null) {
        progress.close();
      }
    }
    return output.isEmpty()
        ? null
        : new SongPrediction(
            name,
            ofSong(output),
            output.stream().map(calibration::apply).toArray(double[][]::new),
            detector == null
                ? null
                : distances.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The next segments' features; fewer than a batch at the end. */
  private float[][] nextBatch(Resampling.Track track, long first, long length)
      throws Audio.Unreadable {
    var batch = new ArrayList<float[]>();
    while (batch.size() < BATCH) {
      // begins where the features JSON's do
      float[] samples = track.piece((first + batch.size()) * length, length, samples());
      if (samples == null) {
        break;
      }
      batch.add(extractor.apply(samples));
    }
    return batch.toArray(float[][]::new);
  }

  private void predict(float[][] batch, List<float[]> output, List<Double> distances) {
    output.addAll(Arrays.asList(predictor.predict(batch)));
    if (detector != null) {
      for (float[] segment : batch) {
        distances.add(detector.distance(segment));
      }
    }
  }

  /** The calibrated mean of segments; of an earlier version's model the mean of calibrated ones. */
  private double[] ofSong(List<float[]> output) {
    double[] mean = new double[genres.size()];
    for (float[] segment : output) {
      double[] each = songCalibration == null ? calibration.apply(segment) : null;
      for (int c = 0; c < mean.length; c++) {
        mean[c] += (each == null ? segment[c] : each[c]) / output.size();
      }
    }
    if (songCalibration == null) {
      return mean;
    }
    float[] single = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      single[c] = (float) mean[c];
    }
    return songCalibration.apply(single);
  }

  // ---- rows

  /**
   * The rows of {@code classify.json}: every genre of the song, then of each window.
   *
   * @param windowSize segments a window
   */
  public Stream<Rows.Classified> rows(SongPrediction song, int windowSize) {
    return Stream.concat(
        rows(song, "track", song.whole()),
        song.windows(windowSize).flatMap(window -> rows(song, "segment", window)));
  }

  /** As {@link #rows}, of the whole song alone. */
  public Stream<Rows.Classified> songRows(SongPrediction song) {
    return rows(song, "track", song.whole());
  }

  private Stream<Rows.Classified> rows(
      SongPrediction song, String level, SongPrediction.Window window) {
    String outside =
        detector == null ? "unknown" : detector.isOutside(window.distance()) ? "yes" : "no";
    return IntStream.range(0, genres.size())
        .mapToObj(
            c ->
                new Rows.Classified(
                    song.name(),
                    level,
                    rounded(window.first() * seconds),
                    rounded(window.count() * seconds),
                    genres.get(c),
                    rounded(window.probabilities()[c]),
                    window.distance() == null ? null : rounded(window.distance()),
                    outside,
                    synthetic ? "synthetic" : "audio"));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }
}
