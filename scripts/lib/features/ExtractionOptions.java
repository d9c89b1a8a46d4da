//DEPS info.picocli:picocli:4.7.7
//SOURCES ../kit/Stage.java
//SOURCES Extraction.java
//SOURCES FeatureOptions.java

package genrelab.features;

import genrelab.kit.Stage;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that {@code mfcc} and {@code logmel} have in common. */
public final class ExtractionOptions extends FeatureOptions {
  @Option(
      names = "--segments",
      defaultValue = "segments.json",
      description = "The manifest of segments (default ${DEFAULT-VALUE}).")
  public Path segments;

  @Option(names = "--threads", description = "Tracks computed at a time (default: all processors).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public void checkOptions() {
    super.checkOptions();
    Stage.requireOption(
        threads >= 1 && threads <= 1024, "--threads must be from 1 to 1024, not %s", threads);
  }

  /** The extraction that these options ask for, after {@link #defaults}. */
  public Extraction extraction() {
    return new Extraction(segments, rate, nFft, hop, centre, threads, partTracks);
  }
}
