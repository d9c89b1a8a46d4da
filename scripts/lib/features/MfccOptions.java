//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES FeatureOptions.java
//SOURCES Mel.java
//SOURCES SegmentFeatures.java

package genrelab.features;

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.SegmentFeatures.Flavour;
import genrelab.kit.Stage;
import picocli.CommandLine.Option;

/** The options of MFCCs alone. */
public final class MfccOptions {
  private static final int TARSOS_MELS = 30;

  @Option(
      names = "--coefficients",
      defaultValue = "13",
      description = "Coefficients a frame, from the 0th on (default ${DEFAULT-VALUE}).")
  public int coefficients;

  @Option(
      names = "--delta",
      description =
          "Append the coefficients' first-order deltas over nine frames: twice as many values a"
              + " frame.")
  public boolean delta;

  @Option(
      names = "--flavour",
      defaultValue = "librosa",
      description =
          "librosa or tarsos: whose numbers (default ${DEFAULT-VALUE}). tarsos: hamming, not"
              + " centred, 30 mel bands unless --mels says otherwise.")
  public Flavour flavour;

  /**
   * Completes the other options and checks all.
   *
   * @throws Stage.UsageError naming the first that is out of its range
   */
  public void complete(FeatureOptions options) {
    if (flavour == Flavour.tarsos) {
      Stage.requireOption(
          options.window != Mel.Window.hann,
          "--window hann does not go with --flavour tarsos, whose window is hamming");
      Stage.requireOption(
          options.centre == null || !options.centre,
          "--centre does not go with --flavour tarsos, whose frames begin at multiples of the hop");
      options.defaults(TARSOS_MELS, Mel.Window.hamming, false);
    } else {
      options.defaults(128, Mel.Window.hann, true);
    }
    options.checkOptions();
    Stage.requireOption(
        coefficients >= 1 && coefficients <= options.mels,
        "--coefficients must be from 1 to %s (the mel bands), not %s",
        options.mels,
        coefficients);
  }

  /** What a file of MFCCs records of them, after {@link #complete}. */
  public ObjectNode params(FeatureOptions options) {
    ObjectNode params = options.params().put("flavour", flavour.name());
    params.put("coefficients", coefficients).put("delta", delta);
    if (delta) {
      params.put("deltaWidth", Mel.DELTA_WIDTH);
    }
    boolean librosa = flavour == Flavour.librosa;
    params.put("melScale", librosa ? "slaney" : "htk");
    params
        .put("lowestHz", librosa ? 0 : SegmentFeatures.TARSOS_LOWEST_HZ)
        .put("highestHz", options.rate / 2.0);
    return params.put("spectrum", librosa ? "power" : "magnitude");
  }
}
