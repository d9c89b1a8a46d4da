///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Splits segments into training, validation and test sets
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/corpus/ArtistTable.java
//SOURCES lib/corpus/DrawnSplit.java
//SOURCES lib/corpus/LabelledSegment.java
//SOURCES lib/corpus/LeakReport.java
//SOURCES lib/corpus/SegmentManifest.java
//SOURCES lib/corpus/SplitBy.java
//SOURCES lib/corpus/SplitDrawer.java
//SOURCES lib/corpus/SplitDrawingOptions.java
//SOURCES lib/corpus/SplitSummary.java
//SOURCES lib/corpus/TrackLists.java
//SOURCES lib/features/Features.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Part.java
//SOURCES lib/results/Rows.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.corpus.ArtistTable;
import genrelab.corpus.DrawnSplit;
import genrelab.corpus.LabelledSegment;
import genrelab.corpus.LeakReport;
import genrelab.corpus.SegmentManifest;
import genrelab.corpus.SplitBy;
import genrelab.corpus.SplitDrawer;
import genrelab.corpus.SplitDrawingOptions;
import genrelab.corpus.SplitSummary;
import genrelab.corpus.TrackLists;
import genrelab.features.Features;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Splits segments into training, validation and test sets.
 *
 * <p>{@code --by segment} is the paper's split: segments are drawn one by one, so that a track sits
 * on both sides, and the test tells how well known tracks are recognised. {@code --by cluster} is
 * its split with K-means: the same, stratified by genre and cluster. {@code --by track} and {@code
 * --by artist} keep what belongs together on one side. {@code --by file} takes published lists.
 * Whatever sits on both sides is printed, and listed in {@code split-leaks.json}.
 *
 * <p>Augmented copies are not drawn: they train where their source does and are excluded elsewhere.
 */
@Command(name = "split", description = "Splits segments into training, validation and test sets.")
public class Split implements Callable<Integer> {
  static final class Source {
    @Option(names = "--segments", description = "The manifest of segments.")
    Path segments;

    @Option(names = "--features", description = "Features: JSON or folder.")
    Path features;
  }

  @ArgGroup(multiplicity = "1")
  Source source;

  @Mixin SplitDrawingOptions drawing = new SplitDrawingOptions();

  @Option(
      names = "--artists",
      paramLabel = "FILE",
      description =
          "CSV of track, artist, for --by artist and the leak report; default: the manifest's"
              + " artists.")
  Path artists;

  @Option(
      names = "--lists",
      split = ",",
      paramLabel = "FILE|NAME",
      description =
          "With --by file: text files of training, validation and test tracks, or the name of a"
              + " published partition: gtzan-filtered; gtzan-refit, the same with three quarters of"
              + " its validation tracks in training; or gtzan-selection, which tests on its"
              + " validation tracks; or fma, FMA's own split, with --segments of a corpus that"
              + " fetch downloaded; or a CSV of track, part, such as its fma-split.csv.")
  @Input
  List<String> lists = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "FILE|NAME",
      description =
          "Text file of tracks to leave out, or gtzan-filtered: those which that partition leaves"
              + " out.")
  @Input
  String exclude;

  @Option(
      names = "--train-size",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Reduce the training set to N segments, so that experiments have equally many"
              + " (default: all).")
  int trainSize;

  @Option(
      names = "--repetitions",
      paramLabel = "FILE|NAME",
      description =
          "CSV of group, track, for the leak report: tracks of a group hold the same recording; or"
              + " gtzan-repetitions.")
  @Input
  String repetitions;

  @Option(
      names = "--out",
      defaultValue = "split.json",
      description =
          "The split to write (default ${DEFAULT-VALUE}); its leaks go beside it,"
              + " split-leaks.json.")
  @Output({"track", "segment", "part"})
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Split(), args));
  }

  @Override
  public Integer call() {
    drawing.checkOptions();
    checkOptions();
    Path file = source.segments != null ? source.segments : source.features;
    List<LabelledSegment> segments = readSegments();
    List<LabelledSegment> originals =
        segments.stream().filter(segment -> !segment.isCopy()).toList();
    List<LabelledSegment> eligible = withoutExcluded(originals);
    List<Set<String>> repeated =
        repetitions == null ? List.of() : TrackLists.repetitions(repetitions);
    List<DrawnSplit> splits = draw(eligible);
    for (DrawnSplit split : splits) {
      nameOutputs(split);
      drawing.holdOutKnown(split.parts(), file);
      reduceTraining(file, split.parts());
      originals.forEach(segment -> split.parts().putIfAbsent(segment, Part.excluded));
      split.requireEveryPart(file, drawing.by);
    }
    printUnknownArtists(eligible);
    for (DrawnSplit split : splits) {
      List<Rows.SplitRow> rows = split.rows(segments);
      LeakReport report = LeakReport.of(originals, split.parts(), repeated);
      Store.writeRows(split.leaksFile(), report.leaks());
      Store.writeRows(split.file(), rows);
      SplitSummary.of(originals, split.parts(), rows).print();
      System.out.printf("split by %s, seed %d: %s%n", drawing.by, drawing.seed, split.file());
      System.out.printf(
          "test shares with training or validation: %s: %s%n",
          report.summary(repetitions != null), split.leaksFile());
    }
    return 0;
  }

  private void checkOptions() {
    SplitBy by = drawing.by;
    Stage.requireOption(
        by == SplitBy.file ? lists.size() == 3 || lists.size() == 1 : lists.isEmpty(),
        "--by file takes --lists with three files, training, validation, test, or a published"
            + " partition's name; others take none");
    Stage.requireOption(
        by != SplitBy.cluster || source.features != null,
        "--by cluster needs --features with clusters");
    Stage.requireOption(
        by != SplitBy.artist
            || source.segments != null
            || artists != null
            || Files.isDirectory(source.features),
        "--by artist needs --segments or a feature folder, which know the artists, or --artists");
    Stage.requireOption(
        !isFma() || source.segments != null,
        "--lists fma needs --segments; with --features, give the corpus's fma-split.csv to"
            + " --lists");
    Stage.requireOption(trainSize >= 0, "--train-size must be at least 1, not %s", trainSize);
  }

  // ---- segments

  private List<LabelledSegment> readSegments() {
    if (source.segments != null) {
      return SegmentManifest.readLabelled(source.segments, artists);
    }
    Features features = Features.readWithoutValues(source.features);
    if (drawing.by == SplitBy.cluster && features.clusters() == null) {
      throw new Stage.Failure(
          "%s: it has no clusters; make the kind with K-means first", source.features);
    }
    if (drawing.by == SplitBy.artist && artists == null && features.artists() == null) {
      throw new Stage.Failure("%s: it names no artists; give --artists FILE", source.features);
    }
    return features.labelledSegments(ArtistTable.ofTracks(artists, List.of(features.tracks())));
  }

  private List<LabelledSegment> withoutExcluded(List<LabelledSegment> segments) {
    if (exclude == null) {
      return segments;
    }
    Set<String> listed = TrackLists.excluded(exclude);
    List<LabelledSegment> rest =
        segments.stream().filter(segment -> !listed.contains(segment.track())).toList();
    System.out.printf(
        "%d of %d listed tracks are left out%n",
        LabelledSegment.tracks(segments).size() - LabelledSegment.tracks(rest).size(),
        listed.size());
    return rest;
  }

  // ---- parts

  private List<DrawnSplit> draw(List<LabelledSegment> segments) {
    if (drawing.by == SplitBy.file) {
      return List.of(new DrawnSplit(out, listed(segments)));
    }
    SplitDrawer drawer = drawing.drawer();
    if (drawing.folds == 0) {
      return List.of(new DrawnSplit(out, drawer.draw(segments, drawing.shares())));
    }
    List<Map<LabelledSegment, Part>> drawn =
        drawer.drawFolds(segments, drawing.folds, drawing.shares());
    return IntStream.range(0, drawn.size())
        .mapToObj(i -> new DrawnSplit(DrawnSplit.foldFile(out, i + 1), drawn.get(i)))
        .toList();
  }

  private Map<LabelledSegment, Part> listed(List<LabelledSegment> segments) {
    Map<String, Part> partOfTrack = TrackLists.partition(isFma() ? fmaSplit() : lists);
    Set<String> present = LabelledSegment.tracks(segments);
    long absent = partOfTrack.keySet().stream().filter(track -> !present.contains(track)).count();
    if (absent > 0) {
      System.out.printf("%d listed tracks have no segments here%n", absent);
    }
    var parts = new HashMap<LabelledSegment, Part>();
    segments.forEach(
        segment -> parts.put(segment, partOfTrack.getOrDefault(segment.track(), Part.excluded)));
    return parts;
  }

  private boolean isFma() {
    return lists.equals(List.of("fma")) && !Files.exists(Path.of("fma"));
  }

  /** FMA's split, beside the audio of the first segment. */
  private List<String> fmaSplit() {
    Path folder = source.segments.toAbsolutePath().getParent();
    String first = SegmentManifest.read(source.segments).get(0).file();
    return List.of(
        TrackLists.fmaSplit(folder.resolve(first).normalize())
            .orElseThrow(
                () ->
                    new Stage.Failure(
                        "%s: no fma-split.csv is in a folder above its audio (%s); fetch FMA by"
                            + " `fetch`, or give that file to --lists",
                        source.segments, first))
            .toString());
  }

  private void reduceTraining(Path file, Map<LabelledSegment, Part> parts) {
    if (trainSize == 0) {
      return;
    }
    long all = parts.values().stream().filter(part -> part == Part.train).count();
    if (all < trainSize) {
      throw new Stage.Failure(
          "%s: training has %d segments, fewer than --train-size %d; lower it",
          file, all, trainSize);
    }
    drawing.drawer().reduceTraining(parts, trainSize);
  }

  /** The files beside {@code --out}, which picocli does not know. */
  private void nameOutputs(DrawnSplit split) {
    if (!split.file().equals(out)) {
      Stage.alsoWrites(split.file(), "track", "segment", "part");
    }
    Stage.alsoWrites(split.leaksFile(), "kind", "train", "test");
  }

  private void printUnknownArtists(List<LabelledSegment> segments) {
    Set<String> unknown =
        LabelledSegment.tracks(
            segments.stream().filter(segment -> segment.artist().isEmpty()).toList());
    if (drawing.by == SplitBy.artist && !unknown.isEmpty()) {
      System.out.printf(
          "%d of %d tracks have no known artist: each is a group of its own%n",
          unknown.size(), LabelledSegment.tracks(segments).size());
    }
  }
}
