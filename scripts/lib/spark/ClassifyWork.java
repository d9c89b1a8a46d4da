//SOURCES ../audio/Audio.java
//SOURCES ../classification/RowWriter.java
//SOURCES ../classification/SongClassifier.java
//SOURCES ../classification/SongModel.java
//SOURCES ../classification/SongPrediction.java
//SOURCES ../features/FeaturePart.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES PartWork.java
//SOURCES TrackError.java
//SOURCES PartPlan.java
//SOURCES PartRecord.java
//SOURCES TrackSource.java

package genrelab.spark;

import genrelab.audio.Audio;
import genrelab.classification.RowWriter;
import genrelab.classification.SongClassifier;
import genrelab.classification.SongModel;
import genrelab.classification.SongPrediction;
import genrelab.features.FeaturePart;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Classifies a part's tracks with a trained model: the rows of {@code classify --csv} for whole
 * songs.
 *
 * @param model its zip, the same path on every machine
 * @param root folder that the rows' files are relative to
 */
record ClassifyWork(String model, String root) implements PartWork {
  private static final long serialVersionUID = 1L;

  @Override
  public PartRecord write(PartPlan plan, Path folder) throws IOException {
    Path file = Path.of(model);
    var classifier = new SongClassifier(file, SongModel.read(file));
    var errors = new ArrayList<TrackError>();
    var files = new TreeMap<String, String>();
    String name = FeaturePart.name(plan.number());
    Path csv = folder.resolve(name + ".csv");
    var rows = new int[1];
    RowWriter.csv(
        csv,
        false,
        writer -> {
          for (TrackSource track : plan.tracks()) {
            SongPrediction song = predict(classifier, track, errors);
            if (song != null) {
              write(writer, classifier, song);
              rows[0]++;
            }
          }
        });
    if (rows[0] > 0) {
      files.put(name + ".csv", Store.sha256(csv));
    }
    return new PartRecord(name, rows[0], files, errors);
  }

  /** Null where a track can't be classified, which is noted. */
  private SongPrediction predict(
      SongClassifier classifier, TrackSource track, List<TrackError> errors) {
    Path file = Path.of(track.file());
    if (!Files.isRegularFile(file)) {
      errors.add(TrackError.of(track, "missing", "no such file"));
      return null;
    }
    try (Audio.Reader audio = Audio.open(file)) {
      String name = Store.slashed(Path.of(root).relativize(file));
      // no size: a task draws no bar
      SongPrediction song = classifier.predict(name, audio, 0, Audio.MAX_TRACK_HOURS);
      if (song == null) {
        errors.add(TrackError.of(track, "short", "it holds no whole segment"));
      }
      return song;
    } catch (Audio.Unreadable unusable) {
      errors.add(TrackError.of(track, unusable.problem, unusable.getMessage()));
    } catch (Stage.Failure ofModel) { // it would fail with every track
      throw ofModel;
    } catch (RuntimeException broken) { // of a decoder: one track is no reason to end
      errors.add(TrackError.of(track, "unreadable", String.valueOf(broken.getMessage())));
    }
    return null;
  }

  private static void write(RowWriter writer, SongClassifier classifier, SongPrediction song) {
    try {
      writer.write(classifier.songRows(song));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
