///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Lists missing, unreadable, truncated, short, silent, clipped, double files of a corpus
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/audio/Ffmpeg.java
//SOURCES lib/corpus/Corpus.java
//SOURCES lib/corpus/CorpusOptions.java
//SOURCES lib/corpus/CorpusCheck.java
//SOURCES lib/results/Rows.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Store.java
//SOURCES lib/kit/Output.java
//RUNTIME_OPTIONS -Xmx1g -Djava.awt.headless=true

import genrelab.audio.Ffmpeg;
import genrelab.corpus.Corpus;
import genrelab.corpus.CorpusCheck;
import genrelab.corpus.CorpusOptions;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import genrelab.results.Rows;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Looks at every file of a corpus and lists what a study would stumble over; see {@link
 * CorpusCheck}.
 */
@Command(
    name = "verify",
    description = {
      "Lists missing, unreadable, truncated, short, silent, clipped, duplicate and unexpected files"
          + " of a corpus, and those of another sample rate.",
      "Tells which files need ffmpeg: all but wav, au, aiff, flac, ogg (Vorbis) and mp3.",
      "Exits with 0 when it has looked at everything, whatever it found; with --strict, with 1 if"
          + " anything is wrong."
    })
public class Verify implements Callable<Integer> {
  private static final int NAMED = 10;

  @ArgGroup(multiplicity = "1")
  CorpusOptions source;

  @Option(
      names = {"--out", "--json"},
      paramLabel = "FILE|-",
      description =
          "Also write the problems as JSON rows to this file; - for standard output, the text then"
              + " goes to stderr.")
  @Output({"file", "problem"})
  Path out;

  @Option(
      names = "--lengths",
      paramLabel = "FILE",
      description =
          "Also write the length and checksum of each track that was read to its end, as JSON rows:"
              + " segment --lengths need not read these again.")
  @Output({"file", "samples", "crc32"})
  Path lengths;

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
              + " in each of its 10 genres, and its known faults told as such; or the word fma: its"
              + " known faults alone.")
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

  @Override
  public Integer call() {
    Stage.requireOption(
        seconds >= 0.1 && seconds <= 60, "--seconds must be from 0.1 to 60, not %s", seconds);
    Stage.requireOption(rate == null || rate >= 100, "--rate must be at least 100, not %s", rate);
    Stage.isStandardOutput(out);
    Stage.requireOption(
        index == null || source.manifest == null, "--index goes with --corpus, not --manifest");
    boolean listed = index != null || source.manifest != null;
    Stage.requireOption(
        !listed || expect == null || CorpusCheck.isFma(expect),
        "--index and --manifest say which tracks should be there, so no --expect but fma");
    CorpusCheck check =
        source.manifest == null
            ? new CorpusCheck(source.corpus, seconds, rate, expect, index, false)
            : CorpusCheck.ofManifest(source.manifest, seconds, rate, expect);
    CorpusCheck.Result found = check.run(lengths != null);
    List<Rows.Problem> problems = found.problems();
    if (out != null) {
      Store.writeRows(out, problems);
    }
    if (lengths != null) {
      Store.writeRows(lengths, found.lengths());
    }
    print(found);
    return strict && !problems.isEmpty() ? 1 : 0;
  }

  private void print(CorpusCheck.Result found) {
    List<Rows.Problem> problems = found.problems();
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
    if (problems.stream().anyMatch(row -> row.problem().equals(Ffmpeg.NEEDED))) {
      answers.println(Ffmpeg.NEEDED + ": " + Ffmpeg.INSTALL);
    }
    if (!found.byFfmpeg().isEmpty()) {
      answers.printf(
          "%d tracks need ffmpeg, which reads them here: %s%n",
          found.byFfmpeg().size(), some(found.byFfmpeg()));
    }
    List<Corpus.Track> tracks = found.tracks();
    long genres = tracks.stream().map(Corpus.Track::genre).distinct().count();
    answers.printf(
        "%d tracks of %d genres, %d problems%s%n",
        tracks.size(),
        genres,
        problems.size(),
        out == null || Stage.isStandardOutput(out) ? "" : ": " + out);
  }

  private static String some(List<Corpus.Track> tracks) {
    String named =
        tracks.stream()
            .limit(NAMED)
            .map(track -> track.file().getFileName().toString())
            .collect(Collectors.joining(", "));
    return tracks.size() > NAMED ? named + ", …" : named;
  }
}
