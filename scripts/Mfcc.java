///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Computes the MFCCs of every segment into the features JSON
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/features/ExtractionOptions.java
//SOURCES lib/features/FeatureOptions.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/Mel.java
//SOURCES lib/features/MfccOptions.java
//SOURCES lib/features/SegmentFeatures.java
//SOURCES lib/kit/Stage.java
//SOURCES lib/kit/Output.java
// a track is garbage as soon as it is written: a small young generation holds the memory down, and a
// heap that begins small is collected before it grows
//RUNTIME_OPTIONS -Xmx1g -Xms96m -Xmn64m -XX:+UseSerialGC -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.features.ExtractionOptions;
import genrelab.features.Features;
import genrelab.features.Mel;
import genrelab.features.MfccOptions;
import genrelab.features.SegmentFeatures;
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
  @Mixin ExtractionOptions options = new ExtractionOptions();

  @Option(
      names = "--out",
      defaultValue = "mfcc.json",
      description =
          "The features to write: .json, .json.gz, or a folder, which any other name is (default"
              + " ${DEFAULT-VALUE}).")
  @Output({"mapping", "labels", "mfcc"})
  Path out;

  @Mixin MfccOptions mfcc = new MfccOptions();

  public static void main(String... args) {
    System.exit(Stage.run(new Mfcc(), args));
  }

  @Override
  public Integer call() {
    mfcc.complete(options);
    ObjectNode params = mfcc.params(options);
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
        mfcc.delta ? "coefficients and deltas" : "coefficients",
        mfcc.flavour,
        out);
    return 0;
  }
}
