//SOURCES DrumKit.java
//SOURCES Genre.java
//SOURCES Voice.java

package genrelab.demo;

import genrelab.demo.Genre.Band;
import genrelab.demo.Genre.Harmony;
import genrelab.demo.Genre.Mix;
import genrelab.demo.Genre.Patterns;
import genrelab.demo.Genre.Tempo;
import java.util.List;

/** GTZAN's ten genres, roughly imitated: a row for each. Every genre takes the same path. */
public final class Genres {
  private static final int[] MAJOR = {0, 2, 4, 5, 7, 9, 11};
  private static final int[] MINOR = {0, 2, 3, 5, 7, 8, 10};
  private static final int[] DORIAN = {0, 2, 3, 5, 7, 9, 10};
  private static final int[] PHRYGIAN = {0, 1, 3, 5, 7, 8, 10};
  private static final int[] PENTATONIC = {0, 2, 4, 7, 9};
  private static final int[] BLUES = {0, 3, 5, 6, 7, 10};

  public static final List<Genre> ALL =
      List.of(
          new Genre(
              "blues",
              List.of("rock", "country", "jazz"),
              new Tempo(72, 118, 0.65),
              new Harmony(
                  BLUES,
                  "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7|I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7"),
              new Patterns(
                  "x.......x.......|x.....x.x.......",
                  "....x.......x...",
                  "x.x.x.x.x.x.x.x.|d.d.d.d.d.d.d.d.",
                  "1...3...5...6...|1.1.3.3.5.5.6.6.",
                  "x.x.x.x.x.x.x.x.|......x.......x.|X.......X.....x.",
                  0.5),
              DrumKit.ACOUSTIC,
              new Band(
                  List.of(Voice.UPRIGHT_BASS, Voice.FINGERED_BASS),
                  List.of(Voice.CRUNCH_GUITAR, Voice.PIANO, Voice.CLEAN_GUITAR),
                  List.of(Voice.CRUNCH_GUITAR, Voice.HARMONICA, Voice.PIANO)),
              new Mix(-4, -3, -4, -2, 0.15, 0)),
          new Genre(
              "classical",
              List.of("jazz"),
              new Tempo(60, 126, 0.5),
              new Harmony(MAJOR, "I V vi iii IV I IV V|I IV V I|vi ii V I|I vi ii V"),
              new Patterns(
                  "................",
                  "................",
                  "................",
                  "1...............|1.......5.......",
                  "1.3.2.3.1.3.2.3.|1.2.3.4.3.2.3.2.|X.......X.......",
                  0.45),
              DrumKit.ACOUSTIC,
              new Band(
                  List.of(Voice.STRINGS, Voice.PIANO),
                  List.of(Voice.PIANO, Voice.STRINGS, Voice.NYLON_GUITAR),
                  List.of(Voice.STRINGS, Voice.FLUTE, Voice.PIANO)),
              new Mix(-60, -5, -3, -1, 0.4, 0)),
          new Genre(
              "country",
              List.of("blues", "rock", "pop"),
              new Tempo(92, 136, 0.53),
              new Harmony(PENTATONIC, "I I IV I V V I I|I IV I V|I IV V I|I vi IV V"),
              new Patterns(
                  "x.......x.......",
                  "....x.......x...|g.gxg.gxg.gxg.gx|....x..g....x.g.",
                  "x.x.x.x.x.x.x.x.|................",
                  "1.......5.......|1...3...5...3...",
                  "....x.......x...|X...x.x.X...x.x.|1.3.2.3.4.3.2.3.",
                  0.45),
              DrumKit.ACOUSTIC,
              new Band(
                  List.of(Voice.FINGERED_BASS, Voice.UPRIGHT_BASS),
                  List.of(Voice.STEEL_GUITAR, Voice.CLEAN_GUITAR),
                  List.of(Voice.TWANG_GUITAR, Voice.FIDDLE, Voice.STEEL_GUITAR)),
              new Mix(-6, -4, -3, -2, 0.12, 0)),
          new Genre(
              "disco",
              List.of("pop", "hiphop"),
              new Tempo(112, 130, 0.5),
              new Harmony(DORIAN, "i i IV IV|i bVII bVI V|i7 IV7|vi ii V I"),
              new Patterns(
                  "x...x...x...x...",
                  "....x.......x...",
                  "x.o.x.o.x.o.x.o.|xxoxxxoxxxoxxxox",
                  "1.8.1.8.1.8.1.8.|1..1..8.1..1.58.",
                  "x.xx.xx.x.xx.xx.|X.......X.......|..x...x...x...x.",
                  0.35),
              DrumKit.STUDIO,
              new Band(
                  List.of(Voice.FINGERED_BASS, Voice.SYNTH_BASS),
                  List.of(Voice.CLEAN_GUITAR, Voice.STRINGS, Voice.ELECTRIC_PIANO),
                  List.of(Voice.STRINGS, Voice.BRASS, Voice.SYNTH_LEAD)),
              new Mix(0, -2, -5, -4, 0.15, 0)),
          new Genre(
              "hiphop",
              List.of("reggae", "pop", "disco"),
              new Tempo(78, 100, 0.55),
              new Harmony(MINOR, "i i bVI bVII|i i i iv|i7 iv7|i bVI"),
              new Patterns(
                  "x.....x...x.....|x..x......x..x..|x.......x.x.....",
                  "....x.......x...|....x.......x..g",
                  "x.x.x.x.x.x.x.x.|x.x.xxx.x.x.x.xx|x.x.x.x.xxxxx.x.",
                  "1.....1...1.....|1.........1.....",
                  "X...............|x.......x..x....|1...3...2...3...",
                  0.18),
              DrumKit.MACHINE,
              new Band(
                  List.of(Voice.SUB_BASS, Voice.SYNTH_BASS),
                  List.of(Voice.ELECTRIC_PIANO, Voice.PIANO, Voice.PAD),
                  List.of(Voice.SYNTH_LEAD, Voice.BELL, Voice.FLUTE)),
              new Mix(1, 0, -7, -8, 0.08, 0.1)),
          new Genre(
              "jazz",
              List.of("blues", "classical"),
              new Tempo(112, 196, 0.65),
              new Harmony(DORIAN, "ii7 V7 IM7 IM7|IM7 vi7 ii7 V7|ii7 V7 iii7 VI7|i7 i7 iv7 i7"),
              new Patterns(
                  "................|x...............",
                  "......g.......g.|...........g....|....r.......r...",
                  "d...d.d.d...d.d.|d...d..dd...d..d",
                  "w...w...w...w...",
                  "..x.....x.....x.|x.....x.........|......X.......x.",
                  0.6),
              DrumKit.BRUSHES,
              new Band(
                  List.of(Voice.UPRIGHT_BASS),
                  List.of(Voice.PIANO, Voice.CLEAN_GUITAR, Voice.ELECTRIC_PIANO),
                  List.of(Voice.SAXOPHONE, Voice.BRASS, Voice.PIANO)),
              new Mix(-7, -3, -5, -1, 0.2, 0)),
          new Genre(
              "metal",
              List.of("rock"),
              new Tempo(120, 184, 0.5),
              new Harmony(PHRYGIAN, "i5 i5 bII5 i5|i5 bVI5 bVII5 i5|i5 bIII5 bII5 i5"),
              new Patterns(
                  "xxxxxxxxxxxxxxxx|x.xxx.xxx.xxx.xx|x..x..x.x..x..x.",
                  "....x.......x...|..x...x...x...x.",
                  "d...d...d...d...|o...o...o...o...",
                  "1.111.111.111.11|1.1.1.1.1.1.1.1.",
                  "x.xxx.xxx.xxx.xx|X.......x.xxx.xx|xxxxX...xxxxX...",
                  0.35),
              DrumKit.HEAVY,
              new Band(
                  List.of(Voice.PICKED_BASS),
                  List.of(Voice.FUZZ_GUITAR),
                  List.of(Voice.FUZZ_GUITAR, Voice.FUZZ_LEAD)),
              new Mix(-2, -5, 0, -5, 0.08, 0)),
          new Genre(
              "pop",
              List.of("disco", "country", "rock"),
              new Tempo(94, 130, 0.5),
              new Harmony(MAJOR, "I V vi IV|vi IV I V|I vi IV V|IV V iii vi"),
              new Patterns(
                  "x.......x.x.....|x...x...x...x...|x..x....x..x....",
                  "....x.......x...",
                  "x.x.x.x.x.x.x.x.|xxxxxxxxxxxxxxxx|..o...o...o...o.",
                  "1.1.1.1.1.1.1.1.|1.....1.1...5...",
                  "X.......X.......|1.3.2.3.4.3.2.3.|x..x..x.x..x..x.",
                  0.5),
              DrumKit.STUDIO,
              new Band(
                  List.of(Voice.SYNTH_BASS, Voice.PICKED_BASS),
                  List.of(Voice.PAD, Voice.PIANO, Voice.STEEL_GUITAR),
                  List.of(Voice.SYNTH_LEAD, Voice.BELL, Voice.CLEAN_GUITAR)),
              new Mix(-2, -4, -4, -2, 0.18, 0.1)),
          new Genre(
              "reggae",
              List.of("hiphop", "blues", "pop"),
              new Tempo(66, 92, 0.54),
              new Harmony(MAJOR, "I IV|I ii IV I|i bVII|vi V IV V"),
              new Patterns(
                  "........x.......|x.......x.......|x...x...x...x...",
                  "........r.......|........x......g|....r...x...r...",
                  "x.x.x.x.x.x.x.x.|x.xxx.x.x.xxx.x.",
                  "1..1..5.....3.5.|1...3.5.....1...|....1.1.3.5.....",
                  "....x.......x...|..x...x...x...x.|....x.x.....x.x.",
                  0.22),
              DrumKit.STUDIO,
              new Band(
                  List.of(Voice.FINGERED_BASS, Voice.SUB_BASS),
                  List.of(Voice.ORGAN, Voice.CLEAN_GUITAR),
                  List.of(Voice.ORGAN, Voice.BRASS, Voice.HARMONICA)),
              new Mix(-2, 0, -4, -7, 0.12, 0.3)),
          new Genre(
              "rock",
              List.of("metal", "blues", "country"),
              new Tempo(100, 150, 0.5),
              new Harmony(
                  PENTATONIC, "I5 bVII5 IV5 I5|I5 IV5 V5 IV5|i5 bVI5 bVII5 i5|I5 V5 IV5 I5"),
              new Patterns(
                  "x.......x.x.....|x.x.....x.......|x..x..x.x.......",
                  "....x.......x...",
                  "x.x.x.x.x.x.x.x.|o...o...o...o...",
                  "1.1.1.1.1.1.1.1.|1...1.1.1...1.5.",
                  "X...x.x.X...x.x.|x.x.x.x.x.x.x.x.|X.......X...X...",
                  0.4),
              DrumKit.HEAVY,
              new Band(
                  List.of(Voice.PICKED_BASS, Voice.FINGERED_BASS),
                  List.of(Voice.CRUNCH_GUITAR, Voice.FUZZ_GUITAR),
                  List.of(Voice.CRUNCH_GUITAR, Voice.FUZZ_LEAD, Voice.ORGAN)),
              new Mix(-2, -4, -1, -4, 0.12, 0)));

  private Genres() {}

  /** The genre of this name. */
  public static Genre named(String name) {
    return ALL.stream().filter(genre -> genre.name().equals(name)).findFirst().orElseThrow();
  }
}
