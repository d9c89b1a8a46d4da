///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Writes the page and the figures of environment/scale from its scale.csv; no stage
//DEPS org.apache.commons:commons-csv:1.14.1
//SOURCES Machine.java
//SOURCES ../figures/Charts.java
//SOURCES ../kit/Store.java
//RUNTIME_OPTIONS -Xmx512m -Djava.awt.headless=true -XX:TieredStopAtLevel=1

package genrelab.bench;

import genrelab.figures.Charts;
import genrelab.kit.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** The growth of a corpus's MFCCs as a folder's page: tables, figures, and what follows for FMA. */
public final class ScalePage {
  /** Tracks and seconds of audio of the Free Music Archive's full set (Defferrard et al., 2017). */
  private static final int FMA_TRACKS = 106_574;

  private static final double FMA_SECONDS = 343 * 86_400.0;
  private static final int[] CORES = {8, 64, 256};

  /**
   * A measured run.
   *
   * @param form of the files: wav or mp3
   * @param executors of Spark, of one core each; 0: segment and mfcc on all cores
   * @param mb peak resident memory of the process (of Spark's: the driver)
   */
  private record Run(
      String form,
      int clipSeconds,
      int tracks,
      int executors,
      double seconds,
      double mb,
      double executorMb) {

    static Run of(CSVRecord row) {
      return new Run(
          row.get("format"),
          Integer.parseInt(row.get("clip_seconds")),
          Integer.parseInt(row.get("tracks")),
          Integer.parseInt(row.get("executors")),
          Double.parseDouble(row.get("seconds")),
          Double.parseDouble(row.get("mb")),
          Double.parseDouble(row.get("executor_mb")));
    }

    String where() {
      return executors == 0
          ? "one process"
          : "Spark, %d executor%s".formatted(executors, executors == 1 ? "" : "s");
    }

    double memory() {
      return Math.max(mb, executorMb);
    }
  }

  private ScalePage() {}

  public static void main(String... args) throws IOException {
    Path folder = Path.of(args[0]);
    List<Run> runs;
    try (var rows =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(Files.newBufferedReader(folder.resolve("scale.csv")))) {
      runs = rows.stream().map(Run::of).toList();
    }
    int clip = runs.stream().mapToInt(Run::clipSeconds).min().orElseThrow();
    List<Run> growing = runs.stream().filter(run -> run.clipSeconds() == clip).toList();
    String subtitle =
        "MFCCs of synthetic clips of %d s, %d cores"
            .formatted(clip, Runtime.getRuntime().availableProcessors());
    Charts.writePng(
        Charts.growth(
            curves(growing, Run::seconds),
            "seconds",
            /* logarithmic= */ true,
            "Time by the corpus's size",
            subtitle),
        folder.resolve("seconds.png"));
    Charts.writePng(
        Charts.growth(
            curves(growing, Run::memory),
            "peak memory of the largest process, MB",
            /* logarithmic= */ false,
            "Memory by the corpus's size",
            subtitle),
        folder.resolve("memory.png"));
    String page = page(runs, growing, clip);
    Store.write(
        folder.resolve("README.md"), out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Charts.Growth> curves(List<Run> runs, ToDoubleFunction<Run> value) {
    var curves = new ArrayList<Charts.Growth>();
    for (String form : runs.stream().map(Run::form).distinct().toList()) {
      for (int executors : runs.stream().mapToInt(Run::executors).distinct().sorted().toArray()) {
        List<Run> curve =
            runs.stream()
                .filter(run -> run.form().equals(form) && run.executors() == executors)
                .toList();
        if (!curve.isEmpty()) {
          curves.add(
              new Charts.Growth(
                  form + ", " + curve.get(0).where(),
                  curve.stream().mapToDouble(Run::tracks).toArray(),
                  curve.stream().mapToDouble(value).toArray(),
                  executors,
                  form.equals("wav")));
        }
      }
    }
    return curves;
  }

  private static String page(List<Run> runs, List<Run> growing, int clip) {
    var page = new StringBuilder("# Growth with the tracks of a corpus\n\n");
    page.append(
        "MFCCs of synthetic clips of %d s, one sitting on %s.\n"
            .formatted(clip, Machine.describe()));
    page.append(
        "One process: `segment`, then `mfcc` into a feature folder, on all cores. Spark: `spark"
            + " features`, with a\n");
    page.append(
        "master and executors of one core and 1 GB of heap each on the same machine, whose two"
            + " cores its driver shares. All\n");
    page.append(
        "three wrote the same parts, bit for bit. Seconds are of whole commands, start included;"
            + " memory is the peak resident\n");
    page.append(
        "size, with what the system keeps in memory of files that are mapped. 1,000 clips differ;"
            + " larger corpora hold each more than once, so files come\n");
    page.append("from the system's cache, not from a disk. `environment/scale` measures anew.\n\n");
    page.append(
        "| files | tracks | | seconds | tracks a second | memory, MB | of an executor, MB |\n");
    page.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (Run run : growing) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %s | %.1f | %,.0f | %.0f | %s |%n",
              run.form(),
              run.tracks(),
              run.where(),
              run.seconds(),
              run.tracks() / run.seconds(),
              run.mb(),
              run.executors() == 0 ? "–" : String.format(Locale.ROOT, "%.0f", run.executorMb())));
    }
    page.append("\n![Seconds by tracks](seconds.png)\n\n![Peak memory by tracks](memory.png)\n");
    return page + fma(runs, growing, clip);
  }

  /**
   * A calculation, no measurement: what a second of audio costs a core, from the corpus of longer
   * clips, less the start of Spark, which is what the line through the two largest corpora leaves
   * at no tracks.
   */
  private static String fma(List<Run> runs, List<Run> growing, int clip) {
    List<Run> single =
        growing.stream().filter(run -> run.form().equals("mp3") && run.executors() == 1).toList();
    List<Run> longer =
        runs.stream()
            .filter(run -> run.form().equals("mp3") && run.executors() == 1)
            .filter(run -> run.clipSeconds() > clip)
            .toList();
    if (single.size() < 2 || longer.isEmpty()) {
      return "";
    }
    Run last = single.get(single.size() - 1);
    Run before = single.get(single.size() - 2);
    double slope = (last.seconds() - before.seconds()) / (last.tracks() - before.tracks());
    double start = Math.max(0, last.seconds() - slope * last.tracks());
    Run clips = longer.get(0);
    double second = (clips.seconds() - start) / clips.tracks() / clips.clipSeconds();
    double hours = FMA_SECONDS * second / 3600;
    var text = new StringBuilder("\n## The Free Music Archive, by calculation\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            """
            From these figures, not measured. On one executor %,d mp3 clips of %d s (44,100 Hz, stereo, 128 kbit/s) took %.1f s, %.1f s
            of it for Spark's start (by the line through the two largest corpora): %.2f ms a second of audio. FMA's full set, %,d tracks and 343 days of audio, then takes %.1f hours of
            one core like these:

            | cores | hours |
            | --- | --- |
            """,
            clips.tracks(),
            clips.clipSeconds(),
            clips.seconds(),
            start,
            1000 * second,
            FMA_TRACKS,
            hours));
    for (int cores : CORES) {
      text.append(String.format(Locale.ROOT, "| %d | %.2f |%n", cores, hours / cores));
    }
    text.append(
        """

        This takes for granted that the work divides evenly, that the file system keeps up with reading 879 GiB in that time, and that
        FMA's files cost what these do.
        """);
    return text.toString();
  }
}
