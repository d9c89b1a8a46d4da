//SOURCES DrumKit.java
//SOURCES Genre.java
//SOURCES SeededRandom.java
//SOURCES Voice.java

package genrelab.demo;

/**
 * What the tracks of one artist share.
 *
 * @param tuning cents from 440 Hz
 * @param brightness factor on every cutoff
 * @param tilt dB above 1 kHz
 * @param bandwidth Hz
 * @param noise dB below the music
 * @param room factor on the genre's
 * @param looseness seconds by which notes come early or late
 * @param drive factor on the voices'
 * @param drums factor on the kit's pitches and decays
 */
record ArtistStyle(
    Voice bass,
    Voice chords,
    Voice lead,
    DrumKit kit,
    double tuning,
    double brightness,
    double tilt,
    double bandwidth,
    double noise,
    double room,
    double looseness,
    double drive,
    double drums) {

  static ArtistStyle draw(Genre genre, SeededRandom random) {
    return new ArtistStyle(
        random.pick(genre.band().bass()),
        random.pick(genre.band().chords()),
        random.pick(genre.band().lead()),
        genre.kit(),
        random.between(-40, 40),
        random.ratio(1.5),
        random.between(-5, 5),
        6500 * random.ratio(1.5),
        random.between(-56, -34),
        random.ratio(2),
        random.between(0.001, 0.012),
        random.ratio(2),
        random.ratio(1.25));
  }

  /** The style on one track: a little off, and sometimes with a neighbour's voices or kit. */
  ArtistStyle onTrack(Genre genre, Genre neighbour, SeededRandom random) {
    boolean borrowsChords = random.nextDouble() < 0.2;
    boolean borrowsLead = random.nextDouble() < 0.2;
    boolean borrowsKit = random.nextDouble() < 0.2;
    return new ArtistStyle(
        bass,
        borrowsChords ? random.pick(neighbour.band().chords()) : chords,
        borrowsLead ? random.pick(neighbour.band().lead()) : lead,
        borrowsKit ? neighbour.kit() : kit,
        tuning,
        brightness * random.ratio(1.2),
        tilt + random.between(-2, 2),
        bandwidth * random.ratio(1.15),
        noise + random.between(-3, 3),
        room,
        looseness,
        drive * random.ratio(1.3),
        drums * random.ratio(1.05));
  }
}
