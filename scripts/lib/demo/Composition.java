//SOURCES Chord.java
//SOURCES Genre.java
//SOURCES SeededRandom.java

package genrelab.demo;

import genrelab.demo.Genre.Patterns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is played on one track: bars with their chords, and a pattern for each part.
 *
 * @param patterns one alternative of each
 * @param beat seconds
 * @param swing where the second eighth of a beat falls, as {@link Genre.Tempo}'s
 * @param key semitones above C
 */
record Composition(Patterns patterns, double beat, double swing, int key, List<Bar> bars) {
  /** Sixteenths of a bar. */
  static final int STEPS = 16;

  /** A stretch of a track, with each part's level. */
  enum Section {
    INTRO(2, 0.4, 0.0, 1.0, 0.0),
    VERSE(4, 0.8, 1.0, 0.7, 0.5),
    CHORUS(4, 1.0, 1.0, 1.0, 1.0),
    BREAK(2, 0.0, 0.8, 1.0, 0.6);

    final int bars;
    final double drums;
    final double bass;
    final double chords;
    final double lead;

    Section(int bars, double drums, double bass, double chords, double lead) {
      this.bars = bars;
      this.drums = drums;
      this.bass = bass;
      this.chords = chords;
      this.lead = lead;
    }
  }

  private static final List<List<Section>> FORMS =
      List.of(
          List.of(Section.INTRO, Section.VERSE, Section.CHORUS),
          List.of(Section.VERSE, Section.CHORUS, Section.VERSE, Section.BREAK, Section.CHORUS),
          List.of(Section.CHORUS, Section.BREAK, Section.VERSE),
          List.of(Section.BREAK, Section.CHORUS, Section.VERSE, Section.CHORUS));

  /**
   * @param start seconds
   * @param last whether its section ends with it: room for a fill
   */
  record Bar(double start, Section section, Chord chord, boolean last) {}

  /**
   * Composes a track.
   *
   * @param neighbour the genre from which it sometimes borrows its drums
   * @param seconds its length, which the bars cover
   */
  static Composition compose(Genre genre, Genre neighbour, int seconds, SeededRandom random) {
    Patterns borrowed = random.nextDouble() < 0.2 ? neighbour.patterns() : null;
    Patterns patterns = draw(genre.patterns(), borrowed, random);
    double beat = 60 / random.between(genre.tempo().slowest(), genre.tempo().fastest());
    int key = random.nextInt(12) - 6;
    List<Bar> bars = bars(genre, beat, seconds, random);
    return new Composition(patterns, beat, genre.tempo().swing(), key, bars);
  }

  /** One alternative of each pattern; the drums' are a neighbour's where it is given. */
  private static Patterns draw(Patterns own, Patterns borrowed, SeededRandom random) {
    Patterns drums = borrowed == null ? own : borrowed;
    return new Patterns(
        random.pick(drums.kick()),
        random.pick(drums.snare()),
        random.pick(drums.hat()),
        random.pick(own.bass()),
        random.pick(own.chords()),
        own.lead() * random.between(0.7, 1.3));
  }

  private static List<Bar> bars(Genre genre, double beat, int seconds, SeededRandom random) {
    List<Chord> chords =
        Stream.of(random.pick(genre.harmony().chords()).split(" ")).map(Chord::parse).toList();
    List<Section> form = random.pick(FORMS);
    var composed = new ArrayList<Bar>();
    double start = random.between(0, 0.15);
    for (int s = 0; start < seconds; s++) {
      Section section = form.get(s % form.size());
      for (int b = 0; b < section.bars; b++) {
        Chord chord = chords.get(composed.size() % chords.size());
        composed.add(new Bar(start, section, chord, b == section.bars - 1));
        start += 4 * beat;
      }
    }
    return composed;
  }

  /** When a step sounds, in seconds: the second eighth of each beat swings. */
  double time(Bar bar, int step) {
    int quarter = step % 4;
    double within = quarter <= 2 ? quarter * swing / 2 : swing + (quarter - 2) * (1 - swing) / 2;
    return bar.start() + beat * (step / 4 + within);
  }

  /** The step at which the note that begins at a step gives way to the next one. */
  static int next(String pattern, int step) {
    int next = step + 1;
    while (next < STEPS && pattern.charAt(next) == '.') {
      next++;
    }
    return next;
  }
}
