//SOURCES FeatureFolder.java
//SOURCES FeatureMatrix.java
//SOURCES FeaturePart.java
//SOURCES FolderHeader.java
//SOURCES NpyHeader.java
//SOURCES ../kit/Stage.java
//SOURCES ../kit/Store.java

package genrelab.features;

import genrelab.kit.Stage;
import genrelab.kit.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The values of a feature folder, in mapped files: read a row at a time, kept by the system. */
final class MappedParts implements FeatureMatrix {
  private static final int CHUNK = 1 << 18;

  private final Path folder;
  private final List<FeaturePart> parts;
  private final int frames;
  private final int coefficients;

  /** Of each part, with its header. */
  private final ByteBuffer[] files;

  private final FloatBuffer[] values;

  /** The first row of each part, and the number of all rows. */
  private final int[] starts;

  private MappedParts(Path folder, FolderHeader header) {
    this.folder = folder;
    this.parts = header.parts();
    this.frames = header.frames();
    this.coefficients = header.values();
    this.files = new ByteBuffer[parts.size()];
    this.values = new FloatBuffer[parts.size()];
    this.starts = new int[parts.size() + 1];
    for (int p = 0; p < parts.size(); p++) {
      starts[p + 1] = starts[p] + parts.get(p).rows();
    }
  }

  /**
   * Maps the parts.
   *
   * @throws Stage.Failure if one is missing, truncated, or of another shape than the header's
   */
  static MappedParts open(Path folder, FolderHeader header) {
    var mapped = new MappedParts(folder, header);
    for (int p = 0; p < mapped.files.length; p++) {
      mapped.map(p);
    }
    return mapped;
  }

  private void map(int p) {
    Path file = file(p);
    FeatureFolder.requireThere(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(channel, file.toString());
      long[] shape = {parts.get(p).rows(), frames, coefficients};
      if (!header.type().equals("<f4")
          || header.fortranOrder()
          || !Arrays.equals(header.shape(), shape)) {
        throw new Stage.Failure(
            "%s: it holds %s %s, features.json names <f4 %s: a part of other features; copy the"
                + " folder again, or make it again",
            file, header.type(), Arrays.toString(header.shape()), Arrays.toString(shape));
      }
      long size = header.length() + header.valueBytes();
      if (channel.size() != size) {
        throw new Stage.Failure(
            "%s: %s: %d bytes instead of %d; copy the folder again, or make it again",
            file, channel.size() < size ? "truncated" : "too long", channel.size(), size);
      }
      if (size > Integer.MAX_VALUE) {
        throw new Stage.Failure(
            "%s: %d bytes; parts have 1 GiB at the most, make it again", file, size);
      }
      files[p] = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      values[p] =
          files[p]
              .duplicate()
              .position((int) header.length())
              .slice()
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private Path file(int p) {
    return FeaturePart.npy(folder, parts.get(p).name());
  }

  /**
   * Reads every part once.
   *
   * @throws Stage.Failure if one has another checksum, or a value that is not finite
   */
  void verify() {
    List<Optional<Stage.Failure>> faults =
        IntStream.range(0, files.length).parallel().mapToObj(this::fault).toList();
    faults.stream()
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(
            fault -> {
              throw fault;
            });
  }

  private Optional<Stage.Failure> fault(int p) {
    MessageDigest digest = Store.sha256Digest();
    ByteBuffer file = files[p].duplicate();
    byte[] chunk = new byte[CHUNK];
    while (file.hasRemaining()) {
      int length = Math.min(CHUNK, file.remaining());
      file.get(chunk, 0, length);
      digest.update(chunk, 0, length);
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(parts.get(p).npySha256())) {
      return Optional.of(FeatureFolder.altered(file(p)));
    }
    for (int row = starts[p]; row < starts[p + 1]; row++) {
      float[] segment = row(row);
      for (int i = 0; i < segment.length; i++) {
        if (!Float.isFinite(segment[i])) {
          return Optional.of(
              new Stage.Failure(
                  "%s: [%d, %d, %d] is %s, not a finite number; make it again",
                  file(p), row - starts[p], i / coefficients, i % coefficients, segment[i]));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public int rows() {
    return starts[files.length];
  }

  @Override
  public float[] row(int row) {
    int p = Arrays.binarySearch(starts, row);
    p = p < 0 ? -p - 2 : p;
    float[] segment = new float[frames * coefficients];
    values[p].get((row - starts[p]) * segment.length, segment);
    return segment;
  }
}
