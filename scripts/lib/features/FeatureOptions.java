//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java
//SOURCES Mel.java
//SOURCES TrackParts.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import picocli.CommandLine.Option;

/** The options that say how a segment becomes its features, and which tracks form a part. */
public class FeatureOptions {
  /** Of log-mels, in dB: half a thousandth, since the file is ten times that of the MFCCs. */
  private static final int DECIMALS = 3;

  @Option(
      names = "--n-fft",
      defaultValue = "2048",
      description = "Samples a frame, a power of two (default ${DEFAULT-VALUE}).")
  public int nFft;

  @Option(
      names = "--hop",
      defaultValue = "512",
      description = "Samples from frame to frame (default ${DEFAULT-VALUE}).")
  public int hop;

  /** Null until {@link #defaults}, as are {@link #window} and {@link #centre}. */
  @Option(names = "--mels", description = "Mel bands (default 128).")
  public Integer mels;

  @Option(names = "--window", description = "hann or hamming (default hann).")
  public Mel.Window window;

  @Option(
      names = "--sample-rate",
      defaultValue = "22050",
      description = "Hz; other audio is resampled to it (default ${DEFAULT-VALUE}).")
  public int rate;

  @Option(
      names = "--centre",
      negatable = true,
      fallbackValue = "true",
      description = "Centre frames on multiples of the hop, padded with zeros (default true).")
  public Boolean centre;

  @Option(
      names = "--part-tracks",
      defaultValue = "" + TrackParts.DEFAULT_TRACKS,
      paramLabel = "N",
      description =
          "Of a feature folder: tracks of a part, 1 to 100000 (default ${DEFAULT-VALUE}).")
  public int partTracks;

  /** Gives the options that were left out their values. */
  public void defaults(int mels, Mel.Window window, boolean centre) {
    this.mels = this.mels == null ? Integer.valueOf(mels) : this.mels;
    this.window = this.window == null ? window : this.window;
    this.centre = this.centre == null ? Boolean.valueOf(centre) : this.centre;
  }

  /**
   * Checks the options' ranges.
   *
   * @throws Stage.UsageError naming the first that is out of its range
   */
  public void checkOptions() {
    Stage.requireOption(
        nFft >= 64 && nFft <= 65536 && Integer.bitCount(nFft) == 1,
        "--n-fft must be a power of two from 64 to 65536, not %s",
        nFft);
    Stage.requireOption(hop >= 1 && hop <= nFft, "--hop must be from 1 to %s, not %s", nFft, hop);
    Stage.requireOption(
        mels >= 1 && mels <= nFft / 2, "--mels must be from 1 to %s, not %s", nFft / 2, mels);
    Stage.requireOption(
        rate >= 1000 && rate <= 192_000, "--sample-rate must be from 1000 to 192000, not %s", rate);
    Stage.requireOption(
        partTracks >= 1 && partTracks <= 100_000,
        "--part-tracks must be from 1 to 100000, not %s",
        partTracks);
  }

  /** Log-mel spectra and MFCCs with these options; one object for each thread. */
  public Mel mel() {
    return new Mel(rate, nFft, hop, mels, window, centre);
  }

  /** What a log-mel file records of its features, after {@link #defaults}. */
  public ObjectNode logMelParams() {
    ObjectNode params = params().put("decimals", DECIMALS).put("melScale", "slaney");
    params.put("lowestHz", 0).put("highestHz", rate / 2.0);
    return params.put("spectrum", "power");
  }

  /** The options that decide the values, by name. */
  public ObjectNode params() {
    ObjectNode params = Store.JSON.createObjectNode();
    params.put("sampleRate", rate).put("nFft", nFft).put("hop", hop).put("mels", mels);
    return params.put("window", window.name()).put("centre", centre);
  }
}
