//SOURCES ../results/Part.java
//SOURCES ../results/Rows.java
//SOURCES ArtistGroups.java
//SOURCES LabelledSegment.java

package genrelab.corpus;

import genrelab.results.Part;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the test set shares with training or validation, so that a test on it does not tell how new
 * music fares.
 *
 * @param leaks by kind: tracks, then artists, then repetitions
 * @param testTracks how many tracks the test set has
 * @param testTracksWithoutArtist of how many of them the artist is unknown
 * @param testArtists how many known artists it has
 * @param testRepetitions how many groups of repetitions it has tracks of
 */
public record LeakReport(
    List<Rows.Leak> leaks,
    int testTracks,
    int testTracksWithoutArtist,
    int testArtists,
    int testRepetitions) {
  private static final int TRAIN = Part.USED.indexOf(Part.train);
  private static final int VALIDATION = Part.USED.indexOf(Part.validation);
  private static final int TEST = Part.USED.indexOf(Part.test);

  /**
   * Looks through a split.
   *
   * @param parts of the segments; those that have none, or are excluded, are left out
   * @param repetitions groups of tracks that hold the same recording
   */
  public static LeakReport of(
      Collection<LabelledSegment> segments,
      Map<LabelledSegment, Part> parts,
      List<Set<String>> repetitions) {
    // segments in training, validation and test
    var tracks = new TreeMap<String, int[]>();
    var artists = new TreeMap<String, int[]>();
    var names = new HashMap<String, String>();
    var withoutArtist = new TreeSet<String>();
    for (LabelledSegment segment : segments) {
      int part = Part.USED.indexOf(parts.get(segment));
      if (part < 0) {
        continue;
      }
      tracks.computeIfAbsent(segment.track(), track -> counts())[part]++;
      if (!segment.artist().isEmpty()) {
        String artist = ArtistGroups.normalized(segment.artist());
        names.putIfAbsent(artist, segment.artist());
        artists.computeIfAbsent(artist, name -> counts())[part]++;
      } else if (part == TEST) {
        withoutArtist.add(segment.track());
      }
    }
    var leaks = new ArrayList<Rows.Leak>();
    tracks.forEach((track, counts) -> addIfShared(leaks, "track", track, counts));
    withCollaborations(artists, names)
        .forEach((artist, counts) -> addIfShared(leaks, "artist", names.get(artist), counts));
    for (Set<String> group : repetitions) {
      if (isOnBothSides(group, tracks)) {
        addIfShared(leaks, "repetition", String.join(", ", group), sum(group, tracks));
      }
    }
    Set<String> tested = tested(tracks);
    return new LeakReport(
        leaks,
        tested.size(),
        withoutArtist.size(),
        tested(artists).size(),
        (int) repetitions.stream().filter(group -> !Collections.disjoint(group, tested)).count());
  }

  /** How many leaks of a kind there are: track, artist or repetition. */
  public long count(String kind) {
    return leaks.stream().filter(leak -> leak.kind().equals(kind)).count();
  }

  /**
   * What the test set shares, as {@code split} prints it: of each kind how many of how many.
   *
   * @param repetitionsKnown whether groups of repetitions were given
   */
  public String summary(boolean repetitionsKnown) {
    String unknown =
        testTracksWithoutArtist == 0
            ? ""
            : " (unknown of %d tracks)".formatted(testTracksWithoutArtist);
    String artists =
        testArtists == 0
            ? "artists unknown (--artists)"
            : "%d of %d artists%s".formatted(count("artist"), testArtists, unknown);
    String repetitions =
        repetitionsKnown
            ? "%d of %d known repetitions".formatted(count("repetition"), testRepetitions)
            : "repetitions unknown (--repetitions)";
    return "%d of %d tracks, %s, %s".formatted(count("track"), testTracks, artists, repetitions);
  }

  /** The tested artists, with the training and validation of all that credit one of theirs. */
  private static Map<String, int[]> withCollaborations(
      Map<String, int[]> artists, Map<String, String> names) {
    var byCredit = new HashMap<String, Set<String>>();
    artists
        .keySet()
        .forEach(
            artist ->
                ArtistGroups.credits(names.get(artist))
                    .forEach(
                        credit ->
                            byCredit.computeIfAbsent(credit, c -> new TreeSet<>()).add(artist)));
    var all = new TreeMap<String, int[]>();
    artists.forEach(
        (artist, counts) -> {
          var sharing = new TreeSet<String>();
          ArtistGroups.credits(names.get(artist))
              .forEach(credit -> sharing.addAll(byCredit.get(credit)));
          int[] sum = sum(sharing, artists);
          sum[TEST] = counts[TEST];
          all.put(artist, sum);
        });
    return all;
  }

  private static int[] counts() {
    return new int[Part.USED.size()];
  }

  private static void addIfShared(List<Rows.Leak> leaks, String kind, String what, int[] counts) {
    if (counts[TEST] > 0 && isKnown(counts)) {
      leaks.add(new Rows.Leak(kind, what, counts[TRAIN], counts[VALIDATION], counts[TEST]));
    }
  }

  private static boolean isKnown(int[] counts) {
    return counts[TRAIN] + counts[VALIDATION] > 0;
  }

  /** Whether one of a group's tracks is tested and another one is in training or validation. */
  private static boolean isOnBothSides(Set<String> group, Map<String, int[]> tracks) {
    return group.stream()
        .filter(track -> tracks.getOrDefault(track, counts())[TEST] > 0)
        .anyMatch(
            tested ->
                group.stream()
                    .filter(other -> !other.equals(tested))
                    .anyMatch(other -> isKnown(tracks.getOrDefault(other, counts()))));
  }

  private static int[] sum(Set<String> group, Map<String, int[]> all) {
    int[] sum = counts();
    for (String name : group) {
      int[] counts = all.getOrDefault(name, counts());
      Arrays.setAll(sum, part -> sum[part] + counts[part]);
    }
    return sum;
  }

  private static Set<String> tested(Map<String, int[]> counts) {
    var tested = new TreeSet<String>();
    counts.forEach(
        (name, segments) -> {
          if (segments[TEST] > 0) {
            tested.add(name);
          }
        });
    return tested;
  }
}
