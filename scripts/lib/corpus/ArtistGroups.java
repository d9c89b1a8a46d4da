package genrelab.corpus;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tracks that share an artist, whatever the spelling of the name and whoever else is credited.
 *
 * <p>Names are compared without case, accents, punctuation and a leading "the", with "&" as "and":
 * "Earth, Wind & Fire" is "Earth Wind and Fire". A collaboration such as "A feat. B" or "A & B"
 * belongs to each of its artists, and so keeps the tracks of A and of B together. Where a band's
 * name looks like a collaboration, its parts count as artists too: that can put more tracks
 * together than need be, never fewer.
 */
public final class ArtistGroups {
  private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");
  private static final Pattern SILENT = Pattern.compile("['\u2019`.]");
  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern ARTICLE_LAST = Pattern.compile("^(.*), *the$");
  private static final Pattern ARTICLE_FIRST = Pattern.compile("^the (?=.)");
  private static final Pattern SEPARATOR =
      Pattern.compile(
          "[,;&+()\\[\\]]|\\s[x/]\\s|\\b(?:feat|ft|featuring|versus|vs|with|and)\\b\\.?");

  /** What is credited beside many artists and names none. */
  private static final Set<String> NOBODY =
      Set.of(
          "band",
          "chorus",
          "choir",
          "co",
          "company",
          "ensemble",
          "family",
          "friends",
          "group",
          "guests",
          "his band",
          "his orchestra",
          "inc",
          "jr",
          "orchestra",
          "others",
          "strings");

  /** Of each track or artist, another one of its group; itself for the group's first. */
  private final Map<String, String> parents = new HashMap<>();

  /**
   * Groups tracks.
   *
   * @param artists by track; a track of unknown artist, an empty one, is a group of its own
   */
  public ArtistGroups(Map<String, String> artists) {
    new TreeSet<>(artists.keySet())
        .forEach(
            track -> {
              String node = track(track);
              credits(artists.get(track)).forEach(credit -> join("artist " + credit, node));
            });
  }

  /** Equal for the tracks of a group, and for no others. */
  public String of(String track) {
    return root(track(track));
  }

  private static String track(String id) {
    return "track " + id;
  }

  private String root(String node) {
    String root = node;
    while (!parents.getOrDefault(root, root).equals(root)) {
      root = parents.get(root);
    }
    parents.put(node, root);
    return root;
  }

  private void join(String a, String b) {
    parents.put(root(b), root(a));
  }

  /**
   * An artist's name as it is compared.
   *
   * @return empty for an unknown artist
   */
  public static String normalized(String name) {
    String plain = plain(name);
    String article = ARTICLE_LAST.matcher(plain).replaceFirst("$1");
    String letters =
        NO_LETTERS
            .matcher(SILENT.matcher(article.replaceAll("[&+]", " and ")).replaceAll(""))
            .replaceAll(" ")
            .strip();
    // a name of signs alone, such as "!!!", is itself
    return letters.isEmpty() ? plain : ARTICLE_FIRST.matcher(letters).replaceFirst("");
  }

  private static String plain(String name) {
    String decomposed = Normalizer.normalize(name.strip(), Normalizer.Form.NFKD);
    String letters = ACCENTS.matcher(decomposed).replaceAll("");
    return Normalizer.normalize(letters, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /**
   * Whom a name credits: itself and, of a collaboration, each of its artists, as {@link
   * #normalized}.
   *
   * @return none for an unknown artist
   */
  public static Set<String> credits(String name) {
    var credits = new LinkedHashSet<String>();
    credits.add(normalized(name));
    for (String part : SEPARATOR.split(plain(name))) {
      credits.add(normalized(part));
    }
    credits.removeAll(NOBODY);
    credits.remove("");
    return credits;
  }
}
