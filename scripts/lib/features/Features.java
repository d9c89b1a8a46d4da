//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES ../corpus/LabelledSegment.java
//SOURCES FeatureFolder.java
//SOURCES FeatureMatrix.java
//SOURCES FeaturesJson.java
//SOURCES FolderHeader.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../results/Rows.java
//SOURCES ../results/SegmentId.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.corpus.LabelledSegment;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Features of segments, both kinds of the paper: without clusters, and with them; as a features
 * JSON, or as a {@link FeatureFolder} where they are many.
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
 * @param artists the artist of each segment, empty where unknown; null where none is known: the
 *     features JSON has no place for them
 * @param frames frames a segment
 * @param coefficients values a frame
 * @param matrix segment × (frame · coefficients + coefficient), finite
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
    String[] artists,
    int frames,
    int coefficients,
    FeatureMatrix matrix,
    ObjectNode params,
    ObjectNode provenance) {
  private static final int MOST_CLUSTERS = 999_999;

  /** Features in memory, of unknown artists. */
  public Features(
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
    this(
        key,
        mapping,
        labels,
        tracks,
        segments,
        clusters,
        null,
        frames,
        coefficients,
        FeatureMatrix.of(values),
        params,
        provenance);
  }

  public int size() {
    return labels.length;
  }

  /** A segment's values, frame · coefficients + coefficient; for reading only. */
  public float[] values(int row) {
    return matrix.row(row);
  }

  /** All values in memory: for a folder, as much memory as its parts take on disk. */
  public float[][] values() {
    return matrix.toArray();
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
   * @param known artists by track, which count before the features' own; the others' are unknown
   */
  public List<LabelledSegment> labelledSegments(Map<String, String> known) {
    return IntStream.range(0, size())
        .mapToObj(
            row ->
                new LabelledSegment(
                    id(row),
                    genre(row),
                    artistOf(row, known),
                    clusters == null ? -1 : clusters[row]))
        .toList();
  }

  private String artistOf(int row, Map<String, String> known) {
    return known.getOrDefault(tracks[row], artists == null ? "" : artists[row]);
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
        artists,
        frames,
        coefficients,
        matrix,
        params,
        how);
  }

  /** Some of the segments, in the given order, without copying their values. */
  public Features subset(int[] rows) {
    return new Features(
        key,
        mapping,
        at(labels, rows),
        at(tracks, rows),
        at(segments, rows),
        clusters == null ? null : at(clusters, rows),
        artists == null ? null : at(artists, rows),
        frames,
        coefficients,
        matrix == null ? null : matrix.subset(rows),
        params,
        provenance);
  }

  private static int[] at(int[] values, int[] rows) {
    return IntStream.of(rows).map(row -> values[row]).toArray();
  }

  private static String[] at(String[] values, int[] rows) {
    return IntStream.of(rows).mapToObj(row -> values[row]).toArray(String[]::new);
  }

  /** Whether a path names a feature folder: it ends in neither .json nor .json.gz. */
  public static boolean isFolder(Path out) {
    String name = out.getFileName().toString();
    return !name.endsWith(".json") && !name.endsWith(".json.gz");
  }

  /**
   * The file that identifies features by its checksum: the features JSON itself, or a folder's
   * {@code features.json}, which holds the checksums of its parts.
   */
  public static Path identity(Path features) {
    return Files.isDirectory(features) ? features.resolve(FolderHeader.FILE) : features;
  }

  /** Writes the features JSON or folder; see {@link #write(Path, Iterator)}. */
  public void write(Path out) {
    write(out, matrix.iterator());
  }

  /**
   * Writes the features JSON or folder with values that are made as they are written, so that a
   * corpus of any size streams through; this record's own {@code matrix} may then be null.
   *
   * @param out a {@code .json} or {@code .json.gz} file, else a folder
   * @param rows one array of frames · coefficients a segment, in the order of {@code labels}
   */
  public void write(Path out, Iterator<float[]> rows) {
    Store.writeTogether(contents(out, rows));
    FeatureFolder.deleteOtherParts(out);
  }

  /**
   * As {@link #write(Path, Iterator)}.
   *
   * @param sizes segments of each part, where {@code out} is a folder
   */
  void write(Path out, Iterator<float[]> rows, int[] sizes) {
    Store.writeTogether(
        isFolder(out) ? FeatureFolder.contents(out, this, rows, sizes) : contents(out, rows));
    FeatureFolder.deleteOtherParts(out);
  }

  /** The files that {@link #write(Path)} writes, for {@link Store#writeTogether}. */
  public Map<Path, Store.Content> contents(Path out) {
    return contents(out, matrix.iterator());
  }

  private Map<Path, Store.Content> contents(Path out, Iterator<float[]> rows) {
    return isFolder(out)
        ? FeatureFolder.contents(out, this, rows, FeatureFolder.rowsOfPart(frames, coefficients))
        : Map.of(out, FeaturesJson.content(this, rows));
  }

  /**
   * Reads a features JSON, streaming, or opens a feature folder, whose values stay on disk.
   *
   * @throws Stage.Failure if the file is truncated, ragged, holds NaN, lacks a key, or has lengths
   *     that disagree, a segment twice, a track of two genres or a control character in a class
   *     name; if a folder's part is missing or not what its {@code features.json} says; the message
   *     names the file and the place
   */
  public static Features read(Path features) {
    return Files.isDirectory(features)
        ? FeatureFolder.read(features, true)
        : FeaturesJson.read(features, true);
  }

  /**
   * Reads all but the values: {@code matrix} is null. Those of a JSON are checked all the same;
   * those of a folder are not read.
   */
  public static Features readWithoutValues(Path features) {
    return Files.isDirectory(features)
        ? FeatureFolder.read(features, false)
        : FeaturesJson.read(features, false);
  }

  /**
   * Reads features and hands the values of one segment after the other on, so that a features JSON
   * of any size streams through; its {@code matrix} is then null.
   *
   * @param values is given frames · coefficients values, and the number of coefficients
   */
  public static Features readValues(Path features, ObjIntConsumer<float[]> values) {
    if (!Files.isDirectory(features)) {
      return FeaturesJson.read(features, values);
    }
    Features mapped = FeatureFolder.read(features, true);
    mapped.matrix.forEach(row -> values.accept(row, mapped.coefficients));
    return mapped;
  }

  /**
   * Checks what every form of the features must be.
   *
   * @param file for messages
   * @throws Stage.Failure if a class is there twice, unsorted or of a name that is not allowed, a
   *     segment is there twice, a label or cluster is out of range, or a track is of two genres
   */
  void requireConsistent(Path file) {
    if (Set.copyOf(mapping).size() < mapping.size()) {
      throw broken(file, "its mapping has a class twice: %s", mapping);
    }
    for (int i = 0; i < mapping.size(); i++) {
      String name = Stage.oneLine(mapping.get(i));
      if (!name.equals(mapping.get(i))) {
        throw broken(file, "mapping[%d] (%s) has a control character", i, name);
      }
      if (Rows.ClassReport.AVERAGES.contains(name)) {
        throw broken(file, "mapping[%d] is '%s', as reports call a mean over genres", i, name);
      }
    }
    if (!mapping.equals(mapping.stream().sorted().toList())) {
      throw broken(file, "its mapping is not in alphabetical order; bring it in through import");
    }
    var seen = new HashSet<SegmentId>();
    var labelOf = new HashMap<String, Integer>();
    for (int i = 0; i < size(); i++) {
      var id = new SegmentId(tracks[i], segments[i]);
      if (!seen.add(id)) {
        throw broken(file, "it has %s twice", id);
      }
      if (clusters != null && (clusters[i] < -1 || clusters[i] > MOST_CLUSTERS)) {
        throw broken(
            file, "clusters[%d] is %d, not from -1 (none) to %d", i, clusters[i], MOST_CLUSTERS);
      }
      if (labels[i] < 0 || labels[i] >= mapping.size()) {
        throw broken(
            file, "labels[%d] is %d, but there are %d classes", i, labels[i], mapping.size());
      }
      Integer other = labelOf.putIfAbsent(tracks[i], labels[i]);
      if (other != null && other != labels[i]) { // two of one name would be split as one
        throw broken(
            file,
            "track %s is of two genres, %s and %s",
            tracks[i],
            mapping.get(other),
            mapping.get(labels[i]));
      }
    }
  }

  private static Stage.Failure broken(Path file, String format, Object... what) {
    return new Stage.Failure(
        "%s: %s; make it again", file, String.format(Locale.ROOT, format, what));
  }
}
