//SOURCES ../audio/Audio.java
//SOURCES ArtistStyle.java
//SOURCES Chord.java
//SOURCES Composition.java
//SOURCES Drums.java
//SOURCES Genre.java
//SOURCES Mixer.java
//SOURCES SeededRandom.java
//SOURCES Signals.java
//SOURCES Synthesizer.java

package genrelab.demo;

import static genrelab.demo.Composition.STEPS;
import static genrelab.demo.Signals.RATE;

import genrelab.audio.Audio;
import genrelab.demo.Composition.Bar;
import genrelab.demo.Genre.Mix;
import genrelab.demo.Genre.Patterns;
import java.util.Arrays;

/** One track's recording: its parts are played one after another, each into the mix. */
final class Performance {
  private final Genre genre;
  private final ArtistStyle style;
  private final Composition composition;
  private final Patterns patterns;
  private final SeededRandom random;
  private final float[] part;
  private final Mixer mixer;

  /**
   * @param style the artist's, on this track
   * @param seconds its length
   */
  Performance(
      Genre genre, ArtistStyle style, Composition composition, int seconds, SeededRandom random) {
    this.genre = genre;
    this.style = style;
    this.composition = composition;
    this.random = random;
    patterns = composition.patterns();
    part = new float[seconds * RATE];
    mixer = new Mixer(genre.mix(), style, composition.beat(), part.length, random);
  }

  Audio record() {
    Mix levels = genre.mix();
    playDrums();
    mixer.add(part, levels.drums(), 12000, 0);
    playBass();
    mixer.add(part, levels.bass(), style.bass().cutoff, style.bass().drive);
    playChords();
    mixer.add(part, levels.chords(), style.chords().cutoff, style.chords().drive);
    playLead();
    mixer.add(part, levels.lead(), style.lead().cutoff, style.lead().drive);
    return new Audio(mixer.master(), RATE);
  }

  private void playDrums() {
    var drums = new Drums(style, random);
    float[] kick = drums.kick();
    float[] snare = drums.snare(style.kit().rattle);
    float[] rim = drums.snare(0.1);
    float[] closed = drums.cymbal(style.kit().hatDecay, 0.35);
    float[] open = drums.cymbal(style.kit().hatDecay * 6, 0.35);
    float[] ride = drums.cymbal(0.22, 0.22);
    for (Bar bar : composition.bars()) {
      double level = bar.section().drums;
      for (int step = 0; step < STEPS; step++) {
        double time = composition.time(bar, step);
        boolean fill = bar.last() && step >= 12;
        double accent = step % 4 == 0 ? 1 : 0.75;
        if (patterns.kick().charAt(step) == 'x' && !fill) {
          add(kick, time, level * velocity());
        }
        // no fills where the snare is not struck anyway
        boolean rolls = fill && patterns.snare().indexOf('x') >= 0;
        char stroke = rolls ? 'x' : patterns.snare().charAt(step);
        switch (stroke) {
          case 'x' -> add(snare, time, level * velocity());
          case 'r' -> add(rim, time, level * velocity());
          case 'g' -> add(snare, time, 0.25 * level * velocity());
          default -> {}
        }
        switch (patterns.hat().charAt(step)) {
          case 'x' -> add(closed, time, level * accent * velocity());
          case 'o' -> add(open, time, level * velocity());
          case 'd' -> add(ride, time, level * accent * velocity());
          default -> {}
        }
      }
    }
  }

  private void playBass() {
    var synthesizer = new Synthesizer(style.bass());
    for (Bar bar : composition.bars()) {
      for (int step = 0; step < STEPS; step++) {
        char degree = patterns.bass().charAt(step);
        if (degree != '.' && bar.section().bass > 0) {
          int walk = bar.chord().tones()[random.nextInt(bar.chord().tones().length)];
          int semitones = degree == 'w' && step > 0 ? walk : bar.chord().degree(degree);
          int root =
              28
                  + Math.floorMod(
                      composition.key() + bar.chord().root() - 4, 12); // from the bass's low E
          double length =
              composition.time(bar, Composition.next(patterns.bass(), step))
                  - composition.time(bar, step);
          play(synthesizer, bar, step, length * 0.9, root + semitones, bar.section().bass);
        }
      }
    }
  }

  private void playChords() {
    var synthesizer = new Synthesizer(style.chords());
    for (Bar bar : composition.bars()) {
      int[] pitches = voicing(bar.chord());
      for (int step = 0; step < STEPS; step++) {
        char stroke = patterns.chords().charAt(step);
        double held =
            composition.time(bar, Composition.next(patterns.chords(), step))
                - composition.time(bar, step);
        if (stroke == 'x' || stroke == 'X') {
          double length = stroke == 'x' ? composition.beat() * 0.18 : held;
          for (int pitch : pitches) {
            play(synthesizer, bar, step, length, pitch, bar.section().chords);
          }
        } else if (stroke != '.') {
          int place = stroke - '1';
          int pitch = pitches[place % pitches.length] + 12 * (place / pitches.length);
          play(synthesizer, bar, step, held * 1.5, pitch, bar.section().chords);
        }
      }
    }
  }

  /** The chord's tones near middle C; power chords keep their order. */
  private int[] voicing(Chord chord) {
    boolean power = chord.tones()[chord.tones().length - 1] == 12;
    int root = composition.key() + chord.root();
    return power
        ? Arrays.stream(chord.tones()).map(t -> 40 + Math.floorMod(root, 12) + t).toArray()
        : Arrays.stream(chord.tones())
            .map(t -> 54 + Math.floorMod(root + t, 12))
            .sorted()
            .toArray();
  }

  /** A motif of two bars that comes again and again, with some notes changed each time. */
  private void playLead() {
    var synthesizer = new Synthesizer(style.lead());
    int[] scale = genre.harmony().scale();
    int[] motif = new int[2 * STEPS];
    int place = scale.length / 2;
    for (int step = 0; step < motif.length; step++) {
      place = Math.max(-2, Math.min(scale.length + 3, place + random.nextInt(5) - 2));
      boolean plays = step % 2 == 0 && random.nextDouble() < patterns.lead();
      motif[step] = plays ? place : Integer.MIN_VALUE;
    }
    for (int b = 0; b < composition.bars().size(); b++) {
      Bar bar = composition.bars().get(b);
      for (int step = 0; step < STEPS; step++) {
        int degree = motif[b % 2 * STEPS + step];
        boolean varied = random.nextDouble() < 0.15;
        boolean rests = random.nextDouble() > 0.4 + 0.6 * bar.section().lead;
        if (degree != Integer.MIN_VALUE && !rests && bar.section().lead > 0) {
          int d = degree + (varied ? 1 : 0);
          int pitch =
              66
                  + composition.key()
                  + scale[Math.floorMod(d, scale.length)]
                  + 12 * Math.floorDiv(d, scale.length);
          double length = composition.beat() * (varied ? 0.4 : 0.7);
          play(synthesizer, bar, step, length, pitch, bar.section().lead);
        }
      }
    }
  }

  private double velocity() {
    return random.between(0.75, 1);
  }

  private int sample(double time) {
    return (int) ((time + random.between(0, style.looseness())) * RATE);
  }

  private void add(float[] sound, double time, double level) {
    int from = sample(time);
    int n = Math.min(sound.length, part.length - from);
    for (int i = 0; i < n; i++) {
      part[from + i] += (float) (level * sound[i]);
    }
  }

  private void play(
      Synthesizer synthesizer, Bar bar, int step, double seconds, double pitch, double level) {
    double hz = 440 * StrictMath.pow(2, (pitch - 69 + style.tuning() / 100) / 12);
    synthesizer.play(
        part, sample(composition.time(bar, step)), seconds, hz, level * velocity(), random);
  }
}
