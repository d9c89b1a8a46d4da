package genrelab.demo;

/** The drum kits: pitches in Hz, decays in seconds to 1/e. */
public enum DrumKit {
  // kick, its decay, snare, its decay, rattle, decay of the closed hat, low edge of the cymbals
  ACOUSTIC(62, 0.09, 190, 0.070, 0.6, 0.030, 5000),
  STUDIO(56, 0.10, 200, 0.090, 0.8, 0.035, 6000),
  MACHINE(46, 0.22, 180, 0.080, 0.9, 0.022, 7000),
  BRUSHES(70, 0.07, 210, 0.050, 1.2, 0.025, 4500),
  HEAVY(60, 0.06, 185, 0.110, 1.0, 0.050, 4800);

  final double kick;
  final double kickDecay;
  final double snare;
  final double snareDecay;
  final double rattle; // noise beside the snare's tone
  final double hatDecay;
  final double edge; // Hz above which the cymbals lie

  DrumKit(
      double kick,
      double kickDecay,
      double snare,
      double snareDecay,
      double rattle,
      double hatDecay,
      double edge) {
    this.kick = kick;
    this.kickDecay = kickDecay;
    this.snare = snare;
    this.snareDecay = snareDecay;
    this.rattle = rattle;
    this.hatDecay = hatDecay;
    this.edge = edge;
  }
}
