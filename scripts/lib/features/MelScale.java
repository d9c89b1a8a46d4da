package genrelab.features;

/** Mel scales. */
public enum MelScale {
  /** Slaney's (Auditory Toolbox, 1998), librosa's default: linear to 1 kHz, logarithmic above. */
  slaney {
    @Override
    public double fromHertz(double hertz) {
      return hertz < 1000 ? hertz * 3 / 200 : 15 + Math.log(hertz / 1000) / (Math.log(6.4) / 27);
    }

    @Override
    public double toHertz(double mel) {
      return mel < 15 ? mel * 200 / 3 : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27));
    }
  },

  /** HTK's, which TensorFlow has: 1127 ln(1 + f / 700). */
  htk {
    @Override
    public double fromHertz(double hertz) {
      return 1127 * Math.log(1 + hertz / 700);
    }

    @Override
    public double toHertz(double mel) {
      return 700 * (Math.exp(mel / 1127) - 1);
    }
  };

  /**
   * Mels of a frequency.
   *
   * @param hertz at least 0
   */
  public abstract double fromHertz(double hertz);

  /** The inverse of {@link #fromHertz}. */
  public abstract double toHertz(double mel);
}
