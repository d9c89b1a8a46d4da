//SOURCES DrumKit.java
//SOURCES Voice.java
package genrelab.demo;

import java.util.List;

/**
 * One genre. Texts with {@code |} give alternatives of which a track takes one.
 *
 * @param neighbours genres from which a track sometimes borrows voices or drums
 */
public record Genre(
    String name,
    List<String> neighbours,
    Tempo tempo,
    Harmony harmony,
    Patterns patterns,
    DrumKit kit,
    Band band,
    Mix mix) {

  /**
   * @param slowest beats a minute
   * @param swing where the second eighth of a beat falls: 0.5 straight, 0.67 triplets
   */
  public record Tempo(int slowest, int fastest, double swing) {}

  /**
   * @param chords one a bar in Roman numerals; lower case minor, {@code 5} a power chord
   */
  public record Harmony(int[] scale, String chords) {}

  /**
   * Sixteen steps a bar; a dot is no new note.
   *
   * @param kick x
   * @param snare x snare, r rim, g ghost note
   * @param hat x closed, o open, d ride
   * @param bass degrees of the chord (1 3 5 6 8), w walking
   * @param chords X held until the next, x short, 1 to 4 single tones of the chord
   * @param lead share of eighths on which the lead plays
   */
  public record Patterns(
      String kick, String snare, String hat, String bass, String chords, double lead) {}

  /** The voices of which an artist takes one each. */
  public record Band(List<Voice> bass, List<Voice> chords, List<Voice> lead) {}

  /**
   * Levels in dB, each part being of equal power before.
   *
   * @param room share of reverberation
   * @param echo share of a repeat after three sixteenths
   */
  public record Mix(
      double drums, double bass, double chords, double lead, double room, double echo) {}
}
