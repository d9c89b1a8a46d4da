//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../audio/Audio.java
//SOURCES ../features/FeaturePart.java
//SOURCES ../features/FeaturePartWriter.java
//SOURCES ../features/PartTable.java
//SOURCES ../features/SegmentFeatures.java
//SOURCES ../features/TrackExtraction.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES PartWork.java
//SOURCES TrackError.java
//SOURCES PartPlan.java
//SOURCES PartRecord.java
//SOURCES TrackSource.java

package genrelab.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import genrelab.audio.Audio;
import genrelab.features.FeaturePart;
import genrelab.features.FeaturePartWriter;
import genrelab.features.PartTable;
import genrelab.features.SegmentFeatures;
import genrelab.features.TrackExtraction;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Computes the features of a part's tracks by the kit's own extraction: the files are those that
 * {@code mfcc} or {@code logmel} writes.
 *
 * @param key mfcc or logmel
 * @param params JSON, as a features JSON records them
 * @param frames of a segment
 */
record FeatureWork(String key, String params, int frames) implements PartWork {
  private static final long serialVersionUID = 1L;

  /** A failure to write, which is the machine's and not the track's. */
  private static final class NotWritten extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotWritten(UncheckedIOException cause) {
      super(cause);
    }
  }

  @Override
  public PartRecord write(PartPlan plan, Path folder) throws IOException {
    SegmentFeatures features = features();
    UnaryOperator<float[]> extractor = features.extractor();
    var errors = new ArrayList<TrackError>();
    var files = new TreeMap<String, String>();
    try (var part = new FeaturePartWriter(folder, plan.number(), frames, features.width())) {
      for (int t = 0; t < plan.tracks().size(); t++) {
        TrackSource track = plan.tracks().get(t);
        add(
            track,
            track.segments(plan.cuts().get(t).segments()),
            features,
            extractor,
            part,
            errors);
      }
      String name = FeaturePart.name(plan.number());
      int rows = part.rows();
      if (rows > 0) {
        FeaturePart written = part.finish();
        files.put(name + ".npy", written.npySha256());
        files.put(name + ".csv", written.csvSha256());
      }
      return new PartRecord(name, rows, files, errors);
    }
  }

  private SegmentFeatures features() {
    try {
      return SegmentFeatures.of(key, Store.JSON.readTree(params));
    } catch (JsonProcessingException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Adds a track's segments, all or none. */
  private static void add(
      TrackSource track,
      List<Rows.Segment> segments,
      SegmentFeatures features,
      UnaryOperator<float[]> extractor,
      FeaturePartWriter part,
      List<TrackError> errors) {
    int before = part.rows();
    String problem;
    String detail;
    try {
      TrackExtraction.compute(
          Path.of(track.file()),
          segments,
          features.rate(),
          extractor,
          values -> {
            Rows.Segment segment = segments.get(part.rows() - before);
            try {
              part.add(
                  new PartTable.Row(
                      track.id(),
                      segment.segment(),
                      track.label(),
                      track.genre(),
                      track.artist(),
                      null),
                  values);
            } catch (UncheckedIOException full) {
              throw new NotWritten(full);
            }
          });
      return;
    } catch (NotWritten full) {
      throw (UncheckedIOException) full.getCause();
    } catch (Audio.Unreadable unusable) {
      problem = unusable.problem;
      detail = unusable.getMessage();
    } catch (RuntimeException broken) { // a file that has changed, or a decoder's
      problem = "unreadable";
      detail = String.valueOf(broken.getMessage());
    }
    part.keep(before);
    errors.add(TrackError.of(track, problem, detail));
  }
}
