///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Times the features of a manifest's segments at the word of bench; no stage
//DEPS info.picocli:picocli:4.7.7
//SOURCES Worker.java
//SOURCES ../features/ExtractionOptions.java
//SOURCES ../features/Mel.java
// those of Mfcc.java and Logmel.java
//RUNTIME_OPTIONS -Xmx1g -Xmn128m -XX:+UseSerialGC -Djava.awt.headless=true

import com.fasterxml.jackson.databind.node.ObjectNode;
import genrelab.bench.Worker;
import genrelab.features.ExtractionOptions;
import genrelab.features.Mel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/**
 * Our side of {@code mfcc} and {@code logmel}.
 *
 * <p>{@code run mfcc SEGMENTS} reads the manifest and its audio and computes each segment's
 * features at the stage's defaults, on all processors, but writes nothing.
 */
public class FeaturesBench {
  private static final int COEFFICIENTS = 13;

  public static void main(String... args) {
    Worker.serve(words -> run(words[1], Path.of(words[2])));
  }

  private static ObjectNode run(String key, Path segments) {
    var options = new ExtractionOptions();
    new CommandLine(options).parseArgs("--segments", "" + segments);
    options.defaults(128, Mel.Window.hann, true);
    boolean mfcc = key.equals("mfcc");
    int width = mfcc ? COEFFICIENTS : options.mels;
    Supplier<UnaryOperator<float[]>> extractors =
        () -> {
          Mel mel = options.mel();
          return mfcc ? samples -> mel.mfcc(samples, COEFFICIENTS) : mel::logMel;
        };
    int[] count = {0};
    long begin = System.nanoTime();
    options
        .extraction()
        .compute(
            key,
            1,
            width,
            options.params(),
            extractors,
            (header, values) -> {
              for (Iterator<float[]> left = values; left.hasNext(); left.next()) {
                count[0]++;
              }
            });
    double ms = (System.nanoTime() - begin) / 1e6;
    return Worker.object().put("ms", ms).put("segments", count[0]);
  }
}
