///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Lists missing, unreadable, truncated, short, duplicate and unexpected files of a corpus
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/Audio.java
//SOURCES lib/Corpus.java
//SOURCES lib/Rows.java
//SOURCES lib/Stage.java
//SOURCES lib/Store.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.Audio;
import genrelab.Corpus;
import genrelab.Rows;
import genrelab.Stage;
import genrelab.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Looks at every file of a corpus and lists what a study would stumble over.
 *
 * <p>Problems: {@code missing} (a gap in a genre's numbering, or a track of {@code --expect} that
 * is not there), {@code unreadable}, {@code truncated} (shorter than its header says), {@code
 * short} (no whole segment), {@code duplicate id}, {@code duplicate content}, {@code unexpected}.
 */
@Command(
    name = "verify",
    description =
        "Lists missing, unreadable, truncated, short, duplicate and unexpected files of a corpus.")
public class Verify implements Callable<Integer> {
  private static final Pattern NUMBERED = Pattern.compile("(.+\\.)(\\d+)");

  @Option(
      names = "--corpus",
      required = true,
      description = "Folder with one folder a genre, one audio file a track.")
  Path corpus;

  @Option(names = "--out", description = "Also write the problems as JSON rows to this file.")
  Path out;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "A track under this length is short, 0.1 to 60 s (default ${DEFAULT-VALUE}).")
  double seconds;

  @Option(
      names = "--expect",
      description = "Text file of the tracks that should be there, one a line.")
  Path expect;

  public static void main(String... args) {
    System.exit(Stage.run(new Verify(), args));
  }

  @Override
  public Integer call() {
    Stage.requireOption(
        seconds >= 0.1 && seconds <= 60, "--seconds must be from 0.1 to 60, not %s", seconds);
    Corpus found = Corpus.open(corpus);
    var problems = new ArrayList<>(found.unexpected());
    problems.addAll(missing(found.tracks()));
    problems.addAll(duplicateIds(found));
    problems.addAll(audioProblems(found.tracks()));
    problems.addAll(duplicateContents(found.tracks()));
    problems.sort(Comparator.comparing(Rows.Problem::file).thenComparing(Rows.Problem::problem));
    if (out != null) {
      Store.writeRows(out, problems);
    }
    tell(found, problems);
    return 0;
  }

  private List<Rows.Problem> missing(List<Corpus.Track> tracks) {
    Set<String> present = tracks.stream().map(Corpus.Track::id).collect(Collectors.toSet());
    Map<String, String> wanted = expect == null ? gaps(tracks) : expected();
    return wanted.entrySet().stream()
        .filter(track -> !present.contains(track.getKey()))
        .map(track -> new Rows.Problem("", track.getKey(), "", "missing", track.getValue()))
        .toList();
  }

  private Map<String, String> expected() {
    var ids = new TreeMap<String, String>();
    Corpus.readList(expect).forEach(id -> ids.put(id, "listed in " + expect));
    return ids;
  }

  /** The ids between a genre's first and last number, for corpora numbered as GTZAN is. */
  private static Map<String, String> gaps(List<Corpus.Track> tracks) {
    var numbers = new TreeMap<String, TreeSet<Integer>>();
    int digits = 1;
    for (Corpus.Track track : tracks) {
      Matcher id = NUMBERED.matcher(track.id());
      if (id.matches() && id.group(2).length() < 10) {
        digits = Math.max(digits, id.group(2).length());
        numbers
            .computeIfAbsent(id.group(1), prefix -> new TreeSet<>())
            .add(Integer.parseInt(id.group(2)));
      }
    }
    var ids = new TreeMap<String, String>();
    String form = "%s%0" + digits + "d";
    numbers.forEach(
        (prefix, taken) -> {
          for (int n = taken.first(); n < taken.last() && taken.last() < 100_000; n++) {
            ids.put(form.formatted(prefix, n), "a gap in the numbering");
          }
        });
    return ids;
  }

  private List<Rows.Problem> duplicateIds(Corpus found) {
    var problems = new ArrayList<Rows.Problem>();
    found
        .duplicateIds()
        .forEach(
            (id, files) ->
                files.stream()
                    .skip(1)
                    .map(file -> problem(file, "duplicate id", "also " + name(files.get(0))))
                    .forEach(problems::add));
    return problems;
  }

  private List<Rows.Problem> audioProblems(List<Corpus.Track> tracks) {
    try (ProgressBar progress = Stage.progress("verify", tracks.size())) {
      return tracks.parallelStream()
          .map(track -> audioProblem(track.file()))
          .peek(done -> progress.step())
          .flatMap(Optional::stream)
          .toList();
    }
  }

  private Optional<Rows.Problem> audioProblem(Path file) {
    try {
      Audio audio = Audio.read(file);
      long segment = Math.round(seconds * audio.rate());
      return audio.samples().length >= segment
          ? Optional.empty()
          : Optional.of(
              problem(
                  file,
                  "short",
                  "%d samples, a segment of %s s takes %d"
                      .formatted(audio.samples().length, seconds, segment)));
    } catch (Audio.Unreadable unusable) {
      return Optional.of(problem(file, unusable.problem, unusable.getMessage()));
    }
  }

  private List<Rows.Problem> duplicateContents(List<Corpus.Track> tracks) {
    var first = new LinkedHashMap<String, Path>();
    var problems = new ArrayList<Rows.Problem>();
    for (Corpus.Track track : tracks) {
      Path earlier = first.putIfAbsent(Store.sha256(track.file()), track.file());
      if (earlier != null) {
        problems.add(
            problem(track.file(), "duplicate content", "the same bytes as " + name(earlier)));
      }
    }
    return problems;
  }

  private Rows.Problem problem(Path file, String problem, String detail) {
    String genre = file.getParent().getFileName().toString();
    String id = Corpus.trackId(file.getFileName().toString());
    return new Rows.Problem(name(file), id, genre, problem, detail);
  }

  private String name(Path file) {
    return corpus.relativize(file).toString().replace('\\', '/');
  }

  private void tell(Corpus found, List<Rows.Problem> problems) {
    for (Rows.Problem row : problems) {
      String what = row.file().isEmpty() ? row.track() : row.file();
      System.out.printf("%-18s %s: %s%n", row.problem(), what, row.detail());
    }
    Map<String, Long> genres =
        found.tracks().stream()
            .collect(
                Collectors.groupingBy(Corpus.Track::genre, TreeMap::new, Collectors.counting()));
    System.out.printf(
        "%d tracks of %d genres, %d problems%s%n",
        found.tracks().size(), genres.size(), problems.size(), out == null ? "" : ": " + out);
  }
}
