//SOURCES ../audio/Audio.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES ../kit/Progress.java
//SOURCES ../results/Rows.java
//SOURCES Corpus.java
//SOURCES AudioCheck.java
//SOURCES FmaFaults.java
//SOURCES GtzanFaults.java
//SOURCES TrackIndex.java
//SOURCES TrackLengths.java

package genrelab.corpus;

import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;

/**
 * Looks at every file of a corpus for what a study would stumble over.
 *
 * <p>Problems: {@code needs ffmpeg} (a format that only ffmpeg reads, where there is none on PATH),
 * {@code missing} (a gap in a genre's numbering, or a track of {@code expect} or {@code index} that
 * is not there), {@code unreadable}, {@code truncated} (shorter than its header says), {@code
 * short} (no whole segment), {@code silent}, {@code clipped}, {@code rate} (another than the
 * corpus's), {@code duplicate id}, {@code duplicate content}, {@code unexpected}, GTZAN's {@code
 * known repetition} and FMA's {@code known fault}.
 *
 * @param corpus the folder with one folder a genre, or, with {@code index}, in any layout
 * @param seconds under which a track is short
 * @param rate the sample rate that all tracks should have, in Hz; null for that of most of them
 * @param expect a text file of the tracks that should be there, one a line; or the word {@code
 *     gtzan}, or {@code fma}, which names known faults alone; or null
 * @param index a CSV of tracks, see {@link TrackIndex}; or null
 * @param isManifest whether the index is a manifest, which may leave files out
 */
public record CorpusCheck(
    Path corpus, double seconds, Integer rate, Path expect, Path index, boolean isManifest) {
  private static final Pattern NUMBERED = Pattern.compile("(.+\\.)(\\d+)");
  private static final String GTZAN = "gtzan";
  private static final String FMA = "fma";
  private static final int MAX_DEPTH = 32;

  /** The check of a {@linkplain TrackIndex#manifest manifest}'s tracks. */
  public static CorpusCheck ofManifest(Path manifest, double seconds, Integer rate, Path expect) {
    Path root = manifest.toAbsolutePath().normalize().getParent();
    return new CorpusCheck(root, seconds, rate, expect, manifest, true);
  }

  /** Whether {@code --expect} names FMA. */
  public static boolean isFma(Path expect) {
    return expect != null && expect.toString().equals(FMA) && !Files.exists(expect);
  }

  /**
   * What was found.
   *
   * @param tracks the corpus's tracks whose files are there
   * @param problems sorted by file, track and kind
   * @param byFfmpeg the tracks that ffmpeg reads, and nothing else does
   * @param lengths of the tracks that could be read to their ends; empty where not asked for
   */
  public record Result(
      List<Corpus.Track> tracks,
      List<Rows.Problem> problems,
      List<Corpus.Track> byFfmpeg,
      List<Rows.TrackLength> lengths) {}

  /** The tracks as folders or index name them, and what is wrong with the folders. */
  private record Listing(
      List<Corpus.Track> tracks, List<Corpus.Track> missing, List<Rows.Problem> problems) {}

  /**
   * Reads every track.
   *
   * @param withLengths whether to keep the tracks' lengths and checksums
   * @throws Stage.Failure if there is no such corpus, list or index
   */
  public Result run(boolean withLengths) {
    Listing listing = index == null ? byFolder() : byIndex();
    List<Corpus.Track> tracks = listing.tracks();
    var problems = new ArrayList<>(listing.problems());
    problems.addAll(missing(listing));
    problems.addAll(duplicateIds(tracks));
    List<AudioCheck> checks = checkAudio(tracks, withLengths);
    checks.forEach(check -> problems.addAll(check.problems()));
    problems.addAll(otherRates(checks));
    problems.addAll(duplicateContents(tracks));
    if (expectsGtzan()) {
      problems.replaceAll(GtzanFaults::annotate);
      problems.addAll(
          GtzanFaults.repetitions(
              tracks, (track, detail) -> problem(track, "known repetition", detail)));
    }
    if (isFma(expect)) {
      problems.replaceAll(FmaFaults::annotate);
      problems.addAll(
          FmaFaults.others(
              tracks, problems, (track, detail) -> problem(track, "known fault", detail)));
    }
    problems.sort(
        Comparator.comparing(Rows.Problem::file)
            .thenComparing(Rows.Problem::track)
            .thenComparing(Rows.Problem::problem));
    List<Corpus.Track> byFfmpeg =
        checks.stream().filter(AudioCheck::byFfmpeg).map(AudioCheck::track).toList();
    List<Rows.TrackLength> lengths =
        checks.stream().filter(check -> check.length() != null).map(this::length).toList();
    return new Result(tracks, problems, byFfmpeg, lengths);
  }

  private Listing byFolder() {
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
    return new Listing(opened.tracks(), List.of(), problems);
  }

  private Listing byIndex() {
    if (!Files.isDirectory(corpus)) {
      throw new Stage.Failure(
          "%s: no such corpus folder; give the one in which --index has paths", corpus);
    }
    var tracks = new ArrayList<Corpus.Track>();
    var missing = new ArrayList<Corpus.Track>();
    var listed = new HashSet<Path>();
    for (Corpus.Track track : TrackIndex.read(index, corpus, isManifest)) {
      (Files.exists(track.file()) ? tracks : missing).add(track);
      listed.add(track.file());
    }
    return new Listing(tracks, missing, isManifest ? List.of() : unlisted(listed));
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
                String id = Corpus.trackId(file);
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

  private List<Rows.Problem> missing(Listing listing) {
    if (index != null) {
      return listing.missing().stream()
          .map(
              track ->
                  new Rows.Problem(
                      "", track.id(), track.genre(), "missing", "no " + name(track.file())))
          .toList();
    }
    Set<String> present =
        listing.tracks().stream().map(Corpus.Track::id).collect(Collectors.toSet());
    Map<String, String> wanted =
        isFma(expect) ? Map.of() : expect == null ? gaps(listing.tracks()) : expected();
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
      GtzanFaults.ids().forEach(id -> ids.put(id, "one of GTZAN's 1,000"));
    } else {
      Corpus.readList(expect).forEach(id -> ids.put(id, "listed in " + expect));
    }
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

  private List<AudioCheck> checkAudio(List<Corpus.Track> tracks, boolean withLengths) {
    try (ProgressBar progress = Progress.of("verify", tracks.size())) {
      return tracks.parallelStream()
          .map(track -> checkAudio(track, withLengths))
          .peek(done -> progress.step())
          .toList();
    }
  }

  private AudioCheck checkAudio(Corpus.Track track, boolean withLengths) {
    return AudioCheck.of(
        track, seconds, withLengths, (kind, detail) -> problem(track, kind, detail));
  }

  private List<Rows.Problem> otherRates(List<AudioCheck> checks) {
    Map<Integer, Long> counts =
        checks.stream()
            .filter(check -> check.rate() > 0)
            .collect(Collectors.groupingBy(AudioCheck::rate, TreeMap::new, Collectors.counting()));
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
    return checks.stream()
        .filter(check -> check.rate() > 0 && check.rate() != wanted)
        .map(
            check ->
                problem(check.track(), "rate", "%d Hz, not %d".formatted(check.rate(), wanted)))
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

  private Rows.TrackLength length(AudioCheck check) {
    return new Rows.TrackLength(
        name(check.track().file()),
        check.checksum().bytes(),
        check.checksum().crc32(),
        check.length().samples(),
        check.length().rate());
  }

  private Rows.Problem problem(Corpus.Track track, String problem, String detail) {
    return new Rows.Problem(name(track.file()), track.id(), track.genre(), problem, detail);
  }

  private String name(Path file) {
    return TrackLengths.name(corpus, file);
  }
}
