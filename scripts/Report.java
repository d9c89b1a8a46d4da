///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Draws a run's tables and figures and one self-contained HTML page
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/kit/Output.java
//SOURCES lib/kit/Progress.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/report/AccuracySection.java
//SOURCES lib/report/ClusterSection.java
//SOURCES lib/report/CorpusProblems.java
//SOURCES lib/report/ExperimentsSection.java
//SOURCES lib/report/HtmlPage.java
//SOURCES lib/report/MissingParts.java
//SOURCES lib/report/NetworkSection.java
//SOURCES lib/report/ProvenanceSection.java
//SOURCES lib/report/ReportFiles.java
//SOURCES lib/report/RunResults.java
//SOURCES lib/report/Section.java
//SOURCES lib/results/RunFolder.java
// drawing a report is over before the second compiler has paid for itself
//RUNTIME_OPTIONS -Xmx2g -Djava.awt.headless=true -XX:TieredStopAtLevel=1

import genrelab.kit.Output;
import genrelab.kit.Progress;
import genrelab.kit.Stage;
import genrelab.report.AccuracySection;
import genrelab.report.ClusterSection;
import genrelab.report.CorpusProblems;
import genrelab.report.ExperimentsSection;
import genrelab.report.HtmlPage;
import genrelab.report.MissingParts;
import genrelab.report.NetworkSection;
import genrelab.report.ProvenanceSection;
import genrelab.report.ReportFiles;
import genrelab.report.RunResults;
import genrelab.report.Section;
import genrelab.results.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Puts a run's results beside the paper's: Figures 1 to 7, Tables 1 to 4, and how they came about,
 * as PNG, SVG, PDF, LaTeX, Markdown, CSV and one HTML page.
 *
 * <p>Figures come in two widths, for one column of print and for two: {@code NAME-85mm} and {@code
 * NAME-170mm}. Files of an earlier report in the same folder that this one does not make are
 * removed; nobody else's are.
 *
 * <p>Whatever file is missing, its part is left out, and the page says which command makes it.
 */
@Command(
    name = "report",
    description =
        "Draws a run's tables (LaTeX, Markdown, CSV), figures (PNG, SVG, PDF) and one HTML page.")
public class Report implements Callable<Integer> {
  @Option(
      names = "--results",
      required = true,
      description = "A run folder: what the other stages wrote, one folder a network.")
  Path results;

  @Option(
      names = "--out",
      description = "Folder of index.html, figures/ and tables/ (default: RESULTS/report).")
  @Output
  Path out;

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "NETWORK",
      description = "Folders of networks to report (default: the paper's four and all others).")
  List<String> wanted;

  @Option(
      names = "--no-paper",
      description =
          "Leave out the paper's figures, which stand beside the run's where the genres are"
              + " GTZAN's.")
  boolean withoutPaper;

  public static void main(String... args) {
    System.exit(Stage.run(new Report(), args));
  }

  @Override
  public Integer call() {
    out = out == null ? results.resolve("report") : out;
    RunResults run = RunResults.read(new RunFolder(results), wanted, withoutPaper);
    var sections = new ArrayList<Section>();
    var files = new ReportFiles(run::marked);
    try (ProgressBar progress = Progress.of("report", figures(run))) {
      files.afterEachFigure(progress::step);
      sections.add(AccuracySection.of(run, files));
      sections.add(ExperimentsSection.of(run, files));
      sections.add(ClusterSection.of(run, files, out));
      run.networks().forEach(network -> sections.add(NetworkSection.of(run, network, files)));
      sections.add(ProvenanceSection.of(run, files));
      sections.add(CorpusProblems.of(run, files));
      sections.add(MissingParts.of(run));
      sections.removeIf(Section::isEmpty);
    }
    files.write(out, HtmlPage.of(run, sections));
    System.out.println(out.resolve("index.html"));
    return 0;
  }

  /** About how many figures there will be. */
  private static long figures(RunResults run) {
    return (run.points().isEmpty() ? 1 : 3) + 4L * run.networks().size();
  }
}
