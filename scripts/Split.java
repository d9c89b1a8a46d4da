///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Splits segments into training, validation and test sets
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/corpus/ArtistTable.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/corpus/LabelledSegment.java
//SOURCES lib/corpus/LeakReport.java
//SOURCES lib/corpus/SegmentManifest.java
//SOURCES lib/corpus/SplitAssignment.java
//SOURCES lib/corpus/SplitBy.java
//SOURCES lib/corpus/SplitDrawer.java
//SOURCES lib/corpus/TrackLists.java
//SOURCES lib/features/Features.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Part.java
//SOURCES lib/results/Rows.java
//SOURCES lib/results/SegmentId.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.corpus.ArtistTable;
import genrelab.corpus.LabelledSegment;
import genrelab.corpus.LeakReport;
import genrelab.corpus.SegmentManifest;
import genrelab.corpus.SplitAssignment;
import genrelab.corpus.SplitBy;
import genrelab.corpus.SplitDrawer;
import genrelab.corpus.TrackLists;
import genrelab.features.Features;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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
  enum Stratum {
    none,
    genre
  }

  static final class Source {
    @Option(names = "--segments", description = "The manifest of segments.")
    Path segments;

    @Option(names = "--features", description = "A features JSON.")
    Path features;
  }

  @ArgGroup(multiplicity = "1")
  Source source;

  @Option(
      names = "--by",
      defaultValue = "segment",
      description =
          "What stays together in one set: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  SplitBy by;

  @Option(
      names = "--stratify",
      defaultValue = "none",
      description =
          "Same proportions in each set: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; --by"
              + " cluster always stratifies by genre and cluster).")
  Stratum stratify;

  @Option(
      names = "--ratios",
      defaultValue = "60:15:25",
      description = "Proportions of training, validation, test (default ${DEFAULT-VALUE}).")
  String ratios;

  @Option(
      names = "--folds",
      defaultValue = "0",
      paramLabel = "K",
      description =
          "Cross-validation: K splits, split-fold-1.json and so on. Each tests another Kth; the"
              + " first two of --ratios divide the rest (default: one split).")
  int folds;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

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
              + " published partition: gtzan-filtered; or gtzan-refit, the same with three quarters"
              + " of its validation tracks in training.")
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

  /** A split, and the file that it is written to. */
  private record DrawnSplit(Path file, Map<LabelledSegment, Part> parts) {}

  @Override
  public Integer call() {
    double[] shares = shares();
    checkOptions();
    Path file = source.segments != null ? source.segments : source.features;
    List<LabelledSegment> segments =
        source.segments != null ? fromManifest(file) : fromFeatures(file);
    List<LabelledSegment> originals =
        segments.stream().filter(segment -> !Rows.isCopy(segment.id().segment())).toList();
    List<LabelledSegment> eligible = withoutExcluded(originals);
    List<Set<String>> repeated =
        repetitions == null ? List.of() : TrackLists.repetitions(repetitions);
    List<DrawnSplit> splits = splits(eligible, shares);
    for (DrawnSplit split : splits) {
      if (!split.file().equals(out)) {
        Stage.alsoWrites(split.file(), "track", "segment", "part");
      }
      Stage.alsoWrites(leaksFile(split.file()), "kind", "train", "test");
      reduceTraining(file, split.parts());
      originals.forEach(segment -> split.parts().putIfAbsent(segment, Part.excluded));
      requireEveryPart(file, split.parts().values());
    }
    printUnknownArtists(eligible);
    for (DrawnSplit split : splits) {
      List<Rows.SplitRow> rows = withCopies(segments, split.parts());
      LeakReport report = LeakReport.of(originals, split.parts(), repeated);
      Store.writeRows(leaksFile(split.file()), report.leaks());
      Store.writeRows(split.file(), rows);
      printParts(originals, split.parts());
      printCopies(rows);
      System.out.printf("split by %s, seed %d: %s%n", by, seed, split.file());
      printLeaks(report, leaksFile(split.file()));
    }
    return 0;
  }

  // ---- options

  private double[] shares() {
    double[] shares;
    try {
      shares = Arrays.stream(ratios.split(":")).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException error) {
      shares = new double[0];
    }
    Stage.requireOption(
        shares.length == 3 && Arrays.stream(shares).allMatch(share -> share > 0 && share < 1e9),
        "--ratios must be three positive numbers like 60:15:25, not %s",
        ratios);
    return shares;
  }

  private void checkOptions() {
    Stage.requireOption(
        by == SplitBy.file ? lists.size() == 3 || lists.size() == 1 : lists.isEmpty(),
        "--by file takes --lists with three files, training, validation, test, or a published"
            + " partition's name; others take none");
    Stage.requireOption(
        by != SplitBy.cluster || source.features != null,
        "--by cluster needs --features with clusters");
    Stage.requireOption(
        by != SplitBy.artist || source.segments != null || artists != null,
        "--by artist needs --segments, which knows the artists, or --artists");
    Stage.requireOption(
        folds == 0 || folds >= 2 && folds <= 1000, "--folds must be from 2 to 1000, not %s", folds);
    Stage.requireOption(
        folds == 0 || by != SplitBy.file, "--by file has its test list: leave --folds out");
    Stage.requireOption(trainSize >= 0, "--train-size must be at least 1, not %s", trainSize);
  }

  // ---- segments

  private List<LabelledSegment> fromManifest(Path file) {
    List<Rows.Segment> rows = SegmentManifest.read(file);
    Map<String, String> known = artistsOf(rows.stream().map(Rows.Segment::track));
    return rows.stream()
        .map(
            row ->
                new LabelledSegment(
                    row.id(), row.genre(), known.getOrDefault(row.track(), row.artist()), -1))
        .toList();
  }

  private List<LabelledSegment> fromFeatures(Path file) {
    Features features = Features.readWithoutValues(file);
    int[] clusters = features.clusters();
    if (by == SplitBy.cluster && clusters == null) {
      throw new Stage.Failure("%s: it has no clusters; make the kind with K-means first", file);
    }
    Map<String, String> known = artistsOf(Arrays.stream(features.tracks()));
    return IntStream.range(0, features.size())
        .mapToObj(
            i ->
                new LabelledSegment(
                    new SegmentId(features.tracks()[i], features.segments()[i]),
                    features.genre(i),
                    known.getOrDefault(features.tracks()[i], ""),
                    clusters == null ? -1 : clusters[i]))
        .toList();
  }

  private Map<String, String> artistsOf(Stream<String> tracks) {
    if (artists == null) {
      return Map.of();
    }
    Map<String, String> known = ArtistTable.read(artists);
    if (tracks.noneMatch(known::containsKey)) {
      throw new Stage.Failure(
          "%s: it names none of these tracks; give a CSV with the columns track, artist", artists);
    }
    return known;
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
        tracks(segments).size() - tracks(rest).size(), listed.size());
    return rest;
  }

  private static Set<String> tracks(Collection<LabelledSegment> segments) {
    return segments.stream()
        .map(LabelledSegment::track)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // ---- parts

  private List<DrawnSplit> splits(List<LabelledSegment> segments, double[] shares) {
    if (by == SplitBy.file) {
      return List.of(new DrawnSplit(out, listed(segments)));
    }
    SplitDrawer drawer = drawer();
    if (folds == 0) {
      return List.of(new DrawnSplit(out, drawer.draw(segments, shares)));
    }
    List<Map<LabelledSegment, Part>> drawn = drawer.drawFolds(segments, folds, shares);
    return IntStream.range(0, folds)
        .mapToObj(i -> new DrawnSplit(withSuffix(out, "-fold-" + (i + 1)), drawn.get(i)))
        .toList();
  }

  private SplitDrawer drawer() {
    return new SplitDrawer(by, stratify == Stratum.genre, seed);
  }

  private Map<LabelledSegment, Part> listed(List<LabelledSegment> segments) {
    Map<String, Part> partOfTrack = TrackLists.partition(lists);
    Set<String> present = tracks(segments);
    long absent = partOfTrack.keySet().stream().filter(track -> !present.contains(track)).count();
    if (absent > 0) {
      System.out.printf("%d listed tracks have no segments here%n", absent);
    }
    var parts = new HashMap<LabelledSegment, Part>();
    segments.forEach(
        segment -> parts.put(segment, partOfTrack.getOrDefault(segment.track(), Part.excluded)));
    return parts;
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
    drawer().reduceTraining(parts, trainSize);
  }

  /**
   * Every segment's row. An augmented copy trains where its source does and is left out elsewhere:
   * it is never tested on, nor does it tell a network of a segment that is.
   */
  private static List<Rows.SplitRow> withCopies(
      List<LabelledSegment> segments, Map<LabelledSegment, Part> parts) {
    String drawnFrom =
        SplitAssignment.checksum(
            segments.stream().map(LabelledSegment::id).toList(),
            segments.stream().map(LabelledSegment::genre).toList());
    var training = new HashSet<SegmentId>();
    parts.forEach(
        (segment, part) -> {
          if (part == Part.train) {
            training.add(segment.id());
          }
        });
    return segments.stream()
        .map(
            segment -> {
              String track = segment.track();
              int number = segment.id().segment();
              Part part =
                  !Rows.isCopy(number)
                      ? parts.get(segment)
                      : training.contains(new SegmentId(track, Rows.source(number)))
                          ? Part.train
                          : Part.excluded;
              return new Rows.SplitRow(track, number, part, drawnFrom);
            })
        .toList();
  }

  private void requireEveryPart(Path file, Collection<Part> parts) {
    for (Part part : Part.USED) {
      if (!parts.contains(part)) {
        throw new Stage.Failure(
            "%s: nothing is left for %s by %s; give more tracks or other --ratios", file, part, by);
      }
    }
  }

  // ---- files

  /** {@code split-leaks.json} of {@code split.json}. */
  private static Path leaksFile(Path split) {
    Path named = withSuffix(split, "-leaks");
    return named.resolveSibling(named.getFileName().toString().replaceFirst("\\.gz$", ""));
  }

  /** A file's name with a suffix before its ending. */
  private static Path withSuffix(Path file, String suffix) {
    String name = file.getFileName().toString();
    String ending = name.endsWith(".json.gz") ? ".json.gz" : name.endsWith(".json") ? ".json" : "";
    String base = name.substring(0, name.length() - ending.length());
    return file.resolveSibling(base + suffix + (ending.isEmpty() ? ".json" : ending));
  }

  // ---- what is printed

  private void printUnknownArtists(List<LabelledSegment> segments) {
    Set<String> unknown =
        tracks(segments.stream().filter(segment -> segment.artist().isEmpty()).toList());
    if (by == SplitBy.artist && !unknown.isEmpty()) {
      System.out.printf(
          "%d of %d tracks have no known artist: each is a group of its own%n",
          unknown.size(), tracks(segments).size());
    }
  }

  private static void printParts(List<LabelledSegment> segments, Map<LabelledSegment, Part> parts) {
    var segmentsOf = new EnumMap<Part, List<LabelledSegment>>(Part.class);
    for (Part part : Part.values()) {
      segmentsOf.put(
          part, segments.stream().filter(segment -> parts.get(segment) == part).toList());
    }
    long genres = genres(segments);
    segmentsOf.forEach(
        (part, ofPart) -> {
          if (!ofPart.isEmpty()) {
            System.out.printf(
                "%-10s %6d segments (%.1f %%) of %d tracks%n",
                part,
                ofPart.size(),
                100.0 * ofPart.size() / segments.size(),
                tracks(ofPart).size());
          }
          if (genres(ofPart) < genres && part != Part.excluded) {
            Stage.warn(
                "%s has only %d of %d genres; try --stratify genre or another --seed",
                part, genres(ofPart), genres);
          }
        });
    Set<String> test = tracks(segmentsOf.get(Part.test));
    int both = SplitAssignment.overlap(tracks(segmentsOf.get(Part.train)), test).size();
    System.out.printf(
        "%d of %d test tracks also have segments in training%s%n",
        both, test.size(), both == 0 ? "" : ": a test on them does not tell how new tracks fare");
  }

  private static long genres(List<LabelledSegment> segments) {
    return segments.stream().map(LabelledSegment::genre).distinct().count();
  }

  private static void printCopies(List<Rows.SplitRow> rows) {
    List<Rows.SplitRow> copies = rows.stream().filter(row -> Rows.isCopy(row.segment())).toList();
    if (!copies.isEmpty()) {
      System.out.printf(
          "%d augmented copies: %d beside their source in training, the others excluded%n",
          copies.size(), copies.stream().filter(row -> row.part() == Part.train).count());
    }
  }

  private void printLeaks(LeakReport report, Path file) {
    int unknown = report.testTracksWithoutArtist();
    System.out.printf(
        "test shares with training or validation: %d of %d tracks, %s, %s: %s%n",
        report.count("track"),
        report.testTracks(),
        report.testArtists() == 0
            ? "artists unknown (--artists)"
            : "%d of %d artists%s"
                .formatted(
                    report.count("artist"),
                    report.testArtists(),
                    unknown == 0 ? "" : " (unknown of %d tracks)".formatted(unknown)),
        repetitions == null
            ? "repetitions unknown (--repetitions)"
            : "%d of %d known repetitions"
                .formatted(report.count("repetition"), report.testRepetitions()),
        file);
  }
}
