///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Computes the log-mel spectrum of every segment into the features JSON
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/features/ExtractionOptions.java
//SOURCES lib/features/FeatureOptions.java
//SOURCES lib/features/Features.java
//SOURCES lib/features/Mel.java
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
import genrelab.features.SegmentFeatures;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Computes the log-mel spectrum of every segment: frames × mel bands, in dB.
 *
 * <p>The numbers are those of {@code librosa.power_to_db(librosa.feature.melspectrogram(y))} with
 * its default {@code ref=1.0} (see {@link Mel}): 0 dB is a power of 1, and what lies more than 80
 * dB below the segment's own maximum is cut off there. They are what {@code mfcc} takes its cosine
 * transform of. Written with three decimals, to half a thousandth of a dB, since the file is ten
 * times that of the MFCCs.
 */
@Command(
    name = "logmel",
    description = "Computes the log-mel spectrum of every segment, in dB, into the features JSON.")
public class Logmel implements Callable<Integer> {
  @Mixin ExtractionOptions options = new ExtractionOptions();

  @Option(
      names = "--out",
      defaultValue = "logmel.json.gz",
      description =
          "The features to write: .json, .json.gz, or a folder, which any other name is (default"
              + " ${DEFAULT-VALUE}).")
  @Output({"mapping", "labels", "logmel"})
  Path out;

  public static void main(String... args) {
    System.exit(Stage.run(new Logmel(), args));
  }

  @Override
  public Integer call() {
    options.defaults(128, Mel.Window.hann, true);
    options.checkOptions();
    ObjectNode params = options.logMelParams();
    SegmentFeatures features = SegmentFeatures.of("logmel", params);
    Features written =
        options
            .extraction()
            .write("logmel", out, features.least(), features.width(), params, features::extractor);
    System.out.printf(
        "%d segments × %d frames × %d mel bands, dB: %s%n",
        written.size(), written.frames(), written.coefficients(), out);
    return 0;
  }
}
