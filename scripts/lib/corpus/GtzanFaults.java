//SOURCES ../results/Paper.java
//SOURCES ../results/Rows.java
//SOURCES Corpus.java
//SOURCES TrackLists.java

package genrelab.corpus;

import genrelab.results.Paper;
import genrelab.results.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** GTZAN's tracks, and the faults that are known of it. */
final class GtzanFaults {
  private static final String BROKEN = "jazz.00054";

  private GtzanFaults() {}

  /** The ids of its 1,000 tracks, sorted. */
  static List<String> ids() {
    return Paper.GENRES.stream()
        .sorted()
        .flatMap(genre -> IntStream.range(0, 100).mapToObj(n -> "%s.%05d".formatted(genre, n)))
        .toList();
  }

  /** A problem whose detail says so if it is known of the usual distribution. */
  static Rows.Problem annotate(Rows.Problem row) {
    boolean broken =
        row.track().equals(BROKEN)
            && List.of("missing", "unreadable", "truncated").contains(row.problem());
    return broken
        ? new Rows.Problem(
            row.file(),
            row.track(),
            row.genre(),
            row.problem(),
            row.detail() + " (known: it can't be read in the usual distribution)")
        : row;
  }

  /**
   * The tracks that repeat the recording of an earlier one.
   *
   * @param problem makes the row of a track and its detail
   */
  static List<Rows.Problem> repetitions(
      List<Corpus.Track> tracks, BiFunction<Corpus.Track, String, Rows.Problem> problem) {
    var present = new TreeMap<String, Corpus.Track>();
    tracks.forEach(track -> present.put(track.id(), track));
    var problems = new ArrayList<Rows.Problem>();
    TrackLists.repetitions("gtzan-repetitions") // Sturm (2013), as split reads them
        .forEach(group -> repetition(present, group, problem, problems));
    return problems;
  }

  private static void repetition(
      Map<String, Corpus.Track> present,
      Set<String> ids,
      BiFunction<Corpus.Track, String, Rows.Problem> problem,
      List<Rows.Problem> problems) {
    List<String> there = ids.stream().filter(present::containsKey).toList();
    for (String id : there.subList(Math.min(1, there.size()), there.size())) {
      problems.add(
          problem.apply(
              present.get(id), "the recording of %s (Sturm 2013)".formatted(there.get(0))));
    }
  }
}
