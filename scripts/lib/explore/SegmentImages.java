//SOURCES ../features/Features.java
//SOURCES ../results/RunFolder.java
//SOURCES ../results/SegmentId.java

package genrelab.explore;

import genrelab.features.Features;
import genrelab.results.RunFolder;
import genrelab.results.SegmentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The features of each segment as a small heat map, of at most 160 frames and 64 values a frame;
 * larger ones are averaged.
 *
 * <p>Values are kept as bfloat16 (a float's first 16 bits): 34 MB for 9,990 segments of 130 × 13
 * MFCCs.
 */
final class SegmentImages {
  private static final List<String> FILES = List.of("mfcc.json", "logmel.json", "mfcc-kmeans.json");
  private static final List<String> FOLDERS = List.of("mfcc", "logmel");
  private static final int MOST_FRAMES = 160;
  private static final int MOST_VALUES = 64;

  /** Deviations from the mean that the colours span to either side. */
  private static final double SPAN = 3;

  /**
   * How an image is to be drawn.
   *
   * @param key what the features are: mfcc or logmel
   * @param frames width of the image
   * @param values height of the image
   * @param low what the byte 0 stands for: dB, or, of MFCCs, deviations from a coefficient's mean
   * @param high what the byte 255 stands for
   */
  record Scale(String key, int frames, int values, double low, double high) {}

  private final Map<SegmentId, Integer> rowOf = new HashMap<>();
  private final List<short[]> images = new ArrayList<>();
  private double[] sums;
  private double[] squares;
  private String key;
  private int frames;
  private int values;

  private SegmentImages() {}

  /** Images of no segment, where a run has no features. */
  static SegmentImages none() {
    var none = new SegmentImages();
    none.key = "";
    none.sums = new double[0];
    none.squares = new double[0];
    return none;
  }

  /** The features JSON or folder of a run that is shown; empty where there is none. */
  static Optional<Path> file(RunFolder run) {
    return Stream.concat(
            FILES.stream().flatMap(name -> run.find(name).stream()),
            FOLDERS.stream()
                .map(run.path()::resolve)
                .filter(folder -> Files.isRegularFile(folder.resolve("features.json"))))
        .findFirst();
  }

  /**
   * Reads features, streaming.
   *
   * @throws genrelab.kit.Stage.Failure as {@link Features#read}
   */
  static SegmentImages read(Path file) {
    var images = new SegmentImages();
    Features features = Features.readValues(file, images::add);
    images.key = features.key();
    for (int row = 0; row < features.size(); row++) {
      images.rowOf.put(features.id(row), row);
    }
    return images;
  }

  private void add(float[] segment, int coefficients) {
    int length = segment.length / coefficients;
    frames = Math.min(length, MOST_FRAMES);
    values = Math.min(coefficients, MOST_VALUES);
    if (sums == null) {
      sums = new double[values];
      squares = new double[values];
    }
    short[] image = new short[frames * values];
    for (int f = 0; f < frames; f++) {
      for (int v = 0; v < values; v++) {
        double mean =
            mean(
                segment,
                coefficients,
                f * length / frames,
                (f + 1) * length / frames,
                v * coefficients / values,
                (v + 1) * coefficients / values);
        sums[v] += mean;
        squares[v] += mean * mean;
        image[f * values + v] = (short) (Float.floatToIntBits((float) mean) >>> 16);
      }
    }
    images.add(image);
  }

  private static double mean(
      float[] segment, int coefficients, int fromFrame, int toFrame, int from, int to) {
    double sum = 0;
    for (int f = fromFrame; f < toFrame; f++) {
      for (int c = from; c < to; c++) {
        sum += segment[f * coefficients + c];
      }
    }
    return sum / ((toFrame - fromFrame) * (to - from));
  }

  private boolean isStandardized() {
    return key.equals("mfcc");
  }

  private double count() {
    return (double) images.size() * frames;
  }

  private double mean(int v) {
    return sums[v] / count();
  }

  private double deviation(int v) {
    return Math.sqrt(Math.max(1e-12, squares[v] / count() - mean(v) * mean(v)));
  }

  /** How the images are to be drawn. */
  Scale scale() {
    if (isStandardized() || images.isEmpty()) {
      return new Scale(key, frames, values, -SPAN, SPAN);
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < values; v++) {
      low = Math.min(low, mean(v) - SPAN * deviation(v));
      high = Math.max(high, mean(v) + SPAN * deviation(v));
    }
    return new Scale(key, frames, values, Math.rint(low), Math.rint(high));
  }

  /** A segment's image, a byte a value, frame by frame, in base64; empty where it has none. */
  Optional<String> base64(SegmentId id) {
    Integer row = rowOf.get(id);
    if (row == null) {
      return Optional.empty();
    }
    Scale scale = scale();
    short[] image = images.get(row);
    byte[] bytes = new byte[image.length];
    for (int i = 0; i < bytes.length; i++) {
      double value = Float.intBitsToFloat(image[i] << 16);
      int v = i % values;
      double shown = isStandardized() ? (value - mean(v)) / deviation(v) : value;
      double share = (shown - scale.low()) / (scale.high() - scale.low());
      bytes[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, share)));
    }
    return Optional.of(Base64.getEncoder().encodeToString(bytes));
  }
}
