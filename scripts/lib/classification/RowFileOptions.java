//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Output.java
//SOURCES ../kit/Stage.java
//SOURCES RowWriter.java

package genrelab.classification;

import genrelab.kit.Output;
import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The options of {@code classify} that name files of rows. */
public final class RowFileOptions {
  private static final String STANDARD_OUTPUT = "-";

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description =
          "Write every genre of every song and segment as rows; - for standard output, the text"
              + " then goes to stderr.")
  @Output({"file", "level", "genre"})
  Path json;

  @Option(names = "--csv", paramLabel = "FILE|-", description = "Write the same rows as CSV.")
  @Output({"file", "level", "genre"})
  Path csv;

  @Option(
      names = "--csv-safe",
      description =
          "In the CSV, put an apostrophe before text that begins with = + - or @, which a"
              + " spreadsheet would take for a formula. Names of files and of genres can come from"
              + " others.")
  boolean csvSafe;

  /**
   * Checks the options; from then on standard output takes rows alone, if one of them names it.
   *
   * @throws Stage.UsageError if both do, or {@code --csv-safe} stands alone
   */
  public void checkOptions() {
    Stage.requireOption(!csvSafe || csv != null, "--csv-safe goes with --csv");
    boolean jsonOut = json != null && json.toString().equals(STANDARD_OUTPUT);
    boolean csvOut = csv != null && csv.toString().equals(STANDARD_OUTPUT);
    Stage.requireOption(!(jsonOut && csvOut), "--json - and --csv - can't share standard output");
    if (jsonOut || csvOut) {
      Stage.standardOutput();
    }
  }

  /** Does some work with the writers of both files, which appear when it is done. */
  public void write(Consumer<List<RowWriter>> work) {
    RowWriter.json(
        json,
        jsonRows ->
            RowWriter.csv(csv, csvSafe, csvRows -> work.accept(List.of(jsonRows, csvRows))));
  }
}
