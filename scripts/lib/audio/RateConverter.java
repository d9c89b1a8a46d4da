package genrelab.audio;

/**
 * Makes samples of another rate. Which numbers come out does not depend on the pieces in which the
 * old rate's samples are read. An instance is for one thread.
 */
interface RateConverter {
  /**
   * How many new samples can be made of the first so many of the old rate, while more of these are
   * to come; never fewer than of fewer.
   */
  long ready(long samples);

  /** The first of the old rate's samples that is needed for new ones from {@code n} on. */
  long firstFor(long n);

  /**
   * Makes new samples.
   *
   * @param out is filled
   * @param n the place of the first: 0 or what {@link #ready} has returned
   * @param samples some of the old rate's: all that those are made of and that there are; behind
   *     them silence follows
   * @param count how many they are
   * @param before how many there were before them
   */
  void fill(float[] out, long n, float[] samples, int count, long before);
}
