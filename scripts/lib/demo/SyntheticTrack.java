//SOURCES ../audio/Audio.java
//SOURCES ArtistStyle.java
//SOURCES Composition.java
//SOURCES Genre.java
//SOURCES Genres.java
//SOURCES Performance.java
//SOURCES SeededRandom.java

package genrelab.demo;

import genrelab.audio.Audio;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One track of the synthetic corpus.
 *
 * @param number within its genre, from 0
 */
public record SyntheticTrack(Genre genre, int number) {
  /** As GTZAN's, e.g. {@code blues.00000}. */
  public String id() {
    return String.format(Locale.ROOT, "%s.%05d", genre.name(), number);
  }

  /** Its file in a corpus's folder. */
  public Path file(Path corpus) {
    return corpus.resolve(genre.name()).resolve(id() + ".wav");
  }

  public String artist() {
    return "synthetic %s artist %d".formatted(genre.name(), artistNumber() + 1);
  }

  /** Artists have two and three tracks in turn; the last one has what is left. */
  public int artistNumber() {
    return number / 5 * 2 + (number % 5 < 2 ? 0 : 1);
  }

  /**
   * Renders the track: composed and played in its artist's style.
   *
   * @param seconds its length
   * @param seed of the whole corpus
   * @return mono, 22,050 Hz, with a peak between 0.5 and 0.95
   */
  public Audio render(int seconds, long seed) {
    int g = Genres.ALL.indexOf(genre);
    var artist = ArtistStyle.draw(genre, SeededRandom.of(seed, 1, g, artistNumber()));
    SeededRandom random = SeededRandom.of(seed, 2, g, number);
    Genre neighbour = Genres.named(random.pick(genre.neighbours()));
    ArtistStyle style = artist.onTrack(genre, neighbour, random);
    Composition composition = Composition.compose(genre, neighbour, seconds, random);
    return new Performance(genre, style, composition, seconds, random).record();
  }
}
