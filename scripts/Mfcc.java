///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Computes the MFCCs of every segment into the features JSON
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/features/ExtractionOptions.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/Mel.java
//SOURCES lib/features/SegmentFeatures.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Output.java
// a track is garbage as soon as it is written: a small young generation holds the memory down
//RUNTIME_OPTIONS -Xmx1g -Xmn128m -XX:+UseSerialGC -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.ExtractionOptions;
import genrelab.features.Features;
import genrelab.features.Mel;
import genrelab.features.SegmentFeatures;
import genrelab.features.SegmentFeatures.Flavour;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Computes the Mel-frequency cepstral coefficients of every segment.
 *
 * <p>{@code --flavour librosa} gives {@code librosa.feature.mfcc}'s numbers (see {@link Mel}).
 * {@code --flavour tarsos} is TarsosDSP's own MFCC processor as it comes: magnitude instead of
 * power, 30 filters on the HTK mel scale from 133.33 Hz up, natural logarithm, a DCT without norm,
 * no centring: other numbers, on another scale.
 *
 * <p>The window that the paper must have used is Hann. It says Hamming, but computes its MFCCs by
 * {@code librosa.feature.mfcc}, whose window is Hann unless told otherwise, and tells of no such
 * option; the widely copied script whose keys its features JSON has gives none either. Hence the
 * default here; {@code --window hamming} is the paper as written.
 *
 * <p>{@code --delta} adds the coefficients' first-order deltas to each frame: with 13 coefficients,
 * 26 values, the deltas behind the coefficients, as {@code np.vstack([mfcc, delta])} stacks them.
 */
@Command(name = "mfcc", description = "Computes the MFCCs of every segment into the features JSON.")
public class Mfcc implements Callable<Integer> {
  private static final int TARSOS_MELS = 30;

  @Mixin ExtractionOptions options = new ExtractionOptions();

  @Option(
      names = "--out",
      defaultValue = "mfcc.json",
      description =
          "The features to write: .json, .json.gz, or a folder, which any other name is (default"
              + " ${DEFAULT-VALUE}).")
  @Output({"mapping", "labels", "mfcc"})
  Path out;

  @Option(
      names = "--coefficients",
      defaultValue = "13",
      description = "Coefficients a frame, from the 0th on (default ${DEFAULT-VALUE}).")
  int coefficients;

  @Option(
      names = "--delta",
      description =
          "Append the coefficients' first-order deltas over nine frames: twice as many values a"
              + " frame.")
  boolean delta;

  @Option(
      names = "--flavour",
      defaultValue = "librosa",
      description =
          "librosa or tarsos: whose numbers (default ${DEFAULT-VALUE}). tarsos: hamming, not"
              + " centred, 30 mel bands unless --mels says otherwise.")
  Flavour flavour;

  public static void main(String... args) {
    System.exit(Stage.run(new Mfcc(), args));
  }

  @Override
  public Integer call() {
    checkOptions();
    ObjectNode params = params();
    SegmentFeatures features = SegmentFeatures.of("mfcc", params);
    Features written =
        options
            .extraction()
            .write("mfcc", out, features.least(), features.width(), params, features::extractor);
    System.out.printf(
        "%d segments × %d frames × %d %s, %s: %s%n",
        written.size(),
        written.frames(),
        written.coefficients(),
        delta ? "coefficients and deltas" : "coefficients",
        flavour,
        out);
    return 0;
  }

  private void checkOptions() {
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

  private ObjectNode params() {
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
