//DEPS com.fasterxml.jackson.core:jackson-databind:2.19.2
//SOURCES FeatureFolder.java
//SOURCES Features.java
//SOURCES NpyHeader.java
//SOURCES ../kit/Store.java

package genrelab.features;

import com.fasterxml.jackson.annotation.JsonInclude;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Features as NumPy's files, which {@code import} reads again. */
public final class FeaturesNumpy {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private FeaturesNumpy() {}

  /**
   * What an array's item is: a row of the index that {@code import --index} takes.
   *
   * @param label place in the features' mapping
   * @param cluster null where the features have no clusters
   */
  public record IndexRow(
      String track,
      int segment,
      String genre,
      int label,
      @JsonInclude(JsonInclude.Include.NON_NULL) Integer cluster) {}

  /** {@code .npy}: float32, segments × frames × values. */
  public static Store.Content npy(Features features) {
    return out -> writeValues(features, out);
  }

  /** The index that belongs to {@link #npy}. */
  public static List<IndexRow> index(Features features) {
    return IntStream.range(0, features.size())
        .mapToObj(
            row ->
                new IndexRow(
                    features.tracks()[row],
                    features.segments()[row],
                    features.genre(row),
                    features.labels()[row],
                    features.clusters() == null ? null : (Integer) features.clusters()[row]))
        .toList();
  }

  /**
   * {@code .npz}: the values under the features' key, then {@code labels}, {@code segments} and,
   * where there are some, {@code clusters} (int32), {@code tracks} and {@code mapping} (texts).
   */
  public static Store.Content npz(Features features) {
    return out -> {
      var zip = new ZipOutputStream(out);
      zip.setLevel(1);
      entry(zip, features.key(), file -> writeValues(features, file));
      entry(zip, "labels", file -> writeInts(features.labels(), file));
      entry(zip, "segments", file -> writeInts(features.segments(), file));
      if (features.clusters() != null) {
        entry(zip, "clusters", file -> writeInts(features.clusters(), file));
      }
      entry(zip, "tracks", file -> writeTexts(Arrays.asList(features.tracks()), file));
      entry(zip, "mapping", file -> writeTexts(features.mapping(), file));
      zip.finish();
    };
  }

  private static void entry(ZipOutputStream zip, String name, Store.Content content)
      throws IOException {
    var entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }

  private static void writeValues(Features features, OutputStream out) throws IOException {
    out.write(FeatureFolder.header(features.size(), features.frames(), features.coefficients()));
    for (float[] row : features.matrix()) {
      out.write(FeatureFolder.bytes(row));
    }
  }

  private static void writeInts(int[] values, OutputStream out) throws IOException {
    out.write(NpyHeader.bytes("<i4", values.length));
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    out.write(bytes.array());
  }

  /** NumPy's unicode: code points of four bytes, filled up with zeros to the longest. */
  private static void writeTexts(List<String> texts, OutputStream out) throws IOException {
    int longest =
        texts.stream().mapToInt(text -> text.codePointCount(0, text.length())).max().orElse(1);
    out.write(NpyHeader.bytes("<U" + Math.max(1, longest), texts.size()));
    for (String text : texts) {
      ByteBuffer bytes =
          ByteBuffer.allocate(4 * Math.max(1, longest)).order(ByteOrder.LITTLE_ENDIAN);
      text.codePoints().forEach(bytes::putInt);
      out.write(bytes.array());
    }
  }
}
