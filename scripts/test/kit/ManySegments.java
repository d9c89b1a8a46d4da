///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Generates features of many segments, to see what the stages do with them
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../../lib/features/FeatureFolder.java
//SOURCES ../../lib/features/Features.java
//SOURCES ../../lib/kit/Output.java
//SOURCES ../../lib/kit/Stage.java
//SOURCES ../../lib/kit/Store.java
//RUNTIME_OPTIONS -Xmx1g

import genrelab.features.FeatureFolder;
import genrelab.features.Features;
import genrelab.kit.Output;
import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Random values in the shape of MFCCs of ten genres, ten segments a track: the sum of an offset of
 * the genre, one of the track and noise, so that there is something to learn. They are no audio's.
 */
@Command(name = "many-segments", description = "Generates features of many segments.")
public final class ManySegments implements Callable<Integer> {
  private static final int GENRES = 10;
  private static final int SEGMENTS_OF_TRACK = 10;
  private static final int FRAMES = 130;
  private static final int COEFFICIENTS = 13;

  @Option(
      names = "--segments",
      defaultValue = "1000000",
      description = "Segments (default ${DEFAULT-VALUE}: 6.8 GB).")
  int segments;

  @Option(
      names = "--out",
      required = true,
      description = "The features to write: .json, .json.gz, or a folder.")
  @Output({"mapping", "labels"})
  Path out;

  @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
  long seed;

  public static void main(String... args) {
    System.exit(Stage.run(new ManySegments(), args));
  }

  @Override
  public Integer call() {
    FeatureFolder.nameOutputs(out);
    List<String> genres = IntStream.range(0, GENRES).mapToObj(g -> "genre" + g).toList();
    String[] tracks = new String[segments];
    for (int row = 0; row < segments; row++) {
      tracks[row] =
          row % SEGMENTS_OF_TRACK == 0
              ? "%s.%06d".formatted(genres.get(label(row)), row / SEGMENTS_OF_TRACK)
              : tracks[row - 1];
    }
    new Features(
            "mfcc",
            genres,
            IntStream.range(0, segments).map(ManySegments::label).toArray(),
            tracks,
            IntStream.range(0, segments).map(row -> row % SEGMENTS_OF_TRACK).toArray(),
            null,
            null,
            FRAMES,
            COEFFICIENTS,
            null,
            Store.JSON.createObjectNode().put("generated", true),
            Store.JSON.createObjectNode().put("source", "generated").put("synthetic", true))
        .write(out, values());
    System.out.printf("%d segments: %s%n", segments, out);
    return 0;
  }

  private static int label(int row) {
    return row / SEGMENTS_OF_TRACK % GENRES;
  }

  private Iterator<float[]> values() {
    return IntStream.range(0, segments).mapToObj(this::segment).iterator();
  }

  /** Depends on the seed and the row alone. */
  private float[] segment(int row) {
    float[] offsets = new float[COEFFICIENTS];
    add(offsets, new SplittableRandom(seed * 31 + label(row)), 30);
    add(offsets, new SplittableRandom(seed * 37 + 1000L + row / SEGMENTS_OF_TRACK), 25);
    var noise = new SplittableRandom(seed * 41 + 1_000_000_000L + row);
    float[] values = new float[FRAMES * COEFFICIENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = offsets[i % COEFFICIENTS] + (float) (40 * (noise.nextDouble() - 0.5));
    }
    return values;
  }

  private static void add(float[] offsets, SplittableRandom random, double width) {
    for (int c = 0; c < offsets.length; c++) {
      offsets[c] += (float) (width * (random.nextDouble() - 0.5));
    }
  }
}
