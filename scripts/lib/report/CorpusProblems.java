//SOURCES ReportFiles.java
//SOURCES RunResults.java
//SOURCES Section.java
//SOURCES Tables.java
//SOURCES ../results/Rows.java

package genrelab.report;

import genrelab.results.Rows;
import tech.tablesaw.api.Table;

/** The problems of the corpus that {@code verify} found. */
public final class CorpusProblems {
  private CorpusProblems() {}

  public static Section of(RunResults run, ReportFiles files) {
    Section section = Section.of("skipped", "What is wrong with the corpus");
    if (!run.folder().has("verify.json")) {
      return section;
    }
    if (run.problems().isEmpty()) {
      section.note("verify found nothing wrong; no track was skipped.");
      return section;
    }
    Table table = Tables.texts("Track", "Genre", "File", "Problem", "Detail");
    for (Rows.Problem row : run.problems()) {
      Tables.append(
          table,
          Tables.text(row.track()),
          Tables.text(row.genre()),
          Tables.text(row.file()),
          Tables.text(row.problem()),
          Tables.text(row.detail()));
    }
    section.tables().add(files.table("skipped", "Files that verify complains about", table));
    return section;
  }
}
