///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Parts segments into training, validation and test
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/Corpus.java
//SOURCES lib/Features.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true

import genrelab.Corpus;
import genrelab.Features;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
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
 *
 * <p>Augmented copies are not drawn: they train where their source does and are excluded elsewhere.
 */
@Command(name = "split", description = "Parts segments into training, validation and test.")
public class Split implements Callable<Integer> {
  private static final List<String> PARTS = List.of("train", "validation", "test");

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

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--lists",
      split = ",",
      description = "With --by file: text files of training, validation and test tracks.")
  List<Path> lists = List.of();

  @Option(
      names = "--out",
      defaultValue = "split.json",
      description = "The split to write (default ${DEFAULT-VALUE}).")
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Split(), args));
  }

  private record Item(String track, int segment, String genre, String artist, int cluster) {}

  /** What must stay together, and the stratum it is drawn from. */
  private record Group(String stratum, List<Item> items) {}

  @Override
  public Integer call() {
    double[] shares = shares();
    Stage.requireOption(
        (by == By.file) == (lists.size() == 3),
        "--by file takes --lists with three files, training, validation, test; others take none");
    Path file = source.segments != null ? source.segments : source.features;
    List<Item> items = source.segments != null ? fromManifest(file) : fromFeatures(file);
    List<Item> originals = items.stream().filter(item -> !Rows.isCopy(item.segment())).toList();
    Map<Item, String> parts =
        by == By.file ? partsOfLists(originals) : deal(inDrawingOrder(groups(originals)), shares);
    requireEveryPart(file, parts.values());
    List<Rows.Part> rows = withCopies(items, parts);
    Store.writeRows(out, rows);
    tell(originals, parts, rows);
    return 0;
  }

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
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  private static List<Item> fromManifest(Path file) {
    return Store.readRows(file, Rows.Segment.class).stream()
        .map(row -> new Item(row.track(), row.segment(), row.genre(), row.artist(), -1))
        .toList();
  }

  private List<Item> fromFeatures(Path file) {
    Features features = Features.readWithoutValues(file);
    if (by == By.cluster && features.clusters() == null) {
      throw new Stage.Failure("%s: it has no clusters; make the kind with K-means first", file);
    }
    Stage.requireOption(by != By.artist, "--by artist needs --segments, which knows the artists");
    return IntStream.range(0, features.size())
        .mapToObj(
            i ->
                new Item(
                    features.tracks()[i],
                    features.segments()[i],
                    features.genre(i),
                    "",
                    features.clusters() == null ? -1 : features.clusters()[i]))
        .toList();
  }

  private Collection<Group> groups(List<Item> items) {
    Stage.requireOption(
        by != By.cluster || source.features != null, "--by cluster needs --features with clusters");
    var groups = new LinkedHashMap<String, Group>();
    for (Item item : items) {
      String name =
          switch (by) {
            case segment, cluster -> item.track() + "/" + item.segment();
            case artist -> item.artist().isEmpty() ? "track " + item.track() : item.artist();
            default -> item.track();
          };
      String stratum =
          by == By.cluster
              ? item.genre() + "/" + item.cluster()
              : stratify == Stratum.genre ? item.genre() : "";
      groups.computeIfAbsent(name, key -> new Group(stratum, new ArrayList<>())).items().add(item);
    }
    return groups.values();
  }

  /** Stratum after stratum, shuffled within; large groups first, so that small ones even out. */
  private List<Group> inDrawingOrder(Collection<Group> groups) {
    var shuffled = new ArrayList<>(groups);
    Collections.shuffle(shuffled, new Random(seed));
    Comparator<Group> order = Comparator.comparing(Group::stratum);
    if (by == By.artist) {
      order = order.thenComparing(group -> -group.items().size());
    }
    shuffled.sort(order);
    return shuffled;
  }

  /**
   * Gives each group to the part that is furthest below its share of what was dealt so far: the
   * shares are met within one group over all, and within two in every stratum.
   */
  private static Map<Item, String> deal(List<Group> groups, double[] shares) {
    var parts = new HashMap<Item, String>();
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
        parts.put(item, PARTS.get(neediest));
      }
    }
    return parts;
  }

  private Map<Item, String> partsOfLists(List<Item> items) {
    var partOfTrack = new TreeMap<String, String>();
    for (int p = 0; p < PARTS.size(); p++) {
      for (String track : Corpus.readList(lists.get(p))) {
        String other = partOfTrack.put(track, PARTS.get(p));
        if (other != null && !other.equals(PARTS.get(p))) {
          throw new Stage.Failure(
              "%s: track %s is in the %s list too; remove it from one", lists.get(p), track, other);
        }
      }
    }
    Set<String> present = items.stream().map(Item::track).collect(Collectors.toSet());
    long absent = partOfTrack.keySet().stream().filter(track -> !present.contains(track)).count();
    if (absent > 0) {
      System.out.printf("%d listed tracks have no segments here%n", absent);
    }
    return items.stream()
        .collect(
            Collectors.toMap(
                item -> item, item -> partOfTrack.getOrDefault(item.track(), "excluded")));
  }

  /**
   * Every segment's row. An augmented copy trains where its source does and is left out elsewhere:
   * it is never tested on, nor does it tell a network of a segment that is.
   */
  private static List<Rows.Part> withCopies(List<Item> items, Map<Item, String> parts) {
    var training = new HashSet<String>();
    parts.forEach(
        (item, part) -> {
          if (part.equals("train")) {
            training.add(item.segment() + " " + item.track());
          }
        });
    return items.stream()
        .map(
            item -> {
              String source = Rows.source(item.segment()) + " " + item.track();
              String part =
                  !Rows.isCopy(item.segment())
                      ? parts.get(item)
                      : training.contains(source) ? "train" : "excluded";
              return new Rows.Part(item.track(), item.segment(), part);
            })
        .toList();
  }

  private void requireEveryPart(Path file, Collection<String> dealt) {
    for (String part : PARTS) {
      if (!dealt.contains(part)) {
        throw new Stage.Failure(
            "%s: nothing is left for %s by %s; give more tracks or other --ratios", file, part, by);
      }
    }
  }

  private void tell(List<Item> items, Map<Item, String> parts, List<Rows.Part> rows) {
    var tracksOf = new HashMap<String, Set<String>>();
    var genresOf = new HashMap<String, Set<String>>();
    for (Item item : items) {
      tracksOf.computeIfAbsent(parts.get(item), part -> new TreeSet<>()).add(item.track());
      genresOf.computeIfAbsent(parts.get(item), part -> new TreeSet<>()).add(item.genre());
    }
    long genres = items.stream().map(Item::genre).distinct().count();
    for (String part : PARTS) {
      long count = items.stream().filter(item -> parts.get(item).equals(part)).count();
      System.out.printf(
          "%-10s %6d segments (%.1f %%) of %d tracks%n",
          part, count, 100.0 * count / items.size(), tracksOf.get(part).size());
      if (genresOf.get(part).size() < genres) {
        System.err.printf(
            "warning: %s has only %d of %d genres; try --stratify genre or another --seed%n",
            part, genresOf.get(part).size(), genres);
      }
    }
    var both = new TreeSet<>(tracksOf.get("test"));
    both.retainAll(tracksOf.get("train"));
    System.out.printf(
        "%d of %d test tracks also have segments in training%s%n",
        both.size(),
        tracksOf.get("test").size(),
        both.isEmpty() ? "" : ": a test on them does not tell how new tracks fare");
    List<Rows.Part> copies = rows.stream().filter(row -> Rows.isCopy(row.segment())).toList();
    if (!copies.isEmpty()) {
      System.out.printf(
          "%d augmented copies: %d beside their source in training, the others excluded%n",
          copies.size(), copies.stream().filter(row -> row.part().equals("train")).count());
    }
    System.out.printf("split by %s, seed %d: %s%n", by, seed, out);
  }
}
