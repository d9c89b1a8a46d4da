//SOURCES ../results/Rows.java
//SOURCES Corpus.java

package genrelab.corpus;

import genrelab.results.Rows;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The clips of FMA that are known to be empty or too short, by the dataset's wiki (<a
 * href="https://github.com/mdeff/fma/wiki">Excerpts shorter than 30s and erroneous audio length
 * metadata</a>). All six of fma_small are among those of fma_medium.
 */
final class FmaFaults {
  /** Without any audio. */
  private static final Set<String> EMPTY =
      Set.of(
          "001486", "005574", "065753", "080391", "098558", "098559", "098560", "098571", "099134",
          "105247", "108925", "126981", "127336", "133297", "143992");

  /** Seconds of audio, where there should be 30. */
  private static final Map<String, Double> SHORT =
      Map.of(
          "098565", 1.6, "098566", 6.2, "098567", 0.5, "098568", 6.6, "098569", 1.5, "108924",
          27.4);

  private static final Set<String> OF_EMPTY = Set.of("unreadable", "truncated", "short", "silent");

  private FmaFaults() {}

  /** What is known of a track; null for a sound one. */
  private static String known(String track) {
    if (EMPTY.contains(track)) {
      return "known: an empty clip";
    }
    Double seconds = SHORT.get(track);
    return seconds == null ? null : "known: %s s of 30".formatted(seconds);
  }

  /** A problem whose detail says so if it is known. */
  static Rows.Problem annotate(Rows.Problem row) {
    String known = OF_EMPTY.contains(row.problem()) ? known(row.track()) : null;
    return known == null
        ? row
        : new Rows.Problem(
            row.file(),
            row.track(),
            row.genre(),
            row.problem(),
            "%s (%s)".formatted(row.detail(), known));
  }

  /**
   * The tracks with a known fault of which no problem tells yet, e.g. a clip of 6 s.
   *
   * @param problem makes the row of a track and its detail
   */
  static List<Rows.Problem> others(
      List<Corpus.Track> tracks,
      List<Rows.Problem> told,
      BiFunction<Corpus.Track, String, Rows.Problem> problem) {
    Set<String> named =
        new HashSet<>(
            told.stream()
                .filter(row -> OF_EMPTY.contains(row.problem()))
                .map(Rows.Problem::track)
                .toList());
    return tracks.stream()
        .filter(track -> known(track.id()) != null && !named.contains(track.id()))
        .map(track -> problem.apply(track, known(track.id())))
        .toList();
  }
}
