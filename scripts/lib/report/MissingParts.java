//SOURCES RunResults.java
//SOURCES Section.java

package genrelab.report;

/** What the report leaves out since a file is missing, and the commands that write it. */
public final class MissingParts {
  private MissingParts() {}

  public static Section of(RunResults run) {
    Section section = Section.of("missing", "What is missing, and what makes it");
    run.missing()
        .forEach(part -> section.notes().add(new Section.Note(part.part(), part.command())));
    return section;
  }
}
