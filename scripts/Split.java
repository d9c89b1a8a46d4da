///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Parts segments into training, validation and test
//DEPS info.picocli:picocli:4.7.7
// Published partitions and known repetitions, for --lists, --exclude and --repetitions by name.
//FILES splits/gtzan-filtered/train.txt=../data/splits/gtzan-filtered/train.txt
//FILES splits/gtzan-filtered/validation.txt=../data/splits/gtzan-filtered/validation.txt
//FILES splits/gtzan-filtered/test.txt=../data/splits/gtzan-filtered/test.txt
//FILES splits/gtzan-filtered/excluded.txt=../data/splits/gtzan-filtered/excluded.txt
//FILES splits/gtzan-refit/train.txt=../data/splits/gtzan-refit/train.txt
//FILES splits/gtzan-refit/validation.txt=../data/splits/gtzan-refit/validation.txt
//FILES splits/gtzan-refit/test.txt=../data/splits/gtzan-filtered/test.txt
//FILES splits/gtzan-repetitions.csv=../data/splits/gtzan-repetitions.csv
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/features/Features.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/results/Part.java
//SOURCES lib/results/SegmentId.java
//SOURCES lib/kit/Input.java
//SOURCES lib/kit/Output.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.corpus.Corpus;
import genrelab.features.Features;
import genrelab.kit.Input;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Part;
import genrelab.results.Rows;
import genrelab.results.SegmentId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Decides which segments train, validate and test.
 *
 * <p>{@code --by segment} is the paper's split: segments are drawn one by one, so that a track sits
 * on both sides, and the test tells how well known tracks are recognised. {@code --by cluster} is
 * its split with K-means: the same, stratified by genre and cluster. {@code --by track} and {@code
 * --by artist} keep what belongs together on one side. {@code --by file} takes published lists.
 * Whatever sits on both sides is told, and listed in {@code split-leaks.json}.
 *
 * <p>Augmented copies are not drawn: they train where their source does and are excluded elsewhere.
 */
@Command(name = "split", description = "Parts segments into training, validation and test.")
public class Split implements Callable<Integer> {
  enum By {
    segment,
    cluster,
    track,
    artist,
    file
  }

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
      description = "What is drawn whole: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  By by;

  @Option(
      names = "--stratify",
      defaultValue = "none",
      description =
          "Same shares in each part: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}; --by"
              + " cluster always stratifies by genre and cluster).")
  Stratum stratify;

  @Option(
      names = "--ratios",
      defaultValue = "60:15:25",
      description = "Shares of training, validation, test (default ${DEFAULT-VALUE}).")
  String ratios;

  @Option(
      names = "--folds",
      defaultValue = "0",
      paramLabel = "K",
      description =
          "Cross-validation: K splits, split-fold-1.json and so on, each of whose tests is another"
              + " Kth; --ratios then parts the rest by its first two (default: one split).")
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
          "Draw the training part down to N segments, so that experiments have equally many"
              + " (default: all).")
  int trainSize;

  @Option(
      names = "--repetitions",
      paramLabel = "FILE|NAME",
      description =
          "CSV of group, track, for the leak report: tracks of a group hold the same recording; or"
              + " gtzan-repetitions.")
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

  private record Item(String track, int segment, String genre, String artist, int cluster) {
    SegmentId id() {
      return new SegmentId(track, segment);
    }
  }

  /** What must stay together, and the stratum it is drawn from. */
  private record Group(String stratum, List<Item> items) {}

  /** One split, before it is written. */
  private record Dealt(Path file, Map<Item, Part> parts) {}

  @Override
  public Integer call() {
    double[] shares = shares();
    checkOptions();
    Path file = source.segments != null ? source.segments : source.features;
    List<Item> items = source.segments != null ? fromManifest(file) : fromFeatures(file);
    List<Item> originals = items.stream().filter(item -> !Rows.isCopy(item.segment())).toList();
    List<Item> eligible = eligible(originals);
    List<Set<String>> repeated = repeatedTracks();
    List<Dealt> splits =
        by == By.file
            ? List.of(new Dealt(out, partsOfLists(eligible)))
            : folds == 0
                ? List.of(new Dealt(out, deal(inDrawingOrder(groups(eligible)), shares, Part.USED)))
                : dealFolds(inDrawingOrder(groups(eligible)), shares);
    for (Dealt split : splits) {
      if (!split.file().equals(out)) {
        Stage.alsoWrites(split.file(), "track", "segment", "part");
      }
      Stage.alsoWrites(leaksFile(split.file()), "kind", "train", "test");
    }
    for (Dealt split : splits) {
      drawDownTraining(file, split.parts());
      originals.forEach(item -> split.parts().putIfAbsent(item, Part.excluded));
      requireEveryPart(file, split.parts().values());
    }
    tellUnknownArtists(eligible);
    for (Dealt split : splits) {
      List<Rows.SplitRow> rows = withCopies(items, split.parts());
      List<Rows.Leak> leaks = leaks(originals, split.parts(), repeated);
      Store.writeRows(leaksFile(split.file()), leaks);
      Store.writeRows(split.file(), rows);
      tell(originals, split, rows);
      tellLeaks(originals, split, leaks, repeated);
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
    return normalised(shares);
  }

  private static double[] normalised(double... shares) {
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  private void checkOptions() {
    Stage.requireOption(
        by == By.file ? lists.size() == 3 || lists.size() == 1 : lists.isEmpty(),
        "--by file takes --lists with three files, training, validation, test, or a published"
            + " partition's name; others take none");
    Stage.requireOption(
        by != By.cluster || source.features != null, "--by cluster needs --features with clusters");
    Stage.requireOption(
        by != By.artist || source.segments != null || artists != null,
        "--by artist needs --segments, which knows the artists, or --artists");
    Stage.requireOption(
        folds == 0 || folds >= 2 && folds <= 1000, "--folds must be from 2 to 1000, not %s", folds);
    Stage.requireOption(
        folds == 0 || by != By.file, "--by file has its test list: leave --folds out");
    Stage.requireOption(trainSize >= 0, "--train-size must be at least 1, not %s", trainSize);
  }

  // ---- what there is

  private List<Item> fromManifest(Path file) {
    List<Rows.Segment> rows = Store.readRows(file, Rows.Segment.class);
    Map<String, String> known = artistsOf(rows.stream().map(Rows.Segment::track));
    return rows.stream()
        .map(
            row ->
                new Item(
                    row.track(),
                    row.segment(),
                    row.genre(),
                    known.getOrDefault(row.track(), row.artist()),
                    -1))
        .toList();
  }

  private List<Item> fromFeatures(Path file) {
    Features features = Features.readWithoutValues(file);
    if (by == By.cluster && features.clusters() == null) {
      throw new Stage.Failure("%s: it has no clusters; make the kind with K-means first", file);
    }
    Map<String, String> known = artistsOf(Arrays.stream(features.tracks()));
    return IntStream.range(0, features.size())
        .mapToObj(
            i ->
                new Item(
                    features.tracks()[i],
                    features.segments()[i],
                    features.genre(i),
                    known.getOrDefault(features.tracks()[i], ""),
                    features.clusters() == null ? -1 : features.clusters()[i]))
        .toList();
  }

  private Map<String, String> artistsOf(Stream<String> tracks) {
    if (artists == null) {
      return Map.of();
    }
    Map<String, String> known = Corpus.readArtists(artists);
    if (tracks.noneMatch(known::containsKey)) {
      throw new Stage.Failure(
          "%s: it names none of these tracks; give a CSV with the columns track, artist", artists);
    }
    return known;
  }

  private List<Item> eligible(List<Item> items) {
    if (exclude == null) {
      return items;
    }
    Set<String> left = new TreeSet<>(Corpus.readList(lines(exclude, exclude + "/excluded.txt")));
    List<Item> eligible = items.stream().filter(item -> !left.contains(item.track())).toList();
    System.out.printf(
        "%d of %d listed tracks are left out%n",
        tracks(items).size() - tracks(eligible).size(), left.size());
    return eligible;
  }

  private static Set<String> tracks(Collection<Item> items) {
    return items.stream().map(Item::track).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Groups of tracks that hold the same recording. */
  private List<Set<String>> repeatedTracks() {
    if (repetitions == null) {
      return List.of();
    }
    List<String[]> rows =
        lines(repetitions, repetitions + ".csv").stream()
            .filter(line -> !line.isBlank())
            .map(line -> line.split(",", -1))
            .toList();
    List<String> header = rows.isEmpty() ? List.of() : List.of(rows.get(0));
    int group = header.indexOf("group");
    int[] columns =
        IntStream.range(0, header.size())
            .filter(c -> header.get(c).startsWith("track") || header.get(c).startsWith("file"))
            .toArray();
    if (group < 0 || columns.length == 0) {
      throw new Stage.Failure("%s: it lacks the columns group, track; add them", repetitions);
    }
    var groups = new TreeMap<String, Set<String>>();
    for (String[] row : rows.subList(1, rows.size())) {
      for (int column : columns) {
        if (row.length != header.size() || row[column].isBlank()) {
          throw new Stage.Failure(
              "%s: the line '%s' has other columns than the header; mend it",
              repetitions, String.join(",", row));
        }
        groups
            .computeIfAbsent(row[group], name -> new TreeSet<>())
            .add(Corpus.trackId(row[column].strip()));
      }
    }
    return List.copyOf(groups.values());
  }

  /** Lines of a file, or of what ships under a name. */
  private static List<String> lines(String fileOrName, String shipped) {
    if (!Files.exists(Path.of(fileOrName))) {
      try (InputStream in = Split.class.getResourceAsStream("/splits/" + shipped)) {
        if (in != null) {
          return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
              .lines()
              .toList();
        }
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
    return Corpus.lines(Path.of(fileOrName));
  }

  // ---- drawing

  private Collection<Group> groups(List<Item> items) {
    var groups = new LinkedHashMap<String, Group>();
    for (Item item : items) {
      String name =
          switch (by) {
            case segment, cluster -> item.id().toString();
            case artist -> Corpus.group(item.track(), item.artist());
            default -> item.track();
          };
      groups
          .computeIfAbsent(name, key -> new Group(stratum(item), new ArrayList<>()))
          .items()
          .add(item);
    }
    return groups.values();
  }

  private static String artist(Item item) {
    return Corpus.sameArtist(item.artist());
  }

  private String stratum(Item item) {
    return by == By.cluster
        ? item.genre() + "/" + item.cluster()
        : stratify == Stratum.genre ? item.genre() : "";
  }

  /**
   * Stratum after stratum, shuffled within. Of artists large ones come first, so that small ones
   * even out, but not strictly: strictly, each large artist would lie in the same part whatever the
   * seed. One of two that differ by less than a factor of eight may come before the other.
   */
  private List<Group> inDrawingOrder(Collection<Group> groups) {
    var shuffled = new ArrayList<>(groups);
    var random = new Random(seed);
    Collections.shuffle(shuffled, random);
    Comparator<Group> order = Comparator.comparing(Group::stratum);
    if (by == By.artist) {
      var rank = new HashMap<Group, Double>();
      shuffled.forEach(
          group ->
              rank.put(group, Math.log(group.items().size()) + Math.log(8) * random.nextDouble()));
      order = order.thenComparing(group -> -rank.get(group));
    }
    shuffled.sort(order);
    return shuffled;
  }

  /**
   * Gives each group to the part that is furthest below its share of what was dealt so far: the
   * shares are met within one group over all, and within two in every stratum.
   */
  private static <T> Map<Item, T> deal(List<Group> groups, double[] shares, List<T> names) {
    var parts = new HashMap<Item, T>();
    double[] dealt = new double[shares.length];
    double total = 0;
    for (Group group : groups) {
      total += group.items().size();
      int neediest = 0;
      for (int p = 1; p < shares.length; p++) {
        if (shares[p] * total - dealt[p] > shares[neediest] * total - dealt[neediest] + 1e-9) {
          neediest = p;
        }
      }
      dealt[neediest] += group.items().size();
      for (Item item : group.items()) {
        parts.put(item, names.get(neediest));
      }
    }
    return parts;
  }

  /** Every group is in the test of exactly one split, and in training or validation of the rest. */
  private List<Dealt> dealFolds(List<Group> groups, double[] shares) {
    List<String> names = IntStream.rangeClosed(1, folds).mapToObj(String::valueOf).toList();
    double[] equal = new double[folds];
    Arrays.fill(equal, 1.0 / folds);
    Map<Item, String> foldOf = deal(groups, equal, names);
    var splits = new ArrayList<Dealt>();
    for (String fold : names) {
      List<Group> rest =
          groups.stream().filter(group -> !foldOf.get(group.items().get(0)).equals(fold)).toList();
      Map<Item, Part> parts = deal(rest, normalised(shares[0], shares[1]), Part.USED.subList(0, 2));
      foldOf.keySet().forEach(item -> parts.putIfAbsent(item, Part.test));
      splits.add(new Dealt(besides(out, "-fold-" + fold), parts));
    }
    return splits;
  }

  private Map<Item, Part> partsOfLists(List<Item> items) {
    var partOfTrack = new TreeMap<String, Part>();
    for (int p = 0; p < Part.USED.size(); p++) {
      String list =
          lists.size() == 1 ? lists.get(0) + "/" + Part.USED.get(p) + ".txt" : lists.get(p);
      for (String track : Corpus.readList(lines(list, list))) {
        Part other = partOfTrack.put(track, Part.USED.get(p));
        if (other != null && !other.equals(Part.USED.get(p))) {
          throw new Stage.Failure(
              "%s: track %s is in the %s list too; remove it from one", list, track, other);
        }
      }
    }
    Set<String> present = tracks(items);
    long absent = partOfTrack.keySet().stream().filter(track -> !present.contains(track)).count();
    if (absent > 0) {
      System.out.printf("%d listed tracks have no segments here%n", absent);
    }
    var parts = new HashMap<Item, Part>();
    items.forEach(item -> parts.put(item, partOfTrack.getOrDefault(item.track(), Part.excluded)));
    return parts;
  }

  /** Leaves only so many segments in training, with the strata's shares as they were. */
  private void drawDownTraining(Path file, Map<Item, Part> parts) {
    if (trainSize == 0) {
      return;
    }
    var training = new TreeMap<String, List<Item>>();
    parts.forEach(
        (item, part) -> {
          if (part == Part.train) {
            training.computeIfAbsent(stratum(item), name -> new ArrayList<>()).add(item);
          }
        });
    int all = training.values().stream().mapToInt(List::size).sum();
    if (all < trainSize) {
      throw new Stage.Failure(
          "%s: training has %d segments, fewer than --train-size %d; lower it",
          file, all, trainSize);
    }
    var random = new Random(seed);
    long before = 0;
    for (List<Item> stratum : training.values()) {
      // rounds the running total, so that the strata's sizes sum up to what was asked for
      long from = Math.round((double) before * trainSize / all);
      before += stratum.size();
      long to = Math.round((double) before * trainSize / all);
      stratum.sort(Comparator.comparing(Item::track).thenComparing(Item::segment));
      Collections.shuffle(stratum, random);
      stratum
          .subList((int) (to - from), stratum.size())
          .forEach(item -> parts.put(item, Part.excluded));
    }
  }

  /**
   * Every segment's row. An augmented copy trains where its source does and is left out elsewhere:
   * it is never tested on, nor does it tell a network of a segment that is.
   */
  private static List<Rows.SplitRow> withCopies(List<Item> items, Map<Item, Part> parts) {
    var training = new HashSet<SegmentId>();
    parts.forEach(
        (item, part) -> {
          if (part == Part.train) {
            training.add(item.id());
          }
        });
    return items.stream()
        .map(
            item -> {
              var source = new SegmentId(item.track(), Rows.source(item.segment()));
              Part part =
                  !Rows.isCopy(item.segment())
                      ? parts.get(item)
                      : training.contains(source) ? Part.train : Part.excluded;
              return new Rows.SplitRow(item.track(), item.segment(), part);
            })
        .toList();
  }

  private void requireEveryPart(Path file, Collection<Part> dealt) {
    for (Part part : Part.USED) {
      if (!dealt.contains(part)) {
        throw new Stage.Failure(
            "%s: nothing is left for %s by %s; give more tracks or other --ratios", file, part, by);
      }
    }
  }

  // ---- leaks

  /** What the test part shares with training or validation: tracks, artists, recordings. */
  private static List<Rows.Leak> leaks(
      List<Item> items, Map<Item, Part> parts, List<Set<String>> repeated) {
    var tracks = new TreeMap<String, int[]>();
    var artists = new TreeMap<String, int[]>();
    var names = new HashMap<String, String>();
    for (Item item : items) {
      int part = Part.USED.indexOf(parts.get(item));
      if (part >= 0) {
        tracks.computeIfAbsent(item.track(), track -> new int[Part.USED.size()])[part]++;
        if (!item.artist().isEmpty()) {
          names.putIfAbsent(artist(item), item.artist());
          artists.computeIfAbsent(artist(item), name -> new int[Part.USED.size()])[part]++;
        }
      }
    }
    var leaks = new ArrayList<Rows.Leak>();
    tracks.forEach((track, counts) -> addLeak(leaks, "track", track, counts));
    artists.forEach((artist, counts) -> addLeak(leaks, "artist", names.get(artist), counts));
    for (Set<String> group : repeated) {
      int[] counts = new int[Part.USED.size()];
      boolean apart = false;
      for (String track : group) {
        int[] ofTrack = tracks.getOrDefault(track, new int[Part.USED.size()]);
        Arrays.setAll(counts, p -> counts[p] + ofTrack[p]);
        apart |=
            ofTrack[2] > 0
                && group.stream()
                    .filter(other -> !other.equals(track) && tracks.containsKey(other))
                    .anyMatch(other -> tracks.get(other)[0] + tracks.get(other)[1] > 0);
      }
      if (apart) {
        addLeak(leaks, "repetition", String.join(", ", group), counts);
      }
    }
    return leaks;
  }

  private static void addLeak(List<Rows.Leak> leaks, String kind, String what, int[] counts) {
    if (counts[2] > 0 && counts[0] + counts[1] > 0) {
      leaks.add(new Rows.Leak(kind, what, counts[0], counts[1], counts[2]));
    }
  }

  /** {@code split-leaks.json} of {@code split.json}. */
  private static Path leaksFile(Path split) {
    Path named = besides(split, "-leaks");
    return named.resolveSibling(named.getFileName().toString().replaceFirst("\\.gz$", ""));
  }

  /** A file's name with something put before its ending. */
  private static Path besides(Path file, String what) {
    String name = file.getFileName().toString();
    String ending = name.endsWith(".json.gz") ? ".json.gz" : name.endsWith(".json") ? ".json" : "";
    String base = name.substring(0, name.length() - ending.length());
    return file.resolveSibling(base + what + (ending.isEmpty() ? ".json" : ending));
  }

  // ---- what is told

  private void tellUnknownArtists(List<Item> items) {
    Set<String> unknown = tracks(items.stream().filter(item -> item.artist().isEmpty()).toList());
    if (by == By.artist && !unknown.isEmpty()) {
      System.out.printf(
          "%d of %d tracks have no known artist: each is a group of its own%n",
          unknown.size(), tracks(items).size());
    }
  }

  private void tell(List<Item> items, Dealt split, List<Rows.SplitRow> rows) {
    var itemsOf = new EnumMap<Part, List<Item>>(Part.class);
    for (Item item : items) {
      itemsOf.computeIfAbsent(split.parts().get(item), part -> new ArrayList<>()).add(item);
    }
    long genres = items.stream().map(Item::genre).distinct().count();
    for (Part part : Part.values()) {
      List<Item> ofPart = itemsOf.getOrDefault(part, List.of());
      if (!ofPart.isEmpty()) {
        System.out.printf(
            "%-10s %6d segments (%.1f %%) of %d tracks%n",
            part, ofPart.size(), 100.0 * ofPart.size() / items.size(), tracks(ofPart).size());
      }
      long has = ofPart.stream().map(Item::genre).distinct().count();
      if (has < genres && part != Part.excluded) {
        Stage.warn(
            "%s has only %d of %d genres; try --stratify genre or another --seed",
            part, has, genres);
      }
    }
    Set<String> test = tracks(itemsOf.get(Part.test));
    Set<String> both = tracks(itemsOf.get(Part.train));
    both.retainAll(test);
    System.out.printf(
        "%d of %d test tracks also have segments in training%s%n",
        both.size(),
        test.size(),
        both.isEmpty() ? "" : ": a test on them does not tell how new tracks fare");
    List<Rows.SplitRow> copies = rows.stream().filter(row -> Rows.isCopy(row.segment())).toList();
    if (!copies.isEmpty()) {
      System.out.printf(
          "%d augmented copies: %d beside their source in training, the others excluded%n",
          copies.size(), copies.stream().filter(row -> row.part() == Part.train).count());
    }
    System.out.printf("split by %s, seed %d: %s%n", by, seed, split.file());
  }

  private void tellLeaks(
      List<Item> items, Dealt split, List<Rows.Leak> leaks, List<Set<String>> repeated) {
    List<Item> test = items.stream().filter(item -> split.parts().get(item) == Part.test).toList();
    Set<String> tracks = tracks(test);
    Set<String> unknown = tracks(test.stream().filter(item -> item.artist().isEmpty()).toList());
    long known =
        test.stream().map(Split::artist).filter(name -> !name.isEmpty()).distinct().count();
    long groups = repeated.stream().filter(group -> !Collections.disjoint(group, tracks)).count();
    System.out.printf(
        "test shares with training or validation: %d of %d tracks, %s, %s: %s%n",
        count(leaks, "track"),
        tracks.size(),
        known == 0
            ? "artists unknown (--artists)"
            : "%d of %d artists%s"
                .formatted(
                    count(leaks, "artist"),
                    known,
                    unknown.isEmpty() ? "" : " (unknown of %d tracks)".formatted(unknown.size())),
        repetitions == null
            ? "repetitions unknown (--repetitions)"
            : "%d of %d known repetitions".formatted(count(leaks, "repetition"), groups),
        leaksFile(split.file()));
  }

  private static long count(List<Rows.Leak> leaks, String kind) {
    return leaks.stream().filter(leak -> leak.kind().equals(kind)).count();
  }
}
