//SOURCES Tables.java

package genrelab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A chapter of the report's page, filled by adding to its lists.
 *
 * @param id of the HTML element
 * @param figureRows figures that stand side by side
 */
public record Section(
    String id,
    String title,
    List<String> paragraphs,
    List<Note> notes,
    List<Tables.Sheet> tables,
    List<List<Figure>> figureRows) {

  /** One item of a list; the command and the address that its text links to may be empty. */
  public record Note(String text, String command, String address) {
    Note(String text, String command) {
      this(text, command, "");
    }
  }

  /** A figure: its SVG, or its PNG in base64 where an SVG would make the page heavy. */
  public record Figure(
      String name, String title, String subtitle, String caption, String svg, String png) {}

  /** An empty section; empty paragraphs are left out. */
  static Section of(String id, String title, String... paragraphs) {
    return new Section(
        id,
        title,
        Stream.of(paragraphs).filter(text -> !text.isEmpty()).toList(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  public boolean isEmpty() {
    return notes.isEmpty() && tables.isEmpty() && figureRows.isEmpty();
  }

  void note(String text) {
    notes.add(new Note(text, ""));
  }

  /** Adds figures that stand side by side. */
  void figures(Figure... figures) {
    figureRows.add(List.of(figures));
  }
}
