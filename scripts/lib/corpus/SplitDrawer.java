//SOURCES ../results/Part.java
//SOURCES Corpus.java
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
import java.util.TreeMap;
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
    var groups = new LinkedHashMap<String, Group>();
    for (LabelledSegment segment : segments) {
      String name =
          switch (by) {
            case segment, cluster -> segment.id().toString();
            case artist -> Corpus.group(segment.track(), segment.artist());
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
   * Stratum after stratum, shuffled within. Of artists large ones come first, so that small ones
   * even out, but not strictly: strictly, each large artist would lie in the same part whatever the
   * seed.
   */
  private List<Group> shuffledGroups(Collection<LabelledSegment> segments) {
    var shuffled = new ArrayList<>(groups(segments));
    var random = new Random(seed);
    Collections.shuffle(shuffled, random);
    Comparator<Group> order = Comparator.comparing(Group::stratum);
    if (by == SplitBy.artist) {
      var rank = new HashMap<Group, Double>();
      shuffled.forEach(
          group ->
              rank.put(
                  group,
                  Math.log(group.segments().size())
                      + Math.log(SIMILAR_SIZE) * random.nextDouble()));
      order = order.thenComparing(group -> -rank.get(group));
    }
    shuffled.sort(order);
    return shuffled;
  }

  /**
   * Gives each group to the part that is furthest below its share of what was assigned so far: the
   * shares are met within one group over all, and within two in every stratum.
   */
  private static <T> Map<LabelledSegment, T> assign(
      List<Group> groups, double[] ratios, List<T> parts) {
    double sum = Arrays.stream(ratios).sum();
    double[] shares = Arrays.stream(ratios).map(ratio -> ratio / sum).toArray();
    var assigned = new HashMap<LabelledSegment, T>();
    double[] sizes = new double[shares.length];
    double total = 0;
    for (Group group : groups) {
      total += group.segments().size();
      int neediest = 0;
      for (int p = 1; p < shares.length; p++) {
        if (shares[p] * total - sizes[p] > shares[neediest] * total - sizes[neediest] + 1e-9) {
          neediest = p;
        }
      }
      sizes[neediest] += group.segments().size();
      for (LabelledSegment segment : group.segments()) {
        assigned.put(segment, parts.get(neediest));
      }
    }
    return assigned;
  }

  /**
   * Leaves only so many segments in training and excludes the others; strata keep their shares.
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
  }
}
