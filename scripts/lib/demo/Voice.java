package genrelab.demo;

/** The instruments: waveform, envelope and effects of each. */
public enum Voice {
  // waveform, colour, attack, decay, sustain, release, cutoff, drive, vibrato
  PIANO(Waveform.HARMONICS, 1.5, 0.003, 0.7, 0.0, 0.12, 5000, 0, 0),
  ELECTRIC_PIANO(Waveform.FM, 1.2, 0.004, 0.9, 0.1, 0.15, 4000, 0.3, 0),
  ORGAN(Waveform.ODD_HARMONICS, 1.3, 0.008, 0.1, 0.8, 0.05, 4500, 0.5, 12),
  STRINGS(Waveform.HARMONICS, 1.2, 0.090, 0.3, 0.8, 0.20, 4500, 0, 14),
  FIDDLE(Waveform.HARMONICS, 0.9, 0.040, 0.2, 0.8, 0.08, 6500, 0, 22),
  FLUTE(Waveform.HARMONICS, 2.6, 0.050, 0.2, 0.8, 0.10, 4000, 0, 18),
  HARMONICA(Waveform.ODD_HARMONICS, 0.9, 0.030, 0.2, 0.8, 0.06, 4500, 1.0, 25),
  SAXOPHONE(Waveform.HARMONICS, 0.9, 0.030, 0.2, 0.7, 0.08, 3200, 0.5, 20),
  BRASS(Waveform.SUBTRACTIVE, 5.0, 0.030, 0.2, 0.7, 0.08, 5500, 0.3, 10),
  CLEAN_GUITAR(Waveform.PLUCK, 0.6, 0.002, 1.2, 0.0, 0.05, 5000, 0.2, 0),
  STEEL_GUITAR(Waveform.PLUCK, 0.9, 0.002, 1.6, 0.0, 0.08, 8000, 0, 0),
  NYLON_GUITAR(Waveform.PLUCK, 0.4, 0.003, 1.4, 0.0, 0.10, 4500, 0, 0),
  TWANG_GUITAR(Waveform.PLUCK, 1.0, 0.001, 1.0, 0.0, 0.06, 8500, 0.8, 0),
  CRUNCH_GUITAR(Waveform.PLUCK, 0.8, 0.002, 2.0, 0.0, 0.05, 4800, 5.0, 0),
  FUZZ_GUITAR(Waveform.SUBTRACTIVE, 7.0, 0.002, 1.2, 0.4, 0.03, 5200, 18.0, 0),
  FUZZ_LEAD(Waveform.SUBTRACTIVE, 6.0, 0.005, 1.0, 0.6, 0.05, 5500, 12.0, 25),
  SYNTH_LEAD(Waveform.SUBTRACTIVE, 5.0, 0.006, 0.3, 0.6, 0.08, 8000, 0.2, 10),
  PAD(Waveform.SUBTRACTIVE, 2.5, 0.120, 0.8, 0.7, 0.30, 6000, 0, 6),
  BELL(Waveform.FM, 2.5, 0.002, 0.8, 0.0, 0.20, 9000, 0, 0),
  UPRIGHT_BASS(Waveform.PLUCK, 0.3, 0.004, 0.9, 0.0, 0.06, 1600, 0, 0),
  FINGERED_BASS(Waveform.PLUCK, 0.5, 0.003, 1.4, 0.0, 0.04, 2200, 0.3, 0),
  PICKED_BASS(Waveform.PLUCK, 0.9, 0.002, 1.4, 0.0, 0.03, 3500, 1.5, 0),
  SYNTH_BASS(Waveform.SUBTRACTIVE, 3.0, 0.004, 0.3, 0.5, 0.03, 3000, 0.5, 0),
  SUB_BASS(Waveform.HARMONICS, 3.0, 0.003, 1.2, 0.0, 0.05, 900, 0.8, 0);

  final Waveform waveform;
  final double colour; // roll-off exponent, filter's reach in harmonics, FM index or pluck
  final double attack; // seconds
  final double decay; // seconds to 1/e
  final double sustain; // share
  final double release; // seconds
  final double cutoff; // Hz, of the whole part
  final double drive; // distortion: gain before the waveshaper, 0 none
  final double vibrato; // cents

  Voice(
      Waveform waveform,
      double colour,
      double attack,
      double decay,
      double sustain,
      double release,
      double cutoff,
      double drive,
      double vibrato) {
    this.waveform = waveform;
    this.colour = colour;
    this.attack = attack;
    this.decay = decay;
    this.sustain = sustain;
    this.release = release;
    this.cutoff = cutoff;
    this.drive = drive;
    this.vibrato = vibrato;
  }

  /** How a voice's wave is generated. */
  enum Waveform {
    /** Sum of all harmonics. */
    HARMONICS,
    /** Sum of the odd harmonics. */
    ODD_HARMONICS,
    /** Sawtooth through a low-pass that closes with the envelope. */
    SUBTRACTIVE,
    /** Frequency modulation of a sine by a sine. */
    FM,
    /** Plucked string after Karplus and Strong. */
    PLUCK
  }
}
