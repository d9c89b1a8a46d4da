//SOURCES ../results/Part.java
//SOURCES ArtistGroups.java
//SOURCES LabelledSegment.java
//SOURCES SplitBy.java

package genrelab.corpus;

import genrelab.results.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws training, validation and test sets at random: groups of segments (a track, an artist) stay
 * whole, strata (genres, or genres and clusters) keep their shares.
 *
 * @param by what is drawn whole; {@link SplitBy#cluster} stratifies by genre and cluster
 * @param byGenre whether to stratify by genre
 * @param seed the same seed draws the same split
 */
public record SplitDrawer(SplitBy by, boolean byGenre, long seed) {
  /** One of two artists that differ in size by less than this may be drawn before the other. */
  private static final double SIMILAR_SIZE = 8;

  /** Segments that stay together, and the stratum they are drawn from. */
  private record Group(String stratum, List<LabelledSegment> segments) {}

  /**
   * Draws one split.
   *
   * @param ratios of training, validation and test; they need not sum to 1
   * @return every segment's part; a part is empty where there are too few groups
   */
  public Map<LabelledSegment, Part> draw(Collection<LabelledSegment> segments, double[] ratios) {
    return assign(shuffledGroups(segments), ratios, Part.USED);
  }

  /**
   * Draws splits for cross-validation: every segment is in the test set of exactly one, and in
   * training or validation of the others.
   *
   * @param ratios of which the first two tell how training and validation share what is not tested
   */
  public List<Map<LabelledSegment, Part>> drawFolds(
      Collection<LabelledSegment> segments, int folds, double[] ratios) {
    List<Group> groups = shuffledGroups(segments);
    double[] equal = new double[folds];
    Arrays.fill(equal, 1);
    List<Integer> numbers = IntStream.range(0, folds).boxed().toList();
    Map<LabelledSegment, Integer> foldOf = assign(groups, equal, numbers);
    var splits = new ArrayList<Map<LabelledSegment, Part>>();
    for (int fold : numbers) {
      List<Group> rest =
          groups.stream().filter(group -> foldOf.get(group.segments().get(0)) != fold).toList();
      Map<LabelledSegment, Part> parts =
          assign(rest, Arrays.copyOf(ratios, 2), List.of(Part.train, Part.validation));
      foldOf.keySet().forEach(segment -> parts.putIfAbsent(segment, Part.test));
      splits.add(parts);
    }
    return splits;
  }

  private Collection<Group> groups(Collection<LabelledSegment> segments) {
    var artists = new HashMap<String, String>();
    segments.forEach(segment -> artists.put(segment.track(), segment.artist()));
    var byArtist = new ArtistGroups(artists);
    var groups = new LinkedHashMap<String, Group>();
    for (LabelledSegment segment : segments) {
      String name =
          switch (by) {
            case segment, cluster -> segment.id().toString();
            case artist -> byArtist.of(segment.track());
            default -> segment.track();
          };
      groups
          .computeIfAbsent(name, key -> new Group(stratum(segment), new ArrayList<>()))
          .segments()
          .add(segment);
    }
    return groups.values();
  }

  private String stratum(LabelledSegment segment) {
    return by == SplitBy.cluster
        ? segment.genre() + "/" + segment.cluster()
        : byGenre ? segment.genre() : "";
  }

  /**
   * Stratum after stratum, shuffled within. Artists come in one row, large ones first, so that
   * small ones even out, but not strictly: strictly, each large artist would lie in the same part
   * whatever the seed.
   */
  private List<Group> shuffledGroups(Collection<LabelledSegment> segments) {
    var shuffled = new ArrayList<>(groups(segments));
    var random = new Random(seed);
    Collections.shuffle(shuffled, random);
    if (by == SplitBy.artist) {
      var rank = new HashMap<Group, Double>();
      shuffled.forEach(
          group ->
              rank.put(
                  group,
                  Math.log(group.segments().size())
                      + Math.log(SIMILAR_SIZE) * random.nextDouble()));
      shuffled.sort(Comparator.comparing(group -> -rank.get(group)));
    } else {
      shuffled.sort(Comparator.comparing(Group::stratum));
    }
    return shuffled;
  }

  private <T> Map<LabelledSegment, T> assign(List<Group> groups, double[] ratios, List<T> parts) {
    double sum = Arrays.stream(ratios).sum();
    double[] shares = Arrays.stream(ratios).map(ratio -> ratio / sum).toArray();
    int[] partOf =
        by == SplitBy.artist ? balancedParts(groups, shares) : neediestParts(groups, shares);
    var assigned = new HashMap<LabelledSegment, T>();
    for (int g = 0; g < partOf.length; g++) {
      for (LabelledSegment segment : groups.get(g).segments()) {
        assigned.put(segment, parts.get(partOf[g]));
      }
    }
    return assigned;
  }

  /**
   * Gives each group to the part that is furthest below its share of what was assigned so far: the
   * shares are met within one group over all, and within two in every stratum.
   */
  private static int[] neediestParts(List<Group> groups, double[] shares) {
    int[] partOf = new int[groups.size()];
    double[] sizes = new double[shares.length];
    double total = 0;
    for (int g = 0; g < partOf.length; g++) {
      int size = groups.get(g).segments().size();
      total += size;
      int neediest = 0;
      for (int p = 1; p < shares.length; p++) {
        if (shares[p] * total - sizes[p] > shares[neediest] * total - sizes[neediest] + 1e-9) {
          neediest = p;
        }
      }
      sizes[neediest] += size;
      partOf[g] = neediest;
    }
    return partOf;
  }

  /**
   * Gives each group, whose segments may be of several strata, to the part where it leaves the
   * strata closest to their shares: the smallest sum of (size − expected)² / expected over parts
   * and strata, as in a χ² test. Groups are then moved for as long as that makes the sum smaller.
   */
  private int[] balancedParts(List<Group> groups, double[] shares) {
    int[][] sizes = sizes(groups);
    int[] totals = new int[sizes[0].length];
    for (int[] group : sizes) {
      add(group, 1, totals);
    }
    int[][] counts = new int[shares.length][totals.length];
    int[] partOf = new int[sizes.length];
    Arrays.fill(partOf, -1);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int g = 0; g < partOf.length; g++) {
        int before = partOf[g];
        double[] costs = new double[shares.length];
        for (int p = 0; p < shares.length; p++) {
          add(sizes[g], p == before ? -1 : 0, counts[p]);
          costs[p] = cost(sizes[g], counts[p], totals, shares[p]);
        }
        int best = Math.max(0, before);
        for (int p = 0; p < shares.length; p++) {
          best = costs[p] < costs[best] - 1e-9 ? p : best;
        }
        add(sizes[g], 1, counts[best]);
        partOf[g] = best;
        moved |= best != before;
      }
    }
    return partOf;
  }

  /** Segments of each group (rows) by stratum, and of all strata (the last column). */
  private int[][] sizes(List<Group> groups) {
    var columns = new TreeMap<String, Integer>();
    for (Group group : groups) {
      group.segments().forEach(segment -> columns.putIfAbsent(stratum(segment), columns.size()));
    }
    int[][] sizes = new int[groups.size()][columns.size() + 1];
    for (int g = 0; g < sizes.length; g++) {
      for (LabelledSegment segment : groups.get(g).segments()) {
        sizes[g][columns.get(stratum(segment))]++;
        sizes[g][columns.size()]++;
      }
    }
    return sizes;
  }

  private static void add(int[] sizes, int times, int[] counts) {
    for (int s = 0; s < sizes.length; s++) {
      counts[s] += times * sizes[s];
    }
  }

  /** By how much a group would raise the sum of (count − expected)² / expected of a part. */
  private static double cost(int[] sizes, int[] counts, int[] totals, double share) {
    double cost = 0;
    for (int s = 0; s < sizes.length; s++) {
      double expected = share * totals[s];
      cost += sizes[s] * (sizes[s] + 2 * (counts[s] - expected)) / expected;
    }
    return cost;
  }

  /**
   * Holds segments out of the training tracks: a share of each, at random.
   *
   * @param parts of the segments, changed
   * @param share of a track's training segments, rounded, but never all of them
   */
  public void holdOutKnown(Map<LabelledSegment, Part> parts, double share) {
    var training = new TreeMap<String, List<LabelledSegment>>();
    parts.forEach(
        (segment, part) -> {
          if (part == Part.train) {
            training.computeIfAbsent(segment.track(), name -> new ArrayList<>()).add(segment);
          }
        });
    var random = new Random(seed);
    for (List<LabelledSegment> track : training.values()) {
      track.sort(Comparator.comparingInt(segment -> segment.id().segment()));
      Collections.shuffle(track, random);
      int held = (int) Math.min(track.size() - 1, Math.round(share * track.size()));
      track.subList(0, held).forEach(segment -> parts.put(segment, Part.known));
    }
  }

  /**
   * Leaves only so many segments in training and excludes the others; strata keep their shares.
   * Segments held out of tracks that are then not in training are excluded, too.
   *
   * @param parts of the segments, changed
   * @param size of the training set, at most as it is
   */
  public void reduceTraining(Map<LabelledSegment, Part> parts, int size) {
    var training = new TreeMap<String, List<LabelledSegment>>();
    parts.forEach(
        (segment, part) -> {
          if (part == Part.train) {
            training.computeIfAbsent(stratum(segment), name -> new ArrayList<>()).add(segment);
          }
        });
    int all = training.values().stream().mapToInt(List::size).sum();
    var random = new Random(seed);
    long before = 0;
    for (List<LabelledSegment> stratum : training.values()) {
      // rounds the running total, so that the strata's sizes sum up to what was asked for
      long from = Math.round((double) before * size / all);
      before += stratum.size();
      long to = Math.round((double) before * size / all);
      stratum.sort(
          Comparator.comparing(LabelledSegment::track)
              .thenComparing(segment -> segment.id().segment()));
      Collections.shuffle(stratum, random);
      stratum
          .subList((int) (to - from), stratum.size())
          .forEach(segment -> parts.put(segment, Part.excluded));
    }
    Set<String> heard =
        parts.keySet().stream()
            .filter(segment -> parts.get(segment) == Part.train)
            .map(LabelledSegment::track)
            .collect(Collectors.toSet());
    parts.replaceAll(
        (segment, part) ->
            part == Part.known && !heard.contains(segment.track()) ? Part.excluded : part);
  }
}
