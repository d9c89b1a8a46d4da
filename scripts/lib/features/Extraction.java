//SOURCES ../audio/Audio.java
//SOURCES ../corpus/Corpus.java
//SOURCES FeatureFolder.java
//SOURCES Features.java
//SOURCES Mel.java
//SOURCES SegmentPipeline.java
//SOURCES TrackExtraction.java
//SOURCES TrackParts.java
//SOURCES ../results/Rows.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../kit/Progress.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.audio.Audio;
import genrelab.corpus.Corpus;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;

/**
 * The way from a manifest of segments to the features JSON or folder, which {@code mfcc} and {@code
 * logmel} share.
 *
 * <p>Tracks stream through: each is read piece by piece, a few at a time, and written in the
 * manifest's order whatever the threads, so that memory grows neither with the corpus nor with the
 * length of a track.
 *
 * @param segments the manifest of segments
 * @param rate Hz; other audio is resampled to it
 * @param nFft samples a frame
 * @param hop samples from frame to frame
 * @param centre whether frames are centred on multiples of the hop
 * @param threads tracks computed at a time, at least 1
 * @param partTracks tracks of a feature folder's part, see {@link TrackParts}
 */
public record Extraction(
    Path segments, int rate, int nFft, int hop, boolean centre, int threads, int partTracks) {
  /** 4 MB: 60 segments of log-mel spectra. */
  private static final int VALUES_AHEAD_OF_EACH_TRACK = 1 << 20;

  /**
   * Computes every segment's features and writes them, each track as soon as it is its turn.
   *
   * @param key a key of {@link FeatureCatalog}
   * @param out a {@code .json} or {@code .json.gz} file, else a feature folder
   * @param least frames that a segment must have, at least 1
   * @param width values a frame
   * @param params what is recorded beside the segments' length
   * @param extractors makes, for a thread of its own, what turns a segment's samples at {@link
   *     #rate} into frames × width values
   * @return what was written, without values
   * @throws Stage.Failure if the manifest lists nothing, its segments make unequal numbers of
   *     frames, or a track can't be read or is not what it was when it was cut
   */
  public Features write(
      String key,
      Path out,
      int least,
      int width,
      ObjectNode params,
      Supplier<UnaryOperator<float[]>> extractors) {
    FeatureFolder.nameOutputs(out);
    return compute(
        key,
        least,
        width,
        params,
        extractors,
        (header, values) -> header.write(out, values, parts(header)));
  }

  private int[] parts(Features header) {
    return TrackParts.rows(
        header.tracks(),
        partTracks,
        FeatureFolder.rowsOfPart(header.frames(), header.coefficients()));
  }

  /**
   * Computes every segment's features as {@link #write} does, and hands them to a receiver.
   *
   * @param to takes what is known beforehand and, as they come, the values; must take them all
   */
  public Features compute(
      String key,
      int least,
      int width,
      ObjectNode params,
      Supplier<UnaryOperator<float[]>> extractors,
      BiConsumer<Features, Iterator<float[]>> to) {
    List<Rows.Segment> rows = Store.readRows(segments, Rows.Segment.class);
    int frames = framesOfEach(rows, least);
    int tracks = countTracks(rows);
    params.put("seconds", (double) rows.get(0).length() / rows.get(0).rate());
    Features header = header(key, rows, frames, width, params);

    var extractor = ThreadLocal.withInitial(extractors);
    int ahead = Math.max(1, VALUES_AHEAD_OF_EACH_TRACK / (frames * width));
    try (ProgressBar progress = Progress.of(key, tracks);
        var values =
            new SegmentPipeline<>(
                tracks(rows),
                (track, receiver) -> compute(track, extractor.get(), receiver),
                threads,
                ahead,
                progress::step)) {
      to.accept(header, values);
    }
    return header;
  }

  /** All segments give the same number of frames, or the set is no rectangle. */
  private int framesOfEach(List<Rows.Segment> rows, int least) {
    if (rows.isEmpty()) {
      throw new Stage.Failure("%s: it lists no segments; run segment again", segments);
    }
    int first = frames(rows.get(0));
    for (Rows.Segment row : rows) {
      int frames = frames(row);
      if (frames != first) {
        throw new Stage.Failure(
            "%s: segment %d of %s makes %d frames, the first %d; cut equal segments",
            segments, row.segment(), row.track(), frames, first);
      }
    }
    if (first < least) {
      throw new Stage.Failure(
          "%s: its segments make %d frames; cut segments of at least %d samples",
          segments, first, (long) (least - 1) * hop + (centre ? 1 : nFft));
    }
    return first;
  }

  private int frames(Rows.Segment row) {
    int samples = TrackExtraction.samplesAt(rate, row);
    return samples < 1 ? 0 : Mel.frames(samples, nFft, hop, centre);
  }

  /** The number of tracks, whose segments must stand together. */
  private int countTracks(List<Rows.Segment> rows) {
    var files = new HashSet<String>();
    for (Iterator<List<Rows.Segment>> runs = tracks(rows); runs.hasNext(); ) {
      if (!files.add(runs.next().get(0).file())) {
        throw new Stage.Failure(
            "%s: a file's segments do not stand together; run segment again", segments);
      }
    }
    return files.size();
  }

  /** Rows of one file after the other, as views: a corpus may have millions of tracks. */
  private static Iterator<List<Rows.Segment>> tracks(List<Rows.Segment> rows) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < rows.size();
      }

      @Override
      public List<Rows.Segment> next() {
        int first = next;
        String file = rows.get(first).file();
        while (hasNext() && rows.get(next).file().equals(file)) {
          next++;
        }
        return rows.subList(first, next);
      }
    };
  }

  private Features header(
      String key, List<Rows.Segment> rows, int frames, int width, ObjectNode params) {
    List<String> mapping =
        new ArrayList<>(new TreeSet<>(rows.stream().map(Rows.Segment::genre).toList()));
    ObjectNode provenance = Store.JSON.createObjectNode();
    provenance.put("source", "audio").put("genrelab", Stage.VERSION).put("TarsosDSP", "2.4");
    provenance.put("synthetic", Corpus.isSynthetic(audioFile(rows.get(0))));
    provenance.putObject("inputs").put(segments.getFileName().toString(), Store.sha256(segments));
    return new Features(
        key,
        mapping,
        rows.stream().mapToInt(row -> mapping.indexOf(row.genre())).toArray(),
        rows.stream().map(Rows.Segment::track).toArray(String[]::new),
        rows.stream().mapToInt(Rows.Segment::segment).toArray(),
        null,
        artists(rows),
        frames,
        width,
        null,
        params,
        provenance);
  }

  private static String[] artists(List<Rows.Segment> rows) {
    boolean known = rows.stream().anyMatch(row -> !row.artist().isEmpty());
    return known ? rows.stream().map(Rows.Segment::artist).toArray(String[]::new) : null;
  }

  private Path audioFile(Rows.Segment row) {
    return segments.toAbsolutePath().getParent().resolve(row.file()).normalize();
  }

  /** Computes the values of one track's segments, in their order. */
  private void compute(
      List<Rows.Segment> track, UnaryOperator<float[]> extractor, Consumer<float[]> receiver) {
    Path file = audioFile(track.get(0));
    try {
      TrackExtraction.compute(file, track, rate, extractor, receiver);
    } catch (Audio.Unreadable unusable) {
      throw new Stage.Failure(
          unusable,
          "%s: %s (%s); restore or remove it (verify lists all such files), then run segment again",
          file,
          unusable.problem,
          unusable.getMessage());
    }
  }
}
