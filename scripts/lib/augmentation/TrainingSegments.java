//SOURCES ../corpus/SegmentManifest.java
//SOURCES ../corpus/SplitAssignment.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java

package genrelab.augmentation;

import genrelab.corpus.SegmentManifest;
import genrelab.corpus.SplitAssignment;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A manifest's segments with a split of them; those in training are copied.
 *
 * @param manifest the file that names the segments
 * @param all its rows
 * @param parts the split's rows
 * @param training the training segments, in the manifest's order
 */
public record TrainingSegments(
    Path manifest, List<Rows.Segment> all, List<Rows.SplitRow> parts, List<Rows.Segment> training) {
  /**
   * Reads a manifest and its split.
   *
   * @throws Stage.Failure if the manifest is empty or has augmented copies, the split is of other
   *     segments, or none is in training
   */
  public static TrainingSegments read(Path manifest, Path split) {
    List<Rows.Segment> all = SegmentManifest.read(manifest);
    if (all.isEmpty()) {
      throw new Stage.Failure("%s: it lists no segments; run segment again", manifest);
    }
    List<Rows.SplitRow> parts = Store.readRows(split, Rows.SplitRow.class);
    if (all.stream().anyMatch(row -> Rows.isCopy(row.segment()) || !row.transform().isEmpty())) {
      throw new Stage.Failure(
          "%s: it holds augmented copies already; give the manifest that segment wrote", manifest);
    }
    var assignment = SplitAssignment.of(split, parts);
    assignment.requireSameSegments(
        all.stream().map(Rows.Segment::id).toList(),
        all.stream().map(Rows.Segment::genre).toList(),
        manifest);
    List<Rows.Segment> training =
        all.stream().filter(row -> assignment.part(row.id()) == Part.train).toList();
    if (training.isEmpty()) {
      throw new Stage.Failure("%s: no segment is in train; make another split", split);
    }
    return new TrainingSegments(manifest, all, parts, training);
  }

  /** The audio file that a segment is part of. */
  public Path audioFile(Rows.Segment row) {
    return manifest.toAbsolutePath().getParent().resolve(row.file()).normalize();
  }

  /** The training segments, those of a track together; tracks in the manifest's order. */
  public Collection<List<Rows.Segment>> tracks() {
    return training.stream()
        .collect(Collectors.groupingBy(Rows.Segment::file, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  /**
   * The rows of a manifest with copies.
   *
   * @param folder the new manifest's, which the originals' files are named relative to
   */
  public List<Rows.Segment> segmentsWith(List<Rows.Segment> copies, Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    return Stream.concat(all.stream().map(row -> relativeTo(root, row)), copies.stream()).toList();
  }

  private Rows.Segment relativeTo(Path root, Rows.Segment row) {
    Path audio = audioFile(row);
    boolean sameDisk = root.getRoot().equals(audio.getRoot());
    return new Rows.Segment(
        row.track(),
        row.genre(),
        row.artist(),
        row.segment(),
        Store.slashed(sameDisk ? root.relativize(audio) : audio),
        row.start(),
        row.length(),
        row.rate(),
        row.transform(),
        row.bytes(),
        row.crc32());
  }

  /** The rows of a split with copies, which all train. */
  public List<Rows.SplitRow> splitWith(List<Rows.Segment> copies) {
    String drawnFrom = parts.get(0).drawnFrom();
    return Stream.concat(
            parts.stream(),
            copies.stream()
                .map(row -> new Rows.SplitRow(row.track(), row.segment(), Part.train, drawnFrom)))
        .toList();
  }
}
