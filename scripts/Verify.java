///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Lists missing, unreadable, truncated, short, silent, clipped, double files of a corpus
//DEPS info.picocli:picocli:4.7.7
// Indexes come from spreadsheets, with quoted cells.
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES lib/audio/Audio.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/corpus/TrackLists.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.audio.Audio;
import genrelab.corpus.Corpus;
import genrelab.corpus.TrackLists;
import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Looks at every file of a corpus and lists what a study would stumble over.
 *
 * <p>Problems: {@code missing} (a gap in a genre's numbering, or a track of {@code --expect} or
 * {@code --index} that is not there), {@code unreadable}, {@code truncated} (shorter than its
 * header says), {@code short} (no whole segment), {@code silent}, {@code clipped}, {@code rate}
 * (another than the corpus's), {@code duplicate id}, {@code duplicate content}, {@code unexpected},
 * and GTZAN's {@code known repetition}.
 */
@Command(
    name = "verify",
    description = {
      "Lists missing, unreadable, truncated, short, silent, clipped, duplicate and unexpected files"
          + " of a corpus, and those of another sample rate.",
      "Exits with 0 when it has looked at everything, whatever it found; with --strict, with 1 if"
          + " anything is wrong."
    })
public class Verify implements Callable<Integer> {
  private static final Pattern NUMBERED = Pattern.compile("(.+\\.)(\\d+)");
  private static final String GTZAN = "gtzan";
  private static final List<String> GTZAN_GENRES =
      List.of(
          "blues",
          "classical",
          "country",
          "disco",
          "hiphop",
          "jazz",
          "metal",
          "pop",
          "reggae",
          "rock");
  private static final String GTZAN_BROKEN = "jazz.00054";

  private static final float SILENT = 0.001f; // -60 dB
  private static final float FULL_SCALE = 0.999f;
  private static final int CLIPPED_RUN = 3;
  private static final double CLIPPED_SHARE = 0.01;
  private static final int MAX_DEPTH = 32;

  @Option(
      names = "--corpus",
      required = true,
      description = "Folder with one folder a genre, one audio file a track.")
  Path corpus;

  @Option(
      names = {"--out", "--json"},
      paramLabel = "FILE|-",
      description =
          "Also write the problems as JSON rows to this file; - for standard output, the text then"
              + " goes to stderr.")
  @Output({"file", "problem"})
  Path out;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "A track under this length is short, 0.1 to 60 s (default ${DEFAULT-VALUE}).")
  double seconds;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      description = "The sample rate all tracks should have (default: that of most of them).")
  Integer rate;

  @Option(
      names = "--expect",
      description =
          "Text file of the tracks that should be there, one a line; or the word gtzan: 100 tracks"
              + " in each of its 10 genres, and its known faults told as such.")
  Path expect;

  @Option(
      names = "--index",
      paramLabel = "CSV",
      description =
          "CSV with a header and columns path, genre and, if known, artist: the tracks of a corpus"
              + " in any other layout; paths relative to --corpus.")
  Path index;

  @Option(names = "--strict", description = "Exit with 1 if anything is wrong.")
  boolean strict;

  public static void main(String... args) {
    System.exit(Stage.run(new Verify(), args));
  }

  /** The corpus as it was found, and what was wrong with its folders. */
  private record Found(
      List<Corpus.Track> tracks, List<Corpus.Track> missing, List<Rows.Problem> problems) {}

  /** A track that was read. */
  private record Heard(Corpus.Track track, int rate, List<Rows.Problem> problems) {}

  @Override
  public Integer call() {
    Stage.requireOption(
        seconds >= 0.1 && seconds <= 60, "--seconds must be from 0.1 to 60, not %s", seconds);
    Stage.requireOption(rate == null || rate >= 100, "--rate must be at least 100, not %s", rate);
    Stage.isStandardOutput(out);
    Stage.requireOption(index == null || expect == null, "--index and --expect exclude each other");
    Found found = index == null ? byFolder() : byIndex();
    List<Corpus.Track> tracks = found.tracks();
    var problems = new ArrayList<>(found.problems());
    problems.addAll(missing(found));
    problems.addAll(duplicateIds(tracks));
    List<Heard> heard = hear(tracks);
    heard.forEach(track -> problems.addAll(track.problems()));
    problems.addAll(otherRates(heard));
    problems.addAll(duplicateContents(tracks));
    if (expectsGtzan()) {
      problems.replaceAll(Verify::knownFault);
      problems.addAll(knownRepetitions(tracks));
    }
    problems.sort(
        Comparator.comparing(Rows.Problem::file)
            .thenComparing(Rows.Problem::track)
            .thenComparing(Rows.Problem::problem));
    if (out != null) {
      Store.writeRows(out, problems);
    }
    tell(tracks, problems);
    return strict && !problems.isEmpty() ? 1 : 0;
  }

  // --- which tracks there are

  private Found byFolder() {
    var problems = new ArrayList<Rows.Problem>();
    Corpus opened =
        Corpus.open(
            corpus,
            folder ->
                problems.add(
                    new Rows.Problem(
                        name(folder),
                        "",
                        folder.getFileName().toString(),
                        "unreadable",
                        "access denied; check its permissions")));
    problems.addAll(opened.unexpected());
    return new Found(opened.tracks(), List.of(), problems);
  }

  private Found byIndex() {
    if (!Files.isDirectory(corpus)) {
      throw new Stage.Failure(
          "%s: no such corpus folder; give the one in which --index has paths", corpus);
    }
    var tracks = new ArrayList<Corpus.Track>();
    var missing = new ArrayList<Corpus.Track>();
    var listed = new HashSet<Path>();
    for (Corpus.Track track : readIndex()) {
      (Files.exists(track.file()) ? tracks : missing).add(track);
      listed.add(track.file());
    }
    return new Found(tracks, missing, unlisted(listed));
  }

  private List<Corpus.Track> readIndex() {
    var tracks = new ArrayList<Corpus.Track>();
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreHeaderCase(true)
            .setTrim(true)
            .get();
    try (BufferedReader text = Files.newBufferedReader(index);
        CSVParser rows = format.parse(text)) {
      List<String> names = rows.getHeaderNames().stream().map(Verify::plain).toList();
      int path = names.indexOf("path");
      int genre = names.indexOf("genre");
      int artist = names.indexOf("artist");
      if (path < 0 || genre < 0) {
        throw new Stage.Failure(
            "%s: its first line has no columns path and genre; it has %s", index, names);
      }
      for (CSVRecord row : rows) {
        if (row.size() <= Math.max(path, genre) || row.get(path).isEmpty()) {
          throw new Stage.Failure(
              "%s: line %d has no path and genre; complete or remove it",
              index, rows.getCurrentLineNumber());
        }
        tracks.add(
            new Corpus.Track(
                Corpus.trackId(row.get(path)),
                row.get(genre),
                artist >= 0 && artist < row.size() ? row.get(artist) : "",
                corpus.resolve(row.get(path)).normalize()));
      }
    } catch (CharacterCodingException error) {
      throw new Stage.Failure("%s: not UTF-8 text; save it as UTF-8", index);
    } catch (UncheckedIOException | IllegalArgumentException error) {
      throw new Stage.Failure(
          "%s: not a CSV of tracks (%s); check its quotes", index, oneLine(error.getMessage()));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    if (tracks.isEmpty()) {
      throw new Stage.Failure("%s: it lists no tracks; give a CSV with path, genre, artist", index);
    }
    return tracks;
  }

  /** A column's name without the byte order mark that spreadsheets put before the first. */
  private static String plain(String column) {
    return column.replace("\ufeff", "").strip().toLowerCase(Locale.ROOT);
  }

  private static String oneLine(String message) {
    return message == null ? "unknown" : message.lines().findFirst().orElse("unknown");
  }

  /** Audio files below the corpus's folder that the index does not list; links are not followed. */
  private List<Rows.Problem> unlisted(Set<Path> listed) {
    var problems = new ArrayList<Rows.Problem>();
    try {
      Files.walkFileTree(
          corpus,
          Set.of(),
          MAX_DEPTH,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (Corpus.isAudio(file) && !listed.contains(file.normalize())) {
                String id = Corpus.trackId(file.getFileName().toString());
                problems.add(new Rows.Problem(name(file), id, "", "unexpected", "not in " + index));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException error) {
              problems.add(
                  new Rows.Problem(
                      name(file), "", "", "unreadable", error.getClass().getSimpleName()));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return problems;
  }

  // --- missing

  private List<Rows.Problem> missing(Found found) {
    if (index != null) {
      return found.missing().stream()
          .map(
              track ->
                  new Rows.Problem(
                      "", track.id(), track.genre(), "missing", "no " + name(track.file())))
          .toList();
    }
    Set<String> present = found.tracks().stream().map(Corpus.Track::id).collect(Collectors.toSet());
    Map<String, String> wanted = expect == null ? gaps(found.tracks()) : expected();
    return wanted.entrySet().stream()
        .filter(track -> !present.contains(track.getKey()))
        .map(track -> new Rows.Problem("", track.getKey(), "", "missing", track.getValue()))
        .toList();
  }

  private boolean expectsGtzan() {
    return expect != null && expect.toString().equals(GTZAN) && !Files.exists(expect);
  }

  private Map<String, String> expected() {
    var ids = new TreeMap<String, String>();
    if (expectsGtzan()) {
      for (String genre : GTZAN_GENRES) {
        for (int n = 0; n < 100; n++) {
          ids.put(gtzanId(genre, n), "one of GTZAN's 1,000");
        }
      }
    } else {
      Corpus.readList(expect).forEach(id -> ids.put(id, "listed in " + expect));
    }
    return ids;
  }

  private static String gtzanId(String genre, int number) {
    return "%s.%05d".formatted(genre, number);
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

  private List<Rows.Problem> duplicateIds(List<Corpus.Track> tracks) {
    var first = new LinkedHashMap<String, Corpus.Track>();
    var problems = new ArrayList<Rows.Problem>();
    for (Corpus.Track track : tracks) {
      Corpus.Track earlier = first.putIfAbsent(track.id(), track);
      if (earlier != null) {
        problems.add(problem(track, "duplicate id", "also " + name(earlier.file())));
      }
    }
    return problems;
  }

  // --- what the files hold

  private List<Heard> hear(List<Corpus.Track> tracks) {
    try (ProgressBar progress = Progress.of("verify", tracks.size())) {
      return tracks.parallelStream().map(this::hear).peek(done -> progress.step()).toList();
    }
  }

  private Heard hear(Corpus.Track track) {
    Audio audio;
    try {
      audio = Audio.read(track.file());
    } catch (Audio.Unreadable unusable) {
      return new Heard(track, 0, List.of(problem(track, unusable.problem, unusable.getMessage())));
    }
    var problems = new ArrayList<Rows.Problem>();
    long segment = Math.round(seconds * audio.rate());
    if (audio.samples().length < segment) {
      problems.add(
          problem(
              track,
              "short",
              "%d samples, a segment of %s s takes %d"
                  .formatted(audio.samples().length, seconds, segment)));
    }
    float peak = 0;
    for (float sample : audio.samples()) {
      peak = Math.max(peak, Math.abs(sample));
    }
    if (peak < SILENT) {
      problems.add(
          problem(
              track,
              "silent",
              peak == 0
                  ? "all samples are zero"
                  : "its loudest sample is at %.0f dB".formatted(20 * Math.log10(peak))));
    }
    double clipped = clippedShare(audio.samples());
    if (clipped > CLIPPED_SHARE) {
      problems.add(
          problem(
              track,
              "clipped",
              "%.1f %% of its samples are at full scale".formatted(100 * clipped)));
    }
    return new Heard(track, audio.rate(), problems);
  }

  /** The share of samples at full scale with neighbours there: a lone peak is no clipping. */
  private static double clippedShare(float[] samples) {
    long clipped = 0;
    int run = 0;
    for (int i = 0; i <= samples.length; i++) {
      if (i < samples.length && Math.abs(samples[i]) >= FULL_SCALE) {
        run++;
      } else {
        clipped += run >= CLIPPED_RUN ? run : 0;
        run = 0;
      }
    }
    return (double) clipped / samples.length;
  }

  private List<Rows.Problem> otherRates(List<Heard> heard) {
    Map<Integer, Long> counts =
        heard.stream()
            .filter(track -> track.rate() > 0)
            .collect(Collectors.groupingBy(Heard::rate, TreeMap::new, Collectors.counting()));
    if (counts.isEmpty()) {
      return List.of();
    }
    long most = counts.values().stream().max(Long::compare).orElseThrow();
    int usual =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() == most)
            .mapToInt(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    int wanted = rate == null ? usual : rate;
    return heard.stream()
        .filter(track -> track.rate() > 0 && track.rate() != wanted)
        .map(
            track ->
                problem(track.track(), "rate", "%d Hz, not %d".formatted(track.rate(), wanted)))
        .toList();
  }

  private List<Rows.Problem> duplicateContents(List<Corpus.Track> tracks) {
    var first = new LinkedHashMap<String, Path>();
    var problems = new ArrayList<Rows.Problem>();
    for (Corpus.Track track : tracks) {
      String sum;
      try {
        sum = Store.sha256(track.file());
      } catch (UncheckedIOException unreadable) {
        continue; // told as such already
      }
      Path earlier = first.putIfAbsent(sum, track.file());
      if (earlier != null) {
        problems.add(problem(track, "duplicate content", "the same bytes as " + name(earlier)));
      }
    }
    return problems;
  }

  // --- GTZAN's known faults

  private static Rows.Problem knownFault(Rows.Problem row) {
    boolean broken =
        row.track().equals(GTZAN_BROKEN)
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

  private List<Rows.Problem> knownRepetitions(List<Corpus.Track> tracks) {
    var present = new TreeMap<String, Corpus.Track>();
    tracks.forEach(track -> present.put(track.id(), track));
    var problems = new ArrayList<Rows.Problem>();
    TrackLists.repetitions("gtzan-repetitions") // Sturm (2013), as split reads them
        .forEach(group -> repetition(present, group, problems));
    return problems;
  }

  private void repetition(
      Map<String, Corpus.Track> present, Set<String> ids, List<Rows.Problem> problems) {
    List<String> there = ids.stream().filter(present::containsKey).toList();
    for (String id : there.subList(Math.min(1, there.size()), there.size())) {
      problems.add(
          problem(
              present.get(id),
              "known repetition",
              "the recording of %s (Sturm 2013)".formatted(there.get(0))));
    }
  }

  // --- rows

  private Rows.Problem problem(Corpus.Track track, String problem, String detail) {
    return new Rows.Problem(name(track.file()), track.id(), track.genre(), problem, detail);
  }

  private String name(Path file) {
    return Store.slashed(file.startsWith(corpus) ? corpus.relativize(file) : file);
  }

  private void tell(List<Corpus.Track> tracks, List<Rows.Problem> problems) {
    PrintStream answers = Stage.results();
    for (Rows.Problem row : problems) {
      String what = row.file().isEmpty() ? row.track() : row.file();
      answers.printf("%-18s %s: %s%n", row.problem(), what, row.detail());
    }
    if (!problems.isEmpty()) {
      Map<String, Long> kinds =
          problems.stream()
              .collect(
                  Collectors.groupingBy(
                      Rows.Problem::problem, TreeMap::new, Collectors.counting()));
      answers.println(
          kinds.entrySet().stream()
              .map(kind -> kind.getKey() + " " + kind.getValue())
              .collect(Collectors.joining(", ")));
    }
    long genres = tracks.stream().map(Corpus.Track::genre).distinct().count();
    answers.printf(
        "%d tracks of %d genres, %d problems%s%n",
        tracks.size(),
        genres,
        problems.size(),
        out == null || Stage.isStandardOutput(out) ? "" : ": " + out);
  }
}
