//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/SegmentId.java
//SOURCES FeatureMatrix.java
//SOURCES Features.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.SplitAssignment;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a classifier is trained and tested on: features, and the part that each segment is in. */
public class SplitFeatures {
  private final Features features;
  private final Path split;
  private final Map<Part, int[]> rowsOf;
  private final long tracksOnBothSides;
  private final String splitBy;

  /**
   * Reads features and their split.
   *
   * @param file features JSON or folder
   * @param split of the same segments
   * @param splitBy what the split was drawn by; null for as far as it shows: track where no track
   *     has segments in training and in test, else segment
   * @throws genrelab.kit.Stage.Failure if a file is missing or broken, or they do not fit together
   */
  public SplitFeatures(Path file, Path split, String splitBy) {
    features = Features.read(file);
    this.split = split;
    rowsOf = SplitAssignment.read(split).join(features.ids(), features.genres(), file);
    tracksOnBothSides =
        SplitAssignment.overlap(tracksOf(rows(Part.train)), tracksOf(rows(Part.test))).size();
    this.splitBy = splitBy != null ? splitBy : tracksOnBothSides > 0 ? "segment" : "track";
  }

  /** All segments, whatever their part. */
  public final Features features() {
    return features;
  }

  /** What the split was drawn by. */
  public final String splitBy() {
    return splitBy;
  }

  /** The places of a part's segments in the features. */
  public final int[] rows(Part part) {
    return rowsOf.get(part);
  }

  /** Labels of segments, in their order. */
  public final int[] labelsOf(int[] rows) {
    return Arrays.stream(rows).map(row -> features.labels()[row]).toArray();
  }

  /** Tracks of segments, in their order. */
  public final List<String> tracksOf(int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> features.tracks()[row]).toList();
  }

  /** What identifies segments, in their order. */
  public final List<SegmentId> idsOf(int[] rows) {
    return Arrays.stream(rows).mapToObj(features::id).toList();
  }

  /** Genres of segments, in their order. */
  public final List<String> genresOf(int[] rows) {
    return Arrays.stream(rows).mapToObj(features::genre).toList();
  }

  /** The values of a part's segments. */
  public final FeatureMatrix values(Part part) {
    return features.matrix().subset(rows(part));
  }

  /** Test tracks that also have segments in training. */
  public final long tracksOnBothSides() {
    return tracksOnBothSides;
  }

  /** Adds what a model's record says of its data: class names, features and split. */
  public final void describe(ObjectNode model) {
    model.set("mapping", Store.JSON.valueToTree(features.mapping()));
    model.putObject("features").put("key", features.key());
    model.withObject("/features").set("params", features.params());
    model.withObject("/features").set("provenance", features.provenance());
    ObjectNode parts = model.putObject("split");
    parts.put("by", splitBy).put("sha256", Store.sha256(split));
    Part.USED.forEach(part -> parts.put(part.name(), rows(part).length));
    parts.put("testTracksInTraining", tracksOnBothSides);
  }
}
