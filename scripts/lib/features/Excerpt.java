package genrelab.features;

/** A piece of a file's content, such as a name in it, for a message of one line. */
final class Excerpt {
  private Excerpt() {}

  static String of(String text) {
    String clean = text.strip().replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
  }
}
